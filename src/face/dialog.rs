//! Boxes in front of everything that want an answer first.

use std::fmt::Debug;
use std::hash::Hash;

use egui::Align2;
use egui::Area;
use egui::Context;
use egui::Frame;
use egui::Id;
use egui::Key;
use egui::Margin;
use egui::Modal;
use egui::Modifiers;
use egui::Rect;
use egui::Ui;
use egui::Vec2;
use egui::accesskit::Role;

use super::bevel;
use super::button::Button;
use super::icons::Icon;
use super::keyboard;
use super::theme;
use super::window;
use super::window::Caption;

/// A modal dialog whose buttons mean values of `T`. Enter presses the default button; Esc and the
/// cross in its caption mean its cancel button; a click beside it does nothing.
#[must_use = "a dialog is painted by `show`"]
pub struct Dialog<'a, T> {
    id: Id,
    title: &'a str,
    icon: Option<Icon>,
    width: f32,
    buttons: Vec<DialogButton<'a, T>>,
}

struct DialogButton<'a, T> {
    value: T,
    text: &'a str,
    refused: Option<&'a str>,
    part: Part,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Part {
    Cancel,
    Default,
    Plain,
    Safe,
}

/// Where a dialog lies: in the middle when it appears. Its top stays there when it grows, so that
/// nothing jumps away from the mouse.
#[derive(Clone, Copy, Debug)]
struct Place {
    room: Rect,
    /// The pass it was painted in.
    pass: u64,
    /// How often it was painted.
    age: u64,
    top: Option<f32>,
}

impl Place {
    fn of(ctx: &Context, id: Id) -> Self {
        let (room, pass) = (ctx.content_rect(), ctx.cumulative_pass_nr());
        let kept: Option<Self> = ctx.data(|data| data.get_temp(id.with("place")));
        let kept = kept.filter(|kept| kept.room == room && pass <= kept.pass + 1);
        let (age, top) = kept.map_or((0, None), |kept| (kept.age + 1, kept.top));
        Self {
            room,
            pass,
            age,
            top,
        }
    }

    fn anchor(&self, area: Area) -> Area {
        match self.top {
            Some(top) => area.anchor(Align2::CENTER_TOP, Vec2::new(0.0, top - self.room.top())),
            None => area,
        }
    }

    /// The first pass measures the dialog, the second one puts it into the middle.
    fn keep(mut self, ctx: &Context, id: Id, top: f32) {
        if 1 < self.age && self.top.is_none() {
            self.top = Some(top);
        }
        ctx.data_mut(|data| data.insert_temp(id.with("place"), self));
    }
}

impl<'a, T: Copy> Dialog<'a, T> {
    /// A dialog; `id` tells it from other dialogs that may be open at the same time.
    pub fn new(id: impl Hash + Debug, title: &'a str) -> Self {
        Self {
            id: Id::unique(("dialog", id)),
            title,
            icon: None,
            width: theme::MESSAGE_WIDTH,
            buttons: Vec::new(),
        }
    }

    /// With a small icon in its caption.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// With contents this many points wide.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// A button. Buttons stand from left to right in the order they are added.
    pub fn button(self, value: T, text: &'a str, refused: Option<&'a str>) -> Self {
        self.add(value, text, refused, Part::Plain)
    }

    /// The button that Enter presses.
    pub fn default_button(self, value: T, text: &'a str, refused: Option<&'a str>) -> Self {
        self.add(value, text, refused, Part::Default)
    }

    /// The button that Enter, Esc and the cross press.
    pub(super) fn safe_button(self, value: T, text: &'a str) -> Self {
        self.add(value, text, None, Part::Safe)
    }

    /// The button that Esc and the cross press.
    pub fn cancel_button(self, value: T, text: &'a str) -> Self {
        self.add(value, text, None, Part::Cancel)
    }

    /// Paints the dialog; what `contents` returned, and the button that was pressed.
    pub fn show<R>(self, ctx: &Context, contents: impl FnOnce(&mut Ui) -> R) -> (R, Option<T>) {
        let place = Place::of(ctx, self.id);
        let area = place
            .anchor(Modal::default_area(self.id))
            .role(Role::Dialog)
            .accessible_name(self.title);
        let frame = Frame::new()
            .fill(theme::palette(ctx).face)
            .inner_margin(Margin::same(theme::FRAME_MARGIN));
        let shown = Modal::new(self.id)
            .area(area)
            .frame(frame)
            .backdrop_color(theme::CLEAR)
            .show(ctx, |ui| self.window(ui, contents));
        place.keep(ctx, self.id, shown.response.rect.top());
        let (result, mut pressed) = shown.inner;
        let escaped = || ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        if shown.is_top_modal && !shown.any_popup_open && escaped() {
            pressed = self.cancels();
        }
        if pressed.is_some() {
            keyboard::give_back(ctx, self.id);
        }
        (result, pressed)
    }

