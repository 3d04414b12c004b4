//! What the server answers: certificates, keys, revocations, refusals.

use crate::protocol::message::request::CertId;
use crate::protocol::message::status::Status;

/// Certificates, or why there are none (`CertRepMessage`, RFC 9810 section 5.3.4).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CertReply {
    /// Authorities' certificates, DER.
    pub ca_pubs: Vec<Vec<u8>>,
    /// One response to each request.
    pub responses: Vec<CertResponse>,
}

/// The response to one request (`CertResponse`, RFC 9810 section 5.3.4).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CertResponse {
    /// The request's number.
    pub id: i64,
    /// How it went.
    pub status: Status,
    /// What was issued.
    pub certified: Option<Certified>,
}

/// A certificate, perhaps with its private key (`CertifiedKeyPair`, RFC 9810 section 5.3.4).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Certified {
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// The private key as `EnvelopedData` (RFC 5652 section 6), DER, without `ContentInfo`.
    pub private_key: Option<Vec<u8>>,
}

/// Recovered keys (`KeyRecRepContent`, RFC 9810 section 5.3.8).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyRecovery {
    /// How it went.
    pub status: Status,
    /// The new signing certificate, DER.
    pub signing_certificate: Option<Vec<u8>>,
    /// Authorities' certificates, DER.
    pub ca_certs: Vec<Vec<u8>>,
    /// Every archived key with its certificate.
    pub history: Vec<Certified>,
}

/// What was revoked (`RevRepContent`, RFC 9810 section 5.3.10).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RevocationReply {
    /// One status for each request, in their order.
    pub statuses: Vec<Status>,
    /// The certificates, in the same order; may be left out.
    pub ids: Vec<CertId>,
    /// CRLs that tell of it, DER.
    pub crls: Vec<Vec<u8>>,
}

/// A refusal of a whole message (`ErrorMsgContent`, RFC 9810 section 5.3.21).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ErrorContent {
    /// What is wrong.
    pub status: Status,
    /// A number of the sender's own.
    pub code: Option<i64>,
    /// More words.
    pub details: Vec<String>,
}

impl ErrorContent {
    /// A refusal with its reason for programs and words a person can act on.
    pub fn new(failure: super::Failure, text: &str) -> Self {
        Self {
            status: Status::rejected(failure, text),
            code: None,
            details: Vec::new(),
        }
    }
}
