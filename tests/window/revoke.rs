//! *Revoke Advanced Security* on the Security page: reason and date, the quorum's prompt, and Cancel.

use egui::Key;
use kmadmin::domain::guard::Guard;
use kmadmin::domain::state::Situation;
use kmadmin::engine::views::AuditRow;

use crate::desktop::Desktop;
use crate::recover::{open_security, with_keys, with_keys_guarded};

fn with_two_passwords() -> Desktop {
    let mut desktop = with_keys_guarded(Guard::Revoke, 2);
    open_security(&mut desktop);
    desktop
}

#[test]
fn advanced_security_is_revoked_under_two_passwords() {
    let mut desktop = with_two_passwords();
    desktop.click("Revoke Advanced Security…");
    desktop.type_into("Not trusted since:", "2026-11-30");
    desktop.click("Revoke…");
    desktop.expect("Revoke the advanced security of Anna Berg");
    desktop.answer("Ada");
    desktop.expect("Password 2 of 2");
    desktop.answer("Ben");
    desktop.expect("1 certificate is revoked.");
    desktop.key(Key::Enter);
    desktop.expect(Situation::Revoked.words());
    let refusal = desktop.refusal("Revoke Advanced Security…").unwrap();
    assert!(refusal.contains("revoked already"), "{refusal}");
    let rows = desktop.audit();
    let revoked = |row: &&AuditRow| row.act == "Revoke a user's keys";
    let row = rows.iter().find(revoked).unwrap();
    assert_eq!(row.who, "Ada, Ben");
    assert!(
        row.subject.contains("keyCompromise, since 2026-11-30"),
        "{}",
        row.subject
    );
}

#[test]
fn escape_at_either_password_or_in_the_form_revokes_nothing() {
    for answers in [&[][..], &["Ada"]] {
        let mut desktop = with_two_passwords();
        desktop.click("Revoke Advanced Security…");
        desktop.click("Revoke…");
        for administrator in answers {
            desktop.answer(administrator);
        }
        desktop.key(Key::Escape);
        desktop.expect("Nothing was changed.");
        desktop.key(Key::Enter);
        desktop.expect(Situation::Active.words());
    }
    let mut desktop = with_two_passwords();
    let rows = desktop.audit().len();
    desktop.click("Revoke Advanced Security…");
    desktop.key(Key::Escape);
    desktop.expect(Situation::Active.words());
    assert_eq!(desktop.audit().len(), rows);
}

#[test]
fn what_is_no_date_is_said_before_anybody_types_a_password() {
    let mut desktop = with_keys(1);
    open_security(&mut desktop);
    desktop.click("Revoke Advanced Security…");
    desktop.type_into("Not trusted since:", "last week");
    desktop.click("Revoke…");
    desktop.expect("Type a day such as 2026-08-31");
}

#[test]
fn a_list_that_can_not_be_published_is_told_once() {
    let mut desktop = with_keys(1);
    open_security(&mut desktop);
    let folder = desktop.folder.path().join("publish");
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(&folder, "in the way").unwrap();
    desktop.click("Revoke Advanced Security…");
    desktop.click("Revoke…");
    desktop.answer("Ada");
    desktop.expect("publish folder could not be brought up to date");
    desktop.key(Key::Enter);
    desktop.key(Key::Enter);
    desktop.advance(60);
    desktop.expect_not("publish folder could not be brought up to date");
}
