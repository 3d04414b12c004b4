//! Q194947: the walk from Recipients to a recovered key, and what refuses it.

use egui::{Key, Modifiers};
use kmadmin::domain::guard::Guard;
use kmadmin::domain::progress::Unwatched;
use kmadmin::domain::state::Situation;
use kmadmin::engine::hand_over::HandOver;

use crate::desktop::{Desktop, add_person};
use crate::support::{SERVER, credential};

/// A window with one person whose keys are in the archive.
pub fn with_keys(recover: u8) -> Desktop {
    with_keys_guarded(Guard::Recover, recover)
}

/// The same, with this many passwords for one of the guards.
pub fn with_keys_guarded(guard: Guard, number: u8) -> Desktop {
    let mut desktop = Desktop::open(3, &[(guard, number)], &[]);
    let mut engine = desktop.other_program();
    let id = add_person(&mut engine, "Anna Berg");
    let remember = kmadmin::engine::session::Remember::No;
    let mut session = engine.open_session(&credential("Ada"), remember).unwrap();
    engine
        .enable(&mut session, id, SERVER, HandOver::File, &Unwatched)
        .unwrap();
    drop(engine);
    desktop.advance(1);
    desktop.key(Key::F5);
    desktop
}

pub fn open_security(desktop: &mut Desktop) {
    desktop.select("Anna Berg");
    desktop.menu("File", "Properties");
    desktop.click("Security");
    desktop.click("Connect…");
    desktop.answer("Ada");
    desktop.expect("Keys in the archive:");
}

#[test]
fn a_lost_key_is_recovered_under_two_passwords() {
    let mut desktop = with_keys(2);
    open_security(&mut desktop);
    desktop.click("Recover Security Key…");
    desktop.click("A new temporary key, with which the user fetches the keys");
    desktop.type_into("Ticket number:", "HD-4711");
    desktop.click("Recover…");
    desktop.expect("Recover the keys of Anna Berg");
    desktop.answer("Ada");
    desktop.expect("Password 2 of 2");
    desktop.answer("Ben");
    desktop.expect("Temporary key, shown on the screen only");
    desktop.click("Copy");
    desktop.expect("cleared after 60 seconds");
    assert_eq!(desktop.desk.clipboard().len(), "K7QM-2D4X-PW9R-3HTC".len());
    desktop.advance(60);
    assert_eq!(desktop.desk.clipboard(), "");
    let path = desktop.next_file("key.txt");
    desktop.click("Save to File…");
    assert!(path.exists());
    desktop.key(Key::Escape);
    desktop.expect(Situation::Recover.words());
}

#[test]
fn another_servers_name_is_refused_in_the_words_of_the_original() {
    let mut desktop = with_keys(1);
    desktop.select("Anna Berg");
    desktop.keys(Modifiers::ALT, Key::Enter);
    desktop.click("Security");
    desktop.type_into("KM server name:", "ELSEWHERE");
    desktop.click("Connect…");
    desktop.expect("There is no Key Management server named ELSEWHERE.");
}

#[test]
fn what_the_state_refuses_is_greyed_with_its_reason() {
    let mut desktop = with_keys(1);
    open_security(&mut desktop);
    let refusal = desktop.refusal("Enable Advanced Security…").unwrap();
    assert!(refusal.contains("enabled already"), "{refusal}");
    assert_eq!(desktop.refusal("Recover Security Key…"), None);
}

#[test]
fn a_recovery_without_a_ticket_is_not_begun() {
    let mut desktop = with_keys(1);
    open_security(&mut desktop);
    let rows = desktop.audit().len();
    desktop.click("Recover Security Key…");
    desktop.click("Recover…");
    desktop.expect("Type the ticket number");
    assert_eq!(desktop.audit().len(), rows);
}

