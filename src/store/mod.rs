//! The database: the only module that speaks SQL, one file per table.
//!
//! Reads take a [`Reader`], writes take a [`Tx`]; only [`Store::read`] and [`Store::write`] make
//! them, so no write escapes a transaction and a read sees one moment throughout.

pub mod archived_key;
pub mod attempt;
pub mod audit;
mod collation;
pub mod container;
mod error;
pub mod exchange;
mod find;
pub mod lease;
pub mod lock;
pub mod mailbox;
pub mod mailbox_list;
pub mod manifest;
mod meta;
pub mod object;
mod open;
pub mod outbox;
pub mod publication;
pub mod record;
pub mod revocation;
mod schema;
pub mod seat;
pub mod share;
pub mod site;

use std::ops::Deref;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use collation::Collation;
pub use error::{SqlFailure, StoreError};

/// An open database file.
pub struct Store {
    connection: Connection,
    collation: Collation,
}

impl Store {
    /// Runs `work` in one transaction: all of it is kept, or none.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let value = work(&Tx(Reader {
            connection: &transaction,
            collation: &self.collation,
        }))?; // an early return drops the transaction: rolled back
        transaction.commit().map_err(StoreError::from)?;
        Ok(value)
    }

    /// Runs `work` on one unchanging view of the database. Short, because a view that stays open
    /// keeps [`Store::checkpoint_truncate`] from finishing.
    pub fn read<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Deferred)
            .map_err(StoreError::from)?;
        work(&Reader {
            connection: &transaction,
            collation: &self.collation,
        })
    }

    /// Moves everything from the write-ahead log into the file and cuts the log to nothing, so
    /// that octets which were overwritten are in neither; false while another program reads or
    /// writes, and then it is to be tried again.
    pub fn checkpoint_truncate(&mut self) -> Result<bool, StoreError> {
        // Readers are done within milliseconds; waiting longer would hold up the engine.
        self.connection.busy_timeout(Duration::from_millis(250))?;
        let checkpoint = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
                row.get::<_, i64>(0)
            });
        self.connection.busy_timeout(open::BUSY_TIMEOUT)?;
        match checkpoint.map_err(StoreError::from) {
            Err(StoreError::Busy) => Ok(false),
            outcome => Ok(outcome? == 0),
        }
    }

    /// A number that differs from the one before when another program has written in between.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        Ok(self
            .connection
            .query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// Closes the file; the last program to do so also removes the write-ahead log.
    pub fn close(self) -> Result<(), StoreError> {
        self.connection
            .close()
            .map_err(|(_connection, failure)| StoreError::from(failure))
    }
}

/// One unchanging view of the database.
pub struct Reader<'conn> {
    connection: &'conn Connection,
    collation: &'conn Collation,
}

/// An open write transaction; it reads what it has written.
pub struct Tx<'conn>(Reader<'conn>);

impl<'conn> Deref for Tx<'conn> {
    type Target = Reader<'conn>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
pub(crate) mod test_folder;
