//! The exit status of every kind of end: 0 done, 1 refused, 2 wrong usage, 3 cancelled.

use super::world::{ANN, World, program};

#[test]
fn help_and_version_are_done() {
    for argument in ["--help", "--version"] {
        assert_eq!(
            program(&[argument]).output().unwrap().status.code(),
            Some(0)
        );
    }
}

#[test]
fn what_can_not_be_meant_is_wrong_usage() {
    let world = World::empty();
    for arguments in [
        &["no-such-act"][..],
        &["mailbox"],
        &["mailbox", "show"],
        &[
            "mailbox",
            "recover",
            "a@example.com",
            "--server",
            "KM1",
            "--reason",
            "lost-device",
        ],
        &["passwords", "set", "nothing", "2"],
        &["passwords", "set", "import", "two"],
        &["setup", "--organization", "Example"],
        &["check-ca", "/dev/null", "--at", "yesterday"],
        &["trust", "import"],
    ] {
        let ran = world.call(arguments);
        assert_eq!(ran.status, 2, "{arguments:?}: {}", ran.err);
        assert!(!ran.err.is_empty(), "{arguments:?}");
        assert!(ran.out.is_empty(), "{arguments:?}: {}", ran.out);
    }
}

#[test]
fn without_a_terminal_and_without_answers_the_usage_is_wrong() {
    let world = World::new();
    world.refused(2, &["passwords", "share-anew"], "--answers");
    let password = world.file("password", "x");
    let arguments = [
        "administrator",
        "accept",
        "bob",
        "--password-from",
        &password,
    ];
    world.refused(2, &arguments, "--new-password-from");
}

#[test]
fn a_folder_without_a_km_server_is_refused() {
    let world = World::empty();
    world.file("startup", "ABCDEFGHIJKLMNO\n");
    world.refused(1, &["mailbox", "list"], "No KM server is set up");
}

#[test]
fn the_end_of_the_answers_is_cancel() {
    let world = World::new();
    let before = world.audit_rows();
    let nobody = world.file("nobody", "");
    let wrong = world.file("wrong", "ann\tnot the password\n");
    let cancel = world.file("cancel", &format!("cancel\n{ANN}\n"));
    for answers in [nobody, wrong, cancel] {
        let ran = world.call(&["passwords", "share-anew", "--answers", &answers, "--json"]);
        assert_eq!(ran.status, 3, "{}", ran.err);
        assert_eq!(ran.json()["outcome"], "cancelled");
        let said = "The operation was cancelled. Nothing was changed.";
        assert!(ran.err.contains(said), "{}", ran.err);
        assert_eq!(ran.json()["reason"], said);
    }
    // One row for each cancelled act, and one for the wrong password.
    assert_eq!(world.audit_rows(), before + 4);
}

#[test]
fn json_says_why_something_was_refused() {
    let world = World::new();
    let ran = world.call(&["mailbox", "show", "nobody@example.com", "--json"]);
    assert_eq!(ran.status, 1);
    assert_eq!(ran.json()["outcome"], "refused");
    let reason = ran.json()["reason"].as_str().unwrap().to_owned();
    assert!(ran.err.contains(&reason), "{}", ran.err);
}
