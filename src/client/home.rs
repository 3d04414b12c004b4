//! The home folder: for its owner only, one program at a time, and every file whole or not there.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::client::error::Error;
use crate::client::record::Record;
use crate::desk::file::{self, FileError};

/// The home folder, held alone for as long as this value lives.
pub(super) struct Home {
    folder: PathBuf,
    _lock: File,
}

impl Home {
    /// Opens the folder, and makes it if it is not there.
    pub(super) fn open(folder: &Path) -> Result<Self, Error> {
        make(folder)?;
        let path = folder.join("lock");
        let mut options = OpenOptions::new();
        let lock = options.write(true).create(true).truncate(false).mode(0o600);
        let lock = lock.open(&path).map_err(|error| failed(&path, error))?;
        match lock.try_lock() {
            Ok(()) => (),
            Err(TryLockError::WouldBlock) => return Err(Error::Locked(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(&path, error)),
        }
        for part in [KEYSETS, REQUESTS, CONTACTS, FETCHED, CAPABILITIES] {
            make(&folder.join(part))?;
        }
        let home = Self {
            folder: folder.to_owned(),
            _lock: lock,
        };
        home.wipe_parts()?;
        Ok(home)
    }

    /// What an interrupted write has left took nobody's place, and may hold keys all the same.
    fn wipe_parts(&self) -> Result<(), Error> {
        for folder in [KEYSETS, REQUESTS] {
            for name in self.names(folder, PART)? {
                self.wipe(&format!("{folder}/{name}{PART}"))?;
            }
        }
        Ok(())
    }

    /// The path of a file or folder in it.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The octets of a file; nothing if it is not there.
    pub(super) fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let path = self.path(name);
        match file::read_bounded(&path, LARGEST_FILE) {
            Ok(octets) => Ok(Some(octets)),
            Err(FileError::Io(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(FileError::Io(error)) => Err(failed(&path, error)),
            Err(FileError::Exists | FileError::TooLarge(_)) => Err(Error::Damaged(path)),
        }
    }

    /// The record in a file; nothing if it is not there.
    pub(super) fn read_record(&self, name: &str) -> Result<Option<Record>, Error> {
        let Some(octets) = self.read(name)? else {
            return Ok(None);
        };
        let record = Record::read(octets).ok_or_else(|| self.damaged(name))?;
        Ok(Some(record))
    }

    /// Puts a file in its place, whole and down to the disk, or leaves the old one.
    pub(super) fn write(&self, name: &str, contents: &[u8]) -> Result<(), Error> {
        let path = self.path(name);
        let mut part = path.clone().into_os_string();
        part.push(PART);
        let part = PathBuf::from(part);
        // What is replaced may hold keys and passwords: it is overwritten when nobody needs it.
        let old = match OpenOptions::new().write(true).open(&path) {
            Ok(old) => Some(old),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(&path, error)),
        };
        let written = write_new(&part, contents)
            .and_then(|()| fs::rename(&part, &path))
            .and_then(|()| sync_folder_of(&path))
            .and_then(|()| old.map_or(Ok(()), overwrite));
        written.map_err(|error| failed(&path, error))
    }

    /// Overwrites a file with zeros and removes it; it need not be there.
    pub(super) fn wipe(&self, name: &str) -> Result<(), Error> {
        let path = self.path(name);
        let file = OpenOptions::new().write(true).open(&path);
        let wiped = file
            .and_then(overwrite)
            .and_then(|()| fs::remove_file(&path))
            .and_then(|()| sync_folder_of(&path));
        match wiped {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(&path, error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// The names of the files in a folder of it that end so, without the ending, sorted.
    pub(super) fn names(&self, folder: &str, ending: &str) -> Result<Vec<String>, Error> {
        let path = self.path(folder);
        let entries = fs::read_dir(&path).map_err(|error| failed(&path, error))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| failed(&path, error))?;
            let name = entry.file_name();
            let name = name.to_str().and_then(|name| name.strip_suffix(ending));
            names.extend(name.map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }

    /// The error for a file whose content can not be understood.
    pub(super) fn damaged(&self, name: &str) -> Error {
        Error::Damaged(self.path(name))
    }
}

/// The error for a file that the system refused.
pub(super) fn failed(path: &Path, source: io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}

/// Makes a folder for its owner only; one that is there is closed to others.
fn make(folder: &Path) -> Result<(), Error> {
    let mut builder = DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(folder);
    let closed = made.and_then(|()| {
        let mut permissions = fs::metadata(folder)?.permissions();
        if permissions.mode() & FOR_OTHERS == 0 {
            return Ok(()); // nobody but the owner
        }
        permissions.set_mode(0o700);
        fs::set_permissions(folder, permissions)
    });
    closed.map_err(|error| failed(folder, error))
}

fn write_new(path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(path)?;
    file.write_all(contents)?;
    file.sync_all()
}

fn overwrite(mut file: File) -> io::Result<()> {
    let length = file.metadata()?.len();
    io::copy(&mut io::repeat(0).take(length), &mut file)?;
    file.sync_all()
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    File::open(folder)?.sync_all()
}

/// The bits of group and others (`chmod` manual page).
const FOR_OTHERS: u32 = 0o077;

/// The folder of keysets in the home folder.
pub(super) const KEYSETS: &str = "keysets";

/// The folder of requests under way in the home folder.
pub(super) const REQUESTS: &str = "requests";

/// The folder of the certificates that were kept from signed messages.
pub(super) const CONTACTS: &str = "contacts";

/// The folder of the certificates that the KM server published.
pub(super) const FETCHED: &str = "fetched";

/// The folder of what correspondents' programs said they can read.
pub(super) const CAPABILITIES: &str = "capabilities";

/// Far above a keyset with the keys of a working life (2 KiB a year) and a CRL of a large
/// organization (40 octets an entry).
const LARGEST_FILE: u64 = 16 << 20;

/// How the name of a file ends that is being written.
const PART: &str = ".part";
