//! Key wraps: AES (RFC 3394) and, for messages of years ago, Triple-DES (RFC 3217).

use aws_lc_rs::cipher::{AES_192, DecryptingKey, DecryptionContext, UnboundCipherKey};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::key_wrap::{AES_128, AES_256, AesBlockCipher, AesKek, KeyWrap as _};
use der::asn1::ObjectIdentifier;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::crypto::oid::ID_AES256_WRAP;
use crate::crypto::smime::enveloped::algorithm::Algorithm;
use crate::crypto::smime::enveloped::content::triple_des_cbc;
use crate::crypto::smime::enveloped::{DecryptError, KeyOctets};

/// A key wrap that is read here.
#[derive(Clone, Copy)]
pub(super) enum Wrap {
    Aes128,
    Aes192,
    Aes256,
    TripleDes,
}

impl Wrap {
    /// The one an algorithm identifier names.
    pub(super) fn of(algorithm: &Algorithm<'_>) -> Result<Self, DecryptError> {
        match algorithm.oid {
            Some(ID_AES128_WRAP) => Ok(Self::Aes128),
            Some(ID_AES192_WRAP) => Ok(Self::Aes192),
            Some(ID_AES256_WRAP) => Ok(Self::Aes256),
            Some(ID_ALG_CMS3DES_WRAP) => Ok(Self::TripleDes),
            Some(_) | None => Err(algorithm.unsupported("a key wrap")),
        }
    }

    /// Octets of its key.
    pub(super) const fn key_len(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
        }
    }

    /// Unwraps a key.
    pub(super) fn unwrap(self, kek: &[u8], wrapped: &[u8]) -> Result<KeyOctets, DecryptError> {
        match self {
            Self::Aes128 => unwrap_aes(&AES_128, kek, wrapped),
            Self::Aes192 => unwrap_aes_192(kek, wrapped),
            Self::Aes256 => unwrap_aes(&AES_256, kek, wrapped),
            Self::TripleDes => unwrap_triple_des(kek, wrapped),
        }
    }
}

fn unwrap_aes(
    cipher: &'static AesBlockCipher,
    kek: &[u8],
    wrapped: &[u8],
) -> Result<KeyOctets, DecryptError> {
    let mut room = Zeroizing::new(vec![0; wrapped.len()]);
    let unwrapped = AesKek::new(cipher, kek)?.unwrap(wrapped, &mut room)?;
    Ok(Zeroizing::new(unwrapped.to_vec()))
}

/// RFC 3394 section 2.2.2 with AES-192, the one size that aws-lc-rs leaves out.
fn unwrap_aes_192(kek: &[u8], wrapped: &[u8]) -> Result<KeyOctets, DecryptError> {
    let cipher = DecryptingKey::ecb(UnboundCipherKey::new(&AES_192, kek)?)?;
    let (blocks, rest) = wrapped.as_chunks::<8>();
    let Some((first, keys)) = blocks.split_first() else {
        return Err(DecryptError::Failed);
    };
    // two blocks at least (RFC 3394 section 2), and no more than the longest key has
    if !rest.is_empty() || !(2..=MAX_BLOCKS).contains(&keys.len()) {
        return Err(DecryptError::Failed);
    }
    let mut check = u64::from_be_bytes(*first);
    let mut keys = Zeroizing::new(keys.to_vec());
    let steps = u64::try_from(6 * keys.len()).unwrap_or(0);
    let mut step = steps;
    for _round in 0..6 {
        for key in keys.iter_mut().rev() {
            let mut block = Zeroizing::new([(check ^ step).to_be_bytes(), *key].concat());
            cipher.decrypt(&mut block, DecryptionContext::None)?;
            let (halves, _) = block.as_chunks::<8>();
            let &[left, right] = halves else {
                return Err(DecryptError::Failed);
            };
            check = u64::from_be_bytes(left);
            *key = right;
            step = step.saturating_sub(1);
        }
    }
    if check.ct_ne(&AES_WRAP_CHECK).into() {
        return Err(DecryptError::Failed);
    }
    Ok(Zeroizing::new(keys.concat()))
}

