//! Setting up a KM server: every key is made, and everything is written into a file beside the real
//! one, which takes its place only when the startup password has been seen.

use std::path::{Path, PathBuf};
use std::{fs, io};

use rand::CryptoRng;

use crate::crypto::keypair::PrivateKey;
use crate::crypto::labelled;
use crate::crypto::strength::{ENVELOPE_BITS, generated, startup_password};
use crate::crypto::x509::{self, RootProfile, Validity};
use crate::domain::guard::{Guard, Numbers};
use crate::domain::key_kind::KeyKind;
use crate::domain::names::{
    AdministratorName, ContainerName, OrganizationName, ServerName, SiteName,
};
use crate::domain::progress::{Progress, Step};
use crate::domain::secret::{Key, Password, SecretText};
use crate::domain::time::UnixTime;
use crate::engine::act::{Act, Charter, ServerKeys};
use crate::engine::administer::keep_server_key;
use crate::engine::audit::{Outcome, Report};
use crate::engine::error::Error;
use crate::engine::guards::{self, GuardKeys};
use crate::engine::manifest::{Manifest, Seat};
use crate::engine::seats::NewSeat;
use crate::engine::settings::{PublishUrl, Settings};
use crate::engine::signed::Signed;
use crate::engine::startup::{self, DATABASE};
use crate::engine::state_root::{Head, RecordSet, StateRoot};
use crate::engine::strength::refuse_weak;
use crate::engine::{Engine, Surroundings, trust};
use crate::store::lock::FolderLock;
use crate::store::object::{self, Object};
use crate::store::{Store, StoreError, Tx, container, seat as seat_table, site};

/// What set-up is told.
pub struct SetupPlan {
    /// The organization.
    pub organization: OrganizationName,
    /// The site that the KM server serves.
    pub site: SiteName,
    /// The KM server's name, which help-desk staff type.
    pub server: ServerName,
    /// The first administrator.
    pub administrator: AdministratorName,
    /// The first administrator's password.
    pub password: Password,
    /// Whether a second seat is made whose password is printed and sealed in an envelope.
    pub envelope: bool,
    /// The kind of the certification authority's key.
    pub ca_key: KeyKind,
    /// Where the publish folder will be served from.
    pub publish_url: Option<PublishUrl>,
    /// The publish folder.
    pub publish_folder: PathBuf,
    /// The folder of the users' Maildirs.
    pub post_office: PathBuf,
}

/// A KM server that is made but not yet in its place. Dropped before [`Self::commit`], it leaves
/// nothing behind.
#[must_use = "dropping it removes what was made"]
pub struct Prepared {
    data: PathBuf,
    found: Found,
    around: Option<Surroundings>,
    startup: SecretText,
    envelope: Option<SecretText>,
    lock: Option<FolderLock>,
}

/// Twenty years: the CA certificate outlives what it signs, and its key is good for as long (RSA of
/// 3072 bits or a curve of 256: NIST SP 800-57 part 1, table 4).
const CA_YEARS: u32 = 20;

/// The name of the seat in the envelope.
const ENVELOPE: &str = "Sealed envelope";

/// Makes everything a KM server needs.
pub fn prepare(
    data: &Path,
    mut around: Surroundings,
    plan: &SetupPlan,
    progress: &dyn Progress,
) -> Result<Prepared, Error> {
    let known = [
        plan.administrator.as_str(),
        plan.organization.as_str(),
        plan.server.as_str(),
    ];
    refuse_weak(&plan.password, &known)?;
    let found = Found::of(data)?;
    let lock = FolderLock::alone(data, "kmadmin set-up")?;
    let mut prepared = Prepared {
        data: data.to_owned(),
        found,
        around: None,
        startup: startup_password(&mut *around.rng),
        envelope: plan
            .envelope
            .then(|| generated(&mut *around.rng, ENVELOPE_BITS)),
        lock: Some(lock),
    };
    if startup::is_set_up(data) {
        prepared.found = Found::Occupied;
        return Err(StoreError::SetUpAlready.into());
    }
    prepared.remove_partial()?;
    let made = Made::make(plan, prepared.envelope.as_ref(), &mut around, progress)?;
    let startup = Password::parse(prepared.startup.expose()).map_err(|_text| Error::Unexpected)?;
    let (store, ()) = Store::create(&prepared.partial(), |tx| {
        write(tx, plan, &made, &startup, &mut around)
    })?;
    store.close()?;
    prepared.around = Some(around);
    Ok(prepared)
}

impl Prepared {
    /// The startup password, to be written down or saved before [`Self::commit`].
    pub fn startup_password(&self) -> &SecretText {
        &self.startup
    }

    /// The password for the envelope, if one was asked for.
    pub fn envelope_password(&self) -> Option<&SecretText> {
        self.envelope.as_ref()
    }

