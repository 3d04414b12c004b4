//! Fields to type in: text, passwords, text of several lines, and boxes that are only read.

use egui::Frame;
use egui::Key;
use egui::Response;
use egui::TextEdit;
use egui::TextStyle;
use egui::Ui;
use egui::Vec2;
use egui::text::CCursorRange;
use egui::text_edit::TextEditOutput;

use super::bevel;
use super::paint;
use super::theme;

/// A field of one line. What is said about it comes before [`TextField::show`].
#[must_use = "a field is painted by `show`"]
pub struct TextField<'a> {
    name: &'a str,
    text: &'a mut String,
    hint: &'a str,
    width: f32,
    limit: usize,
    refused: Option<&'a str>,
    shown: Shown,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Shown {
    Clear,
    Masked,
}

impl<'a> TextField<'a> {
    /// A field for `text`; `name` is for screen readers, and the same as the label beside it.
    pub fn new(name: &'a str, text: &'a mut String) -> Self {
        Self {
            name,
            text,
            hint: "",
            width: theme::FIELD_WIDTH,
            limit: usize::MAX,
            refused: None,
            shown: Shown::Clear,
        }
    }

    /// With grey words inside while it is empty.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// This many points wide; `f32::INFINITY` for all there is.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// Takes no more than this many characters.
    pub fn limit(mut self, characters: usize) -> Self {
        self.limit = characters;
        self
    }

    /// Not to be changed now, for this reason; `None` for a field that can be typed in.
    pub fn refused(mut self, reason: Option<&'a str>) -> Self {
        self.refused = reason;
        self
    }

    /// With dots instead of letters. Nothing can be copied from it, and it has no undo.
    pub fn masked(mut self) -> Self {
        self.shown = Shown::Masked;
        self
    }

    /// Paints the field.
    pub fn show(self, ui: &mut Ui) -> Response {
        let palette = theme::palette(ui.ctx());
        let ground = match self.refused {
            None => palette.field,
            Some(_reason) => palette.face,
        };
        let edit = TextEdit::singleline(self.text)
            .password(self.shown == Shown::Masked)
            .hint_text(self.hint)
            .desired_width(self.width)
            .char_limit(self.limit)
            .return_key(None) // Enter is for the dialog's default button; the field keeps the keyboard
            .min_size(Vec2::new(0.0, theme::CONTROL_HEIGHT))
            .align(egui::Align2::LEFT_CENTER)
            .frame(Frame::new().fill(ground).inner_margin(theme::FIELD_PADDING));
        let mut output = ui
            .add_enabled_ui(self.refused.is_none(), |ui| edit.show(ui))
            .inner;
        select_all_at_tab(ui, &mut output);
        bevel::sunken(ui.painter(), output.response.response.rect, &palette);
        if self.shown == Shown::Masked {
            forget_typing(ui, &output);
        }
        let response = output.response.response.accessible_name(self.name);
        paint::tip(&response, self.refused.unwrap_or_default());
        response
    }
}

/// Who comes into a field by Tab types over what stands in it.
fn select_all_at_tab(ui: &Ui, output: &mut TextEditOutput) {
    let by_tab = ui.input(|input| input.key_pressed(Key::Tab)) && output.response.gained_focus();
    if by_tab {
        let whole = CCursorRange::select_all(&output.galley);
        output.state.cursor.set_char_range(Some(whole));
        let state = output.state.clone();
        state.store(ui.ctx(), output.response.response.id);
    }
}

/// egui keeps an undo history of every text field, in clear, even of masked ones. It is dropped
/// after each frame, so that it never holds a password when the frame is over.
fn forget_typing(ui: &Ui, output: &TextEditOutput) {
    let mut state = output.state.clone();
    state.clear_undoer();
    state.store(ui.ctx(), output.response.response.id);
}

/// A field of one line.
pub fn text_field(ui: &mut Ui, name: &str, text: &mut String) -> Response {
    TextField::new(name, text).show(ui)
}

/// A masked field of one line.
pub fn password_field(ui: &mut Ui, name: &str, password: &mut String) -> Response {
    TextField::new(name, password).masked().show(ui)
}

/// A sunken field of several lines over all the room there is, for text that a person writes. Tab
/// leaves it, so that the keyboard gets out again.
pub fn text_area(ui: &mut Ui, name: &str, text: &mut String) -> Response {
    wide(ui, name, TextEdit::multiline(text))
}

/// The same for text that is only read and copied from: a message.
pub fn text_view(ui: &mut Ui, name: &str, text: &str) -> Response {
    let mut text = text; // a `&str` is a text buffer that refuses changes
    wide(ui, name, TextEdit::multiline(&mut text))
}

fn wide(ui: &mut Ui, name: &str, edit: TextEdit<'_>) -> Response {
    let palette = theme::palette(ui.ctx());
    let rect = ui.available_rect_before_wrap();
    ui.advance_cursor_after_rect(rect);
    ui.painter().rect_filled(rect, 0.0, palette.field);
    let inner = rect.shrink(2.0 * theme::LINE);
    let mut child = ui.new_child(egui::UiBuilder::new().id_salt(name).max_rect(inner));
    let response = super::scroll::scroll_area(&mut child, name, |ui| {
        edit.desired_width(f32::INFINITY)
            .min_size(Vec2::new(0.0, inner.height()))
            .frame(Frame::new().inner_margin(theme::FIELD_PADDING))
            .show(ui)
            .response
            .response
    });
    bevel::sunken(ui.painter(), rect, &palette);
    response.accessible_name(name)
}

