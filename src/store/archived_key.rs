//! The tables of issued certificates and archived encryption keys.

use rusqlite::{OptionalExtension as _, Row, named_params};

use super::{Reader, StoreError, Tx};

/// The tables.
pub const CREATE: &str = "
CREATE TABLE certificate (
    serial     BLOB PRIMARY KEY,             -- as in the certificate, unique for our authority
    guid       BLOB NOT NULL,                -- the mailbox
    key_id     BLOB NOT NULL,                -- SHA-256 of the public key
    issued_at  INTEGER NOT NULL,             -- Unix seconds, UTC
    der        BLOB NOT NULL
) STRICT;
CREATE INDEX certificate_mailbox ON certificate (guid, issued_at);

CREATE TABLE archived_key (
    key_id      BLOB PRIMARY KEY CHECK (length(key_id) = 32), -- SHA-256 of the public key
    guid        BLOB NOT NULL,               -- the mailbox
    archive_key BLOB NOT NULL,               -- identifier of the archive key it is sealed to
    archived_at INTEGER NOT NULL,            -- Unix seconds, UTC
    sealed      BLOB NOT NULL                -- CMS: the private key
) STRICT;
CREATE INDEX archived_key_mailbox ON archived_key (guid, archived_at);
";

/// Finds certificates by their keys.
pub const KEY_INDEX: &str = "CREATE INDEX certificate_key ON certificate (key_id);";

/// A certificate this authority issued.
pub struct Issued {
    /// Its serial number.
    pub serial: Vec<u8>,
    /// The mailbox.
    pub guid: [u8; 16],
    /// SHA-256 of the public key.
    pub key_id: [u8; 32],
    /// Unix seconds, UTC.
    pub issued_at: i64,
    /// The certificate.
    pub der: Vec<u8>,
}

/// An encryption key in the archive.
pub struct Archived {
    /// SHA-256 of the public key.
    pub key_id: [u8; 32],
    /// The mailbox.
    pub guid: [u8; 16],
    /// Identifier of the archive key it is sealed to.
    pub archive_key: [u8; 32],
    /// Unix seconds, UTC.
    pub archived_at: i64,
    /// CMS: the private key.
    pub sealed: Vec<u8>,
}

/// Records a certificate; a serial number that was used before is refused by the database.
pub fn record_issued(tx: &Tx<'_>, issued: &Issued) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "INSERT INTO certificate (serial, guid, key_id, issued_at, der)
             VALUES (:serial, :guid, :key_id, :issued_at, :der)",
        )?
        .execute(named_params! {
            ":serial": issued.serial,
            ":guid": issued.guid,
            ":key_id": issued.key_id,
            ":issued_at": issued.issued_at,
            ":der": issued.der,
        })?;
    Ok(())
}

/// The certificates of a mailbox, oldest first.
pub fn issued_to(reader: &Reader<'_>, guid: &[u8; 16]) -> Result<Vec<Issued>, StoreError> {
    let mut statement = reader.connection.prepare_cached(
        "SELECT serial, guid, key_id, issued_at, der FROM certificate
         WHERE guid = :guid ORDER BY issued_at, serial",
    )?;
    let rows = statement.query_map(named_params! { ":guid": guid }, issued_from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The certificate with this serial number.
pub fn by_serial(reader: &Reader<'_>, serial: &[u8]) -> Result<Option<Issued>, StoreError> {
    let found = reader
        .connection
        .prepare_cached(
            "SELECT serial, guid, key_id, issued_at, der FROM certificate WHERE serial = :serial",
        )?
        .query_row(named_params! { ":serial": serial }, issued_from_row);
    Ok(found.optional()?)
}

/// Whether a certificate of this key was issued to another mailbox than this one.
pub fn is_others_key(
    reader: &Reader<'_>,
    key_id: &[u8; 32],
    guid: &[u8; 16],
) -> Result<bool, StoreError> {
    Ok(reader
        .connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM certificate WHERE key_id = :key_id AND guid <> :guid)",
        )?
        .query_row(named_params! { ":key_id": key_id, ":guid": guid }, |row| {
            row.get(0)
        })?)
}

/// Archives a key, or puts it in the place of the same key sealed before.
pub fn archive(tx: &Tx<'_>, archived: &Archived) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "INSERT INTO archived_key (key_id, guid, archive_key, archived_at, sealed)
             VALUES (:key_id, :guid, :archive_key, :archived_at, :sealed)
             ON CONFLICT (key_id) DO UPDATE
             SET archive_key = excluded.archive_key, sealed = excluded.sealed",
        )?
        .execute(named_params! {
            ":key_id": archived.key_id,
            ":guid": archived.guid,
            ":archive_key": archived.archive_key,
            ":archived_at": archived.archived_at,
            ":sealed": archived.sealed,
        })?;
    Ok(())
}

/// The archived keys of a mailbox, oldest first.
pub fn archived_of(reader: &Reader<'_>, guid: &[u8; 16]) -> Result<Vec<Archived>, StoreError> {
    let mut statement = reader.connection.prepare_cached(
        "SELECT key_id, guid, archive_key, archived_at, sealed FROM archived_key
         WHERE guid = :guid ORDER BY archived_at, key_id",
    )?;
    let rows = statement.query_map(named_params! { ":guid": guid }, archived_from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// At most `limit` keys after `last` that are sealed to another archive key than `newest`, in the
/// order of their identifiers.
pub fn sealed_to_others(
    reader: &Reader<'_>,
    newest: &[u8; 32],
    last: &[u8; 32],
    limit: u32,
) -> Result<Vec<Archived>, StoreError> {
    let mut statement = reader.connection.prepare_cached(
        "SELECT key_id, guid, archive_key, archived_at, sealed FROM archived_key
         WHERE archive_key <> :newest AND key_id > :last ORDER BY key_id LIMIT :limit",
    )?;
    let rows = statement.query_map(
        named_params! { ":newest": newest, ":last": last, ":limit": limit },
        archived_from_row,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many keys are in the archive.
pub fn count_archived(reader: &Reader<'_>) -> Result<u64, StoreError> {
    let count: i64 =
        reader
            .connection
            .query_row("SELECT count(*) FROM archived_key", [], |row| row.get(0))?;
    u64::try_from(count).map_err(|_negative| StoreError::bad_value("archived_key"))
}

fn issued_from_row(row: &Row<'_>) -> rusqlite::Result<Issued> {
    Ok(Issued {
        serial: row.get("serial")?,
        guid: row.get("guid")?,
        key_id: row.get("key_id")?,
        issued_at: row.get("issued_at")?,
        der: row.get("der")?,
    })
}

fn archived_from_row(row: &Row<'_>) -> rusqlite::Result<Archived> {
    Ok(Archived {
        key_id: row.get("key_id")?,
        guid: row.get("guid")?,
        archive_key: row.get("archive_key")?,
        archived_at: row.get("archived_at")?,
        sealed: row.get("sealed")?,
    })
}