    /// Puts the KM server in its place and opens it.
    pub fn commit(mut self) -> Result<Engine, Error> {
        let database = self.data.join(DATABASE);
        let failed = |source| Error::File {
            what: "the new database could not be put in its place",
            path: database.clone(),
            source,
        };
        fs::rename(self.partial(), &database).map_err(failed)?;
        fs::File::open(&self.data)
            .and_then(|folder| folder.sync_all())
            .map_err(failed)?;
        self.found = Found::Occupied;
        self.lock = None; // the opening takes it again, shared
        let startup = Password::parse(self.startup.expose()).map_err(|_text| Error::Unexpected)?;
        let around = self.around.take().ok_or(Error::Unexpected)?;
        startup::open(&self.data, around, &startup)
    }

    fn partial(&self) -> PathBuf {
        self.data.join("km.db.new")
    }

    fn remove_partial(&self) -> Result<(), Error> {
        for suffix in ["", "-wal", "-shm"] {
            let file = self.data.join(format!("km.db.new{suffix}"));
            match fs::remove_file(&file) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(Error::File {
                        what: "what an earlier set-up left could not be removed",
                        path: file,
                        source,
                    });
                }
                Ok(()) | Err(_) => (),
            }
        }
        Ok(())
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        if let Err(error) = self.remove_partial() {
            tracing::warn!("{error}");
        }
        self.lock = None;
        let removed = match self.found {
            Found::Missing => fs::remove_dir_all(&self.data),
            Found::Empty => fs::remove_dir_all(self.data.join("locks"))
                .and_then(|()| fs::remove_file(self.data.join("km.lock"))),
            Found::Occupied => Ok(()),
        };
        if let Err(error) = removed {
            tracing::warn!("the data folder could not be left as it was: {error}");
        }
    }
}

/// What was in the place of the data folder.
#[derive(Clone, Copy)]
enum Found {
    /// A folder with nothing in it.
    Empty,
    /// No folder.
    Missing,
    /// Something that is not ours to remove.
    Occupied,
}

impl Found {
    fn of(data: &Path) -> Result<Self, Error> {
        match fs::read_dir(data) {
            Ok(mut entries) => Ok(entries.next().map_or(Self::Empty, |_entry| Self::Occupied)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::Missing),
            Err(source) => Err(Error::File {
                what: "the data folder can not be looked into",
                path: data.to_owned(),
                source,
            }),
        }
    }
}

/// The keys of a new KM server.
struct Made {
    keys: ServerKeys,
    administrator: NewSeat,
    envelope: Option<NewSeat>,
    guards: GuardKeys,
    ca: PrivateKey,
    ca_certificate: Vec<u8>,
}

impl Made {
    fn make(
        plan: &SetupPlan,
        envelope: Option<&SecretText>,
        around: &mut Surroundings,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        let step = |done, label| {
            progress.step(Step {
                label,
                done,
                total: 4,
            })
        };
        let now = around.clock.now();
        let costs = around.costs;
        let rng = &mut *around.rng;
        step(0, "Making the administrator's keys")?;
        let administrator = NewSeat::make(&plan.password, 1, &costs, rng)?;
        let envelope = match envelope {
            Some(text) => {
                let password = Password::parse(text.expose()).map_err(|_text| Error::Unexpected)?;
                Some(NewSeat::make(&password, 0, &costs, rng)?)
            }
            None => None,
        };
        step(1, "Making the archive key")?;
        let guards = GuardKeys::make(&costs, rng)?;
        step(2, "Making the certification authority's key")?;
        let ca = PrivateKey::generate(plan.ca_key, rng)?;
        let ca_certificate = root_certificate(plan, &ca, now, rng)?;
        step(3, "Writing the database")?;
        let mut installation = [0; 16];
        rng.fill_bytes(&mut installation);
        Ok(Self {
            keys: ServerKeys {
                installation,
                server: Key::random(rng),
                audit: PrivateKey::generate(KeyKind::Ed25519, rng)?,
            },
            administrator,
            envelope,
            guards,
            ca,
            ca_certificate,
        })
    }
}

