//! The answering side: a user's program sends a message (CMP, RFC 9810), the KM server answers it.
//!
//! Each answer is one transaction: who asks is found and verified, a message that comes again gets
//! the answer of the first time, the mailbox record decides, and what was done is written down with
//! the answer itself. So a lost answer, a repeated message and a crash between any two steps leave
//! a program that can ask again and a server that issued one set.
//!
//! * Names, addresses and validity come from the record, never from the request.
//! * A temporary key belongs to the first program that uses it, and is spent by that program's word
//!   that it has kept what it got, not by an answer that may be lost. For the same reason implicit
//!   confirmation is never granted.
//! * Nothing is said under a temporary key before a message was verified under it. An unknown
//!   address and a wrong key get one and the same unprotected answer, for comparable work.
//! * Wrong tries are counted and answered with a pause, but a right message is always taken:
//!   75 bits need no lock, and a lock would be a stranger's tool against the user.

mod cmp_key;
mod confirm;
mod exchange;
mod inform;
mod issued;
mod mail;
mod names;
mod party;
mod recovery;
mod renewal;
mod reply;
mod report;
mod set_up;
mod stranger;
mod wanted;

pub use mail::Taken;
pub(super) use renewal::renewal_from;

use crate::crypto::keypair::{PrivateKey, sha256};
use crate::domain::address::MailAddress;
use crate::engine::Engine;
use crate::engine::act::Act;
use crate::engine::answer::cmp_key::CmpKey;
use crate::engine::answer::exchange::Step;
use crate::engine::answer::party::{Found, Party};
use crate::engine::answer::reply::{Refusal, Reply, Stop};
use crate::engine::error::Error;
use crate::engine::issue;
use crate::engine::settings::Settings;
use crate::protocol::message::{Body, CertRequest, Failure};
use crate::protocol::read::{self, Received};

/// What goes back to a user's program.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Answer {
    /// The message; nothing where not even a refusal could be addressed.
    pub reply: Option<Vec<u8>>,
    /// Whose mailbox it goes to when the request came by mail.
    pub to: Option<MailAddress>,
    /// Seconds to wait before it is sent, after messages that could not be verified. A right
    /// message never waits.
    pub pause_secs: i64,
}

/// One message in its transaction.
struct Talk<'a, 'act> {
    act: &'a mut Act<'act>,
    settings: Settings,
    cmp: CmpKey,
    received: &'a Received,
    /// SHA-256 of the message as it came.
    request: [u8; 32],
    octets: &'a [u8],
    way: Way,
    /// An encryption key made beforehand, since that takes long.
    spare: &'a mut Option<PrivateKey>,
}

/// How a message came, and its answer goes back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Way {
    /// On the connection that is still open.
    Connection,
    /// Through the outbox, in the same transaction.
    Mail,
}

/// What is left to do when the transaction is over.
struct Answered {
    answer: Answer,
    /// Whether something secret died, or a message waits in the outbox.
    has_after: bool,
}

impl Engine {
    /// Answers a message of a user's program. What a stranger sends never fails: it is refused.
    pub fn answer(&mut self, request: &[u8]) -> Answer {
        let received = match read::read(request) {
            Ok(received) => received,
            Err(why) => return self.refuse_unreadable(request, &why),
        };
        match self.answer_received(request, &received, Way::Connection) {
            Ok(answered) => {
                if answered.has_after {
                    self.after_secrets();
                }
                answered.answer
            }
            Err(error) => {
                tracing::warn!("a message was not answered: {error}");
                let refusal = Refusal::new(
                    Failure::SYSTEM_FAILURE,
                    "The KM server could not do this now. Try again later.",
                );
                let header = &received.message.header;
                self.unprotected(header, &refusal)
            }
        }
    }

    fn answer_received(
        &mut self,
        request: &[u8],
        received: &Received,
        way: Way,
    ) -> Result<Answered, Error> {
        self.records()?;
        let mut spare = self.spare.take();
        if spare.is_none() && may_need_key(&received.message.body) {
            spare = Some(issue::user_key(&mut *self.room.rng)?);
        }
        let answered = self.within(|act| {
            let settings = Settings::load(act.tx, &act.charter, &act.root)?;
            let cmp = CmpKey::load_or_make(act, &settings)?;
            let mut talk = Talk {
                act,
                settings,
                cmp,
                received,
                request: sha256(request),
                octets: request,
                way,
                spare: &mut spare,
            };
            talk.answer()
        });
        self.spare = spare;
        answered
    }
}

