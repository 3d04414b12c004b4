//! Pages of recipients: sorted, found, jumped into, with a million rows behind them.
//!
//! A page is read in one of two ways. *Walking* follows the index of the wanted order and leaves
//! out what does not fit: quick where much fits. *Gathering* takes all that fits from the index
//! of the condition and sorts it: quick where little does. So few is counted first.

use rusqlite::types::Value;
use rusqlite::{Row, ToSql};

use super::find::Needles;
use super::mailbox::by_id;
use super::{Reader, StoreError};
use crate::domain::listing::{Column, Cursor, Direction, Listing, Position, Scope};
use crate::domain::mailbox::{Mailbox, MailboxId};

/// Up to this many rows are gathered, and so many are walked past in search of a page's hits,
/// before gathering is tried after all: with a million rows, either takes 10 to 30 ms.
const GATHER_LIMIT: u32 = if cfg!(test) { 500 } else { 10_000 };

/// The same where the narrow index is enough, which takes a third of the time.
const NARROW_LIMIT: u32 = if cfg!(test) { 700 } else { 40_000 };

/// Rows of a list, in its order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Page {
    /// The rows, at most as many as were asked for.
    pub rows: Vec<Mailbox>,
    /// Where the next page begins; `None` if this one ends with the last row.
    pub next: Option<Cursor>,
}

/// Reads at most `limit` rows from `position` on.
pub fn page(
    reader: &Reader<'_>,
    listing: &Listing,
    position: &Position,
    limit: u32,
) -> Result<Page, StoreError> {
    // One more than wanted tells whether a next page exists.
    let wanted = limit.saturating_add(1);
    let query = Query::new(reader, listing);
    let way = way(reader, &query)?;
    let finds = query.needles.is_some();
    let mut cursors = cursors(reader, query, way, position, wanted)?;
    if way == Way::Walk && finds && cursors.len() < as_length(wanted) {
        // The hits lie far from here, all together.
        let query = Query::new(reader, listing);
        cursors = self::cursors(reader, query, Way::Gather, position, wanted)?;
    }
    let has_next = as_length(limit) < cursors.len();
    cursors.truncate(as_length(limit));
    let rows = cursors.iter().map(|cursor| by_id(reader, cursor.id));
    let rows: Vec<Option<Mailbox>> = rows.collect::<Result<_, _>>()?;
    Ok(Page {
        rows: rows.into_iter().flatten().collect(),
        next: cursors.pop().filter(|_| has_next),
    })
}

fn as_length(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// The places of the rows of a page.
fn cursors(
    reader: &Reader<'_>,
    mut query: Query<'_>,
    way: Way,
    position: &Position,
    wanted: u32,
) -> Result<Vec<Cursor>, StoreError> {
    let (key, direction, beyond) = order(query.listing);
    let mut offset = 0;
    if let Position::Offset(rows) = position {
        offset = i64::try_from(*rows).unwrap_or(i64::MAX);
    }
    let mut from_here = "TRUE".to_owned();
    if let Position::After(Cursor { key: after, id }) = position {
        let cast_key = match query.listing.column {
            Column::Address | Column::State => "CAST(:key AS TEXT)",
            Column::Alias | Column::Department | Column::DisplayName | Column::Office => ":key",
        };
        from_here = format!("({key}, id) {beyond} ({cast_key}, :id)");
        query.bind(":key", Value::Blob(after.clone()));
        query.bind(":id", Value::Integer(id.0));
    }
    let mut source = query.source(way).to_owned();
    if way == Way::Walk && query.needles.is_some() {
        source = format!(
            "(SELECT id, container, deleted_at, find_text, {key} FROM {source}
              WHERE deleted_at IS NULL AND {from_here}
              ORDER BY {key} {direction}, id {direction} LIMIT :walked) AS mailbox"
        );
        query.bind(":walked", Value::Integer(i64::from(GATHER_LIMIT)));
    } else {
        query.demand(&from_here);
    }
    query.bind(":wanted", Value::Integer(i64::from(wanted)));
    query.bind(":offset", Value::Integer(offset));
    let conditions = query.conditions.join(" AND ");
    let sql = format!(
        "SELECT id, {key} AS sort_key FROM {source} WHERE {conditions}
         ORDER BY {key} {direction}, id {direction} LIMIT :wanted OFFSET :offset"
    );
    let mut statement = reader.connection.prepare_cached(&sql)?;
    let mut rows = statement.query(query.parameters().as_slice())?;
    let mut cursors = Vec::new();
    while let Some(row) = rows.next()? {
        cursors.push(cursor(row)?);
    }
    Ok(cursors)
}

