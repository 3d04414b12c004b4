//! RC2 (RFC 2268), decrypting only: programs of the last century encrypted the certificates of a
//! PKCS#12 file with it, and some still do.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// An expanded key.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Rc2([u16; 64]);

impl Rc2 {
    /// Expands a key whose octets are all effective (RFC 2268 section 2).
    pub(super) fn new(key: &[u8]) -> Self {
        let length = key.len().clamp(1, 128);
        let mut octets = [0_u8; 128];
        octets
            .iter_mut()
            .zip(key)
            .for_each(|(to, from)| *to = *from);
        let at = |octets: &[u8; 128], place: usize| octets.get(place).copied().unwrap_or_default();
        for place in length..128 {
            let sum = at(&octets, place - 1).wrapping_add(at(&octets, place - length));
            set(&mut octets, place, pi(sum));
        }
        let first = 128 - length;
        let value = pi(at(&octets, first));
        set(&mut octets, first, value);
        for place in (0..first).rev() {
            let mixed = at(&octets, place + 1) ^ at(&octets, place + length);
            set(&mut octets, place, pi(mixed));
        }
        let mut words = [0; 64];
        let (pairs, _none) = octets.as_chunks::<2>();
        words
            .iter_mut()
            .zip(pairs)
            .for_each(|(word, pair)| *word = u16::from_le_bytes(*pair));
        octets.zeroize();
        Self(words)
    }

    /// Decrypts one block (RFC 2268 section 4).
    pub(super) fn decrypt(&self, block: [u8; 8]) -> [u8; 8] {
        let (pairs, _none) = block.as_chunks::<2>();
        let mut words = [0_u16; 4];
        words
            .iter_mut()
            .zip(pairs)
            .for_each(|(word, pair)| *word = u16::from_le_bytes(*pair));
        let mut keys = self.0.iter().rev();
        for round in 0..16 {
            if round == 5 || round == 11 {
                self.unmash(&mut words);
            }
            unmix(&mut words, &mut keys);
        }
        let mut plain = [0; 8];
        let (pairs, _none) = plain.as_chunks_mut::<2>();
        pairs
            .iter_mut()
            .zip(words)
            .for_each(|(pair, word)| *pair = word.to_le_bytes());
        plain
    }

    /// R-MASH for the last word first (RFC 2268 section 4.2).
    fn unmash(&self, words: &mut [u16; 4]) {
        let key = |word: u16| {
            let place = usize::from(word & 63);
            self.0.get(place).copied().unwrap_or_default()
        };
        let [r0, r1, r2, r3] = words;
        *r3 = r3.wrapping_sub(key(*r2));
        *r2 = r2.wrapping_sub(key(*r1));
        *r1 = r1.wrapping_sub(key(*r0));
        *r0 = r0.wrapping_sub(key(*r3));
    }
}

/// R-MIX for the last word first (RFC 2268 section 4.1).
fn unmix<'a>(words: &mut [u16; 4], keys: &mut impl Iterator<Item = &'a u16>) {
    for shift in [5, 3, 2, 1] {
        let [r0, r1, r2, last] = *words;
        let key = keys.next().copied().unwrap_or_default();
        let mixed = last
            .rotate_right(shift)
            .wrapping_sub(key)
            .wrapping_sub(r2 & r1)
            .wrapping_sub(!r2 & r0);
        // the word before it is the last one next
        *words = [mixed, r0, r1, r2];
    }
}

fn set(octets: &mut [u8; 128], place: usize, value: u8) {
    if let Some(octet) = octets.get_mut(place) {
        *octet = value;
    }
}

fn pi(place: u8) -> u8 {
    PITABLE.get(usize::from(place)).copied().unwrap_or_default()
}

