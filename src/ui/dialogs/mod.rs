//! The dialogs on the stack, the one in front last.

mod administrator;
mod hand_over;
mod prompt;
mod review;
mod revoke;
mod simple;

use egui::Context;

use crate::app::App;
use crate::app::command::Command;
use crate::app::modal::Modal;
use crate::face;

use super::panes::Panes;

/// The keyboard goes back to where it was before work began, once the work is done. Called before
/// anything is painted, so that a sheet which the work has opened gets the keyboard instead.
pub(super) fn end_busy(ctx: &Context, app: &App, panes: &mut Panes) {
    let is_open = |number: u64| app.modals.iter().any(|layer| layer.number == number);
    if let Some(done) = panes.busy.take_if(|number| !is_open(*number)) {
        face::dialog_is_gone(ctx, done);
    }
}

/// Paints every dialog; only the one in front can be answered.
pub(super) fn dialogs_ui(
    ctx: &Context,
    app: &mut App,
    panes: &mut Panes,
    commands: &mut Vec<Command>,
) {
    let front = app.modals.len().saturating_sub(1);
    for (place, layer) in app.modals.iter_mut().enumerate() {
        let number = layer.number;
        let answer = match &mut layer.modal {
            Modal::Authorize(authorize) => {
                prompt::authorize_dialog(ctx, number, authorize, panes.is_new_prompt(number))
            }
            Modal::Busy(busy) => {
                panes.busy = Some(number);
                simple::busy_dialog(ctx, number, busy)
            }
            Modal::Certificate(shown) => review::certificate_dialog(ctx, number, shown),
            Modal::Confirm(confirm) => simple::confirm_dialog(ctx, number, confirm),
            Modal::Enable(form) => hand_over::enable_dialog(ctx, number, form),
            Modal::HandedOver(once) => hand_over::one_time_dialog(ctx, number, once),
            Modal::ImportReview(review) => {
                review::import_dialog(ctx, number, review, panes.of_dialog(number))
            }
            Modal::Message(message) => simple::message_dialog(ctx, number, message),
            Modal::NewAdministrator(form) => {
                administrator::new_administrator_dialog(ctx, number, form)
            }
            Modal::NewPassword(form) => administrator::new_password_dialog(ctx, number, form),
            Modal::Path(form) => simple::path_dialog(ctx, number, form),
            Modal::Recover(form) => hand_over::recover_dialog(ctx, number, form),
            Modal::Revoke(form) => revoke::revoke_dialog(ctx, number, form),
            Modal::TrustReview(review) => {
                review::trust_dialog(ctx, number, review, panes.of_dialog(number))
            }
        };
        if place == front {
            commands.extend(answer.map(Command::Answer));
        }
    }
}
