//! How a message is protected: by a MAC under a shared secret, or by a signature.

use std::mem::discriminant;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use rand::CryptoRng;

use crate::crypto::hash::Hash;
use crate::crypto::keypair::PrivateKey;
use crate::crypto::password_mac;
use crate::domain::secret::SecretBytes;

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
    /// What our client sends: `PasswordBasedMac`, which OpenSSL knows too, with SHA-256 throughout.
    /// The secret has 75 bits, so that many iterations gain nothing.
    pub const OURS: Self = Self::PasswordBasedMac {
        owf: Hash::Sha256,
        mac: Hash::Sha256,
        iterations: LEAST_ANSWERED,
    };

    /// The form for the answer to a message of this form: the same, with HMAC-SHA-1 and few
    /// iterations made better.
    #[must_use]
    pub fn answer(self) -> Self {
        match self {
            Self::PasswordBasedMac {
                owf,
                mac,
                iterations,
            } => Self::PasswordBasedMac {
                owf: owf.max(Hash::Sha256),
                mac: mac.max(Hash::Sha256),
                iterations: iterations.max(LEAST_ANSWERED),
            },
            Self::Pbmac1 {
                prf,
                mac,
                iterations,
            } => Self::Pbmac1 {
                prf: prf.max(Hash::Sha256),
                mac: mac.max(Hash::Sha256),
                iterations: iterations.max(LEAST_ANSWERED),
            },
        }
    }

    /// Whether this form is of the same kind as `other` and no part of it is weaker: what a client
    /// must ask of an answer, or a middleman could choose the weakest form that both sides know.
    pub fn is_at_least(self, other: Self) -> bool {
        let (derivation, mac, iterations) = self.parts();
        let (least_derivation, least_mac, least_iterations) = other.parts();
        discriminant(&self) == discriminant(&other)
            && least_derivation <= derivation
            && least_mac <= mac
            && least_iterations <= iterations
    }

    /// The hash that derives the key, the hash of HMAC, the iterations.
    const fn parts(self) -> (Hash, Hash, u32) {
        match self {
            Self::PasswordBasedMac {
                owf: derivation,
                mac,
                iterations,
            }
            | Self::Pbmac1 {
                prf: derivation,
                mac,
                iterations,
            } => (derivation, mac, iterations),
        }
    }
}

/// A MAC with all its parameters.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct DerivedMac {
    pub(crate) form: MacForm,
    pub(crate) salt: Vec<u8>,
    /// Octets of the derived key; only PBMAC1 lets one choose.
    pub(crate) key_length: usize,
}

impl DerivedMac {
    /// A MAC of this form with a fresh salt.
    pub(super) fn new(form: MacForm, rng: &mut dyn CryptoRng) -> Self {
        let mut salt = vec![0; SALT_OCTETS];
        rng.fill_bytes(&mut salt);
        let key_length = match form {
            MacForm::PasswordBasedMac { .. } => 0,
            MacForm::Pbmac1 { .. } => PBMAC1_KEY_OCTETS,
        };
        Self {
            form,
            salt,
            key_length,
        }
    }

    /// Whether the parameters are such that the MAC may be computed, and says something.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let (derivation, _mac, iterations) = self.form.parts();
        if !ITERATIONS.contains(&iterations) {
            return Err("a MAC whose iteration count is not between 100 and 100,000");
        }
        if !SALTS.contains(&self.salt.len()) {
            return Err("a MAC whose salt has not 8 to 128 octets");
        }
        match self.form {
            // SHA-1 stays in HMAC alone: design and RFC 9481 section 6.1.1
            MacForm::PasswordBasedMac { .. } if derivation == Hash::Sha1 => {
                Err("a MAC whose key is derived with SHA-1")
            }
            MacForm::Pbmac1 { .. } if !PBMAC1_KEYS.contains(&self.key_length) => {
                Err("PBMAC1 whose key has not 20 to 64 octets")
            }
            MacForm::PasswordBasedMac { .. } | MacForm::Pbmac1 { .. } => Ok(()),
        }
    }

    /// The MAC over `message`.
    pub(super) fn compute(&self, secret: &[u8], message: &[u8]) -> Vec<u8> {
        let (_derivation, mac, _iterations) = self.form.parts();
        password_mac::hmac(mac, &self.key(secret), message)
    }

    /// Whether `mac` is the MAC over `message`, in constant time.
    pub(super) fn is_right(&self, secret: &[u8], message: &[u8], mac: &[u8]) -> bool {
        let (_derivation, hash, _iterations) = self.form.parts();
        password_mac::is_hmac(hash, &self.key(secret), message, mac)
    }

    fn key(&self, secret: &[u8]) -> SecretBytes {
        match self.form {
            MacForm::PasswordBasedMac {
                owf, iterations, ..
            } => password_mac::password_based_key(owf, secret, &self.salt, iterations),
            MacForm::Pbmac1 {
                prf, iterations, ..
            } => {
                let iterations = NonZeroU32::new(iterations).unwrap_or(NonZeroU32::MIN);
                password_mac::pbkdf2(prf, secret, &self.salt, iterations, self.key_length)
            }
        }
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

/// Iterations that are computed for a stranger. RFC 9810 section 5.1.3.1 wants 100 at least;
/// 100,000, which is OpenSSL's own limit, take less than 0.1 s.
const ITERATIONS: RangeInclusive<u32> = 100..=100_000;

/// Iterations of an answer, at least: about a millisecond.
const LEAST_ANSWERED: u32 = 10_000;

/// Salts that are taken, in octets: RFC 8018 section 4.1 wants 8; more than two hash blocks are
/// nobody's.
const SALTS: RangeInclusive<usize> = 8..=128;

/// Our salts, in octets, as RFC 9810 section 5.1.3.1 has it.
const SALT_OCTETS: usize = 16;

/// Our keys of PBMAC1, in octets: 256 bits.
const PBMAC1_KEY_OCTETS: usize = 32;

/// Keys of PBMAC1 that are taken, in octets: RFC 9879 section 5 wants 20 at least, for a sender who
/// may choose one octet can guess the MAC; and HMAC-SHA-512 gains nothing beyond 64.
const PBMAC1_KEYS: RangeInclusive<usize> = 20..=64;
