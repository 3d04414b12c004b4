//! A mailbox's life: made, listed, enabled, recovered, deleted, and its keys saved after that.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::world::{ANN, BOB, World, password_of};

const DORA: &str = "dora@example.com";

fn with_dora(world: World) -> World {
    let new = [
        "mailbox",
        "new",
        "--name",
        "Dora Lang",
        "--alias",
        "dora",
        "--address",
        DORA,
    ];
    world.done(&new);
    world
}

#[test]
fn a_mailbox_is_made_listed_found_and_shown() {
    let world = with_dora(World::new());
    let new = [
        "mailbox",
        "new",
        "--name",
        "田中",
        "--alias",
        "tanaka",
        "--address",
        "田中@example.jp",
    ];
    world.done(&new);
    let list = world.json(&["mailbox", "list"]);
    assert_eq!(list["outcome"], "done");
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    let found = world.json(&["mailbox", "list", "--find", "dor"]);
    assert_eq!(found["items"][0]["address"], DORA);
    assert_eq!(found["total"], 1);
    let shown = world.json(&["mailbox", "show", DORA]);
    assert_eq!(shown["name"], "Dora Lang");
    assert_eq!(shown["state"], "undefined");
    assert_eq!(shown["archived_keys"], 0);
}

#[test]
fn what_can_not_be_a_mailbox_is_refused() {
    let world = with_dora(World::new());
    for (alias, address) in [
        ("other", DORA),
        ("a b", "ab@example.com"),
        ("ab", "no address"),
    ] {
        let new = [
            "mailbox",
            "new",
            "--name",
            "X",
            "--alias",
            alias,
            "--address",
            address,
        ];
        assert_eq!(world.call(&new).status, 1, "{alias} {address}");
    }
}

#[test]
fn enable_gives_a_temporary_key_or_a_file() {
    let world = with_dora(World::new());
    let ann = world.file("ann", ANN);
    let enable = ["mailbox", "enable", DORA, "--answers", &ann, "--server"];
    let ran = world.call(&[&enable[..], &["KM9"]].concat());
    assert_eq!(ran.status, 1);
    assert!(
        ran.err.contains("no Key Management server named KM9"),
        "{}",
        ran.err
    );
    let enabled = world.json(&[&enable[..], &["KM1"]].concat());
    let key = enabled["temporary_key"].as_str().unwrap();
    assert_eq!(
        key.split('-').map(str::len).collect::<Vec<_>>(),
        [4, 4, 4, 4]
    );
    let shown = world.json(&["mailbox", "show", DORA]);
    assert_eq!(shown["state"], "new");
    assert!(shown["temporary_key"]["expires"].is_string());
    let file = world.path("dora.p12");
    let enabled = world.json(&[&enable[..], &["KM1", "--save-p12", &file]].concat());
    assert!(enabled["file_password"].is_string());
    assert!(enabled["temporary_key"].is_null());
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let shown = world.json(&["mailbox", "show", DORA]);
    assert_eq!(shown["state"], "active");
    assert_eq!(shown["archived_keys"], 1);
    world.refused(1, &[&enable[..], &["KM1"]].concat(), "wrong state");
}

