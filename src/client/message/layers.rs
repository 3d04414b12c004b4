//! Goes through the layers of a message, encrypted or signed, to what may be shown of it.
//!
//! Only what lies within a layer is taken for what the layer protects: parts beside it are kept
//! apart, so that nothing somebody added on the way is read as part of it, and nothing decrypted
//! becomes part of what somebody added.

use std::sync::Arc;

use crate::client::error::Error;
use crate::client::keyset::Keyset;
use crate::client::message::content::Content;
use crate::crypto::certificate::Certificate;
use crate::crypto::smime::SmimeError;
use crate::crypto::smime::enveloped::{self, DecryptError, Decrypter};
use crate::crypto::smime::kind::{self, CmsKind};
use crate::crypto::smime::signed::{self, SignatureVerdict, Signed, Signer};
use crate::mail::message::{self, Entity};

/// A layer, the outermost first.
pub(super) enum Layer {
    /// It was opened.
    Opened(Sealing),
    /// It was not opened; why, as a sentence.
    Closed(String),
    /// It is signed.
    Signed(Seals),
    /// It says it is signed, and can not be read; why, as a sentence.
    Unreadable(String),
}

impl Layer {
    /// Its signatures, if it has any.
    pub(super) const fn seals(&self) -> Option<&Seals> {
        match self {
            Self::Signed(seals) => Some(seals),
            Self::Closed(_) | Self::Opened(_) | Self::Unreadable(_) => None,
        }
    }
}

/// How a layer was encrypted.
pub(super) struct Sealing {
    pub(super) cipher: &'static str,
    pub(super) authenticated: bool,
    /// Whether it was opened by a key that is not the current one.
    pub(super) by_older_key: bool,
}

/// The signatures of a layer.
pub(super) struct Seals {
    pub(super) signers: Vec<Signer>,
    pub(super) certificates: Vec<Certificate>,
}

impl Seals {
    /// Whether what is signed may be shown: nothing of it was changed, as far as anybody knows.
    fn may_be_shown(&self) -> bool {
        let is = |wanted: &SignatureVerdict| {
            let mut signers = self.signers.iter();
            signers.any(|signer| signer.signature == *wanted)
        };
        is(&SignatureVerdict::Good) || !is(&SignatureVerdict::Bad)
    }
}

/// What came of going through a message.
pub(super) struct Unwrapped {
    pub(super) layers: Vec<Layer>,
    /// What the layers protect; empty where it may not be shown.
    pub(super) inside: Content,
    /// What stands beside them.
    pub(super) outside: Content,
    /// Whether what is shown says that it is signed, in a way that is not known here.
    pub(super) claims_signature: bool,
    /// How many layers stand around what stands beside.
    pub(super) around_outside: usize,
}

/// Gives the keys to decrypt with, once they are needed; nothing where there are none.
pub(super) type Keys<'a> = &'a mut dyn FnMut() -> Result<Option<Arc<Keyset>>, Error>;

/// Goes through a message. `known` are certificates of correspondents (DER).
pub(super) fn unwrap(
    entity: Entity,
    keys: Keys<'_>,
    known: &[Vec<u8>],
) -> Result<Unwrapped, Error> {
    let mut walk = Walk {
        keys,
        known,
        unwrapped: Unwrapped {
            layers: Vec::new(),
            inside: Content::default(),
            outside: Content::default(),
            claims_signature: false,
            around_outside: 0,
        },
    };
    let innermost = walk.go_in(entity)?;
    let mut unwrapped = walk.unwrapped;
    if let Some(entity) = innermost {
        unwrapped.claims_signature =
            matches!(&entity, Entity::Multipart { subtype, .. } if subtype == "signed");
        unwrapped.inside.add(entity);
    }
    if unwrapped.is_garbled() {
        let words = closed(&DecryptError::Failed);
        unwrapped.layers.push(Layer::Closed(words));
        unwrapped.inside = Content::default();
    }
    Ok(unwrapped)
}

impl Unwrapped {
    /// Whether the text came out of a cipher that does not show changes, with nothing else to show
    /// them, and has in it what no text has: pieces of such messages can be put together anew, but
    /// not without random octets between them.
    fn is_garbled(&self) -> bool {
        let is_bare = match self.layers.last() {
            Some(Layer::Opened(sealing)) => !sealing.authenticated,
            Some(Layer::Closed(_) | Layer::Signed(_) | Layer::Unreadable(_)) | None => false,
        };
        let is_strange =
            |character: char| character.is_control() && !TEXT_CONTROLS.contains(&character);
        is_bare && self.inside.text.chars().any(is_strange)
    }
}

/// Control characters that texts have: tab, line ends, form feed, and the one of ISO-2022-JP.
const TEXT_CONTROLS: &[char] = &['\t', '\n', '\r', '\u{c}', '\u{1b}'];

