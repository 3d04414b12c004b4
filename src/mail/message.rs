//! A message as it was received: who wrote it, and the MIME entity in it.

use crate::domain::time::UnixTime;
use crate::mail::bounds::Bounds;
use crate::mail::entity;
use crate::mail::field::Fields;
use crate::mail::multipart::{canonical, content_fields, split_header};

pub use crate::mail::entity::Entity;

/// The longest message that is read, in octets: four times what common mail servers accept.
pub const MAX_MESSAGE: usize = 64 << 20;

/// A message (RFC 5322) with its content (RFC 2045).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// Every address of every From field; [`Message::author`] says whether it is one person.
    pub from: Vec<Correspondent>,
    /// How many From fields there are; RFC 5322 section 3.6 allows one.
    pub from_fields: usize,
    /// Who sent it on behalf of the author, where the message says so.
    pub sender: Option<Correspondent>,
    /// The recipients.
    pub to: Vec<Correspondent>,
    /// The recipients of copies.
    pub cc: Vec<Correspondent>,
    /// The subject, in one line; empty if there is none.
    pub subject: String,
    /// When it was written, as it says of itself.
    pub date: Option<UnixTime>,
    /// Its Message-ID, without angle brackets.
    pub message_id: Option<String>,
    /// What it contains.
    pub entity: Entity,
}

impl Message {
    /// The one author that a signature has to be of.
    pub fn author(&self) -> Result<&Correspondent, AuthorError> {
        if 1 < self.from_fields {
            return Err(AuthorError::SeveralFields);
        }
        match self.from.as_slice() {
            [] => Err(AuthorError::Absent),
            [author] => Ok(author),
            [_, _, ..] => Err(AuthorError::SeveralAuthors),
        }
    }
}

/// Somebody named in a header field.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Correspondent {
    /// The name shown; empty if there is none. It is the sender's claim, like all of the header.
    pub name: String,
    /// The address as it was written; it need not be a valid one.
    pub address: String,
}

/// Why a message has no single author.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AuthorError {
    /// No address.
    #[error("the message does not say who it is from")]
    Absent,
    /// One From field with several addresses, which RFC 5322 section 3.6.2 allows.
    #[error("the message is from several people")]
    SeveralAuthors,
    /// Programs differ in which of them they show.
    #[error("the message has more than one From field, so nobody can say who it is from")]
    SeveralFields,
}

/// Why octets are not read as a message at all; what is wrong further inside is an
/// [`Entity::Malformed`] in its place.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MailError {
    /// Nothing in it.
    #[error("the message is empty")]
    Empty,
    /// More than [`MAX_MESSAGE`].
    #[error("the message is larger than 64 MiB")]
    TooLarge,
}

/// Reads a message, with CRLF or bare LF at the ends of lines.
pub fn read(octets: &[u8]) -> Result<Message, MailError> {
    check_size(octets)?;
    let mut bounds = Bounds::for_octets(octets.len());
    Ok(read_bounded(octets, &mut bounds))
}

/// Reads a MIME entity: what a signature or an encryption was found to contain.
pub fn read_entity(octets: &[u8]) -> Result<Entity, MailError> {
    check_size(octets)?;
    let mut bounds = Bounds::for_octets(octets.len());
    Ok(entity::read(octets, entity::PLAIN_TEXT, &mut bounds))
}

/// The entity of a message as octets, in canonical form, to be signed or encrypted: its fields about
/// content, and its body. Nothing where the octets are no message but a bare text.
pub fn entity_octets(octets: &[u8]) -> Option<Vec<u8>> {
    let (header, body) = split_header(octets);
    let fields = Fields::read(header);
    let is_message = MESSAGE_FIELDS.iter().any(|name| 0 < fields.count(name));
    is_message.then(|| {
        let mut entity = content_fields(header);
        entity.extend_from_slice(b"\r\n");
        entity.extend_from_slice(&canonical(body));
        entity
    })
}

/// Fields of which a message has at least one, and a text by chance none.
const MESSAGE_FIELDS: &[&str] = &[
    "from",
    "to",
    "subject",
    "date",
    "mime-version",
    "content-type",
];

/// Reads a message that may lie within another.
pub(super) fn read_bounded(octets: &[u8], bounds: &mut Bounds) -> Message {
    let (header, body) = split_header(octets);
    let fields = Fields::read(header);
    Message {
        from: fields.addresses("from"),
        from_fields: fields.count("from"),
        sender: fields.addresses("sender").into_iter().next(),
        to: fields.addresses("to"),
        cc: fields.addresses("cc"),
        subject: fields.text("subject").unwrap_or_default(),
        date: fields.date("date"),
        message_id: fields.identifier("message-id"),
        entity: entity::read_body(&fields, body, entity::PLAIN_TEXT, bounds),
    }
}

const fn check_size(octets: &[u8]) -> Result<(), MailError> {
    match octets.len() {
        0 => Err(MailError::Empty),
        1..=MAX_MESSAGE => Ok(()),
        _ => Err(MailError::TooLarge),
    }
}
