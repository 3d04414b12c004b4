//! `--send-by-email`: the temporary key in a welcome mail, if it is asked for.

use std::fs;
use std::path::Path;

use super::world::{ANN, BOB, World};

const DORA: &str = "dora@example.com";

/// A world with the mailbox of Dora Lang, and the file of Ann's answers.
fn with_dora() -> (World, String) {
    let world = World::with_one_seat(); // its post office is its own
    let new = ["mailbox", "new", "--name", "Dora Lang", "--alias", "dora"];
    world.done(&[&new[..], &["--address", DORA]].concat());
    let ann = world.file("ann", ANN);
    (world, ann)
}

fn has(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            has(&path, text)
        } else {
            String::from_utf8_lossy(&fs::read(&path).unwrap()).contains(text)
        }
    })
}

#[test]
fn a_temporary_key_is_mailed_where_that_is_asked_for_and_the_danger_is_said() {
    let (world, ann) = with_dora();
    let enable = ["mailbox", "enable", DORA, "--server", "KM1", "--answers"];
    let enable = [&enable[..], &[&ann]].concat();
    let office = world.path("km-post-office");
    let silent = world.json(&enable);
    assert!(silent["sent_by_email"].is_null());
    assert!(!has(
        Path::new(&office),
        silent["temporary_key"].as_str().unwrap()
    ));

    let ran = world.call(&[&enable[..], &["--send-by-email", "--json"]].concat());
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.err.contains("It travels unprotected"), "{}", ran.err);
    let sent = ran.json();
    assert_eq!(sent["sent_by_email"], true);
    assert!(has(
        Path::new(&office),
        sent["temporary_key"].as_str().unwrap()
    ));
}

#[test]
fn a_file_of_keys_is_not_sent_by_mail() {
    let (world, ann) = with_dora();
    let file = world.path("dora.p12");
    let enable = ["mailbox", "enable", DORA, "--server", "KM1", "--answers"];
    let file = [&ann, "--save-p12", &file, "--send-by-email"];
    world.refused(2, &[&enable[..], &file].concat(), "--temporary-key");
    assert!(!fs::exists(world.path("dora.p12")).unwrap());
    assert_eq!(world.json(&["mailbox", "show", DORA])["state"], "undefined");
}

#[test]
fn a_recovered_key_is_mailed_under_one_password_more_than_the_recovery_asks_for() {
    let (world, ann) = with_dora();
    let file = world.path("dora.p12");
    let enable = ["mailbox", "enable", DORA, "--server", "KM1", "--answers"];
    world.done(&[&enable[..], &[&ann, "--save-p12", &file]].concat());
    let recover = ["mailbox", "recover", DORA, "--server", "KM1", "--ticket"];
    let why = ["HD-7", "--reason", "lost-device", "--send-by-email"];
    let recover = [&recover[..], &why, &["--answers"]].concat();
    world.refused(3, &[&recover[..], &[&ann]].concat(), "cancelled");
    assert_eq!(world.json(&["mailbox", "show", DORA])["state"], "active");
    let twice = world.file("twice", &format!("{ANN}\n{ANN}\n"));
    let sent = world.json(&[&recover[..], &[&twice]].concat());
    let office = world.path("km-post-office");
    assert!(has(
        Path::new(&office),
        sent["temporary_key"].as_str().unwrap()
    ));
    let nobody = world.file("nobody", BOB);
    assert_eq!(world.call(&[&recover[..], &[&nobody]].concat()).status, 3);
}
