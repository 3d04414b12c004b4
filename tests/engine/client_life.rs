//! The whole life of a mail user, with the client on one side and the engine on the other: enabled,
//! set up, lost, recovered, renewed, expired, enabled again.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use kmadmin::client::error::Error;
use kmadmin::client::settings::{Server, Settings};
use kmadmin::client::view::{Arrival, Asks, LostReason, Need, Renewal, ReplyView, Sent};
use kmadmin::client::{Client, Exchange, Finish, Protection, Remember, Surroundings, Unlock};
use kmadmin::domain::address::MailAddress;
use kmadmin::domain::mailbox::MailboxId;
use kmadmin::domain::names::{DisplayName, KeysetName};
use kmadmin::domain::secret::Password;
use kmadmin::domain::state::Situation;
use kmadmin::domain::time::Clock as _;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use crate::answer_program::{ADDRESS, enable, enabled, recover};
use crate::support::{World, cheap};

const PASSWORD: &str = "plum ferry oxide tundra 41";

/// A KM server and the client of one of its users.
pub(crate) struct Pair {
    world: Arc<Mutex<World>>,
    client: Option<Client>,
    wire: Wire,
    pub(crate) home: PathBuf,
    pub(crate) id: MailboxId,
}

/// HTTP without a network.
#[derive(Clone)]
struct Wire {
    world: Arc<Mutex<World>>,
    fault: Arc<Mutex<Option<Fault>>>,
    said: Arc<Mutex<Vec<Said>>>,
}

/// A message that was on its way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Said {
    /// To the client.
    Answer(Vec<u8>),
    /// To the server.
    Question(Vec<u8>),
}

/// Which message does not get through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    /// How many get through before it.
    pub(crate) after: usize,
    /// What is lost.
    pub(crate) lost: Lost,
}

/// What is lost of an exchange.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lost {
    /// The question does not reach the server.
    Question,
    /// The answer does not reach the client.
    Answer,
}

impl Exchange for Wire {
    fn post(&mut self, _url: &str, request: &[u8]) -> Result<Vec<u8>, String> {
        let mut fault = self.fault.lock().unwrap();
        let lost = match fault.as_mut() {
            Some(Fault { after: 0, lost }) => Some(*lost),
            Some(Fault { after, .. }) => {
                *after -= 1;
                None
            }
            None => None,
        };
        if lost.is_some() {
            *fault = None;
        }
        if matches!(lost, Some(Lost::Question)) {
            return Err("The question was lost.".to_owned());
        }
        let answer = self.world.lock().unwrap().engine.answer(request);
        let mut said = self.said.lock().unwrap();
        said.push(Said::Question(request.to_vec()));
        said.extend(answer.reply.clone().map(Said::Answer));
        if matches!(lost, Some(Lost::Answer)) {
            return Err("The answer was lost.".to_owned());
        }
        answer.reply.ok_or_else(|| "No answer.".to_owned())
    }
}

impl Pair {
    /// A person who has just been enabled, and his temporary key.
    pub(crate) fn new() -> (Self, String) {
        Self::of(World::copy_of(1))
    }

    pub(crate) fn of(mut world: World) -> (Self, String) {
        let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
        let home = world.folder.path().join("home");
        let world = Arc::new(Mutex::new(world));
        let wire = Wire {
            world: Arc::clone(&world),
            fault: Arc::default(),
            said: Arc::default(),
        };
        let mut pair = Self {
            world,
            wire,
            client: None,
            home,
            id,
        };
        pair.start();
        let settings = Settings {
            name: Some(DisplayName::parse("Jörg Müller").unwrap()),
            address: Some(MailAddress::parse(ADDRESS).unwrap()),
            server: Server::parse("http://km.example.com"),
            ..Settings::default()
        };
        pair.client().set_settings(settings).unwrap();
        (pair, key)
    }

    /// Ends the user's program and starts it again.
    pub(crate) fn start(&mut self) {
        self.client = None;
        let around = Surroundings {
            clock: Arc::new(self.world().clock.clone()),
            rng: Box::new(StdRng::seed_from_u64(rand::rng().next_u64())),
            costs: cheap(),
            exchange: Box::new(self.wire.clone()),
        };
        self.client = Some(Client::open(&self.home, around).unwrap());
    }