    fn add(mut self, value: T, text: &'a str, refused: Option<&'a str>, part: Part) -> Self {
        self.buttons.push(DialogButton {
            value,
            text,
            refused,
            part,
        });
        self
    }

    fn cancels(&self) -> Option<T> {
        let mut buttons = self.buttons.iter();
        let cancel = buttons.find(|button| matches!(button.part, Part::Cancel | Part::Safe));
        cancel.map(|button| button.value)
    }

    fn window<R>(&self, ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> (R, Option<T>) {
        ui.set_width(self.width + 2.0 * theme::MARGIN);
        ui.spacing_mut().item_spacing.y = theme::GAP;
        let caption = Caption {
            icon: self.icon,
            title: self.title,
            is_front: true,
            closes: self.cancels().is_some(),
        };
        let closed = window::caption_bar(ui, &caption).closed;
        let (result, mut pressed) = Frame::new()
            .inner_margin(theme::CONTENT_MARGIN)
            .show(ui, |ui| {
                ui.set_width(self.width);
                keyboard::take_when_new(ui, self.id);
                let result = contents(ui);
                if self.buttons.is_empty() {
                    return (result, None);
                }
                ui.add_space(theme::MARGIN);
                (result, self.footer(ui))
            })
            .inner;
        if closed {
            pressed = self.cancels();
        }
        let palette = theme::palette(ui.ctx());
        let edge = ui.min_rect().expand(theme::FRAME);
        bevel::window_edge(ui.painter(), edge, &palette);
        (result, pressed)
    }

    /// The buttons, at the right.
    fn footer(&self, ui: &mut Ui) -> Option<T> {
        let mut pressed = None;
        ui.horizontal(|ui| {
            let widths = self.buttons.iter().map(|button| width(ui, button.text));
            let total = widths.reduce(|sum, width| sum + theme::GAP + width);
            let is_only = self.buttons.len() == 1; // Enter can mean nothing else
            let room = ui.available_width() - total.unwrap_or_default();
            ui.spacing_mut().item_spacing.x = theme::GAP;
            ui.add_space(room.max(0.0));
            for button in &self.buttons {
                let mut shown = Button::new(button.text).refused(button.refused);
                if matches!(button.part, Part::Default | Part::Safe) || is_only {
                    shown = shown.default_of_dialog();
                }
                if shown.show(ui).yes() {
                    pressed = Some(button.value);
                }
            }
        });
        pressed
    }
}

fn width(ui: &Ui, text: &str) -> f32 {
    let text = super::paint::text_size(ui, text).x;
    (text + 2.0 * theme::BUTTON_PADDING).max(theme::BUTTON_WIDTH)
}

/// The dialog `id` went away unanswered, as progress does when the work is done: the keyboard goes
/// back to what had it before.
pub fn dialog_is_gone(ctx: &Context, id: impl Hash + Debug) {
    keyboard::give_back(ctx, Id::unique(("dialog", id)));
}

#[cfg(test)]
mod tests {
    use egui::Pos2;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    enum Answer {
        Cancel,
        Ok,
    }

    #[derive(Default)]
    struct Seen {
        answer: Option<Answer>,
        behind: u32,
        password: String,
        refused: bool,
    }

    fn harness<'a>(refused: bool) -> Harness<'a, Seen> {
        let seen = Seen {
            refused,
            ..Seen::default()
        };
        let mut harness = Harness::builder()
            .with_size(Vec2::new(700.0, 400.0))
            .build_ui_state(
                |ui, seen: &mut Seen| {
                    if super::super::button(ui, "Behind") {
                        seen.behind += 1;
                    }
                    let reason = seen.refused.then_some("No password was typed");
                    let (_response, answer) = Dialog::new("test", "Password 1 of 2")
                        .default_button(Answer::Ok, "OK", reason)
                        .cancel_button(Answer::Cancel, "Cancel")
                        .show(ui.ctx(), |ui| {
                            super::super::password_field(ui, "Password:", &mut seen.password)
                        });
                    seen.answer = answer.or(seen.answer);
                },
                seen,
            );
        harness.run();
        harness
    }

