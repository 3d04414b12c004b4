//! *Contacts*.

use egui::{Context, Vec2};

use crate::client::app::WindowNumber;
use crate::client::app::command::Command;
use crate::client::app::people::{People, PeopleAct, cells};
use crate::face::{self, Button, ChildWindow, Column, Icon, List, ListState, Row};

/// The size of the window, in points: all columns fit.
const SIZE: Vec2 = Vec2::new(760.0, 380.0);

/// Paints the window.
pub(super) fn people_ui(
    ctx: &Context,
    window: WindowNumber,
    people: &People,
    list: &mut ListState,
    commands: &mut Vec<Command>,
) {
    let (acts, closed) = ChildWindow::new(window, "Contacts", Icon::AddressBook)
        .size(SIZE)
        .show(ctx, |ui| face::padded(ui, |ui| contents(ui, people, list)));
    let acts = acts.into_iter();
    commands.extend(acts.map(|act| Command::PeopleAct(window, act)));
    if closed {
        commands.push(Command::Close(window));
    }
}

fn contents(ui: &mut egui::Ui, people: &People, list: &mut ListState) -> Vec<PeopleAct> {
    let mut acts = Vec::new();
    ui.horizontal(|ui| {
        let refused = people
            .contact()
            .is_none()
            .then_some("Select a person in the list first.");
        let mut button = |title: &str, icon: Icon, act: PeopleAct, refused: Option<&str>| {
            if Button::new(title)
                .icon(icon)
                .refused(refused)
                .show(ui)
                .yes()
            {
                acts.push(act);
            }
        };
        button(
            "View Certificate…",
            Icon::Certificate,
            PeopleAct::View,
            refused,
        );
        button("Remove…", Icon::Delete, PeopleAct::Remove, refused);
        button("Close", Icon::Approved, PeopleAct::Close, None);
    });
    face::gap(ui);
    let columns = [
        Column::new("Name", 140.0),
        Column::new("Address", 200.0),
        Column::new("Where from", 190.0),
        Column::new("State", 170.0),
    ];
    let total = u64::try_from(people.contacts.len()).unwrap_or(u64::MAX);
    list.selected = people.selected;
    let events = List::new("People", total, &columns)
        .empty("Nobody yet. Certificates are fetched when you encrypt, or kept by Add to Contacts in a signed message.")
        .show(ui, list, |row| {
            let contact = people.contacts.get(usize::try_from(row).ok()?)?;
            Some(Row {
                icon: Some(Icon::Certificate),
                cells: cells(contact),
                weak: contact.problem.is_some(),
                ..Row::default()
            })
        });
    acts.extend(events.selected.map(PeopleAct::Select));
    acts.extend(events.opened.map(|_row| PeopleAct::View));
    acts
}
