//! The set-up wizard: from an empty folder to a KM server with its first administrator.

use std::path::PathBuf;

use crate::desk::private_file::PrivateFile;
use crate::desk::{FileKind, FileQuestion, Purpose};
use crate::domain::secret::SecretText;
use crate::engine::error::Error;
use crate::engine::setup::{self, Prepared};
use crate::engine::startup;
use crate::engine::strength;
use crate::work::Watch;

use super::console::Console;
use super::files::name_of;
use super::km_server::KmServer;
use super::message::Message;
use super::wizard_answers::Answers;
use super::{App, Stage};

/// The state of the wizard.
#[derive(Default)]
pub struct Wizard {
    /// The data folder, where everything will lie.
    pub data: PathBuf,
    /// The page that is shown.
    pub step: Step,
    /// What is typed.
    pub answers: Answers,
    /// What is wrong with the page.
    pub problem: Option<String>,
    /// Whether the startup password is written down or saved.
    pub startup: StartupPassword,
    /// What was made, waiting to be kept.
    pub prepared: Option<Prepared>,
    /// Whether the person says that the passwords are written down.
    pub is_written_down: bool,
}

impl Wizard {
    /// The wizard at its first page, for this data folder.
    pub fn new(data: PathBuf) -> Self {
        Self {
            data,
            ..Self::default()
        }
    }

    /// Whether the last page shows anything that must be written down.
    pub fn shows_secrets(&self) -> bool {
        let has_envelope = |prepared: &Prepared| prepared.envelope_password().is_some();
        self.startup == StartupPassword::Display || self.prepared.as_ref().is_some_and(has_envelope)
    }
}

/// A page of the wizard.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub enum Step {
    /// Organization, site and server.
    #[default]
    Names,
    /// The first administrator.
    Administrator,
    /// The CA's key, and where it publishes.
    Authority,
    /// What becomes of the startup password.
    Startup,
    /// The passwords that were made.
    Finish,
}

impl Step {
    /// Every page in order.
    pub const ALL: [Self; 5] = [
        Self::Names,
        Self::Administrator,
        Self::Authority,
        Self::Startup,
        Self::Finish,
    ];

    fn next(self) -> Self {
        Self::ALL
            .into_iter()
            .find(|step| self < *step)
            .unwrap_or(self)
    }

    fn back(self) -> Self {
        Self::ALL
            .into_iter()
            .rev()
            .find(|step| *step < self)
            .unwrap_or(self)
    }
}

/// What becomes of the startup password.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum StartupPassword {
    /// It is displayed once.
    #[default]
    Display,
    /// It is saved to a file.
    Save,
}

/// What the person does in the wizard.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WizardAct {
    /// The page before.
    Back,
    /// Leaves the program; nothing was made.
    Cancel,
    /// The next page, or the end.
    Next,
    /// A passphrase is wanted.
    Suggest,
    /// The text of a password field is another one.
    Typed,
}

const TEXT: FileKind = FileKind {
    name: "Text",
    endings: &["txt"],
};

impl App {
    pub(super) fn wizard_act(&mut self, act: WizardAct) {
        let Stage::SetUp(wizard) = &mut self.stage else {
            return;
        };
        wizard.problem = None;
        match act {
            WizardAct::Back => wizard.step = wizard.step.back(),
            WizardAct::Cancel => self.ask_leave_wizard(),
            WizardAct::Next => self.next_step(),
            WizardAct::Suggest => {
                let suggest = |server: &mut KmServer, _: &Watch| {
                    strength::suggest(&mut *(server.around)().rng)
                };
                self.post(suggest, |app, suggestion| {
                    if let Stage::SetUp(wizard) = &mut app.stage {
                        wizard.answers.suggest(suggestion);
                    }
                });
            }
            WizardAct::Typed => wizard.answers.judge(),
        }
    }

    fn ask_leave_wizard(&mut self) {
        let question = "Leave the set-up? Nothing of it is kept.";
        self.confirm(None, question, "Leave", |app| {
            app.drop_wizard();
            app.wants_exit = true;
        });
    }

