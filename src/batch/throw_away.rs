//! A folder that is removed again, whatever happens.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use crate::terminal::failure::Failure;

/// A new folder of its owner alone below the system's place for such, removed when dropped.
pub(super) struct ThrowAway(PathBuf);

impl ThrowAway {
    /// Makes the folder; its name has this process's number.
    pub(super) fn make() -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("kmadmin-tour-{}", std::process::id()));
        let made = DirBuilder::new().mode(0o700).create(&path);
        made.map_err(|error| failed(&path, "made", &error))?;
        Ok(Self(path))
    }

    /// Removes it now, so that it can be said.
    pub(super) fn remove(self) -> Result<(), Failure> {
        fs::remove_dir_all(&self.0).map_err(|error| failed(&self.0, "removed", &error))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

fn failed(path: &Path, done: &str, error: &io::Error) -> Failure {
    let shown = path.display();
    Failure::Refused(format!("The folder {shown} can not be {done}: {error}."))
}

impl Drop for ThrowAway {
    fn drop(&mut self) {
        // It lies where the system clears up as well; there is nobody left to tell.
        fs::remove_dir_all(&self.0).ok();
    }
}
