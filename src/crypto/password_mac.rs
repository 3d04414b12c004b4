//! MACs under keys that are derived from a secret two people share (RFC 4211 section 4.4, RFC 8018).

use std::num::NonZeroU32;

use aws_lc_rs::{hmac, pbkdf2};
use zeroize::Zeroizing;

use crate::crypto::hash::Hash;
use crate::domain::secret::SecretBytes;

/// The key of `PasswordBasedMac` (RFC 4211 section 4.4): `hash` over secret and salt, and then over its
/// own digest, `iterations` times in all.
pub fn password_based_key(hash: Hash, secret: &[u8], salt: &[u8], iterations: u32) -> SecretBytes {
    let first = Zeroizing::new([secret, salt].concat());
    let mut key = Zeroizing::new(hash.digest(&first));
    for _time in 1..iterations {
        key = Zeroizing::new(hash.digest(&key));
    }
    SecretBytes::new(key.to_vec())
}

/// PBKDF2 (RFC 8018 section 5.2) with HMAC over `hash`; `length` in octets.
pub fn pbkdf2(
    hash: Hash,
    secret: &[u8],
    salt: &[u8],
    iterations: NonZeroU32,
    length: usize,
) -> SecretBytes {
    let algorithm = match hash {
        Hash::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
        Hash::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
        Hash::Sha384 => pbkdf2::PBKDF2_HMAC_SHA384,
        Hash::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
    };
    let mut key = Zeroizing::new(vec![0; length]);
    pbkdf2::derive(algorithm, iterations, salt, secret, &mut key);
    SecretBytes::new(key.to_vec())
}

/// HMAC (RFC 2104) over `hash`.
pub fn hmac(hash: Hash, key: &SecretBytes, message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac_key(hash, key), message).as_ref().to_vec()
}

/// Whether `mac` is the HMAC; takes the same time wherever it differs.
pub fn is_hmac(hash: Hash, key: &SecretBytes, message: &[u8], mac: &[u8]) -> bool {
    hmac::verify(&hmac_key(hash, key), message, mac).is_ok()
}

fn hmac_key(hash: Hash, key: &SecretBytes) -> hmac::Key {
    let algorithm = match hash {
        Hash::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => hmac::HMAC_SHA256,
        Hash::Sha384 => hmac::HMAC_SHA384,
        Hash::Sha512 => hmac::HMAC_SHA512,
    };
    hmac::Key::new(algorithm, key.expose())
}
