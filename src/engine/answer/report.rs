//! A user reports lost keys (`rr`): what the request names is revoked at once, without an
//! administrator, because whoever has the key may give it up. The request is signed; or, by a user
//! who has lost that key too, protected with the temporary key that waits for him.

use crate::domain::reason::RevocationReason;
use crate::domain::state::{ClientAct, SecurityState, permits_client};
use crate::engine::answer::Talk;
use crate::engine::answer::party::{Party, Proof, act_of};
use crate::engine::answer::reply::{Refusal, Reply, Stop};
use crate::engine::record::{Record, Serial};
use crate::engine::{issue, notices, publish, revocations};
use crate::protocol::message::{Body, CertId, Failure, RevocationReply, RevocationRequest, Status};
use crate::store::{archived_key, mailbox, record as record_table};

/// How many certificates one request may name: a user has two, and some from before.
const REQUESTS: usize = 16;

/// `rr`. All of it or nothing.
pub(super) fn lost(
    talk: &mut Talk<'_, '_>,
    party: &mut Party,
    requests: &[RevocationRequest],
) -> Result<Reply, Stop> {
    let signer = match &party.proof {
        Proof::Signature(certificate) => Some(certificate.serial().to_vec()),
        Proof::TemporaryKey(..) => None,
    };
    let record = &mut party.record;
    permits_client(record.situation(talk.act.now), ClientAct::ReportLost).map_err(Refusal::from)?;
    if requests.is_empty() || REQUESTS < requests.len() {
        return Err(Refusal::new(
            Failure::BAD_REQUEST,
            "A request can name 1 to 16 certificates.",
        )
        .into());
    }
    refuse_others(talk, record, requests)?;
    let revoked = match &signer {
        Some(signer) => revocations::append_by_user(talk.act, signer, talk.octets)?,
        None => revocations::append_by_temporary_key(talk.act, requests)?,
    };
    for revocation in &revoked {
        let serial = Some(&revocation.serial);
        give_up(record, &revocation.serial);
        if record.signing.as_ref() == serial {
            record.suspend();
        }
        if record.encryption.as_ref() == serial {
            record.encryption = None;
        }
    }
    // Under a temporary key the mailbox waits for its new certificates as before.
    let was_in_use = signer.is_some();
    if was_in_use && record.signing.is_none() {
        record.pick_up_until = None; // what waited for a renewal
        record_table::destroy(talk.act.tx, record.guid.as_bytes())?;
    }
    // What is left of a pair is in use: others can encrypt to a user who can not sign.
    if was_in_use && record.signing.is_none() && record.encryption.is_none() {
        record.state = SecurityState::Revoked;
    }
    record.store(talk.act)?;
    mailbox::set_state(talk.act.tx, party.id, record.state, record.valid_until)?;
    publish::address_changed(talk.act, &record.address)?;
    notices::revoked(
        talk.act,
        record,
        "Reported as lost",
        "the user's own program",
    )?;
    let mut reply = Reply::of(Body::Rp(RevocationReply {
        statuses: requests.iter().map(|_request| Status::accepted()).collect(),
        ids: requests.iter().map(id).collect(),
        crls: Vec::new(),
    }));
    reply.report = Some((
        act_of(&talk.received.message.body),
        revocations::report(&revoked),
    ));
    reply.has_after = true;
    Ok(reply)
}

/// What was issued and not confirmed yet can no longer be confirmed; it counts as refused.
fn give_up(record: &mut Record, serial: &Serial) {
    let Some(pending) = &mut record.pending else {
        return;
    };
    let is_key = pending.encryption.as_ref() == Some(serial);
    if is_key || pending.signing.as_ref() == Some(serial) {
        pending.signing = None;
        pending.encryption = None;
        pending.key = pending.key.filter(|_key| !is_key);
        pending.refused = pending.refused.saturating_add(1);
    }
}

/// Refuses what is not the user's to revoke, or could be taken back.
fn refuse_others(
    talk: &Talk<'_, '_>,
    record: &Record,
    requests: &[RevocationRequest],
) -> Result<(), Stop> {
    let known = revocations::by_serial(
        talk.act.tx,
        talk.act.keys.installation,
        &talk.act.root.revocations,
    )?;
    let authority = issue::authority(&talk.settings)?;
    for request in requests {
        let refused = |failure, text| Err(Refusal::new(failure, text).into());
        if request.issuer != authority.subject_der() {
            return refused(
                Failure::WRONG_AUTHORITY,
                "Only certificates of this KM server can be revoked here.",
            );
        }
        let issued = archived_key::by_serial(talk.act.tx, &request.serial)?;
        if issued.is_none_or(|issued| issued.guid != *record.guid.as_bytes()) {
            return refused(
                Failure::BAD_CERT_ID,
                "This is not a certificate of the mailbox that asks.",
            );
        }
        if RevocationReason::from_code(request.reason.unwrap_or(0)).is_none() {
            return refused(
                Failure::BAD_REQUEST,
                "A revocation is for ever: hold and removal from the list are not possible.",
            );
        }
        let same = |other: &&RevocationRequest| other.serial == request.serial;
        if 1 < requests.iter().filter(same).count() {
            return refused(Failure::BAD_REQUEST, "A certificate is named twice.");
        }
        if known.contains_key(&request.serial) {
            return refused(Failure::CERT_REVOKED, "The certificate is revoked already.");
        }
    }
    Ok(())
}

fn id(request: &RevocationRequest) -> CertId {
    CertId {
        issuer: request.issuer.clone(),
        serial: request.serial.clone(),
    }
}
