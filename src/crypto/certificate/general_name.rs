//! `GeneralName` (RFC 5280 section 4.2.1.6), as several extensions hold it.

use crate::crypto::certificate::name::Name;
use crate::crypto::strict_der::{self, Element, Malformed, Reader};

/// What a `GeneralName` stands for; it decides how long an IP address is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Use {
    /// A subtree of names: an address and a mask (RFC 5280 section 4.2.1.10).
    Constraint,
    /// One name.
    Name,
}

/// Reads `GeneralNames`, of which there must be one at least.
pub(super) fn read_list(mut reader: Reader<'_>, purpose: Use) -> Result<(), Malformed> {
    if reader.is_empty() {
        return Err(reader.malformed("a list of names is empty"));
    }
    while !reader.is_empty() {
        read(&reader.any()?, purpose)?;
    }
    Ok(())
}

/// Reads one `GeneralName`.
pub(super) fn read(element: &Element<'_>, purpose: Use) -> Result<(), Malformed> {
    let wrong = element.malformed("a name in an extension is malformed");
    let length = element.content.len();
    let right = match element.tag {
        // otherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY }
        0xa0 => {
            let mut reader = element.reader();
            reader.expect(strict_der::OID, wrong.what)?;
            let mut value = reader.expect(0xa0, wrong.what)?.reader();
            value.any()?;
            value.finish()?;
            reader.finish()?;
            true
        }
        // rfc822Name, dNSName, uniformResourceIdentifier: IA5String
        0x81 | 0x82 | 0x86 => element.content.is_ascii(),
        // x400Address and ediPartyName: nobody uses them
        0xa3 | 0xa5 => true,
        // directoryName, a CHOICE and therefore explicit
        0xa4 => {
            let mut reader = element.reader();
            Name::read(&reader.any()?)?;
            reader.finish()?;
            true
        }
        0x87 => match purpose {
            Use::Constraint => length == 8 || length == 32,
            Use::Name => length == 4 || length == 16,
        },
        0x88 => strict_der::is_oid(element.content),
        _ => false,
    };
    if right {
        return Ok(());
    }
    Err(wrong)
}
