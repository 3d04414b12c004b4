//! The table of facts about the file itself.

use rusqlite::{OptionalExtension as _, named_params};

use super::{Reader, StoreError, Tx};

/// The table.
pub(super) const CREATE: &str = "
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,      -- 'collation'
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The fingerprint of the collation that made the stored sort keys.
pub(super) fn collation(reader: &Reader<'_>) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(reader
        .connection
        .prepare_cached("SELECT value FROM meta WHERE name = 'collation' ORDER BY name")?
        .query_row([], |row| row.get("value"))
        .optional()?)
}

/// Notes which collation made the stored sort keys.
pub(super) fn set_collation(tx: &Tx<'_>, fingerprint: &[u8]) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES ('collation', :value)")?
        .execute(named_params! { ":value": fingerprint })?;
    Ok(())
}