/// RFC 3217 section 3.2.
fn unwrap_triple_des(kek: &[u8], wrapped: &[u8]) -> Result<KeyOctets, DecryptError> {
    // IV of 8 octets, key of 24, checksum of 8
    if wrapped.len() != 40 {
        return Err(DecryptError::Failed);
    }
    let mut octets = Zeroizing::new(wrapped.to_vec());
    triple_des_cbc(kek, TRIPLE_DES_WRAP_IV, &mut octets)?;
    octets.reverse();
    let (iv, sealed) = octets.split_first_chunk_mut().ok_or(DecryptError::Failed)?;
    triple_des_cbc(kek, *iv, sealed)?;
    let (key, checksum) = sealed.split_at_checked(24).ok_or(DecryptError::Failed)?;
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, key);
    let expected = hash.as_ref().get(..8).unwrap_or_default();
    if checksum.ct_ne(expected).into() {
        return Err(DecryptError::Failed);
    }
    Ok(Zeroizing::new(key.to_vec()))
}

/// A key of 32 octets in blocks of 8.
const MAX_BLOCKS: usize = 4;
/// The default initial value (RFC 3394 section 2.2.3.1).
const AES_WRAP_CHECK: u64 = 0xa6a6_a6a6_a6a6_a6a6;
/// The outer initial value (RFC 3217 section 3.1).
const TRIPLE_DES_WRAP_IV: [u8; 8] = [0x4a, 0xdd, 0xa2, 0x2c, 0x79, 0xe8, 0x21, 0x05];

/// id-aes128-wrap (RFC 3565 section 2.3.2).
const ID_AES128_WRAP: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.5");
/// id-aes192-wrap (RFC 3565 section 2.3.2).
const ID_AES192_WRAP: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.25");
/// id-alg-CMS3DESwrap (RFC 3370 section 4.3.1).
const ID_ALG_CMS3DES_WRAP: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.3.6");

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]
mod tests {
    use super::*;

    fn octets(hex: &str) -> Vec<u8> {
        let digit = |octet: &u8| u8::try_from(char::from(*octet).to_digit(16).unwrap()).unwrap();
        let digits: Vec<u8> = hex.bytes().map(|octet| digit(&octet)).collect();
        digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect()
    }

    /// The examples of RFC 3394 section 4 (4.1, 4.2, 4.4, 4.6) and RFC 3217 section 3.4.
    const EXAMPLES: [(Wrap, &str, &str, &str); 5] = [
        (
            Wrap::Aes128,
            "000102030405060708090a0b0c0d0e0f",
            "00112233445566778899aabbccddeeff",
            "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5",
        ),
        (
            Wrap::Aes192,
            "000102030405060708090a0b0c0d0e0f1011121314151617",
            "00112233445566778899aabbccddeeff",
            "96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d",
        ),
        (
            Wrap::Aes192,
            "000102030405060708090a0b0c0d0e0f1011121314151617",
            "00112233445566778899aabbccddeeff0001020304050607",
            "031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2",
        ),
        (
            Wrap::Aes256,
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
            "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21",
        ),
        (
            Wrap::TripleDes,
            "255e0d1c07b646dfb3134cc843ba8aa71f025b7c0838251f",
            "2923bf85e06dd6ae529149f1f1bae9eab3a7da3d860d3e98",
            "690107618ef092b3b48ca1796b234ae9fa33ebb4159604037db5d6a84eb3aac2768c632775a467d4",
        ),
    ];

    #[test]
    fn the_examples_unwrap_and_no_change_of_them_does() {
        for (wrap, kek, key, wrapped) in EXAMPLES {
            let (kek, wrapped) = (octets(kek), octets(wrapped));
            assert_eq!(kek.len(), wrap.key_len());
            assert_eq!(*wrap.unwrap(&kek, &wrapped).unwrap(), octets(key));
            for place in 0..wrapped.len() {
                let mut changed = wrapped.clone();
                changed[place] ^= 0x10;
                let refused = wrap.unwrap(&kek, &changed).err();
                assert_eq!(refused, Some(DecryptError::Failed), "octet {place}");
                let refused = wrap.unwrap(&kek, &wrapped[..place]).err();
                assert_eq!(refused, Some(DecryptError::Failed), "cut to {place}");
            }
            let longer = wrapped.repeat(1_000);
            let refused = wrap.unwrap(&kek, &longer).err();
            assert_eq!(refused, Some(DecryptError::Failed));
            assert!(wrap.unwrap(&kek[1..], &wrapped).is_err());
        }
    }
}
