//! The audit from a script: listed, verified, exported, compared with a head kept elsewhere.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::world::World;

#[test]
fn the_audit_is_listed_verified_and_exported() {
    let world = World::new();
    let list = world.json(&["audit", "list"]);
    let newest = &list["items"][0];
    for key in [
        "seq",
        "at",
        "who",
        "act",
        "subject",
        "outcome",
        "detail",
        "approvals",
    ] {
        assert!(!newest[key].is_null(), "{key}");
    }
    let verified = world.json(&["audit", "verify"]);
    let head = verified["head"].as_str().unwrap();
    world.done(&["audit", "verify", "--head", head]);
    let file = world.path("audit.txt");
    world.done(&["audit", "export", &file]);
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    world.refused(1, &["audit", "export", &file], "exists already");
}

#[test]
fn a_whole_old_copy_put_back_is_found_by_the_head_alone() {
    let world = World::new();
    let (now, old) = (world.path("km"), world.path("old"));
    let copied = Command::new("cp").args(["-a", &now, &old]).status();
    assert!(copied.unwrap().success());
    let new = [
        "mailbox",
        "new",
        "--name",
        "X",
        "--alias",
        "x",
        "--address",
        "x@example.com",
    ];
    world.done(&new);
    let verified = world.json(&["audit", "verify"]);
    let head = verified["head"].as_str().unwrap();
    fs::remove_dir_all(&now).unwrap();
    fs::rename(&old, &now).unwrap();
    world.done(&["audit", "verify"]);
    assert_eq!(world.call(&["audit", "verify", "--head", head]).status, 1);
}
