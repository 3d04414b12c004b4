//! The keysets in the home folder: a PKCS#12 file each, and beside it a file with the level, the
//! certificates, and the random password of a keyset that opens without one.

use std::path::Path;
use std::sync::Arc;

use crate::client::error::Error;
use crate::client::home::{KEYSETS, failed};
use crate::client::keyset::{self, Keyset};
use crate::client::record::Record;
use crate::client::view::{CertificateView, KeysetView, Level, Need};
use crate::client::{Client, Protection, Unlock};
use crate::crypto::certificate::Certificate;
use crate::crypto::pkcs12;
use crate::crypto::strength;
use crate::desk::file;
use crate::desk::private_file::PrivateFile;
use crate::domain::names::KeysetName;
use crate::domain::secret::{Password, SecretText};

/// What the file beside a keyset says.
struct Cover {
    level: Level,
    /// The random password of a keyset that is not High.
    password: Option<SecretText>,
    certificates: Vec<Certificate>,
}

impl Client {
    /// All keysets, by name.
    pub fn keysets(&self) -> Result<Vec<KeysetView>, Error> {
        let names = self.home.names(KEYSETS, FILE)?;
        let parsed = names.iter().filter_map(|name| KeysetName::parse(name).ok());
        parsed.map(|name| self.keyset(&name)).collect()
    }

    /// One keyset.
    pub fn keyset(&self, name: &KeysetName) -> Result<KeysetView, Error> {
        let cover = self.cover(name)?;
        let view = |certificate: &Certificate| CertificateView::of(certificate);
        let mut certificates = cover.certificates.iter();
        let signing = certificates.clone().find(|found| keyset::can_sign(found));
        let mut decryption = certificates
            .by_ref()
            .filter(|found| keyset::can_decrypt(found));
        Ok(KeysetView {
            name: name.clone(),
            level: cover.level,
            is_chosen: self.settings.keyset.as_ref() == Some(name),
            signing: signing.map(view),
            encryption: decryption.next().map(view),
            older: decryption.map(view).collect(),
        })
    }

    /// Makes a keyset the one that messages are signed and read with.
    pub fn choose(&mut self, name: &KeysetName) -> Result<(), Error> {
        self.cover(name)?;
        let mut settings = self.settings.clone();
        settings.keyset = Some(name.clone());
        self.set_settings(settings)
    }

    /// What a use of the keyset asks the person for now.
    pub fn need(&self, name: &KeysetName) -> Result<Need, Error> {
        if self.remembered(name).is_some() {
            return Ok(Need::Nothing);
        }
        Ok(match self.cover(name)?.level {
            Level::High => Need::Password,
            Level::Medium => Need::Consent,
            Level::Low => Need::Nothing,
        })
    }

    /// The chosen keyset, opened: for signing and reading.
    pub fn keys(&self, unlock: Unlock<'_>) -> Result<Arc<Keyset>, Error> {
        let name = self.settings.keyset.as_ref().ok_or(Error::NoDigitalId)?;
        self.open_keyset(name, unlock)
    }

    /// A keyset, opened.
    pub fn open_keyset(&self, name: &KeysetName, unlock: Unlock<'_>) -> Result<Arc<Keyset>, Error> {
        if let Some(open) = self.remembered(name) {
            return Ok(open);
        }
        let password = self.password(name, unlock)?;
        self.read_keyset(name, &password).map(Arc::new)
    }

    /// Replaces the password of a High keyset. A weak new one is refused.
    pub fn change_password(
        &mut self,
        name: &KeysetName,
        old: &Password,
        new: &Password,
    ) -> Result<(), Error> {
        if self.cover(name)?.level != Level::High {
            return Err(Error::NoPassword(name.clone()));
        }
        let keyset = self.read_keyset(name, &secret(old))?;
        self.refuse_weak(name, new)?;
        self.write_keyset(&keyset, Level::High, &secret(new))?;
        self.replace_remembered(keyset, secret(new));
        Ok(())
    }

