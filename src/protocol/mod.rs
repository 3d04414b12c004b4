//! The CMP messages between client and KM server (RFC 9810, profile RFC 9483): read, written,
//! protected; no I/O.

mod asn1;
mod bounds;
pub mod confirm;
pub mod http;
pub mod key_package;
pub mod message;
pub mod pkcs10;
pub mod possession;
pub mod protect;
pub mod read;
pub mod trust_list;
pub mod write;

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap is a failed test"
)]
mod tests;
