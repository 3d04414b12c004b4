//! What is in a file before it is imported, and what is in a certificate.

use egui::{Context, Ui, Vec2};

use crate::app::ImportReview;
use crate::app::modal::Answer;
use crate::app::sheet::trust::{CertificateBox, TrustReview};
use crate::face::{self, Column, Dialog, Icon, List, ListState, Row};

/// Width of the boxes with lists.
const WIDTH: f32 = 600.0;

/// Height of their lists.
const LIST_HEIGHT: f32 = 220.0;

/// What a file of people would do.
pub(super) fn import_dialog(
    ctx: &Context,
    number: u64,
    review: &ImportReview,
    list: &mut ListState,
) -> Option<Answer> {
    let ((), pressed) = Dialog::new(number, "Directory Import")
        .icon(Icon::Import)
        .width(WIDTH)
        .default_button(Answer::Accept, "Import", review.refusal())
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::heading(ui, &review.file);
            for line in review.counts() {
                face::paragraph(ui, &line);
            }
            let refused = &review.plan.refused;
            if refused.is_empty() {
                return;
            }
            face::gap(ui);
            let columns = [
                Column::new("Row", 60.0).right(),
                Column::new("Person", 230.0),
                Column::new("Reason", 290.0),
            ];
            let cells = |index: usize| {
                let row = refused.get(index)?;
                Some(vec![
                    row.row.to_string(),
                    row.who.clone(),
                    row.reason.to_string(),
                ])
            };
            list_ui(ui, "Refused rows", &columns, refused.len(), list, cells);
        });
    pressed
}

/// What is in a file of certificates.
pub(super) fn trust_dialog(
    ctx: &Context,
    number: u64,
    review: &TrustReview,
    list: &mut ListState,
) -> Option<Answer> {
    let rows = review.rows();
    let ((), pressed) = Dialog::new(number, "Import Certificates")
        .icon(Icon::Certificate)
        .width(WIDTH)
        .default_button(Answer::Accept, "Import…", review.refusal())
        .cancel_button(Answer::Cancel, "Cancel")
        .show(ctx, |ui| {
            face::heading(ui, &review.file);
            face::paragraph(ui, &review.counts());
            face::gap(ui);
            let columns = [Column::new("Subject", 290.0), Column::new("Verdict", 290.0)];
            list_ui(ui, "Certificates", &columns, rows.len(), list, |index| {
                Some(rows.get(index)?.to_vec())
            });
        });
    pressed
}

/// What is in a certificate.
pub(super) fn certificate_dialog(
    ctx: &Context,
    number: u64,
    shown: &CertificateBox,
) -> Option<Answer> {
    let ((), pressed) = Dialog::new(number, "Certificate")
        .icon(Icon::Certificate)
        .width(WIDTH)
        .cancel_button(Answer::Cancel, "Close")
        .show(ctx, |ui| {
            face::form(ui, &["SHA-256 fingerprint:"], |form| {
                for (label, value) in &shown.lines {
                    form.value(label, value);
                }
            });
        });
    pressed
}

fn list_ui(
    ui: &mut Ui,
    name: &str,
    columns: &[Column<'_>],
    total: usize,
    state: &mut ListState,
    cells: impl Fn(usize) -> Option<Vec<String>>,
) {
    let room = Vec2::new(ui.available_width(), LIST_HEIGHT);
    let total = u64::try_from(total).unwrap_or(u64::MAX);
    let events = ui.allocate_ui(room, |ui| {
        ui.set_min_size(room);
        List::new(name, total, columns).show(ui, state, |index| {
            let cells = cells(usize::try_from(index).ok()?)?;
            Some(Row {
                icon: None,
                cells,
                ..Row::default()
            })
        })
    });
    drop(events); // rows are only read here
}
