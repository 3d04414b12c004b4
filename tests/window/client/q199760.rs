//! Q199760, "Prompt for Password When Re-enrolling in Advanced Security": a keyset of the level High
//! asks for its password, gives up without one, and a new keyset name is the way out.

use super::{KmServer, User};

const PASSWORD: &str = "seven copper kettles on the hob";
const OTHER: &str = "nine pewter mugs behind the bar";

/// Anna with a keyset of the level High, and a new temporary key after a recovery.
fn anna_recovered() -> (KmServer, User, String) {
    let server = KmServer::new();
    let (id, token) = server.enabled("Anna Berg", "anna@example.com");
    let mut anna = User::new(&server, "Anna Berg", "anna@example.com", 1);
    anna.get_digital_id(&token, None, PASSWORD);
    let token = server.recover(id);
    (server, anna, token)
}

/// The token was sent for the default keyset, and the reply is here.
fn ask_again(anna: &mut User, token: &str, keyset: Option<&str>) {
    anna.ask_for_digital_id(token, keyset);
    anna.expect("A message has been sent to the Key Management Server.");
    anna.click("OK");
    anna.close_front();
    anna.exchange();
    anna.exchange(); // after a recovery the keys are asked for in a second message
}

#[test]
fn re_enrolling_into_a_high_keyset_asks_for_its_password() {
    let (_server, mut anna, token) = anna_recovered();
    ask_again(&mut anna, &token, None);
    anna.double_click("Security Authority, Reply");
    anna.expect("Password for:");
    anna.expect("The password of your Digital ID is needed to set up advanced security again.");
    anna.type_password("Password:", "not the right password");
    anna.click("OK");
    anna.expect("The password is wrong.");
    anna.type_password("Password:", PASSWORD);
    anna.click("OK");
    anna.expect("The keys were stored in the keyset");
    anna.click("OK");
    anna.exchange();
    anna.expect("Your Digital ID is ready");
}

#[test]
fn without_the_password_nothing_is_re_enrolled_and_nothing_is_lost() {
    let (server, mut anna, token) = anna_recovered();
    let before = std::fs::read_dir(anna.home().join("keysets"))
        .unwrap()
        .count();
    ask_again(&mut anna, &token, None);
    anna.double_click("Security Authority, Reply");
    anna.click("Cancel");
    anna.expect("Advanced security was not set up. Nothing was changed");
    anna.click("OK");
    let after = std::fs::read_dir(anna.home().join("keysets"))
        .unwrap()
        .count();
    assert_eq!(before, after);
    // The old keyset opens as before.
    anna.menu("Tools", "Log Off Advanced Security");
    anna.menu("Tools", "Log On to Advanced Security…");
    anna.type_password("Password:", PASSWORD);
    anna.click("OK");
    anna.expect("Logged on: ");
    // The temporary key is still good: under a new name everything goes well.
    ask_again(&mut anna, &token, Some("Anna's new keyset"));
    anna.double_click("Security Authority, Reply");
    anna.expect("Create new password for this item");
    drop(server);
}

#[test]
fn a_new_keyset_name_is_the_way_out_and_has_every_old_key() {
    let (_server, mut anna, token) = anna_recovered();
    ask_again(&mut anna, &token, Some("Anna's new keyset"));
    anna.double_click("Security Authority, Reply");
    anna.expect("Security level");
    anna.expect("Create new password for this item");
    anna.expect("Password for:");
    anna.expect("Anna's new keyset");
    anna.type_password("Password:", OTHER);
    anna.type_password("Confirm:", OTHER);
    anna.click("Finish");
    anna.expect("The keys were stored in the keyset Anna's new keyset");
    anna.click("OK");
    anna.exchange();
    anna.expect("Your Digital ID is ready");
    anna.click("OK");
    anna.menu("Tools", "Options…");
    assert_eq!(
        anna.rows()
            .iter()
            .filter(|row| row.contains("High"))
            .count(),
        2
    );
    anna.expect("Anna's new keyset (in use)");
}
