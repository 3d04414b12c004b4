//! Maildirs: a message is written in `tmp`, then moved to `new` under the same name, so that a
//! reader never sees half of it, and a message delivered twice is there once. What was looked at
//! moves on to `cur`, where the name ends in flags. No link is followed.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::mail::message::MAX_MESSAGE;

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

/// Delivers `message` under `name` into the Maildir `folder` of the post office, which is made if
/// it is not there, for its owner only.
pub fn deliver(post_office: &Path, folder: &str, name: &str, message: &[u8]) -> io::Result<()> {
    if !is_plain(folder) || !is_plain(name) {
        return Err(io::Error::other(
            "a message's name leads out of the post office",
        ));
    }
    put(&post_office.join(folder), name, message)
}

/// Removes what was delivered under `name`, also where it was looked at since; nothing if it is not
/// there.
pub fn expunge(post_office: &Path, folder: &str, name: &str) -> io::Result<()> {
    if !is_plain(folder) {
        return Err(io::Error::other(
            "a folder's name leads out of the post office",
        ));
    }
    let entries = list(&post_office.join(folder))?;
    let of_name = entries.iter().filter(|entry| entry.name == name);
    of_name.into_iter().try_for_each(remove)
}

/// Puts what its owner has sent into the folder of a Maildir for it, as Maildir++ names it.
pub fn keep_sent(maildir: &Path, name: &str, message: &[u8]) -> io::Result<()> {
    if !is_plain(name) {
        return Err(io::Error::other("a message's name leads out of its folder"));
    }
    put(&maildir.join(SENT), name, message)
}

/// The folder of sent messages in a Maildir.
const SENT: &str = ".Sent";

fn put(maildir: &Path, name: &str, message: &[u8]) -> io::Result<()> {
    make(maildir)?;
    if is_delivered(maildir, name)? {
        return Ok(()); // delivered before; only the note of it was lost
    }
    let tmp = maildir.join("tmp").join(name);
    remove_file(&tmp)?; // of a delivery that was cut off
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&tmp)?;
    file.write_all(message)?;
    file.sync_all()?;
    let new = maildir.join("new");
    fs::rename(&tmp, new.join(name))?;
    sync_folder(&new)
}

/// Makes a Maildir for its owner only, if it is not there.
pub fn make(maildir: &Path) -> io::Result<()> {
    let parts = ["tmp", "new", "cur"].map(|part| maildir.join(part));
    if parts.iter().all(|part| part.exists()) {
        return check_folders(maildir);
    }
    for part in &parts {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700).create(part)?;
    }
    check_folders(maildir)?;
    sync_folder(maildir)?;
    let parent = maildir.parent().filter(|parent| *parent != Path::new(""));
    sync_folder(parent.unwrap_or_else(|| Path::new(".")))
}

/// The messages of a Maildir, oldest first by the time in their names; none if there is no such
/// folder. What is not a file, or has a name that no delivery gives, is passed over.
pub fn list(maildir: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    if !maildir.try_exists()? {
        return Ok(entries);
    }
    check_folders(maildir)?;
    for part in ["new", "cur"] {
        for file in fs::read_dir(maildir.join(part))? {
            let file = file?;
            let is_file = file.file_type()?.is_file();
            let name = file.file_name();
            if let Some(name) = name.to_str().filter(|name| is_file && is_plain(name)) {
                entries.push(Entry::named(name, file.path(), part == "new"));
            }
        }
    }
    entries.sort_by(|one, other| one.order().cmp(&other.order()));
    Ok(entries)
}

/// A message's octets, if they are not more than [`MAX_MESSAGE`].
pub fn read(entry: &Entry) -> io::Result<Vec<u8>> {
    let octets = read_head(entry, MAX_MESSAGE.saturating_add(1))?;
    if MAX_MESSAGE < octets.len() {
        return Err(io::Error::other("a message is larger than 64 MiB"));
    }
    Ok(octets)
}

