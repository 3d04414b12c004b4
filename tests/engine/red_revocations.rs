//! The authority behind each entry of the revocation list: a lost device's certificate dies by the
//! approval of the recovery, a user's by the user's own request, and neither can be passed off for
//! another. And of several programs one answers the post office.

use std::fs;

use kmadmin::crypto::certificate::Certificate;
use kmadmin::crypto::crl::{Crl, CrlReason};
use kmadmin::domain::mailbox::MailboxId;
use kmadmin::domain::progress::Unwatched;
use kmadmin::domain::reason::RecoverReason;
use kmadmin::domain::time::Clock as _;
use kmadmin::engine::audit::{AuditVerdict, hex};
use kmadmin::engine::error::Error;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::lease::Turn;
use kmadmin::engine::recover::RecoverKey;
use kmadmin::protocol::message::{Body, RevocationRequest};

use crate::answer_program::{ADDRESS, Program, enabled, send};
use crate::revoke::revocation;
use crate::support::{NAMES, World, recovery};

fn user(world: &mut World, name: &str, address: &str) -> (MailboxId, Program) {
    let (id, key) = enabled(world, name, address);
    let mut program = Program::new(address);
    program.set_up(world, &key);
    (id, program)
}

fn list(world: &World) -> Crl {
    let file = world.folder.path().join("publish/ca.crl");
    Crl::read(&fs::read(file).unwrap()).unwrap()
}

fn own(program: &Program, place: usize) -> Certificate {
    Certificate::from_der(&program.certificates[place]).unwrap()
}

fn report_lost(world: &mut World, program: &mut Program, certificates: &[Certificate]) {
    let request = |certificate: &Certificate| RevocationRequest {
        issuer: certificate.issuer_der().to_vec(),
        serial: certificate.serial().to_vec(),
        reason: Some(1),
        invalidity: None,
    };
    let asked = certificates.iter().map(request).collect();
    let message = program.message(world, Body::Rr(asked));
    let octets = program.sign(&message);
    let reply = send(&mut world.engine, &octets);
    assert!(matches!(reply.message.body, Body::Rp(_)), "{reply:?}");
}

fn alter(world: &World, sql: &str) {
    let file = rusqlite::Connection::open(world.file()).unwrap();
    file.execute_batch(sql).unwrap();
}

fn is_refused(world: &World) -> bool {
    matches!(world.open_again(), Err(Error::Tampered(_)))
}

#[test]
fn a_lost_devices_signing_certificate_dies_by_the_approval_of_the_recovery() {
    let mut world = World::new(2);
    let (id, program) = user(&mut world, "Jörg Müller", ADDRESS);
    let forgotten = RecoverKey {
        reason: RecoverReason::ForgottenPassword,
        ..recovery(id, HandOver::TemporaryKey)
    };
    world.run(forgotten, &NAMES[..1]).unwrap();
    assert!(list(&world).is_empty(), "the device is still there");
    let lost = recovery(id, HandOver::TemporaryKey);
    let quorum = world.engine.begin(lost).ok().unwrap();
    assert!(
        quorum.title().contains("revokes the signing certificate"),
        "{}",
        quorum.title()
    );
    world.engine.abandon(quorum).unwrap();
    assert!(list(&world).is_empty(), "cancelled");
    world
        .run(recovery(id, HandOver::TemporaryKey), &NAMES[..1])
        .unwrap();
    let after = list(&world);
    let entry = after.entry(own(&program, 0).serial()).unwrap();
    assert_eq!(entry.reason, CrlReason::KeyCompromise);
    assert!(
        after.entry(own(&program, 1).serial()).is_none(),
        "its key is given back"
    );
    let verdict = world
        .open_again()
        .unwrap()
        .verify_audit(None, &Unwatched)
        .unwrap();
    assert!(
        matches!(verdict, AuditVerdict::Intact { .. }),
        "{verdict:?}"
    );
    world
        .run(recovery(id, HandOver::TemporaryKey), &NAMES[..1])
        .unwrap();
    assert_eq!(list(&world).len(), 1, "nothing is revoked twice");
    world.run(revocation(id), &NAMES[..1]).unwrap();
    assert_eq!(list(&world).len(), 2);
}

#[test]
fn an_entry_of_a_recovery_whose_approvals_were_changed_is_refused() {
    let mut world = World::new(2);
    let (id, _program) = user(&mut world, "Jörg Müller", ADDRESS);
    world
        .run(recovery(id, HandOver::TemporaryKey), &NAMES[..1])
        .unwrap();
    assert!(!is_refused(&world));
    let approvals: i64 = rusqlite::Connection::open(world.file())
        .unwrap()
        .query_row("SELECT count(*) FROM approval", [], |row| row.get(0))
        .unwrap();
    assert!(0 < approvals);
    alter(
        &world,
        "DROP TRIGGER IF EXISTS approval_is_not_changed;
         UPDATE approval SET signature = zeroblob(64)
         WHERE seq = (SELECT max(seq) FROM audit WHERE act = 'Recover a user''s keys')",
    );
    assert!(is_refused(&world));
}

