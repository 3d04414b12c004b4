//! Who holds the startup password besides the file can seal another state root. The passwords of
//! the administrators are the root of trust: what they have seen before, they do not forget.

use std::num::NonZeroU8;

use kmadmin::crypto::keypair::sha256;
use kmadmin::domain::guard::Guard;
use kmadmin::domain::key_kind::KeyKind;
use kmadmin::domain::progress::Unwatched;
use kmadmin::engine::administer::ShareAnew;
use kmadmin::engine::authorize::{Approval, Operation};
use kmadmin::engine::error::Error;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::manifest::Manifest;
use kmadmin::engine::session::Remember;
use rusqlite::types::Value;

use crate::red_team::{CHANGES, ana, change_manifest, own, two_of_three};
use crate::support::{NAMES, SERVER, World, credential, recovery};
use crate::thief::{Thief, tampered};

/// Puts a changed manifest there, and says in the state root that it is the right one.
fn forge(world: &World, change: fn(&mut Manifest)) {
    let thief = Thief::of(world);
    let keys = thief.server_keys(&world.startup);
    let manifest = change_manifest(&thief, change);
    let mut root = thief.root(&keys);
    root.manifest = manifest.hash().unwrap();
    thief.seal_root(&keys, &root);
}

/// A remembered password is enough to administer; everything else asks for two.
fn administer_with_one() -> World {
    let numbers = World::all_of(3, 2).with(Guard::Administer, NonZeroU8::MIN);
    World::with_numbers(3, numbers)
}

/// No grant comes out of it, whoever types.
fn no_grant<Op: Operation>(world: &mut World, operation: Op, what: &str) {
    let mut quorum = world.engine.begin(operation).unwrap();
    for administrator in NAMES {
        match world.engine.present(quorum, &credential(administrator)) {
            Approval::Pending(still, Some(_)) => quorum = still,
            Approval::Pending(_, None) => {
                unreachable!("{what}: the answer of {administrator} counts")
            }
            Approval::Granted(_) => unreachable!("{what}: granted"),
        }
    }
}

#[test]
fn a_forged_manifest_under_a_forged_state_root_is_refused_by_every_seat() {
    for (what, change) in CHANGES {
        let mut world = two_of_three();
        forge(&world, *change);
        no_grant(&mut world, ShareAnew, what);
        let id = ana(&mut world);
        no_grant(&mut world, recovery(id, HandOver::File), what);
        let session = world.engine.open_session(&credential("Ada"), Remember::No);
        assert!(
            session.is_err(),
            "{what}: a session, and with it an archive key of the thief's"
        );
    }
}

#[test]
fn a_manifest_forged_while_a_session_lasts_is_refused() {
    for (what, change) in CHANGES
        .iter()
        .filter(|(what, _)| *what != "cheaper password hashes")
    {
        let mut world = administer_with_one();
        let id = world.mailbox("Ana", "ana@example.com");
        let ada = credential("Ada");
        let mut session = world
            .engine
            .open_session(&ada, Remember::FiveMinutes)
            .unwrap();
        forge(&world, *change);
        let enabled = world
            .engine
            .enable(&mut session, id, SERVER, HandOver::File, &Unwatched);
        assert!(enabled.is_err(), "{what}: a key went to the archive");
        let quorum = world.engine.begin(ShareAnew).unwrap();
        let answer = world.engine.present_remembered(quorum, &mut session);
        assert!(
            matches!(answer, Approval::Pending(_, Some(_))),
            "{what}: granted"
        );
    }
}

#[test]
fn a_manifest_forged_after_the_grant_is_refused() {
    for (what, change) in CHANGES {
        let mut world = administer_with_one();
        let quorum = world.engine.begin(ShareAnew).unwrap();
        let Approval::Granted(grant) = world.engine.present(quorum, &credential("Ada")) else {
            unreachable!("one password is enough");
        };
        forge(&world, *change);
        let outcome = world.engine.execute(grant, &Unwatched);
        assert!(
            outcome.is_err(),
            "{what}: secrets were shared with the thief"
        );
    }
}

#[test]
fn an_older_manifest_under_a_forged_state_root_is_refused_by_who_saw_the_newer() {
    let mut world = two_of_three();
    let thief = Thief::of(&world);
    let tables = ["manifest", "share", "guard_key", "archive_key"];
    let old = tables.map(|table| thief.keep(table));
    world.run(ShareAnew, &["Ada", "Ben"]).unwrap();
    for rows in &old {
        thief.put_back(rows);
    }
    let keys = thief.server_keys(&world.startup);
    let mut root = thief.root(&keys);
    let manifest: Manifest = thief.store().read(Manifest::newest).unwrap();
    root.manifest = manifest.hash().unwrap();
    thief.seal_root(&keys, &root);
    for administrator in ["Ada", "Ben"] {
        let session = world
            .engine
            .open_session(&credential(administrator), Remember::No);
        let words = tampered(session.map(drop));
        assert!(
            words.contains("the list of administrators was replaced"),
            "{words}"
        );
    }
}

#[test]
fn a_statement_forged_under_a_forged_state_root_is_refused() {
    let mut world = two_of_three();
    let thief = Thief::of(&world);
    let keys = thief.server_keys(&world.startup);
    let body = thief.blob("SELECT body FROM seat_statement ORDER BY seat, version LIMIT 1");
    thief.change(
        "INSERT INTO seat_statement SELECT seat, version + 1, body, signature
         FROM seat_statement WHERE body = ?",
        &[Value::Blob(body)],
    );
    let mut root = thief.root(&keys);
    let said: Vec<u8> = thief
        .blobs("SELECT body FROM seat_statement ORDER BY seat, version")
        .iter()
        .flat_map(|body| sha256(body))
        .collect();
    root.statements = sha256(&said);
    thief.seal_root(&keys, &root);
    tampered(world.engine.begin(ShareAnew).map(drop));
}

#[test]
fn a_trust_list_of_the_thiefs_own_is_refused() {
    let mut world = two_of_three();
    let thief = Thief::of(&world);
    let keys = thief.server_keys(&world.startup);
    let body = thief.object("trust list");
    let key = own(KeyKind::Ed25519);
    let sql = "UPDATE object SET signature = ? WHERE name = 'trust list'";
    thief.change(sql, &[Value::Blob(key.sign(&body).unwrap())]);
    let root = thief.root(&keys);
    thief.seal_root(&keys, &root);
    assert!(matches!(
        world.engine.trust_list(),
        Err(Error::TrustListTampered)
    ));
}
