//! Sealed objects that say inside what they are for, so that none can be put in another's place.
//!
//! The label is part of the plaintext. Keys are PKCS#8 with the label as an attribute, which
//! `openssl pkey -inform DER` reads and passes over; all else is `SEQUENCE { label, content OCTET
//! STRING }`. The label itself is
//!
//! ```text
//! Label ::= SEQUENCE {
//!     purpose       UTF8String,
//!     installation  OCTET STRING (SIZE (16)),
//!     subject       OCTET STRING,
//!     number        INTEGER }
//! ```

use der::asn1::{OctetStringRef, SetOfVec, Utf8StringRef};
use der::{Any, Decode as _, Encode as _, Sequence, Tag, ValueOrd};
use rand::CryptoRng;
use x509_cert::spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use crate::crypto::envelope::{self, EnvelopeError, Opener, Recipient};
use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::domain::secret::SecretBytes;

/// What a sealed object is for. It opens under an equal label only.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Label<'a> {
    /// What kind of object it is, in words: `share`, `archived key`.
    pub purpose: &'static str,
    /// The UUID of the installation it belongs to.
    pub installation: [u8; 16],
    /// What it is about: the UUID of a mailbox or seat, the name of a guard.
    pub subject: &'a [u8],
    /// Which one of several: an epoch, the number of a share or key.
    pub number: i64,
}

/// Why a labelled object was not sealed or opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LabelledError {
    /// The envelope around it.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// It opens, but what is inside has not the form written here.
    #[error("the sealed object has a content that can not be read")]
    Malformed,
    /// It opens, but is another object than the one that belongs here.
    #[error("the sealed object belongs in another place")]
    WrongPlace,
}

/// Seals octets that are no private key.
pub fn seal_content(
    content: &[u8],
    label: &Label<'_>,
    to: Recipient<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, LabelledError> {
    let plaintext = LabelledContent {
        label: LabelValue::new(label)?,
        content: OctetStringRef::new(content)?,
    };
    let plaintext = Zeroizing::new(plaintext.to_der()?);
    Ok(envelope::seal(&plaintext, to, rng)?)
}

/// Opens what [`seal_content`] sealed under an equal label.
pub fn open_content(
    sealed: &[u8],
    with: Opener<'_>,
    label: &Label<'_>,
) -> Result<SecretBytes, LabelledError> {
    let plaintext = envelope::open(sealed, with)?;
    let opened = LabelledContent::from_der(plaintext.expose())?;
    if opened.label != LabelValue::new(label)? {
        return Err(LabelledError::WrongPlace);
    }
    Ok(SecretBytes::new(opened.content.as_bytes().to_vec()))
}

/// Seals a private key.
pub fn seal_key(
    private: &PrivateKey,
    label: &Label<'_>,
    to: Recipient<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, LabelledError> {
    let key = OneAsymmetricKey::from_der(private.pkcs8().expose())?;
    let labelled = OneAsymmetricKey {
        attributes: Some(attributes(label)?),
        ..key
    };
    let plaintext = Zeroizing::new(labelled.to_der()?);
    Ok(envelope::seal(&plaintext, to, rng)?)
}

/// Opens what [`seal_key`] sealed under an equal label, if it is the private half of `public`.
pub fn open_key(
    sealed: &[u8],
    with: Opener<'_>,
    label: &Label<'_>,
    public: &PublicKey,
) -> Result<PrivateKey, LabelledError> {
    let private = open_any_key(sealed, with, label)?;
    if private.public() != public {
        return Err(LabelledError::WrongPlace);
    }
    Ok(private)
}

/// Opens what [`seal_key`] sealed under an equal label, if it is the private half of the public key
/// with this identifier, and seals it to somebody else.
pub fn transfer_key(
    sealed: &[u8],
    with: Opener<'_>,
    to: Recipient<'_>,
    (label, key_id): (&Label<'_>, &[u8; 32]),
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, LabelledError> {
    let private = open_any_key(sealed, with, label)?;
    if private.public().key_id() != *key_id {
        return Err(LabelledError::WrongPlace);
    }
    seal_key(&private, label, to, rng)
}

fn open_any_key(
    sealed: &[u8],
    with: Opener<'_>,
    label: &Label<'_>,
) -> Result<PrivateKey, LabelledError> {
    let plaintext = envelope::open(sealed, with)?;
    let labelled = OneAsymmetricKey::from_der(plaintext.expose())?;
    if labelled.attributes != Some(attributes(label)?) {
        return Err(LabelledError::WrongPlace);
    }
    let key = OneAsymmetricKey {
        attributes: None,
        ..labelled
    };
    PrivateKey::from_pkcs8(SecretBytes::new(key.to_der()?)).map_err(|_key| LabelledError::Malformed)
}

#[derive(Sequence)]
struct LabelledContent<'a> {
    label: LabelValue<'a>,
    content: &'a OctetStringRef,
}

#[derive(Eq, PartialEq, Sequence)]
struct LabelValue<'a> {
    purpose: Utf8StringRef<'a>,
    installation: &'a OctetStringRef,
    subject: &'a OctetStringRef,
    number: i64,
}

impl<'a> LabelValue<'a> {
    fn new(label: &'a Label<'a>) -> Result<Self, LabelledError> {
        let Label {
            purpose,
            installation,
            subject,
            number,
        } = label;
        Ok(Self {
            purpose: Utf8StringRef::new(purpose)?,
            installation: OctetStringRef::new(installation)?,
            subject: OctetStringRef::new(subject)?,
            number: *number,
        })
    }
}

/// RFC 5958 section 2, in its version 1: the public half stands in the certificate.
#[derive(Sequence)]
struct OneAsymmetricKey<'a> {
    version: u8,
    algorithm: AlgorithmIdentifierRef<'a>,
    private_key: &'a OctetStringRef,
    #[asn1(
        context_specific = "0",
        tag_mode = "IMPLICIT",
        constructed = "true",
        optional = "true"
    )]
    attributes: Option<SetOfVec<Attribute>>,
}

