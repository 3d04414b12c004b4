//! Confirmations: the hash by which a client names the certificate it got (RFC 9810 section 5.3.18).

use crate::protocol::message::CertStatus;

impl CertStatus {
    /// The client wants `certificate`, which answered the request of this number; `None` if it can not
    /// be read.
    pub fn for_certificate(_certificate: &[u8], _request_id: i64) -> Option<Self> {
        None
    }

    /// Whether this is about `certificate`.
    pub fn fits(&self, _certificate: &[u8]) -> bool {
        false
    }
}
