//! The table of objects of which there is one each: sealed keys, signed lists.

use rusqlite::{OptionalExtension as _, named_params};

use super::{Reader, StoreError, Tx};

/// The table.
pub const CREATE: &str = "
CREATE TABLE object (
    name      TEXT PRIMARY KEY,   -- what it is, in the engine's words
    body      BLOB NOT NULL,      -- CMS for what is sealed, DER for what is signed
    signature BLOB                -- over the body; NULL for what is sealed
) STRICT;
";

/// One object.
pub struct Object {
    /// The octets.
    pub body: Vec<u8>,
    /// The signature over them, for objects that are signed.
    pub signature: Option<Vec<u8>>,
}

/// The object of this name.
pub fn by_name(reader: &Reader<'_>, name: &str) -> Result<Option<Object>, StoreError> {
    let found = reader
        .connection
        .prepare_cached("SELECT body, signature FROM object WHERE name = :name")?
        .query_row(named_params! { ":name": name }, |row| {
            Ok(Object {
                body: row.get("body")?,
                signature: row.get("signature")?,
            })
        });
    Ok(found.optional()?)
}

/// Puts `object` in the place of the one before.
pub fn replace(tx: &Tx<'_>, name: &str, object: &Object) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached(
            "INSERT INTO object (name, body, signature) VALUES (:name, :body, :signature)
             ON CONFLICT (name) DO UPDATE SET body = excluded.body, signature = excluded.signature",
        )?
        .execute(named_params! {
            ":name": name,
            ":body": object.body,
            ":signature": object.signature,
        })?;
    Ok(())
}
