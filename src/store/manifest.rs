//! The table of manifests: every generation, each signed by the policy key of the one before.

use rusqlite::{OptionalExtension as _, Row, named_params};

use super::{Reader, StoreError, Tx};

/// The table.
pub const CREATE: &str = "
CREATE TABLE manifest (
    generation INTEGER PRIMARY KEY,   -- 1, 2, 3 … without gaps
    body       BLOB NOT NULL,         -- DER, see the engine's manifest
    signature  BLOB NOT NULL          -- Ed25519 by the policy key of the generation before
) STRICT;
";

/// One generation.
pub struct Stored {
    /// Its number.
    pub generation: i64,
    /// DER.
    pub body: Vec<u8>,
    /// Ed25519 over the body.
    pub signature: Vec<u8>,
}

/// The newest generation.
pub fn newest(reader: &Reader<'_>) -> Result<Option<Stored>, StoreError> {
    let found = reader
        .connection
        .prepare_cached(
            "SELECT generation, body, signature FROM manifest ORDER BY generation DESC LIMIT 1",
        )?
        .query_row([], from_row);
    Ok(found.optional()?)
}

/// The generations from `first` on, oldest first.
pub fn since(reader: &Reader<'_>, first: i64) -> Result<Vec<Stored>, StoreError> {
    let mut statement = reader.connection.prepare_cached(
        "SELECT generation, body, signature FROM manifest
         WHERE generation >= :first ORDER BY generation",
    )?;
    let rows = statement.query_map(named_params! { ":first": first }, from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds a generation.
pub fn append(tx: &Tx<'_>, stored: &Stored) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "INSERT INTO manifest (generation, body, signature)
             VALUES (:generation, :body, :signature)",
        )?
        .execute(named_params! {
            ":generation": stored.generation,
            ":body": stored.body,
            ":signature": stored.signature,
        })?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        generation: row.get("generation")?,
        body: row.get("body")?,
        signature: row.get("signature")?,
    })
}