    /// *Export Digital ID*: a new PKCS#12 file with all keys, under a password of its own.
    pub fn export(
        &mut self,
        name: &KeysetName,
        unlock: Unlock<'_>,
        to: &Path,
        password: &Password,
    ) -> Result<(), Error> {
        let keyset = self.open_keyset(name, unlock)?;
        let iterations = self.around.costs.pkcs12_iterations;
        let file = keyset.to_file(&secret(password), iterations, &mut *self.around.rng)?;
        let written = PrivateFile::holding(to, &file).map_err(|error| failed(to, error))?;
        written.keep();
        Ok(())
    }

    /// *Import Digital ID*: a new keyset from a PKCS#12 file.
    pub fn import(
        &mut self,
        from: &Path,
        password: &Password,
        name: &KeysetName,
        protection: Protection<'_>,
    ) -> Result<KeysetView, Error> {
        let limit = u64::try_from(pkcs12::MAX_FILE).unwrap_or(u64::MAX);
        let file =
            file::read_bounded(from, limit).map_err(|error| Error::Pkcs12(error.to_string()))?;
        let keyset = Keyset::open(name.clone(), &file, &secret(password))?;
        self.write_new_keyset(&keyset, protection)?;
        if self.settings.keyset.is_none() {
            self.choose(name)?;
        }
        self.keyset(name)
    }

    /// Deletes a keyset from this computer (*Delete Digital ID from system*).
    pub fn delete_keyset(&mut self, name: &KeysetName, unlock: Unlock<'_>) -> Result<(), Error> {
        self.open_keyset(name, unlock)?;
        if self
            .session()
            .is_some_and(|session| session.keyset == *name)
        {
            self.log_off();
        }
        self.home.wipe(&path(name, FILE))?;
        self.home.wipe(&path(name, COVER))?;
        if self.settings.keyset.as_ref() != Some(name) {
            return Ok(());
        }
        let mut settings = self.settings.clone();
        settings.keyset = None;
        self.set_settings(settings)
    }

    /// Whether there is a keyset of this name.
    pub(super) fn has_keyset(&self, name: &KeysetName) -> bool {
        file::is_there(&self.home.path(&path(name, FILE)))
    }

    /// Writes a keyset that is not there yet.
    pub(super) fn write_new_keyset(
        &mut self,
        keyset: &Keyset,
        protection: Protection<'_>,
    ) -> Result<(), Error> {
        if self.has_keyset(keyset.name()) {
            return Err(Error::KeysetExists(keyset.name().clone()));
        }
        let (level, password) = match protection {
            Protection::High(password) => {
                self.refuse_weak(keyset.name(), password)?;
                (Level::High, secret(password))
            }
            Protection::Medium => (Level::Medium, self.random_password()),
            Protection::Low => (Level::Low, self.random_password()),
        };
        self.write_keyset(keyset, level, &password)
    }

    /// Writes newer keys into a keyset, under the password it has.
    pub(super) fn rewrite_keyset(
        &mut self,
        keyset: Keyset,
        password: SecretText,
    ) -> Result<(), Error> {
        let level = self.cover(keyset.name())?.level;
        self.write_keyset(&keyset, level, &password)?;
        self.replace_remembered(keyset, password);
        Ok(())
    }

    /// The password that opens the keyset, if the person lets it be opened.
    pub(super) fn password(
        &self,
        name: &KeysetName,
        unlock: Unlock<'_>,
    ) -> Result<SecretText, Error> {
        if let Some(password) = self.remembered_password(name) {
            return Ok(password);
        }
        let cover = self.cover(name)?;
        match (cover.level, unlock) {
            (Level::High, Unlock::Password(password)) => Ok(secret(password)),
            (Level::High, Unlock::Consent | Unlock::Silent) => {
                Err(Error::PasswordNeeded(name.clone()))
            }
            (Level::Medium, Unlock::Silent) => Err(Error::ConsentNeeded(name.clone())),
            (Level::Medium, Unlock::Consent | Unlock::Password(_)) | (Level::Low, _) => {
                let damaged = || self.home.damaged(&path(name, COVER));
                cover.password.ok_or_else(damaged)
            }
        }
    }

