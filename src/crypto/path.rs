//! May this certificate be relied upon? Certification paths (RFC 5280 section 6) for mail.
//!
//! Certificate policies are not judged: a mail user has none to ask for, and other mail programs do
//! not ask for any either.

use crate::crypto::certificate::Certificate;
use crate::crypto::certificate::algorithm::Digest;
use crate::crypto::crl::{Crl, CrlReason};
use crate::domain::time::UnixTime;

mod build;
mod check;
mod constraints;
mod revocation;

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

/// Why nobody trusted vouches for a certificate. Every text is a subject or issuer for people.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ChainFault {
    /// A signature that can be forged.
    #[error("the certificate of {0} is signed with {1}, which can be forged")]
    BrokenDigest(String, Digest),
    /// Damaged or forged.
    #[error("the signature on the certificate of {0} is wrong: it was changed, or forged")]
    BadSignature(String),
    /// A key of a kind that is not taken.
    #[error("the key of {0} ({1}) is of a kind that is not accepted")]
    KeyKind(String, String),
    /// An RSA key outside the accepted sizes, in bits.
    #[error("the RSA key of {0} has {1} bits, and that is not secure or not supported")]
    KeySize(String, usize),
    /// keyUsage forbids signing certificates.
    #[error("{0} has issued a certificate, but its key may not: keyUsage lacks keyCertSign")]
    MayNotCertify(String),
    /// Outside what an authority may certify.
    #[error("{authority} may not certify this name: {name}")]
    NameConstraint {
        /// The authority that is limited.
        authority: String,
        /// The name that it may not certify.
        name: String,
    },
    /// No path to a trusted authority, because a certificate is missing.
    #[error("its issuer, {0}, is not trusted, or the certificate of that issuer is missing")]
    NoIssuer(String),
    /// Somebody who is no authority has issued a certificate.
    #[error("{0} has issued a certificate, but is not a certification authority")]
    NotCa(String),
    /// An authority that is limited to other purposes.
    #[error(
        "{0} may certify for other purposes only, not for mail: extKeyUsage lacks emailProtection"
    )]
    NotForMail(String),
    /// More authorities below one than it allows.
    #[error("{0} does not allow so many authorities below itself")]
    PathLength(String),
    /// A self-signed certificate that is not trusted.
    #[error("{0} vouches for itself, and is not among the trusted authorities")]
    SelfSigned(String),
    /// More names or paths than the program is willing to compare.
    #[error("the certificates are more entangled than any honest ones")]
    TooComplex,
    /// An unknown signature algorithm.
    #[error("the certificate of {0} is signed in a way that is not known here ({1})")]
    SignatureAlgorithm(String, String),
    /// An unknown critical extension (RFC 5280 section 4.2: must reject).
    #[error("the certificate of {0} has the critical extension {1}, which is not known here")]
    UnknownCritical(String, String),
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
    /// Keys of this kind can not do it.
    #[error("keys of its kind ({0}) can not be used for this")]
    KeyKind(String),
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
    let found = build::paths(certificate, intermediates, anchors, at);
    let judged = found.complete.iter().map(|path| {
        let fault = check::fault(path);
        let chain = match (fault, path.last()) {
            (None, Some(anchor)) => Chain::Trusted {
                anchor: anchor.subject().to_owned(),
            },
            (None, None) => Chain::Untrusted(ChainFault::TooComplex),
            (Some(fault), _) => Chain::Untrusted(fault),
        };
        verdict(chain, path, crls, at, purpose)
    });
    let best = judged.max_by_key(|verdict| {
        let trusted = matches!(verdict.chain, Chain::Trusted { .. });
        (verdict.is_good(), verdict.stands(), trusted)
    });
    best.unwrap_or_else(|| {
        let chain = Chain::Untrusted(found.fault);
        verdict(chain, &found.partial, crls, at, purpose)
    })
}

fn verdict(
    chain: Chain,
    path: &[&Certificate],
    crls: &[Crl],
    at: UnixTime,
    purpose: Purpose,
) -> PathVerdict {
    PathVerdict {
        chain,
        dates: check::dates(path, at),
        revocation: revocation::of(path, crls, at),
        usage: path
            .first()
            .map_or(Usage::Fit, |leaf| check::usage(leaf, purpose)),
        path: path.iter().copied().cloned().collect(),
    }
}

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]
mod tests;
