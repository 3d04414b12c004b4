//! Is it a CA certificate fit for the trust list? Every certificate of a file, with verdict and reasons.

use thiserror::Error;

use crate::crypto::certificate::algorithm::Digest;
use crate::crypto::certificate::public_key::{self, PublicKey};
use crate::crypto::certificate::{Certificate, Version};
use crate::crypto::strict_der::Malformed;
use crate::crypto::verify::file::Found;
use crate::domain::time::UnixTime;

pub mod file;
mod md5;
pub(in crate::crypto) mod pem;
pub(in crate::crypto) mod signature;

pub use file::{FileError, MAX_FILE};

/// The shortest RSA modulus, in bits: 112 bits of security, as NIST SP 800-57 asks.
pub(in crate::crypto) const MIN_RSA_BITS: usize = 2048;

/// The longest RSA modulus, in bits, whose signatures the engine checks.
pub(in crate::crypto) const MAX_RSA_BITS: usize = 8192;

/// Octets of the longest key identifier anybody makes, SHA-512; longer ones are not searched for.
const MAX_KEY_ID: usize = 64;

/// One certificate of a file, judged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Judged {
    /// Its place among what the file holds, from 1.
    pub number: usize,
    /// The certificate, unless it could not be read.
    pub certificate: Option<Certificate>,
    /// May it enter the trust list?
    pub verdict: Verdict,
}

/// What came out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// Fit for the trust list.
    Accepted,
    /// Not fit, for these reasons, of which there is one at least.
    Refused(Vec<Refusal>),
}

/// Why a certificate may not enter the trust list.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum Refusal {
    /// A broken digest on a certificate that stands on its signature.
    #[error("it is signed with {0}, which can be forged")]
    BrokenDigest(Digest),
    /// Not valid any more.
    #[error("it expired on {}", .0.rfc3339())]
    Expired(UnixTime),
    /// A key we do not take.
    #[error("its key ({0}) is of a kind that is not accepted")]
    KeyKind(String),
    /// An RSA key outside the accepted sizes.
    #[error("its RSA key has {0} bits; {MIN_RSA_BITS} to {MAX_RSA_BITS} are accepted")]
    KeySize(usize),
    /// keyUsage forbids signing certificates.
    #[error("its key may not sign certificates: keyUsage lacks keyCertSign")]
    KeyUsage,
    /// Not a certificate of the strict form, or damaged.
    #[error("it is {0}")]
    Malformed(Malformed),
    /// No keyUsage on a certificate that is not a root.
    #[error("it has no keyUsage, which only a self-signed root may leave out")]
    MissingKeyUsage,
    /// It says of itself that it is no CA.
    #[error("it is not a CA certificate: basicConstraints say so or are missing")]
    NotCa,
    /// Another thing in the place of a certificate, in words.
    #[error("it is {0}, not a certificate")]
    NotCertificate(&'static str),
    /// A PEM block whose text is not what it should be.
    #[error("its PEM text is damaged: {0}")]
    Pem(&'static str),
    /// A root's own signature is wrong.
    #[error("its own signature is wrong: damaged, or signed with another key")]
    SelfSignature,
    /// An unknown signature algorithm.
    #[error("its signature algorithm ({0}) is not accepted")]
    SignatureAlgorithm(String),
    /// A certificate without a subject.
    #[error("its subject has no name, which a CA certificate must have")]
    SubjectEmpty,
    /// An unknown critical extension (RFC 5280 section 4.2: must reject).
    #[error("it has the critical extension {0}, which is not known here")]
    UnknownCritical(String),
    /// An older version than 3.
    #[error("it is of version {0}, but only version 3 can say that it is a CA certificate")]
    Version(Version),
    /// Not yet valid.
    #[error("it is not valid before {}", .0.rfc3339())]
    NotYetValid(UnixTime),
    /// authorityKeyIdentifier of a root that names another key.
    #[error("it is signed with its own key, but its authorityKeyIdentifier names another")]
    WrongAuthorityKey,
}

/// Judges everything in a file: PEM, DER or `PKCS#7`, at the moment `at`.
pub fn judge_file(file: &[u8], at: UnixTime) -> Result<Vec<Judged>, FileError> {
    let found = file::find(file)?;
    let judged = found.into_iter().enumerate().map(|(place, found)| {
        let (certificate, refusals) = match found {
            Found::Certificate(certificate) => {
                let refusals = refusals(&certificate, at);
                (Some(*certificate), refusals)
            }
            Found::Damaged(what) => (None, vec![Refusal::Pem(what)]),
            Found::Malformed(malformed) => (None, vec![Refusal::Malformed(malformed)]),
            Found::Other(what) => (None, vec![Refusal::NotCertificate(what)]),
        };
        let verdict = if refusals.is_empty() {
            Verdict::Accepted
        } else {
            Verdict::Refused(refusals)
        };
        Judged {
            number: place.saturating_add(1),
            certificate,
            verdict,
        }
    });
    Ok(judged.collect())
}

/// Whether the authority of `issuer` has signed `certificate`.
pub fn is_issued_by(certificate: &Certificate, issuer: &Certificate) -> bool {
    certificate.issuer_der() == issuer.subject_der()
        && is_signed_by(certificate, issuer.public_key(), certificate.tbs())
}

/// Is the certificate's signature, checked with `key`, one over `tbs`?
fn is_signed_by(certificate: &Certificate, key: &PublicKey, tbs: &[u8]) -> bool {
    let algorithm = certificate.signature_algorithm();
    signature::verifies(key, algorithm, tbs, certificate.signature())
}

/// All that speaks against this certificate in the trust list at the moment `at`; nothing if it is fit.
pub fn refusals(certificate: &Certificate, at: UnixTime) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if certificate.version() != Version::V3 {
        refusals.push(Refusal::Version(certificate.version()));
    } else if !certificate
        .basic_constraints()
        .is_some_and(|basic| basic.ca)
    {
        refusals.push(Refusal::NotCa);
    }
    if certificate.subject().is_empty() {
        refusals.push(Refusal::SubjectEmpty);
    }
    if at < certificate.not_before() {
        refusals.push(Refusal::NotYetValid(certificate.not_before()));
    }
    if certificate.not_after() < at {
        refusals.push(Refusal::Expired(certificate.not_after()));
    }
    let unknown = certificate.unknown_critical().iter();
    refusals.extend(unknown.map(|oid| Refusal::UnknownCritical(oid.clone())));
    match key_refusal(certificate.public_key()) {
        Some(refusal) => refusals.push(refusal), // its own signature cannot be judged then
        None => refusals.extend(signature_refusals(certificate)),
    }
    refusals
}

