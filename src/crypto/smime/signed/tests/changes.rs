//! Whoever changes a signed message changes nothing that somebody believes.

use rand::RngExt as _;

use super::*;

/// A message that says everything a message of ours can say.
fn rich() -> (Vec<u8>, Signed) {
    let world = World::new();
    let (alice, reader) = (world.signer(KeyKind::P256), world.reader());
    let with = Signing {
        capabilities: true,
        encryption_certificate: Some(&reader.certificate),
        ..alice.signing()
    };
    let message = sign(ENTITY, Form::Opaque, &with).unwrap();
    let signed = verify(&message, None).unwrap();
    assert_eq!(only(&signed).signature, SignatureVerdict::Good);
    (message, signed)
}

/// A good signature must say what the original says.
fn check(changed: &[u8], original: &Signed, what: &str) {
    let Ok(read) = verify(changed, None) else {
        return;
    };
    for signer in &read.signers {
        if signer.signature != SignatureVerdict::Good {
            continue;
        }
        let mut expected = only(original).clone();
        // The set of certificates is not signed. What a changed one is worth, its authority tells.
        expected
            .encryption_certificate
            .clone_from(&signer.encryption_certificate);
        assert_eq!(*signer, expected, "{what}");
        assert_eq!(read.content, original.content, "{what}");
    }
}

#[test]
fn no_changed_octet_leaves_a_signature_good_over_something_else() {
    let (message, original) = rich();
    let mut changed = message.clone();
    for place in 0..message.len() {
        for bit in [0x01, 0x02, 0x20, 0x80] {
            changed[place] = message[place] ^ bit;
            check(&changed, &original, &format!("octet {place}, bit {bit:#x}"));
        }
        changed[place] = message[place];
    }
}

#[test]
fn a_shortened_or_lengthened_message_is_not_read() {
    let (message, _original) = rich();
    for length in 0..message.len() {
        assert_eq!(verify(&message[..length], None), Err(SmimeError::Malformed));
    }
    let longer = [&message[..], &[0]].concat();
    assert_eq!(verify(&longer, None), Err(SmimeError::Malformed));
}

#[test]
fn arbitrary_damage_is_survived() {
    let (message, original) = rich();
    let mut rng = StdRng::seed_from_u64(7);
    for round in 0..3_000 {
        let mut changed = message.clone();
        for _ in 0..rng.random_range(1..6) {
            let place = rng.random_range(0..changed.len());
            match rng.random_range(0..4) {
                0 => changed[place] = rng.random(),
                1 => changed.truncate(place.max(1)),
                2 => changed.insert(place, rng.random()),
                _ => {
                    let part = changed[place..].to_vec();
                    changed.extend(part);
                }
            }
        }
        check(&changed, &original, &format!("round {round}"));
    }
}
