//! The set-up wizard: all the way, and left halfway.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use kmadmin::app::Stage;

use crate::desktop::Desktop;
use crate::support::{Folder, StillClock, password_text};

pub fn at_startup_page() -> Desktop {
    let mut desktop = Desktop::at(Folder::new(), StillClock::new(), None);
    desktop.type_into("Organization:", "Example");
    desktop.type_into("Site:", "Basel");
    desktop.type_into("KM server name:", "KM-ONE");
    desktop.click("Next >");
    desktop.type_into("Administrator:", "Ada");
    desktop.type_password("Password:", &password_text("Ada"));
    desktop.type_password("Verify:", &password_text("Ada"));
    desktop.expect("Strength: strong");
    desktop.click("Next >");
    desktop.choose("Key:", "Elliptic curve P-256");
    desktop.click("Next >");
    desktop.expect(
        "Display this password once. I will write it down and enter it manually on startup.",
    );
    desktop
}

#[test]
fn the_wizard_leads_to_the_main_window() {
    let mut desktop = at_startup_page();
    desktop.click("Make Keys");
    desktop.expect("Startup password, shown on the screen only");
    desktop.expect("Sealed-envelope password, shown on the screen only");
    desktop.click("Finish");
    desktop.expect("Write down what is shown first");
    desktop.click("I have written it down");
    desktop.click("Finish");
    desktop.expect("0 Recipient(s)");
    desktop.expect("KM server KM-ONE");
    let console = desktop.harness.state().app.console().unwrap();
    let (data, names) = (desktop.folder.data(), &console.names);
    for open_to_others in [&names.post_office, &names.publish_folder] {
        assert!(!open_to_others.starts_with(&data), "{open_to_others:?}");
    }
}

#[test]
fn the_startup_password_can_be_saved_and_opens_the_server() {
    let mut desktop = at_startup_page();
    desktop.click("Save this password to a file that I alone can read.");
    desktop.click("Make Keys");
    desktop.expect_not("Startup password, shown");
    desktop.click("I have written it down");
    let path = desktop.next_file("startup.txt");
    desktop.click("Finish");
    desktop.expect("0 Recipient(s)");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    desktop.startup = fs::read_to_string(path).unwrap().trim().to_owned();
    assert_eq!(desktop.other_program().administrators().unwrap().len(), 2);
}

#[test]
fn a_startup_password_that_opens_nothing_is_not_left_in_a_file() {
    let mut desktop = at_startup_page();
    desktop.click("Save this password to a file that I alone can read.");
    desktop.click("Make Keys");
    desktop.click("I have written it down");
    let path = desktop.next_file("startup.txt");
    for entry in fs::read_dir(desktop.folder.path()).unwrap() {
        fs::remove_dir_all(entry.unwrap().path()).unwrap(); // what was made, gone behind its back
    }
    desktop.click("Finish");
    assert!(matches!(desktop.harness.state().app.stage, Stage::SetUp(_)));
    assert!(!path.exists());
}

#[test]
fn a_wizard_left_halfway_leaves_nothing_behind() {
    let mut desktop = at_startup_page();
    desktop.click("Make Keys");
    desktop.expect("The keys are made");
    desktop.click("Cancel");
    desktop.click("Leave");
    assert!(desktop.harness.state().app.wants_exit);
    desktop.harness.state_mut().app.on_exit();
    assert!(!desktop.folder.data().exists());
}

#[test]
fn quitting_with_the_keys_made_leaves_nothing_behind() {
    let mut desktop = at_startup_page();
    desktop.click("Make Keys");
    desktop.harness.state_mut().app.on_exit();
    assert!(!desktop.folder.data().exists());
}

#[test]
fn each_page_says_what_is_wrong_with_it() {
    let mut desktop = Desktop::at(Folder::new(), StillClock::new(), None);
    desktop.click("Next >");
    desktop.expect("Organization: nothing is given.");
    desktop.type_into("Organization:", "Example");
    desktop.type_into("Site:", "Basel");
    desktop.type_into("KM server name:", "KM-ONE");
    desktop.click("Next >");
    desktop.type_into("Administrator:", "Ada");
    desktop.type_password("Password:", "password");
    desktop.type_password("Verify:", "password");
    desktop.click("Next >");
    desktop.expect("too easy to guess");
    desktop.type_password("Verify:", "Password");
    desktop.click("Next >");
    desktop.expect("The two passwords are not the same.");
    desktop.click("Suggest");
    desktop.expect("Suggested password, shown on the screen only");
    desktop.click("Next >");
    desktop.expect("Publish address:");
    assert!(matches!(desktop.harness.state().app.stage, Stage::SetUp(_)));
}
