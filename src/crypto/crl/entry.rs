//! The entries of a list: each is read where it stands, and found by its serial number.

use der::oid::ObjectIdentifier;

use crate::crypto::certificate::name;
use crate::crypto::crl::{CrlError, CrlReason};
use crate::crypto::oid::{ID_CE_CRL_REASONS, ID_CE_INVALIDITY_DATE};
use crate::crypto::strict_der::{self, Element, Reader};
use crate::domain::time::UnixTime;

/// What a list says of one certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RevokedEntry {
    /// When it was revoked.
    pub at: UnixTime,
    /// Why.
    pub reason: CrlReason,
    /// Since when it should not be relied upon, where the authority says so.
    pub invalidity: Option<UnixTime>,
}

/// Where the entries begin, in the order of their serial numbers: four octets for each, because
/// lists of a million entries exist.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Index(Vec<u32>);

impl Index {
    /// Reads all entries of a list.
    pub(super) fn read(mut entries: Reader<'_>) -> Result<Self, CrlError> {
        let mut found = Vec::new();
        while !entries.is_empty() {
            let element = entries.expect(strict_der::SEQUENCE, "an entry is not a SEQUENCE")?;
            let (serial, _entry) = read_one(&element)?;
            let place = u32::try_from(element.offset).map_err(|_far| CrlError::TooLarge)?;
            found.push((serial, place));
        }
        // of two entries for one certificate the first counts
        found.sort_unstable();
        Ok(Self(found.iter().map(|(_serial, place)| *place).collect()))
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    /// The entry of this serial number in the list whose octets are `der`.
    pub(super) fn find(&self, der: &[u8], serial: &[u8]) -> Option<RevokedEntry> {
        let element_at = |place: u32| {
            let octets = der.get(usize::try_from(place).ok()?..)?;
            Reader::new(octets).any().ok()
        };
        let serial_at = |place: u32| {
            let number = element_at(place)?.reader().any().ok()?;
            Some(number.content)
        };
        let before = |place: &u32| serial_at(*place).is_some_and(|listed| listed < serial);
        let place = *self.0.get(self.0.partition_point(before))?;
        let (listed, entry) = read_one(&element_at(place)?).ok()?;
        (listed == serial).then_some(entry)
    }
}

/// The serial number of an entry, and what the entry says.
fn read_one<'a>(element: &Element<'a>) -> Result<(&'a [u8], RevokedEntry), CrlError> {
    let mut reader = element.reader();
    let serial = reader.expect(strict_der::INTEGER, "an entry has no serial number")?;
    let at = strict_der::time(&reader.any()?)?;
    let mut entry = RevokedEntry {
        at,
        reason: CrlReason::Unspecified,
        invalidity: None,
    };
    if !reader.is_empty() {
        let mut extensions = reader.any()?.members()?;
        while !extensions.is_empty() {
            read_extension(&extensions.any()?, &mut entry)?;
        }
    }
    reader.finish()?;
    Ok((serial.content, entry))
}

/// Reads an extension of an entry (RFC 5280 section 5.3).
fn read_extension(element: &Element<'_>, entry: &mut RevokedEntry) -> Result<(), CrlError> {
    let extension = Extension::read(element)?;
    let oid = extension.oid;
    if oid.content == ID_CE_CRL_REASONS.as_bytes() {
        let code = extension.value()?;
        let (0x0a, [code]) = (code.tag, code.content) else {
            return Err(oid.malformed("a reason is malformed").into());
        };
        if *code == REMOVE_FROM_CRL {
            let words = "an entry takes a certificate off the list, which only lists of changes do";
            return Err(CrlError::Unsupported(words.to_owned()));
        }
        let reason = CrlReason::from_code(*code);
        entry.reason = reason.ok_or_else(|| oid.malformed("there is no such reason"))?;
    } else if oid.content == ID_CE_INVALIDITY_DATE.as_bytes() {
        let date = extension.value()?;
        if date.tag != strict_der::GENERALIZED_TIME {
            return Err(oid.malformed("an invalidityDate is malformed").into());
        }
        let date = strict_der::time(&date).map_err(|inner| oid.malformed(inner.what))?;
        entry.invalidity = Some(date);
    } else if oid.content == CERTIFICATE_ISSUER.as_bytes() {
        let words = "it speaks of certificates of other authorities (indirect list)";
        return Err(CrlError::Unsupported(words.to_owned()));
    } else if extension.critical {
        return Err(extension.unknown());
    }
    Ok(())
}

/// An extension of a list or of an entry.
#[derive(Clone, Copy)]
pub(super) struct Extension<'a> {
    /// Its identifier.
    pub(super) oid: Element<'a>,
    /// Must who does not know it refuse the list?
    pub(super) critical: bool,
    value: Element<'a>,
}

impl<'a> Extension<'a> {
    /// Reads an `Extension` (RFC 5280 section 4.1.2.9).
    pub(super) fn read(element: &Element<'a>) -> Result<Self, CrlError> {
        let mut reader = element.members()?;
        let oid = reader.expect(strict_der::OID, "an extension has no identifier")?;
        let critical = match reader.optional(strict_der::BOOLEAN)? {
            Some(flag) if flag.content == [0xff] => true,
            Some(flag) => return Err(flag.malformed("a BOOLEAN is written out needlessly").into()),
            None => false,
        };
        let value = reader.expect(strict_der::OCTET_STRING, "an extension has no value")?;
        reader.finish()?;
        Ok(Self {
            oid,
            critical,
            value,
        })
    }

    /// Its value, checked to be strict DER.
    pub(super) fn value(&self) -> Result<Element<'a>, CrlError> {
        let value = strict_der::check(self.value.content);
        Ok(value.map_err(|inner| self.oid.malformed(inner.what))?)
    }

    /// The complaint that it is critical and not known.
    pub(super) fn unknown(&self) -> CrlError {
        let oid = name::dotted(self.oid.content);
        CrlError::Unsupported(format!(
            "it has the critical extension {oid}, which is not known here"
        ))
    }
}

/// id-ce-certificateIssuer (RFC 5280 section 5.3.3).
const CERTIFICATE_ISSUER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.29");
/// removeFromCRL (RFC 5280 section 5.3.1): MUST appear in delta CRLs only.
const REMOVE_FROM_CRL: u8 = 8;
