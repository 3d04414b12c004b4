//! Directory import and export through the window.

use std::fs;

use egui::Key;
use kmadmin::desk::FileAnswer;

use crate::desktop::Desktop;

const CSV: &str = "Display Name;E-mail;Alias\nAnna Berg;anna@example.com;anna\nNobody;no address;nobody\n花子;hanako@example.jp;hanako\n";

#[test]
fn people_are_imported_after_the_counts_were_confirmed() {
    let mut desktop = Desktop::open(1, &[], &[]);
    fs::write(desktop.next_file("people.csv"), CSV).unwrap();
    desktop.menu("Tools", "Directory Import…");
    desktop.expect("2 mailboxes will be added.");
    desktop.expect("1 row is refused");
    assert!(
        desktop.rows().iter().any(|row| row.starts_with('3')),
        "{:?}",
        desktop.rows()
    );
    desktop.expect("0 Recipient(s)");
    desktop.click("Import");
    desktop.expect("2 mailboxes were added.");
    desktop.expect("2 Recipient(s)");
}

#[test]
fn an_import_that_is_not_confirmed_changes_nothing() {
    let mut desktop = Desktop::open(1, &[], &[]);
    fs::write(desktop.next_file("people.csv"), CSV).unwrap();
    desktop.menu("Tools", "Directory Import…");
    desktop.key(Key::Escape);
    desktop.expect("The operation was cancelled. Nothing was changed.");
    desktop.expect("0 Recipient(s)");
}

#[test]
fn without_a_file_chooser_the_name_is_typed() {
    let mut desktop = Desktop::open(1, &[], &["Anna Berg"]);
    desktop.desk.answer_next(FileAnswer::NoChooser);
    desktop.menu("Tools", "Directory Export…");
    desktop.expect("No file chooser is installed on this desktop.");
    let path = desktop.folder.path().join("out.csv");
    desktop.type_into("File:", path.to_str().unwrap());
    desktop.click("Save");
    desktop.expect("1 person was saved to out.csv.");
    assert!(
        fs::read_to_string(path)
            .unwrap()
            .contains("anna.berg@example.com")
    );
}

#[test]
fn a_file_that_is_not_there_is_said() {
    let mut desktop = Desktop::open(1, &[], &[]);
    desktop.next_file("missing.csv");
    desktop.menu("Tools", "Directory Import…");
    desktop.expect("missing.csv can not be used");
}

#[test]
fn a_typed_name_does_not_replace_a_file() {
    let mut desktop = Desktop::open(1, &[], &["Anna Berg"]);
    let path = desktop.folder.path().join("out.csv");
    fs::write(&path, "precious").unwrap();
    desktop.desk.answer_next(FileAnswer::NoChooser);
    desktop.menu("Tools", "Directory Export…");
    desktop.type_into("File:", path.to_str().unwrap());
    desktop.click("Save");
    desktop.expect("There is a file named out.csv already.");
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    desktop.type_into("File:", path.with_extension("new").to_str().unwrap());
    desktop.click("Save");
    desktop.expect("1 person was saved to out.new.");
}
