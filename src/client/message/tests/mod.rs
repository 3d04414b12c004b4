//! Mail between people of one post office, and from other programs.

mod attacks;
mod forged;
mod others;
mod people;
mod trusted;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::verdict::{Line, Mark, Verdict};
use super::view::{Draft, MessageId, Opened};
use crate::client::authority::Authority as Pinned;
use crate::client::error::Error;
use crate::client::keyset::{Held, Keyset};
use crate::client::settings::{Server, Settings};
use crate::client::{Client, Exchange, Protection, Surroundings, Unlock};
use crate::crypto::certificate::Certificate;
use crate::crypto::costs::Costs;
use crate::crypto::crl::CrlReason;
use crate::crypto::kdf::Argon2Params;
use crate::crypto::keypair::PrivateKey;
use crate::crypto::x509::{
    self, Authority, CrlEntry, CrlProfile, MailName, RootProfile, UserProfile, Validity,
};
use crate::domain::address::MailAddress;
use crate::domain::key_kind::KeyKind;
use crate::domain::names::{DisplayName, KeysetName};
use crate::domain::secret::Password;
use crate::domain::time::{Clock, UnixTime};
use crate::mail::maildir;

/// A password that is strong enough, for tests only.
const PASSWORD: &str = "plum ferry oxide tundra 41";
const ANNA: &str = "anna.berg@fabrikam.com";
const BEN: &str = "ben.hill@fabrikam.com";

/// An authority, what it publishes, and a post office.
struct World {
    folder: PathBuf,
    clock: Arc<StillClock>,
    web: Web,
    ca: Issuer,
}

struct StillClock(AtomicI64);

impl Clock for StillClock {
    fn now(&self) -> UnixTime {
        UnixTime::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// What is published, by address; nothing answers while it is down.
#[derive(Clone, Default)]
struct Web {
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    is_down: Arc<Mutex<bool>>,
}

impl Exchange for Web {
    fn post(&mut self, _url: &str, _request: &[u8]) -> Result<Vec<u8>, String> {
        Err("Nobody answers.".to_owned())
    }

    fn get(&mut self, url: &str, _limit: usize) -> Result<Option<Vec<u8>>, String> {
        if *self.is_down.lock().unwrap() {
            return Err("The server can not be reached.".to_owned());
        }
        Ok(self.files.lock().unwrap().get(url).cloned())
    }
}

/// An authority's key and certificate.
struct Issuer {
    key: PrivateKey,
    certificate: Vec<u8>,
}

/// A key with its certificate.
struct Pair {
    key: PrivateKey,
    certificate: Vec<u8>,
}

impl Issuer {
    fn new(name: &str, now: UnixTime, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let key = PrivateKey::generate(KeyKind::P256, &mut rng).unwrap();
        let profile = RootProfile {
            organization: name.to_owned(),
            common_name: format!("{name} CA"),
            serial: x509::serial(&mut rng),
            validity: Validity::of_root(now, 20),
        };
        let certificate = x509::issue_root(&profile, &key).unwrap();
        Self { key, certificate }
    }

    fn issue(&self, name: &str, address: &str, at: UnixTime, use_of: Purpose) -> Pair {
        self.issue_kind(KeyKind::P256, name, address, at, use_of)
    }

    fn issue_kind(
        &self,
        kind: KeyKind,
        name: &str,
        address: &str,
        at: UnixTime,
        use_of: Purpose,
    ) -> Pair {
        let mut rng = StdRng::seed_from_u64(next());
        let key = PrivateKey::generate(kind, &mut rng).unwrap();
        let authority = Authority::new(&self.certificate, &self.key).unwrap();
        let (local, domain) = address.split_once('@').unwrap();
        let profile = UserProfile {
            common_name: name.to_owned(),
            address: MailName::new(local, domain),
            serial: x509::serial(&mut rng),
            validity: Validity::of_user(at, authority.validity().unwrap()).unwrap(),
            crl_url: None,
            ca_issuers_url: None,
        };
        let certificate = match use_of {
            Purpose::Sign => authority.issue_signing(&profile, key.public()),
            Purpose::Encrypt => authority.issue_encryption(&profile, key.public()),
        };
        Pair {
            key,
            certificate: certificate.unwrap(),
        }
    }

    fn crl(&self, at: UnixTime, revoked: &[(&Certificate, UnixTime, CrlReason)]) -> Vec<u8> {
        let entries: Vec<CrlEntry<'_>> = revoked
            .iter()
            .map(|(certificate, at, reason)| CrlEntry {
                serial: certificate.serial(),
                at: *at,
                reason: *reason,
                invalidity: None,
            })
            .collect();
        let profile = CrlProfile {
            number: u64::try_from(at.secs()).unwrap(),
            this_update: at,
            next_update: at.plus_days(7),
            entries: &entries,
        };
        let authority = Authority::new(&self.certificate, &self.key).unwrap();
        authority.issue_crl(&profile).unwrap()
    }
}

#[derive(Clone, Copy)]
enum Purpose {
    Encrypt,
    Sign,
}

fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1000);
    NEXT.fetch_add(1, Ordering::SeqCst)
}

