//! Mechanism without policy: octets in, octets out; no database, and time is an argument.

pub mod ber;
pub mod certificate;
pub mod costs;
pub mod crl;
pub mod element;
pub mod envelope;
pub mod hash;
pub mod kdf;
pub mod keypair;
pub mod labelled;
pub mod mac;
pub(crate) mod oid;
pub mod password_mac;
pub mod path;
pub mod pkcs12;
pub mod sharing;
pub mod signature;
pub mod smime;
pub mod strength;
pub mod strict_der;
pub mod verify;
pub mod x509;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
pub(crate) mod judge;
