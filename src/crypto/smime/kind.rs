//! What kind of CMS object octets are, by their first identifier (RFC 5652 section 3).

use der::asn1::ObjectIdentifier;

use crate::crypto::ber;
use crate::crypto::oid::{ID_CT_AUTH_ENVELOPED_DATA, ID_ENVELOPED_DATA, ID_SIGNED_DATA};
use crate::crypto::smime::walk::{OID, SEQUENCE};

/// A kind of CMS object.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CmsKind {
    /// `EnvelopedData` or `AuthEnvelopedData`.
    Encrypted,
    /// Anything else, or nothing that can be read.
    Other,
    /// `SignedData`.
    Signed,
}

/// The kind of a CMS object, of which the first octets are enough.
pub fn of(octets: &[u8]) -> CmsKind {
    match content_type(octets) {
        Some(ID_SIGNED_DATA) => CmsKind::Signed,
        Some(ID_ENVELOPED_DATA | ID_CT_AUTH_ENVELOPED_DATA) => CmsKind::Encrypted,
        Some(_) | None => CmsKind::Other,
    }
}

/// The identifier after the outer header, whose length may be of any form.
fn content_type(octets: &[u8]) -> Option<ObjectIdentifier> {
    let [SEQUENCE, length, rest @ ..] = octets else {
        return None;
    };
    // X.690 section 8.1.3: the lower bits of a long length say how many octets follow
    let more = if *length < 0x80 { 0 } else { length & 0x7f };
    let inside = rest.get(usize::from(more)..)?;
    let (identifier, _rest) = ber::split_first(inside).ok()?;
    if identifier.tag != OID {
        return None;
    }
    ObjectIdentifier::from_bytes(identifier.content).ok() // what is none is none of ours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_shows_whatever_form_the_length_has() {
        let signed = [&[6, 9], ID_SIGNED_DATA.as_bytes()].concat();
        let sealed = [&[6, 11], ID_CT_AUTH_ENVELOPED_DATA.as_bytes()].concat();
        for length in [&[0x80][..], &[0x0b], &[0x81, 0xff], &[0x83, 1, 0, 0]] {
            let with = |inside: &[u8]| [&[SEQUENCE], length, inside].concat();
            assert_eq!(of(&with(&signed)), CmsKind::Signed);
            assert_eq!(of(&with(&sealed)), CmsKind::Encrypted);
            assert_eq!(of(&with(&[5, 0])), CmsKind::Other);
        }
        assert_eq!(of(b"0"), CmsKind::Other);
        assert_eq!(of(b"Content-Type: text/plain"), CmsKind::Other);
    }
}
