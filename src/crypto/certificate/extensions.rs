//! The extensions of a certificate: each standard one read strictly, unknown critical ones noted.

use std::collections::BTreeSet;

use der::oid::ObjectIdentifier;

use crate::crypto::certificate::general_name::{self, GeneralName, Use};
use crate::crypto::certificate::key_usage::{self, KeyUsage};
use crate::crypto::certificate::name;
use crate::crypto::certificate::policies;
use crate::crypto::strict_der::{self, Element, Malformed, Reader};

/// What the extensions say, as far as a trust list asks.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Extensions {
    /// basicConstraints, if present.
    pub(super) basic_constraints: Option<BasicConstraints>,
    /// keyUsage, if present.
    pub(super) key_usage: Option<KeyUsage>,
    /// subjectKeyIdentifier, if present.
    pub(super) subject_key_id: Option<Vec<u8>>,
    /// The keyIdentifier of authorityKeyIdentifier, if present.
    pub(super) authority_key_id: Option<Vec<u8>>,
    /// The purposes of extKeyUsage, in dotted decimal; `None` if absent.
    pub(super) purposes: Option<Vec<String>>,
    /// Object identifiers of critical extensions nobody here understands.
    pub(super) unknown_critical: Vec<String>,
    /// The names of subjectAltName.
    pub(super) names: Vec<GeneralName>,
    /// Where full revocation lists of the issuer itself lie: the names of its distribution points.
    pub(super) points: Vec<GeneralName>,
    /// Where the issuer's certificate lies: the places of authorityInfoAccess.
    pub(super) ca_issuers: Vec<GeneralName>,
    /// nameConstraints, if present.
    pub(super) name_constraints: Option<NameConstraints>,
    /// The complaint that keyUsage has trailing zero bits, if it has.
    pub(super) padded_key_usage: Option<Malformed>,
    /// Object identifiers of all, to tell that one comes twice.
    seen: BTreeSet<Vec<u8>>,
}

/// basicConstraints (RFC 5280 section 4.2.1.9).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BasicConstraints {
    /// May the key verify signatures on certificates?
    pub ca: bool,
    /// How many CAs may stand below, where it is limited.
    pub path_length: Option<u64>,
}

/// nameConstraints (RFC 5280 section 4.2.1.10).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct NameConstraints {
    /// Names of a form that occurs here must lie within one of these.
    pub permitted: Vec<GeneralName>,
    /// No name may lie within one of these.
    pub excluded: Vec<GeneralName>,
}

impl Extensions {
    /// Reads `Extensions` (RFC 5280 section 4.1.2.9).
    pub(super) fn read(mut reader: Reader<'_>) -> Result<Self, Malformed> {
        let mut list = reader.sequence("the extensions are not a SEQUENCE")?;
        reader.finish()?;
        if list.is_empty() {
            return Err(list.malformed("the list of extensions is empty"));
        }
        let mut extensions = Self::default();
        while !list.is_empty() {
            extensions.read_one(list.sequence("an extension is not a SEQUENCE")?)?;
        }
        extensions.check_together(&list)?;
        Ok(extensions)
    }

    /// Reads one `Extension`.
    fn read_one(&mut self, mut reader: Reader<'_>) -> Result<(), Malformed> {
        let oid = reader.expect(strict_der::OID, "an extension has no identifier")?;
        let critical = is_true(&mut reader)?;
        let value = reader.expect(strict_der::OCTET_STRING, "an extension has no value")?;
        reader.finish()?;
        if !self.seen.insert(oid.content.to_vec()) {
            return Err(oid.malformed("an extension comes twice"));
        }
        let Some((_oid, kind)) = KINDS
            .iter()
            .find(|(known, _kind)| known.as_bytes() == oid.content)
        else {
            if critical {
                self.unknown_critical.push(name::dotted(oid.content));
            }
            return Ok(());
        };
        if critical && kind.never_critical() {
            return Err(oid.malformed("an extension is critical that must not be"));
        }
        // offsets within the value are its own: the complaint names the extension instead
        self.read_value(*kind, value.content)
            .map_err(|inner| oid.malformed(inner.what))?;
        if matches!(kind, Kind::KeyUsage) {
            self.padded_key_usage = self.padded_key_usage.map(|inner| oid.malformed(inner.what));
        }
        Ok(())
    }

