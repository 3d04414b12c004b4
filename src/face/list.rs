//! The list with columns. It paints only the rows that can be seen, and never holds the others.

use std::ops::Range;

use egui::Align;
use egui::EventFilter;
use egui::Id;
use egui::Key;
use egui::Modifiers;
use egui::Pos2;
use egui::Rect;
use egui::Response;
use egui::Sense;
use egui::Ui;
use egui::UiBuilder;
use egui::Vec2;
use egui::accesskit::Action;
use egui::accesskit::Role;

use super::bevel;
use super::icons;
use super::icons::Icon;
use super::paint;
use super::scroll;
use super::scroll::Axis;
use super::scroll::Extent;
use super::theme;

mod head;

/// A column: its title and its first width in points.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    title: &'a str,
    width: f32,
    align: Align,
}

impl<'a> Column<'a> {
    /// A column of text.
    pub fn new(title: &'a str, width: f32) -> Self {
        Self {
            title,
            width,
            align: Align::Min,
        }
    }

    /// With its cells at the right, as numbers want it.
    #[must_use]
    pub fn right(mut self) -> Self {
        self.align = Align::Max;
        self
    }

    fn is_right(&self) -> bool {
        self.align == Align::Max
    }
}

/// By which column the rows are sorted. The list only shows it: sorting is the caller's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sort {
    /// The column's place, from 0.
    pub column: usize,
    /// Whether the smallest comes first.
    pub ascending: bool,
}

impl Sort {
    /// What a click on the head of `column` asks for: the other way round, or by that column.
    #[must_use]
    pub fn toggled(self, column: usize) -> Self {
        Self {
            column,
            ascending: self.column != column || !self.ascending,
        }
    }
}

/// What a row shows.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The icon before the first cell.
    pub icon: Option<Icon>,
    /// The text of each column.
    pub cells: Vec<String>,
    /// Whether it is painted bolder than the others.
    pub strong: bool,
    /// Whether it is painted weaker than the others.
    pub weak: bool,
}

/// What a list remembers from frame to frame. Its owner keeps it.
#[derive(Clone, Debug, Default)]
pub struct ListState {
    /// The selected row, counted from 0.
    pub selected: Option<u64>,
    top: u64,
    left: u64,
    wheel: f32,
    widths: Vec<f32>,
    reveal: bool,
}

impl ListState {
    /// Selects `row` and scrolls to it when the list is painted next.
    pub fn select(&mut self, row: u64) {
        self.selected = Some(row);
        self.reveal = true;
    }

    /// Goes back to the first row and selects none: for another content under the same columns.
    pub fn rewind(&mut self) {
        self.selected = None;
        self.top = 0;
    }
}

/// What the person did with a list in this frame.
#[must_use = "says what the person did"]
pub struct ListEvents {
    /// The row that has just been selected, by pointer or key.
    pub selected: Option<u64>,
    /// The row that was opened, by double click or Enter.
    pub opened: Option<u64>,
    /// The column whose head was clicked.
    pub sorted: Option<usize>,
    /// The rows that can be seen, to be fetched if they are not there.
    pub visible: Range<u64>,
    /// The list itself, for `context_menu`; the secondary button selects its row first.
    pub response: Response,
}

/// A list of `total` rows, to be shown by [`List::show`].
#[must_use = "a list is painted by `show`"]
pub struct List<'a> {
    name: &'a str,
    total: u64,
    columns: &'a [Column<'a>],
    sort: Option<Sort>,
    empty: &'a str,
}

