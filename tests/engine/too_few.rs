//! For each act and each m of n: the whole data folder, old copies of it, the startup password and
//! m - 1 administrators' passwords do not give what the act's passwords guard; m do.

use std::collections::BTreeSet;
use std::num::NonZeroU8;
use std::path::PathBuf;

use kmadmin::domain::guard::{Guard, Numbers};
use kmadmin::engine::administer::SetNumbers;
use kmadmin::engine::hand_over::HandOver;

use crate::burglar::Burglar;
use crate::support::{NAMES, World, credential, recovery};
use crate::thief::Thief;

/// A world of five administrators with some history: a copy from when one password was enough, one
/// from before the last sharing, and the present file, in which keys of another mailbox wait for
/// pick-up.
fn files(numbers: Numbers) -> (World, Vec<PathBuf>) {
    let mut world = World::copy_of(5);
    let thief = Thief::of(&world);
    let first = thief.copy("first.db");
    world.run(SetNumbers { numbers }, &NAMES).unwrap();
    let second = thief.copy("second.db");
    world.run(SetNumbers { numbers }, &NAMES).unwrap(); // the same numbers: new secrets, old keys
    let waiting = world.mailbox("Will", "will@example.com");
    world.enabled(waiting);
    world
        .run(recovery(waiting, HandOver::TemporaryKey), &NAMES)
        .unwrap();
    let victim = world.mailbox("Vera", "vera@example.com");
    world.enabled(victim);
    let present = thief.copy("present.db");
    (world, vec![first, second, present])
}

/// The guards whose keys come out of the newest file for the first `passwords` administrators.
fn guards_opened(world: &World, files: &[PathBuf], passwords: usize) -> BTreeSet<Guard> {
    let known: Vec<_> = NAMES
        .iter()
        .take(passwords)
        .map(|name| credential(name))
        .collect();
    let mut burglar = Burglar::default();
    for file in files {
        burglar.take(file, &world.startup, &known);
    }
    burglar.break_in();
    let newest = files.len() - 1;
    let opened = |prefix: &str| {
        let mut places = burglar.opened.iter();
        places.any(|(file, place)| *file == newest && place.starts_with(prefix))
    };
    assert!(
        opened("object audit key"),
        "the burglar can not even use the startup password"
    );
    let keys_in_archive = burglar
        .opened
        .iter()
        .filter(|(file, place)| *file == newest && place.starts_with("archived_key"));
    let recover = opened("archive_key");
    assert_eq!(
        keys_in_archive.count(),
        if recover { 2 } else { 0 },
        "without the archive key"
    );
    let guards = Guard::ALL.into_iter().filter(|guard| match guard {
        Guard::Recover => recover,
        Guard::Administer | Guard::Revoke | Guard::Settings | Guard::Import => {
            opened(&format!("guard_key {} 1", guard.number()))
        }
    });
    guards.collect()
}

/// What must come out: what has enough passwords, and with *administer* everything.
fn expected(numbers: Numbers, passwords: usize) -> BTreeSet<Guard> {
    let enough = |guard: Guard| usize::from(numbers.of(guard).get()) <= passwords;
    let all = enough(Guard::Administer);
    Guard::ALL
        .into_iter()
        .filter(|guard| all || enough(*guard))
        .collect()
}

#[test]
fn one_password_too_few_gives_nothing_whatever_the_number_is() {
    for number in 1..=4 {
        let numbers = World::all_of(5, number);
        let (world, files) = files(numbers);
        for passwords in [number - 1, number] {
            let passwords = usize::from(passwords);
            let opened = guards_opened(&world, &files, passwords);
            assert_eq!(
                opened,
                expected(numbers, passwords),
                "{passwords} of {number}"
            );
        }
    }
}

#[test]
fn each_act_opens_at_its_own_number_and_administer_opens_all() {
    let asks = |guard, number| (guard, NonZeroU8::new(number).unwrap());
    let numbers = [
        asks(Guard::Administer, 4),
        asks(Guard::Recover, 5),
        asks(Guard::Revoke, 1),
        asks(Guard::Settings, 3),
        asks(Guard::Import, 2),
    ];
    let numbers = numbers
        .into_iter()
        .fold(Numbers::ONES, |numbers, (guard, number)| {
            numbers.with(guard, number)
        });
    let (world, files) = files(numbers);
    for passwords in 0..=4 {
        let opened = guards_opened(&world, &files, passwords);
        assert_eq!(
            opened,
            expected(numbers, passwords),
            "{passwords} passwords"
        );
    }
}
