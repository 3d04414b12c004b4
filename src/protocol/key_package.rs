//! A private key on its way to its owner (RFC 9483 section 4.1.6): `AsymmetricKeyPackage` in
//! `SignedData` in `EnvelopedData`.

use der::asn1::{BitStringRef, ObjectIdentifier, OctetStringRef};
use der::{Decode as _, Encode as _, Sequence};
use rand::CryptoRng;

use crate::crypto::certificate::Certificate;
use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::crypto::oid::ID_SIGNED_DATA;
use crate::crypto::smime::SmimeError;
use crate::crypto::smime::enveloped::{self, DecryptError, Decrypter, EncryptError, Recipient};
use crate::crypto::smime::signed::{self, SignatureVerdict, Signing};
use crate::crypto::strict_der;
use crate::domain::secret::SecretBytes;
use crate::domain::time::UnixTime;
use crate::protocol::asn1::raw::RawSequence;

/// Why a key was not packed or unpacked.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyPackageError {
    /// It is encrypted to another key, or in a way that is not read, or damaged.
    #[error("the private key can not be decrypted")]
    Decryption(#[from] DecryptError),
    /// Nothing could be encrypted to the recipient's key.
    #[error("the private key can not be encrypted to the key of the recipient")]
    Encryption(#[from] EncryptError),
    /// What was decrypted is no private key.
    #[error("what was encrypted is not a private key")]
    Malformed,
    /// It was not signed by the key that should have done it.
    #[error("the private key was not signed by the Key Management server")]
    Signer,
    /// The signer's key and certificate can not sign.
    #[error("the private key can not be signed for")]
    Signing(SmimeError),
}

impl From<der::Error> for KeyPackageError {
    fn from(_reason: der::Error) -> Self {
        Self::Malformed
    }
}

/// `AsymmetricKeyPackage` (RFC 5958 section 2); RFC 9483 section 4.1.6: exactly one key.
#[derive(Sequence)]
struct AsymmetricKeyPackage<'a> {
    only: OneAsymmetricKey<'a>,
}

/// `OneAsymmetricKey` (RFC 5958 section 2), borrowed, so that no copy of a secret is left behind.
#[derive(Sequence)]
struct OneAsymmetricKey<'a> {
    version: u8,
    algorithm: RawSequence,
    private_key: &'a OctetStringRef,
    #[asn1(
        context_specific = "0",
        tag_mode = "IMPLICIT",
        constructed = "true",
        optional = "true"
    )]
    attributes: Option<RawSequence>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    public_key: Option<BitStringRef<'a>>,
}

/// Packs `key`: signed by a key with its certificate (DER), encrypted `to` a transport key.
/// The result is an `EnvelopedData`, DER.
pub fn seal_key(
    key: &PrivateKey,
    (signing_key, certificate): (&PrivateKey, &[u8]),
    to: &PublicKey,
    at: UnixTime,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, KeyPackageError> {
    let public = public_bits(key.public())?;
    let one = OneAsymmetricKey {
        version: V2,
        public_key: Some(BitStringRef::from_bytes(public)?),
        ..OneAsymmetricKey::from_der(key.pkcs8().expose())?
    };
    let package = SecretBytes::new(AsymmetricKeyPackage { only: one }.to_der()?);
    let with = Signing {
        key: signing_key,
        certificate,
        chain: &[],
        at,
        capabilities: false,
        encryption_certificate: None,
    };
    let signed = signed::sign_as(ID_CT_KP_AKEY_PACKAGE, package.expose(), &with)
        .map(SecretBytes::new)
        .map_err(KeyPackageError::Signing)?;
    let to = [Recipient::Key(to)];
    Ok(enveloped::enveloped_data(
        ID_SIGNED_DATA,
        signed.expose(),
        &to,
        rng,
    )?)
}

/// Unpacks what [`seal_key`] packed: decrypted `with` the transport key, signed by `signer`.
pub fn open_key(
    enveloped: &[u8],
    with: &PrivateKey,
    signer: &PublicKey,
) -> Result<PrivateKey, KeyPackageError> {
    let with = Decrypter {
        key: with,
        certificate: None,
    };
    let decrypted = enveloped::decrypt_enveloped_data(enveloped, &[with])?;
    if decrypted.content_type != ID_SIGNED_DATA {
        return Err(KeyPackageError::Malformed);
    }
    let read = signed::verify_as(ID_CT_KP_AKEY_PACKAGE, decrypted.content.expose());
    let read = read.map_err(|_damaged| KeyPackageError::Signer)?;
    let package = SecretBytes::new(read.content.unwrap_or_default());
    let [by] = read.signers.as_slice() else {
        return Err(KeyPackageError::Signer);
    };
    let certificate = by.certificate.as_deref().map(Certificate::from_der);
    let is_signers =
        matches!(certificate, Some(Ok(certificate)) if certificate.spki() == signer.spki());
    if by.signature != SignatureVerdict::Good || !is_signers {
        return Err(KeyPackageError::Signer);
    }
    let one = AsymmetricKeyPackage::from_der(package.expose())?.only;
    private_key(one)
}

/// The key, which must be the other half of the public key beside it.
fn private_key(one: OneAsymmetricKey<'_>) -> Result<PrivateKey, KeyPackageError> {
    let beside = one.public_key;
    // as PKCS#8 of 1993, which every reader of keys takes
    let plain = OneAsymmetricKey {
        version: V1,
        attributes: None,
        public_key: None,
        ..one
    };
    let plain = SecretBytes::new(plain.to_der()?);
    let key = PrivateKey::from_pkcs8(plain).map_err(|_kind| KeyPackageError::Malformed)?;
    if beside.and_then(|bits| bits.as_bytes()) != Some(public_bits(key.public())?) {
        return Err(KeyPackageError::Malformed);
    }
    Ok(key)
}

/// The bits of a public key, without its algorithm.
fn public_bits(key: &PublicKey) -> Result<&[u8], KeyPackageError> {
    let bits = strict_der::check(key.spki()).and_then(|whole| {
        let mut reader = whole.reader();
        reader.any()?;
        reader.any()?.whole_octets()
    });
    bits.map_err(|_malformed| KeyPackageError::Malformed)
}

/// `Version` of keys without and with their public half (RFC 5958 section 2).
const V1: u8 = 0;
/// RFC 9483 section 4.1.6: MUST be 1, and the public key MUST be there.
const V2: u8 = 1;

/// id-ct-KP-aKeyPackage (RFC 5958 section 2).
const ID_CT_KP_AKEY_PACKAGE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("2.16.840.1.101.2.1.2.78.5");
