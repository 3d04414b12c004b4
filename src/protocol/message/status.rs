//! How it went: accepted, granted, refused, and why.

use std::fmt;
use std::ops::BitOr;

/// A status with its reasons (`PKIStatusInfo`, RFC 9810 section 5.2.3).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Status {
    /// Accepted, granted or refused.
    pub status: PkiStatus,
    /// Words for people.
    pub text: Vec<String>,
    /// Reasons of a refusal for programs.
    pub failure: Failure,
}

impl Status {
    /// Exactly what was asked for.
    pub const fn accepted() -> Self {
        Self {
            status: PkiStatus::Accepted,
            text: Vec::new(),
            failure: Failure::NONE,
        }
    }

    /// Refused: with the reason for programs and words a person can act on.
    pub fn rejected(failure: Failure, text: &str) -> Self {
        Self {
            status: PkiStatus::Rejection,
            text: vec![text.to_owned()],
            failure,
        }
    }

    /// Whether something was granted.
    pub const fn is_granted(&self) -> bool {
        match self.status {
            PkiStatus::Accepted | PkiStatus::GrantedWithMods => true,
            PkiStatus::Rejection
            | PkiStatus::Waiting
            | PkiStatus::RevocationWarning
            | PkiStatus::RevocationNotification
            | PkiStatus::KeyUpdateWarning => false,
        }
    }
}

/// The main status (`PKIStatus`, RFC 9810 section 5.2.3), in the order of its numbers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PkiStatus {
    /// Exactly what was asked for.
    Accepted,
    /// Like what was asked for; the asker finds the differences.
    GrantedWithMods,
    /// Refused.
    Rejection,
    /// Not ready yet.
    Waiting,
    /// A revocation is imminent.
    RevocationWarning,
    /// A revocation has happened.
    RevocationNotification,
    /// The certificate to be updated was updated already.
    KeyUpdateWarning,
}

impl PkiStatus {
    /// All, each at the place of its number.
    pub const ALL: [Self; 7] = [
        Self::Accepted,
        Self::GrantedWithMods,
        Self::Rejection,
        Self::Waiting,
        Self::RevocationWarning,
        Self::RevocationNotification,
        Self::KeyUpdateWarning,
    ];
}

/// Reasons of a refusal (`PKIFailureInfo`, RFC 9810 section 5.2.3), a set: bit n of the standard is
/// bit n here.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Failure(u32);

impl Failure {
    /// No reason given.
    pub const NONE: Self = Self(0);
    /// An algorithm is unknown or not supported.
    pub const BAD_ALG: Self = Self(1);
    /// The protection is wrong.
    pub const BAD_MESSAGE_CHECK: Self = Self(1 << 1);
    /// The transaction is not permitted or supported.
    pub const BAD_REQUEST: Self = Self(1 << 2);
    /// The messageTime is not close enough to the system's time.
    pub const BAD_TIME: Self = Self(1 << 3);
    /// No certificate matches.
    pub const BAD_CERT_ID: Self = Self(1 << 4);
    /// The message has the wrong format.
    pub const BAD_DATA_FORMAT: Self = Self(1 << 5);
    /// The authority named is another one.
    pub const WRONG_AUTHORITY: Self = Self(1 << 6);
    /// The asker's data is incorrect.
    pub const INCORRECT_DATA: Self = Self(1 << 7);
    /// A time stamp is missing that policy asks for.
    pub const MISSING_TIME_STAMP: Self = Self(1 << 8);
    /// The proof of possession failed.
    pub const BAD_POP: Self = Self(1 << 9);
    /// The certificate is revoked already.
    pub const CERT_REVOKED: Self = Self(1 << 10);
    /// The certificate is confirmed already.
    pub const CERT_CONFIRMED: Self = Self(1 << 11);
    /// The protection is of the wrong kind (a MAC where a signature belongs).
    pub const WRONG_INTEGRITY: Self = Self(1 << 12);
    /// The recipient nonce is missing or not the one that was sent.
    pub const BAD_RECIPIENT_NONCE: Self = Self(1 << 13);
    /// The sender nonce is missing or of the wrong length.
    pub const BAD_SENDER_NONCE: Self = Self(1 << 18);
    /// The template is wrong or lacks something.
    pub const BAD_CERT_TEMPLATE: Self = Self(1 << 19);
    /// The signer is not known or not trusted.
    pub const SIGNER_NOT_TRUSTED: Self = Self(1 << 20);
    /// The transaction identifier is in use.
    pub const TRANSACTION_ID_IN_USE: Self = Self(1 << 21);
    /// The version of the protocol is not supported.
    pub const UNSUPPORTED_VERSION: Self = Self(1 << 22);
    /// The sender is not allowed to ask this.
    pub const NOT_AUTHORIZED: Self = Self(1 << 23);
    /// The system is busy or closed.
    pub const SYSTEM_UNAVAIL: Self = Self(1 << 24);
    /// The system failed.
    pub const SYSTEM_FAILURE: Self = Self(1 << 25);
    /// There is such a certificate already.
    pub const DUPLICATE_CERT_REQ: Self = Self(1 << 26);

    /// The set with these bits; those the standard does not have are kept.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The set as bits.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether every reason of `other` is among these.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The reasons' names in the standard.
    pub fn names(self) -> Vec<&'static str> {
        let known = NAMES.iter().zip(0_u32..);
        known
            .filter(|(name, bit)| !name.is_empty() && self.0 >> bit & 1 == 1)
            .map(|(name, _bit)| *name)
            .collect()
    }
}

impl BitOr for Failure {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join(", "))
    }
}

/// The names of the bits; an empty one belongs to the time-stamp protocol.
const NAMES: [&str; 27] = [
    "badAlg",
    "badMessageCheck",
    "badRequest",
    "badTime",
    "badCertId",
    "badDataFormat",
    "wrongAuthority",
    "incorrectData",
    "missingTimeStamp",
    "badPOP",
    "certRevoked",
    "certConfirmed",
    "wrongIntegrity",
    "badRecipientNonce",
    "",
    "",
    "",
    "",
    "badSenderNonce",
    "badCertTemplate",
    "signerNotTrusted",
    "transactionIdInUse",
    "unsupportedVersion",
    "notAuthorized",
    "systemUnavail",
    "systemFailure",
    "duplicateCertReq",
];
