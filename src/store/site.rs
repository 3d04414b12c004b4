//! The table of sites: the parts of the organization, each with its own recipients.

use rusqlite::{OptionalExtension as _, named_params};

use super::{Reader, StoreError, Tx};
use crate::domain::names::SiteName;
use crate::domain::place::SiteId;

/// The table.
pub const CREATE: &str = "
CREATE TABLE site (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE
) STRICT;
";

/// A site.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Site {
    /// Its number.
    pub id: SiteId,
    /// Its name.
    pub name: SiteName,
}

/// Adds a site.
pub fn insert(tx: &Tx<'_>, name: &SiteName) -> Result<SiteId, StoreError> {
    tx.connection
        .prepare_cached("INSERT INTO site (name) VALUES (:name)")?
        .execute(named_params! { ":name": name.as_str() })?;
    Ok(SiteId(tx.connection.last_insert_rowid()))
}

/// The site with this number.
pub fn by_id(reader: &Reader<'_>, id: SiteId) -> Result<Option<Site>, StoreError> {
    let name: Option<String> = reader
        .connection
        .prepare_cached("SELECT name FROM site WHERE id = :id ORDER BY id")?
        .query_row(named_params! { ":id": id.0 }, |row| row.get("name"))
        .optional()?;
    name.map(|name| site(id.0, &name)).transpose()
}

/// Every site, in the order they were made.
pub fn all(reader: &Reader<'_>) -> Result<Vec<Site>, StoreError> {
    let mut statement = reader
        .connection
        .prepare_cached("SELECT id, name FROM site ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut sites = Vec::new();
    while let Some(row) = rows.next()? {
        sites.push(site(row.get("id")?, &row.get::<_, String>("name")?)?);
    }
    Ok(sites)
}

fn site(id: i64, name: &str) -> Result<Site, StoreError> {
    let name = SiteName::parse(name).map_err(|_refusal| StoreError::bad_value("site.name"))?;
    Ok(Site {
        id: SiteId(id),
        name,
    })
}
