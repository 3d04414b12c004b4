//! The ciphers of the content: AES in CBC (RFC 3565) and GCM (RFC 5084), Triple-DES (RFC 3370).

use aws_lc_rs::aead::{
    self, AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey,
};
use aws_lc_rs::cipher::{
    self, AES_128, AES_192, AES_256, DecryptingKey, DecryptionContext, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use cbc::Decryptor;
use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
use der::asn1::ObjectIdentifier;
use des::TdesEde3;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::crypto::envelope::ICV_LEN;
use crate::crypto::oid::{
    DES_EDE3_CBC, ID_AES128_CBC, ID_AES128_GCM, ID_AES192_CBC, ID_AES256_CBC, ID_AES256_GCM,
};
use crate::crypto::smime::enveloped::DecryptError;
use crate::crypto::smime::enveloped::structure::{Authentication, Enveloped};
use crate::crypto::smime::walk::{INTEGER, OCTET_STRING, SEQUENCE, Walk, octet_string};
use crate::domain::secret::SecretBytes;

/// The cipher of one message, with its parameters.
pub(super) struct ContentCipher<'a> {
    name: &'static str,
    key_len: usize,
    mode: Mode<'a>,
}

enum Mode<'a> {
    AesCbc {
        algorithm: &'static cipher::Algorithm,
        iv: [u8; 16],
    },
    Gcm {
        algorithm: &'static aead::Algorithm,
        nonce: [u8; aead::NONCE_LEN],
        authentication: &'a Authentication<'a>,
    },
    TripleDesCbc {
        iv: [u8; 8],
    },
}

impl<'a> ContentCipher<'a> {
    /// The cipher a message names. One that authenticates must stand in an `AuthEnvelopedData` and
    /// one that does not must not: an attacker who could exchange them would make the reader
    /// decrypt GCM's ciphertext as CBC's in the one's good name.
    pub(super) fn read(enveloped: &'a Enveloped<'a>) -> Result<Self, DecryptError> {
        match enveloped.algorithm.oid {
            Some(ID_AES128_CBC) => Self::aes_cbc("AES-128-CBC", 16, &AES_128, enveloped),
            Some(ID_AES192_CBC) => Self::aes_cbc("AES-192-CBC", 24, &AES_192, enveloped),
            Some(ID_AES256_CBC) => Self::aes_cbc("AES-256-CBC", 32, &AES_256, enveloped),
            Some(ID_AES128_GCM) => Self::gcm("AES-128-GCM", &AES_128_GCM, enveloped),
            Some(ID_AES192_GCM) => Self::gcm("AES-192-GCM", &AES_192_GCM, enveloped),
            Some(ID_AES256_GCM) => Self::gcm("AES-256-GCM", &AES_256_GCM, enveloped),
            Some(DES_EDE3_CBC) => Ok(Self {
                name: "Triple-DES-CBC",
                key_len: 24,
                mode: Mode::TripleDesCbc {
                    iv: initialization_vector(enveloped)?,
                },
            }),
            Some(ID_AES128_CCM | ID_AES192_CCM | ID_AES256_CCM) => {
                Err(DecryptError::Unsupported("the cipher AES-CCM".to_owned()))
            }
            Some(RC2_CBC) => Err(DecryptError::Unsupported(
                "the cipher RC2, which anybody can break today".to_owned(),
            )),
            Some(DES_CBC) => Err(DecryptError::Unsupported(
                "the cipher DES, which anybody can break today".to_owned(),
            )),
            Some(_) | None => Err(enveloped.algorithm.unsupported("the cipher")),
        }
    }

    /// Its name for people.
    pub(super) const fn name(&self) -> &'static str {
        self.name
    }

    /// Octets of its key.
    pub(super) const fn key_len(&self) -> usize {
        self.key_len
    }

    /// Decrypts the content. Under GCM nothing leaves this function before the tag is found right.
    pub(super) fn open(
        &self,
        enveloped: &Enveloped<'_>,
        key: &[u8],
    ) -> Result<SecretBytes, DecryptError> {
        let mut content = Zeroizing::new(enveloped.encrypted_content()?);
        let length = match &self.mode {
            Mode::AesCbc { algorithm, iv } => {
                let key = DecryptingKey::cbc(UnboundCipherKey::new(algorithm, key)?)?;
                let chained = DecryptionContext::Iv128(FixedLength::from(*iv));
                key.decrypt(&mut content, chained)?;
                unpadded_len(&content, 16)?
            }
            Mode::Gcm {
                algorithm,
                nonce,
                authentication,
            } => {
                let key = LessSafeKey::new(UnboundKey::new(algorithm, key)?);
                open_gcm(&key, *nonce, authentication, &mut content)?;
                if !authentication.vouches_for(enveloped.content_type)? {
                    return Err(DecryptError::Failed);
                }
                content.len()
            }
            Mode::TripleDesCbc { iv } => {
                triple_des_cbc(key, *iv, &mut content)?;
                unpadded_len(&content, 8)?
            }
        };
        content.truncate(length);
        Ok(SecretBytes::new(std::mem::take(&mut *content)))
    }

    fn aes_cbc(
        name: &'static str,
        key_len: usize,
        algorithm: &'static cipher::Algorithm,
        enveloped: &Enveloped<'_>,
    ) -> Result<Self, DecryptError> {
        let iv = initialization_vector(enveloped)?;
        Ok(Self {
            name,
            key_len,
            mode: Mode::AesCbc { algorithm, iv },
        })
    }

    /// `GCMParameters` (RFC 5084 section 3.2). A tag of 16 octets is taken where the parameters, or
    /// their default of 12, say less: more is checked than was promised.
    fn gcm(
        name: &'static str,
        algorithm: &'static aead::Algorithm,
        enveloped: &'a Enveloped<'a>,
    ) -> Result<Self, DecryptError> {
        let malformed = DecryptError::Malformed;
        let authentication = enveloped.authentication.as_ref().ok_or(malformed)?;
        let mut fields = Walk::new(enveloped.algorithm.parameters(SEQUENCE)?);
        let nonce = octet_string(&fields.any()?)?;
        let promised = match fields.optional(INTEGER)?.map(|element| element.content) {
            None => DEFAULT_ICV_LEN,
            Some(&[length]) if (DEFAULT_ICV_LEN..=ICV_LEN).contains(&length) => length,
            Some(_) => return Err(DecryptError::Malformed),
        };
        fields.finish()?;
        let lengths = usize::from(promised)..=usize::from(ICV_LEN);
        if !lengths.contains(&authentication.mac.len()) {
            return Err(DecryptError::Malformed);
        }
        let Ok(nonce) = nonce.try_into() else {
            let what = "AES-GCM with a nonce that is not of 12 octets".to_owned();
            return Err(DecryptError::Unsupported(what));
        };
        Ok(Self {
            name,
            key_len: algorithm.key_len(),
            mode: Mode::Gcm {
                algorithm,
                nonce,
                authentication,
            },
        })
    }
}

