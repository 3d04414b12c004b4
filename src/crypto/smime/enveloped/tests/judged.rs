//! Other programs read what is written here, and what they write is read.

use super::*;
use crate::crypto::judge::{Scratch, judge};

/// The files of a user as openssl takes them.
struct Files {
    certificate: String,
    key: String,
}

fn files(scratch: &Scratch, users: &[User]) -> Vec<Files> {
    let place = users.iter().enumerate();
    place
        .map(|(place, user)| Files {
            certificate: scratch.file(
                &format!("{place}.pem"),
                pem("CERTIFICATE", &user.certificate).as_bytes(),
            ),
            key: scratch.file(
                &format!("{place}.key"),
                pem("PRIVATE KEY", user.key.pkcs8().expose()).as_bytes(),
            ),
        })
        .collect()
}

pub(super) fn pem(label: &str, der: &[u8]) -> String {
    der::pem::encode_string(label, der::pem::LineEnding::LF, der).unwrap()
}

pub(super) const CONTENT: &[u8] = b"Content-Type: text/plain\r\n\r\nThe secret.\r\n";

#[test]
fn openssl_decrypts_for_every_recipient_and_cipher() {
    let (readers, scratch) = (users(21), Scratch::new("enveloped-out"));
    let files = files(&scratch, &readers);
    let oaep: Vec<_> = readers
        .iter()
        .map(|user| Recipient::OaepCertificate(&user.certificate))
        .collect();
    let bare: Vec<_> = readers
        .iter()
        .map(|user| Recipient::Key(user.key.public()))
        .collect();
    let all = everybody(&readers);
    let alone = readers.iter().map(|user| vec![user.recipient()]);
    let lists: Vec<Vec<Recipient<'_>>> = [all, oaep, bare].into_iter().chain(alone).collect();
    for cipher in [Cipher::Aes256Gcm, Cipher::Aes256Cbc] {
        for (number, list) in lists.iter().enumerate() {
            let message = encrypt(CONTENT, list, cipher, &mut rng()).unwrap();
            let message = scratch.file("message.cms", &message);
            for (place, file) in files.iter().enumerate() {
                if 3 <= number && number - 3 != place {
                    continue; // encrypted to one alone, and not to this one
                }
                let decrypt = ["cms", "-decrypt", "-binary", "-inform", "DER"];
                let files = ["-in", &message, "-inkey", &file.key];
                // a bare key is found by trial: openssl knows no other identifier than a certificate's
                let by = ["-recip", &file.certificate];
                let by = if number == 2 { &[][..] } else { &by };
                let arguments = [&decrypt[..], &files, by].concat();
                let Some(judged) = judge("openssl", &arguments, b"") else {
                    return;
                };
                assert!(
                    judged.accepted,
                    "{cipher:?} {number} {place}: {}",
                    judged.said
                );
                assert_eq!(judged.output, CONTENT);
            }
        }
    }
}

/// What openssl is told, the cipher we must find, and which of the users are recipients.
const FORMS: &[(&str, &str)] = &[
    ("-aes-128-cbc", "AES-128-CBC"),
    ("-aes-192-cbc", "AES-192-CBC"),
    ("-aes-256-cbc", "AES-256-CBC"),
    ("-des3", "Triple-DES-CBC"),
    ("-aes-128-gcm", "AES-128-GCM"),
    ("-aes-192-gcm", "AES-192-GCM"),
    ("-aes-256-gcm", "AES-256-GCM"),
    ("-aes-256-cbc -keyid", "AES-256-CBC"),
    ("-aes-256-cbc -stream", "AES-256-CBC"),
    ("-des3 -stream -keyid", "Triple-DES-CBC"),
    ("-aes-128-gcm -keyid", "AES-128-GCM"),
    ("-aes-256-gcm -stream", "AES-256-GCM"),
    ("-aes-256-cbc -aes128-wrap", "AES-256-CBC"),
    ("-aes-256-cbc -aes192-wrap", "AES-256-CBC"),
    ("-aes-128-cbc -aes256-wrap", "AES-128-CBC"),
    ("-des3 -des3-wrap", "Triple-DES-CBC"),
    ("-aes-256-cbc -pwri_password secret", "AES-256-CBC"),
    (
        "-aes-256-cbc -secretkey 000102030405060708090a0b0c0d0e0f -secretkeyid 01",
        "AES-256-CBC",
    ),
];

/// What openssl is told of a recipient's key, for keys of RSA and of curves.
const KEY_FORMS: [&[&str]; 2] = [
    &[
        "",
        "-keyopt rsa_padding_mode:oaep",
        "-keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256",
        "-keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha384",
        "-keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha512",
        "-keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256 -keyopt rsa_mgf1_md:sha1",
        "-keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha512 -keyopt rsa_mgf1_md:sha1",
    ],
    &[
        "",
        "-keyopt ecdh_kdf_md:sha1",
        "-keyopt ecdh_kdf_md:sha224",
        "-keyopt ecdh_kdf_md:sha256",
        "-keyopt ecdh_kdf_md:sha384",
        "-keyopt ecdh_kdf_md:sha512",
        "-keyopt ecdh_cofactor_mode:1 -keyopt ecdh_kdf_md:sha256",
    ],
];

#[test]
fn what_openssl_encrypts_is_decrypted() {
    let (readers, scratch) = (users(22), Scratch::new("enveloped-in"));
    let files = files(&scratch, &readers);
    let keys: Vec<_> = readers.iter().map(User::decrypter).collect();
    let content = scratch.file("content", CONTENT);
    let head = ["cms", "-encrypt", "-binary", "-in", &content];
    let head = [&head[..], &["-outform", "DER"]].concat();
    for (form, cipher) in FORMS {
        for (first, file) in files.iter().enumerate() {
            for key_form in KEY_FORMS[first.min(1)] {
                let mut arguments = head.clone();
                arguments.extend(form.split_whitespace());
                arguments.extend(["-recip", &file.certificate]);
                arguments.extend(key_form.split_whitespace());
                let others = files.iter().filter(|other| other.key != file.key);
                arguments.extend(others.flat_map(|other| ["-recip", &*other.certificate]));
                let Some(judged) = judge("openssl", &arguments, b"") else {
                    return;
                };
                assert!(judged.accepted, "{form} {key_form}: {}", judged.said);
                for key in &keys {
                    let opened = decrypt(&judged.output, &[*key]);
                    let opened =
                        opened.unwrap_or_else(|e| panic!("{form} {key_form} {first}: {e}"));
                    assert_eq!(opened.content.expose(), CONTENT);
                    assert_eq!(opened.cipher, *cipher);
                    assert_eq!(opened.authenticated, cipher.ends_with("GCM"));
                }
            }
        }
    }
}
