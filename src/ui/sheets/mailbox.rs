//! A mailbox's pages General and Security.

use egui::Ui;

use crate::app::sheet::SheetAct;
use crate::app::sheet::general::FIELDS;
use crate::app::sheet::mailbox::MailboxSheet;
use crate::app::sheet::security::{SecurityButton, SecurityPage, use_words};
use crate::app::words;
use crate::face::{self, Button, Column, Icon, List, ListState, Row, TextField};

/// The General page.
pub(super) fn general_page(ui: &mut Ui, sheet: &mut MailboxSheet) {
    let refused = sheet.is_deleted.then_some("The mailbox is deleted.");
    face::form(ui, &["Display name:", "SMTP address:"], |form| {
        for (place, (label, field)) in FIELDS.iter().enumerate() {
            form.row(label, |ui| {
                TextField::new(label, field(&mut sheet.general.edited))
                    .width(f32::INFINITY)
                    .refused(refused)
                    .show(ui)
            });
            for (_, problem) in sheet.problems.iter().filter(|(field, _)| *field == place) {
                form.error(problem);
            }
        }
    });
}

/// The Security page (Q194947).
pub(super) fn security_page(
    ui: &mut Ui,
    sheet: &mut MailboxSheet,
    list: &mut ListState,
    can_forget: bool,
    acts: &mut Vec<SheetAct>,
) {
    let page = &mut sheet.security;
    let steps = (page.session.is_some(), page.facts.is_some());
    face::take_keyboard(ui, ("security", sheet.id, steps));
    if page.session.is_none() {
        connect_ui(ui, page, acts);
        return;
    }
    face::form(ui, &["Temporary key used:"], |form| {
        form.value("KM server:", &page.server);
        for (label, value) in page.lines() {
            form.value(label, &value);
        }
    });
    face::gap(ui);
    face::group(ui, "Advanced security", |ui| {
        ui.horizontal(|ui| {
            let mut button = |title: &str, icon: Icon, button: SecurityButton| {
                let refused = page.refusal(button);
                if Button::new(title)
                    .icon(icon)
                    .refused(refused)
                    .show(ui)
                    .yes()
                {
                    acts.push(SheetAct::Security(button));
                }
            };
            button(
                "Enable Advanced Security…",
                Icon::Key,
                SecurityButton::Enable,
            );
            button(
                "Recover Security Key…",
                Icon::RecoverKey,
                SecurityButton::Recover,
            );
        });
        ui.horizontal(|ui| {
            let refused = page.refusal(SecurityButton::Revoke);
            if Button::new("Revoke Advanced Security…")
                .icon(Icon::Revoke)
                .refused(refused)
                .show(ui)
                .yes()
            {
                acts.push(SheetAct::Security(SecurityButton::Revoke));
            }
        });
        let refused = (!can_forget).then_some("No password is remembered.");
        if Button::new("Forget Remembered Password")
            .icon(Icon::Forget)
            .refused(refused)
            .show(ui)
            .yes()
        {
            acts.push(SheetAct::Security(SecurityButton::Forget));
        }
    });
    face::gap(ui);
    certificates(ui, page, list);
}

fn connect_ui(ui: &mut Ui, page: &mut SecurityPage, acts: &mut Vec<SheetAct>) {
    face::paragraph(
        ui,
        "Type the name of the KM server where this mailbox is located. An administrator's password is asked for next.",
    );
    face::gap(ui);
    face::form(ui, &["KM server name:"], |form| {
        form.text("KM server name:", &mut page.server);
        if let Some(problem) = &page.problem {
            form.error(problem);
        }
        form.row("", |ui| {
            if Button::new("Connect…")
                .icon(Icon::Server)
                .default_of_dialog()
                .show(ui)
                .yes()
            {
                acts.push(SheetAct::Security(SecurityButton::Connect));
            }
        });
    });
}

fn certificates(ui: &mut Ui, page: &SecurityPage, list: &mut ListState) {
    let columns = [
        Column::new("Use", 160.0),
        Column::new("Valid from", 84.0),
        Column::new("Valid until", 84.0),
        Column::new("Serial number", 350.0),
    ];
    let certificates = page
        .facts
        .as_ref()
        .map_or(&[][..], |facts| &facts.certificates);
    let total = u64::try_from(certificates.len()).unwrap_or(u64::MAX);
    let events = List::new("Certificates", total, &columns)
        .empty("No certificate was issued yet.")
        .show(ui, list, |index| {
            let issued = certificates.get(usize::try_from(index).ok()?)?;
            let certificate = &issued.certificate;
            let cells = vec![
                use_words(issued),
                words::local_day(certificate.not_before()),
                words::local_day(certificate.not_after()),
                certificate.serial_hex(),
            ];
            Some(Row {
                icon: Some(Icon::Certificate),
                cells,
                weak: !issued.is_current(),
                ..Row::default()
            })
        });
    drop(events); // there is nothing to do with a certificate here
}
