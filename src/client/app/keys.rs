//! The use of keys: asked for as the keyset's security level says, and the log-on that the first
//! use is.

use crate::client::error::Error;
use crate::client::view::{RENEWAL_QUESTION, Renewal, SessionView};
use crate::client::{Client, Remember, Unlock};
use crate::domain::names::KeysetName;
use crate::domain::secret::Password;
use crate::forms::message::Message;
use crate::forms::typed::Typed;
use crate::forms::words;
use crate::work::Watch;

use super::App;
use super::modal::{Answer, Modal};

/// Asks for a keyset's password (High).
pub struct PasswordForm {
    /// The keyset: the caption of *Password for*.
    pub keyset: KeysetName,
    /// What the password is asked for.
    pub purpose: &'static str,
    /// The password.
    pub password: Typed,
    /// Whether it stays remembered until log-off.
    pub remember: bool,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
    waiting: Box<dyn Waiting>,
}

/// Asks for permission to use a keyset (Medium).
pub struct ConsentForm {
    /// The keyset.
    pub keyset: KeysetName,
    /// What the permission is asked for.
    pub purpose: &'static str,
    waiting: Box<dyn Waiting>,
}

/// How the person has answered.
enum Key {
    Consent,
    Password(Password, Remember),
    Silent,
}

impl Key {
    fn unlock(&self) -> (Unlock<'_>, Remember) {
        match self {
            Self::Consent => (Unlock::Consent, Remember::No),
            Self::Password(password, remember) => (Unlock::Password(password), *remember),
            Self::Silent => (Unlock::Silent, Remember::No),
        }
    }
}

/// An act that waits for a key.
trait Waiting: Send {
    fn go(self: Box<Self>, app: &mut App, key: Key);
    fn cancel(self: Box<Self>, app: &mut App);
}

type With<T> = Box<dyn FnMut(&mut Client, Unlock<'_>) -> Result<T, Error> + Send>;
type Done<T> = Box<dyn FnOnce(&mut App, T) + Send>;

struct Act<T> {
    keyset: Option<KeysetName>,
    purpose: &'static str,
    cancelled: &'static str,
    with: With<T>,
    done: Done<T>,
}

/// What every cancelled use of a key says.
pub(super) const NOTHING_CHANGED: &str = "The operation was cancelled. Nothing was changed.";

impl App {
    /// Does something with the keys of the chosen keyset, or of `keyset`: asks for its password or
    /// permission where its level wants that, again after a wrong password, until it is done or the
    /// person gives up.
    pub(super) fn with_keys<T: Send + 'static>(
        &mut self,
        keyset: Option<KeysetName>,
        purpose: &'static str,
        with: impl FnMut(&mut Client, Unlock<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(&mut Self, T) + Send + 'static,
    ) {
        self.with_keys_or(keyset, (purpose, NOTHING_CHANGED), with, done);
    }

    /// The same, with words of its own for what giving up means.
    pub(super) fn with_keys_or<T: Send + 'static>(
        &mut self,
        keyset: Option<KeysetName>,
        (purpose, cancelled): (&'static str, &'static str),
        with: impl FnMut(&mut Client, Unlock<'_>) -> Result<T, Error> + Send + 'static,
        done: impl FnOnce(&mut Self, T) + Send + 'static,
    ) {
        let act = Act {
            keyset,
            purpose,
            cancelled,
            with: Box::new(with),
            done: Box::new(done),
        };
        Box::new(act).go(self, Key::Silent);
    }
}

impl<T: Send + 'static> Waiting for Act<T> {
    fn go(mut self: Box<Self>, app: &mut App, key: Key) {
        let attempt = move |client: &mut Client, _: &Watch| {
            let keyset = self
                .keyset
                .clone()
                .or_else(|| client.settings().keyset.clone());
            let (unlock, remember) = key.unlock();
            let logged_on = log_on_with(client, keyset.as_ref(), unlock, remember);
            let result = logged_on.and_then(|renewal| {
                let outcome = (self.with)(client, unlock)?;
                Ok((outcome, renewal))
            });
            (self, keyset, result, client.session())
        };
        let tried = move |app: &mut App, (act, keyset, result, session): Tried<T>| {
            app.session = session;
            act.tried(app, keyset, result);
        };
        app.busy("Using your keys…", attempt, tried);
    }

    fn cancel(self: Box<Self>, app: &mut App) {
        app.tell(Message::information(self.cancelled));
    }
}

type Tried<T> = (
    Box<Act<T>>,
    Option<KeysetName>,
    Result<(T, Option<Renewal>), Error>,
    Option<SessionView>,
);

