//! The tables of the newest version, and how older files come to it.
//!
//! Version 1: the first. Version 2: answers to users' programs, what is to be published, leases, and
//! certificates by their keys.

use rusqlite::Connection;

use super::StoreError;
use super::{
    archived_key, attempt, audit, container, exchange, lease, mailbox, manifest, meta, object,
    outbox, publication, record, revocation, seat, share, site,
};

/// The letters K M a d: what other programs tell our files by.
pub(super) const APPLICATION_ID: i64 = 0x4B4D_6164;

/// Each table's file has its `CREATE` statements; tables come after those they refer to.
const TABLES: &[&str] = &[
    meta::CREATE,
    site::CREATE,
    container::CREATE,
    mailbox::CREATE,
    object::CREATE,
    manifest::CREATE,
    seat::CREATE,
    share::CREATE,
    record::CREATE,
    archived_key::CREATE,
    archived_key::KEY_INDEX,
    revocation::CREATE,
    attempt::CREATE,
    outbox::CREATE,
    exchange::CREATE,
    publication::CREATE,
    lease::CREATE,
    audit::CREATE,
];

/// `UPGRADES[n]` brings version n + 1 to n + 2.
const UPGRADES: &[&[&str]] = &[&[
    exchange::CREATE,
    publication::CREATE,
    lease::CREATE,
    archived_key::KEY_INDEX,
]];

/// The version this program works with.
#[expect(
    clippy::cast_possible_wrap,
    reason = "the number of upgrades is written by hand above"
)]
pub(super) const VERSION: i64 = 1 + UPGRADES.len() as i64;

/// Makes every table in an empty file.
pub(super) fn create(connection: &Connection) -> Result<(), StoreError> {
    for table in TABLES {
        connection.execute_batch(table)?;
    }
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}

/// Runs the upgrades that a file of version `found` lacks.
pub(super) fn upgrade(connection: &Connection, found: i64) -> Result<(), StoreError> {
    let done = usize::try_from(found.saturating_sub(1)).unwrap_or(0);
    for step in UPGRADES.iter().skip(done).flat_map(|steps| steps.iter()) {
        connection.execute_batch(step)?;
    }
    connection.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}
