//! What is true of encrypted messages whoever else reads or writes them.

use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _, SeedableRng as _};

use super::*;
use crate::crypto::oid::ID_DATA;
use crate::crypto::smime::walk::Walk;
use crate::crypto::x509::{
    Authority, MailName, RootProfile, UserProfile, Validity, issue_root, serial,
};
use crate::domain::key_kind::KeyKind;
use crate::domain::time::UnixTime;

mod judged;
mod programs;
mod samples;

/// id-signedData (RFC 5652 section 5.1).
const ID_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");

const KINDS: [KeyKind; 3] = [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384];

fn rng() -> StdRng {
    StdRng::seed_from_u64(1)
}

/// Somebody with a key and a certificate for it.
struct User {
    key: PrivateKey,
    certificate: Vec<u8>,
}

impl User {
    fn recipient(&self) -> Recipient<'_> {
        Recipient::Certificate(&self.certificate)
    }

    fn decrypter(&self) -> Decrypter<'_> {
        Decrypter {
            key: &self.key,
            certificate: Some(&self.certificate),
        }
    }
}

/// A user with a key of each kind, and their authority's certificate.
fn users_and_root(seed: u64) -> (Vec<User>, Vec<u8>) {
    let rng = &mut StdRng::seed_from_u64(seed);
    let now = UnixTime::parse("2026-08-31T10:00:00Z").unwrap();
    let root_key = PrivateKey::generate(KeyKind::P256, rng).unwrap();
    let profile = RootProfile {
        organization: "Example".to_owned(),
        common_name: "KMSERVER Certification Authority".to_owned(),
        serial: serial(rng),
        validity: Validity::of_root(now, 20),
    };
    let root = issue_root(&profile, &root_key).unwrap();
    let authority = Authority::new(&root, &root_key).unwrap();
    let users = KINDS.map(|kind| {
        let key = PrivateKey::generate(kind, rng).unwrap();
        let profile = UserProfile {
            common_name: format!("User {kind}"),
            address: MailName::new(kind.name(), "example.com"),
            serial: serial(rng),
            validity: Validity::of_user(now, authority.validity().unwrap()).unwrap(),
            crl_url: None,
            ca_issuers_url: None,
        };
        let certificate = authority.issue_encryption(&profile, key.public()).unwrap();
        User { key, certificate }
    });
    (users.into(), root)
}

fn users(seed: u64) -> Vec<User> {
    users_and_root(seed).0
}

fn everybody(users: &[User]) -> Vec<Recipient<'_>> {
    users.iter().map(User::recipient).collect()
}

#[test]
fn each_recipient_opens_what_is_encrypted_to_several_and_nobody_else_does() {
    let (readers, strangers) = (users(1), users(2));
    for (cipher, name) in [
        (Cipher::Aes256Gcm, "AES-256-GCM"),
        (Cipher::Aes256Cbc, "AES-256-CBC"),
    ] {
        for length in [0, 1, 15, 16, 17, 100_000] {
            let content = vec![0x5a; length];
            let message = encrypt(&content, &everybody(&readers), cipher, &mut rng()).unwrap();
            assert_eq!(recipients(&message).unwrap().len(), 3);
            for place in 0..readers.len() {
                // the key that fits is found among others
                let keys: Vec<_> = readers.iter().map(User::decrypter).collect();
                let keys = &keys[place..];
                let opened = decrypt(&message, keys).unwrap();
                assert_eq!(opened.content.expose(), content, "{name} {length}");
                assert_eq!((opened.cipher, opened.content_type), (name, ID_DATA));
                assert_eq!(opened.authenticated, cipher == Cipher::Aes256Gcm);
                let alone = decrypt(&message, &[strangers[0].decrypter(), keys[0]]).unwrap();
                assert_eq!((alone.content.expose(), alone.opened_by), (&*content, 1));
            }
            let strangers: Vec<_> = strangers.iter().map(User::decrypter).collect();
            let refused = decrypt(&message, &strangers).err();
            assert_eq!(refused, Some(DecryptError::NotForUs));
            assert_eq!(decrypt(&message, &[]).err(), Some(DecryptError::NotForUs));
        }
    }
}

