//! A mailbox's Security page (Q194947): the KM server is named, a password opens the page, and the
//! acts that the state allows can be chosen.

use crate::domain::state::{SecurityAct, Situation, WrongState, permits};
use crate::engine::error::Error;
use crate::engine::hand_over::HandOver;
use crate::engine::views::{IssuedCertificate, Security, Standing, Use};

use crate::app::App;
use crate::app::hand_over::{EnableForm, RecoverForm};
use crate::app::km_server::SessionView;
use crate::app::message::Message;
use crate::app::modal::Modal;
use crate::app::revoke::RevokeForm;
use crate::app::words;

use super::{Body, SheetId};

/// A mailbox's Security page.
#[derive(Default)]
pub struct SecurityPage {
    /// The KM server's name, as it is typed.
    pub server: String,
    /// Why the named KM server was not reached.
    pub problem: Option<String>,
    /// The session, once a password has opened the page.
    pub session: Option<SessionView>,
    /// What the KM server says of the mailbox.
    pub facts: Option<Security>,
}

/// A button of the page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SecurityButton {
    /// *Connect* to the named KM server.
    Connect,
    /// *Enable Advanced Security*.
    Enable,
    /// *Forget Remembered Password*.
    Forget,
    /// *Recover Security Key*.
    Recover,
    /// *Revoke Advanced Security*.
    Revoke,
}

impl SecurityPage {
    /// The page before anybody gave a password; the known KM server is offered.
    pub(super) fn of(known_server: String) -> Self {
        Self {
            server: known_server,
            ..Self::default()
        }
    }

    /// The page as it was before anybody gave a password.
    pub(super) fn lock(&mut self) {
        self.session = None;
        self.facts = None;
    }

    /// Why the button can not be used now.
    pub fn refusal(&self, button: SecurityButton) -> Option<&'static str> {
        let Some(facts) = &self.facts else {
            return match button {
                SecurityButton::Connect | SecurityButton::Forget => None,
                SecurityButton::Enable | SecurityButton::Recover | SecurityButton::Revoke => {
                    Some("Connect to the KM server first.")
                }
            };
        };
        let permits = |act| permits(facts.situation, act, facts.archive);
        let permitted = match button {
            SecurityButton::Connect | SecurityButton::Forget => Ok(()),
            SecurityButton::Enable => permits(SecurityAct::Enable),
            SecurityButton::Revoke => permits(SecurityAct::Revoke),
            SecurityButton::Recover => {
                permits(SecurityAct::Recover).or_else(|_| permits(SecurityAct::SaveKeys))
            }
        };
        permitted.err().map(|WrongState(why)| why)
    }

    /// The properties of the page: a label and its value each.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let Some(facts) = &self.facts else {
            return Vec::new();
        };
        let mut lines = vec![
            ("Status:", facts.situation.words().to_owned()),
            ("Keys in the archive:", facts.archived_keys.to_string()),
        ];
        if let Some(expires) = facts.temporary_key_expires {
            let tries = words::count(u64::from(facts.wrong_tries), "wrong try", "wrong tries");
            let until = words::local(expires);
            lines.push(("Temporary key:", format!("valid until {until}, {tries}")));
        }
        if let Some(since) = facts.used_since {
            let since = words::local(since);
            let used = format!("since {since} by a program that has not confirmed yet");
            lines.push(("Temporary key used:", used));
        }
        if 0 < facts.other_tries {
            let tries = words::count(u64::from(facts.other_tries), "try", "tries");
            let used = format!("already used by another program: {tries}");
            lines.push(("Refused programs:", used));
        }
        if let Some(until) = facts.pick_up_until {
            let (keys, until) = (facts.waiting_keys, words::local(until));
            lines.push(("Keys to be fetched:", format!("{keys} until {until}")));
        }
        if let (Situation::Active, Some(from)) = (facts.situation, facts.renewal_from) {
            let from = words::local_day(from);
            lines.push(("Certificates:", format!("can be renewed from {from}")));
        }
        lines
    }
}

