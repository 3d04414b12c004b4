//! What kind of CMS object octets are, by their first identifier (RFC 5652 section 3).

use crate::crypto::ber;

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
        Some(SIGNED_DATA) => CmsKind::Signed,
        Some(ENVELOPED_DATA | AUTH_ENVELOPED_DATA) => CmsKind::Encrypted,
        Some(_) | None => CmsKind::Other,
    }
}

/// The octets of the identifier after the outer header, whose length may be of any form.
fn content_type(octets: &[u8]) -> Option<&[u8]> {
    let [SEQUENCE, length, rest @ ..] = octets else {
        return None;
    };
    // X.690 section 8.1.3: the lower bits of a long length say how many octets follow
    let more = if *length < 0x80 { 0 } else { length & 0x7f };
    let inside = rest.get(usize::from(more)..)?;
    let (identifier, _rest) = ber::split_first(inside).ok()?;
    (identifier.tag == OID).then_some(identifier.content)
}

const SEQUENCE: u8 = 0x30;
const OID: u8 = 0x06;

/// id-signedData (RFC 5652 section 5.1).
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
/// id-envelopedData (RFC 5652 section 6.1).
const ENVELOPED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3];
/// id-ct-authEnvelopedData (RFC 5083 section 2.1).
const AUTH_ENVELOPED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 23];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_shows_whatever_form_the_length_has() {
        let signed = [&[6, 9][..], SIGNED_DATA].concat();
        let sealed = [&[6, 11][..], AUTH_ENVELOPED_DATA].concat();
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
