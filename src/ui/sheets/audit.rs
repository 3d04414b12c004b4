//! The audit log's page.

use egui::Ui;

use crate::app::sheet::SheetAct;
use crate::app::sheet::audit::{AUDIT_COLUMNS, AuditAct, AuditSheet, audit_cells, audit_details};
use crate::face::{self, Button, Column, Icon, List, ListState, Row, TextField};

/// Room below the list: the details of a row, and the buttons.
const BELOW: f32 = 150.0;

/// Lines of the box with a row's details.
const DETAIL_ROWS: usize = 5;

/// The audit page.
pub(super) fn audit_page(
    ui: &mut Ui,
    sheet: &mut AuditSheet,
    list: &mut ListState,
    acts: &mut Vec<SheetAct>,
) {
    ui.horizontal(|ui| {
        face::label(ui, "Show only rows with:");
        let field = TextField::new("Show only rows with:", &mut sheet.filter)
            .width(f32::INFINITY)
            .show(ui);
        if field.changed() {
            acts.push(SheetAct::Audit(AuditAct::Filter));
        }
    });
    let columns = AUDIT_COLUMNS.map(|(title, width)| Column::new(title, width));
    let total = u64::try_from(sheet.rows.len()).unwrap_or(u64::MAX);
    let room = egui::Vec2::new(
        ui.available_width(),
        (ui.available_height() - BELOW).max(BELOW),
    );
    list.selected = sheet.selected.and_then(|place| u64::try_from(place).ok());
    let events = ui.allocate_ui(room, |ui| {
        ui.set_min_size(room);
        List::new("Audit rows", total, &columns)
            .empty("No row has this in it.")
            .show(ui, list, |index| {
                let row = sheet.rows.get(usize::try_from(index).ok()?)?;
                let cells = audit_cells(row).to_vec();
                Some(Row {
                    icon: None,
                    cells,
                    ..Row::default()
                })
            })
    });
    let events = events.inner;
    let selected = events.selected.and_then(|row| usize::try_from(row).ok());
    acts.extend(selected.map(|place| SheetAct::Audit(AuditAct::Select(place))));
    acts.push(SheetAct::AuditRows(events.visible));
    let details = sheet.selected_row().map_or_else(
        || "Select a row to see all of it.".to_owned(),
        audit_details,
    );
    face::text_box(ui, "Details", &details, DETAIL_ROWS);
    ui.horizontal(|ui| {
        if Button::new("Verify").icon(Icon::Approved).show(ui).yes() {
            acts.push(SheetAct::Audit(AuditAct::Verify));
        }
        if Button::new("Export…").icon(Icon::Export).show(ui).yes() {
            acts.push(SheetAct::Audit(AuditAct::Export));
        }
    });
}
