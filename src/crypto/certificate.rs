//! A certificate of somebody else: strictly parsed, with its octets as they came.

use std::fmt::{self, Write as _};
use std::ops::Range;

use aws_lc_rs::digest::{self, SHA256};

use crate::crypto::certificate::algorithm::SignatureAlgorithm;
use crate::crypto::certificate::extensions::{BasicConstraints, Extensions, NameConstraints};
use crate::crypto::certificate::general_name::GeneralName;
use crate::crypto::certificate::key_usage::KeyUsage;
use crate::crypto::certificate::name::{FoldedName, Name};
use crate::crypto::certificate::public_key::PublicKey;
use crate::crypto::strict_der::{self, Element, Malformed, Reader};
use crate::domain::address::MailAddress;
use crate::domain::time::UnixTime;

pub mod algorithm;
pub mod extensions;
pub mod general_name;
pub mod key_usage;
pub(in crate::crypto) mod name;
mod policies;
pub mod public_key;

/// Octets of a serial number (RFC 5280 section 4.1.2.2).
const MAX_SERIAL: usize = 20;

/// An X.509 certificate (RFC 5280 section 4.1) that was checked to be strict DER throughout.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Certificate {
    der: Vec<u8>,
    tbs: Range<usize>,
    spki: Range<usize>,
    issuer_range: Range<usize>,
    subject_range: Range<usize>,
    version: Version,
    serial: Vec<u8>,
    signature_algorithm: SignatureAlgorithm,
    issuer: Name,
    subject: Name,
    not_before: UnixTime,
    not_after: UnixTime,
    public_key: PublicKey,
    extensions: Extensions,
    signature: Vec<u8>,
    irregular: Vec<Malformed>,
}

/// The version of a certificate; only the third has extensions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Version {
    /// X.509 of 1988.
    V1,
    /// X.509 of 1993.
    V2,
    /// X.509 of 1996.
    V3,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1 => "1",
            Self::V2 => "2",
            Self::V3 => "3",
        })
    }
}

impl Certificate {
    /// Reads one certificate, with nothing before or after it.
    pub fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        let whole = strict_der::check(der)?;
        if whole.tag != strict_der::SEQUENCE {
            return Err(whole.malformed("a certificate is a SEQUENCE, and this is none"));
        }
        let mut outer = whole.reader();
        let tbs = outer.expect(strict_der::SEQUENCE, "the part that is signed is missing")?;
        let outer_algorithm = outer.any()?;
        let signature = outer.expect(strict_der::BIT_STRING, "the signature is missing")?;
        outer.finish()?;

        let mut reader = tbs.reader();
        let version = version(&mut reader)?;
        let serial_element = reader.any()?;
        let serial = serial(&serial_element)?;
        let inner_algorithm = reader.any()?;
        let issuer_element = reader.any()?;
        let validity = reader.any()?;
        let subject_element = reader.any()?;
        let spki = reader.any()?;
        let extensions = extensions(&mut reader, version)?;
        reader.finish()?;

