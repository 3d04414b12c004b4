//! A desktop for tests: answers are laid out before, and what was copied can be read.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::secret::SecretText;
use crate::domain::time::UnixTime;

use super::{CLIPBOARD_SECS, Desk, FileAnswer, FileQuestion, NoClipboard};

/// A desktop that does what a test says. Clones share one desktop.
#[derive(Clone, Default)]
pub struct FakeDesk(Arc<Mutex<Surface>>);

#[derive(Default)]
struct Surface {
    answers: VecDeque<FileAnswer>,
    asked: Vec<FileQuestion>,
    is_waiting: bool,
    clipboard: String,
    copied: Option<(String, UnixTime)>,
}

impl FakeDesk {
    /// Lays out the answer to the next question; without one the answer is "cancelled".
    pub fn answer_next(&self, answer: FileAnswer) {
        self.surface().answers.push_back(answer);
    }

    /// The questions so far.
    pub fn asked(&self) -> Vec<FileQuestion> {
        self.surface().asked.clone()
    }

    /// What the clipboard holds.
    pub fn clipboard(&self) -> String {
        self.surface().clipboard.clone()
    }

    fn surface(&self) -> MutexGuard<'_, Surface> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk for FakeDesk {
    fn ask_for_file(&mut self, question: FileQuestion) {
        let mut surface = self.surface();
        surface.asked.push(question);
        surface.is_waiting = true;
    }

    fn file_answer(&mut self) -> Option<FileAnswer> {
        let mut surface = self.surface();
        if !surface.is_waiting {
            return None;
        }
        surface.is_waiting = false;
        Some(surface.answers.pop_front().unwrap_or(FileAnswer::Cancelled))
    }

    fn copy_secret(&mut self, secret: &SecretText, now: UnixTime) -> Result<(), NoClipboard> {
        let mut surface = self.surface();
        secret.expose().clone_into(&mut surface.clipboard);
        surface.copied = Some((secret.expose().to_owned(), now.plus_secs(CLIPBOARD_SECS)));
        Ok(())
    }

    fn tick(&mut self, now: UnixTime) {
        let is_over = self
            .surface()
            .copied
            .as_ref()
            .is_some_and(|copied| copied.1 <= now);
        if is_over {
            self.leave();
        }
    }

    fn leave(&mut self) {
        let mut surface = self.surface();
        if surface
            .copied
            .take()
            .is_some_and(|copied| copied.0 == surface.clipboard)
        {
            surface.clipboard.clear();
        }
    }
}
