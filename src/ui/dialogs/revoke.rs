//! Why a mailbox's advanced security is revoked.

use egui::Context;

use crate::app::RevokeForm;
use crate::app::modal::Answer;
use crate::face::{self, Choice, Dialog, Icon};

/// Width of the box.
const WIDTH: f32 = 500.0;

/// Asks for the reason and the date.
pub(super) fn revoke_dialog(ctx: &Context, number: u64, form: &mut RevokeForm) -> Option<Answer> {
    let title = format!("Revoke Advanced Security of {}", form.name);
    let ((), pressed) = Dialog::new(number, &title)
        .icon(Icon::Revoke)
        .width(WIDTH)
        .default_button(Answer::Accept, "Revoke…", None)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::paragraph(
                ui,
                "All certificates of the mailbox enter the revocation list, for ever. The archived keys are kept, so that old mail can still be read.",
            );
            face::gap(ui);
            let reasons = RevokeForm::reasons();
            face::form(ui, &["Not trusted since:"], |rows| {
                let places = reasons.iter().enumerate();
                let choices: Vec<_> = places
                    .map(|(place, words)| Choice::new(place, words))
                    .collect();
                rows.combo("Reason:", &mut form.reason, &choices);
                rows.text("Not trusted since:", &mut form.since);
                rows.note("A day such as 2026-08-31; empty where nobody knows.");
            });
            if let Some(problem) = &form.problem {
                face::error(ui, problem);
            }
        });
    pressed
}
