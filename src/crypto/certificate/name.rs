//! Names of X.501: checked, and written as people read them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use der::oid::ObjectIdentifier;

use crate::crypto::strict_der::{self, Element, Malformed};

/// A distinguished name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::crypto) struct Name {
    /// Its DER, as it came.
    pub(in crate::crypto) der: Vec<u8>,
    /// `CN=Root, O=Example, C=US`: the most telling part first, as in RFC 4514; empty for the empty
    /// name.
    pub(in crate::crypto) text: String,
    /// What names are compared by.
    pub(in crate::crypto) folded: FoldedName,
    /// The last commonName, as it came.
    pub(super) cn: Option<String>,
    /// Every emailAddress, as it came.
    pub(super) mail_addresses: Vec<String>,
}

/// A name as names are compared (RFC 5280 section 7.1): whatever the string type, without case, runs
/// of blanks as one.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct FoldedName(Vec<BTreeSet<(Vec<u8>, String)>>);

impl FoldedName {
    /// Does this name stand under `top`, or is it `top` itself (RFC 5280 section 4.2.1.10)?
    pub fn is_within(&self, top: &Self) -> bool {
        self.0.starts_with(&top.0)
    }

    /// Has it no part at all?
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Name {
    /// Reads a Name (RFC 5280 section 4.1.2.4).
    pub(in crate::crypto) fn read(element: &Element<'_>) -> Result<Self, Malformed> {
        if element.tag != strict_der::SEQUENCE {
            return Err(element.malformed("a name is not a SEQUENCE"));
        }
        let mut name = Self {
            der: element.octets.to_vec(),
            text: String::new(),
            folded: FoldedName::default(),
            cn: None,
            mail_addresses: Vec::new(),
        };
        let mut texts = Vec::new();
        let mut parts = element.reader();
        while !parts.is_empty() {
            let set = parts.expect(strict_der::SET, "a part of a name is not a SET")?;
            let part = relative_name(&set)?;
            let labels: Vec<&str> = part.iter().map(|value| value.shown.as_str()).collect();
            texts.push(labels.join("+"));
            let folded = part
                .iter()
                .map(|value| (value.kind.to_vec(), value.folded()));
            name.folded.0.push(folded.collect());
            for value in part {
                if value.kind == COMMON_NAME.as_bytes() {
                    name.cn = value.text;
                } else if value.kind == EMAIL_ADDRESS.as_bytes() {
                    name.mail_addresses.extend(value.text);
                }
            }
        }
        texts.reverse();
        name.text = texts.join(", ");
        Ok(name)
    }

    /// Has it no part at all?
    pub(in crate::crypto) const fn is_empty(&self) -> bool {
        self.folded.is_empty()
    }
}

/// One attribute of a name.
pub(super) struct Attribute<'a> {
    /// Its type, the contents of an OBJECT IDENTIFIER.
    kind: &'a [u8],
    /// `CN=Root`.
    shown: String,
    /// Its text, if it is text.
    text: Option<String>,
    /// The value as it came.
    octets: &'a [u8],
}

impl Attribute<'_> {
    /// Its value as values are compared.
    fn folded(&self) -> String {
        let Some(text) = &self.text else {
            return hex(self.octets);
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").to_lowercase()
    }
}

/// Reads a `RelativeDistinguishedName`, tagged as SET or implicitly.
pub(super) fn relative_name<'a>(set: &Element<'a>) -> Result<Vec<Attribute<'a>>, Malformed> {
    let mut values = Vec::new();
    let mut kinds = BTreeSet::new();
    let mut reader = set.reader();
    while !reader.is_empty() {
        let mut pair = reader.sequence("an attribute of a name is not a SEQUENCE")?;
        let kind = pair.expect(strict_der::OID, "an attribute of a name has no type")?;
        let value = pair.any()?;
        pair.finish()?;
        // X.501 section 9.3: each type once
        if !kinds.insert(kind.content) {
            return Err(kind.malformed("a part of a name has one attribute twice"));
        }
        values.push(attribute(&kind, &value)?);
    }
    if values.is_empty() {
        return Err(set.malformed("a part of a name is empty"));
    }
    Ok(values)
}

/// An unknown type is shown by its numbers, a value that is no text as `#` and hexadecimal.
fn attribute<'a>(kind: &Element<'a>, value: &Element<'a>) -> Result<Attribute<'a>, Malformed> {
    let known = ATTRIBUTES
        .iter()
        .find(|(oid, _name)| oid.as_bytes() == kind.content);
    let label = known.map_or_else(|| dotted(kind.content), |(_oid, name)| (*name).to_owned());
    let text = strict_der::text(value);
    let shown = match &text {
        // X.520 section 6: a DirectoryString has one character at least
        Some(text) if text.is_empty() => {
            return Err(value.malformed("an attribute of a name is empty"));
        }
        Some(text) => format!("{label}={}", escaped(text)),
        None if known.is_some() => {
            return Err(value.malformed("an attribute of a name is not text"));
        }
        None => format!("{label}=#{}", hex(value.octets)),
    };
    Ok(Attribute {
        kind: kind.content,
        shown,
        text,
        octets: value.octets,
    })
}

/// An object identifier in dotted decimal, or in hexadecimal where its numbers are beyond all use.
pub(in crate::crypto) fn dotted(content: &[u8]) -> String {
    ObjectIdentifier::from_bytes(content).map_or_else(|_huge| hex(content), |oid| oid.to_string())
}

