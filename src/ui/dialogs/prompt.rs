//! The password prompt.

use egui::Context;

use crate::app::modal::Answer;
use crate::app::prompt::Authorize;
use crate::face::{self, Choice, Dialog, Icon};

/// Asks an administrator for the KM Server password.
pub(super) fn authorize_dialog(
    ctx: &Context,
    number: u64,
    authorize: &mut Authorize,
    is_new: bool,
) -> Option<Answer> {
    let (position, required) = authorize.prompt.position();
    let seats = authorize.prompt.seats();
    let ((), pressed) = Dialog::new(number, "Key Management Server Password")
        .icon(Icon::Lock)
        .default_button(Answer::Accept, "OK", None)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::paragraph(ui, &authorize.prompt.title());
            if 1 < required {
                face::heading(ui, &format!("Password {position} of {required}"));
            }
            face::gap(ui);
            face::form(ui, &["KM Server password:"], |form| {
                let choices = seats.iter().map(|seat| {
                    Choice::new(Some(seat.name.clone()), &seat.label).refused(seat.refused)
                });
                let choices: Vec<_> = choices.collect();
                form.combo("Administrator:", &mut authorize.administrator, &choices);
                let password = form.password("KM Server password:", authorize.password.text());
                if is_new && authorize.administrator.is_some() {
                    password.request_focus();
                }
            });
            let refusal = authorize
                .prompt
                .refusal()
                .map(crate::app::message::Message::text);
            if let Some(problem) = authorize.problem.clone().or(refusal) {
                face::error(ui, &problem);
            }
            if authorize.prompt.offers_to_remember() {
                let words = "Remember this password for up to 5 minutes";
                face::check_box(ui, words, &mut authorize.remember, None);
            }
        });
    pressed
}
