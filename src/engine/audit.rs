//! The audit: one row for every act, refusal, wrong password and cancellation, in the transaction
//! of the act itself. Rows are chained by hash and signed, and their count and head stand in the
//! state root.

use std::collections::BTreeSet;

use crate::crypto::keypair::{PrivateKey, PublicKey, sha256};
use crate::domain::guard::Guard;
use crate::domain::progress::{Progress, Step};
use crate::domain::time::UnixTime;
use crate::engine::error::Error;
use crate::engine::manifest::{Manifest, Seat};
use crate::engine::request;
use crate::engine::seats::{self, SeatKey};
use crate::engine::state_root::Head;
use crate::store::audit::{self as table, Approval, Entry};
use crate::store::{Reader, Tx};

/// How an act ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// A person stopped it.
    Cancelled,
    /// It was carried out.
    Done,
    /// It was allowed, but could not be carried out.
    Failed,
    /// It was not allowed.
    Refused,
}

impl Outcome {
    /// The word in the list.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Refused => "refused",
        }
    }
}

/// What a row says.
#[derive(Clone, Debug)]
pub struct Report {
    /// Administrators, or the system's user.
    pub who: String,
    /// The act.
    pub act: String,
    /// What it was done to; never a secret.
    pub subject: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Anything more that is to be known; never a secret.
    pub detail: String,
}

/// What administrators signed.
#[derive(Default)]
pub struct Approved {
    /// The request, in DER.
    pub request: Vec<u8>,
    /// Their signatures over it.
    pub approvals: Vec<Approval>,
}

/// The signature of a seat over a request; the row's number is filled in when it is known.
pub fn approval_of(seat: &Seat, signature: Vec<u8>) -> Approval {
    Approval {
        seq: 0,
        seat: seat.id,
        name: seat.name.as_str().to_owned(),
        key: seat.keys.signing.spki().to_vec(),
        signature,
    }
}

/// Adds a row and moves `head` on.
pub fn append(
    tx: &Tx<'_>,
    head: &mut Head,
    (key, at): (&PrivateKey, UnixTime),
    report: &Report,
    approved: Option<Approved>,
) -> Result<(), Error> {
    let seq = head.count + 1;
    let number = i64::try_from(seq).map_err(|_beyond| Error::Unexpected)?;
    let Approved {
        request,
        mut approvals,
    } = approved.unwrap_or_default();
    for approval in &mut approvals {
        approval.seq = number;
    }
    approvals.sort_by_key(|approval| approval.seat);
    let mut entry = Entry {
        seq: number,
        at: at.secs(),
        who: report.who.clone(),
        act: report.act.clone(),
        subject: report.subject.clone(),
        outcome: report.outcome.word().to_owned(),
        detail: report.detail.clone(),
        request: (!request.is_empty()).then_some(request),
        link: Vec::new(),
        signature: Vec::new(),
    };
    let link = link(&head.hash, &entry, &approvals);
    entry.link = link.to_vec();
    entry.signature = key.sign(&link)?;
    table::append(tx, &entry, &approvals)?;
    *head = Head {
        count: seq,
        hash: link,
    };
    Ok(())
}

/// SHA-256 of the link before and of everything in the row and its approvals, each field with its
/// length in front, so that a character moved from one field to the next shows.
fn link(before: &[u8; 32], entry: &Entry, approvals: &[Approval]) -> [u8; 32] {
    let Entry {
        seq,
        at,
        who,
        act,
        subject,
        outcome,
        detail,
        request,
        link: _,
        signature: _,
    } = entry;
    let mut octets = before.to_vec();
    let mut field = |value: &[u8]| {
        let length = u64::try_from(value.len()).unwrap_or(u64::MAX);
        octets.extend_from_slice(&length.to_be_bytes());
        octets.extend_from_slice(value);
    };
    field(&seq.to_be_bytes());
    field(&at.to_be_bytes());
    for text in [who, act, subject, outcome, detail] {
        field(text.as_bytes());
    }
    field(request.as_deref().unwrap_or_default());
    for approval in approvals {
        field(&approval.seat.to_be_bytes());
        field(approval.name.as_bytes());
        field(&approval.key);
        field(&approval.signature);
    }
    sha256(&octets)
}

