//! Reads BER member by member and copies nothing that is in one piece: NSS writes lengths left open.

use std::borrow::Cow;

use der::oid::ObjectIdentifier;

use crate::crypto::ber::{self, BerError, Element};
use crate::crypto::pkcs12::Pkcs12ReadError;

/// SEQUENCE.
const SEQUENCE: u8 = 0x30;

/// The members of a structure that are not read yet.
#[derive(Clone, Copy)]
pub(super) struct BerReader<'a>(&'a [u8]);

impl<'a> BerReader<'a> {
    /// Over the contents of a structure.
    pub(super) const fn new(contents: &'a [u8]) -> Self {
        Self(contents)
    }

    /// Is everything read?
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The identifier octet of the next member.
    pub(super) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next member.
    pub(super) fn any(&mut self) -> Result<Element<'a>, Pkcs12ReadError> {
        let (element, rest) = ber::split_first(self.0)?;
        self.0 = rest;
        Ok(element)
    }

    /// The members of the next one, which must have this identifier.
    pub(super) fn inside(&mut self, tag: u8) -> Result<Self, Pkcs12ReadError> {
        let element = self.any()?;
        if element.tag != tag {
            return Err(Pkcs12ReadError::Malformed);
        }
        Ok(Self(element.content))
    }

    /// The members of the SEQUENCE that must come next.
    pub(super) fn sequence(&mut self) -> Result<Self, Pkcs12ReadError> {
        self.inside(SEQUENCE)
    }

    /// The OBJECT IDENTIFIER that must come next.
    pub(super) fn oid(&mut self) -> Result<ObjectIdentifier, Pkcs12ReadError> {
        let Self(content) = self.inside(0x06)?;
        ObjectIdentifier::from_bytes(content).map_err(|_oid| Pkcs12ReadError::Malformed)
    }

    /// The INTEGER that must come next; more than 31 bits are more work than anybody does.
    pub(super) fn number(&mut self) -> Result<u32, Pkcs12ReadError> {
        let Self(content) = self.inside(0x02)?;
        match content {
            [] | [0x80..=0xff, ..] => Err(Pkcs12ReadError::Malformed),
            [_, _, _, _, _, ..] => Err(Pkcs12ReadError::TooMuchWork),
            digits => Ok(digits
                .iter()
                .fold(0, |sum, digit| (sum << 8) | u32::from(*digit))),
        }
    }

    /// The OCTET STRING that must come next, joined if it comes in pieces; its identifier may be
    /// replaced by `[0]`.
    pub(super) fn octets(&mut self) -> Result<Cow<'a, [u8]>, Pkcs12ReadError> {
        let element = self.any()?;
        match element.tag {
            0x04 | 0x80 => Ok(Cow::Borrowed(element.content)),
            0x24 | 0xa0 => {
                // all of it is encrypted or public: joining leaves no secrets behind
                let mut joined = Vec::with_capacity(element.content.len());
                let mut pieces = Self(element.content);
                while !pieces.is_empty() {
                    let Self(piece) = pieces.inside(0x04)?;
                    joined.extend_from_slice(piece);
                }
                Ok(Cow::Owned(joined))
            }
            _ => Err(Pkcs12ReadError::Malformed),
        }
    }
}

impl From<BerError> for Pkcs12ReadError {
    fn from(_reason: BerError) -> Self {
        Self::Malformed
    }
}
