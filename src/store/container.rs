//! The table of containers: the tree of recipients below a site, each with its count.

use rusqlite::{Row, named_params};

use super::{Reader, StoreError, Tx};
use crate::domain::names::ContainerName;
use crate::domain::place::{ContainerId, SiteId};

/// The table.
pub const CREATE: &str = "
CREATE TABLE container (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    site   INTEGER NOT NULL REFERENCES site,
    parent INTEGER REFERENCES container,       -- NULL: directly below the site
    name   TEXT    NOT NULL,
    living INTEGER NOT NULL DEFAULT 0          -- recipients in it, not below it; kept by triggers
        CHECK (living >= 0)
) STRICT;
CREATE UNIQUE INDEX container_place ON container (site, ifnull(parent, 0), name);
";

/// A container of recipients.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Container {
    /// Its number.
    pub id: ContainerId,
    /// The site it belongs to.
    pub site: SiteId,
    /// The container it lies in; `None` directly below the site.
    pub parent: Option<ContainerId>,
    /// Its name.
    pub name: ContainerName,
    /// How many recipients lie in it, not counting those in containers below.
    pub living: u64,
}

/// Adds a container.
pub fn insert(
    tx: &Tx<'_>,
    site: SiteId,
    parent: Option<ContainerId>,
    name: &ContainerName,
) -> Result<ContainerId, StoreError> {
    tx.connection
        .prepare_cached(
            "INSERT INTO container (site, parent, name) VALUES (:site, :parent, :name)",
        )?
        .execute(named_params! {
            ":site": site.0,
            ":parent": parent.map(|parent| parent.0),
            ":name": name.as_str(),
        })?;
    Ok(ContainerId(tx.connection.last_insert_rowid()))
}

/// Every container, in the order they were made, so that a parent comes before its children.
pub fn all(reader: &Reader<'_>) -> Result<Vec<Container>, StoreError> {
    let mut statement = reader
        .connection
        .prepare_cached("SELECT id, site, parent, name, living FROM container ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut containers = Vec::new();
    while let Some(row) = rows.next()? {
        containers.push(from_row(row)?);
    }
    Ok(containers)
}

fn from_row(row: &Row<'_>) -> Result<Container, StoreError> {
    let name: String = row.get("name")?;
    let living: i64 = row.get("living")?;
    Ok(Container {
        id: ContainerId(row.get("id")?),
        site: SiteId(row.get("site")?),
        parent: row.get::<_, Option<i64>>("parent")?.map(ContainerId),
        name: ContainerName::parse(&name)
            .map_err(|_refusal| StoreError::bad_value("container.name"))?,
        living: u64::try_from(living)
            .map_err(|_negative| StoreError::bad_value("container.living"))?,
    })
}
