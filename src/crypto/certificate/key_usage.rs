//! What the key of a certificate may be used for.

use crate::crypto::strict_der::{self, Element, Malformed};

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

    /// May the key sign messages and prove who somebody is?
    pub const fn digital_signature(self) -> bool {
        self.has(0)
    }

    /// May the key sign what its holder wants to be held to?
    pub const fn non_repudiation(self) -> bool {
        self.has(1)
    }

    /// May other keys be encrypted with it, as RSA does?
    pub const fn key_encipherment(self) -> bool {
        self.has(2)
    }

    /// May other keys be agreed upon with it, as elliptic curves do?
    pub const fn key_agreement(self) -> bool {
        self.has(4)
    }

    /// May the key sign certificates?
    pub const fn key_cert_sign(self) -> bool {
        self.has(5)
    }

    /// May the key sign revocation lists?
    pub const fn crl_sign(self) -> bool {
        self.has(6)
    }

    /// Is the bit set that has this number in the standard?
    const fn has(self, bit: u16) -> bool {
        self.0 & (0x8000 >> bit) != 0
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
