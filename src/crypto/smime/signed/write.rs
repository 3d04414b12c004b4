//! Writing `SignedData`: one signer, with signed attributes.

use std::time::Duration;

use aws_lc_rs::digest::{self, SHA256, SHA384, SHA512};
use cms::content_info::ContentInfo;
use cms::signed_data::EncapsulatedContentInfo;
use der::asn1::{GeneralizedTime, ObjectIdentifier, OctetString, SetOfVec, UtcTime};
use der::{Any, Decode as _, Encode as _, Sequence, Tag, TagNumber, ValueOrd};
use x509_cert::attr::{Attribute, Attributes};
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::crypto::certificate::Certificate;
use crate::crypto::keypair::sha256;
use crate::crypto::oid::{
    ID_CONTENT_TYPE, ID_DATA, ID_ED25519, ID_SHA256, ID_SHA384, ID_SHA512, ID_SIGNED_DATA,
    RSA_ENCRYPTION,
};
use crate::crypto::smime::SmimeError;
use crate::crypto::smime::capabilities::Capabilities;
use crate::crypto::smime::signed::oid::{
    ECDSA_WITH_SHA256, ECDSA_WITH_SHA384, ENCRYPTION_KEY_PREFERENCE, MESSAGE_DIGEST,
    MICROSOFT_KEY_PREFERENCE, SIGNING_CERTIFICATE_V2, SIGNING_TIME, SMIME_CAPABILITIES,
};
use crate::crypto::smime::signed::{Form, Signing};
use crate::domain::key_kind::KeyKind;
use crate::domain::time::UnixTime;

/// Signs a MIME entity, given as the octets that are sent: a `ContentInfo`, DER.
pub fn sign(content: &[u8], form: Form, with: &Signing<'_>) -> Result<Vec<u8>, SmimeError> {
    let signed = signed_data(ID_DATA, content, form, with)?;
    let outer = ContentInfo {
        content_type: ID_SIGNED_DATA,
        content: Any::encode_from(&signed)?,
    };
    Ok(outer.to_der()?)
}

/// Signs content of another type, which stands within: a bare `SignedData`, DER, as RFC 9483 section
/// 4.1.6 puts it into an envelope.
pub fn sign_as(
    content_type: ObjectIdentifier,
    content: &[u8],
    with: &Signing<'_>,
) -> Result<Vec<u8>, SmimeError> {
    Ok(signed_data(content_type, content, Form::Opaque, with)?.to_der()?)
}

fn signed_data(
    content_type: ObjectIdentifier,
    content: &[u8],
    form: Form,
    with: &Signing<'_>,
) -> Result<SignedData, SmimeError> {
    let signer = certificate(with.certificate)?;
    if signer.spki() != with.key.public().spki() {
        return Err(SmimeError::Certificate);
    }
    let algorithms = Algorithms::of(with.key.public().kind());
    let digest_alg = AlgorithmIdentifierOwned {
        oid: algorithms.digest_id,
        parameters: None, // RFC 5754 section 2: SHOULD be omitted
    };
    let digest = digest::digest(algorithms.digest, content);
    let signed_attrs = attributes(content_type, digest.as_ref(), with)?;
    // RFC 5652 section 5.4: what is signed is the SET OF, under its own tag
    let signature = with.key.sign(&signed_attrs.to_der()?);
    let signer_info = SignerInfo {
        version: 1, // RFC 5652 section 5.3: 1 with issuerAndSerialNumber
        sid: issuer_and_serial(&signer)?,
        digest_alg: digest_alg.clone(),
        signed_attrs,
        signature_algorithm: algorithms.signature,
        signature: OctetString::new(signature.map_err(|_key| SmimeError::Key)?)?,
    };
    let econtent = match form {
        Form::Detached => None,
        Form::Opaque => Some(Any::encode_from(&OctetString::new(content)?)?),
    };
    Ok(SignedData {
        // RFC 5652 section 5.1: 3 if the content is of another type than id-data
        version: if content_type == ID_DATA { 1 } else { 3 },
        digest_algorithms: SetOfVec::try_from([digest_alg])?,
        encap_content_info: EncapsulatedContentInfo {
            econtent_type: content_type,
            econtent,
        },
        certificates: certificates(with)?,
        signer_infos: SetOfVec::try_from([signer_info])?,
    })
}

/// The signer's, those above, the one for encryption; each once.
fn certificates(with: &Signing<'_>) -> Result<SetOfVec<Any>, SmimeError> {
    let mut all = vec![with.certificate];
    all.extend(with.chain);
    all.extend(with.encryption_certificate);
    all.sort_unstable();
    all.dedup();
    let read = |der| Ok(Any::from_der(certificate(der)?.der())?);
    let read: Vec<Any> = all
        .into_iter()
        .map(read)
        .collect::<Result<_, SmimeError>>()?;
    Ok(SetOfVec::try_from(read)?)
}

