//! What the server answers: `CertRepMessage`, `KeyRecRepContent`, `RevRepContent`, `ErrorMsgContent`.

use der::asn1::{Any, OctetString};
use der::{Choice, Decode as _, Encode as _, Sequence, Tag, TagNumber};

use crate::protocol::asn1::crmf;
use crate::protocol::asn1::raw::{self, RawSequence};
use crate::protocol::asn1::status::PkiStatusInfo;
use crate::protocol::message::{
    CertReply, CertResponse, Certified, ErrorContent, KeyRecovery, RevocationReply, Status,
};
use crate::protocol::read::ReadError;

/// RFC 9810 section 5.3.4.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub(crate) struct CertRepMessage {
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    ca_pubs: Option<Vec<RawSequence>>,
    response: Vec<CertResponseType>,
}

#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
struct CertResponseType {
    cert_req_id: i64,
    status: PkiStatusInfo,
    #[asn1(optional = "true")]
    certified_key_pair: Option<CertifiedKeyPair>,
    #[asn1(optional = "true")]
    rsp_info: Option<OctetString>,
}

/// A certificate, perhaps with its private key. publicationInfo is read over.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub(crate) struct CertifiedKeyPair {
    cert_or_enc_cert: CertOrEncCert,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    private_key: Option<Any>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    publication_info: Option<RawSequence>,
}

#[derive(Choice, Clone, Debug, Eq, PartialEq)]
enum CertOrEncCert {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", constructed = "true")]
    Certificate(RawSequence),
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", constructed = "true")]
    Encrypted(Any),
}

/// RFC 9810 section 5.3.8.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub(crate) struct KeyRecRepContent {
    status: PkiStatusInfo,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    new_sig_cert: Option<RawSequence>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    ca_certs: Option<Vec<RawSequence>>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    key_pair_hist: Option<Vec<CertifiedKeyPair>>,
}

/// RFC 9810 section 5.3.10.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub(crate) struct RevRepContent {
    status: Vec<PkiStatusInfo>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    rev_certs: Option<Vec<crmf::CertIdType>>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    crls: Option<Vec<RawSequence>>,
}

/// RFC 9810 section 5.3.21.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub(crate) struct ErrorMsgContent {
    status: PkiStatusInfo,
    #[asn1(optional = "true")]
    code: Option<i64>,
    #[asn1(optional = "true")]
    details: Option<Vec<String>>,
}

impl CertRepMessage {
    pub(crate) fn from_value(value: &CertReply) -> Result<Self, der::Error> {
        let one = |response: &CertResponse| {
            let pair = response.certified.as_ref();
            Ok(CertResponseType {
                cert_req_id: response.id,
                status: PkiStatusInfo::from_value(&response.status)?,
                certified_key_pair: pair.map(CertifiedKeyPair::from_value).transpose()?,
                rsp_info: None,
            })
        };
        let responses: Result<_, der::Error> = value.responses.iter().map(one).collect();
        Ok(Self {
            ca_pubs: raw::unless_empty(raw::sequences(&value.ca_pubs)?),
            response: responses?,
        })
    }

    pub(crate) fn into_value(self) -> Result<CertReply, ReadError> {
        let one = |response: CertResponseType| {
            let pair = response.certified_key_pair;
            Ok(CertResponse {
                id: response.cert_req_id,
                status: response.status.into_value()?,
                certified: pair.map(CertifiedKeyPair::into_value).transpose()?,
            })
        };
        let responses: Result<_, ReadError> = self.response.into_iter().map(one).collect();
        Ok(CertReply {
            ca_pubs: raw::all_octets(self.ca_pubs)?,
            responses: responses?,
        })
    }
}

impl CertifiedKeyPair {
    fn from_value(value: &Certified) -> Result<Self, der::Error> {
        let enveloped = |octets: &Vec<u8>| {
            let element = Any::from_der(octets)?;
            element.header().tag().assert_eq(Tag::Sequence)?;
            Any::new(ENVELOPED_DATA, element.value())
        };
        Ok(Self {
            cert_or_enc_cert: CertOrEncCert::Certificate(raw::sequence(&value.certificate)?),
            private_key: value.private_key.as_ref().map(enveloped).transpose()?,
            publication_info: None,
        })
    }

