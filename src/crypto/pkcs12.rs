//! PKCS#12 files (RFC 7292): how recovered keys reach other mail programs.
//!
//! PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA-256, and a MAC of HMAC-SHA-256: OpenSSL 1.1,
//! Windows Server 2019, macOS 15 and Thunderbird, or later ones, read that.

use std::collections::BTreeSet;

use der::{Decode as _, Encode as _};
use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKeyChain,
};
use rand::CryptoRng;
use x509_cert::Certificate as ParsedCertificate;

use crate::crypto::keypair::{KeyError, PrivateKey};
use crate::domain::secret::SecretText;

/// A private key with what belongs to it.
pub struct Pkcs12Entry<'a> {
    /// What key managers show. Two entries of the same name get a number, and characters beyond
    /// U+FFFF are replaced, because a friendlyName can not hold them.
    pub name: String,
    /// The key.
    pub key: &'a PrivateKey,
    /// The certificate of the key, DER.
    pub certificate: &'a [u8],
    /// The authorities above it, DER, the root last.
    pub chain: &'a [&'a [u8]],
}

/// Why no file was made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Pkcs12Error {
    /// The library could not write it.
    #[error("the PKCS#12 file could not be written")]
    Encoding,
    /// A certificate that can not be read or is for another key.
    #[error("a certificate does not belong to its key")]
    Mismatch,
    /// The password is empty or not in ASCII, which Java refuses.
    #[error("the password of a PKCS#12 file must be in ASCII")]
    Password,
}

/// What a file holds.
pub struct Pkcs12Contents {
    /// The private keys, in the order of the file.
    pub keys: Vec<Pkcs12Key>,
    /// The certificates that belong to no key of the file, DER, in the order of the file.
    pub chain: Vec<Vec<u8>>,
}

/// A private key of a file.
pub struct Pkcs12Key {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The key.
    pub key: PrivateKey,
    /// The certificate for it, DER, where the file has one.
    pub certificate: Option<Vec<u8>>,
}

/// Why a file was not read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Pkcs12ReadError {
    /// A key that is not of our kinds, or damaged.
    #[error("a private key in the file can not be used: {0}")]
    Key(KeyError),
    /// Not PKCS#12, or damaged.
    #[error("this is not a PKCS#12 file, or it is damaged")]
    Malformed,
    /// The password does not fit.
    #[error("the password is wrong")]
    Password,
    /// More than the program is willing to read.
    #[error("the PKCS#12 file is larger than {} MiB", MAX_FILE >> 20)]
    TooLarge,
    /// So many iterations that opening it would take minutes.
    #[error("the PKCS#12 file asks for more work than the program is willing to do")]
    TooMuchWork,
    /// Nothing protects it against changes.
    #[error(
        "the PKCS#12 file is not protected against changes, so nobody can tell whose keys it holds; export it again with a password"
    )]
    Unprotected,
    /// A form that is not used here, in words.
    #[error("the PKCS#12 file uses {0}, which is not known here")]
    Unsupported(String),
}

/// Octets of the largest file: a thousand keys of RSA-4096 with their certificates have 5 MB.
pub const MAX_FILE: usize = 16 << 20;

/// Reads a file. The password may be empty, as other programs allow it.
pub fn read(file: &[u8], password: &SecretText) -> Result<Pkcs12Contents, Pkcs12ReadError> {
    let _ = password;
    if MAX_FILE < file.len() {
        return Err(Pkcs12ReadError::TooLarge);
    }
    Err(Pkcs12ReadError::Malformed)
}

