//! The list of messages.

use std::cmp::Ordering;

use crate::client::message::view::{MessageId, MessageKind, MessageRow};
use crate::forms::words;

use super::App;

/// The list of messages, as it is shown.
#[derive(Default)]
pub struct Inbox {
    rows: Vec<MessageRow>,
    selected: Option<MessageId>,
    /// What it is sorted by.
    pub sorted_by: Column,
    /// Whether small comes before large.
    pub is_ascending: bool,
}

/// A column of the list.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Column {
    /// Who it is from.
    From,
    /// Its subject.
    Subject,
    /// When it was written.
    #[default]
    Received,
    /// Whether it is signed or encrypted.
    Security,
}

impl Column {
    /// Every column from left to right, with its title and width in points.
    pub const ALL: [(Self, &'static str, f32); 4] = [
        (Self::From, "From", 190.0),
        (Self::Subject, "Subject", 330.0),
        (Self::Received, "Received", 130.0),
        (Self::Security, "Security", 150.0),
    ];
}

impl Inbox {
    /// How many messages there are.
    pub fn count(&self) -> u64 {
        u64::try_from(self.rows.len()).unwrap_or(u64::MAX)
    }

    /// How many of them were not opened yet.
    pub fn unread(&self) -> usize {
        self.rows.iter().filter(|row| !row.is_seen).count()
    }

    /// The message in a row.
    pub fn row(&self, row: u64) -> Option<&MessageRow> {
        self.rows.get(usize::try_from(row).ok()?)
    }

    /// Where the selected message stands.
    pub fn selected_row(&self) -> Option<u64> {
        let selected = self.selected.as_ref()?;
        let place = self.rows.iter().position(|row| row.id == *selected)?;
        u64::try_from(place).ok()
    }

    /// The place of the column that the list is sorted by.
    pub fn sort_column(&self) -> usize {
        let mut columns = Column::ALL.iter();
        columns
            .position(|(column, ..)| *column == self.sorted_by)
            .unwrap_or_default()
    }

    pub(super) fn select(&mut self, row: u64) {
        self.selected = self.row(row).map(|message| message.id.clone());
    }

    /// Takes over what lies in the Maildir now; the selected message stays selected.
    pub(super) fn refresh(&mut self, rows: Vec<MessageRow>) {
        self.rows = rows;
        self.sort();
    }

    pub(super) fn sort_by(&mut self, column: usize) {
        let Some((column, ..)) = Column::ALL.get(column) else {
            return;
        };
        self.is_ascending = *column == self.sorted_by && !self.is_ascending
            || *column != self.sorted_by && *column != Column::Received;
        self.sorted_by = *column;
        self.sort();
    }

    fn sort(&mut self) {
        let (column, is_ascending) = (self.sorted_by, self.is_ascending);
        self.rows.sort_by(|one, other| {
            let order = match column {
                Column::From => one.from.to_lowercase().cmp(&other.from.to_lowercase()),
                Column::Subject => one
                    .subject
                    .to_lowercase()
                    .cmp(&other.subject.to_lowercase()),
                Column::Received => Ordering::Equal,
                Column::Security => security_words(one.kind).cmp(security_words(other.kind)),
            };
            let order = order.then_with(|| one.date.cmp(&other.date));
            let order = order.then_with(|| one.id.cmp(&other.id));
            if is_ascending { order } else { order.reverse() }
        });
    }
}

/// What the list says of a message's protection.
pub const fn security_words(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Encrypted => "Encrypted",
        MessageKind::Plain => "",
        MessageKind::SecurityReply => "Security Authority",
        MessageKind::Signed => "Signed",
    }
}

/// The cells of a row.
pub fn cells(row: &MessageRow) -> Vec<String> {
    let subject = if row.subject.is_empty() {
        "(no subject)"
    } else {
        &row.subject
    };
    vec![
        row.from.clone(),
        subject.to_owned(),
        words::local(row.date),
        security_words(row.kind).to_owned(),
    ]
}

impl App {
    /// Opens the message in a row: a message in a window of its own, a reply of the Security
    /// Authority with what it asks.
    pub(super) fn open_row(&mut self, row: u64) {
        let Some(message) = self.inbox.row(row) else {
            return;
        };
        let (id, kind) = (message.id.clone(), message.kind);
        self.inbox.select(row);
        match kind {
            MessageKind::SecurityReply => self.open_security_reply(id),
            MessageKind::Encrypted | MessageKind::Plain | MessageKind::Signed => {
                self.open_message(id, kind == MessageKind::Encrypted);
            }
        }
    }

    /// Asks whether to delete the selected message.
    pub(super) fn ask_delete_selected(&mut self) {
        let selected = self
            .inbox
            .selected_row()
            .and_then(|row| self.inbox.row(row));
        let Some(message) = selected else {
            return;
        };
        let (id, subject) = (message.id.clone(), message.subject.clone());
        self.confirm(
            format!("Delete the message “{subject}”? It can not be brought back."),
            "Delete",
            move |app| app.delete(id),
        );
    }

    /// Deletes a message; its window closes.
    pub(super) fn delete(&mut self, id: MessageId) {
        self.close_reading(&id);
        self.post(
            move |client, _| client.delete_message(&id),
            |app, deleted| {
                app.tell_if_failed(deleted);
                app.refresh();
            },
        );
    }
}
