//! Revocation lists (RFC 5280 section 5): strictly read, searched by serial number, verified.

use std::ops::Range;

use crate::crypto::certificate::Certificate;
use crate::crypto::certificate::algorithm::{Digest, SignatureAlgorithm};
use crate::crypto::certificate::general_name::GeneralName;
use crate::crypto::certificate::name::{FoldedName, Name};
use crate::crypto::crl::entry::Index;
use crate::crypto::strict_der::Malformed;
use crate::crypto::verify::{pem, signature};
use crate::domain::time::UnixTime;

pub use entry::RevokedEntry;
pub use reason::CrlReason;

mod entry;
mod read;
mod reason;

/// Octets of the largest list: 1,000,000 entries with reason and date have about 70 MB.
pub const MAX_CRL: usize = 128 << 20;

/// A full revocation list, version 2, that was checked to be strict DER throughout.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Crl {
    der: Vec<u8>,
    tbs: Range<usize>,
    issuer: Name,
    number: Option<Vec<u8>>,
    authority_key_id: Option<Vec<u8>>,
    this_update: UnixTime,
    next_update: UnixTime,
    scope: Scope,
    index: Index,
    algorithm: SignatureAlgorithm,
    signature: Vec<u8>,
}

/// Which certificates a list speaks of (RFC 5280 section 5.2.5).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Scope {
    certificates: Certificates,
    /// If there are any: only certificates that name one of these as distribution point.
    points: Vec<GeneralName>,
}

/// Whose certificates a list speaks of.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Certificates {
    #[default]
    All,
    Authorities,
    Users,
}

/// Why octets are not a list that can be relied upon.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CrlError {
    /// Not a list of the strict form, or damaged.
    #[error("it is not a revocation list, or a damaged one: {0}")]
    Malformed(Malformed),
    /// PEM text that is damaged or holds something else.
    #[error("it is not a revocation list: {0}")]
    Pem(&'static str),
    /// More than the program is willing to read.
    #[error("the revocation list is larger than {} MiB", MAX_CRL >> 20)]
    TooLarge,
    /// A kind of list that is not used here, in words.
    #[error("the revocation list can not be used: {0}")]
    Unsupported(String),
}

impl From<Malformed> for CrlError {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

/// Why a list is not one of this authority.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CrlSignatureError {
    /// Its signature is made with a digest that can be forged, or with an unknown algorithm.
    #[error("the revocation list is signed in a way that can be forged or is not known here")]
    Algorithm,
    /// The list names another issuer, or another key of it.
    #[error("the revocation list is of another authority")]
    Issuer,
    /// keyUsage forbids signing lists.
    #[error("the authority's key may not sign revocation lists: keyUsage lacks cRLSign")]
    KeyUsage,
    /// The signature is wrong.
    #[error("the signature of the revocation list is wrong")]
    Signature,
}

impl Crl {
    /// Reads one list, DER or PEM, with nothing before or after it (in PEM: only text).
    pub fn read(octets: &[u8]) -> Result<Self, CrlError> {
        if MAX_CRL < octets.len() {
            return Err(CrlError::TooLarge);
        }
        let starts = octets.trim_ascii_start().starts_with(b"-----BEGIN ");
        if octets.first() == Some(&0x30) && !starts {
            return read::read(octets.to_vec());
        }
        match <[pem::Block; 1]>::try_from(pem::blocks(octets, 1)) {
            Ok([block]) if block.label == "X509 CRL" => {
                read::read(block.body.map_err(CrlError::Pem)?)
            }
            Ok(_) => Err(CrlError::Pem("the BEGIN line names something else")),
            Err(blocks) if blocks.is_empty() => Err(CrlError::Pem("it is neither PEM nor DER")),
            Err(_several) => Err(CrlError::Pem("the file holds more than one")),
        }
    }

    /// The octets, as DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The issuer's name, as it came.
    pub fn issuer_der(&self) -> &[u8] {
        &self.issuer.der
    }

    /// The issuer as names are compared.
    pub const fn folded_issuer(&self) -> &FoldedName {
        &self.issuer.folded
    }

    /// The issuer for people: `CN=Root, O=Example`.
    pub fn issuer(&self) -> &str {
        &self.issuer.text
    }

    /// The number of the list, big-endian without leading zeros, if it has one.
    pub fn number(&self) -> Option<&[u8]> {
        self.number.as_deref()
    }

    /// The keyIdentifier of its authorityKeyIdentifier, if present.
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        self.authority_key_id.as_deref()
    }

    /// When it was issued.
    pub const fn this_update(&self) -> UnixTime {
        self.this_update
    }

    /// When the next one comes at the latest; afterwards this one says nothing any more.
    pub const fn next_update(&self) -> UnixTime {
        self.next_update
    }

    /// How many entries it has.
    pub const fn len(&self) -> usize {
        self.index.len()
    }

    /// Does it list nothing?
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it says of the certificate with this serial number, the octets as DER has them.
    pub fn entry(&self, serial: &[u8]) -> Option<RevokedEntry> {
        self.index.find(&self.der, serial)
    }

    /// Does it speak of certificates of this kind and place? The issuer is not compared.
    pub fn covers(&self, certificate: &Certificate) -> bool {
        let basic = certificate.basic_constraints();
        let is_authority = basic.is_some_and(|basic| basic.ca);
        let kind = match self.scope.certificates {
            Certificates::All => true,
            Certificates::Authorities => is_authority,
            Certificates::Users => !is_authority,
        };
        let points = &self.scope.points;
        let named = |point: &GeneralName| points.contains(point);
        kind && (points.is_empty() || certificate.crl_points().iter().any(named))
    }

    /// Is it a list of this authority, signed by its key?
    pub fn verify(&self, issuer: &Certificate) -> Result<(), CrlSignatureError> {
        let other_key = self
            .authority_key_id()
            .zip(issuer.subject_key_id())
            .is_some_and(|(named, own)| named != own);
        if other_key || self.folded_issuer() != issuer.folded_subject() {
            return Err(CrlSignatureError::Issuer);
        }
        // RFC 5280 section 6.3.3 (f): if the key usage is given, cRLSign must be in it
        if issuer.key_usage().is_some_and(|usage| !usage.crl_sign()) {
            return Err(CrlSignatureError::KeyUsage);
        }
        let broken = self.algorithm.digest().is_some_and(Digest::is_broken);
        if broken || !signature::is_known(&self.algorithm) {
            return Err(CrlSignatureError::Algorithm);
        }
        let tbs = self.der.get(self.tbs.clone()).unwrap_or_default();
        let (key, algorithm) = (issuer.public_key(), &self.algorithm);
        if !signature::verifies(key, algorithm, tbs, &self.signature) {
            return Err(CrlSignatureError::Signature);
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]
mod tests;
