//! Key pairs: made, read, and used for signatures and for RSA encryption.
//!
//! Every operation with a private key is aws-lc's; the `rsa` crate only finds the primes.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::error::{KeyRejected, Unspecified};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{
    OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    PrivateDecryptingKey, PublicEncryptingKey,
};
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, ParsedPublicKey,
    RsaKeyPair, VerificationAlgorithm,
};
use der::Decode as _;
use rand::CryptoRng;
use rsa::RsaPrivateKey;
use rsa::pkcs8::{EncodePrivateKey as _, PrivateKeyInfoRef};
use x509_cert::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use zeroize::Zeroizing;

use crate::crypto::oid::{ID_EC_PUBLIC_KEY, ID_ED25519, RSA_ENCRYPTION, SECP256R1, SECP384R1};
use crate::domain::key_kind::KeyKind;
use crate::domain::secret::{Key, SecretBytes};

/// A private key with its public half.
pub struct PrivateKey {
    pkcs8: SecretBytes,
    operations: Operations,
    public: PublicKey,
}

/// The key as aws-lc holds it; its memory is wiped there.
enum Operations {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

impl PrivateKey {
    /// Makes a new key. RSA and Ed25519 keys come from `rng`; aws-lc draws its own randomness for
    /// the curves P-256 and P-384. RSA-4096 takes about a second.
    pub fn generate(kind: KeyKind, rng: &mut dyn CryptoRng) -> Result<Self, KeyError> {
        let pkcs8 = match kind {
            KeyKind::Rsa2048 => rsa_pkcs8(2048, rng)?,
            KeyKind::Rsa3072 => rsa_pkcs8(3072, rng)?,
            KeyKind::Rsa4096 => rsa_pkcs8(4096, rng)?,
            KeyKind::P256 => ecdsa_pkcs8(&signature::ECDSA_P256_SHA256_ASN1_SIGNING)?,
            KeyKind::P384 => ecdsa_pkcs8(&signature::ECDSA_P384_SHA384_ASN1_SIGNING)?,
            KeyKind::Ed25519 => {
                let seed = Key::random(rng);
                let key = Ed25519KeyPair::from_seed_unchecked(seed.expose())?;
                SecretBytes::new(key.to_pkcs8v1()?.as_ref().to_vec())
            }
        };
        Self::from_pkcs8(pkcs8)
    }

    /// Reads a private key of one of our kinds (RFC 5958).
    pub fn from_pkcs8(pkcs8: SecretBytes) -> Result<Self, KeyError> {
        let info =
            PrivateKeyInfoRef::try_from(pkcs8.expose()).map_err(|_der| KeyError::Malformed)?;
        let operations = match algorithm(info.algorithm)? {
            Algorithm::Ed25519 => {
                Operations::Ed25519(Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8.expose())?)
            }
            Algorithm::P256 => {
                let signing = &signature::ECDSA_P256_SHA256_ASN1_SIGNING;
                Operations::Ecdsa(EcdsaKeyPair::from_pkcs8(signing, pkcs8.expose())?)
            }
            Algorithm::P384 => {
                let signing = &signature::ECDSA_P384_SHA384_ASN1_SIGNING;
                Operations::Ecdsa(EcdsaKeyPair::from_pkcs8(signing, pkcs8.expose())?)
            }
            Algorithm::Rsa => Operations::Rsa(RsaKeyPair::from_pkcs8(pkcs8.expose())?),
        };
        let spki: PublicKeyX509Der<'_> = match &operations {
            Operations::Ecdsa(key) => key.public_key().as_der()?,
            Operations::Ed25519(key) => key.public_key().as_der()?,
            Operations::Rsa(key) => key.public_key().as_der()?,
        };
        let public = PublicKey::from_spki(spki.as_ref())?;
        Ok(Self {
            pkcs8,
            operations,
            public,
        })
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The key as PKCS#8, for the one call that seals or exports it.
    pub fn pkcs8(&self) -> &SecretBytes {
        &self.pkcs8
    }

