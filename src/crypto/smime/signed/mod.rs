//! `SignedData` (RFC 5652 section 5): signing, and telling whose signatures are right.
//!
//! Whether a signer's certificate may be trusted is not decided here but by the path behind it.

use crate::crypto::keypair::PrivateKey;
use crate::crypto::smime::capabilities::Capabilities;
use crate::domain::time::UnixTime;

pub use read::{verify, verify_as, verify_knowing};
pub use write::{sign, sign_as};

mod algorithm;
mod attributes;
mod oid;
mod parts;
mod read;
mod write;

/// Where the signed content stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// Beside the signature: multipart/signed, readable by every mail program.
    Detached,
    /// Within the signature: application/pkcs7-mime.
    Opaque,
}

/// Who signs, and what the signature says beside.
#[derive(Clone, Copy)]
pub struct Signing<'a> {
    /// The signing key.
    pub key: &'a PrivateKey,
    /// Its certificate, DER.
    pub certificate: &'a [u8],
    /// Certificates of the authorities above, DER, without order.
    pub chain: &'a [&'a [u8]],
    /// The time that is claimed.
    pub at: UnixTime,
    /// Whether to announce what this program reads ([`Capabilities::ours`]).
    pub capabilities: bool,
    /// The certificate to encrypt answers with, DER: included, and named as the one preferred.
    pub encryption_certificate: Option<&'a [u8]>,
}

/// A signed message, read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Signed {
    /// The content, if it stands within; believe it only if a signature is good.
    pub content: Option<Vec<u8>>,
    /// Everybody who signed; nobody in a message that only brings certificates.
    pub signers: Vec<Signer>,
    /// Every certificate in it that can be read, DER, once each.
    pub certificates: Vec<Vec<u8>>,
}

/// One signature. What it says beside is filled in only where it is [`SignatureVerdict::Good`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Signer {
    /// The certificate, DER, whose key made the signature, or that it names if it is not good.
    pub certificate: Option<Vec<u8>>,
    /// Is it right?
    pub signature: SignatureVerdict,
    /// When, as the signer claims.
    pub signed_at: Option<UnixTime>,
    /// How, for people: `RSA with SHA-256`; empty if it can not be read.
    pub algorithm: String,
    /// What the signer's program can read.
    pub capabilities: Capabilities,
    /// The certificate, DER, that the signer wants answers to be encrypted with.
    pub encryption_certificate: Option<Vec<u8>>,
}

/// What was found out about a signature.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SignatureVerdict {
    /// The content or the signature was changed, or something contradicts it.
    Bad,
    /// Made by the certificate's key over this content.
    Good,
    /// Nothing known: the signer's certificate is not there.
    NoCertificate,
    /// Nothing known: an algorithm or a key, in words, that is not taken here.
    Unsupported(String),
    /// It fits, but an algorithm, in words, is so weak that anybody could have forged it.
    Weak(String),
}

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]
mod tests;
