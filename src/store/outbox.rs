//! The table of messages that an act has written and that are still to be delivered.

use rusqlite::named_params;

use super::{Reader, StoreError, Tx};

/// The table.
pub const CREATE: &str = "
CREATE TABLE outbox (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    name    TEXT NOT NULL,       -- of the file in the Maildir: the same at every try
    folder  TEXT NOT NULL,       -- of the mailbox, below the post office
    message BLOB NOT NULL        -- RFC 5322; empty: what was delivered under the name is removed
) STRICT;
";

/// A message that waits.
pub struct Outgoing {
    /// Its number.
    pub id: i64,
    /// The file's name.
    pub name: String,
    /// The mailbox's folder.
    pub folder: String,
    /// RFC 5322; empty where what was delivered under the name is to be removed.
    pub message: Vec<u8>,
}

/// Lays a message ready.
pub fn push(tx: &Tx<'_>, name: &str, folder: &str, message: &[u8]) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "INSERT INTO outbox (name, folder, message) VALUES (:name, :folder, :message)",
        )?
        .execute(named_params! { ":name": name, ":folder": folder, ":message": message })?;
    Ok(())
}

/// At most `limit` messages that wait and have a number above `last`, oldest first.
pub fn waiting(reader: &Reader<'_>, last: i64, limit: u32) -> Result<Vec<Outgoing>, StoreError> {
    let mut statement = reader.connection.prepare_cached(
        "SELECT id, name, folder, message FROM outbox WHERE id > :last ORDER BY id LIMIT :limit",
    )?;
    let rows = statement.query_map(named_params! { ":last": last, ":limit": limit }, |row| {
        Ok(Outgoing {
            id: row.get("id")?,
            name: row.get("name")?,
            folder: row.get("folder")?,
            message: row.get("message")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes a message back: from here if it still waits, and from the Maildir at the next delivery.
pub fn take_back(tx: &Tx<'_>, name: &str, folder: &str) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached("DELETE FROM outbox WHERE name = :name")?
        .execute(named_params! { ":name": name })?;
    push(tx, name, folder, &[])
}

/// Forgets a message that was delivered.
pub fn delivered(tx: &Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached("DELETE FROM outbox WHERE id = :id")?
        .execute(named_params! { ":id": id })?;
    Ok(())
}
