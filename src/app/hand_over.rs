//! Enabling and recovering: how keys are handed over, and the box that shows the result once.

use std::path::Path;

use crate::desk::private_file::PrivateFile;
use crate::desk::{FileKind, FileQuestion, Purpose};
use crate::domain::mailbox::MailboxId;
use crate::domain::reason::RecoverReason;
use crate::domain::secret::SecretText;
use crate::domain::state::{Archive, SecurityAct, Situation, WrongState, permits};
use crate::domain::time::UnixTime;
use crate::engine::error::Error;
use crate::engine::hand_over::{HandOver, HandedOver, KeyFile};
use crate::engine::recover::{RecoverKey, Ticket};
use crate::forms::words;
use crate::work::Watch;

use super::App;
use super::files::name_of;
use super::km_server::{KmServer, SessionView};
use super::message::Message;
use super::modal::{Answer, Modal, Spot};
use super::sheet::SheetId;

/// How advanced security is to be enabled.
pub struct EnableForm {
    /// Whose mailbox, as the caption says it.
    pub name: String,
    /// How the keys reach the user.
    pub hand_over: HandOver,
    pub(super) mailbox: MailboxId,
    pub(super) server: String,
}

/// Why and how keys are recovered.
pub struct RecoverForm {
    /// Whose mailbox, as the caption says it.
    pub name: String,
    /// The place in [`RecoverForm::REASONS`].
    pub reason: usize,
    /// The reason in own words, where it is none of the list.
    pub other: String,
    /// The number under which the request is kept.
    pub ticket: String,
    /// How the keys reach the user.
    pub hand_over: HandOver,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
    pub(super) situation: Situation,
    pub(super) archive: Archive,
    pub(super) mailbox: MailboxId,
    pub(super) server: String,
}

impl RecoverForm {
    /// The reasons to choose from; the last takes own words.
    pub const REASONS: [&str; 5] = [
        "Forgotten password",
        "Lost device",
        "Departed employee",
        "Legal request",
        "Other",
    ];

    /// Whether the reason is typed.
    pub fn is_other(&self) -> bool {
        self.reason == RecoverReason::LISTED.len()
    }

    /// Why the keys can not be handed over in this way.
    pub fn refusal(&self, hand_over: HandOver) -> Option<&'static str> {
        let permits = |act| permits(self.situation, act, self.archive);
        let permitted = match hand_over {
            HandOver::TemporaryKey => permits(SecurityAct::Recover),
            HandOver::File => permits(SecurityAct::SaveKeys),
            HandOver::Both => {
                permits(SecurityAct::Recover).and_then(|()| permits(SecurityAct::SaveKeys))
            }
        };
        permitted.err().map(|WrongState(why)| why)
    }

    pub(super) fn answer(mut self, app: &mut App, spot: Spot, answer: Answer) {
        let owner = spot.owner;
        match answer {
            Answer::Accept => match self.operation() {
                Ok(operation) => {
                    let whose = (self.mailbox, self.name);
                    app.ask(owner, operation, move |app, handed_over| {
                        app.hand_over(owner, whose, handed_over);
                    });
                }
                Err(problem) => {
                    self.problem = Some(problem);
                    app.put_back(spot, Modal::Recover(self));
                }
            },
            Answer::Cancel => (), // nothing was begun
            Answer::Copy(_)
            | Answer::Save
            | Answer::SaveKeys
            | Answer::Send
            | Answer::Suggest
            | Answer::Typed => {
                self.problem = None;
                app.put_back(spot, Modal::Recover(self));
            }
        }
    }

    fn operation(&self) -> Result<RecoverKey, String> {
        let listed = RecoverReason::LISTED.get(self.reason).cloned();
        let reason = listed
            .or_else(|| RecoverReason::parse(&self.other))
            .ok_or_else(|| {
                format!(
                    "Say the reason in your own words, in at most {} characters.",
                    RecoverReason::MAX_OTHER
                )
            })?;
        let ticket = Ticket::parse(&self.ticket)
            .ok_or("Type the ticket number under which the request is kept.")?;
        if let Some(refusal) = self.refusal(self.hand_over) {
            return Err(refusal.to_owned());
        }
        Ok(RecoverKey {
            mailbox: self.mailbox,
            server: self.server.clone(),
            reason,
            ticket,
            hand_over: self.hand_over,
        })
    }
}

