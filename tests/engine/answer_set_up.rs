//! A user's program sets up security, loses answers, refuses, and tries again.

use kmadmin::domain::address::MailAddress;
use kmadmin::domain::progress::Unwatched;
use kmadmin::domain::state::{Archive, Situation};
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::session::Remember;
use kmadmin::protocol::message::{Body, CertRequest, Failure};

use crate::answer_program::{
    ADDRESS, EMPTY, Program, With, certificates, enabled, refusal, send, verified,
};
use crate::support::{NAMES, SERVER, World, credential};

#[test]
fn a_temporary_key_becomes_two_certificates_and_is_spent_by_the_confirmation() {
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let request = program.write(&request, With::Key(&key));
    let reply = verified(&mut world.engine, &request, &key);
    assert_eq!(certificates(&reply.message.body).len(), 2);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::New);
    assert!(security.used_since.is_some() && security.is_unconfirmed);
    assert_eq!(security.archived_keys, 1);

    let confirmation = program.confirm_all(&world, &reply);
    let confirmation = program.write(&confirmation, With::Key(&key));
    let done = verified(&mut world.engine, &confirmation, &key);
    assert_eq!(done.message.body, Body::PkiConf);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Active);
    assert_eq!(security.archive, Archive::Holds);
    assert_eq!(security.temporary_key_expires, None);
    assert_eq!(security.waiting_keys, 0);
    assert!(security.signing.is_some() && security.encryption.is_some());
    let again = verified(&mut world.engine, &confirmation, &key);
    assert_eq!(again.message, done.message, "the lost pkiConf comes again");
    let (failure, _) = refusal(&{
        let other = program.message(&world, Body::Ir(program.both()));
        let other = program.write(&other, With::Key(&key));
        send(&mut world.engine, &other)
    });
    assert_eq!(failure, Failure::BAD_MESSAGE_CHECK);
}

#[test]
fn the_temporary_key_is_taken_without_its_hyphens_too() {
    let mut world = World::copy_of(1);
    let (_id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let plain = key.replace('-', "");
    Program::new(ADDRESS).set_up(&mut world, &plain);
}

#[test]
fn the_same_program_gets_the_same_certificates_in_a_new_transaction() {
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let mut sets = Vec::new();
    for _ in 0..3 {
        let request = program.message(&world, Body::Ir(program.both()));
        let request = program.write(&request, With::Key(&key));
        let reply = verified(&mut world.engine, &request, &key);
        sets.push(certificates(&reply.message.body));
        world.engine = world.open_again().unwrap();
    }
    assert!(sets.iter().all(|set| *set == sets[0]));
    let security = world.engine.security(id).unwrap();
    assert_eq!(
        (security.certificates.len(), security.archived_keys),
        (2, 1)
    );
}

#[test]
fn refused_certificates_are_not_taken_and_the_temporary_key_stays_good() {
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let request = program.write(&request, With::Key(&key));
    let reply = verified(&mut world.engine, &request, &key);
    let first = certificates(&reply.message.body);
    // A certificate that is not named is refused.
    let half = program.confirm(&world, &reply, &[(0, &first[0].1)]);
    let half = program.write(&half, With::Key(&key));
    let done = verified(&mut world.engine, &half, &key);
    assert_eq!(done.message.body, Body::PkiConf);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::New);
    assert!(security.signing.is_none() && security.temporary_key_expires.is_some());
    program.set_up(&mut world, &key);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Active);
    assert_eq!(security.archived_keys, 1, "the key pair is used again");
    assert_ne!(first[0].1, program.certificates[0]);
}

#[test]
fn the_encryption_half_can_be_fetched_later_under_the_signing_half() {
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(vec![program.signing_request()]));
    let request = program.write(&request, With::Key(&key));
    let reply = verified(&mut world.engine, &request, &key);
    program.keep(&reply);
    let confirmation = program.confirm_all(&world, &reply);
    let confirmation = program.write(&confirmation, With::Key(&key));
    verified(&mut world.engine, &confirmation, &key);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Active);
    assert_eq!(security.archive, Archive::Empty);

    let made = CertRequest::new_server_made(7, EMPTY, None, program.transport.public());
    let request = program.message(&world, Body::Ir(vec![made.unwrap()]));
    let own = program.sign(&request);
    let reply = send(&mut world.engine, &own);
    assert_eq!(certificates(&reply.message.body).len(), 1);
    let confirmation = program.confirm_all(&world, &reply);
    let own = program.sign(&confirmation);
    assert_eq!(send(&mut world.engine, &own).message.body, Body::PkiConf);
    let security = world.engine.security(id).unwrap();
    assert!(security.encryption.is_some() && security.signing.is_some());
    assert_eq!(security.archived_keys, 1);
}

#[test]
fn the_key_of_the_file_is_the_one_that_the_program_gets() {
    let mut world = World::copy_of(1);
    let id = world.mailbox("Jörg Müller", ADDRESS);
    let ada = credential(NAMES[0]);
    let mut session = world.engine.open_session(&ada, Remember::No).unwrap();
    let how = HandOver::Both;
    let handed = world
        .engine
        .enable(&mut session, id, SERVER, how, &Unwatched);
    let key = handed.unwrap().temporary_key.unwrap();
    let filed = world.engine.security(id).unwrap().encryption.unwrap();
    let mut program = Program::new(ADDRESS);
    program.set_up(&mut world, key.expose());
    assert_eq!(program.certificates[1], filed.der());
    let security = world.engine.security(id).unwrap();
    assert_eq!((security.archived_keys, security.waiting_keys), (1, 0));
}

#[test]
fn the_certificate_is_published_when_it_is_confirmed_and_not_before() {
    let mut world = World::copy_of(1);
    let (_id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let address = MailAddress::parse(ADDRESS).unwrap();
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let request = program.write(&request, With::Key(&key));
    verified(&mut world.engine, &request, &key);
    let shown = world.engine.certificate_of_address(&address).unwrap();
    assert_eq!(shown, None);
    program.set_up(&mut world, &key);
    let shown = world.engine.certificate_of_address(&address).unwrap();
    assert_eq!(shown, Some(program.certificates[1].clone()));
}

#[test]
fn another_program_of_the_administrators_goes_on_where_the_first_one_stopped() {
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut other = world.open_again().unwrap();
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let request = program.write(&request, With::Key(&key));
    let reply = verified(&mut world.engine, &request, &key);
    let again = verified(&mut other, &request, &key);
    assert_eq!(again.message, reply.message);
    let confirmation = program.confirm_all(&world, &reply);
    let confirmation = program.write(&confirmation, With::Key(&key));
    let done = verified(&mut other, &confirmation, &key);
    assert_eq!(done.message.body, Body::PkiConf);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Active);
}

#[test]
fn a_file_of_the_first_version_opens_and_answers() {
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let spare = World::copy_of(1);
    drop(std::mem::replace(&mut world.engine, spare.engine)); // closed
    let file = rusqlite::Connection::open(world.file()).unwrap();
    let old =
        "DROP TABLE exchange; DROP TABLE publication; DROP TABLE lease; DROP INDEX certificate_key;
        PRAGMA user_version = 1;";
    file.execute_batch(old).unwrap();
    drop(file);
    world.engine = world.open_again().unwrap();
    Program::new(ADDRESS).set_up(&mut world, &key);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Active);
}
