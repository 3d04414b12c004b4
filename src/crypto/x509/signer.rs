//! Our keys as rcgen asks for them.

use rcgen::{PublicKeyData, SignatureAlgorithm, SigningKey};
use x509_cert::spki::SubjectPublicKeyInfoRef;

use crate::crypto::keypair::{KeyError, PrivateKey, PublicKey};
use crate::crypto::x509::X509Error;
use crate::domain::key_kind::KeyKind;

/// Our private key as rcgen asks for one.
pub(super) struct Signer<'a> {
    key: &'a PrivateKey,
    public: Subject,
}

impl<'a> Signer<'a> {
    pub(super) fn new(key: &'a PrivateKey) -> Result<Self, X509Error> {
        let public = Subject::new(key.public())?;
        Ok(Self { key, public })
    }
}

impl SigningKey for Signer<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let failed = |_reason: KeyError| rcgen::Error::RemoteKeyError;
        self.key.sign(message).map_err(failed)
    }
}

impl PublicKeyData for Signer<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.public.der_bytes()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.public.algorithm()
    }
}

/// Our public key as rcgen asks for one.
pub(super) struct Subject {
    bits: Vec<u8>,
    algorithm: &'static SignatureAlgorithm,
}

impl Subject {
    pub(super) fn new(public: &PublicKey) -> Result<Self, X509Error> {
        let algorithm = match public.kind() {
            KeyKind::Rsa2048 | KeyKind::Rsa3072 | KeyKind::Rsa4096 => &rcgen::PKCS_RSA_SHA256,
            KeyKind::P256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            KeyKind::P384 => &rcgen::PKCS_ECDSA_P384_SHA384,
            KeyKind::Ed25519 => return Err(X509Error::Kind),
        };
        let spki =
            SubjectPublicKeyInfoRef::try_from(public.spki()).map_err(|_der| X509Error::Encoding)?;
        let bits = spki.subject_public_key.raw_bytes().to_vec();
        Ok(Self { bits, algorithm })
    }
}

impl PublicKeyData for Subject {
    fn der_bytes(&self) -> &[u8] {
        &self.bits
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.algorithm
    }
}
