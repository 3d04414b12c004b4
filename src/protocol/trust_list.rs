//! The Certificate Trust List as it is published: the object that a quorum signed, as it stands in
//! the KM server, with the keys that have signed such lists since the first.
//!
//! ```text
//! PublishedTrustList ::= SEQUENCE {
//!     version       INTEGER (1),
//!     installation  OCTET STRING (SIZE (16)),
//!     keys          SEQUENCE OF OCTET STRING,   -- public keys, DER; oldest first
//!     handOvers     SEQUENCE OF OCTET STRING,   -- each key's signature over the HandOver to the next
//!     body          OCTET STRING,               -- SignedObject, named "trust list"
//!     signature     OCTET STRING }              -- over the body, by the last of the keys
//!
//! HandOver ::= SEQUENCE {
//!     purpose       UTF8String ("trust list key"),
//!     installation  OCTET STRING (SIZE (16)),
//!     next          OCTET STRING }              -- public key, DER
//! ```
//!
//! Whoever has pinned one of the keys can follow to the last: each was handed on by the one before.

use der::asn1::OctetString;
use der::{Decode as _, Encode as _, Sequence};

use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::domain::time::UnixTime;

/// The name of the file in the publish folder.
pub const FILE: &str = "trust-list.der";

/// The name of the list among the objects that are signed as wholes.
pub const NAME: &str = "trust list";

/// The longest list that is read, in octets: a few thousand certificates.
pub const MAX_LIST: usize = 16 << 20;

/// The most keys that are followed: one a week for forty years.
const MAX_KEYS: usize = 2_000;

/// A trust list that was held against a pinned key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TrustList {
    /// The public key (DER) to be pinned from now on.
    pub key: Vec<u8>,
    /// Grows with each change. A list with a smaller version than one that was seen before is an
    /// old one put back, and the caller refuses it.
    pub version: u64,
    /// The authorities that are trusted besides the organization's own.
    pub entries: Vec<Entry>,
}

/// An authority on the list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// Its certificate, DER.
    pub certificate: Vec<u8>,
    /// When it was imported.
    pub imported_at: UnixTime,
}

/// Why a list is not used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TrustListError {
    /// Not a trust list, or too long.
    #[error("the trust list can not be read")]
    Malformed,
    /// The pinned key is none of those that have signed such lists.
    #[error("the trust list is signed by keys that are not known here")]
    UnknownKey,
    /// A signature is wrong.
    #[error("the trust list was changed after it was signed")]
    BadSignature,
}

/// Reads a published list and follows its keys from `pinned` (a public key, DER) to the last.
pub fn read(octets: &[u8], pinned: &[u8]) -> Result<TrustList, TrustListError> {
    if MAX_LIST < octets.len() {
        return Err(TrustListError::Malformed);
    }
    let list = PublishedDer::from_der(octets)?;
    let fits = list.version == 1
        && !list.keys.is_empty()
        && list.keys.len() <= MAX_KEYS
        && list.hand_overs.len() + 1 == list.keys.len();
    if !fits {
        return Err(TrustListError::Malformed);
    }
    let at = list.keys.iter().position(|key| key.as_bytes() == pinned);
    let at = at.ok_or(TrustListError::UnknownKey)?;
    let steps = list.keys.iter().zip(list.keys.iter().skip(1));
    for ((key, next), signature) in steps.zip(&list.hand_overs).skip(at) {
        let statement = hand_over(&list.installation, next.as_bytes())?;
        verify(key.as_bytes(), &statement, signature)?;
    }
    let key = list.keys.last().ok_or(TrustListError::Malformed)?;
    verify(key.as_bytes(), list.body.as_bytes(), &list.signature)?;
    let object = SignedObject::from_der(list.body.as_bytes())?;
    if object.name != NAME || object.installation != list.installation {
        return Err(TrustListError::Malformed);
    }
    let entries = Vec::<EntryDer>::from_der(object.content.as_bytes())?;
    Ok(TrustList {
        key: key.as_bytes().to_vec(),
        version: object.version,
        entries: entries.into_iter().map(Entry::from).collect(),
    })
}

/// What the KM server publishes.
#[derive(Clone, Copy, Debug)]
pub struct Published<'a> {
    /// Which installation it is of.
    pub installation: &'a [u8; 16],
    /// The keys, oldest first, with the signature of each over the hand-over to the next.
    pub keys: &'a Keys,
    /// The [`SignedObject`].
    pub body: &'a [u8],
    /// The signature over it.
    pub signature: &'a [u8],
}

impl Published<'_> {
    /// The DER form.
    pub fn to_der(&self) -> Result<Vec<u8>, der::Error> {
        PublishedDer {
            version: 1,
            installation: OctetString::new(*self.installation)?,
            keys: self.keys.keys.clone(),
            hand_overs: self.keys.hand_overs.clone(),
            body: OctetString::new(self.body)?,
            signature: OctetString::new(self.signature)?,
        }
        .to_der()
    }
}

/// The keys that have signed trust lists, as the KM server keeps them.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub struct Keys {
    keys: Vec<OctetString>,
    hand_overs: Vec<OctetString>,
}

impl Keys {
    /// The first key.
    pub fn first(key: &PublicKey) -> Result<Self, der::Error> {
        Ok(Self {
            keys: vec![OctetString::new(key.spki())?],
            hand_overs: Vec::new(),
        })
    }

    /// The last key, DER.
    pub fn last(&self) -> Option<&[u8]> {
        self.keys.last().map(OctetString::as_bytes)
    }