    #[test]
    fn enter_is_the_default_button_and_esc_the_cancel_button() {
        for (key, answer) in [(Key::Enter, Answer::Ok), (Key::Escape, Answer::Cancel)] {
            let mut harness = harness(false);
            harness.key_press(key);
            harness.run();
            assert_eq!(harness.state().answer, Some(answer), "{key:?}");
        }
    }

    #[test]
    fn enter_on_cancel_is_cancel() {
        let mut harness = harness(false);
        harness.get_by_label("Cancel").focus();
        harness.run();
        harness.key_press(Key::Enter);
        harness.run();
        assert_eq!(harness.state().answer, Some(Answer::Cancel));
    }

    #[test]
    fn enter_on_a_check_box_is_the_default_button_and_space_ticks_it() {
        let mut harness = Harness::new_ui_state(
            |ui, (ticked, answer): &mut (bool, Option<Answer>)| {
                let dialog = Dialog::new("test", "Sure?").default_button(Answer::Ok, "OK", None);
                let (_box, pressed) = dialog.show(ui.ctx(), |ui| {
                    super::super::check_box(ui, "Remember", ticked, None)
                });
                *answer = pressed.or(*answer);
            },
            (false, None),
        );
        harness.run();
        harness.key_press(Key::Space);
        harness.run();
        assert_eq!(*harness.state(), (true, None));
        harness.key_press(Key::Enter);
        harness.run();
        assert_eq!(*harness.state(), (true, Some(Answer::Ok)));
    }

    #[test]
    fn a_box_that_esc_brings_up_gives_the_keyboard_back() {
        let mut harness = Harness::new_ui_state(
            |ui, (name, asks): &mut (String, bool)| {
                let dialog = Dialog::new("form", "Set-up").cancel_button((), "Cancel");
                let (_field, left) =
                    dialog.show(ui.ctx(), |ui| super::super::text_field(ui, "Name", name));
                if *asks {
                    let sure = Dialog::new("sure", "Sure?").cancel_button((), "No");
                    *asks = sure.show(ui.ctx(), |_ui| ()).1.is_none();
                }
                *asks |= left.is_some();
            },
            (String::new(), false),
        );
        harness.run();
        for _ in 0..2 {
            harness.key_press(Key::Escape);
            harness.run();
        }
        harness.event(egui::Event::Text("Ada".to_owned()));
        harness.run();
        assert_eq!(*harness.state(), ("Ada".to_owned(), false));
    }

    #[test]
    fn a_refused_default_button_is_deaf_to_enter() {
        let mut harness = harness(true);
        harness.key_press(Key::Enter);
        harness.run();
        assert_eq!(harness.state().answer, None);
    }

    #[test]
    fn a_click_beside_the_dialog_does_nothing() {
        let mut harness = harness(false);
        harness.get_by_label("Behind").click();
        harness.drag_at(Pos2::new(690.0, 390.0));
        harness.drop_at(Pos2::new(690.0, 390.0));
        harness.run();
        assert_eq!((harness.state().answer, harness.state().behind), (None, 0));
    }

    #[test]
    fn the_first_field_has_the_keyboard_when_the_dialog_appears() {
        let mut harness = harness(false);
        harness.event(egui::Event::Text("secret".to_owned()));
        harness.run();
        assert_eq!(harness.state().password, "secret");
    }

    #[test]
    fn what_had_the_keyboard_before_a_dialog_has_it_again_afterwards() {
        let mut harness = Harness::new_ui_state(
            |ui, is_open: &mut bool| {
                let mut text = String::new();
                super::super::ground(ui, |ui| {
                    super::super::text_field(ui, "First", &mut text);
                    super::super::text_field(ui, "Second", &mut text);
                });
                if *is_open {
                    let dialog = Dialog::new("test", "Sure?").cancel_button((), "No");
                    let (_nothing, answer) = dialog.show(ui.ctx(), |_ui| ());
                    *is_open = answer.is_none();
                }
            },
            false,
        );
        harness.get_by_label("Second").focus();
        harness.run();
        *harness.state_mut() = true;
        harness.run();
        assert!(harness.get_by_label("No").is_focused());
        harness.key_press(Key::Enter);
        harness.run();
        assert!(!*harness.state());
        assert!(harness.get_by_label("Second").is_focused());
    }

    #[test]
    fn a_dialog_that_stays_open_after_an_answer_keeps_the_keyboard() {
        let mut harness = harness(false);
        harness.key_press(Key::Enter);
        harness.run();
        assert_eq!(harness.state().answer, Some(Answer::Ok));
        harness.event(egui::Event::Text("again".to_owned()));
        harness.run();
        assert_eq!(harness.state().password, "again");
    }
}
