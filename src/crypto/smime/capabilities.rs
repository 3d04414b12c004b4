//! What a program can read (RFC 8551 section 2.5.2), best first, as signed messages announce it.

use der::asn1::ObjectIdentifier;
use der::{Any, Decode as _, Encode as _, Sequence};

use crate::crypto::oid::{ID_AES128_CBC, ID_AES128_GCM, ID_AES256_CBC, ID_AES256_GCM};

/// `SMIMECapabilities`, in their sender's order of preference; empty where nothing is known.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Capabilities(Vec<Capability>);

/// One algorithm, with parameters where its identifier needs them.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
struct Capability {
    id: ObjectIdentifier,
    #[asn1(optional = "true")]
    parameters: Option<Any>,
}

impl Capabilities {
    /// What this program wants to be sent. It reads more: weaker algorithms are not asked for.
    pub fn ours() -> Self {
        let ciphers = [ID_AES256_GCM, ID_AES128_GCM, ID_AES256_CBC, ID_AES128_CBC];
        // RFC 3565 section 4.1 and RFC 5084 section 3: in a capability without parameters
        let parameters = None;
        Self(
            ciphers
                .map(|id| Capability {
                    id,
                    parameters: parameters.clone(),
                })
                .to_vec(),
        )
    }

    /// Reads the DER of `SMIMECapabilities`, from an attribute or a certificate (RFC 4262).
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let list = Vec::from_der(der).ok()?; // no list, nothing known: the caller has a default
        Some(Self(list))
    }

    /// The DER of `SMIMECapabilities`; empty should the library refuse.
    pub fn to_der(&self) -> Vec<u8> {
        self.0.to_der().unwrap_or_default()
    }

    /// Is nothing known?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Can AES-256-GCM in `AuthEnvelopedData` be read (RFC 5084)?
    pub fn gcm(&self) -> bool {
        self.has(ID_AES256_GCM)
    }

    /// Is AES-256-CBC announced?
    pub fn aes256_cbc(&self) -> bool {
        self.has(ID_AES256_CBC)
    }

    fn has(&self, id: ObjectIdentifier) -> bool {
        self.0.iter().any(|capability| capability.id == id)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn ours_read_back_and_ask_for_gcm_first() {
        let ours = Capabilities::ours();
        assert_eq!(Capabilities::from_der(&ours.to_der()).unwrap(), ours);
        assert_eq!(ours.0.first().unwrap().id, ID_AES256_GCM);
        assert!(ours.gcm() && ours.aes256_cbc() && !ours.is_empty());
    }

    #[test]
    fn a_list_of_another_program_says_what_it_says() {
        // aes256-CBC; rc2-CBC with its INTEGER 128
        let der = [
            0x30, 0x1d, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01,
            0x2a, 0x30, 0x0e, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x02, 0x02,
            0x02, 0x00, 0x80,
        ];
        let list = Capabilities::from_der(&der).unwrap();
        assert!(list.aes256_cbc() && !list.gcm());
        assert_eq!(list.to_der(), der);
        assert_eq!(Capabilities::from_der(b"\x30\x02\x05\x00"), None);
        assert!(Capabilities::from_der(b"\x30\x00").unwrap().is_empty());
    }
}