impl World {
    fn new() -> Self {
        let number = next();
        let name = format!("kmclient-mail-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(folder.join("post")).unwrap();
        let clock = Arc::new(StillClock(AtomicI64::new(1_780_315_200))); // 2026-06-01
        let ca = Issuer::new("Fabrikam", clock.now(), number);
        let world = Self {
            folder,
            clock,
            web: Web::default(),
            ca,
        };
        world.publish_crl(&[]);
        world
    }

    fn now(&self) -> UnixTime {
        self.clock.now()
    }

    fn pass_days(&self, days: i64) {
        self.clock
            .0
            .store(self.now().plus_days(days).secs(), Ordering::SeqCst);
    }

    fn publish(&self, name: &str, octets: Vec<u8>) {
        let url = format!("http://km.fabrikam.com/{name}");
        self.web.files.lock().unwrap().insert(url, octets);
    }

    fn publish_crl(&self, revoked: &[(&Certificate, UnixTime, CrlReason)]) {
        self.publish("ca.crl", self.ca.crl(self.now(), revoked));
    }

    fn publish_certificate(&self, address: &str, certificate: &[u8]) {
        let name = format!("certificates/search.cgi?email={address}");
        self.publish(&name, certificate.to_vec());
    }

    fn set_down(&self, is_down: bool) {
        *self.web.is_down.lock().unwrap() = is_down;
    }

    /// A client without keys.
    fn stranger(&self, name: &str, address: &str) -> Client {
        let argon2 = Argon2Params::new(64, 1, 1).unwrap();
        let around = Surroundings {
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            rng: Box::new(StdRng::seed_from_u64(next())),
            costs: Costs {
                argon2,
                argon2_floor: argon2,
                seat: KeyKind::Rsa2048,
                archive: KeyKind::Rsa2048,
                pkcs12_iterations: 1_000,
            },
            exchange: Box::new(self.web.clone()),
        };
        let home = self.folder.join(format!("home-{address}-{}", next()));
        let mut client = Client::open(&home, around).unwrap();
        let settings = Settings {
            name: Some(DisplayName::parse(name).unwrap()),
            address: Some(MailAddress::parse(address).unwrap()),
            server: Some(Server::Http(
                "http://km.fabrikam.com/.well-known/cmp".to_owned(),
            )),
            post_office: Some(self.folder.join("post")),
            ..Settings::default()
        };
        client.set_settings(settings).unwrap();
        let inbox = client.inbox().unwrap();
        maildir::make(&inbox).unwrap();
        client
    }

    /// A client with a keyset, whose encryption certificate is published.
    fn person(&self, name: &str, address: &str) -> Client {
        self.person_with(name, address, Protection::Low)
    }

    fn person_with(&self, name: &str, address: &str, protection: Protection<'_>) -> Client {
        let signing = self.ca.issue(name, address, self.now(), Purpose::Sign);
        let encryption = self.ca.issue(name, address, self.now(), Purpose::Encrypt);
        self.publish_certificate(address, &encryption.certificate);
        let mut client = self.stranger(name, address);
        self.pin(&client);
        set_keys(&mut client, vec![signing, encryption], &self.ca, protection);
        client
    }

    fn pin(&self, client: &Client) {
        let pinned = Pinned {
            certificate: Certificate::from_der(&self.ca.certificate).unwrap(),
            trust_list_key: None,
        };
        pinned.store(&client.home).unwrap();
    }
}

impl Drop for World {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).unwrap();
    }
}

fn set_keys(client: &mut Client, pairs: Vec<Pair>, ca: &Issuer, protection: Protection<'_>) {
    let name = KeysetName::parse("Keys").unwrap();
    let held = pairs.into_iter().map(|pair| {
        let certificate = Certificate::from_der(&pair.certificate).unwrap();
        Held::new(pair.key, certificate).unwrap()
    });
    let keyset = Keyset::new(name.clone(), held.collect(), vec![ca.certificate.clone()]);
    client.write_new_keyset(&keyset, protection).unwrap();
    client.choose(&name).unwrap();
}

fn address(text: &str) -> MailAddress {
    MailAddress::parse(text).unwrap()
}

fn draft(to: &[&str], sign: bool, encrypt: bool) -> Draft {
    Draft {
        to: to.iter().map(|to| address(to)).collect(),
        subject: "Figures".to_owned(),
        text: "The figures are good.\n".to_owned(),
        files: vec![("figures.csv".to_owned(), b"1;2;3\n".to_vec())],
        sign,
        encrypt,
        ..Draft::default()
    }
}

/// The newest message of an inbox.
fn newest(client: &mut Client) -> MessageId {
    client.messages().unwrap().first().unwrap().id.clone()
}

fn open_newest(client: &mut Client) -> Opened {
    let id = newest(client);
    client.open_message(&id, Unlock::Silent).unwrap()
}

/// Reads octets as a message from elsewhere.
fn read(client: &mut Client, octets: &[u8]) -> Opened {
    client.read_message(octets, Unlock::Silent, &[]).unwrap()
}

#[track_caller]
fn line<'a>(verdict: &'a Verdict, question: &str) -> &'a Line {
    let mut lines = verdict.lines.iter();
    lines.find(|line| line.question == question).unwrap()
}

#[track_caller]
fn assert_marks(verdict: &Verdict, wanted: &[(&str, Mark)]) {
    let all = &verdict.lines;
    for (question, mark) in wanted {
        assert_eq!(
            line(verdict, question).mark,
            *mark,
            "{question} in {all:#?}"
        );
    }
}

/// A file in a Maildir of the post office.
fn only_file(folder: &Path) -> Vec<u8> {
    let entries = maildir::list(folder).unwrap();
    assert_eq!(entries.len(), 1);
    maildir::read(&entries[0]).unwrap()
}