#[test]
fn all_keys_are_saved_as_one_file_with_its_password() {
    let mut desktop = with_keys(1);
    open_security(&mut desktop);
    desktop.click("Recover Security Key…");
    desktop.type_into("Ticket number:", "HD-4711");
    desktop.click("All keys of the mailbox as one PKCS #12 file");
    desktop.click("Recover…");
    desktop.answer("Ben");
    desktop.expect("Password of the file of keys, shown on the screen only");
    desktop.key(Key::Escape);
    desktop.expect("The keys are not saved yet.");
    let path = desktop.next_file("anna.p12");
    desktop.click("Save Keys…");
    assert_eq!(std::fs::read(path).unwrap()[0], 0x30, "DER");
    desktop.key(Key::Escape);
    desktop.expect_not("shown on the screen only");
}

#[test]
fn a_remembered_password_opens_pages_and_answers_prompts_until_it_is_forgotten() {
    let mut desktop = with_keys(1);
    desktop.select("Anna Berg");
    desktop.key(Key::Enter);
    desktop.click("Security");
    desktop.click("Connect…");
    desktop.click("Remember this password for up to 5 minutes");
    desktop.answer("Ada");
    desktop.expect("Password of Ada remembered for 5:00");
    desktop.click("Recover Security Key…");
    desktop.click("A new temporary key, with which the user fetches the keys");
    desktop.type_into("Ticket number:", "HD-4711");
    desktop.click("Recover…");
    desktop.expect("Temporary key, shown on the screen only");
    desktop.click("Copy");
    desktop.key(Key::Escape);
    desktop.click("Forget Remembered Password");
    desktop.expect_not("remembered for");
}

/// A window that shows the file of recovered keys, saved nowhere yet.
fn with_recovered_file() -> Desktop {
    let mut desktop = with_keys(1);
    open_security(&mut desktop);
    desktop.click("Recover Security Key…");
    desktop.type_into("Ticket number:", "HD-4711");
    desktop.click("All keys of the mailbox as one PKCS #12 file");
    desktop.click("Recover…");
    desktop.answer("Ben");
    desktop.expect("Password of the file of keys, shown on the screen only");
    desktop
}

#[test]
fn recovered_keys_outlive_the_sheet_whose_session_ends() {
    let mut desktop = with_recovered_file();
    desktop.advance(15 * 60);
    desktop.expect("The sheet was closed");
    desktop.key(Key::Enter);
    let path = desktop.next_file("anna.p12");
    desktop.click("Save Keys…");
    assert_eq!(std::fs::read(path).unwrap()[0], 0x30, "DER");
}

#[test]
fn recovered_keys_outlive_a_file_that_can_not_be_written() {
    let mut desktop = with_recovered_file();
    desktop.next_file("no such folder/anna.p12");
    desktop.click("Save Keys…");
    desktop.expect("can not be used");
    let path = desktop.next_file("anna.p12");
    desktop.click("Save Keys…");
    assert_eq!(std::fs::read(path).unwrap()[0], 0x30, "DER");
}

#[test]
fn the_program_does_not_end_over_unsaved_keys_before_it_was_said() {
    let mut desktop = with_recovered_file();
    desktop.close_window();
    desktop.expect("The keys are not saved yet.");
    assert!(!desktop.harness.state().app.wants_exit);
    desktop.close_window();
    assert!(desktop.harness.state().app.wants_exit);
}

#[test]
fn a_temporary_key_that_was_neither_copied_nor_saved_does_not_vanish_unsaid() {
    let mut desktop = with_keys(1);
    open_security(&mut desktop);
    desktop.click("Recover Security Key…");
    desktop.click("A new temporary key, with which the user fetches the keys");
    desktop.type_into("Ticket number:", "HD-4711");
    desktop.click("Recover…");
    desktop.answer("Ben");
    desktop.key(Key::Escape);
    desktop.expect("neither copied nor saved");
    desktop.key(Key::Escape);
    desktop.expect_not("shown on the screen only");
}
