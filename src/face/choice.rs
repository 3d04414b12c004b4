//! The drop-down list.

use egui::EventFilter;
use egui::Key;
use egui::Modifiers;
use egui::Popup;
use egui::Rect;
use egui::Response;
use egui::Ui;
use egui::Vec2;
use egui::accesskit::Role;

use super::bevel;
use super::paint;
use super::paint::Arrow;
use super::theme;

/// One line of a drop-down list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Choice<'a, T> {
    /// What it stands for.
    pub value: T,
    /// What the person reads.
    pub text: &'a str,
    /// Why it can not be chosen now.
    pub refused: Option<&'a str>,
}

impl<'a, T> Choice<'a, T> {
    /// A line that can be chosen.
    pub fn new(value: T, text: &'a str) -> Self {
        Self {
            value,
            text,
            refused: None,
        }
    }

    /// Not to be chosen now, for this reason; `None` for one that can be.
    #[must_use]
    pub fn refused(mut self, reason: Option<&'a str>) -> Self {
        self.refused = reason;
        self
    }
}

/// A field, as wide as there is room, that shows the chosen line and drops down the others. With the keyboard: Up and Down
/// choose, Space drops the list down. `chosen` that is none of `choices` shows as empty.
pub fn combo<T: Clone + PartialEq>(
    ui: &mut Ui,
    name: &str,
    chosen: &mut T,
    choices: &[Choice<'_, T>],
) -> Response {
    let width = ui.available_width();
    let size = Vec2::new(width, theme::CONTROL_HEIGHT);
    let mut response = paint::markable(ui, size, None);
    let mut picked = keyboard_choice(ui, &response, chosen, choices);
    let is_chosen = |choice: &&Choice<'_, T>| choice.value == *chosen;
    let text = choices
        .iter()
        .find(is_chosen)
        .map_or("", |choice| choice.text);
    paint::describe(ui, &response, Role::ComboBox, name, None);
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_value(text));
    paint_field(ui, &response, text);
    let palette = theme::palette(ui.ctx());
    Popup::menu(&response)
        .width(width)
        .gap(0.0)
        .frame(
            egui::Frame::new()
                .fill(palette.field)
                .stroke(egui::Stroke::new(theme::LINE, palette.dark_shadow)),
        )
        .show(|ui| {
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            for choice in choices {
                if choice_row(ui, width, choice, *chosen == choice.value) {
                    picked = Some(choice.value.clone());
                    response.request_focus();
                    ui.close(); // a click closes the list by itself, a key does not
                }
            }
        });
    if let Some(value) = picked
        && value != *chosen
    {
        *chosen = value;
        response.mark_changed();
    }
    response
}

fn keyboard_choice<T: Clone + PartialEq>(
    ui: &Ui,
    response: &Response,
    chosen: &T,
    choices: &[Choice<'_, T>],
) -> Option<T> {
    if !response.has_focus() || Popup::is_any_open(ui.ctx()) {
        return None;
    }
    let keys_of_its_own = EventFilter {
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, keys_of_its_own));
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let open_to = |choice: &&Choice<'_, T>| choice.refused.is_none();
    let at = choices.iter().position(|choice| choice.value == *chosen);
    let next = if pressed(Key::ArrowDown) {
        let rest = at.map_or(0, |at| at + 1);
        choices.iter().skip(rest).find(open_to)
    } else if pressed(Key::ArrowUp) {
        choices.iter().take(at.unwrap_or(0)).rev().find(open_to)
    } else {
        None
    };
    next.map(|choice| choice.value.clone())
}

fn paint_field(ui: &Ui, response: &Response, text: &str) {
    let palette = theme::palette(ui.ctx());
    let rect = response.rect;
    bevel::field(ui.painter(), rect, &palette);
    let inner = rect.shrink(2.0 * theme::LINE);
    let button = inner.with_min_x(inner.right() - theme::ARROW_WIDTH);
    if response.is_pointer_button_down_on() {
        bevel::pressed(ui.painter(), button, &palette);
    } else {
        bevel::raised(ui.painter(), button, &palette);
    }
    paint::triangle(ui, button, Arrow::Down, palette.text);
    let value = inner.with_max_x(button.left()).shrink(theme::LINE);
    let mut ink = palette.text;
    if response.has_focus() && !Popup::is_any_open(ui.ctx()) {
        ui.painter().rect_filled(value, 0.0, palette.selection);
        bevel::focus(ui.painter(), value, palette.selection_text);
        ink = palette.selection_text;
    }
    paint::text_left(ui, cell(value), text, ink);
}

fn choice_row<T>(ui: &mut Ui, width: f32, choice: &Choice<'_, T>, is_chosen: bool) -> bool {
    let size = Vec2::new(width - 2.0 * theme::LINE, theme::ROW_HEIGHT);
    let response = paint::pressable(ui, size, choice.refused);
    paint::describe(
        ui,
        &response,
        Role::ListBoxOption,
        choice.text,
        choice.refused,
    );
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_selected(is_chosen));
    let palette = theme::palette(ui.ctx());
    let is_lit = response.hovered() || response.has_focus();
    let ink = if choice.refused.is_some() {
        palette.disabled_text
    } else if is_lit {
        ui.painter()
            .rect_filled(response.rect, 0.0, palette.selection);
        palette.selection_text
    } else {
        palette.text
    };
    paint::text_left(ui, cell(response.rect), choice.text, ink);
    response.clicked()
}

fn cell(rect: Rect) -> Rect {
    rect.shrink2(Vec2::new(theme::CELL_PADDING, 0.0))
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    fn harness<'a>() -> Harness<'a, u32> {
        Harness::new_ui_state(
            |ui, chosen: &mut u32| {
                let choices = [
                    Choice::new(2048, "RSA 2048"),
                    Choice::new(1024, "RSA 1024").refused(Some("Too short")),
                    Choice::new(4096, "RSA 4096"),
                ];
                combo(ui, "Key kind", chosen, &choices);
            },
            2048,
        )
    }

    #[test]
    fn a_line_is_chosen_from_the_list() {
        let mut harness = harness();
        harness.get_by_label("Key kind").click();
        harness.run();
        harness.get_by_label("RSA 4096").click();
        harness.run();
        assert_eq!(*harness.state(), 4096);
        assert!(harness.query_by_label("RSA 2048").is_none());
    }

    #[test]
    fn a_refused_line_is_passed_over_by_key_and_deaf_to_clicks() {
        let mut harness = harness();
        harness.get_by_label("Key kind").focus();
        harness.run();
        harness.key_press(Key::ArrowDown);
        harness.run();
        assert_eq!(*harness.state(), 4096);
        harness.get_by_label("Key kind").click();
        harness.run();
        harness.get_by_label("RSA 1024").click();
        harness.run();
        assert_eq!(*harness.state(), 4096);
    }
}
