//! The tables of seats: what each administrator's password opens, and what each seat has said
//! of its own keys.

use rusqlite::{OptionalExtension as _, Row, named_params};

use super::{Reader, StoreError, Tx};

/// The tables.
pub const CREATE: &str = "
CREATE TABLE seat (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again
    name        TEXT NOT NULL,       -- the administrator's; a removed one's stays, to be told by it
    removed_at  INTEGER,             -- Unix seconds, UTC; NULL for a seat in use
    sharing_key BLOB,                -- CMS: RSA private key under the password; NULL once removed
    signing_key BLOB,                -- CMS: Ed25519 private key under the password
    pins        BLOB                 -- CMS: what this seat last knew of the manifest
) STRICT;
CREATE UNIQUE INDEX seat_name ON seat (name) WHERE removed_at IS NULL;

CREATE TABLE seat_statement (        -- keys that came after those in the manifest
    seat      INTEGER NOT NULL REFERENCES seat,
    version   INTEGER NOT NULL,      -- one more than the version before
    body      BLOB NOT NULL,         -- DER, see the engine's seats
    signature BLOB NOT NULL,         -- Ed25519 by the seat's signing key of the version before
    PRIMARY KEY (seat, version)
) STRICT;
";

/// What a seat's password opens.
pub struct Sealed {
    /// CMS: the RSA private key.
    pub sharing_key: Vec<u8>,
    /// CMS: the Ed25519 private key.
    pub signing_key: Vec<u8>,
    /// CMS: the pins.
    pub pins: Vec<u8>,
}

/// A seat's own word on its keys.
pub struct Statement {
    /// Which seat.
    pub seat: i64,
    /// One more than the version before.
    pub version: i64,
    /// DER.
    pub body: Vec<u8>,
    /// Ed25519 over the body.
    pub signature: Vec<u8>,
}

/// Reserves a seat for `name`.
pub fn insert(tx: &Tx<'_>, name: &str) -> Result<i64, StoreError> {
    tx.connection
        .prepare_cached("INSERT INTO seat (name) VALUES (:name)")?
        .execute(named_params! { ":name": name })?;
    Ok(tx.connection.last_insert_rowid())
}

/// Puts `sealed` in the place of what the seat's password opened before.
pub fn replace(tx: &Tx<'_>, seat: i64, sealed: &Sealed) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "UPDATE seat SET sharing_key = :sharing_key, signing_key = :signing_key, pins = :pins
             WHERE id = :seat",
        )?
        .execute(named_params! {
            ":seat": seat,
            ":sharing_key": sealed.sharing_key,
            ":signing_key": sealed.signing_key,
            ":pins": sealed.pins,
        })?;
    Ok(())
}

/// Destroys what the seat's password opened; the name stays.
pub fn remove(tx: &Tx<'_>, seat: i64, at: i64) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "UPDATE seat SET removed_at = :at, sharing_key = NULL, signing_key = NULL, pins = NULL
             WHERE id = :seat",
        )?
        .execute(named_params! { ":seat": seat, ":at": at })?;
    Ok(())
}

/// What the seat's password opens; `None` for a removed seat.
pub fn sealed(reader: &Reader<'_>, seat: i64) -> Result<Option<Sealed>, StoreError> {
    let found = reader
        .connection
        .prepare_cached(
            "SELECT sharing_key, signing_key, pins FROM seat
             WHERE id = :seat AND removed_at IS NULL AND pins IS NOT NULL",
        )?
        .query_row(named_params! { ":seat": seat }, |row| {
            Ok(Sealed {
                sharing_key: row.get("sharing_key")?,
                signing_key: row.get("signing_key")?,
                pins: row.get("pins")?,
            })
        });
    Ok(found.optional()?)
}

/// Whether somebody of this name had a seat and has none now.
pub fn was_removed(reader: &Reader<'_>, name: &str) -> Result<bool, StoreError> {
    Ok(reader
        .connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM seat WHERE name = :name AND removed_at IS NOT NULL)
                AND NOT EXISTS (SELECT 1 FROM seat WHERE name = :name AND removed_at IS NULL)",
        )?
        .query_row(named_params! { ":name": name }, |row| row.get(0))?)
}

/// Adds a statement.
pub fn say(tx: &Tx<'_>, statement: &Statement) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "INSERT INTO seat_statement (seat, version, body, signature)
             VALUES (:seat, :version, :body, :signature)",
        )?
        .execute(named_params! {
            ":seat": statement.seat,
            ":version": statement.version,
            ":body": statement.body,
            ":signature": statement.signature,
        })?;
    Ok(())
}

/// Every statement, by seat and version.
pub fn statements(reader: &Reader<'_>) -> Result<Vec<Statement>, StoreError> {
    let mut statement = reader.connection.prepare_cached(
        "SELECT seat, version, body, signature FROM seat_statement ORDER BY seat, version",
    )?;
    let rows = statement.query_map([], statement_from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn statement_from_row(row: &Row<'_>) -> rusqlite::Result<Statement> {
    Ok(Statement {
        seat: row.get("seat")?,
        version: row.get("version")?,
        body: row.get("body")?,
        signature: row.get("signature")?,
    })
}
