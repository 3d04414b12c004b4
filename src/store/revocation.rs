//! The table of revocations: an append-only chain.

use rusqlite::{Row, named_params};

use super::{Reader, StoreError, Tx};

/// The table.
pub const CREATE: &str = "
CREATE TABLE revocation (
    seq       INTEGER PRIMARY KEY,   -- 1, 2, 3 … without gaps
    body      BLOB NOT NULL,         -- DER, see the engine's revocations
    signature BLOB NOT NULL          -- by the revocation key of the manifest the body names; empty
                                     -- where the body names another authority
) STRICT;
CREATE TRIGGER revocation_is_not_changed BEFORE UPDATE ON revocation
    BEGIN SELECT RAISE(ABORT, 'revocations are append-only'); END;
CREATE TRIGGER revocation_is_not_undone BEFORE DELETE ON revocation
    BEGIN SELECT RAISE(ABORT, 'revocations are append-only'); END;
";

/// One entry.
pub struct Stored {
    /// 1, 2, 3 …
    pub seq: i64,
    /// DER.
    pub body: Vec<u8>,
    /// Ed25519 over the body; empty where the body names another authority.
    pub signature: Vec<u8>,
}

/// Adds an entry.
pub fn append(tx: &Tx<'_>, stored: &Stored) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "INSERT INTO revocation (seq, body, signature) VALUES (:seq, :body, :signature)",
        )?
        .execute(named_params! {
            ":seq": stored.seq,
            ":body": stored.body,
            ":signature": stored.signature,
        })?;
    Ok(())
}

/// Every entry, oldest first.
pub fn all(reader: &Reader<'_>) -> Result<Vec<Stored>, StoreError> {
    let mut statement = reader
        .connection
        .prepare_cached("SELECT seq, body, signature FROM revocation ORDER BY seq")?;
    let rows = statement.query_map([], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        seq: row.get("seq")?,
        body: row.get("body")?,
        signature: row.get("signature")?,
    })
}
