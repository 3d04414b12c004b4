//! *Revoke Advanced Security*: a mailbox's certificates enter the revocation list, under the quorum
//! of its guard. Its archived keys stay.

use crate::domain::guard::Guard;
use crate::domain::mailbox::{Mailbox, MailboxId};
use crate::domain::progress::Progress;
use crate::domain::reason::RevocationReason;
use crate::domain::state::{SecurityAct, SecurityState, permits};
use crate::domain::time::UnixTime;
use crate::engine::act::Act;
use crate::engine::audit::acts;
use crate::engine::authorize::sealed::Sealed;
use crate::engine::authorize::{Grant, Operation, View};
use crate::engine::enable::living_or_deleted;
use crate::engine::error::Error;
use crate::engine::live::{Live, live};
use crate::engine::record::Record;
use crate::engine::request::{Description, Output};
use crate::engine::revocations::{self, Authority, Revocation};
use crate::engine::settings::Settings;
use crate::engine::{crl, hand_over, notices, publish};
use crate::store::archived_key as certificates;
use crate::store::{Reader, mailbox as table, record as record_table};

/// Revokes every certificate of a mailbox that has not run out: also an older one, which would
/// still be believed after a renewal.
pub struct RevokeUser {
    /// The mailbox, living or deleted.
    pub mailbox: MailboxId,
    /// The KM server's name as it was typed.
    pub server: String,
    /// Why.
    pub reason: RevocationReason,
    /// Since when the keys are not to be trusted (RFC 5280 section 5.3.2), if that is known.
    pub invalidity: Option<UnixTime>,
}

/// What a revocation did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Revoked {
    /// How many certificates entered the list.
    pub certificates: usize,
}

impl Sealed for RevokeUser {}

impl Operation for RevokeUser {
    type Outcome = Revoked;
    const GUARD: Guard = Guard::Revoke;
    const ACT: &'static str = acts::REVOKE;

    fn describe(&self, view: &View<'_>) -> Result<Description, Error> {
        let settings = Settings::load(view.reader, view.charter, view.root)?;
        settings.refuse_other_server(&self.server)?;
        let mailbox = living_or_deleted(view.reader, self.mailbox)?;
        let record = Record::of(view.reader, view.keys, &mailbox)?;
        self.refuse(view.reader, &record, view.now)?;
        let name = record.person();
        let reason = self.reason.name();
        let since = self.invalidity.map(UnixTime::rfc3339);
        let since = since.map_or_else(String::new, |since| format!(", since {since}"));
        Ok(Description {
            act: Self::ACT,
            subject: format!("{name}; reason: {reason}{since}"),
            title: format!("Revoke the advanced security of {name} ({reason}{since})"),
            arguments: self.arguments(&mailbox),
            output: Output::Nothing,
        })
    }

    fn run(
        grant: Grant<Self>,
        act: &mut Act<'_>,
        _progress: &dyn Progress,
    ) -> Result<Revoked, Error> {
        let revoke = grant.operation();
        let mailbox = living_or_deleted(act.tx, revoke.mailbox)?;
        let mut record = Record::of(act.tx, act.keys, &mailbox)?;
        revoke.refuse(act.tx, &record, act.now)?;
        let Live { own, strange } = live(&View::of(act), &record)?;
        let serials: Vec<Vec<u8>> = own.iter().map(|own| own.serial().to_vec()).collect();
        if 0 < strange {
            let note = format!("{strange} certificates of another address were left as they are");
            act.notes.push(note);
        }
        let key = grant.guard().signing_key()?;
        for serial in &serials {
            let revocation = Revocation {
                serial: serial.clone(),
                at: act.now,
                reason: revoke.reason,
                invalidity: revoke.invalidity,
                authority: Authority::Quorum,
            };
            let signer = (&act.charter.manifest, Some(key));
            revocations::append(act.tx, signer, &mut act.root.revocations, &revocation)?;
        }
        hand_over::end_temporary_key(act, &mut record)?;
        record.pick_up_until = None;
        record.suspend();
        record.encryption = None;
        record.state = SecurityState::Revoked;
        record_table::destroy(act.tx, record.guid.as_bytes())?;
        record.store(act)?;
        table::set_state(act.tx, mailbox.id, record.state, record.valid_until)?;
        act.notes.push(format!("{} certificates", serials.len()));
        notices::revoked(
            act,
            &record,
            revoke.reason.words(),
            &grant.approvers().join(", "),
        )?;
        publish::address_changed(act, &record.address)?;
        crl::is_due(act)?;
        Ok(Revoked {
            certificates: serials.len(),
        })
    }
}

impl RevokeUser {
    fn refuse(&self, reader: &Reader<'_>, record: &Record, now: UnixTime) -> Result<(), Error> {
        permits(record.situation(now), SecurityAct::Revoke, record.archive())?;
        if self.invalidity.is_some_and(|since| now < since) {
            return Err(Error::Refused {
                what: "the date lies in the future".to_owned(),
                remedy: "Give the day since when the keys are not to be trusted.",
            });
        }
        let was_revoked = record.state == SecurityState::Revoked;
        let has_none = certificates::issued_to(reader, record.guid.as_bytes())?.is_empty();
        if record.deleted && (was_revoked || has_none) {
            return Err(Error::Refused {
                what: "the deleted mailbox has no certificates that could be revoked".to_owned(),
                remedy: "There is nothing to do.",
            });
        }
        Ok(())
    }

    fn arguments(&self, mailbox: &Mailbox) -> Vec<u8> {
        let mut arguments = mailbox.guid.as_bytes().to_vec();
        arguments.push(self.reason.code());
        if let Some(since) = self.invalidity {
            arguments.extend(since.secs().to_be_bytes());
        }
        arguments
    }
}
