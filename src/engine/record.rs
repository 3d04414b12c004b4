//! The mailbox record: what the KM server knows of a mailbox. The directory row is display; what is
//! certified, and every decision about keys, comes from here.

use crate::crypto::labelled::Label;
use crate::domain::address::MailAddress;
use crate::domain::guard::Guard;
use crate::domain::mailbox::{General, Mailbox, MailboxGuid};
use crate::domain::names::DisplayName;
use crate::domain::secret::SecretText;
use crate::domain::state::{Archive, SecurityState, Situation};
use crate::domain::time::UnixTime;
use crate::engine::Engine;
use crate::engine::act::{Act, Charter, ServerKeys};
use crate::engine::error::Error;
use crate::engine::state_root::{RecordSet, StateRoot};
use crate::store::{Reader, archived_key, record as table};

mod form;

/// What the KM server knows of a mailbox.
pub struct Record {
    /// The mailbox, for ever.
    pub guid: MailboxGuid,
    /// The name that certificates carry.
    pub name: DisplayName,
    /// The address that certificates carry.
    pub address: MailAddress,
    /// Where its advanced security stands.
    pub state: SecurityState,
    /// Whether the mailbox was deleted.
    pub deleted: bool,
    /// When the first of the current certificates ends.
    pub valid_until: Option<UnixTime>,
    /// Identifiers of all encryption keys it ever had, oldest first.
    pub keys: Vec<KeyId>,
    /// The serial number of the current signing certificate: the one that may sign requests.
    pub signing: Option<Serial>,
    /// The serial number of the current encryption certificate.
    pub encryption: Option<Serial>,
    /// What was issued to the user's program and is not confirmed yet.
    pub pending: Option<Pending>,
    /// The temporary key that waits for its user.
    pub temporary_key: Option<Temporary>,
    /// Until when keys wait to be picked up.
    pub pick_up_until: Option<UnixTime>,
    /// One more at every change.
    pub counter: u64,
    /// Whether it was written before records knew certificates.
    was_old: bool,
}

/// SHA-256 of a `SubjectPublicKeyInfo`.
pub type KeyId = [u8; 32];

/// The serial number of a certificate of ours, as it stands in the certificate.
pub type Serial = Vec<u8>;

/// A temporary key that waits.
pub struct Temporary {
    /// As displayed.
    pub key: SecretText,
    /// When it dies unused.
    pub expires: UnixTime,
    /// How often a wrong one was tried.
    pub wrong_tries: u32,
    /// The program that used it first; no other may.
    pub bound: Option<Bound>,
    /// How often another program tried to use it.
    pub other_tries: u32,
    /// The file's name of the mail that carries it, if one was sent.
    pub mail: Option<String>,
}

/// The program to which a temporary key belongs since its first use.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Bound {
    /// The program's keys.
    pub client: Client,
    /// When that was.
    pub at: UnixTime,
}

/// A user's program, known by its keys.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Client {
    /// The signing key that it wants certified.
    pub signing: KeyId,
    /// The key to which private keys are encrypted for it; nothing from a program that asks for
    /// none.
    pub transport: Option<KeyId>,
}

/// Certificates that were issued and wait for the program's word that it has kept them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pending {
    /// What was asked for.
    pub from: Origin,
    /// For which program.
    pub client: Client,
    /// The signing certificate; nothing after it was refused, or where none was asked for.
    pub signing: Option<Serial>,
    /// The encryption certificate; the same.
    pub encryption: Option<Serial>,
    /// The encryption key, which is made once however often it is asked for.
    pub key: Option<KeyId>,
    /// How often the program has refused what it got.
    pub refused: u32,
}

/// By which message certificates were asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Origin {
    /// The second request of a program that had asked for the signing half alone.
    Completion,
    /// A request for recovered keys.
    Recovery,
    /// A renewal.
    Renewal,
    /// The first request under a temporary key.
    SetUp,
}

