//! Making, opening and upgrading the database file.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

use super::collation::Collation;
use super::{Reader, Store, StoreError, Tx, mailbox, meta, schema};

/// How long a write waits for another program's. Acts take milliseconds, an import of a million
/// people takes longer than anybody would wait, and is then told as [`StoreError::Busy`].
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

impl Store {
    /// Makes the database and runs `work` in the transaction that makes its tables: a program
    /// killed in between leaves an empty file, which counts as never set up, and a failure leaves
    /// nothing. The caller holds the folder alone ([`super::lock::FolderLock::alone`]).
    pub fn create<T, E: From<StoreError>>(
        path: &Path,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<(Self, T), E> {
        create_file(path).map_err(StoreError::from)?;
        let mut connection = connect(path)?;
        if !is_empty(&connection)? {
            return Err(StoreError::SetUpAlready.into());
        }
        let collation = Collation::new()?;
        match set_up(&mut connection, &collation, work) {
            Ok(value) => {
                let store = Self {
                    connection,
                    collation,
                };
                Ok((store, value))
            }
            Err(error) => {
                drop(connection);
                remove_files(path).map_err(StoreError::from)?;
                Err(error)
            }
        }
    }

    /// Opens the database; it must have this program's version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = connect(path)?;
        let found = version(&connection)?;
        if found < schema::VERSION {
            let known = schema::VERSION;
            return Err(StoreError::Older { found, known });
        }
        let mut store = Self::new(connection)?;
        store.renew_sort_keys()?;
        Ok(store)
    }

    /// Brings a database of an older program to this program's version, in one transaction. The
    /// caller holds the folder alone ([`super::lock::FolderLock::alone`]).
    pub fn upgrade(path: &Path) -> Result<Self, StoreError> {
        let connection = connect(path)?;
        let found = version(&connection)?;
        let mut store = Self::new(connection)?;
        store.write(|tx| schema::upgrade(tx.connection, found))?;
        store.renew_sort_keys()?;
        Ok(store)
    }

    fn new(connection: Connection) -> Result<Self, StoreError> {
        let collation = Collation::new()?;
        Ok(Self {
            connection,
            collation,
        })
    }

    /// Makes sort keys and find texts anew if they are those of other Unicode tables than ours.
    fn renew_sort_keys(&mut self) -> Result<(), StoreError> {
        if self.read(meta::collation)?.as_ref() == Some(&self.collation.fingerprint()) {
            return Ok(());
        }
        self.write(|tx| {
            mailbox::renew_sort_keys(tx)?;
            meta::set_collation(tx, &tx.collation.fingerprint())
        })
    }
}

/// Makes an empty file that only its owner can read; `SQLite` gives its log files the same mode.
fn create_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let made = options.write(true).create_new(true).mode(0o600).open(path);
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

/// Opens the file with the settings that hold for one connection.
fn connect(path: &Path) -> Result<Connection, StoreError> {
    if !path.try_exists()? {
        return Err(StoreError::NotSetUp);
    }
    // No SQLITE_OPEN_CREATE: a mistyped folder must not come into being. No mutex: one thread
    // owns the connection.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    if connection.is_readonly(MAIN_DB)? {
        return Err(StoreError::ReadOnly); // SQLite falls back to it without a word
    }
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // What the file itself brings (triggers, views) may call nothing that reaches outside it, and
    // nobody may write behind the full-text index.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // Plans do not depend on the values bound: else, with our partial indexes, SQLite plans each
    // statement anew every time it runs.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?; // no secret in a file of /tmp
    connection.pragma_update(None, "cache_size", -65_536)?; // KiB: the indexes of 100,000 mailboxes
    connection.pragma_update_and_check(None, "secure_delete", true, |_row| Ok(()))?;
    connection.set_prepared_statement_cache_capacity(128); // more statements than we have
    Ok(connection)
}

