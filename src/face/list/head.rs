//! The column heads: sorting by click, resizing by the strip between two.

use egui::CursorIcon;
use egui::Pos2;
use egui::Rect;
use egui::Sense;
use egui::Ui;
use egui::Vec2;
use egui::accesskit::Role;
use egui::accesskit::SortDirection;

use super::Column;
use super::List;
use super::ListState;
use super::Places;
use crate::face::bevel;
use crate::face::keyboard;
use crate::face::paint;
use crate::face::paint::Arrow;
use crate::face::scroll;
use crate::face::theme;

/// Paints the heads; the column whose head was clicked.
pub(super) fn show(
    ui: &mut Ui,
    list: &List<'_>,
    state: &mut ListState,
    places: &Places,
) -> Option<usize> {
    let ui = &mut ui.new_child(
        egui::UiBuilder::new()
            .id_salt("heads")
            .max_rect(places.head),
    );
    ui.set_clip_rect(places.head.intersect(ui.clip_rect()));
    let palette = theme::palette(ui.ctx());
    bevel::raised(ui.painter(), places.head, &palette);
    let mut sorted = None;
    let mut left = places.head.left() - scroll::points(state.left);
    for (index, column) in list.columns.iter().enumerate() {
        let Some(width) = state.widths.get_mut(index) else {
            break;
        };
        let rect = Rect::from_x_y_ranges(left..=left + *width, places.head.y_range());
        left += *width;
        if head(ui, list, rect, index, column.title) {
            sorted = Some(index);
        }
        grip(ui, rect, index, width);
    }
    sorted
}

fn head(ui: &Ui, list: &List<'_>, rect: Rect, index: usize, title: &str) -> bool {
    let palette = theme::palette(ui.ctx());
    let response = ui.interact(rect, ui.scope_id().with(("head", index)), Sense::click());
    paint::describe(ui, &response, Role::ColumnHeader, title, None);
    keyboard::take_enter(ui, &response);
    let sort = list.sort.filter(|sort| sort.column == index);
    if let Some(sort) = sort {
        let direction = if sort.ascending {
            SortDirection::Ascending
        } else {
            SortDirection::Descending
        };
        ui.ctx()
            .accesskit_node_builder(response.id, |node| node.set_sort_direction(direction));
    }
    if response.is_pointer_button_down_on() {
        bevel::pressed(ui.painter(), rect, &palette);
    } else {
        bevel::raised(ui.painter(), rect, &palette);
    }
    let mut text = rect.shrink2(Vec2::new(theme::CELL_PADDING, 0.0));
    if let Some(sort) = sort {
        let arrow = if sort.ascending {
            Arrow::Up
        } else {
            Arrow::Down
        };
        let room = Rect::from_min_max(
            Pos2::new(text.right() - theme::MARGIN, text.top()),
            text.max,
        );
        paint::triangle(ui, room, arrow, palette.shadow);
        text.max.x = room.left();
    }
    if list.columns.get(index).is_some_and(Column::is_right) {
        let room = (text.width() - paint::text_size(ui, title).x).max(0.0);
        text.min.x += room.floor();
    }
    paint::text_left(ui, text, title, palette.text);
    if response.has_focus() {
        bevel::focus(ui.painter(), rect.shrink(3.0 * theme::LINE), palette.text);
    }
    response.clicked()
}

fn grip(ui: &Ui, head: Rect, index: usize, width: &mut f32) {
    let strip = Rect::from_x_y_ranges(
        head.right() - theme::GRIP..=head.right() + theme::GRIP / 2.0,
        head.y_range(),
    );
    let response = ui
        .interact(strip, ui.scope_id().with(("grip", index)), Sense::DRAG)
        .on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    if let Some(at) = response
        .interact_pointer_pos()
        .filter(|_at| response.dragged())
    {
        *width = (at.x - head.left()).max(theme::COLUMN_MIN).round();
    }
}
