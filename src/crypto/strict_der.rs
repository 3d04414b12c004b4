//! Strict DER (X.690 sections 8, 10 and 11): reading element by element, and a check of everything.
//!
//! Certificates of others are judged with this reader and no other: what has two encodings has one
//! too many to be signed, compared or fingerprinted.

use std::ops::Range;

use chrono::NaiveDate;
use thiserror::Error;

use crate::domain::time::UnixTime;

/// Nesting beyond this is refused. The deepest standard extension of a certificate nests 10 levels;
/// 32 leaves room and keeps the stack small.
const MAX_DEPTH: usize = 32;

/// Length octets after the first (X.690 section 8.1.3.5); four of them reach 4 GiB, more than any file we read.
const MAX_LENGTH_OCTETS: usize = 4;

/// BOOLEAN.
pub const BOOLEAN: u8 = 0x01;
/// INTEGER.
pub const INTEGER: u8 = 0x02;
/// BIT STRING.
pub const BIT_STRING: u8 = 0x03;
/// OCTET STRING.
pub const OCTET_STRING: u8 = 0x04;
/// NULL.
pub const NULL: u8 = 0x05;
/// OBJECT IDENTIFIER.
pub const OID: u8 = 0x06;
/// `UTF8String`.
pub const UTF8_STRING: u8 = 0x0c;
/// `NumericString`.
pub const NUMERIC_STRING: u8 = 0x12;
/// `PrintableString`.
pub const PRINTABLE_STRING: u8 = 0x13;
/// `TeletexString`, which everybody fills with Latin-1.
pub const TELETEX_STRING: u8 = 0x14;
/// `IA5String`.
pub const IA5_STRING: u8 = 0x16;
/// `UTCTime`.
pub const UTC_TIME: u8 = 0x17;
/// `GeneralizedTime`.
pub const GENERALIZED_TIME: u8 = 0x18;
/// `VisibleString`.
pub const VISIBLE_STRING: u8 = 0x1a;
/// `UniversalString`.
pub const UNIVERSAL_STRING: u8 = 0x1c;
/// `BMPString`.
pub const BMP_STRING: u8 = 0x1e;
/// SEQUENCE and SEQUENCE OF.
pub const SEQUENCE: u8 = 0x30;
/// SET OF (plain SET occurs in no structure read here).
pub const SET: u8 = 0x31;

/// Octets that are not what the standards ask for, with the first place where it shows.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("malformed at octet {offset}: {what}")]
pub struct Malformed {
    /// Octets before the element at fault.
    pub offset: usize,
    /// What is wrong there, in words.
    pub what: &'static str,
}

/// One element: identifier, length and contents, borrowed from the octets read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Element<'a> {
    /// The identifier octet, class and constructed bit included.
    pub tag: u8,
    /// The contents octets.
    pub content: &'a [u8],
    /// Identifier, length and contents together.
    pub octets: &'a [u8],
    /// Octets before the identifier octet.
    pub offset: usize,
}

impl<'a> Element<'a> {
    /// A reader over the contents.
    pub const fn reader(&self) -> Reader<'a> {
        let header = self.octets.len().saturating_sub(self.content.len());
        Reader {
            rest: self.content,
            offset: self.offset.saturating_add(header),
        }
    }

    /// A reader over the members of a SEQUENCE that must have some.
    pub fn members(&self) -> Result<Reader<'a>, Malformed> {
        if self.tag != SEQUENCE || self.content.is_empty() {
            return Err(self.malformed("this must be a SEQUENCE with at least one member"));
        }
        Ok(self.reader())
    }

    /// Where the element stands in the octets read.
    pub const fn range(&self) -> Range<usize> {
        self.offset..self.offset.saturating_add(self.octets.len())
    }

    /// The complaint that this element is wrong.
    pub const fn malformed(&self, what: &'static str) -> Malformed {
        Malformed {
            offset: self.offset,
            what,
        }
    }

    /// The octets of a BIT STRING of whole octets, as keys and signatures are.
    pub fn whole_octets(&self) -> Result<&'a [u8], Malformed> {
        match self.content.split_first() {
            Some((0, octets)) if self.tag == BIT_STRING => Ok(octets),
            Some(_) | None => {
                Err(self.malformed("a key or signature is not a string of whole octets"))
            }
        }
    }

    /// The magnitude of a positive INTEGER, without the leading zero octet; zero is the empty slice.
    pub fn magnitude(&self) -> Result<&'a [u8], Malformed> {
        match self.content {
            [0, magnitude @ ..] => Ok(magnitude),
            [first, ..] if *first < 0x80 => Ok(self.content),
            _ => Err(self.malformed("a number that must not be negative is negative")),
        }
    }
}

