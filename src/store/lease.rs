//! The table of leases: which of several programs does what only one may do at a time.

use rusqlite::{OptionalExtension as _, named_params};

use super::{Reader, StoreError, Tx};

/// The table.
pub const CREATE: &str = "
CREATE TABLE lease (
    name   TEXT PRIMARY KEY,     -- what for
    holder TEXT NOT NULL,        -- which program
    until  INTEGER NOT NULL      -- Unix seconds, UTC
) STRICT, WITHOUT ROWID;
";

/// Who has a lease, and until when.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Lease {
    /// Which program.
    pub holder: String,
    /// Unix seconds, UTC.
    pub until: i64,
}

/// The lease of this name, whether or not it ran out.
pub fn of(reader: &Reader<'_>, name: &str) -> Result<Option<Lease>, StoreError> {
    let found = reader
        .connection
        .prepare_cached("SELECT holder, until FROM lease WHERE name = :name")?
        .query_row(named_params! { ":name": name }, |row| {
            Ok(Lease {
                holder: row.get("holder")?,
                until: row.get("until")?,
            })
        });
    Ok(found.optional()?)
}

/// Gives the lease to `lease.holder`.
pub fn give(tx: &Tx<'_>, name: &str, lease: &Lease) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "INSERT OR REPLACE INTO lease (name, holder, until) VALUES (:name, :holder, :until)",
        )?
        .execute(named_params! {
            ":name": name,
            ":holder": lease.holder,
            ":until": lease.until,
        })?;
    Ok(())
}

/// Gives the lease back, if `holder` has it.
pub fn give_back(tx: &Tx<'_>, name: &str, holder: &str) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached("DELETE FROM lease WHERE name = :name AND holder = :holder")?
        .execute(named_params! { ":name": name, ":holder": holder })?;
    Ok(())
}
