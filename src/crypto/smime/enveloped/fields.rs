//! The fields of one BER structure, taken one after the other.

use der::asn1::ObjectIdentifier;

use crate::crypto::ber::{self, Element};
use crate::crypto::smime::enveloped::DecryptError;

/// What is left of a structure's fields.
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// The fields of a SEQUENCE or SET, given its contents.
    pub(super) fn new(content: &'a [u8]) -> Self {
        Self(content)
    }

    /// The one element in `octets`, of this tag, and nothing after it.
    pub(super) fn whole(octets: &'a [u8], tag: u8) -> Result<Self, DecryptError> {
        let mut outer = Self(octets);
        let element = outer.expect(tag)?;
        outer.finish()?;
        Ok(Self(element.content))
    }

    /// The next field, whatever it is.
    pub(super) fn any(&mut self) -> Result<Element<'a>, DecryptError> {
        let element;
        (element, self.0) = ber::split_first(self.0)?;
        Ok(element)
    }

    /// The next field, which must have this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Result<Element<'a>, DecryptError> {
        self.optional(tag)?.ok_or(DecryptError::Malformed)
    }

    /// The next field if it has this tag.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, DecryptError> {
        if self.0.first() != Some(&tag) {
            return Ok(None);
        }
        self.any().map(Some)
    }

    /// The next field, an OCTET STRING in one piece or several.
    pub(super) fn octet_string(&mut self) -> Result<Vec<u8>, DecryptError> {
        let element = self.any()?;
        if element.tag & !CONSTRUCTED != OCTET_STRING {
            return Err(DecryptError::Malformed);
        }
        Ok(ber::joined(&element)?)
    }

    /// The next field, an OBJECT IDENTIFIER; `None` for one with larger numbers than any of ours.
    pub(super) fn oid(&mut self) -> Result<Option<ObjectIdentifier>, DecryptError> {
        let element = self.expect(OBJECT_IDENTIFIER)?;
        Ok(ObjectIdentifier::from_bytes(element.content).ok())
    }

    /// The next field, an `AlgorithmIdentifier` (RFC 5280 section 4.1.1.2).
    pub(super) fn algorithm(&mut self) -> Result<Algorithm<'a>, DecryptError> {
        let element = self.expect(SEQUENCE)?;
        Algorithm::read(&element)
    }

    /// Whether no field is left.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks that no field is left.
    pub(super) fn finish(self) -> Result<(), DecryptError> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(DecryptError::Malformed)
        }
    }
}

/// An `AlgorithmIdentifier` as it came.
#[derive(Clone, Copy)]
pub(super) struct Algorithm<'a> {
    /// Which one; `None` if it is surely none of ours.
    pub(super) oid: Option<ObjectIdentifier>,
    /// Its parameters, if there are any.
    pub(super) parameters: Option<Element<'a>>,
    /// All of it.
    pub(super) octets: &'a [u8],
}

impl<'a> Algorithm<'a> {
    /// Reads a SEQUENCE.
    pub(super) fn read(element: &Element<'a>) -> Result<Self, DecryptError> {
        let mut fields = Fields::new(element.content);
        let oid = fields.oid()?;
        let parameters = (!fields.is_empty()).then(|| fields.any()).transpose()?;
        fields.finish()?;
        Ok(Self {
            oid,
            parameters,
            octets: element.octets,
        })
    }

    /// The parameters, which must be an `AlgorithmIdentifier` themselves.
    pub(super) fn inner(&self) -> Result<Self, DecryptError> {
        let parameters = self.parameters.ok_or(DecryptError::Malformed)?;
        Fields::new(parameters.octets).algorithm()
    }

    /// The parameters' contents, which must be of this tag.
    pub(super) fn parameters(&self, tag: u8) -> Result<&'a [u8], DecryptError> {
        let parameters = self.parameters.filter(|found| found.tag == tag);
        Ok(parameters.ok_or(DecryptError::Malformed)?.content)
    }

    /// Says that it is not read here: `what` it encrypts, and its number.
    pub(super) fn unsupported(&self, what: &str) -> DecryptError {
        let name = self
            .oid
            .map_or_else(|| "of an unknown kind".to_owned(), |oid| oid.to_string());
        DecryptError::Unsupported(format!("{what} {name}"))
    }
}

/// INTEGER.
pub(super) const INTEGER: u8 = 0x02;
/// BIT STRING in one piece.
pub(super) const BIT_STRING: u8 = 0x03;
/// OCTET STRING in one piece.
pub(super) const OCTET_STRING: u8 = 0x04;
/// OBJECT IDENTIFIER.
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
/// SEQUENCE.
pub(super) const SEQUENCE: u8 = 0x30;
/// SET.
pub(super) const SET: u8 = 0x31;
/// The bit of an identifier that says that elements are inside.
pub(super) const CONSTRUCTED: u8 = 0x20;
/// `[0]`, constructed.
pub(super) const CONTEXT_0: u8 = 0xa0;
/// `[1]`, constructed.
pub(super) const CONTEXT_1: u8 = 0xa1;
/// `[2]`, constructed.
pub(super) const CONTEXT_2: u8 = 0xa2;
/// `[0]`, primitive.
pub(super) const CONTEXT_0_PRIMITIVE: u8 = 0x80;
