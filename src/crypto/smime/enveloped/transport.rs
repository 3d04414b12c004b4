//! Content keys encrypted to an RSA key: RSAES-PKCS1-v1_5 (RFC 3370) and RSAES-OAEP (RFC 3560).

use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepAlgorithm, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, Pkcs1PrivateDecryptingKey,
    Pkcs1PublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
};
use der::Decode as _;
use der::asn1::{Any, Null};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::{Oaep, RsaPrivateKey};
use x509_cert::spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

use crate::crypto::envelope::OAEP_PARAMETERS;
use crate::crypto::hash::Hash;
use crate::crypto::keypair::{PrivateKey, sha256};
use crate::crypto::mac::hmac_sha256;
use crate::crypto::oid::{
    ID_MGF1, ID_RSAES_OAEP, ID_SHA1, ID_SHA256, ID_SHA384, ID_SHA512, RSA_ENCRYPTION,
};
use crate::crypto::smime::enveloped::algorithm::Algorithm;
use crate::crypto::smime::enveloped::{DecryptError, EncryptError, KeyOctets};
use crate::crypto::smime::walk::{CONTEXT_0, CONTEXT_1, SEQUENCE, Walk};
use crate::domain::secret::Key;

/// How a content key is encrypted to an RSA key.
#[derive(Clone, Copy)]
pub(super) enum Transport {
    /// RSAES-OAEP with SHA-256 and MGF1 with SHA-256.
    Oaep,
    /// RSAES-PKCS1-v1_5. RFC 8551 section 2.3 has it as MUST- and OAEP as SHOULD+: this one every
    /// program reads, the other many do not. Its weakness, the oracle of Bleichenbacher, lies with
    /// readers that tell wrong padding from another failure, not with what a sender writes.
    Pkcs1,
}

/// Encrypts a content key; the result is the algorithm and the encrypted key.
pub(super) fn encrypt(
    spki: &[u8],
    transport: Transport,
    content_key: &Key,
) -> Result<(AlgorithmIdentifierOwned, Vec<u8>), EncryptError> {
    let key = PublicEncryptingKey::from_der(spki)?;
    let mut encrypted = vec![0; key.key_size_bytes()];
    let (oid, parameters) = match transport {
        Transport::Oaep => {
            OaepPublicEncryptingKey::new(key)?.encrypt(
                &OAEP_SHA256_MGF1SHA256,
                content_key.expose(),
                &mut encrypted,
                None,
            )?;
            (ID_RSAES_OAEP, Any::from_der(&OAEP_PARAMETERS)?)
        }
        Transport::Pkcs1 => {
            let key = Pkcs1PublicEncryptingKey::new(key)?;
            key.encrypt(content_key.expose(), &mut encrypted)?;
            // RFC 3370 section 4.2.1: the parameters MUST be NULL
            (RSA_ENCRYPTION, Any::encode_from(&Null)?)
        }
    };
    let algorithm = AlgorithmIdentifierOwned {
        oid,
        parameters: Some(parameters),
    };
    Ok((algorithm, encrypted))
}

/// Decrypts a content key of `length` octets.
pub(super) fn content_key(
    algorithm: &Algorithm<'_>,
    key: &PrivateKey,
    encrypted: &[u8],
    length: usize,
) -> Result<KeyOctets, DecryptError> {
    if !key.public().kind().is_rsa() {
        return Err(DecryptError::Failed);
    }
    match algorithm.oid {
        Some(RSA_ENCRYPTION) => pkcs1(key, encrypted, length),
        Some(ID_RSAES_OAEP) => {
            let form = OaepForm::read(algorithm)?;
            let decrypted = form.decrypt(key, encrypted)?;
            if decrypted.len() != length {
                return Err(DecryptError::Failed);
            }
            Ok(decrypted)
        }
        Some(_) | None => Err(algorithm.unsupported("a key encryption")),
    }
}

/// RSAES-PKCS1-v1_5 with implicit rejection (RFC 3218 section 2.3.2). aws-lc checks the padding in
/// constant time, but then says that it was wrong. So where the padding or the length is wrong, the
/// work goes on with another key, which then does not open the content: a wrong padding and a wrong
/// content key end alike. That key follows from the private key and the ciphertext, so that the
/// same message fails in the same way each time.
fn pkcs1(key: &PrivateKey, encrypted: &[u8], length: usize) -> Result<KeyOctets, DecryptError> {
    let private = PrivateDecryptingKey::from_pkcs8(key.pkcs8().expose())?;
    let substitute = noise(key, b"kmadmin implicit rejection", encrypted);
    let mut room = Zeroizing::new(vec![0; private.key_size_bytes()]);
    let decrypted = Pkcs1PrivateDecryptingKey::new(private)?.decrypt(encrypted, &mut room);
    let taken = match &decrypted {
        Ok(octets) if octets.len() == length => &**octets,
        Ok(_) | Err(_) => substitute.get(..length).unwrap_or_default(),
    };
    Ok(Zeroizing::new(taken.to_vec()))
}

