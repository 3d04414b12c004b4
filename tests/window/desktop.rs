//! A window over a throw-away KM server, and words for what a person does at it.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering;

use egui::accesskit::Role;
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

use crate::screen::Screen;
use crate::support::{Folder, NAMES, StillClock, World, password_text, surroundings};

/// The Administrator's window, its clock and its folder.
pub struct Desktop {
    screen: Screen<Window>,
    pub clock: StillClock,
    pub folder: Folder,
    pub startup: String,
}

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
        let make = |ctx: &egui::Context| Window::new(ctx, app, None);
        Self {
            screen: Screen::new(desk, make),
            clock,
            folder,
            startup: String::new(),
        }
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

    /// Answers the prompt in front as this administrator.
    pub fn answer(&mut self, administrator: &str) {
        self.answer_with(administrator, &password_text(administrator));
    }

    pub fn answer_with(&mut self, administrator: &str, password: &str) {
        self.choose("Administrator:", administrator);
        self.type_password("KM Server password:", password);
        self.click("OK");
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

impl Deref for Desktop {
    type Target = Screen<Window>;

    fn deref(&self) -> &Screen<Window> {
        &self.screen
    }
}

impl DerefMut for Desktop {
    fn deref_mut(&mut self) -> &mut Screen<Window> {
        &mut self.screen
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
