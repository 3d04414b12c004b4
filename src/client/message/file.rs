//! Messages in files: read, signed and encrypted without a mailbox, for scripts.

use crate::client::error::Error;
use crate::client::message::send::Protect;
use crate::client::message::view::{MessageId, Opened};
use crate::client::{Client, Unlock};
use crate::crypto::certificate::Certificate;
use crate::domain::address::MailAddress;
use crate::mail::compose::{self, Envelope};
use crate::mail::message;

/// What is done to a message in a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Seal {
    /// It is encrypted.
    Encrypt,
    /// It is signed.
    Sign,
    /// It is signed, then encrypted.
    SignAndEncrypt,
}

impl Client {
    /// Opens a message that lies outside the mailbox. The certificates `named` are trusted beside for
    /// this time, by the person's word.
    pub fn read_message(
        &mut self,
        octets: &[u8],
        unlock: Unlock<'_>,
        named: &[Certificate],
    ) -> Result<Opened, Error> {
        self.open_octets(MessageId(String::new()), octets, unlock, named)
    }

    /// Signs or encrypts a message, or a bare text, and gives the new message with the same subject;
    /// and the cipher, if it was encrypted.
    pub fn seal_message(
        &mut self,
        octets: &[u8],
        to: &[MailAddress],
        seal: Seal,
        unlock: Unlock<'_>,
    ) -> Result<(Vec<u8>, Option<&'static str>), Error> {
        let own = self.sender()?;
        let (subject, entity) = if let Some(entity) = message::entity_octets(octets) {
            let read = message::read(octets);
            let read = read.map_err(|error| Error::Unfit(format!("{error}.")))?;
            (read.subject, entity)
        } else {
            let text = String::from_utf8_lossy(octets);
            (String::new(), compose::text_entity(&text, &[]))
        };
        let protect = Protect {
            sign: matches!(seal, Seal::Sign | Seal::SignAndEncrypt),
            encrypt: matches!(seal, Seal::Encrypt | Seal::SignAndEncrypt),
        };
        let protected = self.protect(&entity, to, protect, unlock)?;
        let recipients: Vec<(String, String)> = to
            .iter()
            .map(|address| (String::new(), address.to_string()))
            .collect();
        let name = self.settings.name.as_ref().map(ToString::to_string);
        let envelope = Envelope {
            from: (&name.unwrap_or_default(), &own),
            to: &recipients,
            cc: &[],
            subject: &subject,
            at: self.now(),
            unique: &self.unique_name(),
            in_reply_to: None,
        };
        let sealed = compose::plain(&envelope, &protected.entity);
        Ok((sealed, protected.cipher))
    }
}
