//! A user who has nothing left to sign with reports lost keys under the temporary key; nobody else
//! can, and nothing else comes of it.

use std::fs;

use kmadmin::crypto::certificate::Certificate;
use kmadmin::crypto::crl::Crl;
use kmadmin::domain::mailbox::MailboxId;
use kmadmin::domain::reason::RecoverReason;
use kmadmin::domain::state::Situation;
use kmadmin::engine::error::Error;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::recover::RecoverKey;
use kmadmin::protocol::message::{Body, Failure, RevocationRequest};
use kmadmin::protocol::read::Received;

use crate::answer_program::{
    ADDRESS, Program, With, certificates, enabled, refusal, send, unprotected, verified,
};
use crate::support::{NAMES, World, recovery};

/// Somebody whose keyset is gone, with the temporary key of the recovery.
fn who_lost_all(world: &mut World) -> (MailboxId, Program, String) {
    let (id, key) = enabled(world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    program.set_up(world, &key);
    let forgotten = RecoverKey {
        reason: RecoverReason::ForgottenPassword,
        ..recovery(id, HandOver::TemporaryKey)
    };
    let handed = world.run(forgotten, &NAMES).unwrap();
    let key = handed.temporary_key.unwrap().expose().to_owned();
    (id, program, key)
}

/// `rr` for these certificates under this key.
fn rr(
    world: &mut World,
    program: &mut Program,
    key: &str,
    lost: &[Vec<u8>],
    reason: u8,
) -> Received {
    let request = |der: &Vec<u8>| {
        let certificate = Certificate::from_der(der).unwrap();
        RevocationRequest {
            issuer: certificate.issuer_der().to_vec(),
            serial: certificate.serial().to_vec(),
            reason: Some(reason),
            invalidity: None,
        }
    };
    let message = program.message(world, Body::Rr(lost.iter().map(request).collect()));
    let octets = program.write(&message, With::Key(key));
    send(&mut world.engine, &octets)
}

fn revoked(world: &World) -> usize {
    let list = fs::read(world.folder.path().join("publish/ca.crl"));
    list.map_or(0, |list| Crl::read(&list).unwrap().len())
}

#[test]
fn what_is_reported_under_the_temporary_key_dies_and_the_keys_can_still_be_fetched() {
    let mut world = World::new(1);
    let (id, mut old, key) = who_lost_all(&mut world);
    let lost = old.certificates.clone();
    let reply = rr(&mut world, &mut old, &key, &lost, 1);
    assert!(reply.verify_mac(key.as_bytes()).is_ok());
    assert!(matches!(reply.message.body, Body::Rp(_)), "{reply:?}");
    assert_eq!(revoked(&world), 2);
    let mut world_again = world.open_again().unwrap(); // the chain is checked
    let row = world_again.audit("Report a lost key", None, 1).unwrap();
    assert!(row[0].detail.starts_with("revoked under the temporary key"));
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Recover);
    assert_eq!(security.waiting_keys, 1, "as before");

    let mut new = Program::new(ADDRESS);
    let krr = new.message(&world, Body::Krr(new.both()));
    let krr = new.write(&krr, With::Key(&key));
    let reply = verified(&mut world.engine, &krr, &key);
    let krp = if let Body::Krp(krp) = &reply.message.body {
        Some(krp)
    } else {
        None
    };
    let krp = krp.unwrap();
    assert_eq!(krp.history.len(), 2, "the reported one and a new one");
    let signing = krp.signing_certificate.clone().unwrap();
    let confirmation = new.confirm(&world, &reply, &[(0, &signing)]);
    let octets = new.write(&confirmation, With::Key(&key));
    verified(&mut world.engine, &octets, &key);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Active);
    assert!(!lost.contains(&security.encryption.unwrap().der().to_vec()));
}

