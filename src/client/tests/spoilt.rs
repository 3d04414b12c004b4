//! Answers that are not what they should be: each is refused, and nothing is written.

use super::server::Spoil;
use super::*;
use crate::client::view::{Sent, Stage};

/// Sends a request whose answer is spoilt; what arrives. Afterwards the right answer is taken.
fn check(spoil: Spoil) -> Vec<Arrival> {
    let mut world = World::new();
    world.server().spoil = Some(spoil);
    let secret = world.secret.clone();
    world.client().set_up(&secret, &name("Anna")).unwrap();
    let arrivals = world.client().receive().unwrap();
    assert!(world.client().keysets().unwrap().is_empty());
    assert!(world.client().authority().unwrap().is_none());
    assert_eq!(world.client().requests().unwrap()[0].stage, Stage::Asked);
    world.server().spoil = None;
    let reply = world.arrived();
    world
        .client()
        .finish(&reply.id, Finish::New(Protection::Low))
        .unwrap();
    world.ready();
    arrivals
}

#[test]
fn an_answer_that_is_not_ours_changes_nothing() {
    for spoil in [
        Spoil::Address,
        Spoil::Bare,
        Spoil::EncryptionKey,
        Spoil::Mac,
        Spoil::SigningKey,
        Spoil::WeakMac,
    ] {
        let arrivals = check(spoil);
        let is_unfit = arrivals
            .iter()
            .all(|arrival| matches!(arrival, Arrival::Unfit { .. }));
        assert!(is_unfit && !arrivals.is_empty(), "{spoil:?}: {arrivals:?}");
    }
}

#[test]
fn an_answer_to_something_else_does_not_even_reach_the_inbox() {
    let mut world = World::new();
    world.server().spoil = Some(Spoil::Nonce);
    let secret = world.secret.clone();
    let sent = world.client().set_up(&secret, &name("Anna")).unwrap();
    assert!(matches!(sent, Sent::Unreachable(_)));
}

#[test]
fn a_refusal_is_shown_and_ends_nothing_that_hangs_on_a_temporary_key() {
    for (spoil, expected) in [(Spoil::BareError, false), (Spoil::Refusal, true)] {
        let arrivals = check(spoil);
        for arrival in &arrivals {
            let Arrival::Refused {
                words,
                is_protected,
                ..
            } = arrival
            else {
                panic!("{arrivals:?}");
            };
            assert_eq!((words.as_str(), *is_protected), ("Not today.", expected));
        }
    }
}

#[test]
fn another_authority_than_the_first_one_is_refused() {
    let mut world = World::new();
    world.enrolled("Anna");
    world.secret = TemporaryKey::random(&mut StdRng::seed_from_u64(79))
        .expose()
        .to_owned();
    world.server().secret = world.secret.clone();
    world.server().spoil = Some(Spoil::Authority);
    let secret = world.secret.clone();
    world.client().set_up(&secret, &name("Anna 2")).unwrap();
    let arrivals = world.client().receive().unwrap();
    let Some(Arrival::Unfit { words }) = arrivals.first() else {
        panic!("{arrivals:?}");
    };
    assert!(words.contains("another certification authority"), "{words}");
    assert_eq!(world.client().keysets().unwrap().len(), 1);
}
