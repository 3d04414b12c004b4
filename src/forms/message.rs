//! Messages for the person at the window.

use crate::desk::file::FileError;

/// What a message is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tone {
    /// Something did not work.
    Error,
    /// Something is done.
    Information,
    /// Something is to be minded.
    Warning,
}

/// A message and what can be done about it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// What it is about.
    pub tone: Tone,
    /// What happened.
    pub what: String,
    /// What to do now; empty if there is nothing to do.
    pub remedy: String,
}

/// What every cancelled act says.
pub const CANCELLED: &str = "The operation was cancelled. Nothing was changed.";

impl Message {
    /// Something is done.
    pub fn information(what: impl Into<String>) -> Self {
        Self::new(Tone::Information, what, "")
    }

    /// Something is to be minded.
    pub fn warning(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Tone::Warning, what, remedy)
    }

    /// Something did not work.
    pub fn error(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Tone::Error, what, remedy)
    }

    /// An act was cancelled.
    pub fn cancelled() -> Self {
        Self::information(CANCELLED)
    }

    /// The words for a file that could not be read or written.
    pub fn of_file(error: &FileError, name: &str) -> Self {
        match error {
            FileError::Exists => Self::error(
                format!("There is a file named {name} already."),
                "Choose another name: a file with secrets never replaces another one.",
            ),
            FileError::Io(cause) => Self::error(
                format!("The file {name} can not be used: {cause}."),
                "Check the name, and whether you may read or write there.",
            ),
            FileError::TooLarge(limit) => Self::error(
                format!("The file {name} is larger than {} MB.", limit / 1_000_000),
                "Choose the right file, or split this one.",
            ),
        }
    }

    /// What happened, and then what to do, as one text.
    pub fn text(&self) -> String {
        if self.remedy.is_empty() {
            return self.what.clone();
        }
        format!("{} {}", self.what, self.remedy)
    }

    fn new(tone: Tone, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            tone,
            what: what.into(),
            remedy: remedy.into(),
        }
    }
}
