//! What is typed into the set-up wizard, and its checks.

use std::path::Path;

use crate::desk::places::{POST_OFFICE, PUBLISH_FOLDER, beside};
use crate::domain::key_kind::KeyKind;
use crate::domain::names::{AdministratorName, OrganizationName, ServerName, SiteName};
use crate::domain::secret::SecretText;
use crate::engine::settings::PublishUrl;
use crate::engine::setup::SetupPlan;
use crate::forms::words;

use crate::forms::chosen::ChosenPassword;

/// What is typed into the wizard.
pub struct Answers {
    /// The organization.
    pub organization: String,
    /// The site.
    pub site: String,
    /// The KM server.
    pub server: String,
    /// The first administrator.
    pub administrator: String,
    /// The first administrator's password.
    pub chosen: ChosenPassword,
    /// Whether a sealed-envelope seat is made.
    pub envelope: bool,
    /// The kind of the CA's key.
    pub ca_key: KeyKind,
    /// Where the publish folder will be served from.
    pub publish_url: String,
}

/// The kinds of key offered for the CA, with their words.
pub const CA_KEYS: [(KeyKind, &str); 4] = [
    (KeyKind::Rsa3072, "RSA, 3072 bits (recommended)"),
    (KeyKind::Rsa4096, "RSA, 4096 bits"),
    (KeyKind::P256, "Elliptic curve P-256"),
    (KeyKind::P384, "Elliptic curve P-384"),
];

impl Default for Answers {
    fn default() -> Self {
        Self {
            organization: String::new(),
            site: String::new(),
            server: String::new(),
            administrator: String::new(),
            chosen: ChosenPassword::default(),
            envelope: true, // one administrator who forgets loses everything
            ca_key: KeyKind::Rsa3072,
            publish_url: String::new(),
        }
    }
}

impl Answers {
    /// The page *Names*.
    pub(super) fn check_names(&self) -> Result<(), String> {
        self.names().map(|_names| ())
    }

    /// The page *Administrator*.
    pub(super) fn check_administrator(&self) -> Result<(), String> {
        AdministratorName::parse(&self.administrator).map_err(|error| words::sentence(&error))?;
        self.chosen.parse().map(|_password| ())
    }

    /// The page *Authority*.
    pub(super) fn check_authority(&self) -> Result<(), String> {
        self.publish_url().map(|_url| ())
    }

    /// Everything, for the engine.
    pub(super) fn plan(&self, data: &Path) -> Result<SetupPlan, String> {
        let (organization, site, server) = self.names()?;
        let folder = |ending| beside(data, ending).map_err(|error| words::sentence(&error));
        Ok(SetupPlan {
            organization,
            site,
            server,
            administrator: AdministratorName::parse(&self.administrator)
                .map_err(|error| words::sentence(&error))?,
            password: self.chosen.parse()?,
            envelope: self.envelope,
            ca_key: self.ca_key,
            publish_url: self.publish_url()?,
            post_office: folder(POST_OFFICE)?,
            publish_folder: folder(PUBLISH_FOLDER)?,
        })
    }

    /// The text of a password field is another one.
    pub(super) fn judge(&mut self) {
        self.chosen
            .judge(&[&self.administrator, &self.organization, &self.server]);
    }

    pub(super) fn suggest(&mut self, suggestion: SecretText) {
        let context = [
            self.administrator.as_str(),
            self.organization.as_str(),
            self.server.as_str(),
        ];
        self.chosen.suggest(suggestion, &context);
    }

    fn names(&self) -> Result<(OrganizationName, SiteName, ServerName), String> {
        let organization =
            OrganizationName::parse(&self.organization).map_err(|error| words::sentence(&error))?;
        let site = SiteName::parse(&self.site).map_err(|error| words::sentence(&error))?;
        let server = ServerName::parse(&self.server).map_err(|error| words::sentence(&error))?;
        Ok((organization, site, server))
    }

    fn publish_url(&self) -> Result<Option<PublishUrl>, String> {
        if self.publish_url.trim().is_empty() {
            return Ok(None);
        }
        let url = PublishUrl::parse(self.publish_url.trim());
        url.map(Some).map_err(|error| words::sentence(&error))
    }
}
