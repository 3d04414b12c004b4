//! The splitter between two panes.

use egui::CursorIcon;
use egui::EventFilter;
use egui::Key;
use egui::Modifiers;
use egui::Rect;
use egui::Sense;
use egui::Ui;
use egui::UiBuilder;
use egui::accesskit::Role;

use super::bevel;
use super::theme;

/// Two panes side by side, filling what room there is. `fraction` is the left one's part (0 to 1);
/// dragging the bar between them changes it, and so do the arrow keys when the bar has the keyboard.
pub fn split(ui: &mut Ui, name: &str, fraction: &mut f32) -> [Ui; 2] {
    let whole = ui.available_rect_before_wrap();
    let room = (whole.width() - theme::SPLITTER).max(1.0);
    let bar_at = |fraction: f32| {
        let most = (room - theme::PANE_MIN).max(theme::PANE_MIN);
        let left = (room * fraction).clamp(theme::PANE_MIN, most).round();
        let bar_left = whole.left() + left;
        Rect::from_x_y_ranges(bar_left..=bar_left + theme::SPLITTER, whole.y_range())
    };
    let grip = bar_at(*fraction);
    let bar = ui
        .interact(grip, ui.scope_id().with(name), Sense::drag())
        .on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    bar.widget_info(|| egui::WidgetInfo::labeled(Role::Splitter, true, name));
    if let Some(at) = bar.interact_pointer_pos().filter(|_at| bar.dragged()) {
        *fraction = (at.x - whole.left() - theme::SPLITTER / 2.0) / room;
    }
    if bar.has_focus() {
        let keys_of_its_own = EventFilter {
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(bar.id, keys_of_its_own));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let steps =
            f32::from(i8::from(pressed(Key::ArrowRight)) - i8::from(pressed(Key::ArrowLeft)));
        *fraction += steps * theme::INDENT / room;
    }
    let place = bar_at(*fraction);
    *fraction = ((place.left() - whole.left()) / room).clamp(0.0, 1.0);
    if bar.has_focus() {
        bevel::focus(ui.painter(), place, theme::palette(ui.ctx()).text);
    }
    ui.advance_cursor_after_rect(whole);
    let mut pane = |side: &str, rect: Rect| {
        ui.new_child(UiBuilder::new().id_salt((name, side)).max_rect(rect))
    };
    [
        pane("left", whole.with_max_x(place.left())),
        pane("right", whole.with_min_x(place.right())),
    ]
}