/// Octets that only the owner of the key can know, always the same for one ciphertext.
fn noise(key: &PrivateKey, purpose: &[u8], encrypted: &[u8]) -> Zeroizing<[u8; 32]> {
    let secret = Zeroizing::new(sha256(key.pkcs8().expose()));
    Zeroizing::new(hmac_sha256(&secret, &[purpose, encrypted]))
}

/// Which hashes an RSAES-OAEP uses; the label is always empty.
enum OaepForm {
    /// The same hash in both places.
    Even(&'static OaepAlgorithm),
    /// SHA-256 and up, but MGF1 with SHA-1: the default of Java.
    Mgf1Sha1(Hash),
}

impl OaepForm {
    /// Reads RSAES-OAEP-params (RFC 4055 section 4.1), where SHA-1 goes without saying.
    fn read(algorithm: &Algorithm<'_>) -> Result<Self, DecryptError> {
        let unsupported = || algorithm.unsupported("a form of the key encryption");
        let mut fields = match algorithm.parameters {
            Some(_) => Walk::new(algorithm.parameters(SEQUENCE)?),
            None => Walk::new(&[]),
        };
        let mut hash = Hash::Sha1;
        if let Some(explicit) = fields.optional(CONTEXT_0)? {
            let named = Algorithm::take(&mut Walk::new(explicit.content))?;
            hash = hash_of(&named).ok_or_else(unsupported)?;
        }
        let mut mask_hash = Hash::Sha1;
        if let Some(explicit) = fields.optional(CONTEXT_1)? {
            let mask = Algorithm::take(&mut Walk::new(explicit.content))?;
            if mask.oid != Some(ID_MGF1) {
                return Err(unsupported());
            }
            mask_hash = hash_of(&mask.inner()?).ok_or_else(unsupported)?;
        }
        // [2]: a label given explicitly, which nobody uses in messages
        if !fields.is_empty() {
            return Err(unsupported());
        }
        match (hash, mask_hash) {
            (Hash::Sha1, Hash::Sha1) => Ok(Self::Even(&OAEP_SHA1_MGF1SHA1)),
            (Hash::Sha256, Hash::Sha256) => Ok(Self::Even(&OAEP_SHA256_MGF1SHA256)),
            (Hash::Sha384, Hash::Sha384) => Ok(Self::Even(&OAEP_SHA384_MGF1SHA384)),
            (Hash::Sha512, Hash::Sha512) => Ok(Self::Even(&OAEP_SHA512_MGF1SHA512)),
            (_, Hash::Sha1) => Ok(Self::Mgf1Sha1(hash)),
            (_, Hash::Sha256 | Hash::Sha384 | Hash::Sha512) => Err(unsupported()),
        }
    }

    fn decrypt(&self, key: &PrivateKey, encrypted: &[u8]) -> Result<KeyOctets, DecryptError> {
        match self {
            Self::Even(hashes) => {
                let private = PrivateDecryptingKey::from_pkcs8(key.pkcs8().expose())?;
                let mut room = Zeroizing::new(vec![0; private.key_size_bytes()]);
                let private = OaepPrivateDecryptingKey::new(private)?;
                let decrypted = private.decrypt(hashes, encrypted, &mut room, None)?;
                Ok(Zeroizing::new(decrypted.to_vec()))
            }
            Self::Mgf1Sha1(Hash::Sha512) => mixed(
                key,
                Oaep::<sha2::Sha512, sha1::Sha1>::new_with_mgf_hash(),
                encrypted,
            ),
            Self::Mgf1Sha1(Hash::Sha384) => mixed(
                key,
                Oaep::<sha2::Sha384, sha1::Sha1>::new_with_mgf_hash(),
                encrypted,
            ),
            Self::Mgf1Sha1(Hash::Sha1 | Hash::Sha256) => mixed(
                key,
                Oaep::<sha2::Sha256, sha1::Sha1>::new_with_mgf_hash(),
                encrypted,
            ),
        }
    }
}

/// RSAES-OAEP with two hashes, which aws-lc-rs does not offer. The private operation is blinded, by
/// octets that nobody else can know.
fn mixed(
    key: &PrivateKey,
    padding: impl rsa::traits::PaddingScheme,
    encrypted: &[u8],
) -> Result<KeyOctets, DecryptError> {
    let failed = || DecryptError::Failed;
    let private = RsaPrivateKey::from_pkcs8_der(key.pkcs8().expose());
    let private = private.ok().ok_or_else(failed)?;
    let mut blinding = StdRng::from_seed(*noise(key, b"kmadmin blinding", encrypted));
    let decrypted = private.decrypt_blinded(&mut blinding, padding, encrypted);
    Ok(Zeroizing::new(decrypted.ok().ok_or_else(failed)?))
}

/// The hash that an algorithm names.
fn hash_of(algorithm: &Algorithm<'_>) -> Option<Hash> {
    match algorithm.oid? {
        ID_SHA1 => Some(Hash::Sha1),
        ID_SHA256 => Some(Hash::Sha256),
        ID_SHA384 => Some(Hash::Sha384),
        ID_SHA512 => Some(Hash::Sha512),
        _other => None,
    }
}
