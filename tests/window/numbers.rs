//! The Passwords page: numbers are typed, limits are kept, and the change needs a quorum.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use kmadmin::domain::guard::Guard;

use crate::desktop::Desktop;

fn type_number(desktop: &mut Desktop, guard: Guard, digits: &str) {
    desktop
        .harness
        .get_by_role_and_label(Role::SpinButton, guard.caption())
        .focus();
    desktop.run();
    desktop.keys(Modifiers::COMMAND, Key::A);
    let number = desktop
        .harness
        .get_by_role_and_label(Role::SpinButton, guard.caption());
    number.type_text(digits);
    desktop.run();
}

#[test]
fn typing_2_asks_for_two_passwords_from_then_on() {
    let mut desktop = Desktop::open(3, &[], &[]);
    desktop.open_ca("Ada");
    desktop.click("Passwords");
    type_number(&mut desktop, Guard::Import, "2");
    desktop.click("OK");
    desktop.answer("Ben");
    let numbers = desktop.other_program().numbers().unwrap();
    assert_eq!(numbers.of(Guard::Import).get(), 2);
    assert_eq!(numbers.of(Guard::Recover).get(), 1);
    desktop.expect_not("SHA-256 fingerprint:");
}

#[test]
fn a_number_beyond_the_administrators_does_not_count() {
    let mut desktop = Desktop::open(3, &[], &[]);
    desktop.open_ca("Ada");
    desktop.click("Passwords");
    for digits in ["4", "0", "x"] {
        type_number(&mut desktop, Guard::Import, digits);
        desktop.key(Key::Tab);
    }
    assert!(desktop.refusal("Apply").is_some(), "nothing was changed");
    desktop.expect("3 administrators have accepted their seats");
}

#[test]
fn a_row_above_the_first_one_is_said_to_protect_nothing() {
    let mut desktop = Desktop::open(3, &[], &[]);
    desktop.open_ca("Ada");
    desktop.click("Passwords");
    type_number(&mut desktop, Guard::Recover, "2");
    desktop.expect("the first row can share this secret anew");
    desktop.click("Raise the first row to 2");
    desktop.expect_not("the first row can share this secret anew");
    desktop.click("Apply");
    desktop.answer("Ada");
    let numbers = desktop.other_program().numbers().unwrap();
    assert_eq!(numbers.of(Guard::Administer).get(), 2);
    assert!(desktop.refusal("Apply").is_some(), "it is applied");
}

#[test]
fn a_cancelled_change_stays_in_the_draft_and_is_not_stored() {
    let mut desktop = Desktop::open(3, &[], &[]);
    desktop.open_ca("Ada");
    desktop.click("Passwords");
    type_number(&mut desktop, Guard::Import, "2");
    desktop.click("Apply");
    desktop.key(Key::Escape);
    desktop.expect("The operation was cancelled. Nothing was changed.");
    desktop.key(Key::Enter);
    assert_eq!(
        desktop
            .other_program()
            .numbers()
            .unwrap()
            .of(Guard::Import)
            .get(),
        1
    );
    assert!(
        desktop.refusal("Apply").is_none(),
        "it can be applied still"
    );
}