/// The signed attributes; [`SetOfVec`] sorts them as DER asks.
fn attributes(
    content_type: ObjectIdentifier,
    digest: &[u8],
    with: &Signing<'_>,
) -> Result<Attributes, SmimeError> {
    let mut attributes = vec![
        attribute(ID_CONTENT_TYPE, Any::encode_from(&content_type)?)?,
        attribute(
            MESSAGE_DIGEST,
            Any::encode_from(&OctetString::new(digest)?)?,
        )?,
        attribute(SIGNING_TIME, signing_time(with.at)?)?,
        attribute(
            SIGNING_CERTIFICATE_V2,
            signing_certificate(with.certificate)?,
        )?,
    ];
    if with.capabilities {
        let ours = Any::from_der(&Capabilities::ours().to_der())?;
        attributes.push(attribute(SMIME_CAPABILITIES, ours)?);
    }
    if let Some(der) = with.encryption_certificate {
        let named = issuer_and_serial(&certificate(der)?)?;
        // SMIMEEncryptionKeyPreference: a CHOICE, of which this is [0] IMPLICIT
        let tag = Tag::ContextSpecific {
            constructed: true,
            number: TagNumber(0),
        };
        let preference = Any::new(tag, named.value())?;
        attributes.push(attribute(ENCRYPTION_KEY_PREFERENCE, preference)?);
        // Outlook knows its own attribute only, in which the name stands without a CHOICE.
        attributes.push(attribute(MICROSOFT_KEY_PREFERENCE, named)?);
    }
    Ok(SetOfVec::try_from(attributes)?)
}

fn attribute(oid: ObjectIdentifier, value: Any) -> Result<Attribute, SmimeError> {
    let values = SetOfVec::try_from([value])?;
    Ok(Attribute { oid, values })
}

/// RFC 5652 section 11.3: `UTCTime` through 2049, then `GeneralizedTime`.
fn signing_time(at: UnixTime) -> Result<Any, SmimeError> {
    let seconds = u64::try_from(at.secs()).map_err(|_before_1970| SmimeError::Encoding)?;
    let since = Duration::from_secs(seconds);
    Ok(if at.year() < 2050 {
        Any::encode_from(&UtcTime::from_unix_duration(since)?)?
    } else {
        Any::encode_from(&GeneralizedTime::from_unix_duration(since)?)?
    })
}

/// `SigningCertificateV2` (RFC 5035 section 3) of one certificate. Without its issuerSerial, for the
/// signer's identifier says the same; without the name of its hash, for SHA-256 is the DEFAULT.
fn signing_certificate(certificate: &[u8]) -> Result<Any, SmimeError> {
    let id = EssCertId {
        hash: OctetString::new(sha256(certificate))?,
    };
    Ok(Any::encode_from(&SigningCertificate { ids: vec![id] })?)
}

/// `IssuerAndSerialNumber` (RFC 5652 section 10.2.4), the issuer as it stands in the certificate.
fn issuer_and_serial(certificate: &Certificate) -> Result<Any, SmimeError> {
    Ok(Any::encode_from(&IssuerAndSerial {
        issuer: Any::from_der(certificate.issuer_der())?,
        serial: Any::new(Tag::Integer, certificate.serial())?,
    })?)
}

fn certificate(der: &[u8]) -> Result<Certificate, SmimeError> {
    Certificate::from_der(der).map_err(|_malformed| SmimeError::Certificate)
}

/// What [`PrivateKey::sign`](crate::crypto::keypair::PrivateKey::sign) does, as CMS names it.
struct Algorithms {
    digest: &'static digest::Algorithm,
    digest_id: ObjectIdentifier,
    signature: AlgorithmIdentifierOwned,
}

impl Algorithms {
    fn of(kind: KeyKind) -> Self {
        match kind {
            // RFC 3370 section 3.2: rsaEncryption, which every program knows, with NULL
            KeyKind::Rsa2048 | KeyKind::Rsa3072 | KeyKind::Rsa4096 => {
                Self::new(&SHA256, ID_SHA256, RSA_ENCRYPTION, Some(Any::null()))
            }
            KeyKind::P256 => Self::new(&SHA256, ID_SHA256, ECDSA_WITH_SHA256, None),
            KeyKind::P384 => Self::new(&SHA384, ID_SHA384, ECDSA_WITH_SHA384, None),
            // RFC 8419 section 3: the digest MUST be SHA-512
            KeyKind::Ed25519 => Self::new(&SHA512, ID_SHA512, ID_ED25519, None),
        }
    }

    const fn new(
        digest: &'static digest::Algorithm,
        digest_id: ObjectIdentifier,
        oid: ObjectIdentifier,
        parameters: Option<Any>,
    ) -> Self {
        Self {
            digest,
            digest_id,
            signature: AlgorithmIdentifierOwned { oid, parameters },
        }
    }
}

/// RFC 5652 section 5.1, without revocation lists; certificates stay the octets they are.
#[derive(Sequence)]
struct SignedData {
    version: u8,
    digest_algorithms: SetOfVec<AlgorithmIdentifierOwned>,
    encap_content_info: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true")]
    certificates: SetOfVec<Any>,
    signer_infos: SetOfVec<SignerInfo>,
}

/// RFC 5652 section 5.3, always with signed attributes.
#[derive(Sequence, ValueOrd)]
struct SignerInfo {
    version: u8,
    sid: Any,
    digest_alg: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true")]
    signed_attrs: Attributes,
    signature_algorithm: AlgorithmIdentifierOwned,
    signature: OctetString,
}

/// RFC 5652 section 10.2.4.
#[derive(Sequence)]
struct IssuerAndSerial {
    issuer: Any,
    serial: Any,
}

/// RFC 5035 section 3.
#[derive(Sequence)]
struct SigningCertificate {
    ids: Vec<EssCertId>,
}

/// `ESSCertIDv2` (RFC 5035 section 4).
#[derive(Sequence)]
struct EssCertId {
    hash: OctetString,
}
