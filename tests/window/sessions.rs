//! How long an administrator's password keeps open what it opened.

use crate::desktop::{Desktop, add_person};

const MINUTE: i64 = 60;

#[test]
fn an_act_in_the_ca_object_keeps_its_sheet_open() {
    let mut desktop = Desktop::open(1, &[], &[]);
    desktop.open_ca("Ada");
    desktop.click("Passwords");
    desktop.advance(10 * MINUTE);
    desktop.click("Share Anew…");
    desktop.click("Share Anew");
    desktop.answer("Ada");
    desktop.expect("All secrets were shared anew.");
    desktop.click("OK");
    desktop.advance(10 * MINUTE);
    desktop.expect("CA Properties");
    desktop.advance(5 * MINUTE);
    desktop.expect_not("CA Properties");
    desktop.expect("nothing was done in it for 15 minutes");
}

#[test]
fn a_page_that_a_remembered_password_opened_locks_again_with_it() {
    let mut desktop = Desktop::open(1, &[], &[]);
    add_person(&mut desktop.other_program(), "Anna Berg");
    desktop.key(egui::Key::F5);
    desktop.select("Anna Berg");
    desktop.menu("File", "Properties");
    desktop.click("Security");
    desktop.click("Connect…");
    desktop.click("Remember this password for up to 5 minutes");
    desktop.answer("Ada");
    desktop.expect("Enable Advanced Security…");
    desktop.advance(5 * MINUTE);
    desktop.expect_not("Enable Advanced Security…");
    desktop.click("Connect…");
    desktop.click("Remember this password for up to 5 minutes");
    desktop.answer("Ada");
    desktop.click("Forget Remembered Password");
    desktop.expect("Connect…");
}
