//! The tables of guard secrets: the share of each for each seat, the keys they open, and their
//! copies under the *administer* secret.

use rusqlite::{OptionalExtension as _, named_params};

use super::{Reader, StoreError, Tx};

/// The tables.
pub const CREATE: &str = "
CREATE TABLE share (
    guard  INTEGER NOT NULL,                 -- the guard's number
    seat   INTEGER NOT NULL REFERENCES seat,
    sealed BLOB NOT NULL,                    -- CMS to the seat's RSA key
    PRIMARY KEY (guard, seat)
) STRICT;

CREATE TABLE guard_key (
    guard  INTEGER PRIMARY KEY,              -- the guard's number
    key    BLOB,                             -- CMS: Ed25519 private key under the guard's secret
    secret BLOB                              -- CMS: the guard's secret under that of administer
) STRICT;

CREATE TABLE archive_key (
    key_id BLOB PRIMARY KEY CHECK (length(key_id) = 32),  -- SHA-256 of the public key
    sealed BLOB NOT NULL                     -- CMS: RSA private key under the secret of recover
) STRICT;
";

/// The share of `guard` for `seat`, sealed.
pub fn of(reader: &Reader<'_>, guard: u8, seat: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let found = reader
        .connection
        .prepare_cached("SELECT sealed FROM share WHERE guard = :guard AND seat = :seat")?
        .query_row(named_params! { ":guard": guard, ":seat": seat }, |row| {
            row.get(0)
        });
    Ok(found.optional()?)
}

/// Puts a share in the place of the one before.
pub fn replace(tx: &Tx<'_>, guard: u8, seat: i64, sealed: &[u8]) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "INSERT INTO share (guard, seat, sealed) VALUES (:guard, :seat, :sealed)
             ON CONFLICT (guard, seat) DO UPDATE SET sealed = excluded.sealed",
        )?
        .execute(named_params! { ":guard": guard, ":seat": seat, ":sealed": sealed })?;
    Ok(())
}

/// Destroys every share of every guard.
pub fn remove_all(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.connection.execute("DELETE FROM share", [])?;
    Ok(())
}

/// What a guard's secret opens, and the secret under that of *administer*.
#[derive(Default)]
pub struct GuardKey {
    /// CMS: the Ed25519 private key; the guard of the archive has none.
    pub key: Option<Vec<u8>>,
    /// CMS: the guard's secret; *administer* itself has none.
    pub secret: Option<Vec<u8>>,
}

/// What is kept for `guard`.
pub fn guard_key(reader: &Reader<'_>, guard: u8) -> Result<Option<GuardKey>, StoreError> {
    let found = reader
        .connection
        .prepare_cached("SELECT key, secret FROM guard_key WHERE guard = :guard")?
        .query_row(named_params! { ":guard": guard }, |row| {
            Ok(GuardKey {
                key: row.get("key")?,
                secret: row.get("secret")?,
            })
        });
    Ok(found.optional()?)
}

/// Puts what is kept for `guard` in the place of what was.
pub fn replace_guard_key(tx: &Tx<'_>, guard: u8, kept: &GuardKey) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "INSERT INTO guard_key (guard, key, secret) VALUES (:guard, :key, :secret)
             ON CONFLICT (guard) DO UPDATE SET key = excluded.key, secret = excluded.secret",
        )?
        .execute(named_params! { ":guard": guard, ":key": kept.key, ":secret": kept.secret })?;
    Ok(())
}

/// The archive private key with this identifier, sealed.
pub fn archive_key(reader: &Reader<'_>, key_id: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let found = reader
        .connection
        .prepare_cached("SELECT sealed FROM archive_key WHERE key_id = :key_id")?
        .query_row(named_params! { ":key_id": key_id }, |row| row.get(0));
    Ok(found.optional()?)
}

/// Puts an archive private key in the place of the one sealed before.
pub fn replace_archive_key(tx: &Tx<'_>, key_id: &[u8], sealed: &[u8]) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "INSERT INTO archive_key (key_id, sealed) VALUES (:key_id, :sealed)
             ON CONFLICT (key_id) DO UPDATE SET sealed = excluded.sealed",
        )?
        .execute(named_params! { ":key_id": key_id, ":sealed": sealed })?;
    Ok(())
}

/// Destroys an archive private key that nothing is sealed to any more.
pub fn remove_archive_key(tx: &Tx<'_>, key_id: &[u8]) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached("DELETE FROM archive_key WHERE key_id = :key_id")?
        .execute(named_params! { ":key_id": key_id })?;
    Ok(())
}
