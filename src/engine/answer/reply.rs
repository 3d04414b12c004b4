//! What is said to a verified program: protected as its message was, and written down with it.

use crate::domain::address::MailAddress;
use crate::domain::state::WrongState;
use crate::engine::answer::exchange::{self, Kept, Step};
use crate::engine::answer::party::{Party, act_of};
use crate::engine::answer::{Answer, Answered, Talk, Way, mail};
use crate::engine::attempts;
use crate::engine::audit::{Outcome, Report, hex};
use crate::engine::error::Error;
use crate::engine::record::{Record, Serial};
use crate::protocol::message::{Body, ErrorContent, Failure, InfoItem, Message};
use crate::protocol::possession::PossessionError;
use crate::protocol::write::{self, WriteError};

/// Why a message was not followed: the reason for programs, and words a person can act on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Refusal {
    pub(super) failure: Failure,
    pub(super) text: String,
}

impl Refusal {
    pub(super) fn new(failure: Failure, text: &str) -> Self {
        Self {
            failure,
            text: text.to_owned(),
        }
    }
}

/// Why there is no reply.
pub(super) enum Stop {
    /// Something failed here.
    Broken(Error),
    /// The message is refused.
    Refused(Refusal),
}

impl<T: Into<Error>> From<T> for Stop {
    fn from(error: T) -> Self {
        Self::Broken(error.into())
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<WrongState> for Refusal {
    fn from(WrongState(why): WrongState) -> Self {
        Self::new(Failure::NOT_AUTHORIZED, why)
    }
}

impl From<PossessionError> for Refusal {
    fn from(error: PossessionError) -> Self {
        let failure = match error {
            PossessionError::Key => Failure::BAD_ALG,
            PossessionError::Malformed(_) => Failure::BAD_DATA_FORMAT,
            PossessionError::Missing | PossessionError::Unsupported(_) | PossessionError::Wrong => {
                Failure::BAD_POP
            }
        };
        Self::new(failure, &error.to_string())
    }
}

impl From<WriteError> for Error {
    fn from(error: WriteError) -> Self {
        Self::Crypto(error.to_string())
    }
}

/// A reply before it is protected.
pub(super) struct Reply {
    pub(super) body: Body,
    /// What stands in its header.
    pub(super) info: Vec<InfoItem>,
    /// The certificates in it, by the numbers under which they were asked for.
    pub(super) handed: Vec<(i64, Serial)>,
    /// How it stands in the audit; nothing where nothing was changed.
    pub(super) report: Option<(&'static str, String)>,
    /// Whether something secret died, or a message waits in the outbox.
    pub(super) has_after: bool,
}

impl Reply {
    /// A reply that changed nothing.
    pub(super) fn of(body: Body) -> Self {
        Self {
            body,
            info: Vec::new(),
            handed: Vec::new(),
            report: None,
            has_after: false,
        }
    }
}

impl Talk<'_, '_> {
    /// Protects a reply, and writes it down so that the same message gets it again. What was only
    /// asked for can be asked for again: lists are long, and every program wants them at each log-on.
    pub(super) fn finish(
        &mut self,
        party: &Party,
        step: Step,
        reply: Reply,
    ) -> Result<Answered, Error> {
        let mut nonce = [0; 16];
        self.act.rng.fill_bytes(&mut nonce);
        let is_for_once = matches!(reply.body, Body::Genp(_));
        let octets = self.protect(party, nonce, reply.info, reply.body)?;
        if !is_for_once {
            let kept = Kept {
                request: self.request,
                content: self.received.content_hash(),
                nonce: nonce.to_vec(),
                handed: reply.handed,
                reply: octets.clone(),
            };
            exchange::keep(self, &party.record.guid, step, &kept)?;
        }
        if let Some((act, detail)) = reply.report {
            attempts::was_right(self.act.tx, &refusals(&party.record))?;
            let report = report(&party.record, act, Outcome::Done, detail);
            self.act.record(&report, None)?;
        }
        let mut answered = self.send(octets, &party.record)?;
        answered.has_after |= reply.has_after;
        Ok(answered)
    }

    /// Refuses a verified message. A program that goes on asking is in the audit at the first,
    /// second, fourth, eighth … refusal in a row, so that it can not fill it.
    pub(super) fn refuse(
        &mut self,
        party: &mut Party,
        refusal: &Refusal,
    ) -> Result<Answered, Error> {
        let place = refusals(&party.record);
        let refused = attempts::count_one(self.act.tx, &place)?;
        if refused.is_power_of_two() {
            let act = act_of(&self.received.message.body);
            let detail = format!("{} (refusal {refused} in a row)", refusal.text);
            let report = report(&party.record, act, Outcome::Refused, detail);
            self.act.record(&report, None)?;
        }
        let mut nonce = [0; 16];
        self.act.rng.fill_bytes(&mut nonce);
        let body = Body::Error(ErrorContent::new(refusal.failure, &refusal.text));
        let octets = self.protect(party, nonce, Vec::new(), body)?;
        self.send(octets, &party.record)
    }

    fn protect(
        &mut self,
        party: &Party,
        nonce: [u8; 16],
        info: Vec<InfoItem>,
        body: Body,
    ) -> Result<Vec<u8>, Error> {
        let mut header = self.received.message.header.answer(nonce, self.act.now);
        header.general_info = info;
        let message = Message {
            header,
            body,
            extra_certs: vec![
                self.cmp.certificate.clone(),
                self.settings.ca_certificate.clone(),
            ],
        };
        let by = party.proof.protector(&self.cmp);
        Ok(write::write(&message, by, self.act.rng)?)
    }

    /// Sends an answer, also one of before, on the way that the message came.
    pub(super) fn send(&mut self, octets: Vec<u8>, record: &Record) -> Result<Answered, Error> {
        let to = address_of(record);
        let by_mail = self.way == Way::Mail;
        if let Some(to) = to.as_ref().filter(|_to| by_mail) {
            mail::push(self, to, record.name.as_str(), &octets)?;
        }
        Ok(Answered {
            answer: Answer {
                reply: Some(octets),
                to,
                pause_secs: 0,
            },
            has_after: by_mail,
        })
    }
}

/// Where a mailbox's answers go; nowhere after it was deleted, since the address may be somebody
/// else's by then.
pub(super) fn address_of(record: &Record) -> Option<MailAddress> {
    (!record.deleted).then(|| record.address.clone())
}

/// A row of the audit about a user's program.
pub(super) fn report(record: &Record, act: &str, outcome: Outcome, detail: String) -> Report {
    Report {
        who: format!("the program of {}", record.address),
        act: act.to_owned(),
        subject: record.person(),
        outcome,
        detail,
    }
}

/// Where refusals in a row are counted.
fn refusals(record: &Record) -> String {
    format!("messages {}", hex(record.guid.as_bytes()))
}
