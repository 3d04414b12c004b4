//! The list of messages.

use egui::Ui;

use crate::client::app::App;
use crate::client::app::command::Command;
use crate::client::app::inbox::{Column, cells};
use crate::client::message::view::{MessageKind, MessageRow};
use crate::face::{self, Icon, List, ListState, Row, Sort};

/// Paints the list.
pub(super) fn inbox_ui(ui: &mut Ui, app: &App, state: &mut ListState, commands: &mut Vec<Command>) {
    face::caption(ui, Icon::Mailbox, &caption(app));
    let columns = Column::ALL.map(|(_, title, width)| face::Column::new(title, width));
    let sort = Sort {
        column: app.inbox.sort_column(),
        ascending: app.inbox.is_ascending,
    };
    state.selected = app.inbox.selected_row();
    let events = List::new("Messages", app.inbox.count(), &columns)
        .sort(Some(sort))
        .empty("There is no message. New ones appear here by themselves.")
        .show(ui, state, |row| {
            let message = app.inbox.row(row)?;
            Some(Row {
                icon: Some(icon(message)),
                cells: cells(message),
                strong: !message.is_seen,
                weak: false,
            })
        });
    if app.modals.is_empty() && app.windows.is_empty() {
        face::rest_keyboard(&events.response);
    }
    commands.extend(events.selected.map(Command::Select));
    commands.extend(events.sorted.map(Command::SortBy));
    commands.extend(events.opened.map(Command::OpenRow));
}

fn caption(app: &App) -> String {
    if app.owner.is_empty() {
        return "Inbox".to_owned();
    }
    format!("Inbox - {}", app.owner)
}

fn icon(message: &MessageRow) -> Icon {
    match (message.kind, message.is_seen) {
        (MessageKind::Encrypted, _) => Icon::EncryptedMail,
        (MessageKind::Plain, false) => Icon::NewMail,
        (MessageKind::Plain, true) => Icon::ReadMail,
        (MessageKind::SecurityReply, _) => Icon::SecurityReply,
        (MessageKind::Signed, _) => Icon::SignedMail,
    }
}
