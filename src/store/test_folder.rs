//! A folder of its own for each test, removed afterwards.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use super::{Store, StoreError};

/// A folder that exists as long as this value.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// An empty folder no other test has.
    pub(crate) fn new() -> Self {
        let name = |number| format!("kmadmin-test-{}-{number}", process::id());
        let mut paths = (0_u32..).map(|number| env::temp_dir().join(name(number)));
        Self(
            paths
                .find(|path| fs::create_dir(path).is_ok()) // another test took the others
                .unwrap(),
        )
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Where a database in it would be.
    pub(crate) fn database(&self) -> PathBuf {
        self.0.join("km.db")
    }

    /// A new database in it, with every table and no row.
    pub(crate) fn store(&self) -> Store {
        Store::create(&self.database(), |_tx| Ok::<_, StoreError>(()))
            .unwrap()
            .0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}
