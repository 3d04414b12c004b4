//! Recovered keys (`krr`, `krp`): a new signing certificate, and every encryption key that the
//! mailbox ever had, each with its certificate, the current one last.

use crate::crypto::keypair::PublicKey;
use crate::domain::state::{ClientAct, permits_client};
use crate::engine::answer::Talk;
use crate::engine::answer::inform;
use crate::engine::answer::issued;
use crate::engine::answer::party::{Party, act_of};
use crate::engine::answer::reply::{Refusal, Reply, Stop};
use crate::engine::answer::wanted::Wanted;
use crate::engine::error::Error;
use crate::engine::record::{Origin, Pending, Record};
use crate::engine::{issue, notices, pick_up};
use crate::protocol::message::{Body, CertRequest, Certified, Failure, KeyRecovery, Status};

/// `krr`.
pub(super) fn keys(
    talk: &mut Talk<'_, '_>,
    party: &mut Party,
    requests: &[CertRequest],
) -> Result<Reply, Stop> {
    party.needs_temporary_key()?;
    let situation = party.record.situation(talk.act.now);
    permits_client(situation, ClientAct::FetchKeys).map_err(Refusal::from)?;
    let wanted = Wanted::read(requests, party.own())?;
    let record = &mut party.record;
    let (Some((id, public)), Some(transport), Some(client)) =
        (&wanted.signing, &wanted.transport, wanted.client(None))
    else {
        return Err(Refusal::new(
            Failure::BAD_REQUEST,
            "Ask with a signing key, and with a key to which the recovered keys are to be \
             encrypted (control protocolEncrKey).",
        )
        .into());
    };
    let is_first = issued::bind(talk, record, &client)?;
    let mut pending = issued::pending_for(record, Origin::Recovery, &client)?;
    let signing = issued::signing(talk, record, &mut pending, public)?;
    if needs_new_key(talk, record)? {
        issued::encryption(talk, record, &mut pending)?;
    }
    let history = history(talk, record, &pending, transport)?;
    let detail = format!(
        "{}; {} encryption keys handed over",
        issued::serials(&[(*id, signing.serial.clone())]),
        history.len()
    );
    record.pending = Some(pending);
    if is_first {
        notices::first_used(talk.act, record)?;
    }
    record.store(talk.act)?;
    Ok(Reply {
        body: Body::Krp(KeyRecovery {
            status: Status::accepted(),
            signing_certificate: Some(signing.certified.certificate),
            ca_certs: vec![talk.settings.ca_certificate.clone()],
            history,
        }),
        info: vec![inform::trust_list_key(talk)?],
        handed: vec![(*id, signing.serial)],
        report: Some((act_of(&talk.received.message.body), detail)),
        has_after: is_first,
    })
}

/// The encryption certificate stays the current one unless it has expired or is no longer good.
fn needs_new_key(talk: &Talk<'_, '_>, record: &Record) -> Result<bool, Error> {
    let Some(serial) = &record.encryption else {
        return Ok(true);
    };
    let current = issue::certificate(talk.act.tx, &talk.settings, &record.guid, serial)?;
    Ok(current.not_after() < talk.act.now)
}

/// Every key with its certificate, from the copies that wait.
fn history(
    talk: &mut Talk<'_, '_>,
    record: &Record,
    pending: &Pending,
    transport: &PublicKey,
) -> Result<Vec<Certified>, Error> {
    let mut keys = record.keys.clone();
    keys.sort_by_key(|key| Some(*key) == pending.key); // stable: the current one goes last
    let certified = issue::certificates_of(talk.act.tx, &talk.settings, &record.guid, &keys)?;
    let mut history = Vec::new();
    for (public, certificate) in certified {
        let key = pick_up::open(talk.act, &record.guid, &public)?;
        let key = key.ok_or(Error::Tampered("a waiting key of this mailbox is missing"))?;
        history.push(Certified {
            certificate,
            private_key: Some(issued::packed(talk, &key, transport)?),
        });
    }
    Ok(history)
}