/// How many rows the list has.
pub fn count(reader: &Reader<'_>, listing: &Listing) -> Result<u64, StoreError> {
    let mut query = Query::new(reader, listing);
    let source = match (listing.scope, &query.needles) {
        (Scope::All, None) => return number(reader, LIVING, &[]),
        (Scope::Container(id), None) => {
            return number(reader, LIVING_IN_CONTAINER, &[(":container", &id.0)]);
        }
        (Scope::All, Some(needles)) if needles.are_trigrams() => {
            return number(reader, HITS, &[(":trigrams", &needles.trigrams())]);
        }
        (Scope::All | Scope::Container(_) | Scope::Deleted, _) => query.source(Way::Gather),
    };
    let conditions = query.conditions.join(" AND ");
    let sql = format!("SELECT count(*) FROM {source} WHERE {conditions}");
    number(reader, &sql, &query.parameters())
}

const LIVING: &str = "SELECT ifnull(sum(living), 0) FROM container";
const LIVING_IN_CONTAINER: &str =
    "SELECT ifnull(sum(living), 0) FROM container WHERE id = :container";
const HITS: &str = "SELECT count(*) FROM mailbox_find WHERE mailbox_find MATCH :trigrams";
/// The same, no further than need be.
const FEW_HITS: &str = "SELECT count(*) FROM (
    SELECT 1 FROM mailbox_find WHERE mailbox_find MATCH :trigrams LIMIT :most)";

/// How a page is read.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Way {
    Gather,
    Walk,
}

/// Which way is the quick one.
fn way(reader: &Reader<'_>, query: &Query<'_>) -> Result<Way, StoreError> {
    let fitting = match (query.listing.scope, &query.needles) {
        (Scope::Deleted, _) => return Ok(Way::Gather),
        (Scope::All, None) => return Ok(Way::Walk),
        (Scope::Container(id), None) => {
            number(reader, LIVING_IN_CONTAINER, &[(":container", &id.0)])?
        }
        (Scope::All | Scope::Container(_), Some(needles)) => {
            let most = NARROW_LIMIT.saturating_add(1);
            let parameters: [Parameter<'_>; 2] =
                [(":trigrams", &needles.trigrams()), (":most", &most)];
            number(reader, FEW_HITS, &parameters)?
        }
    };
    let limit = if query.is_narrow() {
        NARROW_LIMIT
    } else {
        GATHER_LIMIT
    };
    Ok(if fitting <= u64::from(limit) {
        Way::Gather
    } else {
        Way::Walk
    })
}

type Parameter<'a> = (&'a str, &'a dyn ToSql);

fn number(reader: &Reader<'_>, sql: &str, parameters: &[Parameter<'_>]) -> Result<u64, StoreError> {
    let mut statement = reader.connection.prepare_cached(sql)?;
    let number: i64 = statement.query_row(parameters, |row| row.get(0))?;
    u64::try_from(number).map_err(|_negative| StoreError::bad_value("container.living"))
}

/// A listing on its way to SQL: what rows must fulfil, and the values for it.
struct Query<'a> {
    listing: &'a Listing,
    needles: Option<Needles>,
    conditions: Vec<String>,
    values: Vec<(String, Value)>,
}

impl<'a> Query<'a> {
    fn new(reader: &Reader<'_>, listing: &'a Listing) -> Self {
        let mut query = Self {
            listing,
            needles: Needles::parse(reader.collation, &listing.find),
            conditions: Vec::new(),
            values: Vec::new(),
        };
        match listing.scope {
            Scope::All => query.demand("deleted_at IS NULL"),
            Scope::Container(id) => {
                query.demand("deleted_at IS NULL");
                query.demand("container = :container");
                query.bind(":container", Value::Integer(id.0));
            }
            Scope::Deleted => query.demand("deleted_at IS NOT NULL"),
        }
        query
    }

