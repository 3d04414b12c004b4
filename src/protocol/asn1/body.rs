//! `PKIBody` (RFC 9810 section 5.1.2) and the message as header and body that stay as they came.

use der::asn1::{Any, BitString, Null};
use der::{Choice, Sequence};

use crate::protocol::asn1::crmf::{CertReqMsg, CertStatusType, RevDetails};
use crate::protocol::asn1::header::InfoTypeAndValue;
use crate::protocol::asn1::raw::{self, RawSequence};
use crate::protocol::asn1::reply::{
    CertRepMessage, ErrorMsgContent, KeyRecRepContent, RevRepContent,
};
use crate::protocol::message::{Body, CertRequest};
use crate::protocol::read::ReadError;

/// `PKIMessage` (RFC 9810 section 5.1). Header and body are elements as received, because the
/// protection is over exactly their octets.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub(crate) struct PkiMessage {
    pub(crate) header: Any,
    pub(crate) body: Any,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) protection: Option<BitString>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) extra_certs: Option<Vec<RawSequence>>,
}

/// What is protected (RFC 9810 section 5.1.3).
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub(crate) struct ProtectedPart {
    pub(crate) header: Any,
    pub(crate) body: Any,
}

/// Requests in one message: ours sends two; each may cost a signature check, and a key made by the
/// server.
const MAX_REQUESTS: usize = 8;

/// The body of a message; the kinds left out are announcements, cross-certification and polling.
#[derive(Choice, Clone, Debug, Eq, PartialEq)]
pub(crate) enum PkiBody {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", constructed = "true")]
    Ir(Vec<CertReqMsg>),
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", constructed = "true")]
    Ip(CertRepMessage),
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", constructed = "true")]
    Cr(Vec<CertReqMsg>),
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", constructed = "true")]
    Cp(CertRepMessage),
    #[asn1(context_specific = "4", tag_mode = "EXPLICIT", constructed = "true")]
    P10cr(RawSequence),
    #[asn1(context_specific = "7", tag_mode = "EXPLICIT", constructed = "true")]
    Kur(Vec<CertReqMsg>),
    #[asn1(context_specific = "8", tag_mode = "EXPLICIT", constructed = "true")]
    Kup(CertRepMessage),
    #[asn1(context_specific = "9", tag_mode = "EXPLICIT", constructed = "true")]
    Krr(Vec<CertReqMsg>),
    #[asn1(context_specific = "10", tag_mode = "EXPLICIT", constructed = "true")]
    Krp(KeyRecRepContent),
    #[asn1(context_specific = "11", tag_mode = "EXPLICIT", constructed = "true")]
    Rr(Vec<RevDetails>),
    #[asn1(context_specific = "12", tag_mode = "EXPLICIT", constructed = "true")]
    Rp(RevRepContent),
    #[asn1(context_specific = "19", tag_mode = "EXPLICIT", constructed = "true")]
    PkiConf(Null),
    #[asn1(context_specific = "21", tag_mode = "EXPLICIT", constructed = "true")]
    Genm(Vec<InfoTypeAndValue>),
    #[asn1(context_specific = "22", tag_mode = "EXPLICIT", constructed = "true")]
    Genp(Vec<InfoTypeAndValue>),
    #[asn1(context_specific = "23", tag_mode = "EXPLICIT", constructed = "true")]
    Error(ErrorMsgContent),
    #[asn1(context_specific = "24", tag_mode = "EXPLICIT", constructed = "true")]
    CertConf(Vec<CertStatusType>),
}

impl PkiBody {
    /// The type of a value.
    pub(crate) fn from_value(value: &Body) -> Result<Self, der::Error> {
        let requests = |requests: &[CertRequest]| {
            let types: Result<Vec<_>, _> = requests.iter().map(CertReqMsg::from_value).collect();
            types
        };
        Ok(match value {
            Body::Ir(all) => Self::Ir(requests(all)?),
            Body::Ip(reply) => Self::Ip(CertRepMessage::from_value(reply)?),
            Body::Cr(all) => Self::Cr(requests(all)?),
            Body::Cp(reply) => Self::Cp(CertRepMessage::from_value(reply)?),
            Body::P10cr(request) => Self::P10cr(raw::sequence(request)?),
            Body::Kur(all) => Self::Kur(requests(all)?),
            Body::Kup(reply) => Self::Kup(CertRepMessage::from_value(reply)?),
            Body::Krr(all) => Self::Krr(requests(all)?),
            Body::Krp(reply) => Self::Krp(KeyRecRepContent::from_value(reply)?),
            Body::Rr(all) => Self::Rr(
                all.iter()
                    .map(RevDetails::from_value)
                    .collect::<Result<_, _>>()?,
            ),
            Body::Rp(reply) => Self::Rp(RevRepContent::from_value(reply)?),
            Body::CertConf(all) => {
                let types = all.iter().map(CertStatusType::from_value);
                Self::CertConf(types.collect::<Result<_, _>>()?)
            }
            Body::PkiConf => Self::PkiConf(Null),
            Body::Genm(items) => Self::Genm(InfoTypeAndValue::from_values(items)?),
            Body::Genp(items) => Self::Genp(InfoTypeAndValue::from_values(items)?),
            Body::Error(content) => Self::Error(ErrorMsgContent::from_value(content)?),
        })
    }

    /// The value it stands for.
    pub(crate) fn into_value(self) -> Result<Body, ReadError> {
        Ok(match self {
            Self::Ir(all) => Body::Ir(requests(all)?),
            Self::Ip(reply) => Body::Ip(reply.into_value()?),
            Self::Cr(all) => Body::Cr(requests(all)?),
            Self::Cp(reply) => Body::Cp(reply.into_value()?),
            Self::P10cr(request) => Body::P10cr(request.octets()?),
            Self::Kur(all) => Body::Kur(requests(all)?),
            Self::Kup(reply) => Body::Kup(reply.into_value()?),
            Self::Krr(all) => Body::Krr(requests(all)?),
            Self::Krp(reply) => Body::Krp(reply.into_value()?),
            Self::Rr(all) => Body::Rr(few(all, RevDetails::into_value)?),
            Self::Rp(reply) => Body::Rp(reply.into_value()?),
            Self::CertConf(all) => Body::CertConf(few(all, CertStatusType::into_value)?),
            Self::PkiConf(_null) => Body::PkiConf,
            Self::Genm(items) => Body::Genm(InfoTypeAndValue::into_values(items)?),
            Self::Genp(items) => Body::Genp(InfoTypeAndValue::into_values(items)?),
            Self::Error(content) => Body::Error(content.into_value()?),
        })
    }
}

/// The values of requests for certificates.
fn requests(all: Vec<CertReqMsg>) -> Result<Vec<CertRequest>, ReadError> {
    few(all, CertReqMsg::into_value)
}

/// The values of things a client asks for in one message, which are not many.
fn few<T, V>(
    all: Vec<T>,
    into_value: impl Fn(T) -> Result<V, ReadError>,
) -> Result<Vec<V>, ReadError> {
    if MAX_REQUESTS < all.len() {
        return Err(ReadError::TooMuch("more than 8 requests"));
    }
    all.into_iter().map(into_value).collect()
}