    /// Reads the value of a known extension.
    fn read_value(&mut self, kind: Kind, value: &[u8]) -> Result<(), Malformed> {
        let element = strict_der::check(value)?;
        match kind {
            Kind::AuthorityKeyId => self.authority_key_id = authority_key_id(&element)?,
            Kind::BasicConstraints => self.basic_constraints = Some(basic_constraints(&element)?),
            Kind::ExtendedKeyUsage => self.purposes = Some(purposes(&element)?),
            Kind::AuthorityInfoAccess => self.ca_issuers = info_access(&element)?,
            Kind::SubjectInfoAccess => info_access(&element).map(|_places| ())?,
            Kind::InhibitAnyPolicy => skip_certs(&element)?,
            Kind::KeyUsage => {
                self.key_usage = Some(KeyUsage::read(&element)?);
                self.padded_key_usage = key_usage::has_padding(&element)
                    .then(|| element.malformed("the keyUsage is not in its shortest form"));
            }
            Kind::NameConstraints => self.name_constraints = Some(name_constraints(&element)?),
            Kind::SubjectNames => {
                self.names = general_name::read_list(element.members()?, Use::Name)?;
            }
            Kind::IssuerNames => {
                general_name::read_list(element.members()?, Use::Name).map(|_names| ())?;
            }
            Kind::Points => self.points = points(&element)?,
            Kind::FreshestPoints => points(&element).map(|_names| ())?,
            Kind::Policies => policies::list(&element)?,
            Kind::PolicyConstraints => policies::constraints(&element)?,
            Kind::PolicyMappings => policies::mappings(&element)?,
            Kind::PrivateKeyUsagePeriod => private_key_usage_period(&element)?,
            Kind::SubjectKeyId => {
                if element.tag != strict_der::OCTET_STRING || element.content.is_empty() {
                    return Err(element.malformed("the subjectKeyIdentifier is malformed"));
                }
                self.subject_key_id = Some(element.content.to_vec());
            }
        }
        Ok(())
    }

    /// What one extension demands of another.
    fn check_together(&self, place: &Reader<'_>) -> Result<(), Malformed> {
        let limited = self
            .basic_constraints
            .is_some_and(|basic| basic.path_length.is_some());
        // RFC 5280 section 4.2.1.9: no pathLenConstraint unless cA is asserted and keyCertSign too
        if limited && self.basic_constraints.is_some_and(|basic| !basic.ca) {
            return Err(place.malformed("the path length is limited, but it is no CA certificate"));
        }
        if limited && self.key_usage.is_some_and(|usage| !usage.key_cert_sign()) {
            return Err(place
                .malformed("the path length is limited, but the key may not sign certificates"));
        }
        Ok(())
    }
}

/// An optional BOOLEAN DEFAULT FALSE, which DER writes only when it is true.
fn is_true(reader: &mut Reader<'_>) -> Result<bool, Malformed> {
    match reader.optional(strict_der::BOOLEAN)? {
        Some(flag) if flag.content == [0xff] => Ok(true),
        Some(flag) => {
            Err(flag.malformed("a BOOLEAN is written out although it is FALSE by default"))
        }
        None => Ok(false),
    }
}

/// A non-negative INTEGER; beyond 64 bits it is as good as no limit.
pub(super) fn count(element: &Element<'_>) -> Result<u64, Malformed> {
    let magnitude = element.magnitude()?;
    if 8 < magnitude.len() {
        return Ok(u64::MAX);
    }
    Ok(magnitude
        .iter()
        .fold(0, |sum, octet| (sum << 8) | u64::from(*octet)))
}

/// RFC 5280 section 4.2.1.9.
fn basic_constraints(element: &Element<'_>) -> Result<BasicConstraints, Malformed> {
    if element.tag != strict_der::SEQUENCE {
        return Err(element.malformed("basicConstraints are not a SEQUENCE"));
    }
    let mut reader = element.reader();
    let ca = is_true(&mut reader)?;
    let path_length = match reader.optional(strict_der::INTEGER)? {
        Some(number) => Some(count(&number)?),
        None => None,
    };
    reader.finish()?;
    Ok(BasicConstraints { ca, path_length })
}

