//! The messages of this layer judged: by OpenSSL's client and mock server, by every kind going round, by damage.

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::crypto::keypair::PrivateKey;
use crate::crypto::x509::{RootProfile, Validity, issue_root};
use crate::domain::key_kind::KeyKind;
use crate::domain::time::UnixTime;
use crate::protocol::message::{Body, Header, Message, Name};

mod hostile;
mod key_package;
mod openssl;
mod protection;
mod round_trips;

/// A temporary key as displayed.
const SECRET: &[u8] = b"K7QM-2D4X-PW9R-3HTC";

/// `CN=A`.
const SUBJECT: &[u8] = &[
    0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x01, b'A',
];

fn rng() -> StdRng {
    StdRng::seed_from_u64(4)
}

fn key(kind: KeyKind, seed: u64) -> PrivateKey {
    PrivateKey::generate(kind, &mut StdRng::seed_from_u64(seed)).unwrap()
}

fn now() -> UnixTime {
    UnixTime::parse("2026-11-21T18:00:00Z").unwrap()
}

/// The self-signed certificate of a key.
fn certificate(key: &PrivateKey) -> Vec<u8> {
    let profile = RootProfile {
        organization: "Example".to_owned(),
        common_name: "Server".to_owned(),
        serial: [0x41; 16],
        validity: Validity {
            not_before: now(),
            not_after: now().plus_days(9),
        },
    };
    issue_root(&profile, key).unwrap()
}

/// An element around `content`.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let mut element = vec![tag];
    if content.len() < 0x80 {
        element.push(length[7]);
    } else {
        let digits: Vec<u8> = length.into_iter().skip_while(|octet| *octet == 0).collect();
        element.push(0x80 | u8::try_from(digits.len()).unwrap());
        element.extend(digits);
    }
    [element, content.to_vec()].concat()
}

/// A first message of the mailbox `a@example.org`.
fn message(body: Body) -> Message {
    let mut header = Header::first(
        Name::Empty,
        Name::Directory(SUBJECT.to_vec()),
        [1; 16],
        [2; 16],
        now(),
    );
    header.sender_kid = Some(b"a@example.org".to_vec());
    Message {
        header,
        body,
        extra_certs: Vec::new(),
    }
}
