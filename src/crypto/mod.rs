//! Mechanism without policy: octets in, octets out; no database, and time is an argument.

pub mod ber;
pub mod certificate;
pub mod strict_der;
pub mod verify;