/// A permutation of the octets from the digits of pi (RFC 2268 section 2).
const PITABLE: [u8; 256] = [
    0xd9, 0x78, 0xf9, 0xc4, 0x19, 0xdd, 0xb5, 0xed, 0x28, 0xe9, 0xfd, 0x79, 0x4a, 0xa0, 0xd8, 0x9d,
    0xc6, 0x7e, 0x37, 0x83, 0x2b, 0x76, 0x53, 0x8e, 0x62, 0x4c, 0x64, 0x88, 0x44, 0x8b, 0xfb, 0xa2,
    0x17, 0x9a, 0x59, 0xf5, 0x87, 0xb3, 0x4f, 0x13, 0x61, 0x45, 0x6d, 0x8d, 0x09, 0x81, 0x7d, 0x32,
    0xbd, 0x8f, 0x40, 0xeb, 0x86, 0xb7, 0x7b, 0x0b, 0xf0, 0x95, 0x21, 0x22, 0x5c, 0x6b, 0x4e, 0x82,
    0x54, 0xd6, 0x65, 0x93, 0xce, 0x60, 0xb2, 0x1c, 0x73, 0x56, 0xc0, 0x14, 0xa7, 0x8c, 0xf1, 0xdc,
    0x12, 0x75, 0xca, 0x1f, 0x3b, 0xbe, 0xe4, 0xd1, 0x42, 0x3d, 0xd4, 0x30, 0xa3, 0x3c, 0xb6, 0x26,
    0x6f, 0xbf, 0x0e, 0xda, 0x46, 0x69, 0x07, 0x57, 0x27, 0xf2, 0x1d, 0x9b, 0xbc, 0x94, 0x43, 0x03,
    0xf8, 0x11, 0xc7, 0xf6, 0x90, 0xef, 0x3e, 0xe7, 0x06, 0xc3, 0xd5, 0x2f, 0xc8, 0x66, 0x1e, 0xd7,
    0x08, 0xe8, 0xea, 0xde, 0x80, 0x52, 0xee, 0xf7, 0x84, 0xaa, 0x72, 0xac, 0x35, 0x4d, 0x6a, 0x2a,
    0x96, 0x1a, 0xd2, 0x71, 0x5a, 0x15, 0x49, 0x74, 0x4b, 0x9f, 0xd0, 0x5e, 0x04, 0x18, 0xa4, 0xec,
    0xc2, 0xe0, 0x41, 0x6e, 0x0f, 0x51, 0xcb, 0xcc, 0x24, 0x91, 0xaf, 0x50, 0xa1, 0xf4, 0x70, 0x39,
    0x99, 0x7c, 0x3a, 0x85, 0x23, 0xb8, 0xb4, 0x7a, 0xfc, 0x02, 0x36, 0x5b, 0x25, 0x55, 0x97, 0x31,
    0x2d, 0x5d, 0xfa, 0x98, 0xe3, 0x8a, 0x92, 0xae, 0x05, 0xdf, 0x29, 0x10, 0x67, 0x6c, 0xba, 0xc9,
    0xd3, 0x00, 0xe6, 0xcf, 0xe1, 0x9e, 0xa8, 0x2c, 0x63, 0x16, 0x01, 0x3f, 0x58, 0xe2, 0x89, 0xa9,
    0x0d, 0x38, 0x34, 0x1b, 0xab, 0x33, 0xff, 0xb0, 0xbb, 0x48, 0x0c, 0x5f, 0xb9, 0xb1, 0xcd, 0x2e,
    0xc5, 0xf3, 0xdb, 0x47, 0xe5, 0xa5, 0x9c, 0x77, 0x0a, 0xa6, 0x20, 0x68, 0xfe, 0x7f, 0xc1, 0xad,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_2268_decrypt() {
        // section 5, those whose effective bits are all of the key
        for (key, plain, cipher) in [
            (
                &[0xff; 8][..],
                [0xff; 8],
                [0x27, 0x8b, 0x27, 0xe4, 0x2e, 0x2f, 0x0d, 0x49],
            ),
            (
                &[0x30, 0, 0, 0, 0, 0, 0, 0],
                [0x10, 0, 0, 0, 0, 0, 0, 0x01],
                [0x30, 0x64, 0x9e, 0xdf, 0x9b, 0xe7, 0xd2, 0xc2],
            ),
            (
                &[
                    0x88, 0xbc, 0xa9, 0x0e, 0x90, 0x87, 0x5a, 0x7f, 0x0f, 0x79, 0xc3, 0x84, 0x62,
                    0x7b, 0xaf, 0xb2,
                ],
                [0; 8],
                [0x22, 0x69, 0x55, 0x2a, 0xb0, 0xf8, 0x5c, 0xa6],
            ),
        ] {
            assert_eq!(Rc2::new(key).decrypt(cipher), plain);
        }
    }
}
