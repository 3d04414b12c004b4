//! Mail: the list of messages, opening one with its verdict, and writing one.

pub mod verdict;
pub mod view;

use crate::client::error::Error;
use crate::client::{Client, Unlock};
use crate::domain::address::MailAddress;

use view::{Contact, Draft, MessageId, MessageRow, Opened, Posted, RecipientCheck};

/// Reading.
impl Client {
    /// The messages of the own Maildir, newest first. Only headers and media types are looked at.
    pub fn messages(&mut self) -> Result<Vec<MessageRow>, Error> {
        todo!()
    }

    /// Opens a message and marks it as seen: decrypts it, verifies its signature, and says of each
    /// thing how it stands. `unlock` counts for encrypted messages alone; where it does not open the
    /// keyset ([`Error::PasswordNeeded`], [`Error::ConsentNeeded`], [`Error::WrongPassword`]) the
    /// message stays unseen (Q146347).
    pub fn open_message(&mut self, id: &MessageId, unlock: Unlock<'_>) -> Result<Opened, Error> {
        todo!()
    }

    /// Deletes a message.
    pub fn delete_message(&mut self, id: &MessageId) -> Result<(), Error> {
        todo!()
    }
}

/// Writing.
impl Client {
    /// Says of each recipient whether a message can be encrypted to him; what is missing is fetched
    /// from the KM server or its publish folder.
    pub fn check_recipients(&mut self, to: &[MailAddress]) -> Result<Vec<RecipientCheck>, Error> {
        todo!()
    }

    /// Signs, encrypts and delivers a message, and keeps a copy for the sender. Where encryption is
    /// wanted and a recipient can not be encrypted to, nothing is sent
    /// ([`Error::NoCertificate`]): the person chooses first.
    pub fn send(&mut self, draft: &Draft, unlock: Unlock<'_>) -> Result<Posted, Error> {
        todo!()
    }
}

/// Other people's certificates.
impl Client {
    /// Everybody whose certificate was kept, by name.
    pub fn contacts(&mut self) -> Result<Vec<Contact>, Error> {
        todo!()
    }

    /// *Add to Contacts*: keeps the encryption certificate that came with a signed message whose
    /// verdict is good.
    pub fn add_contact(&mut self, opened: &Opened) -> Result<Contact, Error> {
        todo!()
    }

    /// Forgets a person's certificates.
    pub fn remove_contact(&mut self, address: &MailAddress) -> Result<(), Error> {
        todo!()
    }
}