impl Record {
    /// The record of a mailbox that was never enabled.
    pub fn new(guid: MailboxGuid, general: &General) -> Self {
        Self {
            guid,
            name: general.display_name.clone(),
            address: general.address.clone(),
            state: SecurityState::Undefined,
            deleted: false,
            valid_until: None,
            keys: Vec::new(),
            signing: None,
            encryption: None,
            pending: None,
            temporary_key: None,
            pick_up_until: None,
            counter: 0,
            was_old: false,
        }
    }

    /// Opens the record of a mailbox, which must be of the person that the directory shows: people
    /// decide by what they see.
    pub fn of(reader: &Reader<'_>, keys: &ServerKeys, mailbox: &Mailbox) -> Result<Self, Error> {
        let record = Self::load(reader, keys, mailbox.guid)?;
        let general = &mailbox.general;
        let same = record.name == general.display_name
            && record.address == general.address
            && record.deleted == mailbox.deleted_at.is_some();
        if same {
            Ok(record)
        } else {
            Err(Error::Tampered(
                "the directory shows another person than the mailbox record",
            ))
        }
    }

    /// Opens the record with this identifier.
    pub fn load(reader: &Reader<'_>, keys: &ServerKeys, guid: MailboxGuid) -> Result<Self, Error> {
        let sealed = table::of(reader, guid.as_bytes())?;
        let sealed = sealed.ok_or(Error::Tampered("a mailbox record is missing"))?;
        let content = keys.open(&sealed, &label(keys, guid.as_bytes()));
        let content =
            content.map_err(|_sealed| Error::Tampered("a mailbox record was replaced"))?;
        let mut record = Self::from_der(guid, content.expose())?;
        if record.was_old {
            // Before, every certificate was an encryption certificate, and the newest the current.
            let issued = archived_key::issued_to(reader, guid.as_bytes())?;
            record.encryption = issued.into_iter().next_back().map(|issued| issued.serial);
            record.was_old = false;
        }
        Ok(record)
    }

    /// Seals the record in the place of the one before, and brings the state root up to date.
    pub fn store(&mut self, act: &mut Act<'_>) -> Result<(), Error> {
        self.counter += 1;
        let guid = self.guid.as_bytes();
        if let Some(before) = table::of(act.tx, guid)? {
            act.root.records.remove(guid, &before);
        }
        let content = self.to_der()?;
        let sealed = act
            .keys
            .seal(content.expose(), &label(act.keys, guid), act.rng)?;
        let due = self.due().map(UnixTime::secs);
        table::replace(act.tx, guid, due, &sealed)?;
        act.root.records.add(guid, &sealed);
        Ok(())
    }

    /// Where the mailbox stands at `now`.
    pub fn situation(&self, now: UnixTime) -> Situation {
        if self.deleted {
            return Situation::Deleted;
        }
        self.state.at(now, self.valid_until)
    }

    /// The person, as prompts, the audit and notices name him.
    pub fn person(&self) -> String {
        format!("{} <{}>", self.name, self.address)
    }

    /// When the next secret in it dies.
    pub fn due(&self) -> Option<UnixTime> {
        let expires = self
            .temporary_key
            .as_ref()
            .map(|temporary| temporary.expires);
        expires.into_iter().chain(self.pick_up_until).min()
    }

    /// No certificate may sign requests any more, and nothing that was issued may be confirmed.
    pub fn suspend(&mut self) {
        self.signing = None;
        self.pending = None;
    }

    /// What was issued and not confirmed names an address that is the mailbox's no more: it is issued
    /// anew when the program asks again, for the same key.
    pub fn reissue(&mut self) {
        if let Some(pending) = &mut self.pending {
            pending.signing = None;
            pending.encryption = None;
        }
    }