    /// Signs `message`: pure Ed25519, RSA PKCS#1 v1.5 with SHA-256, ECDSA as DER with the hash of
    /// the curve's size.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let system = SystemRandom::new();
        match &self.operations {
            Operations::Ecdsa(key) => Ok(key.sign(&system, message)?.as_ref().to_vec()),
            Operations::Ed25519(key) => Ok(key.try_sign(message)?.as_ref().to_vec()),
            Operations::Rsa(key) => {
                let mut signed = vec![0; key.public_modulus_len()];
                key.sign(&signature::RSA_PKCS1_SHA256, &system, message, &mut signed)?;
                Ok(signed)
            }
        }
    }

    /// Decrypts a key that [`PublicKey::encrypt`] encrypted.
    pub fn decrypt(&self, encrypted: &[u8]) -> Result<Key, KeyError> {
        if !self.public.kind.is_rsa() {
            return Err(KeyError::Kind);
        }
        let key = PrivateDecryptingKey::from_pkcs8(self.pkcs8.expose())?;
        let mut room = Zeroizing::new(vec![0; key.key_size_bytes()]);
        let decrypted = OaepPrivateDecryptingKey::new(key)?.decrypt(
            &OAEP_SHA256_MGF1SHA256,
            encrypted,
            &mut room,
            None,
        )?;
        let octets = Zeroizing::new(
            <[u8; 32]>::try_from(&*decrypted).map_err(|_length| KeyError::Operation)?,
        );
        Ok(Key::from_bytes(*octets))
    }

    /// Whether `public` is this key's other half, found by using both: what it signs, the other
    /// must verify.
    pub fn matches(&self, public: &PublicKey) -> bool {
        let probe = b"kmadmin pairwise consistency";
        self.sign(probe)
            .is_ok_and(|signed| public.verify(probe, &signed).is_ok())
    }
}

/// A public key as `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicKey {
    spki: Vec<u8>,
    kind: KeyKind,
}

impl PublicKey {
    /// Reads a public key of one of our kinds from DER.
    pub fn from_spki(spki: &[u8]) -> Result<Self, KeyError> {
        let info = SubjectPublicKeyInfoRef::from_der(spki).map_err(|_der| KeyError::Malformed)?;
        let kind = match algorithm(info.algorithm)? {
            Algorithm::Ed25519 => KeyKind::Ed25519,
            Algorithm::P256 => KeyKind::P256,
            Algorithm::P384 => KeyKind::P384,
            Algorithm::Rsa => rsa_kind(PublicEncryptingKey::from_der(spki)?.key_size_bits())?,
        };
        // Finds a point that is not on the curve and other numbers that are no key.
        ParsedPublicKey::new(verification(kind), spki)?;
        let spki = spki.to_vec();
        Ok(Self { spki, kind })
    }

    /// The DER of `SubjectPublicKeyInfo`.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// What kind of key it is.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// SHA-256 of the `SubjectPublicKeyInfo`: the name of the key in the store and in manifests.
    pub fn key_id(&self) -> [u8; 32] {
        sha256(&self.spki)
    }

    /// The first 160 bits of SHA-256 of the BIT STRING's octets (RFC 7093 section 2, method 1): the
    /// subject key identifier in certificates and envelopes.
    pub fn key_identifier(&self) -> [u8; 20] {
        let info = SubjectPublicKeyInfoRef::from_der(&self.spki);
        let bits = info.map_or(&[][..], |info| info.subject_public_key.raw_bytes());
        let mut identifier = [0; 20];
        let hash = sha256(bits);
        identifier
            .iter_mut()
            .zip(hash)
            .for_each(|(to, from)| *to = from);
        identifier
    }

    /// Checks a signature that [`PrivateKey::sign`] made.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        ParsedPublicKey::new(verification(self.kind), &self.spki)
            .map_err(|_key| BadSignature)?
            .verify_sig(message, signature)
            .map_err(|_signature| BadSignature)
    }

    /// Encrypts a content-encryption key: RSAES-OAEP with SHA-256 and MGF1 with SHA-256 (RFC 8017
    /// section 7.1). Its randomness is aws-lc's own.
    pub fn encrypt(&self, key: &Key) -> Result<Vec<u8>, KeyError> {
        if !self.kind.is_rsa() {
            return Err(KeyError::Kind);
        }
        let public = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(&self.spki)?)?;
        let mut encrypted = vec![0; public.ciphertext_size()];
        public.encrypt(&OAEP_SHA256_MGF1SHA256, key.expose(), &mut encrypted, None)?;
        Ok(encrypted)
    }
}

