//! The dialogs on the stack, the one in front last.

mod digital_id;
mod simple;
mod transfer;
mod verdict;

use egui::Context;

use crate::client::app::App;
use crate::client::app::command::Command;
use crate::client::app::modal::{Answer, Layer, Modal};
use crate::face::{self, ChosenDid};

/// The keyboard goes back to where it was before work began, once the work is done. Called before
/// anything is painted.
pub(super) fn end_busy(ctx: &Context, app: &App, busy: &mut Option<u64>) {
    let is_open = |number: u64| app.modals.iter().any(|layer| layer.number == number);
    if let Some(done) = busy.take_if(|number| !is_open(*number)) {
        face::dialog_is_gone(ctx, done);
    }
}

/// Paints every dialog; only the one in front can be answered. `busy` is the number of one that
/// goes away by itself.
pub(super) fn dialogs_ui(
    ctx: &Context,
    app: &mut App,
    busy: &mut Option<u64>,
    commands: &mut Vec<Command>,
) {
    let front = app.modals.len().saturating_sub(1);
    for (place, layer) in app.modals.iter_mut().enumerate() {
        if matches!(layer.modal, Modal::Busy(_)) {
            *busy = Some(layer.number);
        }
        let answer = dialog_ui(ctx, layer);
        if place == front {
            commands.extend(answer.map(Command::Answer));
        }
    }
}

fn dialog_ui(ctx: &Context, layer: &mut Layer) -> Option<Answer> {
    let number = layer.number;
    match &mut layer.modal {
        Modal::Account(form) => simple::account_dialog(ctx, number, form),
        Modal::Busy(busy) => simple::busy_dialog(ctx, number, busy),
        Modal::Certificate(shown) => verdict::certificate_dialog(ctx, number, shown),
        Modal::Change(form) => transfer::change_dialog(ctx, number, form),
        Modal::Confirm(confirm) => simple::confirm_dialog(ctx, number, confirm),
        Modal::Consent(form) => digital_id::consent_dialog(ctx, number, form),
        Modal::Export(form) => transfer::export_dialog(ctx, number, form),
        Modal::Import(form) => transfer::import_dialog(ctx, number, form),
        Modal::Level(form) => digital_id::level_dialog(ctx, number, form),
        Modal::Lost(form) => simple::lost_dialog(ctx, number, form),
        Modal::Message(message) => simple::message_dialog(ctx, number, message),
        Modal::Missing(form) => simple::missing_dialog(ctx, number, form),
        Modal::Password(form) => digital_id::password_dialog(ctx, number, form),
        Modal::Path(form) => simple::path_dialog(ctx, number, form),
        Modal::SetUp(form) => digital_id::set_up_dialog(ctx, number, form),
        Modal::Source(form) => digital_id::source_dialog(ctx, number, form),
        Modal::Transfer(form) => transfer::transfer_dialog(ctx, number, form),
        Modal::Verdict(shown) => verdict::verdict_dialog(ctx, number, shown),
    }
}

/// What the rows of a chosen password ask of the program.
fn answer_of(did: ChosenDid) -> Option<Answer> {
    match did {
        ChosenDid::Nothing => None,
        ChosenDid::Suggest => Some(Answer::Other),
        ChosenDid::Typed => Some(Answer::Typed),
    }
}
