//! No secret stands in the clear in any file of the data folder, in the audit or in what is said;
//! and what has died is in none of the database's files, the log included.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use kmadmin::crypto::verify::judge_file;
use kmadmin::domain::credential::Credential;
use kmadmin::domain::mailbox::MailboxId;
use kmadmin::domain::progress::Unwatched;
use kmadmin::domain::secret::Password;
use kmadmin::domain::time::Clock as _;
use kmadmin::engine::administer::{AddAdministrator, RemoveAdministrator, ShareAnew};
use kmadmin::engine::audit::hex;
use kmadmin::engine::hand_over::{HandOver, HandedOver, KeyFile};
use kmadmin::engine::session::Remember;
use p12_keystore::{KeyStore, Pkcs12ImportPolicy};

use crate::support::{NAMES, SERVER, World, credential, name, password, password_text, recovery};
use crate::thief::Thief;

/// Every file below a folder.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    found
}

/// Where any of these stand.
fn seen(folder: &Path, needles: &[(String, Vec<u8>)]) -> Vec<String> {
    let mut seen = Vec::new();
    for (path, content) in files(folder) {
        for (what, needle) in needles {
            if contains(&content, needle) {
                seen.push(format!("{what} in {path}"));
            }
        }
    }
    seen
}

fn contains(content: &[u8], needle: &[u8]) -> bool {
    let first = needle[0];
    let mut rest = content;
    while let Some(at) = rest.iter().position(|octet| *octet == first) {
        rest = &rest[at..];
        if rest.starts_with(needle) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

/// Pieces of octets, so that what is left of them in part is found as well.
fn pieces(what: &str, octets: &[u8]) -> Vec<(String, Vec<u8>)> {
    let pieces = octets.chunks_exact(24).enumerate();
    pieces
        .map(|(at, piece)| (format!("{what}, piece {at}"), piece.to_vec()))
        .collect()
}

/// The octets of the private key in a file.
fn private_key(file: &KeyFile) -> Vec<u8> {
    let store = KeyStore::from_pkcs12(
        &file.pkcs12,
        file.password.expose(),
        Pkcs12ImportPolicy::Relaxed,
    );
    let store = store.unwrap();
    let (_, chain) = store.private_key_chain().unwrap();
    chain.key().as_der().to_vec()
}

/// The text as it stands in a file, and in the ways that it could have been turned into.
fn texts(what: &str, text: &str) -> Vec<(String, Vec<u8>)> {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hexadecimal = hex(text.as_bytes());
    let plain = text.replace('-', "");
    let forms = [
        text.as_bytes().to_vec(),
        wide,
        hexadecimal.into_bytes(),
        plain.into_bytes(),
    ];
    forms
        .into_iter()
        .map(|form| (what.to_owned(), form))
        .collect()
}

#[test]
fn no_secret_stands_in_the_clear_anywhere() {
    let mut world = World::new(3);
    let startup = texts("the startup password", &world.startup);
    let mut needles = startup;
    for administrator in NAMES.iter().take(3) {
        needles.extend(texts(administrator, &password_text(administrator)));
    }
    let id = world.mailbox("Kim", "kim@example.com");
    let file = world.enabled(id);
    let mut keep = |handed: &HandedOver| {
        if let Some(key) = &handed.temporary_key {
            needles.extend(texts("a temporary key", key.expose()));
        }
        if let Some(file) = &handed.file {
            needles.extend(texts("a file's password", file.password.expose()));
        }
    };
    let handed = world.run(recovery(id, HandOver::Both), &["Ada"]).unwrap();
    keep(&handed);
    let other = world.mailbox("Lou", "lou@example.com");
    let mut session = world
        .engine
        .open_session(&credential("Ben"), Remember::FiveMinutes)
        .unwrap();
    let handed = world.engine.enable(
        &mut session,
        other,
        SERVER,
        HandOver::TemporaryKey,
        &Unwatched,
    );
    keep(&handed.unwrap());
    let key = private_key(&file);
    needles.extend(texts("a file's password", file.password.expose()));
    needles.extend(pieces("a private key", &key[key.len() / 4..]));
    let said = errors(&mut world);
    let rows = world.engine.audit("", None, 1_000).unwrap();
    let audit = format!("{said} {rows:?}");
    for (what, needle) in &needles {
        assert!(
            !contains(audit.as_bytes(), needle),
            "{what} in the audit or a message"
        );
    }
    assert_eq!(seen(world.folder.path(), &needles), [""; 0]);
    let copy = [("known text".to_owned(), b"kim@example.com".to_vec())];
    assert!(
        !seen(world.folder.path(), &copy).is_empty(),
        "the search finds nothing at all"
    );
}

/// Everything that is said when passwords do not fit.
fn errors(world: &mut World) -> String {
    let mut said = String::new();
    let wrong = Credential {
        administrator: name("Ada"),
        password: password("Ben"),
    };
    let unknown = Credential {
        administrator: name("Mallory"),
        password: password("Ben"),
    };
    let weak = AddAdministrator {
        name: name("Ada Ada"),
        password: Password::parse("Ada juggles").ok().unwrap(),
    };
    let refused = [
        world
            .engine
            .open_session(&wrong, Remember::No)
            .err()
            .unwrap(),
        world
            .engine
            .open_session(&wrong, Remember::No)
            .err()
            .unwrap(),
        world
            .engine
            .open_session(&wrong, Remember::No)
            .err()
            .unwrap(),
        world
            .engine
            .open_session(&unknown, Remember::No)
            .err()
            .unwrap(),
        world.engine.begin(weak).err().unwrap(),
        world
            .engine
            .change_password(name("Ada"), password("Ben"), &password("Ada 2"))
            .err()
            .unwrap(),
    ];
    for error in refused {
        write!(said, "{error} {error:?} {:?}", error.notice()).unwrap();
    }
    let certificates = judge_file(password_text("Ada").as_bytes(), world.clock.now());
    write!(said, "{certificates:?}").unwrap();
    said
}

/// What of a mailbox dies when its temporary key does.
fn mortal(world: &World) -> Vec<(String, Vec<u8>)> {
    let thief = Thief::of(world);
    let mut needles = Vec::new();
    for (what, sql) in [
        ("the record", "SELECT sealed FROM mailbox_record"),
        ("a pick-up copy", "SELECT sealed FROM pick_up"),
    ] {
        for sealed in thief.blobs(sql) {
            // What stands in front is the same in every sealed object.
            needles.extend(pieces(what, &sealed[sealed.len() - 120..]));
        }
    }
    assert!(!needles.is_empty());
    assert!(!seen(&world.folder.data(), &needles).is_empty());
    needles
}

/// How a temporary key may come to its end.
type End = fn(&mut World, MailboxId);

#[test]
fn what_dies_is_in_none_of_the_files() {
    let ends: [(&str, End); 3] = [
        ("expiry", |world, _| {
            world.clock.advance(8 * 24 * 60 * 60);
            world.engine.tick().unwrap();
        }),
        ("another recovery", |world, id| {
            world
                .run(recovery(id, HandOver::TemporaryKey), &["Ada"])
                .unwrap();
        }),
        ("deletion", |world, id| {
            world.engine.delete_mailbox(id).unwrap();
        }),
    ];
    for (end, act) in ends {
        let mut world = World::copy_of(3);
        let id = world.mailbox("Kim", "kim@example.com");
        world.enabled(id);
        world
            .run(recovery(id, HandOver::TemporaryKey), &["Ada"])
            .unwrap();
        let needles = mortal(&world);
        act(&mut world, id);
        assert_eq!(seen(&world.folder.data(), &needles), [""; 0], "{end}");
        assert!(!world.engine.is_wiping_pending());
    }
}

#[test]
fn a_temporary_key_that_is_replaced_leaves_no_record_behind() {
    let mut world = World::copy_of(3);
    let id = world.mailbox("Neo", "neo@example.com");
    let mut session = world
        .engine
        .open_session(&credential("Ada"), Remember::No)
        .unwrap();
    let mut enable = |world: &mut World| {
        let handed =
            world
                .engine
                .enable(&mut session, id, SERVER, HandOver::TemporaryKey, &Unwatched);
        handed.unwrap();
    };
    enable(&mut world);
    let needles = mortal(&world);
    enable(&mut world);
    assert_eq!(seen(&world.folder.data(), &needles), [""; 0]);
}

#[test]
fn old_seats_and_shares_are_in_none_of_the_files() {
    let mut world = World::copy_of(3);
    let old = |world: &World, sql: &str| {
        let sealed = Thief::of(world).blobs(sql);
        let tails = sealed
            .iter()
            .flat_map(|sealed| pieces(sql, &sealed[sealed.len() - 120..]));
        tails.collect::<Vec<_>>()
    };
    let seat = old(&world, "SELECT sharing_key FROM seat WHERE name = 'Ada'");
    let new = Password::parse("Ada walks 12 patient tortoises")
        .ok()
        .unwrap();
    world
        .engine
        .change_password(name("Ada"), password("Ada"), &new)
        .unwrap();
    assert_eq!(
        seen(&world.folder.data(), &seat),
        [""; 0],
        "changed password"
    );
    let shares = old(&world, "SELECT sealed FROM share");
    let keys = old(&world, "SELECT sealed FROM archive_key");
    world.run(ShareAnew, &["Ben"]).unwrap();
    assert_eq!(
        seen(&world.folder.data(), &[shares, keys].concat()),
        [""; 0],
        "shared anew"
    );
    let seat = old(&world, "SELECT sharing_key FROM seat WHERE name = 'Cleo'");
    let cleo = RemoveAdministrator { name: name("Cleo") };
    world.run(cleo, &["Ben"]).unwrap();
    assert_eq!(seen(&world.folder.data(), &seat), [""; 0], "removed");
}

#[test]
fn while_another_program_reads_wiping_is_pending_and_then_done() {
    let mut world = World::copy_of(3);
    let id = world.mailbox("Kim", "kim@example.com");
    world.enabled(id);
    world
        .run(recovery(id, HandOver::TemporaryKey), &["Ada"])
        .unwrap();
    let needles = mortal(&world);
    let reader = Thief::of(&world);
    reader.edit("BEGIN; SELECT count(*) FROM pick_up");
    reader.value("SELECT count(*) FROM pick_up");
    world.engine.delete_mailbox(id).unwrap();
    assert!(world.engine.is_wiping_pending());
    reader.edit("COMMIT");
    world.engine.tick().unwrap();
    assert!(!world.engine.is_wiping_pending());
    assert_eq!(seen(&world.folder.data(), &needles), [""; 0]);
}
