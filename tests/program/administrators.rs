//! Administrators from a script: added, pending, accepted, removed, with passwords of their own.

use super::world::{ANN, BOB, CLEO, World, password_of};

const FIRST: &str = "jasmine quarry lantern bison 58";

#[test]
fn a_new_administrator_is_pending_until_he_accepts() {
    let world = World::new();
    let ann = world.file("ann", ANN);
    let first = world.file("first", FIRST);
    let own = world.file("own", "copper willow basin thistle 12");
    let add = [
        "administrator",
        "add",
        "dan",
        "--new-password-from",
        &first,
        "--answers",
        &ann,
    ];
    world.done(&add);
    let standing = |name: &str| {
        let list = world.json(&["administrator", "list"]);
        let all = list["items"].as_array().unwrap().clone();
        let one = all.into_iter().find(|one| one["name"] == name).unwrap();
        one["standing"].as_str().unwrap().to_owned()
    };
    assert_eq!(standing("dan"), "pending");
    assert_eq!(standing("bob"), "active");
    let accept = [
        "administrator",
        "accept",
        "dan",
        "--new-password-from",
        &own,
    ];
    let wrong = world.file("wrong", "not the password at all");
    world.refused(
        1,
        &[&accept[..], &["--password-from", &wrong]].concat(),
        "incorrect",
    );
    world.done(&[&accept[..], &["--password-from", &first]].concat());
    assert_eq!(standing("dan"), "active");
    assert_eq!(world.call(&add).status, 1);
}

#[test]
fn a_changed_password_counts_and_the_old_one_does_not() {
    let world = World::new();
    let (old, new) = (
        world.file("old", password_of(BOB)),
        world.file("new", FIRST),
    );
    let change = [
        "administrator",
        "change-password",
        "bob",
        "--password-from",
        &old,
    ];
    let weak = world.file("weak", "bob12345");
    world.refused(
        1,
        &[&change[..], &["--new-password-from", &weak]].concat(),
        "50",
    );
    world.done(&[&change[..], &["--new-password-from", &new]].concat());
    let before = world.file("before", BOB);
    world.refused(
        3,
        &["passwords", "share-anew", "--answers", &before],
        "incorrect",
    );
    let after = world.file("after", &format!("bob\t{FIRST}"));
    world.done(&["passwords", "share-anew", "--answers", &after]);
}

#[test]
fn who_is_needed_can_not_be_removed() {
    let world = World::new();
    let ann = world.file("ann", ANN);
    world.done(&["passwords", "set", "import", "3", "--answers", &ann]);
    let ran = world.call(&["administrator", "remove", "cleo", "--answers", &ann]);
    assert_eq!(ran.status, 1, "{}", ran.out);
    world.done(&["passwords", "set", "import", "1", "--answers", &ann]);
    world.done(&["administrator", "remove", "cleo", "--answers", &ann]);
    world.done(&["administrator", "remove", "bob", "--answers", &ann]);
    let ran = world.call(&["administrator", "remove", "ann", "--answers", &ann]);
    assert_eq!(ran.status, 1, "{}", ran.out);
    let cleo = world.file("cleo", CLEO);
    world.refused(
        3,
        &["passwords", "share-anew", "--answers", &cleo],
        "no longer",
    );
}
