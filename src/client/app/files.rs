//! Files that people choose: by the desktop's dialog, or typed where there is none.

use std::path::{Path, PathBuf};

use crate::desk::file::is_there;
use crate::desk::{FileAnswer, FileQuestion, Purpose};

use super::App;
use super::modal::{Answer, Modal};

type Chosen = Box<dyn FnOnce(&mut App, PathBuf) + Send>;

/// A question that the desktop's dialog is answering.
pub(super) struct AskedFile {
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
    /// Asks for a file; `chosen` gets its name, unless the person thinks better of it.
    pub(super) fn ask_file(
        &mut self,
        question: FileQuestion,
        chosen: impl FnOnce(&mut Self, PathBuf) + Send + 'static,
    ) {
        self.desk.ask_for_file(question.clone());
        self.asked_file = Some(AskedFile {
            question,
            chosen: Box::new(chosen),
        });
    }

    /// Takes in the answer of the desktop's dialog.
    pub(super) fn absorb_file(&mut self) {
        let Some(answer) = self.desk.file_answer() else {
            return;
        };
        let Some(AskedFile { question, chosen }) = self.asked_file.take() else {
            return;
        };
        match answer {
            FileAnswer::Cancelled => (),
            FileAnswer::Chosen(path) => chosen(self, path),
            FileAnswer::NoChooser => {
                let path = match &question.purpose {
                    Purpose::Open => String::new(),
                    Purpose::Save(name) => name.clone(),
                };
                self.push(Modal::Path(PathForm {
                    question,
                    path,
                    problem: None,
                    chosen,
                }));
            }
        }
    }

    /// Whether a dialog of the desktop is open, which the window waits for.
    pub fn is_asking_for_file(&self) -> bool {
        self.asked_file.is_some()
    }
}

impl PathForm {
    pub(super) fn answer(mut self, app: &mut App, number: u64, answer: Answer) {
        match answer {
            Answer::Accept if !self.path.trim().is_empty() => {
                let path = PathBuf::from(self.path.trim());
                if self.would_replace(&path) {
                    let name = name_of(&path);
                    self.problem = Some(format!(
                        "There is a file named {name} already. Choose another name."
                    ));
                    app.put_back(number, Modal::Path(self));
                    return;
                }
                (self.chosen)(app, path);
            }
            Answer::Cancel => (),
            Answer::Accept | Answer::Other | Answer::Typed => {
                app.put_back(number, Modal::Path(self));
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

/// The file's name without its folder.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