/// RFC 5280 section 4.2.1.1; the keyIdentifier.
pub(in crate::crypto) fn authority_key_id(
    element: &Element<'_>,
) -> Result<Option<Vec<u8>>, Malformed> {
    let wrong = element.malformed("the authorityKeyIdentifier is malformed");
    if element.tag != strict_der::SEQUENCE {
        return Err(wrong);
    }
    let mut reader = element.reader();
    let key_id = reader.optional(0x80)?;
    let issuer = reader.optional(0xa1)?;
    let serial = reader.optional(0x82)?;
    reader.finish()?;
    if let Some(issuer) = issuer {
        general_name::read_list(issuer.reader(), Use::Name)?;
    }
    // both or none: together they name one certificate
    if issuer.is_some() != serial.is_some() || key_id.is_some_and(|id| id.content.is_empty()) {
        return Err(wrong);
    }
    if serial.is_some_and(|serial| !strict_der::is_shortest_integer(serial.content)) {
        return Err(wrong);
    }
    Ok(key_id.map(|id| id.content.to_vec()))
}

/// RFC 5280 section 4.2.1.12.
fn purposes(element: &Element<'_>) -> Result<Vec<String>, Malformed> {
    let mut reader = element.members()?;
    let mut purposes = Vec::new();
    while !reader.is_empty() {
        let purpose = reader.expect(strict_der::OID, "the extKeyUsage is malformed")?;
        purposes.push(name::dotted(purpose.content));
    }
    Ok(purposes)
}

/// RFC 5280 section 4.2.2.1; the places of caIssuers.
fn info_access(element: &Element<'_>) -> Result<Vec<GeneralName>, Malformed> {
    let mut reader = element.members()?;
    let mut places = Vec::new();
    while !reader.is_empty() {
        let mut description = reader.sequence("an access description is malformed")?;
        let method = description.expect(strict_der::OID, "an access description has no method")?;
        let place = general_name::read(&description.any()?, Use::Name)?;
        description.finish()?;
        if method.content == CA_ISSUERS.as_bytes() {
            places.push(place);
        }
    }
    Ok(places)
}

/// RFC 5280 section 4.2.1.14.
fn skip_certs(element: &Element<'_>) -> Result<(), Malformed> {
    if element.tag != strict_der::INTEGER {
        return Err(element.malformed("the inhibitAnyPolicy is not a number"));
    }
    count(element).map(|_number| ())
}

/// RFC 5280 section 4.2.1.10.
fn name_constraints(element: &Element<'_>) -> Result<NameConstraints, Malformed> {
    let mut constraints = NameConstraints::default();
    let NameConstraints {
        permitted,
        excluded,
    } = &mut constraints;
    let mut reader = element.members()?;
    for (tag, names) in [(0xa0, permitted), (0xa1, excluded)] {
        let Some(subtrees) = reader.optional(tag)? else {
            continue;
        };
        let mut subtrees = subtrees.reader();
        if subtrees.is_empty() {
            return Err(subtrees.malformed("a list of name constraints is empty"));
        }
        while !subtrees.is_empty() {
            let mut subtree = subtrees.sequence("a name constraint is not a SEQUENCE")?;
            names.push(general_name::read(&subtree.any()?, Use::Constraint)?);
            // minimum MUST be zero, which is the DEFAULT, and maximum MUST be absent
            subtree.finish()?;
        }
    }
    reader.finish()?;
    Ok(constraints)
}

/// RFC 5280 section 4.2.1.13; the names of the points that hold a full list of the issuer. And
/// 4.2.1.15 the same.
fn points(element: &Element<'_>) -> Result<Vec<GeneralName>, Malformed> {
    let mut reader = element.members()?;
    let mut names = Vec::new();
    while !reader.is_empty() {
        let mut point = reader.sequence("a distribution point is not a SEQUENCE")?;
        let place = point.optional(0xa0)?;
        let reasons = point.optional(0x81)?;
        let issuer = point.optional(0xa2)?;
        point.finish()?;
        if let Some(place) = place {
            let mut choice = place.reader();
            let chosen = choice.any()?;
            choice.finish()?;
            match chosen.tag {
                0xa0 => {
                    let places = general_name::read_list(chosen.reader(), Use::Name)?;
                    if reasons.is_none() && issuer.is_none() {
                        names.extend(places);
                    }
                }
                0xa1 => name::relative_name(&chosen).map(|_part| ())?,
                _ => return Err(chosen.malformed("a distribution point has no known form")),
            }
        }
        if let Some(reasons) = reasons
            && (!strict_der::is_bit_string(reasons.content) || key_usage::has_padding(&reasons))
        {
            return Err(reasons.malformed("the reasons of a distribution point are malformed"));
        }
        if let Some(issuer) = issuer {
            general_name::read_list(issuer.reader(), Use::Name)?;
        }
        if place.is_none() && issuer.is_none() {
            return Err(point.malformed("a distribution point names no place"));
        }
    }
    Ok(names)
}

