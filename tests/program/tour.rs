//! `kmadmin tour`: the whole job in the terminal, and nothing left of it.

use std::fs;

use super::world::{World, program};

#[test]
fn the_tour_does_the_main_job_and_leaves_nothing() {
    let world = World::empty();
    let place = world.path("");
    let output = program(&["tour"])
        .env("TMPDIR", &place)
        .env("HOME", &place)
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}{said}");
    for step in [
        "Set up",
        "two passwords",
        "Imported",
        "Cancelled",
        "enabled",
        "recovered",
        "intact",
        "Removed",
    ] {
        assert!(told.contains(step), "{step}: {told}");
    }
    assert_eq!(fs::read_dir(&place).unwrap().count(), 0);
}

#[test]
fn a_tour_that_can_not_make_its_folder_fails() {
    let output = program(&["tour"])
        .env("TMPDIR", "/nonexistent")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
}
