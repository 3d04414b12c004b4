//! What the key of a certificate may be used for.

use crate::crypto::strict_der::{self, Element, Malformed};

/// keyCertSign, bit 5 of `KeyUsage` (RFC 5280 section 4.2.1.3), counted from the left of 16.
const KEY_CERT_SIGN: u16 = 0x8000 >> 5;

/// keyUsage (RFC 5280 section 4.2.1.3): bit 0 is the highest.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// Reads the value of the extension; the caller has checked that it is DER.
    pub(super) fn read(element: &Element<'_>) -> Result<Self, Malformed> {
        let bits = match *element.content {
            [_unused, high] => u16::from(high) << 8,
            [_unused, high, low] => u16::from_be_bytes([high, low]),
            _ => 0,
        };
        // nine usages are defined, and at least one MUST be set
        if element.tag != strict_der::BIT_STRING || bits == 0 || bits & 0x7f != 0 {
            return Err(
                element.malformed("the keyUsage names no usage, or one that does not exist")
            );
        }
        Ok(Self(bits))
    }

    /// May the key sign certificates?
    pub const fn key_cert_sign(self) -> bool {
        self.0 & KEY_CERT_SIGN != 0
    }

    /// The names of the usages, in the standard's order.
    pub fn names(self) -> Vec<&'static str> {
        let mut bit = 0x8000_u16;
        let mut names = Vec::new();
        for name in USAGES {
            if self.0 & bit != 0 {
                names.push(*name);
            }
            bit >>= 1;
        }
        names
    }
}

/// Does a list of named bits end in a zero bit? X.690 section 11.2.2 wants them cut off.
pub(super) fn has_padding(element: &Element<'_>) -> bool {
    match element.content {
        [unused, .., last] => last.trailing_zeros() != u32::from(*unused),
        _ => false,
    }
}

/// The names of the bits of keyUsage, from bit 0.
const USAGES: &[&str] = &[
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];
