//! Reads the frame of a revocation list (RFC 5280 sections 5.1 and 5.2).

use std::collections::BTreeSet;

use der::oid::ObjectIdentifier;

use crate::crypto::certificate::algorithm::SignatureAlgorithm;
use crate::crypto::certificate::extensions;
use crate::crypto::certificate::general_name::{self, Use};
use crate::crypto::certificate::name::Name;
use crate::crypto::crl::entry::{Extension, Index};
use crate::crypto::crl::{Certificates, Crl, CrlError, Scope};
use crate::crypto::strict_der::{self, Element, Malformed, Reader};
use crate::domain::time::UnixTime;

/// Reads a list from DER.
pub(super) fn read(der: Vec<u8>) -> Result<Crl, CrlError> {
    let whole = strict_der::check(&der)?;
    let mut outer = whole.members()?;
    let tbs = outer.expect(strict_der::SEQUENCE, "the part that is signed is missing")?;
    let outer_algorithm = outer.any()?;
    let signature = outer.expect(strict_der::BIT_STRING, "the signature is missing")?;
    outer.finish()?;

    let mut reader = tbs.reader();
    match reader.optional(strict_der::INTEGER)? {
        Some(version) if version.content == [1] => {}
        Some(version) => return Err(version.malformed("there is no such version").into()),
        None => {
            let words = "it is of version 1, which can not say what it covers";
            return Err(CrlError::Unsupported(words.to_owned()));
        }
    }
    let algorithm = reader.any()?;
    // RFC 5280 section 5.1.1.2: MUST contain the same algorithm identifier
    if algorithm.octets != outer_algorithm.octets {
        let what = "the two signature algorithms differ";
        return Err(outer_algorithm.malformed(what).into());
    }
    let issuer_element = reader.any()?;
    let issuer = Name::read(&issuer_element)?;
    if issuer.is_empty() {
        return Err(issuer_element.malformed("the issuer has no name").into());
    }
    let this_update = strict_der::time(&reader.any()?)?;
    let (next_update, ends) = next_update(&mut reader)?;
    if next_update < this_update {
        return Err(ends.malformed("the list runs out before it begins").into());
    }
    let index = match reader.optional(strict_der::SEQUENCE)? {
        Some(entries) => Index::read(entries.reader())?,
        None => Index::default(),
    };
    let stated = Stated::read(&mut reader)?;
    let algorithm = SignatureAlgorithm::read(&algorithm)?;
    let signature_octets = signature.whole_octets()?.to_vec();
    if !algorithm.could_yield(&signature_octets) {
        let what = "the signature has not the form of its algorithm";
        return Err(signature.malformed(what).into());
    }
    Ok(Crl {
        tbs: tbs.range(),
        issuer,
        number: stated.number,
        authority_key_id: stated.authority_key_id,
        this_update,
        next_update,
        scope: stated.scope,
        index,
        algorithm,
        signature: signature_octets,
        der,
    })
}

/// nextUpdate, which every list has that follows RFC 5280 section 5.1.2.5; without it nobody could
/// tell an old list from a current one.
fn next_update<'a>(reader: &mut Reader<'a>) -> Result<(UnixTime, Element<'a>), Malformed> {
    let missing = reader.malformed("the list does not say until when it is good");
    let element = reader.any().map_err(|_end| missing)?;
    if !matches!(
        element.tag,
        strict_der::UTC_TIME | strict_der::GENERALIZED_TIME
    ) {
        return Err(missing);
    }
    Ok((strict_der::time(&element)?, element))
}

/// What the extensions of a list state.
#[derive(Default)]
struct Stated {
    number: Option<Vec<u8>>,
    authority_key_id: Option<Vec<u8>>,
    scope: Scope,
}

impl Stated {
    /// Reads `crlExtensions`, the last member of a list.
    fn read(reader: &mut Reader<'_>) -> Result<Self, CrlError> {
        let mut stated = Self::default();
        if let Some(tagged) = reader.optional(0xa0)? {
            let mut inner = tagged.reader();
            let mut list = inner.any()?.members()?;
            inner.finish()?;
            let mut seen = BTreeSet::new();
            while !list.is_empty() {
                let extension = Extension::read(&list.any()?)?;
                if !seen.insert(extension.oid.content) {
                    return Err(extension.oid.malformed("an extension comes twice").into());
                }
                stated.take(&extension)?;
            }
        }
        reader.finish()?;
        Ok(stated)
    }