/// Layers within layers: RFC 2634 has three, and gateways add one.
const MAX_LAYERS: usize = 8;

struct Walk<'a> {
    keys: Keys<'a>,
    known: &'a [Vec<u8>],
    unwrapped: Unwrapped,
}

impl Walk<'_> {
    /// What is innermost, if it may be shown.
    fn go_in(&mut self, mut entity: Entity) -> Result<Option<Entity>, Error> {
        for _layer in 0..MAX_LAYERS {
            entity = match self.beside(entity) {
                Entity::Signed {
                    content,
                    entity,
                    signature,
                    ..
                } => match self.detached(&content, &signature) {
                    Some(()) => *entity,
                    None => return Ok(None),
                },
                Entity::Pkcs7 { content, .. } => match self.object(&content)? {
                    Next::In(octets) => read_inside(&octets),
                    Next::Shown(entity) => return Ok(Some(entity)),
                    Next::Closed => return Ok(None),
                },
                innermost @ (Entity::Attachment { .. }
                | Entity::Cmp(_)
                | Entity::Html { .. }
                | Entity::Malformed(_)
                | Entity::Message(_)
                | Entity::Multipart { .. }
                | Entity::Text { .. }) => return Ok(Some(innermost)),
            };
        }
        let words = "The message has more layers than are opened here.";
        self.unwrapped.layers.push(Layer::Closed(words.to_owned()));
        Ok(None)
    }

    /// The protected part among several; the others are put apart.
    fn beside(&mut self, entity: Entity) -> Entity {
        let (subtype, parts) = match entity {
            Entity::Multipart { subtype, parts } => (subtype, parts),
            single @ (Entity::Attachment { .. }
            | Entity::Cmp(_)
            | Entity::Html { .. }
            | Entity::Malformed(_)
            | Entity::Message(_)
            | Entity::Pkcs7 { .. }
            | Entity::Signed { .. }
            | Entity::Text { .. }) => return single,
        };
        let (protected, parts) = take_protected(parts);
        let rest = Entity::Multipart { subtype, parts };
        let Some(protected) = protected else {
            return rest;
        };
        let mut content = Content::default();
        content.add(rest);
        if !content.is_blank() {
            // What is furthest out is covered by the fewest.
            if self.unwrapped.outside.is_blank() {
                self.unwrapped.around_outside = self.unwrapped.layers.len();
            }
            self.unwrapped.outside.append(content);
        }
        protected
    }

    /// A detached signature; nothing if what it is over may not be shown.
    fn detached(&mut self, content: &[u8], signature: &[u8]) -> Option<()> {
        let known: Vec<&[u8]> = self.known.iter().map(Vec::as_slice).collect();
        let verify = |content: &[u8]| signed::verify_knowing(signature, Some(content), &known);
        let mut verified = verify(content);
        // Some programs sign lines as their system ends them.
        if fits_nothing(&verified) {
            let again = verify(&with_bare_line_ends(content));
            if !fits_nothing(&again) {
                verified = again;
            }
        }
        self.signed(verified).map(|_content| ())
    }

    /// A CMS object that is an entity of its own.
    fn object(&mut self, octets: &[u8]) -> Result<Next, Error> {
        match kind::of(octets) {
            CmsKind::Encrypted => self.encrypted(octets),
            CmsKind::Signed => {
                let known: Vec<&[u8]> = self.known.iter().map(Vec::as_slice).collect();
                let verified = signed::verify_knowing(octets, None, &known);
                let brings_certificates = verified.as_ref();
                if brings_certificates.is_ok_and(|signed| signed.signers.is_empty()) {
                    return Ok(Next::Shown(Entity::Attachment {
                        name: "smime.p7c".to_owned(),
                        media_type: "application/pkcs7-mime".to_owned(),
                        content: octets.to_vec(),
                    }));
                }
                Ok(self.signed(verified).map_or(Next::Closed, Next::In))
            }
            CmsKind::Other => {
                let words = "The message is protected in a way that is not supported.";
                self.unwrapped.layers.push(Layer::Closed(words.to_owned()));
                Ok(Next::Closed)
            }
        }
    }

    /// Notes the signatures; the content, if it may be shown.
    fn signed(&mut self, verified: Result<Signed, SmimeError>) -> Option<Vec<u8>> {
        let signed = match verified {
            Ok(signed) if signed.signers.is_empty() => {
                let words = "The signature is missing.";
                self.unwrapped
                    .layers
                    .push(Layer::Unreadable(words.to_owned()));
                return None;
            }
            Ok(signed) => signed,
            Err(error) => {
                let words = format!("The signature can not be verified: {error}.");
                self.unwrapped.layers.push(Layer::Unreadable(words));
                return None;
            }
        };
        let read = signed.certificates.iter();
        let seals = Seals {
            signers: signed.signers,
            certificates: read
                .filter_map(|der| Certificate::from_der(der).ok())
                .collect(),
        };
        let may_be_shown = seals.may_be_shown();
        self.unwrapped.layers.push(Layer::Signed(seals));
        may_be_shown.then(|| signed.content.unwrap_or_default())
    }

    fn encrypted(&mut self, octets: &[u8]) -> Result<Next, Error> {
        let keyset = (self.keys)()?;
        let held: Vec<_> = keyset
            .iter()
            .flat_map(|keyset| keyset.decryption())
            .collect();
        let decrypters: Vec<Decrypter<'_>> = held
            .iter()
            .map(|held| Decrypter {
                key: &held.key,
                certificate: Some(held.certificate.der()),
            })
            .collect();
        let (layer, next) = match enveloped::decrypt(octets, &decrypters) {
            Ok(opened) => {
                let sealing = Sealing {
                    cipher: opened.cipher,
                    authenticated: opened.authenticated,
                    by_older_key: 0 < opened.opened_by,
                };
                let octets = opened.content.expose().to_vec();
                (Layer::Opened(sealing), Next::In(octets))
            }
            Err(error) => (Layer::Closed(closed(&error)), Next::Closed),
        };
        self.unwrapped.layers.push(layer);
        Ok(next)
    }
}

