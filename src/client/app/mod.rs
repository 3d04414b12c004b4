//! The mail user's program: its state and decisions. It has never heard of a window system: it is
//! told what the person does ([`command::Command`]), and everything there is to see can be read
//! from it.

pub mod account;
pub mod command;
pub mod compose;
pub mod digital_id;
mod files;
pub mod inbox;
mod keys;
mod message;
pub mod modal;
pub mod options;
pub mod people;
pub mod reading;
pub mod transfer;

use std::io;
use std::sync::Arc;

use crate::client::Client;
use crate::client::error::Error;
use crate::client::view::{Arrival, SessionView};
use crate::desk::Desk;
use crate::desk::real::RealDesk;
use crate::domain::time::{Clock, UnixTime};
use crate::forms::message::Message;
use crate::work::{Wake, Watch, Worker};

use account::AccountForm;
use command::Command;
use compose::Compose;
use files::AskedFile;
use inbox::Inbox;
use modal::{Busy, Layer, Modal};
use options::Options;
use people::People;
use reading::Reading;

pub use files::PathForm;
pub use keys::{ConsentForm, PasswordForm};

/// The mail user's program.
pub struct App {
    /// The messages.
    pub inbox: Inbox,
    /// The windows inside the window, in the order they were opened.
    pub windows: Vec<Open>,
    /// The dialogs, the one in front last.
    pub modals: Vec<Layer>,
    /// Who is logged on to advanced security.
    pub session: Option<SessionView>,
    /// The own name and address, as the caption shows them.
    pub owner: String,
    /// Why there is nothing to work with, where the home folder can not be used.
    pub closed: Option<Message>,
    /// Whether the window is to close.
    pub wants_exit: bool,
    worker: Worker<Option<Client>, Self>,
    desk: Box<dyn Desk>,
    clock: Arc<dyn Clock>,
    numbers: u64,
    asked_file: Option<AskedFile>,
    received_at: Option<UnixTime>,
    /// Why no mail could be fetched the last time. It is told once, not every few seconds.
    pub trouble: Option<Message>,
    /// What was sent last.
    pub sent: Option<String>,
    /// Whether mail could be fetched the last time.
    is_received: bool,
    is_leaving: bool,
}

/// A window inside the window.
pub struct Open {
    /// Its number, never used again.
    pub number: WindowNumber,
    /// What is in it.
    pub body: Body,
}

/// The number of a window inside the window.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct WindowNumber(pub u64);

/// What is in a window inside the window.
pub enum Body {
    /// A message being written.
    Compose(Box<Compose>),
    /// *Options*.
    Options(Box<Options>),
    /// *Contacts*.
    People(Box<People>),
    /// An opened message.
    Reading(Box<Reading>),
}

/// How often the own Maildir and the server's answers are looked at, in seconds.
const RECEIVE_SECS: i64 = 3;

impl App {
    /// The program over an opened home folder, or over the reason why it is none.
    pub fn new(
        client: Result<Client, Error>,
        start: impl FnOnce(Option<Client>) -> io::Result<Worker<Option<Client>, Self>>,
        desk: Box<dyn Desk>,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        let (client, closed) = match client {
            Ok(client) => (Some(client), None),
            Err(error) => (None, Some(Message::of_client(&error))),
        };
        let settings = client.as_ref().map(|client| client.settings().clone());
        let mut app = Self {
            inbox: Inbox::default(),
            windows: Vec::new(),
            modals: Vec::new(),
            session: None,
            owner: String::new(),
            closed,
            wants_exit: false,
            worker: start(client)?,
            desk,
            clock,
            numbers: 0,
            asked_file: None,
            received_at: None,
            trouble: None,
            sent: None,
            is_received: false,
            is_leaving: false,
        };
        if let Some(settings) = settings {
            app.owner = account::owner(&settings);
            if !account::is_complete(&settings) {
                app.push(Modal::Account(Box::new(AccountForm::new(&settings))));
            }
        }
        Ok(app)
    }

