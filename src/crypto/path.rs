//! May this certificate be relied upon? Certification paths (RFC 5280 section 6) for reading mail.

use crate::crypto::certificate::Certificate;
use crate::crypto::crl::{Crl, CrlReason};
use crate::domain::time::UnixTime;

/// What the certificate is to be used for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// To encrypt a message to its holder.
    Encrypt,
    /// To verify its holder's signature on a message.
    Sign,
}

/// The verdict, line by line, as a window shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PathVerdict {
    /// Is it issued by somebody who is trusted?
    pub chain: Chain,
    /// Are it and its authorities in date?
    pub dates: Dates,
    /// Was it, or an authority above it, revoked?
    pub revocation: Revocation,
    /// Is its key meant for this purpose?
    pub usage: Usage,
    /// The certificates from the judged one to the anchor, as far as they were found.
    pub path: Vec<Certificate>,
}

impl PathVerdict {
    /// Does nothing at all speak against it, and is it certain that it was not revoked?
    pub fn is_good(&self) -> bool {
        self.stands() && self.revocation == Revocation::Good
    }

    /// Does nothing speak against it, though perhaps nobody knows whether it was revoked?
    pub fn stands(&self) -> bool {
        let revoked = matches!(self.revocation, Revocation::Revoked { .. });
        matches!(self.chain, Chain::Trusted { .. })
            && self.dates == Dates::InDate
            && self.usage == Usage::Fit
            && !revoked
    }
}

/// Who vouches for the certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Chain {
    /// A trusted authority, by its subject for people.
    Trusted {
        /// The subject of the trusted certificate.
        anchor: String,
    },
    /// Nobody who is trusted, for this reason.
    Untrusted(ChainFault),
}

/// Why nobody trusted vouches for a certificate.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ChainFault {
    /// No path to a trusted authority.
    #[error("its issuer ({0}) is not among the trusted authorities")]
    NoAnchor(String),
}

/// The dates of the certificates of the path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Dates {
    /// All are valid at the moment asked for.
    InDate,
    /// The first that had ended: its subject, and its last moment.
    Expired(String, UnixTime),
    /// The first that was not yet valid: its subject, and its first moment.
    NotYetValid(String, UnixTime),
}

/// What the revocation lists say.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Revocation {
    /// Current lists of all authorities of the path list none of it.
    Good,
    /// A certificate of the path is listed.
    Revoked {
        /// Its subject for people.
        subject: String,
        /// When it was revoked.
        at: UnixTime,
        /// Why.
        reason: CrlReason,
        /// Since when it should not be relied upon, where the authority says so.
        invalidity: Option<UnixTime>,
    },
    /// Nobody knows, because a list is missing or can not be used.
    Unknown(RevocationDoubt),
}

/// Why it is not known whether a certificate was revoked.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RevocationDoubt {
    /// There is no list of its issuer.
    #[error("there is no revocation list of {0}")]
    NoList(String),
    /// The list ran out at this moment.
    #[error("the revocation list of {0} ran out on {date}", date = .1.rfc3339())]
    RanOut(String, UnixTime),
    /// The list is not signed by the issuer.
    #[error("the revocation list of {0} is not signed by it")]
    NotVerified(String),
}

/// Whether the key is meant for the purpose.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Usage {
    /// It is.
    Fit,
    /// It is not, for this reason.
    Unfit(UsageFault),
}

/// Why a key is not meant for a purpose.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UsageFault {
    /// keyUsage forbids it.
    #[error("its key may not be used for this: keyUsage lacks {0}")]
    KeyUsage(&'static str),
    /// extKeyUsage forbids it.
    #[error("it is not meant for mail: extKeyUsage lacks emailProtection")]
    Purpose,
}

/// Judges a certificate at the moment `at`. `anchors` are trusted as they are, whoever issued them;
/// `intermediates` may be anything that was found in messages, in any order.
pub fn judge(
    certificate: &Certificate,
    intermediates: &[Certificate],
    anchors: &[Certificate],
    crls: &[Crl],
    at: UnixTime,
    purpose: Purpose,
) -> PathVerdict {
    let _ = (intermediates, anchors, crls, at, purpose);
    PathVerdict {
        chain: Chain::Untrusted(ChainFault::NoAnchor(certificate.issuer().to_owned())),
        dates: Dates::InDate,
        revocation: Revocation::Unknown(RevocationDoubt::NoList(certificate.issuer().to_owned())),
        usage: Usage::Fit,
        path: vec![certificate.clone()],
    }
}