/// Reads one element after the other.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// A reader over these octets, which count from 0.
    pub const fn new(octets: &'a [u8]) -> Self {
        Self {
            rest: octets,
            offset: 0,
        }
    }

    /// Is everything read?
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The complaint that something is wrong at this place.
    pub const fn malformed(&self, what: &'static str) -> Malformed {
        Malformed {
            offset: self.offset,
            what,
        }
    }

    /// The next element, whatever it is.
    pub fn any(&mut self) -> Result<Element<'a>, Malformed> {
        let (&tag, after_tag) = self
            .rest
            .split_first()
            .ok_or_else(|| self.malformed("something is missing here"))?;
        if tag == 0 || tag & 0x1f == 0x1f {
            return Err(self.malformed("this identifier occurs in no certificate"));
        }
        let (length, after_length) = self.length(after_tag)?;
        let (content, rest) = after_length.split_at_checked(length).ok_or_else(|| {
            self.malformed("the length reaches beyond the end: cut short or damaged")
        })?;
        let size = self.rest.len().saturating_sub(rest.len());
        let element = Element {
            tag,
            content,
            octets: self.rest.get(..size).unwrap_or_default(),
            offset: self.offset,
        };
        self.rest = rest;
        self.offset = self.offset.saturating_add(size);
        Ok(element)
    }

    /// The next element, which must have this identifier; `what` is the complaint when it has not.
    pub fn expect(&mut self, tag: u8, what: &'static str) -> Result<Element<'a>, Malformed> {
        self.optional(tag)?.ok_or_else(|| self.malformed(what))
    }

    /// The next element, if it has this identifier.
    pub fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, Malformed> {
        if self.rest.first() == Some(&tag) {
            return self.any().map(Some);
        }
        Ok(None)
    }

    /// A reader over the SEQUENCE that must come next.
    pub fn sequence(&mut self, what: &'static str) -> Result<Self, Malformed> {
        Ok(self.expect(SEQUENCE, what)?.reader())
    }

    /// Nothing may be left.
    pub const fn finish(&self) -> Result<(), Malformed> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(self.malformed("something follows that does not belong here"))
    }

    /// The length, in the shortest definite form (X.690 section 10.1), and what follows it.
    fn length(&self, octets: &'a [u8]) -> Result<(usize, &'a [u8]), Malformed> {
        let (&first, rest) = octets
            .split_first()
            .ok_or_else(|| self.malformed("cut short within a length"))?;
        if first < 0x80 {
            return Ok((usize::from(first), rest));
        }
        if first == 0x80 {
            return Err(self.malformed("the length is left open (BER), which DER does not allow"));
        }
        let count = usize::from(first & 0x7f);
        if MAX_LENGTH_OCTETS < count {
            return Err(self.malformed("the length is greater than 4 GiB"));
        }
        let (digits, rest) = rest
            .split_at_checked(count)
            .ok_or_else(|| self.malformed("cut short within a length"))?;
        let length = digits
            .iter()
            .fold(0_usize, |sum, &digit| (sum << 8) | usize::from(digit));
        if length < 0x80 || digits.first() == Some(&0) {
            return Err(self.malformed("the length is not in its shortest form"));
        }
        Ok((length, rest))
    }
}

/// Checks that `octets` are exactly one element of strict DER, all that is nested in it included.
pub fn check(octets: &[u8]) -> Result<Element<'_>, Malformed> {
    let mut reader = Reader::new(octets);
    let element = reader.any()?;
    reader.finish()?;
    check_element(&element, MAX_DEPTH)?;
    Ok(element)
}

/// Checks an element and everything nested in it; `depth` more levels may be opened.
pub fn check_element(element: &Element<'_>, depth: usize) -> Result<(), Malformed> {
    let constructed = element.tag & 0x20 != 0;
    let universal = element.tag & 0xc0 == 0;
    if universal && !constructed {
        return check_primitive(element);
    }
    if universal && element.tag != SEQUENCE && element.tag != SET {
        return Err(element.malformed("a value is given in pieces, which DER does not allow"));
    }
    if !constructed {
        return Ok(()); // an implicitly tagged value: only its structure knows its type
    }
    let Some(depth) = depth.checked_sub(1) else {
        return Err(element.malformed("nested too deeply"));
    };
    let mut reader = element.reader();
    let mut before: &[u8] = &[];
    while !reader.is_empty() {
        let member = reader.any()?;
        check_element(&member, depth)?;
        // X.690 section 11.6: the members of a SET OF stand in ascending order of their encodings
        if element.tag == SET && member.octets < before {
            return Err(member.malformed("the members of a SET OF are not in ascending order"));
        }
        before = member.octets;
    }
    Ok(())
}

