//! From a password to keys, and from those to what is encrypted: PBES2 and what came before it.

use std::borrow::Cow;
use std::num::NonZeroU32;

use aws_lc_rs::cipher::{self, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::{digest, hmac, pbkdf2};
use der::oid::ObjectIdentifier;
use des::TdesEde3;
use des::cipher::{BlockCipherDecrypt as _, KeyInit as _};
use zeroize::Zeroizing;

use crate::crypto::certificate::name;
use crate::crypto::oid::{
    DES_EDE3_CBC, ID_AES128_CBC, ID_AES192_CBC, ID_AES256_CBC, ID_HMAC_WITH_SHA1,
    ID_HMAC_WITH_SHA256, ID_HMAC_WITH_SHA384, ID_HMAC_WITH_SHA512, ID_PBKDF2, ID_SHA1, ID_SHA224,
    ID_SHA256, ID_SHA384, ID_SHA512,
};
use crate::crypto::pkcs12::Pkcs12ReadError;
use crate::crypto::pkcs12::ber_reader::BerReader;
use crate::crypto::pkcs12::kdf::{self, KeyUse};
use crate::crypto::pkcs12::rc2::Rc2;

/// Iterations for the MAC: three times what any program writes. A file whose password one does not
/// know can cost no more than this, about a second.
const MAX_MAC_ITERATIONS: u32 = 2_000_000;
/// Iterations for all of a file that the password fits: ten keys as Thunderbird writes them, each
/// with a derivation of its own, and room. Who sent the file knew the password then.
const MAX_ITERATIONS: u32 = 10_000_000;

/// A password in the forms that derivations ask for, and what deriving may still cost.
pub(super) struct Deriver<'a> {
    utf8: &'a str,
    bmp: Zeroizing<Vec<u8>>,
    left: u32,
    /// Keys already derived by PBKDF2, with what they were derived from.
    known: Vec<(Pbkdf2, Zeroizing<Vec<u8>>)>,
}

/// What a key is derived from besides the password.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Pbkdf2 {
    prf: ObjectIdentifier,
    salt: Vec<u8>,
    iterations: u32,
    length: usize,
}

impl<'a> Deriver<'a> {
    /// For this password.
    pub(super) fn new(password: &'a str) -> Self {
        Self {
            utf8: password,
            bmp: bmp(password),
            left: MAX_ITERATIONS,
            known: Vec::new(),
        }
    }

    /// Is it the MAC of `content`? An empty password has two forms, and programs differ.
    pub(super) fn check_mac(
        &mut self,
        mac: &Mac<'_>,
        content: &[u8],
    ) -> Result<(), Pkcs12ReadError> {
        if MAX_MAC_ITERATIONS < mac.iterations {
            return Err(Pkcs12ReadError::TooMuchWork);
        }
        if mac.is_right(&self.bmp, content) {
            return Ok(());
        }
        if self.utf8.is_empty() && mac.is_right(&[], content) {
            self.bmp.clear();
            return Ok(());
        }
        Err(Pkcs12ReadError::Password)
    }

