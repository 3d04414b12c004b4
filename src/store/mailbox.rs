//! The table of recipients, living and deleted.

use rusqlite::{CachedStatement, OptionalExtension as _, Row, named_params};

use super::find::find_text;
use super::{Reader, StoreError, Tx};
use crate::domain::address::MailAddress;
use crate::domain::mailbox::{General, Mailbox, MailboxGuid, MailboxId, RecipientKind};
use crate::domain::names::{Alias, DisplayName, Field};
use crate::domain::place::ContainerId;
use crate::domain::state::SecurityState;
use crate::domain::time::UnixTime;

/// The table, its full-text index, and the triggers that keep index and counts when a row changes.
///
/// There is none for a new row: a statement that fires triggers begins a savepoint, at which FTS5
/// writes out what it has gathered, and an import would take three times as long.
pub const CREATE: &str = "
CREATE TABLE mailbox (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    guid           BLOB    NOT NULL UNIQUE CHECK (length(guid) = 16),
    kind           TEXT    NOT NULL CHECK (kind IN ('mailbox', 'custom', 'list')),
    container      INTEGER NOT NULL REFERENCES container,
    display_name   TEXT    NOT NULL,
    alias          TEXT    NOT NULL,
    address        TEXT    NOT NULL,     -- domain in A-labels
    title          TEXT    NOT NULL,     -- this and the next five: '' where nothing was given
    company        TEXT    NOT NULL,
    department     TEXT    NOT NULL,
    office         TEXT    NOT NULL,
    assistant      TEXT    NOT NULL,
    phone          TEXT    NOT NULL,
    state          TEXT    NOT NULL DEFAULT 'undefined'      -- a copy for lists; the record counts
        CHECK (state IN ('undefined', 'new', 'active', 'recover', 'revoked')),
    valid_until    INTEGER,              -- Unix seconds, UTC; a copy as well
    deleted_at     INTEGER,              -- Unix seconds, UTC; NULL while it lives
    address_key    TEXT    NOT NULL,     -- address without case
    name_key       BLOB    NOT NULL,     -- these: CLDR root sort keys
    alias_key      BLOB    NOT NULL,
    department_key BLOB    NOT NULL,
    office_key     BLOB    NOT NULL,
    find_text      TEXT    NOT NULL      -- folded words, each after two blanks
) STRICT;
CREATE UNIQUE INDEX mailbox_address    ON mailbox (address_key)    WHERE deleted_at IS NULL;
CREATE INDEX mailbox_alias             ON mailbox (alias_key)      WHERE deleted_at IS NULL;
CREATE INDEX mailbox_container         ON mailbox (container, name_key) WHERE deleted_at IS NULL;
CREATE INDEX mailbox_deleted           ON mailbox (name_key)       WHERE deleted_at IS NOT NULL;
CREATE INDEX mailbox_department        ON mailbox (department_key) WHERE deleted_at IS NULL;
CREATE INDEX mailbox_name              ON mailbox (name_key)       WHERE deleted_at IS NULL;
CREATE INDEX mailbox_narrow            ON mailbox (id, container, name_key)
    WHERE deleted_at IS NULL;            -- for sorting many hits without reading their rows
CREATE INDEX mailbox_office            ON mailbox (office_key)     WHERE deleted_at IS NULL;
CREATE INDEX mailbox_state             ON mailbox (state)          WHERE deleted_at IS NULL;

CREATE VIRTUAL TABLE mailbox_find USING fts5 (
    find_text, content = '', columnsize = 0, detail = 'none', tokenize = 'trigram case_sensitive 1'
);

CREATE TRIGGER mailbox_deleted AFTER UPDATE OF deleted_at ON mailbox
WHEN old.deleted_at IS NULL AND new.deleted_at IS NOT NULL BEGIN
    UPDATE container SET living = living - 1 WHERE id = old.container;
    INSERT INTO mailbox_find (mailbox_find, rowid, find_text) VALUES ('delete', old.id, old.find_text);
