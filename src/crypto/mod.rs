//! Mechanism without policy: octets in, octets out; no database, and time is an argument.

pub mod costs;
pub mod envelope;
pub mod kdf;
pub mod keypair;
pub mod sharing;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod judge;