impl<T: Send + 'static> Act<T> {
    fn tried(
        self: Box<Self>,
        app: &mut App,
        keyset: Option<KeysetName>,
        result: Result<(T, Option<Renewal>), Error>,
    ) {
        let purpose = self.purpose;
        match result {
            Ok((outcome, renewal)) => {
                (self.done)(app, outcome);
                if let (Some(keyset), Some(renewal)) = (keyset, renewal) {
                    app.mind_renewal(keyset, renewal);
                }
            }
            Err(Error::ConsentNeeded(keyset)) => {
                app.push(Modal::Consent(ConsentForm {
                    keyset,
                    purpose,
                    waiting: self,
                }));
            }
            Err(Error::PasswordNeeded(keyset)) => app.ask_password(keyset, purpose, None, self),
            Err(wrong @ Error::WrongPassword) => match keyset {
                Some(keyset) => {
                    let problem = words::sentence(&wrong);
                    app.ask_password(keyset, purpose, Some(problem), self);
                }
                None => app.tell(Message::of_client(&wrong)),
            },
            Err(other) => app.tell(Message::of_client(&other)),
        }
    }
}

/// The first use of a keyset's keys is a log-on to advanced security.
fn log_on_with(
    client: &mut Client,
    keyset: Option<&KeysetName>,
    unlock: Unlock<'_>,
    remember: Remember,
) -> Result<Option<Renewal>, Error> {
    let Some(keyset) = keyset else {
        return Ok(None); // without a keyset there is nothing to log on with; the act says so
    };
    let session = client.session();
    let is_on = session.is_some_and(|session| session.keyset == *keyset);
    if is_on && remember == Remember::No {
        return Ok(None);
    }
    let renewal = client.log_on(keyset, unlock, remember)?;
    Ok((!is_on).then_some(renewal))
}

impl PasswordForm {
    pub(super) fn answer(mut self, app: &mut App, number: u64, answer: Answer) {
        match answer {
            Answer::Accept => match self.password.take() {
                Ok(password) => {
                    let remember = if self.remember {
                        Remember::UntilLogOff
                    } else {
                        Remember::No
                    };
                    self.waiting.go(app, Key::Password(password, remember));
                }
                Err(error) => {
                    self.problem = Some(words::sentence(&error));
                    app.put_back(number, Modal::Password(self));
                }
            },
            Answer::Cancel => self.waiting.cancel(app),
            Answer::Other | Answer::Typed => {
                self.problem = None;
                app.put_back(number, Modal::Password(self));
            }
        }
    }
}

impl ConsentForm {
    pub(super) fn answer(self, app: &mut App, answer: Answer) {
        match answer {
            Answer::Accept => self.waiting.go(app, Key::Consent),
            Answer::Cancel | Answer::Other | Answer::Typed => self.waiting.cancel(app),
        }
    }
}

impl App {
    fn ask_password(
        &mut self,
        keyset: KeysetName,
        purpose: &'static str,
        problem: Option<String>,
        waiting: Box<dyn Waiting>,
    ) {
        self.push(Modal::Password(PasswordForm {
            keyset,
            purpose,
            password: Typed::default(),
            remember: false,
            problem,
            waiting,
        }));
    }

    /// *Log On to Advanced Security*.
    pub(super) fn log_on(&mut self) {
        let chosen = |client: &mut Client, _: Unlock<'_>| match client.settings().keyset {
            Some(_) => Ok(()),
            None => Err(Error::NoDigitalId),
        };
        self.with_keys(None, "to log on to advanced security", chosen, |_, ()| ());
    }

    /// *Log Off Advanced Security*.
    pub(super) fn log_off(&mut self) {
        self.post(
            |client, _| {
                client.log_off();
                client.session()
            },
            |app, session| app.session = session,
        );
    }

    /// *Forget Remembered Password*.
    pub(super) fn forget_password(&mut self) {
        self.post(
            |client, _| {
                client.forget_password();
                client.session()
            },
            |app, session| app.session = session,
        );
    }

    /// At log-on from month 12 on the question is asked, each time anew (Q192181).
    fn mind_renewal(&mut self, keyset: KeysetName, renewal: Renewal) {
        match renewal {
            Renewal::Due => {
                self.ask(RENEWAL_QUESTION, move |app| {
                    app.renew(keyset);
                });
            }
            Renewal::Expired => self.tell(Message::warning(EXPIRED, EXPIRED_REMEDY)),
            Renewal::NotDue | Renewal::UnderWay => (),
        }
    }

    fn renew(&mut self, keyset: KeysetName) {
        let name = keyset.clone();
        let renew = move |client: &mut Client, unlock: Unlock<'_>| client.renew(&name, unlock);
        self.with_keys(
            Some(keyset),
            "to send the certificate update request",
            renew,
            |app, sent| app.tell_sent(&sent, RENEWAL_SENT),
        );
    }
}

const EXPIRED: &str = "Your security certificates have expired. Old mail can still be read, \
    but nothing can be signed, and nobody can encrypt to you.";

const EXPIRED_REMEDY: &str = "Ask your administrator for a temporary key, \
    and choose Get a Digital ID in Tools > Options > Security.";

const RENEWAL_SENT: &str = "A certificate update request has been sent to the Key Management Server. \
    The reply will arrive in your Inbox; open it to take over the new certificates.";
