//! Revocations by a user who has a temporary key and nothing to sign with. The key is a shared
//! secret that dies: nobody could check the request by it later, nor tell the user's from one of the
//! KM server's own making. So the entry names the row of the audit in which the KM server says what
//! it was asked for, and proves no more than that: whoever has the startup password can write both.
//! He can revoke anyway, by signing a list; who has not can write neither.

use crate::engine::act::Act;
use crate::engine::audit::{Outcome, acts, hex};
use crate::engine::crl;
use crate::engine::error::Error;
use crate::engine::publish;
use crate::protocol::message::RevocationRequest;
use crate::store::{Reader, audit as audit_table};

use super::{Authority, BAD, Revocation, append, by_user};

/// Revokes what a user asked for under the temporary key. The caller has seen to it that all of it
/// is the user's to revoke, and writes [`report`] into the next row of the audit. The list is
/// published after the act.
pub fn append_by_temporary_key(
    act: &mut Act<'_>,
    asked: &[RevocationRequest],
) -> Result<Vec<Revocation>, Error> {
    let row = act.root.audit.count + 1; // of this very act
    let mut revoked = Vec::new();
    for asked in asked {
        let revocation = Revocation {
            serial: asked.serial.clone(),
            at: act.now,
            reason: by_user::reason(asked.reason)?,
            invalidity: asked.invalidity.filter(|since| *since <= act.now),
            authority: Authority::TemporaryKey { row },
        };
        let manifest = (&act.charter.manifest, None);
        append(act.tx, manifest, &mut act.root.revocations, &revocation)?;
        publish::certificate_changed(act, &revocation.serial)?;
        revoked.push(revocation);
    }
    crl::is_due(act)?;
    Ok(revoked)
}

/// What the audit says of a user's revocations.
pub fn report<'a>(revoked: impl IntoIterator<Item = &'a Revocation>) -> String {
    let mut is_by_key = false;
    let serials = revoked.into_iter().map(|entry| {
        is_by_key |= matches!(entry.authority, Authority::TemporaryKey { .. });
        hex(&entry.serial)
    });
    let serials = serials.collect::<Vec<_>>().join(", ");
    let how = if is_by_key {
        "under the temporary key"
    } else {
        "by signature"
    };
    format!("revoked {how}: serial numbers {serials}")
}

/// Refuses entries that the row does not report, all of them together and no others.
pub(super) fn check(reader: &Reader<'_>, row: u64, entries: &[&Revocation]) -> Result<(), Error> {
    let before = i64::try_from(row.saturating_sub(1)).map_err(|_beyond| BAD)?;
    let found = audit_table::after(reader, before, 1)?;
    let written = found.first().ok_or(BAD)?;
    let is_report = written.act == acts::REPORT_LOST && written.outcome == Outcome::Done.word();
    let reported = report(entries.iter().copied());
    let names_them = written.detail.split("; ").next() == Some(reported.as_str()); // notes follow
    if u64::try_from(written.seq) == Ok(row) && is_report && names_them {
        Ok(())
    } else {
        Err(BAD)
    }
}
