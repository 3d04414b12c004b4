//! The desktop as it is: dialogs through the portal, the system's clipboard.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread::Builder;
use std::time::{Duration, Instant};

use arboard::{Clipboard, SetExtLinux as _};
use zeroize::Zeroizing;

use crate::domain::secret::SecretText;
use crate::domain::time::UnixTime;

use super::{CLIPBOARD_SECS, Desk, FileAnswer, FileQuestion, NoClipboard, Purpose};

/// Nobody cancels a dialog this fast: where the answer "nothing" comes sooner, there was none. (rfd
/// gives the same answer for "cancelled" and for "no portal and no zenity".)
const NO_DIALOG: Duration = Duration::from_millis(100);

/// The desktop of the person at the machine.
pub struct RealDesk {
    wake: Arc<dyn Fn() + Send + Sync>,
    answer: Option<Receiver<FileAnswer>>,
    clipboard: Option<Clipboard>,
    copied: Option<Copied>,
}

struct Copied {
    text: Zeroizing<String>,
    until: UnixTime,
}

impl RealDesk {
    /// A desk that calls `wake` when a dialog is answered.
    pub fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self {
            wake,
            answer: None,
            clipboard: None,
            copied: None,
        }
    }

    fn clear(&mut self) {
        let (Some(copied), Some(clipboard)) = (self.copied.take(), self.clipboard.as_mut()) else {
            return;
        };
        // A clipboard that can not be read holds something else than text: not ours.
        let held = clipboard.get_text().map(Zeroizing::new);
        if held.is_ok_and(|held| *held == *copied.text)
            && let Err(error) = clipboard.clear()
        {
            tracing::warn!(%error, "the clipboard could not be cleared");
        }
    }
}

impl Desk for RealDesk {
    fn ask_for_file(&mut self, question: FileQuestion) {
        let (sender, receiver) = channel();
        let wake = Arc::clone(&self.wake);
        self.answer = Some(receiver);
        let asking = move || {
            let answer = ask(question);
            // Nobody listens when the window is closed or another question was asked.
            if sender.send(answer).is_ok() {
                wake();
            }
        };
        let thread = Builder::new().name("file dialog".to_owned()).spawn(asking);
        if let Err(error) = thread {
            // The sender went with it, which `file_answer` takes for a desktop without a dialog.
            tracing::warn!(%error, "no thread for the file dialog");
        }
    }

    fn file_answer(&mut self) -> Option<FileAnswer> {
        let answer = match self.answer.as_ref()?.try_recv() {
            Ok(answer) => answer,
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => FileAnswer::NoChooser, // the dialog's thread has failed
        };
        self.answer = None;
        Some(answer)
    }

    fn copy_secret(&mut self, secret: &SecretText, now: UnixTime) -> Result<(), NoClipboard> {
        let failed = |error: arboard::Error| NoClipboard(error.to_string());
        let clipboard = match &mut self.clipboard {
            Some(clipboard) => clipboard,
            empty @ None => empty.insert(Clipboard::new().map_err(failed)?),
        };
        let set = clipboard.set().exclude_from_history();
        set.text(secret.expose()).map_err(failed)?;
        self.copied = Some(Copied {
            text: Zeroizing::new(secret.expose().to_owned()),
            until: now.plus_secs(CLIPBOARD_SECS),
        });
        Ok(())
    }

    fn tick(&mut self, now: UnixTime) {
        if self
            .copied
            .as_ref()
            .is_some_and(|copied| copied.until <= now)
        {
            self.clear();
        }
    }

    fn leave(&mut self) {
        self.clear();
    }
}

fn ask(question: FileQuestion) -> FileAnswer {
    let asked = Instant::now();
    let dialog = rfd::FileDialog::new()
        .set_title(question.title)
        .add_filter(question.kind.name, question.kind.endings)
        .add_filter("All files", &["*"]);
    let chosen = match question.purpose {
        Purpose::Open => dialog.pick_file(),
        Purpose::Save(name) => dialog.set_file_name(name).save_file(),
    };
    match chosen {
        Some(path) => FileAnswer::Chosen(path),
        None if asked.elapsed() < NO_DIALOG => FileAnswer::NoChooser,
        None => FileAnswer::Cancelled,
    }
}
