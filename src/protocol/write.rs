//! Writes messages and protects them.

use der::Encode as _;
use der::asn1::{Any, BitString};
use rand::CryptoRng;

use crate::crypto::certificate::Certificate;
use crate::crypto::signature;
use crate::protocol::asn1::body::{PkiBody, PkiMessage, ProtectedPart};
use crate::protocol::asn1::header::PkiHeader;
use crate::protocol::asn1::{mac, raw};
use crate::protocol::message::{Body, Certified, MAX_MESSAGE, Message, Name};
use crate::protocol::protect::{DerivedMac, Protector};

/// Why a message was not written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WriteError {
    /// A part is not the DER that it should be, or does not fit into a message.
    #[error("a part of the message can not be encoded")]
    Encoding,
    /// The key could not sign, or its certificate can not be read.
    #[error("the message could not be signed")]
    Key,
    /// Longer than anybody reads.
    #[error("the message is too large")]
    TooLarge,
}

impl From<der::Error> for WriteError {
    fn from(_reason: der::Error) -> Self {
        Self::Encoding
    }
}

/// Writes a message, DER. A signer is named in the header, and its certificate comes first in
/// extraCerts. The version is 2, or 3 where `EnvelopedData` or a hashAlg needs it (RFC 9810 section
/// 7).
pub fn write(
    message: &Message,
    by: Protector<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, WriteError> {
    let octets = match by {
        Protector::Mac { secret, form } => {
            let derived = DerivedMac::new(form, rng);
            let protected = protected_part(message, Some(mac::write(&derived)?))?;
            let mac = derived.compute(secret, &protected.to_der()?);
            assemble(protected, Some(&mac), &message.extra_certs)?
        }
        Protector::Signature { key, certificate } => {
            let named = with_signer(message, certificate)?;
            let algorithm = raw::sequence(signature::algorithm_of(key))?;
            let protected = protected_part(&named, Some(algorithm))?;
            let signed = key.sign(&protected.to_der()?);
            let signature = signed.map_err(|_operation| WriteError::Key)?;
            assemble(protected, Some(&signature), &named.extra_certs)?
        }
        Protector::Unprotected => {
            let protected = protected_part(message, None)?;
            assemble(protected, None, &message.extra_certs)?
        }
    };
    if MAX_MESSAGE < octets.len() {
        return Err(WriteError::TooLarge);
    }
    Ok(octets)
}

/// The message with its signer's name, key identifier and certificate, by which the receiver finds
/// the key (RFC 9810 section 5.1.1, RFC 9483 section 3.1).
fn with_signer(message: &Message, certificate: &[u8]) -> Result<Message, WriteError> {
    let signer = Certificate::from_der(certificate).map_err(|_malformed| WriteError::Key)?;
    let mut named = message.clone();
    named.header.sender = Name::Directory(signer.subject_der().to_vec());
    named.header.sender_kid = signer.subject_key_id().map(<[u8]>::to_vec);
    named.extra_certs.retain(|other| other != certificate);
    named.extra_certs.insert(0, certificate.to_vec());
    Ok(named)
}

fn protected_part(
    message: &Message,
    algorithm: Option<raw::RawSequence>,
) -> Result<ProtectedPart, WriteError> {
    let header = PkiHeader::from_value(&message.header, version(&message.body), algorithm)?;
    Ok(ProtectedPart {
        header: Any::encode_from(&header)?,
        body: Any::encode_from(&PkiBody::from_value(&message.body)?)?,
    })
}

fn assemble(
    protected: ProtectedPart,
    protection: Option<&[u8]>,
    extra_certs: &[Vec<u8>],
) -> Result<Vec<u8>, WriteError> {
    let message = PkiMessage {
        header: protected.header,
        body: protected.body,
        protection: protection.map(BitString::from_bytes).transpose()?,
        extra_certs: raw::unless_empty(raw::sequences(extra_certs)?),
    };
    Ok(message.to_der()?)
}

/// cmp2021 where something of it is used, else cmp2000, which everybody reads.
fn version(body: &Body) -> u8 {
    let has_key = |certified: &Certified| certified.private_key.is_some();
    let is_new = match body {
        Body::Ip(reply) | Body::Cp(reply) | Body::Kup(reply) => {
            let mut all = reply.responses.iter();
            all.any(|response| response.certified.as_ref().is_some_and(has_key))
        }
        Body::Krp(reply) => reply.history.iter().any(has_key),
        Body::CertConf(all) => all.iter().any(|status| status.hash_alg.is_some()),
        Body::Cr(_)
        | Body::Error(_)
        | Body::Genm(_)
        | Body::Genp(_)
        | Body::Ir(_)
        | Body::Krr(_)
        | Body::Kur(_)
        | Body::P10cr(_)
        | Body::PkiConf
        | Body::Rp(_)
        | Body::Rr(_) => false,
    };
    if is_new { 3 } else { 2 }
}
