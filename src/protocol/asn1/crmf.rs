//! What the client asks: `CertReqMsg` (RFC 4211), `RevDetails` and `CertStatus` (RFC 9810).

use der::asn1::{Any, BitString, Int, Null, ObjectIdentifier, OctetString};
use der::{Choice, Decode as _, Encode as _, Sequence, Tag};

use crate::crypto::hash::Hash;
use crate::crypto::oid::{ID_CE_CRL_REASONS, ID_CE_INVALIDITY_DATE};
use crate::protocol::asn1::header;
use crate::protocol::asn1::mac;
use crate::protocol::asn1::raw::{self, AlgorithmIdentifier, RawSequence, Time};
use crate::protocol::asn1::status::PkiStatusInfo;
use crate::protocol::message::{
    CertId, CertRequest, CertStatus, Name, Possession, RevocationRequest, Template,
};
use crate::protocol::read::ReadError;

/// RFC 4211 section 3. The request itself stays as it came, for the proof is made over its octets.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub(crate) struct CertReqMsg {
    cert_req: RawSequence,
    #[asn1(optional = "true")]
    popo: Option<ProofOfPossession>,
    #[asn1(optional = "true")]
    reg_info: Option<RawSequence>,
}

/// RFC 4211 section 4.
#[derive(Choice, Clone, Debug, Eq, PartialEq)]
enum ProofOfPossession {
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    RaVerified(Null),
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true")]
    Signature(PopoSigningKey),
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", constructed = "true")]
    KeyEncipherment(Any),
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", constructed = "true")]
    KeyAgreement(Any),
}

/// RFC 4211 section 4.1.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
struct PopoSigningKey {
    #[asn1(
        context_specific = "0",
        tag_mode = "IMPLICIT",
        constructed = "true",
        optional = "true"
    )]
    poposk_input: Option<RawSequence>,
    algorithm: RawSequence,
    signature: BitString,
}

/// RFC 4211 section 5.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
struct CertRequestType {
    cert_req_id: i64,
    cert_template: CertTemplate,
    #[asn1(optional = "true")]
    controls: Option<Vec<Control>>,
}

/// `AttributeTypeAndValue` (RFC 4211 section 6).
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
struct Control {
    kind: Any,
    value: Any,
}

/// RFC 4211 section 5. Version, signingAlg and unique identifiers, which MUST be left out or are the
/// authority's to choose, are read over.
#[derive(Clone, Debug, Default, Eq, PartialEq, Sequence)]
struct CertTemplate {
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    version: Option<u8>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    serial_number: Option<Int>,
    #[asn1(
        context_specific = "2",
        tag_mode = "IMPLICIT",
        constructed = "true",
        optional = "true"
    )]
    signing_alg: Option<RawSequence>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    issuer: Option<RawSequence>,
    #[asn1(
        context_specific = "4",
        tag_mode = "IMPLICIT",
        constructed = "true",
        optional = "true"
    )]
    validity: Option<OptionalValidity>,
    #[asn1(context_specific = "5", tag_mode = "EXPLICIT", optional = "true")]
    subject: Option<RawSequence>,
    #[asn1(
        context_specific = "6",
        tag_mode = "IMPLICIT",
        constructed = "true",
        optional = "true"
    )]
    public_key: Option<RawSequence>,
    #[asn1(context_specific = "7", tag_mode = "IMPLICIT", optional = "true")]
    issuer_uid: Option<BitString>,
    #[asn1(context_specific = "8", tag_mode = "IMPLICIT", optional = "true")]
    subject_uid: Option<BitString>,
    #[asn1(
        context_specific = "9",
        tag_mode = "IMPLICIT",
        constructed = "true",
        optional = "true"
    )]
    extensions: Option<RawSequence>,
}

#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
struct OptionalValidity {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    not_before: Option<Time>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    not_after: Option<Time>,
}

/// RFC 4211 section 6.5.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub(crate) struct CertIdType {
    issuer: Any,
    serial_number: Int,
}

/// RFC 9810 section 5.3.9.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub(crate) struct RevDetails {
    cert_details: CertTemplate,
    #[asn1(optional = "true")]
    crl_entry_details: Option<Vec<Extension>>,
}

/// RFC 5280 section 4.1.2.9.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
struct Extension {
    id: ObjectIdentifier,
    #[asn1(default = "Default::default")]
    critical: bool,
    value: OctetString,
}

/// RFC 9810 section 5.3.18.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub(crate) struct CertStatusType {
    cert_hash: OctetString,
    cert_req_id: i64,
    #[asn1(optional = "true")]
    status_info: Option<PkiStatusInfo>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    hash_alg: Option<AlgorithmIdentifier>,
}

