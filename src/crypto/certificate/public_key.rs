//! The public key of a certificate: its kind, its size, and whether it is a key at all.

use std::fmt;

use aws_lc_rs::signature::{self, EcdsaVerificationAlgorithm, ParsedPublicKey};
use der::oid::ObjectIdentifier;

use crate::crypto::certificate::{algorithm, name};
use crate::crypto::oid::{ID_EC_PUBLIC_KEY, ID_ED25519, ID_RSASSA_PSS, RSA_ENCRYPTION};
use crate::crypto::strict_der::{self, Element, Malformed};

/// An elliptic curve we take.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Curve {
    /// secp256r1.
    P256,
    /// secp384r1.
    P384,
    /// secp521r1.
    P521,
}

impl Curve {
    /// Length of a coordinate, in octets.
    const fn coordinate(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// Any algorithm over this curve: the point is parsed with it.
    const fn parsing(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Self::P256 => &signature::ECDSA_P256_SHA256_ASN1,
            Self::P384 => &signature::ECDSA_P384_SHA384_ASN1,
            Self::P521 => &signature::ECDSA_P521_SHA512_ASN1,
        }
    }
}

/// A public key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PublicKey {
    /// A point on a NIST curve, as X9.62 writes it.
    Ec {
        /// The curve.
        curve: Curve,
        /// The encoded point.
        point: Vec<u8>,
    },
    /// An Ed25519 key.
    Ed25519(Vec<u8>),
    /// A kind we do not take, in words.
    Other(String),
    /// An RSA key.
    Rsa {
        /// The modulus, big-endian, without leading zeros.
        modulus: Vec<u8>,
        /// The public exponent, the same way.
        exponent: Vec<u8>,
    },
}

impl PublicKey {
    /// Reads a `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7).
    pub(in crate::crypto) fn read(element: &Element<'_>) -> Result<Self, Malformed> {
        if element.tag != strict_der::SEQUENCE {
            return Err(element.malformed("the public key is not a SEQUENCE"));
        }
        let mut reader = element.reader();
        let kind = reader.any()?;
        let (oid, parameters) = algorithm::identifier(&kind)?;
        let bits = reader.expect(strict_der::BIT_STRING, "the public key has no bits")?;
        reader.finish()?;
        let key = bits.whole_octets()?;
        if oid == RSA_ENCRYPTION.as_bytes() {
            // RFC 3279 section 2.3.1: the parameters MUST be NULL
            if parameters.is_none_or(|parameters| parameters.tag != strict_der::NULL) {
                return Err(kind.malformed("the RSA key has wrong parameters"));
            }
            return rsa(&bits, key);
        }
        if oid == ID_RSASSA_PSS.as_bytes() {
            return rsa(&bits, key);
        }
        if oid == ID_EC_PUBLIC_KEY.as_bytes() {
            return elliptic(&kind, parameters, &bits, key);
        }
        if oid == ID_ED25519.as_bytes() {
            // RFC 8410 sections 3 and 4: no parameters, 32 octets
            if parameters.is_some() || key.len() != 32 {
                return Err(bits.malformed("the Ed25519 key is malformed"));
            }
            return Ok(Self::Ed25519(key.to_vec()));
        }
        let named = KINDS.iter().find(|(known, _name)| known.as_bytes() == oid);
        Ok(Self::Other(named.map_or_else(
            || format!("unknown key {}", name::dotted(oid)),
            |(_oid, name)| (*name).to_owned(),
        )))
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ec {
                curve: Curve::P256, ..
            } => f.write_str("EC P-256"),
            Self::Ec {
                curve: Curve::P384, ..
            } => f.write_str("EC P-384"),
            Self::Ec {
                curve: Curve::P521, ..
            } => f.write_str("EC P-521"),
            Self::Ed25519(_) => f.write_str("Ed25519"),
            Self::Other(name) => f.write_str(name),
            Self::Rsa { modulus, .. } => write!(f, "RSA {}", bits(modulus)),
        }
    }
}

/// How many bits a number has, given big-endian without leading zeros.
pub fn bits(magnitude: &[u8]) -> usize {
    let unused = magnitude.first().map_or(0, |first| first.leading_zeros());
    magnitude
        .len()
        .saturating_mul(8)
        .saturating_sub(usize::try_from(unused).unwrap_or(0))
}

