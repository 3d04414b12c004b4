//! The table of what is to be published, and when: an outbox towards the publish folder.

use rusqlite::named_params;

use super::{Reader, StoreError, Tx};

/// The table.
pub const CREATE: &str = "
CREATE TABLE publication (
    id   INTEGER PRIMARY KEY AUTOINCREMENT, -- another one whenever it is laid ready again
    what TEXT NOT NULL UNIQUE,              -- in the engine's words
    due  INTEGER NOT NULL                   -- Unix seconds, UTC
) STRICT;
CREATE INDEX publication_due ON publication (due);
";

/// Something to be published.
pub struct Publication {
    /// Its number.
    pub id: i64,
    /// What it is.
    pub what: String,
}

/// Lays something ready for the moment `due` (Unix seconds, UTC), in the place of what was laid
/// ready before under the same name.
pub fn push(tx: &Tx<'_>, what: &str, due: i64) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached("INSERT OR REPLACE INTO publication (what, due) VALUES (:what, :due)")?
        .execute(named_params! { ":what": what, ":due": due })?;
    Ok(())
}

/// At most `limit` things that are due at `now`, after the number `after`.
pub fn due(
    reader: &Reader<'_>,
    now: i64,
    after: i64,
    limit: u32,
) -> Result<Vec<Publication>, StoreError> {
    let mut statement = reader.connection.prepare_cached(
        "SELECT id, what FROM publication WHERE due <= :now AND id > :after
         ORDER BY id LIMIT :limit",
    )?;
    let values = named_params! { ":now": now, ":after": after, ":limit": limit };
    let rows = statement.query_map(values, |row| {
        Ok(Publication {
            id: row.get("id")?,
            what: row.get("what")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether anything was ever laid ready: not in a file that was just made or upgraded.
pub fn is_empty(reader: &Reader<'_>) -> Result<bool, StoreError> {
    let found: bool = reader
        .connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM publication)")?
        .query_row([], |row| row.get(0))?;
    Ok(!found)
}

/// Forgets what was published, unless it was laid ready again meanwhile.
pub fn done(tx: &Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached("DELETE FROM publication WHERE id = :id")?
        .execute(named_params! { ":id": id })?;
    Ok(())
}
