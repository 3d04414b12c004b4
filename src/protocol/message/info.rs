//! Items of information: in headers, and what `genm` asks and `genp` answers.

use std::borrow::Cow;

/// An item (`InfoTypeAndValue`, RFC 9810 section 5.3.19).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InfoItem {
    /// What it is about.
    pub kind: InfoKind,
    /// Its value, DER; a question has none.
    pub value: Option<Vec<u8>>,
}

impl InfoItem {
    /// An item without a value: a question.
    pub const fn question(kind: InfoKind) -> Self {
        Self { kind, value: None }
    }

    /// An item with its value.
    pub const fn new(kind: InfoKind, value: Vec<u8>) -> Self {
        Self {
            kind,
            value: Some(value),
        }
    }

    /// The wish for, or the grant of, implicit confirmation, whose value is NULL.
    pub fn implicit_confirm() -> Self {
        Self::new(InfoKind::IMPLICIT_CONFIRM, vec![0x05, 0])
    }
}

/// What an item is about: the contents octets of its object identifier. They are kept as octets
/// because our own identifiers have an arc of 128 bits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InfoKind(Cow<'static, [u8]>);

impl InfoKind {
    /// id-it-signKeyPairTypes: algorithms of signing keys.
    pub const SIGN_KEY_PAIR_TYPES: Self = Self::registered(&[0x2b, 6, 1, 5, 5, 7, 4, 2]);
    /// id-it-encKeyPairTypes: algorithms of encryption keys.
    pub const ENC_KEY_PAIR_TYPES: Self = Self::registered(&[0x2b, 6, 1, 5, 5, 7, 4, 3]);
    /// id-it-preferredSymmAlg: the preferred cipher.
    pub const PREFERRED_SYMM_ALG: Self = Self::registered(&[0x2b, 6, 1, 5, 5, 7, 4, 4]);
    /// id-it-currentCRL: the newest CRL (`CertificateList`).
    pub const CURRENT_CRL: Self = Self::registered(&[0x2b, 6, 1, 5, 5, 7, 4, 6]);
    /// id-it-implicitConfirm: no certConf will be sent.
    pub const IMPLICIT_CONFIRM: Self = Self::registered(&[0x2b, 6, 1, 5, 5, 7, 4, 13]);
    /// id-it-caCerts: the authorities' certificates (SEQUENCE OF certificates).
    pub const CA_CERTS: Self = Self::registered(&[0x2b, 6, 1, 5, 5, 7, 4, 17]);
    /// id-it-rootCaCert: a root that is to be replaced.
    pub const ROOT_CA_CERT: Self = Self::registered(&[0x2b, 6, 1, 5, 5, 7, 4, 20]);
    /// id-it-crls: newer CRLs (SEQUENCE OF `CertificateList`).
    pub const CRLS: Self = Self::registered(&[0x2b, 6, 1, 5, 5, 7, 4, 23]);
    /// Ours: the public key that signs trust lists (`SubjectPublicKeyInfo`).
    pub const TRUST_LIST_KEY: Self = Self(Cow::Borrowed(&ours(1)));
    /// Ours: the signed trust list.
    pub const TRUST_LIST: Self = Self(Cow::Borrowed(&ours(2)));
    /// Ours: in the header of an answer to `ir`: the keys are to be had by `krr`.
    pub const GO_TO_KEY_RECOVERY: Self = Self(Cow::Borrowed(&ours(3)));

    /// A kind from the contents octets of its object identifier.
    pub const fn from_octets(octets: Vec<u8>) -> Self {
        Self(Cow::Owned(octets))
    }

    /// The contents octets of its object identifier.
    pub fn octets(&self) -> &[u8] {
        &self.0
    }

    const fn registered(octets: &'static [u8]) -> Self {
        Self(Cow::Borrowed(octets))
    }
}

/// An arc below 2.25.29026860887947899356594959712509039477, the object identifier that belongs to
/// the UUID 15d65ebc-17b8-43a2-956c-f13bcdb51375 (ITU-T X.667), which was drawn for this purpose.
const fn ours(arc: u8) -> [u8; 20] {
    [
        0x69, 0xab, 0xd6, 0xaf, 0xaf, 0x82, 0xfb, 0xc2, 0x8e, 0xc5, 0x95, 0xb6, 0xbc, 0xa7, 0xbc,
        0xed, 0xd4, 0xa6, 0x75, arc,
    ]
}
