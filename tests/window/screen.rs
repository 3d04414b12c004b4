//! A window in a test, and words for what a person does at it.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use kmadmin::desk::fake::FakeDesk;

/// A program's window and its desktop.
pub struct Screen<W: eframe::App + 'static> {
    pub harness: Harness<'static, W>,
    pub desk: FakeDesk,
}

/// Several times what any act here needs until the window is at rest.
const MAX_STEPS: u64 = 40;

impl<W: eframe::App + 'static> Screen<W> {
    /// The window that `make` makes, at rest.
    pub fn new(desk: FakeDesk, make: impl FnOnce(&egui::Context) -> W) -> Self {
        let mut harness = Harness::builder()
            .with_size(egui::Vec2::new(1000.0, 700.0))
            .with_max_steps(MAX_STEPS)
            .with_step_dt(0.02) // two clicks within 0.3 s are a double click
            .allow_missing_glyphs() // fonts of other scripts are the machine's
            .build_eframe(|creation| make(&creation.egui_ctx));
        harness.run();
        Self { harness, desk }
    }

    pub fn run(&mut self) {
        self.harness.run();
    }

    /// Presses the button, tab or menu with this name.
    pub fn click(&mut self, name: &str) {
        self.harness
            .get_all_by_label(name)
            .rfind(|node| {
                !node.accesskit_node().is_disabled()
                    && matches!(
                        node.accesskit_node().role(),
                        Role::Button
                            | Role::DefaultButton
                            | Role::Tab
                            | Role::MenuItem
                            | Role::CheckBox
                            | Role::RadioButton
                    )
            })
            .unwrap_or_else(|| panic!("nothing to press is named {name}"))
            .click();
        self.run();
    }

    /// Types into the field with this name in place of what it holds.
    pub fn type_into(&mut self, name: &str, text: &str) {
        self.fill(Role::TextInput, name, text);
    }

    /// Types into the password field with this name.
    pub fn type_password(&mut self, name: &str, text: &str) {
        self.fill(Role::PasswordInput, name, text);
    }

    fn fill(&mut self, role: Role, name: &str, text: &str) {
        self.harness.get_by_role_and_label(role, name).focus();
        self.run();
        self.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.run();
        self.harness.key_press(Key::Backspace);
        self.run();
        self.harness
            .get_by_role_and_label(role, name)
            .type_text(text);
        self.run();
    }

    pub fn key(&mut self, key: Key) {
        self.harness.key_press(key);
        self.run();
    }

    pub fn keys(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.run();
    }

    /// Whether text is on screen that has `part` in it.
    pub fn shows(&self, part: &str) -> bool {
        self.harness
            .query_all_by_label_contains(part)
            .next()
            .is_some()
    }

    #[track_caller]
    pub fn expect(&self, part: &str) {
        assert!(
            self.shows(part),
            "not on screen: {part}\n{:#?}",
            self.harness.root()
        );
    }

    #[track_caller]
    pub fn expect_not(&self, part: &str) {
        assert!(!self.shows(part), "on screen: {part}");
    }

    /// Why the button with this name can not be pressed.
    pub fn refusal(&self, name: &str) -> Option<String> {
        let node = self.harness.get_all_by_label(name).last()?;
        let node = node.accesskit_node();
        node.is_disabled()
            .then(|| node.description().unwrap_or_default())
    }

    /// Selects the row whose text begins with `text`.
    pub fn select(&mut self, text: &str) {
        self.row(text).click();
        self.run();
    }

    pub fn double_click(&mut self, text: &str) {
        self.harness.run_steps(20); // a click before does not count as the first of three
        let place = self.row(text).rect().center();
        for pressed in [true, false, true, false] {
            self.harness.event(egui::Event::PointerMoved(place));
            self.harness.event(egui::Event::PointerButton {
                pos: place,
                button: egui::PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            });
        }
        self.run();
    }

    fn row(&self, text: &str) -> egui_kittest::Node<'_> {
        let mut rows = self.harness.get_all_by_role(Role::ListBoxOption);
        rows.find(|row| {
            row.accesskit_node()
                .label()
                .is_some_and(|label| label.starts_with(text))
        })
        .unwrap_or_else(|| panic!("no row begins with {text}"))
    }

    /// The rows of all lists that are on screen.
    pub fn rows(&self) -> Vec<String> {
        let rows = self.harness.query_all_by_role(Role::ListBoxOption);
        rows.filter_map(|row| row.accesskit_node().label())
            .collect()
    }

    /// Clicks the head of a column.
    pub fn click_head(&mut self, title: &str) {
        self.harness
            .get_by_role_and_label(Role::ColumnHeader, title)
            .click();
        self.run();
    }

    /// Chooses an entry of a menu.
    pub fn menu(&mut self, menu: &str, entry: &str) {
        self.click(menu);
        self.harness
            .get_by_role_and_label(Role::MenuItem, entry)
            .click();
        self.run();
    }

    /// Chooses a line of a drop-down list by its beginning.
    pub fn choose(&mut self, list: &str, line: &str) {
        let combo = self.harness.get_by_role_and_label(Role::ComboBox, list);
        if combo.value().is_some_and(|value| value.starts_with(line)) {
            return;
        }
        combo.click();
        self.run();
        let in_list =
            |node: &egui_kittest::Node<'_>| node.accesskit_node().role() != Role::ComboBox;
        self.harness
            .get_all_by_label_contains(line)
            .rfind(in_list)
            .unwrap()
            .click(); // the list dropped down is in front
        self.run();
    }

    /// Presses the cross of the window itself.
    pub fn close_window(&mut self) {
        let viewports = &mut self.harness.input_mut().viewports;
        let window = viewports.entry(egui::ViewportId::ROOT).or_default();
        window.events.push(egui::ViewportEvent::Close);
        self.harness.step();
        let viewports = &mut self.harness.input_mut().viewports;
        let window = viewports.entry(egui::ViewportId::ROOT).or_default();
        window.events.clear();
        self.run();
    }
}
