//! The attributes that a signer signed instead of the content alone (RFC 5652 section 5.3).

use der::asn1::{ObjectIdentifier, SetOfVec};
use der::{Any, Decode as _, Encode as _};

use crate::crypto::ber::Element;
use crate::crypto::certificate::Certificate;
use crate::crypto::certificate::algorithm::Digest;
use crate::crypto::oid::ID_CONTENT_TYPE;
use crate::crypto::smime::SmimeError;
use crate::crypto::smime::capabilities::Capabilities;
use crate::crypto::smime::signed::algorithm;
use crate::crypto::smime::signed::oid::{
    ENCRYPTION_KEY_PREFERENCE, MESSAGE_DIGEST, MICROSOFT_KEY_PREFERENCE, SIGNING_CERTIFICATE,
    SIGNING_CERTIFICATE_V2, SIGNING_TIME, SMIME_CAPABILITIES,
};
use crate::crypto::smime::signed::parts::CertificateId;
use crate::crypto::smime::walk::{
    CONTEXT_0, CONTEXT_1, CONTEXT_2_PRIMITIVE, OCTET_STRING, OID, SEQUENCE, SET, Walk,
};
use crate::crypto::strict_der;
use crate::domain::time::UnixTime;

/// Attributes beyond this are refused: programs write about six.
const MAX_ATTRIBUTES: usize = 64;

/// Signed attributes, given as DER of a SET OF.
pub(super) struct Attributes<'a> {
    /// Type (the contents of its identifier) and the SET of values.
    list: Vec<(&'a [u8], Element<'a>)>,
}

impl<'a> Attributes<'a> {
    /// Reads the members of the SET.
    pub(super) fn read(mut members: Walk<'a>) -> Result<Self, SmimeError> {
        let mut list = Vec::new();
        while !members.is_empty() {
            let mut attribute = members.enter(SEQUENCE)?;
            let oid = attribute.expect(OID)?;
            let values = attribute.expect(SET)?;
            attribute.finish()?;
            if list.len() == MAX_ATTRIBUTES {
                return Err(SmimeError::TooMany);
            }
            list.push((oid.content, values));
        }
        Ok(Self { list })
    }

    /// Could `content` pass for signed attributes? Whoever signed attributes has also signed the
    /// octets of their SET; with the attributes left out, these would be content that nobody wrote.
    pub(super) fn are(content: &'a [u8]) -> bool {
        let read = Walk::into(content, SET).and_then(Self::read);
        read.is_ok_and(|attributes| {
            let mut types = attributes.list.iter().map(|(oid, _values)| *oid);
            types.any(|oid| oid == MESSAGE_DIGEST.as_bytes())
        })
    }

    /// Is this content what was signed? Both attributes MUST be there, once (RFC 5652 section 5.3).
    pub(super) fn fit(&self, content_type: ObjectIdentifier, digest: &[u8]) -> bool {
        let is = |oid, tag, content: &[u8]| {
            let value = self.only(oid).ok().flatten();
            value.is_some_and(|value| value.tag == tag && value.content == content)
        };
        is(ID_CONTENT_TYPE, OID, content_type.as_bytes())
            && is(MESSAGE_DIGEST, OCTET_STRING, digest)
    }

    /// Do they allow this certificate to have signed? If they name one (RFC 5035 section 3), no other
    /// can be put in its place.
    pub(super) fn allow(&self, certificate: &Certificate) -> Result<bool, SmimeError> {
        let names = |oid, default| match self.only(oid)? {
            None => Ok(true),
            Some(value) => names_certificate(&value, default, certificate),
        };
        Ok(names(SIGNING_CERTIFICATE, Digest::Sha1)?
            && names(SIGNING_CERTIFICATE_V2, Digest::Sha256)?)
    }

    /// The time that is claimed; none if it is not one.
    pub(super) fn signing_time(&self) -> Result<Option<UnixTime>, SmimeError> {
        let value = self.only(SIGNING_TIME)?;
        let time = |value: Element<'_>| strict_der::time(&strict_der::check(value.octets)?);
        Ok(value.and_then(|value| time(value).ok()))
    }

    /// What the signer's program can read; nothing if it does not say so.
    pub(super) fn capabilities(&self) -> Result<Capabilities, SmimeError> {
        let value = self.only(SMIME_CAPABILITIES)?;
        let list = value.and_then(|value| Capabilities::from_der(value.octets));
        Ok(list.unwrap_or_default())
    }

    /// The certificate to encrypt answers with, in the standard's attribute or in Microsoft's.
    pub(super) fn key_preference(&self) -> Result<Option<CertificateId<'a>>, SmimeError> {
        let microsoft = self.only(MICROSOFT_KEY_PREFERENCE)?;
        let Some(value) = self.only(ENCRYPTION_KEY_PREFERENCE)? else {
            return microsoft
                .map(|value| CertificateId::issuer_and_serial(value.content))
                .transpose();
        };
        // RFC 8551 section 2.5.3: [1] is a RecipientKeyIdentifier, which begins with its key
        // identifier
        match value.tag {
            CONTEXT_0 => CertificateId::issuer_and_serial(value.content).map(Some),
            CONTEXT_1 => {
                let key = Walk::new(value.content).expect(OCTET_STRING)?;
                Ok(Some(CertificateId::KeyId(key.content)))
            }
            CONTEXT_2_PRIMITIVE => Ok(Some(CertificateId::KeyId(value.content))),
            _ => Ok(None),
        }
    }

    /// The one value of the one attribute of this type. A second one is refused: two readers could
    /// choose differently.
    fn only(&self, oid: ObjectIdentifier) -> Result<Option<Element<'a>>, SmimeError> {
        let mut of_type = self
            .list
            .iter()
            .filter(|(known, _values)| *known == oid.as_bytes());
        let (first, second) = (of_type.next(), of_type.next());
        let Some((_oid, values)) = first else {
            return Ok(None);
        };
        let mut values = Walk::new(values.content);
        let value = values.any()?;
        values.finish()?;
        match second {
            Some(_) => Err(SmimeError::Malformed),
            None => Ok(Some(value)),
        }
    }
}

/// The SET in the order of DER, if it came in another: RFC 5652 section 5.4 has that signed even
/// then.
pub(super) fn in_order(set: &[u8]) -> Option<Vec<u8>> {
    // no SET, no order: the octets as they came are tried in any case
    let members = Vec::<Any>::from_der(&[&[SEQUENCE], set.get(1..)?].concat()).ok()?;
    let sorted = SetOfVec::try_from(members).ok()?.to_der().ok()?;
    (sorted != set).then_some(sorted)
}

/// Does `SigningCertificate` or its second version name this certificate first, as the signer's?
fn names_certificate(
    value: &Element<'_>,
    default: Digest,
    certificate: &Certificate,
) -> Result<bool, SmimeError> {
    let mut ids = Walk::into(value.octets, SEQUENCE)?.enter(SEQUENCE)?;
    let mut id = ids.enter(SEQUENCE)?;
    let digest = match id.optional(SEQUENCE)? {
        Some(identifier) => algorithm::digest(identifier.octets).ok(),
        None => Some(default),
    };
    let named = id.expect(OCTET_STRING)?;
    let hash = digest.and_then(|digest| algorithm::hash(digest, certificate.der()));
    Ok(hash.is_some_and(|hash| hash == named.content))
}
