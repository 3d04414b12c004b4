//! Messages for the person at the window, about errors of the engine.

use crate::engine::error::{Error, Notice};

pub use crate::forms::message::{Message, Tone};

impl Message {
    /// The words for an error of the engine.
    pub fn of(error: &Error) -> Self {
        if error.is_cancelled() {
            return Self::cancelled();
        }
        let Notice { what, remedy, .. } = error.notice();
        Self::error(what, remedy)
    }
}
