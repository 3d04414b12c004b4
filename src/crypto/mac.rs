//! Message authentication with a secret key.

use aws_lc_rs::hmac;

/// HMAC-SHA-256 (RFC 2104, FIPS 180-4) over `parts`, one after the other.
pub fn hmac_sha256(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let mut context = hmac::Context::with_key(&key);
    for part in parts {
        context.update(part);
    }
    let mut mac = [0; 32];
    for (place, &octet) in mac.iter_mut().zip(context.sign().as_ref()) {
        *place = octet;
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_one_message() {
        let whole = hmac_sha256(&[7; 32], &[b"Hi There"]);
        assert_eq!(hmac_sha256(&[7; 32], &[b"Hi ", b"There"]), whole);
        assert_ne!(hmac_sha256(&[8; 32], &[b"Hi There"]), whole);
    }
}
