//! `EnvelopedData` and `AuthEnvelopedData` taken apart, borrowed from the message.

use der::asn1::ObjectIdentifier;

use crate::crypto::ber::{self, Element};
use crate::crypto::oid::{ID_CONTENT_TYPE, ID_CT_AUTH_ENVELOPED_DATA, ID_DATA, ID_ENVELOPED_DATA};
use crate::crypto::smime::enveloped::DecryptError;
use crate::crypto::smime::enveloped::algorithm::{Algorithm, oid};
use crate::crypto::smime::walk::{
    CONTEXT_0, CONTEXT_0_PRIMITIVE, CONTEXT_1, CONTEXT_2, INTEGER, SEQUENCE, SET, Walk,
    octet_string,
};

/// An encrypted message; its recipients and its content are not yet looked into.
pub(super) struct Enveloped<'a> {
    /// The contents of the SET OF `RecipientInfo`.
    pub(super) recipients: &'a [u8],
    /// What the content is.
    pub(super) content_type: ObjectIdentifier,
    /// How it is encrypted.
    pub(super) algorithm: Algorithm<'a>,
    /// The encrypted content, in one piece or several.
    pub(super) content: Element<'a>,
    /// What `AuthEnvelopedData` has besides.
    pub(super) authentication: Option<Authentication<'a>>,
}

/// What makes sure that nothing was changed.
pub(super) struct Authentication<'a> {
    /// The authenticated attributes, `[1] IMPLICIT`.
    pub(super) attributes: Option<Element<'a>>,
    /// The tag over attributes and content.
    pub(super) mac: Vec<u8>,
}

impl<'a> Enveloped<'a> {
    /// Reads a `ContentInfo` (RFC 5652 section 3).
    pub(super) fn from_content_info(message: &'a [u8]) -> Result<Self, DecryptError> {
        let mut outer = Walk::into(message, SEQUENCE)?;
        let content_type = oid(&mut outer)?;
        let explicit = outer.expect(CONTEXT_0)?;
        outer.finish()?;
        match content_type {
            Some(ID_ENVELOPED_DATA) => Self::from_enveloped_data(explicit.content),
            Some(ID_CT_AUTH_ENVELOPED_DATA) => Self::from_auth_enveloped_data(explicit.content),
            Some(_) | None => Err(DecryptError::Malformed),
        }
    }

    /// Reads an `EnvelopedData` (RFC 5652 section 6.1).
    pub(super) fn from_enveloped_data(octets: &'a [u8]) -> Result<Self, DecryptError> {
        let mut fields = Walk::into(octets, SEQUENCE)?;
        let enveloped = Self::read_common(&mut fields)?;
        fields.optional(CONTEXT_1)?; // unprotectedAttrs: nothing in them is believed
        fields.finish()?;
        Ok(enveloped)
    }

    /// Reads an `AuthEnvelopedData` (RFC 5083 section 2.1).
    fn from_auth_enveloped_data(octets: &'a [u8]) -> Result<Self, DecryptError> {
        let mut fields = Walk::into(octets, SEQUENCE)?;
        let enveloped = Self::read_common(&mut fields)?;
        let attributes = fields.optional(CONTEXT_1)?;
        let mac = octet_string(&fields.any()?)?;
        fields.optional(CONTEXT_2)?; // unauthAttrs: nothing in them is believed
        fields.finish()?;
        Ok(Self {
            authentication: Some(Authentication { attributes, mac }),
            ..enveloped
        })
    }

    /// What both have first: version, originatorInfo, recipientInfos, encryptedContentInfo.
    fn read_common(fields: &mut Walk<'a>) -> Result<Self, DecryptError> {
        fields.expect(INTEGER)?; // the version: it follows from what comes, and senders err in it
        fields.optional(CONTEXT_0)?; // certificates of the originator: nothing needs them here
        let recipients = fields.expect(SET)?.content;
        let mut content_info = Walk::new(fields.expect(SEQUENCE)?.content);
        let content_type = oid(&mut content_info)?.ok_or(DecryptError::Malformed)?;
        let algorithm = Algorithm::take(&mut content_info)?;
        let content = content_info.any()?;
        content_info.finish()?;
        if ![CONTEXT_0_PRIMITIVE, CONTEXT_0].contains(&content.tag) {
            return Err(DecryptError::Malformed);
        }
        Ok(Self {
            recipients,
            content_type,
            algorithm,
            content,
            authentication: None,
        })
    }

    /// The encrypted content in one piece.
    pub(super) fn encrypted_content(&self) -> Result<Vec<u8>, DecryptError> {
        Ok(ber::joined(&self.content)?)
    }
}

impl Authentication<'_> {
    /// What the tag covers besides the content: the attributes in DER as a SET OF (RFC 5083 section
    /// 2.2), whatever tag and form they came in.
    pub(super) fn additional_data(&self) -> Result<Vec<u8>, DecryptError> {
        let Some(attributes) = self.attributes else {
            return Ok(Vec::new());
        };
        let mut der = ber::to_der(attributes.octets)?;
        if let Some(tag) = der.first_mut() {
            *tag = SET;
        }
        Ok(der)
    }

    /// Whether the attributes say that the content is of this type. Only id-data needs no attribute
    /// (RFC 5083 section 2.1), and no type may be claimed that the tag does not cover.
    pub(super) fn vouches_for(&self, content_type: ObjectIdentifier) -> Result<bool, DecryptError> {
        let mut attributes = Walk::new(self.attributes.map_or(&[], |found| found.content));
        let mut said = None;
        while !attributes.is_empty() {
            let mut attribute = Walk::new(attributes.expect(SEQUENCE)?.content);
            if oid(&mut attribute)? == Some(ID_CONTENT_TYPE) {
                said = oid(&mut Walk::new(attribute.expect(SET)?.content))?;
            }
        }
        Ok(said.unwrap_or(ID_DATA) == content_type)
    }
}