/// X.509 section 9.2.2.5 (once RFC 3280 section 4.2.1.4).
fn private_key_usage_period(element: &Element<'_>) -> Result<(), Malformed> {
    let mut reader = element.members()?;
    for tag in [0x80, 0x81] {
        if let Some(end) = reader.optional(tag)? {
            strict_der::time(&Element {
                tag: strict_der::GENERALIZED_TIME,
                ..end
            })?;
        }
    }
    reader.finish()
}

/// The extensions whose values are read.
#[derive(Clone, Copy)]
enum Kind {
    AuthorityInfoAccess,
    AuthorityKeyId,
    BasicConstraints,
    ExtendedKeyUsage,
    FreshestPoints,
    InhibitAnyPolicy,
    IssuerNames,
    KeyUsage,
    NameConstraints,
    Points,
    Policies,
    PolicyConstraints,
    PolicyMappings,
    PrivateKeyUsagePeriod,
    SubjectInfoAccess,
    SubjectKeyId,
    SubjectNames,
}

impl Kind {
    /// RFC 5280 sections 4.2.1.1, 4.2.1.2, 4.2.2: conforming CAs MUST mark these as non-critical.
    const fn never_critical(self) -> bool {
        match self {
            Self::AuthorityInfoAccess
            | Self::AuthorityKeyId
            | Self::SubjectInfoAccess
            | Self::SubjectKeyId => true,
            Self::BasicConstraints
            | Self::ExtendedKeyUsage
            | Self::FreshestPoints
            | Self::InhibitAnyPolicy
            | Self::IssuerNames
            | Self::KeyUsage
            | Self::NameConstraints
            | Self::Points
            | Self::Policies
            | Self::PolicyConstraints
            | Self::PolicyMappings
            | Self::PrivateKeyUsagePeriod
            | Self::SubjectNames => false,
        }
    }
}

/// id-ad-caIssuers (RFC 5280 section 4.2.2.1).
const CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");

/// The known extensions (RFC 5280 section 4.2).
const KINDS: &[(ObjectIdentifier, Kind)] = &[
    (
        ObjectIdentifier::new_unwrap("2.5.29.14"),
        Kind::SubjectKeyId,
    ),
    (ObjectIdentifier::new_unwrap("2.5.29.15"), Kind::KeyUsage),
    (
        ObjectIdentifier::new_unwrap("2.5.29.16"),
        Kind::PrivateKeyUsagePeriod,
    ),
    (
        ObjectIdentifier::new_unwrap("2.5.29.17"),
        Kind::SubjectNames,
    ),
    (ObjectIdentifier::new_unwrap("2.5.29.18"), Kind::IssuerNames),
    (
        ObjectIdentifier::new_unwrap("2.5.29.19"),
        Kind::BasicConstraints,
    ),
    (
        ObjectIdentifier::new_unwrap("2.5.29.30"),
        Kind::NameConstraints,
    ),
    (ObjectIdentifier::new_unwrap("2.5.29.31"), Kind::Points),
    (ObjectIdentifier::new_unwrap("2.5.29.32"), Kind::Policies),
    (
        ObjectIdentifier::new_unwrap("2.5.29.33"),
        Kind::PolicyMappings,
    ),
    (
        ObjectIdentifier::new_unwrap("2.5.29.35"),
        Kind::AuthorityKeyId,
    ),
    (
        ObjectIdentifier::new_unwrap("2.5.29.36"),
        Kind::PolicyConstraints,
    ),
    (
        ObjectIdentifier::new_unwrap("2.5.29.37"),
        Kind::ExtendedKeyUsage,
    ),
    (
        ObjectIdentifier::new_unwrap("2.5.29.46"),
        Kind::FreshestPoints,
    ),
    (
        ObjectIdentifier::new_unwrap("2.5.29.54"),
        Kind::InhibitAnyPolicy,
    ),
    (
        ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.1"),
        Kind::AuthorityInfoAccess,
    ),
    (
        ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.11"),
        Kind::SubjectInfoAccess,
    ),
];