/// A sunken box of `rows` lines that can be read, scrolled and copied from, but not changed.
pub fn text_box(ui: &mut Ui, name: &str, text: &str, rows: usize) -> Response {
    let palette = theme::palette(ui.ctx());
    let line = ui.text_style_height(&TextStyle::Monospace);
    let mut height = 2.0 * theme::GAP;
    for _row in 0..rows {
        height += line;
    }
    let size = Vec2::new(ui.available_width(), height);
    let (rect, _outer) = ui.allocate_exact_size(size, egui::Sense::hover());
    ui.painter().rect_filled(rect, 0.0, palette.field);
    let inner = rect.shrink(2.0 * theme::LINE);
    let mut child = ui.new_child(egui::UiBuilder::new().id_salt(name).max_rect(inner));
    let mut text = text; // a `&str` is a text buffer that refuses changes
    let response = super::scroll::scroll_area(&mut child, name, |ui| {
        TextEdit::multiline(&mut text)
            .font(TextStyle::Monospace)
            .desired_width(f32::INFINITY)
            .desired_rows(rows)
            .frame(Frame::new().inner_margin(theme::FIELD_PADDING))
            .show(ui)
            .response
            .response
    });
    bevel::sunken(ui.painter(), rect, &palette);
    response.accessible_name(name)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use egui::Key;
    use egui::Modifiers;
    use egui::accesskit::Role;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    const TYPED: &str = "correct horse";

    fn with_typed_password<'a>() -> Harness<'a, String> {
        let mut harness = Harness::new_ui_state(
            |ui, password: &mut String| {
                password_field(ui, "Password:", password);
            },
            String::new(),
        );
        let field = |harness: &Harness<'a, String>| {
            harness
                .get_by_role_and_label(Role::PasswordInput, "Password:")
                .focus();
        };
        field(&harness);
        harness.run();
        harness
            .get_by_role_and_label(Role::PasswordInput, "Password:")
            .type_text(TYPED);
        harness.run();
        harness
    }

    #[test]
    fn a_password_is_masked_in_the_accessibility_tree() {
        let harness = with_typed_password();
        assert_eq!(harness.state(), TYPED);
        let shown = harness
            .get_by_role_and_label(Role::PasswordInput, "Password:")
            .value()
            .unwrap();
        assert_eq!(shown.chars().count(), TYPED.chars().count());
        assert!(!format!("{:?}", harness.root()).contains("horse"));
        assert!(
            !harness
                .output()
                .platform_output
                .events_description()
                .contains("horse")
        );
    }

    #[test]
    fn a_password_leaves_no_undo_history() {
        let mut harness = with_typed_password();
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.run();
        harness.key_press(Key::Backspace);
        harness.run();
        assert_eq!(harness.state(), "");
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        harness.run();
        assert_eq!(harness.state(), "", "undo brought the password back");
    }

    #[test]
    fn nothing_can_be_copied_from_a_password_field() {
        let mut harness = with_typed_password();
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.event(egui::Event::Copy);
        harness.event(egui::Event::Cut);
        harness.step();
        let commands = &harness.output().platform_output.commands;
        assert!(commands.is_empty(), "{commands:?}");
    }

    #[test]
    fn text_is_written_over_several_lines_and_tab_leaves_the_field() {
        let mut harness = Harness::new_ui_state(
            |ui, text: &mut String| {
                let _pressed = crate::face::button(ui, "Send");
                text_area(ui, "Message", text);
            },
            String::new(),
        );
        let field = |harness: &Harness<'_, String>| {
            let role = Role::MultilineTextInput;
            harness.get_by_role_and_label(role, "Message").is_focused()
        };
        let role = Role::MultilineTextInput;
        harness.get_by_role_and_label(role, "Message").focus();
        harness.run();
        harness
            .get_by_role_and_label(role, "Message")
            .type_text("Dear Ben");
        harness.run();
        harness.key_press(Key::Enter);
        harness.run();
        assert_eq!(harness.state(), "Dear Ben\n");
        assert!(field(&harness));
        harness.key_press(Key::Tab);
        harness.run();
        assert!(!field(&harness));
        assert_eq!(harness.state(), "Dear Ben\n");
    }

    #[test]
    fn a_read_only_box_keeps_its_text() {
        let mut harness = Harness::new_ui(|ui| {
            text_box(ui, "Details", "serial 01", 3);
        });
        harness
            .get_by_role_and_label(Role::MultilineTextInput, "Details")
            .focus();
        harness.run();
        harness
            .get_by_role_and_label(Role::MultilineTextInput, "Details")
            .type_text("x");
        harness.run();
        let shown = harness
            .get_by_role_and_label(Role::MultilineTextInput, "Details")
            .value();
        assert_eq!(shown.as_deref(), Some("serial 01"));
    }
}
