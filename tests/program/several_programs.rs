//! Several programs on one folder at the same time: what each says it did is there afterwards.

use super::world::{ANN, BOB, World};

#[test]
fn programs_that_write_at_the_same_time_all_get_through() {
    let world = World::new();
    let ann = world.file("ann", ANN);
    let bob = world.file("bob", BOB);
    let people: Vec<[String; 2]> = (0..4)
        .map(|number| [format!("p{number}"), format!("p{number}@example.com")])
        .collect();
    let mut running = Vec::new();
    for [alias, address] in &people {
        let new = [
            "mailbox",
            "new",
            "--name",
            alias,
            "--alias",
            alias,
            "--address",
            address,
        ];
        running.push(world.start(&new));
    }
    for answers in [&ann, &bob] {
        running.push(world.start(&["passwords", "share-anew", "--answers", answers]));
    }
    let ended: Vec<_> = running
        .into_iter()
        .map(|child| child.wait_with_output().unwrap())
        .collect();
    for made in &ended[..4] {
        let said = String::from_utf8_lossy(&made.stderr);
        assert_eq!(made.status.code(), Some(0), "{said}");
    }
    // Of two that change the same policy one may find it changed meanwhile; never both.
    assert!(ended[4..].iter().any(|shared| shared.status.success()));
    assert_eq!(world.json(&["mailbox", "list"])["total"], 4);
    world.done(&["audit", "verify"]);
}

#[test]
fn set_up_waits_for_nobody_and_says_who_is_there() {
    let world = World::empty();
    let password = world.file("password", super::world::password_of(ANN));
    let startups = ["a", "b"].map(|name| world.path(name));
    let calls = startups
        .each_ref()
        .map(|startup| world.start(&super::world::setup_arguments(&password, startup)));
    let ended = calls.map(|child| child.wait_with_output().unwrap().status.code());
    let done = ended.iter().filter(|status| **status == Some(0)).count();
    assert_eq!(done, 1, "{ended:?}");
    let winner = if ended[0] == Some(0) {
        &startups[0]
    } else {
        &startups[1]
    };
    std::fs::rename(winner, world.path("startup")).unwrap();
    world.done(&["mailbox", "list"]);
}
