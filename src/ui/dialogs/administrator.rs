//! A new administrator, and a new password.

use egui::Context;

use crate::app::modal::Answer;
use crate::app::{NewAdministrator, NewPassword};
use crate::face::{self, Choice, ChosenDid, Dialog, Icon};

/// Width of these boxes.
const WIDTH: f32 = 480.0;

/// A new administrator.
pub(super) fn new_administrator_dialog(
    ctx: &Context,
    number: u64,
    form: &mut NewAdministrator,
) -> Option<Answer> {
    let (did, pressed) = Dialog::new(number, "Add Administrator")
        .icon(Icon::Administrator)
        .width(WIDTH)
        .default_button(Answer::Accept, "Add…", None)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::paragraph(
                ui,
                "The new administrator types the password himself. Everybody else looks away.",
            );
            face::gap(ui);
            face::form(ui, &[], |rows| rows.text("Administrator:", &mut form.name));
            let did = face::chosen_password(ui, ["Password:", "Verify:"], &mut form.chosen);
            if let Some(problem) = &form.problem {
                face::error(ui, problem);
            }
            did
        });
    pressed.or_else(|| answer(did))
}

/// An administrator's new password.
pub(super) fn new_password_dialog(
    ctx: &Context,
    number: u64,
    form: &mut NewPassword,
) -> Option<Answer> {
    let (did, pressed) = Dialog::new(number, "Change My KM Server Password")
        .icon(Icon::Lock)
        .width(WIDTH)
        .default_button(Answer::Accept, "OK", None)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::form(ui, &[], |rows| {
                let choices = form
                    .names
                    .iter()
                    .map(|name| Choice::new(Some(name.clone()), name.as_str()));
                let choices: Vec<_> = choices.collect();
                rows.combo("Administrator:", &mut form.administrator, &choices);
                rows.password("Current password:", form.current.text());
            });
            let did = face::chosen_password(ui, ["New password:", "Verify:"], &mut form.chosen);
            if let Some(problem) = &form.problem {
                face::error(ui, problem);
            }
            did
        });
    pressed.or_else(|| answer(did))
}

fn answer(did: ChosenDid) -> Option<Answer> {
    match did {
        ChosenDid::Nothing => None,
        ChosenDid::Suggest => Some(Answer::Suggest),
        ChosenDid::Typed => Some(Answer::Typed),
    }
}