#[test]
fn a_bare_key_and_one_that_reads_oaep_are_encrypted_to_like_others() {
    for user in users(3) {
        let bare = Decrypter {
            key: &user.key,
            certificate: None,
        };
        let to_key = [Recipient::Key(user.key.public())];
        for cipher in [Cipher::Aes256Gcm, Cipher::Aes256Cbc] {
            let message = encrypt(b"content", &to_key, cipher, &mut rng()).unwrap();
            let opened = decrypt(&message, &[bare]).unwrap();
            assert_eq!(opened.content.expose(), b"content");
            let opened = decrypt(&message, &[user.decrypter()]).unwrap();
            assert_eq!(opened.content.expose(), b"content");
        }
        let oaep = [Recipient::OaepCertificate(&user.certificate)];
        let message = encrypt(b"content", &oaep, Cipher::Aes256Gcm, &mut rng()).unwrap();
        let opened = decrypt(&message, &[user.decrypter()]).unwrap();
        assert_eq!(opened.content.expose(), b"content");
    }
}

#[test]
fn a_certificate_that_is_read_nowhere_else_still_names_its_key() {
    let reader = users(14).swap_remove(0);
    let to = [reader.recipient()];
    let message = encrypt(b"content", &to, Cipher::Aes256Gcm, &mut rng()).unwrap();
    let mut odd = reader.certificate.clone();
    let time = odd.windows(2).position(|octets| octets == [0x17, 13]);
    odd[time.unwrap() + 14] = b'Y';
    assert!(crate::crypto::certificate::Certificate::from_der(&odd).is_err());
    let decrypter = Decrypter {
        key: &reader.key,
        certificate: Some(&odd),
    };
    let opened = decrypt(&message, &[decrypter]).unwrap();
    assert_eq!(opened.content.expose(), b"content");
    let nameless = Decrypter {
        key: &reader.key,
        certificate: Some(b"no certificate"),
    };
    let refused = decrypt(&message, &[nameless]).err();
    assert_eq!(refused, Some(DecryptError::NotForUs));
}

#[test]
fn the_type_of_other_content_is_kept_and_under_gcm_can_not_be_exchanged() {
    let readers = users(4);
    let (to, keys) = (everybody(&readers), [readers[1].decrypter()]);
    for cipher in [Cipher::Aes256Gcm, Cipher::Aes256Cbc] {
        let message = encrypt_as(ID_SIGNED_DATA, b"inner", &to, cipher, &mut rng()).unwrap();
        let opened = decrypt(&message, &keys).unwrap();
        assert_eq!(opened.content_type, ID_SIGNED_DATA);
        assert_eq!(opened.content.expose(), b"inner");
    }
    let enveloped = enveloped_data(ID_SIGNED_DATA, b"inner", &to, &mut rng()).unwrap();
    let opened = decrypt_enveloped_data(&enveloped, &keys).unwrap();
    assert_eq!(opened.content_type, ID_SIGNED_DATA);
    let refused = decrypt(&enveloped, &keys).err();
    assert_eq!(refused, Some(DecryptError::Malformed), "no ContentInfo");

    let message = encrypt(b"plain", &to, Cipher::Aes256Gcm, &mut rng()).unwrap();
    let data = ID_DATA.as_bytes();
    let place = message.windows(data.len()).position(|w| w == data).unwrap();
    let mut changed = message;
    changed[place + data.len() - 1] = 2;
    assert_eq!(decrypt(&changed, &keys).err(), Some(DecryptError::Failed));
}