#[test]
fn without_the_key_or_for_somebody_else_or_for_a_while_nothing_is_revoked() {
    let mut world = World::new(1);
    let (_other, boss_key) = enabled(&mut world, "Ada Boss", "boss@example.com");
    let mut boss = Program::new("boss@example.com");
    boss.set_up(&mut world, &boss_key);
    let (id, mut program, key) = who_lost_all(&mut world);
    let own = program.certificates.clone();

    let reply = rr(&mut world, &mut program, "0000-1111-2222-3333", &own, 1);
    assert_eq!(unprotected(&reply).0, Failure::BAD_MESSAGE_CHECK);
    let reply = rr(&mut world, &mut boss, &boss_key, &own, 1); // spent, and another's
    assert_eq!(unprotected(&reply).0, Failure::BAD_MESSAGE_CHECK);
    let reply = rr(
        &mut world,
        &mut program,
        &key,
        &boss.certificates.clone(),
        1,
    );
    assert_eq!(refusal(&reply).0, Failure::BAD_CERT_ID);
    for (lost, reason) in [(&own[..1], 6), (&own[1..], 8), (&own[..1], 255)] {
        let reply = rr(&mut world, &mut program, &key, lost, reason);
        assert_eq!(refusal(&reply).0, Failure::BAD_REQUEST, "{reason}");
    }
    let twice = [own[0].clone(), own[0].clone()];
    let reply = rr(&mut world, &mut program, &key, &twice, 1);
    assert_eq!(refusal(&reply).0, Failure::BAD_REQUEST);
    assert_eq!(revoked(&world), 0);
    let reply = rr(&mut world, &mut program, &key, &own[..1], 1);
    assert!(matches!(reply.message.body, Body::Rp(_)), "{reply:?}");
    let reply = rr(&mut world, &mut program, &key, &own[..1], 1);
    assert_eq!(refusal(&reply).0, Failure::CERT_REVOKED);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.wrong_tries, 1);
    assert!(security.encryption.is_some());
}

#[test]
fn an_entry_stands_only_with_the_row_of_the_audit_that_reports_it() {
    for change in [
        "detail = replace(detail, 'under the temporary key', 'by signature')",
        "detail = detail || '00'",
        "act = 'Ask for information'",
        "outcome = 'refused'",
    ] {
        let mut world = World::new(1);
        let (_id, mut program, key) = who_lost_all(&mut world);
        let own = program.certificates.clone();
        rr(&mut world, &mut program, &key, &own, 1);
        assert!(world.open_again().is_ok());
        let file = rusqlite::Connection::open(world.file()).unwrap();
        let altered = file.execute_batch(&format!(
            "DROP TRIGGER IF EXISTS audit_is_not_changed;
             UPDATE audit SET {change} WHERE act = 'Report a lost key'"
        ));
        altered.unwrap();
        let opened = world.open_again();
        assert!(matches!(opened, Err(Error::Tampered(_))), "{change}");
    }
}

#[test]
fn what_was_reported_before_it_was_confirmed_can_not_become_current() {
    let mut world = World::new(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let ask = |world: &mut World, program: &mut Program| {
        let request = program.message(world, Body::Ir(program.both()));
        let octets = program.write(&request, With::Key(&key));
        verified(&mut world.engine, &octets, &key)
    };
    let first = ask(&mut world, &mut program);
    program.keep(&first);
    let lost = program.certificates.clone();
    let reply = rr(&mut world, &mut program, &key, &lost, 1);
    assert!(matches!(reply.message.body, Body::Rp(_)), "{reply:?}");
    let confirmation = program.confirm_all(&world, &first);
    let octets = program.write(&confirmation, With::Key(&key));
    refusal(&verified(&mut world.engine, &octets, &key));
    let second = ask(&mut world, &mut program);
    let fresh = certificates(&second.message.body);
    assert!(fresh.iter().all(|(_id, der)| !lost.contains(der)));
    let confirmation = program.confirm_all(&world, &second);
    let octets = program.write(&confirmation, With::Key(&key));
    let done = verified(&mut world.engine, &octets, &key);
    assert_eq!(done.message.body, Body::PkiConf);
    assert_eq!(
        world.engine.security(id).unwrap().situation,
        Situation::Active
    );
}
