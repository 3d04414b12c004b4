//! An opened message: its text, its files, and what there is to say of it.

use crate::client::error::Error;
use crate::client::message::verdict::{Mark, Verdict};
use crate::client::message::view::{MessageId, Opened, Person};
use crate::client::view::CertificateView;
use crate::client::{Client, Unlock};
use crate::desk::file::write_public;
use crate::desk::{FileKind, FileQuestion, Purpose};
use crate::forms::message::Message;

use super::compose::Compose;
use super::files::name_of;
use super::modal::{Answer, Modal};
use super::people::CertificateBox;
use super::{App, Body, WindowNumber};

/// An opened message.
pub struct Reading {
    /// The message.
    pub opened: Opened,
}

/// What the person does in an opened message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReadingAct {
    /// *Add to Contacts*.
    AddToContacts,
    /// *Delete*.
    Delete,
    /// *Details*: every line of the verdict.
    Details,
    /// *Reply*.
    Reply,
    /// Saves the file at this place.
    Save(usize),
}

/// Every line of a verdict.
pub struct VerdictBox {
    /// The verdict.
    pub verdict: Verdict,
    /// The certificate of the signer.
    pub signer: Option<CertificateView>,
}

impl Reading {
    /// The lines of the header: a label and its text.
    pub fn header(&self) -> Vec<(&'static str, String)> {
        let people = |people: &[Person]| {
            let words: Vec<String> = people.iter().map(Person::words).collect();
            words.join(", ")
        };
        let opened = &self.opened;
        let mut lines = vec![("From:", people(&opened.from)), ("To:", people(&opened.to))];
        if !opened.cc.is_empty() {
            lines.push(("Cc:", people(&opened.cc)));
        }
        if let Some(date) = opened.date {
            lines.push(("Sent:", crate::forms::words::local(date)));
        }
        lines.push(("Subject:", opened.subject.clone()));
        lines
    }

    /// The text. A message that is not what was sent shows nothing, and says so.
    pub fn text(&self) -> String {
        let text = self.opened.whole_text();
        if self.opened.verdict.lacks_key() {
            return NO_KEY.to_owned();
        }
        if text.is_empty() && self.opened.verdict.mark == Mark::Bad {
            return NOT_SHOWN.to_owned();
        }
        text
    }

    /// The caption of the window.
    pub fn title(&self) -> String {
        if self.opened.subject.is_empty() {
            return "Message".to_owned();
        }
        format!("{} - Message", self.opened.subject)
    }

    /// Why the signer's certificate can not be kept.
    pub fn contact_refusal(&self) -> Option<&'static str> {
        let words = "Only the certificate of a sender who has signed, and who is trusted, is kept.";
        self.opened.encryption.is_none().then_some(words)
    }
}

impl VerdictBox {
    pub(super) fn answer(self: Box<Self>, app: &mut App, number: u64, answer: Answer) {
        match (answer, &self.signer) {
            (Answer::Other, Some(signer)) => {
                let shown = CertificateBox::new("Signer's certificate", signer.clone());
                app.put_back(number, Modal::Verdict(self));
                app.push(Modal::Certificate(shown));
            }
            (Answer::Other, None) | (Answer::Typed, _) => {
                app.put_back(number, Modal::Verdict(self));
            }
            (Answer::Accept | Answer::Cancel, _) => (),
        }
    }
}

impl App {
    /// Opens a message in a window of its own; one that is open already comes to the front.
    pub(super) fn open_message(&mut self, id: MessageId, is_encrypted: bool) {
        if is_encrypted {
            let open =
                move |client: &mut Client, unlock: Unlock<'_>| client.open_message(&id, unlock);
            let words = ("to read an encrypted message", NOT_READ);
            self.with_keys_or(None, words, open, Self::show_message);
            return;
        }
        let again = id.clone();
        let open = move |client: &mut Client, _: &crate::work::Watch| {
            client.open_message(&id, Unlock::Silent)
        };
        self.post(open, move |app, opened| match opened {
            Ok(opened) => app.show_message(opened),
            // Its outside did not show that there is encryption within.
            Err(Error::PasswordNeeded(_) | Error::ConsentNeeded(_)) => {
                app.open_message(again, true);
            }
            Err(error) => app.tell(Message::of_client(&error)),
        });
    }

    fn show_message(&mut self, opened: Opened) {
        self.close_reading(&opened.id);
        self.open_window(Body::Reading(Box::new(Reading { opened })));
        self.refresh();
    }

    /// Closes the window of a message.
    pub(super) fn close_reading(&mut self, id: &MessageId) {
        self.windows.retain(
            |open| !matches!(&open.body, Body::Reading(reading) if reading.opened.id == *id),
        );
    }

    pub(super) fn reading_act(&mut self, window: WindowNumber, act: ReadingAct) {
        let Some(Body::Reading(reading)) = self.body_mut(window) else {
            return;
        };
        match act {
            ReadingAct::AddToContacts => {
                let opened = reading.opened.clone();
                let add =
                    move |client: &mut Client, _: &crate::work::Watch| client.add_contact(&opened);
                self.post(add, |app, added| match added {
                    Ok(contact) => app.tell(Message::information(format!(
                        "The certificate of {} was kept. Messages can be encrypted to this address now.",
                        contact.address
                    ))),
                    Err(error) => app.tell(Message::of_client(&error)),
                });
            }
            ReadingAct::Delete => {
                let id = reading.opened.id.clone();
                self.confirm(
                    "Delete this message? It can not be brought back.",
                    "Delete",
                    move |app| app.delete(id),
                );
            }
            ReadingAct::Details => {
                let shown = VerdictBox {
                    verdict: reading.opened.verdict.clone(),
                    signer: reading.opened.signer.clone(),
                };
                self.push(Modal::Verdict(Box::new(shown)));
            }
            ReadingAct::Reply => {
                let answer = Compose::answer(&reading.opened);
                self.open_compose(answer);
            }
            ReadingAct::Save(place) => {
                if let Some(file) = reading.opened.files.get(place).cloned() {
                    self.save_file(file.name, file.content);
                }
            }
        }
    }

    fn save_file(&mut self, name: String, content: Vec<u8>) {
        let question = FileQuestion {
            title: "Save Attachment",
            purpose: Purpose::Save(name),
            kind: ANY_FILE,
        };
        self.ask_file(question, move |app, path| {
            if let Err(error) = write_public(&path, &content) {
                app.tell(Message::of_file(&error, &name_of(&path)));
            }
        });
    }

    /// *Reply* to the selected message, which is opened for it.
    pub(super) fn reply_to_selected(&mut self) {
        let selected = self
            .inbox
            .selected_row()
            .and_then(|row| self.inbox.row(row));
        let Some(row) = selected else {
            return;
        };
        let id = row.id.clone();
        let open = move |client: &mut Client, unlock: Unlock<'_>| client.open_message(&id, unlock);
        let words = ("to read the message that you answer", NOT_READ);
        self.with_keys_or(None, words, open, |app, opened| {
            let answer = Compose::answer(&opened);
            app.open_compose(answer);
        });
    }
}

/// Every kind of file.
pub(super) const ANY_FILE: FileKind = FileKind {
    name: "All files",
    endings: &["*"],
};

const NOT_SHOWN: &str = "The text is not shown, because it may not be what the sender has written. \
    Ask the sender to send the message again.";

const NO_KEY: &str = "If you had the key before, ask your administrator to recover it: you get a temporary \
    key. Then choose Get a Digital ID in Tools > Options > Security, and open this message again.";

const NOT_READ: &str = "The message was not opened.";
