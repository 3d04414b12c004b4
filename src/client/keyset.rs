//! A keyset that has been opened: the signing key, the current encryption key and all older ones,
//! each with its certificate. Its file is PKCS#12, which any mail program imports.

use std::cmp::Reverse;

use rand::CryptoRng;

use crate::client::error::Error;
use crate::client::view::CertificateView;
use crate::crypto::certificate::Certificate;
use crate::crypto::certificate::key_usage::KeyUsage;
use crate::crypto::keypair::PrivateKey;
use crate::crypto::pkcs12::{self, Pkcs12Entry, Pkcs12Error, Pkcs12ReadError};
use crate::domain::names::KeysetName;
use crate::domain::secret::SecretText;
use crate::domain::time::UnixTime;

/// An open keyset.
pub struct Keyset {
    name: KeysetName,
    /// The newest first.
    held: Vec<Held>,
    /// Certificates of authorities, DER.
    chain: Vec<Vec<u8>>,
}

/// A private key with its certificate.
pub struct Held {
    /// The key.
    pub key: PrivateKey,
    /// Its certificate.
    pub certificate: Certificate,
}

impl Held {
    /// The pair, unless the certificate is for another key.
    pub fn new(key: PrivateKey, certificate: Certificate) -> Option<Self> {
        (certificate.spki() == key.public().spki()).then_some(Self { key, certificate })
    }

    /// Whether the certificate lets the key sign messages.
    pub fn can_sign(&self) -> bool {
        can_sign(&self.certificate)
    }

    /// Whether the certificate lets others encrypt to the key.
    pub fn can_decrypt(&self) -> bool {
        can_decrypt(&self.certificate)
    }
}

impl Keyset {
    /// A keyset of these keys.
    pub(super) fn new(name: KeysetName, mut held: Vec<Held>, chain: Vec<Vec<u8>>) -> Self {
        held.sort_by_key(|held| Reverse(held.certificate.not_before()));
        Self { name, held, chain }
    }

    /// Opens the file of a keyset.
    pub(super) fn open(
        name: KeysetName,
        file: &[u8],
        password: &SecretText,
    ) -> Result<Self, Error> {
        let contents = pkcs12::read(file, password).map_err(|error| match error {
            Pkcs12ReadError::Password => Error::WrongPassword,
            Pkcs12ReadError::Key(_)
            | Pkcs12ReadError::Malformed
            | Pkcs12ReadError::TooLarge
            | Pkcs12ReadError::TooMuchWork
            | Pkcs12ReadError::Unprotected
            | Pkcs12ReadError::Unsupported(_) => Error::Pkcs12(error.to_string()),
        })?;
        let mut held = Vec::new();
        for entry in contents.keys {
            let Some(der) = entry.certificate else {
                continue; // nobody can tell what a key without certificate is for
            };
            let certificate = Certificate::from_der(&der)
                .map_err(|malformed| Error::Pkcs12(malformed.to_string()))?;
            let pair = Held::new(entry.key, certificate);
            held.push(pair.ok_or_else(|| Error::Pkcs12(Pkcs12Error::Mismatch.to_string()))?);
        }
        if held.is_empty() {
            let words = "it holds no private key with a certificate";
            return Err(Error::Pkcs12(words.to_owned()));
        }
        Ok(Self::new(name, held, contents.chain))
    }

