//! Files in the publish folder: each is there as a whole or not at all, whatever happens meanwhile.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::engine::error::Error;

/// The publish folder, held against other programs of ours.
pub(super) struct Folder {
    path: PathBuf,
    _lock: fs::File,
}

/// A file of the folder.
pub(super) struct File {
    /// Below the folder.
    pub(super) path: String,
    /// What is in it; nothing where it is not to be there.
    pub(super) octets: Option<Vec<u8>>,
}

impl Folder {
    /// Waits until no other program writes, and makes the folder if it is not there. Others may
    /// read it: that is what it is for.
    pub(super) fn lock(path: &Path) -> Result<Self, Error> {
        let open = || {
            make(path)?;
            let folder = fs::File::open(path)?;
            folder.lock()?;
            Ok(folder)
        };
        Ok(Self {
            path: path.to_owned(),
            _lock: open().map_err(failed(path))?,
        })
    }

    /// Puts a file in the place of the one before, or removes it.
    pub(super) fn put(&self, file: Option<&File>) -> Result<(), Error> {
        let Some(File { path, octets }) = file else {
            return Ok(());
        };
        let path = self.path.join(path);
        let put = match octets {
            Some(octets) => replace(&path, octets),
            None => match fs::remove_file(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                removed => removed,
            },
        };
        put.map_err(failed(&path))
    }
}

fn replace(path: &Path, octets: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("/"));
    make(folder)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = folder.join(name);
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(0o644);
    let mut file = options.open(&new)?;
    file.write_all(octets)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    fs::File::open(folder)?.sync_all()
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o755).create(folder)
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::File {
        what: "the publish folder could not be brought up to date",
        path,
        source,
    }
}
