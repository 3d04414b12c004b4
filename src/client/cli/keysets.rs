//! `change-password`, `export`, `import` and `choose`.

use crate::client::Protection;
use crate::client::cli::args::{ChangePassword, Export, Import, LevelName};
use crate::client::cli::call::Call;
use crate::domain::names::KeysetName;
use crate::domain::secret::Password;
use crate::terminal::failure::Failure;

pub(super) fn change_password(mut call: Call<'_>, options: &ChangePassword) -> Result<(), Failure> {
    let keyset = call.keyset(options.keyset.as_deref())?;
    let old = options.password_from.as_ref();
    let prompt = format!("Password for {keyset}");
    let old = call.inputs.password(old, "--password-from", &prompt)?;
    let new = options.new_password_from.as_ref();
    let prompt = format!("New password for {keyset}");
    let new = call
        .inputs
        .new_password(new, "--new-password-from", &prompt)?;
    call.client.change_password(&keyset, &old, &new)?;
    call.console.field("keyset", keyset.as_str());
    Ok(call.console.say("The password was changed.")?)
}

pub(super) fn export(mut call: Call<'_>, options: &Export) -> Result<(), Failure> {
    let (keyset, opener) = call.opening(&options.opening)?;
    let source = options.file_password_from.as_ref();
    let own = match opener.password() {
        Some(password) if source.is_none() => Some(Password::parse(password.expose())?),
        Some(_) | None => None,
    };
    let password = match (own, source, options.opening.password_from.as_ref()) {
        (Some(own), _, _) => own,
        // A keyset that opens without a password leaves the option free for the file's.
        (None, source, other) => call.inputs.new_password(
            source.or(other),
            "--file-password-from",
            "Password for the file",
        )?,
    };
    let unlock = opener.unlock();
    call.client
        .export(&keyset, unlock, &options.file, &password)?;
    if options.delete {
        call.client.delete_keyset(&keyset, unlock)?;
    }
    let shown = options.file.display().to_string();
    call.console.field("file", shown.as_str());
    call.console.field("keyset", keyset.as_str());
    Ok(call
        .console
        .say(&format!("The keys of {keyset} were written to {shown}."))?)
}

pub(super) fn import(mut call: Call<'_>, options: &Import) -> Result<(), Failure> {
    let stem = options.file.file_stem().unwrap_or_default();
    let name = match &options.keyset {
        Some(name) => KeysetName::parse(name)?,
        None => KeysetName::parse(&stem.to_string_lossy())?,
    };
    let source = options.password_from.as_ref();
    let password = call
        .inputs
        .password(source, "--password-from", "Password of the file")?;
    let new = match options.level {
        LevelName::High => {
            let source = options.new_password_from.as_ref();
            let prompt = format!("Password for {name}");
            let option = "--new-password-from";
            Some(call.inputs.new_password(source, option, &prompt)?)
        }
        LevelName::Medium | LevelName::Low => None,
    };
    let protection = match (&new, options.level) {
        (Some(new), _) => Protection::High(new),
        (None, LevelName::Medium) => Protection::Medium,
        (None, LevelName::High | LevelName::Low) => Protection::Low,
    };
    call.client
        .import(&options.file, &password, &name, protection)?;
    call.console.field("keyset", name.as_str());
    Ok(call
        .console
        .say(&format!("The keyset {name} was imported."))?)
}

pub(super) fn choose(mut call: Call<'_>, keyset: &str) -> Result<(), Failure> {
    let keyset = KeysetName::parse(keyset)?;
    call.client.choose(&keyset)?;
    call.console.field("keyset", keyset.as_str());
    Ok(call
        .console
        .say(&format!("Messages are signed and read with {keyset} now."))?)
}
