//! What leaves the KM server for a user: a temporary key, or a file with keys.

use rand::CryptoRng;

use crate::crypto::keypair::PrivateKey;
use crate::crypto::pkcs12::{self, Pkcs12Entry};
use crate::crypto::strength::{FILE_BITS, generated};
use crate::domain::names::DisplayName;
use crate::domain::secret::SecretText;
use crate::domain::temporary_key::TemporaryKey;
use crate::domain::time::UnixTime;
use crate::engine::act::Act;
use crate::engine::error::Error;
use crate::engine::record::{Record, Temporary};
use crate::engine::settings::Settings;
use crate::engine::welcome;

/// How the user gets the keys.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HandOver {
    /// Both at once.
    Both,
    /// As a PKCS#12 file with a generated password, for any mail program.
    File,
    /// With a temporary key, which the user's own program exchanges for the keys.
    TemporaryKey,
}

impl HandOver {
    /// Whether a temporary key is made.
    pub fn has_temporary_key(self) -> bool {
        matches!(self, Self::Both | Self::TemporaryKey)
    }

    /// Whether a file is made.
    pub fn has_file(self) -> bool {
        matches!(self, Self::Both | Self::File)
    }

    /// The words in requests and in the audit.
    pub fn words(self) -> &'static str {
        match self {
            Self::Both => "temporary key and file",
            Self::File => "file",
            Self::TemporaryKey => "temporary key",
        }
    }
}

/// What is to be given to the user, once.
#[derive(Default)]
pub struct HandedOver {
    /// As displayed.
    pub temporary_key: Option<SecretText>,
    /// When the temporary key dies unused.
    pub expires: Option<UnixTime>,
    /// The keys as a file.
    pub file: Option<KeyFile>,
}

/// Keys as a PKCS#12 file.
pub struct KeyFile {
    /// The file.
    pub pkcs12: Vec<u8>,
    /// Its password, at least 112 bits (CA/Browser Forum S/MIME requirements, section 6.1.2).
    pub password: SecretText,
    /// How many keys are in it.
    pub keys: usize,
}

/// An unused temporary key dies after two weeks: a holiday, and no more.
pub const TEMPORARY_KEY_DAYS: i64 = 14;

/// Keys wait for their user no longer than a week, because they lie sealed to the server key alone.
pub const PICK_UP_DAYS: i64 = 7;

/// Makes a new temporary key for a mailbox; an older one dies.
pub fn temporary_key(
    record: &mut Record,
    expires: UnixTime,
    rng: &mut dyn CryptoRng,
) -> SecretText {
    let key = TemporaryKey::random(rng);
    record.temporary_key = Some(Temporary {
        key: SecretText::new(key.expose().to_owned()),
        expires,
        wrong_tries: 0,
        bound: None,
        other_tries: 0,
        mail: None,
    });
    key.into_text()
}

/// The temporary key dies, if there is one, and the mail that carries it is taken back. The caller
/// stores the record.
pub fn end_temporary_key(act: &Act<'_>, record: &mut Record) -> Result<(), Error> {
    welcome::expunge(act, record)?;
    record.temporary_key = None;
    Ok(())
}

/// Writes keys, each with its certificate and that of our authority, into a PKCS#12 file.
pub fn key_file(
    act: &mut Act<'_>,
    settings: &Settings,
    name: &DisplayName,
    keys: &[(&PrivateKey, &[u8])],
) -> Result<KeyFile, Error> {
    let password = generated(act.rng, FILE_BITS);
    let chain = [settings.ca_certificate.as_slice()];
    let entry = |&(key, certificate)| Pkcs12Entry {
        name: name.as_str().to_owned(),
        key,
        certificate,
        chain: &chain,
    };
    let entries: Vec<Pkcs12Entry<'_>> = keys.iter().map(entry).collect();
    Ok(KeyFile {
        pkcs12: pkcs12::write(&entries, &password, act.costs.pkcs12_iterations, act.rng)?,
        password,
        keys: entries.len(),
    })
}
