//! Property sheets: windows inside the window, with tabs and OK, Cancel, Apply.

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
use super::button::Button;
use super::icons::Icon;
use super::keyboard;
use super::tabs::tabs;
use super::theme;
use super::window;
use super::window::Caption;

/// What the person asked of a sheet in this frame.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use = "says what the person did"]
pub enum Footer {
    /// Keep what was changed and stay open.
    Apply,
    /// Forget what was changed and close: Cancel, Esc, or the cross.
    Cancel,
    /// Nothing.
    Idle,
    /// Keep what was changed and close.
    Ok,
}

/// A property sheet. Several can be open at once; none of them blocks the window.
#[must_use = "a sheet is painted by `show`"]
pub struct Sheet<'a> {
    id: Id,
    title: &'a str,
    icon: Icon,
    size: Vec2,
    is_dirty: bool,
    busy: Option<&'a str>,
}

impl<'a> Sheet<'a> {
    /// A sheet; `id` tells it from the other sheets that are open.
    pub fn new(id: impl Hash + Debug, title: &'a str, icon: Icon) -> Self {
        Self {
            id: Id::unique(("sheet", id)),
            title,
            icon,
            size: theme::SHEET_SIZE,
            is_dirty: false,
            busy: None,
        }
    }

    /// This many points wide and high, as far as the window allows.
    pub fn size(mut self, size: Vec2) -> Self {
        self.size = size;
        self
    }

    /// Whether there is something to apply; without, Apply is disabled.
    pub fn dirty(mut self, is_dirty: bool) -> Self {
        self.is_dirty = is_dirty;
        self
    }

    /// Why OK and Apply can not be pressed now; `None` where they can.
    pub fn busy(mut self, reason: Option<&'a str>) -> Self {
        self.busy = reason;
        self
    }

