//! Mechanism without policy: octets in, octets out; no database, and time is an argument.

pub mod costs;
pub mod envelope;
mod judge;
pub mod kdf;
pub mod keypair;
pub mod sharing;