fn root_certificate(
    plan: &SetupPlan,
    key: &PrivateKey,
    now: UnixTime,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Error> {
    let profile = RootProfile {
        organization: plan.organization.as_str().to_owned(),
        common_name: "Certificate Authority".to_owned(), // as in the original's names (Q218802)
        serial: x509::serial(rng),
        validity: Validity::of_root(now, CA_YEARS),
    };
    Ok(x509::issue_root(&profile, key)?)
}

/// Writes a whole KM server in the transaction that makes its tables.
fn write(
    tx: &Tx<'_>,
    plan: &SetupPlan,
    made: &Made,
    startup: &Password,
    around: &mut Surroundings,
) -> Result<(), Error> {
    let keys = &made.keys;
    startup::seal_server_key(tx, keys, startup, &around.costs, &mut *around.rng)?;
    seal_one(tx, keys, "audit key", &keys.audit, &mut *around.rng)?;
    seal_one(tx, keys, "ca key", &made.ca, &mut *around.rng)?;
    let audit_public = Object {
        body: keys.audit.public().spki().to_vec(),
        signature: None,
    };
    object::replace(tx, "audit public key", &audit_public)?;
    let site = site::insert(tx, &plan.site)?;
    let recipients = ContainerName::parse("Recipients").map_err(|_name| Error::Unexpected)?;
    container::insert(tx, site, None, &recipients)?;

    let mut act = Act {
        tx,
        now: around.clock.now(),
        costs: around.costs,
        keys,
        root: empty_root(&mut *around.rng),
        charter: charter(tx, plan, made)?,
        rng: &mut *around.rng,
        notes: Vec::new(),
    };
    seat_everybody(&mut act, made)?;
    sign_first(&mut act, plan, made)?;
    let report = Report {
        who: plan.administrator.as_str().to_owned(),
        act: "Set up the KM server".to_owned(),
        subject: plan.server.as_str().to_owned(),
        outcome: Outcome::Done,
        detail: String::new(),
    };
    act.record(&report, None)?;
    act.close()
}

fn seal_one(
    tx: &Tx<'_>,
    keys: &ServerKeys,
    name: &'static str,
    key: &PrivateKey,
    rng: &mut dyn CryptoRng,
) -> Result<(), Error> {
    let body = labelled::seal_key(key, &keys.label(name), keys.recipient(), rng)?;
    let object = Object {
        body,
        signature: None,
    };
    object::replace(tx, name, &object)?;
    Ok(())
}

fn empty_root(rng: &mut dyn CryptoRng) -> StateRoot {
    StateRoot {
        version: 0,
        manifest: [0; 32],
        statements: [0; 32],
        trust_list: Head::default(),
        settings: Head::default(),
        revocations: Head::default(),
        audit: Head::default(),
        records: RecordSet::empty(rng),
    }
}

/// The first generation, still without guards and archive.
fn charter(tx: &Tx<'_>, plan: &SetupPlan, made: &Made) -> Result<Charter, Error> {
    let envelope = AdministratorName::parse(ENVELOPE).map_err(|_name| Error::Unexpected)?;
    let mut seats = Vec::new();
    for (name, seat) in [
        (&plan.administrator, Some(&made.administrator)),
        (&envelope, made.envelope.as_ref()),
    ] {
        let Some(seat) = seat else { continue };
        seats.push(Seat {
            id: seat_table::insert(tx, name.as_str())?,
            name: name.clone(),
            keys: seat.keys.clone(),
        });
    }
    Ok(Charter {
        manifest: Manifest {
            installation: made.keys.installation,
            generation: 1,
            previous: [0; 32],
            seats: seats.clone(),
            guards: Vec::new(),
            archive: Vec::new(),
        },
        seats,
    })
}

/// Shares the guard secrets and signs the first manifest with its own policy key.
fn seat_everybody(act: &mut Act<'_>, made: &Made) -> Result<(), Error> {
    let wanted = Guard::ALL.map(|guard| (guard, Numbers::ONES.of(guard).get(), 1));
    let place = (act.keys.installation, act.charter.seats.as_slice());
    let dealt = guards::share_anew(act.tx, place, &wanted, &made.guards, act.rng)?;
    let (guards, archive, administer) = dealt;
    keep_server_key(act, &administer)?;
    act.charter.manifest.guards = guards;
    act.charter.manifest.archive = archive;
    let manifest = &act.charter.manifest;
    manifest.append(act.tx, made.guards.signing_key(Guard::Administer)?)?;
    act.root.manifest = manifest.hash()?;
    let pins = manifest.pins()?;
    let seats = [Some(&made.administrator), made.envelope.as_ref()];
    for (seat, made) in act.charter.seats.iter().zip(seats.into_iter().flatten()) {
        made.store(act.tx, act.keys.installation, seat.id, &pins, act.rng)?;
    }
    act.seats_have_spoken()
}

/// Signs the settings and an empty trust list.
fn sign_first(act: &mut Act<'_>, plan: &SetupPlan, made: &Made) -> Result<(), Error> {
    let settings = Settings {
        organization: plan.organization.clone(),
        site: plan.site.clone(),
        server: plan.server.clone(),
        ca_certificate: made.ca_certificate.clone(),
        publish_url: plan.publish_url.clone(),
        publish_folder: plan.publish_folder.clone(),
        post_office: plan.post_office.clone(),
    };
    let installation = act.keys.installation;
    let key = made.guards.signing_key(Guard::Settings)?;
    let content = settings.to_der()?;
    Signed::Settings.write(
        act.tx,
        (installation, key),
        &mut act.root.settings,
        &content,
    )?;
    let key = made.guards.signing_key(Guard::Import)?;
    let content = trust::empty_list()?;
    Signed::TrustList.write(
        act.tx,
        (installation, key),
        &mut act.root.trust_list,
        &content,
    )?;
    Ok(())
}
