//! S/MIME (RFC 8551) over CMS (RFC 5652): signed and encrypted messages, as octets.

pub mod capabilities;
pub mod enveloped;
pub mod kind;
pub mod signed;
mod walk;

/// Why a message was neither written nor read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SmimeError {
    /// A certificate handed over is none, or belongs to another key.
    #[error("a certificate can not be read or does not belong to the key")]
    Certificate,
    /// A detached signature came without what it signs.
    #[error("the content that the signature is about is missing")]
    ContentMissing,
    /// A CMS message of another type, or with content of another type.
    #[error("the message holds something else than was expected")]
    ContentType,
    /// The library could not write it; does not happen with keys and certificates that fit.
    #[error("the message could not be written")]
    Encoding,
    /// A key that can not do what was asked.
    #[error("the key is of a kind that can not be used here")]
    Key,
    /// Not CMS, or damaged.
    #[error("the message can not be read: it is damaged or of another kind")]
    Malformed,
    /// More signers, recipients or certificates than any honest message has.
    #[error("the message has more signers, recipients or certificates than are read here")]
    TooMany,
}

impl From<der::Error> for SmimeError {
    fn from(_reason: der::Error) -> Self {
        Self::Encoding
    }
}