/// What follows after a CMS object.
enum Next {
    /// Nothing may be shown.
    Closed,
    /// These octets, which are an entity.
    In(Vec<u8>),
    /// This, and nothing within.
    Shown(Entity),
}

/// Why a message was not decrypted (Q164959 for the key that is missing).
fn closed(error: &DecryptError) -> String {
    match error {
        DecryptError::NotForUs => NO_KEY.to_owned(),
        DecryptError::Failed => {
            "This item has been encrypted. It can not be unencrypted: it was changed or damaged."
                .to_owned()
        }
        DecryptError::Malformed => {
            "This item has been encrypted. It is damaged and can not be read.".to_owned()
        }
        DecryptError::Unsupported(how) => {
            format!("This item has been encrypted in a way that is not supported: {how}.")
        }
    }
}

/// The words for a message that none of the own keys opens, as they always were (Q164959).
pub(super) const NO_KEY: &str = "This item has been encrypted. You do not have the security key \
    necessary to unencrypt this item.";

/// Whether every signature is over something else.
fn fits_nothing(verified: &Result<Signed, SmimeError>) -> bool {
    verified.as_ref().is_ok_and(|signed| {
        let mut signers = signed.signers.iter();
        signers.all(|signer| signer.signature == SignatureVerdict::Bad)
    })
}

/// CRLF becomes LF, and nothing else changes: what is shown is what was signed but for its line ends.
fn with_bare_line_ends(content: &[u8]) -> Vec<u8> {
    let mut bare = Vec::with_capacity(content.len());
    for line in content.split_inclusive(|octet| *octet == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => bare.extend_from_slice(&[text, b"\n"].concat()),
            None => bare.extend_from_slice(line),
        }
    }
    bare
}

/// The entity in what a layer protects. Programs that work without MIME put a CMS object there as it
/// is.
fn read_inside(octets: &[u8]) -> Entity {
    if kind::of(octets) != CmsKind::Other {
        return Entity::Pkcs7 {
            smime_type: None,
            content: octets.to_vec(),
        };
    }
    match message::read_entity(octets) {
        Ok(entity) => entity,
        Err(message::MailError::Empty) => Entity::Text {
            text: String::new(),
        },
        Err(error @ message::MailError::TooLarge) => Entity::Malformed(error.to_string()),
    }
}

/// Parts entities into the first protected one in them, however deep in multiparts, and the rest.
fn take_protected(parts: Vec<Entity>) -> (Option<Entity>, Vec<Entity>) {
    let mut protected = None;
    let mut rest = Vec::new();
    for part in parts {
        if protected.is_some() {
            rest.push(part);
        } else if is_protected(&part) {
            protected = Some(part);
        } else if let Entity::Multipart { subtype, parts } = part {
            let (found, parts) = take_protected(parts);
            protected = found;
            rest.push(Entity::Multipart { subtype, parts });
        } else {
            rest.push(part);
        }
    }
    (protected, rest)
}

/// Whether a part is a layer around another; certificates alone, as a file, are none.
fn is_protected(part: &Entity) -> bool {
    match part {
        Entity::Pkcs7 { content, .. } => match kind::of(content) {
            CmsKind::Encrypted => true,
            CmsKind::Signed => {
                !signed::verify(content, None).is_ok_and(|signed| signed.signers.is_empty())
            }
            CmsKind::Other => false,
        },
        Entity::Signed { .. } => true,
        Entity::Attachment { .. }
        | Entity::Cmp(_)
        | Entity::Html { .. }
        | Entity::Malformed(_)
        | Entity::Message(_)
        | Entity::Multipart { .. }
        | Entity::Text { .. } => false,
    }
}
