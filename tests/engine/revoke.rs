//! Revoking: the certificates are on the list that others read, what waits for the user dies, and the
//! archived keys stay.

use std::fs;
use std::path::PathBuf;

use kmadmin::crypto::certificate::Certificate;
use kmadmin::crypto::crl::{Crl, CrlReason};
use kmadmin::domain::address::MailAddress;
use kmadmin::domain::mailbox::MailboxId;
use kmadmin::domain::reason::RevocationReason;
use kmadmin::domain::secret::Password;
use kmadmin::domain::state::Situation;
use kmadmin::domain::time::Clock as _;
use kmadmin::engine::administer::ShareAnew;
use kmadmin::engine::error::Error;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::publish::certificate_file;
use kmadmin::engine::revoke::RevokeUser;
use kmadmin::engine::startup::{self, DATABASE};
use kmadmin::protocol::trust_list;

use crate::support::{NAMES, SERVER, World, judge, recovery, surroundings};

const DORA: &str = "dora@example.com";

pub(crate) fn revocation(mailbox: MailboxId) -> RevokeUser {
    RevokeUser {
        mailbox,
        server: SERVER.to_owned(),
        reason: RevocationReason::KeyCompromise,
        invalidity: None,
    }
}

fn with_dora(count: usize) -> (World, MailboxId) {
    let mut world = World::new(count);
    let id = world.mailbox("Dora Lang", DORA);
    world.enabled(id);
    (world, id)
}

fn published(world: &World, file: &str) -> PathBuf {
    world.folder.path().join("publish").join(file)
}

fn list(world: &World) -> Crl {
    Crl::read(&fs::read(published(world, "ca.crl")).unwrap()).unwrap()
}

fn certificate(world: &mut World, id: MailboxId) -> Certificate {
    let facts = world.engine.security(id).unwrap();
    facts.certificates.last().unwrap().certificate.clone()
}

fn user_file(world: &World) -> PathBuf {
    let address = MailAddress::parse(DORA).unwrap();
    published(
        world,
        &format!("certificates/{}", certificate_file(&address)),
    )
}

#[test]
fn a_revoked_certificate_is_on_the_published_list_at_once() {
    let (mut world, id) = with_dora(1);
    let dora = certificate(&mut world, id);
    let before = list(&world);
    assert!(before.is_empty());
    assert_eq!(fs::read(user_file(&world)).unwrap(), dora.der());
    let since = world.clock.now().plus_days(-3);
    let operation = RevokeUser {
        invalidity: Some(since),
        ..revocation(id)
    };
    assert_eq!(world.run(operation, &NAMES[..1]).unwrap().certificates, 1);
    assert!(world.engine.unpublished().is_none());
    let after = list(&world);
    let authority = world.engine.ca_certificate().unwrap();
    after.verify(&authority).unwrap();
    assert!(before.number() < after.number());
    let entry = after.entry(dora.serial()).unwrap();
    assert_eq!(entry.at, world.clock.now());
    assert_eq!(entry.reason, CrlReason::KeyCompromise);
    assert_eq!(entry.invalidity, Some(since));
    assert!(
        !fs::exists(user_file(&world)).unwrap(),
        "nobody should encrypt to it"
    );
    let facts = world.open_again().unwrap().security(id).unwrap();
    assert_eq!(facts.situation, Situation::Revoked);
    assert_eq!(facts.archived_keys, 1);
}

