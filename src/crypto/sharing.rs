//! Sharing a secret so that m of n shares give it back and m - 1 say nothing (Shamir 1979).
//!
//! Each octet is the value at 0 of a polynomial of degree m - 1 over GF(2^8) with the polynomial
//! of AES; share number x holds the values at x. `tests/break_glass/combine.py` is the same
//! arithmetic for those who have no kmadmin. All work on secret octets takes the same time
//! whatever they are. A wrong share gives a wrong secret: integrity comes from the authenticated
//! encryption under the secret.

use std::array;
use std::num::NonZeroU8;

use rand::CryptoRng;
use subtle::{Choice, ConditionallySelectable as _};
use zeroize::{Zeroize as _, Zeroizing};

use crate::domain::secret::Key;

/// One of n shares.
pub struct Share {
    /// The number of the share, which is not secret; never 0, where the secret itself lies.
    pub x: NonZeroU8,
    /// The value of the 32 polynomials at `x`.
    pub y: Key,
}

/// Why nothing was shared or combined.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SharingError {
    /// Fewer or more shares than the secret was shared for.
    #[error("the number of shares is not the one the secret was shared for")]
    Count,
    /// Two shares have the same number.
    #[error("the same share was given twice")]
    Duplicate,
    /// The arithmetic gave a wrong result: this build or machine must not be trusted.
    #[error("the self-test of secret sharing failed")]
    SelfTest,
    /// m is 0 or above n.
    #[error("the number of shares needed must be between 1 and the number of shares")]
    Threshold,
}

/// Shares `secret` among `n`, any `m` of whom get it back; the shares are numbered 1 to `n`.
pub fn split(
    secret: &Key,
    m: u8,
    n: u8,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<Share>, SharingError> {
    if m == 0 || n < m {
        return Err(SharingError::Threshold);
    }
    // Uniform, zero included: a coefficient that can not be zero would exclude one secret for
    // each set of m - 1 shares.
    let coefficients: Vec<Key> = (1..m).map(|_degree| Key::random(rng)).collect();
    let numbers = (1..=n).filter_map(NonZeroU8::new);
    Ok(numbers
        .map(|x| share_at(x, secret, &coefficients))
        .collect())
}

/// The secret that was shared among these and others; exactly `m` shares, in any order.
pub fn combine(shares: &[Share], m: u8) -> Result<Key, SharingError> {
    if m == 0 || shares.len() != usize::from(m) {
        return Err(SharingError::Count);
    }
    let mut secret = Zeroizing::new([0; 32]);
    for (position, share) in shares.iter().enumerate() {
        let x = share.x.get();
        let others = shares.iter().enumerate();
        let mut weight = 1;
        for (_, other) in others.filter(|(other, _)| *other != position) {
            let other = other.x.get();
            if other == x {
                return Err(SharingError::Duplicate);
            }
            // Lagrange's interpolation at 0; subtraction in this field is XOR.
            weight = multiply(weight, multiply(other, invert(other ^ x)));
        }
        for (octet, value) in secret.iter_mut().zip(share.y.expose()) {
            *octet ^= multiply(*value, weight);
        }
    }
    Ok(Key::from_bytes(*secret))
}

/// Shares and combines a known secret; run at each start, because a fault here would be found
/// only when a key is needed.
pub fn self_test() -> Result<(), SharingError> {
    let [secret, first, second] =
        KNOWN_POLYNOMIAL.map(|octet| Key::from_bytes(array::from_fn(octet)));
    let coefficients = [first, second];
    let shares: Vec<Share> = KNOWN_SHARES
        .iter()
        .filter_map(|(x, _)| NonZeroU8::new(*x))
        .map(|x| share_at(x, &secret, &coefficients))
        .collect();
    let known = KNOWN_SHARES.iter().map(|(_, y)| y);
    let same = shares.iter().map(|share| share.y.expose()).eq(known);
    if same && combine(&shares, 3)?.is_same(&secret) {
        return Ok(());
    }
    Err(SharingError::SelfTest)
}

/// The values at `x` of the polynomials with these coefficients, the lowest first (Horner).
fn share_at(x: NonZeroU8, secret: &Key, coefficients: &[Key]) -> Share {
    let mut octets = [0; 32];
    for coefficient in coefficients.iter().rev() {
        for (octet, addend) in octets.iter_mut().zip(coefficient.expose()) {
            *octet = multiply(*octet ^ addend, x.get());
        }
    }
    for (octet, addend) in octets.iter_mut().zip(secret.expose()) {
        *octet ^= addend;
    }
    let y = Key::from_bytes(octets);
    octets.zeroize();
    Share { x, y }
}

/// The product modulo x^8 + x^4 + x^3 + x + 1 (FIPS 197 section 4.2), without branch or table.
fn multiply(mut a: u8, b: u8) -> u8 {
    let mut product = 0;
    for bit in 0..8 {
        product ^= u8::conditional_select(&0, &a, Choice::from(b >> bit & 1));
        a = a << 1 ^ u8::conditional_select(&0, &0x1b, Choice::from(a >> 7));
    }
    product
}

/// The inverse, a^254 = a^(2 + 4 + .. + 128); 0 for 0.
fn invert(a: u8) -> u8 {
    let mut square = a;
    let mut inverse = 1;
    for _ in 0..7 {
        square = multiply(square, square);
        inverse = multiply(inverse, square);
    }
    inverse
}

/// The octets of the known secret and its two coefficients, by their place.
const KNOWN_POLYNOMIAL: [fn(usize) -> u8; 3] = [
    |place| place.to_le_bytes()[0],
    |place| place.wrapping_mul(7).wrapping_add(0x57).to_le_bytes()[0],
    |place| place.wrapping_mul(0x83).wrapping_add(1).to_le_bytes()[0],
];

/// Shares of it, computed with tables of logarithms in another language.
const KNOWN_SHARES: [(u8, [u8; 32]); 3] = [
    (
        1,
        [
            0x56, 0xdb, 0x60, 0xe5, 0x7a, 0xef, 0x94, 0x19, 0x9e, 0x03, 0x88, 0x0d, 0x82, 0x17,
            0x9c, 0x61, 0xe6, 0x6b, 0xf0, 0x75, 0xca, 0x3f, 0xa4, 0x29, 0xae, 0xd3, 0x58, 0xdd,
            0x52, 0xe7, 0x6c, 0xf1,
        ],
    ),
    (
        2,
        [
            0xaa, 0x9b, 0xd4, 0xc5, 0xd6, 0x87, 0x53, 0x62, 0x69, 0x78, 0x57, 0xe6, 0xd5, 0xe4,
            0xcb, 0x1a, 0x41, 0x70, 0x7f, 0x6e, 0x3d, 0xf7, 0xf8, 0xc9, 0xc2, 0x08, 0x27, 0x56,
            0x65, 0x14, 0x3b, 0x2a,
        ],
    ),
    (
        255,
        [
            0x0e, 0x55, 0x38, 0xfb, 0xdd, 0x35, 0x82, 0xd9, 0xbf, 0x8d, 0x5b, 0x5e, 0x11, 0xbb,
            0x6d, 0x32, 0x6f, 0x34, 0x8b, 0x48, 0xbc, 0xae, 0x11, 0x4a, 0x2c, 0x16, 0xc0, 0x41,
            0x0e, 0x76, 0xa0, 0x92,
        ],
    ),
];

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap is a failed test"
)]
mod tests {
    use proptest::prelude::{Just, ProptestConfig, Strategy as _, any, proptest};
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;
    use crate::crypto::judge::{hex, judge};

