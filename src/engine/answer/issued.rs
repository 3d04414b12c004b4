//! Certificates and keys for a program: issued once, and found again however often it asks, until
//! it confirms or refuses them.

use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::engine::answer::Talk;
use crate::engine::answer::reply::{Refusal, Stop};
use crate::engine::answer::wanted::Wanted;
use crate::engine::audit::hex;
use crate::engine::error::Error;
use crate::engine::issue::{self, Purpose};
use crate::engine::pick_up;
use crate::engine::record::{Bound, Client, Origin, Pending, Record, Serial};
use crate::protocol::key_package;
use crate::protocol::message::{CertReply, CertResponse, Certified, Failure, Status};
use crate::store::archived_key;

/// How often a program may refuse what it got under one temporary key: a program that will never
/// take it would have certificates issued without end.
const REFUSALS: u32 = 8;

/// The program's pending set: the same one however often the same program asks, else a new one. The
/// encryption key of a set that was never confirmed is used again, so that asking makes no more
/// than one.
pub(super) fn pending_for(
    record: &Record,
    from: Origin,
    client: &Client,
) -> Result<Pending, Refusal> {
    let before = record.pending.as_ref();
    let Some(before) = before.filter(|before| before.from == from) else {
        return Ok(Pending {
            from,
            client: client.clone(),
            signing: None,
            encryption: None,
            key: None,
            refused: 0,
        });
    };
    if REFUSALS <= before.refused {
        return Err(Refusal::new(
            Failure::BAD_REQUEST,
            "The program has refused its certificates too often. Ask an administrator for a new \
             temporary key.",
        ));
    }
    let mut pending = before.clone();
    if pending.client.signing != client.signing && pending.signing.take().is_some() {
        pending.refused = pending.refused.saturating_add(1); // it asks anew, and takes nothing
    }
    pending.client = client.clone();
    Ok(pending)
}

/// The first program to use a temporary key binds it; another one is refused, and shown on the
/// Security page. Says whether it was the first time.
pub(super) fn bind(
    talk: &mut Talk<'_, '_>,
    record: &mut Record,
    client: &Client,
) -> Result<bool, Stop> {
    let now = talk.act.now;
    let temporary = record.temporary_key.as_mut();
    let temporary = temporary.ok_or(Error::Unexpected)?; // the message was verified under it
    let Some(bound) = &mut temporary.bound else {
        temporary.bound = Some(Bound {
            client: client.clone(),
            at: now,
        });
        return Ok(true);
    };
    let own = bound.client.transport;
    let same_transport = match (own, client.transport) {
        (Some(own), Some(asked)) => own == asked,
        (None, _) | (_, None) => true,
    };
    if bound.client.signing == client.signing && same_transport {
        bound.client.transport = own.or(client.transport);
        return Ok(false);
    }
    temporary.other_tries = temporary.other_tries.saturating_add(1);
    record.store(talk.act)?;
    Err(Refusal::new(
        Failure::NOT_AUTHORIZED,
        "This temporary key is already used by another program. If that was not you, tell an \
         administrator at once; else ask for a new temporary key.",
    )
    .into())
}

/// A certificate with its serial number.
pub(super) struct Found {
    pub(super) serial: Serial,
    pub(super) certified: Certified,
}

/// The certificate of the program's signing key: issued now, or before. A key that is another
/// mailbox's is refused: the proof of possession names nobody, so whoever overheard it could have
/// that mailbox's signatures taken for his own.
pub(super) fn signing(
    talk: &mut Talk<'_, '_>,
    record: &Record,
    pending: &mut Pending,
    public: &PublicKey,
) -> Result<Found, Stop> {
    let (serial, certificate) = if let Some(serial) = &pending.signing {
        (serial.clone(), certificate(talk, record, serial)?)
    } else {
        let guid = record.guid.as_bytes();
        if archived_key::is_others_key(talk.act.tx, &public.key_id(), guid)? {
            return Err(Refusal::new(
                Failure::BAD_CERT_TEMPLATE,
                "This key is somebody else's. Make a new one.",
            )
            .into());
        }
        let what = (Purpose::Signing, public);
        let fresh = issue::certify(talk.act, &talk.settings, record, what)?;
        pending.signing = Some(fresh.serial.clone());
        (fresh.serial, fresh.der)
    };
    Ok(Found {
        serial,
        certified: Certified {
            certificate,
            private_key: None,
        },
    })
}

