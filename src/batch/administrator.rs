//! `kmadmin administrator add, accept, remove, list, change-password`.

use serde_json::json;

use super::answers::Answers;
use super::approve::approve;
use super::args::{AnswerFiles, ReplacePassword};
use super::call::{Call, Opened};
use super::source::Source;
use crate::domain::names::AdministratorName;
use crate::domain::secret::Password;
use crate::domain::time::UnixTime;
use crate::engine::administer::{AddAdministrator, RemoveAdministrator};
use crate::terminal::failure::Failure;

/// Adds an administrator, who is pending until he accepts.
pub(super) fn add(
    mut call: Call<'_>,
    name: &str,
    source: Option<&Source>,
    files: &AnswerFiles,
) -> Result<(), Failure> {
    let name = AdministratorName::parse(name)?;
    let prompt = format!("First password of {name}");
    let password = call
        .inputs
        .new_password(source, "--new-password-from", &prompt)?;
    let mut answers = Answers::read(&mut call.inputs, &files.answers)?;
    let mut opened = call.open()?;
    let operation = AddAdministrator {
        name: name.clone(),
        password,
    };
    approve(&mut opened, &mut answers, operation)?;
    opened.console.field("name", name.as_str());
    opened.console.field("standing", "pending");
    opened.console.say(&format!(
        "{name} was added, and counts once the seat is accepted with: kmadmin administrator accept {name}"
    ))?;
    Ok(())
}

/// The new administrator takes his seat with a password that nobody else knows.
pub(super) fn accept(call: Call<'_>, replace: &ReplacePassword) -> Result<(), Failure> {
    let (mut opened, name, current, new) = open_with_passwords(call, replace)?;
    opened.engine.change_password(name.clone(), current, &new)?;
    opened.console.field("name", name.as_str());
    opened.console.field("standing", "active");
    opened
        .console
        .say(&format!("{name} is an administrator now."))?;
    Ok(())
}

/// Removes an administrator; what he could open is shared anew.
pub(super) fn remove(mut call: Call<'_>, name: &str, files: &AnswerFiles) -> Result<(), Failure> {
    let name = AdministratorName::parse(name)?;
    let mut answers = Answers::read(&mut call.inputs, &files.answers)?;
    let mut opened = call.open()?;
    let operation = RemoveAdministrator { name: name.clone() };
    approve(&mut opened, &mut answers, operation)?;
    opened.console.field("name", name.as_str());
    opened.console.say(&format!("{name} was removed."))?;
    Ok(())
}

/// Lists the administrators.
pub(super) fn list(call: Call<'_>) -> Result<(), Failure> {
    let mut opened = call.open()?;
    opened.console.list()?;
    for administrator in opened.engine.administrators()? {
        let name = administrator.name.as_str();
        let standing = if administrator.accepted {
            "active"
        } else {
            "pending"
        };
        let paused = administrator.paused_until.map(UnixTime::rfc3339);
        let pause = paused
            .as_ref()
            .map(|until| format!("  paused until {until}"));
        opened.console.item(
            &format!("{name}  {standing}{}", pause.unwrap_or_default()),
            &json!({
                "name": name,
                "standing": standing,
                "wrong_passwords": administrator.wrong_passwords,
                "paused_until": paused,
            }),
        )?;
    }
    Ok(())
}

/// Replaces one's own password.
pub(super) fn change_password(call: Call<'_>, replace: &ReplacePassword) -> Result<(), Failure> {
    let (mut opened, name, current, new) = open_with_passwords(call, replace)?;
    opened.engine.change_password(name.clone(), current, &new)?;
    opened.console.field("name", name.as_str());
    opened
        .console
        .say(&format!("The password of {name} was changed."))?;
    opened.console.note(
        "An old copy of the data folder still opens with the old password. If it may be known to others, use kmadmin passwords share-anew.",
    )?;
    Ok(())
}

fn open_with_passwords<'a>(
    mut call: Call<'a>,
    replace: &ReplacePassword,
) -> Result<(Opened<'a>, AdministratorName, Password, Password), Failure> {
    let name = AdministratorName::parse(&replace.name)?;
    let source = replace.password_from.as_ref();
    let current = call
        .inputs
        .password(source, "--password-from", "Present password")?;
    let source = replace.new_password_from.as_ref();
    let new = call
        .inputs
        .new_password(source, "--new-password-from", "New password")?;
    Ok((call.open()?, name, current, new))
}
