//! The settings: what the installation is called, its CA certificate, and where things lie that
//! others must reach. Signed as a whole by the key that the guard *settings* opens.

use std::path::PathBuf;

use der::asn1::OctetString;
use der::{Decode as _, Encode as _, Sequence};

use crate::domain::guard::Guard;
use crate::domain::names::{OrganizationName, ServerName, SiteName};
use crate::engine::act::Charter;
use crate::engine::error::Error;
use crate::engine::signed::Signed;
use crate::engine::state_root::StateRoot;
use crate::store::Reader;

/// What set-up was told.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Settings {
    /// The organization.
    pub organization: OrganizationName,
    /// The site that the KM server serves.
    pub site: SiteName,
    /// The KM server's name, which help-desk staff type.
    pub server: ServerName,
    /// The certificate of the certification authority, in DER.
    pub ca_certificate: Vec<u8>,
    /// Where the publish folder is served from, if anywhere.
    pub publish_url: Option<PublishUrl>,
    /// The folder that is served from there.
    pub publish_folder: PathBuf,
    /// The folder of the users' Maildirs.
    pub post_office: PathBuf,
}

/// An address under which others reach the publish folder: `http://host/path`.
///
/// Not https: a program that checks a certificate while it builds a TLS connection would need the
/// list it is fetching, so RFC 5280 section 8 advises against it; what lies there is signed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublishUrl(String);

impl PublishUrl {
    /// Reads what a person typed; a slash at the end is dropped.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refused = |what: &str| Error::Refused {
            what: format!("the publish address {what}"),
            remedy: "Type an address such as http://pki.example.com/km, or leave it empty.",
        };
        let text = text.trim().trim_end_matches('/');
        let Some(rest) = text.strip_prefix("http://") else {
            return Err(refused("does not begin with http://"));
        };
        let visible =
            |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '?' | '#');
        if rest.is_empty() || rest.starts_with('/') || !rest.chars().all(visible) {
            return Err(refused(
                "has no host, or a character that addresses can not have",
            ));
        }
        if 200 < text.len() {
            return Err(refused("is longer than 200 characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The address of a file in the publish folder.
    pub fn of(&self, file: &str) -> String {
        format!("{}/{file}", self.0)
    }

    /// The path in it, without a slash at its end: nothing where it is the host alone.
    pub fn path(&self) -> &str {
        let rest = self.0.strip_prefix("http://").unwrap_or_default();
        let path = rest.find('/').and_then(|slash| rest.get(slash..));
        path.unwrap_or_default()
    }

    /// The address itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of the revocation list in the publish folder.
pub const CRL_FILE: &str = "ca.crl";

/// The name of the CA certificate in the publish folder.
pub const CA_FILE: &str = "ca.cer";

impl Settings {
    /// The settings that a quorum signed last.
    pub fn load(reader: &Reader<'_>, charter: &Charter, root: &StateRoot) -> Result<Self, Error> {
        let manifest = &charter.manifest;
        let public = manifest.guard(Guard::Settings)?.public.as_ref();
        let public = public.ok_or(Error::Unexpected)?;
        let place = (manifest.installation, public);
        let content = Signed::Settings.read(reader, place, &root.settings)?;
        Self::from_der(&content)
    }

    /// Refuses another KM server's name than ours; case does not matter, because people type it.
    pub fn refuse_other_server(&self, typed: &str) -> Result<(), Error> {
        let typed = typed.trim();
        if typed.to_lowercase() == self.server.as_str().to_lowercase() {
            Ok(())
        } else {
            Err(Error::NoSuchServer(typed.to_owned()))
        }
    }

    /// The octets that are signed.
    pub fn to_der(&self) -> Result<Vec<u8>, Error> {
        let path = |path: &PathBuf| path.to_str().map(str::to_owned).ok_or(BAD_PATH);
        Ok(SettingsDer {
            version: 1,
            organization: self.organization.as_str().to_owned(),
            site: self.site.as_str().to_owned(),
            server: self.server.as_str().to_owned(),
            ca_certificate: OctetString::new(self.ca_certificate.clone())?,
            publish_url: self
                .publish_url
                .as_ref()
                .map(|url| url.0.clone())
                .unwrap_or_default(),
            publish_folder: path(&self.publish_folder)?,
            post_office: path(&self.post_office)?,
        }
        .to_der()?)
    }

    fn from_der(octets: &[u8]) -> Result<Self, Error> {
        let bad = Error::Tampered("the settings can not be read");
        let der = SettingsDer::from_der(octets)?;
        let (Ok(organization), Ok(site), Ok(server)) = (
            OrganizationName::parse(&der.organization),
            SiteName::parse(&der.site),
            ServerName::parse(&der.server),
        ) else {
            return Err(bad);
        };
        Ok(Self {
            organization,
            site,
            server,
            ca_certificate: der.ca_certificate.as_bytes().to_vec(),
            publish_url: if der.publish_url.is_empty() {
                None
            } else {
                Some(PublishUrl::parse(&der.publish_url)?)
            },
            publish_folder: der.publish_folder.into(),
            post_office: der.post_office.into(),
        })
    }
}

const BAD_PATH: Error = Error::Unexpected;

#[derive(Sequence)]
struct SettingsDer {
    version: u8,
    organization: String,
    site: String,
    server: String,
    ca_certificate: OctetString,
    publish_url: String,
    publish_folder: String,
    post_office: String,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn a_publish_address_is_plain_http_with_a_host() {
        let url = PublishUrl::parse(" http://pki.example.com/km/ ").unwrap();
        assert_eq!(url.of(CRL_FILE), "http://pki.example.com/km/ca.crl");
        assert_eq!(url.path(), "/km");
        assert_eq!(
            PublishUrl::parse("http://pki.example.com").unwrap().path(),
            ""
        );
        for wrong in [
            "https://x.example",
            "http://",
            "http:///km",
            "pki.example",
            "http://a b",
        ] {
            assert!(PublishUrl::parse(wrong).is_err(), "{wrong}");
        }
    }
}
