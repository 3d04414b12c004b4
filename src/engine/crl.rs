//! The certificate revocation list: a full one, made from the chain of revocations and signed by the
//! certification authority; made anew at once after each revocation, and before it runs out.

use crate::crypto::crl::{Crl, CrlReason};
use crate::crypto::x509::{Authority, CrlEntry, CrlProfile};
use crate::domain::time::UnixTime;
use crate::engine::Engine;
use crate::engine::act::Act;
use crate::engine::audit::{Outcome, Report};
use crate::engine::error::Error;
use crate::engine::publish::{self, What};
use crate::engine::revocations::Revocation;
use crate::engine::settings::Settings;
use crate::engine::{issue, revocations};
use crate::store::Reader;
use crate::store::object::{self, Object};

/// A list is good for a week: who fetches one daily never has an old one.
const LIFE_DAYS: i64 = 7;

/// A new one is made after three days, so that four are left to somebody who must notice that none
/// comes.
const RENEW_DAYS: i64 = 3;

/// What a list says of itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CrlFacts {
    /// Its number, greater than that of every one before (RFC 5280 section 5.2.3).
    pub number: u64,
    /// How many certificates are on it.
    pub revoked: usize,
    /// When the next one comes at the latest.
    pub next_update: UnixTime,
}

/// Has a new list made and published after this act.
pub fn is_due(act: &Act<'_>) -> Result<(), Error> {
    publish::lay_ready(act.tx, &What::NewCrl, act.now)
}

/// The newest list, in DER; none before the first was made.
pub fn newest(reader: &Reader<'_>) -> Result<Option<Vec<u8>>, Error> {
    Ok(object::by_name(reader, CRL)?.map(|object| object.body))
}

/// Makes a new list and lays it ready to be published. The transaction has held the state root
/// against the file; the chain is held against both here.
pub(super) fn issue(act: &mut Act<'_>) -> Result<CrlFacts, Error> {
    let settings = Settings::load(act.tx, &act.charter, &act.root)?;
    let chain = revocations::load(act.tx, &act.charter, &act.root)?;
    let facts = CrlFacts {
        number: next_number(act)?,
        revoked: chain.len(),
        next_update: act.now.plus_days(LIFE_DAYS),
    };
    let entries: Vec<CrlEntry<'_>> = chain.iter().map(entry).collect::<Result<_, _>>()?;
    let ca_key = issue::ca_key(act, &settings)?;
    let authority = Authority::new(&settings.ca_certificate, &ca_key)?;
    let list = authority.issue_crl(&CrlProfile {
        number: facts.number,
        this_update: act.now,
        next_update: facts.next_update,
        entries: &entries,
    })?;
    let body = Object {
        body: list,
        signature: None, // it is signed inside
    };
    object::replace(act.tx, CRL, &body)?;
    publish::lay_ready(act.tx, &What::NewCrl, act.now.plus_days(RENEW_DAYS))?;
    publish::lay_ready(act.tx, &What::Crl, act.now)?;
    act.notes.push(format!(
        "number {}, {} certificates, until {}",
        facts.number,
        facts.revoked,
        facts.next_update.rfc3339()
    ));
    Ok(facts)
}

fn entry(revocation: &Revocation) -> Result<CrlEntry<'_>, Error> {
    Ok(CrlEntry {
        serial: &revocation.serial,
        at: revocation.at,
        reason: CrlReason::from_code(revocation.reason.code()).ok_or(Error::Unexpected)?,
        invalidity: revocation.invalidity,
    })
}

/// One more than the last, and never less than the present second: so it grows even where an old
/// copy of the file was put back.
fn next_number(act: &Act<'_>) -> Result<u64, Error> {
    let floor = u64::try_from(act.now.secs()).unwrap_or(0);
    let last = newest(act.tx)?.and_then(|list| Crl::read(&list).ok());
    let last = last.and_then(|list| {
        let octets = list.number()?;
        let mut number = [0; 8];
        let start = number.len().checked_sub(octets.len())?;
        number.get_mut(start..)?.copy_from_slice(octets);
        Some(u64::from_be_bytes(number))
    });
    let next = last.and_then(|last| last.checked_add(1));
    Ok(next.unwrap_or(0).max(floor))
}

const CRL: &str = "revocation list";

impl Engine {
    /// Makes a new list and publishes it.
    pub fn publish_crl(&mut self) -> Result<CrlFacts, Error> {
        let who = format!("{} (no administrator)", self.room.operator);
        let facts = self.act(&report(who), None, issue)?;
        self.publish_waiting()?;
        Ok(facts)
    }

    /// Makes a new list because it is time; another program may have been faster.
    pub(super) fn renew_crl(&mut self, number: i64) -> Result<(), Error> {
        self.within(|act| {
            if publish::still_waits(act, number)? {
                issue(act)?;
                act.record(&report("nobody".to_owned()), None)?;
            }
            Ok(())
        })
    }
}

fn report(who: String) -> Report {
    Report {
        who,
        act: "Issue the revocation list".to_owned(),
        subject: "the certification authority".to_owned(),
        outcome: Outcome::Done,
        detail: String::new(),
    }
}
