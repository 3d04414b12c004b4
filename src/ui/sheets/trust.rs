//! The CA object's page Certificate Trust List.

use egui::Ui;

use crate::app::sheet::SheetAct;
use crate::app::sheet::ca::{CaAct, CaSheet};
use crate::app::sheet::trust::{TRUST_COLUMNS, trust_cells};
use crate::face::{self, Column, Icon, List, ListState, Row};

use super::ca::{above_buttons, buttons};

/// The Certificate Trust List page.
pub(super) fn trust_page(
    ui: &mut Ui,
    sheet: &CaSheet,
    list: &mut ListState,
    acts: &mut Vec<SheetAct>,
) {
    match &sheet.trust_fault {
        Some(fault) => face::error(ui, &fault.text()),
        None => face::paragraph(
            ui,
            "Other certification authorities whose users' messages are trusted.",
        ),
    };
    let columns = TRUST_COLUMNS.map(|(title, width)| Column::new(title, width));
    let total = u64::try_from(sheet.trusted.len()).unwrap_or(u64::MAX);
    list.selected = sheet
        .selected_trusted
        .and_then(|place| u64::try_from(place).ok());
    let events = above_buttons(ui, |ui| {
        let shown = List::new("Trusted certificates", total, &columns)
            .empty("No other authority is trusted.");
        shown.show(ui, list, |index| {
            let trusted = sheet.trusted.get(usize::try_from(index).ok()?)?;
            Some(Row {
                icon: Some(Icon::Certificate),
                cells: trust_cells(trusted).to_vec(),
                ..Row::default()
            })
        })
    });
    let place = |row: u64| usize::try_from(row).ok();
    acts.extend(
        events
            .selected
            .and_then(place)
            .map(|place| SheetAct::Ca(CaAct::SelectTrusted(place))),
    );
    if events.opened.is_some() {
        acts.push(SheetAct::Ca(CaAct::ViewTrusted));
    }
    let fault = sheet.trust_fault.as_ref().map(|fault| fault.what.as_str());
    let none = sheet
        .selected_trusted
        .is_none()
        .then_some("Select a certificate first.");
    buttons(
        ui,
        &[
            ("Import…", Icon::Import, fault, CaAct::ImportCertificates),
            ("Untrust…", Icon::Delete, fault.or(none), CaAct::Untrust),
            ("View…", Icon::Certificate, none, CaAct::ViewTrusted),
        ],
        acts,
    );
}
