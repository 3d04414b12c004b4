//! Why the database could not be used.

use std::io;

use rusqlite::ErrorCode;

/// Why the database could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another program kept writing for longer than the time we wait.
    #[error("another program is writing to the database")]
    Busy,
    /// The file is damaged, or holds a value that only another program can have put there.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// The disk, or the person's share of it, is full.
    #[error("the disk is full")]
    Full,
    /// The file could not be read or written.
    #[error("the database file cannot be used: {0}")]
    Io(#[from] io::Error),
    /// The file was written by a newer program.
    #[error("the database has version {found}, this program knows up to {known}")]
    Newer {
        /// The file's version.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// The file is not a database, or another program's.
    #[error("the file is not a kmadmin database")]
    NotOurs,
    /// There is no file, or set-up never finished.
    #[error("no KM server has been set up here")]
    NotSetUp,
    /// The file was written by an older program: [`super::Store::upgrade`] it, alone.
    #[error("the database has version {found} and must be brought to {known}")]
    Older {
        /// The file's version.
        found: i64,
        /// The version this program works with.
        known: i64,
    },
    /// The file, or its folder, may not be written.
    #[error("the database may not be written")]
    ReadOnly,
    /// A database exists where a new one was to be made.
    #[error("a KM server has been set up here already")]
    SetUpAlready,
    /// Anything else `SQLite` said; nobody can act upon it but us.
    #[error("{0}")]
    Sql(SqlFailure),
}

impl StoreError {
    /// A stored value that this program cannot have written.
    pub(super) fn bad_value(what: &str) -> Self {
        Self::Corrupt(format!("{what} has a value this program never writes"))
    }
}

/// What `SQLite` said, for the program log.
#[derive(Debug, thiserror::Error)]
#[error("the database refused: {0}")]
pub struct SqlFailure(#[source] rusqlite::Error);

impl From<rusqlite::Error> for StoreError {
    fn from(failure: rusqlite::Error) -> Self {
        match failure.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt) => Self::Corrupt(failure.to_string()),
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::NotADatabase) => Self::NotOurs,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly,
            Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure) => {
                Self::Io(io::Error::other(failure))
            }
            Some(_) | None => Self::Sql(SqlFailure(failure)),
        }
    }
}
