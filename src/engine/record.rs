//! The mailbox record: what the KM server knows of a mailbox. The directory row is display; what is
//! certified, and every decision about keys, comes from here.

use der::asn1::{OctetString, Utf8StringRef};
use der::{Decode as _, Encode as _, Sequence};

use crate::crypto::labelled::Label;
use crate::domain::address::MailAddress;
use crate::domain::mailbox::MailboxGuid;
use crate::domain::secret::{SecretBytes, SecretText};
use crate::domain::state::{Archive, SecurityState, Situation};
use crate::domain::time::UnixTime;
use crate::engine::Engine;
use crate::engine::act::{Act, Charter, ServerKeys};
use crate::engine::error::Error;
use crate::engine::state_root::{RecordSet, StateRoot};
use crate::store::{Reader, record as table};

/// What the KM server knows of a mailbox.
pub struct Record {
    /// The mailbox, for ever.
    pub guid: MailboxGuid,
    /// The address that certificates carry.
    pub address: MailAddress,
    /// Where its advanced security stands.
    pub state: SecurityState,
    /// Whether the mailbox was deleted.
    pub deleted: bool,
    /// The end of the current encryption certificate.
    pub valid_until: Option<UnixTime>,
    /// Identifiers of all encryption keys it ever had, oldest first.
    pub keys: Vec<[u8; 32]>,
    /// The temporary key that waits for its user.
    pub temporary_key: Option<Temporary>,
    /// Until when keys wait to be picked up.
    pub pick_up_until: Option<UnixTime>,
    /// One more at every change.
    pub counter: u64,
}

/// A temporary key that waits.
pub struct Temporary {
    /// As displayed.
    pub key: SecretText,
    /// When it dies unused.
    pub expires: UnixTime,
    /// How often a wrong one was tried.
    pub wrong_tries: u32,
}

impl Record {
    /// The record of a mailbox that was never enabled.
    pub fn new(guid: MailboxGuid, address: MailAddress) -> Self {
        Self {
            guid,
            address,
            state: SecurityState::Undefined,
            deleted: false,
            valid_until: None,
            keys: Vec::new(),
            temporary_key: None,
            pick_up_until: None,
            counter: 0,
        }
    }

    /// Opens the record of a mailbox.
    pub fn load(reader: &Reader<'_>, keys: &ServerKeys, guid: MailboxGuid) -> Result<Self, Error> {
        let sealed = table::of(reader, guid.as_bytes())?;
        let sealed = sealed.ok_or(Error::Tampered("a mailbox record is missing"))?;
        let content = keys.open(&sealed, &label(keys, guid.as_bytes()));
        let content =
            content.map_err(|_sealed| Error::Tampered("a mailbox record was replaced"))?;
        Self::from_der(guid, content.expose())
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

    /// When the next secret in it dies.
    fn due(&self) -> Option<UnixTime> {
        let expires = self
            .temporary_key
            .as_ref()
            .map(|temporary| temporary.expires);
        expires.into_iter().chain(self.pick_up_until).min()
    }

    /// Whether keys of this mailbox are in the archive.
    pub fn archive(&self) -> Archive {
        if self.keys.is_empty() {
            Archive::Empty
        } else {
            Archive::Holds
        }
    }

    fn to_der(&self) -> Result<SecretBytes, Error> {
        let secs = |time: &UnixTime| time.secs();
        let temporary = self.temporary_key.as_ref().map(|temporary| {
            Ok::<_, Error>(TemporaryDer {
                key: Utf8StringRef::new(temporary.key.expose())?,
                expires: temporary.expires.secs(),
                wrong_tries: temporary.wrong_tries,
            })
        });
        let octets = RecordDer {
            version: 1,
            address: self.address.to_string(),
            state: self.state.number(),
            deleted: self.deleted,
            counter: self.counter,
            keys: self
                .keys
                .iter()
                .map(|key| OctetString::new(*key))
                .collect::<Result<_, _>>()?,
            valid_until: self.valid_until.as_ref().map(secs),
            temporary_key: temporary.transpose()?,
            pick_up_until: self.pick_up_until.as_ref().map(secs),
        }
        .to_der()?;
        Ok(SecretBytes::new(octets))
    }

    fn from_der(guid: MailboxGuid, octets: &[u8]) -> Result<Self, Error> {
        let record = RecordDer::from_der(octets)?;
        let key = |key: OctetString| key.as_bytes().try_into().map_err(|_length| BAD);
        Ok(Self {
            guid,
            address: MailAddress::parse(&record.address).map_err(|_address| BAD)?,
            state: SecurityState::from_number(record.state).ok_or(BAD)?,
            deleted: record.deleted,
            valid_until: record.valid_until.map(UnixTime::from_secs),
            keys: record.keys.into_iter().map(key).collect::<Result<_, _>>()?,
            temporary_key: record.temporary_key.map(|temporary| Temporary {
                key: SecretText::new(temporary.key.as_str().to_owned()),
                expires: UnixTime::from_secs(temporary.expires),
                wrong_tries: temporary.wrong_tries,
            }),
            pick_up_until: record.pick_up_until.map(UnixTime::from_secs),
            counter: record.counter,
        })
    }
}

const BAD: Error = Error::Tampered("a mailbox record can not be read");

fn label<'a>(keys: &ServerKeys, guid: &'a [u8; 16]) -> Label<'a> {
    Label {
        purpose: "mailbox record",
        installation: keys.installation,
        subject: guid,
        number: 0,
    }
}

#[derive(Sequence)]
struct RecordDer<'a> {
    version: u8,
    address: String,
    state: u8,
    deleted: bool,
    counter: u64,
    keys: Vec<OctetString>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    valid_until: Option<i64>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    temporary_key: Option<TemporaryDer<'a>>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    pick_up_until: Option<i64>,
}

#[derive(Sequence)]
struct TemporaryDer<'a> {
    key: Utf8StringRef<'a>,
    expires: i64,
    wrong_tries: u32,
}

/// Records hashed in one short read.
const BATCH: u32 = 1_000;

/// Up to here all records are held against the state root when the KM server opens: a tenth of a
/// second. More of them are looked at by [`Engine::verify_records`] while people already work.
const AT_OPENING: u64 = 20_000;

impl Engine {
    /// Whether the mailbox records are those the state root knows, as far as they were looked at.
    pub fn records(&self) -> Result<(), Error> {
        self.records.map_err(Error::Tampered)
    }

    pub(super) fn look_at_records(&mut self) -> Result<(), Error> {
        let count = self.root()?.records.count;
        if count <= AT_OPENING {
            self.verify_records()
        } else {
            Ok(())
        }
    }

    /// Holds every mailbox record against the state root. Another program may write meanwhile, so
    /// a difference is looked at again before it is believed.
    pub fn verify_records(&mut self) -> Result<(), Error> {
        for _ in 0..3 {
            let before = self.root()?;
            let set = self.hash_records(&before.records)?;
            let after = self.root()?;
            if before.records != after.records {
                continue;
            }
            self.records = if set == after.records {
                Ok(())
            } else {
                Err("mailbox records were exchanged, removed, or older ones put back")
            };
            return Ok(());
        }
        Ok(()) // somebody writes all the time; the next call looks again
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
