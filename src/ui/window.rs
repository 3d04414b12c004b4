//! The window: what the toolkit calls, frame by frame.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use egui::{Key, Modifiers};

use crate::app::command::Command;
use crate::app::km_server::SurroundingsMaker;
use crate::app::{App, Stage};
use crate::domain::secret::Password;
use crate::domain::time::Clock;
use crate::face;
use crate::face::theme;

use super::panes::Panes;
use super::{contents_pane, dialogs, menu, sheets, start, status, tree_pane, wizard};

/// How often an idle window looks around: clocks that count down show seconds.
const IDLE: Duration = Duration::from_secs(1);

/// The window's first size, in points: the widest sheet fits beside the tree.
const WINDOW_SIZE: [f32; 2] = [1000.0, 680.0];

/// The smallest window: every dialog fits in.
const MIN_WINDOW_SIZE: [f32; 2] = [720.0, 560.0];

/// Under which name the splitter's place is remembered.
const SPLITTER: &str = "splitter";

/// The window with its program.
pub struct Window {
    /// The program.
    pub app: App,
    panes: Panes,
    is_closing: bool,
}

/// Opens the window over the data folder, and returns when it is closed. `around` gives the engine
/// its surroundings, each time one is opened; `startup` is the startup password where it is known.
pub fn run(
    data: PathBuf,
    around: SurroundingsMaker,
    startup: Option<Password>,
    clock: Arc<dyn Clock>,
) -> Result<(), String> {
    let viewport = egui::ViewportBuilder::default()
        .with_inner_size(WINDOW_SIZE)
        .with_min_inner_size(MIN_WINDOW_SIZE)
        .with_app_id("kmadmin");
    let options = eframe::NativeOptions {
        viewport,
        ..eframe::NativeOptions::default()
    };
    let create: eframe::AppCreator<'_> = Box::new(move |creation| {
        let ctx = creation.egui_ctx.clone();
        let wake = Arc::new(move || ctx.request_repaint());
        let app = App::start(data, around, startup, clock, wake)?;
        let storage = creation.storage;
        let splitter = storage.and_then(|storage| eframe::get_value(storage, SPLITTER));
        Ok(Box::new(Window::new(&creation.egui_ctx, app, splitter)))
    });
    eframe::run_native("KM Administrator", options, create).map_err(|error| error.to_string())
}

impl Window {
    /// The window of `app`; `splitter` is where its splitter was left.
    pub fn new(ctx: &egui::Context, app: App, splitter: Option<f32>) -> Self {
        theme::install(ctx, theme::CLASSIC);
        Self {
            app,
            panes: Panes::new(splitter),
            is_closing: false,
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
        ctx.request_repaint_after(IDLE);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let Self { app, panes, .. } = self;
        let mut commands = Vec::new();
        dialogs::end_busy(ui.ctx(), app, panes);
        match &mut app.stage {
            Stage::Open(_) => console_ui(ui, app, panes, &mut commands),
            Stage::SetUp(wizard) => wizard::wizard_ui(ui, wizard, &mut commands),
            Stage::Start(_) => {
                let now = app.now();
                if let Stage::Start(screen) = &mut app.stage {
                    start::start_ui(ui, screen, now, &mut commands);
                }
            }
        }
        dialogs::dialogs_ui(ui.ctx(), app, panes, &mut commands);
        for command in commands {
            app.dispatch(command);
        }
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        eframe::set_value(storage, SPLITTER, &self.panes.splitter);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.app.on_exit();
    }

    /// The toolkit's memory of fields and windows stays out of the file: it may hold what was typed.
    fn persist_egui_memory(&self) -> bool {
        false
    }
}

fn console_ui(ui: &mut egui::Ui, app: &mut App, panes: &mut Panes, commands: &mut Vec<Command>) {
    menu::keys(ui.ctx(), app, commands);
    let ctx = ui.ctx().clone();
    let was_open = egui::Popup::is_any_open(&ctx);
    face::ground(ui, |ui| {
        menu::menu_ui(ui, app, commands);
        if was_open && !egui::Popup::is_any_open(&ctx) {
            // Esc has closed a menu; the sheet behind it stays.
            ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        }
        menu::toolbar_ui(ui, app, commands);
        let words = status::words(app);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        face::status_bar(ui, &words, |ui| {
            let [mut left, mut right] = face::split(ui, "Splitter", &mut panes.splitter);
            if let Some(console) = app.console_mut() {
                tree_pane::tree_pane(&mut left, console, commands);
                contents_pane::contents_pane(&mut right, console, &mut panes.contents, commands);
            }
        });
    });
    sheets::sheets_ui(ui.ctx(), app, panes, commands);
}
