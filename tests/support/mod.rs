//! A world for tests: a throw-away folder, a clock that stands still, cheap keys, and an engine.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::num::NonZeroU8;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use kmadmin::crypto::costs::Costs;
use kmadmin::crypto::kdf::Argon2Params;
use kmadmin::domain::address::MailAddress;
use kmadmin::domain::credential::Credential;
use kmadmin::domain::guard::{Guard, Numbers};
use kmadmin::domain::key_kind::KeyKind;
use kmadmin::domain::mailbox::{General, MailboxId};
use kmadmin::domain::names::{
    AdministratorName, Alias, DisplayName, Field, OrganizationName, ServerName, SiteName,
};
use kmadmin::domain::progress::Unwatched;
use kmadmin::domain::reason::RecoverReason;
use kmadmin::domain::secret::Password;
use kmadmin::domain::time::{Clock, UnixTime};
use kmadmin::engine::administer::{AddAdministrator, SetNumbers};
use kmadmin::engine::authorize::{Approval, Operation};
use kmadmin::engine::error::Error;
use kmadmin::engine::hand_over::{HandOver, KeyFile};
use kmadmin::engine::recover::{RecoverKey, Ticket};
use kmadmin::engine::session::Remember;
use kmadmin::engine::setup::{SetupPlan, prepare};
use kmadmin::engine::startup::{self, DATABASE};
use kmadmin::engine::{Engine, Surroundings};
use rand::{SeedableRng as _, rngs::StdRng};

/// The administrators of the world, in the order they are added.
pub const NAMES: [&str; 5] = ["Ada", "Ben", "Cleo", "Dai", "Eva"];

/// The KM server's name.
pub const SERVER: &str = "KM-ONE";

/// 2026-12-01T12:00:00Z: the certificates among the samples are in date.
pub const START: i64 = 1_796_126_400;

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

/// A person with these.
pub fn person(name: &str, address: &str) -> General {
    let address = MailAddress::parse(address).unwrap();
    General {
        display_name: DisplayName::parse(name).unwrap(),
        alias: Alias::parse(address.local()).unwrap(),
        address,
        title: Field::default(),
        company: Field::default(),
        department: Field::default(),
        office: Field::default(),
        assistant: Field::default(),
        phone: Field::default(),
    }
}

/// Gives a mailbox's keys back in the way that is asked for.
pub fn recovery(mailbox: MailboxId, hand_over: HandOver) -> RecoverKey {
    RecoverKey {
        mailbox,
        server: SERVER.to_owned(),
        reason: RecoverReason::LostDevice,
        ticket: Ticket::parse("HD-1").unwrap(),
        hand_over,
    }
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
        let around = surroundings(&clock, next_seed());
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

    /// The same as [`Self::new`], from a file that is made once for all tests. Only its post
    /// office is not in the world's own folder.
    pub fn copy_of(count: usize) -> Self {
        Self::with_numbers(count, Numbers::ONES)
    }

    /// A copy in which the acts ask for these numbers of passwords.
    pub fn with_numbers(count: usize, numbers: Numbers) -> Self {
        Template::of(count, numbers).open()
    }

    /// The numbers with `number` for everything, but no more for *administer* than it can have.
    pub fn all_of(count: usize, number: u8) -> Numbers {
        let seats = u8::try_from(count).unwrap();
        Guard::ALL
            .into_iter()
            .fold(Numbers::ONES, |numbers, guard| {
                let number = number.min(guard.limit(seats));
                numbers.with(guard, NonZeroU8::new(number).unwrap())
            })
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

    /// The database.
    pub fn file(&self) -> PathBuf {
        self.folder.data().join(DATABASE)
    }

    /// The mailbox of a new person with this address.
    pub fn mailbox(&mut self, name: &str, address: &str) -> MailboxId {
        self.engine.new_mailbox(&person(name, address)).unwrap()
    }

    /// Makes and archives a mailbox's key; gives the file with it.
    pub fn enabled(&mut self, id: MailboxId) -> KeyFile {
        let ada = credential(NAMES[0]);
        let mut session = self.engine.open_session(&ada, Remember::No).unwrap();
        let handed = self
            .engine
            .enable(&mut session, id, SERVER, HandOver::File, &Unwatched);
        handed.unwrap().file.unwrap()
    }

    /// Opens the same folder again, as another program would.
    pub fn open_again(&self) -> Result<Engine, Error> {
        let around = surroundings(&self.clock, next_seed());
        let startup = Password::parse(&self.startup).ok().unwrap();
        startup::open(&self.folder.data(), around, &startup)
    }
}

/// Worlds by how many administrators they have and the numbers their acts ask for.
type Templates = BTreeMap<(usize, [u8; 5]), Arc<Template>>;

/// A KM server's file with its startup password.
struct Template {
    file: Vec<u8>,
    startup: String,
}

impl Template {
    fn of(count: usize, numbers: Numbers) -> Arc<Self> {
        static TEMPLATES: Mutex<Templates> = Mutex::new(BTreeMap::new());
        let key = (count, Guard::ALL.map(|guard| numbers.of(guard).get()));
        let base = (numbers != Numbers::ONES).then(|| Self::of(count, Numbers::ONES));
        let mut templates = TEMPLATES.lock().unwrap_or_else(PoisonError::into_inner);
        let template = templates.entry(key).or_insert_with(|| match base {
            None => Self::made_from(World::new(count)),
            Some(base) => {
                let mut world = base.open();
                world.run(SetNumbers { numbers }, &NAMES).unwrap();
                Self::made_from(world)
            }
        });
        Arc::clone(template)
    }

    fn made_from(world: World) -> Arc<Self> {
        let file = world.file();
        let World {
            engine,
            startup,
            folder,
            ..
        } = world;
        drop(engine); // the last one to close it brings the log into the file
        let file = fs::read(file).unwrap();
        drop(folder);
        Arc::new(Self { file, startup })
    }

    fn open(&self) -> World {
        let folder = Folder::new();
        fs::create_dir_all(folder.data()).unwrap();
        fs::write(folder.data().join(DATABASE), &self.file).unwrap();
        let clock = StillClock::new();
        let startup = Password::parse(&self.startup).ok().unwrap();
        let around = surroundings(&clock, next_seed());
        World {
            engine: startup::open(&folder.data(), around, &startup).unwrap(),
            clock,
            startup: self.startup.clone(),
            folder,
        }
    }
}

/// No two engines draw the same random octets.
fn next_seed() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1_000);
    NEXT.fetch_add(1, Ordering::SeqCst)
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

/// What another program says to this input; `None`, with a printed line, where it is not
/// installed. With `KMADMIN_JUDGES=required` in the environment it must be.
pub fn judge(program: &str, arguments: &[&str], input: &[u8]) -> Option<Output> {
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = started else {
        not_judged(&format!("the program {program} is not installed"));
        return None;
    };
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(input).unwrap_or(()); // a program that needs no input has closed it
    drop(pipe);
    Some(child.wait_with_output().unwrap())
}

/// What cannot be shown here for want of something is said, and fails where it is required.
#[expect(clippy::print_stdout, reason = "a judge must not be absent silently")]
pub fn not_judged(why: &str) {
    let required = std::env::var_os("KMADMIN_JUDGES").is_some_and(|set| set == "required");
    assert!(!required, "{why}");
    println!("not judged: {why}");
}

/// The output of a program that must succeed.
pub fn judged(program: &str, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let output = judge(program, arguments, input)?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    Some(output.stdout)
}
