//! Renewal (`kur`, `kup`): a new signing certificate for the program's new key, and a new encryption
//! key beside the old ones, asked for by the current signing key and by nobody else.

use crate::crypto::x509::Validity;
use crate::domain::state::{ClientAct, permits_client};
use crate::domain::time::UnixTime;
use crate::engine::answer::Talk;
use crate::engine::answer::issued::{self, Set};
use crate::engine::answer::party::{Party, act_of};
use crate::engine::answer::reply::{Refusal, Reply, Stop};
use crate::engine::answer::wanted::Wanted;
use crate::engine::error::Error;
use crate::engine::hand_over::PICK_UP_DAYS;
use crate::engine::issue;
use crate::engine::record::{Origin, Record};
use crate::engine::settings::Settings;
use crate::protocol::message::{Body, CertRequest, Failure};
use crate::store::Reader;

/// `kur`.
pub(super) fn certificates(
    talk: &mut Talk<'_, '_>,
    party: &mut Party,
    requests: &[CertRequest],
) -> Result<Reply, Stop> {
    let signer = party.signer()?.serial().to_vec();
    let now = talk.act.now;
    let wanted = Wanted::read(requests, party.own());
    let record = &mut party.record;
    permits_client(record.situation(now), ClientAct::Renew).map_err(Refusal::from)?;
    refuse_other_certificates(talk, requests, record)?;
    let from = renewal_from(talk.act.tx, &talk.settings, record)?;
    if from.is_some_and(|from| now < from) {
        let from = from.map(UnixTime::rfc3339).unwrap_or_default();
        let text = format!("The certificates can be renewed from {from} on.");
        return Err(Refusal::new(Failure::BAD_REQUEST, &text).into());
    }
    let wanted = wanted?; // what is wrong with the time is said first
    let client = wanted.client(None).ok_or_else(|| {
        Refusal::new(
            Failure::BAD_REQUEST,
            "A renewal begins with a new signing key.",
        )
    })?;
    let mut pending = issued::pending_for(record, Origin::Renewal, &client)?;
    if record.signing.as_ref() != Some(&signer) && pending.signing.as_ref() != Some(&signer) {
        return Err(Refusal::new(
            Failure::BAD_REQUEST,
            "Confirm the renewed certificates before they are renewed again.",
        )
        .into());
    }
    let Set { reply, handed } = issued::set(talk, record, &mut pending, &wanted)?;
    if wanted.encryption.is_some() {
        record.pick_up_until = Some(now.plus_days(PICK_UP_DAYS));
    }
    record.pending = Some(pending);
    record.store(talk.act)?;
    let mut answer = Reply::of(Body::Kup(reply));
    answer.report = Some((
        act_of(&talk.received.message.body),
        issued::serials(&handed),
    ));
    answer.handed = handed;
    Ok(answer)
}

/// Where a request names the certificate it renews, it must be the user's current one.
fn refuse_other_certificates(
    talk: &Talk<'_, '_>,
    requests: &[CertRequest],
    record: &Record,
) -> Result<(), Stop> {
    let authority = issue::authority(&talk.settings)?;
    for old in requests
        .iter()
        .filter_map(|request| request.old_cert.as_ref())
    {
        let serial = Some(&old.serial);
        let current = record.signing.as_ref() == serial || record.encryption.as_ref() == serial;
        if old.issuer != authority.subject_der() || !current {
            return Err(Refusal::new(
                Failure::BAD_CERT_ID,
                "The certificate that is to be renewed is not the current one.",
            )
            .into());
        }
    }
    Ok(())
}

/// From when on a mailbox's certificates may be renewed: month 12 of the older one. Nothing where it
/// has none.
pub(in crate::engine) fn renewal_from(
    reader: &Reader<'_>,
    settings: &Settings,
    record: &Record,
) -> Result<Option<UnixTime>, Error> {
    let mut first = None;
    for serial in record.signing.iter().chain(&record.encryption) {
        let own = issue::certificate(reader, settings, &record.guid, serial)?;
        let validity = Validity {
            not_before: own.not_before(),
            not_after: own.not_after(),
        };
        let from = validity.renewal_from();
        first = Some(first.map_or(from, |first: UnixTime| first.min(from)));
    }
    Ok(first)
}
