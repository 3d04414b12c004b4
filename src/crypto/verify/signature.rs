//! Checks signatures that certificates make over themselves.

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    self, EcdsaVerificationAlgorithm, RsaParameters, RsaPssSaltLength, UnparsedPublicKey,
};

use crate::crypto::certificate::Certificate;
use crate::crypto::certificate::algorithm::{Digest, SignatureAlgorithm};
use crate::crypto::certificate::public_key::{Curve, PublicKey};

/// Is the certificate's signature, with the certificate's own key, one over `tbs`?
pub(super) fn verifies(certificate: &Certificate, tbs: &[u8]) -> bool {
    let signature = certificate.signature();
    match (certificate.public_key(), certificate.signature_algorithm()) {
        (PublicKey::Rsa { modulus, exponent }, algorithm) => {
            rsa(algorithm).is_some_and(|parameters| {
                let key = PublicKeyComponents {
                    n: modulus,
                    e: exponent,
                };
                key.verify(&parameters, tbs, signature).is_ok()
            })
        }
        (PublicKey::Ec { curve, point }, SignatureAlgorithm::Ecdsa(digest)) => {
            ecdsa(*curve, *digest).is_some_and(|algorithm| {
                UnparsedPublicKey::new(algorithm, point)
                    .verify(tbs, signature)
                    .is_ok()
            })
        }
        (PublicKey::Ed25519(key), SignatureAlgorithm::Ed25519) => {
            UnparsedPublicKey::new(&signature::ED25519, key)
                .verify(tbs, signature)
                .is_ok()
        }
        (PublicKey::Ec { .. } | PublicKey::Ed25519(_) | PublicKey::Other(_), _) => false,
    }
}

/// The engine's parameters for an RSA signature.
fn rsa(algorithm: &SignatureAlgorithm) -> Option<RsaParameters> {
    match algorithm {
        SignatureAlgorithm::RsaPkcs1(digest) => match digest {
            Digest::Sha1 => Some(signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY),
            Digest::Sha256 => Some(signature::RSA_PKCS1_2048_8192_SHA256),
            Digest::Sha384 => Some(signature::RSA_PKCS1_2048_8192_SHA384),
            Digest::Sha512 => Some(signature::RSA_PKCS1_2048_8192_SHA512),
            Digest::Md2 | Digest::Md4 | Digest::Md5 | Digest::Sha224 => None,
        },
        SignatureAlgorithm::RsaPss { digest, salt } => {
            let parameters = match digest {
                Digest::Sha256 => signature::RSA_PSS_2048_8192_SHA256,
                Digest::Sha384 => signature::RSA_PSS_2048_8192_SHA384,
                Digest::Sha512 => signature::RSA_PSS_2048_8192_SHA512,
                Digest::Md2 | Digest::Md4 | Digest::Md5 | Digest::Sha1 | Digest::Sha224 => {
                    return None;
                }
            };
            Some(parameters.with_pss_salt_length(RsaPssSaltLength::Custom(*salt)))
        }
        SignatureAlgorithm::Ecdsa(_)
        | SignatureAlgorithm::Ed25519
        | SignatureAlgorithm::Other(_) => None,
    }
}

/// The engine's algorithm for ECDSA with this curve and digest.
const fn ecdsa(curve: Curve, digest: Digest) -> Option<&'static EcdsaVerificationAlgorithm> {
    match (curve, digest) {
        (Curve::P256, Digest::Sha1) => Some(&signature::ECDSA_P256_SHA1_ASN1),
        (Curve::P256, Digest::Sha256) => Some(&signature::ECDSA_P256_SHA256_ASN1),
        (Curve::P256, Digest::Sha384) => Some(&signature::ECDSA_P256_SHA384_ASN1),
        (Curve::P256, Digest::Sha512) => Some(&signature::ECDSA_P256_SHA512_ASN1),
        (Curve::P384, Digest::Sha256) => Some(&signature::ECDSA_P384_SHA256_ASN1),
        (Curve::P384, Digest::Sha384) => Some(&signature::ECDSA_P384_SHA384_ASN1),
        (Curve::P384, Digest::Sha512) => Some(&signature::ECDSA_P384_SHA512_ASN1),
        (Curve::P521, Digest::Sha1) => Some(&signature::ECDSA_P521_SHA1_ASN1),
        (Curve::P521, Digest::Sha224) => Some(&signature::ECDSA_P521_SHA224_ASN1),
        (Curve::P521, Digest::Sha256) => Some(&signature::ECDSA_P521_SHA256_ASN1),
        (Curve::P521, Digest::Sha384) => Some(&signature::ECDSA_P521_SHA384_ASN1),
        (Curve::P521, Digest::Sha512) => Some(&signature::ECDSA_P521_SHA512_ASN1),
        (Curve::P256 | Curve::P384, _) | (Curve::P521, Digest::Md2 | Digest::Md4 | Digest::Md5) => {
            None
        }
    }
}
