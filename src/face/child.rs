//! Windows inside the window: with a caption bar to move them by, side by side, none of them blocking
//! another.

use std::fmt::Debug;
use std::hash::Hash;

use egui::Area;
use egui::Context;
use egui::Frame;
use egui::Id;
use egui::Key;
use egui::LayerId;
use egui::Margin;
use egui::Modifiers;
use egui::Order;
use egui::Pos2;
use egui::Rect;
use egui::Ui;
use egui::Vec2;
use egui::accesskit::Role;

use super::bevel;
use super::icons::Icon;
use super::keyboard;
use super::theme;
use super::window;
use super::window::Caption;

/// A window inside the window.
#[must_use = "a window is painted by `show`"]
pub struct ChildWindow<'a> {
    id: Id,
    title: &'a str,
    icon: Icon,
    size: Vec2,
}

impl<'a> ChildWindow<'a> {
    /// A window; `id` tells it from the others that are open.
    pub fn new(id: impl Hash + Debug, title: &'a str, icon: Icon) -> Self {
        Self {
            id: Id::unique(("child window", id)),
            title,
            icon,
            size: theme::SHEET_SIZE,
        }
    }

    /// This many points wide and high, as far as the window around it allows.
    pub fn size(mut self, size: Vec2) -> Self {
        self.size = size;
        self
    }

    /// Paints the window; also whether the person closes it, by Esc or the cross in its caption.
    /// `contents` begins at the top of the room below the caption.
    pub fn show<R>(self, ctx: &Context, contents: impl FnOnce(&mut Ui) -> R) -> (R, bool) {
        let place = self.place(ctx);
        let shown = Area::new(self.id)
            .order(Order::Middle)
            .movable(false) // by its caption bar only, below
            .constrain(false)
            .fixed_pos(place.min)
            .role(Role::Window)
            .accessible_name(self.title)
            .show(ctx, |ui| {
                Frame::new()
                    .fill(theme::palette(ctx).face)
                    .inner_margin(Margin::same(theme::FRAME_MARGIN))
                    .show(ui, |ui| self.window(ui, place, contents))
                    .inner
            });
        let (result, crossed) = shown.inner;
        let closed = self.escaped(ctx) || crossed;
        if closed {
            self.is_gone(ctx);
        }
        (result, closed)
    }

    /// The window was closed: the keyboard goes back to what had it before.
    pub(super) fn is_gone(&self, ctx: &Context) {
        keyboard::give_back(ctx, self.keyboard());
    }

    /// The name under which the keyboard's place is kept while the window is open.
    pub(super) fn keyboard(&self) -> Id {
        self.id.with("keyboard")
    }

    fn window<R>(
        &self,
        ui: &mut Ui,
        place: Rect,
        contents: impl FnOnce(&mut Ui) -> R,
    ) -> (R, bool) {
        let inner = place.shrink(theme::FRAME);
        ui.set_min_size(inner.size());
        ui.set_max_size(inner.size());
        let caption = Caption {
            icon: Some(self.icon),
            title: self.title,
            is_front: self.is_front(ui.ctx()),
            closes: true,
        };
        let events = window::caption_bar(ui, &caption);
        self.drag(ui.ctx(), place, &events.bar);
        let body = Rect::from_min_max(Pos2::new(inner.left(), ui.cursor().top()), inner.max);
        let about = egui::UiBuilder::new().id_salt("contents").max_rect(body);
        let result = contents(&mut ui.new_child(about));
        bevel::window_edge(ui.painter(), place, &theme::palette(ui.ctx()));
        (result, events.closed)
    }

    /// Esc closes the window in front, unless the keyboard is somewhere else.
    fn escaped(&self, ctx: &Context) -> bool {
        let is_elsewhere = ctx.memory(egui::Memory::focused).is_some_and(|focused| {
            ctx.read_response(focused)
                .is_some_and(|response| response.layer_id != self.layer())
        });
        let is_blocked = ctx.memory(|memory| memory.top_modal_layer().is_some())
            || egui::Popup::is_any_open(ctx);
        !is_elsewhere
            && !is_blocked
            && self.is_front(ctx)
            && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
    }

    fn is_front(&self, ctx: &Context) -> bool {
        window::front(ctx) == Some(self.layer())
    }

    fn layer(&self) -> LayerId {
        LayerId::new(Order::Middle, self.id)
    }

    /// Where the window lies: where it was left, or below and right of the one opened before it.
    fn place(&self, ctx: &Context) -> Rect {
        let room = ctx.content_rect();
        let size = self.size.min(room.size());
        let kept: Option<Pos2> = ctx.data(|data| data.get_temp(self.id));
        let corner = kept.unwrap_or_else(|| {
            let counter = Id::unique("face windows opened");
            let opened = ctx.data_mut(|data| {
                let opened: &mut u8 = data.get_temp_mut_or_default(counter);
                *opened = (*opened + 1) % theme::CASCADE_STEPS;
                *opened
            });
            let shift = Vec2::splat(theme::CASCADE * f32::from(opened));
            let free = room.size() - size;
            let corner = room.min + free / 3.0 + shift;
            ctx.data_mut(|data| data.insert_temp(self.id, corner));
            corner
        });
        // However it was dragged, its caption bar stays in the window.
        let lowest = room.max - Vec2::new(size.x, size.y).min(size);
        Rect::from_min_size(
            Pos2::new(
                corner.x.min(lowest.x).max(room.left()),
                corner.y.min(lowest.y).max(room.top()),
            )
            .round(),
            size,
        )
    }

    fn drag(&self, ctx: &Context, place: Rect, bar: &egui::Response) {
        if bar.dragged() {
            let corner = place.min + bar.drag_delta();
            ctx.data_mut(|data| data.insert_temp(self.id, corner));
        }
    }
}

/// The window `id` was closed, perhaps by what a button in it has begun: the keyboard goes back to
/// what had it before.
pub fn window_is_gone(ctx: &Context, id: impl Hash + Debug) {
    ChildWindow::new(id, "", Icon::Properties).is_gone(ctx);
}
