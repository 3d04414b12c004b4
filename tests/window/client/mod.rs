//! The mail user's window, over a home folder of his own and a KM server in the same test.

mod keysets;
mod life;
mod manners;
mod q192181;
mod q199760;

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use kmadmin::client::app::App;
use kmadmin::client::settings::{Server, Settings};
use kmadmin::client::ui::Window;
use kmadmin::client::{Client, Exchange, Surroundings};
use kmadmin::desk::FileAnswer;
use kmadmin::desk::fake::FakeDesk;
use kmadmin::domain::address::MailAddress;
use kmadmin::domain::mailbox::MailboxId;
use kmadmin::domain::names::DisplayName;
use kmadmin::domain::progress::Unwatched;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::session::Remember;
use kmadmin::work::Worker;
use rand::{SeedableRng as _, rngs::StdRng};

use crate::screen::Screen;
use crate::support::{Folder, NAMES, SERVER, StillClock, World, cheap, credential, recovery};

/// A KM server that answers its users' programs whenever its post is taken in.
#[derive(Clone)]
pub struct KmServer {
    world: Arc<Mutex<World>>,
    clock: StillClock,
    post_office: PathBuf,
}

impl KmServer {
    pub fn new() -> Self {
        let world = World::new(1);
        let clock = world.clock.clone();
        let post_office = world.folder.path().join("post-office");
        Self {
            world: Arc::new(Mutex::new(world)),
            clock,
            post_office,
        }
    }

    pub fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut world)
    }

    /// A person with a mailbox, who has been enabled; gives the temporary key.
    pub fn enabled(&self, name: &str, address: &str) -> (MailboxId, String) {
        let id = self.with(|world| world.mailbox(name, address));
        (id, self.enable(id))
    }

    /// *Enable Advanced Security*; gives the temporary key.
    pub fn enable(&self, id: MailboxId) -> String {
        self.with(|world| {
            let ada = credential(NAMES[0]);
            let mut session = world.engine.open_session(&ada, Remember::No).unwrap();
            let how = HandOver::TemporaryKey;
            let handed = world
                .engine
                .enable(&mut session, id, SERVER, how, &Unwatched);
            handed.unwrap().temporary_key.unwrap().expose().to_owned()
        })
    }

    /// *Recover Security Key*; gives the temporary key.
    pub fn recover(&self, id: MailboxId) -> String {
        self.with(|world| {
            let handed = world.run(recovery(id, HandOver::TemporaryKey), &NAMES);
            handed.unwrap().temporary_key.unwrap().expose().to_owned()
        })
    }

    /// The post office is emptied, and everything due is done.
    pub fn work(&self) {
        self.with(|world| {
            world.engine.take_mail().unwrap();
            world.engine.tick().unwrap();
        });
    }

    /// A year of months goes by.
    pub fn months(&self, months: u32) {
        let now = self.clock.0.load(Ordering::SeqCst);
        let later = kmadmin::domain::time::UnixTime::from_secs(now).plus_months(months);
        self.clock.0.store(later.secs(), Ordering::SeqCst);
    }
}

/// No connection: everything goes by mail.
struct NoHttp;

impl Exchange for NoHttp {
    fn post(&mut self, _url: &str, _request: &[u8]) -> Result<Vec<u8>, String> {
        Err("there is no HTTP here".to_owned())
    }
}

/// A user at the window.
pub struct User {
    screen: Screen<Window>,
    server: KmServer,
    home: Folder,
}

impl User {
    /// At the window of a new home folder with the account set up.
    pub fn new(server: &KmServer, name: &str, address: &str, seed: u64) -> Self {
        let home = Folder::new();
        let mut client = client(server, home.path(), seed).unwrap();
        let office = Server::PostOffice(server.post_office.clone());
        let settings = Settings {
            name: Some(DisplayName::parse(name).unwrap()),
            address: Some(MailAddress::parse(address).unwrap()),
            server: Some(office),
            ..Settings::default()
        };
        client.set_settings(settings).unwrap();
        Self {
            screen: screen_of(server, Ok(client)),
            server: server.clone(),
            home,
        }
    }

