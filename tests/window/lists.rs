//! The contents pane: sorting, finding, opening, and the keyboard alone.

use egui::{Key, Modifiers};

use crate::desktop::{Desktop, add_person};

const PEOPLE: [&str; 4] = ["Cecilia Dahl", "Anna Berg", "Zoë Ärlig", "Bo Ek"];

#[test]
fn a_click_on_a_column_sorts_and_another_one_turns_it_round() {
    let mut desktop = Desktop::open(1, &[], &PEOPLE);
    let first = |desktop: &Desktop| desktop.rows()[0].clone();
    assert!(first(&desktop).starts_with("Anna Berg"));
    desktop.click_head("Display Name");
    assert!(first(&desktop).starts_with("Zoë Ärlig"));
    desktop.click_head("Alias");
    assert!(first(&desktop).starts_with("Anna Berg"));
    desktop.expect("4 Recipient(s)");
}

#[test]
fn the_find_box_narrows_the_list_with_each_letter() {
    let mut desktop = Desktop::open(1, &[], &PEOPLE);
    desktop.keys(Modifiers::COMMAND, Key::F);
    desktop.harness.event(egui::Event::Text("arl".to_owned()));
    desktop.run();
    assert_eq!(desktop.rows().len(), 1);
    desktop.expect("1 Recipient(s) found");
    desktop.type_into("Find:", "nobody");
    assert!(desktop.rows().is_empty());
    desktop.type_into("Find:", "cecilia.dahl@example");
    assert_eq!(desktop.rows().len(), 1);
}

#[test]
fn double_click_enter_and_alt_enter_open_the_properties() {
    let mut desktop = Desktop::open(1, &[], &PEOPLE);
    desktop.double_click("Bo Ek");
    desktop.expect("Bo Ek Properties");
    desktop.key(Key::Escape);
    desktop.expect_not("Bo Ek Properties");
    desktop.select("Cecilia Dahl");
    desktop.key(Key::Enter);
    desktop.expect("Cecilia Dahl Properties");
    desktop.key(Key::Escape);
    desktop.select("Anna Berg");
    desktop.keys(Modifiers::ALT, Key::Enter);
    desktop.expect("Anna Berg Properties");
}

#[test]
fn the_keyboard_alone_reaches_a_person_and_changes_the_office() {
    let mut desktop = Desktop::open(1, &[], &PEOPLE);
    desktop.keys(Modifiers::COMMAND, Key::F);
    desktop.harness.event(egui::Event::Text("bo".to_owned()));
    desktop.run();
    for _ in 0..12 {
        desktop.key(Key::Tab);
        desktop.key(Key::ArrowDown);
        if desktop
            .harness
            .state()
            .app
            .console()
            .unwrap()
            .selected
            .is_some()
        {
            break;
        }
    }
    desktop.key(Key::Enter);
    desktop.expect("Bo Ek Properties");
    for _ in 0..6 {
        desktop.key(Key::Tab);
    }
    desktop
        .harness
        .event(egui::Event::Text("Building 7".to_owned()));
    desktop.run();
    desktop.key(Key::Enter); // OK
    desktop.expect_not("Bo Ek Properties");
    assert!(
        desktop.rows()[0].contains("Building 7"),
        "{:?}",
        desktop.rows()
    );
}

#[test]
fn a_person_added_by_another_program_appears() {
    let mut desktop = Desktop::open(1, &[], &PEOPLE);
    desktop.advance(1); // the window notes the version it has seen
    add_person(&mut desktop.other_program(), "Dora Alm");
    desktop.advance(1);
    desktop.expect("5 Recipient(s)");
}

#[test]
fn a_deleted_mailbox_moves_to_deleted_mailboxes() {
    let mut desktop = Desktop::open(1, &[], &PEOPLE);
    desktop.select("Bo Ek");
    desktop.key(Key::Delete);
    desktop.expect("Delete the mailbox Bo Ek?");
    desktop.click("Delete");
    desktop.expect("3 Recipient(s)");
    desktop.go("Deleted Mailboxes");
    desktop.expect("1 Deleted mailbox(es)");
    assert!(desktop.rows()[0].starts_with("Bo Ek"));
    assert_eq!(desktop.audit()[0].act, "Delete a mailbox");
}