#[test]
fn openssl_believes_the_certificate_before_and_not_after() {
    let (mut world, id) = with_dora(1);
    let dora = certificate(&mut world, id);
    let user = world.folder.path().join("dora.cer");
    fs::write(&user, dora.der()).unwrap();
    let at = world.clock.now().secs().to_string();
    let pem = |world: &World, kind: &str, file: &str| {
        let (from, to) = (published(world, file), world.folder.path().join(kind));
        let (from, to) = (from.to_str().unwrap(), to.to_str().unwrap().to_owned());
        judge(
            "openssl",
            &[kind, "-in", from, "-inform", "DER", "-out", &to],
            b"",
        )
        .map(|_| to)
    };
    let verdict = |world: &World| {
        let (ca, crl) = (pem(world, "x509", "ca.cer")?, pem(world, "crl", "ca.crl")?);
        let flags = ["verify", "-x509_strict", "-crl_check", "-attime", &at];
        let files = ["-CAfile", &ca, "-CRLfile", &crl, user.to_str().unwrap()];
        judge("openssl", &[&flags[..], &files].concat(), b"")
    };
    let Some(before) = verdict(&world) else {
        return;
    };
    assert!(
        before.status.success(),
        "{}",
        String::from_utf8_lossy(&before.stderr)
    );
    world.run(revocation(id), &NAMES[..1]).unwrap();
    let after = verdict(&world).unwrap();
    let said = String::from_utf8_lossy(&after.stderr).into_owned();
    assert!(
        !after.status.success() && said.contains("certificate revoked"),
        "{said}"
    );
}

#[test]
fn what_waits_for_the_user_dies_and_the_keys_can_still_be_saved() {
    let (mut world, id) = with_dora(1);
    world
        .run(recovery(id, HandOver::TemporaryKey), &NAMES[..1])
        .unwrap();
    let facts = world.engine.security(id).unwrap();
    assert_eq!(
        (facts.situation, facts.waiting_keys),
        (Situation::Recover, 1)
    );
    world.run(revocation(id), &NAMES[..1]).unwrap();
    let facts = world.engine.security(id).unwrap();
    assert_eq!(
        (facts.situation, facts.waiting_keys),
        (Situation::Revoked, 0)
    );
    assert_eq!(facts.temporary_key_expires, None);
    assert!(matches!(
        world.run(revocation(id), &NAMES[..1]),
        Err(Error::WrongState(_))
    ));
    let saved = world
        .run(recovery(id, HandOver::File), &NAMES[..1])
        .unwrap();
    assert_eq!(saved.file.unwrap().keys, 1);
    world.clock.advance(1); // certificates are listed by when they were issued
    world.enabled(id);
    let facts = world.engine.security(id).unwrap();
    assert_eq!(
        (facts.situation, facts.archived_keys),
        (Situation::Active, 2)
    );
    let current = certificate(&mut world, id);
    assert!(list(&world).entry(current.serial()).is_none());
}

#[test]
fn a_deleted_mailbox_is_revoked_once() {
    let (mut world, id) = with_dora(1);
    let dora = certificate(&mut world, id);
    world.engine.delete_mailbox(id).unwrap();
    assert!(!fs::exists(user_file(&world)).unwrap());
    world.run(revocation(id), &NAMES[..1]).unwrap();
    assert!(list(&world).entry(dora.serial()).is_some());
    let facts = world.engine.security(id).unwrap();
    assert_eq!(facts.situation, Situation::Deleted);
    assert!(world.run(revocation(id), &NAMES[..1]).is_err());
}

#[test]
fn a_cancelled_revocation_and_a_future_date_change_nothing() {
    let numbers = World::all_of(2, 2);
    let mut world = World::with_numbers(2, numbers);
    let id = world.mailbox("Dora Lang", DORA);
    world.enabled(id);
    let before = world.engine.audit_count().unwrap();
    let cancelled = world.run(revocation(id), &NAMES[..1]);
    assert!(matches!(cancelled, Err(Error::Cancelled(_))));
    let operation = RevokeUser {
        invalidity: Some(world.clock.now().plus_secs(1)),
        ..revocation(id)
    };
    assert!(world.engine.begin(operation).is_err());
    assert_eq!(world.engine.audit_count().unwrap(), before + 2);
    assert_eq!(
        world.engine.security(id).unwrap().situation,
        Situation::Active
    );
    assert_eq!(
        world.run(revocation(id), &NAMES[..2]).unwrap().certificates,
        1
    );
}

