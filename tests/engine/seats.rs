//! Wrong seats are told apart in words, wrong passwords are counted, and what the administrators
//! could not keep is refused.

use std::num::NonZeroU8;

use kmadmin::domain::credential::Credential;
use kmadmin::domain::guard::{Guard, Numbers};
use kmadmin::domain::secret::Password;
use kmadmin::domain::time::Clock as _;
use kmadmin::engine::administer::{AddAdministrator, RemoveAdministrator, SetNumbers, ShareAnew};
use kmadmin::engine::authorize::Approval;
use kmadmin::engine::error::Error;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::session::Remember;
use kmadmin::engine::{Engine, startup};

use crate::support::{NAMES, World, credential, name, password, recovery, surroundings};
use crate::thief::Thief;

/// What is said to a wrong password, and to an unknown name.
const WRONG: &str = "the name or the password is incorrect";

fn number(number: u8) -> NonZeroU8 {
    NonZeroU8::new(number).unwrap()
}

fn wrong(administrator: &str) -> Credential {
    Credential {
        administrator: name(administrator),
        password: password("Nobody"),
    }
}

/// What is said to these answers, one after the other, by an act that asks for more of them.
fn said(world: &mut World, answers: &[Credential]) -> Vec<String> {
    let mut quorum = world.engine.begin(ShareAnew).unwrap();
    let mut said = Vec::new();
    for answer in answers {
        match world.engine.present(quorum, answer) {
            Approval::Pending(still, refusal) => {
                said.push(refusal.map_or_else(|| "counts".to_owned(), |error| error.to_string()));
                quorum = still;
            }
            Approval::Granted(_) => unreachable!("granted after {said:?}"),
        }
    }
    world.engine.abandon(quorum).unwrap();
    said
}

#[test]
fn answers_that_do_not_count_are_told_apart_and_leave_the_others() {
    let mut world = World::with_numbers(5, World::all_of(5, 3));
    world.add("Finn");
    let eva = || RemoveAdministrator { name: name("Eva") };
    world.run(eva(), &NAMES).unwrap();
    let said = said(
        &mut world,
        &[
            credential("Ada"),
            credential("Ada"),
            wrong("Ben"),
            credential("Eva"),
            credential("Finn"),
            credential("Mallory"),
            credential("Ben"),
        ],
    );
    let expected = [
        "counts",
        "Ada has approved already",
        WRONG,
        "Eva is no longer an administrator",
        "Finn has not accepted the seat yet",
        WRONG, // an unknown name is not told from a wrong password
        "counts",
    ];
    assert_eq!(said, expected);
}

#[test]
fn a_seat_of_an_earlier_time_is_named_as_such() {
    let mut world = World::with_numbers(3, World::all_of(3, 2));
    let thief = Thief::of(&world);
    let old = thief.keep("share");
    world.run(ShareAnew, &NAMES).unwrap();
    thief.put_back(&old);
    let said = said(&mut world, &[credential("Ada")]);
    assert!(
        said[0].starts_with("the password of Ada opens a seat from an earlier time"),
        "{said:?}"
    );
}

#[test]
fn what_an_old_password_opened_does_not_open_when_it_is_put_back() {
    let mut world = World::with_numbers(3, World::all_of(3, 2));
    let thief = Thief::of(&world);
    let old = thief.keep("seat");
    let new = Password::parse("Ada walks 12 patient tortoises")
        .ok()
        .unwrap();
    let changed = world
        .engine
        .change_password(name("Ada"), password("Ada"), &new);
    changed.unwrap();
    thief.put_back(&old);
    let with_new = Credential {
        administrator: name("Ada"),
        password: new,
    };
    let answers = [credential("Ada"), with_new, credential("Ben")];
    assert_eq!(said(&mut world, &answers), [WRONG, WRONG, "counts"]);
}

