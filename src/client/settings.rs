//! What the user has set: who he is, which server, where his mail lies, what is done by default.

use std::path::PathBuf;

use crate::domain::address::MailAddress;
use crate::domain::names::{DisplayName, KeysetName};

/// The user's settings.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Settings {
    /// The own name, as messages show it.
    pub name: Option<DisplayName>,
    /// The own address.
    pub address: Option<MailAddress>,
    /// The KM server.
    pub server: Option<Server>,
    /// The folder of all users' Maildirs; without one the own Maildir lies in the home folder.
    pub post_office: Option<PathBuf>,
    /// The keyset that messages are signed and read with.
    pub keyset: Option<KeysetName>,
    /// *Encrypt message contents and attachments* for new messages.
    pub encrypt: bool,
    /// *Add digital signature to message* for new messages.
    pub sign: bool,
}

/// How the KM server is reached.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Server {
    /// CMP over HTTP (RFC 9811), at this address.
    Http(String),
    /// By mail, through the post office in this folder.
    PostOffice(PathBuf),
}
