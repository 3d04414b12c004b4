//! What the owner of one key tries, to get more than is his.

use kmadmin::crypto::certificate::Certificate;
use kmadmin::domain::address::MailAddress;
use kmadmin::engine::session::Remember;
use kmadmin::mail::maildir;
use kmadmin::mail::post_office::PostOffice;
use kmadmin::protocol::message::{Body, Failure};

use crate::answer_program::{
    ADDRESS, Program, With, enabled, refusal, send, signing_key, verified,
};
use crate::support::{NAMES, World, credential};

/// A month of 31 days, in seconds.
const MONTH: i64 = 31 * 86_400;

#[test]
fn a_proof_of_possession_that_was_overheard_certifies_the_key_for_nobody_else() {
    let mut world = World::copy_of(1);
    let (_id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut user = Program::new(ADDRESS);
    let overheard = user.signing_request();
    user.set_up(&mut world, &key);

    let (_id, key) = enabled(&mut world, "Eve", "eve@example.com");
    let mut eve = Program::new("eve@example.com");
    let mut both = eve.both();
    both[0] = overheard;
    let request = eve.message(&world, Body::Ir(both));
    let request = eve.write(&request, With::Key(&key));
    let (failure, words) = refusal(&verified(&mut world.engine, &request, &key));
    assert_eq!(failure, Failure::BAD_CERT_TEMPLATE);
    assert!(words.contains("somebody else's"), "{words}");
    // Nothing is bound by it: she can still be set up with a key of her own.
    eve.set_up(&mut world, &key);
}

#[test]
fn what_was_issued_for_an_address_is_not_confirmed_after_the_mailbox_has_another_one() {
    let mut world = World::new(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let ada = credential(NAMES[0]);
    let mut session = world.engine.open_session(&ada, Remember::No).unwrap();
    world.engine.send_temporary_key(&mut session, id).unwrap();
    let mut user = Program::new(ADDRESS);
    let request = user.message(&world, Body::Ir(user.both()));
    let request = user.write(&request, With::Key(&key));
    let reply = verified(&mut world.engine, &request, &key);

    let mut general = world.engine.mailbox(id).unwrap().general;
    general.address = MailAddress::parse("joerg.mueller@example.com").unwrap();
    world.engine.change_mailbox(id, &general).unwrap();
    user.address = general.address.to_string();
    let confirmation = user.confirm_all(&world, &reply);
    let confirmation = user.write(&confirmation, With::Key(&key));
    let (failure, _words) = refusal(&verified(&mut world.engine, &confirmation, &key));
    assert_eq!(failure, Failure::BAD_REQUEST);
    user.set_up(&mut world, &key);
    for certificate in &user.certificates {
        let certificate = Certificate::from_der(certificate).unwrap();
        assert_eq!(certificate.addresses(), ["joerg.mueller@example.com"]);
    }

    let office = PostOffice::open(&world.engine.settings().unwrap().post_office);
    let before = office.user(&MailAddress::parse(ADDRESS).unwrap());
    for mail in maildir::list(&before).unwrap() {
        let mail = maildir::read(&mail).unwrap();
        assert!(!String::from_utf8_lossy(&mail).contains(&key));
    }
}

#[test]
fn a_program_that_renews_with_ever_new_keys_is_stopped() {
    let mut world = World::copy_of(1);
    let (_id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut user = Program::new(ADDRESS);
    user.set_up(&mut world, &key);
    world.clock.advance(13 * MONTH);
    let mut issued = 0;
    for _ in 0..20 {
        let mut new = Program::new(ADDRESS);
        new.signing = signing_key();
        let request = user.message(&world, Body::Kur(new.both()));
        let request = user.sign(&request);
        let body = send(&mut world.engine, &request).message.body;
        assert!(matches!(body, Body::Kup(_) | Body::Error(_)), "{body:?}");
        if matches!(body, Body::Kup(_)) {
            issued += 1;
        }
    }
    assert!(issued < 10, "{issued} certificates");
}

#[test]
fn a_program_that_asks_for_lists_again_and_again_fills_nothing() {
    let mut world = World::new(1);
    let (_id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut user = Program::new(ADDRESS);
    for _ in 0..3 {
        let question = user.message(&world, Body::Genm(Vec::new()));
        let question = user.write(&question, With::Key(&key));
        let reply = verified(&mut world.engine, &question, &key);
        assert!(matches!(reply.message.body, Body::Genp(_)));
        verified(&mut world.engine, &question, &key);
    }
    let file = rusqlite::Connection::open(world.file()).unwrap();
    let kept = file.query_row("SELECT count(*) FROM exchange", [], |row| {
        row.get::<_, i64>(0)
    });
    assert_eq!(kept.unwrap(), 0);
}