END;
CREATE TRIGGER mailbox_renamed AFTER UPDATE OF find_text ON mailbox
WHEN old.deleted_at IS NULL AND new.find_text <> old.find_text BEGIN
    INSERT INTO mailbox_find (mailbox_find, rowid, find_text) VALUES ('delete', old.id, old.find_text);
    INSERT INTO mailbox_find (rowid, find_text) VALUES (new.id, new.find_text);
END;
";

/// What [`from_row`] reads.
const COLUMNS: &str = "id, guid, kind, container, display_name, alias, address, title, \
     company, department, office, assistant, phone, state, valid_until, deleted_at";

/// What came of adding a recipient.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Inserted {
    /// It was added and has this number.
    New(MailboxId),
    /// This living recipient has the address already; nothing was changed.
    Present(MailboxId),
}

/// What came of changing a recipient.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Updated {
    /// Another living recipient has the address; nothing was changed.
    AddressTaken(MailboxId),
    /// It was changed.
    Done,
    /// There is no such living recipient.
    Gone,
}

/// Adds a recipient.
pub fn insert(
    tx: &Tx<'_>,
    guid: MailboxGuid,
    kind: RecipientKind,
    container: ContainerId,
    general: &General,
) -> Result<Inserted, StoreError> {
    const SQL: &str = "INSERT INTO mailbox (guid, kind, container, display_name, alias, address,
            title, company, department, office, assistant, phone, address_key, name_key,
            alias_key, department_key, office_key, find_text)
        VALUES (:guid, :kind, :container, :display_name, :alias, :address,
            :title, :company, :department, :office, :assistant, :phone, :address_key, :name_key,
            :alias_key, :department_key, :office_key, :find_text)
        ON CONFLICT (address_key) WHERE deleted_at IS NULL DO NOTHING";
    let mut statement = tx.connection.prepare_cached(SQL)?;
    bind(&mut statement, ":guid", guid.as_bytes())?;
    bind(&mut statement, ":kind", kind_text(kind))?;
    bind(&mut statement, ":container", container.0)?;
    bind_general(tx, &mut statement, general)?;
    if statement.raw_execute()? == 1 {
        let id = tx.connection.last_insert_rowid();
        count_and_index(tx, id, container, general)?;
        return Ok(Inserted::New(MailboxId(id)));
    }
    match by_address(tx, &general.address)? {
        Some(present) => Ok(Inserted::Present(present.id)),
        None => Err(StoreError::Corrupt("index mailbox_address".to_owned())),
    }
}

fn count_and_index(
    tx: &Tx<'_>,
    id: i64,
    container: ContainerId,
    general: &General,
) -> Result<(), StoreError> {
    tx.connection
        .prepare_cached("UPDATE container SET living = living + 1 WHERE id = :id")?
        .execute(named_params! { ":id": container.0 })?;
    tx.connection
        .prepare_cached("INSERT INTO mailbox_find (rowid, find_text) VALUES (:id, :find_text)")?
        .execute(named_params! { ":id": id, ":find_text": found_by(tx, general) })?;
    Ok(())
}

/// Changes the General page of a living recipient.
pub fn update_general(
    tx: &Tx<'_>,
    id: MailboxId,
    general: &General,
) -> Result<Updated, StoreError> {
    const SQL: &str = "UPDATE mailbox SET display_name = :display_name, alias = :alias,
            address = :address, title = :title, company = :company, department = :department,
            office = :office, assistant = :assistant, phone = :phone, address_key = :address_key,
            name_key = :name_key, alias_key = :alias_key, department_key = :department_key,
            office_key = :office_key, find_text = :find_text
        WHERE id = :id AND deleted_at IS NULL";
    match by_address(tx, &general.address)? {
        Some(other) if other.id != id => return Ok(Updated::AddressTaken(other.id)),
        Some(_) | None => (),
    }
    let mut statement = tx.connection.prepare_cached(SQL)?;
    bind(&mut statement, ":id", id.0)?;
    bind_general(tx, &mut statement, general)?;
    Ok(match statement.raw_execute()? {
        0 => Updated::Gone,
        _one => Updated::Done,
    })
}

