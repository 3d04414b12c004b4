//! What is in a message: its MIME entity (RFC 2045), as a tree.

use crate::mail::bounds::{Bounds, TOO_MUCH};
use crate::mail::field::{Fields, Parameters};
use crate::mail::message::Message;
use crate::mail::{decode, file_name, html, message, multipart};

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
    /// A `PKIMessage` (`application/pkixcmp`, RFC 9811 has the type).
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
        parts: Vec<Self>,
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
        entity: Box<Self>,
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

/// What an entity is that does not say it (RFC 2045 section 5.2).
pub(super) const PLAIN_TEXT: &str = "text/plain";
/// The same within `multipart/digest` (RFC 2046 section 5.1.5).
const MESSAGE: &str = "message/rfc822";

/// Reads an entity with its header; one that does not say what it is, is a `default`.
pub(super) fn read(octets: &[u8], default: &str, bounds: &mut Bounds) -> Entity {
    let (header, body) = multipart::split_header(octets);
    read_body(&Fields::read(header), body, default, bounds)
}

/// Reads an entity whose header is known.
pub(super) fn read_body(
    fields: &Fields<'_>,
    body: &[u8],
    default: &str,
    bounds: &mut Bounds,
) -> Entity {
    if bounds.enter_part().is_none() {
        return malformed(TOO_MUCH);
    }
    // Programs differ in which of two they believe, so a signature would not say what was signed.
    if 1 < fields.count("content-type") || 1 < fields.count("content-transfer-encoding") {
        return malformed("the message says twice, and perhaps differently, what it contains");
    }
    let media = Media::read(fields, default);
    if let Some(subtype) = media.name.strip_prefix("multipart/") {
        let read = bounds.inside(|bounds| media.read_multipart(subtype, body, bounds));
        return read.unwrap_or_else(|| malformed(TOO_MUCH));
    }
    media.read_leaf(body, bounds)
}

/// What an entity says of itself.
struct Media {
    /// The media type, in small letters.
    name: String,
    content_type: Option<Parameters>,
    disposition: Option<Parameters>,
    encoding: String,
}

impl Media {
    fn read(fields: &Fields<'_>, default: &str) -> Self {
        let content_type = fields.parameters("content-type");
        let name = match &content_type {
            None => default,
            Some(read) if read.value.contains('/') => &read.value,
            Some(_) => PLAIN_TEXT, // RFC 2045 section 5.2: what can not be understood
        };
        Self {
            name: name.to_owned(),
            disposition: fields.parameters("content-disposition"),
            encoding: fields.text("content-transfer-encoding").unwrap_or_default(),
            content_type,
        }
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.content_type.as_ref()?.parameter(name)
    }

    /// The file name it suggests: RFC 2183's, or the older parameter of the media type.
    fn file_name(&self) -> Option<&str> {
        let disposition = self.disposition.as_ref();
        disposition
            .and_then(|disposition| disposition.parameter("filename"))
            .or_else(|| self.parameter("name"))
    }

    fn has_disposition(&self, wanted: &str) -> bool {
        let disposition = self.disposition.as_ref();
        disposition.is_some_and(|disposition| disposition.value == wanted)
    }

    /// Whether it is a file with one of these endings.
    fn is_named(&self, endings: &[&str]) -> bool {
        let name = self.file_name().unwrap_or_default().to_ascii_lowercase();
        endings.iter().any(|ending| name.ends_with(ending))
    }

    fn read_multipart(&self, subtype: &str, body: &[u8], bounds: &mut Bounds) -> Entity {
        let boundary = self.parameter("boundary").unwrap_or_default().trim_end();
        if boundary.is_empty() {
            return malformed("the message does not say where its parts begin");
        }
        let parts = multipart::parts(body, boundary.as_bytes());
        let default = match subtype {
            "digest" => MESSAGE,
            _ => PLAIN_TEXT,
        };
        match (subtype, parts.as_slice()) {
            (_, []) => malformed("the parts of the message are not where it says"),
            ("signed", [content, signature, more @ ..]) => {
                match self.read_signed(content, signature, bounds) {
                    Some(signed) if more.is_empty() => signed,
                    Some(signed) => mixed(signed, more, bounds),
                    None => several(subtype, &parts, default, bounds),
                }
            }
            _ => several(subtype, &parts, default, bounds),
        }
    }

