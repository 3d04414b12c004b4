//! Property sheets: windows inside the window, with tabs and OK, Cancel, Apply.

use std::fmt::Debug;
use std::hash::Hash;

use egui::Context;
use egui::Pos2;
use egui::Rect;
use egui::Ui;
use egui::Vec2;

use super::button::Button;
use super::child::ChildWindow;
use super::icons::Icon;
use super::keyboard;
use super::tabs::tabs;
use super::theme;

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
    window: ChildWindow<'a>,
    is_dirty: bool,
    busy: Option<&'a str>,
}

impl<'a> Sheet<'a> {
    /// A sheet; `id` tells it from the other sheets that are open.
    pub fn new(id: impl Hash + Debug, title: &'a str, icon: Icon) -> Self {
        Self {
            window: ChildWindow::new(("sheet", id), title, icon),
            is_dirty: false,
            busy: None,
        }
    }

    /// This many points wide and high, as far as the window allows.
    pub fn size(mut self, size: Vec2) -> Self {
        self.window = self.window.size(size);
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
        let Self {
            window,
            is_dirty,
            busy,
        } = self;
        let keyboard = window.keyboard();
        let ((result, mut footer), closed) = window.show(ctx, |ui| {
            let inner = ui.max_rect();
            let foot = theme::CONTROL_HEIGHT + 2.0 * theme::GAP;
            let body = Rect::from_min_max(
                Pos2::new(inner.left() + theme::GAP, inner.top()),
                Pos2::new(inner.right() - theme::GAP, inner.bottom() - foot),
            );
            let about = egui::UiBuilder::new().id_salt("pages").max_rect(body);
            let result = tabs(&mut ui.new_child(about), titles, selected, |ui, index| {
                keyboard::take_when_new(ui, keyboard);
                page(ui, index)
            });
            let strip = Rect::from_min_max(
                Pos2::new(body.left(), body.bottom() + theme::GAP),
                Pos2::new(body.right(), inner.bottom() - theme::GAP),
            );
            let about = egui::UiBuilder::new().id_salt("footer").max_rect(strip);
            (result, footer_ui(&mut ui.new_child(about), is_dirty, busy))
        });
        if closed {
            footer = Footer::Cancel;
        } else if matches!(footer, Footer::Cancel | Footer::Ok) {
            keyboard::give_back(ctx, keyboard);
        }
        (result, footer)
    }
}

fn footer_ui(ui: &mut Ui, is_dirty: bool, busy: Option<&str>) -> Footer {
    let mut footer = Footer::Idle;
    ui.horizontal(|ui| {
        let widths = 3.0 * theme::BUTTON_WIDTH + 2.0 * theme::GAP;
        ui.add_space((ui.available_width() - widths).max(0.0) - theme::GAP);
        let ok = Button::new("OK").refused(busy).default_of_dialog();
        if ok.show(ui).yes() {
            footer = Footer::Ok;
        }
        if Button::new("Cancel").show(ui).yes() {
            footer = Footer::Cancel;
        }
        let nothing = (!is_dirty).then_some("Nothing has been changed");
        let apply = Button::new("Apply").refused(busy.or(nothing));
        if apply.show(ui).yes() {
            footer = Footer::Apply;
        }
    });
    footer
}

/// The sheet `id` was closed, perhaps by what its OK has begun: the keyboard goes back to what had
/// it before.
pub fn sheet_is_gone(ctx: &Context, id: impl Hash + Debug) {
    super::child::window_is_gone(ctx, ("sheet", id));
}

#[cfg(test)]
mod tests {
    use egui::Key;
    use egui::accesskit::Role;
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
