//! What a desktop gives: choosing files, the clipboard, reading and writing files for people.

pub mod display;
pub mod fake;
pub mod file;
pub mod operator;
pub mod places;
pub mod private_file;
pub mod real;
pub mod replacement;

use std::path::PathBuf;

use crate::domain::secret::SecretText;
use crate::domain::time::UnixTime;

/// How long a secret stays in the clipboard.
pub const CLIPBOARD_SECS: i64 = 60;

/// A question for a file's name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileQuestion {
    /// What the dialog's caption says.
    pub title: &'static str,
    /// Whether the file is there or is to be made.
    pub purpose: Purpose,
    /// The kinds of file offered.
    pub kind: FileKind,
}

/// Whether the file is there or is to be made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// One that exists.
    Open,
    /// A new one; this name is offered.
    Save(String),
}

/// A kind of file, as the dialog filters by it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FileKind {
    /// What it is called.
    pub name: &'static str,
    /// Endings without the dot.
    pub endings: &'static [&'static str],
}

/// What came of a question.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FileAnswer {
    /// This file.
    Chosen(PathBuf),
    /// The person thought better of it.
    Cancelled,
    /// This desktop has no dialog to ask with; the name must be typed.
    NoChooser,
}

/// A desktop.
pub trait Desk {
    /// Asks for a file. The answer comes later; one question at a time.
    fn ask_for_file(&mut self, question: FileQuestion);

    /// The answer, once.
    fn file_answer(&mut self) -> Option<FileAnswer>;

    /// Puts a secret into the clipboard, kept out of its history, for [`CLIPBOARD_SECS`].
    fn copy_secret(&mut self, secret: &SecretText, now: UnixTime) -> Result<(), NoClipboard>;

    /// Clears the clipboard when the time is over and it still holds our text. Called often.
    fn tick(&mut self, now: UnixTime);

    /// Clears the clipboard if it still holds our text. Called when the program ends.
    fn leave(&mut self);
}

/// The clipboard can not be used.
#[derive(Debug, thiserror::Error)]
#[error("the clipboard can not be used: {0}")]
pub struct NoClipboard(pub String);