    /// Reads what is signed and its signature; nothing where it is not a CMS signature.
    fn read_signed(&self, content: &[u8], signature: &[u8], bounds: &mut Bounds) -> Option<Entity> {
        let (header, body) = multipart::split_header(signature);
        let of_signature = Self::read(&Fields::read(header), PLAIN_TEXT);
        let is_signature =
            SIGNATURES.contains(&of_signature.name.as_str()) || of_signature.is_named(&[".p7s"]);
        if !is_signature {
            return None;
        }
        if bounds.copy(content.len()).is_none() {
            return Some(malformed(TOO_MUCH));
        }
        let content = multipart::canonical(content);
        Some(Entity::Signed {
            // What is shown is read from the very octets that are verified.
            entity: Box::new(read(&content, PLAIN_TEXT, bounds)),
            content,
            signature: decode::transfer(&of_signature.encoding, body),
            micalg: self
                .parameter("micalg")
                .unwrap_or_default()
                .to_ascii_lowercase(),
        })
    }

    fn read_leaf(&self, body: &[u8], bounds: &mut Bounds) -> Entity {
        let content = decode::transfer(&self.encoding, body);
        let name = self.name.as_str();
        let is_octets = name == "application/octet-stream";
        if name == MESSAGE || name == "message/global" {
            return Self::read_message(&content, bounds);
        }
        if PKCS7.contains(&name) || is_octets && self.is_named(PKCS7_FILES) {
            return Entity::Pkcs7 {
                smime_type: self.parameter("smime-type").map(str::to_ascii_lowercase),
                content,
            };
        }
        if name == "application/pkixcmp" {
            return Entity::Cmp(content);
        }
        if name.starts_with("text/") && !self.is_file() {
            let text = decode::text(self.parameter("charset"), &content);
            return match name {
                "text/html" => Entity::Html {
                    text: html::to_text(&text),
                },
                _ => Entity::Text { text },
            };
        }
        Entity::Attachment {
            name: file_name::safe(self.file_name().unwrap_or_default()),
            media_type: name.to_owned(),
            content,
        }
    }

    fn read_message(content: &[u8], bounds: &mut Bounds) -> Entity {
        let read = match bounds.copy(content.len()) {
            Some(()) => bounds.inside(|bounds| message::read_bounded(content, bounds)),
            None => None,
        };
        match read {
            Some(message) => Entity::Message(Box::new(message)),
            None => malformed(TOO_MUCH),
        }
    }

    /// Whether a text is a file of its own and not part of what the writer says.
    fn is_file(&self) -> bool {
        self.has_disposition("attachment")
            || self.file_name().is_some() && !self.has_disposition("inline")
    }
}

/// RFC 8551 section 3.2, and the name of before there was a standard.
const PKCS7: &[&str] = &["application/pkcs7-mime", "application/x-pkcs7-mime"];
/// RFC 8551 section 3.5.3, and the name of before.
const SIGNATURES: &[&str] = &[
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
];
/// RFC 8551 section 3.9: files that are S/MIME whatever they are called.
const PKCS7_FILES: &[&str] = &[".p7m", ".p7s", ".p7c", ".p7z"];

fn several(subtype: &str, parts: &[&[u8]], default: &str, bounds: &mut Bounds) -> Entity {
    Entity::Multipart {
        subtype: subtype.to_owned(),
        parts: read_all(parts, default, bounds),
    }
}

/// A signed entity to which something was added on the way, such as the footer of a mailing list.
fn mixed(signed: Entity, more: &[&[u8]], bounds: &mut Bounds) -> Entity {
    let mut parts = vec![signed];
    parts.extend(read_all(more, PLAIN_TEXT, bounds));
    Entity::Multipart {
        subtype: "mixed".to_owned(),
        parts,
    }
}

/// Reads parts until there are too many, which is said once.
fn read_all(parts: &[&[u8]], default: &str, bounds: &mut Bounds) -> Vec<Entity> {
    let mut entities = Vec::new();
    for part in parts {
        let is_exhausted = bounds.is_exhausted();
        entities.push(read(part, default, bounds));
        if is_exhausted {
            break;
        }
    }
    entities
}

fn malformed(why: &str) -> Entity {
    Entity::Malformed(why.to_owned())
}
