//! Files that people choose: by the desktop's dialog, or typed where there is none.

use std::io;
use std::path::{Path, PathBuf};

use crate::desk::file::{FileError, is_there};
use crate::desk::{FileAnswer, FileQuestion, Purpose};
use crate::domain::progress::Cancelled;
use crate::engine::error::Error;

use super::App;
use super::message::Message;
use super::modal::{Answer, Modal, Spot};
use super::sheet::SheetId;

type Chosen = Box<dyn FnOnce(&mut App, Option<PathBuf>) + Send>;

/// A question that the desktop's dialog is answering.
pub(super) struct AskedFile {
    owner: Option<SheetId>,
    question: FileQuestion,
    chosen: Chosen,
}

/// A file's name, typed.
pub struct PathForm {
    /// What the file is for.
    pub question: FileQuestion,
    /// The name.
    pub path: String,
    /// What is wrong with the name.
    pub problem: Option<String>,
    chosen: Chosen,
}

impl App {
    /// Asks for a file; `chosen` gets its name, or `None` when the person thinks better of it.
    pub(super) fn ask_file(
        &mut self,
        owner: Option<SheetId>,
        question: FileQuestion,
        chosen: impl FnOnce(&mut Self, Option<PathBuf>) + Send + 'static,
    ) {
        if let Some(unanswered) = self.asked_file.take() {
            (unanswered.chosen)(self, None);
        }
        self.desk.ask_for_file(question.clone());
        self.asked_file = Some(AskedFile {
            owner,
            question,
            chosen: Box::new(chosen),
        });
    }

    /// Takes in the answer of the desktop's dialog.
    pub(super) fn absorb_file(&mut self) {
        let Some(answer) = self.desk.file_answer() else {
            return;
        };
        let Some(AskedFile {
            owner,
            question,
            chosen,
        }) = self.asked_file.take()
        else {
            return;
        };
        if owner.is_some_and(|sheet| !self.has_sheet(sheet)) {
            chosen(self, None); // the sheet that asked was closed meanwhile
            return;
        }
        match answer {
            FileAnswer::Cancelled => chosen(self, None),
            FileAnswer::Chosen(path) => chosen(self, Some(path)),
            FileAnswer::NoChooser => {
                let path = match &question.purpose {
                    Purpose::Open => String::new(),
                    Purpose::Save(name) => name.clone(),
                };
                let form = PathForm {
                    question,
                    path,
                    problem: None,
                    chosen,
                };
                self.push(owner, Modal::Path(form));
            }
        }
    }

    /// Whether a dialog of the desktop is open, which the window waits for.
    pub fn is_asking_for_file(&self) -> bool {
        self.asked_file.is_some()
    }
}

impl PathForm {
    /// No file is named.
    pub(super) fn give_up(self, app: &mut App) {
        (self.chosen)(app, None);
    }

    pub(super) fn answer(mut self, app: &mut App, spot: Spot, answer: Answer) {
        match answer {
            Answer::Accept if !self.path.trim().is_empty() => {
                let path = PathBuf::from(self.path.trim());
                if self.would_replace(&path) {
                    self.problem = Some(format!(
                        "There is a file named {} already. Choose another name.",
                        name_of(&path)
                    ));
                    app.put_back(spot, Modal::Path(self));
                    return;
                }
                (self.chosen)(app, Some(path));
            }
            Answer::Cancel => self.give_up(app),
            Answer::Accept
            | Answer::Copy(_)
            | Answer::Save
            | Answer::SaveKeys
            | Answer::Send
            | Answer::Suggest
            | Answer::Typed => {
                app.put_back(spot, Modal::Path(self));
            }
        }
    }

    /// A desktop's dialog asks before a file is replaced; here another name is asked for.
    fn would_replace(&self, path: &Path) -> bool {
        match self.question.purpose {
            Purpose::Open => false,
            Purpose::Save(_) => is_there(path),
        }
    }
}

/// What can go wrong between a file and the engine.
pub(super) enum Failure {
    /// The engine refuses, or the person has cancelled.
    Engine(Error),
    /// The file can not be read or written.
    File(FileError),
}

impl Failure {
    /// The words for it; `name` is the file's.
    pub(super) fn message(&self, name: &str) -> Message {
        match self {
            Self::Engine(error) => Message::of(error),
            Self::File(error) => Message::of_file(error, name),
        }
    }
}

impl From<Cancelled> for Failure {
    fn from(cancelled: Cancelled) -> Self {
        Self::Engine(cancelled.into())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::File(error.into())
    }
}

/// The file's name without its folder, for messages and the audit.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
