//! Messages by mail: the KM server's Maildir in the post office is read, each message answered, and
//! the answer laid into the outbox in the same transaction. Only then is the mail removed; read
//! again after a crash, it gets the answer of the first time, under the same file name.

use crate::domain::address::MailAddress;
use crate::engine::Engine;
use crate::engine::answer::{Talk, Way};
use crate::engine::audit::hex;
use crate::engine::error::Error;
use crate::mail::compose::{self, Envelope};
use crate::mail::entity::Entity;
use crate::mail::maildir::{self, Entry};
use crate::mail::message;
use crate::mail::post_office::{PostOffice, REPLY, SENDER};
use crate::protocol::message::MAX_MESSAGE;
use crate::protocol::read;
use crate::store::outbox;

/// What was taken out of the server's Maildir.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Taken {
    /// Messages that were answered, or refused.
    pub answered: usize,
    /// Mails that could not be read, answered or taken away now, and stay.
    pub failed: usize,
    /// Mails in which there was no message.
    pub others: usize,
}

/// How many mails are taken away before the other work has its turn.
const BATCH: usize = 100;

/// The longest mail that is read, in octets: a message in base 64, and what programs put around it.
const LONGEST: usize = 2 * MAX_MESSAGE;

impl Engine {
    /// Answers the messages that wait in the server's Maildir, oldest first. To be called by the
    /// program whose turn it is.
    pub fn take_mail(&mut self) -> Result<Taken, Error> {
        let office = PostOffice::open(&self.settings()?.post_office);
        let failed = |source| Error::File {
            what: "the post office could not be read",
            path: office.server(),
            source,
        };
        let mut taken = Taken::default();
        for entry in &maildir::list(&office.server()).map_err(failed)? {
            let answered = self.answer_entry(entry);
            let removed = answered.and_then(|had_message| {
                maildir::remove(entry).map_err(failed)?;
                Ok(had_message)
            });
            match removed {
                Ok(true) => taken.answered += 1,
                Ok(false) => taken.others += 1,
                Err(error) => {
                    tracing::warn!("a mail stays in the post office: {error}");
                    taken.failed += 1; // it may hold up none of the others
                }
            }
            if BATCH <= taken.answered + taken.others {
                break;
            }
        }
        if 0 < taken.answered {
            self.after_secrets();
        }
        Ok(taken)
    }

    /// Answers the message in a mail, and says whether there was one.
    fn answer_entry(&mut self, entry: &Entry) -> Result<bool, Error> {
        let head = maildir::read_head(entry, LONGEST.saturating_add(1));
        let mail = head.map_err(|source| Error::File {
            what: "a mail could not be read",
            path: entry.path.clone(),
            source,
        })?;
        if LONGEST < mail.len() {
            return Ok(false);
        }
        let Some(request) = message_in(&mail) else {
            return Ok(false);
        };
        // Whose an unreadable message is can not be known, so nobody is told.
        if let Ok(received) = read::read(&request) {
            self.answer_received(&request, &received, Way::Mail)?;
        }
        Ok(true)
    }
}

/// The message in a mail: the mail itself, or its first part that is one.
fn message_in(mail: &[u8]) -> Option<Vec<u8>> {
    first_in(&message::read(mail).ok()?.entity)
}

fn first_in(entity: &Entity) -> Option<Vec<u8>> {
    match entity {
        Entity::Cmp(octets) => Some(octets.clone()),
        Entity::Multipart { parts, .. } => parts.iter().find_map(first_in),
        Entity::Attachment { .. }
        | Entity::Html { .. }
        | Entity::Malformed(_)
        | Entity::Message(_)
        | Entity::Pkcs7 { .. }
        | Entity::Signed { .. }
        | Entity::Text { .. } => None,
    }
}

/// Lays an answer into the outbox.
pub(super) fn push(
    talk: &Talk<'_, '_>,
    to: &MailAddress,
    name: &str,
    reply: &[u8],
) -> Result<(), Error> {
    // The same name at every try, so that the same answer is there once; 128 bits tell all apart.
    let unique: String = hex(&talk.request).chars().take(32).collect();
    let to_header = [(name.to_owned(), to.to_string())];
    let mail = compose::cmp(
        &Envelope {
            from: SENDER,
            to: &to_header,
            cc: &[],
            subject: REPLY,
            at: talk.act.now,
            unique: &unique,
            in_reply_to: None,
        },
        reply,
    );
    let folder = maildir::folder_of(to.key().as_str());
    outbox::push(talk.act.tx, &format!("{unique}.kmadmin"), &folder, &mail)?;
    Ok(())
}
