//! Edges and grounds: what makes a part look raised, sunken, pressed, etched or focused.

use egui::Mesh;
use egui::Painter;
use egui::Pos2;
use egui::Rect;
use egui::Shape;
use egui::Vec2;

use super::theme::LINE;
use super::theme::Palette;

/// A part that can be pressed.
pub(super) fn raised(painter: &Painter, rect: Rect, palette: &Palette) {
    painter.rect_filled(rect, 0.0, palette.face);
    edge(painter, rect, palette.highlight, palette.dark_shadow);
    edge(painter, rect.shrink(LINE), palette.light, palette.shadow);
}

/// The same part while it is pressed.
pub(super) fn pressed(painter: &Painter, rect: Rect, palette: &Palette) {
    painter.rect_filled(rect, 0.0, palette.face);
    edge(painter, rect, palette.dark_shadow, palette.dark_shadow);
    edge(painter, rect.shrink(LINE), palette.shadow, palette.shadow);
}

/// Ground and edge of a field, list or tree.
pub(super) fn field(painter: &Painter, rect: Rect, palette: &Palette) {
    painter.rect_filled(rect, 0.0, palette.field);
    sunken(painter, rect, palette);
}

/// The edge of a field, over whatever is inside.
pub(super) fn sunken(painter: &Painter, rect: Rect, palette: &Palette) {
    edge(painter, rect, palette.shadow, palette.highlight);
    edge(
        painter,
        rect.shrink(LINE),
        palette.dark_shadow,
        palette.light,
    );
}

/// A pane of the status bar, a pressed tool.
pub(super) fn thin_sunken(painter: &Painter, rect: Rect, palette: &Palette) {
    edge(painter, rect, palette.shadow, palette.highlight);
}

/// A tool under the pointer.
pub(super) fn thin_raised(painter: &Painter, rect: Rect, palette: &Palette) {
    edge(painter, rect, palette.highlight, palette.shadow);
}

/// The edge of windows and menus, over their ground.
pub(super) fn window_edge(painter: &Painter, rect: Rect, palette: &Palette) {
    edge(painter, rect, palette.light, palette.dark_shadow);
    edge(
        painter,
        rect.shrink(LINE),
        palette.highlight,
        palette.shadow,
    );
}

/// A groove, as round a group box.
pub(super) fn etched(painter: &Painter, rect: Rect, palette: &Palette) {
    let groove = Rect::from_min_max(rect.min, rect.max - Vec2::splat(LINE));
    let lit = groove.translate(Vec2::splat(LINE));
    edge(painter, lit, palette.highlight, palette.highlight);
    edge(painter, groove, palette.shadow, palette.shadow);
}

/// A horizontal groove from `left` to `right`.
pub(super) fn groove(painter: &Painter, left: Pos2, right: f32, palette: &Palette) {
    let line = Rect::from_min_max(left, Pos2::new(right, left.y + LINE));
    painter.rect_filled(line, 0.0, palette.shadow);
    painter.rect_filled(
        line.translate(egui::vec2(0.0, LINE)),
        0.0,
        palette.highlight,
    );
}

/// The dotted line round what has the keyboard.
pub(super) fn focus(painter: &Painter, rect: Rect, ink: egui::Color32) {
    let rect = Rect::from_min_max(rect.min.round(), rect.max.round());
    // A mesh, because the softened edges of a filled rectangle swallow one of a single pixel.
    let mut dots = Mesh::default();
    let mut dot = |x: f32, y: f32| {
        let corner = Pos2::new(x, y);
        dots.add_colored_rect(Rect::from_min_size(corner, Vec2::splat(LINE)), ink);
    };
    let mut x = rect.left();
    while x < rect.right() {
        dot(x, rect.top());
        dot(x, rect.bottom() - LINE);
        x += LINE + LINE;
    }
    let mut y = rect.top();
    while y < rect.bottom() {
        dot(rect.left(), y);
        dot(rect.right() - LINE, y);
        y += LINE + LINE;
    }
    painter.add(Shape::mesh(dots));
}

/// One line all round: left and top in one colour, right and bottom in another.
pub(super) fn edge(
    painter: &Painter,
    rect: Rect,
    left_top: egui::Color32,
    right_bottom: egui::Color32,
) {
    let bar =
        |min: Pos2, max: Pos2, ink| painter.rect_filled(Rect::from_min_max(min, max), 0.0, ink);
    let (min, max) = (rect.min, rect.max);
    bar(min, Pos2::new(max.x, min.y + LINE), left_top);
    bar(min, Pos2::new(min.x + LINE, max.y), left_top);
    bar(Pos2::new(min.x, max.y - LINE), max, right_bottom);
    bar(Pos2::new(max.x - LINE, min.y), max, right_bottom);
}