/// The file's version, or why it is not one of ours.
fn version(connection: &Connection) -> Result<i64, StoreError> {
    if is_empty(connection)? {
        return Err(StoreError::NotSetUp);
    }
    let application: i64 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != schema::APPLICATION_ID {
        return Err(StoreError::NotOurs);
    }
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = schema::VERSION;
    if known < found {
        return Err(StoreError::Newer { found, known });
    }
    Ok(found)
}

/// Whether set-up never got as far as its transaction's end.
fn is_empty(connection: &Connection) -> Result<bool, StoreError> {
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(tables == 0)
}

/// Makes the tables and runs `work`, in one transaction.
fn set_up<T, E: From<StoreError>>(
    connection: &mut Connection,
    collation: &Collation,
    work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |_row| Ok(()))
        .map_err(StoreError::from)?;
    let transaction = connection.transaction().map_err(StoreError::from)?;
    schema::create(&transaction)?;
    let tx = Tx(Reader {
        connection: &transaction,
        collation,
    });
    meta::set_collation(&tx, &collation.fingerprint())?;
    let value = work(&tx)?;
    transaction.commit().map_err(StoreError::from)?;
    Ok(value)
}

/// Removes what a failed set-up made.
fn remove_files(path: &Path) -> io::Result<()> {
    for suffix in ["-wal", "-shm", ""] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => (),
        }
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::thread;

    use super::*;
    use crate::domain::names::SiteName;
    use crate::store::site;
    use crate::store::test_folder::Folder;

    fn refusal(folder: &Folder) -> StoreError {
        Store::open(&folder.database()).err().unwrap()
    }

    fn alter(folder: &Folder, sql: &str) {
        let other = Connection::open(folder.database()).unwrap();
        other.execute_batch(sql).unwrap();
    }

    #[test]
    fn a_new_database_is_private_and_opens_with_what_was_put_in() {
        let folder = Folder::new();
        let name = SiteName::parse("Redmond").unwrap();
        let created = Store::create(&folder.database(), |tx| site::insert(tx, &name));
        drop(created.unwrap());
        let mode = fs::metadata(folder.database())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let mut store = Store::open(&folder.database()).unwrap();
        let sites = store.read(site::all).unwrap();
        assert_eq!(sites.first().unwrap().name, name);
        assert!(store.checkpoint_truncate().unwrap());
        let setting = |name| -> String {
            let connection = &store.connection;
            connection
                .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
                .map(|value| format!("{value:?}"))
                .unwrap()
        };
        for (name, expected) in [
            ("foreign_keys", "Integer(1)"),
            ("journal_mode", "Text(\"wal\")"),
            ("secure_delete", "Integer(1)"),
            ("synchronous", "Integer(2)"),
            ("temp_store", "Integer(2)"),
            ("trusted_schema", "Integer(0)"),
        ] {
            assert_eq!(setting(name), expected, "{name}");
        }
    }

    #[test]
    fn a_failed_set_up_leaves_nothing_behind() {
        let folder = Folder::new();
        let made = Store::create(&folder.database(), |tx| {
            site::insert(tx, &SiteName::parse("Redmond").unwrap())?;
            Err::<(), _>(StoreError::Full)
        });
        assert!(matches!(made.err(), Some(StoreError::Full)));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_killed_set_up_counts_as_never_set_up() {
        let folder = Folder::new();
        assert!(matches!(refusal(&folder), StoreError::NotSetUp));
        alter(&folder, "PRAGMA journal_mode = WAL");
        assert!(matches!(refusal(&folder), StoreError::NotSetUp));
        drop(folder.store());
        assert!(Store::open(&folder.database()).is_ok());
    }

    #[test]
    fn set_up_does_not_touch_a_database_that_exists() {
        let folder = Folder::new();
        drop(folder.store());
        let again = Store::create(&folder.database(), |_tx| Ok::<_, StoreError>(()));
        assert!(matches!(again.err(), Some(StoreError::SetUpAlready)));
        assert!(Store::open(&folder.database()).is_ok());
    }

    #[test]
    fn files_of_other_programs_are_told_apart() {
        let folder = Folder::new();
        fs::write(folder.database(), "<html>".repeat(500)).unwrap();
        assert!(matches!(refusal(&folder), StoreError::NotOurs));
        fs::remove_file(folder.database()).unwrap();
        alter(&folder, "CREATE TABLE site (id INTEGER)");
        assert!(matches!(refusal(&folder), StoreError::NotOurs));
    }

    #[test]
    fn newer_and_older_files_are_told_apart() {
        let folder = Folder::new();
        drop(folder.store());
        alter(&folder, "PRAGMA user_version = 7");
        let newer = refusal(&folder);
        assert!(matches!(
            newer,
            StoreError::Newer {
                found: 7,
                known: schema::VERSION
            }
        ));
        assert!(Store::upgrade(&folder.database()).is_err());
        let first = "DROP TABLE exchange; DROP TABLE publication; DROP TABLE lease; DROP INDEX certificate_key;";
        alter(&folder, &format!("{first} PRAGMA user_version = 1"));
        assert!(matches!(
            refusal(&folder),
            StoreError::Older { found: 1, .. }
        ));
        drop(Store::upgrade(&folder.database()).unwrap());
        assert!(Store::open(&folder.database()).is_ok());
    }

    #[test]
    fn a_file_that_may_not_be_written_is_refused_at_once() {
        let folder = Folder::new();
        drop(folder.store());
        fs::set_permissions(folder.database(), fs::Permissions::from_mode(0o400)).unwrap();
        // The superuser may write whatever the mode says.
        let may_write = OpenOptions::new()
            .append(true)
            .open(folder.database())
            .is_ok();
        let refused = matches!(Store::open(&folder.database()), Err(StoreError::ReadOnly));
        assert_ne!(may_write, refused);
    }

    #[test]
    fn a_failure_in_the_middle_of_a_transaction_keeps_nothing() {
        let folder = Folder::new();
        let mut store = folder.store();
        let before = store.data_version().unwrap();
        let result = store.write(|tx| {
            site::insert(tx, &SiteName::parse("Redmond").unwrap())?;
            Err::<(), _>(StoreError::Full)
        });
        assert!(result.is_err());
        assert!(store.read(site::all).unwrap().is_empty());
        let mut other = Store::open(&folder.database()).unwrap();
        let name = SiteName::parse("Redmond").unwrap();
        other.write(|tx| site::insert(tx, &name)).unwrap();
        assert_ne!(store.data_version().unwrap(), before);
    }

    #[test]
    fn a_checkpoint_waits_for_readers_and_then_cuts_the_log() {
        let folder = Folder::new();
        let mut store = folder.store();
        let mut other = Store::open(&folder.database()).unwrap();
        let name = SiteName::parse("Redmond").unwrap();
        store.write(|tx| site::insert(tx, &name)).unwrap();
        let while_read = other.read(|reader| {
            site::all(reader)?;
            store.checkpoint_truncate()
        });
        assert!(!while_read.unwrap());
        assert!(store.checkpoint_truncate().unwrap());
        let log = folder.path().join("km.db-wal");
        assert_eq!(fs::metadata(log).unwrap().len(), 0);
    }

    #[test]
    fn programs_that_write_at_the_same_time_wait_for_each_other() {
        let folder = Folder::new();
        drop(folder.store());
        thread::scope(|scope| {
            for program in 0..4 {
                let path = folder.database();
                scope.spawn(move || {
                    let mut store = Store::open(&path).unwrap();
                    for number in 0..25 {
                        let name = SiteName::parse(&format!("{program}-{number}")).unwrap();
                        store.write(|tx| site::insert(tx, &name)).unwrap();
                    }
                });
            }
        });
        let mut store = Store::open(&folder.database()).unwrap();
        assert_eq!(store.read(site::all).unwrap().len(), 100);
    }
}
