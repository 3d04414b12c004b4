//! The rules for the certificates of one path (RFC 5280 section 6.1), except revocation.

use crate::crypto::certificate::Certificate;
use crate::crypto::certificate::key_usage::KeyUsage;
use crate::crypto::certificate::public_key::{self, PublicKey};
use crate::crypto::path::{ChainFault, Dates, Purpose, Usage, UsageFault, constraints};
use crate::crypto::verify::{MAX_RSA_BITS, MIN_RSA_BITS};
use crate::domain::time::UnixTime;

/// What speaks against a path that ends in a trusted certificate; its signatures are right.
pub(super) fn fault(path: &[&Certificate]) -> Option<ChainFault> {
    let (_anchor, below) = path.split_last()?;
    let broken = below
        .iter()
        .find_map(|certificate| broken_digest(certificate));
    broken
        .or_else(|| path.iter().find_map(|certificate| weakness(certificate)))
        .or_else(|| authorities(path))
        .or_else(|| constraints::fault(path))
}

/// A signature below the trusted certificate that can be forged.
fn broken_digest(certificate: &Certificate) -> Option<ChainFault> {
    let digest = certificate.signature_algorithm().digest()?;
    let subject = certificate.subject().to_owned();
    digest
        .is_broken()
        .then_some(ChainFault::BrokenDigest(subject, digest))
}

/// What speaks against a certificate wherever it stands.
fn weakness(certificate: &Certificate) -> Option<ChainFault> {
    let subject = || certificate.subject().to_owned();
    if let Some(oid) = certificate.unknown_critical().first() {
        return Some(ChainFault::UnknownCritical(subject(), oid.clone()));
    }
    match certificate.public_key() {
        PublicKey::Ec { .. } | PublicKey::Ed25519(_) => None,
        PublicKey::Other(kind) => Some(ChainFault::KeyKind(subject(), kind.clone())),
        PublicKey::Rsa { modulus, .. } => {
            let bits = public_key::bits(modulus);
            let accepted = (MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits);
            (!accepted).then(|| ChainFault::KeySize(subject(), bits))
        }
    }
}

/// May each authority of the path issue what it issued? The trusted one is held to what it says of
/// itself, too: who limits an authority wants the limit kept.
fn authorities(path: &[&Certificate]) -> Option<ChainFault> {
    let mut below = 0_u64; // authorities between this one and the judged certificate
    for authority in path.iter().skip(1) {
        let subject = || authority.subject().to_owned();
        let basic = authority.basic_constraints().filter(|basic| basic.ca);
        let Some(basic) = basic else {
            return Some(ChainFault::NotCa(subject()));
        };
        if basic.path_length.is_some_and(|allowed| allowed < below) {
            return Some(ChainFault::PathLength(subject()));
        }
        let usage = authority.key_usage();
        if usage.is_some_and(|usage| !usage.key_cert_sign()) {
            return Some(ChainFault::MayNotCertify(subject()));
        }
        if !is_for_mail(authority) {
            return Some(ChainFault::NotForMail(subject()));
        }
        // RFC 5280 section 6.1.4 (l): self-issued ones do not count
        if !authority.is_self_issued() {
            below = below.saturating_add(1);
        }
    }
    None
}

/// Does extKeyUsage allow mail (RFC 8550 section 4.4.4)?
fn is_for_mail(certificate: &Certificate) -> bool {
    let allowed = |purpose: &String| purpose == EMAIL_PROTECTION || purpose == ANY_PURPOSE;
    certificate
        .purposes()
        .is_none_or(|purposes| purposes.iter().any(allowed))
}

/// The first certificate that is out of date.
pub(super) fn dates(path: &[&Certificate], at: UnixTime) -> Dates {
    let out_of_date = path.iter().find_map(|certificate| {
        let subject = || certificate.subject().to_owned();
        if certificate.not_after() < at {
            Some(Dates::Expired(subject(), certificate.not_after()))
        } else if at < certificate.not_before() {
            Some(Dates::NotYetValid(subject(), certificate.not_before()))
        } else {
            None
        }
    });
    out_of_date.unwrap_or(Dates::InDate)
}

/// Is the key of the judged certificate meant for the purpose?
pub(super) fn usage(certificate: &Certificate, purpose: Purpose) -> Usage {
    if !is_for_mail(certificate) {
        return Usage::Unfit(UsageFault::Purpose);
    }
    let key = certificate.public_key();
    let usage = certificate.key_usage();
    let (allowed, lacking) = match (purpose, key) {
        // RFC 8550 section 4.4.2: either bit will do for a signature
        (Purpose::Sign, _) => (
            usage.is_none_or(|usage| usage.digital_signature() || usage.non_repudiation()),
            "digitalSignature",
        ),
        (Purpose::Encrypt, PublicKey::Rsa { .. }) => (
            usage.is_none_or(KeyUsage::key_encipherment),
            "keyEncipherment",
        ),
        (Purpose::Encrypt, PublicKey::Ec { .. }) => {
            (usage.is_none_or(KeyUsage::key_agreement), "keyAgreement")
        }
        (Purpose::Encrypt, PublicKey::Ed25519(_) | PublicKey::Other(_)) => {
            return Usage::Unfit(UsageFault::KeyKind(key.to_string()));
        }
    };
    if allowed {
        Usage::Fit
    } else {
        Usage::Unfit(UsageFault::KeyUsage(lacking))
    }
}

/// id-kp-emailProtection (RFC 5280 section 4.2.1.12).
const EMAIL_PROTECTION: &str = "1.3.6.1.5.5.7.3.4";
/// anyExtendedKeyUsage (RFC 5280 section 4.2.1.12).
const ANY_PURPOSE: &str = "2.5.29.37.0";
