//! The post: requests go out over HTTP or through the post office, and every answer comes to lie in
//! the own Maildir, whichever way it came.

use std::io;
use std::path::{Path, PathBuf};

use crate::client::Client;
use crate::client::error::Error;
use crate::client::home::failed;
use crate::client::record::hex;
use crate::client::request::Request;
use crate::client::settings::Server;
use crate::client::view::Sent;
use crate::crypto::keypair::sha256;
use crate::domain::address::MailAddress;
use crate::mail::compose::{self, Envelope};
use crate::mail::maildir::{self, Entry};
use crate::mail::message::{self, Entity};
use crate::mail::post_office::{PostOffice, REPLY, SENDER, SERVER};
use crate::protocol::read;

/// A CMP message in the own Maildir.
pub(super) struct Delivered {
    pub(super) entry: Entry,
    pub(super) message: Vec<u8>,
}

impl Client {
    /// The own Maildir.
    pub fn inbox(&self) -> Result<PathBuf, Error> {
        let address = self.settings.own_address()?;
        Ok(self.settings.own_office(&self.home).user(address))
    }

    /// Sends what waits for its answer.
    pub(super) fn send_request(&mut self, request: &Request) -> Result<Sent, Error> {
        match &request.server {
            Server::Http(url) => self.post(url, request),
            Server::PostOffice(folder) => {
                if !folder.is_dir() {
                    let words = format!("There is no post office at {}.", folder.display());
                    return Ok(Sent::Unreachable(words));
                }
                let office = PostOffice::open(folder);
                let from = (self.own_name(), request.address.to_string());
                let to = (SENDER.0.to_owned(), SENDER.1.to_owned());
                let mail = self.mail(&from, &to, REQUEST, &request.sent);
                deliver(&office, SERVER, &self.unique(&request.sent), &mail)?;
                Ok(Sent::Waiting)
            }
        }
    }

    /// The CMP messages in the own Maildir.
    pub(super) fn delivered(&self) -> Result<Vec<Delivered>, Error> {
        let inbox = self.inbox()?;
        let entries = maildir::list(&inbox).map_err(|error| failed(&inbox, error))?;
        let mut found = Vec::new();
        for entry in entries {
            // A message that another program takes away meanwhile is no error.
            let Ok(octets) = maildir::read(&entry) else {
                continue;
            };
            if let Some(message) = cmp_in(&octets) {
                found.push(Delivered { entry, message });
            }
        }
        Ok(found)
    }

    fn post(&mut self, url: &str, request: &Request) -> Result<Sent, Error> {
        let answer = match self.around.exchange.post(url, &request.sent) {
            Ok(answer) => answer,
            Err(words) => return Ok(Sent::Unreachable(words)),
        };
        let is_answer = read::read(&answer).is_ok_and(|answer| request.is_answered_by(&answer));
        if !is_answer {
            let words = "The server did not answer as a Key Management server does.";
            return Ok(Sent::Unreachable(words.to_owned()));
        }
        self.lay_into_inbox(&request.address, &answer)?;
        Ok(Sent::Answered)
    }

    /// A reply over HTTP meets those by mail: it is laid into the own Maildir like one of them.
    fn lay_into_inbox(&self, address: &MailAddress, answer: &[u8]) -> Result<(), Error> {
        let office = self.settings.own_office(&self.home);
        let from = (SENDER.0.to_owned(), SENDER.1.to_owned());
        let to = (self.own_name(), address.to_string());
        let mail = self.mail(&from, &to, REPLY, answer);
        let folder = maildir::folder_of(address.key().as_str());
        deliver(&office, &folder, &self.unique(answer), &mail)
    }

    fn mail(
        &self,
        from: &(String, String),
        to: &(String, String),
        subject: &str,
        message: &[u8],
    ) -> Vec<u8> {
        let envelope = Envelope {
            from: (&from.0, &from.1),
            to: std::slice::from_ref(to),
            cc: &[],
            subject,
            at: self.now(),
            unique: &self.unique(message),
            in_reply_to: None,
        };
        compose::cmp(&envelope, message)
    }

    fn own_name(&self) -> String {
        let name = self.settings.name.as_ref();
        name.map(ToString::to_string).unwrap_or_default()
    }

    /// A name for a message that no other has; the same message gets the same one within a second.
    fn unique(&self, message: &[u8]) -> String {
        format!("{}.{}", self.now().secs(), hex(&sha256(message)))
    }
}

fn deliver(office: &PostOffice, folder: &str, name: &str, mail: &[u8]) -> Result<(), Error> {
    let delivered = maildir::deliver(office.folder(), folder, name, mail);
    delivered.map_err(|error: io::Error| failed(Path::new(&office.folder().join(folder)), error))
}

/// The CMP message that a mail carries. Mails are many and these are few, so a mail that does not
/// even name the type is not taken apart.
pub(super) fn cmp_in(mail: &[u8]) -> Option<Vec<u8>> {
    let head = mail.get(..HEAD).unwrap_or(mail).to_ascii_lowercase();
    let names_it = head.windows(CMP_TYPE.len()).any(|found| found == CMP_TYPE);
    if !names_it {
        return None;
    }
    match message::read(mail).ok()?.entity {
        Entity::Cmp(message) => Some(message),
        Entity::Attachment { .. }
        | Entity::Html { .. }
        | Entity::Malformed(_)
        | Entity::Message(_)
        | Entity::Multipart { .. }
        | Entity::Pkcs7 { .. }
        | Entity::Signed { .. }
        | Entity::Text { .. } => None,
    }
}

/// The type of a CMP message (RFC 9811 section 3.3).
const CMP_TYPE: &[u8] = b"application/pkixcmp";

/// Octets in which the header of a message from the server ends; others are none of ours.
const HEAD: usize = 8 << 10;

/// The subject of a request.
const REQUEST: &str = "Security request";
