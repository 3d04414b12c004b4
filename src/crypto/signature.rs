//! Signatures whose algorithm a message names: which one a key makes, and checking those of others.

use aws_lc_rs::signature::{self, ParsedPublicKey, VerificationAlgorithm};
use der::Decode as _;
use der::asn1::AnyRef;
use x509_cert::spki::{AlgorithmIdentifierRef, ObjectIdentifier};

use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::domain::key_kind::KeyKind;

/// Why a signature is not accepted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignatureError {
    /// The algorithm is not one of ours: its object identifier.
    #[error("the signature algorithm {0} is not supported")]
    Unsupported(String),
    /// It is not this key's over this message.
    #[error("the signature is wrong")]
    Wrong,
}

/// The `AlgorithmIdentifier` (DER) of the signatures that [`PrivateKey::sign`] makes.
pub fn algorithm_of(key: &PrivateKey) -> &'static [u8] {
    match key.public().kind() {
        KeyKind::Rsa2048 | KeyKind::Rsa3072 | KeyKind::Rsa4096 => RSA_SHA256,
        KeyKind::P256 => ECDSA_SHA256,
        KeyKind::P384 => ECDSA_SHA384,
        KeyKind::Ed25519 => ED25519,
    }
}

/// Whether signatures of this `AlgorithmIdentifier` (DER) can be checked.
pub fn is_supported(algorithm: &[u8]) -> Result<(), SignatureError> {
    scheme(algorithm).map(|_scheme| ())
}

/// Checks a signature of this `AlgorithmIdentifier` (DER): RSA PKCS#1 v1.5 or ECDSA with SHA-256 or
/// better, or Ed25519.
pub fn verify(
    algorithm: &[u8],
    key: &PublicKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let Some(algorithm) = verification(scheme(algorithm)?, key.kind()) else {
        return Err(SignatureError::Wrong); // a key of one kind made no signature of another
    };
    ParsedPublicKey::new(algorithm, key.spki())
        .and_then(|key| key.verify_sig(message, signature).map_err(Into::into))
        .map_err(|_which| SignatureError::Wrong)
}

/// What an algorithm's identifier says.
#[derive(Clone, Copy)]
enum Scheme {
    EcdsaSha256,
    EcdsaSha384,
    EcdsaSha512,
    Ed25519,
    RsaSha256,
    RsaSha384,
    RsaSha512,
}

fn scheme(algorithm: &[u8]) -> Result<Scheme, SignatureError> {
    let read = AlgorithmIdentifierRef::from_der(algorithm)
        .map_err(|_der| SignatureError::Unsupported("that can not be read".to_owned()))?;
    let known = SCHEMES.iter().find(|(oid, _scheme)| *oid == read.oid);
    let right = |scheme: Scheme| match scheme {
        // RFC 4055 section 5: NULL, but absent MUST be accepted
        Scheme::RsaSha256 | Scheme::RsaSha384 | Scheme::RsaSha512 => {
            read.parameters.is_none_or(AnyRef::is_null)
        }
        // RFC 5758 section 3.2 and RFC 8410 section 3: absent
        Scheme::EcdsaSha256 | Scheme::EcdsaSha384 | Scheme::EcdsaSha512 | Scheme::Ed25519 => {
            read.parameters.is_none()
        }
    };
    match known {
        Some((_oid, scheme)) if right(*scheme) => Ok(*scheme),
        Some(_) | None => Err(SignatureError::Unsupported(read.oid.to_string())),
    }
}

/// The engine's algorithm for a scheme and a kind of key, where they fit.
fn verification(scheme: Scheme, kind: KeyKind) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match (scheme, kind) {
        (Scheme::RsaSha256, kind) if kind.is_rsa() => &signature::RSA_PKCS1_2048_8192_SHA256,
        (Scheme::RsaSha384, kind) if kind.is_rsa() => &signature::RSA_PKCS1_2048_8192_SHA384,
        (Scheme::RsaSha512, kind) if kind.is_rsa() => &signature::RSA_PKCS1_2048_8192_SHA512,
        (Scheme::EcdsaSha256, KeyKind::P256) => &signature::ECDSA_P256_SHA256_ASN1,
        (Scheme::EcdsaSha384, KeyKind::P256) => &signature::ECDSA_P256_SHA384_ASN1,
        (Scheme::EcdsaSha512, KeyKind::P256) => &signature::ECDSA_P256_SHA512_ASN1,
        (Scheme::EcdsaSha256, KeyKind::P384) => &signature::ECDSA_P384_SHA256_ASN1,
        (Scheme::EcdsaSha384, KeyKind::P384) => &signature::ECDSA_P384_SHA384_ASN1,
        (Scheme::EcdsaSha512, KeyKind::P384) => &signature::ECDSA_P384_SHA512_ASN1,
        (Scheme::Ed25519, KeyKind::Ed25519) => &signature::ED25519,
        (_scheme, _other) => return None,
    })
}

/// sha256WithRSAEncryption (RFC 4055 section 5), with its NULL.
const RSA_SHA256: &[u8] = &[
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00,
];
/// ecdsa-with-SHA256 (RFC 5758 section 3.2).
const ECDSA_SHA256: &[u8] = &[
    0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02,
];
/// ecdsa-with-SHA384 (RFC 5758 section 3.2).
const ECDSA_SHA384: &[u8] = &[
    0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03,
];
/// id-Ed25519 (RFC 8410 section 3).
const ED25519: &[u8] = &[0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];

/// The algorithms by their object identifiers (RFC 4055, 5758, 8410).
const SCHEMES: &[(ObjectIdentifier, Scheme)] = &[
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11"),
        Scheme::RsaSha256,
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12"),
        Scheme::RsaSha384,
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13"),
        Scheme::RsaSha512,
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2"),
        Scheme::EcdsaSha256,
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3"),
        Scheme::EcdsaSha384,
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4"),
        Scheme::EcdsaSha512,
    ),
    (ObjectIdentifier::new_unwrap("1.3.101.112"), Scheme::Ed25519),
];
