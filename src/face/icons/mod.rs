//! Small pictures, drawn by us as grids of 16 by 16 letters; each letter is an ink of the theme.

use egui::Color32;
use egui::ColorImage;
use egui::Id;
use egui::Pos2;
use egui::Rect;
use egui::TextureHandle;
use egui::TextureOptions;
use egui::Ui;
use egui::Vec2;

use super::theme;

mod actions;
mod mail;
mod objects;

/// Rows of a picture, each of 16 letters; see [`theme::ink`].
type Grid = [&'static str; SIDE];

/// Pixels along the side of a picture.
const SIDE: usize = 16;

/// A picture. A picture never says anything that words beside it, or its tooltip, do not.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Icon {
    /// A list of addresses.
    AddressBook,
    /// One administrator.
    Administrator,
    /// Several administrators.
    Administrators,
    /// Done, or approved.
    Approved,
    /// A file that travels with a message.
    Attachment,
    /// A log.
    Audit,
    /// A certificate authority.
    Authority,
    /// A certificate.
    Certificate,
    /// Write a message.
    Compose,
    /// The branch of settings.
    Configuration,
    /// Copy.
    Copy,
    /// Delete.
    Delete,
    /// A mailbox that is no more.
    DeletedMailbox,
    /// A person's certificates with their keys.
    DigitalId,
    /// An encrypted message.
    EncryptedMail,
    /// A message that something failed.
    Error,
    /// Write a file.
    Export,
    /// Search.
    Find,
    /// A folder or container that is closed.
    Folder,
    /// Forget a password or key.
    Forget,
    /// Read a file in.
    Import,
    /// A message that informs.
    Information,
    /// A key.
    Key,
    /// Something protected.
    Lock,
    /// A mailbox.
    Mailbox,
    /// A message that was not read yet.
    NewMail,
    /// Make a mailbox.
    NewMailbox,
    /// The same, open.
    OpenFolder,
    /// Choose how the program works.
    Options,
    /// The organization at the root of the tree.
    Organization,
    /// Open the property sheet.
    Properties,
    /// A message that asks.
    Question,
    /// A message that was read.
    ReadMail,
    /// A container of recipients.
    Recipients,
    /// Give a key back.
    RecoverKey,
    /// Read again.
    Refresh,
    /// Answer a message.
    Reply,
    /// A report.
    Report,
    /// Take back what was certified.
    Revoke,
    /// Save.
    Save,
    /// A reply of the KM server.
    SecurityReply,
    /// Send a message.
    Send,
    /// Send what waits, and fetch what came.
    SendReceive,
    /// A server.
    Server,
    /// A signed and encrypted message.
    SignedEncryptedMail,
    /// A signed message.
    SignedMail,
    /// A site.
    Site,
    /// What is trusted.
    TrustList,
    /// Go to the parent.
    Up,
    /// A message that warns.
    Warning,
}

