//! First certificates under a temporary key (`ir`, `cr`, `p10cr`), and the encryption half for a
//! program that had asked for the signing half alone.

use crate::crypto::keypair::PublicKey;
use crate::crypto::x509::Validity;
use crate::domain::state::{ClientAct, Situation, permits_client};
use crate::engine::answer::Talk;
use crate::engine::answer::inform;
use crate::engine::answer::issued::{self, Set};
use crate::engine::answer::names;
use crate::engine::answer::party::{Party, Proof, act_of};
use crate::engine::answer::reply::{Refusal, Reply, Stop};
use crate::engine::answer::wanted::Wanted;
use crate::engine::error::Error;
use crate::engine::hand_over::PICK_UP_DAYS;
use crate::engine::issue;
use crate::engine::notices;
use crate::engine::record::Origin;
use crate::protocol::message::{
    Body, CertReply, CertRequest, ErrorContent, Failure, InfoItem, InfoKind,
};
use crate::protocol::pkcs10::{self, Pkcs10};

/// `ir` or `cr`.
pub(super) fn certificates(
    talk: &mut Talk<'_, '_>,
    party: &mut Party,
    requests: &[CertRequest],
) -> Result<Reply, Stop> {
    let wanted = Wanted::read(requests, party.own())?;
    match party.proof {
        Proof::Signature(_) => complete(talk, party, &wanted),
        Proof::TemporaryKey(..) => set_up(talk, party, &wanted),
    }
}

/// `p10cr`, in whose answer and confirmation the request has the number -1 (RFC 9483 section
/// 4.1.4).
pub(super) fn pkcs10(
    talk: &mut Talk<'_, '_>,
    party: &mut Party,
    request: &[u8],
) -> Result<Reply, Stop> {
    party.needs_temporary_key()?;
    let Pkcs10 { public, subject } = pkcs10::read(request).map_err(Refusal::from)?;
    names::refuse_other_subject(Some(&subject), party.own())?;
    let wanted = Wanted::signing(-1, public, &party.record)?;
    set_up(talk, party, &wanted)
}

fn set_up(talk: &mut Talk<'_, '_>, party: &mut Party, wanted: &Wanted) -> Result<Reply, Stop> {
    let record = &mut party.record;
    if record.situation(talk.act.now) == Situation::Recover {
        return Ok(go_to_key_recovery());
    }
    permits_client(record.situation(talk.act.now), ClientAct::SetUp).map_err(Refusal::from)?;
    let client = wanted.client(None).ok_or_else(|| {
        Refusal::new(
            Failure::BAD_REQUEST,
            "Ask for a signing certificate first, or for both at once.",
        )
    })?;
    let is_first = issued::bind(talk, record, &client)?;
    let mut pending = issued::pending_for(record, Origin::SetUp, &client)?;
    let set = issued::set(talk, record, &mut pending, wanted)?;
    if pending.key.is_some() {
        let expires = record
            .temporary_key
            .as_ref()
            .map(|temporary| temporary.expires);
        record.pick_up_until = expires;
    }
    record.pending = Some(pending);
    if is_first {
        notices::first_used(talk.act, record)?;
    }
    record.store(talk.act)?;
    reply(talk, set, is_first)
}

/// The program need not know whether its user is new or recovering: it is told, and nothing is
/// bound or used up by having asked.
fn go_to_key_recovery() -> Reply {
    let refusal = ErrorContent::new(
        Failure::BAD_REQUEST,
        "Your keys were recovered and wait for you. Ask for them by key recovery (krr).",
    );
    let mut reply = Reply::of(Body::Error(refusal));
    reply.info = vec![InfoItem::question(InfoKind::GO_TO_KEY_RECOVERY)];
    reply
}

/// The encryption half, where there is none, or where it is time to renew it.
fn complete(talk: &mut Talk<'_, '_>, party: &mut Party, wanted: &Wanted) -> Result<Reply, Stop> {
    let now = talk.act.now;
    let signing = PublicKey::from_spki(party.signer()?.spki())?;
    let record = &mut party.record;
    permits_client(record.situation(now), ClientAct::Complete).map_err(Refusal::from)?;
    if wanted.signing.is_some() {
        return Err(Refusal::new(
            Failure::BAD_REQUEST,
            "A new signing certificate is to be asked for by a renewal (kur).",
        )
        .into());
    }
    if let Some(serial) = &record.encryption {
        let own = issue::certificate(talk.act.tx, &talk.settings, &record.guid, serial)?;
        let validity = Validity {
            not_before: own.not_before(),
            not_after: own.not_after(),
        };
        if now < validity.renewal_from() {
            return Err(Refusal::new(
                Failure::DUPLICATE_CERT_REQ,
                "There is an encryption certificate already. If its key is lost, ask an \
                 administrator to recover it.",
            )
            .into());
        }
    }
    let client = wanted.client(Some(&signing)).ok_or(Error::Unexpected)?;
    let mut pending = issued::pending_for(record, Origin::Completion, &client)?;
    let set = issued::set(talk, record, &mut pending, wanted)?;
    record.pick_up_until = Some(now.plus_days(PICK_UP_DAYS));
    record.pending = Some(pending);
    record.store(talk.act)?;
    reply(talk, set, false)
}

fn reply(talk: &Talk<'_, '_>, set: Set, is_first: bool) -> Result<Reply, Stop> {
    let Set {
        reply: content,
        handed,
    } = set;
    let body = &talk.received.message.body;
    let serials = issued::serials(&handed);
    Ok(Reply {
        info: vec![inform::trust_list_key(talk)?],
        report: Some((act_of(body), serials)),
        has_after: is_first,
        body: wrapped(body, content),
        handed,
    })
}

/// The reply's kind goes by the request's.
fn wrapped(request: &Body, content: CertReply) -> Body {
    if matches!(request, Body::Ir(_)) {
        Body::Ip(content)
    } else {
        Body::Cp(content)
    }
}
