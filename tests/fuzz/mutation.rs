//! Inputs that are nearly right, made of right ones.

use rand::RngExt as _;
use rand::rngs::StdRng;

use crate::tree;

/// The longest input: the longest message that CMP takes.
pub const MAX_INPUT: usize = 1 << 20;

/// How deep a seed may be nested for its elements to be changed.
const DEPTH: usize = 40;

/// What readers look for: beginnings and ends, and numbers at the edge of their kind.
const WORDS: [&[u8]; 26] = [
    b"\0\0\0\0",
    b"\x02\x01\xff",
    b"\x02\x05\x7f\xff\xff\xff\xff",
    b"\x05\0",
    b"\x06\x01\x80",
    b"\x1f\xff\xff\xff\xff\x7f",
    b"\x24\x80",
    b"\x30\x80",
    b"\x30\x84\xff\xff\xff\xff",
    b"\x30\x88\x7f\xff\xff\xff\xff\xff\xff\xff",
    b"\xa0\x80",
    b"\xff\xff\xff\xff",
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"--",
    b"--b\r\n",
    b"<a href=\"",
    b"=?utf-8?B?",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"Content-Type: application/pkcs7-mime\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n",
    b"Content-Type: multipart/signed; boundary=\"b\"\r\n\r\n--b\r\n",
    b"Content-Type: text/html; charset=iso-2022-jp\r\n\r\n",
];

/// The next input.
pub fn of(seeds: &[Vec<u8>], rng: &mut StdRng) -> Vec<u8> {
    let seed = pick(seeds, rng);
    let rounds = 1 << rng.random_range(0..4);
    if rng.random_ratio(2, 3)
        && let Some(mut nodes) = tree::read(seed, DEPTH)
    {
        let others = tree::read(pick(seeds, rng), DEPTH).unwrap_or_default();
        for _ in 0..rounds {
            tree::change(&mut nodes, &others, rng);
        }
        let mut octets = tree::write(&nodes, MAX_INPUT);
        octets.truncate(MAX_INPUT);
        return octets;
    }
    let mut octets = seed.clone();
    for _ in 0..rounds {
        if rng.random_ratio(1, 8) {
            splice(&mut octets, pick(seeds, rng), rng);
        } else {
            change_octets(&mut octets, rng);
        }
    }
    octets.truncate(MAX_INPUT);
    octets
}

fn pick<'a>(seeds: &'a [Vec<u8>], rng: &mut StdRng) -> &'a Vec<u8> {
    &seeds[rng.random_range(0..seeds.len())]
}

/// Changes some octets.
pub fn change_octets(octets: &mut Vec<u8>, rng: &mut StdRng) {
    let at = rng.random_range(0..=octets.len());
    let to = octets.len().min(at + (1 << rng.random_range(0..8)));
    match rng.random_range(0..7) {
        0 => octets.truncate(at),
        1 => drop(octets.drain(at..to)),
        2 => insert(octets, at, WORDS[rng.random_range(0..WORDS.len())]),
        3 => octets.extend_from_within(at..to),
        4 => repeat(octets, at, to, rng),
        5 => octets[at..to].fill(rng.random()),
        _ => {
            if let Some(octet) = octets.get_mut(at) {
                *octet ^= 1 << rng.random_range(0..8);
            }
        }
    }
}

fn insert(octets: &mut Vec<u8>, at: usize, more: &[u8]) {
    octets.splice(at..at, more.iter().copied());
}

/// Puts a piece many times after itself, or rarely often enough for a large message.
fn repeat(octets: &mut Vec<u8>, at: usize, to: usize, rng: &mut StdRng) {
    let room = MAX_INPUT.saturating_sub(octets.len()) / (to - at).max(1);
    let most = if rng.random_ratio(1, 40) { room } else { 40 };
    let times = rng.random_range(0..=room.min(most));
    let piece = octets[at..to].repeat(times);
    insert(octets, at, &piece);
}

/// Puts a piece of another input in.
fn splice(octets: &mut Vec<u8>, other: &[u8], rng: &mut StdRng) {
    let from = rng.random_range(0..=other.len());
    let to = rng.random_range(from..=other.len());
    let at = rng.random_range(0..=octets.len());
    insert(octets, at, &other[from..to]);
}
