//! The algorithms that a signer names, as far as they are known here.

use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA224, SHA256, SHA384, SHA512};
use der::asn1::ObjectIdentifier;

use crate::crypto::ber::Element;
use crate::crypto::certificate::algorithm::{Digest, SignatureAlgorithm};
use crate::crypto::oid::{
    ID_EC_PUBLIC_KEY, ID_MGF1, ID_RSASSA_PSS, ID_SHA1, ID_SHA224, ID_SHA256, ID_SHA384, ID_SHA512,
    RSA_ENCRYPTION,
};
use crate::crypto::smime::SmimeError;
use crate::crypto::smime::signed::oid::ID_MD5;
use crate::crypto::smime::walk::{
    CONTEXT_0, CONTEXT_1, CONTEXT_2, CONTEXT_3, INTEGER, OID, SEQUENCE, Walk,
};
use crate::crypto::strict_der;

/// An algorithm that is not taken here, in words.
pub(super) struct Unsupported(pub(super) String);

/// The digest that an `AlgorithmIdentifier` names; whatever parameters it has, they mean nothing.
pub(super) fn digest(identifier: &[u8]) -> Result<Digest, Unsupported> {
    let oid = oid(identifier)?;
    DIGESTS
        .iter()
        .find(|(known, _digest)| *known == oid)
        .map(|(_oid, digest)| *digest)
        .ok_or_else(|| Unsupported(format!("the digest algorithm {oid}")))
}

/// How the signature is made. `digest` is the one that the signer names beside, which counts where
/// the algorithm itself names none (RFC 3370 section 3.2).
pub(super) fn signature(
    identifier: &[u8],
    digest: Digest,
) -> Result<SignatureAlgorithm, Unsupported> {
    match oid(identifier)? {
        RSA_ENCRYPTION => Ok(SignatureAlgorithm::RsaPkcs1(digest)),
        ID_EC_PUBLIC_KEY => Ok(SignatureAlgorithm::Ecdsa(digest)),
        ID_RSASSA_PSS => pss(identifier),
        oid => {
            let read = strict_der::check(identifier)
                .and_then(|element| SignatureAlgorithm::read(&element));
            match read {
                Ok(SignatureAlgorithm::Other(name)) => Err(Unsupported(name)),
                Ok(algorithm) => Ok(algorithm),
                Err(_malformed) => Err(Unsupported(format!("the parameters of {oid}"))),
            }
        }
    }
}

/// The digest of `octets`; nothing for those that nobody should have used even when they were new.
pub(super) fn hash(digest: Digest, octets: &[u8]) -> Option<Vec<u8>> {
    let algorithm = match digest {
        Digest::Md2 | Digest::Md4 | Digest::Md5 => return None,
        Digest::Sha1 => &SHA1_FOR_LEGACY_USE_ONLY,
        Digest::Sha224 => &SHA224,
        Digest::Sha256 => &SHA256,
        Digest::Sha384 => &SHA384,
        Digest::Sha512 => &SHA512,
    };
    Some(digest::digest(algorithm, octets).as_ref().to_vec())
}

/// RSASSA-PSS-params (RFC 4055 section 3.1). Other than in certificates, defaults that are written
/// out are taken: several programs do that, and nothing depends on one encoding here.
fn pss(identifier: &[u8]) -> Result<SignatureAlgorithm, Unsupported> {
    let parameters = pss_parameters(identifier)
        .map_err(|_malformed| Unsupported("the parameters of RSA-PSS".to_owned()))?;
    let PssParameters { hash, mask, salt } = parameters;
    let message_digest = hash.map_or(Ok(Digest::Sha1), |hash| digest(hash.octets))?;
    let mask_digest = mask.map_or(Ok(Digest::Sha1), |mask| mask_digest(mask.octets))?;
    if message_digest != mask_digest {
        return Err(Unsupported(format!(
            "RSA-PSS with {message_digest} and a mask of {mask_digest}"
        )));
    }
    Ok(SignatureAlgorithm::RsaPss {
        digest: message_digest,
        salt,
    })
}

/// RSASSA-PSS-params as they stand there; `None` for what is left to its DEFAULT.
struct PssParameters<'a> {
    hash: Option<Element<'a>>,
    mask: Option<Element<'a>>,
    salt: u16,
}

fn pss_parameters(identifier: &[u8]) -> Result<PssParameters<'_>, SmimeError> {
    let mut outer = Walk::into(identifier, SEQUENCE)?;
    outer.expect(OID)?;
    let mut fields = outer.enter(SEQUENCE)?;
    outer.finish()?;
    let mut field = |tag| -> Result<Option<Element<'_>>, SmimeError> {
        let Some(tagged) = fields.optional(tag)? else {
            return Ok(None);
        };
        let mut inside = Walk::new(tagged.content);
        let value = inside.any()?;
        inside.finish()?;
        Ok(Some(value))
    };
    let (hash, mask, salt, trailer) = (
        field(CONTEXT_0)?,
        field(CONTEXT_1)?,
        field(CONTEXT_2)?,
        field(CONTEXT_3)?,
    );
    fields.finish()?;
    let salt = match salt.map(|salt| (salt.tag, salt.content)) {
        None => 20, // DEFAULT
        Some((INTEGER, &[low])) if low < 0x80 => u16::from(low),
        Some((INTEGER, &[high, low])) if high < 0x80 => u16::from_be_bytes([high, low]),
        Some(_) => return Err(SmimeError::Malformed),
    };
    // trailerField has one value only
    if trailer.is_some_and(|trailer| (trailer.tag, trailer.content) != (INTEGER, &[1])) {
        return Err(SmimeError::Malformed);
    }
    Ok(PssParameters { hash, mask, salt })
}

/// The digest within MGF1, the only mask generation there is.
fn mask_digest(identifier: &[u8]) -> Result<Digest, Unsupported> {
    let mask = oid(identifier)?;
    if mask != ID_MGF1 {
        return Err(Unsupported(format!("the mask generation {mask}")));
    }
    let unreadable = |_malformed| Unsupported("the parameters of RSA-PSS".to_owned());
    let mut inside = Walk::into(identifier, SEQUENCE).map_err(unreadable)?;
    inside.expect(OID).map_err(unreadable)?;
    digest(inside.any().map_err(unreadable)?.octets)
}

/// The object identifier of an `AlgorithmIdentifier`.
fn oid(identifier: &[u8]) -> Result<ObjectIdentifier, Unsupported> {
    Walk::into(identifier, SEQUENCE)
        .and_then(|mut inside| inside.expect(OID))
        .ok()
        .and_then(|oid| ObjectIdentifier::from_bytes(oid.content).ok())
        .ok_or_else(|| Unsupported("an algorithm that can not be read".to_owned()))
}

/// Digests that a signer may name.
const DIGESTS: [(ObjectIdentifier, Digest); 6] = [
    (ID_MD5, Digest::Md5),
    (ID_SHA1, Digest::Sha1),
    (ID_SHA224, Digest::Sha224),
    (ID_SHA256, Digest::Sha256),
    (ID_SHA384, Digest::Sha384),
    (ID_SHA512, Digest::Sha512),
];
