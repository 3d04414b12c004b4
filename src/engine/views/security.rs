//! What the Security page of a mailbox shows.

use std::collections::BTreeMap;

use crate::crypto::certificate::Certificate;
use crate::crypto::certificate::key_usage::KeyUsage;
use crate::domain::mailbox::MailboxId;
use crate::domain::state::{Archive, Situation};
use crate::domain::time::UnixTime;
use crate::engine::act::Charter;
use crate::engine::error::Error;
use crate::engine::record::{Record, Serial};
use crate::engine::revocations::{self, Revocation};
use crate::engine::settings::Settings;
use crate::engine::{Engine, answer, issue};
use crate::store::{archived_key, mailbox, record as record_table};

/// A mailbox's advanced security, as its Security page shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Security {
    /// Where it stands.
    pub situation: Situation,
    /// Whether keys are in the archive.
    pub archive: Archive,
    /// Its certificates, oldest first.
    pub certificates: Vec<IssuedCertificate>,
    /// When the unused temporary key dies.
    pub temporary_key_expires: Option<UnixTime>,
    /// How often a wrong temporary key was tried.
    pub wrong_tries: u32,
    /// When a program first used the temporary key, which is that program's since then.
    pub used_since: Option<UnixTime>,
    /// How often another program tried to use it: "already used by another program".
    pub other_tries: u32,
    /// The current signing certificate.
    pub signing: Option<Certificate>,
    /// The current encryption certificate.
    pub encryption: Option<Certificate>,
    /// Whether certificates were issued that the user's program has not confirmed.
    pub is_unconfirmed: bool,
    /// From when on the user's program can renew the certificates.
    pub renewal_from: Option<UnixTime>,
    /// Until when keys wait for the user.
    pub pick_up_until: Option<UnixTime>,
    /// How many keys are in the archive.
    pub archived_keys: usize,
    /// How many keys wait for the user.
    pub waiting_keys: usize,
}

/// A certificate that was issued to a mailbox.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IssuedCertificate {
    /// The certificate.
    pub certificate: Certificate,
    /// Whether it counts.
    pub standing: Standing,
}

/// What a certificate's key is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Use {
    /// Others encrypt to it.
    Encryption,
    /// Its holder signs with it.
    Signing,
}

/// Where a certificate stands among those of its mailbox.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    /// It is the one that counts.
    Current,
    /// Another one has taken its place, or none.
    Older,
    /// It is on the revocation list.
    Revoked,
    /// The user's program has not confirmed that it has kept it.
    Unconfirmed,
}

impl IssuedCertificate {
    /// What its key is for.
    pub fn used_for(&self) -> Use {
        let usage = self.certificate.key_usage();
        if usage.is_some_and(KeyUsage::digital_signature) {
            Use::Signing
        } else {
            Use::Encryption
        }
    }

    /// Whether it is the one that counts.
    pub fn is_current(&self) -> bool {
        self.standing == Standing::Current
    }
}

impl Use {
    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Encryption => "encryption",
            Self::Signing => "signing",
        }
    }
}

impl Standing {
    /// The word in lists and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Older => "older",
            Self::Revoked => "revoked",
            Self::Unconfirmed => "unconfirmed",
        }
    }

    fn of(serial: &Serial, record: &Record, revoked: &BTreeMap<Serial, Revocation>) -> Self {
        let pending = record.pending.as_ref();
        let unconfirmed = pending.map(|pending| [&pending.signing, &pending.encryption]);
        let is_one_of = |serials: [&Option<Serial>; 2]| serials.contains(&&Some(serial.clone()));
        if revoked.contains_key(serial) {
            Self::Revoked
        } else if is_one_of([&record.signing, &record.encryption]) {
            Self::Current
        } else if unconfirmed.is_some_and(is_one_of) {
            Self::Unconfirmed
        } else {
            Self::Older
        }
    }
}

impl Engine {
    /// A mailbox's advanced security.
    pub fn security(&mut self, id: MailboxId) -> Result<Security, Error> {
        let now = self.room.now();
        self.store.read(|reader| {
            let (root, charter) = Charter::load(reader, &self.room.keys)?;
            let settings = Settings::load(reader, &charter, &root)?;
            let found = mailbox::by_id(reader, id)?;
            let found = found.ok_or(Error::Unexpected)?;
            let record = Record::of(reader, &self.room.keys, &found)?;
            let guid = found.guid;
            let installation = self.room.keys.installation;
            let revoked = revocations::by_serial(reader, installation, &root.revocations)?;
            let issued = archived_key::issued_to(reader, guid.as_bytes())?;
            let certificates = issued.iter().map(|issued| {
                let certificate = Certificate::from_der(&issued.der)
                    .map_err(|_malformed| Error::Tampered("a certificate can not be read"))?;
                let standing = Standing::of(&issued.serial, &record, &revoked);
                Ok::<_, Error>(IssuedCertificate {
                    certificate,
                    standing,
                })
            });
            let waiting = record_table::waiting(reader, guid.as_bytes())?;
            let temporary = record.temporary_key.as_ref();
            let bound = temporary.and_then(|temporary| temporary.bound.as_ref());
            let current = |serial: &Option<Serial>| {
                let serial = serial.as_ref();
                serial
                    .map(|serial| issue::certificate(reader, &settings, &guid, serial))
                    .transpose()
            };
            Ok(Security {
                used_since: bound.map(|bound| bound.at),
                other_tries: temporary.map_or(0, |temporary| temporary.other_tries),
                signing: current(&record.signing)?,
                encryption: current(&record.encryption)?,
                is_unconfirmed: record.pending.as_ref().is_some_and(|pending| {
                    pending.signing.is_some() || pending.encryption.is_some()
                }),
                renewal_from: answer::renewal_from(reader, &settings, &record)?,
                situation: record.situation(now),
                archive: record.archive(),
                certificates: certificates.collect::<Result<_, _>>()?,
                temporary_key_expires: temporary.map(|temporary| temporary.expires),
                wrong_tries: temporary.map_or(0, |temporary| temporary.wrong_tries),
                pick_up_until: record.pick_up_until,
                archived_keys: record.keys.len(),
                waiting_keys: waiting.len(),
            })
        })
    }
}
