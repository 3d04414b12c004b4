//! Writes PKCS#12 files: PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA-256, and a MAC of HMAC-SHA-256.
//!
//! OpenSSL 1.1, Windows Server 2019, macOS 15 and Thunderbird, or later ones, read that. The keys
//! stand in the order given. All parts share the salt, and so the derived key, each with a vector of
//! its own: opening a keyset costs one derivation, however many old keys are in it.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use aws_lc_rs::cipher::{AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::{digest, hmac, pbkdf2};
use der::oid::ObjectIdentifier;
use rand::CryptoRng;
use zeroize::Zeroizing;

use crate::crypto::certificate::Certificate;
use crate::crypto::element::element;
use crate::crypto::oid::{ID_AES256_CBC, ID_DATA, ID_HMAC_WITH_SHA256, ID_PBKDF2, ID_SHA256};
use crate::crypto::pkcs12::derive::{self, PBES2};
use crate::crypto::pkcs12::kdf::{self, KeyUse};
use crate::crypto::pkcs12::read::{
    CERTIFICATE_BAG, ENCRYPTED_DATA, FRIENDLY_NAME, LOCAL_KEY_ID, SHROUDED_KEY_BAG,
    X509_CERTIFICATE,
};
use crate::crypto::pkcs12::{Pkcs12Entry, Pkcs12Error};
use crate::domain::secret::SecretText;

/// The file with all `entries`. Whoever opens it derives a key with `iterations` of PBKDF2, and
/// another for the MAC with as many.
pub fn write(
    entries: &[Pkcs12Entry<'_>],
    password: &SecretText,
    iterations: u32,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Pkcs12Error> {
    let password = password.expose();
    if password.is_empty() || !password.chars().all(is_basic) {
        return Err(Pkcs12Error::Password);
    }
    let mut under = Sealer::new(password, iterations, rng)?;
    let mut keys = Vec::new();
    let mut certificates = Vec::new();
    let mut chains = Vec::new();
    let mut names = BTreeSet::new();
    for entry in entries {
        check(entry)?;
        let name = friendly_name(&entry.name, &names);
        let attributes = attributes(&name, &entry.key.public().key_identifier());
        let (algorithm, sealed) = under.seal(entry.key.pkcs8().expose())?;
        let key = sequence(&[&algorithm, &element(OCTET_STRING, &[&sealed])]);
        keys.push(bag(SHROUDED_KEY_BAG, &key, &attributes));
        certificates.push(certificate_bag(entry.certificate, &attributes));
        for authority in entry.chain {
            if !chains.contains(authority) {
                chains.push(authority);
            }
        }
        names.insert(name);
    }
    certificates.extend(
        chains
            .iter()
            .map(|authority| certificate_bag(authority, &[])),
    );

    let keys = sequence(&[&keys.concat()]);
    let keys = content_info(ID_DATA, &element(OCTET_STRING, &[&keys]));
    let (algorithm, sealed) = under.seal(&sequence(&[&certificates.concat()]))?;
    let encrypted = sequence(&[&oid(ID_DATA), &algorithm, &element(0x80, &[&sealed])]);
    let encrypted = sequence(&[&number(0), &encrypted]);
    let certificates = content_info(ENCRYPTED_DATA, &encrypted);
    let safe = sequence(&[&keys, &certificates]);
    let mac = mac(password, iterations, &safe, rng);
    let safe = content_info(ID_DATA, &element(OCTET_STRING, &[&safe]));
    Ok(sequence(&[&number(3), &safe, &mac]))
}

/// Encrypts under a password.
struct Sealer<'a> {
    key: PaddedBlockEncryptingKey,
    derivation: Vec<u8>,
    rng: &'a mut dyn CryptoRng,
}

impl<'a> Sealer<'a> {
    fn new(
        password: &str,
        iterations: u32,
        rng: &'a mut dyn CryptoRng,
    ) -> Result<Self, Pkcs12Error> {
        let rounds = NonZeroU32::new(iterations).ok_or(Pkcs12Error::Encoding)?;
        let salt = random(rng);
        let mut key = Zeroizing::new([0; 32]);
        let algorithm = pbkdf2::PBKDF2_HMAC_SHA256;
        pbkdf2::derive(algorithm, rounds, &salt, password.as_bytes(), &mut *key);
        let failed = |_unspecified| Pkcs12Error::Encoding;
        let key = UnboundCipherKey::new(&AES_256, &*key).map_err(failed)?;
        let prf = sequence(&[&oid(ID_HMAC_WITH_SHA256), NULL]);
        let parameters = sequence(&[&element(OCTET_STRING, &[&salt]), &number(iterations), &prf]);
        Ok(Self {
            key: PaddedBlockEncryptingKey::cbc_pkcs7(key).map_err(failed)?,
            derivation: sequence(&[&oid(ID_PBKDF2), &parameters]),
            rng,
        })
    }

    /// The `AlgorithmIdentifier` and the encrypted octets.
    fn seal(&mut self, plain: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Pkcs12Error> {
        let failed = |_unspecified| Pkcs12Error::Encoding;
        let vector = random(self.rng);
        // room for the padding: what grows leaves copies behind
        let mut sealed = Vec::with_capacity(plain.len().saturating_add(16));
        sealed.extend_from_slice(plain);
        let context = EncryptionContext::Iv128(FixedLength::from(vector));
        let done = self.key.less_safe_encrypt(&mut sealed, context);
        done.map_err(failed)?;
        let cipher = sequence(&[&oid(ID_AES256_CBC), &element(OCTET_STRING, &[&vector])]);
        let parameters = sequence(&[&self.derivation, &cipher]);
        Ok((sequence(&[&oid(PBES2), &parameters]), sealed))
    }
}

/// `MacData` (RFC 7292 section 4).
fn mac(password: &str, iterations: u32, content: &[u8], rng: &mut dyn CryptoRng) -> Vec<u8> {
    let salt = random(rng);
    let (usage, password) = (KeyUse::Mac, derive::bmp(password));
    let key = kdf::derive(&digest::SHA256, usage, &password, &salt, iterations, 32);
    let value = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), content);
    let named = sequence(&[&oid(ID_SHA256), NULL]);
    let info = sequence(&[&named, &element(OCTET_STRING, &[value.as_ref()])]);
    sequence(&[&info, &element(OCTET_STRING, &[&salt]), &number(iterations)])
}

