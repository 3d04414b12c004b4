//! Digital IDs as files, and a new password.

use super::{KmServer, User};

const PASSWORD: &str = "seven copper kettles on the hob";
const OTHER: &str = "nine pewter mugs behind the bar";

fn anna() -> User {
    let server = KmServer::new();
    let (_id, token) = server.enabled("Anna Berg", "anna@example.com");
    let mut anna = User::new(&server, "Anna Berg", "anna@example.com", 1);
    anna.get_digital_id(&token, None, PASSWORD);
    anna.menu("Tools", "Options…");
    anna
}

#[test]
fn a_digital_id_goes_into_a_file_and_comes_back_under_another_name() {
    let mut anna = anna();
    let file = anna.next_file("Anna at home.p12");
    anna.click("Import/Export Digital ID…");
    anna.click("Next…");
    anna.type_password("Password:", OTHER);
    anna.type_password("Confirm:", OTHER);
    anna.click("Export…");
    anna.expect("The password of your Digital ID is needed to export the Digital ID.");
    anna.type_password("Password:", PASSWORD);
    anna.click("OK");
    anna.expect("Whoever has the file and its password can read your mail");
    anna.click("OK");
    assert!(file.exists());

    anna.next_file("Anna at home.p12");
    anna.click("Import/Export Digital ID…");
    anna.click("Import an existing Exchange or S/MIME Digital ID from a file");
    anna.click("Next…");
    anna.type_password("Password of the file:", PASSWORD);
    anna.click("Low: Use this item without asking.");
    anna.click("Import");
    anna.expect("The password is wrong.");
    anna.type_password("Password of the file:", OTHER);
    anna.click("Import");
    anna.expect("The Digital ID was read into the keyset Anna at home.");
    anna.click("OK");
    assert!(anna.rows().iter().any(|row| row.contains("Low")));
}

#[test]
fn a_keysets_password_is_changed_and_a_weak_one_refused() {
    let mut anna = anna();
    anna.click("Change Password…");
    anna.type_password("Current password:", PASSWORD);
    anna.type_password("New password:", "secret");
    anna.type_password("Confirm:", "secret");
    anna.click("OK");
    anna.expect("The password is too easy to guess.");
    anna.type_password("New password:", OTHER);
    anna.type_password("Confirm:", OTHER);
    anna.click("OK");
    anna.expect("The password of the keyset was changed.");
    anna.click("OK");
    anna.close_front();
    anna.menu("Tools", "Log Off Advanced Security");
    anna.menu("Tools", "Log On to Advanced Security…");
    anna.type_password("Password:", PASSWORD);
    anna.click("OK");
    anna.expect("The password is wrong.");
    anna.type_password("Password:", OTHER);
    anna.click("OK");
    anna.expect("Logged on: ");
}
