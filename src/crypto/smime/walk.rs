//! Walking through CMS as others write it: BER, element by element, only as deep as is asked for.
//!
//! What nobody looks at, such as a malformed certificate beside a good one, harms nothing.

use crate::crypto::ber::{self, Element};
use crate::crypto::smime::SmimeError;

/// Reads one element after the other.
#[derive(Clone, Copy)]
pub(super) struct Walk<'a> {
    rest: &'a [u8],
}

impl<'a> Walk<'a> {
    /// Over these octets.
    pub(super) const fn new(octets: &'a [u8]) -> Self {
        Self { rest: octets }
    }

    /// Over the members of the one element that `octets` are, which must have this identifier.
    pub(super) fn into(octets: &'a [u8], tag: u8) -> Result<Self, SmimeError> {
        let mut outside = Self::new(octets);
        let element = outside.expect(tag)?;
        outside.finish()?;
        Ok(Self::new(element.content))
    }

    /// Is everything read?
    pub(super) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next element, whatever it is.
    pub(super) fn any(&mut self) -> Result<Element<'a>, SmimeError> {
        let (element, rest) = ber::split_first(self.rest).map_err(|_ber| SmimeError::Malformed)?;
        self.rest = rest;
        Ok(element)
    }

    /// The next element, which must have this identifier.
    pub(super) fn expect(&mut self, tag: u8) -> Result<Element<'a>, SmimeError> {
        self.optional(tag)?.ok_or(SmimeError::Malformed)
    }

    /// The next element, if it has this identifier.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, SmimeError> {
        if self.rest.first() == Some(&tag) {
            return self.any().map(Some);
        }
        Ok(None)
    }

    /// A walk over the members of the next element, which must have this identifier.
    pub(super) fn enter(&mut self, tag: u8) -> Result<Self, SmimeError> {
        Ok(Self::new(self.expect(tag)?.content))
    }

    /// Nothing may be left.
    pub(super) const fn finish(&self) -> Result<(), SmimeError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(SmimeError::Malformed)
    }
}

/// The octets of an OCTET STRING, which may come in pieces.
pub(super) fn octet_string(element: &Element<'_>) -> Result<Vec<u8>, SmimeError> {
    match element.tag {
        OCTET_STRING | OCTET_STRING_IN_PIECES => {
            ber::joined(element).map_err(|_ber| SmimeError::Malformed)
        }
        _ => Err(SmimeError::Malformed),
    }
}

/// INTEGER.
pub(super) const INTEGER: u8 = 0x02;
/// OCTET STRING in one piece.
pub(super) const OCTET_STRING: u8 = 0x04;
/// OCTET STRING, constructed.
const OCTET_STRING_IN_PIECES: u8 = 0x24;
/// OBJECT IDENTIFIER.
pub(super) const OID: u8 = 0x06;
/// SEQUENCE and SEQUENCE OF.
pub(super) const SEQUENCE: u8 = 0x30;
/// SET OF.
pub(super) const SET: u8 = 0x31;
/// BIT STRING in one piece.
pub(super) const BIT_STRING: u8 = 0x03;
/// `[0]`, primitive.
pub(super) const CONTEXT_0_PRIMITIVE: u8 = 0x80;
/// `[2]`, primitive.
pub(super) const CONTEXT_2_PRIMITIVE: u8 = 0x82;
/// `[0]`, constructed.
pub(super) const CONTEXT_0: u8 = 0xa0;
/// `[1]`, constructed.
pub(super) const CONTEXT_1: u8 = 0xa1;
/// `[2]`, constructed.
pub(super) const CONTEXT_2: u8 = 0xa2;
/// `[3]`, constructed.
pub(super) const CONTEXT_3: u8 = 0xa3;