#[test]
fn a_users_request_is_checked_again_whenever_the_chain_is_loaded() {
    let mut world = World::new(1);
    let (_, mut program) = user(&mut world, "Jörg Müller", ADDRESS);
    let (other, _) = user(&mut world, "Ada Boss", "boss@example.com");
    let both = [own(&program, 0), own(&program, 1)]; // the signer itself comes first
    report_lost(&mut world, &mut program, &both);
    assert_eq!(list(&world).len(), 2);
    assert_eq!(
        list(&world).entry(both[0].serial()).unwrap().at,
        world.clock.now()
    );
    assert!(!is_refused(&world));
    let others = world.engine.security(other).unwrap().certificates;
    let guid = "(SELECT guid FROM certificate WHERE serial = x'";
    let others = hex(others[0].certificate.serial());
    let signer = hex(both[0].serial());
    alter(
        &world,
        &format!("UPDATE certificate SET guid = {guid}{others}') WHERE serial = x'{signer}'"),
    );
    assert!(is_refused(&world), "the signer is made somebody else");
}

#[test]
fn a_certificate_pushed_under_another_mailbox_is_not_revoked_with_it() {
    let mut world = World::new(1);
    let (id, program) = user(&mut world, "Jörg Müller", ADDRESS);
    let (_, boss) = user(&mut world, "Ada Boss", "boss@example.com");
    let (victim, place) = (own(&boss, 0), own(&program, 0));
    let (from, to) = (hex(victim.serial()), hex(place.serial()));
    alter(
        &world,
        &format!(
            "UPDATE certificate SET guid = (SELECT guid FROM certificate WHERE serial = x'{to}')
             WHERE serial = x'{from}'"
        ),
    );
    assert_eq!(
        world.run(revocation(id), &NAMES[..1]).unwrap().certificates,
        2
    );
    assert!(list(&world).entry(victim.serial()).is_none());
    let rows = world.engine.audit("another address", None, 10).unwrap();
    assert_eq!(rows.len(), 1, "it is told");
}

#[test]
fn one_program_at_a_time_answers_the_post_office() {
    let mut world = World::new(1);
    let mut other = world.open_again().unwrap();
    assert_eq!(world.engine.take_turn().unwrap(), Turn::Ours);
    let until = world.clock.now().plus_secs(30);
    assert_eq!(other.take_turn().unwrap(), Turn::Others { until });
    world.clock.advance(29);
    assert_eq!(world.engine.take_turn().unwrap(), Turn::Ours, "renewed");
    world.clock.advance(29);
    assert!(matches!(other.take_turn().unwrap(), Turn::Others { .. }));
    world.clock.advance(1); // the first one was killed
    assert_eq!(other.take_turn().unwrap(), Turn::Ours);
    assert!(matches!(
        world.engine.take_turn().unwrap(),
        Turn::Others { .. }
    ));
    world.engine.end_turn().unwrap(); // it has none to give back
    assert!(matches!(
        world.engine.take_turn().unwrap(),
        Turn::Others { .. }
    ));
    other.end_turn().unwrap();
    assert_eq!(world.engine.take_turn().unwrap(), Turn::Ours);
    world.clock.advance(-3_600); // the clock is put back
    assert_eq!(other.take_turn().unwrap(), Turn::Ours);
}

#[test]
fn a_spoilt_record_of_one_mailbox_keeps_nobody_elses_certificate_back() {
    let mut world = World::new(1);
    let (_, _) = user(&mut world, "Jörg Müller", ADDRESS);
    let (_, boss) = user(&mut world, "Ada Boss", "boss@example.com");
    let folder = world.folder.path().join("publish");
    fs::remove_dir_all(&folder).unwrap();
    alter(
        &world,
        "UPDATE mailbox SET display_name = 'Somebody Else' WHERE display_name LIKE 'J%'",
    );
    assert!(world.engine.publish().is_err());
    let file = folder.join("certificates/boss@example.com.cer");
    assert_eq!(fs::read(file).unwrap(), boss.certificates[1]);
    assert!(fs::exists(folder.join("ca.crl")).unwrap());
    assert!(!fs::exists(folder.join(format!("certificates/{ADDRESS}.cer"))).unwrap());
}