    fn take(&mut self, extension: &Extension<'_>) -> Result<(), CrlError> {
        let oid = extension.oid;
        let unsupported = |words: &str| Err(CrlError::Unsupported(words.to_owned()));
        if oid.content == CRL_NUMBER.as_bytes() {
            let number = extension.value()?;
            if number.tag != strict_der::INTEGER {
                return Err(oid.malformed("the number of the list is none").into());
            }
            let magnitude = number.magnitude();
            let magnitude = magnitude.map_err(|inner| oid.malformed(inner.what))?;
            self.number = Some(magnitude.to_vec());
        } else if oid.content == AUTHORITY_KEY_ID.as_bytes() {
            let key_id = extensions::authority_key_id(&extension.value()?);
            self.authority_key_id = key_id.map_err(|inner| oid.malformed(inner.what))?;
        } else if oid.content == ISSUING_DISTRIBUTION_POINT.as_bytes() {
            self.scope = scope(&extension.value()?)?;
        } else if oid.content == DELTA_CRL_INDICATOR.as_bytes() {
            return unsupported("it lists changes only (delta list), not all revoked certificates");
        } else if extension.critical {
            return Err(extension.unknown());
        }
        Ok(())
    }
}

/// issuingDistributionPoint (RFC 5280 section 5.2.5).
fn scope(element: &Element<'_>) -> Result<Scope, CrlError> {
    let unsupported = |words: &str| Err(CrlError::Unsupported(words.to_owned()));
    let mut reader = element.members()?;
    let mut points = Vec::new();
    if let Some(place) = reader.optional(0xa0)? {
        let mut choice = place.reader();
        let chosen = choice.any()?;
        choice.finish()?;
        if chosen.tag != 0xa0 {
            return unsupported("its distribution point has a name relative to its issuer");
        }
        points = general_name::read_list(chosen.reader(), Use::Name)?;
    }
    let users = flag(&mut reader, 0x81)?;
    let authorities = flag(&mut reader, 0x82)?;
    let some_reasons = reader.optional(0x83)?.is_some();
    let indirect = flag(&mut reader, 0x84)?;
    let attributes = flag(&mut reader, 0x85)?;
    reader.finish()?;
    if some_reasons {
        return unsupported("it lists only what was revoked for some reasons");
    }
    if indirect {
        return unsupported("it speaks of certificates of other authorities (indirect list)");
    }
    let certificates = match (users, authorities, attributes) {
        (false, false, false) => Certificates::All,
        (true, false, false) => Certificates::Users,
        (false, true, false) => Certificates::Authorities,
        (false, false, true) => return unsupported("it lists attribute certificates only"),
        _ => {
            let what = "the list speaks only of one kind of certificates, and only of another";
            return Err(element.malformed(what).into());
        }
    };
    Ok(Scope {
        certificates,
        points,
    })
}

/// An implicitly tagged BOOLEAN DEFAULT FALSE.
fn flag(reader: &mut Reader<'_>, tag: u8) -> Result<bool, Malformed> {
    match reader.optional(tag)? {
        Some(flag) if flag.content == [0xff] => Ok(true),
        Some(flag) => Err(flag.malformed("a BOOLEAN is written out needlessly")),
        None => Ok(false),
    }
}

/// id-ce-cRLNumber (RFC 5280 section 5.2.3).
const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
/// id-ce-deltaCRLIndicator (RFC 5280 section 5.2.4).
const DELTA_CRL_INDICATOR: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.27");
/// id-ce-issuingDistributionPoint (RFC 5280 section 5.2.5).
const ISSUING_DISTRIBUTION_POINT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.28");
/// id-ce-authorityKeyIdentifier (RFC 5280 section 5.2.1).
const AUTHORITY_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");
