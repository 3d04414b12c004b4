//! Several programs on one folder at the same time: what each says it did is there afterwards.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use kmadmin::crypto::costs::Costs;
use kmadmin::domain::address::MailAddress;
use kmadmin::domain::guard::Guard;
use kmadmin::domain::listing::{Listing, Scope};
use kmadmin::domain::mailbox::General;
use kmadmin::domain::names::{Alias, DisplayName, Field};
use kmadmin::domain::secret::Password;
use kmadmin::domain::time::{Clock, UnixTime};
use kmadmin::engine::Surroundings;
use kmadmin::engine::startup::open;
use rand::SeedableRng as _;

use super::world::{ANN, BOB, World, password_of, setup_arguments};

#[test]
fn programs_that_write_at_the_same_time_all_get_through() {
    let world = World::new();
    let ann = world.file("ann", ANN);
    let bob = world.file("bob", BOB);
    let people: Vec<[String; 2]> = (0..4)
        .map(|number| [format!("p{number}"), format!("p{number}@example.com")])
        .collect();
    let mut running = Vec::new();
    for [alias, address] in &people {
        let new = [
            "mailbox",
            "new",
            "--name",
            alias,
            "--alias",
            alias,
            "--address",
            address,
        ];
        running.push(world.start(&new));
    }
    for answers in [&ann, &bob] {
        running.push(world.start(&["passwords", "share-anew", "--answers", answers]));
    }
    let ended: Vec<_> = running
        .into_iter()
        .map(|child| child.wait_with_output().unwrap())
        .collect();
    for made in &ended[..4] {
        let said = String::from_utf8_lossy(&made.stderr);
        assert_eq!(made.status.code(), Some(0), "{said}");
    }
    // Of two that change the same policy one may find it changed meanwhile; never both.
    assert!(ended[4..].iter().any(|shared| shared.status.success()));
    assert_eq!(world.json(&["mailbox", "list"])["total"], 4);
    world.done(&["audit", "verify"]);
}

#[test]
fn set_up_waits_for_nobody_and_says_who_is_there() {
    let world = World::empty();
    let password = world.file("password", password_of(ANN));
    let startups = ["a", "b"].map(|name| world.path(name));
    let calls = startups
        .each_ref()
        .map(|startup| world.start(&setup_arguments(&password, startup)));
    let ended = calls.map(|child| child.wait_with_output().unwrap().status.code());
    let done = ended.iter().filter(|status| **status == Some(0)).count();
    assert_eq!(done, 1, "{ended:?}");
    let winner = if ended[0] == Some(0) {
        &startups[0]
    } else {
        &startups[1]
    };
    fs::rename(winner, world.path("startup")).unwrap();
    world.done(&["mailbox", "list"]);
}

#[test]
fn an_open_engine_and_two_command_lines_share_one_folder() {
    let world = World::new();
    let ann = world.file("ann", ANN);
    let startup = fs::read_to_string(world.path("startup")).unwrap();
    let startup = Password::parse(startup.trim()).unwrap();
    let around = Surroundings {
        clock: Arc::new(Now),
        rng: Box::new(rand::rngs::StdRng::seed_from_u64(1)),
        costs: Costs::STANDARD,
        operator: "the window".to_owned(),
    };
    let mut engine = open(Path::new(&world.path("km")), around, &startup).unwrap();
    let everybody = Listing::by_name(Scope::All);
    let before = (
        engine.data_version().unwrap(),
        engine.audit_count().unwrap(),
    );

    let mailbox = [
        "mailbox",
        "new",
        "--name",
        "A",
        "--alias",
        "a",
        "--address",
        "a@example.com",
    ];
    let running = [
        world.start(&mailbox),
        world.start(&["passwords", "set", "import", "2", "--answers", &ann]),
    ];
    engine.new_mailbox(&general("b")).unwrap();
    for child in running {
        let ended = child.wait_with_output().unwrap();
        assert!(
            ended.status.success(),
            "{}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }

    assert_ne!(engine.data_version().unwrap(), before.0);
    assert_eq!(engine.audit_count().unwrap(), before.1 + 3);
    assert_eq!(engine.count_mailboxes(&everybody).unwrap(), 2);
    assert_eq!(engine.numbers().unwrap().of(Guard::Import).get(), 2);
    engine.new_mailbox(&general("c")).unwrap();
    drop(engine);
    assert_eq!(world.json(&["mailbox", "list"])["total"], 3);
    world.done(&["audit", "verify"]);
}

/// The time of the command lines beside it.
struct Now;

impl Clock for Now {
    fn now(&self) -> UnixTime {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        UnixTime::from_secs(since.as_secs().try_into().unwrap())
    }
}

fn general(alias: &str) -> General {
    General {
        display_name: DisplayName::parse(alias).unwrap(),
        alias: Alias::parse(alias).unwrap(),
        address: MailAddress::parse(&format!("{alias}@example.com")).unwrap(),
        title: Field::default(),
        company: Field::default(),
        department: Field::default(),
        office: Field::default(),
        assistant: Field::default(),
        phone: Field::default(),
    }
}
