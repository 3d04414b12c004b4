//! What is asked for twice before it is answered, as by a nervous hand, happens once.

use kmadmin::app::command::Command;
use kmadmin::app::message::Message;
use kmadmin::app::place::Item;
use kmadmin::app::sheet::SheetAct;

use crate::desktop::{Desktop, add_person};

#[test]
fn ca_opened_twice_asks_once() {
    let mut desktop = Desktop::open(1, &[], &[]);
    let app = &mut desktop.harness.state_mut().app;
    app.dispatch(Command::Open(Item::Ca));
    app.dispatch(Command::Open(Item::Ca));
    desktop.run();
    assert_eq!(desktop.harness.state().app.modals.len(), 1);
}

#[test]
fn a_mailbox_opened_twice_has_one_sheet() {
    let mut desktop = Desktop::open(1, &[], &[]);
    let id = add_person(&mut desktop.other_program(), "Anna Berg");
    let app = &mut desktop.harness.state_mut().app;
    app.dispatch(Command::Open(Item::Mailbox(id)));
    app.dispatch(Command::Open(Item::Mailbox(id)));
    desktop.run();
    let console = desktop.harness.state().app.console().unwrap();
    assert_eq!(console.sheets.len(), 1);
}

#[test]
fn a_new_mailbox_stored_twice_is_made_once_and_nothing_is_refused() {
    let mut desktop = Desktop::open(1, &[], &[]);
    desktop
        .harness
        .state_mut()
        .app
        .dispatch(Command::NewMailbox);
    desktop.run();
    desktop.type_into("Display name:", "Anna Berg");
    desktop.type_into("Alias:", "anna");
    desktop.type_into("SMTP address:", "anna@example.com");
    let rows = desktop.audit().len();
    let app = &mut desktop.harness.state_mut().app;
    let id = app.console().unwrap().sheets[0].id;
    app.dispatch(Command::Sheet(id, SheetAct::Ok));
    app.dispatch(Command::Sheet(id, SheetAct::Ok));
    desktop.run();
    desktop.expect("1 Recipient(s)");
    assert_eq!(desktop.audit().len(), rows + 1);
    assert!(desktop.harness.state().app.modals.is_empty());
}

#[test]
fn the_same_message_is_not_stacked() {
    let mut desktop = Desktop::open(1, &[], &[]);
    let app = &mut desktop.harness.state_mut().app;
    for _ in 0..3 {
        app.tell(None, Message::error("The disk is full.", ""));
    }
    assert_eq!(app.modals.len(), 1);
}
