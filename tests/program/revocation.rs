//! Revoking and publishing from scripts: what others read is in the publish folder when the program
//! ends.

use std::fs;
use std::path::Path;

use super::world::{ANN, World};

const DORA: &str = "dora@example.com";

fn with_dora() -> (World, String) {
    let world = World::with_one_seat();
    let new = ["mailbox", "new", "--name", "Dora Lang", "--alias", "dora"];
    world.done(&[&new[..], &["--address", DORA]].concat());
    let (ann, file) = (world.file("ann", ANN), world.path("dora.p12"));
    let enable = ["mailbox", "enable", DORA, "--server", "KM1"];
    world.done(&[&enable[..], &["--answers", &ann, "--save-p12", &file]].concat());
    (world, ann)
}

fn published(world: &World, file: &str) -> String {
    world.path(&format!("km-publish/{file}"))
}

#[test]
fn a_user_is_revoked_with_a_reason_of_the_rfc_and_a_date() {
    let (world, ann) = with_dora();
    let user = published(&world, "certificates/dora@example.com.cer");
    assert!(fs::exists(&user).unwrap());
    let revoke = [
        "mailbox",
        "revoke",
        DORA,
        "--server",
        "KM1",
        "--answers",
        &ann,
    ];
    let with = |more: &[&'static str]| [&revoke[..], more].concat();
    world.refused(1, &with(&["--reason", "removeFromCRL"]), "keyCompromise");
    let future = with(&["--reason", "superseded", "--date", "2999-01-01"]);
    world.refused(1, &future, "in the future");
    let wrong = with(&["--reason", "superseded", "--date", "tomorrow"]);
    world.refused(1, &wrong, "2026-08-31");
    let cancel = world.file("cancel", "cancel");
    let cancelled = [
        "mailbox",
        "revoke",
        DORA,
        "--server",
        "KM1",
        "--reason",
        "superseded",
    ];
    let cancelled = [&cancelled[..], &["--answers", &cancel]].concat();
    world.refused(3, &cancelled, "cancelled");
    assert!(fs::exists(&user).unwrap());
    let revoked = world.json(&with(&[
        "--reason",
        "key-compromise",
        "--date",
        "2026-01-31",
    ]));
    assert_eq!(revoked["certificates"], 1);
    assert_eq!(world.json(&["mailbox", "show", DORA])["state"], "revoked");
    assert!(!fs::exists(&user).unwrap());
    let rows = world.done(&["audit", "list", "--json"]);
    assert!(
        rows.contains("keyCompromise, since 2026-01-31T00:00:00Z"),
        "{rows}"
    );
    world.refused(1, &with(&["--reason", "superseded"]), "wrong state");
}

#[test]
fn publishing_makes_a_new_list_and_brings_every_file_back() {
    let (world, _ann) = with_dora();
    let first = world.json(&["crl", "publish"]);
    assert_eq!(first["revoked"], 0);
    fs::remove_dir_all(world.path("km-publish")).unwrap();
    let second = world.json(&["publish"]);
    assert!(first["number"].as_u64() < second["number"].as_u64());
    for file in [
        "ca.crl",
        "ca.cer",
        "trust-list.der",
        "certificates/dora@example.com.cer",
    ] {
        assert!(fs::exists(published(&world, file)).unwrap(), "{file}");
    }
    fs::remove_dir_all(world.path("km-publish")).unwrap();
    fs::write(world.path("km-publish"), "in the way").unwrap();
    world.refused(1, &["crl", "publish"], "publish folder");
    assert!(Path::new(&world.path("km-publish")).is_file());
}
