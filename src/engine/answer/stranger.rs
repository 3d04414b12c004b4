//! Messages that could not be verified: counted, paused, and refused without protection, all in the
//! same words.

use rand::CryptoRng;

use crate::domain::address::MailAddress;
use crate::domain::time::UnixTime;
use crate::engine::Engine;
use crate::engine::answer::reply::{Refusal, address_of};
use crate::engine::answer::{Answer, Answered, Talk, Way, mail};
use crate::engine::attempts;
use crate::engine::audit::{Outcome, Report};
use crate::engine::error::Error;
use crate::engine::record::Record;
use crate::protocol::message::{Body, ErrorContent, Failure, Header, Message};
use crate::protocol::protect::Protector;
use crate::protocol::read::{self, ReadError};
use crate::protocol::write;

/// Somebody of whom nothing is known but what he claims.
pub(super) struct Stranger {
    refusal: Refusal,
    /// The mailbox whose temporary key he does not have.
    record: Option<Box<Record>>,
}

impl Stranger {
    /// Who names nobody.
    pub(super) fn nobody(refusal: Refusal) -> Self {
        Self {
            refusal,
            record: None,
        }
    }

    /// Whose signature is wrong.
    pub(super) fn wrong_signature() -> Self {
        Self::nobody(Refusal::new(
            Failure::BAD_MESSAGE_CHECK,
            "The signature of the message is wrong.",
        ))
    }

    /// Who does not know the temporary key, or names an address that has none: nobody but us can
    /// tell which.
    pub(super) fn wrong_key(record: Option<Box<Record>>) -> Self {
        Self {
            refusal: Refusal::new(
                Failure::BAD_MESSAGE_CHECK,
                "The address or the temporary key is wrong, or the key has expired or was used. \
                 Type both again, or ask an administrator for a new temporary key.",
            ),
            record,
        }
    }
}

impl Talk<'_, '_> {
    /// Counts the try, and refuses it without protection.
    pub(super) fn refuse_stranger(&mut self, stranger: Stranger) -> Result<Answered, Error> {
        let Stranger { refusal, record } = stranger;
        let pause_secs = attempts::pause_strangers(self.act.tx, self.act.now)?;
        let to = match record {
            Some(record) => self.count_wrong(record)?,
            None => None,
        };
        let header = &self.received.message.header;
        let reply = unprotected(header, &refusal, self.act.now, self.act.rng);
        let by_mail = self.way == Way::Mail;
        if let (Some((to, name)), Some(reply), true) = (&to, &reply, by_mail) {
            mail::push(self, to, name, reply)?;
        }
        Ok(Answered {
            answer: Answer {
                reply,
                to: to.map(|(address, _name)| address),
                pause_secs,
            },
            has_after: by_mail,
        })
    }

    /// Wrong tries are in the audit, and answered by mail, at the first, second, fourth, eighth …
    /// one, so that a stranger can fill neither. How many there were stands in the record.
    fn count_wrong(
        &mut self,
        mut record: Box<Record>,
    ) -> Result<Option<(MailAddress, String)>, Error> {
        let Some(temporary) = &mut record.temporary_key else {
            return Ok(None);
        };
        temporary.wrong_tries = temporary.wrong_tries.saturating_add(1);
        let tries = temporary.wrong_tries;
        record.store(self.act)?;
        if !tries.is_power_of_two() {
            return Ok(None);
        }
        let detail = format!("a message under a wrong key, {tries} so far");
        let report = Report {
            who: "nobody known".to_owned(),
            act: "Use a temporary key".to_owned(),
            subject: record.person(),
            outcome: Outcome::Refused,
            detail,
        };
        self.act.record(&report, None)?;
        Ok(address_of(&record).map(|address| (address, record.name.as_str().to_owned())))
    }
}

impl Engine {
    /// Refuses octets that are no message, if at least a header can be read.
    pub(super) fn refuse_unreadable(&mut self, request: &[u8], why: &ReadError) -> Answer {
        let refusal = Refusal::new(why.failure(), &why.to_string());
        match read::read_header(request) {
            Ok(header) => self.unprotected(&header, &refusal),
            Err(_no_header) => Answer::default(),
        }
    }

    /// A refusal without protection.
    pub(super) fn unprotected(&mut self, header: &Header, refusal: &Refusal) -> Answer {
        let now = self.room.now();
        Answer {
            reply: unprotected(header, refusal, now, &mut *self.room.rng),
            to: None,
            pause_secs: 0,
        }
    }
}

/// A refusal without protection; nothing if it can not even be written.
fn unprotected(
    header: &Header,
    refusal: &Refusal,
    now: UnixTime,
    rng: &mut dyn CryptoRng,
) -> Option<Vec<u8>> {
    let mut nonce = [0; 16];
    rng.fill_bytes(&mut nonce);
    let message = Message {
        header: header.answer(nonce, now),
        body: Body::Error(ErrorContent::new(refusal.failure, &refusal.text)),
        extra_certs: Vec::new(),
    };
    write::write(&message, Protector::Unprotected, rng).ok()
}