    /// The tables and the index to read; adds the conditions that come with them.
    fn source(&mut self, way: Way) -> &'static str {
        let is_narrow = self.is_narrow();
        match (self.listing.scope, &self.needles, way) {
            (Scope::All | Scope::Container(_), Some(needles), Way::Gather) => {
                let trigrams = Value::Text(needles.trigrams());
                self.bind(":trigrams", trigrams);
                self.demand("mailbox_find MATCH :trigrams");
                // CROSS JOIN: SQLite takes the tables in this order.
                if is_narrow {
                    return "mailbox_find CROSS JOIN mailbox INDEXED BY mailbox_narrow
                            ON mailbox.id = mailbox_find.rowid";
                }
                self.compare_words();
                "mailbox_find CROSS JOIN mailbox ON mailbox.id = mailbox_find.rowid"
            }
            (Scope::Deleted, ..) => {
                self.compare_words();
                "mailbox INDEXED BY mailbox_deleted"
            }
            (Scope::Container(_), None, Way::Gather) => "mailbox INDEXED BY mailbox_container",
            (Scope::All | Scope::Container(_), ..) => {
                self.compare_words();
                self.order_index()
            }
        }
    }

    /// Whether the hits need no comparing, and an index in their order has the sort keys.
    fn is_narrow(&self) -> bool {
        let is_exact = self.needles.as_ref().is_some_and(Needles::are_trigrams);
        is_exact && self.listing.column == Column::DisplayName
    }

    fn order_index(&self) -> &'static str {
        match (self.listing.column, self.listing.scope) {
            (Column::Address, _) => "mailbox INDEXED BY mailbox_address",
            (Column::Alias, _) => "mailbox INDEXED BY mailbox_alias",
            (Column::Department, _) => "mailbox INDEXED BY mailbox_department",
            (Column::DisplayName, Scope::Container(_)) if self.needles.is_none() => {
                "mailbox INDEXED BY mailbox_container"
            }
            (Column::DisplayName, _) => "mailbox INDEXED BY mailbox_name",
            (Column::Office, _) => "mailbox INDEXED BY mailbox_office",
            (Column::State, _) => "mailbox INDEXED BY mailbox_state",
        }
    }

    /// Demands that every word that was typed be part of the find text.
    fn compare_words(&mut self) {
        let words = self.needles.iter().flat_map(Needles::words);
        for (number, word) in words.enumerate() {
            let condition = format!("instr(mailbox.find_text, :word{number}) > 0");
            self.conditions.push(condition);
            let value = Value::Text(word.clone());
            self.values.push((format!(":word{number}"), value));
        }
    }

    fn demand(&mut self, condition: &str) {
        self.conditions.push(condition.to_owned());
    }

    fn bind(&mut self, name: &str, value: Value) {
        self.values.push((name.to_owned(), value));
    }

    fn parameters(&self) -> Vec<Parameter<'_>> {
        let values = self.values.iter();
        values
            .map(|(name, value)| (name.as_str(), value as &dyn ToSql))
            .collect()
    }
}

/// The sort column, its direction, and the comparison that leads on in it.
fn order(listing: &Listing) -> (&'static str, &'static str, &'static str) {
    let key = match listing.column {
        Column::Address => "address_key",
        Column::Alias => "alias_key",
        Column::Department => "department_key",
        Column::DisplayName => "name_key",
        Column::Office => "office_key",
        Column::State => "state",
    };
    match listing.direction {
        Direction::Ascending => (key, "ASC", ">"),
        Direction::Descending => (key, "DESC", "<"),
    }
}

