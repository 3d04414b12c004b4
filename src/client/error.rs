//! Why the client did not do something, and the words for it.

use std::io;
use std::path::PathBuf;

use crate::domain::address::AddressError;
use crate::domain::names::{KeysetName, NameError};
use crate::domain::temporary_key::TemporaryKeyError;

/// Why something was not done. `Display` is the sentence for people without its capital and period;
/// [`Error::notice`] makes it whole and adds what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was typed is no address.
    #[error("{0}")]
    Address(#[from] AddressError),
    /// A keyset that is used only with permission was used without.
    #[error("the keyset {0} is used only with your permission")]
    ConsentNeeded(KeysetName),
    /// A cryptographic operation failed that can not fail with keys of ours.
    #[error("a cryptographic operation failed: {0}")]
    Crypto(String),
    /// A file of the home folder is not what was written there.
    #[error("the file {} can not be understood", .0.display())]
    Damaged(PathBuf),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A keyset of this name exists where a new one was to be made.
    #[error("there is a keyset named {0} already")]
    KeysetExists(KeysetName),
    /// The home folder is in use.
    #[error("another program is using the folder {}", .0.display())]
    Locked(PathBuf),
    /// What was typed is no name.
    #[error("{0}")]
    Name(#[from] NameError),
    /// These recipients have no certificate that a message can be encrypted with.
    #[error("a message can not be encrypted to {}", .0.join(", "))]
    NoCertificate(Vec<String>),
    /// These recipients have no mailbox in the post office; nothing was sent.
    #[error("a message can not be delivered to {}: there is no such mailbox here", .0.join(", "))]
    NoMailbox(Vec<String>),
    /// The message is no longer there.
    #[error("the message is not in the mailbox any more")]
    NoSuchMessage,
    /// The keyset has no signing key and certificate to act with.
    #[error("the keyset {0} has no valid signing certificate")]
    NoSigningKey(KeysetName),
    /// The certificates of the keyset were revoked, and when.
    #[error("the certificates of the keyset {0} were revoked on {1}")]
    Revoked(KeysetName, String),
    /// No such keyset.
    #[error("there is no keyset named {0}")]
    NoSuchKeyset(KeysetName),
    /// The keyset's level has no password.
    #[error("the keyset {0} has no password, because its security level is not High")]
    NoPassword(KeysetName),
    /// The certificates are from another authority than the pinned one.
    #[error(
        "the reply has certificates of another certification authority than the one you enrolled with"
    )]
    OtherAuthority,
    /// No keyset is there or chosen.
    #[error("no Digital ID is set up")]
    NoDigitalId,
    /// Nothing under way that the message or the name belongs to.
    #[error("this message answers no request of this program")]
    NoSuchRequest,
    /// The file is no PKCS#12 file that can be read here.
    #[error("the Digital ID file can not be read: {0}")]
    Pkcs12(String),
    /// A High keyset was to be used without its password.
    #[error("the password of the keyset {0} is needed")]
    PasswordNeeded(KeysetName),
    /// The password can not be one of a keyset.
    #[error(
        "the password of a keyset can have only letters of the English alphabet, digits and signs"
    )]
    PasswordNotAscii,
    /// The server refused, in these words.
    #[error("the Key Management server refused: {0}")]
    Refused(String),
    /// The reply was verified and is not acceptable.
    #[error("the reply of the Key Management server is not acceptable: {0}")]
    Reply(String),
    /// Renewal outside its time.
    #[error("the certificates of the keyset {0} can not be renewed now")]
    RenewalNotDue(KeysetName),
    /// A setting without which nothing can be sent.
    #[error("{0} is not set")]
    NotSet(&'static str),
    /// What was typed is no temporary key.
    #[error("{0}")]
    TemporaryKey(#[from] TemporaryKeyError),
    /// The message was delivered to some only; these did not get it.
    #[error("the message could not be delivered to {}: {source}", to.join(", "))]
    Undelivered {
        /// Who did not get it.
        to: Vec<String>,
        /// What the system said of the first.
        source: io::Error,
    },
    /// What is published can not be had now; why, as a sentence.
    #[error("{0}")]
    Unreachable(String),
    /// The signer's certificate can not be kept; why, as a sentence.
    #[error("{0}")]
    Unfit(String),
    /// The new password is too easy to guess.
    #[error("the password is too easy to guess. {0}")]
    WeakPassword(String),
    /// The password does not open the keyset or the file.
    #[error("the password is wrong")]
    WrongPassword,
}

/// Words for people.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Notice {
    /// What happened, as a sentence.
    pub what: String,
    /// What to do, as a sentence; empty if nothing.
    pub remedy: &'static str,
}

impl Error {
    /// The words for people.
    pub fn notice(&self) -> Notice {
        Notice {
            what: sentence(&self.to_string()),
            remedy: self.remedy(),
        }
    }

    /// What to do. Exhaustive: a new variant needs words.
    fn remedy(&self) -> &'static str {
        match self {
            Self::Address(_)
            | Self::Name(_)
            | Self::NoCertificate(_)
            | Self::Refused(_)
            | Self::Unfit(_)
            | Self::WeakPassword(_) => "",
            Self::ConsentNeeded(_) | Self::NoPassword(_) | Self::WrongPassword => {
                "Nothing was changed."
            }
            Self::Crypto(_) => "Try again; if it happens again, tell your administrator.",
            Self::Damaged(_) => "Restore the file from a copy, or enroll again.",
            Self::File { .. } => "Check the disk and your permissions, then try again.",
            Self::KeysetExists(_) => "Choose another keyset name.",
            Self::Locked(_) => "Close the other program first.",
            Self::NoMailbox(_) => "Nothing was sent. Check the address, or leave it out.",
            Self::NoSuchMessage => "Another program may have deleted it.",
            Self::Undelivered { .. } => "All others got it. Send it to these once more.",
            Self::Unreachable(_) => "Try again later.",
            Self::NoSigningKey(_) | Self::Revoked(..) => {
                "Ask your administrator for a new temporary key, and set up security again."
            }
            Self::NoSuchKeyset(_) => "Choose another keyset.",
            Self::OtherAuthority => {
                "Nothing was changed. Ask your administrator before you do anything else."
            }
            Self::NoDigitalId => "Get a Digital ID first, with a temporary key.",
            Self::NoSuchRequest => {
                "It may have been dealt with already, or belong to a request from another computer."
            }
            Self::Pkcs12(_) => "Ask for the file once more.",
            Self::PasswordNeeded(_) => {
                "Nothing was changed. If the password is forgotten, use another keyset name."
            }
            Self::PasswordNotAscii => "Choose a password without accents and other scripts.",
            Self::Reply(_) => {
                "Nothing was changed. Send the request again, or ask your administrator."
            }
            Self::RenewalNotDue(_) => {
                "They can be renewed from their twelfth month until they expire."
            }
            Self::NotSet(_) => "Enter it first.",
            Self::TemporaryKey(_) => "Compare it with what you were given.",
        }
    }
}

/// With a capital and a period.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let capital = characters.next().into_iter().flat_map(char::to_uppercase);
    let mut sentence: String = capital.chain(characters).collect();
    if !sentence.ends_with('.') {
        sentence.push('.');
    }
    sentence
}
