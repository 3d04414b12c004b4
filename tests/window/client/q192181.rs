//! Q192181, "Renewing User Certificates in Key Management Server": the question from month 12 on,
//! word for word, and what follows from yes, no, and letting the certificates expire.

use super::{KmServer, User};

const PASSWORD: &str = "seven copper kettles on the hob";

const QUESTION: &str = "Your security certificates are approaching expiration.\n\
    Do you want to send a certificate update request to the\n\
    Key Management Server?";

fn anna() -> (KmServer, User) {
    let server = KmServer::new();
    let (_id, token) = server.enabled("Anna Berg", "anna@example.com");
    let mut anna = User::new(&server, "Anna Berg", "anna@example.com", 1);
    anna.get_digital_id(&token, None, PASSWORD);
    (server, anna)
}

fn log_on(anna: User, seed: u64) -> User {
    let mut anna = anna.reopen(seed);
    anna.menu("Tools", "Log On to Advanced Security…");
    anna.type_password("Password:", PASSWORD);
    anna.click("OK");
    anna
}

#[test]
fn before_month_12_nothing_is_asked() {
    let (server, anna) = anna();
    server.months(11);
    let anna = log_on(anna, 2);
    anna.expect("Logged on: ");
    anna.expect_not("approaching expiration");
}

#[test]
fn yes_sends_the_request_and_the_reply_comes_by_mail_for_another_18_months() {
    let (server, anna) = anna();
    server.months(12);
    let mut anna = log_on(anna, 2);
    anna.expect(QUESTION);
    anna.click("Yes");
    anna.type_password("Password:", PASSWORD);
    anna.click("OK");
    anna.expect("A certificate update request has been sent to the Key Management Server.");
    anna.click("OK");
    anna.exchange();
    anna.double_click("Security Authority, Reply");
    anna.type_password("Password:", PASSWORD);
    anna.click("OK");
    anna.click("OK");
    anna.exchange();
    anna.expect("are good for another 18 months");
    anna.click("OK");
    let rows = server.with(|world| world.engine.audit("", None, 100).unwrap());
    let renewal = rows.iter().find(|row| row.act.contains("Renew")).unwrap();
    assert!(
        renewal.approvals.is_empty(),
        "no administrator was involved"
    );
    server.months(11);
    let anna = log_on(anna, 3);
    anna.expect_not("approaching expiration");
}

#[test]
fn no_is_asked_again_at_the_next_log_on() {
    let (server, anna) = anna();
    server.months(13);
    let mut anna = log_on(anna, 2);
    anna.expect(QUESTION);
    anna.click("No");
    anna.expect_not("approaching expiration");
    let anna = log_on(anna, 3);
    anna.expect(QUESTION);
}

#[test]
fn expired_certificates_are_not_renewed_and_the_user_is_told_to_be_enrolled_again() {
    let (server, anna) = anna();
    server.months(19);
    let anna = log_on(anna, 2);
    anna.expect("Your security certificates have expired.");
    anna.expect_not("Do you want to send");
    drop(server);
}
