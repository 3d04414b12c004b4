//! A message being written.

use egui::{Context, Key, Ui, Vec2};

use crate::client::app::WindowNumber;
use crate::client::app::command::Command;
use crate::client::app::compose::{Compose, ComposeAct};
use crate::face::{self, Button, ChildWindow, Icon, TextField};

/// The size of the window, in points.
const SIZE: Vec2 = Vec2::new(660.0, 500.0);

/// Paints the window.
pub(super) fn compose_ui(
    ctx: &Context,
    window: WindowNumber,
    draft: &mut Compose,
    commands: &mut Vec<Command>,
) {
    let title = draft.title();
    let (acts, closed) = ChildWindow::new(window, &title, Icon::Compose)
        .size(SIZE)
        .show(ctx, |ui| {
            face::padded(ui, |ui| {
                let mut acts = Vec::new();
                tools(ui, draft, &mut acts);
                fields(ui, window, draft, &mut acts);
                if let Some(problem) = &draft.problem {
                    face::error(ui, problem);
                }
                files(ui, draft, &mut acts);
                face::gap(ui);
                if draft.is_answer() {
                    face::take_keyboard(ui, ("compose", window));
                }
                face::text_area(ui, "Message text", &mut draft.text);
                acts
            })
        });
    let acts = acts.into_iter();
    commands.extend(acts.map(|act| Command::ComposeAct(window, act)));
    if closed {
        commands.push(Command::Close(window));
    }
}

fn tools(ui: &mut Ui, draft: &mut Compose, acts: &mut Vec<ComposeAct>) {
    ui.horizontal(|ui| {
        let send = Button::new("Send").icon(Icon::Send).tip("Ctrl+Enter");
        if send.show(ui).yes() || face::ctrl_pressed(ui, Key::Enter) {
            acts.push(ComposeAct::Send);
        }
        if Button::new("Attach File…")
            .icon(Icon::Attachment)
            .show(ui)
            .yes()
        {
            acts.push(ComposeAct::Attach);
        }
        face::icon(ui, Icon::SignedMail, face::theme::ICON);
        face::check_box(ui, "Digitally sign", &mut draft.sign, None);
        face::icon(ui, Icon::Lock, face::theme::ICON);
        face::check_box(ui, "Encrypt", &mut draft.encrypt, None);
    });
    face::gap(ui);
}

fn fields(ui: &mut Ui, window: WindowNumber, draft: &mut Compose, acts: &mut Vec<ComposeAct>) {
    face::form(ui, &["Subject:"], |form| {
        if !draft.is_answer() {
            face::take_keyboard(form.ui(), ("compose", window));
        }
        let mut field = |label: &'static str, text: &mut String, hint: &'static str| {
            let typed = form.row(label, |ui| {
                TextField::new(label, text)
                    .hint(hint)
                    .width(f32::INFINITY)
                    .show(ui)
            });
            if typed.changed() {
                acts.push(ComposeAct::Typed);
            }
        };
        field("To:", &mut draft.to, "addresses, separated by commas");
        field("Cc:", &mut draft.cc, "");
        field("Subject:", &mut draft.subject, "");
    });
}

fn files(ui: &mut Ui, draft: &Compose, acts: &mut Vec<ComposeAct>) {
    if draft.files.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        for (place, (name, octets)) in draft.files.iter().enumerate() {
            let title = format!("Remove {name} ({} KB)", octets.len().div_ceil(1000));
            if Button::new(&title).icon(Icon::Attachment).show(ui).yes() {
                acts.push(ComposeAct::Detach(place));
            }
        }
    });
}
