//! Two users from their temporary keys on: signed and encrypted mail, a lost keyset, recovery.

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::{KmServer, User};

const PASSWORD: &str = "seven copper kettles on the hob";
const OTHER: &str = "nine pewter mugs behind the bar";

fn write(user: &mut User, to: &str, subject: &str, text: &str) {
    user.menu("Actions", "New Message…");
    user.type_into("To:", to);
    user.type_into("Subject:", subject);
    let role = Role::MultilineTextInput;
    user.harness
        .get_by_role_and_label(role, "Message text")
        .focus();
    user.run();
    user.harness
        .get_by_role_and_label(role, "Message text")
        .type_text(text);
    user.run();
}

#[test]
fn mail_is_signed_encrypted_read_and_after_a_lost_keyset_read_again() {
    let server = KmServer::new();
    let (anna_id, token) = server.enabled("Anna Berg", "anna@example.com");
    let mut anna = User::new(&server, "Anna Berg", "anna@example.com", 1);
    anna.get_digital_id(&token, None, PASSWORD);
    let (_ben, token) = server.enabled("Ben Bell", "ben@example.com");
    let mut ben = User::new(&server, "Ben Bell", "ben@example.com", 2);
    ben.get_digital_id(&token, None, OTHER);
    server.work();

    write(&mut ben, "anna@example.com", "The plan", "Meet me at nine.");
    ben.click("Digitally sign");
    ben.click("Encrypt");
    ben.click("Send");
    ben.expect("The password of your Digital ID is needed to sign the message.");
    ben.type_password("Password:", OTHER);
    ben.click("OK");
    ben.expect_not("Message text");

    anna.pass(4);
    anna.double_click("Ben Bell");
    anna.type_password("Password:", PASSWORD);
    anna.click("OK");
    assert_eq!(anna.message_text(), "Meet me at nine.\n");
    anna.click("Details…");
    anna.expect("Signature: ");
    anna.key(egui::Key::Escape);

    // The keyset is gone; the help desk recovers the keys.
    let token = server.recover(anna_id);
    let mut anna = User::new(&server, "Anna Berg", "anna@example.com", 3);
    anna.pass(4);
    anna.double_click("Ben Bell");
    assert!(
        anna.message_text()
            .contains("ask your administrator to recover it")
    );
    anna.close_front();
    anna.ask_for_digital_id(&token, None);
    anna.click("OK");
    anna.close_front();
    anna.exchange();
    anna.exchange();
    anna.double_click("Security Authority, Reply");
    anna.click("Low: Use this item without asking.");
    anna.click("Finish");
    anna.click("OK");
    anna.exchange();
    anna.click("OK");
    anna.double_click("Ben Bell");
    assert_eq!(anna.message_text(), "Meet me at nine.\n");
}
