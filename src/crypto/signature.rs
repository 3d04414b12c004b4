//! Signatures whose algorithm a message names: which one a key makes, and checking those of others.

use crate::crypto::certificate::algorithm::SignatureAlgorithm;
use crate::crypto::certificate::public_key;
use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::crypto::strict_der;
use crate::crypto::verify::signature;
use crate::domain::key_kind::KeyKind;

/// The shortest digest that is taken, in octets: SHA-256's.
const LEAST_DIGEST: usize = 32;

/// Why a signature is not accepted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignatureError {
    /// The algorithm is not one of ours: its name or object identifier.
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

/// Whether signatures of this `AlgorithmIdentifier` (DER) are taken at all.
pub fn check_algorithm(algorithm: &[u8]) -> Result<(), SignatureError> {
    scheme(algorithm).map(|_scheme| ())
}

/// Checks a signature of this `AlgorithmIdentifier` (DER): RSA, ECDSA with SHA-256 or better,
/// Ed25519.
pub fn verify(
    algorithm: &[u8],
    key: &PublicKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let scheme = scheme(algorithm)?;
    let key = strict_der::check(key.spki())
        .and_then(|spki| public_key::PublicKey::read(&spki))
        .map_err(|_malformed| SignatureError::Wrong)?;
    signature::verifies(&key, &scheme, message, signature)
        .then_some(())
        .ok_or(SignatureError::Wrong)
}

fn scheme(algorithm: &[u8]) -> Result<SignatureAlgorithm, SignatureError> {
    let scheme = strict_der::check(algorithm)
        .and_then(|element| SignatureAlgorithm::read(&element))
        .map_err(|malformed| SignatureError::Unsupported(malformed.to_string()))?;
    let is_strong = |scheme: &SignatureAlgorithm| {
        let digest = scheme.digest();
        digest.is_none_or(|digest| LEAST_DIGEST <= digest.length())
    };
    if signature::is_known(&scheme) && is_strong(&scheme) {
        return Ok(scheme);
    }
    Err(SignatureError::Unsupported(scheme.to_string()))
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

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn every_kind_of_key_signs_as_it_says() {
        for kind in [
            KeyKind::Rsa2048,
            KeyKind::P256,
            KeyKind::P384,
            KeyKind::Ed25519,
        ] {
            let key = PrivateKey::generate(kind, &mut StdRng::seed_from_u64(1)).unwrap();
            let signed = key.sign(b"message").unwrap();
            let verify = |message| verify(algorithm_of(&key), key.public(), message, &signed);
            assert_eq!(verify(b"message"), Ok(()));
            assert_eq!(verify(b"massage"), Err(SignatureError::Wrong));
        }
    }

    #[test]
    fn weak_and_unknown_algorithms_are_named_and_refused() {
        for (last, name) in [
            (4, "RSA with MD5"),
            (5, "RSA with SHA-1"),
            (14, "RSA with SHA-224"),
        ] {
            let mut algorithm = RSA_SHA256.to_vec();
            algorithm[12] = last;
            let refused = SignatureError::Unsupported(name.to_owned());
            assert_eq!(check_algorithm(&algorithm), Err(refused));
        }
        assert!(check_algorithm(b"none").is_err());
        assert_eq!(check_algorithm(ECDSA_SHA384), Ok(()));
    }
}
