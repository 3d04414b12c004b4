//! However the answers come, a grant needs as many different administrators who were right as the
//! act asks for.

use std::collections::BTreeSet;

use kmadmin::domain::credential::Credential;
use kmadmin::engine::administer::ShareAnew;
use kmadmin::engine::authorize::Approval;
use kmadmin::engine::session::Remember;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{NAMES, World, credential, name, password};

/// One answer at the prompt.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Right(usize),
    Wrong(usize),
    /// With the password of the next one.
    Borrowed(usize),
    Stranger,
}

fn answers() -> impl Strategy<Value = Vec<Answer>> {
    let who = 0..NAMES.len();
    let answer = prop_oneof![
        4 => who.clone().prop_map(Answer::Right),
        2 => who.clone().prop_map(Answer::Wrong),
        1 => who.prop_map(Answer::Borrowed),
        1 => Just(Answer::Stranger),
    ];
    prop::collection::vec(answer, 0..12)
}

fn typed(answer: Answer) -> Credential {
    let with = |who: &str, whose: &str| Credential {
        administrator: name(who),
        password: password(whose),
    };
    match answer {
        Answer::Right(who) => credential(NAMES[who]),
        Answer::Wrong(who) => with(NAMES[who], "Nobody"),
        Answer::Borrowed(who) => with(NAMES[who], NAMES[(who + 1) % NAMES.len()]),
        Answer::Stranger => with("Mallory", "Ada"),
    }
}

/// Answers until a grant comes or the answers end, and says whether that was right.
fn check(world: &mut World, answers: &[Answer]) -> Result<(), TestCaseError> {
    let mut quorum = world.engine.begin(ShareAnew).unwrap();
    let required = usize::from(quorum.required());
    let mut right = BTreeSet::new();
    for answer in answers {
        if let Answer::Right(who) = answer {
            right.insert(*who);
        }
        world.clock.advance(31); // no pause lasts longer
        match world.engine.present(quorum, &typed(*answer)) {
            Approval::Granted(grant) => {
                prop_assert_eq!(right.len(), required);
                prop_assert_eq!(grant.approvers().len(), required);
                return Ok(());
            }
            Approval::Pending(still, refusal) => {
                prop_assert!(
                    right.len() < required,
                    "enough, but no grant: {:?}",
                    refusal
                );
                prop_assert_eq!(still.approvers().len(), right.len());
                quorum = still;
            }
        }
    }
    world.engine.abandon(quorum).unwrap();
    Ok(())
}

#[test]
fn a_grant_needs_as_many_different_administrators_as_the_act_asks_for() {
    let config = Config {
        cases: 24, // each costs a dozen password hashes
        failure_persistence: None,
        ..Config::default()
    };
    for number in [1, 2, 4] {
        let mut world = World::with_numbers(5, World::all_of(5, number));
        let world = std::cell::RefCell::new(&mut world);
        let mut runner = TestRunner::new(config.clone());
        let outcome = runner.run(&answers(), |answers| {
            check(&mut world.borrow_mut(), &answers)
        });
        outcome.unwrap();
    }
}

#[test]
fn a_remembered_password_answers_where_one_is_asked_for_and_nowhere_else() {
    for number in [1, 2] {
        let mut world = World::with_numbers(3, World::all_of(3, number));
        let ada = credential("Ada");
        let mut session = world
            .engine
            .open_session(&ada, Remember::FiveMinutes)
            .unwrap();
        let quorum = world.engine.begin(ShareAnew).unwrap();
        let answer = world.engine.present_remembered(quorum, &mut session);
        assert_eq!(matches!(answer, Approval::Granted(_)), number == 1);
    }
    let mut world = World::copy_of(3);
    let ada = credential("Ada");
    let mut session = world
        .engine
        .open_session(&ada, Remember::FiveMinutes)
        .unwrap();
    world.clock.advance(5 * 60);
    let quorum = world.engine.begin(ShareAnew).unwrap();
    let late = world.engine.present_remembered(quorum, &mut session);
    assert!(
        matches!(late, Approval::Pending(_, Some(_))),
        "after five minutes"
    );
    let mut session = world
        .engine
        .open_session(&ada, Remember::FiveMinutes)
        .unwrap();
    session.forget();
    let quorum = world.engine.begin(ShareAnew).unwrap();
    let forgotten = world.engine.present_remembered(quorum, &mut session);
    assert!(
        matches!(forgotten, Approval::Pending(_, Some(_))),
        "forgotten"
    );
}