    /// The keyset, opened from its file.
    pub(super) fn read_keyset(
        &self,
        name: &KeysetName,
        password: &SecretText,
    ) -> Result<Keyset, Error> {
        let file = self.home.read(&path(name, FILE))?;
        let file = file.ok_or_else(|| Error::NoSuchKeyset(name.clone()))?;
        let keyset = Keyset::open(name.clone(), &file, password)?;
        let cover = self.cover(name)?;
        if !keyset.certificates().eq(&cover.certificates) {
            // The program ended between the two files.
            self.write_cover(&keyset, cover.level, cover.password.as_ref())?;
        }
        Ok(keyset)
    }

    /// Refuses a password that is easy to guess or that other programs can not take.
    pub fn refuse_weak(&self, name: &KeysetName, password: &Password) -> Result<(), Error> {
        if !password.expose().is_ascii() {
            return Err(Error::PasswordNotAscii);
        }
        let own = self.settings.name.as_ref().map(ToString::to_string);
        let address = self.settings.address.as_ref().map(ToString::to_string);
        let context: Vec<&str> = [own.as_deref(), address.as_deref(), Some(name.as_str())]
            .into_iter()
            .flatten()
            .collect();
        let strength = strength::estimate(password, &context);
        if strength.is_enough() {
            return Ok(());
        }
        Err(Error::WeakPassword(strength.advice))
    }

    /// The cover goes first: with a new cover an old file opens as before, because a password stays
    /// the same; a file without cover would not open at all.
    fn write_keyset(
        &mut self,
        keyset: &Keyset,
        level: Level,
        password: &SecretText,
    ) -> Result<(), Error> {
        let iterations = self.around.costs.pkcs12_iterations;
        let file = keyset.to_file(password, iterations, &mut *self.around.rng)?;
        let password = (level != Level::High).then_some(password);
        self.write_cover(keyset, level, password)?;
        self.home.write(&path(keyset.name(), FILE), &file)
    }

    fn write_cover(
        &self,
        keyset: &Keyset,
        level: Level,
        password: Option<&SecretText>,
    ) -> Result<(), Error> {
        let mut record = Record::new();
        record.text("level", level.name());
        if let Some(password) = password {
            record.text("password", password.expose());
        }
        for certificate in keyset.certificates() {
            record.octets("certificate", certificate.der());
        }
        let cover = path(keyset.name(), COVER);
        self.home.write(&cover, record.as_octets())
    }

    fn cover(&self, name: &KeysetName) -> Result<Cover, Error> {
        if !self.has_keyset(name) {
            return Err(Error::NoSuchKeyset(name.clone()));
        }
        let cover = path(name, COVER);
        let damaged = || self.home.damaged(&cover);
        let record = self.home.read_record(&cover)?.ok_or_else(damaged)?;
        let level = record.value("level").and_then(Level::parse);
        let certificates = record.octets_of_all("certificate").map(|der| {
            let der = der.ok_or_else(damaged)?;
            Certificate::from_der(&der).map_err(|_malformed| damaged())
        });
        Ok(Cover {
            level: level.ok_or_else(damaged)?,
            password: record.secret_text("password"),
            certificates: certificates.collect::<Result<_, _>>()?,
        })
    }

    fn random_password(&mut self) -> SecretText {
        strength::generated(&mut *self.around.rng, strength::FILE_BITS)
    }
}

/// A typed password as the secret of a file.
pub(super) fn secret(password: &Password) -> SecretText {
    SecretText::new(password.expose().to_owned())
}

fn path(name: &KeysetName, ending: &str) -> String {
    format!("{KEYSETS}/{name}{ending}")
}

/// The ending of a keyset's file.
const FILE: &str = ".p12";

/// The ending of the file beside it.
const COVER: &str = ".keyset";