/// The encryption key of the pending set with its certificate: made and archived now, or before.
pub(super) fn encryption(
    talk: &mut Talk<'_, '_>,
    record: &mut Record,
    pending: &mut Pending,
) -> Result<(PrivateKey, Serial, Vec<u8>), Error> {
    if pending.key.is_none() {
        take_waiting(talk, record, pending)?;
    }
    let waiting = match pending.key {
        Some(id) => waiting_key(talk, record, &id)?,
        None => None,
    };
    let key = if let Some(key) = waiting {
        key
    } else {
        let key = talk.user_key()?;
        issue::keep(talk.act, record, &key)?;
        pick_up::lay_ready(talk.act, &record.guid, &key)?;
        pending.key = Some(key.public().key_id());
        pending.encryption = None;
        key
    };
    if let Some(serial) = &pending.encryption {
        let certificate = certificate(talk, record, serial)?;
        return Ok((key, serial.clone(), certificate));
    }
    let what = (Purpose::Encryption, key.public());
    let fresh = issue::certify(talk.act, &talk.settings, record, what)?;
    pending.encryption = Some(fresh.serial.clone());
    Ok((key, fresh.serial, fresh.der))
}

/// Where the mailbox was enabled with a file and a temporary key at once, the key of the file is the
/// one that waits.
fn take_waiting(talk: &Talk<'_, '_>, record: &Record, pending: &mut Pending) -> Result<(), Error> {
    let newest = record
        .keys
        .last()
        .filter(|_id| pending.from == Origin::SetUp);
    if let (Some(id), Some(serial)) = (newest, &record.encryption)
        && waiting_key(talk, record, id)?.is_some()
    {
        pending.key = Some(*id);
        pending.encryption = Some(serial.clone());
    }
    Ok(())
}

fn waiting_key(
    talk: &Talk<'_, '_>,
    record: &Record,
    id: &[u8; 32],
) -> Result<Option<PrivateKey>, Error> {
    let of = issue::certificates_of(talk.act.tx, &talk.settings, &record.guid, &[*id])?;
    match of.first() {
        Some((public, _der)) => pick_up::open(talk.act, &record.guid, public),
        None => Ok(None),
    }
}

/// The certificate of the mailbox with this serial number, DER.
pub(super) fn certificate(
    talk: &Talk<'_, '_>,
    record: &Record,
    serial: &[u8],
) -> Result<Vec<u8>, Error> {
    let found = issue::certificate(talk.act.tx, &talk.settings, &record.guid, serial)?;
    Ok(found.der().to_vec())
}

/// A private key, packed for the program alone (RFC 9483 section 4.1.6).
pub(super) fn packed(
    talk: &mut Talk<'_, '_>,
    key: &PrivateKey,
    transport: &PublicKey,
) -> Result<Vec<u8>, Error> {
    let signer = (&talk.cmp.key, talk.cmp.certificate.as_slice());
    let (now, rng) = (talk.act.now, &mut *talk.act.rng);
    let packed = key_package::seal_key(key, signer, transport, now, rng);
    packed.map_err(|error| Error::Crypto(error.to_string()))
}

/// The certificates of a pending set, and the serial numbers by the requests' numbers.
pub(super) struct Set {
    /// The reply's content.
    pub(super) reply: CertReply,
    /// What was handed out.
    pub(super) handed: Vec<(i64, Serial)>,
}

/// Issues or finds what is wanted. The caller stores the record with the pending set.
pub(super) fn set(
    talk: &mut Talk<'_, '_>,
    record: &mut Record,
    pending: &mut Pending,
    wanted: &Wanted,
) -> Result<Set, Stop> {
    let mut responses = Vec::new();
    let mut handed = Vec::new();
    let mut add = |id: i64, found: Found| {
        handed.push((id, found.serial));
        responses.push(CertResponse {
            id,
            status: Status::accepted(),
            certified: Some(found.certified),
        });
    };
    if let Some((id, public)) = &wanted.signing {
        add(*id, signing(talk, record, pending, public)?);
    }
    if let (Some(id), Some(transport)) = (wanted.encryption, &wanted.transport) {
        let (key, serial, certificate) = encryption(talk, record, pending)?;
        let private_key = Some(packed(talk, &key, transport)?);
        let certified = Certified {
            certificate,
            private_key,
        };
        add(id, Found { serial, certified });
    }
    Ok(Set {
        reply: CertReply {
            ca_pubs: vec![talk.settings.ca_certificate.clone()],
            responses,
        },
        handed,
    })
}

/// The serial numbers, for the audit.
pub(super) fn serials(handed: &[(i64, Serial)]) -> String {
    let numbers: Vec<String> = handed.iter().map(|(_id, serial)| hex(serial)).collect();
    format!("serial numbers {}", numbers.join(", "))
}