    fn share(x: u8, octet: u8) -> Share {
        Share {
            x: NonZeroU8::new(x).unwrap(),
            y: Key::from_bytes([octet; 32]),
        }
    }

    fn copies(shares: &[Share], chosen: &[usize]) -> Vec<Share> {
        let copy = |position: &usize| Share {
            x: shares[*position].x,
            y: Key::from_bytes(*shares[*position].y.expose()),
        };
        chosen.iter().map(copy).collect()
    }

    #[test]
    fn the_product_is_the_one_of_fips_197() {
        assert_eq!(multiply(0x57, 0x83), 0xc1);
        assert_eq!(multiply(0x57, 0x13), 0xfe);
    }

    #[test]
    fn every_element_but_zero_has_its_inverse() {
        for a in 1..=255 {
            assert_eq!(multiply(a, invert(a)), 1, "{a}");
        }
    }

    #[test]
    fn the_known_secret_has_the_known_shares() {
        assert_eq!(self_test(), Ok(()));
    }

    #[test]
    fn every_choice_of_m_shares_gives_the_secret_back() {
        let mut rng = StdRng::seed_from_u64(1);
        for n in 1..=6_u8 {
            for m in 1..=n {
                let secret = Key::random(&mut rng);
                let shares = split(&secret, m, n, &mut rng).unwrap();
                for set in 0_u32..1 << n {
                    let chosen: Vec<_> =
                        (0..usize::from(n)).filter(|x| set >> x & 1 == 1).collect();
                    let combined = combine(&copies(&shares, &chosen), m);
                    if set.count_ones() == u32::from(m) {
                        assert!(combined.unwrap().is_same(&secret), "{m} of {n}: {chosen:?}");
                    } else {
                        assert_eq!(combined.err(), Some(SharingError::Count));
                    }
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(16) })]

        #[test]
        fn any_m_of_up_to_255_shares_give_the_secret_back(
            seed in any::<u64>(),
            m in 1..=24_u8, // more take seconds in a build that is not optimised
            spare in 0..=231_u8,
            order in Just((0..255).collect::<Vec<usize>>()).prop_shuffle(),
        ) {
            let mut rng = StdRng::seed_from_u64(seed);
            let secret = Key::random(&mut rng);
            let n = m + spare;
            let shares = split(&secret, m, n, &mut rng).unwrap();
            let chosen = order.into_iter().filter(|place| *place < usize::from(n));
            let chosen: Vec<_> = chosen.take(usize::from(m)).collect();
            assert!(combine(&copies(&shares, &chosen), m).unwrap().is_same(&secret));
        }
    }