        // RFC 5280 section 4.1.1.2: MUST contain the same algorithm identifier
        if inner_algorithm.octets != outer_algorithm.octets {
            return Err(outer_algorithm.malformed("the two signature algorithms differ"));
        }
        let (not_before, not_after, wrong_form) = self::validity(&validity)?;
        // RFC 5280 section 4.1.2.2: a positive integer
        let zero = (serial == [0]).then(|| serial_element.malformed("the serial number is zero"));
        let padded = extensions.padded_key_usage;
        let issuer = Name::read(&issuer_element)?;
        // RFC 5280 section 4.1.2.4: MUST contain a non-empty distinguished name
        if issuer.is_empty() {
            return Err(issuer_element.malformed("the issuer has no name"));
        }
        let signature_algorithm = SignatureAlgorithm::read(&inner_algorithm)?;
        let signature_octets = signature.whole_octets()?;
        if !signature_algorithm.could_yield(signature_octets) {
            return Err(signature.malformed("the signature has not the form of its algorithm"));
        }
        Ok(Self {
            der: der.to_vec(),
            tbs: tbs.range(),
            spki: spki.range(),
            issuer_range: issuer_element.range(),
            subject_range: subject_element.range(),
            version,
            serial,
            signature_algorithm,
            issuer,
            subject: Name::read(&subject_element)?,
            not_before,
            not_after,
            public_key: PublicKey::read(&spki)?,
            extensions,
            signature: signature_octets.to_vec(),
            irregular: [zero, wrong_form, padded].into_iter().flatten().collect(),
        })
    }

    /// The octets as they came.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The part that is signed, as it came.
    pub fn tbs(&self) -> &[u8] {
        self.der.get(self.tbs.clone()).unwrap_or_default()
    }

    /// The `SubjectPublicKeyInfo`, as it came.
    pub fn spki(&self) -> &[u8] {
        self.der.get(self.spki.clone()).unwrap_or_default()
    }

    /// The subject's name, as it came.
    pub fn subject_der(&self) -> &[u8] {
        &self.subject.der
    }

    /// The issuer's name, as it came.
    pub fn issuer_der(&self) -> &[u8] {
        &self.issuer.der
    }

    /// The subject for people: `CN=Root, O=Example, C=US`, dangerous characters escaped.
    pub fn subject(&self) -> &str {
        &self.subject.text
    }

    /// The issuer for people, like [`Self::subject`].
    pub fn issuer(&self) -> &str {
        &self.issuer.text
    }

    /// The subject as names are compared.
    pub const fn folded_subject(&self) -> &FoldedName {
        &self.subject.folded
    }

    /// The issuer as names are compared.
    pub const fn folded_issuer(&self) -> &FoldedName {
        &self.issuer.folded
    }

    /// The commonName of the subject, if it has one; characters that would not show are replaced.
    pub fn common_name(&self) -> Option<String> {
        self.subject.cn.as_deref().map(name::plain)
    }

    /// The mail addresses it certifies, the domain in small letters: those of subjectAltName, and
    /// after them emailAddress of the subject, which older programs write (RFC 8550 section 3).
    pub fn addresses(&self) -> Vec<String> {
        let names = self.extensions.names.iter().filter_map(|name| match name {
            GeneralName::Rfc822(address) | GeneralName::SmtpUtf8(address) => Some(address),
            GeneralName::Directory(_)
            | GeneralName::Dns(_)
            | GeneralName::Ip(_)
            | GeneralName::Other(_)
            | GeneralName::Uri(_) => None,
        });
        let mut addresses = Vec::new();
        for address in names.chain(&self.subject.mail_addresses) {
            if address.trim() != address {
                continue; // no address; and no name constraint would know it for one
            }
            let address = match address.rsplit_once('@') {
                Some((local, domain)) => format!("{local}@{}", domain.to_ascii_lowercase()),
                None => continue,
            };
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        addresses
    }

    /// Does it certify this address? Case does not count, as in [`MailAddress::key`].
    pub fn certifies(&self, address: &MailAddress) -> bool {
        let certified = self.addresses().into_iter();
        let mut certified = certified.filter_map(|text| MailAddress::parse(&text).ok());
        certified.any(|certified| certified.key() == address.key())
    }

    /// The names of subjectAltName.
    pub fn alternative_names(&self) -> &[GeneralName] {
        &self.extensions.names
    }

    /// Every emailAddress of the subject, as it came.
    pub fn subject_addresses(&self) -> &[String] {
        &self.subject.mail_addresses
    }

    /// Where the issuer's revocation list lies.
    pub fn crl_urls(&self) -> Vec<String> {
        uris(&self.extensions.points)
    }

    /// The names of the distribution points of the issuer's own full lists.
    pub fn crl_points(&self) -> &[GeneralName] {
        &self.extensions.points
    }

    /// Where the issuer's certificate lies.
    pub fn ca_issuers_urls(&self) -> Vec<String> {
        uris(&self.extensions.ca_issuers)
    }

    /// nameConstraints, if present.
    pub const fn name_constraints(&self) -> Option<&NameConstraints> {
        self.extensions.name_constraints.as_ref()
    }

    /// Do subject and issuer have the same name (RFC 5280 section 3.2)?
    pub fn is_self_issued(&self) -> bool {
        self.subject.der == self.issuer.der
    }

    /// The version.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The serial number's octets as DER has them; one zero octet for zero.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The serial number, `4A:0F:…`.
    pub fn serial_hex(&self) -> String {
        colons(&self.serial)
    }

    /// The first moment of validity.
    pub const fn not_before(&self) -> UnixTime {
        self.not_before
    }

    /// The last moment of validity.
    pub const fn not_after(&self) -> UnixTime {
        self.not_after
    }

    /// SHA-256 over the whole certificate.
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut fingerprint = [0; 32];
        for (to, from) in fingerprint
            .iter_mut()
            .zip(digest::digest(&SHA256, &self.der).as_ref())
        {
            *to = *from;
        }
        fingerprint
    }

    /// The fingerprint, `AB:CD:…`.
    pub fn fingerprint_hex(&self) -> String {
        colons(&self.fingerprint())
    }

    /// The public key.
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The kind of key for people: `RSA 4096`, `EC P-384`, `Ed25519`.
    pub fn key_kind(&self) -> String {
        self.public_key.to_string()
    }

    /// How it is signed.
    pub const fn signature_algorithm(&self) -> &SignatureAlgorithm {
        &self.signature_algorithm
    }

    /// The signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// basicConstraints, if present.
    pub const fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.extensions.basic_constraints
    }

    /// keyUsage, if present.
    pub const fn key_usage(&self) -> Option<KeyUsage> {
        self.extensions.key_usage
    }

    /// The subjectKeyIdentifier, if present.
    pub fn subject_key_id(&self) -> Option<&[u8]> {
        self.extensions.subject_key_id.as_deref()
    }

    /// The keyIdentifier of authorityKeyIdentifier, if present.
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        self.extensions.authority_key_id.as_deref()
    }

    /// The purposes of extKeyUsage in dotted decimal, if present.
    pub fn purposes(&self) -> Option<&[String]> {
        self.extensions.purposes.as_deref()
    }

    /// Critical extensions that nobody here understands, in dotted decimal.
    pub fn unknown_critical(&self) -> &[String] {
        &self.extensions.unknown_critical
    }

    /// Breaches of the standards that some of Mozilla's roots commit: a zero serial number, times
    /// before 2050 as `GeneralizedTime`, a keyUsage with trailing zero bits. The caller decides who
    /// may.
    pub fn irregularities(&self) -> &[Malformed] {
        &self.irregular
    }

    /// Where the issuer's name stands in [`Self::tbs`].
    pub(super) const fn issuer_in_tbs(&self) -> Range<usize> {
        self.in_tbs(&self.issuer_range)
    }

    /// Where the subject's name stands in [`Self::tbs`].
    pub(super) const fn subject_in_tbs(&self) -> Range<usize> {
        self.in_tbs(&self.subject_range)
    }

    const fn in_tbs(&self, range: &Range<usize>) -> Range<usize> {
        range.start.saturating_sub(self.tbs.start)..range.end.saturating_sub(self.tbs.start)
    }
}

