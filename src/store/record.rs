//! The tables of what the KM server knows of each mailbox: the sealed record, and keys that wait
//! to be picked up.

use rusqlite::{OptionalExtension as _, named_params};

use super::{Reader, StoreError, Tx};

/// The tables.
pub const CREATE: &str = "
CREATE TABLE mailbox_record (
    guid   BLOB PRIMARY KEY CHECK (length(guid) = 16),
    due    INTEGER,                          -- Unix seconds, UTC: when a secret in it dies; only
                                             -- to find it by, what counts stands inside
    sealed BLOB NOT NULL                     -- CMS under the server key
) STRICT, WITHOUT ROWID;
CREATE INDEX mailbox_record_due ON mailbox_record (due) WHERE due IS NOT NULL;

CREATE TABLE pick_up (
    guid   BLOB NOT NULL,                    -- the mailbox
    key_id BLOB NOT NULL,                    -- SHA-256 of the public key
    sealed BLOB NOT NULL,                    -- CMS under the server key: the private key
    PRIMARY KEY (guid, key_id)
) STRICT;
";

/// The sealed record of a mailbox.
pub fn of(reader: &Reader<'_>, guid: &[u8; 16]) -> Result<Option<Vec<u8>>, StoreError> {
    let found = reader
        .connection
        .prepare_cached("SELECT sealed FROM mailbox_record WHERE guid = :guid")?
        .query_row(named_params! { ":guid": guid }, |row| row.get(0));
    Ok(found.optional()?)
}

/// Puts a record in the place of the one before.
pub fn replace(
    tx: &Tx<'_>,
    guid: &[u8; 16],
    due: Option<i64>,
    sealed: &[u8],
) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "INSERT INTO mailbox_record (guid, due, sealed) VALUES (:guid, :due, :sealed)
             ON CONFLICT (guid) DO UPDATE SET due = excluded.due, sealed = excluded.sealed",
        )?
        .execute(named_params! { ":guid": guid, ":due": due, ":sealed": sealed })?;
    Ok(())
}

/// The mailboxes in whose records a secret was to die by `now`.
pub fn due(reader: &Reader<'_>, now: i64) -> Result<Vec<[u8; 16]>, StoreError> {
    let mut statement = reader
        .connection
        .prepare_cached("SELECT guid FROM mailbox_record WHERE due <= :now ORDER BY guid")?;
    let rows = statement.query_map(named_params! { ":now": now }, |row| row.get("guid"))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A record as it is stored: the mailbox, and the CMS object.
pub type Stored = ([u8; 16], Vec<u8>);

/// At most `limit` records after `guid`, in the order of their mailboxes' identifiers.
pub fn after(
    reader: &Reader<'_>,
    guid: Option<&[u8; 16]>,
    limit: u32,
) -> Result<Vec<Stored>, StoreError> {
    let guid: &[u8] = guid.map_or(&[], |guid| guid); // no octets come before any
    let mut statement = reader.connection.prepare_cached(AFTER)?;
    let rows = statement.query_map(named_params! { ":guid": guid, ":limit": limit }, |row| {
        Ok((row.get("guid")?, row.get("sealed")?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

const AFTER: &str =
    "SELECT guid, sealed FROM mailbox_record WHERE guid > :guid ORDER BY guid LIMIT :limit";

/// A key that waits for its user.
pub struct PickUp {
    /// The mailbox.
    pub guid: [u8; 16],
    /// SHA-256 of the public key.
    pub key_id: [u8; 32],
    /// CMS: the private key.
    pub sealed: Vec<u8>,
}

/// Lays a key ready.
pub fn lay_ready(tx: &Tx<'_>, pick_up: &PickUp) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "INSERT INTO pick_up (guid, key_id, sealed) VALUES (:guid, :key_id, :sealed)
             ON CONFLICT (guid, key_id) DO UPDATE SET sealed = excluded.sealed",
        )?
        .execute(named_params! {
            ":guid": pick_up.guid,
            ":key_id": pick_up.key_id,
            ":sealed": pick_up.sealed,
        })?;
    Ok(())
}

/// The keys that wait for a mailbox's user.
pub fn waiting(reader: &Reader<'_>, guid: &[u8; 16]) -> Result<Vec<PickUp>, StoreError> {
    let mut statement = reader.connection.prepare_cached(
        "SELECT guid, key_id, sealed FROM pick_up WHERE guid = :guid ORDER BY key_id",
    )?;
    let rows = statement.query_map(named_params! { ":guid": guid }, |row| {
        Ok(PickUp {
            guid: row.get("guid")?,
            key_id: row.get("key_id")?,
            sealed: row.get("sealed")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Destroys the keys that wait for a mailbox's user; says how many there were.
pub fn destroy(tx: &Tx<'_>, guid: &[u8; 16]) -> Result<usize, StoreError> {
    Ok(tx
        .connection
        .prepare_cached("DELETE FROM pick_up WHERE guid = :guid")?
        .execute(named_params! { ":guid": guid })?)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use crate::store::test_folder::Folder;

    #[test]
    fn batches_give_every_record_once_in_order() {
        let folder = Folder::new();
        let mut store = folder.store();
        let guids = [[0; 16], [3; 16], [7; 16], [8; 16], [255; 16]];
        let stored = store.write(|tx| {
            guids
                .iter()
                .rev()
                .try_for_each(|guid| replace(tx, guid, None, b"sealed"))
        });
        stored.unwrap();
        let mut last = None;
        for expected in guids.chunks(2).chain([&[][..]]) {
            let batch = store
                .read(|reader| after(reader, last.as_ref(), 2))
                .unwrap();
            let found: Vec<[u8; 16]> = batch.iter().map(|(guid, _)| *guid).collect();
            assert_eq!(found, expected);
            last = found.last().copied().or(last);
        }
    }

    // Reading 100,000 records took seconds: each batch walked past all those before it.
    #[test]
    fn a_batch_begins_at_its_place_in_the_index() {
        let folder = Folder::new();
        let mut store = folder.store();
        let plan: Result<String, StoreError> = store.read(|reader| {
            let mut statement = reader
                .connection
                .prepare(&format!("EXPLAIN QUERY PLAN {AFTER}"))?;
            let first = named_params! { ":guid": [0_u8; 16], ":limit": 1 };
            Ok(statement.query_row(first, |row| row.get("detail"))?)
        });
        let plan = plan.unwrap();
        assert!(plan.contains("SEARCH") && plan.contains("guid>"), "{plan}");
    }
}