    fn next_step(&mut self) {
        let Stage::SetUp(wizard) = &mut self.stage else {
            return;
        };
        let checked = match wizard.step {
            Step::Names => wizard.answers.check_names(),
            Step::Administrator => wizard.answers.check_administrator(),
            Step::Authority => wizard.answers.check_authority(),
            Step::Startup => return self.make_keys(),
            Step::Finish => return self.finish_wizard(),
        };
        match checked {
            Ok(()) => wizard.step = wizard.step.next(),
            Err(problem) => wizard.problem = Some(problem),
        }
    }

    fn make_keys(&mut self) {
        let Stage::SetUp(wizard) = &mut self.stage else {
            return;
        };
        let plan = match wizard.answers.plan(&wizard.data) {
            Ok(plan) => plan,
            Err(problem) => {
                wizard.problem = Some(problem);
                return;
            }
        };
        let make = move |server: &mut KmServer, watch: &Watch| {
            setup::prepare(&server.data, (server.around)(), &plan, watch)
        };
        self.busy(None, "Making the keys…", make, |app, prepared| {
            app.made(prepared);
        });
    }

    fn made(&mut self, prepared: Result<Prepared, Error>) {
        match (&mut self.stage, prepared) {
            (Stage::SetUp(wizard), Ok(prepared)) if !self.is_leaving => {
                wizard.prepared = Some(prepared);
                wizard.step = Step::Finish;
            }
            (_, Ok(prepared)) => drop(prepared), // too late: nothing is left behind
            (_, Err(error)) => self.tell(None, Message::of(&error)),
        }
    }

    fn finish_wizard(&mut self) {
        let Stage::SetUp(wizard) = &mut self.stage else {
            return;
        };
        match wizard.startup {
            _ if wizard.shows_secrets() && !wizard.is_written_down => {
                wizard.problem =
                    Some("Write down what is shown first, and tick the box.".to_owned());
            }
            StartupPassword::Display => self.commit_wizard(None),
            StartupPassword::Save => self.save_startup(),
        }
    }

    fn save_startup(&mut self) {
        let question = FileQuestion {
            title: "Save Startup Password",
            purpose: Purpose::Save("startup-password.txt".to_owned()),
            kind: TEXT,
        };
        self.ask_file(None, question, |app, chosen| {
            let (Some(path), Stage::SetUp(wizard)) = (chosen, &mut app.stage) else {
                return;
            };
            let Some(prepared) = &wizard.prepared else {
                return;
            };
            let line = SecretText::new(format!("{}\n", prepared.startup_password().expose()));
            match PrivateFile::holding(&path, line.expose().as_bytes()) {
                Ok(file) => app.commit_wizard(Some(file)),
                Err(error) => app.tell(None, Message::of_file(&error.into(), &name_of(&path))),
            }
        });
    }

    /// Keeps what was made, and the file that opens it: both, or none of them.
    fn commit_wizard(&mut self, startup_file: Option<PrivateFile>) {
        let Stage::SetUp(wizard) = &mut self.stage else {
            return;
        };
        let Some(prepared) = wizard.prepared.take() else {
            return;
        };
        let commit = move |server: &mut KmServer, _: &Watch| {
            let committed = prepared.commit();
            // What is in its place but could not be opened at once still needs its password.
            if let Some(file) = startup_file.filter(|_file| startup::is_set_up(&server.data)) {
                file.keep();
            }
            let mut engine = committed?;
            let console = Console::new(engine.settings()?, Vec::new());
            server.engine = Some(engine);
            Ok(console)
        };
        self.busy(
            None,
            "Writing the KM server…",
            commit,
            |app, kept: Result<Console, Error>| match kept {
                Ok(console) => app.enter(console),
                Err(error) => {
                    app.tell(None, Message::of(&error));
                    if let Stage::SetUp(wizard) = &mut app.stage {
                        wizard.step = Step::Startup; // the keys are gone; they are made anew
                    }
                }
            },
        );
    }

    /// Lets go of what was made and not kept.
    pub(super) fn drop_wizard(&mut self) {
        if let Stage::SetUp(wizard) = &mut self.stage {
            wizard.prepared = None;
        }
    }
}