/// What speaks against the key.
fn key_refusal(key: &PublicKey) -> Option<Refusal> {
    match key {
        PublicKey::Ec { .. } | PublicKey::Ed25519(_) => None,
        PublicKey::Other(kind) => Some(Refusal::KeyKind(kind.clone())),
        PublicKey::Rsa { modulus, .. } => {
            let bits = public_key::bits(modulus);
            let accepted = (MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits);
            (!accepted).then_some(Refusal::KeySize(bits))
        }
    }
}

/// What speaks against signature and use, which a root has it easier with.
fn signature_refusals(certificate: &Certificate) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let standing = standing(certificate);
    let root = standing == Standing::Root;
    let algorithm = certificate.signature_algorithm();
    match standing {
        _ if !signature::is_known(algorithm) => {
            refusals.push(Refusal::SignatureAlgorithm(algorithm.to_string()));
        }
        Standing::Broken => refusals.push(Refusal::SelfSignature),
        Standing::MisnamedRoot => refusals.push(Refusal::WrongAuthorityKey),
        Standing::Root | Standing::Subordinate => {}
    }
    if let Some(digest) = algorithm
        .digest()
        .filter(|digest| digest.is_broken() && !root)
    {
        refusals.push(Refusal::BrokenDigest(digest));
    }
    match certificate.key_usage() {
        Some(usage) if !usage.key_cert_sign() => refusals.push(Refusal::KeyUsage),
        // RFC 5280 section 4.2.1.3: conforming CAs MUST include it; some of the oldest roots do not
        None if !root && certificate.version() == Version::V3 => {
            refusals.push(Refusal::MissingKeyUsage);
        }
        Some(_) | None => {}
    }
    if !root {
        // some of Mozilla's roots commit these, and are trusted all the same
        let irregularities = certificate.irregularities().iter();
        refusals.extend(irregularities.map(|malformed| Refusal::Malformed(*malformed)));
    }
    refusals
}

/// How a certificate stands to its own key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Standing {
    /// It claims to be signed with its own key, or once was, and is not.
    Broken,
    /// It is signed with its own key, but claims another.
    MisnamedRoot,
    /// Self-signed: subject and issuer are one, and so are the keys.
    Root,
    /// Issued by another authority, whose key is not at hand.
    Subordinate,
}

/// Tells a root from a subordinate, by the signature where there is a claim.
fn standing(certificate: &Certificate) -> Standing {
    let own_name = certificate.is_self_issued();
    let (own, authority) = (certificate.subject_key_id(), certificate.authority_key_id());
    let own_key = own.is_some() && own == authority;
    // a self-issued certificate may be signed with the authority's older or newer key (RFC 4210 section 4.4)
    let other_key = own.is_some() && authority.is_some() && own != authority;
    let signed = is_signed_by(certificate, certificate.public_key(), certificate.tbs());
    match (signed, own_name) {
        (true, true) if other_key => Standing::MisnamedRoot,
        (true, true) => Standing::Root,
        (false, true) if !other_key => Standing::Broken,
        (false, true | false) if own_key || was_root(certificate) => Standing::Broken,
        // also an authority that renamed itself and kept its key
        (true | false, true | false) => Standing::Subordinate,
    }
}

/// Was it a self-signed root before somebody changed one of its names or key identifiers? Then its
/// signature is right again when the two are made equal.
fn was_root(certificate: &Certificate) -> bool {
    let repaired = |wrong: &[u8], right: &[u8], place: usize| {
        let mut tbs = certificate.tbs().to_vec();
        let Some(target) = tbs
            .get_mut(place..place.saturating_add(wrong.len()))
            .filter(|target| target.len() == right.len())
        else {
            return false;
        };
        target.copy_from_slice(right);
        is_signed_by(certificate, certificate.public_key(), &tbs)
    };
    let (subject, issuer) = (certificate.subject_der(), certificate.issuer_der());
    let names = repaired(subject, issuer, certificate.subject_in_tbs().start)
        || repaired(issuer, subject, certificate.issuer_in_tbs().start);
    let keys = match (certificate.subject_key_id(), certificate.authority_key_id()) {
        (Some(own), Some(authority)) if own.len() <= MAX_KEY_ID => {
            [(own, authority), (authority, own)]
                .iter()
                .any(|(wrong, right)| {
                    let place = certificate
                        .tbs()
                        .windows(wrong.len())
                        .position(|window| window == *wrong);
                    place.is_some_and(|place| repaired(wrong, right, place))
                })
        }
        _ => false,
    };
    names || keys
}

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]
mod tests;
