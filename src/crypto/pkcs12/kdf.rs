//! The key derivation of PKCS#12 itself (RFC 7292 appendix B.2): for MACs, and for old encryption.

use aws_lc_rs::digest::{Algorithm, Context, digest};
use zeroize::Zeroizing;

/// What a key is for; the same password yields another one for each.
#[derive(Clone, Copy)]
pub(super) enum KeyUse {
    /// A key to encrypt with.
    Encryption = 1,
    /// An initialization vector.
    Vector = 2,
    /// A key for a MAC.
    Mac = 3,
}

/// Derives `length` octets from a password as [`super::derive::bmp`] prepares it.
pub(super) fn derive(
    algorithm: &'static Algorithm,
    usage: KeyUse,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    let block = algorithm.block_len();
    let diversifier = vec![usage as u8; block];
    let (salt, password) = (filled(salt, block), filled(password, block));
    let mut mixed = Zeroizing::new([salt.as_slice(), &password].concat());
    let mut key = Zeroizing::new(Vec::with_capacity(
        length.saturating_add(algorithm.output_len()),
    ));
    while key.len() < length {
        let mut context = Context::new(algorithm);
        context.update(&diversifier);
        context.update(&mixed);
        let mut hash = context.finish();
        for _round in 1..iterations {
            hash = digest(algorithm, hash.as_ref());
        }
        key.extend_from_slice(hash.as_ref());
        for part in mixed.chunks_mut(block) {
            add(part, hash.as_ref());
        }
    }
    key.truncate(length);
    key
}

/// The octets again and again, up to the end of a block; wiped, because they may be a password.
fn filled(octets: &[u8], block: usize) -> Zeroizing<Vec<u8>> {
    let length = octets.len().next_multiple_of(block);
    Zeroizing::new(octets.iter().copied().cycle().take(length).collect())
}

/// Adds `addend`, again and again up to the length of `number`, and 1 to `number`, both big-endian.
fn add(number: &mut [u8], addend: &[u8]) {
    let repeated: Vec<u8> = addend.iter().copied().cycle().take(number.len()).collect();
    let mut carry = 1_u16;
    for (digit, other) in number.iter_mut().zip(repeated).rev() {
        let [high, low] = (u16::from(*digit) + u16::from(other) + carry).to_be_bytes();
        *digit = low;
        carry = u16::from(high);
    }
}
