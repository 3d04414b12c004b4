//! The number box: takes typing, the arrow keys and its two small buttons.

use std::ops::RangeInclusive;

use egui::EventFilter;
use egui::Frame;
use egui::Id;
use egui::Key;
use egui::Modifiers;
use egui::Rect;
use egui::Response;
use egui::Sense;
use egui::TextEdit;
use egui::Ui;
use egui::Vec2;
use egui::accesskit::Action;
use egui::accesskit::Role;

use super::bevel;
use super::paint;
use super::paint::Arrow;
use super::theme;

/// A box for a whole number in `range`. What is typed counts at once when it lies in the range;
/// anything else is put back to the last good number when the box loses the keyboard.
/// `explanation` says what the limits come from; it is added to the tooltip.
pub fn spin<T>(
    ui: &mut Ui,
    name: &str,
    value: &mut T,
    range: RangeInclusive<T>,
    explanation: &str,
) -> Response
where
    T: Copy + Into<u32> + TryFrom<u32>,
{
    let limits = (*range.start()).into()..=(*range.end()).into();
    let before = (*value).into();
    let (number, mut response) = spin_number(ui, name, before, &limits, explanation);
    if number != before
        && let Ok(number) = T::try_from(number)
    {
        *value = number;
        response.mark_changed();
    }
    response
}

fn spin_number(
    ui: &mut Ui,
    name: &str,
    before: u32,
    limits: &RangeInclusive<u32>,
    explanation: &str,
) -> (u32, Response) {
    let size = Vec2::new(theme::SPIN_WIDTH, theme::CONTROL_HEIGHT);
    let (rect, _outer) = ui.allocate_exact_size(size, Sense::hover());
    let arrows = rect
        .shrink(2.0 * theme::LINE)
        .with_min_x(rect.right() - theme::ARROW_WIDTH);
    let id = ui.next_auto_id().with("spin");
    ui.skip_ahead_auto_ids(1);
    let steps = keyboard_steps(ui, id) + arrow_steps(ui, arrows, id);
    let mut number = before;
    if steps != 0 {
        number = number
            .saturating_add_signed(steps)
            .clamp(*limits.start(), *limits.end());
    }
    let place = rect.with_max_x(arrows.left());
    let (typed, response) = typed_number(ui, place, id, number, limits);
    let response = response.accessible_name(name);
    let words = explain(limits, explanation);
    expose(ui, &response, typed, limits, &words);
    bevel::sunken(ui.painter(), rect, &theme::palette(ui.ctx()));
    paint_arrows(ui, arrows, id);
    paint::tip(&response, &words);
    (typed, response)
}

/// The text part. While it has the keyboard it keeps what was typed, good or not.
fn typed_number(
    ui: &mut Ui,
    place: Rect,
    id: Id,
    number: u32,
    limits: &RangeInclusive<u32>,
) -> (u32, Response) {
    let palette = theme::palette(ui.ctx());
    let text_id = id.with("text");
    let kept: Option<(String, u32)> = ui.data(|data| data.get_temp(text_id));
    let mut text = match kept {
        Some((text, of)) if of == number => text,
        Some(_) | None => number.to_string(),
    };
    let mut child = ui.new_child(egui::UiBuilder::new().id_salt(id).max_rect(place));
    let output = TextEdit::singleline(&mut text)
        .id(id)
        .char_limit(digits(*limits.end()))
        .desired_width(place.width())
        .return_key(None)
        .min_size(place.size())
        .align(egui::Align2::LEFT_CENTER)
        .frame(
            Frame::new()
                .fill(palette.field)
                .inner_margin(theme::FIELD_PADDING),
        )
        .show(&mut child);
    let response = output.response.response;
    if response.gained_focus() {
        select_all(ui, id, &text, output.state);
    }
    text.retain(|letter| letter.is_ascii_digit());
    let typed = text
        .parse()
        .ok()
        .filter(|typed| limits.contains(typed))
        .unwrap_or(number);
    let is_typing = response.has_focus() || response.changed();
    ui.data_mut(|data| {
        if is_typing {
            data.insert_temp(text_id, (text, typed));
        } else {
            data.remove::<(String, u32)>(text_id);
        }
    });
    (typed, response)
}

/// So that a number typed next replaces the one that is there.
fn select_all(ui: &Ui, id: Id, text: &str, mut state: egui::text_edit::TextEditState) {
    let everything = egui::text_selection::CCursorRange::select_all_str(text);
    state.cursor.set_char_range(Some(everything));
    state.store(ui.ctx(), id);
}

