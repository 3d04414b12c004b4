//! Signature algorithms as certificates name them, with the parameters each must have.

use std::fmt;

use der::oid::ObjectIdentifier;

use crate::crypto::certificate::name;
use crate::crypto::oid::{ID_ED25519, ID_MGF1, ID_RSASSA_PSS};
use crate::crypto::strict_der::{self, Element, Malformed, Reader};

/// A digest algorithm a signature may be made with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Digest {
    /// MD2, broken.
    Md2,
    /// MD4, broken.
    Md4,
    /// MD5, broken.
    Md5,
    /// SHA-1, broken for certificates.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Digest {
    /// Can two certificates be made that share one signature?
    pub const fn is_broken(self) -> bool {
        match self {
            Self::Md2 | Self::Md4 | Self::Md5 | Self::Sha1 => true,
            Self::Sha224 | Self::Sha256 | Self::Sha384 | Self::Sha512 => false,
        }
    }

    /// Length of the digest, in octets.
    pub const fn length(self) -> usize {
        match self {
            Self::Md2 | Self::Md4 | Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Md2 => "MD2",
            Self::Md4 => "MD4",
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        })
    }
}

/// How a certificate is signed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SignatureAlgorithm {
    /// ECDSA (RFC 5758).
    Ecdsa(Digest),
    /// Ed25519 (RFC 8410).
    Ed25519,
    /// Anything else, by name or by its object identifier in dotted decimal.
    Other(String),
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).
    RsaPkcs1(Digest),
    /// RSASSA-PSS (RFC 4055 section 3), with MGF1 over the same digest.
    RsaPss {
        /// The digest of the message and of the mask.
        digest: Digest,
        /// Length of the salt, in octets.
        salt: u16,
    },
}

impl SignatureAlgorithm {
    /// Reads an `AlgorithmIdentifier` that stands for a signature.
    pub(in crate::crypto) fn read(element: &Element<'_>) -> Result<Self, Malformed> {
        let (oid, parameters) = identifier(element)?;
        if oid == ID_RSASSA_PSS.as_bytes() {
            return pss(element, parameters);
        }
        let Some((_oid, algorithm)) = ALGORITHMS
            .iter()
            .find(|(known, _algorithm)| known.as_bytes() == oid)
        else {
            let named = NAMED.iter().find(|(known, _name)| known.as_bytes() == oid);
            return Ok(Self::Other(named.map_or_else(
                || name::dotted(oid),
                |(_oid, name)| (*name).to_owned(),
            )));
        };
        let null = matches!(parameters, Some(parameters) if parameters.tag == strict_der::NULL);
        let right = match algorithm {
            // RFC 5758 section 3.2 and RFC 8410 section 3: absent
            Self::Ecdsa(_) | Self::Ed25519 => parameters.is_none(),
            // RFC 4055 section 5: NULL, but absent MUST be accepted
            Self::RsaPkcs1(Digest::Sha224 | Digest::Sha256 | Digest::Sha384 | Digest::Sha512) => {
                null || parameters.is_none()
            }
            // RFC 3279 section 2.2.1: NULL
            Self::RsaPkcs1(Digest::Md2 | Digest::Md4 | Digest::Md5 | Digest::Sha1) => null,
            Self::Other(_) | Self::RsaPss { .. } => true,
        };
        if !right {
            return Err(element.malformed("the signature algorithm has wrong parameters"));
        }
        Ok(algorithm.clone())
    }

    /// Has this the form of a signature of the algorithm, whoever made it?
    pub(in crate::crypto) fn could_yield(&self, signature: &[u8]) -> bool {
        match self {
            Self::Ecdsa(_) => is_ecdsa_value(signature),
            Self::Ed25519 => signature.len() == 64, // RFC 8032 section 5.1.6
            Self::Other(_) | Self::RsaPkcs1(_) | Self::RsaPss { .. } => !signature.is_empty(),
        }
    }

    /// The digest, where the algorithm lets one choose.
    pub const fn digest(&self) -> Option<Digest> {
        match self {
            Self::Ecdsa(digest) | Self::RsaPkcs1(digest) | Self::RsaPss { digest, .. } => {
                Some(*digest)
            }
            Self::Ed25519 | Self::Other(_) => None,
        }
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ecdsa(digest) => write!(f, "ECDSA with {digest}"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Other(name) => f.write_str(name),
            Self::RsaPkcs1(digest) => write!(f, "RSA with {digest}"),
            Self::RsaPss { digest, .. } => write!(f, "RSA-PSS with {digest}"),
        }
    }
}

/// `Ecdsa-Sig-Value` (RFC 3279 section 2.2.3): two positive numbers.
fn is_ecdsa_value(signature: &[u8]) -> bool {
    let Ok(sequence) = strict_der::check(signature) else {
        return false;
    };
    let mut reader = sequence.reader();
    let mut is_positive = || {
        let number = reader.expect(strict_der::INTEGER, "");
        number.is_ok_and(|number| number.magnitude().is_ok_and(|digits| !digits.is_empty()))
    };
    sequence.tag == strict_der::SEQUENCE && is_positive() && is_positive() && reader.is_empty()
}

/// Object identifier and parameters of an `AlgorithmIdentifier`.
pub(in crate::crypto) fn identifier<'a>(
    element: &Element<'a>,
) -> Result<(&'a [u8], Option<Element<'a>>), Malformed> {
    if element.tag != strict_der::SEQUENCE {
        return Err(element.malformed("an algorithm is not a SEQUENCE"));
    }
    let mut reader = element.reader();
    let oid = reader.expect(strict_der::OID, "an algorithm has no identifier")?;
    let parameters = if reader.is_empty() {
        None
    } else {
        Some(reader.any()?)
    };
    reader.finish()?;
    Ok((oid.content, parameters))
}