/// What looking through the whole audit found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AuditVerdict {
    /// A row does not follow from those before it.
    Broken {
        /// The first such row.
        seq: u64,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Every row is there, in order and unchanged.
    Intact {
        /// How many rows.
        rows: u64,
        /// The last link, in hexadecimal: noted outside, it anchors everything before it.
        head: String,
    },
}

/// Rows looked at in one short read: enough to be fast, few enough to hold up nobody.
const BATCH: u32 = 1_000;

/// One pass over the audit.
pub struct Verification<'a> {
    /// The key whose private half signs the rows.
    pub key: &'a PublicKey,
    /// Every generation of the manifest.
    history: Vec<Manifest>,
    /// Every key that a seat ever had.
    seats: Vec<SeatKey>,
    /// SHA-256 of the requests that have occurred: each is for one act.
    requests: BTreeSet<[u8; 32]>,
    at: Head,
    /// A head noted outside that must be met on the way.
    awaited: Option<String>,
}

impl<'a> Verification<'a> {
    /// A pass from the first row on; `history` has every generation of the manifest.
    pub fn begin(
        reader: &Reader<'_>,
        (key, history): (&'a PublicKey, Vec<Manifest>),
        awaited: Option<&str>,
    ) -> Result<Self, Error> {
        Ok(Self {
            key,
            seats: seats::every_key(reader, &history)?,
            history,
            requests: BTreeSet::new(),
            at: Head::default(),
            awaited: awaited.map(|head| head.trim().to_ascii_lowercase()),
        })
    }

    /// Looks at the next rows; `None` while there are more. `root` is the audit's head in the state
    /// root of the same moment.
    pub fn go_on(
        &mut self,
        reader: &Reader<'_>,
        root: &Head,
        progress: &dyn Progress,
    ) -> Result<Option<AuditVerdict>, Error> {
        progress.step(Step {
            label: "Verifying the audit",
            done: self.at.count,
            total: root.count,
        })?;
        let after = i64::try_from(self.at.count).map_err(|_beyond| Error::Unexpected)?;
        let rows = table::after(reader, after, BATCH)?;
        let last = rows.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
        for entry in rows {
            let seq = self.at.count + 1;
            if let Err(why) = self.follow(reader, &entry)? {
                return Ok(Some(AuditVerdict::Broken { seq, why }));
            }
        }
        Ok(last.then(|| self.end(root)))
    }

    fn end(&self, root: &Head) -> AuditVerdict {
        let broken = |why| AuditVerdict::Broken {
            seq: self.at.count,
            why,
        };
        if self.at != *root {
            return broken("rows are missing after this one, or an older audit was put back");
        }
        if self.awaited.is_some() {
            return broken("the head that was noted does not occur: an older file was put back");
        }
        AuditVerdict::Intact {
            rows: self.at.count,
            head: hex(&self.at.hash),
        }
    }

    /// Whether `entry` is the next row.
    fn follow(
        &mut self,
        reader: &Reader<'_>,
        entry: &Entry,
    ) -> Result<Result<(), &'static str>, Error> {
        let seq = self.at.count + 1;
        if i64::try_from(seq).ok() != Some(entry.seq) {
            return Ok(Err("the row that belongs here is missing"));
        }
        let approvals = table::approvals_of(reader, entry.seq)?;
        let link = link(&self.at.hash, entry, &approvals);
        if entry.link != link {
            return Ok(Err(
                "the row was changed, or does not follow the one before",
            ));
        }
        if self.key.verify(&link, &entry.signature).is_err() {
            return Ok(Err("the row was not written by this KM server"));
        }
        if let Err(why) = self.is_approved(reader, entry, &approvals)? {
            return Ok(Err(why));
        }
        self.at = Head {
            count: seq,
            hash: link,
        };
        if self.awaited.as_deref() == Some(hex(&link).as_str()) {
            self.awaited = None;
        }
        Ok(Ok(()))
    }

