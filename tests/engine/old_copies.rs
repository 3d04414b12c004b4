//! An old copy of the file with an old administrator's password gives what that copy held, and
//! nothing that was made since the administrator was removed or everything was shared anew.

use std::fs;
use std::path::{Path, PathBuf};

use kmadmin::crypto::keypair::PrivateKey;
use kmadmin::domain::address::MailAddress;
use kmadmin::domain::guard::Guard;
use kmadmin::domain::progress::Unwatched;
use kmadmin::domain::secret::{Password, SecretBytes};
use kmadmin::engine::Engine;
use kmadmin::engine::administer::{RemoveAdministrator, ShareAnew};
use kmadmin::engine::authorize::{Approval, Grant, Operation};
use kmadmin::engine::error::Error;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::manifest::Manifest;
use kmadmin::engine::startup::{self, DATABASE};
use kmadmin::store::archived_key;
use rusqlite::types::Value;

use crate::burglar::Burglar;
use crate::support::{World, credential, name, password, recovery, surroundings};
use crate::thief::{Thief, tampered};

/// Acts that are to leave whoever has an old copy behind.
type Act = fn(&mut World);

const ACTS: [Act; 2] = [remove_ben, change_and_share_anew];

fn remove_ben(world: &mut World) {
    let ben = RemoveAdministrator { name: name("Ben") };
    world.run(ben, &["Ada"]).unwrap();
}

/// Ben's password may have been seen: he takes another, and everything is shared anew.
fn change_and_share_anew(world: &mut World) {
    let new = Password::parse("Ben polishes 54 brass owls").ok().unwrap();
    let changed = world
        .engine
        .change_password(name("Ben"), password("Ben"), &new);
    changed.unwrap();
    world.run(ShareAnew, &["Ada"]).unwrap();
}

/// Opens a copy of the file in a folder of its own.
fn opened(world: &World, copy: &Path) -> Engine {
    let folder = world.folder.path().join("stolen");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(copy, folder.join(DATABASE)).unwrap();
    let startup = Password::parse(&world.startup).ok().unwrap();
    startup::open(&folder, surroundings(&world.clock, 77), &startup).unwrap()
}

/// A copy of before, and a mailbox that was enabled after `act`.
fn copy_then(act: Act) -> (World, PathBuf) {
    let mut world = World::copy_of(3);
    let before = world.mailbox("Bea", "bea@example.com");
    world.enabled(before);
    let copy = Thief::of(&world).copy("old.db");
    act(&mut world);
    let after = world.mailbox("Abe", "abe@example.com");
    world.enabled(after);
    (world, copy)
}

#[test]
fn keys_archived_since_do_not_open_with_the_old_copy_and_its_password() {
    for act in ACTS {
        let (world, old) = copy_then(act);
        let new = Thief::of(&world).copy("new.db");
        let mut burglar = Burglar::default();
        // In the new file the removed administrator's password opens nothing; the old file has all
        // that the old password ever opened.
        burglar.take(&old, &world.startup, &[credential("Ben")]);
        burglar.take_without_passwords(&new, &world.startup);
        burglar.break_in();
        let opened = |file: usize, table: &str| {
            let mut places = burglar.opened.iter();
            places.any(|(of, place)| *of == file && place.starts_with(table))
        };
        assert!(opened(0, "archived_key"), "what the old copy held");
        for table in ["archived_key", "archive_key", "guard_key", "share"] {
            assert!(!opened(1, table), "{table} of the new file");
        }
    }
}

#[test]
fn keys_of_the_old_copy_sign_nothing_that_the_new_file_accepts() {
    for act in ACTS {
        let (mut world, old) = copy_then(act);
        let thief = Thief::of(&world);
        let mut engine = opened(&world, &old);
        let key = import_key(&mut engine, &old);
        let body = thief.object("trust list");
        let sql = "UPDATE object SET signature = ? WHERE name = 'trust list'";
        thief.change(sql, &[Value::Blob(key.sign(&body).unwrap())]);
        assert!(matches!(
            world.engine.trust_list(),
            Err(Error::TrustListTampered)
        ));
    }
}