#[test]
fn numbers_that_the_administrators_can_not_give_are_refused() {
    let mut world = World::copy_of(3);
    for (guard, asked, limit) in [
        (Guard::Administer, 3, 2),
        (Guard::Recover, 4, 3),
        (Guard::Import, 255, 3),
    ] {
        let numbers = Numbers::ONES.with(guard, number(asked));
        let refused = world.run(SetNumbers { numbers }, &["Ada"]).err().unwrap();
        let words = format!(
            "{} can ask for 1 to {limit} passwords, not {asked}",
            guard.word()
        );
        assert_eq!(refused.to_string(), words);
    }
    world.add("Dai"); // pending: does not count towards the limit
    let numbers = Numbers::ONES.with(Guard::Recover, number(4));
    assert!(world.run(SetNumbers { numbers }, &["Ada"]).is_err());
}

#[test]
fn an_administrator_who_is_needed_stays() {
    let numbers = Numbers::ONES.with(Guard::Recover, number(3));
    let mut world = World::with_numbers(3, numbers);
    let cleo = || RemoveAdministrator { name: name("Cleo") };
    let refused = world.run(cleo(), &["Ada"]).err().unwrap();
    assert_eq!(
        refused.to_string(),
        "recover asks for 3 passwords, and 2 administrators would be left"
    );
    let mut alone = World::copy_of(1);
    let ada = RemoveAdministrator { name: name("Ada") };
    let refused = alone.run(ada, &["Ada"]).err().unwrap();
    assert!(
        matches!(refused, Error::SeatNeeded { left: 0, .. }),
        "{refused}"
    );
    let nobody = RemoveAdministrator { name: name("Zed") };
    let refused = world.run(nobody, &["Ada"]).err().unwrap();
    assert_eq!(refused.to_string(), "there is no administrator named Zed");
}

#[test]
fn a_name_that_is_taken_and_a_weak_password_are_refused() {
    let mut world = World::copy_of(3);
    let add = |newcomer: &str, typed: &str| AddAdministrator {
        name: name(newcomer),
        password: Password::parse(typed).ok().unwrap(),
    };
    let taken = world.run(add("Ben", "Ben walks 12 patient tortoises"), &["Ada"]);
    assert!(matches!(taken, Err(Error::AdministratorExists(_))));
    for weak in [
        "password",
        "Finnegan1",
        "Finn Finn Finn",
        "qwertyuiop",
        "12345678901234567890",
    ] {
        let refused = world.run(add("Finnegan", weak), &["Ada"]).err().unwrap();
        assert!(
            matches!(refused, Error::WeakPassword { .. }),
            "{weak}: {refused}"
        );
        let new = Password::parse(weak).ok().unwrap();
        let refused = world
            .engine
            .change_password(name("Ada"), password("Ada"), &new);
        assert!(matches!(refused, Err(Error::WeakPassword { .. })), "{weak}");
    }
}

/// How long the pause is that follows a wrong password of Ben.
fn pause_after_wrong(engine: &mut Engine) -> i64 {
    let refused = engine
        .open_session(&wrong("Ben"), Remember::No)
        .err()
        .unwrap();
    assert!(matches!(refused, Error::WrongPassword), "{refused}");
    match engine.open_session(&credential("Ben"), Remember::No) {
        Err(Error::Paused { until }) => until.secs() - engine.now().secs(),
        Err(other) => unreachable!("{other}"),
        Ok(_) => 0,
    }
}

#[test]
fn the_pause_after_wrong_passwords_grows_and_outlives_the_program() {
    let mut world = World::copy_of(3);
    assert_eq!(pause_after_wrong(&mut world.engine), 0);
    let mut pauses = Vec::new();
    let first = world.engine.open_session(&wrong("Ben"), Remember::No);
    assert!(first.is_err());
    for _ in 0..6 {
        let mut again = world.open_again().unwrap(); // as after a restart
        let pause = pause_after_wrong(&mut again);
        pauses.push(pause);
        world.clock.advance(pause);
    }
    assert_eq!(pauses, [2, 4, 8, 16, 30, 30]);
    let ben = world.engine.administrators().unwrap().remove(1);
    assert_eq!((ben.wrong_passwords, ben.paused_until), (7, None));
    world
        .engine
        .open_session(&credential("Ben"), Remember::No)
        .unwrap();
    assert_eq!(
        pause_after_wrong(&mut world.engine),
        0,
        "a right one ends the count"
    );
}

