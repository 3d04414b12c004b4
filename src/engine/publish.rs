//! What others may read: the revocation list, our certificate, users' encryption certificates and
//! the trust list, as files in the publish folder.
//!
//! | file | what |
//! | --- | --- |
//! | `ca.crl` | the newest revocation list, DER |
//! | `ca.cer` | the certificate of our authority, DER |
//! | `trust-list.der` | the trust list as a quorum signed it, see [`trust_list`] |
//! | `certificates/ADDRESS.cer` | the encryption certificate of a mailbox, DER |
//!
//! ADDRESS is the mailbox's folder in the post office ([`maildir::folder_of`]); it is what a search
//! by e-mail address (RFC 4387) is answered from.
//!
//! What an act changes it lays ready in its own transaction; it is written after it, and as often as
//! needed. Each file is written under a lock on the folder, from what the database holds then, so
//! that of several programs the last one always writes the newest.

mod folder;

use std::collections::BTreeMap;

use crate::crypto::crl::Crl;
use crate::domain::address::MailAddress;
use crate::domain::mailbox::{MailboxGuid, MailboxId};
use crate::domain::state::SecurityState;
use crate::domain::time::UnixTime;
use crate::engine::act::{Act, Charter, ServerKeys};
use crate::engine::error::Error;
use crate::engine::record::Record;
use crate::engine::revocations::Revocation;
use crate::engine::settings::{CA_FILE, CRL_FILE, Settings};
use crate::engine::state_root::StateRoot;
use crate::engine::{Engine, crl, issue, revocations, trust};
use crate::mail::maildir;
use crate::protocol::trust_list;
use crate::store::publication::{self as table, Publication};
use crate::store::{Reader, Tx, archived_key, mailbox as mailboxes};
use folder::{File, Folder};

/// The folder of users' certificates in the publish folder.
pub const CERTIFICATES_FOLDER: &str = "certificates";

/// Something to be published.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum What {
    /// The file of our own certificate.
    Ca,
    /// The file of the encryption certificate that belongs to this address, if any does.
    Certificate(MailAddress),
    /// The file of the newest revocation list.
    Crl,
    /// A revocation list is to be made.
    NewCrl,
    /// The file of the trust list.
    TrustList,
}

impl What {
    /// The word in the table.
    fn word(&self) -> String {
        match self {
            Self::Ca => "ca certificate".to_owned(),
            Self::Certificate(address) => format!("{ADDRESS}{address}"),
            Self::Crl => "revocation list".to_owned(),
            Self::NewCrl => "new revocation list".to_owned(),
            Self::TrustList => "trust list".to_owned(),
        }
    }

    fn parse(word: &str) -> Option<Self> {
        let of_kind = [Self::Ca, Self::Crl, Self::NewCrl, Self::TrustList];
        let of_address = || {
            let address = MailAddress::parse(word.strip_prefix(ADDRESS)?).ok()?;
            Some(Self::Certificate(address))
        };
        of_kind
            .into_iter()
            .find(|what| what.word() == word)
            .or_else(of_address)
    }
}

const ADDRESS: &str = "address ";

/// The file of an address's certificate, below [`CERTIFICATES_FOLDER`].
pub fn certificate_file(address: &MailAddress) -> String {
    format!("{}.cer", maildir::folder_of(address.key().as_str()))
}

/// Lays something ready in the act's transaction.
pub(super) fn lay_ready(tx: &Tx<'_>, what: &What, due: UnixTime) -> Result<(), Error> {
    Ok(table::push(tx, &what.word(), due.secs())?)
}

/// The certificate that belongs to an address may be another one now, or none.
pub fn address_changed(act: &Act<'_>, address: &MailAddress) -> Result<(), Error> {
    lay_ready(act.tx, &What::Certificate(address.clone()), act.now)
}

/// The certificate with this serial number was revoked.
pub(super) fn certificate_changed(act: &Act<'_>, serial: &[u8]) -> Result<(), Error> {
    if let Some(issued) = archived_key::by_serial(act.tx, serial)? {
        let guid = MailboxGuid::from_bytes(issued.guid);
        let record = Record::load(act.tx, act.keys, guid)?;
        address_changed(act, &record.address)?;
    }
    Ok(())
}

/// Whether no other program has done what was laid ready under this number.
pub(super) fn still_waits(act: &Act<'_>, number: i64) -> Result<bool, Error> {
    let after = number.saturating_sub(1);
    let found = table::due(act.tx, act.now.secs(), after, 1)?;
    Ok(found.first().is_some_and(|first| first.id == number))
}

/// Files written under one lock.
const BATCH: u32 = 100;

impl Engine {
    /// Makes a new revocation list and writes every file anew.
    pub fn publish(&mut self) -> Result<crl::CrlFacts, Error> {
        let now = self.room.now();
        self.store.write(|tx| everything(tx, now))?;
        self.publish_crl()
    }

    /// The encryption certificate (DER) that others are to use for this address, if there is one.
    pub fn certificate_of_address(
        &mut self,
        address: &MailAddress,
    ) -> Result<Option<Vec<u8>>, Error> {
        let now = self.room.now();
        self.store
            .read(|reader| Shown::load(reader, &self.room.keys, now)?.certificate(address))
    }