    /// The file: the signing key, the current encryption key, the older ones.
    pub(super) fn to_file(
        &self,
        password: &SecretText,
        iterations: u32,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, Error> {
        let chain: Vec<&[u8]> = self.chain.iter().map(Vec::as_slice).collect();
        let entry = |held: &'_ Held| held.certificate.der().to_vec();
        let certificates: Vec<Vec<u8>> = self.ordered().map(entry).collect();
        let pairs = self.ordered().zip(&certificates);
        let entries: Vec<Pkcs12Entry<'_>> = pairs
            .map(|(held, certificate)| Pkcs12Entry {
                name: self.name.to_string(),
                key: &held.key,
                certificate,
                chain: &chain,
            })
            .collect();
        let written = pkcs12::write(&entries, password, iterations, rng);
        let file = written.map_err(|error| match error {
            Pkcs12Error::Password => Error::PasswordNotAscii,
            Pkcs12Error::Encoding | Pkcs12Error::Mismatch => Error::Crypto(error.to_string()),
        })?;
        // Years of mail hang on this file: it takes no other's place before it was opened again.
        let again = Self::open(self.name.clone(), &file, password)?;
        if again.held.len() != self.held.len() {
            return Err(Error::Crypto("a keyset was not written whole".to_owned()));
        }
        Ok(file)
    }

    /// This keyset with newer keys: the older encryption keys stay, a replaced signing key goes.
    pub(super) fn merged(self, newer: Vec<Held>, chain: Vec<Vec<u8>>) -> Self {
        let Self {
            name,
            held: older,
            chain: old_chain,
        } = self;
        let signs_anew = newer.iter().any(Held::can_sign);
        let mut held = newer;
        for old in older {
            let is_there = |new: &Held| new.certificate.der() == old.certificate.der();
            let is_replaced = signs_anew && !old.can_decrypt();
            if !is_replaced && !held.iter().any(is_there) {
                held.push(old);
            }
        }
        let mut all = chain;
        for authority in old_chain {
            if !all.contains(&authority) {
                all.push(authority);
            }
        }
        Self::new(name, held, all)
    }

    /// The name.
    pub fn name(&self) -> &KeysetName {
        &self.name
    }

    /// The signing key.
    pub fn signing(&self) -> Option<&Held> {
        self.held.iter().find(|held| held.can_sign())
    }

    /// The signing key, if its certificate is in date.
    pub fn signing_at(&self, at: UnixTime) -> Result<&Held, Error> {
        self.signing()
            .filter(|held| {
                held.certificate.not_before() <= at && at <= held.certificate.not_after()
            })
            .ok_or_else(|| Error::NoSigningKey(self.name.clone()))
    }

    /// The encryption keys, the current one first.
    pub fn decryption(&self) -> impl Iterator<Item = &Held> {
        self.held.iter().filter(|held| held.can_decrypt())
    }

    /// Certificates of authorities that came with the keys, DER.
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    /// The certificates of the keys, in the order of the file.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.ordered().map(|held| &held.certificate)
    }

    /// All keys once: the signing key first, then the encryption keys, then the rest.
    fn ordered(&self) -> impl Iterator<Item = &Held> {
        let first = self.signing().map(|held| held.certificate.der().to_vec());
        let is_first = move |held: &&Held| Some(held.certificate.der()) == first.as_deref();
        let rest_test = is_first.clone();
        let rest = self.held.iter().filter(move |held| !rest_test(held));
        self.held.iter().filter(is_first).chain(rest)
    }
}

/// Whether a certificate lets its key sign messages; one without keyUsage may do all.
pub(super) fn can_sign(certificate: &Certificate) -> bool {
    certificate
        .key_usage()
        .is_none_or(KeyUsage::digital_signature)
}

/// Whether a certificate lets others encrypt to its key.
pub(super) fn can_decrypt(certificate: &Certificate) -> bool {
    certificate
        .key_usage()
        .is_none_or(|usage| usage.key_encipherment() || usage.key_agreement())
}

impl CertificateView {
    /// What to show of a certificate.
    pub fn of(certificate: &Certificate) -> Self {
        Self {
            subject: certificate.subject().to_owned(),
            issuer: certificate.issuer().to_owned(),
            serial: certificate.serial_hex(),
            addresses: certificate.addresses(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            key_kind: certificate.key_kind(),
            fingerprint: certificate.fingerprint_hex(),
            der: certificate.der().to_vec(),
        }
    }
}