#[test]
fn a_pause_of_one_administrator_does_not_hold_up_the_others() {
    let mut world = World::with_numbers(3, World::all_of(3, 2));
    for _ in 0..2 {
        assert!(
            world
                .engine
                .open_session(&wrong("Ben"), Remember::No)
                .is_err()
        );
    }
    let said = said(&mut world, &[credential("Ben"), credential("Ada")]);
    assert!(
        said[0].starts_with("after wrong passwords there is a pause until"),
        "{said:?}"
    );
    assert_eq!(said[1], "counts");
}

#[test]
fn wrong_startup_passwords_open_nothing_and_are_in_the_audit_of_the_next_opening() {
    let world = World::copy_of(1);
    let data = world.folder.data();
    let try_with = |text: &str| {
        let startup = Password::parse(text).ok().unwrap();
        startup::open(&data, surroundings(&world.clock, 7), &startup)
    };
    for pause in [0, 2, 4] {
        let refused = try_with("AAAAABBBBBCCCCC").err().unwrap();
        assert!(matches!(refused, Error::WrongStartupPassword), "{refused}");
        let until = startup::pause(&data, world.clock.now()).unwrap();
        let lasts = until.map_or(0, |until| until.secs() - world.clock.now().secs());
        assert_eq!(lasts, pause);
        if 0 < pause {
            assert!(matches!(
                try_with(&world.startup),
                Err(Error::Paused { .. })
            ));
        }
        world.clock.advance(pause);
    }
    let mut engine = try_with(&world.startup).unwrap();
    let rows = engine.audit("wrong startup password", None, 10).unwrap();
    assert_eq!(rows.len(), 3);
    assert!(
        rows.iter()
            .all(|row| row.outcome == "refused" && row.who == "tester")
    );
    assert_eq!(startup::pause(&data, world.clock.now()).unwrap(), None);
}

#[test]
fn a_pending_seat_counts_once_its_administrator_has_opened_it_or_changed_its_password() {
    let mut world = World::copy_of(3);
    let new = Password::parse("Finn walks 12 patient tortoises")
        .ok()
        .unwrap();
    for newcomer in ["Dai", "Finn"] {
        world.add(newcomer);
        assert!(
            !world
                .engine
                .administrators()
                .unwrap()
                .last()
                .unwrap()
                .accepted
        );
        if newcomer == "Dai" {
            world
                .engine
                .open_session(&credential("Dai"), Remember::No)
                .unwrap();
        } else {
            world
                .engine
                .change_password(name("Finn"), password("Finn"), &new)
                .unwrap();
        }
        assert!(
            world
                .engine
                .administrators()
                .unwrap()
                .last()
                .unwrap()
                .accepted
        );
    }
    let numbers = Numbers::ONES.with(Guard::Recover, number(5));
    world.run(SetNumbers { numbers }, &["Dai"]).unwrap();
}

#[test]
fn after_a_change_of_password_the_shares_still_work_and_the_old_password_does_not() {
    let mut world = World::with_numbers(3, World::all_of(3, 2));
    let id = world.mailbox("Ana", "ana@example.com");
    world.enabled(id);
    let new = Password::parse("Ben walks 12 patient tortoises")
        .ok()
        .unwrap();
    world
        .engine
        .change_password(name("Ben"), password("Ben"), &new)
        .unwrap();
    let refused = world
        .run(recovery(id, HandOver::File), &["Ben"])
        .err()
        .unwrap();
    assert!(matches!(refused, Error::WrongPassword), "{refused}");
    let ben = Credential {
        administrator: name("Ben"),
        password: new,
    };
    let quorum = world.engine.begin(recovery(id, HandOver::File)).unwrap();
    let Approval::Pending(quorum, None) = world.engine.present(quorum, &ben) else {
        unreachable!("the new password counts");
    };
    let last = world.engine.present(quorum, &credential("Cleo"));
    assert!(
        matches!(last, Approval::Granted(_)),
        "with the share from before"
    );
}
