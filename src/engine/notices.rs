//! Notices: the holder of a mailbox is told whenever it is enabled, first used, recovered, renewed or
//! revoked. It can not be switched off, because whoever enables a mailbox could use it.

use std::path::Path;

use crate::domain::time::UnixTime;
use crate::engine::Engine;
use crate::engine::act::{Act, Charter};
use crate::engine::audit::hex;
use crate::engine::error::Error;
use crate::engine::record::Record;
use crate::engine::settings::Settings;
use crate::mail::compose::{self, Envelope};
use crate::mail::maildir;
use crate::mail::post_office::SENDER;
use crate::store::outbox as table;

/// Tells that advanced security was enabled.
pub fn enabled(act: &mut Act<'_>, record: &Record) -> Result<(), Error> {
    let text = format!(
        "Advanced security was enabled for the mailbox {} on {}.\n\n\
         If you did not expect this, tell the administrators of your mail system.\n",
        record.address,
        act.now.rfc3339(),
    );
    push(
        act,
        record,
        "Advanced security was enabled for your mailbox",
        &text,
    )
}

/// Tells that the keys were given back, why, and under whose approval.
pub fn recovered(
    act: &mut Act<'_>,
    record: &Record,
    reason: &str,
    approvers: &str,
) -> Result<(), Error> {
    let text = format!(
        "The encryption keys of the mailbox {} were recovered on {}.\n\
         Reason given: {reason}\nApproved by: {approvers}\n\n\
         Whoever has them can read mail that was encrypted to you. If you did not expect this, \
         tell the administrators of your mail system.\n",
        record.address,
        act.now.rfc3339(),
    );
    push(act, record, "Your encryption keys were recovered", &text)
}

/// Tells that advanced security was revoked, why, and under whose approval.
pub fn revoked(
    act: &mut Act<'_>,
    record: &Record,
    reason: &str,
    approvers: &str,
) -> Result<(), Error> {
    let text = format!(
        "Advanced security of the mailbox {} was revoked on {}.\n\
         Reason given: {reason}\nApproved by: {approvers}\n\n\
         What you sign from now on is not believed any more, and nobody should encrypt to you. Mail \
         that you have received can still be read. To get a new Digital ID, ask the administrators \
         of your mail system.\n",
        record.address,
        act.now.rfc3339(),
    );
    push(act, record, "Your advanced security was revoked", &text)
}

/// Tells that a program has used the temporary key.
pub fn first_used(act: &mut Act<'_>, record: &Record) -> Result<(), Error> {
    let text = format!(
        "A program has used the temporary key of the mailbox {} for the first time, on {}.\n\n\
         If that was not you, tell the administrators of your mail system at once: somebody else \
         has your temporary key.\n",
        record.address,
        act.now.rfc3339(),
    );
    push(act, record, "Your temporary key was used", &text)
}

/// Tells that the certificates are in use.
pub fn set_up(act: &mut Act<'_>, record: &Record) -> Result<(), Error> {
    let text = format!(
        "Advanced security is set up for the mailbox {} since {}: you can sign, and others can \
         encrypt to you. The temporary key is used up.\n\n\
         If that was not you, tell the administrators of your mail system at once.\n",
        record.address,
        act.now.rfc3339(),
    );
    push(act, record, "Advanced security is set up", &text)
}

/// Tells that the certificates were renewed.
pub fn renewed(act: &mut Act<'_>, record: &Record) -> Result<(), Error> {
    let until = record.valid_until.map(UnixTime::rfc3339);
    let text = format!(
        "The security certificates of the mailbox {} were renewed on {}. They are good until {}.\n\n\
         If that was not you, tell the administrators of your mail system at once.\n",
        record.address,
        act.now.rfc3339(),
        until.unwrap_or_default(),
    );
    push(
        act,
        record,
        "Your security certificates were renewed",
        &text,
    )
}

fn push(act: &mut Act<'_>, record: &Record, subject: &str, text: &str) -> Result<(), Error> {
    post(act, record, subject, text).map(drop)
}

/// Lays a message to the holder into the outbox, and gives the file's name that it will have in his
/// Maildir; nothing for a deleted mailbox.
pub(super) fn post(
    act: &mut Act<'_>,
    record: &Record,
    subject: &str,
    text: &str,
) -> Result<Option<String>, Error> {
    if record.deleted {
        return Ok(None); // the address may be somebody else's by now
    }
    let mut unique = [0; 16];
    act.rng.fill_bytes(&mut unique);
    let unique = hex(&unique);
    let envelope = Envelope {
        from: SENDER,
        to: &[(record.name.as_str().to_owned(), record.address.to_string())],
        cc: &[],
        subject,
        at: act.now,
        unique: &unique,
        in_reply_to: None,
    };
    let message = compose::plain(&envelope, &compose::text_entity(text, &[]));
    let folder = maildir::folder_of(record.address.key().as_str());
    let name = format!("{}.{unique}.kmadmin", act.now.secs());
    table::push(act.tx, &name, &folder, &message)?;
    Ok(Some(name))
}

/// Messages delivered at once.
const BATCH: u32 = 100;

impl Engine {
    /// Delivers what waits in the outbox. What can not be delivered now stays there for the next
    /// time, and keeps nothing else back; the act itself is done.
    pub fn deliver(&mut self) -> Result<(), Error> {
        let settings = self.store.read(|reader| {
            let (root, charter) = Charter::load(reader, &self.room.keys)?;
            Settings::load(reader, &charter, &root)
        })?;
        let mut first_failure = Ok(());
        let (mut last, mut delivered) = (0, 0);
        while delivered < BATCH {
            let waiting = self
                .store
                .read(|reader| table::waiting(reader, last, BATCH))?;
            let Some(end) = waiting.last() else {
                break;
            };
            last = end.id;
            for outgoing in waiting {
                match deliver_one(&settings.post_office, &outgoing) {
                    Ok(()) => {
                        self.store.write(|tx| table::delivered(tx, outgoing.id))?;
                        delivered += 1;
                    }
                    Err(failure) => first_failure = first_failure.and(Err(failure)),
                }
            }
        }
        first_failure
    }
}

fn deliver_one(post_office: &Path, outgoing: &table::Outgoing) -> Result<(), Error> {
    let table::Outgoing {
        id: _,
        name,
        folder,
        message,
    } = outgoing;
    let done = if message.is_empty() {
        maildir::expunge(post_office, folder, name)
    } else {
        maildir::deliver(post_office, folder, name, message)
    };
    done.map_err(|source| Error::File {
        what: "a message could not be delivered to the post office",
        path: post_office.to_owned(),
        source,
    })
}
