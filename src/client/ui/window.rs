//! The window: what the toolkit calls, frame by frame.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use egui::{Key, Modifiers};

use crate::client::Client;
use crate::client::app::command::Command;
use crate::client::app::{App, Body, Open, WindowNumber};
use crate::client::error::Error;
use crate::domain::time::Clock;
use crate::face::{self, ListState, theme};

use super::{compose, dialogs, inbox, menu, options, people, reading};

/// How often an idle window looks around: mail comes without a click.
const IDLE: Duration = Duration::from_secs(1);

/// The window's first size, in points: all columns of the list fit.
const WINDOW_SIZE: [f32; 2] = [900.0, 640.0];

/// The smallest window: every dialog fits in.
const MIN_WINDOW_SIZE: [f32; 2] = [720.0, 560.0];

/// The window with its program.
pub struct Window {
    /// The program.
    pub app: App,
    messages: ListState,
    lists: BTreeMap<WindowNumber, ListState>,
    /// The box that says what is being done, while there is one.
    busy: Option<u64>,
    is_closing: bool,
    /// The owner in the window's title.
    titled: String,
}

/// Opens the window over an opened home folder, or over the reason why it is none, and returns when
/// it is closed.
pub fn run(client: Result<Client, Error>, clock: Arc<dyn Clock>) -> Result<(), String> {
    let viewport = egui::ViewportBuilder::default()
        .with_inner_size(WINDOW_SIZE)
        .with_min_inner_size(MIN_WINDOW_SIZE)
        .with_app_id("kmclient");
    let native = eframe::NativeOptions {
        viewport,
        ..eframe::NativeOptions::default()
    };
    let create: eframe::AppCreator<'_> = Box::new(move |creation| {
        let ctx = creation.egui_ctx.clone();
        let wake = Arc::new(move || ctx.request_repaint());
        let app = App::start(client, clock, wake)?;
        Ok(Box::new(Window::new(&creation.egui_ctx, app)))
    });
    eframe::run_native("KM Client", native, create).map_err(|error| error.to_string())
}

impl Window {
    /// The window of `app`.
    pub fn new(ctx: &egui::Context, app: App) -> Self {
        theme::install(ctx, theme::CLASSIC);
        Self {
            app,
            messages: ListState::default(),
            lists: BTreeMap::new(),
            busy: None,
            is_closing: false,
            titled: String::new(),
        }
    }

    /// Whose window it is stands in its title, for those who have several.
    fn title(&mut self, ctx: &egui::Context) {
        if self.titled != self.app.owner {
            self.titled.clone_from(&self.app.owner);
            let title = format!("{} - KM Client", self.titled);
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title));
        }
    }

    fn main_ui(&mut self, ui: &mut egui::Ui, commands: &mut Vec<Command>) {
        let app = &self.app;
        menu::keys(ui.ctx(), app, commands);
        let ctx = ui.ctx().clone();
        let was_open = egui::Popup::is_any_open(&ctx);
        face::ground(ui, |ui| {
            menu::menu_ui(ui, app, commands);
            if was_open && !egui::Popup::is_any_open(&ctx) {
                // Esc has closed a menu; the window behind it stays.
                ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
            }
            menu::toolbar_ui(ui, app, commands);
            let words = status_words(app);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            face::status_bar(ui, &words, |ui| match &app.closed {
                None => inbox::inbox_ui(ui, app, &mut self.messages, commands),
                Some(reason) => {
                    face::padded(ui, |ui| face::error(ui, &reason.text()));
                }
            });
        });
    }

    fn windows_ui(&mut self, ctx: &egui::Context, commands: &mut Vec<Command>) {
        let is_open =
            |number: &WindowNumber| self.app.windows.iter().any(|open| open.number == *number);
        let gone: Vec<WindowNumber> = self
            .lists
            .keys()
            .filter(|number| !is_open(number))
            .copied()
            .collect();
        for number in gone {
            self.lists.remove(&number);
            face::window_is_gone(ctx, number);
            face::sheet_is_gone(ctx, number);
        }
        for Open { number, body } in &mut self.app.windows {
            let list = self.lists.entry(*number).or_default();
            match body {
                Body::Compose(draft) => compose::compose_ui(ctx, *number, draft, commands),
                Body::Options(sheet) => options::options_ui(ctx, *number, sheet, list, commands),
                Body::People(shown) => people::people_ui(ctx, *number, shown, list, commands),
                Body::Reading(shown) => reading::reading_ui(ctx, *number, shown, commands),
            }
        }
    }
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.app.tick();
        if ctx.input(|input| input.viewport().close_requested()) && !self.is_closing {
            self.app.ask_exit();
            if self.app.wants_exit {
                self.is_closing = true;
            } else {
                ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            }
        }
        if self.app.wants_exit && !self.is_closing {
            self.is_closing = true;
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        self.title(ctx);
        ctx.request_repaint_after(IDLE);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let mut commands = Vec::new();
        dialogs::end_busy(ui.ctx(), &self.app, &mut self.busy);
        self.main_ui(ui, &mut commands);
        self.windows_ui(ui.ctx(), &mut commands);
        dialogs::dialogs_ui(ui.ctx(), &mut self.app, &mut self.busy, &mut commands);
        for command in commands {
            self.app.dispatch(command);
        }
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.app.on_exit();
    }

    /// The toolkit's memory of fields and windows stays out of the file: it may hold what was typed.
    fn persist_egui_memory(&self) -> bool {
        false
    }
}

fn status_words(app: &App) -> Vec<String> {
    let count = crate::forms::words::count(app.inbox.count(), "message", "messages");
    let mut words = vec![match app.inbox.unread() {
        0 => count,
        unread => format!("{count}, {unread} unread"),
    }];
    if app.trouble.is_some() {
        words.push("Mail can not be fetched".to_owned());
    }
    words.extend(app.sent.clone());
    if app.is_asking_for_file() {
        words.push("Waiting for the file dialog".to_owned());
    }
    words.push(match &app.session {
        None => "Not logged on to advanced security".to_owned(),
        Some(session) => format!("Logged on: {}", session.keyset),
    });
    words
}