impl EnableForm {
    pub(super) fn answer(self, app: &mut App, spot: Spot, answer: Answer) {
        let owner = spot.owner;
        match (answer, owner) {
            (Answer::Accept, Some(sheet)) => self.enable(app, sheet),
            (Answer::Accept | Answer::Cancel, _) => (), // nothing was begun
            (
                Answer::Copy(_)
                | Answer::Save
                | Answer::SaveKeys
                | Answer::Send
                | Answer::Suggest
                | Answer::Typed,
                _,
            ) => {
                app.put_back(spot, Modal::Enable(self));
            }
        }
    }

    fn enable(self, app: &mut App, sheet: SheetId) {
        let Self {
            name,
            hand_over,
            mailbox,
            server: typed,
        } = self;
        let now = app.now();
        let enable = move |server: &mut KmServer, watch: &Watch| {
            let (Some(engine), Some(session)) = server.in_session(sheet, now) else {
                return Err(Error::SessionEnded);
            };
            let handed_over = engine.enable(session, mailbox, &typed, hand_over, watch)?;
            Ok((handed_over, SessionView::of(session)))
        };
        app.busy(
            Some(sheet),
            "Making keys…",
            enable,
            move |app, enabled| {
                match enabled {
                    Ok((handed_over, session)) => {
                        app.note_session(sheet, session);
                        app.hand_over(Some(sheet), (mailbox, name), handed_over);
                    }
                    Err(error) => app.tell(Some(sheet), Message::of(&error)),
                }
                app.refresh();
            },
        );
    }
}

/// What a person gets, shown once.
pub struct OneTime {
    /// Whose it is, as the caption says it.
    pub name: String,
    /// The temporary key.
    pub temporary_key: Option<SecretText>,
    /// When the temporary key ends.
    pub expires: Option<UnixTime>,
    /// The file of keys.
    pub file: Option<KeyFile>,
    /// Where the file of keys was saved.
    pub saved_keys: Option<String>,
    /// What was just done, or what is still to be done.
    pub remark: Option<Message>,
    mailbox: MailboxId,
    is_taken: bool, // copied, saved or sent, at least one of the secrets
    is_warned: bool,
}

const TEXT: FileKind = FileKind {
    name: "Text",
    endings: &["txt"],
};
const PKCS12: FileKind = FileKind {
    name: "Keys (PKCS #12)",
    endings: &["p12", "pfx"],
};

impl OneTime {
    /// The secret that is on screen: the temporary key, or the password of the file of keys.
    pub fn secrets(&self) -> impl Iterator<Item = (&'static str, &SecretText)> {
        let key = self
            .temporary_key
            .as_ref()
            .map(|key| ("Temporary key", key));
        let password = self
            .file
            .as_ref()
            .map(|file| ("Password of the file of keys", &file.password));
        key.into_iter().chain(password)
    }

    /// How many keys the file holds, and whether it is saved.
    pub fn file_words(&self) -> Option<String> {
        let keys = words::count(
            u64::try_from(self.file.as_ref()?.keys).unwrap_or(u64::MAX),
            "key",
            "keys",
        );
        Some(match &self.saved_keys {
            None => {
                format!("The file holds {keys} with certificates. Choose Save Keys to save it.")
            }
            Some(name) => format!("The file with {keys} is saved as {name}."),
        })
    }

    pub(super) fn answer(mut self, app: &mut App, spot: Spot, answer: Answer) {
        match answer {
            Answer::Accept | Answer::Cancel => self.close(app, spot),
            Answer::Copy(place) => {
                let now = app.now();
                let copied = match self.secrets().nth(place) {
                    Some((_, secret)) => app.desk.copy_secret(secret, now),
                    None => Ok(()),
                };
                self.is_taken |= copied.is_ok();
                self.remark = Some(match copied {
                    Ok(()) => {
                        Message::information("Copied. The clipboard is cleared after 60 seconds.")
                    }
                    Err(error) => Message::error(words::sentence(&error), "Write it down instead."),
                });
                app.put_back(spot, Modal::HandedOver(self));
            }
            Answer::Save => self.ask_save(app, spot, What::Secrets),
            Answer::SaveKeys => self.ask_save(app, spot, What::Keys),
            Answer::Send => self.ask_send(app, spot),
            Answer::Suggest | Answer::Typed => {
                app.put_back(spot, Modal::HandedOver(self));
            }
        }
    }

    fn close(mut self, app: &mut App, spot: Spot) {
        if self.warn() {
            app.put_back(spot, Modal::HandedOver(self));
        }
    }