impl Icon {
    /// Every picture, for galleries and tests.
    pub const ALL: &'static [Self] = &[
        Self::AddressBook,
        Self::Administrator,
        Self::Administrators,
        Self::Approved,
        Self::Attachment,
        Self::Audit,
        Self::Authority,
        Self::Certificate,
        Self::Compose,
        Self::Configuration,
        Self::Copy,
        Self::Delete,
        Self::DeletedMailbox,
        Self::DigitalId,
        Self::EncryptedMail,
        Self::Error,
        Self::Export,
        Self::Find,
        Self::Folder,
        Self::Forget,
        Self::Import,
        Self::Information,
        Self::Key,
        Self::Lock,
        Self::Mailbox,
        Self::NewMail,
        Self::NewMailbox,
        Self::OpenFolder,
        Self::Options,
        Self::Organization,
        Self::Properties,
        Self::Question,
        Self::ReadMail,
        Self::Recipients,
        Self::RecoverKey,
        Self::Refresh,
        Self::Reply,
        Self::Report,
        Self::Revoke,
        Self::Save,
        Self::SecurityReply,
        Self::Send,
        Self::SendReceive,
        Self::Server,
        Self::SignedEncryptedMail,
        Self::SignedMail,
        Self::Site,
        Self::TrustList,
        Self::Up,
        Self::Warning,
    ];

    fn grid(self) -> Grid {
        match self {
            Self::AddressBook => objects::ADDRESS_BOOK,
            Self::Administrator => objects::ADMINISTRATOR,
            Self::Administrators => objects::ADMINISTRATORS,
            Self::Approved => actions::APPROVED,
            Self::Attachment => mail::ATTACHMENT,
            Self::Audit => objects::AUDIT,
            Self::Authority => objects::AUTHORITY,
            Self::Certificate => objects::CERTIFICATE,
            Self::Compose => mail::COMPOSE,
            Self::Configuration => objects::CONFIGURATION,
            Self::Copy => actions::COPY,
            Self::Delete => actions::DELETE,
            Self::DeletedMailbox => objects::DELETED_MAILBOX,
            Self::DigitalId => mail::DIGITAL_ID,
            Self::EncryptedMail => mail::ENCRYPTED_MAIL,
            Self::Error => actions::ERROR,
            Self::Export => actions::EXPORT,
            Self::Find => actions::FIND,
            Self::Folder => objects::FOLDER,
            Self::Forget => actions::FORGET,
            Self::Import => actions::IMPORT,
            Self::Information => actions::INFORMATION,
            Self::Key => objects::KEY,
            Self::Lock => objects::LOCK,
            Self::Mailbox => objects::MAILBOX,
            Self::NewMail => mail::NEW_MAIL,
            Self::NewMailbox => actions::NEW_MAILBOX,
            Self::OpenFolder => objects::OPEN_FOLDER,
            Self::Options => mail::OPTIONS,
            Self::Organization => objects::ORGANIZATION,
            Self::Properties => actions::PROPERTIES,
            Self::Question => actions::QUESTION,
            Self::ReadMail => mail::READ_MAIL,
            Self::Recipients => objects::RECIPIENTS,
            Self::RecoverKey => actions::RECOVER_KEY,
            Self::Refresh => actions::REFRESH,
            Self::Reply => mail::REPLY,
            Self::Report => objects::REPORT,
            Self::Revoke => actions::REVOKE,
            Self::Save => actions::SAVE,
            Self::SecurityReply => mail::SECURITY_REPLY,
            Self::Send => mail::SEND,
            Self::SendReceive => mail::SEND_RECEIVE,
            Self::Server => objects::SERVER,
            Self::SignedEncryptedMail => mail::SIGNED_ENCRYPTED_MAIL,
            Self::SignedMail => mail::SIGNED_MAIL,
            Self::Site => objects::SITE,
            Self::TrustList => objects::TRUST_LIST,
            Self::Up => actions::UP,
            Self::Warning => actions::WARNING,
        }
    }
}

/// Paints `icon` into `rect`; grey where it stands for something that can not be used now.
pub(super) fn paint(ui: &Ui, rect: Rect, icon: Icon, enabled: bool) {
    let texture = texture(ui, icon, enabled);
    let whole = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
    ui.painter()
        .image(texture.id(), rect, whole, theme::UNTINTED);
}

/// The place of a small icon in the middle of the height of `rect`, `padding` from its left side.
pub(super) fn place_left(rect: Rect, padding: f32) -> Rect {
    let corner = Pos2::new(rect.left() + padding, rect.center().y - theme::ICON / 2.0).round();
    Rect::from_min_size(corner, Vec2::splat(theme::ICON))
}

/// The picture on the graphics card, put there when it is first painted.
fn texture(ui: &Ui, icon: Icon, enabled: bool) -> TextureHandle {
    let id = Id::unique(("face icon", icon, enabled));
    let known: Option<TextureHandle> = ui.data(|data| data.get_temp(id));
    known.unwrap_or_else(|| {
        let name = format!("{icon:?}");
        let texture = ui
            .ctx()
            .load_texture(name, image(icon, enabled), TextureOptions::NEAREST);
        ui.data_mut(|data| data.insert_temp(id, texture.clone()));
        texture
    })
}

fn image(icon: Icon, enabled: bool) -> ColorImage {
    let inks = icon.grid().into_iter().flat_map(str::chars).map(|letter| {
        let ink = theme::ink(letter).unwrap_or(theme::CLEAR);
        if enabled { ink } else { greyed(ink) }
    });
    ColorImage::new([SIDE, SIDE], inks.collect())
}

/// The ink as it looks on what is disabled: no colour, half transparent.
fn greyed(ink: Color32) -> Color32 {
    let light = ink.intensity();
    egui::Rgba::from_luminance_alpha(light, 1.0)
        .multiply(0.4 * egui::Rgba::from(ink).a())
        .into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_picture_is_16_by_16_of_known_inks() {
        for icon in Icon::ALL {
            for row in icon.grid() {
                assert_eq!(row.len(), SIDE, "{icon:?}: {row}");
                assert!(
                    row.chars().all(|letter| theme::ink(letter).is_some()),
                    "{icon:?}: {row}"
                );
            }
        }
    }

    #[test]
    fn no_two_pictures_are_the_same() {
        let different: BTreeSet<Grid> = Icon::ALL.iter().map(|icon| icon.grid()).collect();
        assert_eq!(different.len(), Icon::ALL.len());
    }
}