/// The version, left out for the first (RFC 5280 section 4.1.2.1).
fn version(reader: &mut Reader<'_>) -> Result<Version, Malformed> {
    let Some(tagged) = reader.optional(0xa0)? else {
        return Ok(Version::V1);
    };
    match tagged.content {
        [strict_der::INTEGER, 1, 1] => Ok(Version::V2),
        [strict_der::INTEGER, 1, 2] => Ok(Version::V3),
        [strict_der::INTEGER, 1, 0] => {
            Err(tagged.malformed("version 1 is written out although it is the default"))
        }
        _ => Err(tagged.malformed("there is no such version of certificates")),
    }
}

/// The serial number (RFC 5280 section 4.1.2.2), zero included.
fn serial(element: &Element<'_>) -> Result<Vec<u8>, Malformed> {
    if element.tag != strict_der::INTEGER {
        return Err(element.malformed("the serial number is not a number"));
    }
    element.magnitude()?;
    if MAX_SERIAL < element.content.len() {
        return Err(element.malformed("the serial number is longer than 20 octets"));
    }
    Ok(element.content.to_vec())
}

/// The validity (RFC 5280 section 4.1.2.5): `UTCTime` through 2049, `GeneralizedTime` from 2050 on.
/// An authority that writes both ends as `GeneralizedTime` commits an irregularity only, as one
/// root does.
fn validity(element: &Element<'_>) -> Result<(UnixTime, UnixTime, Option<Malformed>), Malformed> {
    if element.tag != strict_der::SEQUENCE {
        return Err(element.malformed("the validity is not a SEQUENCE"));
    }
    let mut reader = element.reader();
    let (first, last) = (reader.any()?, reader.any()?);
    reader.finish()?;
    let (not_before, not_after) = (strict_der::time(&first)?, strict_der::time(&last)?);
    if not_after < not_before {
        return Err(element.malformed("the validity ends before it begins"));
    }
    let wrong_form = [(first, not_before), (last, not_after)]
        .iter()
        .find(|(end, moment)| end.tag == strict_der::GENERALIZED_TIME && moment.year() < 2050)
        .map(|(end, _moment)| end.malformed("a time before 2050 is not written as UTCTime"));
    match wrong_form {
        Some(malformed) if first.tag != last.tag => Err(malformed),
        wrong_form => Ok((not_before, not_after, wrong_form)),
    }
}

/// Unique identifiers and extensions, as far as the version has them (RFC 5280 sections 4.1.2.8,
/// 4.1.2.9).
fn extensions(reader: &mut Reader<'_>, version: Version) -> Result<Extensions, Malformed> {
    for tag in [0x81, 0x82] {
        let Some(unique) = reader.optional(tag)? else {
            continue;
        };
        if version == Version::V1 {
            return Err(unique.malformed("a version 1 certificate has a unique identifier"));
        }
        if !strict_der::is_bit_string(unique.content) {
            return Err(unique.malformed("a unique identifier is malformed"));
        }
    }
    match reader.optional(0xa3)? {
        Some(tagged) if version == Version::V3 => Extensions::read(tagged.reader()),
        Some(tagged) => Err(tagged.malformed("only version 3 certificates can have extensions")),
        None => Ok(Extensions::default()),
    }
}

/// The addresses among the names that are URIs.
fn uris(names: &[GeneralName]) -> Vec<String> {
    let uri = |name: &GeneralName| match name {
        GeneralName::Uri(uri) => Some(uri.clone()),
        GeneralName::Directory(_)
        | GeneralName::Dns(_)
        | GeneralName::Ip(_)
        | GeneralName::Other(_)
        | GeneralName::Rfc822(_)
        | GeneralName::SmtpUtf8(_) => None,
    };
    names.iter().filter_map(uri).collect()
}

/// `AB:CD:…`.
fn colons(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len().saturating_mul(3));
    for octet in octets {
        if !text.is_empty() {
            text.push(':');
        }
        let _infallible = write!(text, "{octet:02X}");
    }
    text
}
