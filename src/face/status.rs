//! The status bar at the foot of the window.

use egui::Pos2;
use egui::Rect;
use egui::Sense;
use egui::Ui;
use egui::Vec2;
use egui::accesskit::Live;
use egui::accesskit::Role;

use super::bevel;
use super::paint;
use super::theme;

/// Paints `rest` above a status bar with `panes`: the first takes what room the others leave.
/// Changes of its texts are announced to screen readers.
pub fn status_bar<R>(ui: &mut Ui, panes: &[&str], rest: impl FnOnce(&mut Ui) -> R) -> R {
    let whole = ui.available_rect_before_wrap();
    let bar_top = (whole.bottom() - theme::STATUS_HEIGHT).max(whole.top());
    let (above, bar) = whole.split_top_bottom_at_y(bar_top);
    let result = rest(
        &mut ui.new_child(
            egui::UiBuilder::new()
                .id_salt("above status")
                .max_rect(above),
        ),
    );
    let mut right = bar.right();
    for (index, text) in panes.iter().enumerate().rev() {
        let wanted = paint::text_size(ui, text).x + 2.0 * theme::MARGIN;
        let left = if index == 0 {
            bar.left()
        } else {
            (right - wanted).max(bar.left())
        };
        let top_left = Pos2::new(left, bar.top() + 2.0 * theme::LINE);
        pane(
            ui,
            Rect::from_min_max(top_left, Pos2::new(right, bar.bottom())),
            index,
            text,
        );
        right = left - 2.0 * theme::LINE;
    }
    ui.advance_cursor_after_rect(whole);
    result
}

fn pane(ui: &Ui, rect: Rect, index: usize, text: &str) {
    let response = ui.interact(
        rect,
        ui.scope_id().with(("status pane", index)),
        Sense::hover(),
    );
    response.widget_info(|| egui::WidgetInfo::labeled(Role::Status, true, text));
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_live(Live::Polite));
    let palette = theme::palette(ui.ctx());
    bevel::thin_sunken(ui.painter(), rect, &palette);
    let place = rect.shrink2(Vec2::new(theme::CELL_PADDING, 0.0));
    paint::text_left(ui, place, text, palette.text);
}
