//! The tables of the audit: every act with its approvals, chained; and what happened while the
//! key that signs was still locked up.

use rusqlite::{OptionalExtension as _, Row, named_params};

use super::{Reader, StoreError, Tx};

/// The tables.
pub const CREATE: &str = "
CREATE TABLE audit (
    seq       INTEGER PRIMARY KEY,   -- 1, 2, 3 … without gaps
    at        INTEGER NOT NULL,      -- Unix seconds, UTC
    who       TEXT NOT NULL,         -- administrators, or the system's user
    act       TEXT NOT NULL,
    subject   TEXT NOT NULL,         -- what it was done to, never a secret
    outcome   TEXT NOT NULL CHECK (outcome IN ('done', 'failed', 'refused', 'cancelled')),
    detail    TEXT NOT NULL,
    request   BLOB,                  -- DER: what was approved, see the engine's authorize
    link      BLOB NOT NULL CHECK (length(link) = 32),  -- SHA-256 of the link before and this row
    signature BLOB NOT NULL          -- Ed25519 over the link, by the audit key
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;

CREATE TABLE approval (
    seq       INTEGER NOT NULL REFERENCES audit,
    seat      INTEGER NOT NULL,      -- the administrator's
    name      TEXT NOT NULL,
    key       BLOB NOT NULL,         -- SubjectPublicKeyInfo of the key that signed
    signature BLOB NOT NULL,         -- Ed25519 over audit.request
    PRIMARY KEY (seq, seat)
) STRICT;

CREATE TABLE unsigned_event (        -- becomes audit rows at the next opening
    id  INTEGER PRIMARY KEY AUTOINCREMENT,
    at  INTEGER NOT NULL,            -- Unix seconds, UTC
    who TEXT NOT NULL,
    act TEXT NOT NULL
) STRICT;
";

/// One row.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// 1, 2, 3 … without gaps.
    pub seq: i64,
    /// Unix seconds, UTC.
    pub at: i64,
    /// Administrators, or the system's user.
    pub who: String,
    /// The act.
    pub act: String,
    /// What it was done to.
    pub subject: String,
    /// done, failed, refused or cancelled.
    pub outcome: String,
    /// Anything more that is to be known.
    pub detail: String,
    /// DER: what was approved.
    pub request: Option<Vec<u8>>,
    /// SHA-256 of the link before and this row.
    pub link: Vec<u8>,
    /// Ed25519 over the link.
    pub signature: Vec<u8>,
}

/// One administrator's approval of the request in a row.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Approval {
    /// The row.
    pub seq: i64,
    /// The administrator's seat.
    pub seat: i64,
    /// The administrator's name.
    pub name: String,
    /// `SubjectPublicKeyInfo` of the key that signed.
    pub key: Vec<u8>,
    /// Ed25519 over the request.
    pub signature: Vec<u8>,
}

/// Something that happened before the audit key was open.
pub struct UnsignedEvent {
    /// Unix seconds, UTC.
    pub at: i64,
    /// The system's user.
    pub who: String,
    /// What happened.
    pub act: String,
}

/// Adds a row with its approvals.
pub fn append(tx: &Tx<'_>, entry: &Entry, approvals: &[Approval]) -> Result<(), StoreError> {
    let added = tx
        .connection
        .prepare_cached(
            "INSERT INTO audit
                 (seq, at, who, act, subject, outcome, detail, request, link, signature)
             VALUES (:seq, :at, :who, :act, :subject, :outcome, :detail, :request, :link,
                     :signature)",
        )?
        .execute(named_params! {
            ":seq": entry.seq,
            ":at": entry.at,
            ":who": entry.who,
            ":act": entry.act,
            ":subject": entry.subject,
            ":outcome": entry.outcome,
            ":detail": entry.detail,
            ":request": entry.request,
            ":link": entry.link,
            ":signature": entry.signature,
        })?;
    if added != 1 {
        return Err(StoreError::bad_value("audit")); // a foreign trigger has swallowed the row
    }
    let mut statement = tx.connection.prepare_cached(
        "INSERT INTO approval (seq, seat, name, key, signature)
         VALUES (:seq, :seat, :name, :key, :signature)",
    )?;
    for approval in approvals {
        statement.execute(named_params! {
            ":seq": entry.seq,
            ":seat": approval.seat,
            ":name": approval.name,
            ":key": approval.key,
            ":signature": approval.signature,
        })?;
    }
    Ok(())
}

