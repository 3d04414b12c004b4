//! *Get a Digital ID*: temporary key and keyset name, the reply of the Security Authority, and the
//! security level that the person chooses (Outlook 98; Q199760).

use crate::client::error::Error;
use crate::client::message::view::MessageId;
use crate::client::view::{Arrival, Asks, Level, Purpose, ReplyView, Sent, WHAT_HAPPENS_NEXT};
use crate::client::{Client, Finish, Protection, Unlock};
use crate::domain::names::KeysetName;
use crate::domain::secret::Password;
use crate::forms::chosen::ChosenPassword;
use crate::forms::message::Message;
use crate::forms::typed::Typed;
use crate::forms::words;
use crate::work::Watch;

use super::App;
use super::account::{self, AccountForm};
use super::keys::NOTHING_CHANGED;
use super::modal::{Answer, Modal};

/// Where a Digital ID comes from.
pub struct SourceForm {
    /// Whether from the Exchange server; else from a file.
    pub from_server: bool,
}

/// Temporary key and keyset name.
pub struct SetUpForm {
    /// The temporary key.
    pub token: Typed,
    /// The name of the keyset.
    pub keyset: String,
    /// The keysets there are, so that the person sees what a name means.
    pub existing: Vec<KeysetName>,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
}

/// The security level of a new keyset.
pub struct LevelForm {
    /// The reply that it is for.
    pub reply: ReplyView,
    /// The level.
    pub level: Level,
    /// The password, for High.
    pub chosen: ChosenPassword,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
}

impl SetUpForm {
    /// What the name means: a new keyset, or an existing one whose password is asked for.
    pub fn meaning(&self) -> String {
        let typed = KeysetName::parse(&self.keyset);
        match typed {
            Ok(name) if self.existing.contains(&name) => format!(
                "There is a keyset named {name}. The keys go into it, and its password is asked for. \
                 If you have forgotten that password, type another name."
            ),
            Ok(_) | Err(_) => "A new keyset of this name will be made.".to_owned(),
        }
    }

    pub(super) fn answer(mut self, app: &mut App, number: u64, answer: Answer) {
        match answer {
            Answer::Accept => self.send(app),
            Answer::Cancel => app.tell(Message::information(NOTHING_CHANGED)),
            Answer::Other | Answer::Typed => {
                self.problem = None;
                app.put_back(number, Modal::SetUp(self));
            }
        }
    }

    fn send(mut self, app: &mut App) {
        let keyset = match KeysetName::parse(&self.keyset) {
            Ok(keyset) => keyset,
            Err(error) => {
                self.problem = Some(words::sentence(&error));
                app.push(Modal::SetUp(self));
                return;
            }
        };
        let set_up = move |client: &mut Client, _: &Watch| {
            let sent = client.set_up(self.token.text(), &keyset);
            (self, sent)
        };
        app.busy(
            "Making keys, and sending the message…",
            set_up,
            |app, (mut form, sent)| match sent {
                Ok(sent) => {
                    app.tell_sent(&sent, WHAT_HAPPENS_NEXT);
                    app.receive();
                }
                Err(error) => {
                    form.problem = Some(Message::of_client(&error).text());
                    app.push(Modal::SetUp(form));
                }
            },
        );
    }
}

impl SourceForm {
    pub(super) fn answer(self, app: &mut App, number: u64, answer: Answer) {
        match answer {
            Answer::Accept if self.from_server => app.ask_temporary_key(),
            Answer::Accept => app.ask_import(),
            Answer::Cancel => (),
            Answer::Other | Answer::Typed => app.put_back(number, Modal::Source(self)),
        }
    }
}

impl LevelForm {
    pub(super) fn answer(mut self: Box<Self>, app: &mut App, number: u64, answer: Answer) {
        match answer {
            Answer::Accept => self.finish(app),
            Answer::Cancel => app.tell(Message::information(NOT_SET_UP)),
            Answer::Other => app.suggest(number, Modal::Level(self)),
            Answer::Typed => {
                self.problem = None;
                self.chosen.judge(&[self.reply.keyset.as_str()]);
                app.put_back(number, Modal::Level(self));
            }
        }
    }

    fn finish(mut self: Box<Self>, app: &mut App) {
        let kept = match Kept::of(self.level, &self.chosen) {
            Ok(kept) => kept,
            Err(problem) => {
                self.problem = Some(problem);
                app.push(Modal::Level(self));
                return;
            }
        };
        let finish = move |client: &mut Client, _: &Watch| {
            let finished = client.finish(&self.reply.id, Finish::New(kept.protection()));
            (self, finished)
        };
        app.busy(
            "Storing your keys…",
            finish,
            |app, (mut form, finished)| match finished {
                Ok(sent) => app.stored(&form.reply.keyset, &sent),
                Err(error) => {
                    form.problem = Some(Message::of_client(&error).text());
                    app.push(Modal::Level(form));
                }
            },
        );
    }
}

/// How a new keyset is protected, with the password that was typed for it.
pub(super) enum Kept {
    High(Password),
    Low,
    Medium,
}

impl Kept {
    pub(super) fn of(level: Level, chosen: &ChosenPassword) -> Result<Self, String> {
        match level {
            Level::High => Ok(Self::High(chosen.parse()?)),
            Level::Medium => Ok(Self::Medium),
            Level::Low => Ok(Self::Low),
        }
    }

