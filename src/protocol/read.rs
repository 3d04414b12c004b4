//! Reads messages; every bound is checked before work is done.

use crate::crypto::keypair::PublicKey;
use crate::protocol::message::{Header, Message};
use crate::protocol::protect::{MacForm, ProtectionError, ProtectionKind};

/// A message that was read, with what is needed to check its protection.
#[derive(Clone, Debug)]
pub struct Received {
    /// What it says. Nothing of it is true before the protection was checked.
    pub message: Message,
}

/// Why octets are not a message we can read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReadError {
    /// Not the encoding of a message.
    #[error("this is not a CMP message: {0}")]
    Malformed(String),
    /// More than is ever read.
    #[error("the message is too large: {0}")]
    TooMuch(&'static str),
    /// A kind of message, or a part of one, that this program does not know.
    #[error("the message has something that is not supported: {0}")]
    Unsupported(&'static str),
    /// A version of the protocol that is not spoken here.
    #[error("version {0} of the protocol is not supported")]
    Version(u8),
}

/// Reads a message.
pub fn read(_octets: &[u8]) -> Result<Received, ReadError> {
    Err(ReadError::Unsupported("everything"))
}

/// Reads the header alone, so that a message whose rest can not be read can be answered.
pub fn read_header(_octets: &[u8]) -> Result<Header, ReadError> {
    Err(ReadError::Unsupported("everything"))
}

impl Received {
    /// How the message is protected.
    pub fn protection(&self) -> ProtectionKind {
        ProtectionKind::None
    }

    /// The form of its MAC, so that it can be answered alike.
    pub fn mac_form(&self) -> Option<MacForm> {
        None
    }

    /// Checks the MAC under `secret`.
    pub fn verify_mac(&self, _secret: &[u8]) -> Result<(), ProtectionError> {
        Err(ProtectionError::Kind)
    }

    /// Checks the signature with `public`.
    pub fn verify_signature(&self, _public: &PublicKey) -> Result<(), ProtectionError> {
        Err(ProtectionError::Kind)
    }

    /// SHA-256 of header and body as received: the same for the same message only.
    pub fn content_hash(&self) -> [u8; 32] {
        [0; 32]
    }
}
