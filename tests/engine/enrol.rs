//! The main job: a mailbox is enabled, and its key comes back under two passwords.

use std::num::NonZeroU8;

use kmadmin::domain::guard::{Guard, Numbers};
use kmadmin::domain::progress::Unwatched;
use kmadmin::domain::state::Situation;
use kmadmin::engine::administer::SetNumbers;
use kmadmin::engine::audit::AuditVerdict;
use kmadmin::engine::hand_over::HandOver;

use crate::support::{World, recovery};

#[test]
fn a_key_is_archived_and_comes_back_under_two_passwords() {
    let mut world = World::new(3);
    let numbers = Numbers::ONES.with(Guard::Recover, NonZeroU8::new(2).unwrap());
    world.run(SetNumbers { numbers }, &["Ada"]).unwrap();
    let id = world.mailbox("Jörg Müller", "joerg@example.com");
    assert_eq!(world.enabled(id).keys, 1);
    assert!(world.run(recovery(id, HandOver::Both), &["Ada"]).is_err());
    let handed = world.run(recovery(id, HandOver::Both), &["Ada", "Cleo"]);
    let handed = handed.unwrap();
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