/// Checks the contents of a primitive element of a universal type.
fn check_primitive(element: &Element<'_>) -> Result<(), Malformed> {
    let content = element.content;
    let (right, what) = match element.tag {
        BOOLEAN => (
            matches!(content, [0x00 | 0xff]),
            "a BOOLEAN is neither 00 nor FF",
        ),
        INTEGER | 0x0a => (
            is_shortest_integer(content),
            "an INTEGER is not in its shortest form",
        ),
        BIT_STRING => (
            is_bit_string(content),
            "a BIT STRING has wrong or filled unused bits",
        ),
        OCTET_STRING | TELETEX_STRING => (true, ""),
        NULL => (content.is_empty(), "a NULL has contents"),
        OID => (is_oid(content), "an OBJECT IDENTIFIER is malformed"),
        UTC_TIME | GENERALIZED_TIME => return time(element).map(|_| ()),
        UTF8_STRING | NUMERIC_STRING | PRINTABLE_STRING | IA5_STRING | VISIBLE_STRING
        | UNIVERSAL_STRING | BMP_STRING => (
            text(element).is_some(),
            "a character string holds characters its type does not have",
        ),
        _ => (false, "this type occurs in no certificate"),
    };
    if right {
        return Ok(());
    }
    Err(element.malformed(what))
}

/// X.690 section 8.3.2: the first nine bits are neither all ones nor all zeros.
pub fn is_shortest_integer(content: &[u8]) -> bool {
    match content {
        [] => false,
        [0, second, ..] => 0x80 <= *second,
        [0xff, second, ..] => *second < 0x80,
        _ => true,
    }
}

/// X.690 section 11.2.1: unused bits are zero, and an empty string has none.
pub fn is_bit_string(content: &[u8]) -> bool {
    match content {
        [unused] => *unused == 0,
        [unused @ 0..8, .., last] => last.trailing_zeros() >= u32::from(*unused),
        _ => false,
    }
}

/// X.690 section 8.19: arcs in base 128, the last octet of each without its top bit, none padded.
pub fn is_oid(content: &[u8]) -> bool {
    let mut starts = true; // of an arc
    for &octet in content {
        if starts && octet == 0x80 {
            return false;
        }
        starts = octet < 0x80;
    }
    starts && !content.is_empty()
}

/// The text of a character string; `None` if it is none, or holds what its type does not allow.
pub fn text(element: &Element<'_>) -> Option<String> {
    let content = element.content;
    let ascii = |allowed: fn(u8) -> bool| {
        let right = content.iter().all(|&octet| allowed(octet));
        right.then(|| content.iter().copied().map(char::from).collect())
    };
    match element.tag {
        UTF8_STRING => std::str::from_utf8(content).ok().map(str::to_owned),
        NUMERIC_STRING => ascii(|octet| octet.is_ascii_digit() || octet == b' '),
        PRINTABLE_STRING => {
            ascii(|octet| octet.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&octet))
        }
        // T.61 has no agreed table; all programs that write it mean Latin-1
        TELETEX_STRING => ascii(|_octet| true),
        IA5_STRING => ascii(|octet| octet.is_ascii()),
        VISIBLE_STRING => ascii(|octet| octet == b' ' || octet.is_ascii_graphic()),
        UNIVERSAL_STRING => {
            let (points, []) = content.as_chunks::<4>() else {
                return None;
            };
            let characters = points
                .iter()
                .map(|point| char::from_u32(u32::from_be_bytes(*point)));
            characters.collect()
        }
        BMP_STRING => {
            let (units, []) = content.as_chunks::<2>() else {
                return None;
            };
            // the basic plane only: a surrogate is no character of it
            let characters = units
                .iter()
                .map(|unit| char::from_u32(u32::from(u16::from_be_bytes(*unit))));
            characters.collect()
        }
        _ => None,
    }
}

