//! What is shown of an entity: its text and its files. Nothing is ever fetched for it.

use crate::client::message::view::FileView;
use crate::mail::message::{Entity, Message};

/// Text and files.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Content {
    pub(super) text: String,
    pub(super) files: Vec<FileView>,
    /// A CMP message.
    pub(super) reply: Option<Vec<u8>>,
}

impl Content {
    /// Adds an entity.
    pub(super) fn add(&mut self, entity: Entity) {
        match entity {
            Entity::Attachment {
                name,
                media_type,
                content,
            } => self.files.push(FileView {
                name,
                media_type,
                content,
            }),
            Entity::Cmp(message) => self.reply = Some(message),
            Entity::Html { text } | Entity::Text { text } => self.add_text(&text),
            Entity::Malformed(why) => self.add_text(&format!("[{why}]")),
            Entity::Message(message) => self.add_message(*message),
            Entity::Multipart { subtype, parts } if subtype == "alternative" => {
                self.add_alternative(parts);
            }
            Entity::Multipart { parts, .. } => {
                for part in parts {
                    self.add(part);
                }
            }
            // One beside or below what was opened: it stays closed, and can be saved.
            Entity::Pkcs7 { content, .. } => self.files.push(FileView {
                name: "smime.p7m".to_owned(),
                media_type: "application/pkcs7-mime".to_owned(),
                content,
            }),
            Entity::Signed { entity, .. } => {
                self.add_text("[The signature of the following part was not verified.]");
                self.add(*entity);
            }
        }
    }

    /// Adds what somebody else put together.
    pub(super) fn append(&mut self, other: Self) {
        if !other.text.is_empty() {
            self.add_text(&other.text);
        }
        self.files.extend(other.files);
        self.reply = self.reply.take().or(other.reply);
    }

    /// Whether there is nothing to be seen.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty() && self.files.is_empty() && self.reply.is_none()
    }

    fn add_text(&mut self, text: &str) {
        if !self.text.is_empty() {
            if !self.text.ends_with('\n') {
                self.text.push('\n');
            }
            self.text.push('\n');
        }
        self.text.push_str(text);
    }

    /// Of several forms of the same, plain text is what everybody sees alike.
    fn add_alternative(&mut self, mut parts: Vec<Entity>) {
        let is_plain =
            |part: &Entity| matches!(part, Entity::Text { text } if !text.trim().is_empty());
        if let Some(place) = parts.iter().position(is_plain) {
            self.add(parts.swap_remove(place));
            return;
        }
        // The last is the richest form (RFC 2046 section 5.1.4); those without text come to nothing.
        while let Some(part) = parts.pop() {
            let mut content = Self::default();
            content.add(part);
            if !content.is_blank() {
                self.append(content);
                return;
            }
        }
    }

    /// A message within the message: nothing of it is verified or decrypted.
    fn add_message(&mut self, message: Message) {
        let from: Vec<&str> = message
            .from
            .iter()
            .map(|author| author.address.as_str())
            .collect();
        let heading = format!(
            "----- Enclosed message -----\nFrom: {}\nSubject: {}\n",
            from.join(", "),
            message.subject
        );
        self.add_text(&heading);
        let mut content = Self::default();
        content.add(message.entity);
        content.reply = None;
        self.append(content);
    }
}
