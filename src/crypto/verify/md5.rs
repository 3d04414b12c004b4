//! MD5 (RFC 1321), broken long since and good for one thing here: old roots signed themselves with it.

/// The digest of `message`.
pub(super) fn digest(message: &[u8]) -> [u8; 16] {
    let bits = message.len().wrapping_mul(8);
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend(bits.to_le_bytes());
    let mut state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded.as_chunks::<64>().0 {
        state = compress(state, block);
    }
    let mut digest = [0; 16];
    for (to, from) in digest
        .iter_mut()
        .zip(state.iter().flat_map(|word| word.to_le_bytes()))
    {
        *to = from;
    }
    digest
}

/// Mixes one block into the state (RFC 1321 section 3.4).
fn compress(state: [u32; 4], block: &[u8; 64]) -> [u32; 4] {
    let words = block.as_chunks::<4>().0;
    let [mut a, mut b, mut c, mut d] = state;
    for step in 0..64_u8 {
        let place = usize::from(step);
        let (mixed, word, shifts) = match step / 16 {
            0 => ((b & c) | (!b & d), place, [7, 12, 17, 22]),
            1 => (
                (d & b) | (!d & c),
                place.wrapping_mul(5).wrapping_add(1),
                [5, 9, 14, 20],
            ),
            2 => (
                b ^ c ^ d,
                place.wrapping_mul(3).wrapping_add(5),
                [4, 11, 16, 23],
            ),
            _ => (c ^ (b | !d), place.wrapping_mul(7), [6, 10, 15, 21]),
        };
        let word = words
            .get(word % 16)
            .map_or(0, |word| u32::from_le_bytes(*word));
        let shift = shifts.get(place % 4).copied().unwrap_or(0);
        let turned = a
            .wrapping_add(mixed)
            .wrapping_add(sine(step))
            .wrapping_add(word)
            .rotate_left(shift);
        (a, b, c, d) = (d, b.wrapping_add(turned), b, c);
    }
    let [first, second, third, fourth] = state;
    [
        first.wrapping_add(a),
        second.wrapping_add(b),
        third.wrapping_add(c),
        fourth.wrapping_add(d),
    ]
}

/// The constant of a step: the first 32 bits of the fraction of |sin(step + 1)|.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 2^32 by definition"
)]
fn sine(step: u8) -> u32 {
    ((f64::from(step) + 1.0).sin().abs() * 4_294_967_296.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standard() {
        // RFC 1321 appendix A.5
        for (message, digest_hex) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a",
            ),
        ] {
            let digest = u128::from_be_bytes(digest(message.as_bytes()));
            assert_eq!(format!("{digest:032x}"), digest_hex);
        }
    }
}
