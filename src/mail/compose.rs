//! Messages out: MIME entities in the canonical form that signatures are made over, and messages
//! around them.

use crate::domain::time::UnixTime;

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
}

/// What an `application/pkcs7-mime` contains (RFC 8551 section 3.2.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SmimeType {
    /// AuthEnvelopedData.
    AuthEnvelopedData,
    /// SignedData without signers, which carries certificates.
    CertsOnly,
    /// EnvelopedData.
    EnvelopedData,
    /// SignedData with the content in it.
    SignedData,
}

/// A text, with files if there are any, as a MIME entity: CRLF, seven bits, no line that a mail
/// server changes (RFC 8551 section 3.1). The last line of the text gets a line end if it has none.
pub fn text_entity(text: &str, attachments: &[Attachment<'_>]) -> Vec<u8> {
    Vec::new()
}

/// The `multipart/signed` entity of an entity and the detached signature over its octets.
pub fn signed_entity(entity: &[u8], signature: &[u8], micalg: Micalg) -> Vec<u8> {
    Vec::new()
}

/// The `application/pkcs7-mime` entity of a CMS object.
pub fn pkcs7_entity(smime_type: SmimeType, content: &[u8]) -> Vec<u8> {
    Vec::new()
}

/// A message with an entity as it is.
pub fn plain(envelope: &Envelope<'_>, entity: &[u8]) -> Vec<u8> {
    Vec::new()
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

/// A message with a PKIMessage (`application/pkixcmp`).
pub fn cmp(envelope: &Envelope<'_>, message: &[u8]) -> Vec<u8> {
    Vec::new()
}
