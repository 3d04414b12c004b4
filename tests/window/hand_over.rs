//! The box that shows a temporary key once: what the dialogs begin with, and *Send by E-Mail*.

use std::fs;
use std::path::Path;

use egui::Key;
use kmadmin::app::modal::Modal;
use kmadmin::app::sheet::security::{SecurityPage, use_words};
use kmadmin::domain::mailbox::MailboxId;

use crate::client::{KmServer, User};
use crate::desktop::Desktop;
use crate::recover::{open_security, with_keys};

/// A window that shows a new temporary key of Anna Berg.
fn with_temporary_key() -> Desktop {
    let mut desktop = Desktop::open(1, &[], &["Anna Berg"]);
    open_security(&mut desktop);
    desktop.click("Enable Advanced Security…");
    desktop.click("Enable");
    desktop.expect("Temporary key, shown on the screen only");
    desktop
}

/// Whether a message in the post office has the temporary key in it that is shown.
fn is_sent(desktop: &Desktop) -> bool {
    let front = desktop.harness.state().app.modals.last().unwrap();
    let Modal::HandedOver(once) = &front.modal else {
        panic!("nothing is shown");
    };
    let key = once.temporary_key.as_ref().unwrap().expose();
    has(&desktop.folder.path().join("post-office"), key)
}

fn has(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            has(&path, text)
        } else {
            String::from_utf8_lossy(&fs::read(&path).unwrap()).contains(text)
        }
    })
}

#[test]
fn a_temporary_key_is_sent_by_mail_only_after_the_warning_was_accepted() {
    let mut desktop = with_temporary_key();
    assert!(!is_sent(&desktop), "off by default");
    desktop.click("Send by E-Mail…");
    desktop.expect("It travels unprotected");
    desktop.key(Key::Escape);
    assert!(!is_sent(&desktop), "cancelled");
    desktop.click("Send by E-Mail…");
    desktop.click("Send");
    desktop.expect("Sent to the user's mailbox.");
    assert!(is_sent(&desktop));
    desktop.key(Key::Escape);
    desktop.expect_not("shown on the screen only"); // what was sent needs no second warning
    let acts: Vec<String> = desktop.audit().into_iter().map(|row| row.act).collect();
    let sent = acts.iter().filter(|act| act.contains("by e-mail"));
    assert_eq!(sent.count(), 1, "{acts:?}");
}

#[test]
fn a_recovered_temporary_key_can_be_sent_while_its_security_page_is_open() {
    let mut desktop = with_keys(1);
    open_security(&mut desktop);
    desktop.click("Recover Security Key…");
    desktop.type_into("Ticket number:", "HD-4711");
    desktop.click("Recover…");
    desktop.answer("Ben");
    desktop.expect("Temporary key, shown on the screen only");
    desktop.advance(15 * 60);
    desktop.expect("The sheet was closed");
    desktop.key(Key::Enter);
    desktop.click("Send by E-Mail…");
    desktop.click("Send");
    desktop.expect("session");
    assert!(!is_sent(&desktop));
}

#[test]
fn what_only_a_file_can_give_back_begins_with_the_file() {
    let mut desktop = with_keys(1);
    desktop.select("Anna Berg");
    desktop.key(Key::Delete);
    desktop.expect("The certificates stay good until they are revoked");
    desktop.click("Delete");
    desktop.go("Deleted Mailboxes");
    open_security(&mut desktop);
    desktop.click("Recover Security Key…");
    desktop.type_into("Ticket number:", "HD-4711");
    desktop.click("Recover…");
    desktop.answer("Ben");
    desktop.expect("Password of the file of keys, shown on the screen only");
    desktop.expect_not("Send by E-Mail…");
}

#[test]
fn the_list_of_certificates_says_what_each_is_for_and_whether_it_counts() {
    let mut desktop = with_keys(1);
    open_security(&mut desktop);
    let rows = |desktop: &Desktop| desktop.rows().join("\n");
    assert!(rows(&desktop).contains("Encryption"), "{}", rows(&desktop));
    desktop.click("Revoke Advanced Security…");
    desktop.click("Revoke…");
    desktop.answer("Ada");
    desktop.key(Key::Enter);
    assert!(
        rows(&desktop).contains("Encryption, revoked"),
        "{}",
        rows(&desktop)
    );
}

/// What the Security page shows of a mailbox.
fn page(server: &KmServer, id: MailboxId) -> String {
    let facts = server.with(|world| world.engine.security(id).unwrap());
    let certificates: Vec<String> = facts.certificates.iter().map(use_words).collect();
    let page = SecurityPage {
        facts: Some(facts),
        ..SecurityPage::default()
    };
    let lines = page.lines().into_iter();
    let lines = lines.map(|(label, value)| format!("{label} {value}"));
    lines.chain(certificates).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_page_shows_who_uses_the_temporary_key_and_when_certificates_can_be_renewed() {
    let server = KmServer::new();
    let address = "anna@example.com";
    let (id, token) = server.enabled("Anna Berg", address);
    let ask = |seed, token: &str| {
        let mut user = User::new(&server, "Anna Berg", address, seed);
        user.ask_for_digital_id(token, None);
        server.work();
        user
    };
    drop(ask(1, "0000-0000-0000-0000"));
    assert!(page(&server, id).contains("1 wrong try"));
    let _first = ask(2, &token);
    let shown = page(&server, id);
    assert!(
        shown.contains("Temporary key used: since 2026-12-01"),
        "{shown}"
    );
    assert!(shown.contains("by a program that has not confirmed yet"));
    assert!(shown.contains("Signing, not confirmed yet"), "{shown}");
    assert!(!shown.contains("another program"));
    drop(ask(3, &token));
    let shown = page(&server, id);
    assert!(
        shown.contains("already used by another program: 1 try"),
        "{shown}"
    );

    let (id, token) = server.enabled("Ben Bell", "ben@example.com");
    let mut ben = User::new(&server, "Ben Bell", "ben@example.com", 4);
    ben.get_digital_id(&token, None, "seven copper kettles on the hob");
    let shown = page(&server, id);
    assert!(
        shown.contains("Certificates: can be renewed from 2027-12-01"),
        "{shown}"
    );
    assert!(
        ["Signing", "Encryption"]
            .iter()
            .all(|word| shown.lines().any(|line| line == *word))
    );
    assert!(!shown.contains("Temporary key"), "{shown}");
}
