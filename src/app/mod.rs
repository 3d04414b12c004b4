//! The Administrator's state and decisions. It has never heard of a window system: it is told what
//! the person does ([`command::Command`]), and everything there is to see can be read from it.

mod administrator_forms;
pub mod command;
pub mod console;
mod files;
mod hand_over;
pub mod km_server;
pub mod message;
pub mod modal;
pub mod paged;
mod people;
pub mod place;
pub mod prompt;
mod revoke;
mod session;
pub mod sheet;
pub mod start;
pub mod wizard;
mod wizard_answers;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::desk::Desk;
use crate::desk::real::RealDesk;
use crate::domain::names::AdministratorName;
use crate::domain::secret::Password;
use crate::domain::time::{Clock, UnixTime};
use crate::engine::startup;
use crate::work::{Wake, Watch, Worker};

use command::Command;
use console::Console;
use files::AskedFile;
use km_server::{KmServer, SurroundingsMaker};
use message::Message;
use modal::{Busy, Layer, Modal};
use place::Item;
use sheet::SheetId;
use start::StartScreen;
use wizard::Wizard;

pub use crate::desk::Purpose;
pub use crate::engine::hand_over::HandOver;
pub use crate::forms::chosen::ChosenPassword;
pub use crate::forms::words;
pub use administrator_forms::{NewAdministrator, NewPassword};
pub use files::PathForm;
pub use hand_over::{EnableForm, OneTime, RecoverForm};
pub use people::ImportReview;
pub use revoke::RevokeForm;
pub use wizard_answers::CA_KEYS;

/// The Administrator.
pub struct App {
    /// What fills the window.
    pub stage: Stage,
    /// The dialogs, the one in front last.
    pub modals: Vec<Layer>,
    /// Whether the window is to close.
    pub wants_exit: bool,
    worker: Worker<KmServer, Self>,
    desk: Box<dyn Desk>,
    clock: Arc<dyn Clock>,
    layers: u64,
    last_sheet: u64,
    last_administrator: Option<AdministratorName>,
    asked_file: Option<AskedFile>,
    data_version: Option<i64>,
    polled_at: UnixTime,
    expired_at: UnixTime,
    is_leaving: bool,
    has_told_of_fault: bool,
    told_unpublished: Option<Message>,
    mailed_at: UnixTime,
}

/// What fills the window.
pub enum Stage {
    /// The main window.
    Open(Box<Console>),
    /// The first start: the wizard.
    SetUp(Box<Wizard>),
    /// The question for the startup password.
    Start(StartScreen),
}

/// How often the program looks whether another one has written, in seconds.
const POLL_SECS: i64 = 1;

/// How often the post office is looked at, in seconds: a user waits for the reply.
const MAIL_SECS: i64 = 3;

/// How often what has expired is thrown away, in seconds.
const EXPIRE_SECS: i64 = 60;

impl App {
    /// The Administrator at its start: the wizard in an empty data folder, else the question for
    /// the startup password, or the main window where `startup` answers it already.
    pub fn new(
        worker: Worker<KmServer, Self>,
        desk: Box<dyn Desk>,
        clock: Arc<dyn Clock>,
        first: FirstScreen,
    ) -> Self {
        let now = clock.now();
        let (stage, startup) = match first {
            FirstScreen::SetUp(data) => (Stage::SetUp(Box::new(Wizard::new(data))), None),
            FirstScreen::Start(startup) => (Stage::Start(StartScreen::default()), startup),
        };
        let mut app = Self {
            stage,
            modals: Vec::new(),
            wants_exit: false,
            worker,
            desk,
            clock,
            layers: 0,
            last_sheet: 0,
            last_administrator: None,
            asked_file: None,
            data_version: None,
            polled_at: now,
            expired_at: now,
            is_leaving: false,
            has_told_of_fault: false,
            told_unpublished: None,
            mailed_at: now,
        };
        if let Some(startup) = startup {
            app.open(startup);
        }
        app
    }

    /// The Administrator over a data folder, with the engine on a thread of its own. `wake` is
    /// called whenever there is something new to be seen.
    pub fn start(
        data: PathBuf,
        around: SurroundingsMaker,
        startup: Option<Password>,
        clock: Arc<dyn Clock>,
        wake: Wake,
    ) -> io::Result<Self> {
        let first = FirstScreen::of(&data, startup);
        let server = KmServer::closed(data, around);
        let worker = Worker::start("engine", server, Arc::clone(&wake))?;
        Ok(Self::new(
            worker,
            Box::new(RealDesk::new(wake)),
            clock,
            first,
        ))
    }

