//! Checks the signature that a certificate, a revocation list or a message bears.

use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA224, SHA256};
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    self, EcdsaVerificationAlgorithm, RsaParameters, RsaPssSaltLength, UnparsedPublicKey,
};
use rsa::{BoxedUint, Pkcs1v15Sign, RsaPublicKey};

use crate::crypto::certificate::algorithm::{Digest, SignatureAlgorithm};
use crate::crypto::certificate::public_key::{Curve, PublicKey};
use crate::crypto::verify::md5;

/// Can this program check signatures of this algorithm?
pub(in crate::crypto) const fn is_known(algorithm: &SignatureAlgorithm) -> bool {
    match algorithm {
        SignatureAlgorithm::Ecdsa(digest) => {
            !matches!(digest, Digest::Md2 | Digest::Md4 | Digest::Md5)
        }
        SignatureAlgorithm::Ed25519 => true,
        SignatureAlgorithm::Other(_) => false,
        SignatureAlgorithm::RsaPkcs1(digest) => !matches!(digest, Digest::Md2 | Digest::Md4),
        SignatureAlgorithm::RsaPss { digest, .. } => pss(*digest).is_some(),
    }
}

/// Is this `key`'s signature over `message`?
pub(in crate::crypto) fn verifies(
    key: &PublicKey,
    algorithm: &SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> bool {
    match (key, algorithm) {
        (PublicKey::Rsa { modulus, exponent }, SignatureAlgorithm::RsaPkcs1(digest)) => {
            pkcs1(modulus, exponent, *digest, message, signature)
        }
        (PublicKey::Rsa { modulus, exponent }, SignatureAlgorithm::RsaPss { digest, salt }) => {
            pss(*digest).is_some_and(|parameters| {
                let salt = RsaPssSaltLength::Custom(*salt);
                rsa(
                    modulus,
                    exponent,
                    &parameters.with_pss_salt_length(salt),
                    message,
                    signature,
                )
            })
        }
        (PublicKey::Ec { curve, point }, SignatureAlgorithm::Ecdsa(digest)) => {
            ecdsa(*curve, point, *digest, message, signature)
        }
        (PublicKey::Ed25519(key), SignatureAlgorithm::Ed25519) => {
            let key = UnparsedPublicKey::new(&signature::ED25519, key);
            key.verify(message, signature).is_ok()
        }
        // a key of one kind made no signature of another
        (
            PublicKey::Ec { .. }
            | PublicKey::Ed25519(_)
            | PublicKey::Other(_)
            | PublicKey::Rsa { .. },
            _,
        ) => false,
    }
}

/// RSASSA-PKCS1-v1_5, with the digests the engine has and two it has not.
fn pkcs1(modulus: &[u8], exponent: &[u8], digest: Digest, tbs: &[u8], signature: &[u8]) -> bool {
    let parameters = match digest {
        Digest::Sha1 => &signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        Digest::Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Digest::Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Digest::Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        Digest::Sha224 => {
            let hash = digest::digest(&SHA224, tbs);
            return rare_pkcs1(modulus, exponent, SHA224_PREFIX, hash.as_ref(), signature);
        }
        Digest::Md5 => {
            return rare_pkcs1(modulus, exponent, MD5_PREFIX, &md5::digest(tbs), signature);
        }
        Digest::Md2 | Digest::Md4 => return false,
    };
    rsa(modulus, exponent, parameters, tbs, signature)
}

/// An RSA signature the engine can check.
fn rsa(
    modulus: &[u8],
    exponent: &[u8],
    parameters: &RsaParameters,
    tbs: &[u8],
    signature: &[u8],
) -> bool {
    let key = PublicKeyComponents {
        n: modulus,
        e: exponent,
    };
    key.verify(parameters, tbs, signature).is_ok()
}

/// RSASSA-PKCS1-v1_5 over a digest made here; `prefix` begins its `DigestInfo`.
fn rare_pkcs1(
    modulus: &[u8],
    exponent: &[u8],
    prefix: &[u8],
    hash: &[u8],
    signature: &[u8],
) -> bool {
    let scheme = Pkcs1v15Sign {
        hash_len: Some(hash.len()),
        prefix: prefix.into(),
    };
    let number = BoxedUint::from_be_slice_vartime;
    RsaPublicKey::new(number(modulus), number(exponent))
        .is_ok_and(|key| key.verify(scheme, hash, signature).is_ok())
}

/// The engine's parameters for RSASSA-PSS.
const fn pss(digest: Digest) -> Option<RsaParameters> {
    match digest {
        Digest::Sha256 => Some(signature::RSA_PSS_2048_8192_SHA256),
        Digest::Sha384 => Some(signature::RSA_PSS_2048_8192_SHA384),
        Digest::Sha512 => Some(signature::RSA_PSS_2048_8192_SHA512),
        Digest::Md2 | Digest::Md4 | Digest::Md5 | Digest::Sha1 | Digest::Sha224 => None,
    }
}

/// ECDSA. A digest shorter than 256 bits is the same number with zeros before it (SEC 1 section 4.1.3),
/// and so can be handed over as one of 256 bits.
fn ecdsa(curve: Curve, point: &[u8], digest: Digest, tbs: &[u8], signature: &[u8]) -> bool {
    let short = match digest {
        Digest::Sha1 => Some(digest::digest(&SHA1_FOR_LEGACY_USE_ONLY, tbs)),
        Digest::Sha224 => Some(digest::digest(&SHA224, tbs)),
        Digest::Md2 | Digest::Md4 | Digest::Md5 => return false,
        Digest::Sha256 | Digest::Sha384 | Digest::Sha512 => None,
    };
    let key = UnparsedPublicKey::new(ecdsa_algorithm(curve, digest), point);
    let Some(short) = short else {
        return key.verify(tbs, signature).is_ok();
    };
    let zeros = SHA256.output_len().saturating_sub(short.as_ref().len());
    let padded = [vec![0; zeros].as_slice(), short.as_ref()].concat();
    digest::Digest::import_less_safe(&padded, &SHA256)
        .is_ok_and(|padded| key.verify_digest(&padded, signature).is_ok())
}

/// The engine's algorithm for this curve and digest, SHA-256 standing for what is shorter.
const fn ecdsa_algorithm(curve: Curve, digest: Digest) -> &'static EcdsaVerificationAlgorithm {
    match (curve, digest) {
        (Curve::P256, Digest::Sha512) => &signature::ECDSA_P256_SHA512_ASN1,
        (Curve::P256, Digest::Sha384) => &signature::ECDSA_P256_SHA384_ASN1,
        (Curve::P256, _) => &signature::ECDSA_P256_SHA256_ASN1,
        (Curve::P384, Digest::Sha512) => &signature::ECDSA_P384_SHA512_ASN1,
        (Curve::P384, Digest::Sha384) => &signature::ECDSA_P384_SHA384_ASN1,
        (Curve::P384, _) => &signature::ECDSA_P384_SHA256_ASN1,
        (Curve::P521, Digest::Sha512) => &signature::ECDSA_P521_SHA512_ASN1,
        (Curve::P521, Digest::Sha384) => &signature::ECDSA_P521_SHA384_ASN1,
        (Curve::P521, _) => &signature::ECDSA_P521_SHA256_ASN1,
    }
}

/// `DigestInfo` up to the digest (RFC 8017 section 9.2, note 1), for SHA-224.
const SHA224_PREFIX: &[u8] = &[
    0x30, 0x2d, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04, 0x05,
    0x00, 0x04, 0x1c,
];

/// The same for MD5.
const MD5_PREFIX: &[u8] = &[
    0x30, 0x20, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05, 0x05, 0x00,
    0x04, 0x10,
];
