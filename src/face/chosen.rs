//! The rows of a password that is chosen: twice, with its strength, and Suggest.

use egui::Ui;

use crate::forms::chosen::ChosenPassword;

use super::button::button;
use super::form::form;
use super::text;

/// What the person did in these rows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use = "says what the person did"]
pub enum ChosenDid {
    /// Nothing.
    Nothing,
    /// *Suggest*.
    Suggest,
    /// Something was typed.
    Typed,
}

/// Paints the rows under these labels.
pub fn chosen_password(ui: &mut Ui, labels: [&str; 2], chosen: &mut ChosenPassword) -> ChosenDid {
    let mut did = ChosenDid::Nothing;
    form(ui, &[], |form| {
        let [first, second] = labels;
        if form.password(first, chosen.password.text()).changed() {
            did = ChosenDid::Typed;
        }
        if form.password(second, chosen.again.text()).changed() {
            did = ChosenDid::Typed;
        }
        let strength = chosen.strength_words();
        form.row("", |ui| {
            ui.horizontal(|ui| {
                if button(ui, "Suggest") {
                    did = ChosenDid::Suggest;
                }
                text::note(ui, &strength);
            });
        });
        if let Some(suggestion) = &chosen.suggestion {
            let remark = "Write it down. It is shown here until the box closes.";
            form.row("", |ui| {
                ui.vertical(|ui| {
                    text::secret_text(ui, "Suggested password", suggestion.expose());
                    text::note(ui, remark);
                })
            });
        }
    });
    did
}
