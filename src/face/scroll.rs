//! Scrolling: an area for contents of any kind, and the bar of lists that count in rows.

use std::hash::Hash;

use egui::Pos2;
use egui::Rangef;
use egui::Rect;
use egui::ScrollArea;
use egui::Sense;
use egui::Ui;
use egui::UiBuilder;
use egui::Vec2;
use egui::Vec2b;
use egui::accesskit::Role;
use egui::scroll_area::ScrollBarVisibility;

use super::bevel;
use super::paint;
use super::paint::Arrow;
use super::theme;

/// Contents that scroll up and down where they are higher than the room there is.
pub fn scroll_area<R>(
    ui: &mut Ui,
    id: impl Hash + std::fmt::Debug,
    contents: impl FnOnce(&mut Ui) -> R,
) -> R {
    scrolled(ui, id, Vec2b::new(false, true), contents)
}

/// Contents that scroll along the given axes, with bars of our own where they do not fit.
pub(super) fn scrolled<R>(
    ui: &mut Ui,
    id: impl Hash + std::fmt::Debug,
    axes: Vec2b,
    contents: impl FnOnce(&mut Ui) -> R,
) -> R {
    let whole = ui.available_rect_before_wrap();
    ui.advance_cursor_after_rect(whole);
    let mut child = ui.new_child(UiBuilder::new().id_salt(("scrolled", id)).max_rect(whole));
    // Whether there were bars in the frame before; a change asks for another frame.
    let bars_id = child.scope_id().with("bars");
    let bars: Vec2b = child
        .data(|data| data.get_temp(bars_id))
        .unwrap_or(Vec2b::FALSE);
    let room = Vec2::new(
        if bars.y { theme::SCROLL_BAR } else { 0.0 },
        if bars.x { theme::SCROLL_BAR } else { 0.0 },
    );
    let inside = Rect::from_min_max(whole.min, (whole.max - room).max(whole.min));
    let mut view = child.new_child(UiBuilder::new().id_salt("view").max_rect(inside));
    let mut area = ScrollArea::new(axes)
        .scroll_bar_visibility(ScrollBarVisibility::AlwaysHidden)
        .auto_shrink([false, false]);
    // Where the person moved a bar to in the frame before.
    let moved_id = child.scope_id().with("moved");
    if let Some(offset) = child.data_mut(|data| data.remove_temp::<Vec2>(moved_id)) {
        area = area.scroll_offset(offset);
    }
    let output = area.show(&mut view, contents);
    let content = output.content_size;
    let needed = Vec2b::new(
        axes.x && inside.width() + theme::LINE <= content.x,
        axes.y && inside.height() + theme::LINE <= content.y,
    );
    if needed != bars {
        child.data_mut(|data| data.insert_temp(bars_id, needed));
        child.ctx().request_repaint();
    }
    let before = output.state.clamped_offset();
    let mut offset = before;
    if bars.y {
        let rect = Rect::from_min_max(inside.right_top(), whole.max).with_max_y(inside.bottom());
        let extent = extent(inside.height(), content.y);
        offset.y = moved(&child, rect, Axis::Down, offset.y, extent);
    }
    if bars.x {
        let rect = Rect::from_min_max(inside.left_bottom(), whole.max).with_max_x(inside.right());
        let extent = extent(inside.width(), content.x);
        offset.x = moved(&child, rect, Axis::Across, offset.x, extent);
    }
    if offset != before {
        child.data_mut(|data| data.insert_temp(moved_id, offset));
        child.ctx().request_repaint();
    }
    output.inner
}

fn extent(page: f32, total: f32) -> Extent {
    Extent {
        page: whole(page),
        total: whole(total.ceil()),
        step: whole(theme::ROW_HEIGHT),
    }
}

/// The offset after the person used the bar; exactly as before if she did not.
fn moved(ui: &Ui, rect: Rect, axis: Axis, offset: f32, extent: Extent) -> f32 {
    let before = whole(offset);
    let mut first = before;
    bar(ui, rect, axis, &mut first, extent);
    if first == before {
        offset
    } else {
        points(first)
    }
}

/// Which way a bar runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Axis {
    Across,
    Down,
}

/// What a bar moves over: `total` units of which `page` fit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) page: u64,
    pub(super) total: u64,
    /// How far an arrow button goes.
    pub(super) step: u64,
}

