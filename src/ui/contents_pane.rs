//! The contents pane: the find box, and the list of what is in the container.

use egui::{Key, Modifiers, Ui};

use crate::app::command::Command;
use crate::app::console::{COLUMNS, Console, mailbox_cells};
use crate::app::place::{Item, Place};
use crate::face::{self, Column, Icon, List, ListState, Row, Sort, TextField};

use super::panes::Contents;
use super::tree_pane;

/// Paints the contents pane.
pub(super) fn contents_pane(
    ui: &mut Ui,
    console: &mut Console,
    state: &mut Contents,
    commands: &mut Vec<Command>,
) {
    face::caption(
        ui,
        tree_pane::icon(console.place),
        console.title(console.place),
    );
    if console.place.holds_mailboxes() {
        find_box(ui, console, commands);
        mailboxes(ui, console, &mut state.mailboxes, commands);
    } else {
        objects(ui, console, &mut state.objects, commands);
    }
}

fn find_box(ui: &mut Ui, console: &mut Console, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        face::icon(ui, Icon::Find, face::theme::ICON);
        face::label(ui, "Find:");
        let field = TextField::new("Find:", &mut console.find)
            .hint("name, alias or address")
            .width(f32::INFINITY)
            .show(ui);
        if console.wants_find {
            console.wants_find = false;
            field.request_focus();
        }
        let escapes =
            |ui: &Ui| ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        if field.lost_focus() && !console.find.is_empty() && escapes(ui) {
            console.find.clear();
            console.wants_find = true; // Esc took the keyboard away
            commands.push(Command::Found);
        }
        if field.changed() {
            commands.push(Command::Found);
        }
    });
}

fn mailboxes(
    ui: &mut Ui,
    console: &mut Console,
    state: &mut ListState,
    commands: &mut Vec<Command>,
) {
    let columns = COLUMNS.map(|column| Column::new(column.title, column.width));
    let is_deleted = console.place == Place::DeletedMailboxes;
    let icon = if is_deleted {
        Icon::DeletedMailbox
    } else {
        Icon::Mailbox
    };
    let sort = Sort {
        column: console.sorted_by,
        ascending: console.is_ascending(),
    };
    let empty = match (console.is_finding(), is_deleted) {
        (true, _) => "Nobody has this in name, alias or address.",
        (false, true) => "No mailbox was deleted.",
        (false, false) => {
            "There is no mailbox yet. Choose File > New Mailbox, or Tools > Directory Import."
        }
    };
    state.selected = console.selected_row;
    let events = List::new("Recipients", console.mailboxes.total(), &columns)
        .sort(Some(sort))
        .empty(empty)
        .show(ui, state, |index| {
            let row = console.mailboxes.row(index)?;
            let cells = mailbox_cells(row).to_vec();
            Some(Row {
                icon: Some(icon),
                cells,
                weak: is_deleted,
                ..Row::default()
            })
        });
    let opened = events.opened.and_then(|index| console.mailboxes.row(index));
    let opened = opened.map(|row| Command::Open(Item::Mailbox(row.id)));
    console.mailboxes.show(events.visible);
    commands.extend(events.selected.map(Command::Select));
    commands.extend(events.sorted.map(Command::SortBy));
    commands.extend(opened);
}

fn objects(ui: &mut Ui, console: &Console, state: &mut ListState, commands: &mut Vec<Command>) {
    let items = console.objects();
    let columns = [Column::new("Name", 240.0), Column::new("What it is", 320.0)];
    let total = u64::try_from(items.len()).unwrap_or(u64::MAX);
    let at = |index: u64| items.get(usize::try_from(index).ok()?).copied();
    state.selected = console.selected_row;
    let events = List::new("Objects", total, &columns)
        .show(ui, state, |index| Some(object_row(console, at(index)?)));
    commands.extend(events.selected.map(Command::Select));
    commands.extend(events.opened.and_then(at).map(Command::Open));
}

fn object_row(console: &Console, item: Item) -> Row {
    let (icon, name, kind) = match item {
        Item::AuditLog => (Icon::Audit, "Audit Log", "Every act, with who approved it"),
        Item::Ca => (
            Icon::Authority,
            "CA",
            "Certification authority and KM server policies",
        ),
        Item::Mailbox(_) => (Icon::Mailbox, "", "Mailbox"),
        Item::Place(place) => (tree_pane::icon(place), console.title(place), "Container"),
    };
    Row {
        icon: Some(icon),
        cells: vec![name.to_owned(), kind.to_owned()],
        ..Row::default()
    }
}
