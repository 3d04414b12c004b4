//! Reading the files people choose, with a bound, and writing files that are no secret.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is a file of this name already.
    #[error("there is a file of this name already")]
    Exists,
    /// The system refuses.
    #[error("{0}")]
    Io(io::Error),
    /// The file is larger than this number of octets.
    #[error("the file is larger than {0} octets")]
    TooLarge(u64),
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::AlreadyExists {
            Self::Exists
        } else {
            Self::Io(error)
        }
    }
}

/// Whether there is anything of this name, be it a link that leads nowhere.
pub fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Reads a file of at most `limit` octets.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let file = File::open(path)?;
    let mut octets = Vec::new();
    // One octet more than allowed, to tell a full file from one that is too large.
    file.take(limit.saturating_add(1))
        .read_to_end(&mut octets)?;
    if limit < u64::try_from(octets.len()).unwrap_or(u64::MAX) {
        return Err(FileError::TooLarge(limit));
    }
    Ok(octets)
}

/// Writes a file that others may read, in place of one of the same name.
pub fn write_public(path: &Path, octets: &[u8]) -> Result<(), FileError> {
    let mut file = File::create(path)?;
    file.write_all(octets)?;
    Ok(file.sync_all()?)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path =
                std::env::temp_dir().join(format!("kmadmin-desk-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn a_file_over_the_bound_is_refused() {
        let folder = Folder::new("bound");
        let path = folder.0.join("people.csv");
        write_public(&path, b"12345").unwrap();
        assert_eq!(read_bounded(&path, 5).unwrap(), b"12345");
        assert!(matches!(
            read_bounded(&path, 4),
            Err(FileError::TooLarge(4))
        ));
        assert!(matches!(
            read_bounded(&folder.0.join("none"), 4),
            Err(FileError::Io(_))
        ));
    }
}