/// Whether the message asks for a key that the server makes. A stranger's does so as well; the key
/// then waits for the next one.
fn may_need_key(body: &Body) -> bool {
    match body {
        Body::Ir(requests) | Body::Cr(requests) | Body::Kur(requests) => {
            requests.iter().any(CertRequest::wants_server_made)
        }
        Body::Krr(_)
        | Body::CertConf(_)
        | Body::Cp(_)
        | Body::Error(_)
        | Body::Genm(_)
        | Body::Genp(_)
        | Body::Ip(_)
        | Body::Krp(_)
        | Body::Kup(_)
        | Body::P10cr(_)
        | Body::PkiConf
        | Body::Rp(_)
        | Body::Rr(_) => false,
    }
}

impl Talk<'_, '_> {
    fn answer(&mut self) -> Result<Answered, Error> {
        let found = Found::by(self)?;
        let step = Step::of(&self.received.message.body);
        if let Some(record) = found.record()
            && let Some(kept) = exchange::load(self, &record.guid, step)?
            && kept.request == self.request
        {
            return self.send(kept.reply, record); // the very octets of before
        }
        let mut party = match found.verify(self)? {
            Ok(party) => party,
            Err(stranger) => return self.refuse_stranger(stranger),
        };
        if let Some(kept) = exchange::load(self, &party.record.guid, step)? {
            if kept.content == self.received.content_hash() {
                return self.send(kept.reply, &party.record);
            }
            let used = Refusal::new(
                Failure::TRANSACTION_ID_IN_USE,
                "This transaction has been used for another message. Begin a new one.",
            );
            return self.refuse(&mut party, &used);
        }
        match self.carry_out(&mut party) {
            Ok(reply) => self.finish(&party, step, reply),
            Err(Stop::Refused(refusal)) => self.refuse(&mut party, &refusal),
            Err(Stop::Broken(error)) => Err(error),
        }
    }

    /// What the message asks for, by its body. Everything is checked before anything is written.
    fn carry_out(&mut self, party: &mut Party) -> Result<Reply, Stop> {
        party.may_speak(self.act.now)?;
        self.refuse_other_times()?;
        let received = self.received;
        match &received.message.body {
            Body::Ir(requests) | Body::Cr(requests) => set_up::certificates(self, party, requests),
            Body::P10cr(request) => set_up::pkcs10(self, party, request),
            Body::Krr(requests) => recovery::keys(self, party, requests),
            Body::Kur(requests) => renewal::certificates(self, party, requests),
            Body::CertConf(statuses) => confirm::confirm(self, party, statuses),
            Body::Error(_) => confirm::refuse_all(self, party),
            Body::Rr(requests) => report::lost(self, party, requests),
            Body::Genm(questions) => inform::inform(self, party, questions),
            Body::Ip(_)
            | Body::Cp(_)
            | Body::Kup(_)
            | Body::Krp(_)
            | Body::Rp(_)
            | Body::PkiConf
            | Body::Genp(_) => Err(Refusal::new(
                Failure::BAD_REQUEST,
                "Only a KM server sends such a message.",
            )
            .into()),
        }
    }

    /// A message may be as old as mail gets, but not older than what is kept of earlier ones, so
    /// that none can be carried out twice. From the future it may come by a day: the clock of a
    /// laptop, or its zone, is wrong more often than anybody wins something by it.
    fn refuse_other_times(&self) -> Result<(), Stop> {
        let Some(time) = self.received.message.header.time else {
            return Ok(()); // it may be left out (RFC 9810 section 5.1.1)
        };
        let now = self.act.now;
        if now.plus_days(1) < time || time.plus_days(exchange::KEPT_DAYS) < now {
            let text = format!(
                "The message says that it is of {}, but it is {}. Set the clock and try again.",
                time.rfc3339(),
                now.rfc3339()
            );
            return Err(Refusal::new(Failure::BAD_TIME, &text).into());
        }
        Ok(())
    }

    /// An encryption key for a user, made beforehand if there is one.
    fn user_key(&mut self) -> Result<PrivateKey, Error> {
        self.spare
            .take()
            .map_or_else(|| issue::user_key(self.act.rng), Ok)
    }
}
