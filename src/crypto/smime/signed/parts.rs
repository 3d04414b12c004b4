//! The parts of `SignedData` (RFC 5652 section 5.1) and of one signer's `SignerInfo` (section 5.3).

use crate::crypto::ber::Element;
use crate::crypto::certificate::Certificate;
use crate::crypto::oid::ID_SIGNED_DATA;
use crate::crypto::smime::SmimeError;
use crate::crypto::smime::walk::{
    self, CONTEXT_0, CONTEXT_0_PRIMITIVE, CONTEXT_1, INTEGER, OCTET_STRING, OID, SEQUENCE, SET,
    Walk,
};

/// Signers beyond this are refused: each may cost the digest of the whole content.
const MAX_SIGNERS: usize = 16;

/// Certificates beyond this are refused. A whole trust list of an organization has fewer.
const MAX_CERTIFICATES: usize = 256;

/// `SignedData`, as far as it is looked at.
pub(super) struct SignedData<'a> {
    /// The contents of the content type's identifier.
    pub(super) content_type: &'a [u8],
    /// The content, if it stands within.
    pub(super) content: Option<Vec<u8>>,
    /// Certificates, whatever they are worth.
    pub(super) certificates: Vec<&'a [u8]>,
    /// One `SignerInfo` each.
    pub(super) signer_infos: Vec<&'a [u8]>,
}

impl<'a> SignedData<'a> {
    /// Reads a `ContentInfo` that holds it.
    pub(super) fn in_message(message: &'a [u8]) -> Result<Self, SmimeError> {
        let mut outer = Walk::into(message, SEQUENCE)?;
        if outer.expect(OID)?.content != ID_SIGNED_DATA.as_bytes() {
            return Err(SmimeError::ContentType);
        }
        let content = outer.expect(CONTEXT_0)?;
        outer.finish()?;
        Self::read(content.content)
    }

    /// Reads it alone.
    pub(super) fn read(octets: &'a [u8]) -> Result<Self, SmimeError> {
        let mut fields = Walk::into(octets, SEQUENCE)?;
        fields.expect(INTEGER)?;
        fields.expect(SET)?;
        let mut encapsulated = fields.enter(SEQUENCE)?;
        let content_type = encapsulated.expect(OID)?.content;
        let content = match encapsulated.optional(CONTEXT_0)? {
            Some(explicit) => {
                let mut inside = Walk::new(explicit.content);
                let content = walk::octet_string(&inside.any()?)?;
                inside.finish()?;
                Some(content)
            }
            None => None,
        };
        encapsulated.finish()?;
        let certificates = match fields.optional(CONTEXT_0)? {
            Some(set) => members(set.content, MAX_CERTIFICATES)?,
            None => Vec::new(),
        };
        fields.optional(CONTEXT_1)?; // revocation lists are fetched, not mailed
        let signer_infos = members(fields.expect(SET)?.content, MAX_SIGNERS)?;
        fields.finish()?;
        Ok(Self {
            content_type,
            content,
            certificates,
            signer_infos,
        })
    }
}

/// The members of a set, of which there may be so many.
fn members(content: &[u8], limit: usize) -> Result<Vec<&[u8]>, SmimeError> {
    let mut walk = Walk::new(content);
    let mut members = Vec::new();
    while !walk.is_empty() {
        if members.len() == limit {
            return Err(SmimeError::TooMany);
        }
        members.push(walk.any()?.octets);
    }
    Ok(members)
}

/// What one signer says, read from DER.
pub(super) struct SignerInfo<'a> {
    /// Whose signature it is.
    pub(super) signer: CertificateId<'a>,
    /// `AlgorithmIdentifier` of the digest over the content.
    pub(super) digest: &'a [u8],
    /// The signed attributes under the tag they have here, `[0]`.
    pub(super) attributes: Option<Element<'a>>,
    /// `AlgorithmIdentifier` of the signature.
    pub(super) algorithm: &'a [u8],
    /// The signature.
    pub(super) signature: &'a [u8],
}

impl<'a> SignerInfo<'a> {
    /// Reads a `SignerInfo`. Its version says nothing that its fields do not say.
    pub(super) fn read(der: &'a [u8]) -> Result<Self, SmimeError> {
        let mut fields = Walk::into(der, SEQUENCE)?;
        fields.expect(INTEGER)?;
        let signer = fields.any()?;
        let signer = match signer.tag {
            SEQUENCE => CertificateId::issuer_and_serial(signer.content)?,
            CONTEXT_0_PRIMITIVE => CertificateId::KeyId(signer.content),
            _ => return Err(SmimeError::Malformed),
        };
        let digest = fields.expect(SEQUENCE)?.octets;
        let attributes = fields.optional(CONTEXT_0)?;
        let algorithm = fields.expect(SEQUENCE)?.octets;
        let signature = fields.expect(OCTET_STRING)?.content;
        fields.optional(CONTEXT_1)?; // unsigned attributes: anybody can have put them there
        fields.finish()?;
        Ok(Self {
            signer,
            digest,
            attributes,
            algorithm,
            signature,
        })
    }
}

/// What names a certificate within a message.
#[derive(Clone, Copy)]
pub(super) enum CertificateId<'a> {
    /// Its issuer, DER, and its serial number's octets.
    IssuerAndSerial {
        /// The issuer's name.
        issuer: &'a [u8],
        /// The serial number.
        serial: &'a [u8],
    },
    /// Its subjectKeyIdentifier.
    KeyId(&'a [u8]),
}

impl<'a> CertificateId<'a> {
    /// Reads the contents of an `IssuerAndSerialNumber` (RFC 5652 section 10.2.4).
    pub(super) fn issuer_and_serial(content: &'a [u8]) -> Result<Self, SmimeError> {
        let mut fields = Walk::new(content);
        let issuer = fields.expect(SEQUENCE)?.octets;
        let serial = fields.expect(INTEGER)?.content;
        fields.finish()?;
        Ok(Self::IssuerAndSerial { issuer, serial })
    }

    /// Is it this one?
    pub(super) fn names(&self, certificate: &Certificate) -> bool {
        match *self {
            Self::IssuerAndSerial { issuer, serial } => {
                certificate.issuer_der() == issuer && certificate.serial() == serial
            }
            Self::KeyId(id) => certificate.subject_key_id() == Some(id),
        }
    }
}
