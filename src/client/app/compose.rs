//! A message being written, and what is asked before it is sent (R43).

use crate::client::error::Error;
use crate::client::message::view::{Draft, Opened, Posted, RecipientCheck};
use crate::client::{Client, Unlock};
use crate::desk::file::read_bounded;
use crate::desk::{FileQuestion, Purpose};
use crate::domain::address::MailAddress;
use crate::forms::message::Message;
use crate::forms::words;
use crate::work::Watch;

use super::files::name_of;
use super::modal::{Answer, Modal};
use super::reading::ANY_FILE;
use super::{App, Body, WindowNumber};

/// A message being written.
#[derive(Default)]
pub struct Compose {
    /// The recipients, separated by commas or semicolons.
    pub to: String,
    /// The recipients of copies.
    pub cc: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The files: a name and the octets.
    pub files: Vec<(String, Vec<u8>)>,
    /// *Add digital signature to message*.
    pub sign: bool,
    /// *Encrypt message contents and attachments*.
    pub encrypt: bool,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
    in_reply_to: Option<String>,
    /// What it began with: only what differs from it would be lost.
    begun_with: [String; 4],
}

/// What the person does in a message being written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ComposeAct {
    /// *Attach File*.
    Attach,
    /// Takes the file at this place out again.
    Detach(usize),
    /// *Send*.
    Send,
    /// Something was typed.
    Typed,
}

/// Recipients that the message can not be encrypted to: three choices.
pub struct MissingForm {
    /// Those without a certificate, and why.
    pub missing: Vec<RecipientCheck>,
    /// Whether there is nobody to whom it could be encrypted.
    pub is_everybody: bool,
    window: WindowNumber,
    draft: Draft,
}

/// Attachments that are larger make messages that mail servers refuse.
const MAX_FILE: u64 = 24 << 20;

impl Compose {
    /// The answer to a message: it quotes the text, and is protected as the message was.
    pub(super) fn answer(opened: &Opened) -> Self {
        let to: Vec<&str> = opened
            .from
            .iter()
            .map(|person| person.address.as_str())
            .collect();
        let subject = if opened.subject.to_lowercase().starts_with("re:") {
            opened.subject.clone()
        } else {
            format!("Re: {}", opened.subject)
        };
        let quoted = opened.text.lines().map(|line| format!("> {line}\n"));
        // The answer goes below, where the caret is.
        let text = format!("{}\n", quoted.collect::<String>());
        let answer = Self {
            to: to.join(", "),
            subject,
            text,
            sign: opened.verdict.signed,
            encrypt: opened.verdict.encrypted,
            in_reply_to: opened.message_id.clone(),
            ..Self::default()
        };
        Self {
            begun_with: answer.typed().map(str::to_owned),
            ..answer
        }
    }

    /// Whether it answers a message: only the text is still to be written.
    pub fn is_answer(&self) -> bool {
        self.begun_with.iter().any(|text| !text.is_empty())
    }

    fn typed(&self) -> [&str; 4] {
        [&self.to, &self.cc, &self.subject, &self.text]
    }

    /// Whether something would be lost.
    pub fn is_written(&self) -> bool {
        self.typed() != self.begun_with.each_ref().map(String::as_str) || !self.files.is_empty()
    }

    /// The caption of the window.
    pub fn title(&self) -> String {
        if self.subject.is_empty() {
            return "Untitled - Message".to_owned();
        }
        format!("{} - Message", self.subject)
    }

    fn draft(&self) -> Result<Draft, String> {
        let to = addresses(&self.to)?;
        if to.is_empty() {
            return Err("Type at least one address after To.".to_owned());
        }
        Ok(Draft {
            to,
            cc: addresses(&self.cc)?,
            subject: self.subject.trim().to_owned(),
            text: self.text.clone(),
            files: self.files.clone(),
            in_reply_to: self.in_reply_to.clone(),
            sign: self.sign,
            encrypt: self.encrypt,
        })
    }
}

fn addresses(typed: &str) -> Result<Vec<MailAddress>, String> {
    let typed = typed.split([',', ';']).map(str::trim);
    let typed = typed.filter(|address| !address.is_empty());
    typed
        .map(|address| {
            // `Name <address>`, as it is copied from elsewhere.
            let bare = address
                .rsplit_once('<')
                .and_then(|(_name, rest)| rest.strip_suffix('>'))
                .unwrap_or(address);
            let parsed = MailAddress::parse(bare);
            parsed.map_err(|error| format!("{address}: {}", words::sentence(&error)))
        })
        .collect()
}