/// The DER of the `CertRequest` that says this.
pub(crate) fn request_octets(
    id: i64,
    template: &Template,
    transport_key: Option<&[u8]>,
    old_cert: Option<&CertId>,
) -> Result<Vec<u8>, der::Error> {
    let control = |oid: &[u8], value| {
        let kind = Any::new(Tag::ObjectIdentifier, oid)?;
        Ok::<_, der::Error>(Control { kind, value })
    };
    let mut controls = Vec::new();
    if let Some(old_cert) = old_cert {
        let value = Any::encode_from(&CertIdType::from_value(old_cert)?)?;
        controls.push(control(OLD_CERT_ID, value)?);
    }
    if let Some(key) = transport_key {
        controls.push(control(PROTOCOL_ENCR_KEY, Any::from_der(key)?)?);
    }
    let request = CertRequestType {
        cert_req_id: id,
        cert_template: CertTemplate::from_value(template)?,
        controls: raw::unless_empty(controls),
    };
    request.to_der()
}

impl CertReqMsg {
    pub(crate) fn from_value(value: &CertRequest) -> Result<Self, der::Error> {
        let popo = match &value.possession {
            Possession::Absent => None,
            Possession::Other(octets) => Some(ProofOfPossession::from_der(octets)?),
            Possession::RaVerified => Some(ProofOfPossession::RaVerified(Null)),
            Possession::Signature {
                algorithm,
                signature,
            } => Some(ProofOfPossession::Signature(PopoSigningKey {
                poposk_input: None,
                algorithm: raw::sequence(algorithm)?,
                signature: BitString::from_bytes(signature)?,
            })),
        };
        Ok(Self {
            cert_req: raw::sequence(&value.octets)?,
            popo,
            reg_info: None,
        })
    }

    pub(crate) fn into_value(self) -> Result<CertRequest, ReadError> {
        let octets = self.cert_req.octets()?;
        let request = CertRequestType::from_der(&octets)?;
        let mut transport_key = None;
        let mut old_cert = None;
        for control in request.controls.unwrap_or_default() {
            match header::oid(&control.kind)? {
                PROTOCOL_ENCR_KEY => transport_key = Some(control.value.to_der()?),
                OLD_CERT_ID => {
                    old_cert = Some(control.value.decode_as::<CertIdType>()?.into_value()?);
                }
                // RFC 4211 section 6: what is not understood may be ignored
                _other => {}
            }
        }
        Ok(CertRequest {
            id: request.cert_req_id,
            template: request.cert_template.into_value()?,
            transport_key,
            old_cert,
            possession: possession(self.popo)?,
            octets,
        })
    }
}

/// The value of a proof.
fn possession(popo: Option<ProofOfPossession>) -> Result<Possession, ReadError> {
    Ok(match popo {
        None => Possession::Absent,
        Some(ProofOfPossession::RaVerified(_null)) => Possession::RaVerified,
        Some(ProofOfPossession::Signature(PopoSigningKey {
            poposk_input: None,
            algorithm,
            signature,
        })) => Possession::Signature {
            algorithm: algorithm.octets()?,
            signature: whole_octets(&signature)?,
        },
        Some(
            other @ (ProofOfPossession::Signature(_)
            | ProofOfPossession::KeyEncipherment(_)
            | ProofOfPossession::KeyAgreement(_)),
        ) => Possession::Other(other.to_der()?),
    })
}

/// The octets of a signature or MAC.
pub(crate) fn whole_octets(bits: &BitString) -> Result<Vec<u8>, ReadError> {
    let octets = bits.as_bytes();
    Ok(octets
        .ok_or_else(|| ReadError::Malformed("a signature has odd bits".to_owned()))?
        .to_vec())
}

impl CertTemplate {
    fn from_value(value: &Template) -> Result<Self, der::Error> {
        let raw = |octets: &Option<Vec<u8>>| octets.as_deref().map(raw::sequence).transpose();
        let validity = match (value.not_before, value.not_after) {
            (None, None) => None,
            (not_before, not_after) => Some(OptionalValidity {
                not_before: not_before.map(Time::from_moment).transpose()?,
                not_after: not_after.map(Time::from_moment).transpose()?,
            }),
        };
        Ok(Self {
            serial_number: value.serial.as_deref().map(raw::integer).transpose()?,
            issuer: raw(&value.issuer)?,
            validity,
            subject: raw(&value.subject)?,
            public_key: raw(&value.public_key)?,
            extensions: raw(&value.extensions)?,
            ..Self::default()
        })
    }

