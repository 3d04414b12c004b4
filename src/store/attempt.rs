//! The table of wrong passwords in a row, and the pauses that follow from them.

use rusqlite::{OptionalExtension as _, named_params};

use super::{Reader, StoreError, Tx};

/// The table.
pub const CREATE: &str = "
CREATE TABLE attempt (
    place TEXT PRIMARY KEY,      -- 'startup', 'seat ' and its number, and where messages are counted
    wrong INTEGER NOT NULL,      -- wrong passwords, or refused messages, since the last right one
    until INTEGER NOT NULL       -- Unix seconds, UTC: nothing is tried before
) STRICT;
";

/// Wrong passwords in a row.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Attempts {
    /// How many since the last right one.
    pub wrong: u32,
    /// Unix seconds, UTC: nothing is tried before.
    pub until: i64,
}

/// The wrong passwords at a place.
pub fn at(reader: &Reader<'_>, place: &str) -> Result<Attempts, StoreError> {
    let found = reader
        .connection
        .prepare_cached("SELECT wrong, until FROM attempt WHERE place = :place")?
        .query_row(named_params! { ":place": place }, |row| {
            Ok(Attempts {
                wrong: row.get("wrong")?,
                until: row.get("until")?,
            })
        });
    Ok(found.optional()?.unwrap_or_default())
}

/// Remembers `attempts`; none at all leave no row.
pub fn remember(tx: &Tx<'_>, place: &str, attempts: Attempts) -> Result<(), StoreError> {
    if attempts == Attempts::default() {
        tx.connection
            .prepare_cached("DELETE FROM attempt WHERE place = :place")?
            .execute(named_params! { ":place": place })?;
        return Ok(());
    }
    tx.connection
        .prepare_cached(
            "INSERT INTO attempt (place, wrong, until) VALUES (:place, :wrong, :until)
             ON CONFLICT (place) DO UPDATE SET wrong = excluded.wrong, until = excluded.until",
        )?
        .execute(named_params! {
            ":place": place,
            ":wrong": attempts.wrong,
            ":until": attempts.until,
        })?;
    Ok(())
}