    /// What follows when the temporary key and the waiting keys have died. What was issued under
    /// the temporary key can no longer be confirmed; renewed certificates can, by their signature.
    pub fn forget_unconfirmed(&mut self) {
        let by_signature = |pending: &Pending| match pending.from {
            Origin::Completion | Origin::Renewal => true,
            Origin::Recovery | Origin::SetUp => false,
        };
        self.pending = self.pending.take().filter(by_signature);
    }

    /// Whether keys of this mailbox are in the archive.
    pub fn archive(&self) -> Archive {
        if self.keys.is_empty() {
            Archive::Empty
        } else {
            Archive::Holds
        }
    }
}

fn label<'a>(keys: &ServerKeys, guid: &'a [u8; 16]) -> Label<'a> {
    Label {
        purpose: "mailbox record",
        installation: keys.installation,
        subject: guid,
        number: 0,
    }
}

/// Records hashed in one short read.
const BATCH: u32 = 1_000;

/// Up to here all records are held against the state root when the KM server opens, and again when
/// another program has written: a tenth of a second. More of them are looked at once, by the first
/// act that needs them or by a window that has nothing else to do.
const AT_ONCE: u64 = 20_000;

/// What looking at all mailbox records found, and what had been written when it was done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Looked {
    /// They are what the state root says.
    Good {
        /// `PRAGMA data_version` at that moment.
        data_version: i64,
    },
    /// Not yet.
    NotYet,
    /// They are not.
    Bad,
}

impl Engine {
    /// Refuses if the mailbox records are not those the state root knows; looks at them first where
    /// that has not been done.
    pub fn records(&mut self) -> Result<(), Error> {
        let data_version = self.store.data_version()?;
        let is_new = match self.records {
            Looked::Good { data_version: then } => {
                then != data_version && self.root()?.records.count <= AT_ONCE
            }
            Looked::NotYet => true,
            Looked::Bad => false,
        };
        if is_new {
            self.look_at_records()?;
        }
        if self.records == Looked::Bad {
            return Err(Error::Tampered(
                "mailbox records were exchanged, removed, or older ones put back",
            ));
        }
        Ok(())
    }

    /// The same, for the guards whose acts take keys out of the archive.
    pub(super) fn records_for(&mut self, guard: Guard) -> Result<(), Error> {
        match guard {
            Guard::Recover | Guard::Revoke => self.records(),
            Guard::Administer | Guard::Import | Guard::Settings => Ok(()),
        }
    }

    /// What opening does: looks at the records if there are not too many.
    pub(super) fn look_at_few_records(&mut self) -> Result<(), Error> {
        if self.root()?.records.count <= AT_ONCE {
            self.look_at_records()?;
        }
        Ok(())
    }

    /// Holds every mailbox record against the state root. Another program may write meanwhile, so
    /// a difference counts only if the state root stayed the same.
    pub fn look_at_records(&mut self) -> Result<(), Error> {
        for _try in 0..3 {
            // three times in a row nobody writes in between but where somebody writes all the time
            let data_version = self.store.data_version()?;
            let before = self.root()?.records;
            let set = self.hash_records(&before)?;
            if before != self.root()?.records {
                continue;
            }
            self.records = if set == before {
                Looked::Good { data_version }
            } else {
                Looked::Bad
            };
            return Ok(());
        }
        Ok(()) // the next call looks again
    }

    fn hash_records(&mut self, known: &RecordSet) -> Result<RecordSet, Error> {
        let mut set = known.emptied();
        let mut last = None;
        loop {
            let batch = self
                .store
                .read(|reader| table::after(reader, last.as_ref(), BATCH))?;
            let Some((guid, _)) = batch.last() else {
                return Ok(set);
            };
            last = Some(*guid);
            for (guid, sealed) in &batch {
                set.add(guid, sealed);
            }
        }
    }

    fn root(&mut self) -> Result<StateRoot, Error> {
        self.store
            .read(|reader| Ok(Charter::load(reader, &self.room.keys)?.0))
    }
}