/// `RSAPublicKey` (RFC 8017 appendix A.1.1).
fn rsa(bits: &Element<'_>, key: &[u8]) -> Result<PublicKey, Malformed> {
    let wrong = bits.malformed("the RSA key is malformed");
    let sequence = strict_der::check(key).map_err(|_inner| wrong)?;
    let mut reader = sequence.reader();
    let modulus = reader
        .expect(strict_der::INTEGER, "")
        .and_then(|number| number.magnitude());
    let exponent = reader
        .expect(strict_der::INTEGER, "")
        .and_then(|number| number.magnitude());
    let (Ok(modulus), Ok(exponent), strict_der::SEQUENCE, true) =
        (modulus, exponent, sequence.tag, reader.is_empty())
    else {
        return Err(wrong);
    };
    let odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
    // RFC 8017 section 3.1: the modulus is a product of odd primes, 3 <= e < n and e is odd
    let smaller = (exponent.len(), exponent) < (modulus.len(), modulus);
    if !odd(modulus) || !odd(exponent) || exponent == [1] || !smaller {
        return Err(bits.malformed("the RSA key cannot be one: modulus or exponent is impossible"));
    }
    Ok(PublicKey::Rsa {
        modulus: modulus.to_vec(),
        exponent: exponent.to_vec(),
    })
}

/// `ECPoint` under `ECParameters` (RFC 5480 section 2): a named curve, a point on it.
fn elliptic(
    kind: &Element<'_>,
    parameters: Option<Element<'_>>,
    bits: &Element<'_>,
    point: &[u8],
) -> Result<PublicKey, Malformed> {
    let parameters = parameters.ok_or_else(|| kind.malformed("the EC key names no curve"))?;
    if parameters.tag != strict_der::OID {
        // RFC 5480 section 2.1.1: implicitCurve and specifiedCurve MUST NOT be used
        return Err(
            parameters.malformed("the EC key does not name its curve but spells out parameters")
        );
    }
    let Some((_oid, curve)) = CURVES
        .iter()
        .find(|(known, _curve)| known.as_bytes() == parameters.content)
    else {
        let oid = name::dotted(parameters.content);
        let named = OTHER_CURVES.iter().find(|(known, _name)| *known == oid);
        return Ok(PublicKey::Other(format!(
            "EC {}",
            named.map_or(oid.as_str(), |(_oid, name)| name)
        )));
    };
    let coordinate = curve.coordinate();
    let length = match point.first() {
        Some(0x04) => coordinate.saturating_mul(2),
        Some(0x02 | 0x03) => coordinate,
        Some(_) | None => 0,
    };
    let on_curve = point.len() == length.saturating_add(1)
        && 0 < length
        && ParsedPublicKey::new(curve.parsing(), point).is_ok();
    if !on_curve {
        return Err(bits.malformed("the EC key is not a point on its curve"));
    }
    Ok(PublicKey::Ec {
        curve: *curve,
        point: point.to_vec(),
    })
}

/// The curves we take (RFC 5480 section 2.1.1.1).
const CURVES: &[(ObjectIdentifier, Curve)] = &[
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"),
        Curve::P256,
    ),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), Curve::P384),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), Curve::P521),
];

/// Curves we do not take, for the words alone.
const OTHER_CURVES: &[(&str, &str)] = &[
    ("1.2.840.10045.3.1.1", "P-192"),
    ("1.3.132.0.33", "P-224"),
    ("1.3.132.0.10", "secp256k1"),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"),
];

/// Kinds of key we do not take, for the words alone.
const KINDS: &[(ObjectIdentifier, &str)] = &[
    (ObjectIdentifier::new_unwrap("1.2.840.10040.4.1"), "DSA"),
    (
        ObjectIdentifier::new_unwrap("1.2.840.10046.2.1"),
        "Diffie-Hellman",
    ),
    (ObjectIdentifier::new_unwrap("1.3.101.110"), "X25519"),
    (ObjectIdentifier::new_unwrap("1.3.101.111"), "X448"),
    (ObjectIdentifier::new_unwrap("1.3.101.113"), "Ed448"),
];
