//! The startup password: wrong ones open nothing, and the pause after them outlives the program.

use std::fs;

use super::world::World;

#[test]
fn wrong_startup_passwords_open_nothing_and_are_answered_with_a_pause() {
    let world = World::new();
    let right = fs::read_to_string(world.path("startup")).unwrap();
    world.file("startup", "ABCDEFGHIJKLMNO\n");
    world.refused(1, &["mailbox", "list"], "startup password is incorrect");
    for _ in 0..3 {
        assert_eq!(world.call(&["mailbox", "list"]).status, 1);
    }
    world.file("startup", &right);
    world.refused(1, &["mailbox", "list"], "pause until");
}

#[test]
fn after_one_wrong_startup_password_the_right_one_opens_and_the_audit_knows() {
    let world = World::new();
    let before = world.audit_rows();
    let right = fs::read_to_string(world.path("startup")).unwrap();
    world.file("startup", "ABCDEFGHIJKLMNO\n");
    assert_eq!(world.call(&["mailbox", "list"]).status, 1);
    world.file("startup", &right);
    assert!(before < world.audit_rows());
    world.done(&["audit", "verify"]);
}