    fn into_value(self) -> Result<Template, ReadError> {
        let octets = |raw: Option<RawSequence>| raw.map(|raw| raw.octets()).transpose();
        let validity = self.validity.as_ref();
        Ok(Template {
            serial: self.serial_number.map(|serial| serial.as_bytes().to_vec()),
            issuer: octets(self.issuer)?,
            not_before: validity.and_then(|both| both.not_before.as_ref().map(Time::moment)),
            not_after: validity.and_then(|both| both.not_after.as_ref().map(Time::moment)),
            subject: octets(self.subject)?,
            public_key: octets(self.public_key)?,
            extensions: octets(self.extensions)?,
        })
    }
}

impl CertIdType {
    pub(crate) fn from_value(value: &CertId) -> Result<Self, der::Error> {
        Ok(Self {
            issuer: header::general_name(&Name::Directory(value.issuer.clone()))?,
            serial_number: raw::integer(&value.serial)?,
        })
    }

    pub(crate) fn into_value(self) -> Result<CertId, ReadError> {
        let Name::Directory(issuer) = header::name(&self.issuer)? else {
            return Err(ReadError::Unsupported("an issuer without a name"));
        };
        Ok(CertId {
            issuer,
            serial: self.serial_number.as_bytes().to_vec(),
        })
    }
}

impl RevDetails {
    pub(crate) fn from_value(value: &RevocationRequest) -> Result<Self, der::Error> {
        let mut details = Vec::new();
        let mut add = |id, octets: Vec<u8>| {
            details.push(Extension {
                id,
                critical: false,
                value: OctetString::new(octets)?,
            });
            Ok::<_, der::Error>(())
        };
        if let Some(reason) = value.reason {
            add(
                ID_CE_CRL_REASONS,
                Any::new(Tag::Enumerated, [reason])?.to_der()?,
            )?;
        }
        if let Some(invalidity) = value.invalidity {
            add(
                ID_CE_INVALIDITY_DATE,
                raw::generalized(invalidity)?.to_der()?,
            )?;
        }
        let template = Template {
            issuer: Some(value.issuer.clone()),
            serial: Some(value.serial.clone()),
            ..Template::default()
        };
        Ok(Self {
            cert_details: CertTemplate::from_value(&template)?,
            crl_entry_details: raw::unless_empty(details),
        })
    }

    pub(crate) fn into_value(self) -> Result<RevocationRequest, ReadError> {
        let template = self.cert_details.into_value()?;
        let (Some(issuer), Some(serial)) = (template.issuer, template.serial) else {
            // RFC 9483 section 4.2: both MUST be present
            return Err(ReadError::Malformed(
                "the certificate to revoke is not named".to_owned(),
            ));
        };
        let mut reason = None;
        let mut invalidity = None;
        for entry in self.crl_entry_details.unwrap_or_default() {
            let value = Any::from_der(entry.value.as_bytes())?;
            match (entry.id, value.header().tag(), value.value()) {
                (ID_CE_CRL_REASONS, Tag::Enumerated, [number]) => reason = Some(*number),
                (ID_CE_INVALIDITY_DATE, _, _) => {
                    invalidity = Some(raw::moment(&value.decode_as()?));
                }
                (ID_CE_CRL_REASONS, _, _) => {
                    return Err(ReadError::Malformed("a reason code".to_owned()));
                }
                _other => {}
            }
        }
        Ok(RevocationRequest {
            issuer,
            serial,
            reason,
            invalidity,
        })
    }
}

impl CertStatusType {
    pub(crate) fn from_value(value: &CertStatus) -> Result<Self, der::Error> {
        let status = value.status.as_ref();
        Ok(Self {
            cert_hash: OctetString::new(value.hash.as_slice())?,
            cert_req_id: value.request_id,
            status_info: status.map(PkiStatusInfo::from_value).transpose()?,
            hash_alg: value.hash_alg.map(mac::digest_algorithm),
        })
    }

    pub(crate) fn into_value(self) -> Result<CertStatus, ReadError> {
        let hash = |algorithm: AlgorithmIdentifier| match mac::digest(&algorithm) {
            Some(hash) if hash != Hash::Sha1 => Ok(hash),
            Some(_) | None => Err(ReadError::Unsupported("a hash algorithm")),
        };
        Ok(CertStatus {
            hash: self.cert_hash.as_bytes().to_vec(),
            request_id: self.cert_req_id,
            status: self
                .status_info
                .map(PkiStatusInfo::into_value)
                .transpose()?,
            hash_alg: self.hash_alg.map(hash).transpose()?,
        })
    }
}

/// id-regCtrl-oldCertID, 1.3.6.1.5.5.7.5.1.5 (RFC 4211 section 6.5).
const OLD_CERT_ID: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 5, 1, 5];
/// id-regCtrl-protocolEncrKey, 1.3.6.1.5.5.7.5.1.6 (RFC 4211 section 6.6).
const PROTOCOL_ENCR_KEY: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 5, 1, 6];
