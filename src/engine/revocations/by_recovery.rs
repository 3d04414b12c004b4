//! Revocations by the approval of a recovery: the device with the signing key is lost, and the
//! administrators who give the keys back have approved that its certificate dies. They have no key
//! of the guard *revoke*; what they signed stands in the audit, and whoever loads the chain checks
//! it again.

use std::collections::BTreeSet;

use crate::crypto::keypair::sha256;
use crate::domain::guard::Guard;
use crate::domain::mailbox::MailboxGuid;
use crate::domain::reason::RevocationReason;
use crate::engine::act::Act;
use crate::engine::audit::{Outcome, acts};
use crate::engine::crl;
use crate::engine::error::Error;
use crate::engine::manifest::Manifest;
use crate::engine::{request, seats};
use crate::store::{Reader, archived_key as certificates, audit as audit_table};

use super::{Authority, BAD, Revocation, append};

/// Revokes certificates because their keys were on a lost device, under the approval of the recovery
/// whose act this is.
pub fn append_by_recovery(act: &mut Act<'_>, serials: &[Vec<u8>]) -> Result<(), Error> {
    let row = act.root.audit.count + 1; // of this very act
    for serial in serials {
        let revocation = Revocation {
            serial: serial.clone(),
            at: act.now,
            reason: RevocationReason::KeyCompromise,
            invalidity: None,
            authority: Authority::Recovery { row },
        };
        let manifest = (&act.charter.manifest, None);
        append(act.tx, manifest, &mut act.root.revocations, &revocation)?;
    }
    act.notes.push(format!(
        "{} signing certificates of the lost device revoked",
        serials.len()
    ));
    crl::is_due(act)
}

/// What the administrators sign as the arguments of a recovery: the mailbox, and the serial numbers
/// of what is revoked with it, each with its length in front.
pub(in crate::engine) fn arguments(guid: &MailboxGuid, serials: &[Vec<u8>]) -> Vec<u8> {
    let mut arguments = guid.as_bytes().to_vec();
    for serial in serials {
        let length = u64::try_from(serial.len()).unwrap_or(u64::MAX);
        arguments.extend(length.to_be_bytes());
        arguments.extend(serial);
    }
    arguments
}

/// Refuses entries that the recovery in this row of the audit did not approve, all of them together
/// and no others.
pub(super) fn check(
    reader: &Reader<'_>,
    history: &[Manifest],
    row: u64,
    entries: &[&Revocation],
) -> Result<(), Error> {
    let before = i64::try_from(row.saturating_sub(1)).map_err(|_beyond| BAD)?;
    let found = audit_table::after(reader, before, 1)?;
    let approved = found.first().ok_or(BAD)?;
    let is_recovery = approved.act == acts::RECOVER && approved.outcome == Outcome::Done.word();
    let is_lost = |entry: &&Revocation| entry.reason == RevocationReason::KeyCompromise;
    if u64::try_from(approved.seq) != Ok(row) || !is_recovery || !entries.iter().all(is_lost) {
        return Err(BAD);
    }
    let first = entries.first().ok_or(BAD)?;
    let issued = certificates::by_serial(reader, &first.serial)?.ok_or(BAD)?;
    let serials: Vec<Vec<u8>> = entries.iter().map(|entry| entry.serial.clone()).collect();
    let arguments = sha256(&arguments(&MailboxGuid::from_bytes(issued.guid), &serials));
    let signed = approved.request.as_deref().ok_or(BAD)?;
    let installation = history.first().ok_or(BAD)?.installation;
    let place = (approved.act.as_str(), approved.subject.as_str());
    let claim = request::claim(signed, installation, place).ok_or(BAD)?;
    let past = history
        .iter()
        .find(|past| past.generation == claim.generation);
    let needed = past.ok_or(BAD)?.guard(Guard::Recover)?.number;
    let keys = seats::every_key(reader, history)?;
    let approvals = audit_table::approvals_of(reader, approved.seq)?;
    let genuine = approvals.iter().filter(|approval| {
        keys.iter()
            .filter(|(seat, _key)| *seat == approval.seat)
            .any(|(_seat, key)| key.verify(signed, &approval.signature).is_ok())
    });
    let approvers: BTreeSet<i64> = genuine.map(|approval| approval.seat).collect();
    if claim.arguments == arguments && usize::from(needed) <= approvers.len() {
        Ok(())
    } else {
        Err(BAD)
    }
}
