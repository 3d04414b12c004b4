//! What a window or a command line shows of messages and people, and what it hands in to be sent.

use crate::client::message::verdict::Verdict;
use crate::client::view::CertificateView;
use crate::domain::address::MailAddress;
use crate::domain::time::UnixTime;

/// The name of a message in the own Maildir.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct MessageId(pub(super) String);

impl MessageId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What kind of message it is, as far as its outside shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MessageKind {
    /// Encrypted; whether it is signed shows when it is opened.
    Encrypted,
    /// Neither signed nor encrypted.
    Plain,
    /// A reply of the Security Authority (`application/pkixcmp`).
    SecurityReply,
    /// Signed.
    Signed,
}

/// A line of the inbox.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MessageRow {
    /// Its name.
    pub id: MessageId,
    /// What kind it is.
    pub kind: MessageKind,
    /// Who it says it is from: a name, or else an address.
    pub from: String,
    /// Its subject.
    pub subject: String,
    /// When it was written, as it says; when it was delivered where it does not say.
    pub date: UnixTime,
    /// Whether it was opened before.
    pub is_seen: bool,
}

/// Somebody named in a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Person {
    /// The name shown; may be empty.
    pub name: String,
    /// The address as it stands there.
    pub address: String,
}

impl Person {
    /// `Name <address>`, or the address alone.
    pub fn words(&self) -> String {
        if self.name.is_empty() {
            return self.address.clone();
        }
        let words: Vec<&str> = self.name.split_whitespace().collect();
        let name = words.join(" ");
        match name.char_indices().nth(LONGEST_NAME) {
            None => format!("{name} <{}>", self.address),
            Some((end, _)) => format!("{}… <{}>", name.split_at(end).0, self.address),
        }
    }
}

/// An opened message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Opened {
    /// Its name.
    pub id: MessageId,
    /// The authors.
    pub from: Vec<Person>,
    /// The recipients.
    pub to: Vec<Person>,
    /// The recipients of copies.
    pub cc: Vec<Person>,
    /// Its subject.
    pub subject: String,
    /// When it was written, as it says.
    pub date: Option<UnixTime>,
    /// Its Message-ID, for the answer.
    pub message_id: Option<String>,
    /// The text; empty where nothing may be shown.
    pub text: String,
    /// The files in it.
    pub files: Vec<FileView>,
    /// The text that was found beside what is signed or encrypted; nobody knows whose it is.
    pub text_beside: String,
    /// The files that were found there.
    pub files_beside: Vec<FileView>,
    /// What is to be said of it.
    pub verdict: Verdict,
    /// The certificate of the signer.
    pub signer: Option<CertificateView>,
    /// The signer's encryption certificate, to be kept by [`super::super::Client::add_contact`]; only
    /// where the signer is the sender and nothing speaks against him.
    pub encryption: Option<CertificateView>,
    /// The CMP message in it, for [`super::super::Client::open_reply`].
    pub reply: Option<Vec<u8>>,
}

/// Characters of a name that are shown: what a certificate may have (RFC 5280 appendix A.1). Behind a
/// longer one the address would stand out of sight.
const LONGEST_NAME: usize = 64;

impl Opened {
    /// The text to be shown: what stands beside the protected part comes after it, under a line that
    /// says so.
    pub fn whole_text(&self) -> String {
        if self.text_beside.is_empty() {
            return self.text.clone();
        }
        format!("{}\n\n{BESIDE}\n\n{}", self.text, self.text_beside)
    }
}

/// The line over what stands beside.
const BESIDE: &str = "----- The following stands outside the protected message -----";

/// A file in a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileView {
    /// Its name, which is never a path.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its octets.
    pub content: Vec<u8>,
}

/// A message to be sent.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Draft {
    /// The recipients.
    pub to: Vec<MailAddress>,
    /// The recipients of copies.
    pub cc: Vec<MailAddress>,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The files: a name and the octets.
    pub files: Vec<(String, Vec<u8>)>,
    /// The Message-ID of what this answers.
    pub in_reply_to: Option<String>,
    /// Whether it is signed.
    pub sign: bool,
    /// Whether it is encrypted.
    pub encrypt: bool,
}

/// Whether a message can be encrypted to somebody.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RecipientCheck {
    /// Who.
    pub address: MailAddress,
    /// The certificate that would be used.
    pub certificate: Option<CertificateView>,
    /// Why there is none, as a sentence.
    pub problem: Option<String>,
}

/// What was sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Posted {
    /// How it was encrypted: `AES-256-GCM`, `AES-256-CBC`; nothing where it was not.
    pub cipher: Option<&'static str>,
}

/// Somebody whose certificate was kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Contact {
    /// The name in the certificate; may be empty.
    pub name: String,
    /// The address.
    pub address: MailAddress,
    /// The encryption certificate.
    pub certificate: CertificateView,
    /// Where it came from: the KM server, or a signed message and when.
    pub source: String,
    /// Whether a message would be encrypted with it now, and if not why not.
    pub problem: Option<String>,
}
