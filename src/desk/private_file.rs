//! A new file that its owner alone can read: keys, temporary keys, startup passwords.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// A new file of mode 0600, made before the act whose result it takes, so that the act is not done
/// in vain. Dropped without [`PrivateFile::keep`] it is removed again.
pub struct PrivateFile {
    path: PathBuf,
    file: File,
    fate: Fate,
}

/// What becomes of the file when the value is dropped.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Fate {
    Kept,
    Removed,
}

impl PrivateFile {
    /// Makes the file; refused if something of that name is there.
    pub fn create(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600) // the owner reads and writes, nobody else does anything
            .open(path)?;
        Ok(Self {
            path: path.to_owned(),
            file,
            fate: Fate::Removed,
        })
    }

    /// Makes the file with `contents`, down to the disk.
    pub fn holding(path: &Path, contents: &[u8]) -> io::Result<Self> {
        let mut file = Self::create(path)?;
        file.store(contents)?;
        Ok(file)
    }

    /// Writes `contents` down to the disk.
    pub fn store(&mut self, contents: &[u8]) -> io::Result<()> {
        self.file.write_all(contents)?;
        self.file.sync_all()
    }

    /// Keeps the file: the act that it belongs to is done.
    pub fn keep(mut self) {
        self.fate = Fate::Kept;
    }
}

impl Write for PrivateFile {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.file.write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        if self.fate == Fate::Removed {
            // It is empty or half written; if it cannot be removed, nothing more can be done here.
            fs::remove_file(&self.path).ok();
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_owner_alone_reads_it_and_nothing_is_overwritten() {
        let path = std::env::temp_dir().join(format!("kmadmin-private-{}", std::process::id()));
        PrivateFile::holding(&path, b"secret").unwrap().keep();
        assert_eq!(fs::read(&path).unwrap(), b"secret");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert!(PrivateFile::create(&path).is_err());
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_that_is_not_kept_is_gone() {
        let path = std::env::temp_dir().join(format!("kmadmin-dropped-{}", std::process::id()));
        drop(PrivateFile::create(&path).unwrap());
        assert!(!path.exists());
    }
}