/// The first octets of a message, at most `limit`.
pub fn read_head(entry: &Entry, limit: usize) -> io::Result<Vec<u8>> {
    let other = || io::Error::other("a message is not a file");
    let named = fs::symlink_metadata(&entry.path)?;
    if !named.is_file() {
        return Err(other()); // a pipe would be waited for
    }
    let file = File::open(&entry.path)?;
    let opened = file.metadata()?;
    // A link may have been put there between the two.
    if (named.dev(), named.ino()) != (opened.dev(), opened.ino()) {
        return Err(other());
    }
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    let mut octets = Vec::new();
    file.take(limit).read_to_end(&mut octets)?;
    Ok(octets)
}

/// Marks a message as seen and gives where it lies now.
pub fn mark_seen(entry: &Entry) -> io::Result<Entry> {
    let file_name = entry.path.file_name().and_then(|name| name.to_str());
    let flags = file_name.and_then(|name| name.split_once(FLAGS));
    let mut flags: Vec<char> = flags.map_or("", |(_, flags)| flags).chars().collect();
    flags.push(SEEN);
    flags.sort_unstable(); // maildir(5) wants them in ASCII order
    flags.dedup();
    let flags: String = flags.into_iter().collect();
    let folder = entry.path.parent().and_then(Path::parent);
    let folder = folder.ok_or_else(|| io::Error::other("a message is in no Maildir"))?;
    let file_name = format!("{}{FLAGS}{flags}", entry.name);
    let path = folder.join("cur").join(&file_name);
    fs::rename(&entry.path, &path)?;
    Ok(Entry::named(&file_name, path, false))
}

/// Removes a message; one that is gone already is removed.
pub fn remove(entry: &Entry) -> io::Result<()> {
    remove_file(&entry.path)
}

/// What stands between a message's unique name and its flags.
const FLAGS: &str = ":2,";
/// The flag of a message that was looked at.
const SEEN: char = 'S';

impl Entry {
    fn named(file_name: &str, path: PathBuf, is_new: bool) -> Self {
        let (name, flags) = file_name.split_once(FLAGS).unwrap_or((file_name, ""));
        Self {
            name: name.to_owned(),
            path,
            is_new,
            seen: flags.contains(SEEN),
        }
    }

    /// By the seconds that all programs begin a name with, then by the name.
    fn order(&self) -> (u64, &str) {
        let seconds = self.name.split('.').next().unwrap_or_default();
        (seconds.parse().unwrap_or(0), &self.name)
    }
}

/// Whether a message of this name lies in `new`, or in `cur` with whatever flags.
fn is_delivered(maildir: &Path, name: &str) -> io::Result<bool> {
    if maildir.join("new").join(name).try_exists()? {
        return Ok(true);
    }
    for file in fs::read_dir(maildir.join("cur"))? {
        let file_name = file?.file_name();
        let rest = file_name.to_str().and_then(|seen| seen.strip_prefix(name));
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(FLAGS)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Refuses a Maildir that is, or has in it, a link to somewhere else.
fn check_folders(maildir: &Path) -> io::Result<()> {
    let parts = ["tmp", "new", "cur"].map(|part| maildir.join(part));
    for folder in [maildir]
        .into_iter()
        .chain(parts.iter().map(PathBuf::as_path))
    {
        if !fs::symlink_metadata(folder)?.is_dir() {
            return Err(io::Error::other(
                "what should be a folder of the post office is something else",
            ));
        }
    }
    Ok(())
}

fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _removed => Ok(()),
    }
}

/// Makes sure that what was put into a folder is still there after a power failure.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
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
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap is a failed test"
)]
mod tests {
    use std::env;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::process;

    use super::*;

    /// A post office of the test's own, removed at its end.
    struct Office(PathBuf);

    impl Office {
        fn new(test: &str) -> Self {
            let folder = env::temp_dir().join(format!("kmadmin-maildir-{test}-{}", process::id()));
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn ada(&self) -> PathBuf {
            self.0.join("ada@x")
        }

        fn deliver(&self, name: &str) {
            deliver(&self.0, "ada@x", name, name.as_bytes()).unwrap();
        }

        fn names(&self) -> Vec<String> {
            let entries = list(&self.ada()).unwrap();
            entries.into_iter().map(|entry| entry.name).collect()
        }
    }