#[test]
fn a_list_is_renewed_before_it_runs_out_and_numbers_only_grow() {
    let (mut world, _) = with_dora(1);
    let first = list(&world);
    let days = |list: &Crl| list.next_update().secs_since(list.this_update()) / 86_400;
    assert_eq!(days(&first), 7);
    world.clock.advance(2 * 86_400);
    world.engine.tick().unwrap();
    assert_eq!(
        list(&world).number(),
        first.number(),
        "it is good for long enough"
    );
    world.clock.advance(86_400);
    let mut other = world.open_again().unwrap();
    world.engine.tick().unwrap();
    other.tick().unwrap();
    let second = list(&world);
    assert!(first.number() < second.number());
    assert_eq!(
        second.this_update(),
        world.clock.now(),
        "one of the programs made one"
    );
    world.clock.advance(-30 * 86_400); // the clock of the machine goes wrong
    world.engine.publish_crl().unwrap();
    assert!(second.number() < list(&world).number());
}

#[test]
fn a_folder_that_can_not_be_written_is_told_and_tried_again() {
    let (mut world, id) = with_dora(1);
    let dora = certificate(&mut world, id);
    let folder = world.folder.path().join("publish");
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "in the way").unwrap();
    assert_eq!(
        world.run(revocation(id), &NAMES[..1]).unwrap().certificates,
        1
    );
    assert!(world.engine.unpublished().is_some());
    fs::remove_file(&folder).unwrap();
    world.engine.tick().unwrap();
    assert!(world.engine.unpublished().is_none());
    assert!(list(&world).entry(dora.serial()).is_some());
    assert!(!fs::exists(published(&world, "ca.cer")).unwrap());
    world.engine.publish().unwrap();
    assert!(fs::exists(published(&world, "ca.cer")).unwrap());
}

#[test]
fn the_trust_list_is_published_and_a_pin_follows_its_keys() {
    let (mut world, _) = with_dora(1);
    let read = |world: &World, pinned: &[u8]| {
        trust_list::read(
            &fs::read(published(world, trust_list::FILE)).unwrap(),
            pinned,
        )
    };
    let pinned = world.engine.trust_list_key().unwrap();
    let first = read(&world, &pinned).unwrap();
    assert_eq!((first.entries.len(), &first.key), (0, &pinned));
    world.run(ShareAnew, &NAMES[..1]).unwrap();
    let second = read(&world, &pinned).unwrap();
    assert!(first.version < second.version);
    assert_ne!(second.key, pinned);
    assert_eq!(second.key, world.engine.trust_list_key().unwrap());
    world.run(ShareAnew, &NAMES[..1]).unwrap();
    assert_eq!(read(&world, &pinned), read(&world, &second.key));
}

#[test]
fn a_file_of_the_version_before_is_brought_up_when_it_is_opened_and_publishes_everything() {
    let (world, _) = with_dora(1);
    let World {
        engine,
        clock,
        startup: text,
        folder,
    } = world;
    drop(engine);
    let published = folder.path().join("publish");
    fs::remove_dir_all(&published).unwrap();
    let file = rusqlite::Connection::open(folder.data().join(DATABASE)).unwrap();
    let older =
        "DROP TABLE exchange; DROP TABLE publication; DROP TABLE lease; DROP INDEX certificate_key;
                 PRAGMA user_version = 1;";
    file.execute_batch(older).unwrap();
    drop(file);
    let password = Password::parse(&text).ok().unwrap();
    let opened = startup::open(&folder.data(), surroundings(&clock, 7), &password);
    assert!(opened.unwrap().unpublished().is_none());
    let address = MailAddress::parse(DORA).unwrap();
    let user = format!("certificates/{}", certificate_file(&address));
    for file in ["ca.crl", "ca.cer", trust_list::FILE, &user] {
        assert!(fs::exists(published.join(file)).unwrap(), "{file}");
    }
}