fn keyboard_steps(ui: &Ui, id: Id) -> i32 {
    let asked = |action| {
        let asked = ui.input(|input| input.num_accesskit_action_requests(id, action));
        i32::try_from(asked).unwrap_or(i32::MAX)
    };
    let mut steps = asked(Action::Increment) - asked(Action::Decrement);
    if ui.memory(|memory| memory.has_focus(id)) {
        let keys_of_its_own = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, keys_of_its_own));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        steps += i32::from(pressed(Key::ArrowUp)) - i32::from(pressed(Key::ArrowDown));
    }
    steps
}

fn arrow_steps(ui: &Ui, arrows: Rect, id: Id) -> i32 {
    let (up, down) = halves(arrows);
    let pressed = |rect, part: &str| ui.interact(rect, id.with(part), Sense::CLICK).clicked();
    i32::from(pressed(up, "up")) - i32::from(pressed(down, "down"))
}

fn paint_arrows(ui: &Ui, arrows: Rect, id: Id) {
    let palette = theme::palette(ui.ctx());
    let (up, down) = halves(arrows);
    for (rect, part, arrow) in [(up, "up", Arrow::Up), (down, "down", Arrow::Down)] {
        let held = ui
            .ctx()
            .read_response(id.with(part))
            .is_some_and(|response| response.is_pointer_button_down_on());
        if held {
            bevel::pressed(ui.painter(), rect, &palette);
        } else {
            bevel::raised(ui.painter(), rect, &palette);
        }
        paint::triangle(ui, rect, arrow, palette.text);
    }
}

fn halves(arrows: Rect) -> (Rect, Rect) {
    arrows.split_top_bottom_at_y(arrows.center().y)
}

fn explain(limits: &RangeInclusive<u32>, explanation: &str) -> String {
    let range = format!("{} to {}", limits.start(), limits.end());
    if explanation.is_empty() {
        return range;
    }
    format!("{range}. {explanation}")
}

fn expose(ui: &Ui, response: &Response, number: u32, limits: &RangeInclusive<u32>, words: &str) {
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::SpinButton);
        node.set_numeric_value(f64::from(number));
        node.set_min_numeric_value(f64::from(*limits.start()));
        node.set_max_numeric_value(f64::from(*limits.end()));
        node.set_numeric_value_step(1.0);
        node.set_description(words);
        node.add_action(Action::Increment);
        node.add_action(Action::Decrement);
    });
}

fn digits(number: u32) -> usize {
    number.to_string().len()
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    fn harness<'a>(value: u8) -> Harness<'a, u8> {
        Harness::new_ui_state(
            |ui, value: &mut u8| {
                spin(
                    ui,
                    "Recover keys",
                    value,
                    1..=4,
                    "There are 4 administrators",
                );
                let mut other = String::new();
                super::super::text_field(ui, "other", &mut other);
            },
            value,
        )
    }

    fn focus(harness: &mut Harness<'_, u8>) {
        harness
            .get_by_role_and_label(Role::SpinButton, "Recover keys")
            .focus();
        harness.run();
    }

    fn type_text(harness: &mut Harness<'_, u8>, text: &str) {
        harness
            .get_by_role_and_label(Role::SpinButton, "Recover keys")
            .type_text(text);
        harness.run();
    }

    #[test]
    fn a_typed_number_replaces_the_one_that_was_there() {
        let mut harness = harness(1);
        focus(&mut harness);
        type_text(&mut harness, "2");
        assert_eq!(*harness.state(), 2);
    }

    #[test]
    fn a_number_out_of_range_and_letters_change_nothing() {
        for typed in ["0", "9", "x"] {
            let mut harness = harness(3);
            focus(&mut harness);
            type_text(&mut harness, typed);
            assert_eq!(*harness.state(), 3, "{typed}");
            harness.get_by_label("other").focus();
            harness.run();
            let shown = harness
                .get_by_role_and_label(Role::SpinButton, "Recover keys")
                .value();
            assert_eq!(shown.as_deref(), Some("3"), "{typed}");
        }
    }

    #[test]
    fn arrow_keys_step_and_stop_at_the_limits() {
        let mut harness = harness(3);
        focus(&mut harness);
        for expected in [4, 4] {
            harness.key_press(Key::ArrowUp);
            harness.run();
            assert_eq!(*harness.state(), expected);
        }
        harness.key_press(Key::ArrowDown);
        harness.run();
        assert_eq!(*harness.state(), 3);
    }

    #[test]
    fn assistive_technology_steps_it() {
        let mut harness = harness(1);
        harness
            .get_by_role_and_label(Role::SpinButton, "Recover keys")
            .increment_accesskit();
        harness.run();
        assert_eq!(*harness.state(), 2);
    }
}
