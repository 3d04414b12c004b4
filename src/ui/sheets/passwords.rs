//! The CA object's page Passwords.

use egui::Ui;

use crate::app::sheet::SheetAct;
use crate::app::sheet::ca::{CaAct, CaSheet};
use crate::face::{self, Button, Icon};

/// The Passwords page: how many administrators' passwords each act asks for.
pub(super) fn passwords_page(ui: &mut Ui, sheet: &CaSheet, acts: &mut Vec<SheetAct>) {
    face::paragraph(
        ui,
        "How many administrators must type their passwords for each act:",
    );
    face::gap(ui);
    let limits = sheet.limits();
    for row in sheet.number_rows() {
        ui.horizontal(|ui| {
            let mut number = row.number;
            face::spin(ui, row.guard.caption(), &mut number, 1..=row.limit, &limits);
            face::label(ui, row.guard.caption());
            if number != row.number {
                acts.push(SheetAct::Number(row.guard, number));
            }
        });
        if let Some(note) = &row.note {
            face::error(ui, note);
        }
    }
    face::gap(ui);
    face::note(ui, &limits);
    if let Some(number) = sheet.raise_to() {
        face::gap(ui);
        let title = format!("Raise the first row to {number}");
        if Button::new(&title).show(ui).yes() {
            acts.push(SheetAct::Ca(CaAct::RaiseAdminister));
        }
    }
    face::gap(ui);
    face::group(ui, "After a suspected password", |ui| {
        face::note(
            ui,
            "Share Anew makes new secrets and keys, so that an old copy of the file with an old password opens nothing new.",
        );
        if Button::new("Share Anew…").icon(Icon::Key).show(ui).yes() {
            acts.push(SheetAct::Ca(CaAct::ShareAnew));
        }
    });
}
