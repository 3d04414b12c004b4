//! Encrypting: one form of `EnvelopedData` and one of `AuthEnvelopedData`, in DER.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::error::{KeyRejected, Unspecified};
use aws_lc_rs::iv::FixedLength;
use cms::authenveloped_data::AuthEnvelopedData;
use cms::cert::IssuerAndSerialNumber;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::enveloped_data::{
    EncryptedContentInfo, EnvelopedData, KeyAgreeRecipientIdentifier, KeyTransRecipientInfo,
    RecipientIdentifier, RecipientInfo, RecipientInfos, RecipientKeyIdentifier,
};
use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode as _, Encode as _};
use rand::CryptoRng;
use x509_cert::attr::Attribute;
use x509_cert::ext::pkix::SubjectKeyIdentifier;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoRef};

use crate::crypto::certificate::Certificate;
use crate::crypto::envelope::{GcmParameters, ICV_LEN};
use crate::crypto::oid::{
    ID_AES256_CBC, ID_AES256_GCM, ID_CONTENT_TYPE, ID_CT_AUTH_ENVELOPED_DATA, ID_DATA,
    ID_EC_PUBLIC_KEY, ID_ENVELOPED_DATA, RSA_ENCRYPTION,
};
use crate::crypto::smime::enveloped::agreement::{self, Curve};
use crate::crypto::smime::enveloped::transport::{self, Transport};
use crate::crypto::smime::enveloped::{Cipher, EncryptError, Recipient};
use crate::domain::secret::Key;

