//! What the user has set: who he is, which server, where his mail lies, what is done by default.

use std::path::{self, PathBuf};

use crate::client::error::Error;
use crate::client::home::Home;
use crate::client::record::Record;
use crate::domain::address::MailAddress;
use crate::domain::names::{DisplayName, KeysetName};
use crate::mail::post_office::PostOffice;
use crate::protocol::http::WELL_KNOWN;

/// The user's settings.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Settings {
    /// The own name, as messages show it.
    pub name: Option<DisplayName>,
    /// The own address.
    pub address: Option<MailAddress>,
    /// The KM server.
    pub server: Option<Server>,
    /// The folder of all users' Maildirs; without one it is the server's, and where that is reached
    /// over HTTP the own Maildir lies in the home folder.
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
        let folder = path::absolute(typed).ok()?;
        let office = PostOffice::open(&folder);
        Some(Self::PostOffice(office.folder().to_owned()))
    }

    /// As a line of a file.
    pub(super) fn to_line(&self) -> String {
        match self {
            Self::Http(url) => format!("http {url}"),
            Self::PostOffice(folder) => format!("mail {}", folder.display()),
        }
    }

    /// From such a line.
    pub(super) fn from_line(line: &str) -> Option<Self> {
        match line.split_once(' ')? {
            ("http", url) => Some(Self::Http(url.to_owned())),
            ("mail", folder) => Some(Self::PostOffice(PathBuf::from(folder))),
            _other => None,
        }
    }
}

impl Settings {
    /// The settings in the home folder; the default ones if none were stored.
    pub(super) fn load(home: &Home) -> Result<Self, Error> {
        let Some(record) = home.read_record(FILE)? else {
            return Ok(Self::default());
        };
        Self::from_record(&record).map_err(|Unreadable| home.damaged(FILE))
    }

    /// Puts them into the home folder.
    pub(super) fn store(&self, home: &Home) -> Result<(), Error> {
        home.write(FILE, self.record().as_octets())
    }

    /// The post office in which the own Maildir lies.
    pub(super) fn own_office(&self, home: &Home) -> PostOffice {
        let servers = match &self.server {
            Some(Server::PostOffice(folder)) => Some(folder),
            Some(Server::Http(_)) | None => None,
        };
        match self.post_office.as_ref().or(servers) {
            Some(folder) => PostOffice::open(folder),
            None => PostOffice::open(&home.path("mail")),
        }
    }

    /// The own address, without which nothing can be sent.
    pub(super) fn own_address(&self) -> Result<&MailAddress, Error> {
        self.address.as_ref().ok_or(Error::NotSet("Your address"))
    }

    fn from_record(record: &Record) -> Result<Self, Unreadable> {
        let is_on = |key| record.value(key) == Some("yes");
        Ok(Self {
            name: read(record, "name", |text| DisplayName::parse(text).ok())?,
            address: read(record, "address", |text| MailAddress::parse(text).ok())?,
            server: read(record, "server", Server::from_line)?,
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
        let lines = [
            ("name", name.as_ref().map(ToString::to_string)),
            ("address", address.as_ref().map(ToString::to_string)),
            ("server", server.as_ref().map(Server::to_line)),
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

/// A line is there and can not be understood.
struct Unreadable;

/// A line that may be missing.
fn read<T>(
    record: &Record,
    key: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Unreadable> {
    match record.value(key) {
        None => Ok(None),
        Some(text) => parse(text).map(Some).ok_or(Unreadable),
    }
}

/// The file of the settings in the home folder.
const FILE: &str = "settings";
