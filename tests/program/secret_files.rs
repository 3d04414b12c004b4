//! Files with passwords: read by their owner alone, written for him alone, never overwritten.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use super::world::{ANN, World, password_of, setup_arguments};

#[test]
fn files_that_others_can_read_are_refused() {
    let world = World::new();
    for mode in [0o644, 0o640, 0o604] {
        for name in ["startup", "ann"] {
            let ann = world.file("ann", ANN);
            let path = world.path(name);
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            world.refused(
                1,
                &["passwords", "share-anew", "--answers", &ann],
                "chmod 600",
            );
            fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        }
    }
}

#[test]
fn a_missing_file_is_named() {
    let world = World::new();
    let none = world.path("none");
    world.refused(1, &["passwords", "share-anew", "--answers", &none], &none);
}

#[test]
fn the_startup_password_goes_to_a_file_of_the_owner_alone() {
    let world = World::new();
    let path = world.path("startup");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let text = fs::read_to_string(&path).unwrap();
    let letters = text.strip_suffix('\n').unwrap();
    assert_eq!(letters.len(), 15);
    assert!(letters.bytes().all(|letter| letter.is_ascii_uppercase()));
    let data = fs::metadata(world.path("km")).unwrap();
    assert_eq!(data.permissions().mode() & 0o777, 0o700);
}

#[test]
fn set_up_overwrites_no_file_and_no_km_server() {
    let world = World::new();
    let password = world.file("password", password_of(ANN));
    let startup = world.path("startup");
    let before = fs::read(&startup).unwrap();
    world.refused(1, &setup_arguments(&password, &startup), "exists already");
    let other = world.path("other-startup");
    let ran = world.call(&setup_arguments(&password, &other));
    assert_eq!(ran.status, 1, "{}", ran.out);
    assert!(!fs::exists(&other).unwrap());
    assert_eq!(fs::read(&startup).unwrap(), before);
    world.done(&["mailbox", "list"]);
}

#[test]
fn a_weak_first_password_is_refused_and_leaves_nothing() {
    let world = World::empty();
    let password = world.file("password", "Password1!");
    let startup = world.path("startup");
    world.refused(1, &setup_arguments(&password, &startup), "50");
    for name in ["km", "startup", "km-post-office", "km-publish"] {
        assert!(!fs::exists(world.path(name)).unwrap(), "{name}");
    }
}