/// Copies the state that the sealed record has got, so that lists show it; false if there is no
/// such recipient.
pub fn set_state(
    tx: &Tx<'_>,
    id: MailboxId,
    state: SecurityState,
    valid_until: Option<UnixTime>,
) -> Result<bool, StoreError> {
    let changed = tx
        .connection
        .prepare_cached(
            "UPDATE mailbox SET state = :state, valid_until = :valid_until WHERE id = :id",
        )?
        .execute(named_params! {
            ":state": state.word(),
            ":valid_until": valid_until.map(UnixTime::secs),
            ":id": id.0,
        })?;
    Ok(changed == 1)
}

/// Moves a living recipient to the deleted mailboxes; false if there is none.
pub fn delete(tx: &Tx<'_>, id: MailboxId, at: UnixTime) -> Result<bool, StoreError> {
    let changed = tx
        .connection
        .prepare_cached(
            "UPDATE mailbox SET deleted_at = :at WHERE id = :id AND deleted_at IS NULL",
        )?
        .execute(named_params! { ":at": at.secs(), ":id": id.0 })?;
    Ok(changed == 1)
}

/// The living recipient with this address, in whatever case.
pub fn by_address(
    reader: &Reader<'_>,
    address: &MailAddress,
) -> Result<Option<Mailbox>, StoreError> {
    let condition = "address_key = :value AND deleted_at IS NULL";
    one(reader, condition, &address.key().as_str())
}

/// The recipient with this UUID, living or deleted.
pub fn by_guid(reader: &Reader<'_>, guid: MailboxGuid) -> Result<Option<Mailbox>, StoreError> {
    one(reader, "guid = :value", guid.as_bytes())
}

/// The recipient with this number, living or deleted.
pub fn by_id(reader: &Reader<'_>, id: MailboxId) -> Result<Option<Mailbox>, StoreError> {
    one(reader, "id = :value", &id.0)
}

/// Makes every sort key and find text anew, a thousand rows at a time.
pub(super) fn renew_sort_keys(tx: &Tx<'_>) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE mailbox SET name_key = :name_key, alias_key = :alias_key,
        department_key = :department_key, office_key = :office_key, find_text = :find_text,
        address_key = :address_key WHERE id = :id";
    let mut after = MailboxId(0);
    loop {
        let rows = following(tx, after)?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.id;
        for row in &rows {
            let mut statement = tx.connection.prepare_cached(SQL)?;
            bind(&mut statement, ":id", row.id.0)?;
            bind_keys(tx, &mut statement, &row.general)?;
            statement.raw_execute()?;
        }
    }
}

/// The next thousand recipients, living and deleted, in the order they were made.
pub fn following(reader: &Reader<'_>, after: MailboxId) -> Result<Vec<Mailbox>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE :after < id ORDER BY id LIMIT 1000");
    let mut statement = reader.connection.prepare_cached(&sql)?;
    let mut rows = statement.query(named_params! { ":after": after.0 })?;
    let mut mailboxes = Vec::new();
    while let Some(row) = rows.next()? {
        mailboxes.push(from_row(row)?);
    }
    Ok(mailboxes)
}

fn one(
    reader: &Reader<'_>,
    condition: &str,
    value: &dyn rusqlite::ToSql,
) -> Result<Option<Mailbox>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE {condition} ORDER BY id");
    let mut statement = reader.connection.prepare_cached(&sql)?;
    let row = statement.query_row(named_params! { ":value": value }, |row| Ok(from_row(row)));
    row.optional()?.transpose()
}

/// Reads [`COLUMNS`].
fn from_row(row: &Row<'_>) -> Result<Mailbox, StoreError> {
    Ok(Mailbox {
        id: MailboxId(row.get("id")?),
        guid: MailboxGuid::from_bytes(row.get("guid")?),
        kind: kind(row.get_ref("kind")?.as_str().ok())?,
        container: ContainerId(row.get("container")?),
        general: general(row)?,
        state: state(row.get_ref("state")?.as_str().ok())?,
        valid_until: row
            .get::<_, Option<i64>>("valid_until")?
            .map(UnixTime::from_secs),
        deleted_at: row
            .get::<_, Option<i64>>("deleted_at")?
            .map(UnixTime::from_secs),
    })
}

