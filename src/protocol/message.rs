//! A CMP message as plain values: no ASN.1 type, no protection, no octet that is secret in clear.

use crate::domain::time::UnixTime;

pub use info::{InfoItem, InfoKind};
pub use reply::{CertReply, CertResponse, Certified, ErrorContent, KeyRecovery, RevocationReply};
pub use request::{CertId, CertRequest, CertStatus, Possession, RevocationRequest, Template};
pub use status::{Failure, PkiStatus, Status};

mod info;
mod reply;
mod request;
mod status;

/// The longest message that is read or written, in octets: a whole key history fits ten times.
pub const MAX_MESSAGE: usize = 1 << 20;

/// A message (`PKIMessage`, RFC 9810 section 5.1) without its protection.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// Who speaks to whom, in which transaction.
    pub header: Header,
    /// What is said.
    pub body: Body,
    /// Certificates the receiver may need, DER; the signer's own comes first.
    pub extra_certs: Vec<Vec<u8>>,
}

/// The header (`PKIHeader`, RFC 9810 section 5.1.1).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Header {
    /// Who sends.
    pub sender: Name,
    /// For whom it is.
    pub recipient: Name,
    /// When it was made.
    pub time: Option<UnixTime>,
    /// Which secret or key protects it: under a MAC the reference that was given with the secret,
    /// under a signature the signer's subject key identifier.
    pub sender_kid: Option<Vec<u8>>,
    /// Which key of the recipient is meant.
    pub recip_kid: Option<Vec<u8>>,
    /// The transaction, the same in all its messages; 8 to 64 octets.
    pub transaction_id: Vec<u8>,
    /// Fresh randomness of the sender; 8 to 64 octets.
    pub sender_nonce: Vec<u8>,
    /// The other side's last nonce; absent in the first message of a transaction.
    pub recip_nonce: Option<Vec<u8>>,
    /// Words for people.
    pub free_text: Vec<String>,
    /// What concerns the transaction, such as implicitConfirm.
    pub general_info: Vec<InfoItem>,
}

impl Header {
    /// The header that begins a transaction, whose identifier and nonce must be fresh randomness.
    pub fn first(
        sender: Name,
        recipient: Name,
        transaction_id: [u8; 16],
        nonce: [u8; 16],
        now: UnixTime,
    ) -> Self {
        Self {
            sender,
            recipient,
            time: Some(now),
            sender_kid: None,
            recip_kid: None,
            transaction_id: transaction_id.to_vec(),
            sender_nonce: nonce.to_vec(),
            recip_nonce: None,
            free_text: Vec::new(),
            general_info: Vec::new(),
        }
    }

    /// The header of the next message of the transaction, sent back: same transaction and secret,
    /// names exchanged, the nonce returned and a fresh one added.
    #[must_use]
    pub fn answer(&self, nonce: [u8; 16], now: UnixTime) -> Self {
        Self {
            sender: self.recipient.clone(),
            recipient: self.sender.clone(),
            time: Some(now),
            sender_kid: self.sender_kid.clone(),
            recip_kid: None,
            transaction_id: self.transaction_id.clone(),
            sender_nonce: nonce.to_vec(),
            recip_nonce: Some(self.sender_nonce.clone()),
            free_text: Vec::new(),
            general_info: Vec::new(),
        }
    }

    /// Whether the message asks for, or grants, that no certConf be sent (RFC 9810 section 5.1.1.1).
    pub fn implicit_confirm(&self) -> bool {
        self.general_info
            .iter()
            .any(|item| item.kind == InfoKind::IMPLICIT_CONFIRM)
    }

    /// Whether this is the answer to `asked`: same transaction, its nonce returned.
    pub fn answers(&self, asked: &Self) -> bool {
        self.transaction_id == asked.transaction_id
            && self.recip_nonce.as_ref() == Some(&asked.sender_nonce)
    }
}

/// The name of a sender or recipient (`GeneralName`, RFC 5280 section 4.2.1.6).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Name {
    /// The distinguished name without any part, as RFC 9810 section 5.1.1 has it for "not known".
    Empty,
    /// A distinguished name, DER.
    Directory(Vec<u8>),
    /// A mail address.
    Mail(String),
    /// Any other form: the DER of the whole `GeneralName`.
    Other(Vec<u8>),
}

/// What a message says (`PKIBody`, RFC 9810 section 5.1.2).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Body {
    /// `ir`: first certificates of somebody who has a temporary key.
    Ir(Vec<CertRequest>),
    /// `ip`: the answer to it.
    Ip(CertReply),
    /// `cr`: further certificates.
    Cr(Vec<CertRequest>),
    /// `cp`: the answer to it and to `p10cr`.
    Cp(CertReply),
    /// `p10cr`: the DER of a PKCS#10 request.
    P10cr(Vec<u8>),
    /// `kur`: renewal.
    Kur(Vec<CertRequest>),
    /// `kup`: the answer to it.
    Kup(CertReply),
    /// `krr`: wants the archived keys back.
    Krr(Vec<CertRequest>),
    /// `krp`: the answer to it.
    Krp(KeyRecovery),
    /// `rr`: wants certificates revoked.
    Rr(Vec<RevocationRequest>),
    /// `rp`: the answer to it.
    Rp(RevocationReply),
    /// `certConf`: what was issued has arrived and is wanted.
    CertConf(Vec<CertStatus>),
    /// `pkiConf`: the end of a transaction.
    PkiConf,
    /// `genm`: asks for information.
    Genm(Vec<InfoItem>),
    /// `genp`: the answer to it.
    Genp(Vec<InfoItem>),
    /// `error`: a refusal.
    Error(ErrorContent),
}

impl Body {
    /// The body's name in the standard.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ir(_) => "ir",
            Self::Ip(_) => "ip",
            Self::Cr(_) => "cr",
            Self::Cp(_) => "cp",
            Self::P10cr(_) => "p10cr",
            Self::Kur(_) => "kur",
            Self::Kup(_) => "kup",
            Self::Krr(_) => "krr",
            Self::Krp(_) => "krp",
            Self::Rr(_) => "rr",
            Self::Rp(_) => "rp",
            Self::CertConf(_) => "certConf",
            Self::PkiConf => "pkiConf",
            Self::Genm(_) => "genm",
            Self::Genp(_) => "genp",
            Self::Error(_) => "error",
        }
    }
}
