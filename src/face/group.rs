//! The group box: a groove round parts that belong together, with a caption.

use egui::Pos2;
use egui::Rect;
use egui::Ui;
use egui::UiBuilder;
use egui::Vec2;
use egui::accesskit::Role;

use super::bevel;
use super::paint;
use super::theme;

/// Puts `contents` in a box with `caption`, as wide as there is room.
pub fn group<R>(ui: &mut Ui, caption: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let outer = ui.available_rect_before_wrap();
    let size = paint::text_size(ui, caption);
    let inner = Rect::from_min_max(
        outer.min + Vec2::new(theme::MARGIN, size.y + theme::GAP),
        outer.max - Vec2::splat(theme::MARGIN),
    );
    let about = UiBuilder::new()
        .id_salt(caption)
        .max_rect(inner)
        .accessibility_label(caption)
        .accessibility_role(Role::Group);
    let mut child = ui.new_child(about);
    let result = contents(&mut child);
    let bottom = child.min_rect().bottom() + theme::MARGIN;
    let whole = Rect::from_min_max(outer.min, Pos2::new(outer.right(), bottom));
    ui.advance_cursor_after_rect(whole);
    let palette = theme::palette(ui.ctx());
    let groove = whole.with_min_y((whole.top() + size.y / 2.0).round());
    bevel::etched(ui.painter(), groove, &palette);
    let text = Rect::from_min_size(whole.min + Vec2::new(theme::MARGIN, 0.0), size);
    let ground = text.expand2(Vec2::new(theme::CELL_PADDING, 0.0));
    ui.painter().rect_filled(ground, 0.0, palette.face);
    paint::text_left(
        ui,
        text.expand2(Vec2::new(theme::LINE, 0.0)),
        caption,
        palette.text,
    );
    result
}