/// X.501 Attribute, with a type whose number is too large for `ObjectIdentifier`.
#[derive(Clone, Debug, Eq, PartialEq, Sequence, ValueOrd)]
struct Attribute {
    kind: Any,
    values: SetOfVec<Any>,
}

fn attributes(label: &Label<'_>) -> Result<SetOfVec<Attribute>, LabelledError> {
    let attribute = Attribute {
        kind: Any::new(Tag::ObjectIdentifier, ID_LABEL)?,
        values: SetOfVec::try_from([Any::encode_from(&LabelValue::new(label)?)?])?,
    };
    Ok(SetOfVec::try_from([attribute])?)
}

impl From<der::Error> for LabelledError {
    fn from(_reason: der::Error) -> Self {
        Self::Malformed
    }
}

/// 2.25.34521061674600957801944688468179632434 (UUID 19f883bf-6399-4481-9732-7f8f7d454132, X.667
/// section 7): the type of the attribute that holds a Label.
const ID_LABEL: [u8; 19] = [
    0x69, 0xb3, 0xf8, 0xc1, 0xef, 0xec, 0xb9, 0xca, 0x92, 0x83, 0x97, 0x99, 0x9f, 0xf1, 0xf7, 0xea,
    0x95, 0x82, 0x32,
];

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;
    use crate::crypto::judge::{Scratch, judge};
    use crate::domain::key_kind::KeyKind;
    use crate::domain::secret::Key;

    const LABEL: Label<'_> = Label {
        purpose: "archived key",
        installation: [1; 16],
        subject: &[2; 16],
        number: 3,
    };

    /// Labels that differ from [`LABEL`] in one field each.
    const OTHERS: [Label<'_>; 5] = [
        Label {
            purpose: "share",
            ..LABEL
        },
        Label {
            installation: [9; 16],
            ..LABEL
        },
        Label {
            subject: &[9; 16],
            ..LABEL
        },
        Label {
            subject: &[2; 15],
            ..LABEL
        },
        Label { number: 4, ..LABEL },
    ];

    fn rng() -> StdRng {
        StdRng::seed_from_u64(1)
    }

    #[test]
    fn content_opens_in_its_own_place_only() {
        let key = Key::random(&mut rng());
        let (to, with) = (
            Recipient::Key {
                id: b"1",
                key: &key,
            },
            Opener::Key {
                id: b"1",
                key: &key,
            },
        );
        let sealed = seal_content(b"the share", &LABEL, to, &mut rng()).unwrap();
        let opened = open_content(&sealed, with, &LABEL).unwrap();
        assert_eq!(opened.expose(), b"the share");
        for label in OTHERS {
            let refused = open_content(&sealed, with, &label).err();
            assert_eq!(refused, Some(LabelledError::WrongPlace), "{label:?}");
        }
    }

    #[test]
    fn a_key_opens_in_its_own_place_and_for_its_own_public_half_only() {
        let key = Key::random(&mut rng());
        let (to, with) = (
            Recipient::Key {
                id: b"1",
                key: &key,
            },
            Opener::Key {
                id: b"1",
                key: &key,
            },
        );
        for kind in [
            KeyKind::Rsa2048,
            KeyKind::P256,
            KeyKind::P384,
            KeyKind::Ed25519,
        ] {
            let private = PrivateKey::generate(kind, &mut rng()).unwrap();
            let sealed = seal_key(&private, &LABEL, to, &mut rng()).unwrap();
            let opened = open_key(&sealed, with, &LABEL, private.public()).unwrap();
            assert_eq!(opened.pkcs8().expose(), private.pkcs8().expose());
            for label in OTHERS {
                let refused = open_key(&sealed, with, &label, private.public()).err();
                assert_eq!(refused, Some(LabelledError::WrongPlace), "{label:?}");
            }
            let other = PrivateKey::generate(kind, &mut StdRng::seed_from_u64(2)).unwrap();
            let refused = open_key(&sealed, with, &LABEL, other.public()).err();
            assert_eq!(refused, Some(LabelledError::WrongPlace), "{kind}");
        }
    }

    #[test]
    fn a_key_and_a_content_are_not_taken_for_each_other() {
        let key = Key::random(&mut rng());
        let (to, with) = (
            Recipient::Key {
                id: b"1",
                key: &key,
            },
            Opener::Key {
                id: b"1",
                key: &key,
            },
        );
        let private = PrivateKey::generate(KeyKind::P256, &mut rng()).unwrap();
        let sealed = seal_key(&private, &LABEL, to, &mut rng()).unwrap();
        let refused = open_content(&sealed, with, &LABEL).err();
        assert_eq!(refused, Some(LabelledError::Malformed));
        let octets = private.pkcs8().expose();
        let sealed = seal_content(octets, &LABEL, to, &mut rng()).unwrap();
        let refused = open_key(&sealed, with, &LABEL, private.public()).err();
        assert_eq!(refused, Some(LabelledError::Malformed));
        let sealed = envelope::seal(octets, to, &mut rng()).unwrap();
        let refused = open_key(&sealed, with, &LABEL, private.public()).err();
        assert_eq!(refused, Some(LabelledError::WrongPlace), "no label at all");
    }

    #[test]
    fn openssl_reads_a_sealed_key_without_knowing_of_labels() {
        let scratch = Scratch::new("labelled");
        let archive = PrivateKey::generate(KeyKind::Rsa2048, &mut rng()).unwrap();
        let opener = scratch.file("archive.der", archive.pkcs8().expose());
        for kind in [
            KeyKind::Rsa2048,
            KeyKind::P256,
            KeyKind::P384,
            KeyKind::Ed25519,
        ] {
            let private = PrivateKey::generate(kind, &mut StdRng::seed_from_u64(3)).unwrap();
            let to = Recipient::Public(archive.public());
            let sealed = seal_key(&private, &LABEL, to, &mut rng()).unwrap();
            let sealed = scratch.file("sealed.cms", &sealed);
            let decrypt = ["cms", "-decrypt", "-inform", "DER", "-in", &sealed];
            let decrypt = [&decrypt[..], &["-keyform", "DER", "-inkey", &opener]].concat();
            let Some(judged) = judge("openssl", &decrypt, b"") else {
                return;
            };
            assert!(judged.accepted, "{}", judged.said);
            let key = scratch.file("key.der", &judged.output);
            let read = [
                "pkey", "-inform", "DER", "-in", &key, "-pubout", "-outform", "DER",
            ];
            let judged = judge("openssl", &read, b"").unwrap();
            assert_eq!(judged.output, private.public().spki(), "{}", judged.said);
        }
    }
}