    pub(crate) fn client(&mut self) -> &mut Client {
        self.client.as_mut().unwrap()
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    pub(crate) fn situation(&self) -> Situation {
        let id = self.id;
        self.world().engine.security(id).unwrap().situation
    }

    /// What has gone over HTTP so far.
    pub(crate) fn said(&self) -> Vec<Said> {
        self.wire.said.lock().unwrap().clone()
    }

    /// Loses one message.
    pub(crate) fn lose(&self, fault: Fault) {
        *self.wire.fault.lock().unwrap() = Some(fault);
    }

    pub(crate) fn pass(&self, months: u32) {
        let world = self.world();
        let now = world.clock.now();
        world.clock.advance(now.plus_months(months).secs_since(now));
    }

    /// The reply that arrives.
    fn arrived(&mut self) -> ReplyView {
        let arrivals = self.client().receive().unwrap();
        assert_eq!(arrivals.len(), 1, "{arrivals:?}");
        reply_in(&arrivals).unwrap()
    }

    fn set_up(&mut self, key: &str, keyset: &str) -> ReplyView {
        let sent = self.client().set_up(key, &name(keyset)).unwrap();
        assert_eq!(sent, Sent::Answered);
        self.arrived()
    }

    /// Answers the reply, and receives all that follows.
    fn finish(&mut self, reply: &ReplyView, answer: Finish<'_>) {
        let sent = self.client().finish(&reply.id, answer).unwrap();
        assert_eq!(sent, Sent::Answered);
        let arrivals = self.client().receive().unwrap();
        let is_ready = matches!(
            arrivals.as_slice(),
            [Arrival::Ready { .. }, Arrival::Fetched]
        );
        assert!(is_ready, "{arrivals:?}");
        assert_eq!(self.client().requests().unwrap(), []);
        assert_eq!(self.situation(), Situation::Active);
    }
}

pub(crate) fn reply_in(arrivals: &[Arrival]) -> Option<ReplyView> {
    arrivals.iter().find_map(|arrival| {
        let Arrival::Reply(reply) = arrival else {
            return None;
        };
        Some((**reply).clone())
    })
}

pub(crate) fn name(text: &str) -> KeysetName {
    KeysetName::parse(text).unwrap()
}

fn password(text: &str) -> Password {
    Password::parse(text).ok().unwrap()
}

#[test]
fn set_up_recovered_renewed_expired_and_set_up_again() {
    let (mut pair, key) = Pair::new();
    let secret = password(PASSWORD);
    let reply = pair.set_up(&key.to_lowercase().replace('-', ""), "Jörg");
    assert_eq!(reply.asks, Asks::Level);
    assert_eq!(pair.situation(), Situation::New);
    pair.finish(&reply, Finish::New(Protection::High(&secret)));
    let first = pair.client().keysets().unwrap().remove(0);
    assert!(pair.client().trust_list().unwrap().is_some());

    // The keyset is lost; the help desk recovers the keys.
    fs::remove_dir_all(&pair.home).unwrap();
    let id = pair.id;
    let settings = pair.client().settings().clone();
    pair.start();
    pair.client().set_settings(settings).unwrap();
    let key = recover(&mut pair.world(), id);
    let reply = pair.set_up(&key, "Jörg");
    assert_eq!((reply.asks, reply.older), (Asks::Level, 0));
    pair.finish(&reply, Finish::New(Protection::Low));
    let recovered = pair.client().keysets().unwrap().remove(0);
    assert_eq!(recovered.encryption, first.encryption);
    assert_ne!(recovered.signing, first.signing);

    // Month 12: the question, and a new pair of certificates.
    let logged_on = |pair: &mut Pair| {
        let remember = Remember::UntilLogOff;
        let keyset = name("Jörg");
        pair.client()
            .log_on(&keyset, Unlock::Silent, remember)
            .unwrap()
    };
    assert_eq!(logged_on(&mut pair), Renewal::NotDue);
    pair.pass(12);
    assert_eq!(logged_on(&mut pair), Renewal::Due);
    pair.client().renew(&name("Jörg"), Unlock::Silent).unwrap();
    let reply = pair.arrived();
    assert_eq!(reply.asks, Asks::Keyset(Need::Nothing));
    pair.finish(&reply, Finish::Existing(Unlock::Silent));
    let renewed = pair.client().keysets().unwrap().remove(0);
    assert_eq!(renewed.older, [recovered.encryption.unwrap()]);
    assert_eq!(logged_on(&mut pair), Renewal::NotDue);

    // Nobody renews in time: enabled again, and every old key is kept.
    pair.pass(19);
    assert_eq!(logged_on(&mut pair), Renewal::Expired);
    let key = enable(&mut pair.world(), id);
    let reply = pair.set_up(&key, "Jörg");
    pair.finish(&reply, Finish::Existing(Unlock::Silent));
    let again = pair.client().keysets().unwrap().remove(0);
    assert_eq!(again.older.len(), 2);
    assert_eq!(logged_on(&mut pair), Renewal::NotDue);
}

/// Q199760, against the engine.
#[test]
fn q199760_without_the_old_password_nothing_is_lost_and_a_new_name_works() {
    let (mut pair, key) = Pair::new();
    let old = password(PASSWORD);
    let reply = pair.set_up(&key, "Jörg");
    pair.finish(&reply, Finish::New(Protection::High(&old)));
    let before = pair.client().keysets().unwrap();
    let id = pair.id;
    let key = recover(&mut pair.world(), id);
    let reply = pair.set_up(&key, "Jörg");
    assert_eq!(reply.asks, Asks::Keyset(Need::Password));
    let refused = pair
        .client()
        .finish(&reply.id, Finish::Existing(Unlock::Silent));
    assert!(matches!(refused, Err(Error::PasswordNeeded(_))));
    assert_eq!(pair.situation(), Situation::Recover);
    assert_eq!(pair.client().keysets().unwrap(), before);
    assert!(pair.client().keys(Unlock::Password(&old)).is_ok());

    pair.start();
    let sent = pair.client().set_up(&key, &name("Jörg 2")).unwrap();
    assert_eq!(sent, Sent::Answered);
    let reply = pair.client().reply(&reply.id).unwrap();
    assert_eq!(reply.asks, Asks::Level);
    let fresh = password("violet anchor siphon maple 7");
    pair.finish(&reply, Finish::New(Protection::High(&fresh)));
    let keyset = pair.client().keyset(&name("Jörg 2")).unwrap();
    assert_eq!(
        keyset.encryption, before[0].encryption,
        "the archived key is in it"
    );
}

#[test]
fn by_mail_every_message_passes_through_the_post_office() {
    // A copy of another world would have that one's post office.
    let (mut pair, key) = Pair::of(World::new(1));
    let office = pair.world().folder.path().join("post-office");
    fs::create_dir_all(&office).unwrap();
    let mut settings = pair.client().settings().clone();
    settings.server = Server::parse(office.to_str().unwrap());
    pair.client().set_settings(settings).unwrap();
    let serve = |pair: &Pair| {
        let mut world = pair.world();
        let taken = world.engine.take_mail().unwrap();
        world.engine.deliver().unwrap();
        taken.answered
    };
    let sent = pair.client().set_up(&key, &name("Jörg")).unwrap();
    assert_eq!(sent, Sent::Waiting);
    assert_eq!(pair.client().receive().unwrap(), []);
    assert_eq!(serve(&pair), 1);
    let reply = pair.arrived();
    let sent = pair
        .client()
        .finish(&reply.id, Finish::New(Protection::Low))
        .unwrap();
    assert_eq!(sent, Sent::Waiting);
    assert_eq!(serve(&pair), 1);
    assert_eq!(pair.situation(), Situation::Active);
    let arrivals = pair.client().receive().unwrap();
    assert!(
        matches!(arrivals.as_slice(), [Arrival::Ready { .. }]),
        "{arrivals:?}"
    );
    assert_eq!(serve(&pair), 1);
    assert_eq!(pair.client().receive().unwrap(), [Arrival::Fetched]);
}

#[test]
fn a_wrong_temporary_key_is_refused_in_words_and_the_right_one_still_works() {
    let (mut pair, key) = Pair::new();
    let wrong = "0000-0000-0000-0000";
    let sent = pair.client().set_up(wrong, &name("Jörg")).unwrap();
    assert_eq!(sent, Sent::Answered);
    let arrivals = pair.client().receive().unwrap();
    let is_refused = arrivals
        .iter()
        .all(|arrival| matches!(arrival, Arrival::Refused { is_protected, .. } if !is_protected));
    assert!(is_refused && !arrivals.is_empty(), "{arrivals:?}");
    pair.client().set_up(&key, &name("Jörg")).unwrap();
    let arrivals = pair.client().receive().unwrap();
    let reply = reply_in(&arrivals).unwrap();
    pair.finish(&reply, Finish::New(Protection::Low));
}

#[test]
fn a_reported_key_is_revoked_at_once() {
    let (mut pair, key) = Pair::new();
    let reply = pair.set_up(&key, "Jörg");
    pair.finish(&reply, Finish::New(Protection::Low));
    let reason = LostReason::KeyCompromise;
    let keyset = name("Jörg");
    pair.client()
        .report_lost(&keyset, Unlock::Silent, reason)
        .unwrap();
    assert_eq!(
        pair.client().receive().unwrap(),
        [Arrival::Revoked { keyset }]
    );
    assert_eq!(pair.situation(), Situation::Revoked);
}
