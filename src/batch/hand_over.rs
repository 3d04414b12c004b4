//! How keys reach the user: a temporary key that is printed once, a PKCS#12 file, or both.

use std::io;
use std::path::Path;

use super::args::HandOverTo;
use super::call::Opened;
use crate::desk::private_file::PrivateFile;
use crate::domain::mailbox::MailboxId;
use crate::domain::secret::{SecretBytes, SecretText};
use crate::domain::time::UnixTime;
use crate::engine::hand_over::{HandOver, HandedOver};
use crate::engine::session::Session;
use crate::terminal::console::Console;
use crate::terminal::failure::Failure;

/// What was asked for, with the file already made: no act is done in vain because of a file name.
pub(super) struct Reserved {
    pub(super) hand_over: HandOver,
    file: Option<PrivateFile>,
}

/// Makes the file that the options name.
pub(super) fn reserve(options: &HandOverTo) -> Result<Reserved, Failure> {
    if options.send_by_email && options.save_p12.is_some() && !options.temporary_key {
        let words = "--send-by-email sends a temporary key: with --save-p12, name --temporary-key.";
        return Err(Failure::Usage(words.to_owned()));
    }
    let file = options.save_p12.as_deref().map(new_file).transpose()?;
    let hand_over = match (&file, options.temporary_key) {
        (None, _) => HandOver::TemporaryKey,
        (Some(_), true) => HandOver::Both,
        (Some(_), false) => HandOver::File,
    };
    Ok(Reserved { hand_over, file })
}

/// Writes the file and prints what is shown once.
pub(super) fn deliver(
    console: &mut Console,
    options: &HandOverTo,
    reserved: Reserved,
    handed_over: HandedOver,
) -> Result<(), Failure> {
    let HandedOver {
        temporary_key,
        expires,
        file: keys,
    } = handed_over;
    if let Some(key) = temporary_key {
        console.secret("temporary_key", "Temporary key", &key)?;
        console.field("expires", expires.map(UnixTime::rfc3339));
        if let Some(expires) = expires {
            console.say(&format!("It can be used until {}.", expires.rfc3339()))?;
        }
    }
    let (Some(path), Some(mut file), Some(keys)) = (&options.save_p12, reserved.file, keys) else {
        return Ok(());
    };
    file.store(&keys.pkcs12).map_err(|error| {
        Failure::Refused(format!(
            "The keys are in the archive, but the file can not be written: {error}. Recover them into another file."
        ))
    })?;
    file.keep();
    console.say(&format!(
        "{} key(s) saved in {}.",
        keys.keys,
        path.display()
    ))?;
    console.field("file", path.display().to_string());
    console.field("keys", keys.keys);
    console.secret(
        "file_password",
        "Password of the file (displayed once)",
        &keys.password,
    )?;
    Ok(())
}

/// Sends the temporary key by e-mail, and says what that means. It was printed before, so that
/// nothing is lost if this fails.
pub(super) fn send(
    opened: &mut Opened<'_>,
    session: &mut Session,
    mailbox: MailboxId,
) -> Result<(), Failure> {
    opened.engine.send_temporary_key(session, mailbox)?;
    opened.console.note(
        "The temporary key was sent by e-mail. It travels unprotected: whoever reads the message \
         before the user can get a Digital ID in this name.",
    )?;
    opened.console.field("sent_by_email", true);
    Ok(())
}

/// A new private file, or why it can not be made.
pub(super) fn new_file(path: &Path) -> Result<PrivateFile, Failure> {
    PrivateFile::create(path).map_err(|error| {
        let shown = path.display();
        if error.kind() == io::ErrorKind::AlreadyExists {
            return Failure::Refused(format!(
                "{shown} exists already; name a file that does not."
            ));
        }
        Failure::Refused(format!("{shown} can not be made: {error}."))
    })
}

/// Writes `octets` down to the disk.
pub(super) fn store(file: &mut PrivateFile, octets: &SecretBytes) -> Result<(), Failure> {
    let stored = file.store(octets.expose());
    stored.map_err(|error| Failure::Refused(format!("A file can not be written: {error}.")))
}

/// The text with an end of line.
pub(super) fn line(text: &SecretText) -> SecretBytes {
    SecretBytes::new(format!("{}\n", text.expose()).into_bytes())
}
