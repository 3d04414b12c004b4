//! The program's last word (`certConf`, `pkiConf`): it has kept what it got, and from then on it is
//! what counts; or it refuses it, and nothing has happened but that it can ask again.

use crate::crypto::certificate::Certificate;
use crate::domain::state::{ClientAct, SecurityState, permits_client};
use crate::domain::time::UnixTime;
use crate::engine::answer::Talk;
use crate::engine::answer::exchange::{self, Kept, Step};
use crate::engine::answer::issued;
use crate::engine::answer::party::{Party, act_of};
use crate::engine::answer::reply::{Refusal, Reply, Stop};
use crate::engine::error::Error;
use crate::engine::record::{Origin, Pending, Record, Serial};
use crate::engine::{hand_over, issue, notices, publish};
use crate::protocol::message::{Body, CertStatus, Failure};
use crate::store::{mailbox, record as record_table};

/// `certConf`. The set is taken as a whole: a certificate that is refused, or not named, refuses
/// all of it (RFC 9810 section 5.3.18).
pub(super) fn confirm(
    talk: &mut Talk<'_, '_>,
    party: &mut Party,
    statuses: &[CertStatus],
) -> Result<Reply, Stop> {
    let (kept, pending) = pending_of(talk, party)?;
    let mut is_wanted = true;
    for (id, serial) in &kept.handed {
        let status = statuses.iter().find(|status| status.request_id == *id);
        let Some(status) = status else {
            is_wanted = false;
            continue;
        };
        let certificate = issued::certificate(talk, &party.record, serial)?;
        if !status.fits(&certificate) {
            return Err(Refusal::new(
                Failure::BAD_CERT_ID,
                "The confirmation is about another certificate than the one that was issued.",
            )
            .into());
        }
        is_wanted &= status.is_wanted();
    }
    if is_wanted {
        take(talk, party, &kept.handed, pending)
    } else {
        give_up(talk, party, &kept.handed, pending)
    }
}

/// `error` in place of a `certConf`: the program could not use what it got.
pub(super) fn refuse_all(talk: &mut Talk<'_, '_>, party: &mut Party) -> Result<Reply, Stop> {
    let (kept, pending) = pending_of(talk, party)?;
    give_up(talk, party, &kept.handed, pending)
}

/// What was answered in this transaction, and the set that waits; its certificates must be those of
/// that answer.
fn pending_of(talk: &Talk<'_, '_>, party: &Party) -> Result<(Kept, Pending), Stop> {
    let unknown = || {
        Refusal::new(
            Failure::BAD_REQUEST,
            "No such certificates wait to be confirmed.",
        )
    };
    let record = &party.record;
    let kept = exchange::load(talk, &record.guid, Step::Request)?.ok_or_else(unknown)?;
    if talk.received.message.header.recip_nonce.as_ref() != Some(&kept.nonce) {
        return Err(Refusal::new(
            Failure::BAD_RECIPIENT_NONCE,
            "The message does not answer the one that was sent.",
        )
        .into());
    }
    let pending = record.pending.clone().ok_or_else(unknown)?;
    let (act, needs_key) = match pending.from {
        Origin::SetUp => (ClientAct::ConfirmSetUp, true),
        Origin::Recovery => (ClientAct::ConfirmFetch, true),
        Origin::Renewal | Origin::Completion => (ClientAct::ConfirmRenewal, false),
    };
    permits_client(record.situation(talk.act.now), act).map_err(Refusal::from)?;
    if needs_key {
        party.needs_temporary_key()?;
    } else {
        party.signer()?;
    }
    let waits = |serial: &Serial| {
        pending.signing.as_ref() == Some(serial) || pending.encryption.as_ref() == Some(serial)
    };
    let all_wait = kept.handed.iter().all(|(_id, serial)| waits(serial));
    if kept.handed.is_empty() || !all_wait {
        return Err(unknown().into());
    }
    Ok((kept, pending))
}

/// The set becomes the current one; the temporary key is spent, and what waited is destroyed.
fn take(
    talk: &mut Talk<'_, '_>,
    party: &mut Party,
    handed: &[(i64, Serial)],
    pending: Pending,
) -> Result<Reply, Stop> {
    let record = &mut party.record;
    let was_handed = |serial: &Serial| handed.iter().any(|(_id, own)| own == serial);
    let signing = pending.signing.filter(was_handed);
    // Recovered keys come with their history, not under a number of their own.
    let from = pending.from;
    let comes_along = |serial: &Serial| from == Origin::Recovery || was_handed(serial);
    let encryption = pending.encryption.filter(comes_along);
    record.signing = signing.or_else(|| record.signing.take());
    record.encryption = encryption.or_else(|| record.encryption.take());
    record.pending = None;
    if matches!(from, Origin::SetUp | Origin::Recovery) {
        hand_over::end_temporary_key(talk.act, record)?;
    }
    record.pick_up_until = None;
    record_table::destroy(talk.act.tx, record.guid.as_bytes())?;
    record.state = SecurityState::Active;
    record.valid_until = first_end(talk, record)?;
    record.store(talk.act)?;
    mailbox::set_state(talk.act.tx, party.id, record.state, record.valid_until)?;
    publish::address_changed(talk.act, &record.address)?;
    match from {
        Origin::SetUp | Origin::Completion | Origin::Recovery => notices::set_up(talk.act, record)?,
        Origin::Renewal => notices::renewed(talk.act, record)?,
    }
    Ok(confirmed(talk, handed, "kept"))
}

/// The program will not have the set: its certificates are never published and never counted as
/// current. The temporary key stays good, and the encryption key waits for the next request.
fn give_up(
    talk: &mut Talk<'_, '_>,
    party: &mut Party,
    handed: &[(i64, Serial)],
    pending: Pending,
) -> Result<Reply, Stop> {
    party.record.pending = Some(Pending {
        signing: None,
        encryption: None,
        refused: pending.refused.saturating_add(1),
        ..pending
    });
    party.record.store(talk.act)?;
    Ok(confirmed(talk, handed, "refused by the program"))
}

fn confirmed(talk: &Talk<'_, '_>, handed: &[(i64, Serial)], how: &str) -> Reply {
    let mut reply = Reply::of(Body::PkiConf);
    let detail = format!("{}: {how}", issued::serials(handed));
    reply.report = Some((act_of(&talk.received.message.body), detail));
    reply.has_after = true;
    reply
}

/// When the first of the current certificates ends.
fn first_end(talk: &Talk<'_, '_>, record: &Record) -> Result<Option<UnixTime>, Error> {
    let current = record.signing.iter().chain(&record.encryption);
    let end = |serial: &Serial| {
        let own = issue::certificate(talk.act.tx, &talk.settings, &record.guid, serial)?;
        Ok::<_, Error>(Certificate::not_after(&own))
    };
    let ends: Vec<_> = current.map(end).collect::<Result<_, _>>()?;
    Ok(ends.into_iter().min())
}
