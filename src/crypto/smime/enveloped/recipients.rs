//! The recipients of a message as they stand in it: `RecipientInfos` (RFC 5652 section 6.2).

use crate::crypto::ber::{self, Element};
use crate::crypto::keypair::PrivateKey;
use crate::crypto::smime::enveloped::algorithm::Algorithm;
use crate::crypto::smime::enveloped::{DecryptError, KeyOctets, agreement, transport};
use crate::crypto::smime::walk::{
    CONTEXT_0, CONTEXT_0_PRIMITIVE, CONTEXT_1, INTEGER, SEQUENCE, Walk, octet_string,
};

/// Whose key a message names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RecipientId {
    /// That of the certificate with this issuer and serial number.
    IssuerAndSerial {
        /// The issuer's name, DER.
        issuer: Vec<u8>,
        /// The contents octets of the serial number.
        serial: Vec<u8>,
    },
    /// The one with this subject key identifier.
    KeyIdentifier(Vec<u8>),
}

/// One key that can open the message.
pub(super) struct Entry<'a> {
    /// Whose.
    pub(super) id: RecipientId,
    way: Way<'a>,
    encrypted_key: Vec<u8>,
}

/// How the content key gets to its recipient.
enum Way<'a> {
    /// Wrapped by a key that both sides agree on.
    Agreement(agreement::Offer<'a>),
    /// Encrypted to an RSA key.
    Transport(Algorithm<'a>),
}

impl Entry<'_> {
    /// The content key, which has `length` octets.
    pub(super) fn content_key(
        &self,
        key: &PrivateKey,
        length: usize,
    ) -> Result<KeyOctets, DecryptError> {
        match &self.way {
            Way::Agreement(offer) => offer.content_key(key, &self.encrypted_key, length),
            Way::Transport(algorithm) => {
                transport::content_key(algorithm, key, &self.encrypted_key, length)
            }
        }
    }
}

/// Reads the contents of the SET; recipients of other kinds than ours are passed over.
pub(super) fn read(recipients: &[u8]) -> Result<Vec<Entry<'_>>, DecryptError> {
    let mut infos = Walk::new(recipients);
    let mut entries = Vec::new();
    while !infos.is_empty() {
        let info = infos.any()?;
        match info.tag {
            SEQUENCE => entries.push(key_transport(&info)?),
            CONTEXT_1 => key_agreement(&info, &mut entries)?,
            // kekri, pwri, ori and what is still to be invented: another recipient may be ours
            _ => (),
        }
    }
    Ok(entries)
}

/// `KeyTransRecipientInfo` (RFC 5652 section 6.2.1).
fn key_transport<'a>(info: &Element<'a>) -> Result<Entry<'a>, DecryptError> {
    let mut fields = Walk::new(info.content);
    fields.expect(INTEGER)?;
    let rid = fields.any()?;
    let id = if [CONTEXT_0_PRIMITIVE, CONTEXT_0].contains(&rid.tag) {
        RecipientId::KeyIdentifier(ber::joined(&rid)?)
    } else {
        issuer_and_serial(&rid)?
    };
    let algorithm = Algorithm::take(&mut fields)?;
    let encrypted_key = octet_string(&fields.any()?)?;
    fields.finish()?;
    Ok(Entry {
        id,
        way: Way::Transport(algorithm),
        encrypted_key,
    })
}

/// `KeyAgreeRecipientInfo` (RFC 5652 section 6.2.2): one offer, several recipients.
fn key_agreement<'a>(info: &Element<'a>, entries: &mut Vec<Entry<'a>>) -> Result<(), DecryptError> {
    let mut fields = Walk::new(info.content);
    fields.expect(INTEGER)?;
    let originator = fields.expect(CONTEXT_0)?;
    let keying_material = fields.optional(CONTEXT_1)?;
    let algorithm = Algorithm::take(&mut fields)?;
    let mut keys = Walk::new(fields.expect(SEQUENCE)?.content);
    fields.finish()?;
    while !keys.is_empty() {
        let mut key = Walk::new(keys.expect(SEQUENCE)?.content);
        let rid = key.any()?;
        let id = if rid.tag == CONTEXT_0 {
            // RecipientKeyIdentifier; its date and other attribute are no help in finding a key
            RecipientId::KeyIdentifier(octet_string(&Walk::new(rid.content).any()?)?)
        } else {
            issuer_and_serial(&rid)?
        };
        let encrypted_key = octet_string(&key.any()?)?;
        key.finish()?;
        entries.push(Entry {
            id,
            way: Way::Agreement(agreement::Offer {
                originator,
                keying_material,
                algorithm,
            }),
            encrypted_key,
        });
    }
    Ok(())
}

/// `IssuerAndSerialNumber` (RFC 5652 section 10.2.4).
fn issuer_and_serial(rid: &Element<'_>) -> Result<RecipientId, DecryptError> {
    let mut fields = Walk::into(rid.octets, SEQUENCE)?;
    let issuer = ber::to_der(fields.expect(SEQUENCE)?.octets)?;
    let serial = fields.expect(INTEGER)?.content.to_vec();
    fields.finish()?;
    Ok(RecipientId::IssuerAndSerial { issuer, serial })
}