fn general(row: &Row<'_>) -> Result<General, StoreError> {
    let text = |column: &'static str| -> Result<String, StoreError> { Ok(row.get(column)?) };
    let field = |column: &'static str| {
        Field::parse(column, &text(column)?).map_err(|_refusal| StoreError::bad_value(column))
    };
    Ok(General {
        display_name: DisplayName::parse(&text("display_name")?)
            .map_err(|_refusal| StoreError::bad_value("display_name"))?,
        alias: Alias::parse(&text("alias")?).map_err(|_refusal| StoreError::bad_value("alias"))?,
        address: MailAddress::parse(&text("address")?)
            .map_err(|_refusal| StoreError::bad_value("address"))?,
        title: field("title")?,
        company: field("company")?,
        department: field("department")?,
        office: field("office")?,
        assistant: field("assistant")?,
        phone: field("phone")?,
    })
}

fn bind_general(
    tx: &Tx<'_>,
    statement: &mut CachedStatement<'_>,
    general: &General,
) -> Result<(), StoreError> {
    for (name, value) in [
        (":display_name", general.display_name.as_str()),
        (":alias", general.alias.as_str()),
        (":title", general.title.as_str()),
        (":company", general.company.as_str()),
        (":department", general.department.as_str()),
        (":office", general.office.as_str()),
        (":assistant", general.assistant.as_str()),
        (":phone", general.phone.as_str()),
    ] {
        bind(statement, name, value)?;
    }
    bind(statement, ":address", general.address.to_string())?;
    bind_keys(tx, statement, general)
}

/// What is derived from the fields, for sorting and finding.
fn bind_keys(
    tx: &Tx<'_>,
    statement: &mut CachedStatement<'_>,
    general: &General,
) -> Result<(), StoreError> {
    for (name, value) in [
        (":name_key", general.display_name.as_str()),
        (":alias_key", general.alias.as_str()),
        (":department_key", general.department.as_str()),
        (":office_key", general.office.as_str()),
    ] {
        bind(statement, name, tx.collation.sort_key(value))?;
    }
    bind(statement, ":address_key", general.address.key().as_str())?;
    bind(statement, ":find_text", found_by(tx, general))
}

fn found_by(reader: &Reader<'_>, general: &General) -> String {
    let fields = [
        general.display_name.as_str(),
        general.alias.as_str(),
        &general.address.unicode(),
    ];
    find_text(reader.collation, &fields)
}

fn bind(
    statement: &mut CachedStatement<'_>,
    name: &str,
    value: impl rusqlite::ToSql,
) -> Result<(), StoreError> {
    let index = statement.parameter_index(name)?;
    // A name that is not in the statement cannot be bound, which the statement then reports.
    Ok(statement.raw_bind_parameter(index.unwrap_or(0), value)?)
}

fn kind_text(kind: RecipientKind) -> &'static str {
    match kind {
        RecipientKind::CustomRecipient => "custom",
        RecipientKind::DistributionList => "list",
        RecipientKind::Mailbox => "mailbox",
    }
}

fn kind(text: Option<&str>) -> Result<RecipientKind, StoreError> {
    match text {
        Some("custom") => Ok(RecipientKind::CustomRecipient),
        Some("list") => Ok(RecipientKind::DistributionList),
        Some("mailbox") => Ok(RecipientKind::Mailbox),
        Some(_) | None => Err(StoreError::bad_value("mailbox.kind")),
    }
}

