//! Q235464: an act that is cancelled, wherever and however, has changed nothing but the audit.

use std::fs;
use std::num::NonZeroU8;
use std::path::Path;

use kmadmin::crypto::verify::judge_file;
use kmadmin::domain::credential::Credential;
use kmadmin::domain::guard::Guard;
use kmadmin::domain::progress::{Cancelled, Progress, Step, Unwatched};
use kmadmin::domain::time::Clock as _;
use kmadmin::engine::administer::{AddAdministrator, RemoveAdministrator, SetNumbers, ShareAnew};
use kmadmin::engine::audit::AuditVerdict;
use kmadmin::engine::authorize::{Approval, Operation, Quorum};
use kmadmin::engine::error::Error;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::session::Remember;
use kmadmin::engine::state_root::Head;
use kmadmin::engine::trust::{ImportCertificates, Untrust};

use crate::support::{NAMES, SERVER, World, credential, name, password, recovery};
use crate::thief::Thief;

/// Every row of every table, sorted, so that it does not matter where a row lies; but for tables in
/// `but` and, if that names it, the state root.
fn dump(world: &World, but: &[&str]) -> Vec<String> {
    let thief = Thief::of(world);
    let mut lines = Vec::new();
    for table in thief.tables() {
        if but.contains(&table.as_str()) {
            continue;
        }
        for row in thief.keep(&table).into_rows() {
            let line = format!("{table} {row:?}");
            let is_root = line.starts_with("object [Text(\"state root\")");
            if !(is_root && but.contains(&"state root")) {
                lines.push(line);
            }
        }
    }
    lines.sort();
    lines
}

/// What a cancellation adds to: the audit, whose head stands in the state root.
const AUDIT: &[&str] = &["audit", "state root"];

/// The same, where a wrong password is counted.
const AUDIT_AND_ATTEMPTS: &[&str] = &["audit", "state root", "attempt"];

/// How things were before an act.
struct Before {
    dump: Vec<String>,
    but: &'static [&'static str],
    rows: u64,
    root: Vec<u8>,
}

impl Before {
    fn of(world: &mut World, but: &'static [&'static str]) -> Self {
        Self {
            dump: dump(world, but),
            but,
            rows: world.engine.audit_count().unwrap(),
            root: root(world),
        }
    }

    /// `outcomes` are those of the rows that were added, newest first.
    fn is_unchanged(&self, world: &mut World, outcomes: &[&str], context: &str) {
        assert!(self.dump == dump(world, self.but), "{context}: a row");
        assert_eq!(self.root, root(world), "{context}: the state root");
        let added = world.engine.audit_count().unwrap() - self.rows;
        assert_eq!(added, u64::try_from(outcomes.len()).unwrap(), "{context}");
        let rows = world.engine.audit("", None, 10).unwrap();
        let said = rows.iter().map(|row| row.outcome.as_str());
        let said: Vec<&str> = said.take(outcomes.len()).collect();
        assert_eq!(said, outcomes, "{context}");
    }
}

/// The content of the state root but for what every audit row changes.
fn root(world: &World) -> Vec<u8> {
    let thief = Thief::of(world);
    let keys = thief.server_keys(&world.startup);
    let mut root = thief.root(&keys);
    root.version = 0;
    root.audit = Head::default();
    root.to_der().unwrap().expose().to_vec()
}

fn sample(world: &World) -> ImportCertificates {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/ca/root.pem");
    let judged = judge_file(&fs::read(path).unwrap(), world.clock.now());
    ImportCertificates::from_file("root.pem", judged.unwrap()).unwrap()
}

fn wrong(administrator: &str) -> Credential {
    Credential {
        administrator: name(administrator),
        password: password("Nobody"),
    }
}

fn still<Op>(approval: Approval<Op>) -> Quorum<Op> {
    match approval {
        Approval::Pending(quorum, _) => quorum,
        Approval::Granted(_) => unreachable!("granted too early"),
    }
}

/// `make`'s operation with `right` right answers.
fn answered<Op: Operation>(
    world: &mut World,
    right: u8,
    make: &dyn Fn(&World) -> Op,
) -> Quorum<Op> {
    let operation = make(world);
    let mut quorum = world.engine.begin(operation).unwrap();
    for administrator in NAMES.iter().take(usize::from(right)) {
        quorum = still(world.engine.present(quorum, &credential(administrator)));
    }
    quorum
}

