//! Messages that can not be verified: all alike, counted, and never in the user's way.

use kmadmin::domain::state::Situation;
use kmadmin::protocol::message::{Body, Failure, Message};
use kmadmin::protocol::protect::MacForm;
use kmadmin::protocol::read::{self, Received};

use crate::answer_program::{ADDRESS, Program, With, enabled, send, unprotected, verified};
use crate::support::World;

/// The same answer but for what is random or an echo.
fn shape(reply: &Received) -> (usize, Body, Vec<Vec<u8>>, usize) {
    let Message {
        header,
        body,
        extra_certs,
    } = reply.message.clone();
    let kid = header.sender_kid.map_or(0, |kid| kid.len());
    (header.general_info.len(), body, extra_certs, kid)
}

#[test]
fn an_unknown_address_and_a_wrong_key_look_alike() {
    let mut world = World::copy_of(1);
    let (_id, _key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    world.mailbox("Ben", "benny@example.com"); // never enabled
    let mut answers = Vec::new();
    for address in [ADDRESS, "nobod@example.com", "benny@example.com"] {
        let mut thief = Program::new(address);
        let request = thief.message(&world, Body::Ir(thief.both()));
        let request = thief.write(&request, With::Key("0000-1111-2222-3333"));
        let answer = world.engine.answer(&request).reply.unwrap();
        let reply = read::read(&answer).unwrap();
        assert_eq!(unprotected(&reply).0, Failure::BAD_MESSAGE_CHECK);
        answers.push((answer.len(), shape(&reply)));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[test]
fn wrong_tries_are_counted_and_paused_and_do_not_lock_the_user_out() {
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let before = world.engine.audit_count().unwrap();
    let mut pauses = Vec::new();
    for _ in 0..20 {
        let mut thief = Program::new(ADDRESS);
        let request = thief.message(&world, Body::Ir(thief.both()));
        let request = thief.write(&request, With::Key("0000-1111-2222-3333"));
        pauses.push(world.engine.answer(&request).pause_secs);
    }
    assert_eq!(pauses[..6], [0, 2, 4, 8, 16, 30]);
    assert_eq!(world.engine.security(id).unwrap().wrong_tries, 20);
    let rows = world.engine.audit_count().unwrap() - before;
    assert_eq!(rows, 5, "tries 1, 2, 4, 8 and 16");
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let request = program.write(&request, With::Key(&key));
    assert_eq!(world.engine.answer(&request).pause_secs, 0);
    program.set_up(&mut world, &key);
    assert_eq!(
        world.engine.security(id).unwrap().situation,
        Situation::Active
    );
}

#[test]
fn a_weak_mac_is_refused_and_the_answer_is_never_weaker_than_the_question() {
    use kmadmin::crypto::hash::Hash;
    let mut world = World::copy_of(1);
    let (_id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let form = |owf, mac, iterations| MacForm::PasswordBasedMac {
        owf,
        mac,
        iterations,
    };
    let weak = form(Hash::Sha1, Hash::Sha1, 500);
    let as_openssl = form(Hash::Sha256, Hash::Sha1, 500);
    let strong = form(Hash::Sha512, Hash::Sha512, 20_000);
    let mut written = |form| {
        let secret = key.as_bytes();
        let by = kmadmin::protocol::protect::Protector::Mac { secret, form };
        let mut message = request.clone();
        message.header = program.header(request.header.time.unwrap());
        kmadmin::protocol::write::write(&message, by, &mut program.rng)
    };
    if let Ok(octets) = written(weak) {
        let answer = world.engine.answer(&octets).reply.unwrap();
        assert_eq!(
            unprotected(&read::read(&answer).unwrap()).0,
            Failure::BAD_ALG
        );
    }
    for form in [as_openssl, strong] {
        let octets = written(form).unwrap();
        let reply = verified(&mut world.engine, &octets, &key);
        assert!(reply.mac_form().unwrap().is_at_least(form), "{form:?}");
        assert!(!reply.mac_form().unwrap().is_at_least(MacForm::OURS) || form != weak);
    }
}

#[test]
fn an_unprotected_request_is_refused() {
    let mut world = World::copy_of(1);
    let (_id, _key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let request = program.write(&request, With::Nothing);
    let reply = send(&mut world.engine, &request);
    assert_eq!(unprotected(&reply).0, Failure::BAD_MESSAGE_CHECK);
}

#[test]
fn damaged_messages_are_refused_and_change_nothing() {
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let octets = program.write(&request, With::Key(&key));
    for place in (0..octets.len()).step_by(7) {
        let mut damaged = octets.clone();
        damaged[place] ^= 1 << (place % 8);
        damaged.truncate(octets.len() - place % 3);
        if let Some(reply) = world.engine.answer(&damaged).reply {
            let (failure, _words) = unprotected(&read::read(&reply).unwrap());
            assert!(!failure.contains(Failure::SYSTEM_FAILURE), "octet {place}");
        }
    }
    let security = world.engine.security(id).unwrap();
    assert_eq!(
        (security.used_since, security.is_unconfirmed),
        (None, false)
    );
    program.set_up(&mut world, &key);
}