    /// Does what the person wants. Behind a dialog nothing is begun, not even by a click that came
    /// just before the dialog did.
    pub fn dispatch(&mut self, command: Command) {
        if !self.modals.is_empty() && command.begins_something() {
            return;
        }
        match command {
            Command::About => self.tell(None, Message::information(ABOUT)),
            Command::Answer(answer) => self.answer(answer),
            Command::DeleteMailbox => self.ask_delete(),
            Command::Exit => self.ask_exit(),
            Command::ExportPeople => self.ask_export_people(),
            Command::Find => self.with_console(|console| console.wants_find = true),
            Command::ForgetPassword => self.forget_password(),
            Command::Found => self.with_console(Console::found),
            Command::Go(place) => self.with_console(|console| console.go(place)),
            Command::ImportPeople => self.ask_import_people(),
            Command::NewMailbox => self.new_mailbox(),
            Command::Open(item) => self.open_item(item),
            Command::Refresh => self.refresh(),
            Command::Select(row) => self.with_console(|console| console.select(Some(row))),
            Command::Sheet(id, act) => self.sheet_act(id, act),
            Command::SortBy(column) => self.with_console(|console| console.sort_by(column)),
            Command::Start(act) => self.start_act(act),
            Command::Toggle(place) => self.with_console(|console| console.toggle(place)),
            Command::Wizard(act) => self.wizard_act(act),
        }
    }

    /// Takes in what has happened since the last frame. Called before each, never while painting.
    pub fn tick(&mut self) {
        let now = self.now();
        self.desk.tick(now);
        self.absorb_file();
        self.end_sessions(now);
        self.poll(now);
        self.absorb();
        self.fetch_mailboxes();
        self.fetch_audit();
        self.absorb(); // inline work is answered within the frame
        if self.worker.has_stopped() && !self.is_leaving && !self.has_told_of_fault {
            self.has_told_of_fault = true;
            let remedy = "Close the program and start it again. Nothing half done is kept.";
            self.tell(
                None,
                Message::error("The KM server has stopped because of a fault.", remedy),
            );
        }
    }

    /// Ends everything that is under way; nothing half done is kept. Called once, at the end.
    pub fn on_exit(&mut self) {
        self.is_leaving = true;
        self.worker.cancel_all();
        self.cancel_dialogs(|_layer| true);
        let end_turn = |server: &mut KmServer, _: &Watch| Some(server.engine.as_mut()?.end_turn());
        self.post(end_turn, |_app, ended| {
            if let Some(Err(error)) = ended {
                tracing::warn!("{error}");
            }
        });
        // A reply may bring a prompt back, which is then cancelled in its turn.
        while let Some(reply) = self.worker.wait() {
            reply(self);
            self.worker.cancel_all();
        }
        self.modals.clear();
        self.drop_wizard();
        self.worker.finish();
        self.desk.leave();
    }

    /// The present moment.
    pub fn now(&self) -> UnixTime {
        self.clock.now()
    }

    /// The main window, if it is open.
    pub fn console(&self) -> Option<&Console> {
        match &self.stage {
            Stage::Open(console) => Some(console),
            Stage::SetUp(_) | Stage::Start(_) => None,
        }
    }

    /// The main window, if it is open, for what the person types into it.
    pub fn console_mut(&mut self) -> Option<&mut Console> {
        match &mut self.stage {
            Stage::Open(console) => Some(console),
            Stage::SetUp(_) | Stage::Start(_) => None,
        }
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.worker.is_idle() && self.asked_file.is_none()
    }

    fn with_console(&mut self, change: impl FnOnce(&mut Console)) {
        if let Some(console) = self.console_mut() {
            change(console);
        }
    }

    fn has_sheet(&self, id: SheetId) -> bool {
        self.console()
            .is_some_and(|console| console.sheet(id).is_some())
    }

    /// The person wants to leave: done, unless something that is shown once would be lost unsaid.
    pub fn ask_exit(&mut self) {
        self.wants_exit = self.may_leave();
    }