fn state(text: Option<&str>) -> Result<SecurityState, StoreError> {
    text.and_then(SecurityState::parse)
        .ok_or_else(|| StoreError::bad_value("mailbox.state"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;
    use crate::domain::listing::Scope;
    use crate::store::test_folder::{self, Folder, add, found, person};
    use crate::store::{Store, container};

    #[test]
    fn a_recipient_reads_back_as_it_was_written_by_each_of_its_names() {
        let folder = Folder::new();
        let mut store = folder.store();
        let container = test_folder::container(&mut store);
        let mut general = person("田中 花子", "Hanako@例え.jp");
        general.title = Field::parse("title", "部長").unwrap();
        let id = add(&mut store, container, 7, &general);
        let other_case = MailAddress::parse("hanako@例え.jp").unwrap();
        let rows = store
            .read(|reader| {
                let by_id = by_id(reader, id)?.unwrap();
                let rows = [
                    by_guid(reader, by_id.guid)?,
                    by_address(reader, &other_case)?,
                ];
                assert_eq!(rows, [Some(by_id.clone()), Some(by_id.clone())]);
                Ok::<_, StoreError>(by_id)
            })
            .unwrap();
        assert_eq!(rows.general, general);
        assert_eq!(rows.state, SecurityState::Undefined);
        let until = Some(UnixTime::from_secs(99));
        let changed = store.write(|tx| set_state(tx, id, SecurityState::Active, until));
        assert!(changed.unwrap());
        let row = store.read(|reader| by_id(reader, id)).unwrap().unwrap();
        assert_eq!((row.state, row.valid_until), (SecurityState::Active, until));
    }

    #[test]
    fn an_address_is_given_to_one_living_recipient_only() {
        let folder = Folder::new();
        let mut store = folder.store();
        let container = test_folder::container(&mut store);
        let anna = person("Anna Berg", "anna@example.org");
        let id = add(&mut store, container, 1, &anna);
        let double = person("Anna Beer", "ANNA@example.org");
        let twice = store.write(|tx| test_folder::insert(tx, container, 2, &double));
        assert_eq!(twice.unwrap(), Inserted::Present(id));
        let bert = add(
            &mut store,
            container,
            3,
            &person("Bert", "bert@example.org"),
        );
        let mut update =
            |id, general: &General| store.write(|tx| update_general(tx, id, general)).unwrap();
        assert_eq!(update(bert, &double), Updated::AddressTaken(id));
        assert_eq!(update(id, &double), Updated::Done);
        assert_eq!(
            update(MailboxId(99), &person("C", "c@example.org")),
            Updated::Gone
        );

        let at = UnixTime::from_secs(5);
        assert!(store.write(|tx| delete(tx, id, at)).unwrap());
        assert!(!store.write(|tx| delete(tx, id, at)).unwrap());
        let again = add(&mut store, container, 4, &anna);
        assert_ne!(again, id);
        let row = store.read(|reader| by_id(reader, id)).unwrap().unwrap();
        assert_eq!(row.deleted_at, Some(at));
        let living = store.read(container::all).unwrap();
        assert_eq!(living.first().unwrap().living, 2);
        assert_eq!(found(&mut store, Scope::Deleted, ""), ["Anna Beer"]);
        assert_eq!(found(&mut store, Scope::Deleted, "beer"), ["Anna Beer"]);
        assert_eq!(found(&mut store, Scope::All, ""), ["Anna Berg", "Bert"]);
        assert_eq!(found(&mut store, Scope::All, "beer"), [""; 0]);
    }

    #[test]
    fn keys_of_other_unicode_tables_are_made_anew_when_the_store_opens() {
        let folder = Folder::new();
        let mut store = folder.store();
        let container = test_folder::container(&mut store);
        for (number, name) in (0..).zip(["Zoe", "Ärger", "Bert"]) {
            let address = format!("{number}@example.org");
            add(&mut store, container, number, &person(name, &address));
        }
        store
            .connection
            .execute(
                "UPDATE mailbox SET name_key = x'01', find_text = '  old'",
                [],
            )
            .unwrap();
        store
            .connection
            .execute("UPDATE meta SET value = x'00'", [])
            .unwrap();
        store.close().unwrap();
        let mut store = Store::open(&folder.database()).unwrap();
        assert_eq!(found(&mut store, Scope::All, ""), ["Ärger", "Bert", "Zoe"]);
        assert_eq!(found(&mut store, Scope::All, "arg"), ["Ärger"]);
        assert_eq!(found(&mut store, Scope::All, "old"), [""; 0]);
    }
}