    /// Publishes what waits. What can not be published now stays for the next time, and keeps
    /// nothing else back.
    pub(super) fn publish_waiting(&mut self) -> Result<(), Error> {
        let now = self.room.now();
        if self.store.read(table::is_empty)? {
            self.store.write(|tx| everything(tx, now))?; // a new file, or one of an older program
        }
        let mut last = 0;
        let mut first_failure = Ok(());
        loop {
            let waiting = self
                .store
                .read(|reader| table::due(reader, now.secs(), last, BATCH))?;
            let Some(end) = waiting.last() else {
                return first_failure;
            };
            last = end.id;
            let new_list = What::NewCrl.word();
            for list in waiting.iter().filter(|waiting| waiting.what == new_list) {
                let renewed = self.renew_crl(list.id);
                first_failure = first_failure.and(renewed);
            }
            let written = self.write_files(&waiting);
            first_failure = first_failure.and(written);
        }
    }

    /// Writes the files that wait. One that can not be made is left for the next time and keeps no
    /// other one back.
    fn write_files(&mut self, waiting: &[Publication]) -> Result<(), Error> {
        let now = self.room.now();
        let keys = &self.room.keys;
        let settings = self.store.read(|reader| {
            let (root, charter) = Charter::load(reader, keys)?;
            Settings::load(reader, &charter, &root)
        })?;
        let folder = Folder::lock(&settings.publish_folder)?;
        let files = self.store.read(|reader| {
            let shown = Shown::load(reader, keys, now)?;
            let file = |waiting: &Publication| match What::parse(&waiting.what) {
                Some(What::NewCrl) => None, // no file, and due again in a few days
                Some(what) => Some((waiting.id, shown.file(&what))),
                None => Some((waiting.id, Ok(None))), // nothing of ours
            };
            Ok::<_, Error>(waiting.iter().filter_map(file).collect::<Vec<_>>())
        })?;
        let mut first_failure = Ok(());
        let mut done = Vec::new();
        for (id, file) in files {
            match file.and_then(|file| folder.put(file.as_ref())) {
                Ok(()) => done.push(id),
                Err(failure) => first_failure = first_failure.and(Err(failure)),
            }
        }
        self.store
            .write(|tx| done.iter().try_for_each(|id| table::done(tx, *id)))?;
        first_failure
    }
}

/// Lays everything there is ready.
fn everything(tx: &Tx<'_>, now: UnixTime) -> Result<(), Error> {
    for what in [What::NewCrl, What::Ca, What::TrustList] {
        lay_ready(tx, &what, now)?;
    }
    let mut last = MailboxId(0);
    loop {
        let batch = mailboxes::following(tx, last)?;
        let Some(end) = batch.last() else {
            return Ok(());
        };
        last = end.id;
        for mailbox in batch {
            match mailbox.state {
                SecurityState::Undefined => (), // never had a certificate
                SecurityState::New
                | SecurityState::Active
                | SecurityState::Recover
                | SecurityState::Revoked => {
                    lay_ready(tx, &What::Certificate(mailbox.general.address), now)?;
                }
            }
        }
    }
}

/// What the database shows to others, at one moment.
struct Shown<'a> {
    reader: &'a Reader<'a>,
    keys: &'a ServerKeys,
    now: UnixTime,
    charter: Charter,
    root: StateRoot,
    settings: Settings,
    revoked: BTreeMap<Vec<u8>, Revocation>,
}

impl<'a> Shown<'a> {
    fn load(reader: &'a Reader<'a>, keys: &'a ServerKeys, now: UnixTime) -> Result<Self, Error> {
        let (root, charter) = Charter::load(reader, keys)?;
        Ok(Self {
            reader,
            keys,
            now,
            settings: Settings::load(reader, &charter, &root)?,
            revoked: revocations::by_serial(reader, keys.installation, &root.revocations)?,
            charter,
            root,
        })
    }

    fn file(&self, what: &What) -> Result<Option<File>, Error> {
        let file = |path: &str, octets| {
            let path = path.to_owned();
            Ok(Some(File { path, octets }))
        };
        match what {
            What::Ca => file(CA_FILE, Some(self.settings.ca_certificate.clone())),
            What::Certificate(address) => {
                let path = format!("{CERTIFICATES_FOLDER}/{}", certificate_file(address));
                file(&path, self.certificate(address)?)
            }
            What::Crl => file(CRL_FILE, self.crl()?),
            What::NewCrl => Ok(None),
            What::TrustList => {
                let list = trust::published(self.reader, &self.charter, &self.root)?;
                file(trust_list::FILE, Some(list))
            }
        }
    }

    /// The newest list, if it is our authority's: whoever writes into the file may not publish.
    fn crl(&self) -> Result<Option<Vec<u8>>, Error> {
        let bad = Error::Tampered("the revocation list was replaced");
        let Some(list) = crl::newest(self.reader)? else {
            return Ok(None);
        };
        let authority = issue::authority(&self.settings)?;
        match Crl::read(&list) {
            Ok(read) if read.verify(&authority).is_ok() => Ok(Some(list)),
            Ok(_) | Err(_) => Err(bad),
        }
    }

    /// The newest encryption certificate of the mailbox with this address, as long as others are to
    /// use it.
    fn certificate(&self, address: &MailAddress) -> Result<Option<Vec<u8>>, Error> {
        let Some(mailbox) = mailboxes::by_address(self.reader, address)? else {
            return Ok(None);
        };
        let record = Record::of(self.reader, self.keys, &mailbox)?;
        let is_used = matches!(record.state, SecurityState::Active | SecurityState::Recover);
        if record.deleted || !is_used {
            return Ok(None);
        }
        let Some(serial) = &record.encryption else {
            return Ok(None); // what was issued and not confirmed is nobody's yet
        };
        let current = issue::certificate(self.reader, &self.settings, &mailbox.guid, serial)?;
        let is_good = self.now <= current.not_after() && !self.revoked.contains_key(serial);
        Ok(is_good.then(|| current.der().to_vec()))
    }
}