/// The number of rows and the last one's link.
pub fn head(reader: &Reader<'_>) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    let found = reader
        .connection
        .prepare_cached("SELECT seq, link FROM audit ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get("seq")?, row.get("link")?)));
    Ok(found.optional()?)
}

/// The link of a row.
pub fn link_of(reader: &Reader<'_>, seq: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let found = reader
        .connection
        .prepare_cached("SELECT link FROM audit WHERE seq = :seq")?
        .query_row(named_params! { ":seq": seq }, |row| row.get(0));
    Ok(found.optional()?)
}

/// At most `limit` rows after `seq`, oldest first.
pub fn after(reader: &Reader<'_>, seq: i64, limit: u32) -> Result<Vec<Entry>, StoreError> {
    let mut statement = reader.connection.prepare_cached(
        "SELECT seq, at, who, act, subject, outcome, detail, request, link, signature
         FROM audit WHERE seq > :seq ORDER BY seq LIMIT :limit",
    )?;
    let rows = statement.query_map(named_params! { ":seq": seq, ":limit": limit }, from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// At most `limit` rows before `before`, newest first, in which `filter` stands anywhere.
pub fn page(
    reader: &Reader<'_>,
    filter: &str,
    before: i64,
    limit: u32,
) -> Result<Vec<Entry>, StoreError> {
    let mut statement = reader.connection.prepare_cached(
        "SELECT seq, at, who, act, subject, outcome, detail, request, link, signature
         FROM audit
         WHERE seq < :before
           AND (:filter = '' OR instr(lower(who || char(10) || act || char(10) || subject ||
                char(10) || outcome || char(10) || detail), lower(:filter)) > 0)
         ORDER BY seq DESC LIMIT :limit",
    )?;
    let rows = statement.query_map(
        named_params! { ":before": before, ":filter": filter, ":limit": limit },
        from_row,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The approvals of a row, by seat.
pub fn approvals_of(reader: &Reader<'_>, seq: i64) -> Result<Vec<Approval>, StoreError> {
    let mut statement = reader.connection.prepare_cached(
        "SELECT seq, seat, name, key, signature FROM approval WHERE seq = :seq ORDER BY seat",
    )?;
    let rows = statement.query_map(named_params! { ":seq": seq }, |row| {
        Ok(Approval {
            seq: row.get("seq")?,
            seat: row.get("seat")?,
            name: row.get("name")?,
            key: row.get("key")?,
            signature: row.get("signature")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Remembers something that happened before the audit key was open.
pub fn note_unsigned(tx: &Tx<'_>, event: &UnsignedEvent) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached("INSERT INTO unsigned_event (at, who, act) VALUES (:at, :who, :act)")?
        .execute(named_params! { ":at": event.at, ":who": event.who, ":act": event.act })?;
    Ok(())
}

/// Takes what was remembered out of the table, oldest first.
pub fn take_unsigned(tx: &Tx<'_>) -> Result<Vec<UnsignedEvent>, StoreError> {
    let mut statement = tx
        .connection
        .prepare_cached("SELECT at, who, act FROM unsigned_event ORDER BY id")?;
    let rows = statement.query_map([], |row| {
        Ok(UnsignedEvent {
            at: row.get("at")?,
            who: row.get("who")?,
            act: row.get("act")?,
        })
    })?;
    let events = rows.collect::<Result<_, _>>()?;
    tx.connection.execute("DELETE FROM unsigned_event", [])?;
    Ok(events)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        seq: row.get("seq")?,
        at: row.get("at")?,
        who: row.get("who")?,
        act: row.get("act")?,
        subject: row.get("subject")?,
        outcome: row.get("outcome")?,
        detail: row.get("detail")?,
        request: row.get("request")?,
        link: row.get("link")?,
        signature: row.get("signature")?,
    })
}
