//! The audit: whatever is done to its rows behind the program's back, `audit verify` finds it.

use kmadmin::domain::progress::Unwatched;
use kmadmin::engine::administer::ShareAnew;
use kmadmin::engine::audit::AuditVerdict;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::session::Remember;
use rusqlite::types::Value;

use crate::red_team::{ana, two_of_three};
use crate::support::{World, credential, recovery};
use crate::thief::{Thief, broken, tampered};

/// A world with a few acts in its audit; the rows with approvals are an enabling and a recovery.
fn world() -> World {
    let mut world = two_of_three();
    let id = ana(&mut world);
    world
        .run(recovery(id, HandOver::File), &["Ada", "Ben"])
        .unwrap();
    world
        .engine
        .open_session(&credential("Cleo"), Remember::No)
        .unwrap();
    world
}

fn verify(world: &mut World) -> (u64, &'static str) {
    broken(world.engine.verify_audit(None, &Unwatched))
}

fn row_of(thief: &Thief, act: &str) -> u64 {
    let sql = format!("SELECT max(seq) FROM audit WHERE act = '{act}'");
    let Value::Integer(seq) = thief.value(&sql) else {
        unreachable!("there is no row of {act}");
    };
    u64::try_from(seq).unwrap()
}

#[test]
fn a_changed_row_is_found_whichever_column_it_is() {
    for change in [
        "at = at + 1",
        "who = 'Ben'",
        "act = 'Make a mailbox'",
        "subject = 'nobody'",
        "outcome = 'refused'",
        "detail = 'x'",
        "request = NULL",
        "request = x'00'",
        "link = randomblob(32)",
        "signature = zeroblob(64)",
        "who = who || act, act = ''",
    ] {
        let mut world = world();
        let thief = Thief::of(&world);
        thief.drop_triggers();
        let seq = row_of(&thief, "Enable advanced security");
        thief.edit(&format!("UPDATE audit SET {change} WHERE seq = {seq}"));
        assert_eq!(verify(&mut world).0, seq, "{change}");
    }
}

#[test]
fn removed_and_reordered_rows_are_found() {
    let mut world = world();
    let thief = Thief::of(&world);
    thief.drop_triggers();
    let seq = row_of(&thief, "Enable advanced security");
    let whole = thief.keep("audit");
    thief.edit(&format!("DELETE FROM audit WHERE seq = {seq}"));
    assert_eq!(verify(&mut world).0, seq);
    thief.put_back(&whole);
    thief.edit(&format!(
        "UPDATE audit SET seq = 9999 WHERE seq = {seq};
         UPDATE audit SET seq = {seq} WHERE seq = {seq} + 1;
         UPDATE audit SET seq = {seq} + 1 WHERE seq = 9999"
    ));
    assert_eq!(verify(&mut world).0, seq);
    thief.put_back(&whole);
    assert!(matches!(
        world.engine.verify_audit(None, &Unwatched),
        Ok(AuditVerdict::Intact { .. })
    ));
    let last = world.engine.audit_count().unwrap();
    thief.edit(&format!("DELETE FROM audit WHERE seq = {last}"));
    let (at, why) = verify(&mut world);
    assert_eq!(at, last - 1);
    assert!(why.contains("missing after this one"), "{why}");
    tampered(world.engine.begin(ShareAnew).map(drop));
}

#[test]
fn the_audit_can_not_be_changed_by_mistake() {
    let world = world();
    let sql = rusqlite::Connection::open(world.file()).unwrap();
    assert!(sql.execute("UPDATE audit SET who = 'x'", []).is_err());
    assert!(sql.execute("DELETE FROM audit", []).is_err());
}

#[test]
fn a_head_that_was_noted_is_found_again_or_missed() {
    let mut world = world();
    let Ok(AuditVerdict::Intact { head, .. }) = world.engine.verify_audit(None, &Unwatched) else {
        unreachable!("nobody has changed it");
    };
    world.mailbox("Bob", "bob@example.com");
    let later = world.engine.verify_audit(Some(&head), &Unwatched);
    assert!(matches!(later, Ok(AuditVerdict::Intact { .. })));
    let wrong = world
        .engine
        .verify_audit(Some(&head.replace('0', "1")), &Unwatched);
    assert!(
        broken(wrong)
            .1
            .contains("head that was noted does not occur")
    );
}

#[test]
fn approvals_pasted_changed_or_taken_away_are_found() {
    for (sql, act) in [
        (
            "UPDATE approval SET name = 'Cleo' WHERE name = 'Ada' AND seq = {seq}",
            "Save a user''s keys",
        ),
        (
            "UPDATE approval SET seat = 3 WHERE name = 'Ada' AND seq = {seq}",
            "Save a user''s keys",
        ),
        (
            "UPDATE approval SET signature = zeroblob(64) WHERE seq = {seq}",
            "Save a user''s keys",
        ),
        (
            "DELETE FROM approval WHERE seq = {seq}",
            "Save a user''s keys",
        ),
        (
            "INSERT INTO approval SELECT {seq}, 3, 'Cleo', key, signature FROM approval WHERE name = 'Ada' LIMIT 1",
            "Save a user''s keys",
        ),
        (
            "INSERT INTO approval SELECT {seq}, seat, name, key, signature FROM approval LIMIT 1",
            "Open a session",
        ),
        (
            "INSERT INTO approval SELECT {seq}, seat, name, key, signature FROM approval LIMIT 1",
            "Make a mailbox",
        ),
    ] {
        let mut world = world();
        let thief = Thief::of(&world);
        let seq = row_of(&thief, act);
        let sql = sql.replace("{seq}", &seq.to_string());
        assert!(0 < thief.edit(&sql), "{sql}");
        assert_eq!(verify(&mut world).0, seq, "{sql}");
    }
}

#[test]
fn a_row_that_a_trigger_swallows_stops_the_act() {
    let mut world = world();
    Thief::of(&world)
        .edit("CREATE TRIGGER swallow BEFORE INSERT ON audit BEGIN SELECT RAISE(IGNORE); END");
    let before = world.engine.count_mailboxes(&everybody()).unwrap();
    let person = crate::support::person("Bob", "bob@example.com");
    assert!(world.engine.new_mailbox(&person).is_err());
    assert_eq!(world.engine.count_mailboxes(&everybody()).unwrap(), before);
}

fn everybody() -> kmadmin::domain::listing::Listing {
    use kmadmin::domain::listing::{Listing, Scope};
    Listing::by_name(Scope::All)
}