    pub(super) fn protection(&self) -> Protection<'_> {
        match self {
            Self::High(password) => Protection::High(password),
            Self::Low => Protection::Low,
            Self::Medium => Protection::Medium,
        }
    }
}

/// What giving up at the level or at an existing keyset's password means (Q199760).
const NOT_SET_UP: &str = "Advanced security was not set up. Nothing was changed: your keysets open as \
    before, and the temporary key is still good. Open the reply again to go on; if you have forgotten the \
    password of the keyset, choose Get a Digital ID again and type another keyset name.";

impl App {
    /// *Get a Digital ID*.
    pub(super) fn get_digital_id(&mut self) {
        self.push(Modal::Source(SourceForm { from_server: true }));
    }

    fn ask_temporary_key(&mut self) {
        let look = |client: &mut Client, _: &Watch| {
            let keysets = client.keysets()?;
            let settings = client.settings().clone();
            Ok((client.default_keyset_name(), keysets, settings))
        };
        self.post(look, |app, looked: Result<_, Error>| match looked {
            Ok((_, _, settings)) if !account::is_complete(&settings) => {
                app.push(Modal::Account(Box::new(AccountForm::new(&settings))));
            }
            Ok((keyset, keysets, _)) => {
                app.push(Modal::SetUp(SetUpForm {
                    token: Typed::default(),
                    keyset,
                    existing: keysets.into_iter().map(|keyset| keyset.name).collect(),
                    problem: None,
                }));
            }
            Err(error) => app.tell(Message::of_client(&error)),
        });
    }

    /// A message of the Security Authority was opened in the inbox.
    pub(super) fn open_security_reply(&mut self, id: MessageId) {
        let open = move |client: &mut Client, _: &Watch| {
            let opened = client.open_message(&id, Unlock::Silent)?;
            match opened.reply {
                Some(reply) => client.open_reply(&reply),
                None => Err(Error::NoSuchRequest),
            }
        };
        self.busy("Checking the reply…", open, |app, opened| {
            match opened {
                Ok(reply) => app.ask_about(reply),
                Err(error) => app.tell(Message::of_client(&error)),
            }
            app.refresh();
        });
    }

    /// Asks what a reply wants to know before anything is stored.
    fn ask_about(&mut self, reply: ReplyView) {
        match reply.asks {
            Asks::Level => {
                self.push(Modal::Level(Box::new(LevelForm {
                    reply,
                    level: Level::High,
                    chosen: ChosenPassword::default(),
                    problem: None,
                })));
            }
            Asks::Keyset(_) => self.finish_existing(reply),
        }
    }

    /// The keys go into a keyset that exists, which opens as its level says.
    fn finish_existing(&mut self, reply: ReplyView) {
        let (purpose, given_up) = match reply.purpose {
            Purpose::Renew => ("to store the new certificates", NOTHING_CHANGED),
            Purpose::Fetch | Purpose::ReportLost | Purpose::SetUp => {
                ("to set up advanced security again", NOT_SET_UP)
            }
        };
        let (id, keyset) = (reply.id, reply.keyset);
        let name = keyset.clone();
        let finish = move |client: &mut Client, unlock: Unlock<'_>| {
            client.finish(&id, Finish::Existing(unlock))
        };
        let words = (purpose, given_up);
        self.with_keys_or(Some(keyset), words, finish, move |app, sent| {
            app.stored(&name, &sent);
        });
    }

    fn stored(&mut self, keyset: &KeysetName, sent: &Sent) {
        let done = format!(
            "The keys were stored in the keyset {keyset}, and the Key Management Server is being told so. \
             You can sign and encrypt messages now."
        );
        self.tell_sent(sent, &done);
        self.receive();
    }

    /// Tells what happens next, or that the server could not be reached.
    pub(super) fn tell_sent(&mut self, sent: &Sent, words: &str) {
        match sent {
            Sent::Answered | Sent::Waiting => self.tell(Message::information(words)),
            Sent::Unreachable(why) => self.tell(Message::warning(
                format!("The Key Management Server can not be reached now: {why}"),
                "Everything is stored and will be sent again: press F5 when the server can be reached.",
            )),
        }
    }

    /// Tells what has arrived, where the person has to know it.
    pub(super) fn arrived(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Fetched | Arrival::Reply(_) | Arrival::Unreachable { .. } => (),
            Arrival::Ready { keyset, purpose } => self.tell(Message::information(match purpose {
                Purpose::Renew => format!(
                    "The new certificates of the keyset {keyset} are good for another 18 months."
                ),
                Purpose::Fetch | Purpose::ReportLost | Purpose::SetUp => {
                    format!("Your Digital ID is ready: advanced security is set up, with the keyset {keyset}.")
                }
            })),
            Arrival::Refused {
                words,
                is_protected,
                ..
            } => {
                let remedy = if is_protected { "" } else { UNPROTECTED };
                self.tell(Message::error(words, remedy));
            }
            Arrival::Revoked { keyset } => self.tell(Message::information(format!(
                "The certificates of the keyset {keyset} were revoked, as you have asked."
            ))),
            Arrival::Unfit { words } => self.tell(Message::warning(
                words,
                "Nothing was changed by it.",
            )),
        }
    }
}

const UNPROTECTED: &str = "To type it again, choose Get a Digital ID once more. If you are sure that it is \
    right, press F5 to send the request again: this answer is not protected, so anybody could have sent it.";