    fn open_item(&mut self, item: Item) {
        match item {
            Item::AuditLog => self.open_audit(),
            Item::Ca => self.open_ca(),
            Item::Mailbox(id) => self.open_mailbox(id),
            Item::Place(place) => self.with_console(|console| console.go(place)),
        }
    }

    /// Reads everything on screen again.
    fn refresh(&mut self) {
        if let Some(console) = self.console_mut() {
            console.mailboxes.refresh();
            let sheets: Vec<SheetId> = console.sheets.iter().map(|sheet| sheet.id).collect();
            for sheet in sheets {
                self.load(sheet);
            }
        }
    }

    fn absorb(&mut self) {
        loop {
            let replies = self.worker.replies();
            if replies.is_empty() {
                return;
            }
            for reply in replies {
                reply(self);
            }
        }
    }

    /// Looks whether another program has written, and throws away what has expired.
    fn poll(&mut self, now: UnixTime) {
        if self.console().is_none() || !self.worker.is_idle() {
            return;
        }
        if EXPIRE_SECS <= now.secs_since(self.expired_at) {
            self.expired_at = now;
            let expire = |server: &mut KmServer, _: &Watch| Some(server.engine.as_mut()?.tick());
            self.post(expire, |app, expired| {
                if let Some(Err(error)) = expired {
                    app.tell(None, Message::of(&error));
                }
            });
            self.look_at_publishing();
        }
        if MAIL_SECS <= now.secs_since(self.mailed_at) {
            self.mailed_at = now;
            self.answer_mail();
        }
        if POLL_SECS <= now.secs_since(self.polled_at) {
            self.polled_at = now;
            let look =
                |server: &mut KmServer, _: &Watch| server.engine.as_mut()?.data_version().ok();
            self.post(look, |app, version| {
                let is_new = app.data_version.is_some() && app.data_version != version;
                app.data_version = version;
                if is_new {
                    app.refresh();
                }
            });
        }
    }

    /// Answers the post office, where no other program does.
    fn answer_mail(&mut self) {
        let answer =
            |server: &mut KmServer, _: &Watch| Some(server.engine.as_mut()?.answer_post_office());
        self.post(answer, |app, answered| match answered {
            Some(Ok(0)) | None => (),
            Some(Ok(_answered)) => app.refresh(),
            Some(Err(error)) => tracing::warn!("{error}"),
        });
    }

    /// Tells once, until it succeeds again, that what others read could not be brought up to date.
    fn look_at_publishing(&mut self) {
        let look = |server: &mut KmServer, _: &Watch| {
            let engine = server.engine.as_ref()?;
            engine.unpublished().map(Message::of)
        };
        self.post(look, |app, problem| {
            if problem != app.told_unpublished {
                app.told_unpublished.clone_from(&problem);
                if let Some(message) = problem {
                    app.tell(None, message);
                }
            }
        });
    }

    /// Posts quick work.
    fn post<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut KmServer, &Watch) -> T + Send + 'static,
        reply: impl FnOnce(&mut Self, T) + Send + 'static,
    ) {
        self.worker.post(work, reply);
    }

    /// Posts work that takes its time: a dialog shows how far it is and can stop it.
    fn busy<T: Send + 'static>(
        &mut self,
        owner: Option<SheetId>,
        title: impl Into<String>,
        work: impl FnOnce(&mut KmServer, &Watch) -> T + Send + 'static,
        reply: impl FnOnce(&mut Self, T) + Send + 'static,
    ) {
        let number = self.layers.wrapping_add(1); // what `push` gives below
        let watch = self.worker.post(work, move |app: &mut Self, result| {
            app.take_layer(number);
            reply(app, result);
        });
        let title = title.into();
        self.push(owner, Modal::Busy(Busy { title, watch }));
    }
}

/// What the program starts with.
pub enum FirstScreen {
    /// This data folder is empty.
    SetUp(PathBuf),
    /// The KM server is there; its startup password may be known already.
    Start(Option<Password>),
}

impl FirstScreen {
    /// What fits the data folder.
    pub fn of(data: &Path, startup: Option<Password>) -> Self {
        if startup::is_set_up(data) {
            Self::Start(startup)
        } else {
            Self::SetUp(data.to_owned())
        }
    }
}

const ABOUT: &str = concat!(
    "KM Administrator, version ",
    env!("CARGO_PKG_VERSION"),
    ": enrols mail users for S/MIME, keeps their encryption keys, \
     and gives them back under as many administrators' passwords as the policy asks."
);