    /// At the window of a new home folder, as it is at the first start.
    pub fn unknown(server: &KmServer, seed: u64) -> Self {
        let home = Folder::new();
        let client = client(server, home.path(), seed);
        Self {
            screen: screen_of(server, client),
            server: server.clone(),
            home,
        }
    }

    /// Closes the window and opens it again: nobody is logged on.
    pub fn reopen(self, seed: u64) -> Self {
        let Self {
            screen,
            server,
            home,
        } = self;
        drop(screen);
        let client = client(&server, home.path(), seed);
        Self {
            screen: screen_of(&server, client),
            server,
            home,
        }
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Mail goes to the server and back, and the window sees it.
    pub fn exchange(&mut self) {
        self.server.work();
        self.pass(4);
        self.server.work();
        self.pass(4);
    }

    /// Some seconds go by, in which the window looks for mail.
    pub fn pass(&mut self, seconds: i64) {
        self.server.clock.advance(seconds);
        self.run();
        self.run();
    }

    /// From Tools > Options to the message under way (Q199760, steps 2 and 3).
    pub fn ask_for_digital_id(&mut self, token: &str, keyset: Option<&str>) {
        self.menu("Tools", "Options…");
        self.click("Get a Digital ID…");
        self.click("Set up Security for me on the Exchange Server");
        self.click("OK");
        self.type_into("Token:", token);
        if let Some(keyset) = keyset {
            self.type_into("Keyset Name:", keyset);
        }
        self.click("OK");
    }

    /// Everything from the token to a keyset of the level High.
    pub fn get_digital_id(&mut self, token: &str, keyset: Option<&str>, password: &str) {
        self.ask_for_digital_id(token, keyset);
        self.expect("A message has been sent to the Key Management Server.");
        self.click("OK");
        self.close_front();
        self.exchange();
        self.double_click("Security Authority, Reply");
        self.expect("Create new password for this item");
        self.type_password("Password:", password);
        self.type_password("Confirm:", password);
        self.click("Finish");
        self.expect("The keys were stored in the keyset");
        self.click("OK");
        self.exchange();
        self.expect("Your Digital ID is ready");
        self.click("OK");
    }

    /// The text of the message that is open.
    pub fn message_text(&self) -> String {
        let role = Role::MultilineTextInput;
        let text = self.harness.get_by_role_and_label(role, "Message text");
        text.value().unwrap_or_default()
    }

    /// Closes the window inside the window that is in front.
    pub fn close_front(&mut self) {
        self.key(egui::Key::Escape);
    }

    /// Lays out the answer to the next file dialog.
    pub fn next_file(&self, name: &str) -> PathBuf {
        let path = self.home.path().join(name);
        self.desk.answer_next(FileAnswer::Chosen(path.clone()));
        path
    }
}

fn client(
    server: &KmServer,
    home: &Path,
    seed: u64,
) -> Result<Client, kmadmin::client::error::Error> {
    let around = Surroundings {
        clock: Arc::new(server.clock.clone()),
        rng: Box::new(StdRng::seed_from_u64(seed)),
        costs: cheap(),
        exchange: Box::new(NoHttp),
    };
    Client::open(home, around)
}

fn screen_of(
    server: &KmServer,
    client: Result<Client, kmadmin::client::error::Error>,
) -> Screen<Window> {
    let desk = FakeDesk::default();
    let start = |client| Ok(Worker::inline(client));
    let clock = Arc::new(server.clock.clone());
    let app = App::new(client, start, Box::new(desk.clone()), clock).unwrap();
    Screen::new(desk, |ctx| Window::new(ctx, app))
}

impl Deref for User {
    type Target = Screen<Window>;

    fn deref(&self) -> &Screen<Window> {
        &self.screen
    }
}

impl DerefMut for User {
    fn deref_mut(&mut self) -> &mut Screen<Window> {
        &mut self.screen
    }
}
