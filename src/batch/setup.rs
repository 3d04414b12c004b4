//! `kmadmin setup`: the wizard's acts in one call.

use std::path::{Path, PathBuf};

use super::args::{CaKey, Setup};
use super::call::{Call, absolute, no_path};
use super::hand_over::{line, new_file, store};
use crate::desk::places::{POST_OFFICE, PUBLISH_FOLDER, beside};
use crate::domain::key_kind::KeyKind;
use crate::domain::names::{AdministratorName, OrganizationName, ServerName, SiteName};
use crate::domain::progress::Unwatched;
use crate::domain::secret::SecretText;
use crate::engine::settings::PublishUrl;
use crate::engine::setup::{Prepared, SetupPlan, prepare};
use crate::engine::startup::is_set_up;
use crate::terminal::console::Console;
use crate::terminal::failure::Failure;

/// Sets up a KM server in the data folder. The startup password is on the disk before the folder is
/// set up: a server that nobody can open would be worse than none.
pub(super) fn run(mut call: Call<'_>, options: &Setup) -> Result<(), Failure> {
    let data = call.data_folder()?;
    let plan = plan(&mut call, options, &data)?;
    let mut startup_file = options.startup_out.as_deref().map(new_file).transpose()?;
    let mut envelope_file = options.envelope_out.as_deref().map(new_file).transpose()?;
    let prepared = prepare(&data, call.around, &plan, &Unwatched)?;
    if let Some(file) = &mut startup_file {
        store(file, &line(prepared.startup_password()))?;
    }
    if let (Some(file), Some(password)) = (&mut envelope_file, prepared.envelope_password()) {
        store(file, &line(password))?;
    }
    let displayed = displayed_password(options, &prepared);
    let committed = prepared.commit();
    // What is in its place but could not be opened at once still needs its passwords.
    if is_set_up(&data) {
        for file in [startup_file, envelope_file].into_iter().flatten() {
            file.keep();
        }
        report(call.console, options, &data, displayed.as_ref())?;
    }
    Ok(committed.map(drop)?)
}

fn plan(call: &mut Call<'_>, options: &Setup, data: &Path) -> Result<SetupPlan, Failure> {
    let publish_url = options
        .publish_url
        .as_deref()
        .map(PublishUrl::parse)
        .transpose();
    let source = options.password_from.as_ref();
    let folder = |named: &Option<PathBuf>, ending| match named {
        Some(folder) => absolute(folder),
        None => beside(data, ending).map_err(|error| no_path(data, &error)),
    };
    Ok(SetupPlan {
        organization: OrganizationName::parse(&options.organization)?,
        site: SiteName::parse(&options.site)?,
        server: ServerName::parse(&options.server)?,
        administrator: AdministratorName::parse(&options.administrator)?,
        password: call.inputs.new_password(
            source,
            "--password-from",
            "Password of the first administrator",
        )?,
        envelope: options.envelope_out.is_some(),
        ca_key: key_kind(options.key),
        publish_url: publish_url?,
        post_office: folder(&options.post_office, POST_OFFICE)?,
        publish_folder: folder(&options.publish_folder, PUBLISH_FOLDER)?,
    })
}

fn key_kind(key: CaKey) -> KeyKind {
    match key {
        CaKey::Rsa3072 => KeyKind::Rsa3072,
        CaKey::Rsa4096 => KeyKind::Rsa4096,
        CaKey::P256 => KeyKind::P256,
        CaKey::P384 => KeyKind::P384,
    }
}

/// The startup password, if it goes to no file and is to be shown.
fn displayed_password(options: &Setup, prepared: &Prepared) -> Option<SecretText> {
    let is_displayed = options.startup_out.is_none();
    is_displayed.then(|| SecretText::new(prepared.startup_password().expose().to_owned()))
}

fn report(
    console: &mut Console,
    options: &Setup,
    data: &Path,
    displayed: Option<&SecretText>,
) -> Result<(), Failure> {
    console.say(&format!(
        "The KM server {} is set up in {}.",
        options.server,
        data.display()
    ))?;
    console.field("server", options.server.as_str());
    console.field("data", data.display().to_string());
    if let Some(password) = displayed {
        let caption = "Startup password (displayed once; write it down)";
        console.secret("startup_password", caption, password)?;
    }
    for (key, what, file) in [
        ("startup_out", "The startup password", &options.startup_out),
        (
            "envelope_out",
            "The sealed-envelope password",
            &options.envelope_out,
        ),
    ] {
        if let Some(file) = file {
            console.say(&format!("{what} is in {}.", file.display()))?;
            console.field(key, file.display().to_string());
        }
    }
    if options.publish_url.is_none() {
        console.note(
            "No --publish-url was given: certificates will not say where the revocation list is.",
        )?;
    }
    Ok(())
}
