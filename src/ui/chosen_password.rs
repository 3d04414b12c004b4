//! The rows of a password that is chosen: twice, with its strength, and Suggest.

use egui::Ui;

use crate::app::ChosenPassword;
use crate::face;

/// What the person did in these rows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Did {
    Nothing,
    Suggest,
    Typed,
}

/// Paints the rows under these labels.
pub(super) fn chosen_password_ui(
    ui: &mut Ui,
    labels: [&str; 2],
    chosen: &mut ChosenPassword,
) -> Did {
    let mut did = Did::Nothing;
    face::form(ui, &[], |form| {
        let [first, second] = labels;
        if form.password(first, chosen.password.text()).changed() {
            did = Did::Typed;
        }
        if form.password(second, chosen.again.text()).changed() {
            did = Did::Typed;
        }
        let strength = chosen.strength_words();
        form.row("", |ui| {
            ui.horizontal(|ui| {
                if face::button(ui, "Suggest") {
                    did = Did::Suggest;
                }
                face::note(ui, &strength);
            });
        });
        if let Some(suggestion) = &chosen.suggestion {
            let remark = "Write it down. It is shown here until the box closes.";
            form.row("", |ui| {
                ui.vertical(|ui| {
                    face::secret_text(ui, "Suggested password", suggestion.expose());
                    face::note(ui, remark);
                })
            });
        }
    });
    did
}
