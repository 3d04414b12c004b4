//! A file that takes the place of another only when it is whole: exports.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file being written beside the one it is to replace. Dropped without [`Replacement::keep`] it
/// is removed, and the other stays as it was.
pub struct Replacement {
    target: PathBuf,
    part: PathBuf,
    file: BufWriter<File>,
}

impl Replacement {
    /// Begins a file that will be called `target`.
    pub fn begin(target: &Path) -> io::Result<Self> {
        let mut part = OsString::from(target);
        part.push(".part");
        let part = PathBuf::from(part);
        Ok(Self {
            file: BufWriter::new(File::create(&part)?),
            target: target.to_owned(),
            part,
        })
    }

    /// Puts the whole file in its place.
    pub fn keep(mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        fs::rename(&self.part, &self.target)
    }
}

impl Write for Replacement {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.file.write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // After `keep` there is nothing to remove; a part that stays does no harm.
        if let Err(error) = fs::remove_file(&self.part)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!("{}: {error}", self.part.display());
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn the_old_file_stays_until_the_new_one_is_whole() {
        let folder =
            std::env::temp_dir().join(format!("kmadmin-replacement-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let target = folder.join("people.csv");
        fs::write(&target, "old").unwrap();
        let mut half = Replacement::begin(&target).unwrap();
        half.write_all(b"half").unwrap();
        drop(half);
        assert_eq!(fs::read(&target).unwrap(), b"old");
        let mut whole = Replacement::begin(&target).unwrap();
        whole.write_all(b"whole").unwrap();
        whole.keep().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(&folder).unwrap();
    }
}
