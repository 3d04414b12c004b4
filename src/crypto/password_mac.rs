//! MACs under keys that are derived from a secret two people share (RFC 4211 section 4.4, RFC 8018).

use std::num::NonZeroU32;

use aws_lc_rs::{hmac, pbkdf2};
use zeroize::Zeroizing;

use crate::crypto::hash::Hash;
use crate::domain::secret::SecretBytes;

/// The key of `PasswordBasedMac` (RFC 4211 section 4.4): `hash` over secret and salt, and then over
/// its own digest, `iterations` times in all.
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

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]
mod tests {
    use super::*;
    use crate::crypto::judge::hex;

    const SECRET: &[u8] = b"K7QM-2D4X-PW9R-3HTC";
    const SALT: &[u8] = &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    /// Computed with Python's hashlib and hmac.
    #[test]
    fn macs_are_those_that_other_programs_compute() {
        let key = password_based_key(Hash::Sha256, SECRET, SALT, 500);
        let mac = hmac(Hash::Sha1, &key, b"message");
        assert_eq!(hex(&mac), "3b5749c1ad52f311ed6787baac3169aabdc6e5ab");
        assert!(is_hmac(Hash::Sha1, &key, b"message", &mac));
        assert!(!is_hmac(Hash::Sha1, &key, b"massage", &mac));
        assert!(!is_hmac(Hash::Sha1, &key, b"message", &mac[..19]));
        assert!(!is_hmac(Hash::Sha1, &key, b"message", b""));

        let iterations = NonZeroU32::new(500).unwrap();
        let key = pbkdf2(Hash::Sha256, SECRET, SALT, iterations, 32);
        assert_eq!(
            hex(&hmac(Hash::Sha384, &key, b"message")),
            "0fa94361fcbf6f9f7be5a9e646350028de1696dbaf9779f0\
             94abc361e823b6569a60749ac5135795770da0e583213281"
        );
    }
}
