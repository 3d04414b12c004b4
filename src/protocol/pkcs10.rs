//! PKCS#10 requests (RFC 2986), for clients that have nothing else.

use crate::crypto::keypair::PublicKey;
use crate::protocol::possession::PossessionError;

/// A request whose signature is right.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pkcs10 {
    /// The public key whose possession it proves.
    pub public: PublicKey,
    /// The subject's distinguished name, DER.
    pub subject: Vec<u8>,
}

/// Reads a request and checks that it is signed with its own key.
pub fn read(_der: &[u8]) -> Result<Pkcs10, PossessionError> {
    Err(PossessionError::Missing)
}
