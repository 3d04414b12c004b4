//! Forms and property grids: labels in one column, fields or values in the other.

use std::ops::RangeInclusive;

use egui::Align;
use egui::Layout;
use egui::Response;
use egui::Sense;
use egui::Ui;
use egui::Vec2;

use super::choice;
use super::choice::Choice;
use super::field::TextField;
use super::paint;
use super::spin::spin;
use super::text;
use super::theme;

/// Rows of a label and what belongs to it. Each field gets its label as accessible name.
pub struct Form<'u> {
    ui: &'u mut Ui,
    label_width: f32,
}

/// Lays out rows whose labels are as wide as the widest of `labels`; a form that does not know
/// them passes none and gets the usual width.
pub fn form<R>(ui: &mut Ui, labels: &[&str], rows: impl FnOnce(&mut Form<'_>) -> R) -> R {
    let widest = labels
        .iter()
        .map(|label| paint::text_size(ui, label).x)
        .reduce(f32::max);
    let label_width = widest.unwrap_or(theme::LABEL_WIDTH) + theme::MARGIN;
    rows(&mut Form { ui, label_width })
}

impl Form<'_> {
    /// A row with anything in it; inputs in it that have no name get `label` as theirs.
    pub fn row<R>(&mut self, label: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
        let label_width = self.label_width;
        self.ui
            .horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                let label = label_cell(ui, label, label_width);
                ui.spacing_mut().item_spacing.x = theme::GAP;
                ui.label_inputs_by(label.id, contents)
            })
            .inner
    }

    /// A field of one line, as wide as there is room.
    pub fn text(&mut self, label: &str, text: &mut String) -> Response {
        self.row(label, |ui| {
            TextField::new(label, text).width(f32::INFINITY).show(ui)
        })
    }

    /// A masked field of one line, as wide as there is room.
    pub fn password(&mut self, label: &str, password: &mut String) -> Response {
        self.row(label, |ui| {
            let field = TextField::new(label, password).width(f32::INFINITY);
            field.masked().show(ui)
        })
    }

    /// A number box; see [`spin`].
    pub fn spin<T>(
        &mut self,
        label: &str,
        value: &mut T,
        range: RangeInclusive<T>,
        explanation: &str,
    ) -> Response
    where
        T: Copy + Into<u32> + TryFrom<u32>,
    {
        self.row(label, |ui| spin(ui, label, value, range, explanation))
    }

    /// A drop-down list.
    pub fn combo<T: Clone + PartialEq>(
        &mut self,
        label: &str,
        chosen: &mut T,
        choices: &[Choice<'_, T>],
    ) -> Response {
        self.row(label, |ui| choice::combo(ui, label, chosen, choices))
    }

    /// A property: its name and its value, which can not be changed here.
    pub fn value(&mut self, label: &str, value: &str) -> Response {
        self.row(label, |ui| {
            ui.with_layout(Layout::top_down(Align::LEFT), |ui| {
                // Level with the label, whose row is as high as a field.
                ui.add_space(
                    ((theme::CONTROL_HEIGHT - paint::text_size(ui, value).y) / 2.0).round(),
                );
                text::paragraph(ui, value)
            })
            .inner
        })
    }

    /// What is wrong with the row above, under its field.
    pub fn error(&mut self, message: &str) -> Response {
        self.row("", |ui| text::error(ui, message))
    }

    /// What is said about the row above, under its field.
    pub fn note(&mut self, words: &str) -> Response {
        self.row("", |ui| text::note(ui, words))
    }

    /// The page itself, for parts between rows.
    pub fn ui(&mut self) -> &mut Ui {
        self.ui
    }
}

fn label_cell(ui: &mut Ui, label: &str, width: f32) -> Response {
    let height = if label.is_empty() {
        0.0
    } else {
        theme::CONTROL_HEIGHT
    };
    let response = ui.allocate_response(Vec2::new(width, height), Sense::hover());
    if !label.is_empty() {
        response
            .widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Label, true, label));
        let ink = theme::palette(ui.ctx()).text;
        paint::text_left(ui, response.rect, label, ink);
    }
    response
}
