//! The main job: a mailbox is enabled, and its key comes back under two passwords.

use std::num::NonZeroU8;

use kmadmin::domain::address::MailAddress;
use kmadmin::domain::guard::{Guard, Numbers};
use kmadmin::domain::mailbox::General;
use kmadmin::domain::names::{Alias, DisplayName, Field};
use kmadmin::domain::progress::Unwatched;
use kmadmin::domain::reason::RecoverReason;
use kmadmin::domain::state::Situation;
use kmadmin::engine::administer::SetNumbers;
use kmadmin::engine::audit::AuditVerdict;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::recover::{RecoverKey, Ticket};
use kmadmin::engine::session::Remember;

use crate::support::{SERVER, World, credential};

pub fn general(address: &str) -> General {
    General {
        display_name: DisplayName::parse("Jörg Müller").unwrap(),
        alias: Alias::parse("joerg").unwrap(),
        address: MailAddress::parse(address).unwrap(),
        title: Field::default(),
        company: Field::default(),
        department: Field::default(),
        office: Field::default(),
        assistant: Field::default(),
        phone: Field::default(),
    }
}

#[test]
fn a_key_is_archived_and_comes_back_under_two_passwords() {
    let mut world = World::new(3);
    let numbers = Numbers::ONES.with(Guard::Recover, NonZeroU8::new(2).unwrap());
    world.run(SetNumbers { numbers }, &["Ada"]).unwrap();
    let id = world
        .engine
        .new_mailbox(&general("joerg@example.com"))
        .unwrap();
    let mut session = world
        .engine
        .open_session(&credential("Ada"), Remember::No)
        .unwrap();
    let handed = world
        .engine
        .enable(&mut session, id, SERVER, HandOver::File)
        .unwrap();
    assert_eq!(handed.file.unwrap().keys, 1);
    let recover = || RecoverKey {
        mailbox: id,
        server: SERVER.to_owned(),
        reason: RecoverReason::ForgottenPassword,
        ticket: Ticket::parse("INC0000001").unwrap(),
        hand_over: HandOver::Both,
    };
    assert!(world.run(recover(), &["Ada"]).is_err());
    let handed = world.run(recover(), &["Ada", "Cleo"]).unwrap();
    assert!(handed.temporary_key.is_some());
    assert_eq!(handed.file.unwrap().keys, 1);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Recover);
    assert_eq!(security.waiting_keys, 1);
    let verdict = world.engine.verify_audit(None, &Unwatched).unwrap();
    assert!(
        matches!(verdict, AuditVerdict::Intact { .. }),
        "{verdict:?}"
    );
    let mut again = world.open_again().unwrap();
    assert_eq!(again.security(id).unwrap(), security);
}