    /// Says what would be lost; once, and only if anything would. Whether it was said now.
    pub(super) fn warn(&mut self) -> bool {
        let message = if self.file.is_some() && self.saved_keys.is_none() {
            Message::warning(
                "The keys are not saved yet.",
                "Save them, or close again to throw this file away; the archive keeps the keys.",
            )
        } else if !self.is_taken {
            Message::warning(
                "What is shown here was neither copied nor saved.",
                "Write it down, and close again.",
            )
        } else {
            return false;
        };
        if self.is_warned {
            return false;
        }
        self.is_warned = true;
        self.remark = Some(message);
        true
    }

    /// The box stays while the file is chosen: what it shows is nowhere else.
    fn ask_save(self, app: &mut App, spot: Spot, what: What) {
        let (title, name, kind) = match what {
            What::Keys => ("Save Keys", format!("{}.p12", self.name), PKCS12),
            What::Secrets => ("Save to File", format!("{}.txt", self.name), TEXT),
        };
        let question = FileQuestion {
            title,
            purpose: Purpose::Save(name),
            kind,
        };
        app.put_back(spot, Modal::HandedOver(self));
        app.ask_file(None, question, move |app, chosen| {
            if let (Some(path), Some(once)) = (chosen, app.one_time_mut(spot)) {
                once.save(&path, what);
            }
        });
    }

    /// Says what it means before the temporary key goes by mail.
    fn ask_send(self, app: &mut App, spot: Spot) {
        let (name, mailbox) = (&self.name, self.mailbox);
        let question = format!(
            "Send the temporary key of {name} by e-mail? It travels unprotected: whoever reads the \
             message before {name} can get a Digital ID in this name. Hand it over in person where \
             you can. The message is taken back when the key is used or runs out."
        );
        app.put_back(spot, Modal::HandedOver(self));
        app.confirm(spot.owner, question, "Send", move |app| {
            app.send_key(spot, mailbox);
        });
    }

    fn sent(&mut self, sent: Result<(), Message>) {
        self.is_taken |= sent.is_ok();
        let done = || Message::information("Sent to the user's mailbox.");
        self.remark = Some(sent.map_or_else(|message| message, |()| done()));
    }

    fn save(&mut self, path: &Path, what: What) {
        let text;
        let octets = match (what, &self.file) {
            (What::Keys, Some(file)) => file.pkcs12.as_slice(),
            (What::Keys | What::Secrets, _) => {
                text = self.text();
                text.expose().as_bytes()
            }
        };
        let name = name_of(path);
        self.remark = Some(match PrivateFile::holding(path, octets) {
            Ok(file) => {
                file.keep();
                let said = format!("Saved to {name}, readable by you alone.");
                match what {
                    What::Keys => self.saved_keys = Some(name),
                    What::Secrets => self.is_taken = true,
                }
                Message::information(said)
            }
            Err(error) => Message::of_file(&error.into(), &name),
        });
    }

    fn text(&self) -> SecretText {
        let mut text = format!("{}\n", self.name);
        for (what, secret) in self.secrets() {
            text.push_str(what);
            text.push_str(": ");
            text.push_str(secret.expose());
            text.push('\n');
        }
        SecretText::new(text)
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum What {
    Keys,
    Secrets,
}

impl App {
    /// Shows what was made, once.
    pub(super) fn hand_over(
        &mut self,
        owner: Option<SheetId>,
        (mailbox, name): (MailboxId, String),
        handed_over: HandedOver,
    ) {
        let HandedOver {
            temporary_key,
            expires,
            file,
        } = handed_over;
        let once = OneTime {
            name,
            temporary_key,
            expires,
            file,
            saved_keys: None,
            remark: None,
            mailbox,
            is_taken: false,
            is_warned: false,
        };
        self.push(owner, Modal::HandedOver(once));
    }

    /// Sends the temporary key that is shown at this spot, in the session of its Security page.
    fn send_key(&mut self, spot: Spot, mailbox: MailboxId) {
        let (now, owner) = (self.now(), spot.owner);
        let deliver = move |server: &mut KmServer, _: &Watch| {
            let at = owner.map(|sheet| server.in_session(sheet, now));
            let Some((Some(engine), Some(session))) = at else {
                return Err(Error::SessionEnded);
            };
            engine.send_temporary_key(session, mailbox)?;
            Ok(SessionView::of(session))
        };
        self.busy(owner, "Sending…", deliver, move |app, sent| {
            let sent = sent.map_err(|error| Message::of(&error)).map(|session| {
                if let Some(sheet) = owner {
                    app.note_session(sheet, session);
                }
            });
            if let Some(once) = app.one_time_mut(spot) {
                once.sent(sent);
            }
        });
    }
}
