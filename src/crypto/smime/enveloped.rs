//! Encrypted messages: `EnvelopedData` (RFC 5652 section 6) and `AuthEnvelopedData` (RFC 5083).
//!
//! Written is one strong form of each; read is what other programs have sent since 1999. Every
//! failure of a decryption is the same [`DecryptError::Failed`], so that nobody who sees answers
//! learns which step failed.

use der::asn1::ObjectIdentifier;
use zeroize::Zeroizing;

use crate::crypto::ber::BerError;
use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::crypto::smime::SmimeError;
use crate::crypto::smime::enveloped::content::ContentCipher;
use crate::crypto::smime::enveloped::identity::Identity;
use crate::crypto::smime::enveloped::recipients::Entry;
use crate::crypto::smime::enveloped::structure::Enveloped;
use crate::domain::secret::SecretBytes;

mod agreement;
mod algorithm;
mod content;
mod identity;
mod recipients;
mod structure;
mod transport;
mod wrap;
mod write;

pub use recipients::RecipientId;
pub use write::{encrypt, encrypt_as, enveloped_data};

/// Who can open what is encrypted.
#[derive(Clone, Copy)]
pub enum Recipient<'a> {
    /// The owner of this certificate (DER): RSA, or the curves P-256, P-384 and P-521. To an RSA key
    /// the content key goes as RSAES-PKCS1-v1_5.
    Certificate(&'a [u8]),
    /// Whoever has the private half of this bare key, named by its identifier; to an RSA key the
    /// content key goes as RSAES-OAEP. For our own programs.
    Key(&'a PublicKey),
    /// Like [`Self::Certificate`] for an owner who has said that RSAES-OAEP can be read there.
    OaepCertificate(&'a [u8]),
}

/// How content is encrypted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cipher {
    /// AES-256 in CBC mode, as `EnvelopedData`: every program reads it, nothing finds a change.
    Aes256Cbc,
    /// AES-256 in GCM mode, as `AuthEnvelopedData`: a change is found.
    Aes256Gcm,
}

/// One of the reader's own keys.
#[derive(Clone, Copy)]
pub struct Decrypter<'a> {
    /// The private key.
    pub key: &'a PrivateKey,
    /// Its certificate (DER), whose issuer and serial number messages name; `None`: a bare key.
    pub certificate: Option<&'a [u8]>,
}

/// What was in an encrypted message.
pub struct Decrypted {
    /// The content's octets.
    pub content: SecretBytes,
    /// What they are: id-data (1.2.840.113549.1.7.1) for a MIME entity.
    pub content_type: ObjectIdentifier,
    /// The cipher for people: `AES-256-GCM`.
    pub cipher: &'static str,
    /// Whether the cipher would have shown a change. Where it is `false`, somebody in between may
    /// have changed or composed the content, and with 1 in 256 chance it is noise of a wrong key.
    pub authenticated: bool,
    /// Which of the given keys opened it.
    pub opened_by: usize,
}

/// Why a message was not decrypted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DecryptError {
    /// It was changed, or the key does not fit, or a step of the decryption failed: which is not
    /// said.
    #[error("the message can not be decrypted")]
    Failed,
    /// Not an encrypted message.
    #[error("the encrypted message can not be read")]
    Malformed,
    /// It is encrypted to none of the given keys.
    #[error("the message is encrypted to other keys")]
    NotForUs,
    /// It is encrypted in a way that is not read here; the text names it.
    #[error("the message is encrypted in a way that is not supported: {0}")]
    Unsupported(String),
}

/// Why a message was not encrypted.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EncryptError {
    /// There is nobody to encrypt to.
    #[error("the message has no recipients")]
    NoRecipient,
    /// The certificate at this place of the list can not be read, or nothing can be encrypted to
    /// its key.
    #[error("nothing can be encrypted to the key of recipient {0}")]
    Recipient(usize),
    /// The system or the library refused; does not happen otherwise.
    #[error("nothing could be encrypted")]
    Sealing,
}

/// Decrypts a message: a `ContentInfo` in BER.
pub fn decrypt(message: &[u8], with: &[Decrypter<'_>]) -> Result<Decrypted, DecryptError> {
    open(&Enveloped::from_content_info(message)?, with)
}

/// Decrypts an `EnvelopedData` that stands alone, as CMP carries it (RFC 9810 section 5.2.2).
pub fn decrypt_enveloped_data(
    enveloped: &[u8],
    with: &[Decrypter<'_>],
) -> Result<Decrypted, DecryptError> {
    open(&Enveloped::from_enveloped_data(enveloped)?, with)
}

/// Whom a message is encrypted to, in its order; recipients by password or by a shared key are
/// passed over.
pub fn recipients(message: &[u8]) -> Result<Vec<RecipientId>, DecryptError> {
    let enveloped = Enveloped::from_content_info(message)?;
    let entries = recipients::read(enveloped.recipients)?;
    Ok(entries.into_iter().map(|entry| entry.id).collect())
}

/// How many matching recipients are tried. An honest message names a key once or twice; one that
/// names it a thousand times would buy a thousand decryptions, or guesses, with one message.
const MAX_ATTEMPTS: usize = 4;

fn open(enveloped: &Enveloped<'_>, with: &[Decrypter<'_>]) -> Result<Decrypted, DecryptError> {
    let cipher = ContentCipher::read(enveloped)?;
    let ours: Vec<Identity> = with.iter().map(Identity::of).collect();
    let entries = recipients::read(enveloped.recipients)?;
    let matching = entries.iter().flat_map(|entry| {
        let fits = move |(_, ours): &(usize, &Identity)| ours.is(&entry.id);
        let places = ours.iter().enumerate().filter(fits);
        places.map(move |(place, _)| (entry, place))
    });
    let mut refusal = DecryptError::NotForUs;
    for (entry, place) in matching.take(MAX_ATTEMPTS) {
        let Some(decrypter) = with.get(place) else {
            continue;
        };
        match attempt(enveloped, &cipher, entry, decrypter.key) {
            Ok(content) => {
                return Ok(Decrypted {
                    content,
                    content_type: enveloped.content_type,
                    cipher: cipher.name(),
                    authenticated: enveloped.authentication.is_some(),
                    opened_by: place,
                });
            }
            Err(DecryptError::Unsupported(_)) if refusal == DecryptError::Failed => (),
            Err(error) => refusal = error,
        }
    }
    Err(refusal)
}

fn attempt(
    enveloped: &Enveloped<'_>,
    cipher: &ContentCipher<'_>,
    entry: &Entry<'_>,
    key: &PrivateKey,
) -> Result<SecretBytes, DecryptError> {
    let content_key = entry.content_key(key, cipher.key_len())?;
    cipher.open(enveloped, &content_key)
}

/// Octets of a key that are wiped.
type KeyOctets = Zeroizing<Vec<u8>>;

impl From<BerError> for DecryptError {
    fn from(_reason: BerError) -> Self {
        Self::Malformed
    }
}

impl From<SmimeError> for DecryptError {
    fn from(_reason: SmimeError) -> Self {
        Self::Malformed // the one thing a walk can say
    }
}

impl From<der::Error> for DecryptError {
    fn from(_reason: der::Error) -> Self {
        Self::Malformed
    }
}

impl From<aws_lc_rs::error::Unspecified> for DecryptError {
    fn from(_reason: aws_lc_rs::error::Unspecified) -> Self {
        Self::Failed
    }
}

impl From<aws_lc_rs::error::KeyRejected> for DecryptError {
    fn from(_reason: aws_lc_rs::error::KeyRejected) -> Self {
        Self::Failed
    }
}

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]
mod tests;