#[test]
fn it_is_said_to_whom_nothing_can_be_encrypted() {
    let readers = users(5);
    let signing = PrivateKey::generate(KeyKind::Ed25519, &mut rng()).unwrap();
    let encrypt = |to: &[Recipient<'_>]| encrypt(b"", to, Cipher::Aes256Gcm, &mut rng()).err();
    assert_eq!(encrypt(&[]), Some(EncryptError::NoRecipient));
    let good = readers[0].recipient();
    for bad in [
        Recipient::Key(signing.public()),
        Recipient::Certificate(b"no certificate"),
        Recipient::Certificate(b""),
    ] {
        assert_eq!(encrypt(&[good, bad]), Some(EncryptError::Recipient(1)));
    }
}

#[test]
fn no_change_of_an_authenticated_message_gives_another_content() {
    let readers = users(6);
    for reader in &readers {
        let to = [reader.recipient()];
        let message = encrypt(b"content", &to, Cipher::Aes256Gcm, &mut rng()).unwrap();
        let mut opened_still = 0;
        for place in 0..message.len() {
            for bit in [1, 0x20, 0x80] {
                let mut changed = message.clone();
                changed[place] ^= bit;
                if let Ok(opened) = decrypt(&changed, &[reader.decrypter()]) {
                    assert_eq!(opened.content.expose(), b"content", "octet {place}");
                    assert_eq!(opened.content_type, ID_DATA, "octet {place}");
                    opened_still += 1;
                }
            }
            assert!(decrypt(&message[..place], &[reader.decrypter()]).is_err());
        }
        // versions and parameters that are not needed for decrypting
        assert!(
            opened_still < 100,
            "{opened_still} changes were not noticed"
        );
        let longer = [&message[..], &[0]].concat();
        let refused = decrypt(&longer, &[reader.decrypter()]).err();
        assert_eq!(refused, Some(DecryptError::Malformed));
    }
}

#[test]
fn every_failure_of_a_decryption_is_the_same_error() {
    let readers = users(7);
    for cipher in [Cipher::Aes256Gcm, Cipher::Aes256Cbc] {
        for reader in &readers {
            let message = encrypt(&[7; 40], &[reader.recipient()], cipher, &mut rng()).unwrap();
            let check = |place: usize, bit: u8| {
                let mut wrong = message.clone();
                wrong[place] ^= bit;
                match decrypt(&wrong, &[reader.decrypter()]) {
                    Err(error) => assert_eq!(error, DecryptError::Failed, "{cipher:?} {place}"),
                    // one wrong key in 256 ends CBC's noise like a padding
                    Ok(noise) => {
                        assert!(!noise.authenticated, "octet {place}");
                        assert_ne!(noise.content.expose(), [7; 40], "octet {place}");
                    }
                }
            };
            // the last octet of the encrypted key, which stands last among the recipients
            let recipients = Enveloped::from_content_info(&message).unwrap().recipients;
            let key_end = recipients.as_ptr_range().end.addr() - message.as_ptr().addr();
            for bit in [1, 2, 4, 8, 16] {
                check(key_end - 1, bit);
            }
            // the last octet: GCM's tag, or the block in which CBC has its padding
            check(message.len() - 1, 1);
        }
    }
}

#[test]
fn a_wrong_padding_of_pkcs1_gives_a_key_like_any_other() {
    let reader = users(8).swap_remove(0);
    let (_, good) = {
        let key = crate::domain::secret::Key::from_bytes([9; 32]);
        transport::encrypt(
            reader.key.public().spki(),
            transport::Transport::Pkcs1,
            &key,
        )
        .unwrap()
    };
    let parsed = algorithm::Algorithm::take(&mut Walk::new(&RSA_ALGORITHM)).unwrap();
    let key = |encrypted: &[u8], length| {
        transport::content_key(&parsed, &reader.key, encrypted, length).unwrap()
    };
    assert_eq!(*key(&good, 32), [9; 32]);
    let mut bad = good.clone();
    bad[100] ^= 1;
    for (encrypted, length) in [(&bad[..], 32), (&bad, 16), (&good, 16), (b"", 24)] {
        let substitute = key(encrypted, length);
        assert_eq!(substitute.len(), length);
        assert_eq!(substitute, key(encrypted, length), "always the same");
        assert_ne!(substitute[..16], [9; 16]);
    }
    assert_ne!(key(&bad, 32), key(b"", 32), "follows from the ciphertext");
}

#[test]
fn a_message_that_names_one_key_very_often_is_tried_a_few_times_only() {
    let reader = users(9).swap_remove(0);
    let message = encrypt(b"", &[reader.recipient()], Cipher::Aes256Gcm, &mut rng()).unwrap();
    let enveloped = Enveloped::from_content_info(&message).unwrap();
    let mut wrong = enveloped.recipients.to_vec();
    *wrong.last_mut().unwrap() ^= 1;
    let good = enveloped.recipients;
    let tail = {
        let from = good.as_ptr_range().end.addr() - message.as_ptr().addr();
        message[from..].to_vec()
    };
    let with_wrong_before = |count: usize| {
        let set = [&wrong.repeat(count)[..], good].concat();
        let inner = [&[0x02, 1, 0][..], &element(0x31, &set), &tail].concat();
        let oid = [0x06, 11, 42, 134, 72, 134, 247, 13, 1, 9, 16, 1, 23];
        let explicit = element(0xa0, &element(0x30, &inner));
        let message = element(0x30, &[&oid[..], &explicit].concat());
        decrypt(&message, &[reader.decrypter()]).map(|opened| opened.opened_by)
    };
    assert_eq!(with_wrong_before(0), Ok(0));
    assert_eq!(with_wrong_before(MAX_ATTEMPTS - 1), Ok(0));
    assert_eq!(with_wrong_before(MAX_ATTEMPTS), Err(DecryptError::Failed));
    assert_eq!(with_wrong_before(2_500), Err(DecryptError::Failed));
}

#[test]
fn damaged_messages_end_in_an_error_or_in_an_honest_content() {
    let readers = users(10);
    let keys: Vec<_> = readers.iter().map(User::decrypter).collect();
    let random = &mut StdRng::seed_from_u64(11);
    for cipher in [Cipher::Aes256Gcm, Cipher::Aes256Cbc] {
        let whole = encrypt(b"content", &everybody(&readers), cipher, &mut rng()).unwrap();
        for _ in 0..1_500 {
            let mut changed = whole.clone();
            for _ in 0..random.random_range(1..4) {
                let place = random.random_range(0..changed.len());
                match random.random_range(0..4) {
                    0 => changed[place] = random.random(),
                    1 => changed.truncate(place.max(1)),
                    2 => drop(changed.splice(place..place, [0x24, 0x80, 0])),
                    _ => drop(changed.remove(place)),
                }
            }
            let opened = decrypt(&changed, &keys);
            if cipher == Cipher::Aes256Gcm
                && let Ok(opened) = opened
            {
                assert_eq!(opened.content.expose(), b"content");
            }
        }
    }
}

#[test]
fn hostile_messages_of_one_mebibyte_are_refused() {
    const SIZE: usize = 1 << 20;
    let readers = users(12);
    let keys: Vec<_> = readers.iter().map(User::decrypter).collect();
    let set = |filler: &[u8]| {
        let filled = element(0x31, &filler.repeat(SIZE / filler.len()));
        let inner = element(0x30, &[&[0x02, 1, 0][..], &filled].concat());
        let oid = [0x06, 9, 42, 134, 72, 134, 247, 13, 1, 7, 3];
        element(0x30, &[&oid[..], &element(0xa0, &inner)].concat())
    };
    let mut noise = vec![0; SIZE];
    rng().fill_bytes(&mut noise);
    let whole = encrypt(b"c", &everybody(&readers), Cipher::Aes256Cbc, &mut rng()).unwrap();
    let infos = Enveloped::from_content_info(&whole).unwrap().recipients;
    for message in [
        [0x30, 0x80].repeat(SIZE / 2),
        [0x24, 0x80].repeat(SIZE / 2),
        set(&[0x30, 0]),
        set(&[0xa2, 0]),
        set(&[0xa1, 0x80, 0, 0]),
        set(infos),
        noise,
    ] {
        let refused = decrypt(&message, &keys).err();
        assert_eq!(refused, Some(DecryptError::Malformed));
    }
}

#[test]
fn large_content_is_encrypted_and_decrypted_whole() {
    let reader = users(13).swap_remove(1);
    let content = vec![0xa5; 8 << 20];
    for cipher in [Cipher::Aes256Gcm, Cipher::Aes256Cbc] {
        let message = encrypt(&content, &[reader.recipient()], cipher, &mut rng()).unwrap();
        let opened = decrypt(&message, &[reader.decrypter()]).unwrap();
        assert!(opened.content.expose() == content);
    }
}

/// `AlgorithmIdentifier` of rsaEncryption, with NULL.
const RSA_ALGORITHM: [u8; 15] = [
    0x30, 13, 0x06, 9, 42, 134, 72, 134, 247, 13, 1, 1, 1, 0x05, 0,
];

/// A DER element with a length of four octets, which BER allows for any size.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x84][..], &length, content].concat()
}
