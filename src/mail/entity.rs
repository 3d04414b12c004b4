//! What is in a message: its MIME entity (RFC 2045), as a tree.

use crate::mail::message::Message;

/// A MIME entity.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Entity {
    /// A file, or anything else that is not shown.
    Attachment {
        /// A safe file name; never empty, never a path.
        name: String,
        /// Its media type in small letters.
        media_type: String,
        /// Its octets.
        content: Vec<u8>,
    },
    /// A PKIMessage (`application/pkixcmp`, RFC 9811 has the type).
    Cmp(Vec<u8>),
    /// An HTML text without its tags; nothing that it refers to is ever fetched.
    Html {
        /// What it says.
        text: String,
    },
    /// What can not be read, and why.
    Malformed(String),
    /// A message within the message.
    Message(Box<Message>),
    /// Several entities.
    Multipart {
        /// The second half of the media type: `mixed`, `alternative`, `related`, ….
        subtype: String,
        /// The parts in their order.
        parts: Vec<Entity>,
    },
    /// A CMS object (`application/pkcs7-mime`, RFC 8551 section 3.2).
    Pkcs7 {
        /// The parameter `smime-type`, in small letters: a hint, no more.
        smime_type: Option<String>,
        /// The CMS object.
        content: Vec<u8>,
    },
    /// A `multipart/signed` with a CMS signature (RFC 8551 section 3.5.3).
    Signed {
        /// The exact octets that the signature is over, with CRLF at the ends of lines.
        content: Vec<u8>,
        /// The same, read.
        entity: Box<Entity>,
        /// The detached signature.
        signature: Vec<u8>,
        /// The parameter `micalg`, in small letters: a hint, no more.
        micalg: String,
    },
    /// A text, with `\n` at the ends of lines.
    Text {
        /// What it says.
        text: String,
    },
}
