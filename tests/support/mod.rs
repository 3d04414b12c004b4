//! A world for tests: a throw-away folder, a clock that stands still, cheap keys, and an engine.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use kmadmin::crypto::costs::Costs;
use kmadmin::crypto::kdf::Argon2Params;
use kmadmin::domain::key_kind::KeyKind;
use kmadmin::domain::names::{AdministratorName, OrganizationName, ServerName, SiteName};
use kmadmin::domain::progress::Unwatched;
use kmadmin::domain::secret::Password;
use kmadmin::domain::time::{Clock, UnixTime};
use kmadmin::engine::administer::AddAdministrator;
use kmadmin::engine::authorize::{Approval, Credential, Operation};
use kmadmin::engine::error::Error;
use kmadmin::engine::session::Remember;
use kmadmin::engine::setup::{SetupPlan, prepare};
use kmadmin::engine::{Engine, Surroundings, startup};
use rand::{SeedableRng as _, rngs::StdRng};

/// The administrators of the world, in the order they are added.
pub const NAMES: [&str; 5] = ["Ada", "Ben", "Cleo", "Dai", "Eva"];

/// The KM server's name.
pub const SERVER: &str = "KM-ONE";

/// 2026-11-21T12:00:00Z.
pub const START: i64 = 1_795_262_400;

/// A clock that moves when it is told to.
#[derive(Clone)]
pub struct StillClock(pub Arc<AtomicI64>);

impl StillClock {
    pub fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START)))
    }

    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for StillClock {
    fn now(&self) -> UnixTime {
        UnixTime::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// A folder that is gone when the test is over.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let name = format!("kmadmin-test-{}-{number}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        drop(fs::remove_dir_all(&path)); // of an earlier process with the same number
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Cheap keys: the same code, smaller numbers.
pub fn cheap() -> Costs {
    Costs {
        argon2: Argon2Params::new(64, 1, 1).unwrap(),
        argon2_floor: Argon2Params::new(64, 1, 1).unwrap(),
        seat: KeyKind::Rsa2048,
        archive: KeyKind::Rsa2048,
        pkcs12_iterations: 100,
    }
}

pub fn surroundings(clock: &StillClock, seed: u64) -> Surroundings {
    Surroundings {
        clock: Arc::new(clock.clone()),
        rng: Box::new(StdRng::seed_from_u64(seed)),
        costs: cheap(),
        operator: "tester".to_owned(),
    }
}

pub fn name(text: &str) -> AdministratorName {
    AdministratorName::parse(text).unwrap()
}

/// Everybody's password is a good one made of the name.
pub fn password(administrator: &str) -> Password {
    Password::parse(&password_text(administrator)).ok().unwrap()
}

pub fn password_text(administrator: &str) -> String {
    format!("{administrator} juggles 7 copper kettles")
}

pub fn credential(administrator: &str) -> Credential {
    Credential {
        administrator: name(administrator),
        password: password(administrator),
    }
}

/// An open KM server in a folder of its own.
pub struct World {
    pub engine: Engine,
    pub clock: StillClock,
    pub startup: String,
    pub folder: Folder,
}

impl World {
    /// With the first `count` administrators of [`NAMES`], all of whom have accepted.
    pub fn new(count: usize) -> Self {
        let folder = Folder::new();
        let clock = StillClock::new();
        let plan = plan(&folder);
        let around = surroundings(&clock, 1);
        let prepared = prepare(&folder.data(), around, &plan, &Unwatched).unwrap();
        let startup = prepared.startup_password().expose().to_owned();
        let engine = prepared.commit().unwrap();
        let mut world = Self {
            engine,
            clock,
            startup,
            folder,
        };
        for newcomer in NAMES.iter().take(count).skip(1) {
            world.add(newcomer);
            let session = world
                .engine
                .open_session(&credential(newcomer), Remember::No);
            assert!(session.is_ok(), "{newcomer} accepts");
        }
        world
    }

    /// Adds an administrator, who is pending.
    pub fn add(&mut self, newcomer: &str) {
        let operation = AddAdministrator {
            name: name(newcomer),
            password: password(newcomer),
        };
        self.run(operation, &NAMES).unwrap();
    }

    /// Does an operation under the passwords of `administrators`, as many as are asked for.
    pub fn run<Op: Operation>(
        &mut self,
        operation: Op,
        administrators: &[&str],
    ) -> Result<Op::Outcome, Error> {
        let mut quorum = self.engine.begin(operation)?;
        for administrator in administrators {
            match self.engine.present(quorum, &credential(administrator)) {
                Approval::Granted(grant) => return self.engine.execute(grant, &Unwatched),
                Approval::Pending(still, None) => quorum = still,
                Approval::Pending(still, Some(refusal)) => {
                    self.engine.abandon(still)?;
                    return Err(refusal);
                }
            }
        }
        self.engine.abandon(quorum)?;
        Err(Error::Cancelled(kmadmin::domain::progress::Cancelled))
    }

    /// Opens the same folder again, as another program would.
    pub fn open_again(&self) -> Result<Engine, Error> {
        let around = surroundings(&self.clock, 2);
        let startup = Password::parse(&self.startup).ok().unwrap();
        startup::open(&self.folder.data(), around, &startup)
    }
}

/// What set-up is told.
pub fn plan(folder: &Folder) -> SetupPlan {
    SetupPlan {
        organization: OrganizationName::parse("Example").unwrap(),
        site: SiteName::parse("Basel").unwrap(),
        server: ServerName::parse(SERVER).unwrap(),
        administrator: name(NAMES[0]),
        password: password(NAMES[0]),
        envelope: false,
        ca_key: KeyKind::P256,
        publish_url: None,
        publish_folder: folder.path().join("publish"),
        post_office: folder.path().join("post-office"),
    }
}
