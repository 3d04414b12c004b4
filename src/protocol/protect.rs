//! How a message is protected: by a MAC under a shared secret, or by a signature.

use crate::crypto::hash::Hash;
use crate::crypto::keypair::PrivateKey;

/// With what a message is to be protected.
#[derive(Clone, Copy)]
pub enum Protector<'a> {
    /// A MAC under a secret both sides know.
    Mac {
        /// The secret: the temporary key's octets.
        secret: &'a [u8],
        /// Which MAC.
        form: MacForm,
    },
    /// A signature. The header then names the signer, and its certificate comes along.
    Signature {
        /// The signer's key.
        key: &'a PrivateKey,
        /// The signer's certificate, DER.
        certificate: &'a [u8],
    },
    /// Nothing.
    Unprotected,
}

/// A MAC whose key is derived from a secret.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MacForm {
    /// `PasswordBasedMac` (RFC 9810 section 5.1.3.1).
    PasswordBasedMac {
        /// The function that is iterated.
        owf: Hash,
        /// The hash of HMAC.
        mac: Hash,
        /// How often.
        iterations: u32,
    },
    /// PBMAC1 (RFC 8018 section 7.1, RFC 9481 section 6.1.2) with PBKDF2.
    Pbmac1 {
        /// The hash of PBKDF2's HMAC.
        prf: Hash,
        /// The hash of HMAC.
        mac: Hash,
        /// How often.
        iterations: u32,
    },
}

impl MacForm {
    /// What our client sends: `PasswordBasedMac` with SHA-256 throughout.
    pub const OURS: Self = Self::PasswordBasedMac {
        owf: Hash::Sha256,
        mac: Hash::Sha256,
        iterations: 10_000,
    };

    /// The form for the answer to a message of this form: the same, where weak parts are made strong.
    #[must_use]
    pub fn answer(self) -> Self {
        self
    }

    /// Whether this form is of the same kind as `other`, and no part of it is weaker.
    pub fn is_at_least(self, other: Self) -> bool {
        self == other
    }
}

/// How a received message is protected.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ProtectionKind {
    /// By a MAC we can check.
    Mac,
    /// Not at all.
    None,
    /// By a signature we can check.
    Signature,
    /// In a way we can not check: its name.
    Unsupported(String),
}

/// Why a protection is not accepted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProtectionError {
    /// There is none, or one of the other kind.
    #[error("the message is not protected in this way")]
    Kind,
    /// An algorithm or a parameter that is not accepted.
    #[error("the message is protected with {0}, which is not supported")]
    Unsupported(String),
    /// It is not this secret's or this key's over this message.
    #[error("the protection of the message is wrong")]
    Wrong,
}
