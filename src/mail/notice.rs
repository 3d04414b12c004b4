//! Notices to mailboxes, as RFC 5322 messages.

use std::io;

use mail_builder::MessageBuilder;

use crate::domain::time::UnixTime;

/// A notice from the KM server to the holder of a mailbox.
pub struct Notice<'a> {
    /// The holder's name.
    pub name: &'a str,
    /// The holder's address.
    pub address: &'a str,
    /// The subject line.
    pub subject: &'a str,
    /// The text.
    pub text: &'a str,
    /// When.
    pub at: UnixTime,
    /// Never the same twice; stands before the `@` of the Message-ID.
    pub unique: &'a str,
}

/// Who the KM server's messages come from: the original's name for it. It has no mailbox, so the
/// address is one that can not exist (RFC 2606).
pub const SENDER: (&str, &str) = ("Security Authority", "security-authority@kmadmin.invalid");

impl Notice<'_> {
    /// The message.
    pub fn to_message(&self) -> io::Result<Vec<u8>> {
        MessageBuilder::new()
            .from(SENDER)
            .to((self.name, self.address))
            .subject(self.subject)
            .date(self.at.secs())
            .message_id(format!("{}@kmadmin.invalid", self.unique))
            .text_body(self.text)
            .write_to_vec()
    }
}
