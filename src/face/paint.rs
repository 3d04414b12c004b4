//! Small things that several widgets paint or do: text of one line, triangles, a press.

use std::sync::Arc;

use egui::Color32;
use egui::Galley;
use egui::Pos2;
use egui::Rect;
use egui::Response;
use egui::Sense;
use egui::Shape;
use egui::Stroke;
use egui::TextStyle;
use egui::Tooltip;
use egui::Ui;
use egui::UiBuilder;
use egui::Vec2;
use egui::accesskit::Role;
use egui::text::LayoutJob;
use egui::text::TextFormat;

use super::keyboard;
use super::theme;
use super::theme::Palette;

/// Which way a triangle points.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Arrow {
    Down,
    Left,
    Right,
    Up,
}

/// One line of text, cut with `…` where `width` ends. Its colour is given when it is painted.
pub(super) fn line(ui: &Ui, text: &str, width: f32) -> Arc<Galley> {
    let font = TextStyle::Body.resolve(ui.style());
    let mut job = LayoutJob::single_section(
        text.to_owned(),
        TextFormat::simple(font, Color32::PLACEHOLDER),
    );
    job.wrap = egui::text::TextWrapping::truncate_at_width(width);
    job.break_on_newline = false;
    ui.painter().layout_job(job)
}

/// Paints `text` in the middle of the height of `rect`, from its left side on.
pub(super) fn text_left(ui: &Ui, rect: Rect, text: &str, ink: Color32) {
    if rect.width() <= 0.0 {
        return;
    }
    let galley = line(ui, text, rect.width());
    let top = (rect.center().y - galley.size().y / 2.0).round();
    ui.painter()
        .galley(Pos2::new(rect.left(), top), galley, ink);
}

/// Paints `text` bold, as Windows made bold type where a font had none: twice, side by side.
pub(super) fn text_strong(ui: &Ui, rect: Rect, text: &str, ink: Color32) {
    text_left(ui, rect, text, ink);
    let beside = rect.with_min_x(rect.left() + STRONG_SHIFT);
    text_left(ui, beside, text, ink);
}

/// Wide enough to be seen, and narrower than the gaps inside letters, in points.
const STRONG_SHIFT: f32 = 0.6;

/// Paints `text` in the middle of `rect`.
pub(super) fn text_centred(ui: &Ui, rect: Rect, text: &str, ink: Color32) {
    let galley = line(ui, text, rect.width());
    let corner = (rect.center() - galley.size() / 2.0).round();
    ui.painter().galley(corner, galley, ink);
}

/// How wide and high `text` is on one line.
pub(super) fn text_size(ui: &Ui, text: &str) -> Vec2 {
    line(ui, text, f32::INFINITY).size().ceil()
}

/// Paints `text` as something that can not be used now: etched into the face.
pub(super) fn text_etched(ui: &Ui, rect: Rect, text: &str, palette: &Palette) {
    text_left(
        ui,
        rect.translate(Vec2::splat(theme::LINE)),
        text,
        palette.highlight,
    );
    text_left(ui, rect, text, palette.disabled_text);
}

/// A filled triangle in the middle of `rect`.
pub(super) fn triangle(ui: &Ui, rect: Rect, arrow: Arrow, ink: Color32) {
    let (centre, half) = (rect.center().round(), theme::ARROW);
    let tip = half / 2.0;
    let corners = match arrow {
        Arrow::Down => [(-half, -tip), (half, -tip), (0.0, tip)],
        Arrow::Left => [(tip, -half), (tip, half), (-tip, 0.0)],
        Arrow::Right => [(-tip, -half), (-tip, half), (tip, 0.0)],
        Arrow::Up => [(-half, tip), (half, tip), (0.0, -tip)],
    };
    let points = corners.map(|(x, y)| centre + Vec2::new(x, y));
    ui.painter()
        .add(Shape::convex_polygon(points.to_vec(), ink, Stroke::NONE));
}

/// Reserves room for something that can be clicked. Where `refused` gives a reason it can not be
/// used, and the reason is its tooltip and its description for a screen reader.
pub(super) fn pressable(ui: &mut Ui, size: Vec2, refused: Option<&str>) -> Response {
    let response = clickable(ui, size, refused);
    if refused.is_none() {
        keyboard::take_enter(ui, &response);
    }
    response
}

/// Like [`pressable`], for what Space changes and Enter leaves alone, such as a check box: Enter is
/// for the default button.
pub(super) fn markable(ui: &mut Ui, size: Vec2, refused: Option<&str>) -> Response {
    keyboard::leave_enter(ui, ui.next_auto_id());
    clickable(ui, size, refused)
}

fn clickable(ui: &mut Ui, size: Vec2, refused: Option<&str>) -> Response {
    let Some(reason) = refused else {
        return ui.allocate_response(size, Sense::click());
    };
    // The room is taken from `ui` itself: a child would not go on to the next line where lines wrap.
    let (id, rect) = ui.allocate_space(size);
    let disabled = UiBuilder::new().max_rect(rect).disabled();
    let response = ui.new_child(disabled).interact(rect, id, Sense::click());
    tip(&response, reason);
    response
}

/// A tooltip: what a widget does or, where it is disabled, why it does nothing.
pub(super) fn tip(response: &Response, words: &str) {
    if words.is_empty() {
        return;
    }
    let palette = theme::palette(&response.ctx);
    let mut tooltip = if response.enabled() {
        Tooltip::for_enabled(response)
    } else {
        Tooltip::for_disabled(response)
    };
    tooltip.popup = tooltip.popup.frame(
        egui::Frame::new()
            .fill(palette.tip)
            .stroke(Stroke::new(theme::LINE, palette.text))
            .inner_margin(theme::FIELD_PADDING),
    );
    tooltip.show(|ui| ui.add(egui::Label::new(words).wrap_mode(egui::TextWrapMode::Extend)));
}

/// Gives the widget its place in the accessibility tree, with the reason why it is refused.
pub(super) fn describe(
    ui: &Ui,
    response: &Response,
    role: Role,
    name: &str,
    refused: Option<&str>,
) {
    let enabled = response.enabled();
    response.widget_info(|| egui::WidgetInfo::labeled(role, enabled, name));
    if let Some(reason) = refused.filter(|reason| !reason.is_empty()) {
        ui.ctx()
            .accesskit_node_builder(response.id, |node| node.set_description(reason));
    }
}
