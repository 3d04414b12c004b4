//! Opening the KM server with its startup password.

use std::path::Path;

use der::{Decode as _, Encode as _, Sequence};
use zeroize::Zeroizing;

use crate::crypto::costs::Costs;
use crate::crypto::envelope::{Opener, Recipient};
use crate::crypto::kdf::{self, Argon2Params, Salt};
use crate::crypto::keypair::PublicKey;
use crate::crypto::labelled::{self, Label, LabelledError};
use crate::crypto::sharing;
use crate::domain::secret::{Key, Password};
use crate::domain::time::UnixTime;
use crate::engine::act::{Charter, SERVER_KEY_ID, ServerKeys};
use crate::engine::audit::{Outcome, Report};
use crate::engine::error::Error;
use crate::engine::manifest::InstallationId;
use crate::engine::record::Looked;
use crate::engine::{Engine, Room, Surroundings, attempts, revocations};
use crate::store::audit as audit_table;
use crate::store::lock::FolderLock;
use crate::store::object::{self, Object};
use crate::store::{Reader, Store, StoreError, Tx};

/// The database in the data folder.
pub const DATABASE: &str = "km.db";

/// Whether a KM server has been set up in this folder.
pub fn is_set_up(data: &Path) -> bool {
    data.join(DATABASE).is_file()
}

/// Opens the KM server in `data`. A wrong password opens nothing; it is counted, and written into
/// the audit at the next opening.
pub fn open(data: &Path, around: Surroundings, startup: &Password) -> Result<Engine, Error> {
    sharing::self_test()?;
    if !is_set_up(data) {
        return Err(StoreError::NotSetUp.into());
    }
    let (lock, mut store) = open_store(data)?;
    let now = around.clock.now();
    let (opening, keys) = store.read(|reader| {
        attempts::may_try(reader, attempts::STARTUP, now)?;
        let opening = Opening::load(reader)?;
        Ok::<_, Error>((opening, Sealed::load(reader)?))
    })?;
    if !opening.argon2.is_at_least(around.costs.argon2_floor) {
        return Err(Error::Tampered(
            "the startup password's hash was made too cheap",
        ));
    }
    // It has capital letters alone, so whoever types small ones means the same.
    let startup = Password::parse(&Zeroizing::new(startup.expose().to_ascii_uppercase()))
        .map_err(|_typed| Error::WrongStartupPassword)?;
    let key = kdf::derive(&startup, &opening.salt, opening.argon2)?;
    let server = match opening.server_key(&key) {
        Err(Error::WrongStartupPassword) => {
            store.write(|tx| count_wrong(tx, now, &around.operator))?;
            return Err(Error::WrongStartupPassword);
        }
        opened => opened?,
    };
    let keys = keys.open(opening.installation, server)?;
    let Surroundings {
        clock,
        rng,
        costs,
        operator,
    } = around;
    let mut engine = Engine {
        store,
        room: Room {
            clock,
            rng,
            costs,
            operator,
            keys,
        },
        records: Looked::NotYet,
        unwiped: false,
        unpublished: None,
        holder: None,
        spare: None,
        _lock: lock,
    };
    engine.take_over_wrong_passwords()?;
    engine.look_at_few_records()?;
    engine.after_secrets();
    Ok(engine)
}

/// Opens the database together with other programs; one of an older program is first brought to
/// this program's version, alone.
fn open_store(data: &Path) -> Result<(FolderLock, Store), Error> {
    let lock = FolderLock::shared(data, "kmadmin")?;
    let database = data.join(DATABASE);
    match Store::open(&database) {
        Err(StoreError::Older { .. }) => (),
        opened => return Ok((lock, opened?)),
    }
    drop(lock);
    let alone = FolderLock::alone(data, "kmadmin, which brings it to its version")?;
    Store::upgrade(&database)?.close()?;
    drop(alone);
    let lock = FolderLock::shared(data, "kmadmin")?;
    Ok((lock, Store::open(&database)?))
}

/// When the next startup password is tried, if a pause lasts.
pub fn pause(data: &Path, now: UnixTime) -> Result<Option<UnixTime>, Error> {
    let (_lock, mut store) = open_store(data)?;
    match store.read(|reader| attempts::may_try(reader, attempts::STARTUP, now)) {
        Ok(()) => Ok(None),
        Err(Error::Paused { until }) => Ok(Some(until)),
        Err(other) => Err(other),
    }
}

/// What stands beside the sealed server key, in clear: how the password becomes its key.
struct Opening {
    installation: InstallationId,
    salt: Salt,
    argon2: Argon2Params,
    sealed: Vec<u8>,
}

