//! A window over a throw-away KM server, and words for what a person does at it.

use std::sync::atomic::Ordering;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use kmadmin::app::km_server::KmServer;
use kmadmin::app::{App, FirstScreen};
use kmadmin::desk::FileAnswer;
use kmadmin::desk::fake::FakeDesk;
use kmadmin::domain::address::MailAddress;
use kmadmin::domain::guard::{Guard, Numbers};
use kmadmin::domain::mailbox::{General, MailboxId};
use kmadmin::domain::names::{Alias, DisplayName, Field};
use kmadmin::domain::secret::Password;
use kmadmin::engine::Engine;
use kmadmin::engine::administer::SetNumbers;
use kmadmin::engine::views::AuditRow;
use kmadmin::ui::Window;
use kmadmin::work::Worker;

use crate::support::{Folder, NAMES, StillClock, World, password_text, surroundings};

/// A window, its desktop and its folder.
pub struct Desktop {
    pub harness: Harness<'static, Window>,
    pub desk: FakeDesk,
    pub clock: StillClock,
    pub folder: Folder,
    pub startup: String,
}

/// Several times what any act here needs until the window is at rest.
const MAX_STEPS: u64 = 40;

impl Desktop {
    /// The main window of a KM server with `administrators`; each guard of `numbers` asks for that
    /// many passwords; `people` have mailboxes.
    pub fn open(administrators: usize, numbers: &[(Guard, u8)], people: &[&str]) -> Self {
        let mut world = World::new(administrators);
        for name in people {
            add_person(&mut world.engine, name);
        }
        if !numbers.is_empty() {
            let with = |all: Numbers, &(guard, number): &(Guard, u8)| {
                all.with(guard, number.try_into().unwrap())
            };
            let numbers = numbers.iter().fold(Numbers::ONES, with);
            world.run(SetNumbers { numbers }, &NAMES).unwrap();
        }
        let World {
            engine,
            clock,
            startup,
            folder,
        } = world;
        drop(engine);
        let password = Password::parse(&startup).ok();
        let mut desktop = Self::at(folder, clock, password);
        desktop.startup = startup;
        desktop
    }

    /// The window over whatever `folder` holds.
    pub fn at(folder: Folder, clock: StillClock, startup: Option<Password>) -> Self {
        let desk = FakeDesk::default();
        let first = FirstScreen::of(&folder.data(), startup);
        let time = clock.clone();
        let mut seed = 100;
        let maker = Box::new(move || {
            seed += 1;
            surroundings(&time, seed)
        });
        let worker = Worker::inline(KmServer::closed(folder.data(), maker));
        let app = App::new(
            worker,
            Box::new(desk.clone()),
            std::sync::Arc::new(clock.clone()),
            first,
        );
        let mut harness = Harness::builder()
            .with_size(egui::Vec2::new(1000.0, 700.0))
            .with_max_steps(MAX_STEPS)
            .with_step_dt(0.02) // two clicks within 0.3 s are a double click
            .allow_missing_glyphs() // fonts of other scripts are the machine's
            .build_eframe(|creation| Window::new(&creation.egui_ctx, app, None));
        harness.run();
        Self {
            harness,
            desk,
            clock,
            folder,
            startup: String::new(),
        }
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

    /// Goes to a container of the tree.
    pub fn go(&mut self, name: &str) {
        let place = self
            .harness
            .get_all_by_role(Role::TreeItem)
            .find(|node| node.accesskit_node().label().as_deref() == Some(name))
            .unwrap()
            .rect()
            .center();
        self.harness.drag_at(place);
        self.harness.drop_at(place);
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

    /// Answers the prompt in front as this administrator.
    pub fn answer(&mut self, administrator: &str) {
        self.answer_with(administrator, &password_text(administrator));
    }

    pub fn answer_with(&mut self, administrator: &str, password: &str) {
        self.choose("Administrator:", administrator);
        self.type_password("KM Server password:", password);
        self.click("OK");
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

    /// Opens the CA object as this administrator.
    pub fn open_ca(&mut self, administrator: &str) {
        self.go("Configuration");
        self.double_click("CA");
        self.answer(administrator);
        self.expect("SHA-256 fingerprint:");
    }

    /// Lays out the answer to the next file dialog.
    pub fn next_file(&self, name: &str) -> std::path::PathBuf {
        let path = self.folder.path().join(name);
        self.desk.answer_next(FileAnswer::Chosen(path.clone()));
        path
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

    pub fn advance(&mut self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
        self.run();
    }

    /// Another program's look at the same folder.
    pub fn other_program(&self) -> Engine {
        let startup = Password::parse(&self.startup).ok().unwrap();
        kmadmin::engine::startup::open(&self.folder.data(), surroundings(&self.clock, 7), &startup)
            .unwrap()
    }

    /// The newest rows of the audit.
    pub fn audit(&self) -> Vec<AuditRow> {
        self.other_program().audit("", None, 1_000).unwrap()
    }
}

/// Gives a person a mailbox.
pub fn add_person(engine: &mut Engine, name: &str) -> MailboxId {
    let alias = name.to_lowercase().replace(' ', ".");
    let none = || Field::parse("field", "").unwrap();
    let general = General {
        display_name: DisplayName::parse(name).unwrap(),
        address: MailAddress::parse(&format!("{alias}@example.com")).unwrap(),
        alias: Alias::parse(&alias).unwrap(),
        title: none(),
        company: none(),
        department: none(),
        office: none(),
        assistant: none(),
        phone: none(),
    };
    engine.new_mailbox(&general).unwrap()
}
