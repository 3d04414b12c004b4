//! Changing a password, and Digital IDs out and in.

use egui::Context;

use crate::client::app::modal::Answer;
use crate::client::app::transfer::{ChangeForm, ExportForm, ImportForm, TransferForm};
use crate::client::view::Level;
use crate::face::{self, ChosenDid, Dialog, Icon};

use super::answer_of;

/// Width of these boxes.
const WIDTH: f32 = 500.0;

/// A keyset's new password.
pub(super) fn change_dialog(ctx: &Context, number: u64, form: &mut ChangeForm) -> Option<Answer> {
    let title = format!("Change Password of {}", form.keyset);
    let (did, pressed) = Dialog::new(number, &title)
        .icon(Icon::Lock)
        .width(WIDTH)
        .default_button(Answer::Accept, "OK", None)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::form(ui, &[], |rows| {
                rows.password("Current password:", form.current.text())
            });
            let did = face::chosen_password(ui, ["New password:", "Confirm:"], &mut form.chosen);
            if let Some(problem) = &form.problem {
                face::error(ui, problem);
            }
            did
        });
    pressed.or_else(|| answer_of(did))
}

/// *Import/Export Digital ID*: which of them.
pub(super) fn transfer_dialog(
    ctx: &Context,
    number: u64,
    form: &mut TransferForm,
) -> Option<Answer> {
    let ((), pressed) = Dialog::new(number, "Import/Export Digital ID")
        .icon(Icon::Export)
        .width(WIDTH)
        .default_button(Answer::Accept, "Next…", None)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            let refused = form
                .keyset
                .is_none()
                .then_some("Select a keyset in the list first.");
            let import = "Import an existing Exchange or S/MIME Digital ID from a file";
            face::radio(ui, import, &mut form.exports, false, None);
            let export = match &form.keyset {
                Some(keyset) => format!("Export the Digital ID {keyset} to a file"),
                None => "Export a Digital ID to a file".to_owned(),
            };
            face::radio(ui, &export, &mut form.exports, true, refused);
        });
    pressed
}

/// Writes a Digital ID into a file.
pub(super) fn export_dialog(ctx: &Context, number: u64, form: &mut ExportForm) -> Option<Answer> {
    let (did, pressed) = Dialog::new(number, "Export Digital ID")
        .icon(Icon::Export)
        .width(WIDTH)
        .default_button(Answer::Accept, "Export…", None)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::paragraph(
                ui,
                &format!(
                    "All keys of {} are written into {}. Choose a password for the file.",
                    form.keyset,
                    form.path.display()
                ),
            );
            face::gap(ui);
            let did = face::chosen_password(ui, ["Password:", "Confirm:"], &mut form.chosen);
            let words = "Delete the Digital ID from this computer afterwards";
            face::check_box(ui, words, &mut form.deletes, None);
            if let Some(problem) = &form.problem {
                face::error(ui, problem);
            }
            did
        });
    pressed.or_else(|| answer_of(did))
}

/// Reads a Digital ID from a file.
pub(super) fn import_dialog(ctx: &Context, number: u64, form: &mut ImportForm) -> Option<Answer> {
    let (did, pressed) = Dialog::new(number, "Import Digital ID")
        .icon(Icon::Import)
        .width(WIDTH)
        .default_button(Answer::Accept, "Import", None)
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::form(ui, &["Password of the file:"], |rows| {
                rows.value("File:", &form.path.display().to_string());
                rows.password("Password of the file:", form.password.text());
                rows.text("Keyset Name:", &mut form.keyset);
            });
            face::gap(ui);
            face::group(ui, "Security level", |ui| {
                for level in Level::ALL {
                    let words = format!("{}: {}", level.title(), level.meaning());
                    face::radio(ui, &words, &mut form.level, level, None);
                }
            });
            let mut did = ChosenDid::Nothing;
            if form.level == Level::High {
                face::group(ui, "Create new password for this item", |ui| {
                    did = face::chosen_password(ui, ["Password:", "Confirm:"], &mut form.chosen);
                });
            }
            if let Some(problem) = &form.problem {
                face::error(ui, problem);
            }
            did
        });
    pressed.or_else(|| answer_of(did))
}