impl Opening {
    fn load(reader: &Reader<'_>) -> Result<Self, Error> {
        let bad = Error::Tampered("what the startup password opens can not be read");
        let (Some(opening), Some(sealed)) = (
            object::by_name(reader, "startup")?,
            object::by_name(reader, "server key")?,
        ) else {
            return Err(bad);
        };
        let opening = OpeningDer::from_der(&opening.body)?;
        let argon2 = Argon2Params::new(opening.memory_kib, opening.passes, opening.lanes)?;
        Ok(Self {
            installation: opening
                .installation
                .as_bytes()
                .try_into()
                .map_err(|_length| bad)?,
            salt: Salt::parse(&opening.salt)?,
            argon2,
            sealed: sealed.body,
        })
    }

    fn server_key(&self, key: &Key) -> Result<Key, Error> {
        let with = Opener::Key {
            id: STARTUP_KEY_ID,
            key,
        };
        let label = startup_label(self.installation);
        match labelled::open_content(&self.sealed, with, &label) {
            Err(LabelledError::Envelope(_)) => Err(Error::WrongStartupPassword),
            opened => Ok(Key::try_from(opened?)?),
        }
    }
}

/// The keys under the server key that are open as long as the KM server is.
struct Sealed {
    audit: Vec<u8>,
    audit_public: Vec<u8>,
}

impl Sealed {
    fn load(reader: &Reader<'_>) -> Result<Self, Error> {
        let of = |name| {
            let object = object::by_name(reader, name)?;
            let object = object.ok_or(Error::Tampered("the audit key is missing"))?;
            Ok::<_, Error>(object.body)
        };
        Ok(Self {
            audit: of("audit key")?,
            audit_public: of("audit public key")?,
        })
    }

    fn open(self, installation: InstallationId, server: Key) -> Result<ServerKeys, Error> {
        let with = Opener::Key {
            id: SERVER_KEY_ID,
            key: &server,
        };
        let label = Label {
            purpose: "audit key",
            installation,
            subject: &[],
            number: 0,
        };
        let public = PublicKey::from_spki(&self.audit_public)?;
        let audit = labelled::open_key(&self.audit, with, &label, &public);
        let audit = audit.map_err(|_sealed| Error::Tampered("the audit key was replaced"))?;
        Ok(ServerKeys {
            installation,
            server,
            audit,
        })
    }
}

/// Seals the server key under a startup password; the salt and its costs stand beside it.
pub(super) fn seal_server_key(
    tx: &Tx<'_>,
    keys: &ServerKeys,
    startup: &Password,
    costs: &Costs,
    rng: &mut dyn rand::CryptoRng,
) -> Result<(), Error> {
    let salt = Salt::random(rng);
    let key = kdf::derive(startup, &salt, costs.argon2)?;
    let to = Recipient::Key {
        id: STARTUP_KEY_ID,
        key: &key,
    };
    let label = startup_label(keys.installation);
    let opening = OpeningDer {
        installation: der::asn1::OctetString::new(keys.installation)?,
        salt: salt.as_str().to_owned(),
        memory_kib: costs.argon2.memory_kib(),
        passes: costs.argon2.passes(),
        lanes: costs.argon2.lanes(),
    };
    let sealed = labelled::seal_content(keys.server.expose(), &label, to, rng)?;
    for (name, body) in [("startup", opening.to_der()?), ("server key", sealed)] {
        let object = Object {
            body,
            signature: None,
        };
        object::replace(tx, name, &object)?;
    }
    Ok(())
}

/// The name of the key that the startup password gives, as it stands in the envelope.
const STARTUP_KEY_ID: &[u8] = b"startup password";

fn startup_label(installation: InstallationId) -> Label<'static> {
    Label {
        purpose: "server key",
        installation,
        subject: b"startup",
        number: 0,
    }
}

#[derive(Sequence)]
struct OpeningDer {
    installation: der::asn1::OctetString,
    salt: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

fn count_wrong(tx: &Tx<'_>, now: UnixTime, operator: &str) -> Result<(), Error> {
    attempts::was_wrong(tx, attempts::STARTUP, now)?;
    audit_table::note_unsigned(
        tx,
        &audit_table::UnsignedEvent {
            at: now.secs(),
            who: operator.to_owned(),
            act: "wrong startup password".to_owned(),
        },
    )?;
    Ok(())
}

impl Engine {
    /// Puts what happened before the audit key was open into the audit.
    fn take_over_wrong_passwords(&mut self) -> Result<(), Error> {
        let count = self.store.read(|reader| {
            let (root, charter) = Charter::load(reader, &self.room.keys)?;
            revocations::load(reader, &charter, &root)?;
            attempts::count(reader, attempts::STARTUP)
        })?;
        if count == 0 {
            return Ok(());
        }
        self.within(|act| {
            attempts::was_right(act.tx, attempts::STARTUP)?;
            for event in audit_table::take_unsigned(act.tx)? {
                let at = UnixTime::from_secs(event.at).rfc3339();
                let report = Report {
                    who: event.who,
                    act: "Open the KM server".to_owned(),
                    subject: "startup password".to_owned(),
                    outcome: Outcome::Refused,
                    detail: format!("{} at {at}", event.act),
                };
                act.record(&report, None)?;
            }
            Ok(())
        })
    }
}
