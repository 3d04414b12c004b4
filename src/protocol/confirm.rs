//! Confirmations: the hash by which a client names the certificate it got (RFC 9810 section 5.3.18).

use subtle::ConstantTimeEq as _;

use crate::crypto::certificate::Certificate;
use crate::crypto::certificate::algorithm::{Digest, SignatureAlgorithm};
use crate::crypto::hash::Hash;
use crate::protocol::message::{CertStatus, Status};

impl CertStatus {
    /// The client wants `certificate`, which answered the request of this number; `None` if it can
    /// not be read.
    pub fn for_certificate(certificate: &[u8], request_id: i64) -> Option<Self> {
        let named = hash_of(certificate)?;
        // RFC 9481 section 2.3: SHA-512 for Ed25519, named in hashAlg because its signature does not
        let (hash, hash_alg) = match named {
            Named::BySignature(hash) => (hash, None),
            Named::ByNothing => (Hash::Sha512, Some(Hash::Sha512)),
        };
        Some(Self {
            hash: hash.digest(certificate),
            request_id,
            status: None,
            hash_alg,
        })
    }

    /// Whether this is about `certificate`.
    pub fn fits(&self, certificate: &[u8]) -> bool {
        let hash = match (self.hash_alg, hash_of(certificate)) {
            (_, None) => return false,
            (Some(hash), Some(_)) | (None, Some(Named::BySignature(hash))) => hash,
            (None, Some(Named::ByNothing)) => Hash::Sha512,
        };
        hash.digest(certificate).ct_eq(&self.hash).into()
    }

    /// Whether the client wants the certificate.
    pub fn is_wanted(&self) -> bool {
        self.status.as_ref().is_none_or(Status::is_granted)
    }
}

/// Where the hash function of a confirmation comes from.
enum Named {
    /// The certificate's signature algorithm has it.
    BySignature(Hash),
    /// Its signature algorithm has none to choose.
    ByNothing,
}

/// The hash function for a certificate, unless it is one nobody should use.
fn hash_of(certificate: &[u8]) -> Option<Named> {
    let certificate = Certificate::from_der(certificate).ok()?;
    match certificate.signature_algorithm() {
        SignatureAlgorithm::Ecdsa(digest)
        | SignatureAlgorithm::RsaPkcs1(digest)
        | SignatureAlgorithm::RsaPss { digest, .. } => match digest {
            Digest::Sha256 => Some(Named::BySignature(Hash::Sha256)),
            Digest::Sha384 => Some(Named::BySignature(Hash::Sha384)),
            Digest::Sha512 => Some(Named::BySignature(Hash::Sha512)),
            Digest::Md2 | Digest::Md4 | Digest::Md5 | Digest::Sha1 | Digest::Sha224 => None,
        },
        SignatureAlgorithm::Ed25519 => Some(Named::ByNothing),
        SignatureAlgorithm::Other(_) => None,
    }
}
