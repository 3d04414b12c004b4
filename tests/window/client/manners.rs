//! What a person notices at the mail user's window without a thought of keys: the first start, the
//! keyboard, what is told how often, and what is never lost.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::{KmServer, User};

fn anna() -> (KmServer, User) {
    let server = KmServer::new();
    let _token = server.enabled("Anna Berg", "anna@example.com");
    let anna = User::new(&server, "Anna Berg", "anna@example.com", 1);
    (server, anna)
}

#[test]
fn a_first_start_asks_for_the_account_and_complains_of_nothing_else() {
    let server = KmServer::new();
    let mut nobody = User::unknown(&server, 1);
    nobody.pass(4);
    nobody.expect("Who are you, and where is the Key Management server?");
    nobody.expect_not("is not set");
    nobody.click("OK");
    nobody.expect("Type your name.");
    nobody.click("Later");
    nobody.pass(4);
    nobody.pass(4);
    nobody.expect_not("is not set");
    // Without an account there is nobody to get a Digital ID for.
    nobody.menu("Tools", "Options…");
    nobody.click("Get a Digital ID…");
    nobody.click("OK");
    nobody.expect("Who are you, and where is the Key Management server?");
}

#[test]
fn the_list_is_used_by_keys_alone() {
    let (_server, mut anna) = anna();
    anna.pass(4);
    anna.key(Key::ArrowDown);
    anna.key(Key::Enter);
    anna.expect("Advanced security was enabled for your mailbox - Message");
    anna.key(Key::Escape);
    anna.expect_not("Advanced security was enabled for your mailbox - Message");
}

#[test]
fn the_window_below_one_that_was_closed_is_in_front_again() {
    let (_server, mut anna) = anna();
    anna.menu("Tools", "Options…");
    anna.menu("Tools", "Contacts…");
    anna.key(Key::Escape);
    anna.expect_not("View Certificate…");
    anna.expect("Secure e-mail");
    anna.key(Key::Escape);
    anna.expect_not("Secure e-mail");
}

#[test]
fn every_button_of_the_security_page_lies_on_it() {
    let (_server, mut anna) = anna();
    anna.menu("Tools", "Options…");
    let right = |name: &str| anna.harness.get_by_label(name).rect().right();
    assert!(right("Report Lost Key…") < right("Apply"));
}

#[test]
fn mail_that_can_not_be_fetched_is_told_once() {
    let (_server, mut anna) = anna();
    anna.pass(4);
    let maildir = anna.server.post_office.join("anna@example.com");
    std::fs::remove_dir_all(&maildir).unwrap();
    std::fs::write(&maildir, "no folder").unwrap();
    anna.pass(4);
    anna.expect("Check the disk and your permissions");
    anna.click("OK");
    anna.pass(4);
    anna.pass(4);
    anna.expect_not("Check the disk and your permissions");
    anna.expect("Mail can not be fetched");
}

#[test]
fn a_message_of_which_only_the_address_was_typed_is_not_lost_unsaid() {
    let (_server, mut anna) = anna();
    anna.menu("Actions", "New Message…");
    anna.type_into("To:", "ben@example.com");
    anna.key(Key::Escape);
    anna.expect("The message has not been sent.");
    anna.click("Cancel");
    anna.expect("Untitled - Message");
}

#[test]
fn ctrl_and_enter_send_the_message() {
    let (_server, mut anna) = anna();
    anna.menu("Actions", "New Message…");
    anna.type_into("To:", "anna@example.com");
    anna.type_into("Subject:", "Note to myself");
    anna.keys(Modifiers::COMMAND, Key::Enter);
    anna.expect_not("Note to myself - Message");
    anna.expect("Sent “Note to myself”");
    anna.pass(4);
    anna.expect("Anna Berg, Note to myself");
}

#[test]
fn leaving_twice_with_an_unsent_message_is_asked_once() {
    let (_server, mut anna) = anna();
    anna.menu("Actions", "New Message…");
    anna.type_into("To:", "ben@example.com");
    anna.close_window();
    anna.close_window();
    anna.expect("Leave, and lose what was written?");
    anna.click("Cancel");
    anna.expect_not("Leave, and lose what was written?");
    anna.expect("Untitled - Message");
}

#[test]
fn an_enter_too_many_does_not_lose_an_unsent_message() {
    let (_server, mut anna) = anna();
    anna.menu("Actions", "New Message…");
    anna.type_into("To:", "ben@example.com");
    anna.close_front();
    anna.expect("Close it, and lose what was written?");
    anna.key(Key::Enter);
    anna.expect_not("Close it, and lose what was written?");
    anna.expect("Untitled - Message");
}

#[test]
fn what_arrives_does_not_come_in_front_of_a_dialog_that_is_filled_in() {
    let server = KmServer::new();
    let (_id, token) = server.enabled("Anna Berg", "anna@example.com");
    let mut anna = User::new(&server, "Anna Berg", "anna@example.com", 1);
    anna.ask_for_digital_id(&token, None);
    anna.click("OK");
    anna.click("Get a Digital ID…");
    anna.exchange();
    assert!(!anna.shows("Security Authority, Reply"));
    anna.click("Cancel");
    anna.pass(4);
    anna.expect("Security Authority, Reply");
}
