//! Passwords that could be guessed are refused; others are suggested.

pub use crate::crypto::strength::{Strength, estimate, suggest};

use crate::domain::secret::Password;
use crate::engine::error::Error;

/// Refuses a password that could be guessed; `known` is what an attacker would try first.
pub fn refuse_weak(password: &Password, known: &[&str]) -> Result<(), Error> {
    let strength = estimate(password, known);
    if strength.is_enough() {
        Ok(())
    } else {
        Err(Error::WeakPassword {
            bits: strength.bits,
            advice: strength.advice,
        })
    }
}