    /// Paints the sheet with `titles` as tabs and `page` for the selected one.
    pub fn show<R>(
        self,
        ctx: &Context,
        titles: &[&str],
        selected: &mut usize,
        page: impl FnOnce(&mut Ui, usize) -> R,
    ) -> (R, Footer) {
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
                    .show(ui, |ui| self.window(ui, place, titles, selected, page))
                    .inner
            });
        let (result, mut footer) = shown.inner;
        if self.escaped(ctx) {
            footer = Footer::Cancel;
        }
        if matches!(footer, Footer::Cancel | Footer::Ok) {
            keyboard::give_back(ctx, self.keyboard());
        }
        (result, footer)
    }

    fn window<R>(
        &self,
        ui: &mut Ui,
        place: Rect,
        titles: &[&str],
        selected: &mut usize,
        page: impl FnOnce(&mut Ui, usize) -> R,
    ) -> (R, Footer) {
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
        let foot = theme::CONTROL_HEIGHT + 2.0 * theme::GAP;
        let body = Rect::from_min_max(
            Pos2::new(inner.left() + theme::GAP, ui.cursor().top()),
            Pos2::new(inner.right() - theme::GAP, inner.bottom() - foot),
        );
        let about = egui::UiBuilder::new().id_salt("pages").max_rect(body);
        let keyboard = self.keyboard();
        let result = tabs(&mut ui.new_child(about), titles, selected, |ui, index| {
            keyboard::take_when_new(ui, keyboard);
            page(ui, index)
        });
        let strip = Rect::from_min_max(
            Pos2::new(body.left(), body.bottom() + theme::GAP),
            Pos2::new(body.right(), inner.bottom() - theme::GAP),
        );
        let about = egui::UiBuilder::new().id_salt("footer").max_rect(strip);
        let mut footer = self.footer(&mut ui.new_child(about));
        if events.closed {
            footer = Footer::Cancel;
        }
        bevel::window_edge(ui.painter(), place, &theme::palette(ui.ctx()));
        (result, footer)
    }

    fn footer(&self, ui: &mut Ui) -> Footer {
        let mut footer = Footer::Idle;
        ui.horizontal(|ui| {
            let widths = 3.0 * theme::BUTTON_WIDTH + 2.0 * theme::GAP;
            ui.add_space((ui.available_width() - widths).max(0.0) - theme::GAP);
            let ok = Button::new("OK").refused(self.busy).default_of_dialog();
            if ok.show(ui).yes() {
                footer = Footer::Ok;
            }
            if Button::new("Cancel").show(ui).yes() {
                footer = Footer::Cancel;
            }
            let nothing = (!self.is_dirty).then_some("Nothing has been changed");
            let apply = Button::new("Apply").refused(self.busy.or(nothing));
            if apply.show(ui).yes() {
                footer = Footer::Apply;
            }
        });
        footer
    }

    /// Esc cancels the sheet in front, unless the keyboard is somewhere else.
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
        ctx.top_layer_id() == Some(self.layer())
    }

    fn keyboard(&self) -> Id {
        self.id.with("keyboard")
    }

    fn layer(&self) -> LayerId {
        LayerId::new(Order::Middle, self.id)
    }

    /// Where the sheet lies: where it was left, or below and right of the one opened before it.
    fn place(&self, ctx: &Context) -> Rect {
        let room = ctx.content_rect();
        let size = self.size.min(room.size());
        let kept: Option<Pos2> = ctx.data(|data| data.get_temp(self.id));
        let corner = kept.unwrap_or_else(|| {
            let counter = Id::unique("face sheets opened");
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

/// The sheet `id` was closed, perhaps by what its OK has begun: the keyboard goes back to what had
/// it before.
pub fn sheet_is_gone(ctx: &Context, id: impl Hash + Debug) {
    let sheet = Sheet::new(id, "", Icon::Properties);
    keyboard::give_back(ctx, sheet.keyboard());
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    struct Seen {
        dirty: bool,
        tab: usize,
        footer: Footer,
    }

    fn harness<'a>(dirty: bool) -> Harness<'a, Seen> {
        let seen = Seen {
            dirty,
            tab: 0,
            footer: Footer::Idle,
        };
        let mut harness = Harness::new_ui_state(
            |ui, seen: &mut Seen| {
                let titles = ["General", "Security"];
                let (_page, footer) = Sheet::new("ada", "Ada Lovelace Properties", Icon::Mailbox)
                    .dirty(seen.dirty)
                    .show(ui.ctx(), &titles, &mut seen.tab, |ui, page| {
                        super::super::label(ui, &format!("page {page}"));
                    });
                if footer != Footer::Idle {
                    seen.footer = footer;
                }
            },
            seen,
        );
        harness.run();
        harness
    }

    #[test]
    fn the_footer_says_what_was_pressed() {
        for (text, footer) in [
            ("OK", Footer::Ok),
            ("Cancel", Footer::Cancel),
            ("Apply", Footer::Apply),
            ("Close", Footer::Cancel),
        ] {
            let mut harness = harness(true);
            harness.get_by_label(text).click();
            harness.run();
            assert_eq!(harness.state().footer, footer, "{text}");
        }
    }

    #[test]
    fn esc_cancels_and_enter_is_ok() {
        for (key, footer) in [(Key::Escape, Footer::Cancel), (Key::Enter, Footer::Ok)] {
            let mut harness = harness(true);
            harness.key_press(key);
            harness.run();
            assert_eq!(harness.state().footer, footer, "{key:?}");
        }
    }

    #[test]
    fn without_a_change_there_is_nothing_to_apply() {
        let mut harness = harness(false);
        harness.get_by_label("Apply").click();
        harness.run();
        assert_eq!(harness.state().footer, Footer::Idle);
    }

    #[test]
    fn a_sheet_is_moved_by_its_caption_bar() {
        let mut harness = harness(false);
        let title = |harness: &Harness<'_, Seen>| {
            harness
                .get_by_role_and_label(Role::TitleBar, "Ada Lovelace Properties")
                .rect()
        };
        let before = title(&harness);
        harness.drag_at(before.center());
        harness.step();
        harness.hover_at(before.center() + Vec2::new(12.0, 20.0));
        harness.step();
        harness.drop_at(before.center() + Vec2::new(12.0, 20.0));
        harness.run();
        let moved = title(&harness).min - before.min;
        assert!(5.0 < moved.x && 5.0 < moved.y, "{moved:?}");
    }
}