/// Checks the tag and decrypts in place; after an error `content` is to be thrown away.
fn open_gcm(
    key: &LessSafeKey,
    nonce: [u8; aead::NONCE_LEN],
    authentication: &Authentication<'_>,
    content: &mut [u8],
) -> Result<(), DecryptError> {
    let mac = authentication.mac.as_slice();
    let additional = authentication.additional_data()?;
    let (nonce, aad) = (
        || Nonce::assume_unique_for_key(nonce),
        || Aad::from(&additional),
    );
    if mac.len() == usize::from(ICV_LEN) {
        key.open_in_place_separate_tag(nonce(), aad(), mac, content)?;
        return Ok(());
    }
    // aws-lc takes whole tags only. GCM's encryption is its own inverse, so sealing the ciphertext
    // gives the content, and sealing that gives the whole tag, of which the first octets came.
    let _tag = key.seal_in_place_separate_tag(nonce(), aad(), content)?;
    let mut again = Zeroizing::new(content.to_vec());
    let whole = key.seal_in_place_separate_tag(nonce(), aad(), &mut again)?;
    let expected = whole.as_ref().get(..mac.len()).unwrap_or_default();
    if mac.ct_ne(expected).into() {
        return Err(DecryptError::Failed);
    }
    Ok(())
}

/// Decrypts Triple-DES in CBC mode in place, padding and all.
pub(super) fn triple_des_cbc(
    key: &[u8],
    iv: [u8; 8],
    octets: &mut [u8],
) -> Result<(), DecryptError> {
    let mut decryptor = Decryptor::<TdesEde3>::new_from_slices(key, &iv)
        .ok()
        .ok_or(DecryptError::Failed)?;
    let (blocks, rest) = octets.as_chunks_mut::<8>();
    if !rest.is_empty() {
        return Err(DecryptError::Failed);
    }
    for block in blocks {
        decryptor.decrypt_block(block.into());
    }
    Ok(())
}

/// How much is left without the padding (RFC 5652 section 6.3). The one answer to all that is wrong
/// with it is also that to a wrong key.
fn unpadded_len(padded: &[u8], block: u8) -> Result<usize, DecryptError> {
    let count = *padded.last().ok_or(DecryptError::Failed)?;
    let length = padded.len().checked_sub(usize::from(count));
    let length = length.ok_or(DecryptError::Failed)?;
    let padding = padded.get(length..).unwrap_or_default();
    if !(1..=block).contains(&count) || padding.iter().any(|&octet| octet != count) {
        return Err(DecryptError::Failed);
    }
    Ok(length)
}

/// The parameter of CBC ciphers, one block; and that nothing authenticates.
fn initialization_vector<const BLOCK: usize>(
    enveloped: &Enveloped<'_>,
) -> Result<[u8; BLOCK], DecryptError> {
    let iv = enveloped.algorithm.parameters(OCTET_STRING)?;
    match (<[u8; BLOCK]>::try_from(iv), &enveloped.authentication) {
        (Ok(iv), None) => Ok(iv),
        (Ok(_) | Err(_), _) => Err(DecryptError::Malformed),
    }
}

/// The tag's octets where the parameters say nothing (RFC 5084 section 3.2).
const DEFAULT_ICV_LEN: u8 = 12;

// RFC 5084 section 3
const ID_AES128_CCM: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.7");
const ID_AES192_GCM: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.26");
const ID_AES192_CCM: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.27");
const ID_AES256_CCM: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.47");
// RFC 3370 section 5
const RC2_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.3.2");
/// desCBC of OIW.
const DES_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.7");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_padding_is_one_to_one_block_of_its_own_length() {
        for (padded, block, length) in [
            (&[7, 7, 7, 1][..], 16, 3),
            (&[9, 2, 2], 16, 1),
            (&[16; 16], 16, 0),
            (&[8; 8], 8, 0),
        ] {
            assert_eq!(unpadded_len(padded, block), Ok(length), "{padded:?}");
        }
        for (padded, block) in [
            (&[][..], 16),
            (&[0], 16),
            (&[5, 5, 0], 16),
            (&[3, 3], 16),
            (&[1, 2, 3, 3], 16),
            (&[17; 32], 16),
            (&[9; 16], 8),
        ] {
            let refused = Err(DecryptError::Failed);
            assert_eq!(unpadded_len(padded, block), refused, "{padded:?}");
        }
    }
}
