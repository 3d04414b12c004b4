//! An opened message.

use egui::{Context, Ui, Vec2};

use crate::client::app::WindowNumber;
use crate::client::app::command::Command;
use crate::client::app::reading::{Reading, ReadingAct};
use crate::client::message::verdict::Mark;
use crate::face::{self, Button, ChildWindow, Icon};

/// The size of the window, in points: 80 characters and the header.
const SIZE: Vec2 = Vec2::new(660.0, 500.0);

/// Paints the window.
pub(super) fn reading_ui(
    ctx: &Context,
    window: WindowNumber,
    reading: &Reading,
    commands: &mut Vec<Command>,
) {
    let title = reading.title();
    let icon = if reading.opened.verdict.encrypted {
        Icon::EncryptedMail
    } else {
        Icon::ReadMail
    };
    let (acts, closed) = ChildWindow::new(window, &title, icon)
        .size(SIZE)
        .show(ctx, |ui| {
            face::padded(ui, |ui| {
                let mut acts = Vec::new();
                tools(ui, reading, &mut acts);
                header(ui, reading);
                verdict_bar(ui, reading, &mut acts);
                files(ui, reading, &mut acts);
                face::gap(ui);
                face::take_keyboard(ui, ("reading", window)); // the arrows and Page Down read on
                face::text_view(ui, "Message text", &reading.text());
                acts
            })
        });
    let acts = acts.into_iter();
    commands.extend(acts.map(|act| Command::ReadingAct(window, act)));
    if closed {
        commands.push(Command::Close(window));
    }
}

fn tools(ui: &mut Ui, reading: &Reading, acts: &mut Vec<ReadingAct>) {
    ui.horizontal(|ui| {
        let mut tool = |title: &str, icon: Icon, act: ReadingAct, refused: Option<&str>| {
            if Button::new(title)
                .icon(icon)
                .refused(refused)
                .show(ui)
                .yes()
            {
                acts.push(act);
            }
        };
        tool("Reply", Icon::Reply, ReadingAct::Reply, None);
        tool("Delete…", Icon::Delete, ReadingAct::Delete, None);
        tool(
            "Add to Contacts",
            Icon::AddressBook,
            ReadingAct::AddToContacts,
            reading.contact_refusal(),
        );
    });
    face::gap(ui);
}

fn header(ui: &mut Ui, reading: &Reading) {
    face::form(ui, &["Subject:"], |form| {
        for (label, text) in reading.header() {
            form.value(label, &text);
        }
    });
    face::gap(ui);
}

/// What there is to say of the message, in one sentence.
fn verdict_bar(ui: &mut Ui, reading: &Reading, acts: &mut Vec<ReadingAct>) {
    let verdict = &reading.opened.verdict;
    ui.horizontal(|ui| {
        face::icon(ui, mark_icon(verdict.mark), face::theme::ICON);
        let is_plain = !verdict.signed && !verdict.encrypted;
        if !is_plain && Button::new("Details…").show(ui).yes() {
            acts.push(ReadingAct::Details);
        }
        face::paragraph(ui, &verdict.summary);
    });
}

fn files(ui: &mut Ui, reading: &Reading, acts: &mut Vec<ReadingAct>) {
    if reading.opened.files.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        for (place, file) in reading.opened.files.iter().enumerate() {
            let title = format!("Save {}…", file.name);
            if Button::new(&title).icon(Icon::Attachment).show(ui).yes() {
                acts.push(ReadingAct::Save(place));
            }
        }
    });
}

/// The picture of a mark.
pub(super) fn mark_icon(mark: Mark) -> Icon {
    match mark {
        Mark::Bad => Icon::Error,
        Mark::Good => Icon::Approved,
        Mark::None => Icon::Information,
        Mark::Warning => Icon::Warning,
    }
}
