//! What the KM server publishes: over HTTP, or in the folder beside the post office.

use std::io;
use std::path::{Path, PathBuf};

use crate::client::Client;
use crate::client::settings::Server;
use crate::desk::file::{self, FileError};
use crate::desk::places::{POST_OFFICE, PUBLISH_FOLDER};
use crate::domain::address::MailAddress;
use crate::mail::maildir;

/// The file of the revocation list.
pub(super) const CRL_FILE: &str = "ca.crl";

/// The longest list that is fetched: what the home folder takes.
pub(super) const MAX_LIST: usize = 16 << 20;

/// The longest certificate that is fetched; with RSA 8192 and many names it has 4 KiB.
const MAX_CERTIFICATE: usize = 64 << 10;

impl Client {
    /// The encryption certificate (DER) that is published for an address; the error says, as a
    /// sentence, why nobody knows.
    pub(super) fn published_certificate(
        &mut self,
        address: &MailAddress,
    ) -> Result<Option<Vec<u8>>, String> {
        let name = match &self.settings.server {
            // RFC 4387 section 2.2
            Some(Server::Http(_)) => {
                let email = escaped(address.key().as_str());
                format!("certificates/search.cgi?email={email}")
            }
            Some(Server::PostOffice(_)) | None => {
                let name = maildir::folder_of(address.key().as_str());
                format!("certificates/{name}.cer")
            }
        };
        self.published(&name, MAX_CERTIFICATE)
    }

    /// A published file; nothing where the server has none of this name.
    pub(super) fn published(
        &mut self,
        name: &str,
        limit: usize,
    ) -> Result<Option<Vec<u8>>, String> {
        match &self.settings.server {
            Some(Server::Http(url)) => {
                let url = format!("{}/{name}", origin(url));
                self.around.exchange.get(&url, limit)
            }
            Some(Server::PostOffice(office)) => match publish_folder(office) {
                Some(folder) => in_folder(&folder.join(name), limit),
                None => Err("It is not known where the KM server publishes.".to_owned()),
            },
            None => Err("No Key Management server is set.".to_owned()),
        }
    }
}

/// The publish folder beside a post office that has the name that set-up suggests, or that name
/// without a data folder's in front.
fn publish_folder(office: &Path) -> Option<PathBuf> {
    let [office_word, publish_word] =
        [POST_OFFICE, PUBLISH_FOLDER].map(|suffix| suffix.trim_start_matches('-'));
    let name = office.file_name()?.to_str()?.strip_suffix(office_word)?;
    let folder = office.with_file_name(format!("{name}{publish_word}"));
    folder.is_dir().then_some(folder)
}

fn in_folder(path: &Path, limit: usize) -> Result<Option<Vec<u8>>, String> {
    match file::read_bounded(path, u64::try_from(limit).unwrap_or(u64::MAX)) {
        Ok(octets) => Ok(Some(octets)),
        Err(FileError::Io(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error @ (FileError::Exists | FileError::Io(_) | FileError::TooLarge(_))) => {
            Err(format!("{}: {error}.", path.display()))
        }
    }
}

/// `http://host:port` of an address.
fn origin(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_scheme, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    let end = url
        .len()
        .saturating_sub(rest.len())
        .saturating_add(host.len());
    url.get(..end).unwrap_or(url)
}

/// A value of a query (RFC 3986 section 2.3: what needs no percent sign).
fn escaped(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for octet in value.bytes() {
        let is_plain = octet.is_ascii_alphanumeric() || b"-._~@".contains(&octet);
        if is_plain {
            escaped.push(char::from(octet));
        } else {
            let halves = [octet >> 4, octet & 15].into_iter();
            let digits = halves.filter_map(|half| char::from_digit(u32::from(half), 16));
            escaped.push('%');
            escaped.extend(digits);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_asked_where_it_answers() {
        assert_eq!(
            origin("http://km.example.com:8080/.well-known/cmp"),
            "http://km.example.com:8080"
        );
        assert_eq!(origin("http://km"), "http://km");
        assert_eq!(escaped("a+b@x.org"), "a%2bb@x.org");
        assert_eq!(escaped("\u{e4}&=@x"), "%c3%a4%26%3d@x");
    }
}
