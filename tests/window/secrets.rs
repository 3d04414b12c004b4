//! What a screen reader, or any other program that reads windows, is told: never a secret.

use std::fmt::Write as _;

use egui_kittest::kittest::NodeT as _;
use kmadmin::app::Stage;
use kmadmin::app::modal::Modal;
use kmadmin::app::wizard::Wizard;
use kmadmin::domain::secret::SecretText;

use crate::desktop::Desktop;
use crate::recover::{open_security, with_keys};
use crate::support::password_text;
use crate::wizard::at_startup_page;

/// All that the accessibility tree says, without blanks and dashes: secrets are shown in groups.
fn told(desktop: &Desktop) -> String {
    let mut told = String::new();
    for node in desktop.harness.root().children_recursive() {
        let node = node.accesskit_node();
        writeln!(told, "{:?} {:?}", node.data(), node.description()).unwrap();
    }
    bare(&told)
}

fn bare(text: &str) -> String {
    text.replace([' ', '-'], "")
}

#[track_caller]
fn is_not_told(desktop: &Desktop, secret: &str) {
    assert!(8 <= bare(secret).len(), "too short to be looked for");
    assert!(
        !told(desktop).contains(&bare(secret)),
        "the tree has {secret}"
    );
}

fn wizard(desktop: &Desktop) -> &Wizard {
    match &desktop.harness.state().app.stage {
        Stage::SetUp(wizard) => wizard,
        Stage::Open(_) | Stage::Start(_) => panic!("the wizard is over"),
    }
}

#[test]
fn a_password_typed_at_a_prompt_is_not_told() {
    let mut desktop = Desktop::open(2, &[], &[]);
    desktop.go("Configuration");
    desktop.double_click("CA");
    let password = password_text("Ben");
    desktop.choose("Administrator:", "Ben");
    desktop.type_password("KM Server password:", &password);
    assert!(told(&desktop).contains("Ben"), "the tree is read");
    is_not_told(&desktop, &password);
    desktop.click("OK");
    is_not_told(&desktop, &password);
}

#[test]
fn a_wrong_startup_password_is_not_told() {
    let mut desktop = crate::start::at_start().0;
    desktop.type_password("Startup password:", "ABCDEFGHIJKLMNO");
    is_not_told(&desktop, "ABCDEFGHIJKLMNO");
    desktop.click("OK");
    is_not_told(&desktop, "ABCDEFGHIJKLMNO");
}

#[test]
fn what_the_wizard_makes_and_is_given_is_not_told() {
    let mut desktop = at_startup_page();
    desktop.click("< Back");
    desktop.click("< Back");
    is_not_told(&desktop, &password_text("Ada"));
    desktop.click("Suggest");
    let suggested = wizard(&desktop).answers.chosen.suggestion.as_ref();
    is_not_told(&desktop, suggested.map(SecretText::expose).unwrap());
    desktop.click("Next >");
    desktop.click("Next >");
    desktop.click("Make Keys");
    let made = wizard(&desktop).prepared.as_ref().unwrap();
    is_not_told(&desktop, made.startup_password().expose());
    is_not_told(&desktop, made.envelope_password().unwrap().expose());
}

#[test]
fn what_a_recovery_hands_over_is_not_told() {
    let mut desktop = with_keys(1);
    open_security(&mut desktop);
    desktop.click("Recover Security Key…");
    desktop.type_into("Ticket number:", "HD-4711");
    desktop.click("Both");
    assert!(
        told(&desktop).contains(&bare("HD-4711")),
        "the tree is read"
    );
    desktop.click("Recover…");
    desktop.answer("Ben");
    desktop.click("Copy Key"); // its remark names nothing either
    let front = desktop.harness.state().app.modals.last().unwrap();
    let Modal::HandedOver(once) = &front.modal else {
        panic!("nothing was handed over");
    };
    assert_eq!(once.secrets().count(), 2);
    for (_what, secret) in once.secrets() {
        is_not_told(&desktop, secret.expose());
    }
}