/// Certificate and key must belong together, and the authorities be certificates.
fn check(entry: &Pkcs12Entry<'_>) -> Result<(), Pkcs12Error> {
    let read = |der: &[u8]| Certificate::from_der(der).map_err(|_der| Pkcs12Error::Mismatch);
    if read(entry.certificate)?.spki() != entry.key.public().spki() {
        return Err(Pkcs12Error::Mismatch);
    }
    entry
        .chain
        .iter()
        .try_for_each(|der| read(der).map(|_fine| ()))
}

/// A name that a `BMPString` can hold and that is not among `taken`: Java and others keep one entry
/// a name, and a lost key would be found years later.
fn friendly_name(name: &str, taken: &BTreeSet<String>) -> String {
    let name = name.replace(|letter| !is_basic(letter), "\u{fffd}");
    let numbered = (2..).map(|number| format!("{name} ({number})"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    names.find(|name| !taken.contains(name)).unwrap_or(name)
}

/// Is it a character of the Basic Multilingual Plane, all that a `BMPString` has?
fn is_basic(letter: char) -> bool {
    u32::from(letter) <= 0xffff
}

/// A `SafeBag` (RFC 7292 section 4.2).
fn bag(kind: ObjectIdentifier, value: &[u8], attributes: &[u8]) -> Vec<u8> {
    sequence(&[&oid(kind), &element(EXPLICIT, &[value]), attributes])
}

fn certificate_bag(certificate: &[u8], attributes: &[u8]) -> Vec<u8> {
    let value = element(EXPLICIT, &[&element(OCTET_STRING, &[certificate])]);
    let value = sequence(&[&oid(X509_CERTIFICATE), &value]);
    bag(CERTIFICATE_BAG, &value, attributes)
}

/// By the key identifier a key finds its certificate, by the name people find both.
fn attributes(name: &str, key_id: &[u8]) -> Vec<u8> {
    let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let attribute = |kind, value: &[u8]| sequence(&[&oid(kind), &element(SET, &[value])]);
    let mut all = [
        attribute(FRIENDLY_NAME, &element(BMP_STRING, &[&units])),
        attribute(LOCAL_KEY_ID, &element(OCTET_STRING, &[key_id])),
    ];
    all.sort(); // X.690 section 11.6
    element(SET, &[&all.concat()])
}

/// A `ContentInfo` (RFC 5652 section 3).
fn content_info(kind: ObjectIdentifier, content: &[u8]) -> Vec<u8> {
    sequence(&[&oid(kind), &element(EXPLICIT, &[content])])
}

fn random(rng: &mut dyn CryptoRng) -> [u8; 16] {
    let mut octets = [0; 16];
    rng.fill_bytes(&mut octets);
    octets
}

fn sequence(members: &[&[u8]]) -> Vec<u8> {
    element(SEQUENCE, members)
}

fn oid(oid: ObjectIdentifier) -> Vec<u8> {
    element(OBJECT_IDENTIFIER, &[oid.as_bytes()])
}

fn number(number: u32) -> Vec<u8> {
    let octets = number.to_be_bytes();
    let zeros = octets.iter().take(3).take_while(|octet| **octet == 0);
    let digits = octets.get(zeros.count()..).unwrap_or_default();
    match digits {
        [0x80..=0xff, ..] => element(INTEGER, &[&[0], digits]),
        _ => element(INTEGER, &[digits]),
    }
}

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const BMP_STRING: u8 = 0x1e;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
/// `[0]` around a value of any type.
const EXPLICIT: u8 = 0xa0;
/// Parameters of algorithms that have none.
const NULL: &[u8] = &[0x05, 0x00];
