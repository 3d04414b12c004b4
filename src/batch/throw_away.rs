//! A folder that is removed again, whatever happens.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// A new folder of its owner alone below the system's place for such, removed when dropped.
pub(super) struct ThrowAway(PathBuf);

impl ThrowAway {
    /// Makes the folder; its name has this process's number.
    pub(super) fn make() -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("kmadmin-tour-{}", std::process::id()));
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    /// Removes it now, so that it can be said.
    pub(super) fn remove(self) -> io::Result<()> {
        fs::remove_dir_all(&self.0)
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for ThrowAway {
    fn drop(&mut self) {
        // It lies where the system clears up as well; there is nobody left to tell.
        fs::remove_dir_all(&self.0).ok();
    }
}
