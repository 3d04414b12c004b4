//! Q235464: an import with two passwords that is cancelled at the second one imports nothing, and
//! nothing says that it did; in every way in which a prompt can end.

use std::fs;

use egui::Key;
use kmadmin::app::modal::Modal;
use kmadmin::domain::guard::Guard;
use kmadmin::engine::trust::Trusted;
use kmadmin::engine::views::AuditRow;

use crate::desktop::Desktop;
use crate::support::World;

const CANCELLED: &str = "The operation was cancelled. Nothing was changed.";

/// A window whose second prompt is open, and the state before the import was begun.
struct AtSecond {
    desktop: Desktop,
    trusted: Vec<Trusted>,
    rows: Vec<AuditRow>,
}

fn at_second_password() -> AtSecond {
    let certificate = World::new(1).engine.ca_certificate().unwrap();
    let mut desktop = Desktop::open(3, &[(Guard::Import, 2)], &[]);
    desktop.open_ca("Ada");
    desktop.click("Certificate Trust List");
    let trusted = desktop.other_program().trust_list().unwrap();
    let rows = desktop.audit();
    let path = desktop.next_file("other.cer");
    fs::write(path, certificate.der()).unwrap();
    desktop.click("Import…");
    desktop.expect("1 certificate will be imported.");
    desktop.click("Import…");
    desktop.expect("Password 1 of 2");
    desktop.answer("Ada");
    desktop.expect("Password 2 of 2");
    AtSecond {
        desktop,
        trusted,
        rows,
    }
}

impl AtSecond {
    fn changed_nothing(&self) {
        let now = self.desktop.audit();
        assert_eq!(
            self.desktop.other_program().trust_list().unwrap(),
            self.trusted
        );
        assert_eq!(now.len(), self.rows.len() + 1, "{now:#?}");
        assert_eq!(&now[1..], self.rows);
        assert_eq!((&*now[0].outcome, &*now[0].who), ("cancelled", "Ada"));
        self.desktop.expect_not("imported.");
    }
}

#[test]
fn the_cancel_button_cancels() {
    let mut at = at_second_password();
    at.desktop.click("Cancel");
    at.desktop.expect(CANCELLED);
    at.changed_nothing();
}

#[test]
fn esc_cancels() {
    let mut at = at_second_password();
    at.desktop.key(Key::Escape);
    at.desktop.expect(CANCELLED);
    at.changed_nothing();
}

#[test]
fn closing_the_prompt_cancels() {
    let mut at = at_second_password();
    at.desktop.click("Close");
    at.desktop.expect(CANCELLED);
    at.changed_nothing();
}

#[test]
fn closing_the_sheet_cancels() {
    let mut at = at_second_password();
    let app = &mut at.desktop.harness.state_mut().app;
    let sheet = app.console().unwrap().sheets[0].id;
    app.close_sheet(sheet);
    at.desktop.run();
    at.desktop.expect(CANCELLED);
    at.changed_nothing();
}

#[test]
fn an_idle_session_closes_the_sheet_and_cancels() {
    let mut at = at_second_password();
    at.desktop.advance(15 * 60);
    at.desktop.expect(CANCELLED);
    at.changed_nothing();
}

#[test]
fn quitting_the_program_cancels() {
    let mut at = at_second_password();
    at.desktop.harness.state_mut().app.on_exit();
    at.changed_nothing();
}

#[test]
fn a_wrong_second_password_is_said_and_the_first_one_stays() {
    let mut at = at_second_password();
    at.desktop.answer_with("Ben", "not the password of Ben");
    at.desktop.expect("incorrect");
    at.desktop.expect("Password 2 of 2");
    at.desktop.expect_not(CANCELLED);
    at.desktop.advance(60); // after a wrong password there is a pause
    at.desktop.answer("Ben");
    at.desktop.expect("1 certificate was imported.");
    assert_eq!(at.desktop.other_program().trust_list().unwrap().len(), 1);
}

#[test]
fn who_has_answered_can_not_answer_again() {
    let at = at_second_password();
    let front = at.desktop.harness.state().app.modals.last().unwrap();
    let Modal::Authorize(authorize) = &front.modal else {
        panic!("no prompt is in front");
    };
    let seats = authorize.prompt.seats();
    let refused: Vec<_> = seats.iter().map(|seat| seat.refused.is_some()).collect();
    assert_eq!(refused, [true, false, false]);
}

#[test]
fn cancelled_at_the_first_password_it_changes_nothing_either() {
    let certificate = World::new(1).engine.ca_certificate().unwrap();
    let mut desktop = Desktop::open(3, &[(Guard::Import, 2)], &[]);
    desktop.open_ca("Ada");
    desktop.click("Certificate Trust List");
    let rows = desktop.audit().len();
    let path = desktop.next_file("other.cer");
    fs::write(path, certificate.der()).unwrap();
    desktop.click("Import…");
    desktop.click("Import…");
    desktop.key(Key::Escape);
    desktop.expect(CANCELLED);
    assert_eq!(desktop.audit().len(), rows + 1);
    assert!(desktop.other_program().trust_list().unwrap().is_empty());
}

#[test]
fn a_bad_file_is_refused_before_anybody_types() {
    let mut desktop = Desktop::open(3, &[(Guard::Import, 2)], &[]);
    desktop.open_ca("Ada");
    desktop.click("Certificate Trust List");
    let path = desktop.next_file("page.html");
    fs::write(path, "<html>no certificate</html>").unwrap();
    desktop.click("Import…");
    desktop.expect_not("Password 1 of 2");
    desktop.expect("Choose a file with CA certificates");
}