impl<'a> List<'a> {
    /// A list; `name` is for screen readers.
    pub fn new(name: &'a str, total: u64, columns: &'a [Column<'a>]) -> Self {
        Self {
            name,
            total,
            columns,
            sort: None,
            empty: "",
        }
    }

    /// Sorted like this, which a small triangle shows.
    pub fn sort(mut self, sort: Option<Sort>) -> Self {
        self.sort = sort;
        self
    }

    /// With these words where there is no row.
    pub fn empty(mut self, words: &'a str) -> Self {
        self.empty = words;
        self
    }

    /// Paints the list in all the room there is. `row` is asked for each row that can be seen;
    /// `None` is a row that has not been fetched yet, shown as `…`.
    pub fn show(
        self,
        ui: &mut Ui,
        state: &mut ListState,
        row: impl FnMut(u64) -> Option<Row>,
    ) -> ListEvents {
        let whole = ui.available_rect_before_wrap();
        ui.advance_cursor_after_rect(whole);
        let about = UiBuilder::new().id_salt(self.name).max_rect(whole);
        let ui = &mut ui.new_child(about);
        let palette = theme::palette(ui.ctx());
        ui.painter().rect_filled(whole, 0.0, palette.field);
        if state.widths.len() != self.columns.len() {
            state.widths = self.columns.iter().map(|column| column.width).collect();
        }
        let places = Places::new(whole.shrink(2.0 * theme::LINE), self.total, &state.widths);
        self.bars(ui, state, &places);
        let body = ui.interact(places.rows, ui.scope_id().with("body"), Sense::click());
        let mut events = ListEvents {
            selected: None,
            opened: None,
            sorted: None,
            visible: 0..0,
            response: body,
        };
        self.pointer(ui, state, &places, &mut events);
        self.keys(ui, state, &places, &mut events);
        if let Some(row) = state.selected.filter(|_row| state.reveal) {
            let lowest = row.saturating_add(1).saturating_sub(places.page);
            state.top = state.top.min(row).max(lowest);
            state.reveal = false;
        }
        state.top = state.top.min(self.total.saturating_sub(places.page));
        events.visible = state.top..self.total.min(state.top + places.page + 1);
        self.rows(ui, state, &places, &mut events, row);
        events.sorted = head::show(ui, &self, state, &places);
        bevel::sunken(ui.painter(), whole, &palette);
        if events.response.has_focus() && state.selected.is_none() {
            let inner = places.rows.shrink(theme::LINE);
            bevel::focus(ui.painter(), inner, palette.text);
        }
        events
    }

    fn bars(&self, ui: &Ui, state: &mut ListState, places: &Places) {
        if let Some(rect) = places.down {
            let extent = Extent {
                page: places.page,
                total: self.total,
                step: 1,
            };
            scroll::bar(ui, rect, Axis::Down, &mut state.top, extent);
        }
        let Some(rect) = places.across else {
            state.left = 0;
            return;
        };
        let extent = Extent {
            page: scroll::whole(places.rows.width()),
            total: scroll::whole(state.widths.iter().sum::<f32>().ceil()),
            step: scroll::whole(theme::INDENT),
        };
        scroll::bar(ui, rect, Axis::Across, &mut state.left, extent);
    }

    fn pointer(&self, ui: &Ui, state: &mut ListState, places: &Places, events: &mut ListEvents) {
        let body = &events.response;
        if ui.rect_contains_pointer(places.rows) {
            state.wheel -= ui.input(|input| input.smooth_scroll_delta().y) / theme::ROW_HEIGHT;
            let rows = scroll::whole(state.wheel.abs());
            if 0 < rows {
                state.top = if state.wheel < 0.0 {
                    state.top.saturating_sub(rows)
                } else {
                    state.top.saturating_add(rows)
                };
                state.wheel = state.wheel.fract();
            }
        }
        let clicked = body.clicked() || body.secondary_clicked() || body.double_clicked();
        let Some(at) = body.interact_pointer_pos().filter(|_at| clicked) else {
            return;
        };
        body.request_focus();
        let down = scroll::whole((at.y - places.rows.top()) / theme::ROW_HEIGHT);
        let row = state.top.saturating_add(down);
        if self.total <= row {
            return;
        }
        if body.double_clicked() {
            events.opened = Some(row);
        }
        select(state, events, row);
    }

    fn keys(&self, ui: &Ui, state: &mut ListState, places: &Places, events: &mut ListEvents) {
        let id = events.response.id;
        if !events.response.has_focus() || self.total == 0 || egui::Popup::is_any_open(ui.ctx()) {
            return;
        }
        let keys_of_its_own = EventFilter {
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, keys_of_its_own));
        let count = |key| {
            let times = ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key));
            u64::try_from(times).unwrap_or(u64::MAX)
        };
        let last = self.total - 1;
        let page = places.page.saturating_sub(1).max(1);
        let back = count(Key::ArrowUp) + count(Key::PageUp) * page;
        let forth = count(Key::ArrowDown) + count(Key::PageDown) * page;
        let mut target = match state.selected {
            Some(row) => row.saturating_sub(back).saturating_add(forth),
            None => state.top + (back + forth).saturating_sub(1),
        };
        let mut moved = 0 < back + forth;
        if 0 < count(Key::Home) {
            (target, moved) = (0, true);
        }
        if 0 < count(Key::End) {
            (target, moved) = (last, true);
        }
        if moved {
            let target = target.min(last);
            select(state, events, target);
            state.reveal = true;
        }
        // Where nothing is selected, Enter is for the default button of the dialog round the list.
        if state.selected.is_some() && 0 < count(Key::Enter) {
            events.opened = state.selected.filter(|row| *row < self.total);
        }
    }

    fn rows(
        &self,
        ui: &mut Ui,
        state: &mut ListState,
        places: &Places,
        events: &mut ListEvents,
        mut row: impl FnMut(u64) -> Option<Row>,
    ) {
        let body = events.response.clone();
        self.describe(ui, &body, state, events.visible.clone());
        let about = UiBuilder::new()
            .id_salt("rows")
            .max_rect(places.rows)
            .accessibility_parent(body.id);
        let ui = &mut ui.new_child(about);
        ui.set_clip_rect(places.rows.intersect(ui.clip_rect()));
        let palette = theme::palette(ui.ctx());
        if self.total == 0 {
            let place = Rect::from_min_size(
                places.rows.min + Vec2::splat(theme::MARGIN),
                Vec2::new(places.rows.width(), theme::ROW_HEIGHT),
            );
            paint::text_left(ui, place, self.empty, palette.weak_text);
        }
        let mut top = places.rows.top();
        for index in events.visible.clone() {
            let rect = Rect::from_min_size(
                Pos2::new(places.rows.left(), top),
                Vec2::new(places.rows.width(), theme::ROW_HEIGHT),
            );
            let content = row(index);
            self.paint_row(ui, state, rect, index, content.as_ref(), body.has_focus());
            let id = row_id(&body, index);
            self.describe_row(ui, id, rect, index, content.as_ref(), state);
            if ui.input(|input| input.has_accesskit_action_request(id, Action::Click)) {
                body.request_focus();
                select(state, events, index);
            }
            top += theme::ROW_HEIGHT;
        }
    }

    fn paint_row(
        &self,
        ui: &Ui,
        state: &ListState,
        rect: Rect,
        index: u64,
        row: Option<&Row>,
        has_focus: bool,
    ) {
        let palette = theme::palette(ui.ctx());
        let is_selected = state.selected == Some(index);
        let mut ink = palette.text;
        if row.is_none_or(|row| row.weak) {
            ink = palette.weak_text;
        }
        if is_selected && has_focus {
            ui.painter().rect_filled(rect, 0.0, palette.selection);
            ink = palette.selection_text;
        } else if is_selected {
            ui.painter().rect_filled(rect, 0.0, palette.idle_selection);
        }
        let mut left = rect.left() - scroll::points(state.left);
        for (column, (about, width)) in self.columns.iter().zip(&state.widths).enumerate() {
            let whole = Rect::from_x_y_ranges(left..=left + width, rect.y_range());
            let mut cell = whole.shrink2(Vec2::new(theme::CELL_PADDING, 0.0));
            left += width;
            if let (0, Some(icon)) = (column, row.and_then(|row| row.icon)) {
                let place = icons::place_left(cell, 0.0);
                icons::paint(ui, place, icon, true);
                cell.min.x = place.right() + theme::GAP;
            }
            let text = match row {
                None => "…",
                Some(row) => row.cells.get(column).map_or("", String::as_str),
            };
            if about.is_right() {
                let room = (cell.width() - paint::text_size(ui, text).x).max(0.0);
                cell.min.x += room.floor();
            }
            if row.is_some_and(|row| row.strong) {
                paint::text_strong(ui, cell, text, ink);
            } else {
                paint::text_left(ui, cell, text, ink);
            }
        }
        if is_selected && has_focus {
            bevel::focus(ui.painter(), rect, palette.highlight);
        }
    }

    fn describe(&self, ui: &Ui, body: &Response, state: &ListState, visible: Range<u64>) {
        paint::describe(ui, body, Role::ListBox, self.name, None);
        ui.ctx().accesskit_node_builder(body.id, |node| {
            node.set_size_of_set(usize::try_from(self.total).unwrap_or(usize::MAX));
            if let Some(row) = state.selected.filter(|row| visible.contains(row)) {
                node.set_active_descendant(row_id(body, row).accesskit_id());
            }
        });
    }

    fn describe_row(
        &self,
        ui: &Ui,
        id: Id,
        rect: Rect,
        index: u64,
        row: Option<&Row>,
        state: &ListState,
    ) {
        let response = ui.interact(rect, id, Sense::hover());
        let name = || match row {
            None => format!("Row {}, not read yet", index + 1),
            Some(row) => {
                let filled = row.cells.iter().filter(|cell| !cell.is_empty());
                filled.cloned().collect::<Vec<_>>().join(", ")
            }
        };
        response.widget_info(|| egui::WidgetInfo::labeled(Role::ListBoxOption, true, name()));
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_selected(state.selected == Some(index));
            node.set_position_in_set(usize::try_from(index).unwrap_or(usize::MAX));
            node.set_size_of_set(usize::try_from(self.total).unwrap_or(usize::MAX));
            node.add_action(Action::Click);
        });
    }
}

