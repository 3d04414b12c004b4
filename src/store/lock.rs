//! Who works in a data folder: many programs together, or one alone.
//!
//! `km.lock` is the lock. Beside it, in `locks/`, each program has a file of its own, locked as
//! long as it runs, that says who it is; a file nobody holds was left by a program that was killed.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process;

/// A data folder held for as long as this value lives.
#[must_use = "the folder is given up when this is dropped"]
pub struct FolderLock {
    sign: PathBuf,
    _sign: File,
    _lock: File,
}

impl FolderLock {
    /// Holds the folder alone (set-up, restore, migration, repair), and makes it, for the owner
    /// only, if it is not there.
    pub fn alone(folder: &Path, holder: &str) -> Result<Self, LockError> {
        make_folder(folder)?;
        let lock = open_private(&folder.join("km.lock"))?;
        match lock.try_lock() {
            Ok(()) => {
                for (file, _) in signs(folder, Alive::No)? {
                    fs::remove_file(file)?;
                }
                Self::new(folder, holder, lock)
            }
            Err(refusal) => Err(LockError::from_refusal(refusal, folder)),
        }
    }

    /// Holds the folder together with other programs, but not with one that holds it alone.
    pub fn shared(folder: &Path, holder: &str) -> Result<Self, LockError> {
        let lock = open_private(&folder.join("km.lock"))?;
        match lock.try_lock_shared() {
            Ok(()) => Self::new(folder, holder, lock),
            Err(refusal) => Err(LockError::from_refusal(refusal, folder)),
        }
    }

    fn new(folder: &Path, holder: &str, lock: File) -> Result<Self, LockError> {
        make_folder(&folder.join("locks"))?;
        let (sign, mut file) = new_sign(folder)?;
        file.try_lock().map_err(io::Error::from)?;
        write!(file, "{holder} (process {})", process::id())?;
        Ok(Self {
            sign,
            _sign: file,
            _lock: lock,
        })
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // A sign that stays is taken for that of a killed program, which harms nobody.
        fs::remove_file(&self.sign).ok();
    }
}

/// Why a folder could not be held.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Other programs hold it.
    #[error("the folder is in use by {}", by.join(", "))]
    Held {
        /// Who, as each wrote of itself; empty if one came or went just now.
        by: Vec<String>,
    },
    /// The folder cannot be used at all.
    #[error("the folder cannot be locked: {0}")]
    Io(#[from] io::Error),
}

impl LockError {
    fn from_refusal(refusal: TryLockError, folder: &Path) -> Self {
        match refusal {
            TryLockError::Error(error) => Self::Io(error),
            TryLockError::WouldBlock => match signs(folder, Alive::Yes) {
                Ok(signs) => Self::Held {
                    by: signs.into_iter().map(|(_, holder)| holder).collect(),
                },
                Err(error) => Self::Io(error),
            },
        }
    }
}

/// Whether the program behind a sign still runs.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Alive {
    No,
    Yes,
}

/// The signs of running, or of killed, programs: file and what it says, in order of file names.
fn signs(folder: &Path, wanted: Alive) -> io::Result<Vec<(PathBuf, String)>> {
    let entries = match fs::read_dir(folder.join("locks")) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<_>>()?;
    paths.sort();
    let mut signs = Vec::new();
    for path in paths {
        let Ok(file) = File::open(&path) else {
            continue; // its program ended just now
        };
        let alive = match file.try_lock_shared() {
            Ok(()) => Alive::No,
            Err(TryLockError::WouldBlock) => Alive::Yes,
            Err(TryLockError::Error(error)) => return Err(error),
        };
        if alive == wanted {
            let holder = io::read_to_string(file)?;
            signs.push((path, holder));
        }
    }
    Ok(signs)
}

/// A sign of our own: a process may hold several folders, and one folder several times.
fn new_sign(folder: &Path) -> io::Result<(PathBuf, File)> {
    let mut number = 1_u32;
    loop {
        let path = folder
            .join("locks")
            .join(format!("{}-{number}", process::id()));
        let mut options = OpenOptions::new();
        match options.write(true).create_new(true).mode(0o600).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                number = number.saturating_add(1);
            }
            made => return made.map(|file| (path, file)),
        }
    }
}

fn open_private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}

fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed unwrap is a failed test"
)]
mod tests {
    use super::*;
    use crate::store::test_folder::Folder;

    fn holders(result: Result<FolderLock, LockError>) -> Vec<String> {
        match result {
            Err(LockError::Held { by }) => by,
            Err(LockError::Io(error)) => panic!("{error}"),
            Ok(_) => panic!("the lock was given"),
        }
    }

    #[test]
    fn programs_share_a_folder_and_one_that_wants_it_alone_is_told_who_they_are() {
        let folder = Folder::new();
        drop(FolderLock::alone(folder.path(), "set-up").unwrap());
        let window = FolderLock::shared(folder.path(), "the window").unwrap();
        let script = FolderLock::shared(folder.path(), "a script").unwrap();
        let by = holders(FolderLock::alone(folder.path(), "repair"));
        let process = process::id();
        assert_eq!(
            by,
            [
                format!("the window (process {process})"),
                format!("a script (process {process})")
            ]
        );
        drop((window, script));
        drop(FolderLock::alone(folder.path(), "repair").unwrap());
    }

    #[test]
    fn a_program_that_comes_while_another_is_alone_is_refused() {
        let folder = Folder::new();
        let _repair = FolderLock::alone(folder.path(), "repair").unwrap();
        let by = holders(FolderLock::shared(folder.path(), "the window"));
        assert_eq!(by, [format!("repair (process {})", process::id())]);
    }

    #[test]
    fn the_sign_of_a_killed_program_is_not_taken_for_a_holder() {
        let folder = Folder::new();
        let shared = FolderLock::shared(folder.path(), "the window").unwrap();
        fs::write(folder.path().join("locks").join("1-1"), "killed").unwrap();
        assert_eq!(holders(FolderLock::alone(folder.path(), "x")).len(), 1);
        drop(shared);
        drop(FolderLock::alone(folder.path(), "x").unwrap());
        assert_eq!(
            fs::read_dir(folder.path().join("locks")).unwrap().count(),
            0
        );
    }
}
