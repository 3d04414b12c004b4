//! Requests for certificates and the proof that the client has the private key (RFC 4211 section 4).

use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::protocol::message::{CertId, CertRequest};
use crate::protocol::write::WriteError;

/// Why a request does not prove that its sender has the private key.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PossessionError {
    /// The public key is not one we take.
    #[error("the request's public key is of a kind that is not accepted")]
    Key,
    /// There is no proof, or no public key.
    #[error("the request does not prove that the sender has the private key")]
    Missing,
    /// A kind of proof that is not accepted.
    #[error("the proof of possession is of a kind that is not accepted: {0}")]
    Unsupported(String),
    /// The signature is wrong.
    #[error("the proof of possession is wrong")]
    Wrong,
}

impl CertRequest {
    /// A request for the certificate of `key`, with a signature that proves its possession.
    pub fn new_signing(
        _id: i64,
        _subject: &[u8],
        _old_cert: Option<CertId>,
        _key: &PrivateKey,
    ) -> Result<Self, WriteError> {
        Err(WriteError::Encoding)
    }

    /// A request for the certificate of a key that the server makes and encrypts to `transport`.
    pub fn new_server_made(
        _id: i64,
        _subject: &[u8],
        _old_cert: Option<CertId>,
        _transport: &PublicKey,
    ) -> Result<Self, WriteError> {
        Err(WriteError::Encoding)
    }

    /// The public key of the template, if it has one and the server is not to make it.
    pub fn public_key(&self) -> Option<&[u8]> {
        self.template.public_key.as_deref()
    }

    /// The public key whose possession the request proves, checked over the octets as received.
    pub fn prove(&self) -> Result<PublicKey, PossessionError> {
        Err(PossessionError::Missing)
    }
}
