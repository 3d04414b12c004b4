//! A window and two scripts work on one folder at once: nothing is lost, and the audit is whole.

use std::thread;

use kmadmin::domain::listing::{Listing, Scope};
use kmadmin::domain::progress::Unwatched;
use kmadmin::engine::Engine;
use kmadmin::engine::administer::ShareAnew;
use kmadmin::engine::audit::AuditVerdict;
use kmadmin::engine::authorize::Approval;
use kmadmin::engine::error::Error;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::session::Remember;

use crate::support::{SERVER, World, credential, person, recovery};

/// How many mailboxes each program makes.
const EACH: usize = 12;

/// What a program does all day: makes mailboxes, and enables every fourth.
fn work(engine: &mut Engine, program: &str) {
    let mut session = engine
        .open_session(&credential(program), Remember::No)
        .unwrap();
    for number in 0..EACH {
        let address = format!("{program}{number}@example.com");
        let id = engine.new_mailbox(&person(program, &address)).unwrap();
        if number % 4 == 0 {
            let enabled =
                engine.enable(&mut session, id, SERVER, HandOver::TemporaryKey, &Unwatched);
            enabled.unwrap();
        }
        engine.tick().unwrap();
    }
}

#[test]
fn a_window_and_two_scripts_lose_nothing_of_each_other() {
    let mut world = World::copy_of(3);
    let mut scripts = ["Ben", "Cleo"].map(|name| (world.open_again().unwrap(), name));
    let window = &mut world.engine;
    let before = window.audit_count().unwrap();
    thread::scope(|scope| {
        for (engine, program) in &mut scripts {
            scope.spawn(|| work(engine, program));
        }
        work(window, "Ada");
    });
    for engine in [window]
        .into_iter()
        .chain(scripts.iter_mut().map(|(engine, _)| engine))
    {
        let everybody = Listing::by_name(Scope::All);
        assert_eq!(engine.count_mailboxes(&everybody).unwrap(), 36);
        let verdict = engine.verify_audit(None, &Unwatched).unwrap();
        assert!(
            matches!(verdict, AuditVerdict::Intact { .. }),
            "{verdict:?}"
        );
        engine.look_at_records().unwrap();
        assert!(engine.records().is_ok());
        // A session, the mailboxes, and every fourth enabled, of each of the three.
        let rows = 3 * (1 + EACH + EACH / 4);
        assert_eq!(
            engine.audit_count().unwrap() - before,
            u64::try_from(rows).unwrap()
        );
    }
}

#[test]
fn approvals_given_in_one_program_end_when_another_changes_the_administrators() {
    let mut world = World::copy_of(3);
    let id = world.mailbox("Kim", "kim@example.com");
    world.enabled(id);
    let mut script = world.open_again().unwrap();
    let quorum = script.begin(recovery(id, HandOver::File)).unwrap();
    let Approval::Granted(grant) = script.present(quorum, &credential("Ben")) else {
        unreachable!("one password is enough");
    };
    let mut session = script
        .open_session(&credential("Cleo"), Remember::No)
        .unwrap();
    world.run(ShareAnew, &["Ada"]).unwrap();
    assert!(matches!(
        script.execute(grant, &Unwatched),
        Err(Error::PolicyChanged)
    ));
    let enabled = script.enable(&mut session, id, SERVER, HandOver::File, &Unwatched);
    assert!(
        matches!(enabled, Err(Error::WrongState(_))),
        "the session itself goes on"
    );
}

#[test]
fn what_one_administrator_approved_does_not_outlive_the_own_change_of_password() {
    let mut world = World::copy_of(3);
    let mut script = world.open_again().unwrap();
    let quorum = script.begin(ShareAnew).unwrap();
    let Approval::Granted(grant) = script.present(quorum, &credential("Ben")) else {
        unreachable!("one password is enough");
    };
    let mut session = script
        .open_session(&credential("Ben"), Remember::No)
        .unwrap();
    let id = world.mailbox("Kim", "kim@example.com");
    let new = kmadmin::domain::secret::Password::parse("Ben polishes 54 brass owls")
        .ok()
        .unwrap();
    let (name, old) = (crate::support::name("Ben"), crate::support::password("Ben"));
    world
        .engine
        .change_password(name.clone(), old, &new)
        .unwrap();
    assert!(matches!(
        script.execute(grant, &Unwatched),
        Err(Error::OldSeat(_))
    ));
    let enabled = script.enable(&mut session, id, SERVER, HandOver::File, &Unwatched);
    assert!(matches!(enabled, Err(Error::SessionEnded)));
    let ben = kmadmin::domain::credential::Credential {
        administrator: name,
        password: new,
    };
    world.engine.open_session(&ben, Remember::No).unwrap();
}