/// What the list of certificates says of one: what its key is for, and whether it counts.
pub fn use_words(issued: &IssuedCertificate) -> String {
    let used_for = match issued.used_for() {
        Use::Encryption => "Encryption",
        Use::Signing => "Signing",
    };
    let standing = match issued.standing {
        Standing::Current => return used_for.to_owned(),
        Standing::Older => "older",
        Standing::Revoked => "revoked",
        Standing::Unconfirmed => "not confirmed yet",
    };
    format!("{used_for}, {standing}")
}

impl App {
    pub(super) fn security_button(&mut self, id: SheetId, button: SecurityButton) {
        match button {
            SecurityButton::Connect => self.connect(id),
            SecurityButton::Enable => self.ask_enable(id),
            SecurityButton::Forget => self.forget_password(),
            SecurityButton::Recover => self.ask_recover(id),
            SecurityButton::Revoke => self.ask_revoke(id),
        }
    }

    /// The page opens by itself where a password is remembered.
    pub(super) fn turn_to_security(&mut self, id: SheetId) {
        let is_remembered = self
            .console()
            .is_some_and(|console| console.remembered.is_some());
        let is_closed = self
            .mailbox_mut(id)
            .is_some_and(|sheet| sheet.security.session.is_none());
        if is_remembered && is_closed {
            self.connect(id);
        }
    }

    fn connect(&mut self, id: SheetId) {
        let Some(known) = self
            .console()
            .map(|console| console.names.server.to_string())
        else {
            return;
        };
        let Some(sheet) = self.mailbox_mut(id) else {
            return;
        };
        let typed = sheet.security.server.trim().to_owned();
        if !typed.eq_ignore_ascii_case(&known) {
            sheet.security.problem = Some(Message::of(&Error::NoSuchServer(typed)).what);
            return;
        }
        sheet.security.problem = None;
        sheet.security.server = known; // as it is written at the server
        let title = format!(
            "Open advanced security of {}",
            sheet.general.edited.display_name.trim()
        );
        self.ask_session(id, Some(id), title, move |app, session| {
            app.note_session(id, session);
            app.load(id);
        });
    }

    fn ask_enable(&mut self, id: SheetId) {
        let Some((sheet, mailbox)) = self
            .mailbox_mut(id)
            .and_then(|sheet| Some((&*sheet, sheet.id?)))
        else {
            return;
        };
        if sheet.security.refusal(SecurityButton::Enable).is_some() {
            return;
        }
        let form = EnableForm {
            name: sheet.general.edited.display_name.trim().to_owned(),
            hand_over: HandOver::TemporaryKey,
            mailbox,
            server: sheet.security.server.trim().to_owned(),
        };
        self.push(Some(id), Modal::Enable(form));
    }

    fn ask_recover(&mut self, id: SheetId) {
        let Some(Body::Mailbox(sheet)) = self.sheet_mut(id).map(|sheet| &sheet.body) else {
            return;
        };
        let (Some(facts), Some(mailbox)) = (&sheet.security.facts, sheet.id) else {
            return;
        };
        if sheet.security.refusal(SecurityButton::Recover).is_some() {
            return;
        }
        let mut form = RecoverForm {
            name: sheet.general.edited.display_name.trim().to_owned(),
            reason: 0,
            other: String::new(),
            ticket: String::new(),
            hand_over: HandOver::TemporaryKey,
            problem: None,
            situation: facts.situation,
            archive: facts.archive,
            mailbox,
            server: sheet.security.server.trim().to_owned(),
        };
        if form.refusal(form.hand_over).is_some() {
            form.hand_over = HandOver::File; // all that is left of a revoked or deleted mailbox
        }
        self.push(Some(id), Modal::Recover(form));
    }

    fn ask_revoke(&mut self, id: SheetId) {
        let Some((sheet, mailbox)) = self
            .mailbox_mut(id)
            .and_then(|sheet| Some((&*sheet, sheet.id?)))
        else {
            return;
        };
        if sheet.security.refusal(SecurityButton::Revoke).is_some() {
            return;
        }
        let form = RevokeForm {
            name: sheet.general.edited.display_name.trim().to_owned(),
            reason: 0,
            since: String::new(),
            problem: None,
            mailbox,
            server: sheet.security.server.trim().to_owned(),
        };
        self.push(Some(id), Modal::Revoke(form));
    }
}
