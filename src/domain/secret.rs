//! Values that must not be seen: wiped on drop, compared in constant time, never printed.
//!
//! None of these types implements `Debug`, `Display` or `Clone`; a test in `tests/tidy.rs` keeps it so.

use precis_profiles::OpaqueString;
use precis_profiles::precis_core::profile::Profile as _;
use rand::CryptoRng;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A 256-bit symmetric key or shared secret.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

impl Key {
    /// A new key from the source that was passed in.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut key = Self([0; 32]);
        rng.fill_bytes(&mut key.0);
        key
    }

    /// Takes over octets that were made elsewhere (a key derivation, an opened envelope).
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The octets, for the one call that needs them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether both are the same key; takes the same time wherever they differ.
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl TryFrom<SecretBytes> for Key {
    type Error = WrongLength;

    fn try_from(bytes: SecretBytes) -> Result<Self, WrongLength> {
        let bytes = <[u8; 32]>::try_from(bytes.expose()).map_err(|_different| WrongLength)?;
        Ok(Self(bytes))
    }
}

/// The octets are not as many as the key has.
#[derive(Debug, thiserror::Error)]
#[error("a key of 32 octets was expected")]
pub struct WrongLength;

/// Secret octets of any length, for example a private key as PKCS#8.
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes over `bytes`; they are wiped when this value is dropped.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The octets, for the one call that needs them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

/// A generated secret that is shown to a person once: a temporary key, a file's password.
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes over `text`; it is wiped when this value is dropped.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text, for the one place that shows or uses it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// A password a person typed, prepared by the `OpaqueString` profile (RFC 8265 section 4.2), so
/// that it is the same octets on every keyboard and system.
pub struct Password(Zeroizing<String>);

impl Password {
    /// The longest password, in octets of UTF-8: what Debian's `argon2` program reads.
    pub const MAX_OCTETS: usize = 127;

    /// Prepares what was typed.
    pub fn parse(typed: &str) -> Result<Self, PasswordError> {
        if typed.is_empty() {
            return Err(PasswordError::Empty);
        }
        let prepared = OpaqueString::new()
            .enforce(typed)
            .map_err(|_profile| PasswordError::Character)?;
        if prepared.len() > Self::MAX_OCTETS {
            return Err(PasswordError::TooLong);
        }
        Ok(Self(Zeroizing::new(prepared.into_owned())))
    }

    /// The prepared text, for key derivation and the strength estimate.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Why typed text is not a password.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PasswordError {
    /// A control character or another one that RFC 8265 forbids.
    #[error("the password has a character that passwords can not have")]
    Character,
    /// Nothing was typed.
    #[error("no password was typed")]
    Empty,
    /// More than [`Password::MAX_OCTETS`].
    #[error("the password is longer than {} octets", Password::MAX_OCTETS)]
    TooLong,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn composed_and_decomposed_letters_are_one_password() {
        let composed = Password::parse("p\u{e4}ssword").unwrap();
        let decomposed = Password::parse("pa\u{308}ssword").unwrap();
        assert_eq!(composed.expose(), decomposed.expose());
    }

    #[test]
    fn what_can_not_be_a_password_is_told_apart() {
        assert_eq!(Password::parse("").err(), Some(PasswordError::Empty));
        assert_eq!(
            Password::parse("tab\there").err(),
            Some(PasswordError::Character)
        );
        assert_eq!(
            Password::parse(&"x".repeat(128)).err(),
            Some(PasswordError::TooLong)
        );
        assert!(Password::parse(&"x".repeat(127)).is_ok());
    }
}