/// Where the parts of a list lie.
struct Places {
    head: Rect,
    rows: Rect,
    /// The bar at the right, where not all rows fit.
    down: Option<Rect>,
    /// The bar below, where not all columns fit.
    across: Option<Rect>,
    /// How many whole rows fit.
    page: u64,
}

impl Places {
    fn new(inside: Rect, total: u64, widths: &[f32]) -> Self {
        let (head, mut rows) = inside.split_top_bottom_at_y(inside.top() + theme::HEAD_HEIGHT);
        let is_wide = rows.width() < widths.iter().sum();
        if is_wide {
            rows.max.y -= theme::SCROLL_BAR;
        }
        let page = scroll::whole(rows.height() / theme::ROW_HEIGHT).max(1);
        let is_long = page < total;
        if is_long {
            rows.max.x -= theme::SCROLL_BAR;
        }
        let below = Rect::from_min_max(rows.left_bottom(), inside.max).with_max_x(rows.right());
        let right = Rect::from_min_max(rows.right_top(), inside.max).with_max_y(rows.bottom());
        Self {
            head,
            rows,
            down: is_long.then_some(right),
            across: is_wide.then_some(below),
            page,
        }
    }
}

fn select(state: &mut ListState, events: &mut ListEvents, row: u64) {
    if state.selected != Some(row) {
        state.selected = Some(row);
        events.selected = Some(row);
    }
}

fn row_id(body: &Response, row: u64) -> Id {
    body.id.with(("row", row))
}

#[cfg(test)]
mod tests;
