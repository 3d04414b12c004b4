//! Boxes that say or ask one thing: a picture, words, and buttons.

use std::fmt::Debug;
use std::hash::Hash;

use egui::Align;
use egui::Context;
use egui::Key;
use egui::Layout;
use egui::Modifiers;
use egui::Ui;

use super::dialog::Dialog;
use super::icons::Icon;
use super::text;
use super::theme;

/// A message box: the first of `answers` is the default, the last is what Esc means.
pub fn message<T: Copy>(
    ctx: &Context,
    id: impl Hash + Debug,
    icon: Icon,
    title: &str,
    words: &str,
    answers: &[(T, &str)],
) -> Option<T> {
    let mut dialog = Dialog::new(id, title);
    let last = answers.len().saturating_sub(1);
    for (index, (value, text)) in answers.iter().enumerate() {
        dialog = match index {
            0 => dialog.default_button(*value, text, None),
            _ if index == last => dialog.cancel_button(*value, text),
            _ => dialog.button(*value, text, None),
        };
    }
    let only = answers.first().filter(|_answer| last == 0);
    let (closed, pressed) = dialog.show(ctx, |ui| {
        icon_and_words(ui, icon, words);
        // A box with one button has no cancel button; Esc means the same as the one it has.
        only.is_some() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
    });
    let by_escape = only.map(|(value, _text)| *value).filter(|_value| closed);
    pressed.or(by_escape)
}

/// Asks before something is lost: the button that loses nothing comes first, and Enter presses it.
pub fn loss<T: Copy>(
    ctx: &Context,
    (id, title): (u64, &str),
    words: &str,
    [(accept, accept_text), (decline, decline_text)]: [(T, &str); 2],
) -> Option<T> {
    let ((), pressed) = Dialog::new(id, title)
        .safe_button(decline, decline_text)
        .button(accept, accept_text, None)
        .show(ctx, |ui| icon_and_words(ui, Icon::Warning, words));
    pressed
}

fn icon_and_words(ui: &mut Ui, icon: Icon, words: &str) {
    ui.with_layout(Layout::left_to_right(Align::TOP), |ui| {
        text::icon(ui, icon, theme::LARGE_ICON);
        ui.add_space(theme::GAP);
        ui.vertical(|ui| text::paragraph(ui, words));
    });
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;

    use super::*;

    #[test]
    fn a_message_with_one_button_closes_by_esc_too() {
        let mut harness = Harness::new_ui_state(
            |ui, closed: &mut bool| {
                let answers = [((), "OK")];
                let answer = message(
                    ui.ctx(),
                    "m",
                    Icon::Information,
                    "kmadmin",
                    "Done.",
                    &answers,
                );
                *closed |= answer.is_some();
            },
            false,
        );
        harness.run();
        assert!(!*harness.state());
        harness.key_press(Key::Escape);
        harness.run();
        assert!(*harness.state());
    }
}
