//! The start screen: the startup password, wrong ones, and the pause after them.

use kmadmin::app::Stage;

use crate::desktop::Desktop;
use crate::support::World;

pub fn at_start() -> (Desktop, String) {
    let World {
        engine,
        clock,
        startup,
        folder,
    } = World::new(1);
    drop(engine);
    (Desktop::at(folder, clock, None), startup)
}

#[test]
fn the_right_startup_password_opens_the_main_window() {
    let (mut desktop, startup) = at_start();
    desktop.type_password("Startup password:", &startup);
    desktop.click("OK");
    desktop.expect("0 Recipient(s)");
}

#[test]
fn a_wrong_startup_password_opens_nothing_and_is_said_in_plain_words() {
    let (mut desktop, _startup) = at_start();
    desktop.type_password("Startup password:", "ABCDEFGHIJKLMNO");
    desktop.click("OK");
    desktop.expect("The startup password is incorrect. Nothing was opened.");
    assert!(matches!(desktop.harness.state().app.stage, Stage::Start(_)));
}

#[test]
fn the_pause_after_wrong_ones_counts_down_and_ends() {
    let (mut desktop, startup) = at_start();
    for _ in 0..8 {
        desktop.type_password("Startup password:", "ABCDEFGHIJKLMNO");
        if desktop.refusal("OK").is_some() {
            break;
        }
        desktop.click("OK");
    }
    desktop.expect("before the next try.");
    assert!(desktop.refusal("OK").is_some());
    desktop.advance(60);
    desktop.expect_not("before the next try.");
    desktop.type_password("Startup password:", &startup);
    desktop.click("OK");
    desktop.expect("0 Recipient(s)");
}

#[test]
fn after_a_refusal_the_password_field_has_the_keyboard_again() {
    let (mut desktop, startup) = at_start();
    desktop.type_password("Startup password:", "ABCDEFGHIJKLMNO");
    desktop.key(egui::Key::Enter);
    desktop.expect("The startup password is incorrect.");
    for letter in startup.chars() {
        desktop.harness.event(egui::Event::Text(letter.to_string()));
        desktop.run();
    }
    desktop.key(egui::Key::Enter);
    desktop.expect("0 Recipient(s)");
}
