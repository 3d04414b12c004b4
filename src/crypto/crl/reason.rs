//! The reasons of revocation.

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
