//! What the KM server answers a second on one core, and how long a mailbox full of encrypted mail
//! takes to read.

use std::cell::RefCell;

use divan::{Bencher, black_box};
use kmadmin::crypto::keypair::PrivateKey;
use kmadmin::crypto::smime::enveloped::{Cipher, Decrypter, Recipient, decrypt, encrypt};
use kmadmin::crypto::smime::signed::{Form, SignatureVerdict, Signing, sign, verify};
use kmadmin::crypto::x509::{RootProfile, Validity, issue_root};
use kmadmin::domain::key_kind::KeyKind;
use kmadmin::domain::secret::SecretBytes;
use kmadmin::domain::time::UnixTime;
use kmadmin::mail::compose::{self, Micalg};
use kmadmin::mail::entity::Entity;
use kmadmin::mail::message;
use kmadmin::protocol::message::{Body, CertRequest};

use crate::answer_program::{Program, With, enabled, rsa};
use crate::support::{START, World};

/// Users' signing keys.
const KINDS: [KeyKind; 2] = [KeyKind::P256, KeyKind::Rsa2048];

/// A key for a program; RSA keys are found once.
fn signing_key(kind: KeyKind) -> PrivateKey {
    if kind == KeyKind::Rsa2048 {
        return rsa(1);
    }
    PrivateKey::generate(kind, &mut rand::rng()).unwrap()
}

/// `ir` under a temporary key: the MAC, the proof of possession and the certificate of the signing
/// key, which is what `openssl cmp -port` with `-rsp_cert` is set beside; the answer is committed to
/// the disk. Each user asks once.
#[divan::bench(args = KINDS, sample_count = 100, sample_size = 1)]
fn answer_request_for_a_signing_certificate(bencher: Bencher<'_, '_>, kind: KeyKind) {
    asked(bencher, kind, |program| vec![program.signing_request()]);
}

/// The same with the encryption certificate as well: the server makes its RSA-2048 key, archives it,
/// and sends it along.
#[divan::bench(args = KINDS, sample_count = 40, sample_size = 1)]
fn answer_request_for_both_certificates(bencher: Bencher<'_, '_>, kind: KeyKind) {
    asked(bencher, kind, Program::both);
}

fn asked(bencher: Bencher<'_, '_>, kind: KeyKind, requests: impl Fn(&Program) -> Vec<CertRequest>) {
    let world = RefCell::new((World::new(1), 0));
    bencher
        .with_inputs(|| {
            let (world, number) = &mut *world.borrow_mut();
            *number += 1;
            let address = format!("user{number}@example.com");
            let (_id, key) = enabled(world, "Somebody", &address);
            let mut program = Program::new(&address);
            program.signing = signing_key(kind);
            let request = program.message(world, Body::Ir(requests(&program)));
            program.write(&request, With::Key(&key))
        })
        .bench_local_values(|request| {
            let answer = world.borrow_mut().0.engine.answer(&request);
            assert!(200 < answer.reply.unwrap().len());
        });
}

/// A mailbox of this many messages is read.
const MAILS: usize = 1_000;

/// A reader, who is also the writer, and what was written to him.
struct Mailbox {
    key: PrivateKey,
    certificate: Vec<u8>,
    mails: Vec<Vec<u8>>,
}

fn mailbox(kind: KeyKind) -> Mailbox {
    let key = signing_key(kind);
    let now = UnixTime::from_secs(START);
    let profile = RootProfile {
        organization: "Example".to_owned(),
        common_name: "Ada".to_owned(),
        serial: [0x41; 16],
        validity: Validity {
            not_before: now,
            not_after: now.plus_days(9),
        },
    };
    let certificate = issue_root(&profile, &key).unwrap();
    let entity = compose::text_entity(&"Meet me at noon. ".repeat(60), &[]);
    let with = Signing {
        key: &key,
        certificate: &certificate,
        chain: &[],
        at: now,
        capabilities: true,
        encryption_certificate: None,
    };
    let mails = (0..MAILS).map(|_number| {
        let signature = sign(&entity, Form::Detached, &with).unwrap();
        let signed = compose::signed_entity(&entity, &signature, Micalg::Sha256);
        let to = [Recipient::Key(key.public())];
        encrypt(&signed, &to, Cipher::Aes256Gcm, &mut rand::rng()).unwrap()
    });
    Mailbox {
        mails: mails.collect(),
        key: PrivateKey::from_pkcs8(SecretBytes::new(key.pkcs8().expose().to_vec())).unwrap(),
        certificate,
    }
}

/// A thousand messages of a page each are decrypted, and their signatures verified.
#[divan::bench(args = KINDS, sample_count = 3, sample_size = 1)]
fn read_a_thousand_encrypted_mails(bencher: Bencher<'_, '_>, kind: KeyKind) {
    let mailbox = mailbox(kind);
    let with = [Decrypter {
        key: &mailbox.key,
        certificate: None,
    }];
    bencher.bench_local(|| {
        for mail in &mailbox.mails {
            let opened = decrypt(black_box(mail), &with).unwrap();
            let entity = message::read_entity(opened.content.expose()).unwrap();
            let Entity::Signed {
                content, signature, ..
            } = entity
            else {
                unreachable!("not signed");
            };
            let signed = verify(&signature, Some(&content)).unwrap();
            assert_eq!(signed.signers[0].signature, SignatureVerdict::Good);
            assert_eq!(signed.certificates[0], mailbox.certificate);
        }
    });
}
