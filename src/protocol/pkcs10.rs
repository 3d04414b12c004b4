//! PKCS#10 requests (RFC 2986), for clients that have nothing else.

use crate::crypto::keypair::PublicKey;
use crate::crypto::signature;
use crate::crypto::strict_der::{self, Malformed};
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
pub fn read(der: &[u8]) -> Result<Pkcs10, PossessionError> {
    let parts = parts(der)?;
    let public = PublicKey::from_spki(parts.spki).map_err(|_kind| PossessionError::Key)?;
    signature::verify(parts.algorithm, &public, parts.signed, parts.signature)?;
    Ok(Pkcs10 {
        public,
        subject: parts.subject.to_vec(),
    })
}

/// The parts of a `CertificationRequest` (RFC 2986 section 4.2).
struct Parts<'a> {
    signed: &'a [u8],
    subject: &'a [u8],
    spki: &'a [u8],
    algorithm: &'a [u8],
    signature: &'a [u8],
}

fn parts(der: &[u8]) -> Result<Parts<'_>, Malformed> {
    let mut outer = strict_der::check(der)?.members()?;
    let info = outer.expect(strict_der::SEQUENCE, "the request has no contents")?;
    let algorithm = outer.expect(strict_der::SEQUENCE, "the signature has no algorithm")?;
    let signature = outer.any()?;
    outer.finish()?;
    let mut inner = info.reader();
    inner.expect(strict_der::INTEGER, "the request has no version")?;
    let subject = inner.expect(strict_der::SEQUENCE, "the request has no subject")?;
    let spki = inner.expect(strict_der::SEQUENCE, "the request has no public key")?;
    Ok(Parts {
        signed: info.octets,
        subject: subject.octets,
        spki: spki.octets,
        algorithm: algorithm.octets,
        signature: signature.whole_octets()?,
    })
}

impl From<Malformed> for PossessionError {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed.to_string())
    }
}