#[test]
fn recover_asks_for_two_passwords_a_reason_and_a_ticket() {
    let world = with_dora(World::with_two_passwords());
    let ann = world.file("ann", ANN);
    let both = world.file("both", &format!("{ANN}\n{BOB}\n"));
    let file = world.path("first.p12");
    let enable = [
        "mailbox",
        "enable",
        DORA,
        "--answers",
        &ann,
        "--server",
        "KM1",
    ];
    world.done(&[&enable[..], &["--save-p12", &file]].concat());
    let recover = [
        "mailbox", "recover", DORA, "--server", "KM1", "--ticket", "HD-7",
    ];
    let recover = [&recover[..], &["--reason", "forgotten-password"]].concat();
    world.refused(
        3,
        &[&recover[..], &["--answers", &ann]].concat(),
        "cancelled",
    );
    let saved = world.path("saved.p12");
    let save = [&recover[..], &["--answers", &ann, "--save-p12", &saved]].concat();
    assert_eq!(world.call(&save).status, 3);
    assert!(!fs::exists(&saved).unwrap());
    assert_eq!(world.json(&["mailbox", "show", DORA])["state"], "active");
    let save = [&recover[..], &["--answers", &both, "--save-p12", &saved]].concat();
    let given = world.json(&save);
    assert_eq!(given["keys"], 1);
    assert_eq!(world.json(&["mailbox", "show", DORA])["state"], "active");
    let given = world.json(&[&recover[..], &["--answers", &both]].concat());
    assert!(given["temporary_key"].is_string());
    assert_eq!(world.json(&["mailbox", "show", DORA])["state"], "recover");
    let rows = world.done(&["audit", "list", "--json"]);
    assert!(
        rows.contains("HD-7") && rows.contains("forgotten password"),
        "{rows}"
    );
    world.refused(
        1,
        &[
            "mailbox",
            "recover",
            DORA,
            "--server",
            "KM1",
            "--ticket",
            "",
            "--reason",
            "x",
            "--answers",
            &both,
        ],
        "",
    );
}

#[test]
fn the_keys_of_a_deleted_mailbox_are_still_to_be_had() {
    let world = with_dora(World::new());
    let ann = world.file("ann", ANN);
    let file = world.path("first.p12");
    let enable = [
        "mailbox",
        "enable",
        DORA,
        "--answers",
        &ann,
        "--server",
        "KM1",
    ];
    world.done(&[&enable[..], &["--save-p12", &file]].concat());
    world.done(&["mailbox", "delete", DORA]);
    assert_eq!(world.call(&["mailbox", "show", DORA]).status, 1);
    let deleted = world.json(&["mailbox", "list", "--deleted"]);
    let id = deleted["items"][0]["id"].to_string();
    let saved = world.path("saved.p12");
    let recover = [
        "mailbox", "recover", &id, "--server", "KM1", "--ticket", "HD-8",
    ];
    let rest = [
        "--reason",
        "departed employee",
        "--answers",
        &ann,
        "--save-p12",
        &saved,
    ];
    assert_eq!(world.json(&[&recover[..], &rest].concat())["keys"], 1);
}

#[test]
fn nothing_that_is_shown_once_lies_in_a_file_of_the_folder() {
    let world = with_dora(World::with_one_seat());
    let ann = world.file("ann", ANN);
    let enable = [
        "mailbox",
        "enable",
        DORA,
        "--answers",
        &ann,
        "--server",
        "KM1",
    ];
    let mut secrets = vec![
        password_of(ANN).to_owned(),
        fs::read_to_string(world.path("startup"))
            .unwrap()
            .trim()
            .to_owned(),
    ];
    for _ in 0..2 {
        let key = world.json(&enable)["temporary_key"]
            .as_str()
            .unwrap()
            .to_owned();
        secrets.push(key.replace('-', ""));
        secrets.push(key);
    }
    let file = world.path("dora.p12");
    let given = world.json(&[&enable[..], &["--save-p12", &file]].concat());
    secrets.push(given["file_password"].as_str().unwrap().to_owned());
    for folder in ["km", "km-post-office"] {
        assert!(
            0 < search(Path::new(&world.path(folder)), &secrets),
            "{folder}"
        );
    }
}

/// How many files were searched; fails if one has a secret in it.
fn search(folder: &Path, secrets: &[String]) -> usize {
    let mut searched = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            searched += search(&path, secrets);
            continue;
        }
        let octets = fs::read(&path).unwrap();
        searched += 1;
        for secret in secrets {
            let found = octets
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "{secret} lies in {}", path.display());
        }
    }
    searched
}