    /// The program with the client on a thread of its own and the real desktop. `wake` is called
    /// whenever there is something new to be seen.
    pub fn start(
        client: Result<Client, Error>,
        clock: Arc<dyn Clock>,
        wake: Wake,
    ) -> io::Result<Self> {
        let seen = Arc::clone(&wake);
        let start = move |client| Worker::start("client", client, seen);
        Self::new(client, start, Box::new(RealDesk::new(wake)), clock)
    }

    /// Does what the person wants. Behind a dialog nothing is begun, not even by a click that came
    /// just before the dialog did.
    pub fn dispatch(&mut self, command: Command) {
        if !self.modals.is_empty() && command.begins_something() {
            return;
        }
        match command {
            Command::About => self.tell(Message::information(ABOUT)),
            Command::Answer(answer) => self.answer(answer),
            Command::Close(window) => self.close_window(window),
            Command::Compose => self.compose_new(),
            Command::ComposeAct(window, act) => self.compose_act(window, act),
            Command::Contacts => self.open_people(),
            Command::DeleteSelected => self.ask_delete_selected(),
            Command::Exit => self.ask_exit(),
            Command::ForgetPassword => self.forget_password(),
            Command::LogOff => self.log_off(),
            Command::LogOn => self.log_on(),
            Command::OpenRow(row) => self.open_row(row),
            Command::Options => self.open_options(),
            Command::OptionsAct(window, act) => self.options_act(window, act),
            Command::PeopleAct(window, act) => self.people_act(window, act),
            Command::ReadingAct(window, act) => self.reading_act(window, act),
            Command::Reply => self.reply_to_selected(),
            Command::Select(row) => self.inbox.select(row),
            Command::SendReceive => self.send_receive(),
            Command::SortBy(column) => self.inbox.sort_by(column),
        }
    }

    /// Takes in what has happened since the last frame. Called before each, never while painting.
    pub fn tick(&mut self) {
        let now = self.now();
        self.desk.tick(now);
        self.absorb_file();
        let is_due = |at: UnixTime| RECEIVE_SECS <= now.secs_since(at);
        // What arrives may have to be told: not in front of a dialog that is being filled in.
        let is_quiet = self.worker.is_idle() && self.modals.is_empty();
        if is_quiet && self.received_at.is_none_or(is_due) {
            self.receive();
        }
        self.absorb();
    }

    /// Ends everything that is under way; nothing half done is kept. Called once, at the end.
    pub fn on_exit(&mut self) {
        self.is_leaving = true;
        self.worker.cancel_all();
        self.modals.clear();
        while let Some(reply) = self.worker.wait() {
            reply(self);
            self.worker.cancel_all();
        }
        self.modals.clear();
        self.worker.finish();
        self.desk.leave();
    }

    /// The present moment.
    pub fn now(&self) -> UnixTime {
        self.clock.now()
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.worker.is_idle() && self.asked_file.is_none()
    }

    /// The person wants to leave; a message that is being written is not lost unsaid.
    pub fn ask_exit(&mut self) {
        let is_written =
            |open: &Open| matches!(&open.body, Body::Compose(draft) if draft.is_written());
        if !self.windows.iter().any(is_written) {
            self.wants_exit = true;
            return;
        }
        let is_asked = |layer: &Layer| matches!(&layer.modal, Modal::Confirm(confirm) if confirm.question == LEAVE);
        if !self.modals.iter().any(is_asked) {
            self.confirm(LEAVE, "Leave", |app| app.wants_exit = true);
        }
    }

    fn open_window(&mut self, body: Body) -> WindowNumber {
        self.numbers = self.numbers.wrapping_add(1);
        let number = WindowNumber(self.numbers);
        self.windows.push(Open { number, body });
        number
    }

