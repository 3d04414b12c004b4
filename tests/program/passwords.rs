//! The Passwords page from a script: limits, the quorum that stands before the change, share anew.

use super::world::{ANN, BOB, World};

#[test]
fn numbers_outside_the_limits_are_refused_with_the_reason() {
    let world = World::new();
    let ann = world.file("ann", ANN);
    for (act, count) in [
        ("import", "0"),
        ("import", "4"),
        ("administer", "3"),
        ("recover", "300"),
    ] {
        world.refused(
            1,
            &["passwords", "set", act, count, "--answers", &ann],
            "password",
        );
    }
    let rows = world.json(&["passwords", "show"]);
    for row in rows["items"].as_array().unwrap() {
        assert_eq!(row["count"], 1);
        assert_eq!(row["limit"], if row["act"] == "administer" { 2 } else { 3 });
    }
}

#[test]
fn a_number_is_changed_by_the_quorum_of_before() {
    let world = World::new();
    let ann = world.file("ann", ANN);
    let both = world.file("both", &format!("{ANN}\n{BOB}\n"));
    world.done(&["passwords", "set", "administer", "2", "--answers", &ann]);
    world.refused(
        3,
        &["passwords", "set", "administer", "1", "--answers", &ann],
        "cancelled",
    );
    world.done(&["passwords", "set", "administer", "1", "--answers", &both]);
    world.done(&["passwords", "set", "import", "3", "--answers", &ann]);
    let shown = world.call(&["passwords", "show"]);
    assert!(shown.err.contains("protects nothing"), "{}", shown.err);
}

#[test]
fn after_sharing_anew_the_same_passwords_still_count() {
    let world = World::with_two_passwords();
    let both = world.file("both", &format!("{ANN}\n{BOB}\n"));
    world.done(&["passwords", "share-anew", "--answers", &both]);
    world.done(&["passwords", "share-anew", "--answers", &both]);
    world.done(&["audit", "verify"]);
}
