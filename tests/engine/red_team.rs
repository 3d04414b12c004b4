//! What the owner of the file can not do, one attack a test: every change of what stands in it is
//! refused and said.

use der::Encode as _;
use kmadmin::crypto::envelope::Recipient;
use kmadmin::crypto::kdf::Argon2Params;
use kmadmin::crypto::keypair::PrivateKey;
use kmadmin::crypto::labelled::{self, Label};
use kmadmin::domain::address::MailAddress;
use kmadmin::domain::credential::Credential;
use kmadmin::domain::guard::Guard;
use kmadmin::domain::key_kind::KeyKind;
use kmadmin::domain::mailbox::MailboxId;
use kmadmin::engine::administer::ShareAnew;
use kmadmin::engine::error::Error;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::manifest::Manifest;
use kmadmin::engine::session::Remember;
use rand::{SeedableRng as _, rngs::StdRng};
use rusqlite::types::Value;

use crate::support::{NAMES, World, credential, name, password, recovery};
use crate::thief::{Thief, tampered};

/// A key pair of the thief's own.
pub fn own(kind: KeyKind) -> PrivateKey {
    PrivateKey::generate(kind, &mut StdRng::seed_from_u64(0xBAD)).unwrap()
}

/// What a manifest is changed to.
pub type Change = (&'static str, fn(&mut Manifest));

/// Manifests that would give the thief something.
pub const CHANGES: &[Change] = &[
    ("a seat's sharing key", |manifest| {
        manifest.seats[0].keys.sharing = own(KeyKind::Rsa2048).public().clone();
    }),
    ("a seat's signing key", |manifest| {
        manifest.seats[1].keys.signing = own(KeyKind::Ed25519).public().clone();
    }),
    ("cheaper password hashes", |manifest| {
        manifest.seats[1].keys.argon2 = Argon2Params::new(8, 1, 1).unwrap();
    }),
    ("one more administrator", |manifest| {
        let mut seat = manifest.seats[0].clone();
        seat.id = 77;
        seat.name = name("Mallory");
        seat.keys.sharing = own(KeyKind::Rsa2048).public().clone();
        seat.keys.signing = own(KeyKind::Ed25519).public().clone();
        manifest.seats.push(seat);
    }),
    ("fewer administrators", |manifest| {
        manifest.seats.truncate(2);
    }),
    ("lower numbers", |manifest| {
        for guard in &mut manifest.guards {
            guard.number = 1;
        }
    }),
    ("another archive key", |manifest| {
        manifest.archive[0].public = own(KeyKind::Rsa2048).public().clone();
    }),
    ("another trust-list key", |manifest| {
        manifest.guards[usize::from(Guard::Import.number())].public =
            Some(own(KeyKind::Ed25519).public().clone());
    }),
    ("another policy key", |manifest| {
        manifest.guards[usize::from(Guard::Administer.number())].public =
            Some(own(KeyKind::Ed25519).public().clone());
    }),
    ("another share", |manifest| {
        manifest.guards[1].shares[0].commitment = [7; 32];
    }),
];

/// Puts a changed manifest in the place of the newest, signed by the thief.
pub fn change_manifest(thief: &Thief, change: fn(&mut Manifest)) -> Manifest {
    let mut store = thief.store();
    let mut manifest: Manifest = store.read(Manifest::newest).unwrap();
    change(&mut manifest);
    let generation = i64::try_from(manifest.generation).unwrap();
    let delete = "DELETE FROM manifest WHERE generation = ?";
    thief.change(delete, &[Value::Integer(generation)]);
    store
        .write(|tx| manifest.append(tx, &own(KeyKind::Ed25519)))
        .unwrap();
    manifest
}

/// A world whose acts ask for two of three passwords, with a mailbox that has a key.
pub fn two_of_three() -> World {
    let mut world = World::with_numbers(3, World::all_of(3, 2));
    let id = world.mailbox("Ana", "ana@example.com");
    world.enabled(id);
    world
}

/// The mailbox of that world.
pub fn ana(world: &mut World) -> MailboxId {
    let address = MailAddress::parse("ana@example.com").unwrap();
    world.engine.find_mailbox(&address).unwrap().id
}

#[test]
fn a_changed_manifest_is_refused() {
    for (_what, change) in CHANGES {
        let mut world = World::with_numbers(3, World::all_of(3, 2));
        let thief = Thief::of(&world);
        change_manifest(&thief, *change);
        tampered(world.engine.begin(ShareAnew).map(drop));
        tampered(
            world
                .engine
                .open_session(&credential("Ada"), Remember::No)
                .map(drop),
        );
        tampered(world.open_again().map(drop));
    }
}

/// Puts a table back as it was before everything was shared anew.
fn with_old(table: &str) -> World {
    let mut world = two_of_three();
    let thief = Thief::of(&world);
    let old = thief.keep(table);
    world.run(ShareAnew, &NAMES).unwrap();
    assert!(old != thief.keep(table), "{table} did not change at all");
    thief.drop_triggers();
    thief.put_back(&old);
    world
}

#[test]
fn an_older_manifest_or_audit_put_back_is_seen_at_once() {
    for table in ["manifest", "audit"] {
        let mut world = with_old(table);
        tampered(world.engine.begin(ShareAnew).map(drop));
        tampered(world.open_again().map(drop));
    }
}

#[test]
fn older_keys_and_shares_put_back_open_nothing() {
    for table in ["share", "guard_key", "archive_key"] {
        let refused = with_old(table).run(ShareAnew, &NAMES).err();
        let refused = refused.map(|error| error.to_string()).unwrap_or_default();
        let words = if table == "share" {
            "earlier time"
        } else {
            "was changed by another"
        };
        assert!(refused.contains(words), "{table}: {refused:?}");
    }
}

#[test]
fn an_older_state_root_put_back_is_seen_at_once() {
    let mut world = two_of_three();
    let thief = Thief::of(&world);
    let old = thief.keep("object");
    world.mailbox("Bob", "bob@example.com");
    thief.put_back_object(&old, "state root");
    tampered(world.engine.begin(ShareAnew).map(drop));
    tampered(world.engine.settings().map(drop));
    tampered(world.open_again().map(drop));
}

#[test]
fn an_administrators_earlier_keys_put_back_are_seen_at_once() {
    let mut world = two_of_three();
    let thief = Thief::of(&world);
    let old = (
        thief.keep("seat_statement"),
        thief.keep("seat"),
        thief.keep("share"),
    );
    let new = password("Ada once more");
    world
        .engine
        .change_password(name("Ada"), password("Ada"), &new)
        .unwrap();
    for rows in [&old.0, &old.1, &old.2] {
        thief.put_back(rows);
    }
    tampered(world.engine.begin(ShareAnew).map(drop));
}

#[test]
fn administrators_inserted_with_sql_are_nobody() {
    let mut world = two_of_three();
    let thief = Thief::of(&world);
    thief.edit(
        "INSERT INTO seat (name, sharing_key, signing_key, pins)
         SELECT 'Mallory', sharing_key, signing_key, pins FROM seat WHERE name = 'Ada';
         INSERT INTO share SELECT guard, (SELECT id FROM seat WHERE name = 'Mallory'), sealed
         FROM share WHERE seat = (SELECT id FROM seat WHERE name = 'Ada')",
    );
    let mallory = Credential {
        administrator: name("Mallory"),
        password: password("Ada"),
    };
    let refused = world
        .engine
        .open_session(&mallory, Remember::No)
        .err()
        .unwrap();
    assert!(matches!(refused, Error::WrongPassword), "{refused}");
    assert_eq!(world.engine.administrators().unwrap().len(), 3);
}

/// SQL that exchanges or replaces what is sealed, and what recovering a key says to it.
const SEALED: &[(&str, &str)] = &[
    (
        "UPDATE seat SET sharing_key = (SELECT sharing_key FROM seat WHERE name = 'Ben')",
        "earlier time",
    ),
    (
        "UPDATE seat SET signing_key = (SELECT signing_key FROM seat WHERE name = 'Ben')",
        "earlier time",
    ),
    (
        "UPDATE seat SET sharing_key = signing_key, signing_key = sharing_key",
        "earlier time",
    ),
    (
        "UPDATE seat SET pins = (SELECT pins FROM seat WHERE name = 'Ben') WHERE name = 'Ada'",
        "incorrect",
    ),
    (
        "UPDATE share SET sealed = (SELECT sealed FROM share o WHERE o.guard = 1 AND o.seat = 2) WHERE guard = 1",
        "earlier time",
    ),
    (
        "UPDATE share SET sealed = (SELECT sealed FROM share o WHERE o.guard = 4 AND o.seat = share.seat) WHERE guard = 1",
        "earlier time",
    ),
    ("DELETE FROM share WHERE guard = 1", "earlier time"),
    (
        "UPDATE archive_key SET sealed = (SELECT key FROM guard_key WHERE guard = 4)",
        "an archive key was replaced",
    ),
    ("DELETE FROM archive_key", "an archive key is missing"),
    (
        "UPDATE archived_key SET guid = randomblob(16)",
        "an archived key of this mailbox is missing",
    ),
    (
        "DELETE FROM archived_key",
        "an archived key of this mailbox is missing",
    ),
    (
        "UPDATE archived_key SET archive_key = randomblob(32)",
        "names no archive key",
    ),
    (
        "DELETE FROM certificate",
        "a certificate of this mailbox is missing",
    ),
    ("DELETE FROM mailbox_record", "mailbox record"),
];

#[test]
fn sealed_objects_that_were_exchanged_or_removed_are_refused() {
    for (sql, words) in SEALED {
        let mut world = two_of_three();
        assert!(0 < Thief::of(&world).edit(sql), "{sql}");
        let id = ana(&mut world);
        let refused = world.run(recovery(id, HandOver::File), &["Ada", "Ben"]);
        let refused = refused
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(refused.contains(words), "{sql}: {refused:?}");
    }
}

#[test]
fn a_share_sealed_by_the_thief_is_refused() {
    let mut world = two_of_three();
    let thief = Thief::of(&world);
    let forged = forged_share(&thief);
    thief.change(
        "UPDATE share SET sealed = ? WHERE guard = 1 AND seat = 1",
        &[Value::Blob(forged)],
    );
    let id = ana(&mut world);
    let said = tampered(
        world
            .run(recovery(id, HandOver::File), &["Ada", "Ben"])
            .map(drop),
    );
    assert!(
        said.contains("an administrator's share was replaced"),
        "{said}"
    );
}

/// A share of the thief's own making, sealed to Ada as a real one is.
fn forged_share(thief: &Thief) -> Vec<u8> {
    let manifest: Manifest = thief.store().read(Manifest::newest).unwrap();
    let entry = manifest.guard(Guard::Recover).unwrap();
    let label = Label {
        purpose: "share",
        installation: manifest.installation,
        subject: Guard::Recover.word().as_bytes(),
        number: i64::from(entry.epoch),
    };
    let content = [
        vec![0x02, 0x01, 0x01],
        der::asn1::OctetString::new([9; 32])
            .unwrap()
            .to_der()
            .unwrap(),
    ]
    .concat();
    let content = der::Any::new(der::Tag::Sequence, content)
        .unwrap()
        .to_der()
        .unwrap();
    let to = Recipient::Public(&manifest.seats[0].keys.sharing);
    let mut rng = StdRng::seed_from_u64(5);
    labelled::seal_content(&content, &label, to, &mut rng).unwrap()
}
