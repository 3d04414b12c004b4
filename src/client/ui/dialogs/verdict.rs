//! What there is to say of a message, line by line; and certificates.

use egui::Context;

use crate::client::app::modal::Answer;
use crate::client::app::people::CertificateBox;
use crate::client::app::reading::VerdictBox;
use crate::client::ui::reading::mark_icon;
use crate::face::{self, Dialog, Icon};

/// Width of these boxes.
const WIDTH: f32 = 560.0;

/// Rows of the certificate box: one certificate is seen without scrolling.
const ROWS: usize = 12;

/// Every line of a verdict.
pub(super) fn verdict_dialog(ctx: &Context, number: u64, shown: &VerdictBox) -> Option<Answer> {
    let none = shown
        .signer
        .is_none()
        .then_some("The signer's certificate did not come with the message.");
    let ((), pressed) = Dialog::new(number, "Message Security")
        .icon(Icon::Certificate)
        .width(WIDTH)
        .button(Answer::Other, "View Certificate…", none)
        .cancel_button(Answer::Cancel, "Close")
        .show(ctx, |ui| {
            face::paragraph(ui, &shown.verdict.summary);
            face::gap(ui);
            for line in &shown.verdict.lines {
                ui.horizontal(|ui| {
                    face::icon(ui, mark_icon(line.mark), face::theme::ICON);
                    face::paragraph(ui, &format!("{}: {}", line.question, line.words));
                });
            }
        });
    pressed
}

/// Certificates as text.
pub(super) fn certificate_dialog(
    ctx: &Context,
    number: u64,
    shown: &CertificateBox,
) -> Option<Answer> {
    let ((), pressed) = Dialog::new(number, &shown.title)
        .icon(Icon::Certificate)
        .width(WIDTH)
        .cancel_button(Answer::Cancel, "Close")
        .show(ctx, |ui| {
            face::text_box(ui, "Certificates", &shown.text(), ROWS);
        });
    pressed
}
