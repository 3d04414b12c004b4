//! The table of answers given to users' programs, so that a request which comes again gets the same
//! answer.

use rusqlite::{OptionalExtension as _, named_params};

use super::{Reader, StoreError, Tx};

/// The table.
pub const CREATE: &str = "
CREATE TABLE exchange (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    guid    BLOB NOT NULL CHECK (length(guid) = 16), -- the mailbox
    name    BLOB NOT NULL CHECK (length(name) = 32), -- SHA-256 of the step and the transactionID
    until   INTEGER NOT NULL,                        -- Unix seconds, UTC: forgotten then
    sealed  BLOB NOT NULL,                           -- CMS under the server key: request and answer
    UNIQUE (guid, name)
) STRICT;
CREATE INDEX exchange_until ON exchange (until);
";

/// The sealed exchange of a mailbox under this name.
pub fn of(
    reader: &Reader<'_>,
    guid: &[u8; 16],
    name: &[u8; 32],
) -> Result<Option<Vec<u8>>, StoreError> {
    let found = reader
        .connection
        .prepare_cached("SELECT sealed FROM exchange WHERE guid = :guid AND name = :name")?
        .query_row(named_params! { ":guid": guid, ":name": name }, |row| {
            row.get(0)
        });
    Ok(found.optional()?)
}

/// Keeps an exchange, and of the mailbox's older ones so many that there are `limit` in all.
pub fn keep(
    tx: &Tx<'_>,
    (guid, name): (&[u8; 16], &[u8; 32]),
    until: i64,
    sealed: &[u8],
    limit: u32,
) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "INSERT INTO exchange (guid, name, until, sealed)
             VALUES (:guid, :name, :until, :sealed)",
        )?
        .execute(named_params! {
            ":guid": guid, ":name": name, ":until": until, ":sealed": sealed
        })?;
    tx.connection
        .prepare_cached(
            "DELETE FROM exchange WHERE guid = :guid AND id NOT IN
             (SELECT id FROM exchange WHERE guid = :guid ORDER BY id DESC LIMIT :limit)",
        )?
        .execute(named_params! { ":guid": guid, ":limit": limit })?;
    Ok(())
}

/// Whether there are exchanges whose time is over.
pub fn any_due(reader: &Reader<'_>, now: i64) -> Result<bool, StoreError> {
    Ok(reader
        .connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM exchange WHERE until <= :now)")?
        .query_row(named_params! { ":now": now }, |row| row.get(0))?)
}

/// Forgets the exchanges whose time is over.
pub fn forget(tx: &Tx<'_>, now: i64) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached("DELETE FROM exchange WHERE until <= :now")?
        .execute(named_params! { ":now": now })?;
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use crate::store::test_folder::Folder;

    #[test]
    fn the_oldest_exchanges_of_a_mailbox_make_room_and_nobody_elses() {
        let folder = Folder::new();
        let mut store = folder.store();
        let (one, other) = ([1; 16], [2; 16]);
        let kept = store.write(|tx| {
            keep(tx, (&other, &[0; 32]), 9, b"other", 2)?;
            (0..4).try_for_each(|number| keep(tx, (&one, &[number; 32]), 9, b"one", 2))
        });
        kept.unwrap();
        let mut has = |guid, number| {
            let found = store.read(|reader| of(reader, guid, &[number; 32]));
            found.unwrap().is_some()
        };
        let kept = [0, 1, 2, 3].map(|number| has(&one, number));
        assert_eq!(kept, [false, false, true, true]);
        assert!(has(&other, 0));
    }

    #[test]
    fn an_exchange_is_forgotten_when_its_time_is_over_and_not_before() {
        let folder = Folder::new();
        let mut store = folder.store();
        let guid = [1; 16];
        let kept = store.write(|tx| {
            keep(tx, (&guid, &[1; 32]), 10, b"a", 9)?;
            keep(tx, (&guid, &[2; 32]), 11, b"b", 9)?;
            assert!(!any_due(tx, 9)?);
            assert!(any_due(tx, 10)?);
            forget(tx, 10)?;
            Ok::<_, StoreError>((of(tx, &guid, &[1; 32])?, of(tx, &guid, &[2; 32])?))
        });
        let (ended, lasting) = kept.unwrap();
        assert!(ended.is_none() && lasting.is_some());
    }
}
