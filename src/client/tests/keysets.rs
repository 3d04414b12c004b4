//! Keysets: levels, passwords, files, and who is logged on.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::client::error::Error;
use crate::client::view::{Level, Need, SessionView};
use crate::client::{Remember, Unlock};

#[test]
fn each_level_asks_for_what_it_says() {
    for (protection, level, need) in [
        (Protection::Medium, Level::Medium, Need::Consent),
        (Protection::Low, Level::Low, Need::Nothing),
    ] {
        let mut world = World::new();
        let reply = world.reply("Anna");
        world
            .client()
            .finish(&reply.id, Finish::New(protection))
            .unwrap();
        world.ready();
        let keyset = world.client().keysets().unwrap().remove(0);
        assert_eq!(keyset.level, level);
        assert_eq!(world.client().need(&name("Anna")).unwrap(), need);
        let silent = world.client().keys(Unlock::Silent).is_ok();
        assert_eq!(silent, need == Need::Nothing);
        assert!(world.client().keys(Unlock::Consent).is_ok());
    }
}

#[test]
fn a_remembered_password_is_forgotten_when_asked_and_at_log_off() {
    let mut world = World::new();
    world.enrolled("Anna");
    let right = password(PASSWORD);
    let anna = name("Anna");
    for forget in [Client::forget_password, Client::log_off] {
        let unlock = Unlock::Password(&right);
        let remember = Remember::UntilLogOff;
        world.client().log_on(&anna, unlock, remember).unwrap();
        assert_eq!(world.client().need(&anna).unwrap(), Need::Nothing);
        assert!(world.client().keys(Unlock::Silent).is_ok());
        forget(world.client());
        assert_eq!(world.client().need(&anna).unwrap(), Need::Password);
        assert!(world.client().keys(Unlock::Silent).is_err());
    }
    world
        .client()
        .log_on(&anna, Unlock::Password(&right), Remember::No)
        .unwrap();
    let session = SessionView {
        keyset: anna.clone(),
        is_remembered: false,
    };
    assert_eq!(world.client().session(), Some(session));
    assert_eq!(world.client().need(&anna).unwrap(), Need::Password);
}

#[test]
fn a_password_is_replaced_by_a_strong_one_only() {
    let mut world = World::new();
    world.enrolled("Anna");
    let (old, new) = (password(PASSWORD), password(OTHER_PASSWORD));
    let anna = name("Anna");
    let weak = world
        .client()
        .change_password(&anna, &old, &password("anna berg"));
    assert!(matches!(weak, Err(Error::WeakPassword(_))));
    let wrong = world.client().change_password(&anna, &new, &new);
    assert!(matches!(wrong, Err(Error::WrongPassword)));
    let umlaut = world
        .client()
        .change_password(&anna, &old, &password("pl\u{fc}m ferry oxide 41"));
    assert!(matches!(umlaut, Err(Error::PasswordNotAscii)));
    world.client().change_password(&anna, &old, &new).unwrap();
    assert!(matches!(
        world.client().keys(Unlock::Password(&old)),
        Err(Error::WrongPassword)
    ));
    assert!(world.client().keys(Unlock::Password(&new)).is_ok());
}

#[test]
fn a_cover_that_an_interrupted_write_left_is_corrected_when_the_keyset_opens() {
    let mut world = World::new();
    world.enrolled("Anna");
    let right = world.client().keyset(&name("Anna")).unwrap();
    fs::write(world.home().join("keysets/Anna.keyset"), "level high\n").unwrap();
    let wrong = world.client().keyset(&name("Anna")).unwrap();
    assert_eq!(wrong.signing, None);
    let secret = password(PASSWORD);
    world.client().keys(Unlock::Password(&secret)).unwrap();
    assert_eq!(world.client().keyset(&name("Anna")).unwrap(), right);
}

#[test]
fn a_weak_password_for_a_new_keyset_is_refused_before_anything_is_written() {
    let mut world = World::new();
    let reply = world.reply("Anna");
    let weak = password("secret");
    let refused = world
        .client()
        .finish(&reply.id, Finish::New(Protection::High(&weak)));
    assert!(matches!(refused, Err(Error::WeakPassword(_))));
    assert!(world.client().keysets().unwrap().is_empty());
    assert!(world.client().authority().unwrap().is_none());
}

#[test]
fn an_exported_keyset_is_imported_whole_under_another_name() {
    let mut world = World::new();
    world.enrolled("Anna");
    let right = password(PASSWORD);
    let file = world.folder.join("anna.p12");
    let exported = password("a password of its own 12");
    world
        .client()
        .export(&name("Anna"), Unlock::Password(&right), &file, &exported)
        .unwrap();
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let copy = name("Copy");
    let wrong = world.client().import(&file, &right, &copy, Protection::Low);
    assert!(matches!(wrong, Err(Error::WrongPassword)));
    let view = world
        .client()
        .import(&file, &exported, &copy, Protection::Low)
        .unwrap();
    let original = world.client().keyset(&name("Anna")).unwrap();
    assert_eq!(view.signing, original.signing);
    assert_eq!(view.encryption, original.encryption);
    world.client().choose(&copy).unwrap();
    assert!(world.client().keys(Unlock::Silent).is_ok());
    world.client().delete_keyset(&copy, Unlock::Silent).unwrap();
    assert_eq!(world.client().keysets().unwrap().len(), 1);
    assert!(matches!(
        world.client().keys(Unlock::Silent),
        Err(Error::NoDigitalId)
    ));
}

#[test]
fn nobody_else_reads_the_home_folder_and_two_programs_do_not_share_it() {
    let mut world = World::new();
    let reply = world.reply("Anna");
    let modes = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(modes(&world.home()), 0o700);
    let requests = world.home().join("requests");
    for file in fs::read_dir(&requests).unwrap() {
        assert_eq!(modes(&file.unwrap().path()), 0o600);
    }
    world
        .client()
        .finish(&reply.id, Finish::New(Protection::Low))
        .unwrap();
    for file in fs::read_dir(world.home().join("keysets")).unwrap() {
        assert_eq!(modes(&file.unwrap().path()), 0o600);
    }
    let second = Client::open(&world.home(), world.around());
    assert!(matches!(second, Err(Error::Locked(_))));
}
