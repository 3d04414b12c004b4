//! The list of messages: what the outside of each says, looked at once.

use std::collections::HashMap;

use crate::client::Client;
use crate::client::error::Error;
use crate::client::home::failed;
use crate::client::message::view::{MessageId, MessageKind, MessageRow};
use crate::crypto::smime::kind::{self as cms_kind, CmsKind};
use crate::domain::time::UnixTime;
use crate::mail::maildir::{self, Entry};
use crate::mail::message::{self, Entity};

/// What was seen of messages, by their names, which never stand for another message.
pub(super) type Outsides = HashMap<String, Outside>;

/// What the outside of a message says.
#[derive(Clone)]
pub(super) struct Outside {
    kind: MessageKind,
    from: String,
    subject: String,
    date: UnixTime,
}

impl Client {
    /// The rows, newest first.
    pub(super) fn rows(&mut self) -> Result<Vec<MessageRow>, Error> {
        let entries = self.entries()?;
        let mut seen = std::mem::take(&mut self.mail.outsides);
        let mut outsides = Outsides::with_capacity(entries.len());
        let mut rows = Vec::with_capacity(entries.len());
        for entry in entries {
            let outside = match seen.remove(&entry.name) {
                Some(outside) => outside,
                None => match maildir::read_head(&entry, HEAD) {
                    Ok(head) => Outside::of(&head, &entry),
                    Err(_gone) => continue, // another program has taken it away
                },
            };
            rows.push(outside.row(&entry));
            outsides.insert(entry.name, outside);
        }
        self.mail.outsides = outsides;
        rows.sort_by(|one, other| (other.date, &other.id).cmp(&(one.date, &one.id)));
        Ok(rows)
    }

    /// The messages of the own Maildir.
    pub(super) fn entries(&self) -> Result<Vec<Entry>, Error> {
        let inbox = self.inbox()?;
        maildir::list(&inbox).map_err(|error| failed(&inbox, error))
    }

    /// The message of this name.
    pub(super) fn entry(&self, id: &MessageId) -> Result<Entry, Error> {
        let mut entries = self.entries()?.into_iter();
        let found = entries.find(|entry| entry.name == id.0);
        found.ok_or(Error::NoSuchMessage)
    }
}

impl Outside {
    fn of(head: &[u8], entry: &Entry) -> Self {
        let delivered = entry.name.split('.').next().unwrap_or_default();
        let delivered = UnixTime::from_secs(delivered.parse().unwrap_or(0));
        match message::read(head) {
            Ok(read) => {
                let from = read.from.first().or(read.sender.as_ref());
                let from = from.map(|from| match from.name.as_str() {
                    "" => from.address.clone(),
                    // a name that looks like an address does not stand for it
                    name if name.contains('@') => format!("{name} <{}>", from.address),
                    name => name.to_owned(),
                });
                Self {
                    kind: kind(&read.entity),
                    from: from.unwrap_or_default(),
                    subject: read.subject,
                    date: read.date.unwrap_or(delivered),
                }
            }
            Err(_empty) => Self {
                kind: MessageKind::Plain,
                from: String::new(),
                subject: String::new(),
                date: delivered,
            },
        }
    }

    fn row(&self, entry: &Entry) -> MessageRow {
        MessageRow {
            id: MessageId(entry.name.clone()),
            kind: self.kind,
            from: self.from.clone(),
            subject: self.subject.clone(),
            date: self.date,
            is_seen: entry.seen,
        }
    }
}

/// The kind of a message by its outermost layers; encryption counts most, because it asks for keys.
fn kind(entity: &Entity) -> MessageKind {
    match entity {
        Entity::Cmp(_) => MessageKind::SecurityReply,
        Entity::Multipart { subtype, parts } => {
            let is = |wanted| parts.iter().any(|part| kind(part) == wanted);
            if is(MessageKind::Encrypted) {
                MessageKind::Encrypted
            } else if is(MessageKind::Signed) || subtype == "signed" {
                MessageKind::Signed
            } else {
                MessageKind::Plain
            }
        }
        Entity::Pkcs7 {
            content,
            smime_type,
        } => match (cms_kind::of(content), smime_type.as_deref()) {
            (_, Some("certs-only")) => MessageKind::Plain,
            (CmsKind::Signed, _) => MessageKind::Signed,
            (CmsKind::Encrypted | CmsKind::Other, _) => MessageKind::Encrypted,
        },
        Entity::Signed { entity, .. } => match kind(entity) {
            MessageKind::Encrypted => MessageKind::Encrypted,
            MessageKind::Plain | MessageKind::SecurityReply | MessageKind::Signed => {
                MessageKind::Signed
            }
        },
        Entity::Attachment { .. }
        | Entity::Html { .. }
        | Entity::Malformed(_)
        | Entity::Message(_)
        | Entity::Text { .. } => MessageKind::Plain,
    }
}

/// Octets of a message that are looked at: any header, and the beginning of what follows.
const HEAD: usize = 16 << 10;
