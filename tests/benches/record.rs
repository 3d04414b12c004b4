//! A mailbox record, sealed under the server key and opened again.

use divan::{Bencher, black_box};
use kmadmin::crypto::keypair::PrivateKey;
use kmadmin::crypto::labelled::Label;
use kmadmin::domain::key_kind::KeyKind;
use kmadmin::domain::secret::Key;
use kmadmin::engine::act::ServerKeys;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

/// A record of an enabled mailbox with two keys has about so many octets.
const CONTENT: [u8; 160] = [0x5a; 160];

const LABEL: Label<'_> = Label {
    purpose: "mailbox record",
    installation: [1; 16],
    subject: &[2; 16],
    number: 0,
};

fn keys(rng: &mut StdRng) -> ServerKeys {
    ServerKeys {
        installation: [1; 16],
        server: Key::random(rng),
        audit: PrivateKey::generate(KeyKind::Ed25519, rng).unwrap(),
    }
}

#[divan::bench]
fn seal(bencher: Bencher<'_, '_>) {
    let mut rng = StdRng::seed_from_u64(1);
    let keys = keys(&mut rng);
    bencher.bench_local(|| keys.seal(black_box(&CONTENT), &LABEL, &mut rng).unwrap());
}

#[divan::bench]
fn open(bencher: Bencher<'_, '_>) {
    let mut rng = StdRng::seed_from_u64(1);
    let keys = keys(&mut rng);
    let sealed = keys.seal(&CONTENT, &LABEL, &mut rng).unwrap();
    bencher.bench_local(|| keys.open(black_box(&sealed), &LABEL).unwrap());
}
