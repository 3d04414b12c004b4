//! Messages out: MIME entities in the canonical form that signatures are made over, and messages
//! around them.

use std::collections::BTreeSet;

use mail_builder::headers::Header;
use mail_builder::headers::address::{Address, EmailAddress};
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::text::Text;

use crate::domain::time::UnixTime;
use crate::mail::encode::{self, Body};
use crate::mail::file_name;

/// The header of a message.
pub struct Envelope<'a> {
    /// The author's name and address; the name may be empty.
    pub from: (&'a str, &'a str),
    /// The recipients' names and addresses.
    pub to: &'a [(String, String)],
    /// The same of those who get a copy.
    pub cc: &'a [(String, String)],
    /// The subject.
    pub subject: &'a str,
    /// When.
    pub at: UnixTime,
    /// Never the same twice; stands before the `@` of the Message-ID.
    pub unique: &'a str,
    /// The Message-ID of what this answers, without angle brackets.
    pub in_reply_to: Option<&'a str>,
}

/// A file that goes with a text.
pub struct Attachment<'a> {
    /// Its file name, without folders.
    pub name: &'a str,
    /// Its media type, such as `image/png`.
    pub media_type: &'a str,
    /// Its octets.
    pub content: &'a [u8],
}

/// The digest in a signature, as `micalg` names it (RFC 8551 section 3.5.3.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Micalg {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// What an `application/pkcs7-mime` contains (RFC 8551 section 3.2.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SmimeType {
    /// `AuthEnvelopedData`.
    AuthEnvelopedData,
    /// `SignedData` without signers, which carries certificates.
    CertsOnly,
    /// `EnvelopedData`.
    EnvelopedData,
    /// `SignedData` with the content in it.
    SignedData,
}

/// A text, with files if there are any, as a MIME entity: CRLF, seven bits, no line that a mail
/// server changes (RFC 8551 section 3.1). The last line of the text gets a line end if it has none.
pub fn text_entity(text: &str, attachments: &[Attachment<'_>]) -> Vec<u8> {
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let content_type = ContentType::new("text/plain").attribute("charset", "utf-8");
    let text = leaf(&content_type, None, &encode::text(&text));
    if attachments.is_empty() {
        return text;
    }
    let mut parts = vec![text];
    parts.extend(attachments.iter().map(attachment_entity));
    multipart("mixed", &[], &parts)
}

/// The `multipart/signed` entity of an entity and the detached signature over its octets
/// (RFC 8551 section 3.5.3).
pub fn signed_entity(entity: &[u8], signature: &[u8], micalg: Micalg) -> Vec<u8> {
    let content_type =
        ContentType::new("application/pkcs7-signature").attribute("name", "smime.p7s");
    let signature = leaf(&content_type, Some("smime.p7s"), &encode::base64(signature));
    let parameters = [
        ("protocol", "application/pkcs7-signature"),
        ("micalg", micalg.name()),
    ];
    multipart("signed", &parameters, &[entity, &signature])
}

/// The `application/pkcs7-mime` entity of a CMS object (RFC 8551 section 3.2).
pub fn pkcs7_entity(smime_type: SmimeType, content: &[u8]) -> Vec<u8> {
    let (smime_type, file) = smime_type.names();
    let content_type = ContentType::new("application/pkcs7-mime")
        .attribute("smime-type", smime_type)
        .attribute("name", file);
    leaf(&content_type, Some(file), &encode::base64(content))
}

/// A message with an entity as it is.
pub fn plain(envelope: &Envelope<'_>, entity: &[u8]) -> Vec<u8> {
    let mut message = envelope.header();
    message.extend_from_slice(entity);
    message
}

/// A message with [`signed_entity`].
pub fn multipart_signed(
    envelope: &Envelope<'_>,
    entity: &[u8],
    signature: &[u8],
    micalg: Micalg,
) -> Vec<u8> {
    plain(envelope, &signed_entity(entity, signature, micalg))
}

/// A message with [`pkcs7_entity`].
pub fn pkcs7_mime(envelope: &Envelope<'_>, smime_type: SmimeType, content: &[u8]) -> Vec<u8> {
    plain(envelope, &pkcs7_entity(smime_type, content))
}

/// A message with a `PKIMessage` (`application/pkixcmp`).
pub fn cmp(envelope: &Envelope<'_>, message: &[u8]) -> Vec<u8> {
    let content_type = ContentType::new("application/pkixcmp");
    plain(
        envelope,
        &leaf(&content_type, None, &encode::base64(message)),
    )
}

impl Micalg {
    const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }
}

impl SmimeType {
    /// The parameter and the file name (RFC 8551 sections 3.2.1 and 3.2.2).
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::AuthEnvelopedData => ("authEnveloped-data", "smime.p7m"),
            Self::CertsOnly => ("certs-only", "smime.p7c"),
            Self::EnvelopedData => ("enveloped-data", "smime.p7m"),
            Self::SignedData => ("signed-data", "smime.p7m"),
        }
    }
}

