//! The ASN.1 types of CMP (RFC 9810 appendix F) and CRMF (RFC 4211 appendix B), and their exchange
//! with plain values.
//!
//! CMP's module has EXPLICIT tags, CRMF's IMPLICIT ones; a CHOICE is tagged EXPLICIT in both.

#![expect(
    clippy::unnested_or_patterns,
    reason = "der's derive of Choice writes them"
)]

pub(super) mod body;
pub(super) mod crmf;
pub(super) mod header;
pub(super) mod mac;
pub(super) mod raw;
pub(super) mod reply;
pub(super) mod status;