fn cursor(row: &Row<'_>) -> Result<Cursor, StoreError> {
    let key = row.get_ref("sort_key")?.as_bytes();
    Ok(Cursor {
        key: key
            .map_err(|_number| StoreError::bad_value("a sort key"))?
            .to_vec(),
        id: MailboxId(row.get("id")?),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::names::Field;
    use crate::domain::state::SecurityState;
    use crate::store::test_folder::{self, Folder, person};
    use crate::store::{Store, container, mailbox};

    const ROWS: u32 = 5_000; // ten times as many as tests gather, so that both ways are taken

    /// A directory with names, addresses and departments in an order unlike that of the rows.
    fn directory(store: &mut Store) -> crate::domain::place::ContainerId {
        let place = test_folder::container(store);
        store
            .write(|tx| {
                let site = crate::store::site::all(tx)?.first().unwrap().id;
                let name = crate::domain::names::ContainerName::parse("Sales").unwrap();
                let sales = container::insert(tx, site, None, &name)?;
                for number in 0..ROWS {
                    let mixed = number.wrapping_mul(7919) % ROWS; // a prime: each value once
                    let firsts = ["Anna", "Ärger", "Zoe", "田中", "Jürgen"];
                    let first = firsts.get(mixed as usize % 5).unwrap();
                    let name = format!("{first} {}", mixed % 977);
                    let mut general = person(&name, &format!("u{mixed}@example.org"));
                    let department = format!("Département {}", mixed % 31);
                    general.department = Field::parse("department", &department).unwrap();
                    let into = if number % 100 == 0 { sales } else { place };
                    test_folder::insert(tx, into, number, &general)?;
                    if number % 3 == 0 {
                        let id = MailboxId(i64::from(number) + 1);
                        mailbox::set_state(tx, id, SecurityState::Active, None)?;
                    }
                }
                Ok::<_, StoreError>(sales)
            })
            .unwrap()
    }

    fn ids(rows: &[Mailbox]) -> Vec<i64> {
        rows.iter().map(|row| row.id.0).collect()
    }

    fn all_pages(reader: &Reader<'_>, listing: &Listing) -> Vec<Mailbox> {
        let mut rows = Vec::new();
        let mut position = Position::Start;
        loop {
            let page = page(reader, listing, &position, 300).unwrap();
            rows.extend(page.rows);
            match page.next {
                Some(next) => position = Position::After(next),
                None => return rows,
            }
        }
    }

    /// The same rows in the same order, worked out without the database's help.
    fn expected(reader: &Reader<'_>, listing: &Listing, rows: &[Mailbox]) -> Vec<i64> {
        let key = |row: &Mailbox| match listing.column {
            Column::Address => row.general.address.key().as_str().as_bytes().to_vec(),
            Column::Alias => reader.collation.sort_key(row.general.alias.as_str()),
            Column::Department => reader.collation.sort_key(row.general.department.as_str()),
            Column::DisplayName => reader.collation.sort_key(row.general.display_name.as_str()),
            Column::Office => Vec::new(),
            Column::State => format!("{:?}", row.state).into_bytes(),
        };
        let find = reader.collation.fold(&listing.find);
        let fits = |row: &&Mailbox| match listing.scope {
            Scope::All => {
                let name = reader.collation.fold(row.general.display_name.as_str());
                let begins = |word: &str| name.split(' ').any(|part| part.starts_with(word));
                let has_word = |word: &str| begins(word) || 2 < word.len() && name.contains(word);
                find.split(' ').all(has_word)
            }
            Scope::Container(id) => row.container == id,
            Scope::Deleted => false,
        };
        let mut keyed: Vec<_> = rows
            .iter()
            .filter(fits)
            .map(|row| (key(row), row.id.0))
            .collect();
        keyed.sort();
        if listing.direction == Direction::Descending {
            keyed.reverse();
        }
        keyed.into_iter().map(|(_, id)| id).collect()
    }

    #[test]
    fn the_pages_of_every_list_are_its_full_sort() {
        let folder = Folder::new();
        let mut store = folder.store();
        let sales = directory(&mut store);
        let read = store.read(|reader| {
            let rows = all_pages(reader, &Listing::by_name(Scope::All));
            assert_eq!(rows.len(), ROWS as usize);
            for (scope, find) in [
                (Scope::All, ""),
                (Scope::All, "zoe"),
                (Scope::All, "ärger 11"), // few
                (Scope::Container(sales), ""),
                (
                    Scope::Container(container::all(reader)?.first().unwrap().id),
                    "",
                ),
                (Scope::Deleted, ""),
            ] {
                for (column, direction) in [
                    (Column::Address, Direction::Ascending),
                    (Column::Alias, Direction::Descending),
                    (Column::Department, Direction::Descending),
                    (Column::DisplayName, Direction::Ascending),
                    (Column::DisplayName, Direction::Descending),
                    (Column::Office, Direction::Ascending),
                    (Column::State, Direction::Ascending),
                ] {
                    let find = find.to_owned();
                    let listing = Listing {
                        scope,
                        column,
                        direction,
                        find,
                    };
                    let expected = expected(reader, &listing, &rows);
                    let paged = ids(&all_pages(reader, &listing));
                    assert!(paged == expected, "{listing:?}");
                    assert_eq!(count(reader, &listing)?, expected.len() as u64);
                    let jump = Position::Offset(150);
                    let jumped = ids(&page(reader, &listing, &jump, 20)?.rows);
                    let there = expected.iter().skip(150).take(20).copied();
                    assert_eq!(jumped, there.collect::<Vec<_>>());
                }
            }
            Ok::<_, StoreError>(())
        });
        read.unwrap();
    }

    #[test]
    fn paging_goes_on_where_it_was_while_others_add_and_delete() {
        let folder = Folder::new();
        let mut store = folder.store();
        let place = test_folder::container(&mut store);
        let add = |store: &mut Store, number: u32| {
            let general = person(&format!("P{number:04}"), &format!("p{number}@example.org"));
            let added = store.write(|tx| test_folder::insert(tx, place, number, &general));
            added.unwrap();
        };
        for number in (0..100).map(|number| number * 2) {
            add(&mut store, number);
        }
        let listing = Listing::by_name(Scope::All);
        let mut position = Position::Start;
        let mut seen = Vec::new();
        let mut number = 1;
        loop {
            let page = store
                .read(|reader| page(reader, &listing, &position, 7))
                .unwrap();
            seen.extend(ids(&page.rows));
            let Some(next) = page.next else { break };
            add(&mut store, number); // before the place we are at
            number += 2;
            let at = crate::domain::time::UnixTime::from_secs(1);
            store.write(|tx| mailbox::delete(tx, next.id, at)).unwrap();
            position = Position::After(next);
        }
        let once: BTreeSet<_> = seen.iter().collect();
        assert_eq!((seen.len(), once.len()), (100, 100));
    }
}