/// Why there is no key, or nothing was done with it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyError {
    /// A kind of key that is not one of ours, or not fit for what was asked.
    #[error("the key is of a kind that can not be used here")]
    Kind,
    /// The octets are not a key.
    #[error("the key can not be read")]
    Malformed,
    /// The operation failed: the ciphertext is not for this key, or the system gave no randomness.
    #[error("the key could not be used")]
    Operation,
}

impl From<KeyRejected> for KeyError {
    fn from(_reason: KeyRejected) -> Self {
        Self::Malformed
    }
}

impl From<Unspecified> for KeyError {
    fn from(_reason: Unspecified) -> Self {
        Self::Operation
    }
}

/// The signature is not this key's over this message.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the signature is wrong")]
pub struct BadSignature;

/// SHA-256 (FIPS 180-4).
pub fn sha256(octets: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    let computed = digest(&SHA256, octets);
    hash.iter_mut()
        .zip(computed.as_ref())
        .for_each(|(to, from)| *to = *from);
    hash
}

enum Algorithm {
    Ed25519,
    P256,
    P384,
    Rsa,
}

fn algorithm(identifier: AlgorithmIdentifierRef<'_>) -> Result<Algorithm, KeyError> {
    let curve = || {
        identifier
            .parameters_oid()
            .map_err(|_der| KeyError::Malformed)
    };
    match identifier.oid {
        ID_ED25519 => Ok(Algorithm::Ed25519),
        RSA_ENCRYPTION => Ok(Algorithm::Rsa),
        ID_EC_PUBLIC_KEY => match curve()? {
            SECP256R1 => Ok(Algorithm::P256),
            SECP384R1 => Ok(Algorithm::P384),
            _other => Err(KeyError::Kind),
        },
        _other => Err(KeyError::Kind),
    }
}

fn rsa_kind(bits: usize) -> Result<KeyKind, KeyError> {
    match bits {
        2048 => Ok(KeyKind::Rsa2048),
        3072 => Ok(KeyKind::Rsa3072),
        4096 => Ok(KeyKind::Rsa4096),
        _other => Err(KeyError::Kind),
    }
}

fn verification(kind: KeyKind) -> &'static dyn VerificationAlgorithm {
    match kind {
        KeyKind::Rsa2048 | KeyKind::Rsa3072 | KeyKind::Rsa4096 => {
            &signature::RSA_PKCS1_2048_8192_SHA256
        }
        KeyKind::P256 => &signature::ECDSA_P256_SHA256_ASN1,
        KeyKind::P384 => &signature::ECDSA_P384_SHA384_ASN1,
        KeyKind::Ed25519 => &signature::ED25519,
    }
}

fn rsa_pkcs8(bits: usize, rng: &mut dyn CryptoRng) -> Result<SecretBytes, KeyError> {
    let key = RsaPrivateKey::new(rng, bits).map_err(|_primes| KeyError::Operation)?;
    let pkcs8 = key.to_pkcs8_der().map_err(|_der| KeyError::Operation)?;
    Ok(SecretBytes::new(pkcs8.as_bytes().to_vec()))
}