impl MissingForm {
    /// What is asked.
    pub fn question(&self) -> &'static str {
        if self.is_everybody {
            "None of the recipients can process an encrypted message. You can either proceed with an \
             unencrypted message or cancel the operation."
        } else {
            "The message can not be encrypted to these recipients:"
        }
    }

    pub(super) fn answer(self, app: &mut App, answer: Answer) {
        let Self {
            missing,
            window,
            mut draft,
            ..
        } = self;
        match answer {
            Answer::Accept => {
                let is_missing = |address: &MailAddress| {
                    missing
                        .iter()
                        .any(|check| check.address.key() == address.key())
                };
                draft.to.retain(|address| !is_missing(address));
                draft.cc.retain(|address| !is_missing(address));
                app.send(window, draft);
            }
            Answer::Other => {
                draft.encrypt = false;
                app.send(window, draft);
            }
            Answer::Cancel | Answer::Typed => app.tell(Message::information(NOT_SENT)),
        }
    }
}

const NOT_SENT: &str = "The message was not sent.";

impl App {
    /// Begins a new message, protected as *Options* says.
    pub(super) fn compose_new(&mut self) {
        let look = |client: &mut Client, _: &Watch| client.settings().clone();
        self.post(look, |app, settings| {
            app.open_compose(Compose {
                sign: settings.new_messages.sign,
                encrypt: settings.new_messages.encrypt,
                ..Compose::default()
            });
        });
    }

    pub(super) fn open_compose(&mut self, compose: Compose) {
        self.open_window(Body::Compose(Box::new(compose)));
    }

    pub(super) fn compose_act(&mut self, window: WindowNumber, act: ComposeAct) {
        let Some(Body::Compose(compose)) = self.body_mut(window) else {
            return;
        };
        match act {
            ComposeAct::Attach => self.attach(window),
            ComposeAct::Detach(place) => {
                if place < compose.files.len() {
                    compose.files.remove(place);
                }
            }
            ComposeAct::Send => match compose.draft() {
                Ok(draft) => self.check_and_send(window, draft),
                Err(problem) => compose.problem = Some(problem),
            },
            ComposeAct::Typed => compose.problem = None,
        }
    }

    fn attach(&mut self, window: WindowNumber) {
        let question = FileQuestion {
            title: "Attach File",
            purpose: Purpose::Open,
            kind: ANY_FILE,
        };
        self.ask_file(question, move |app, path| {
            let name = name_of(&path);
            match read_bounded(&path, MAX_FILE) {
                Ok(octets) => {
                    if let Some(Body::Compose(compose)) = app.body_mut(window) {
                        compose.files.push((name, octets));
                    }
                }
                Err(error) => app.tell(Message::of_file(&error, &name)),
            }
        });
    }

    /// Looks first whether the message can be encrypted to everybody.
    fn check_and_send(&mut self, window: WindowNumber, draft: Draft) {
        if !draft.encrypt {
            self.send(window, draft);
            return;
        }
        let everybody: Vec<MailAddress> = draft.to.iter().chain(&draft.cc).cloned().collect();
        let total = everybody.len();
        let check = move |client: &mut Client, _: &Watch| client.check_recipients(&everybody);
        self.busy("Looking for certificates…", check, move |app, checked| {
            let checks = match checked {
                Ok(checks) => checks,
                Err(error) => return app.tell(Message::of_client(&error)),
            };
            let is_missing = |check: &RecipientCheck| check.certificate.is_none();
            let missing: Vec<RecipientCheck> = checks.into_iter().filter(is_missing).collect();
            if missing.is_empty() {
                return app.send(window, draft);
            }
            app.push(Modal::Missing(MissingForm {
                is_everybody: missing.len() == total,
                missing,
                window,
                draft,
            }));
        });
    }

    fn send(&mut self, window: WindowNumber, draft: Draft) {
        let purpose = if draft.sign {
            "to sign the message"
        } else {
            "to send the message"
        };
        let needs_keys = draft.sign || draft.encrypt;
        let subject = draft.subject.clone();
        let deliver = move |client: &mut Client, unlock: Unlock<'_>| client.send(&draft, unlock);
        let done = move |app: &mut Self, posted: Posted| {
            app.sent = Some(match posted.cipher {
                Some(cipher) => format!("Sent “{subject}”, encrypted with {cipher}"),
                None => format!("Sent “{subject}”"),
            });
            app.drop_window(window);
            app.refresh();
        };
        if needs_keys {
            self.with_keys_or(None, (purpose, NOT_SENT), deliver, done);
            return;
        }
        self.post(
            move |client, _| deliver(client, Unlock::Silent),
            move |app, posted: Result<Posted, Error>| match posted {
                Ok(posted) => done(app, posted),
                Err(error) => app.tell(Message::of_client(&error)),
            },
        );
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_type_and_paste_them() {
        let read = addresses("ada@example.com; Ben <ben@example.com>, ").unwrap();
        let read: Vec<String> = read.iter().map(ToString::to_string).collect();
        assert_eq!(read, ["ada@example.com", "ben@example.com"]);
        assert!(addresses("ada").unwrap_err().starts_with("ada: "));
    }
}