    fn into_value(self) -> Result<Certified, ReadError> {
        let certificate = match self.cert_or_enc_cert {
            CertOrEncCert::Certificate(certificate) => certificate.octets()?,
            CertOrEncCert::Encrypted(_) => {
                return Err(ReadError::Unsupported("an encrypted certificate"));
            }
        };
        let private_key = match self.private_key {
            None => None,
            Some(key) if key.header().tag() == ENVELOPED_DATA => {
                Some(Any::new(Tag::Sequence, key.value())?.to_der()?)
            }
            // RFC 9810 section 5.2.2: EncryptedValue is deprecated
            Some(_) => return Err(ReadError::Unsupported("a key as EncryptedValue")),
        };
        Ok(Certified {
            certificate,
            private_key,
        })
    }
}

impl KeyRecRepContent {
    pub(crate) fn from_value(value: &KeyRecovery) -> Result<Self, der::Error> {
        let certificate = value.signing_certificate.as_deref();
        let history = value.history.iter().map(CertifiedKeyPair::from_value);
        Ok(Self {
            status: PkiStatusInfo::from_value(&value.status)?,
            new_sig_cert: certificate.map(raw::sequence).transpose()?,
            ca_certs: raw::unless_empty(raw::sequences(&value.ca_certs)?),
            key_pair_hist: raw::unless_empty(history.collect::<Result<_, _>>()?),
        })
    }

    pub(crate) fn into_value(self) -> Result<KeyRecovery, ReadError> {
        let history = self.key_pair_hist.unwrap_or_default().into_iter();
        let certificate = self.new_sig_cert.as_ref().map(RawSequence::octets);
        Ok(KeyRecovery {
            status: self.status.into_value()?,
            signing_certificate: certificate.transpose()?,
            ca_certs: raw::all_octets(self.ca_certs)?,
            history: history
                .map(CertifiedKeyPair::into_value)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl RevRepContent {
    pub(crate) fn from_value(value: &RevocationReply) -> Result<Self, der::Error> {
        let statuses = value.statuses.iter().map(PkiStatusInfo::from_value);
        let ids = value.ids.iter().map(crmf::CertIdType::from_value);
        Ok(Self {
            status: statuses.collect::<Result<_, _>>()?,
            rev_certs: raw::unless_empty(ids.collect::<Result<_, _>>()?),
            crls: raw::unless_empty(raw::sequences(&value.crls)?),
        })
    }

    pub(crate) fn into_value(self) -> Result<RevocationReply, ReadError> {
        let statuses: Result<Vec<Status>, ReadError> = self
            .status
            .into_iter()
            .map(PkiStatusInfo::into_value)
            .collect();
        let ids = self.rev_certs.unwrap_or_default().into_iter();
        Ok(RevocationReply {
            statuses: statuses?,
            ids: ids
                .map(crmf::CertIdType::into_value)
                .collect::<Result<_, _>>()?,
            crls: raw::all_octets(self.crls)?,
        })
    }
}

impl ErrorMsgContent {
    pub(crate) fn from_value(value: &ErrorContent) -> Result<Self, der::Error> {
        Ok(Self {
            status: PkiStatusInfo::from_value(&value.status)?,
            code: value.code,
            details: raw::unless_empty(value.details.clone()),
        })
    }

    pub(crate) fn into_value(self) -> Result<ErrorContent, ReadError> {
        Ok(ErrorContent {
            status: self.status.into_value()?,
            code: self.code,
            details: self.details.unwrap_or_default(),
        })
    }
}

/// `envelopedData [0]` of `EncryptedKey` (RFC 4211 section 6.4), IMPLICIT as that module is.
const ENVELOPED_DATA: Tag = Tag::ContextSpecific {
    constructed: true,
    number: TagNumber(0),
};
