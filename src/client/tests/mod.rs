//! The client against a KM server made by hand, over a wire that can lose answers.

mod enrol;
mod keysets;
mod renew;
mod server;
mod spoilt;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use self::server::{ADDRESS, KmServer, Wire};
use crate::client::settings::{Server, Settings};
use crate::client::view::{Arrival, ReplyView};
use crate::client::{Client, Finish, Protection, Surroundings};
use crate::crypto::costs::Costs;
use crate::crypto::kdf::Argon2Params;
use crate::domain::address::MailAddress;
use crate::domain::key_kind::KeyKind;
use crate::domain::names::{DisplayName, KeysetName};
use crate::domain::secret::Password;
use crate::domain::temporary_key::TemporaryKey;
use crate::domain::time::{Clock, UnixTime};

/// A password that is strong enough, for tests only.
const PASSWORD: &str = "plum ferry oxide tundra 41";
/// Another one.
const OTHER_PASSWORD: &str = "violet anchor siphon maple 7";

/// A client, its home folder and its server.
struct World {
    client: Option<Client>,
    server: Arc<Mutex<KmServer>>,
    clock: Arc<StillClock>,
    folder: PathBuf,
    secret: String,
}

struct StillClock(AtomicI64);

impl Clock for StillClock {
    fn now(&self) -> UnixTime {
        UnixTime::from_secs(self.0.load(Ordering::SeqCst))
    }
}

impl World {
    /// A client who has nothing yet, and a server that waits for it.
    fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let name = format!("kmclient-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let clock = Arc::new(StillClock(AtomicI64::new(1_796_126_400)));
        let secret = TemporaryKey::random(&mut StdRng::seed_from_u64(number));
        let secret = secret.expose().to_owned();
        let server = KmServer::new(clock.now(), &secret, number);
        let mut world = Self {
            client: None,
            server: Arc::new(Mutex::new(server)),
            clock,
            folder,
            secret,
        };
        world.reopen();
        let settings = Settings {
            name: Some(DisplayName::parse("Anna Berg").unwrap()),
            address: Some(MailAddress::parse(ADDRESS).unwrap()),
            server: Some(Server::Http("http://km.fabrikam.com/".to_owned())),
            ..Settings::default()
        };
        world.client().set_settings(settings).unwrap();
        world
    }

    /// Ends the program and starts it again.
    fn reopen(&mut self) {
        self.client = None;
        self.client = Some(Client::open(&self.home(), self.around()).unwrap());
    }

    fn around(&self) -> Surroundings {
        static SEED: AtomicU64 = AtomicU64::new(1);
        let argon2 = Argon2Params::new(64, 1, 1).unwrap();
        Surroundings {
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            rng: Box::new(StdRng::seed_from_u64(SEED.fetch_add(1, Ordering::SeqCst))),
            costs: Costs {
                argon2,
                argon2_floor: argon2,
                seat: KeyKind::Rsa2048,
                archive: KeyKind::Rsa2048,
                pkcs12_iterations: 1_000,
            },
            exchange: Box::new(Wire(Arc::clone(&self.server))),
        }
    }

    fn client(&mut self) -> &mut Client {
        self.client.as_mut().unwrap()
    }

    fn server(&self) -> MutexGuard<'_, KmServer> {
        self.server.lock().unwrap()
    }

    fn home(&self) -> PathBuf {
        self.folder.join("home")
    }

    fn pass(&self, months: u32) {
        let later = self.clock.now().plus_months(months);
        self.clock.0.store(later.secs(), Ordering::SeqCst);
        self.server().now = later;
    }

    /// Types the temporary key, and gives the reply that arrives.
    fn reply(&mut self, keyset: &str) -> ReplyView {
        let secret = self.secret.clone();
        self.client().set_up(&secret, &name(keyset)).unwrap();
        self.arrived()
    }

    /// The reply that arrives.
    fn arrived(&mut self) -> ReplyView {
        let arrivals = self.client().receive().unwrap();
        let [Arrival::Reply(reply)] = arrivals.as_slice() else {
            panic!("{arrivals:?}");
        };
        (**reply).clone()
    }

    /// Enrols into a new High keyset, to the end.
    fn enrolled(&mut self, keyset: &str) {
        let reply = self.reply(keyset);
        let password = password(PASSWORD);
        let finish = Finish::New(Protection::High(&password));
        self.client().finish(&reply.id, finish).unwrap();
        self.ready();
    }

    /// Receives the server's last word, and what follows.
    fn ready(&mut self) {
        let arrivals = self.client().receive().unwrap();
        let is_ready = matches!(
            arrivals.as_slice(),
            [Arrival::Ready { .. }, Arrival::Fetched]
        );
        assert!(is_ready, "{arrivals:?}");
        assert_eq!(self.client().requests().unwrap(), []);
    }

    /// The kinds of all requests that the server saw.
    fn seen(&self) -> Vec<&'static str> {
        self.server().seen.iter().map(|(kind, _)| *kind).collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).unwrap_or(());
    }
}

fn name(text: &str) -> KeysetName {
    KeysetName::parse(text).unwrap()
}

fn password(text: &str) -> Password {
    Password::parse(text).ok().unwrap()
}

/// Whether any file below `folder` holds these octets.
fn is_in_files(folder: &Path, octets: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return is_in_files(&path, octets);
        }
        let contents = fs::read(path).unwrap();
        contents.windows(octets.len()).any(|found| found == octets)
    })
}