/// RSASSA-PSS-params (RFC 4055 section 3.1), which must be there in a signature's algorithm.
fn pss(
    element: &Element<'_>,
    parameters: Option<Element<'_>>,
) -> Result<SignatureAlgorithm, Malformed> {
    let wrong = element.malformed("the RSA-PSS parameters are wrong");
    let mut reader = parameters
        .filter(|parameters| parameters.tag == strict_der::SEQUENCE)
        .ok_or(wrong)?
        .reader();
    let digest = match reader.optional(0xa0)? {
        Some(tagged) => digest(&only(tagged.reader())?)?.filter(|digest| *digest != Digest::Sha1),
        None => Some(Digest::Sha1), // the DEFAULT, which DER leaves out
    };
    let mask = match reader.optional(0xa1)? {
        Some(tagged) => {
            let (oid, parameters) = identifier(&only(tagged.reader())?)?;
            let inner = parameters.filter(|_parameters| oid == ID_MGF1.as_bytes());
            digest_of_mask(inner)?
        }
        None => Some(Digest::Sha1),
    };
    let salt = match reader.optional(0xa2)? {
        Some(tagged) => salt_length(&only(tagged.reader())?)?.filter(|salt| *salt != 20),
        None => Some(20),
    };
    reader.finish()?; // trailerField has one value only, its DEFAULT
    match (digest, mask, salt) {
        (Some(digest), Some(mask), Some(salt)) if digest == mask => {
            Ok(SignatureAlgorithm::RsaPss { digest, salt })
        }
        _ => Err(wrong),
    }
}

/// A salt length; no modulus has room for more than 16 bits of it.
fn salt_length(element: &Element<'_>) -> Result<Option<u16>, Malformed> {
    Ok(match (element.tag, element.magnitude()?) {
        (strict_der::INTEGER, [low]) => Some(u16::from(*low)),
        (strict_der::INTEGER, [high, low]) => Some(u16::from_be_bytes([*high, *low])),
        (_, []) => Some(0),
        _ => None,
    })
}

/// The digest of MGF1; its DEFAULT, SHA-1, is left out together with the whole field.
fn digest_of_mask(parameters: Option<Element<'_>>) -> Result<Option<Digest>, Malformed> {
    parameters.map_or(Ok(None), |parameters| {
        Ok(digest(&parameters)?.filter(|digest| *digest != Digest::Sha1))
    })
}

/// The digest an `AlgorithmIdentifier` names, with NULL or no parameters (RFC 4055 section 2.1).
fn digest(element: &Element<'_>) -> Result<Option<Digest>, Malformed> {
    let (oid, parameters) = identifier(element)?;
    if parameters.is_some_and(|parameters| parameters.tag != strict_der::NULL) {
        return Ok(None);
    }
    let known = DIGESTS
        .iter()
        .find(|(known, _digest)| known.as_bytes() == oid);
    Ok(known.map(|(_oid, digest)| *digest))
}

/// The one element a reader holds.
fn only(mut reader: Reader<'_>) -> Result<Element<'_>, Malformed> {
    let element = reader.any()?;
    reader.finish()?;
    Ok(element)
}

/// Digests RSASSA-PSS may name.
const DIGESTS: &[(ObjectIdentifier, Digest)] = &[
    (ObjectIdentifier::new_unwrap("1.3.14.3.2.26"), Digest::Sha1),
    (
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1"),
        Digest::Sha256,
    ),
    (
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2"),
        Digest::Sha384,
    ),
    (
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3"),
        Digest::Sha512,
    ),
    (
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.4"),
        Digest::Sha224,
    ),
];

/// Signature algorithms whose parameters are fixed (RFC 3279, 4055, 5758, 8410).
const ALGORITHMS: &[(ObjectIdentifier, SignatureAlgorithm)] = &[
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.2"),
        SignatureAlgorithm::RsaPkcs1(Digest::Md2),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.3"),
        SignatureAlgorithm::RsaPkcs1(Digest::Md4),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.4"),
        SignatureAlgorithm::RsaPkcs1(Digest::Md5),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5"),
        SignatureAlgorithm::RsaPkcs1(Digest::Sha1),
    ),
    (
        ObjectIdentifier::new_unwrap("1.3.14.3.2.29"),
        SignatureAlgorithm::RsaPkcs1(Digest::Sha1),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.14"),
        SignatureAlgorithm::RsaPkcs1(Digest::Sha224),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11"),
        SignatureAlgorithm::RsaPkcs1(Digest::Sha256),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12"),
        SignatureAlgorithm::RsaPkcs1(Digest::Sha384),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13"),
        SignatureAlgorithm::RsaPkcs1(Digest::Sha512),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.4.1"),
        SignatureAlgorithm::Ecdsa(Digest::Sha1),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.1"),
        SignatureAlgorithm::Ecdsa(Digest::Sha224),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2"),
        SignatureAlgorithm::Ecdsa(Digest::Sha256),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3"),
        SignatureAlgorithm::Ecdsa(Digest::Sha384),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4"),
        SignatureAlgorithm::Ecdsa(Digest::Sha512),
    ),
    (ID_ED25519, SignatureAlgorithm::Ed25519),
];

/// Algorithms we do not take, for the words alone.
const NAMED: &[(ObjectIdentifier, &str)] = &[
    (
        ObjectIdentifier::new_unwrap("1.2.840.10040.4.3"),
        "DSA with SHA-1",
    ),
    (
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.1"),
        "DSA with SHA-224",
    ),
    (
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.2"),
        "DSA with SHA-256",
    ),
    (ObjectIdentifier::new_unwrap("1.3.101.113"), "Ed448"),
];
