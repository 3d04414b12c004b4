//! *Recover Security Key* (Q194947): every encryption key a mailbox ever had is given back, under
//! the quorum of its guard.

use crate::crypto::keypair::PrivateKey;
use crate::domain::guard::Guard;
use crate::domain::mailbox::MailboxId;
use crate::domain::progress::Progress;
use crate::domain::reason::RecoverReason;
use crate::domain::state::{SecurityAct, SecurityState, permits};
use crate::engine::act::Act;
use crate::engine::audit::acts;
use crate::engine::authorize::sealed::Sealed;
use crate::engine::authorize::{Grant, Operation, View};
use crate::engine::enable::living_or_deleted;
use crate::engine::error::Error;
use crate::engine::hand_over::{self, HandOver, HandedOver, PICK_UP_DAYS};
use crate::engine::live::live;
use crate::engine::record::Record;
use crate::engine::request::{Description, Output};
use crate::engine::revocations::{self, by_recovery};
use crate::engine::settings::Settings;
use crate::engine::{archive, issue, notices, pick_up};
use crate::store::{mailbox as table, record as record_table};

/// The number of the help desk's ticket, as typed: 1 to 64 visible characters.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ticket(String);

impl Ticket {
    /// Reads what a person typed.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = (1..=64).contains(&text.chars().count()); // a column of the audit list
        (fits && !text.chars().any(char::is_control)).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Gives a mailbox's keys back. [`HandOver::File`] alone changes nothing; the others put the
/// mailbox into the state Recover.
pub struct RecoverKey {
    /// The mailbox, living or deleted.
    pub mailbox: MailboxId,
    /// The KM server's name as it was typed.
    pub server: String,
    /// Why.
    pub reason: RecoverReason,
    /// The help desk's ticket.
    pub ticket: Ticket,
    /// How the user gets the keys.
    pub hand_over: HandOver,
}

impl Sealed for RecoverKey {}

impl Operation for RecoverKey {
    type Outcome = HandedOver;
    const GUARD: Guard = Guard::Recover;
    const ACT: &'static str = acts::RECOVER;

    fn describe(&self, view: &View<'_>) -> Result<Description, Error> {
        let settings = Settings::load(view.reader, view.charter, view.root)?;
        settings.refuse_other_server(&self.server)?;
        let mailbox = living_or_deleted(view.reader, self.mailbox)?;
        let record = Record::of(view.reader, view.keys, &mailbox)?;
        permits(record.situation(view.now), self.act(), record.archive())?;
        let name = record.person();
        let (reason, ticket) = (self.reason.words(), self.ticket.as_str());
        let lost = self.lost(view, &record)?;
        let also = if lost.is_empty() {
            ""
        } else {
            "; revokes the signing certificate of the lost device"
        };
        Ok(Description {
            act: match self.act() {
                SecurityAct::SaveKeys => acts::SAVE_KEYS,
                SecurityAct::Enable | SecurityAct::Recover | SecurityAct::Revoke => Self::ACT,
            },
            subject: format!("{name}; reason: {reason}; ticket {ticket}{also}"),
            title: format!("Recover the keys of {name} (ticket {ticket}{also})"),
            arguments: by_recovery::arguments(&mailbox.guid, &lost),
            output: Output::Keys(self.hand_over),
        })
    }

    fn run(
        grant: Grant<Self>,
        act: &mut Act<'_>,
        _progress: &dyn Progress,
    ) -> Result<HandedOver, Error> {
        let recover = grant.operation();
        let mailbox = living_or_deleted(act.tx, recover.mailbox)?;
        let mut record = Record::of(act.tx, act.keys, &mailbox)?;
        permits(record.situation(act.now), recover.act(), record.archive())?;
        let settings = Settings::load(act.tx, &act.charter, &act.root)?;
        let certified = issue::certificates_of(act.tx, &settings, &mailbox.guid, &record.keys)?;
        let (publics, certificates): (Vec<_>, Vec<_>) = certified.into_iter().unzip();
        let keys = archive::open(act, grant.guard(), &mailbox.guid, &publics)?;
        let mut handed = HandedOver::default();
        if recover.hand_over.has_file() {
            let pairs: Vec<(&PrivateKey, &[u8])> = keys
                .iter()
                .zip(certificates.iter().map(Vec::as_slice))
                .collect();
            handed.file = Some(hand_over::key_file(act, &settings, &record.name, &pairs)?);
        }
        let lost = recover.lost(&View::of(act), &record)?;
        if !lost.is_empty() {
            revocations::append_by_recovery(act, &lost)?;
        }
        if recover.hand_over.has_temporary_key() {
            lay_ready(act, &mut record, &keys, &mut handed)?;
            table::set_state(act.tx, mailbox.id, record.state, record.valid_until)?;
        }
        let approvers = grant.approvers().join(", ");
        notices::recovered(act, &record, recover.reason.words(), &approvers)?;
        Ok(handed)
    }
}

impl RecoverKey {
    /// What the table of states calls it.
    fn act(&self) -> SecurityAct {
        if self.hand_over.has_temporary_key() {
            SecurityAct::Recover
        } else {
            SecurityAct::SaveKeys
        }
    }

    /// The serial numbers of the signing certificates that are revoked because the device with
    /// their keys is lost: the same approval has it in its words, and the chain points to it. The
    /// encryption certificate stays, because its key is given back.
    fn lost(&self, view: &View<'_>, record: &Record) -> Result<Vec<Vec<u8>>, Error> {
        if self.reason != RecoverReason::LostDevice || self.act() != SecurityAct::Recover {
            return Ok(Vec::new());
        }
        let signing = live(view, record)?.signing();
        Ok(signing
            .map(|certificate| certificate.serial().to_vec())
            .collect())
    }
}

/// Puts the mailbox into the state Recover: a new temporary key, and the keys sealed to the server
/// key, so that the user can fetch them after the quorum has gone home.
fn lay_ready(
    act: &mut Act<'_>,
    record: &mut Record,
    keys: &[PrivateKey],
    handed: &mut HandedOver,
) -> Result<(), Error> {
    let until = act.now.plus_days(PICK_UP_DAYS);
    record_table::destroy(act.tx, record.guid.as_bytes())?;
    for key in keys {
        pick_up::lay_ready(act, &record.guid, key)?;
    }
    hand_over::end_temporary_key(act, record)?;
    handed.temporary_key = Some(hand_over::temporary_key(record, until, act.rng));
    handed.expires = Some(until);
    record.pick_up_until = Some(until);
    record.suspend(); // who has the lost device can ask for nothing any more
    record.state = SecurityState::Recover;
    record.store(act)
}
