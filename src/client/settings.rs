//! What the user has set: who he is, which server, where his mail lies, what is done by default.

use std::path::{Path, PathBuf};

use crate::client::error::Error;
use crate::client::home::Home;
use crate::client::record::Record;
use crate::domain::address::MailAddress;
use crate::domain::names::{DisplayName, KeysetName};
use crate::mail::maildir;
use crate::mail::post_office;

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
    /// What is done to new messages unless the person says otherwise.
    pub new_messages: NewMessages,
}

/// The two boxes of the Security page.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct NewMessages {
    /// *Encrypt message contents and attachments*.
    pub encrypt: bool,
    /// *Add digital signature to message*.
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

impl Server {
    /// Takes what a person typed: an http address, the post office's folder, or the server's own
    /// Maildir in it. An address without a path gets the well-known one (RFC 9811 section 3.4).
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        if let Some(rest) = typed.strip_prefix("http://") {
            let bare = rest.trim_end_matches('/');
            return (!bare.is_empty()).then(|| {
                if bare.contains('/') {
                    Self::Http(typed.to_owned())
                } else {
                    Self::Http(format!("http://{bare}{WELL_KNOWN}"))
                }
            });
        }
        if typed.is_empty() || typed.contains("://") {
            return None;
        }
        let folder = Path::new(typed);
        let is_servers = folder.file_name() == Some(post_office::server_folder().as_ref());
        let office = match folder.parent() {
            Some(office) if is_servers => office,
            Some(_) | None => folder,
        };
        std::path::absolute(office).ok().map(Self::PostOffice)
    }
}

impl Settings {
    /// The settings in the home folder; the default ones if none were stored.
    pub(super) fn load(home: &Home) -> Result<Self, Error> {
        let Some(record) = home.read_record(FILE)? else {
            return Ok(Self::default());
        };
        Self::from_record(&record).ok_or_else(|| home.damaged(FILE))
    }

    /// Puts them into the home folder.
    pub(super) fn store(&self, home: &Home) -> Result<(), Error> {
        home.write(FILE, self.record().as_octets())
    }

    /// The own Maildir.
    pub(super) fn inbox(&self, home: &Home) -> Result<Inbox, Error> {
        let address = self.address.as_ref().ok_or(Error::NotSet("your address"))?;
        let office = match &self.post_office {
            Some(office) => office.clone(),
            None => home.path("mail"),
        };
        let folder = maildir::folder_of(address.key().as_str());
        Ok(Inbox { office, folder })
    }

    fn from_record(record: &Record) -> Option<Self> {
        let server = |text: &str| match text.split_once(' ')? {
            ("http", url) => Some(Server::Http(url.to_owned())),
            ("mail", folder) => Some(Server::PostOffice(PathBuf::from(folder))),
            _other => None,
        };
        let is_on = |key| record.value(key) == Some("yes");
        Some(Self {
            name: read(record, "name", |text| DisplayName::parse(text).ok())?,
            address: read(record, "address", |text| MailAddress::parse(text).ok())?,
            server: read(record, "server", server)?,
            post_office: read(record, "post-office", |text| Some(PathBuf::from(text)))?,
            keyset: read(record, "keyset", |text| KeysetName::parse(text).ok())?,
            new_messages: NewMessages {
                encrypt: is_on("encrypt"),
                sign: is_on("sign"),
            },
        })
    }

    fn record(&self) -> Record {
        let Self {
            name,
            address,
            server,
            post_office,
            keyset,
            new_messages: NewMessages { encrypt, sign },
        } = self;
        let server = server.as_ref().map(|server| match server {
            Server::Http(url) => format!("http {url}"),
            Server::PostOffice(folder) => format!("mail {}", folder.display()),
        });
        let lines = [
            ("name", name.as_ref().map(ToString::to_string)),
            ("address", address.as_ref().map(ToString::to_string)),
            ("server", server),
            (
                "post-office",
                post_office.as_ref().map(|path| path.display().to_string()),
            ),
            ("keyset", keyset.as_ref().map(ToString::to_string)),
            ("encrypt", encrypt.then(|| "yes".to_owned())),
            ("sign", sign.then(|| "yes".to_owned())),
        ];
        let mut record = Record::new();
        for (key, value) in lines {
            if let Some(value) = value {
                record.text(key, &value);
            }
        }
        record
    }
}

/// A Maildir of a post office.
pub(super) struct Inbox {
    /// The folder of all Maildirs.
    pub(super) office: PathBuf,
    /// The Maildir's name in it.
    pub(super) folder: String,
}

impl Inbox {
    /// The Maildir's path.
    pub(super) fn path(&self) -> PathBuf {
        self.office.join(&self.folder)
    }
}

/// A line that may be missing; `None` if it is there and can not be understood.
fn read<T>(record: &Record, key: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    match record.value(key) {
        None => Some(None),
        Some(text) => parse(text).map(Some),
    }
}

/// The file of the settings in the home folder.
const FILE: &str = "settings";

/// Where CMP is served (RFC 9811 section 3.4).
const WELL_KNOWN: &str = "/.well-known/cmp";