    #[test]
    fn a_share_of_two_takes_every_value_once_whatever_the_secret() {
        for x in [1, 2, 255].map(|x| NonZeroU8::new(x).unwrap()) {
            for secret in 0..=255 {
                let secret = Key::from_bytes([secret; 32]);
                let mut seen = [false; 256];
                // 8 times 32 coefficients: each octet of a key is a polynomial of its own.
                for start in (0..=255_u8).step_by(32) {
                    let octets = array::from_fn(|place| start + KNOWN_POLYNOMIAL[0](place));
                    let share = share_at(x, &secret, &[Key::from_bytes(octets)]);
                    for value in share.y.expose() {
                        assert!(!seen[usize::from(*value)], "{value} came twice");
                        seen[usize::from(*value)] = true;
                    }
                }
            }
        }
    }

    #[test]
    fn two_shares_of_three_fit_every_secret() {
        let mut rng = StdRng::seed_from_u64(2);
        let secret = Key::random(&mut rng);
        let known = split(&secret, 3, 3, &mut rng).unwrap();
        let mut seen = [[false; 32]; 256];
        for third in 0..=255 {
            let mut shares = copies(&known, &[0, 1]);
            shares.push(share(3, third));
            let fitting = combine(&shares, 3).unwrap();
            for (place, octet) in fitting.expose().iter().enumerate() {
                seen[usize::from(*octet)][place] = true;
            }
        }
        assert_eq!(seen, [[true; 32]; 256]);
    }

    #[test]
    fn coefficients_are_uniform_with_zero_among_them() {
        let mut rng = StdRng::seed_from_u64(3);
        let mut counts = [0.0_f64; 256];
        for _ in 0..2_000 {
            // With the secret 0, the share of number 1 is the coefficient itself.
            let shares = split(&Key::from_bytes([0; 32]), 2, 2, &mut rng).unwrap();
            for octet in shares[0].y.expose() {
                counts[usize::from(*octet)] += 1.0;
            }
        }
        let expected = 2_000.0 * 32.0 / 256.0;
        let chi_square: f64 = counts
            .iter()
            .map(|count| (count - expected).powi(2) / expected)
            .sum();
        // 255 degrees of freedom: mean 255, standard deviation 22.6; six of them either way.
        assert!((120.0..390.0).contains(&chi_square), "{chi_square}");
    }

    #[test]
    fn a_changed_octet_always_changes_the_secret() {
        let mut rng = StdRng::seed_from_u64(4);
        let secret = Key::random(&mut rng);
        let shares = split(&secret, 2, 3, &mut rng).unwrap();
        for change in 1..=255 {
            for place in 0..32 {
                let mut changed = copies(&shares, &[0, 2]);
                let mut octets = *changed[1].y.expose();
                octets[place] ^= change;
                changed[1].y = Key::from_bytes(octets);
                assert!(!combine(&changed, 2).unwrap().is_same(&secret));
            }
        }
    }

    #[test]
    fn wrong_numbers_of_shares_are_refused() {
        let mut rng = StdRng::seed_from_u64(5);
        let secret = Key::random(&mut rng);
        for (m, n) in [(0, 0), (0, 3), (4, 3), (255, 254)] {
            let shares = split(&secret, m, n, &mut rng);
            assert_eq!(shares.err(), Some(SharingError::Threshold), "{m} of {n}");
        }
        let twice = [share(1, 7), share(2, 7), share(1, 7)];
        assert_eq!(combine(&twice, 3).err(), Some(SharingError::Duplicate));
        assert_eq!(combine(&twice, 2).err(), Some(SharingError::Count));
        assert_eq!(combine(&[], 0).err(), Some(SharingError::Count));
    }

    #[test]
    fn the_break_glass_script_combines_our_shares() {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/break_glass/combine.py");
        let mut rng = StdRng::seed_from_u64(6);
        let secret = Key::random(&mut rng);
        let shares = split(&secret, 3, 5, &mut rng).unwrap();
        let line = |share: &Share| format!("{}:{}\n", share.x, hex(share.y.expose()));
        let lines: String = copies(&shares, &[4, 0, 2]).iter().map(line).collect();
        let Some(judged) = judge("python3", &["-B", script], lines.as_bytes()) else {
            return;
        };
        assert!(judged.accepted, "{}", judged.said);
        assert_eq!(judged.text(), hex(secret.expose()));
        let zero = format!("0:{}", hex(&[0; 32]));
        for wrong in [
            lines.replace("5:", "1:"),
            zero,
            "1:00".to_owned(),
            String::new(),
        ] {
            let judged = judge("python3", &["-B", script], wrong.as_bytes()).unwrap();
            assert!(!judged.accepted, "{wrong}");
            assert!(judged.said.starts_with("combine.py: "), "{}", judged.said);
        }
    }
}
