//! Mail: the list of messages, opening one with its verdict, and writing one.

mod contacts;
mod content;
pub mod file;
mod judge;
mod layers;
mod list;
mod open;
mod published;
mod recipients;
mod send;
mod signer;
mod trust;
pub mod verdict;
pub mod view;

use crate::client::error::Error;
use crate::client::home::failed;
use crate::client::message::list::Outsides;
use crate::client::{Client, Unlock};
use crate::domain::address::MailAddress;
use crate::domain::time::UnixTime;
use crate::mail::maildir;

use view::{Contact, Draft, MessageId, MessageRow, Opened, Posted, RecipientCheck};

/// What is kept in memory about mail.
#[derive(Default)]
pub(super) struct Noted {
    outsides: Outsides,
    /// When a newer revocation list was last asked for.
    tried_crl_at: Option<UnixTime>,
}

/// Reading.
impl Client {
    /// The messages of the own Maildir, newest first. Only headers and media types are looked at.
    pub fn messages(&mut self) -> Result<Vec<MessageRow>, Error> {
        self.rows()
    }

    /// Opens a message and marks it as seen: decrypts it, verifies its signature, and says of each
    /// thing how it stands. `unlock` counts for encrypted messages alone; where it does not open the
    /// keyset ([`Error::PasswordNeeded`], [`Error::ConsentNeeded`], [`Error::WrongPassword`]) the
    /// message stays unseen (Q146347).
    pub fn open_message(&mut self, id: &MessageId, unlock: Unlock<'_>) -> Result<Opened, Error> {
        self.open_entry(id, unlock)
    }

    /// Deletes a message.
    pub fn delete_message(&mut self, id: &MessageId) -> Result<(), Error> {
        let entry = self.entry(id)?;
        maildir::remove(&entry).map_err(|error| failed(&entry.path, error))
    }
}

/// Writing.
impl Client {
    /// Says of each recipient whether a message can be encrypted to him; what is missing is fetched
    /// from the KM server or its publish folder.
    pub fn check_recipients(&mut self, to: &[MailAddress]) -> Result<Vec<RecipientCheck>, Error> {
        let found = self.find_certificates(to)?;
        Ok(found.into_iter().map(RecipientCheck::from).collect())
    }

    /// Signs, encrypts and delivers a message, and keeps a copy for the sender. Where encryption is
    /// wanted and a recipient can not be encrypted to, nothing is sent
    /// ([`Error::NoCertificate`]): the person chooses first.
    pub fn send(&mut self, draft: &Draft, unlock: Unlock<'_>) -> Result<Posted, Error> {
        self.send_draft(draft, unlock)
    }
}

/// Other people's certificates.
impl Client {
    /// Everybody whose certificate was kept, by name.
    pub fn contacts(&mut self) -> Result<Vec<Contact>, Error> {
        self.all_contacts()
    }

    /// *Add to Contacts*: keeps the encryption certificate that came with a signed message of which
    /// the sender is the signer, and trusted.
    pub fn add_contact(&mut self, opened: &Opened) -> Result<Contact, Error> {
        self.keep_contact(opened)
    }

    /// Forgets a person's certificates.
    pub fn remove_contact(&mut self, address: &MailAddress) -> Result<(), Error> {
        self.forget_contact(address)
    }
}

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]
mod tests;