impl Envelope<'_> {
    /// The header up to where an entity's own begins.
    fn header(&self) -> Vec<u8> {
        let Self {
            from,
            to,
            cc,
            subject,
            at,
            unique,
            in_reply_to,
        } = *self;
        let mut header = Vec::new();
        field(&mut header, "From", &address(from.0, from.1));
        for (name, people) in [("To", to), ("Cc", cc)] {
            if !people.is_empty() {
                let list = people.iter().map(|(name, mail)| address(name, mail));
                field(&mut header, name, &Address::new_list(list.collect()));
            }
        }
        field(&mut header, "Subject", &Text::new(subject));
        field(&mut header, "Date", &Date::new(at.secs()));
        let id = format!("{}@kmadmin.invalid", identifier(unique));
        push(&mut header, &format!("Message-ID: <{id}>\r\n"));
        if let Some(answered) = in_reply_to.map(identifier) {
            push(&mut header, &format!("In-Reply-To: <{answered}>\r\n"));
            push(&mut header, &format!("References: <{answered}>\r\n"));
        }
        push(&mut header, "MIME-Version: 1.0\r\n");
        header
    }
}

/// A name and an address; what would end the address early is left out.
fn address<'a>(name: &'a str, mail: &str) -> Address<'a> {
    let name = Some(name).filter(|name| !name.is_empty());
    Address::Address(EmailAddress {
        name: name.map(Into::into),
        email: identifier(mail).into(),
    })
}

/// What may stand between angle brackets.
fn identifier(text: &str) -> String {
    text.chars()
        .filter(|character| {
            !character.is_control() && !character.is_whitespace() && !"<>,;".contains(*character)
        })
        .collect()
}

fn attachment_entity(attachment: &Attachment<'_>) -> Vec<u8> {
    let Attachment {
        name,
        media_type,
        content,
    } = attachment;
    let name = file_name::safe(name);
    let content_type = ContentType::new(leaf_type(media_type)).attribute("name", name.as_str());
    leaf(&content_type, Some(&name), &encode::base64(content))
}

/// A media type that may be sent in base64 (RFC 2045 section 6.4), or the one for any octets.
fn leaf_type(media_type: &str) -> &str {
    /// RFC 6838 section 4.2: what registered names are made of.
    fn is_name(text: &str) -> bool {
        let punctuation = "!#$&-^_.+";
        let mut letters = text.chars();
        !text.is_empty()
            && letters.all(|letter| letter.is_ascii_alphanumeric() || punctuation.contains(letter))
    }
    let is_leaf = media_type.split_once('/').is_some_and(|(kind, subtype)| {
        let is_composite = ["message", "multipart"]
            .iter()
            .any(|composite| kind.eq_ignore_ascii_case(composite));
        is_name(kind) && is_name(subtype) && !is_composite
    });
    if is_leaf {
        media_type
    } else {
        "application/octet-stream"
    }
}

/// An entity that contains no other.
fn leaf(content_type: &ContentType<'_>, file: Option<&str>, body: &Body) -> Vec<u8> {
    let mut entity = Vec::with_capacity(body.octets.len() + 256); // 256: three short fields
    field(&mut entity, "Content-Type", content_type);
    let encoding = Text::new(body.encoding);
    field(&mut entity, "Content-Transfer-Encoding", &encoding);
    if let Some(file) = file {
        let disposition = ContentType::new("attachment").attribute("filename", file);
        field(&mut entity, "Content-Disposition", &disposition);
    }
    push(&mut entity, "\r\n");
    entity.extend_from_slice(&body.octets);
    entity
}

/// An entity of several others, which stand in it octet for octet.
fn multipart(subtype: &str, parameters: &[(&str, &str)], parts: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let boundary = boundary(parts);
    let mut entity = Vec::new();
    push(
        &mut entity,
        &format!("Content-Type: multipart/{subtype};\r\n"),
    );
    for (name, value) in parameters {
        push(&mut entity, &format!(" {name}=\"{value}\";\r\n"));
    }
    push(&mut entity, &format!(" boundary=\"{boundary}\"\r\n\r\n"));
    for part in parts {
        push(&mut entity, &format!("--{boundary}\r\n"));
        entity.extend_from_slice(part.as_ref());
        push(&mut entity, "\r\n");
    }
    push(&mut entity, &format!("--{boundary}--\r\n"));
    entity
}

/// How all boundaries begin; `=_` is in no base64 and no quoted-printable (RFC 2045 section 6.7).
const BOUNDARY: &str = "=_kmadmin-";
/// Digits of a boundary's number: one for each that could be in the longest message.
const BOUNDARY_DIGITS: usize = 8;

/// A boundary that is nowhere in the parts.
fn boundary(parts: &[impl AsRef<[u8]>]) -> String {
    let mut taken = BTreeSet::new();
    for part in parts {
        let mut rest = part.as_ref();
        while let Some(place) = rest.iter().position(|octet| *octet == b'=') {
            rest = rest.get(place..).unwrap_or_default();
            let number = rest
                .strip_prefix(BOUNDARY.as_bytes())
                .and_then(|rest| rest.get(..BOUNDARY_DIGITS));
            taken.extend(number);
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    let mut numbers = (0_u32..).map(|number| format!("{number:0BOUNDARY_DIGITS$}"));
    let free = numbers.find(|number| !taken.contains(number.as_bytes()));
    format!("{BOUNDARY}{}", free.unwrap_or_default())
}

fn field(output: &mut Vec<u8>, name: &str, value: &impl Header) {
    push(output, &format!("{name}: "));
    value.write_header(output, name.len() + 2);
}

fn push(output: &mut Vec<u8>, text: &str) {
    output.extend_from_slice(text.as_bytes());
}