    impl Drop for Office {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn a_message_is_delivered_once_even_after_it_was_read() {
        let office = Office::new("once");
        assert!(list(&office.ada()).unwrap().is_empty());
        office.deliver("100.a.kmadmin");
        office.deliver("100.a.kmadmin");
        let entries = list(&office.ada()).unwrap();
        assert_eq!(entries.len(), 1);
        assert!(entries[0].is_new && !entries[0].seen);
        assert_eq!(read(&entries[0]).unwrap(), b"100.a.kmadmin");

        let seen = mark_seen(&entries[0]).unwrap();
        assert!(seen.path.ends_with("cur/100.a.kmadmin:2,S"));
        assert_eq!(list(&office.ada()).unwrap(), std::slice::from_ref(&seen));
        assert!(!seen.is_new && seen.seen);
        assert_eq!(mark_seen(&seen).unwrap(), seen);
        office.deliver("100.a.kmadmin");
        assert_eq!(office.names(), ["100.a.kmadmin"]);

        remove(&seen).unwrap();
        remove(&seen).unwrap();
        assert!(office.names().is_empty());
        assert!(read(&seen).is_err());
    }

    #[test]
    fn messages_are_listed_by_the_time_in_their_names() {
        let office = Office::new("order");
        for name in ["1000.b", "999.z", "1000.a", "20.c"] {
            office.deliver(name);
        }
        let entries = list(&office.ada()).unwrap();
        mark_seen(&entries[1]).unwrap();
        assert_eq!(office.names(), ["20.c", "999.z", "1000.a", "1000.b"]);
    }

    #[test]
    fn flags_of_other_programs_are_kept() {
        let office = Office::new("flags");
        office.deliver("1.a");
        let cur = office.ada().join("cur");
        fs::rename(office.ada().join("new/1.a"), cur.join("1.a:2,FT")).unwrap();
        let entries = list(&office.ada()).unwrap();
        assert!(!entries[0].seen);
        assert!(
            mark_seen(&entries[0])
                .unwrap()
                .path
                .ends_with("cur/1.a:2,FST")
        );
    }

    #[test]
    fn links_and_strange_names_are_passed_over() {
        let office = Office::new("links");
        office.deliver("1.a");
        let new = office.ada().join("new");
        symlink("/etc/passwd", new.join("2.b")).unwrap();
        fs::create_dir(new.join("3.c")).unwrap();
        fs::write(new.join(".hidden"), b"").unwrap();
        fs::write(new.join("4 blank"), b"").unwrap();
        assert_eq!(office.names(), ["1.a"]);
        let link = Entry::named("2.b", new.join("2.b"), true);
        assert!(read(&link).is_err());
    }

    #[test]
    fn no_link_leads_a_delivery_out_of_the_post_office() {
        let office = Office::new("out");
        let outside = office.0.join("outside");
        fs::write(&outside, b"untouched").unwrap();
        make(&office.ada()).unwrap();
        symlink(&outside, office.ada().join("tmp/1.a")).unwrap();
        office.deliver("1.a");
        assert_eq!(fs::read(&outside).unwrap(), b"untouched");

        symlink(office.ada(), office.0.join("bob@x")).unwrap();
        assert!(deliver(&office.0, "bob@x", "1.b", b"").is_err());
        assert!(list(&office.0.join("bob@x")).is_err());
    }

    #[test]
    fn a_maildir_is_its_owners_alone() {
        let office = Office::new("mode");
        office.deliver("1.a");
        for (path, mode) in [
            ("", 0o700),
            ("new", 0o700),
            ("cur", 0o700),
            ("new/1.a", 0o600),
        ] {
            let permissions = fs::metadata(office.ada().join(path)).unwrap().permissions();
            assert_eq!(permissions.mode() & 0o777, mode, "{path}");
        }
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read() {
        let office = Office::new("large");
        office.deliver("1.a");
        let entries = list(&office.ada()).unwrap();
        let file = OpenOptions::new()
            .write(true)
            .open(&entries[0].path)
            .unwrap();
        file.set_len(u64::try_from(MAX_MESSAGE).unwrap() + 1)
            .unwrap(); // takes no room on the disk
        assert!(read(&entries[0]).is_err());
    }

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
