//! An `AlgorithmIdentifier` in BER (RFC 5280 section 4.1.1.2).

use der::asn1::ObjectIdentifier;

use crate::crypto::ber::Element;
use crate::crypto::smime::enveloped::DecryptError;
use crate::crypto::smime::walk::{OID, SEQUENCE, Walk};

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
    /// Reads the next element.
    pub(super) fn take(outer: &mut Walk<'a>) -> Result<Self, DecryptError> {
        let element = outer.expect(SEQUENCE)?;
        let mut fields = Walk::new(element.content);
        let oid = oid(&mut fields)?;
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
        Self::take(&mut Walk::new(parameters.octets))
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

/// The next element, an OBJECT IDENTIFIER; `None` for one with larger numbers than any of ours.
pub(super) fn oid(walk: &mut Walk<'_>) -> Result<Option<ObjectIdentifier>, DecryptError> {
    let element = walk.expect(OID)?;
    Ok(ObjectIdentifier::from_bytes(element.content).ok())
}