fn ecdsa_pkcs8(signing: &'static EcdsaSigningAlgorithm) -> Result<SecretBytes, KeyError> {
    let pkcs8 = EcdsaKeyPair::generate(signing)?.to_pkcs8v1()?;
    Ok(SecretBytes::new(pkcs8.as_ref().to_vec()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;
    use crate::crypto::judge::{Scratch, judge};

    /// RSA-2048 stands for the three sizes: finding larger primes takes seconds here.
    const KINDS: [KeyKind; 4] = [
        KeyKind::Rsa2048,
        KeyKind::P256,
        KeyKind::P384,
        KeyKind::Ed25519,
    ];

    fn key(kind: KeyKind, seed: u64) -> PrivateKey {
        PrivateKey::generate(kind, &mut StdRng::seed_from_u64(seed)).unwrap()
    }

    #[test]
    fn a_signature_is_good_for_its_message_and_key_only() {
        for kind in KINDS {
            let (signer, other) = (key(kind, 1), key(kind, 2));
            assert_eq!(signer.public().kind(), kind);
            let signature = signer.sign(b"the message").unwrap();
            assert_eq!(signer.public().verify(b"the message", &signature), Ok(()));
            let refused = Err(BadSignature);
            assert_eq!(signer.public().verify(b"the massage", &signature), refused);
            assert_eq!(other.public().verify(b"the message", &signature), refused);
            assert_eq!(signer.public().verify(b"the message", b""), refused);
            assert!(signer.matches(signer.public()));
            assert!(!signer.matches(other.public()));
        }
    }

    #[test]
    fn a_key_reads_back_from_its_octets() {
        for kind in KINDS {
            let made = key(kind, 3);
            let copy = SecretBytes::new(made.pkcs8().expose().to_vec());
            let read = PrivateKey::from_pkcs8(copy).unwrap();
            assert_eq!(read.public(), made.public());
            let public = PublicKey::from_spki(made.public().spki()).unwrap();
            assert_eq!(&public, made.public());
            assert_eq!(public.key_id(), made.public().key_id());
        }
    }

    #[test]
    fn a_key_is_encrypted_to_rsa_keys_only() {
        let (reader, other) = (key(KeyKind::Rsa2048, 4), key(KeyKind::Rsa2048, 5));
        let secret = Key::random(&mut StdRng::seed_from_u64(6));
        let encrypted = reader.public().encrypt(&secret).unwrap();
        assert!(reader.decrypt(&encrypted).unwrap().is_same(&secret));
        assert_eq!(other.decrypt(&encrypted).err(), Some(KeyError::Operation));
        let curve = key(KeyKind::P256, 7);
        assert_eq!(curve.public().encrypt(&secret), Err(KeyError::Kind));
        assert_eq!(curve.decrypt(&encrypted).err(), Some(KeyError::Kind));
    }

    #[test]
    fn octets_that_are_no_key_of_ours_are_refused() {
        let private =
            |octets: &[u8]| PrivateKey::from_pkcs8(SecretBytes::new(octets.to_vec())).err();
        assert_eq!(private(b"").unwrap(), KeyError::Malformed);
        let made = key(KeyKind::P256, 8);
        let mut off_curve = made.public().spki().to_vec();
        *off_curve.last_mut().unwrap() ^= 1;
        assert_eq!(PublicKey::from_spki(&off_curve), Err(KeyError::Malformed));
        let longer = [made.public().spki(), &[0]].concat();
        assert_eq!(PublicKey::from_spki(&longer), Err(KeyError::Malformed));
        let longer = [made.pkcs8().expose(), &[0]].concat();
        assert_eq!(private(&longer).unwrap(), KeyError::Malformed);
    }

    #[test]
    fn openssl_reads_the_keys_and_verifies_the_signatures() {
        let scratch = Scratch::new("keypair");
        for kind in KINDS {
            let signer = key(kind, 9);
            let private = scratch.file("private.der", signer.pkcs8().expose());
            let public = scratch.file("public.der", signer.public().spki());
            let message = scratch.file("message", b"the message");
            let signature = scratch.file("signature", &signer.sign(b"the message").unwrap());
            let read = [
                "pkey", "-inform", "DER", "-in", &private, "-pubout", "-outform", "DER",
            ];
            let Some(judged) = judge("openssl", &read, b"") else {
                return;
            };
            assert_eq!(judged.output, signer.public().spki(), "{kind}");
            let verify = [
                "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", &public,
            ];
            let verify = [
                &verify[..],
                &["-rawin", "-in", &message, "-sigfile", &signature],
            ]
            .concat();
            let digest = match kind {
                KeyKind::P384 => &["-digest", "sha384"][..],
                KeyKind::Ed25519 => &[],
                KeyKind::Rsa2048 | KeyKind::Rsa3072 | KeyKind::Rsa4096 | KeyKind::P256 => {
                    &["-digest", "sha256"]
                }
            };
            let judged = judge("openssl", &[&verify[..], digest].concat(), b"").unwrap();
            assert!(judged.accepted, "{kind}: {}", judged.said);
        }
    }
}