    /// Decrypts what an `AlgorithmIdentifier` (its contents) says how to decrypt.
    pub(super) fn decrypt(
        &mut self,
        mut algorithm: BerReader<'_>,
        encrypted: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Pkcs12ReadError> {
        let oid = algorithm.oid()?;
        let mut parameters = algorithm.sequence()?;
        if oid == PBES2 {
            return self.pbes2(&mut parameters, encrypted);
        }
        let salt = parameters.octets()?;
        let iterations = parameters.number()?;
        let length = match oid {
            SHA1_3DES => 24,
            SHA1_2DES | SHA1_RC2_128 => 16,
            SHA1_RC2_40 => 5,
            other => return Err(unsupported("the encryption", other)),
        };
        if iterations == 0 {
            return Err(Pkcs12ReadError::Malformed);
        }
        // SHA-1 yields 20 octets a time, so a key of 24 takes two, and the vector one
        self.spend(iterations.saturating_mul(3))?;
        let derive = |usage, length| {
            let sha1 = &digest::SHA1_FOR_LEGACY_USE_ONLY;
            kdf::derive(sha1, usage, &self.bmp, &salt, iterations, length)
        };
        let mut key = derive(KeyUse::Encryption, length);
        let vector = derive(KeyUse::Vector, 8);
        if oid == SHA1_RC2_128 || oid == SHA1_RC2_40 {
            let cipher = Rc2::new(&key);
            return cbc(|block| cipher.decrypt(block), &vector, encrypted);
        }
        if oid == SHA1_2DES {
            let first = Zeroizing::new(key.get(..8).unwrap_or_default().to_vec());
            key.extend_from_slice(&first);
        }
        triple_des(&key, &vector, encrypted)
    }

    /// PBES2 (RFC 8018 section 6.2).
    fn pbes2(
        &mut self,
        parameters: &mut BerReader<'_>,
        encrypted: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Pkcs12ReadError> {
        let mut derivation = parameters.sequence()?;
        let mut encryption = parameters.sequence()?;
        let kdf = derivation.oid()?;
        if kdf != ID_PBKDF2 {
            return Err(unsupported("the key derivation", kdf));
        }
        let mut derivation = derivation.sequence()?;
        let salt = derivation.octets()?.to_vec();
        let iterations = derivation.number()?;
        if derivation.peek() == Some(0x02) {
            derivation.number()?; // the length of the key, which the cipher determines
        }
        let prf = if derivation.is_empty() {
            ID_HMAC_WITH_SHA1 // the DEFAULT
        } else {
            derivation.sequence()?.oid()?
        };
        let cipher = encryption.oid()?;
        let vector = encryption.octets()?;
        let length = match cipher {
            ID_AES128_CBC => 16,
            ID_AES192_CBC | DES_EDE3_CBC => 24,
            ID_AES256_CBC => 32,
            other => return Err(unsupported("the cipher", other)),
        };
        let from = Pbkdf2 {
            prf,
            salt,
            iterations,
            length,
        };
        let key = self.pbkdf2(from)?;
        if cipher == DES_EDE3_CBC {
            return triple_des(&key, &vector, encrypted);
        }
        aes(&key, &vector, encrypted)
    }

    /// A key by PBKDF2. Files with many keys may derive one for all of them.
    fn pbkdf2(&mut self, from: Pbkdf2) -> Result<Zeroizing<Vec<u8>>, Pkcs12ReadError> {
        if let Some((_from, key)) = self.known.iter().find(|(known, _key)| *known == from) {
            return Ok(key.clone());
        }
        let algorithm = match from.prf {
            ID_HMAC_WITH_SHA1 => pbkdf2::PBKDF2_HMAC_SHA1,
            ID_HMAC_WITH_SHA256 => pbkdf2::PBKDF2_HMAC_SHA256,
            ID_HMAC_WITH_SHA384 => pbkdf2::PBKDF2_HMAC_SHA384,
            ID_HMAC_WITH_SHA512 => pbkdf2::PBKDF2_HMAC_SHA512,
            other => return Err(unsupported("the key derivation", other)),
        };
        // SHA-1 yields 20 octets a time
        let blocks = if from.prf == ID_HMAC_WITH_SHA1 { 2 } else { 1 };
        self.spend(from.iterations.saturating_mul(blocks))?;
        let iterations = NonZeroU32::new(from.iterations).ok_or(Pkcs12ReadError::Malformed)?;
        let mut key = Zeroizing::new(vec![0; from.length]);
        pbkdf2::derive(
            algorithm,
            iterations,
            &from.salt,
            self.utf8.as_bytes(),
            &mut key,
        );
        self.known.push((from, key.clone()));
        Ok(key)
    }

    fn spend(&mut self, iterations: u32) -> Result<(), Pkcs12ReadError> {
        let left = self.left.checked_sub(iterations);
        self.left = left.ok_or(Pkcs12ReadError::TooMuchWork)?;
        Ok(())
    }
}

/// What a file says of its MAC (RFC 7292 section 4).
pub(super) struct Mac<'a> {
    algorithm: hmac::Algorithm,
    value: Cow<'a, [u8]>,
    salt: Cow<'a, [u8]>,
    iterations: u32,
}

impl<'a> Mac<'a> {
    /// Reads `MacData`.
    pub(super) fn read(mut reader: BerReader<'a>) -> Result<Self, Pkcs12ReadError> {
        let mut info = reader.sequence()?;
        let algorithm = match info.sequence()?.oid()? {
            ID_SHA1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            ID_SHA224 => hmac::HMAC_SHA224,
            ID_SHA256 => hmac::HMAC_SHA256,
            ID_SHA384 => hmac::HMAC_SHA384,
            ID_SHA512 => hmac::HMAC_SHA512,
            other => return Err(unsupported("the protection", other)),
        };
        let value = info.octets()?;
        let salt = reader.octets()?;
        let iterations = if reader.is_empty() {
            1
        } else {
            reader.number()?
        };
        if iterations == 0 {
            return Err(Pkcs12ReadError::Malformed);
        }
        Ok(Self {
            algorithm,
            value,
            salt,
            iterations,
        })
    }

