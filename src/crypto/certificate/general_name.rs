//! `GeneralName` (RFC 5280 section 4.2.1.6), as several extensions hold it.

use der::oid::ObjectIdentifier;

use crate::crypto::certificate::name::{FoldedName, Name};
use crate::crypto::strict_der::{self, Element, Malformed, Reader};

/// A name in an extension, or a subtree of names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum GeneralName {
    /// directoryName, as names are compared.
    Directory(FoldedName),
    /// dNSName.
    Dns(String),
    /// iPAddress; as a subtree an address and a mask.
    Ip(Vec<u8>),
    /// Anything else, as it came.
    Other(Vec<u8>),
    /// rfc822Name.
    Rfc822(String),
    /// `SmtpUTF8Mailbox` (RFC 9598 section 3).
    SmtpUtf8(String),
    /// uniformResourceIdentifier.
    Uri(String),
}

/// What a `GeneralName` stands for; it decides how long an IP address is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::crypto) enum Use {
    /// A subtree of names: an address and a mask (RFC 5280 section 4.2.1.10).
    Constraint,
    /// One name.
    Name,
}

/// Reads `GeneralNames`, of which there must be one at least.
pub(in crate::crypto) fn read_list(
    mut reader: Reader<'_>,
    purpose: Use,
) -> Result<Vec<GeneralName>, Malformed> {
    if reader.is_empty() {
        return Err(reader.malformed("a list of names is empty"));
    }
    let mut names = Vec::new();
    while !reader.is_empty() {
        names.push(read(&reader.any()?, purpose)?);
    }
    Ok(names)
}

/// Reads one `GeneralName`.
pub(super) fn read(element: &Element<'_>, purpose: Use) -> Result<GeneralName, Malformed> {
    let wrong = || element.malformed("a name in an extension is malformed");
    let ascii = || {
        let text = std::str::from_utf8(element.content).ok();
        let text = text.filter(|text| text.is_ascii());
        text.map(str::to_owned).ok_or_else(wrong)
    };
    match element.tag {
        0xa0 => other_name(element),
        0x81 => ascii().map(GeneralName::Rfc822),
        0x82 => ascii().map(GeneralName::Dns),
        0x86 => ascii().map(GeneralName::Uri),
        // x400Address and ediPartyName: nobody uses them
        0xa3 | 0xa5 => Ok(GeneralName::Other(element.octets.to_vec())),
        // directoryName, a CHOICE and therefore explicit
        0xa4 => {
            let mut reader = element.reader();
            let name = Name::read(&reader.any()?)?;
            reader.finish()?;
            Ok(GeneralName::Directory(name.folded))
        }
        0x87 => {
            let right = match (purpose, element.content.len()) {
                (Use::Constraint, length) => length == 8 || length == 32,
                (Use::Name, length) => length == 4 || length == 16,
            };
            let address = right.then(|| element.content.to_vec());
            address.map(GeneralName::Ip).ok_or_else(wrong)
        }
        0x88 if strict_der::is_oid(element.content) => {
            Ok(GeneralName::Other(element.octets.to_vec()))
        }
        _ => Err(wrong()),
    }
}

/// `otherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY }`
fn other_name(element: &Element<'_>) -> Result<GeneralName, Malformed> {
    let wrong = "a name in an extension is malformed";
    let mut reader = element.reader();
    let kind = reader.expect(strict_der::OID, wrong)?;
    let mut value = reader.expect(0xa0, wrong)?.reader();
    let inner = value.any()?;
    value.finish()?;
    reader.finish()?;
    if kind.content != SMTP_UTF8_MAILBOX.as_bytes() {
        return Ok(GeneralName::Other(element.octets.to_vec()));
    }
    // RFC 9598 section 3: a UTF8String, not empty
    let text = strict_der::text(&inner)
        .filter(|text| inner.tag == strict_der::UTF8_STRING && !text.is_empty());
    text.map(GeneralName::SmtpUtf8)
        .ok_or_else(|| element.malformed("a SmtpUTF8Mailbox is not text"))
}

/// id-on-SmtpUTF8Mailbox (RFC 9598 section 3).
const SMTP_UTF8_MAILBOX: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.8.9");
