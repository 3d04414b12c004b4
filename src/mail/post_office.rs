//! The post office: a folder with a Maildir for the KM server and one for each user.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::domain::address::MailAddress;
use crate::mail::maildir;

/// Who the KM server's messages come from: the original's name for it. Outside of the post office
/// the address can not exist (RFC 2606).
pub const SENDER: (&str, &str) = ("Security Authority", "security-authority@kmadmin.invalid");

/// The KM server's own Maildir in the post office: the folder of [`SENDER`]'s address.
pub const SERVER: &str = SENDER.1;

/// The subject of the KM server's replies.
pub const REPLY: &str = "Reply from the Security Authority";

/// A post office.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PostOffice {
    folder: PathBuf,
}

impl PostOffice {
    /// The post office in `path`, which may also be the server's Maildir in it.
    pub fn open(path: &Path) -> Self {
        let is_server = path.file_name() == Some(OsStr::new(SERVER));
        let parent = path.parent().filter(|_folder| is_server);
        Self {
            folder: parent.unwrap_or(path).to_owned(),
        }
    }

    /// Its folder, as [`maildir::deliver`] takes it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The Maildir of the KM server: where requests are delivered.
    pub fn server(&self) -> PathBuf {
        self.folder.join(SERVER)
    }

    /// The Maildir of a user.
    pub fn user(&self, address: &MailAddress) -> PathBuf {
        self.folder.join(maildir::folder_of(address.key().as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_has_the_folder_of_the_address_it_writes_from() {
        assert_eq!(SERVER, maildir::folder_of(SENDER.1));
    }

    #[test]
    fn the_servers_maildir_leads_to_its_post_office() {
        let office = PostOffice::open(Path::new("/var/post"));
        assert_eq!(office.folder(), Path::new("/var/post"));
        assert_eq!(PostOffice::open(&office.server()), office);
    }
}