/// A `UTCTime` or `GeneralizedTime` in the one form of RFC 5280 section 4.1.2.5: seconds, no fraction, Z.
pub fn time(element: &Element<'_>) -> Result<UnixTime, Malformed> {
    let wrong = || element.malformed("a time is not written as RFC 5280 section 4.1.2.5 asks");
    let (year_digits, rest) = match element.tag {
        UTC_TIME => element.content.split_at_checked(2),
        GENERALIZED_TIME => element.content.split_at_checked(4),
        _ => None,
    }
    .ok_or_else(wrong)?;
    let [m1, m2, d1, d2, h1, h2, n1, n2, s1, s2, b'Z'] = rest else {
        return Err(wrong());
    };
    let short = year_digits.len() == 2;
    let year = number(year_digits).ok_or_else(wrong)?;
    // RFC 5280 section 4.1.2.5.1: 50 to 99 are of the last century
    let year = match (short, year) {
        (true, 50..) => year.saturating_add(1900),
        (true, _) => year.saturating_add(2000),
        (false, _) => year,
    };
    let pair = |first: u8, second: u8| number(&[first, second]).ok_or_else(wrong);
    i32::try_from(year)
        .ok()
        .zip(Some((pair(*m1, *m2)?, pair(*d1, *d2)?)))
        .and_then(|(year, (month, day))| NaiveDate::from_ymd_opt(year, month, day))
        .zip(Some((pair(*h1, *h2)?, pair(*n1, *n2)?, pair(*s1, *s2)?)))
        .and_then(|(date, (hour, minute, second))| date.and_hms_opt(hour, minute, second))
        .map(|moment| UnixTime::from_secs(moment.and_utc().timestamp()))
        .ok_or_else(wrong)
}

/// The value of decimal digits.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |sum, digit| {
        let value = char::from(*digit).to_digit(10)?;
        Some(sum.saturating_mul(10).saturating_add(value))
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_one_encoding_only() {
        for right in [
            &[1, 1, 0xff][..],
            &[2, 1, 0],
            &[2, 2, 0, 0x80],
            &[2, 1, 0x80],
            &[3, 1, 0],
            &[3, 2, 7, 0x80],
            &[6, 2, 0x88, 0x37],
            &[0x31, 6, 2, 1, 1, 2, 1, 2],
            &[0x80, 1, 0xfe],
        ] {
            assert!(check(right).is_ok(), "{right:02x?}");
        }
        for wrong in [
            &[1, 1, 1][..],
            &[1, 2, 0, 0],
            &[2, 0],
            &[2, 2, 0, 0x7f],
            &[2, 2, 0xff, 0x80],
            &[3, 0],
            &[3, 1, 1],
            &[3, 2, 7, 0xc0],
            &[3, 2, 8, 0],
            &[5, 1, 0],
            &[6, 0],
            &[6, 2, 0x80, 0x37],
            &[6, 1, 0x88],
            &[0x31, 6, 2, 1, 2, 2, 1, 1],
            &[0x10, 0],
            &[0x22, 3, 2, 1, 0],
            &[0x1f, 0x20, 0],
            &[0, 0],
            &[0x30, 0x81, 0],
            &[0x30, 2, 5],
            &[5, 0, 0],
        ] {
            assert!(check(wrong).is_err(), "{wrong:02x?}");
        }
    }

    #[test]
    fn times_are_read_in_their_one_form() {
        let read = |tag: u8, text: &str| {
            let octets = [&[tag, u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
            time(&check(&octets).ok()?).ok().map(UnixTime::rfc3339)
        };
        let at = |text: &str| Some(text.to_owned());
        assert_eq!(read(UTC_TIME, "491231235959Z"), at("2049-12-31T23:59:59Z"));
        assert_eq!(read(UTC_TIME, "500101000000Z"), at("1950-01-01T00:00:00Z"));
        assert_eq!(
            read(GENERALIZED_TIME, "99991231235959Z"),
            at("9999-12-31T23:59:59Z")
        );
        for wrong in [
            "4912312359Z",
            "491231235959",
            "491231235960Z",
            "490229000000Z",
            "491231235959+0000",
            "49123123595 Z",
        ] {
            assert_eq!(read(UTC_TIME, wrong), None, "{wrong}");
        }
        for wrong in ["20491231235959.5Z", "20491231235959", "491231235959Z"] {
            assert_eq!(read(GENERALIZED_TIME, wrong), None, "{wrong}");
        }
    }
}
