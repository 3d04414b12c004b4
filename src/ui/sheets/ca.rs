//! The CA object's pages General and Administrators.

use egui::Ui;

use crate::app::sheet::SheetAct;
use crate::app::sheet::ca::{CaAct, CaSheet};
use crate::face::{self, Button, Column, Icon, List, ListState, Row};

/// Room that a row of buttons under a list takes.
pub(super) const BUTTONS: f32 = 36.0;

/// The General page.
pub(super) fn general_page(ui: &mut Ui, sheet: &CaSheet, acts: &mut Vec<SheetAct>) {
    face::form(ui, &["SHA-256 fingerprint:"], |form| {
        for (label, value) in sheet.lines() {
            form.value(label, &value);
        }
        form.value(
            "Session:",
            &format!("opened by {}", sheet.session.administrator),
        );
    });
    face::gap(ui);
    buttons(
        ui,
        &[
            (
                "View Certificate…",
                Icon::Certificate,
                None,
                CaAct::ViewCertificate,
            ),
            ("Export…", Icon::Export, None, CaAct::ExportCertificate),
        ],
        acts,
    );
}

/// The Administrators page.
pub(super) fn administrators_page(
    ui: &mut Ui,
    sheet: &CaSheet,
    list: &mut ListState,
    acts: &mut Vec<SheetAct>,
) {
    face::paragraph(
        ui,
        "Each approves guarded acts with a password of his own. One who was added counts from the first time \
         he gives it, for example to open CA.",
    );
    let rows = sheet.administrator_rows();
    let columns = [
        Column::new("Administrator", 240.0),
        Column::new("Standing", 420.0),
    ];
    let total = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    list.selected = sheet
        .selected_administrator
        .and_then(|place| u64::try_from(place).ok());
    let events = above_buttons(ui, |ui| {
        List::new("Administrators", total, &columns).show(ui, list, |index| {
            let cells = rows.get(usize::try_from(index).ok()?)?.to_vec();
            Some(Row {
                icon: Some(Icon::Administrator),
                cells,
                ..Row::default()
            })
        })
    });
    let selected = events.selected.and_then(|row| usize::try_from(row).ok());
    acts.extend(selected.map(|place| SheetAct::Ca(CaAct::SelectAdministrator(place))));
    let none = sheet
        .selected_administrator
        .is_none()
        .then_some("Select an administrator first.");
    buttons(
        ui,
        &[
            ("Add…", Icon::Administrator, None, CaAct::AddAdministrator),
            ("Remove…", Icon::Delete, none, CaAct::RemoveAdministrator),
            (
                "Change My KM Server Password…",
                Icon::Lock,
                None,
                CaAct::ChangePassword,
            ),
        ],
        acts,
    );
}

/// A row of buttons, each with its icon, why it can not be used, and what it does.
pub(super) fn buttons(
    ui: &mut Ui,
    buttons: &[(&str, Icon, Option<&str>, CaAct)],
    acts: &mut Vec<SheetAct>,
) {
    ui.horizontal(|ui| {
        for (title, icon, refused, act) in buttons {
            if Button::new(title)
                .icon(*icon)
                .refused(*refused)
                .show(ui)
                .yes()
            {
                acts.push(SheetAct::Ca(*act));
            }
        }
    });
}

/// Contents that leave room for a row of buttons below.
pub(super) fn above_buttons<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let room = egui::Vec2::new(
        ui.available_width(),
        (ui.available_height() - BUTTONS).max(BUTTONS),
    );
    ui.allocate_ui(room, |ui| {
        ui.set_min_size(room);
        contents(ui)
    })
    .inner
}