/// A scroll bar in `rect`; moves `first`, the first unit that is shown.
///
/// It counts in whole units (rows, points), because 1,000,000 rows are more points than an `f32`
/// tells apart.
pub(super) fn bar(ui: &Ui, rect: Rect, axis: Axis, first: &mut u64, extent: Extent) {
    let last = extent.total.saturating_sub(extent.page);
    let id = ui.scope_id().with(("scroll bar", axis == Axis::Down));
    let palette = theme::palette(ui.ctx());
    ui.painter().rect_filled(rect, 0.0, palette.track);
    let side = Vec2::splat(theme::SCROLL_BAR);
    let (back, forth) = match axis {
        Axis::Across => (Arrow::Left, Arrow::Right),
        Axis::Down => (Arrow::Up, Arrow::Down),
    };
    let start = Rect::from_min_size(rect.min, side);
    let end = Rect::from_min_size(rect.max - side, side);
    if arrow_button(ui, start, id.with("back"), back) {
        *first = first.saturating_sub(extent.step);
    }
    if arrow_button(ui, end, id.with("forth"), forth) {
        *first = first.saturating_add(extent.step);
    }
    let track = match axis {
        Axis::Across => Rect::from_min_max(start.right_top(), end.left_bottom()),
        Axis::Down => Rect::from_min_max(start.left_bottom(), end.right_top()),
    };
    if 0 < last && theme::HANDLE_MIN < axis.range(track).span() {
        track_and_handle(ui, track, axis, id, first, extent);
    }
    *first = (*first).min(last);
}

fn track_and_handle(
    ui: &Ui,
    track: Rect,
    axis: Axis,
    id: egui::Id,
    first: &mut u64,
    extent: Extent,
) {
    let last = extent.total.saturating_sub(extent.page);
    let range = axis.range(track);
    let length = (range.span() * share(extent.page, extent.total))
        .max(theme::HANDLE_MIN)
        .round();
    let travel = Rangef::new(range.min, range.max - length);
    let handle_at = |unit: u64| {
        let start = egui::lerp(travel, share(unit, last)).round();
        axis.part(track, Rangef::new(start, start + length))
    };
    let handle = handle_at((*first).min(last));
    let paging = ui.interact(track, id.with("track"), Sense::CLICK);
    if let Some(at) = paging.interact_pointer_pos().filter(|_at| paging.clicked()) {
        *first = if axis.of(at) < axis.range(handle).min {
            first.saturating_sub(extent.page)
        } else {
            first.saturating_add(extent.page)
        };
    }
    let dragging = ui.interact(handle, id.with("handle"), Sense::DRAG);
    if let Some(at) = dragging
        .interact_pointer_pos()
        .filter(|_at| dragging.dragged())
    {
        let grip_id = id.with("grip");
        if dragging.drag_started() {
            let grip = axis.of(at) - axis.range(handle).min;
            ui.data_mut(|data| data.insert_temp(grip_id, grip));
        }
        let grip = ui.data(|data| data.get_temp(grip_id)).unwrap_or(0.0);
        let part = egui::remap_clamp(axis.of(at) - grip, travel, 0.0..=1.0);
        *first = unit_at(last, part);
    }
    let palette = theme::palette(ui.ctx());
    bevel::raised(ui.painter(), handle_at((*first).min(last)), &palette);
}

impl Axis {
    fn of(self, at: Pos2) -> f32 {
        match self {
            Self::Across => at.x,
            Self::Down => at.y,
        }
    }

    fn range(self, rect: Rect) -> Rangef {
        match self {
            Self::Across => rect.x_range(),
            Self::Down => rect.y_range(),
        }
    }

    fn part(self, rect: Rect, range: Rangef) -> Rect {
        match self {
            Self::Across => Rect::from_x_y_ranges(range, rect.y_range()),
            Self::Down => Rect::from_x_y_ranges(rect.x_range(), range),
        }
    }
}

/// A raised square with a triangle; whether it was pressed.
fn arrow_button(ui: &Ui, rect: Rect, id: egui::Id, arrow: Arrow) -> bool {
    let palette = theme::palette(ui.ctx());
    let response = ui.interact(rect, id, Sense::CLICK);
    let name = match arrow {
        Arrow::Down => "Scroll down",
        Arrow::Left => "Scroll left",
        Arrow::Right => "Scroll right",
        Arrow::Up => "Scroll up",
    };
    response.widget_info(|| egui::WidgetInfo::labeled(Role::Button, true, name));
    if response.is_pointer_button_down_on() {
        bevel::pressed(ui.painter(), rect, &palette);
    } else {
        bevel::raised(ui.painter(), rect, &palette);
    }
    paint::triangle(ui, rect, arrow, palette.text);
    response.clicked()
}

/// How many whole units there are in `amount`; none in what is negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded down first; a float turns into the nearest number there is"
)]
pub(super) fn whole(amount: f32) -> u64 {
    amount.max(0.0).floor() as u64
}

/// `unit` as a number of points. Exact up to 2^24, far more than any screen has.
#[expect(clippy::cast_precision_loss, reason = "only for what is on the screen")]
pub(super) fn points(unit: u64) -> f32 {
    unit as f32
}

/// `part` of `whole` as a fraction from 0 to 1.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a place on the screen needs no more than the 24 bits that remain"
)]
fn share(part: u64, whole: u64) -> f32 {
    if whole == 0 {
        return 0.0;
    }
    (part as f64 / whole as f64).clamp(0.0, 1.0) as f32
}

/// The unit at `part` (0 to 1) of the way to `last`.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "both are counts, and `part` lies between 0 and 1"
)]
fn unit_at(last: u64, part: f32) -> u64 {
    (last as f64 * f64::from(part)).round() as u64
}
