//! Property sheets: several at once, Apply and OK, and administrators who come and go.

use egui::{Key, Modifiers};

use crate::desktop::Desktop;
use crate::support::password_text;

#[test]
fn several_sheets_are_open_at_once_and_esc_closes_the_one_in_front() {
    let mut desktop = Desktop::open(1, &[], &["Anna Berg", "Bo Ek"]);
    desktop.double_click("Anna Berg");
    desktop.keys(Modifiers::COMMAND, Key::N);
    desktop.expect("Anna Berg Properties");
    desktop.expect("New Mailbox");
    assert_eq!(
        desktop.harness.state().app.console().unwrap().sheets.len(),
        2
    );
    desktop.key(Key::Escape);
    assert_eq!(
        desktop.harness.state().app.console().unwrap().sheets.len(),
        1
    );
    desktop.expect("Anna Berg Properties");
}

#[test]
fn a_new_mailbox_is_made_and_every_wrong_field_is_named() {
    let mut desktop = Desktop::open(1, &[], &[]);
    desktop.keys(Modifiers::COMMAND, Key::N);
    desktop.type_into("Display name:", "Grüße an 花子");
    desktop.click("OK");
    desktop.expect("Alias: nothing is given.");
    desktop.type_into("Alias:", "hanako");
    desktop.type_into("SMTP address:", "花子@example.jp");
    desktop.click("OK");
    desktop.expect("1 Recipient(s)");
    assert_eq!(desktop.audit()[0].act, "Make a mailbox");
}

#[test]
fn an_address_that_is_taken_keeps_the_sheet_open() {
    let mut desktop = Desktop::open(1, &[], &["Anna Berg"]);
    desktop.keys(Modifiers::COMMAND, Key::N);
    desktop.type_into("Display name:", "Anna Other");
    desktop.type_into("Alias:", "other");
    desktop.type_into("SMTP address:", "anna.berg@example.com");
    desktop.click("OK");
    desktop.expect("anna.berg@example.com");
    desktop.key(Key::Enter);
    assert_eq!(
        desktop.harness.state().app.console().unwrap().sheets.len(),
        1
    );
    assert_eq!(
        desktop
            .other_program()
            .audit("Make a mailbox", None, 10)
            .unwrap()[0]
            .outcome,
        "refused"
    );
}

#[test]
fn an_administrator_is_added_accepts_by_answering_and_is_removed() {
    let mut desktop = Desktop::open(1, &[], &[]);
    desktop.open_ca("Ada");
    desktop.click("Administrators");
    desktop.click("Add…");
    desktop.type_into("Administrator:", "Ben");
    desktop.type_password("Password:", &password_text("Ben"));
    desktop.type_password("Verify:", &password_text("Ben"));
    desktop.click("Add…");
    desktop.answer("Ada");
    desktop.expect("does not count yet");
    desktop.key(Key::Enter);
    desktop.expect("Has not accepted yet");
    desktop.key(Key::Escape); // the sheet
    desktop.open_ca("Ben");
    desktop.click("Administrators");
    desktop.expect_not("Has not accepted yet");
    desktop.select("Ben");
    desktop.click("Remove…");
    desktop.click("Remove");
    desktop.answer("Ada");
    assert_eq!(desktop.other_program().administrators().unwrap().len(), 1);
}

#[test]
fn a_changed_password_holds_and_the_old_one_does_not() {
    let mut desktop = Desktop::open(2, &[], &[]);
    desktop.open_ca("Ada");
    desktop.click("Administrators");
    desktop.click("Change My KM Server Password…");
    desktop.type_password("Current password:", "not it");
    let new = "Nine violet tractors hum at dawn";
    desktop.type_password("New password:", new);
    desktop.type_password("Verify:", new);
    desktop.click("OK");
    desktop.expect("incorrect");
    desktop.advance(60);
    desktop.type_password("Current password:", &password_text("Ada"));
    desktop.click("OK");
    desktop.expect("The KM Server password was changed.");
    desktop.key(Key::Enter);
    desktop.key(Key::Escape);
    desktop.go("Configuration");
    desktop.double_click("CA");
    desktop.answer("Ada");
    desktop.expect("incorrect");
    desktop.advance(60);
    desktop.answer_with("Ada", new);
    desktop.expect("SHA-256 fingerprint:");
}

#[test]
fn the_audit_log_is_shown_filtered_verified_and_exported() {
    let mut desktop = Desktop::open(2, &[], &["Anna Berg", "Bo Ek"]);
    desktop.go("Configuration");
    desktop.double_click("Audit Log");
    let all = desktop.rows().len();
    desktop.type_into("Show only rows with:", "Bo Ek");
    assert!(desktop.rows().len() < all);
    desktop.click("Verify");
    desktop.expect("The log is intact");
    desktop.key(Key::Enter);
    let path = desktop.next_file("audit.csv");
    desktop.click("Export…");
    desktop.expect("1 row was saved to audit.csv.");
    let csv = std::fs::read_to_string(path).unwrap();
    assert_eq!(csv.lines().count(), 2, "{csv}");
}

#[test]
fn esc_closes_an_open_menu_and_not_the_sheet_behind_it() {
    let mut desktop = Desktop::open(1, &[], &["Anna Berg"]);
    desktop.double_click("Anna Berg");
    desktop.click("File");
    desktop.key(Key::Escape);
    desktop.expect_not("Exit");
    desktop.expect("Anna Berg Properties");
}