    /// Adds `next`, handed on by the last key, whose private half is `key`.
    pub fn hand_on(
        &mut self,
        installation: &[u8; 16],
        key: &PrivateKey,
        next: &PublicKey,
    ) -> Result<(), TrustListError> {
        let installation = OctetString::new(*installation)?;
        let statement = hand_over(&installation, next.spki())?;
        let signature = key
            .sign(&statement)
            .map_err(|_key| TrustListError::BadSignature)?;
        self.keys.push(OctetString::new(next.spki())?);
        self.hand_overs.push(OctetString::new(signature)?);
        Ok(())
    }
}

/// An object that is signed as a whole. It names its version and the hash of the version before.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub struct SignedObject {
    /// Which installation it is of.
    pub installation: OctetString,
    /// What it is.
    pub name: String,
    /// 1, 2, 3 …
    pub version: u64,
    /// SHA-256 of the version before; zeros in the first.
    pub previous: OctetString,
    /// What it says.
    pub content: OctetString,
}

/// An entry of the list as it is signed.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub struct EntryDer {
    /// The certificate, DER.
    pub certificate: OctetString,
    /// Unix seconds, UTC.
    pub imported_at: i64,
    /// Who approved the import.
    pub imported_by: String,
    /// The file it came in.
    pub file: String,
    /// The row of the audit that holds the approvals.
    pub audit_row: u64,
}

impl From<EntryDer> for Entry {
    fn from(entry: EntryDer) -> Self {
        Self {
            certificate: entry.certificate.into_bytes().into(),
            imported_at: UnixTime::from_secs(entry.imported_at),
        }
    }
}

#[derive(Sequence)]
struct PublishedDer {
    version: u8,
    installation: OctetString,
    keys: Vec<OctetString>,
    hand_overs: Vec<OctetString>,
    body: OctetString,
    signature: OctetString,
}

#[derive(Sequence)]
struct HandOverDer {
    purpose: String,
    installation: OctetString,
    next: OctetString,
}

fn hand_over(installation: &OctetString, next: &[u8]) -> Result<Vec<u8>, der::Error> {
    HandOverDer {
        purpose: "trust list key".to_owned(),
        installation: installation.clone(),
        next: OctetString::new(next)?,
    }
    .to_der()
}

fn verify(key: &[u8], message: &[u8], signature: &OctetString) -> Result<(), TrustListError> {
    let key = PublicKey::from_spki(key).map_err(|_key| TrustListError::Malformed)?;
    key.verify(message, signature.as_bytes())
        .map_err(|_signature| TrustListError::BadSignature)
}

impl From<der::Error> for TrustListError {
    fn from(_reason: der::Error) -> Self {
        Self::Malformed
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;
    use crate::domain::key_kind::KeyKind;

    const INSTALLATION: [u8; 16] = [7; 16];

    fn keys(count: u64) -> (Vec<PrivateKey>, Keys) {
        let made = (0..count).map(|seed| {
            PrivateKey::generate(KeyKind::Ed25519, &mut StdRng::seed_from_u64(seed)).unwrap()
        });
        let made: Vec<PrivateKey> = made.collect();
        let mut keys = Keys::first(made.first().unwrap().public()).unwrap();
        for (key, next) in made.iter().zip(made.iter().skip(1)) {
            keys.hand_on(&INSTALLATION, key, next.public()).unwrap();
        }
        (made, keys)
    }

    fn published(signer: &PrivateKey, keys: &Keys, name: &str) -> Vec<u8> {
        let entry = EntryDer {
            certificate: OctetString::new(*b"a certificate").unwrap(),
            imported_at: 1_000,
            imported_by: "Ada".to_owned(),
            file: "roots.pem".to_owned(),
            audit_row: 3,
        };
        let object = SignedObject {
            installation: OctetString::new(INSTALLATION).unwrap(),
            name: name.to_owned(),
            version: 4,
            previous: OctetString::new([0; 32]).unwrap(),
            content: OctetString::new(vec![entry].to_der().unwrap()).unwrap(),
        };
        let body = object.to_der().unwrap();
        let list = Published {
            installation: &INSTALLATION,
            keys,
            body: &body,
            signature: &signer.sign(&body).unwrap(),
        };
        list.to_der().unwrap()
    }

    #[test]
    fn whoever_pinned_any_of_the_keys_follows_to_the_last() {
        let (made, keys) = keys(3);
        let last = made.last().unwrap();
        let octets = published(last, &keys, NAME);
        for pinned in &made {
            let known = read(&octets, pinned.public().spki()).unwrap();
            assert_eq!(known.key, last.public().spki());
            assert_eq!((known.version, known.entries.len()), (4, 1));
        }
    }

    #[test]
    fn a_list_of_strangers_of_an_older_key_or_of_another_name_is_refused() {
        let (made, known) = keys(3);
        let first = made.first().unwrap();
        let pinned = first.public().spki();
        let strange =
            PrivateKey::generate(KeyKind::Ed25519, &mut StdRng::seed_from_u64(99)).unwrap();
        let own = Keys::first(strange.public()).unwrap();
        let refused = |octets: &[u8]| read(octets, pinned).unwrap_err();
        assert_eq!(
            refused(&published(&strange, &own, NAME)),
            TrustListError::UnknownKey
        );
        assert_eq!(
            refused(&published(first, &known, NAME)),
            TrustListError::BadSignature
        );
        let mut forged = known.clone();
        forged
            .hand_on(&INSTALLATION, &strange, strange.public())
            .unwrap();
        assert_eq!(
            refused(&published(&strange, &forged, NAME)),
            TrustListError::BadSignature
        );
        let last = made.last().unwrap();
        assert_eq!(
            refused(&published(last, &known, "settings")),
            TrustListError::Malformed
        );
    }
}