/// Cancels at every position: plainly; by just going away, as a killed program does; and after a
/// wrong password.
fn cancel_everywhere<Op: Operation>(world: &mut World, what: &str, make: &dyn Fn(&World) -> Op) {
    let required = answered(world, 0, make).required();
    for right in 0..required {
        let context = format!("{what}, {right} of {required}");
        let before = Before::of(world, AUDIT);
        let quorum = answered(world, right, make);
        world.engine.abandon(quorum).unwrap();
        before.is_unchanged(world, &["cancelled"], &context);

        let whole = dump(world, &[]);
        drop(answered(world, right, make));
        assert!(whole == dump(world, &[]), "{context}, killed");

        let before = Before::of(world, AUDIT_AND_ATTEMPTS);
        let quorum = answered(world, right, make);
        let quorum = still(world.engine.present(quorum, &wrong("Eva")));
        assert_eq!(quorum.approvers().len(), usize::from(right), "{context}");
        world.engine.abandon(quorum).unwrap();
        before.is_unchanged(world, &["cancelled", "refused"], &context);
        world.clock.advance(60); // the pause after a wrong password is over
    }
}

/// Every guarded act in a world whose acts ask for `number` passwords.
fn cancel_every_act(number: u8) {
    let mut world = World::with_numbers(5, World::all_of(5, number));
    let id = world.mailbox("Zoë Ångström", "zoe@example.com");
    world.enabled(id);
    let imported = sample(&world);
    let fingerprint = imported.certificates[0].fingerprint();
    cancel_everywhere(&mut world, "import", &sample);
    world.run(imported, &NAMES).unwrap();
    cancel_everywhere(&mut world, "untrust", &|_| Untrust { fingerprint });
    cancel_everywhere(&mut world, "add", &|_| AddAdministrator {
        name: name("Gus"),
        password: password("Gus"),
    });
    world.add("Finn"); // pending, so that removing him is possible whatever the numbers are
    cancel_everywhere(&mut world, "remove", &|_| RemoveAdministrator {
        name: name("Finn"),
    });
    let numbers = World::all_of(5, number).with(Guard::Recover, NonZeroU8::new(5).unwrap());
    cancel_everywhere(&mut world, "set numbers", &|_| SetNumbers { numbers });
    cancel_everywhere(&mut world, "share anew", &|_| ShareAnew);
    for hand_over in [HandOver::File, HandOver::TemporaryKey, HandOver::Both] {
        let what = format!("recover, {}", hand_over.words());
        cancel_everywhere(&mut world, &what, &|_| recovery(id, hand_over));
    }
    let verdict = world.engine.verify_audit(None, &Unwatched).unwrap();
    assert!(
        matches!(verdict, AuditVerdict::Intact { .. }),
        "{verdict:?}"
    );
}

#[test]
fn cancelled_acts_that_ask_for_one_password_change_nothing() {
    cancel_every_act(1);
}

#[test]
fn cancelled_acts_that_ask_for_two_passwords_change_nothing() {
    cancel_every_act(2);
}

#[test]
fn cancelled_acts_that_ask_for_three_passwords_change_nothing() {
    cancel_every_act(3);
}

#[test]
fn cancelled_acts_that_ask_for_four_passwords_change_nothing() {
    cancel_every_act(4);
}

/// Says stop at the first step it hears of.
struct Stop;

impl Progress for Stop {
    fn step(&self, _step: Step) -> Result<(), Cancelled> {
        Err(Cancelled)
    }
}

#[test]
fn an_act_stopped_while_it_runs_has_changed_nothing() {
    let mut world = World::copy_of(3);
    let before = Before::of(&mut world, AUDIT);
    let quorum = world.engine.begin(ShareAnew).unwrap();
    let Approval::Granted(grant) = world.engine.present(quorum, &credential("Ada")) else {
        unreachable!("one password is enough");
    };
    let outcome = world.engine.execute(grant, &Stop);
    assert!(matches!(outcome, Err(Error::Cancelled(_))));
    before.is_unchanged(&mut world, &["cancelled"], "stopped");
}

#[test]
fn a_granted_act_that_is_never_carried_out_has_changed_nothing() {
    let mut world = World::copy_of(3);
    let whole = dump(&world, &[]);
    let quorum = world.engine.begin(ShareAnew).unwrap();
    drop(world.engine.present(quorum, &credential("Ada")));
    assert!(whole == dump(&world, &[]));
}

#[test]
fn enabling_that_is_stopped_has_changed_nothing() {
    let mut world = World::copy_of(1);
    let id = world.mailbox("Greta", "greta@example.com");
    let ada = credential("Ada");
    let mut session = world.engine.open_session(&ada, Remember::No).unwrap();
    let before = world.engine.security(id).unwrap();
    let stopped = world
        .engine
        .enable(&mut session, id, SERVER, HandOver::File, &Stop);
    assert!(stopped.err().unwrap().is_cancelled());
    assert_eq!(world.engine.security(id).unwrap(), before);
    let last = world.engine.audit("", None, 1).unwrap();
    assert_eq!(last[0].outcome, "cancelled");
}
