//! What holds across the files of this layer, and what other programs say of it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failed unwrap is a failed test"
)]

mod composing;
mod hostile;
mod judges;
mod reading;
mod shapes;

use crate::mail::entity::Entity;
use crate::mail::message::{self, Message};

/// Lines as a mail server delivers them.
fn crlf(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

fn read(octets: &[u8]) -> Message {
    message::read(octets).unwrap()
}

fn text(text: &str) -> Entity {
    Entity::Text {
        text: text.to_owned(),
    }
}
