//! What benches work on: KM servers with real keys, and many people.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::num::NonZeroU8;

use kmadmin::crypto::costs::Costs;
use kmadmin::domain::guard::{Guard, Numbers};
use kmadmin::domain::progress::Unwatched;
use kmadmin::engine::Surroundings;
use kmadmin::engine::administer::SetNumbers;
use kmadmin::engine::session::Remember;
use kmadmin::engine::setup::prepare;

use crate::support::{Folder, NAMES, StillClock, World, credential, plan, surroundings};

/// A KM server whose keys and password hashes cost so much, with the first `count` of [`NAMES`].
pub fn real_world(costs: Costs, count: usize) -> World {
    let folder = Folder::new();
    let clock = StillClock::new();
    let around = Surroundings {
        costs,
        ..surroundings(&clock, 1)
    };
    let prepared = prepare(&folder.data(), around, &plan(&folder), &Unwatched).unwrap();
    let startup = prepared.startup_password().expose().to_owned();
    let engine = prepared.commit().unwrap();
    let mut world = World {
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

/// Lets `guard` ask for two passwords.
pub fn ask_two(world: &mut World, guard: Guard) {
    let numbers = Numbers::ONES.with(guard, NonZeroU8::new(2).unwrap());
    world.run(SetNumbers { numbers }, &NAMES).unwrap();
}

/// A KM server with a mailbox for each of so many people.
pub fn crowded(count: usize) -> World {
    let mut world = World::new(1);
    let plan = world.engine.plan_import(&csv(count)).unwrap();
    let made = world.engine.import(&plan, &Unwatched).unwrap();
    assert_eq!(made, u64::try_from(count).unwrap());
    world
}

/// What lists are measured with.
pub const MANY: usize = 100_000;

thread_local! {
    static CROWD: RefCell<World> = RefCell::new(crowded(MANY));
}

/// Does `work` with the one KM server of [`MANY`] mailboxes, which is made at the first call:
/// one that is not measured.
pub fn with_crowd<R>(work: impl FnOnce(&mut World) -> R) -> R {
    CROWD.with_borrow_mut(work)
}

/// Family and given names in many scripts; 16 times 15 of them, so that pairs repeat late.
const FAMILY: [&str; 16] = [
    "Müller",
    "O'Brien",
    "Ångström",
    "Nguyễn",
    "Иванов",
    "Παπαδόπουλος",
    "田中",
    "김",
    "欧阳",
    "שפירא",
    "حسن",
    "शर्मा",
    "วงศ์สวัสดิ์",
    "Łukasiewicz",
    "Þórsdóttir",
    "Çelik",
];
const GIVEN: [&str; 15] = [
    "Jürgen",
    "Siobhán",
    "Zoë",
    "Anh",
    "Мария",
    "Ελένη",
    "花子",
    "민준",
    "娜",
    "נועה",
    "ليلى",
    "प्रिया",
    "สมชาย",
    "Grażyna",
    "Şule",
];
const DEPARTMENTS: [&str; 7] = [
    "Sales",
    "Research",
    "Legal",
    "Finance",
    "Personal",
    "総務部",
    "Бухгалтерия",
];

/// A CSV file of so many people, each with all fields.
pub fn csv(count: usize) -> Vec<u8> {
    let mut text = String::from(
        "Display Name,Alias,E-Mail,Title,Company,Department,Office,Assistant,Phone\r\n",
    );
    for number in 0..count {
        let family = FAMILY[number % FAMILY.len()];
        let given = GIVEN[number % GIVEN.len()];
        let department = DEPARTMENTS[number % DEPARTMENTS.len()];
        let office = number % 400;
        writeln!(
            text,
            "\"{family}, {given} {number}\",p{number:06},p{number:06}@example.com,Engineer,\
             Example,{department},Room {office},\"Berg, Anna\",+41 61 555 {number:06}\r"
        )
        .unwrap();
    }
    text.into_bytes()
}