/// Encrypts a MIME entity, or other octets without a type, to all of `to`. The result is a
/// `ContentInfo` in DER.
pub fn encrypt(
    content: &[u8],
    to: &[Recipient<'_>],
    cipher: Cipher,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, EncryptError> {
    encrypt_as(ID_DATA, content, to, cipher, rng)
}

/// Like [`encrypt`], for content of another type than id-data.
pub fn encrypt_as(
    content_type: ObjectIdentifier,
    content: &[u8],
    to: &[Recipient<'_>],
    cipher: Cipher,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, EncryptError> {
    let outer = match cipher {
        Cipher::Aes256Cbc => ContentInfo {
            content_type: ID_ENVELOPED_DATA,
            content: Any::encode_from(&enveloped(content_type, content, to, rng)?)?,
        },
        Cipher::Aes256Gcm => ContentInfo {
            content_type: ID_CT_AUTH_ENVELOPED_DATA,
            content: Any::encode_from(&auth_enveloped(content_type, content, to, rng)?)?,
        },
    };
    Ok(outer.to_der()?)
}

/// Encrypts with AES-256-CBC to an `EnvelopedData` in DER that stands alone, as CMP carries it
/// (RFC 9810 section 5.2.2). Nothing shows a change: the content must be signed.
pub fn enveloped_data(
    content_type: ObjectIdentifier,
    content: &[u8],
    to: &[Recipient<'_>],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, EncryptError> {
    Ok(enveloped(content_type, content, to, rng)?.to_der()?)
}

fn enveloped(
    content_type: ObjectIdentifier,
    content: &[u8],
    to: &[Recipient<'_>],
    rng: &mut dyn CryptoRng,
) -> Result<EnvelopedData, EncryptError> {
    let content_key = Key::random(rng);
    let mut iv = [0; BLOCK];
    rng.fill_bytes(&mut iv);
    let key = UnboundCipherKey::new(&AES_256, content_key.expose())?;
    // room for the padding from the start: no copy of the content is left behind by growing
    let mut octets = Vec::with_capacity(content.len().saturating_add(BLOCK));
    octets.extend_from_slice(content);
    PaddedBlockEncryptingKey::cbc_pkcs7(key)?
        .less_safe_encrypt(&mut octets, EncryptionContext::Iv128(FixedLength::from(iv)))?;
    let recip_infos = recipient_infos(to, &content_key)?;
    Ok(EnvelopedData {
        version: version(&recip_infos),
        originator_info: None,
        recip_infos,
        encrypted_content: EncryptedContentInfo {
            content_type,
            content_enc_alg: AlgorithmIdentifierOwned {
                oid: ID_AES256_CBC,
                parameters: Some(Any::encode_from(&OctetString::new(iv)?)?),
            },
            encrypted_content: Some(OctetString::new(octets)?),
        },
        unprotected_attrs: None,
    })
}

fn auth_enveloped(
    content_type: ObjectIdentifier,
    content: &[u8],
    to: &[Recipient<'_>],
    rng: &mut dyn CryptoRng,
) -> Result<AuthEnvelopedData, EncryptError> {
    let content_key = Key::random(rng);
    let mut nonce = [0; NONCE_LEN];
    rng.fill_bytes(&mut nonce);
    let auth_attrs = if content_type == ID_DATA {
        None
    } else {
        // RFC 5083 section 2.1: MUST be present if the content type is not id-data
        Some(SetOfVec::try_from([Attribute {
            oid: ID_CONTENT_TYPE,
            values: SetOfVec::try_from([Any::encode_from(&content_type)?])?,
        }])?)
    };
    let additional = match &auth_attrs {
        Some(attributes) => attributes.to_der()?,
        None => Vec::new(),
    };
    let mut octets = content.to_vec();
    let mac = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, content_key.expose())?)
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce), // the key is used this once
            Aad::from(additional),
            &mut octets,
        )?;
    let parameters = GcmParameters {
        nonce: OctetString::new(nonce)?,
        icv_len: ICV_LEN,
    };
    Ok(AuthEnvelopedData {
        version: CmsVersion::V0, // RFC 5083 section 2.1: MUST be 0
        originator_info: None,
        recip_infos: recipient_infos(to, &content_key)?,
        auth_encrypted_content_info: EncryptedContentInfo {
            content_type,
            content_enc_alg: AlgorithmIdentifierOwned {
                oid: ID_AES256_GCM,
                parameters: Some(Any::encode_from(&parameters)?),
            },
            encrypted_content: Some(OctetString::new(octets)?),
        },
        auth_attrs,
        mac: OctetString::new(mac.as_ref())?,
        unauth_attrs: None,
    })
}

/// RFC 5652 section 6.1: 0 if all recipients have version 0, else 2.
fn version(recipients: &RecipientInfos) -> CmsVersion {
    let plain = |info: &RecipientInfo| matches!(info, RecipientInfo::Ktri(info) if info.version == CmsVersion::V0);
    if recipients.0.iter().all(plain) {
        CmsVersion::V0
    } else {
        CmsVersion::V2
    }
}

fn recipient_infos(
    to: &[Recipient<'_>],
    content_key: &Key,
) -> Result<RecipientInfos, EncryptError> {
    if to.is_empty() {
        return Err(EncryptError::NoRecipient);
    }
    let mut infos = Vec::with_capacity(to.len());
    for (place, recipient) in to.iter().enumerate() {
        let info = recipient_info(recipient, content_key);
        infos.push(info.map_err(|_reason| EncryptError::Recipient(place))?);
    }
    Ok(RecipientInfos(SetOfVec::try_from(infos)?))
}

fn recipient_info(
    recipient: &Recipient<'_>,
    content_key: &Key,
) -> Result<RecipientInfo, EncryptError> {
    match *recipient {
        Recipient::Certificate(der) => to_certificate(der, Transport::Pkcs1, content_key),
        Recipient::OaepCertificate(der) => to_certificate(der, Transport::Oaep, content_key),
        Recipient::Key(public) => {
            let identifier = OctetString::new(public.key_identifier())?;
            let rid = RecipientIdentifier::SubjectKeyIdentifier(SubjectKeyIdentifier(identifier));
            to_key(public.spki(), rid, Transport::Oaep, content_key)
        }
    }
}

fn to_certificate(
    der: &[u8],
    transport: Transport,
    content_key: &Key,
) -> Result<RecipientInfo, EncryptError> {
    let certificate = Certificate::from_der(der)
        .ok()
        .ok_or(EncryptError::Sealing)?;
    let rid = RecipientIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
        issuer: Name::from_der(certificate.issuer_der())?,
        serial_number: SerialNumber::new(certificate.serial())?,
    });
    to_key(certificate.spki(), rid, transport, content_key)
}

fn to_key(
    spki: &[u8],
    rid: RecipientIdentifier,
    transport: Transport,
    content_key: &Key,
) -> Result<RecipientInfo, EncryptError> {
    let info = SubjectPublicKeyInfoRef::from_der(spki)?;
    match info.algorithm.oid {
        RSA_ENCRYPTION => {
            let (key_enc_alg, encrypted) = transport::encrypt(spki, transport, content_key)?;
            // RFC 5652 section 6.2.1: 2 with a subjectKeyIdentifier
            let version = match &rid {
                RecipientIdentifier::IssuerAndSerialNumber(_) => CmsVersion::V0,
                RecipientIdentifier::SubjectKeyIdentifier(_) => CmsVersion::V2,
            };
            Ok(RecipientInfo::Ktri(KeyTransRecipientInfo {
                version,
                rid,
                key_enc_alg,
                enc_key: OctetString::new(encrypted)?,
            }))
        }
        ID_EC_PUBLIC_KEY => {
            let curve = Curve::of_oid(info.algorithm.parameters_oid()?);
            let curve = curve.ok_or(EncryptError::Sealing)?;
            let rid = match rid {
                RecipientIdentifier::IssuerAndSerialNumber(name) => {
                    KeyAgreeRecipientIdentifier::IssuerAndSerialNumber(name)
                }
                RecipientIdentifier::SubjectKeyIdentifier(subject_key_identifier) => {
                    KeyAgreeRecipientIdentifier::RKeyId(RecipientKeyIdentifier {
                        subject_key_identifier,
                        date: None,
                        other: None,
                    })
                }
            };
            agreement::recipient_info(curve, spki, rid, content_key)
        }
        _other => Err(EncryptError::Sealing),
    }
}

impl From<Unspecified> for EncryptError {
    fn from(_reason: Unspecified) -> Self {
        Self::Sealing
    }
}

impl From<KeyRejected> for EncryptError {
    fn from(_reason: KeyRejected) -> Self {
        Self::Sealing
    }
}

impl From<der::Error> for EncryptError {
    fn from(_reason: der::Error) -> Self {
        Self::Sealing
    }
}

impl From<x509_cert::spki::Error> for EncryptError {
    fn from(_reason: x509_cert::spki::Error) -> Self {
        Self::Sealing
    }
}

/// Octets of an AES block.
const BLOCK: usize = 16;
