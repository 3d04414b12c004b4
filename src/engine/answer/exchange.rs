//! Answers that were given, kept so that a message which comes again gets the same answer. They are
//! sealed: whoever writes into the file can remove one, which the mailbox record then decides anew,
//! but not put another in its place.

use der::asn1::OctetString;
use der::{Decode as _, Encode as _, Sequence};

use crate::crypto::keypair::sha256;
use crate::crypto::labelled::Label;
use crate::domain::mailbox::MailboxGuid;
use crate::engine::Engine;
use crate::engine::answer::Talk;
use crate::engine::error::Error;
use crate::engine::record::Serial;
use crate::protocol::message::Body;
use crate::store::exchange as table;

/// How long an answer is kept: longer than mail takes that was not lost, and than a temporary key
/// lives.
pub(super) const KEPT_DAYS: i64 = 30;

/// How many answers are kept for a mailbox: an enrolment has two.
const KEPT: u32 = 64;

/// Which message of a transaction it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Step {
    /// The last word: what came was kept, or is refused.
    Confirmation,
    /// The first.
    Request,
}

impl Step {
    /// By what the message says.
    pub(super) fn of(body: &Body) -> Self {
        match body {
            Body::CertConf(_) | Body::Error(_) => Self::Confirmation,
            Body::Cp(_)
            | Body::Cr(_)
            | Body::Genm(_)
            | Body::Genp(_)
            | Body::Ip(_)
            | Body::Ir(_)
            | Body::Krp(_)
            | Body::Krr(_)
            | Body::Kup(_)
            | Body::Kur(_)
            | Body::P10cr(_)
            | Body::PkiConf
            | Body::Rp(_)
            | Body::Rr(_) => Self::Request,
        }
    }

    fn number(self) -> u8 {
        match self {
            Self::Request => 1,
            Self::Confirmation => 2,
        }
    }
}

/// A message and its answer.
pub(super) struct Kept {
    /// SHA-256 of the whole message.
    pub(super) request: [u8; 32],
    /// SHA-256 of its header and body.
    pub(super) content: [u8; 32],
    /// Our nonce, which the next message of the transaction returns.
    pub(super) nonce: Vec<u8>,
    /// The certificates that were handed out, by the requests' numbers.
    pub(super) handed: Vec<(i64, Serial)>,
    /// The answer.
    pub(super) reply: Vec<u8>,
}

/// What was answered to this step of the message's transaction.
pub(super) fn load(
    talk: &Talk<'_, '_>,
    guid: &MailboxGuid,
    step: Step,
) -> Result<Option<Kept>, Error> {
    let name = name(talk, step);
    let Some(sealed) = table::of(talk.act.tx, guid.as_bytes(), &name)? else {
        return Ok(None);
    };
    let subject = subject(guid, &name);
    let opened = talk.act.keys.open(&sealed, &label(talk, &subject));
    let opened = opened.map_err(|_sealed| BAD)?;
    let kept = KeptDer::from_der(opened.expose())?;
    let hash = |octets: &OctetString| octets.as_bytes().try_into().map_err(|_length| BAD);
    Ok(Some(Kept {
        request: hash(&kept.request)?,
        content: hash(&kept.content)?,
        nonce: kept.nonce.as_bytes().to_vec(),
        handed: kept
            .handed
            .iter()
            .map(|one| (one.id, one.serial.as_bytes().to_vec()))
            .collect(),
        reply: kept.reply.as_bytes().to_vec(),
    }))
}

/// Keeps what was answered.
pub(super) fn keep(
    talk: &mut Talk<'_, '_>,
    guid: &MailboxGuid,
    step: Step,
    kept: &Kept,
) -> Result<(), Error> {
    let handed = kept.handed.iter().map(|(id, serial)| {
        Ok(HandedDer {
            id: *id,
            serial: OctetString::new(serial.as_slice())?,
        })
    });
    let content = KeptDer {
        request: OctetString::new(kept.request)?,
        content: OctetString::new(kept.content)?,
        nonce: OctetString::new(kept.nonce.as_slice())?,
        handed: handed.collect::<Result<_, Error>>()?,
        reply: OctetString::new(kept.reply.as_slice())?,
    };
    let name = name(talk, step);
    let subject = subject(guid, &name);
    let label = label(talk, &subject);
    let act = &mut *talk.act;
    let sealed = act.keys.seal(&content.to_der()?, &label, act.rng)?;
    let until = act.now.plus_days(KEPT_DAYS).secs();
    table::keep(act.tx, (guid.as_bytes(), &name), until, &sealed, KEPT)?;
    Ok(())
}

impl Engine {
    /// Forgets the answers whose time is over.
    pub(in crate::engine) fn forget_exchanges(&mut self) -> Result<(), Error> {
        let now = self.room.now().secs();
        if self.store.read(|reader| table::any_due(reader, now))? {
            self.store.write(|tx| table::forget(tx, now))?;
        }
        Ok(())
    }
}

const BAD: Error = Error::Tampered("an answer that was kept was replaced");

/// What a row is found by: of one length, whatever the transactionID was.
fn name(talk: &Talk<'_, '_>, step: Step) -> [u8; 32] {
    let mut octets = vec![step.number()];
    octets.extend_from_slice(&talk.received.message.header.transaction_id);
    sha256(&octets)
}

fn subject(guid: &MailboxGuid, name: &[u8; 32]) -> Vec<u8> {
    [guid.as_bytes().as_slice(), name].concat()
}

fn label<'a>(talk: &Talk<'_, '_>, subject: &'a [u8]) -> Label<'a> {
    Label {
        purpose: "exchange",
        installation: talk.act.keys.installation,
        subject,
        number: 0,
    }
}

#[derive(Sequence)]
struct KeptDer {
    request: OctetString,
    content: OctetString,
    nonce: OctetString,
    handed: Vec<HandedDer>,
    reply: OctetString,
}

#[derive(Sequence)]
struct HandedDer {
    id: i64,
    serial: OctetString,
}