    /// Whether what was approved is what the row says and no other row's, on the audit as it stands
    /// before it, by the keys of the seats that are named, and by as many as the act asked for.
    fn is_approved(
        &mut self,
        reader: &Reader<'_>,
        entry: &Entry,
        approvals: &[Approval],
    ) -> Result<Result<(), &'static str>, Error> {
        let done = entry.outcome == Outcome::Done.word();
        let guard = guard_of(&entry.act).filter(|_guard| done);
        let Some(request) = &entry.request else {
            if approvals.is_empty() && guard.is_none() {
                return Ok(Ok(()));
            }
            return Ok(Err(
                "the row has approvals, but nothing that was approved, or lacks both",
            ));
        };
        let place = (entry.act.as_str(), entry.subject.as_str());
        let installation = self.history.first().map(|manifest| manifest.installation);
        let Some(claim) = installation.and_then(|id| request::claim(request, id, place)) else {
            return Ok(Err("what was approved is not what the row says"));
        };
        if self.at.count < claim.audit.count
            || link_at(reader, claim.audit.count)? != claim.audit.hash
        {
            return Ok(Err(
                "it was approved on another audit: rows before it were changed",
            ));
        }
        if !self.requests.insert(sha256(request)) {
            return Ok(Err("what was approved is that of an earlier row"));
        }
        let past = self
            .history
            .iter()
            .find(|past| past.generation == claim.generation);
        let Some(past) = past else {
            return Ok(Err(
                "it was approved under a list of administrators that never was",
            ));
        };
        let needed = match guard {
            Some(guard) => usize::from(past.guard(guard)?.number),
            None => usize::from(done),
        };
        let genuine = approvals.iter().all(|approval| {
            let own = self
                .seats
                .iter()
                .filter(|(seat, _key)| *seat == approval.seat);
            own.filter(|(_seat, key)| key.spki() == approval.key)
                .any(|(_seat, key)| key.verify(request, &approval.signature).is_ok())
        });
        if !genuine || approvals.len() < needed {
            return Ok(Err(
                "an approval does not belong to the row, or one is missing",
            ));
        }
        Ok(Ok(()))
    }
}

/// The link of a row that was looked at already; zeros before the first.
fn link_at(reader: &Reader<'_>, count: u64) -> Result<[u8; 32], Error> {
    if count == 0 {
        return Ok([0; 32]);
    }
    let seq = i64::try_from(count).map_err(|_beyond| Error::Unexpected)?;
    let link = table::link_of(reader, seq)?.unwrap_or_default();
    Ok(link.try_into().unwrap_or_default())
}

/// The guard of an act, by the word it has in the audit.
pub fn guard_of(act: &str) -> Option<Guard> {
    match act {
        acts::ADD | acts::REMOVE | acts::NUMBERS | acts::SHARE_ANEW => Some(Guard::Administer),
        acts::RECOVER | acts::SAVE_KEYS => Some(Guard::Recover),
        acts::REVOKE => Some(Guard::Revoke),
        acts::IMPORT | acts::UNTRUST => Some(Guard::Import),
        _ => None,
    }
}

/// The guarded acts, as requests and the audit name them.
pub mod acts {
    /// *Add Administrators*.
    pub const ADD: &str = "Add an administrator";
    /// *Import*.
    pub const IMPORT: &str = "Import certificates";
    /// The *Passwords* page.
    pub const NUMBERS: &str = "Change the password policies";
    /// *Recover Security Key*.
    pub const RECOVER: &str = "Recover a user's keys";
    /// *Remove Administrators*.
    pub const REMOVE: &str = "Remove an administrator";
    /// A user's own revocation.
    pub const REPORT_LOST: &str = "Report a lost key";
    /// *Revoke Advanced Security*.
    pub const REVOKE: &str = "Revoke a user's keys";
    /// A file with all keys, and no change.
    pub const SAVE_KEYS: &str = "Save a user's keys";
    /// *Share Anew*.
    pub const SHARE_ANEW: &str = "Share anew";
    /// *Untrust*.
    pub const UNTRUST: &str = "Untrust a certificate";
}

/// Lower-case hexadecimal.
pub fn hex(octets: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('?');
    octets
        .iter()
        .flat_map(|octet| [digit(octet >> 4), digit(octet & 15)])
        .collect()
}