/// Lower-case hexadecimal digits.
fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        let _infallible = write!(text, "{octet:02x}");
        text
    })
}

/// RFC 4514 section 2.4, and everything a screen would not show or show in another order as
/// `\E2\80\AE`.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (place, character) in text.char_indices() {
        let first = place == 0;
        let last = place.saturating_add(character.len_utf8()) == text.len();
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => shown.extend(['\\', character]),
            '#' if first => shown.push_str("\\#"),
            ' ' if first || last => shown.push_str("\\ "),
            hidden if is_hidden(hidden) => {
                for octet in hidden.encode_utf8(&mut [0; 4]).bytes() {
                    let _infallible = write!(shown, "\\{octet:02X}");
                }
            }
            plain => shown.push(plain),
        }
    }
    shown
}

/// Control characters, and the format characters that change the direction or have no width.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// The text with what a screen would not show replaced, so that nothing can hide in it.
pub(super) fn plain(text: &str) -> String {
    text.replace(is_hidden, "\u{fffd}")
}

/// id-at-commonName (RFC 5280 appendix A.1).
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// id-emailAddress (RFC 5280 appendix A.1).
const EMAIL_ADDRESS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1");

/// The attribute types with a name of their own (RFC 4519, RFC 5280 appendix A, ETSI EN 319 412-1);
/// all are text.
const ATTRIBUTES: &[(ObjectIdentifier, &str)] = &[
    (ObjectIdentifier::new_unwrap("2.5.4.3"), "CN"),
    (ObjectIdentifier::new_unwrap("2.5.4.4"), "SN"),
    (ObjectIdentifier::new_unwrap("2.5.4.5"), "serialNumber"),
    (ObjectIdentifier::new_unwrap("2.5.4.6"), "C"),
    (ObjectIdentifier::new_unwrap("2.5.4.7"), "L"),
    (ObjectIdentifier::new_unwrap("2.5.4.8"), "ST"),
    (ObjectIdentifier::new_unwrap("2.5.4.9"), "street"),
    (ObjectIdentifier::new_unwrap("2.5.4.10"), "O"),
    (ObjectIdentifier::new_unwrap("2.5.4.11"), "OU"),
    (ObjectIdentifier::new_unwrap("2.5.4.12"), "title"),
    (ObjectIdentifier::new_unwrap("2.5.4.13"), "description"),
    (ObjectIdentifier::new_unwrap("2.5.4.15"), "businessCategory"),
    (ObjectIdentifier::new_unwrap("2.5.4.17"), "postalCode"),
    (ObjectIdentifier::new_unwrap("2.5.4.42"), "givenName"),
    (ObjectIdentifier::new_unwrap("2.5.4.43"), "initials"),
    (
        ObjectIdentifier::new_unwrap("2.5.4.44"),
        "generationQualifier",
    ),
    (ObjectIdentifier::new_unwrap("2.5.4.46"), "dnQualifier"),
    (ObjectIdentifier::new_unwrap("2.5.4.65"), "pseudonym"),
    (
        ObjectIdentifier::new_unwrap("2.5.4.97"),
        "organizationIdentifier",
    ),
    (
        ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.1"),
        "UID",
    ),
    (
        ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.25"),
        "DC",
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1"),
        "emailAddress",
    ),
];

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    /// The text of a name whose only part has this type (the DER of an OID) and this value.
    fn shown(kind: &[u8], value: &[u8]) -> Result<String, Malformed> {
        let wrap = |tag: u8, content: &[u8]| {
            [&[tag, u8::try_from(content.len()).unwrap()], content].concat()
        };
        let pair = wrap(0x30, &[kind, value].concat());
        let der = wrap(0x30, &wrap(0x31, &pair));
        let element = strict_der::check(&der)?;
        Name::read(&element).map(|name| name.text)
    }

    const CN: &[u8] = &[6, 3, 0x55, 4, 3];

    #[test]
    fn texts_of_all_string_types_are_shown_and_what_would_deceive_is_escaped() {
        for (value, text) in [
            (b"\x0c\x02\xc3\xa4".as_slice(), "CN=ä"),
            (b"\x14\x01\xe4", "CN=ä"),
            (b"\x1e\x04\x75\x30\x4e\x2d", "CN=田中"),
            (b"\x1c\x04\x00\x01\xf6\x00", "CN=😀"),
            (b"\x13\x06 a,+b ", "CN=\\ a\\,\\+b\\ "),
            (b"\x0c\x02#a", "CN=\\#a"),
            (b"\x0c\x05a\n\xe2\x80\xae", "CN=a\\0A\\E2\\80\\AE"),
        ] {
            assert_eq!(shown(CN, value).unwrap(), text);
        }
        assert_eq!(
            shown(&[6, 2, 0x2a, 3], &[2, 1, 5]).unwrap(),
            "1.2.3=#020105"
        );
    }

    #[test]
    fn a_known_attribute_that_is_no_text_or_empty_is_malformed() {
        for value in [
            &[2, 1, 5][..],
            &[0x13, 1, b'@'],
            &[0x0c, 1, 0xff],
            &[0x1e, 2, 0xd8, 0],
            &[0x0c, 0],
        ] {
            assert!(shown(CN, value).is_err(), "{value:02x?}");
        }
    }
}