/// The trust-list key of the old copy, which Ben's password opens there.
fn import_key(engine: &mut Engine, old: &Path) -> PrivateKey {
    let quorum = engine.begin(ShareAnew).unwrap();
    let Approval::Granted(grant) = engine.present(quorum, &credential("Ben")) else {
        unreachable!("one password is enough there");
    };
    let opened = Thief::at(old).store().read(|reader| {
        let manifest = Manifest::newest(reader)?;
        grant.guard().beside(reader, &manifest, Guard::Import)
    });
    let opened = opened.unwrap();
    let octets = opened.signing_key().unwrap().pkcs8().expose().to_vec();
    PrivateKey::from_pkcs8(SecretBytes::new(octets)).unwrap()
}

/// Approves everything of the old copy that one password approves there.
fn granted<Op: Operation>(engine: &mut Engine, operation: Op) -> Grant<Op> {
    let quorum = engine.begin(operation).unwrap();
    match engine.present(quorum, &credential("Ben")) {
        Approval::Granted(grant) => grant,
        Approval::Pending(_, refusal) => unreachable!("{refusal:?}"),
    }
}

#[test]
fn a_grant_of_the_old_copy_is_worth_nothing_in_the_new_file() {
    for act in ACTS {
        let (mut world, old) = copy_then(act);
        let mut engine = opened(&world, &old);
        let grant = granted(&mut engine, ShareAnew);
        assert!(matches!(
            world.engine.execute(grant, &Unwatched),
            Err(Error::PolicyChanged)
        ));
        let mailbox = MailAddress::parse("bea@example.com").unwrap();
        let id = world.engine.find_mailbox(&mailbox).unwrap().id;
        let grant = granted(&mut engine, recovery(id, HandOver::File));
        assert!(matches!(
            world.engine.execute(grant, &Unwatched),
            Err(Error::PolicyChanged)
        ));
    }
}

#[test]
fn a_grant_of_another_installation_is_worth_nothing_here() {
    let mut world = World::copy_of(3);
    let mut own = World::new(3); // the thief's, who knows its passwords; of the same generation
    let thief = Thief::of(&own);
    let generation = |thief: &Thief| thief.store().read(Manifest::newest).unwrap().generation;
    assert_eq!(generation(&thief), generation(&Thief::of(&world)));
    let grant = granted(&mut own.engine, ShareAnew);
    assert!(matches!(
        world.engine.execute(grant, &Unwatched),
        Err(Error::PolicyChanged)
    ));
    let quorum = own.engine.begin(ShareAnew).unwrap();
    let answer = world.engine.present(quorum, &credential("Ada"));
    assert!(matches!(
        answer,
        Approval::Pending(_, Some(Error::PolicyChanged))
    ));
}

#[test]
fn a_removed_administrators_row_put_back_is_no_seat() {
    let mut world = World::copy_of(3);
    let thief = Thief::of(&world);
    let old = ["seat", "share"].map(|table| thief.keep(table));
    world
        .run(RemoveAdministrator { name: name("Ben") }, &["Ada"])
        .unwrap();
    for rows in &old {
        thief.put_back(rows);
    }
    let quorum = world.engine.begin(ShareAnew).unwrap();
    let answer = world.engine.present(quorum, &credential("Ben"));
    assert!(matches!(answer, Approval::Pending(_, Some(_))));
}

#[test]
fn archived_rows_of_the_old_copy_put_back_are_refused() {
    let (mut world, old) = copy_then(ACTS[1]);
    let rows = Thief::at(&old).keep("archived_key");
    Thief::of(&world).put_back(&rows);
    let mailbox = MailAddress::parse("bea@example.com").unwrap();
    let id = world.engine.find_mailbox(&mailbox).unwrap().id;
    let words = tampered(world.run(recovery(id, HandOver::File), &["Ada"]).map(drop));
    assert!(words.contains("names no archive key"), "{words}");
    let count = Thief::of(&world)
        .store()
        .read(archived_key::count_archived)
        .unwrap();
    assert_eq!(count, 1);
}