    fn close_window(&mut self, window: WindowNumber) {
        match self.body_mut(window) {
            Some(Body::Compose(draft)) if draft.is_written() => self.confirm(
                "The message has not been sent. Close it, and lose what was written?",
                "Close",
                move |app| app.drop_window(window),
            ),
            Some(_) => self.drop_window(window),
            None => (),
        }
    }

    fn drop_window(&mut self, window: WindowNumber) {
        self.windows.retain(|open| open.number != window);
    }

    fn body_mut(&mut self, window: WindowNumber) -> Option<&mut Body> {
        let mut windows = self.windows.iter_mut();
        let found = windows.find(|open| open.number == window)?;
        Some(&mut found.body)
    }

    /// *Send/Receive*: what has no answer yet is sent again, and what came is fetched.
    fn send_receive(&mut self) {
        let send = |client: &mut Client, _: &Watch| {
            client.send_again()?;
            client.receive()
        };
        self.trouble = None;
        self.post(send, Self::received);
    }

    fn receive(&mut self) {
        self.received_at = Some(self.now());
        let receive = |client: &mut Client, _: &Watch| {
            if account::is_complete(client.settings()) {
                return client.receive();
            }
            Ok(Vec::new()) // nobody's mail
        };
        self.post(receive, Self::received);
    }

    fn received(&mut self, arrivals: Result<Vec<Arrival>, Error>) {
        self.is_received = arrivals.is_ok();
        match arrivals {
            Ok(arrivals) => {
                for arrival in arrivals {
                    self.arrived(arrival);
                }
            }
            Err(error) => self.tell_trouble(Message::of_client(&error)),
        }
        self.refresh();
    }

    fn tell_trouble(&mut self, trouble: Message) {
        if self.trouble.as_ref() != Some(&trouble) {
            self.trouble = Some(trouble.clone());
            self.tell(trouble);
        }
    }

    /// Reads everything on screen again.
    fn refresh(&mut self) {
        let read = |client: &mut Client, _: &Watch| {
            let messages = if account::is_complete(client.settings()) {
                client.messages()?
            } else {
                Vec::new()
            };
            Ok((
                messages,
                client.keysets()?,
                client.session(),
                client.settings().clone(),
            ))
        };
        self.post(read, |app, read: Result<_, Error>| match read {
            Ok((messages, keysets, session, settings)) => {
                if app.is_received {
                    app.trouble = None;
                }
                app.inbox.refresh(messages);
                app.session = session;
                app.owner = account::owner(&settings);
                app.refresh_options(keysets, &settings);
            }
            Err(error) => app.tell_trouble(Message::of_client(&error)),
        });
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

    /// Posts quick work; there is none where the home folder can not be used.
    fn post<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Client, &Watch) -> T + Send + 'static,
        reply: impl FnOnce(&mut Self, T) + Send + 'static,
    ) {
        let work = move |client: &mut Option<Client>, watch: &Watch| {
            client.as_mut().map(|client| work(client, watch))
        };
        self.worker.post(work, move |app: &mut Self, result| {
            if let Some(result) = result {
                reply(app, result);
            }
        });
    }

    /// Posts work that takes its time: a dialog says so.
    fn busy<T: Send + 'static>(
        &mut self,
        title: impl Into<String>,
        work: impl FnOnce(&mut Client, &Watch) -> T + Send + 'static,
        reply: impl FnOnce(&mut Self, T) + Send + 'static,
    ) {
        let number = self.push(Modal::Busy(Busy {
            title: title.into(),
        }));
        self.post(work, move |app, result| {
            app.take_layer(number);
            reply(app, result);
        });
    }
}

const LEAVE: &str = "A message has not been sent. Leave, and lose what was written?";

const ABOUT: &str = concat!(
    "KM Client, version ",
    env!("CARGO_PKG_VERSION"),
    ": gets a Digital ID from the Key Management server, and signs, encrypts and reads mail with it."
);
