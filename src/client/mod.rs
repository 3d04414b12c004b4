//! The mail user's side: keysets, enrolment with a temporary key, renewal, and what is sent for it.
//!
//! A [`Client`] owns the home folder for as long as it lives. Everything a retry needs is on the
//! disk before anything is sent, and a keyset is on the disk before the server is told so.

pub mod app;
mod ask;
mod authority;
mod check;
pub mod cli;
mod enrol;
pub mod error;
mod home;
pub mod http;
pub mod keyset;
mod keysets;
pub mod message;
mod post;
mod receive;
mod record;
mod renew;
mod request;
mod session;
pub mod settings;
pub mod ui;
pub mod view;

use std::path::Path;
use std::sync::Arc;

use rand::CryptoRng;

pub use authority::Authority;

use crate::client::error::Error;
use crate::client::home::Home;
use crate::client::message::Noted;
use crate::client::session::Session;
use crate::client::settings::Settings;
use crate::crypto::costs::Costs;
use crate::crypto::strength;
use crate::domain::secret::{Password, SecretText};
use crate::domain::time::{Clock, UnixTime};

/// What the client is handed: nothing below reads the system clock, makes randomness, decides what
/// keys cost, or opens a connection.
pub struct Surroundings {
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where random octets come from.
    pub rng: Box<dyn CryptoRng + Send>,
    /// What keys and files cost.
    pub costs: Costs,
    /// How a message reaches a server over HTTP.
    pub exchange: Box<dyn Exchange>,
}

/// Sends one CMP message over HTTP and gives what came back (RFC 9811).
pub trait Exchange: Send {
    /// The reply to `request` from the server at `url`; the error is a sentence for people.
    fn post(&mut self, url: &str, request: &[u8]) -> Result<Vec<u8>, String>;

    /// What is published at this address, at most so many octets; nothing where there is no such
    /// thing, as anywhere for a server that publishes nothing. The error is a sentence for people.
    fn get(&mut self, _url: &str, _limit: usize) -> Result<Option<Vec<u8>>, String> {
        Ok(None)
    }
}

/// How a person lets a keyset be used.
#[derive(Clone, Copy)]
pub enum Unlock<'a> {
    /// With its password (High).
    Password(&'a Password),
    /// By saying yes (Medium).
    Consent,
    /// Not at all: Low, or remembered.
    Silent,
}

/// How a new keyset is protected.
#[derive(Clone, Copy)]
pub enum Protection<'a> {
    /// High: this password at every use.
    High(&'a Password),
    /// Medium: consent at every use.
    Medium,
    /// Low: silent.
    Low,
}

/// What the person answers to a reply.
#[derive(Clone, Copy)]
pub enum Finish<'a> {
    /// To [`view::Asks::Level`].
    New(Protection<'a>),
    /// To [`view::Asks::Keyset`].
    Existing(Unlock<'a>),
}

/// Whether a password stays remembered until log-off.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Remember {
    /// Asked again at the next use.
    No,
    /// Not asked again until log-off or *Forget Remembered Password*.
    UntilLogOff,
}

/// The client: the home folder and who is logged on.
pub struct Client {
    home: Home,
    settings: Settings,
    session: Option<Session>,
    mail: Noted,
    around: Surroundings,
}

impl Client {
    /// Opens the home folder, and makes it, for its owner only, if it is not there. Refused while
    /// another program has it open.
    pub fn open(home: &Path, around: Surroundings) -> Result<Self, Error> {
        let home = Home::open(home)?;
        Ok(Self {
            settings: Settings::load(&home)?,
            home,
            session: None,
            mail: Noted::default(),
            around,
        })
    }

    /// Stores other settings.
    pub fn set_settings(&mut self, settings: Settings) -> Result<(), Error> {
        settings.store(&self.home)?;
        if let Some(server) = &settings.server {
            self.redirect_requests(server)?;
        }
        self.settings = settings;
        Ok(())
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A passphrase that nobody guesses, for somebody who has to choose one.
    pub fn suggest_password(&mut self) -> SecretText {
        strength::suggest(&mut *self.around.rng)
    }

    /// The present moment.
    pub fn now(&self) -> UnixTime {
        self.around.clock.now()
    }
}

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]
mod tests;
