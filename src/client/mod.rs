//! The mail user's side: keysets, enrolment with a temporary key, renewal, and what is sent for it.
//!
//! A [`Client`] owns the home folder for as long as it lives. Everything a retry needs is on the
//! disk before anything is sent, and a keyset is on the disk before the server is told so.

pub mod error;
pub mod settings;
pub mod view;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rand::CryptoRng;

use crate::client::error::Error;
use crate::client::settings::Settings;
use crate::client::view::{Arrival, KeysetView, Level, Need, Renewal, ReplyView, RequestId};
use crate::client::view::{RequestView, Sent, SessionView};
use crate::crypto::costs::Costs;
use crate::domain::names::KeysetName;
use crate::domain::secret::Password;
use crate::domain::time::Clock;

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
    /// Consent at every use.
    Medium,
    /// Silent.
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
pub struct Client {}

/// Settings.
impl Client {
    /// Opens the home folder, and makes it, for its owner only, if it is not there. Refused while
    /// another program has it open.
    pub fn open(home: &Path, around: Surroundings) -> Result<Self, Error> {
        todo!()
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        todo!()
    }

    /// Stores other settings.
    pub fn set_settings(&mut self, settings: Settings) -> Result<(), Error> {
        todo!()
    }

    /// The own Maildir.
    pub fn inbox(&self) -> PathBuf {
        todo!()
    }
}

/// Keysets.
impl Client {
    /// All keysets, by name.
    pub fn keysets(&self) -> Result<Vec<KeysetView>, Error> {
        todo!()
    }

    /// Makes a keyset the one that messages are signed and read with.
    pub fn choose(&mut self, keyset: &KeysetName) -> Result<(), Error> {
        todo!()
    }

    /// What a use of the keyset asks the person for now.
    pub fn need(&self, keyset: &KeysetName) -> Result<Need, Error> {
        todo!()
    }

    /// The chosen keyset opened, for signing and reading.
    // pub fn keys(&mut self, unlock: Unlock<'_>) -> Result<Arc<Keyset>, Error>

    /// Replaces the password of a High keyset. A weak new one is refused.
    pub fn change_password(
        &mut self,
        keyset: &KeysetName,
        old: &Password,
        new: &Password,
    ) -> Result<(), Error> {
        todo!()
    }

    /// *Export Digital ID*: a new PKCS#12 file with all keys of a keyset under a password of its own.
    pub fn export(
        &mut self,
        keyset: &KeysetName,
        unlock: Unlock<'_>,
        to: &Path,
        password: &Password,
    ) -> Result<(), Error> {
        todo!()
    }

    /// *Import Digital ID*: a new keyset from a PKCS#12 file.
    pub fn import(
        &mut self,
        from: &Path,
        password: &Password,
        keyset: &KeysetName,
        protection: Protection<'_>,
    ) -> Result<KeysetView, Error> {
        todo!()
    }

    /// Deletes a keyset from this computer (*Delete Digital ID from system* of the export box).
    pub fn delete_keyset(&mut self, keyset: &KeysetName, unlock: Unlock<'_>) -> Result<(), Error> {
        todo!()
    }
}

/// Logging on.
impl Client {
    /// Logs on to advanced security with a keyset, which becomes the chosen one. The answer says
    /// whether the question of Q192181 is to be asked now.
    pub fn log_on(
        &mut self,
        keyset: &KeysetName,
        unlock: Unlock<'_>,
        remember: Remember,
    ) -> Result<Renewal, Error> {
        todo!()
    }

    /// Logs off advanced security and forgets a remembered password.
    pub fn log_off(&mut self) {
        todo!()
    }

    /// *Forget Remembered Password*: stays logged on, asks again at the next use.
    pub fn forget_password(&mut self) {
        todo!()
    }

    /// Who is logged on.
    pub fn session(&self) -> Option<SessionView> {
        todo!()
    }
}

/// Getting a Digital ID.
impl Client {
    /// The keyset name offered in *Set up Security*: the chosen keyset's, else the user's.
    pub fn default_keyset_name(&self) -> String {
        todo!()
    }

    /// *Set up Security for me on the Exchange Server*: stores the request, then sends it. With the
    /// temporary key of a request under way the same request goes on, for this keyset name.
    pub fn set_up(&mut self, temporary_key: &str, keyset: &KeysetName) -> Result<Sent, Error> {
        todo!()
    }

    /// Fetches what the server answered, verifies it and does what needs no person.
    pub fn receive(&mut self) -> Result<Vec<Arrival>, Error> {
        todo!()
    }

    /// Everything under way.
    pub fn requests(&self) -> Result<Vec<RequestView>, Error> {
        todo!()
    }

    /// The reply that a CMP message of the inbox is, opened by double-click: verified, with what
    /// the person is asked for.
    pub fn open_reply(&mut self, message: &[u8]) -> Result<ReplyView, Error> {
        todo!()
    }

    /// The verified reply to a request, if it is here.
    pub fn reply(&self, id: &RequestId) -> Result<ReplyView, Error> {
        todo!()
    }

    /// Writes the keyset and confirms. Refused (wrong password, no password), nothing is changed and
    /// the reply can be opened again.
    pub fn finish(&mut self, id: &RequestId, answer: Finish<'_>) -> Result<Sent, Error> {
        todo!()
    }

    /// Sends everything again that has no answer yet, with the same keys.
    pub fn send_again(&mut self) -> Result<Vec<Sent>, Error> {
        todo!()
    }

    /// Gives up a request that has not been finished; its keys are wiped.
    pub fn give_up(&mut self, id: &RequestId) -> Result<(), Error> {
        todo!()
    }
}

/// Renewing and reporting.
impl Client {
    /// Whether the keyset's certificates are to be renewed now.
    pub fn renewal(&self, keyset: &KeysetName) -> Result<Renewal, Error> {
        todo!()
    }

    /// Yes to the question: sends the certificate update request for the keyset. Over HTTP, `receive`
    /// then finishes it as over mail.
    pub fn renew(&mut self, keyset: &KeysetName, unlock: Unlock<'_>) -> Result<Sent, Error> {
        todo!()
    }

    /// Reports the keys of a keyset lost or known to others: asks the server to revoke both
    /// certificates.
    pub fn report_lost(
        &mut self,
        keyset: &KeysetName,
        unlock: Unlock<'_>,
        reason: view::LostReason,
    ) -> Result<Sent, Error> {
        todo!()
    }
}