    fn is_right(&self, password: &[u8], content: &[u8]) -> bool {
        let digest = self.algorithm.digest_algorithm();
        let (usage, length) = (KeyUse::Mac, digest.output_len());
        let key = kdf::derive(digest, usage, password, &self.salt, self.iterations, length);
        let key = hmac::Key::new(self.algorithm, &key);
        hmac::verify(&key, content, &self.value).is_ok()
    }
}

/// The password in UTF-16 with two zero octets at its end (RFC 7292 appendix B.1).
pub(super) fn bmp(password: &str) -> Zeroizing<Vec<u8>> {
    // room for all of it: what grows leaves copies behind
    let mut octets = Zeroizing::new(Vec::with_capacity(password.len().saturating_mul(2) + 2));
    for unit in password.encode_utf16() {
        octets.extend_from_slice(&unit.to_be_bytes());
    }
    octets.extend_from_slice(&[0, 0]);
    octets
}

fn aes(key: &[u8], vector: &[u8], encrypted: &[u8]) -> Result<Zeroizing<Vec<u8>>, Pkcs12ReadError> {
    let algorithm = match key.len() {
        16 => &cipher::AES_128,
        24 => &cipher::AES_192,
        _ => &cipher::AES_256,
    };
    let malformed = |_unspecified| Pkcs12ReadError::Malformed;
    if encrypted.is_empty() || !encrypted.len().is_multiple_of(16) {
        return Err(Pkcs12ReadError::Malformed);
    }
    let vector = FixedLength::try_from(vector).map_err(malformed)?;
    let key = UnboundCipherKey::new(algorithm, key).map_err(malformed)?;
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).map_err(malformed)?;
    let mut plain = Zeroizing::new(encrypted.to_vec());
    let decrypted = key.decrypt(&mut plain, DecryptionContext::Iv128(vector));
    let length = decrypted.map_err(malformed)?.len();
    plain.truncate(length);
    Ok(plain)
}

fn triple_des(
    key: &[u8],
    vector: &[u8],
    encrypted: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Pkcs12ReadError> {
    let cipher = TdesEde3::new_from_slice(key).map_err(|_length| Pkcs12ReadError::Malformed)?;
    let decrypt = |block: [u8; 8]| {
        let mut block = block.into();
        cipher.decrypt_block(&mut block);
        block.into()
    };
    cbc(decrypt, vector, encrypted)
}

/// Cipher block chaining with a block of 8 octets, and the padding of RFC 8018 section 6.1.1.
fn cbc(
    decrypt: impl Fn([u8; 8]) -> [u8; 8],
    vector: &[u8],
    encrypted: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Pkcs12ReadError> {
    let malformed = Pkcs12ReadError::Malformed;
    let (blocks, []) = encrypted.as_chunks::<8>() else {
        return Err(malformed);
    };
    let mut before = <[u8; 8]>::try_from(vector).map_err(|_length| Pkcs12ReadError::Malformed)?;
    let mut plain = Zeroizing::new(Vec::with_capacity(encrypted.len()));
    for block in blocks {
        let mixed = decrypt(*block);
        plain.extend(mixed.iter().zip(before).map(|(octet, mask)| octet ^ mask));
        before = *block;
    }
    let padding = plain.last().copied().unwrap_or_default();
    let length = plain.len().checked_sub(usize::from(padding));
    match length.and_then(|length| plain.get(length..)) {
        Some(tail) if (1..=8).contains(&padding) && tail.iter().all(|octet| *octet == padding) => {
            let length = plain.len().saturating_sub(tail.len());
            plain.truncate(length);
            Ok(plain)
        }
        Some(_) | None => Err(malformed),
    }
}

fn unsupported(what: &str, oid: ObjectIdentifier) -> Pkcs12ReadError {
    Pkcs12ReadError::Unsupported(format!("{what} {}", name::dotted(oid.as_bytes())))
}

/// pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292 appendix C), and the ones after it.
const SHA1_3DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.3");
const SHA1_2DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.4");
const SHA1_RC2_128: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.5");
const SHA1_RC2_40: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.6");
/// id-PBES2 (RFC 8018 appendix A.4).
pub(super) const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
