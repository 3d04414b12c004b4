//! What keys and password hashes cost: the real figures for the programs, cheap ones for tests.

use crate::crypto::kdf::Argon2Params;
use crate::domain::key_kind::KeyKind;

/// The costs of everything that is slow on purpose. Only the programs' `main` names
/// [`Costs::STANDARD`]; all else is handed a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Costs {
    /// The hash of an administrator's password and of the startup password.
    pub argon2: Argon2Params,
    /// The cheapest hash that is still believed when it is read from the file.
    pub argon2_floor: Argon2Params,
    /// The RSA key of a seat, to which shares are sealed.
    pub seat: KeyKind,
    /// The RSA key to which archived keys are sealed.
    pub archive: KeyKind,
    /// Iterations of PBKDF2 in a PKCS#12 file, for its encryption and again for its MAC.
    pub pkcs12_iterations: u32,
}

impl Costs {
    /// The real costs.
    pub const STANDARD: Self = Self {
        argon2: Argon2Params::STANDARD,
        argon2_floor: Argon2Params::LEAST,
        // 128 bits of strength until 2030 and after (NIST SP 800-57 part 1, table 2); new at each
        // change of a password, so its making must not be felt.
        seat: KeyKind::Rsa3072,
        // Made once in years, and it must keep what is archived for decades.
        archive: KeyKind::Rsa4096,
        // What OWASP recommends for PBKDF2 with HMAC-SHA-256.
        pkcs12_iterations: 600_000,
    };
}