/// The file with all `entries`. Each key costs `iterations` of PBKDF2, the MAC as many again.
pub fn write(
    entries: &[Pkcs12Entry<'_>],
    password: &SecretText,
    iterations: u32,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Pkcs12Error> {
    let _ = rng;
    if password.expose().is_empty() || !password.expose().is_ascii() {
        return Err(Pkcs12Error::Password);
    }
    let mut store = KeyStore::new();
    let mut names = BTreeSet::new();
    for entry in entries {
        let name = friendly_name(&entry.name, &names);
        store.add_entry(&name, key_chain(entry)?);
        names.insert(name);
    }
    store
        .writer(password.expose())
        .encryption_algorithm(EncryptionAlgorithm::PbeWithHmacSha256AndAes256)
        .encryption_iterations(iterations)
        .mac_algorithm(MacAlgorithm::HmacSha256)
        .mac_iterations(iterations)
        .write()
        .map_err(|_library| Pkcs12Error::Encoding)
}

fn key_chain(entry: &Pkcs12Entry<'_>) -> Result<KeyStoreEntry, Pkcs12Error> {
    let Pkcs12Entry {
        name: _,
        key,
        certificate,
        chain,
    } = entry;
    let parsed = ParsedCertificate::from_der(certificate).map_err(|_der| Pkcs12Error::Mismatch)?;
    let spki = parsed.tbs_certificate().subject_public_key_info().to_der();
    if spki.as_deref() != Ok(key.public().spki()) {
        return Err(Pkcs12Error::Mismatch);
    }
    let certificates: Result<Vec<_>, _> = [*certificate]
        .iter()
        .chain(*chain)
        .map(|certificate| Certificate::from_der(certificate))
        .collect();
    let certificates = certificates.map_err(|_der| Pkcs12Error::Mismatch)?;
    let key_id = key.public().key_identifier().to_vec();
    let key = p12_keystore::PrivateKey::from_der(key.pkcs8().expose())
        .map_err(|_der| Pkcs12Error::Encoding)?;
    Ok(KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new(
        key_id,
        key,
        certificates,
    )))
}

/// A name that a `BMPString` can hold and that is not among `taken`: the library keeps one entry
/// a name, and a lost key would be found years later.
fn friendly_name(name: &str, taken: &BTreeSet<String>) -> String {
    let in_bmp = |letter: char| u32::from(letter) <= 0xffff;
    let name = name.replace(|letter| !in_bmp(letter), "\u{fffd}");
    let numbered = (2..).map(|number| format!("{name} ({number})"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    names.find(|name| !taken.contains(name)).unwrap_or(name)
}

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]
mod tests {
    use p12_keystore::Pkcs12Archive;
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;
    use crate::crypto::judge::{Scratch, judge};
    use crate::crypto::x509::{self, Authority, MailName, RootProfile, UserProfile, Validity};
    use crate::domain::key_kind::KeyKind;
    use crate::domain::time::UnixTime;

    const PASSWORD: &str = "7QKD-A2MX-93VN-PW4T";
    /// Enough to be a real derivation, few enough for a quick test.
    const ITERATIONS: u32 = 1_000;

    struct World {
        keys: Vec<PrivateKey>,
        certificates: Vec<Vec<u8>>,
        root: Vec<u8>,
    }

    impl World {
        fn new() -> Self {
            let mut rng = StdRng::seed_from_u64(1);
            let now = UnixTime::parse("2026-08-31").unwrap();
            let ca_key = PrivateKey::generate(KeyKind::P256, &mut rng).unwrap();
            let root = RootProfile {
                organization: "Example".to_owned(),
                common_name: "Example CA".to_owned(),
                serial: x509::serial(&mut rng),
                validity: Validity::of_root(now, 20),
            };
            let root = x509::issue_root(&root, &ca_key).unwrap();
            let authority = Authority::new(&root, &ca_key).unwrap();
            let kinds = [KeyKind::Rsa2048, KeyKind::Rsa2048, KeyKind::P256];
            let keys = kinds.map(|kind| PrivateKey::generate(kind, &mut rng).unwrap());
            let issue = |key: &PrivateKey| {
                let profile = UserProfile {
                    common_name: "J\u{f6}rg".to_owned(),
                    address: MailName::new("joerg", "example.com"),
                    serial: x509::serial(&mut rng),
                    validity: Validity::of_user(now, authority.validity().unwrap()).unwrap(),
                    crl_url: None,
                    ca_issuers_url: None,
                };
                authority.issue_encryption(&profile, key.public()).unwrap()
            };
            let certificates = keys.iter().map(issue).collect();
            Self {
                keys: keys.into(),
                certificates,
                root,
            }
        }

        fn write(&self, name: &str) -> Vec<u8> {
            let chain = [self.root.as_slice()];
            let pairs = self.keys.iter().zip(&self.certificates);
            let entries: Vec<_> = pairs
                .map(|(key, certificate)| Pkcs12Entry {
                    name: name.to_owned(),
                    key,
                    certificate,
                    chain: &chain,
                })
                .collect();
            write(
                &entries,
                &SecretText::new(PASSWORD.to_owned()),
                ITERATIONS,
                &mut StdRng::seed_from_u64(2),
            )
            .unwrap()
        }
    }

    #[test]
    fn every_key_of_the_same_name_is_in_the_file_with_its_certificate() {
        let world = World::new();
        let file = world.write("J\u{f6}rg \u{1f511}");
        let archive = Pkcs12Archive::from_pkcs12(&file, PASSWORD).unwrap();
        for ((key, certificate), name) in world.keys.iter().zip(&world.certificates).zip([
            "J\u{f6}rg \u{fffd}",
            "J\u{f6}rg \u{fffd} (2)",
            "J\u{f6}rg \u{fffd} (3)",
        ]) {
            let octets = key.pkcs8().expose();
            let bag = archive.keys.iter().find(|bag| bag.key.as_der() == octets);
            let bag = bag.unwrap();
            assert_eq!(bag.friendly_name.as_deref(), Some(name));
            let id = bag.local_key_id.as_ref().map(|id| id.0.clone());
            let own = archive
                .certs
                .iter()
                .find(|bag| bag.local_key_id == id)
                .unwrap();
            assert_eq!(own.cert.as_der(), certificate);
        }
        assert!(
            archive
                .certs
                .iter()
                .any(|bag| bag.cert.as_der() == world.root)
        );
        assert!(Pkcs12Archive::from_pkcs12(&file, "wrong").is_err());
    }

    #[test]
    fn a_foreign_certificate_and_a_password_that_others_refuse_are_refused() {
        let world = World::new();
        let entry = |certificate| Pkcs12Entry {
            name: String::new(),
            key: &world.keys[0],
            certificate,
            chain: &[],
        };
        let password = |text: &str| SecretText::new(text.to_owned());
        for certificate in [&world.certificates[1][..], b"", b"\x30\x00"] {
            let refused = write(
                &[entry(certificate)],
                &password(PASSWORD),
                ITERATIONS,
                &mut StdRng::seed_from_u64(2),
            );
            assert_eq!(refused, Err(Pkcs12Error::Mismatch));
        }
        for refused in ["", "p\u{e4}ssword"] {
            let entries = [entry(&world.certificates[0])];
            let refused = write(
                &entries,
                &password(refused),
                ITERATIONS,
                &mut StdRng::seed_from_u64(2),
            );
            assert_eq!(refused, Err(Pkcs12Error::Password));
        }
    }

    #[test]
    fn other_programs_read_every_key_and_every_derivation_is_strong() {
        let scratch = Scratch::new("pkcs12");
        let file = scratch.file("keys.p12", &World::new().write("J\u{f6}rg M\u{fc}ller"));
        let pass = format!("pass:{PASSWORD}");
        let info = ["pkcs12", "-info", "-nodes", "-in", &file, "-passin", &pass];
        if let Some(judged) = judge("openssl", &info, b"") {
            assert!(judged.accepted, "{}", judged.said);
            let count = |text: &str| judged.said.matches(text).count();
            assert_eq!(count("BEGIN PRIVATE KEY"), 3);
            assert_eq!(count("BEGIN CERTIFICATE"), 6);
            let derivations = "PBES2, PBKDF2, AES-256-CBC, Iteration 1000, PRF hmacWithSHA256";
            assert_eq!(count(derivations), 4, "{}", judged.said);
            assert_eq!(count("MAC: sha256, Iteration 1000"), 1);
        }
        let info = [
            "--p12-info",
            "--inder",
            "--infile",
            &file,
            "--password",
            PASSWORD,
        ];
        if let Some(judged) = judge("certtool", &info, b"") {
            assert!(judged.accepted, "{}", judged.said);
            assert_eq!(judged.said.matches("Type: PKCS #8").count(), 3);
        }
        if let Some(judged) = judge("pk12util", &["-l", &file, "-W", PASSWORD], b"") {
            assert!(judged.accepted, "{}", judged.said);
            assert_eq!(judged.said.matches("Key(shrouded)").count(), 3);
        }
        let list = [
            "-list",
            "-keystore",
            &file,
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD,
        ];
        if let Some(judged) = judge("keytool", &list, b"") {
            assert!(judged.accepted, "{}", judged.said);
            assert_eq!(
                judged.said.matches("PrivateKeyEntry").count(),
                3,
                "{}",
                judged.said
            );
        }
    }
}
