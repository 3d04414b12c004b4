//! Messages of forms that openssl and NSS do not write, made by `tests/samples/cms/odd.py`.

use std::fs;

use super::*;
use crate::domain::secret::SecretBytes;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples/cms");

fn sample(name: &str) -> Vec<u8> {
    fs::read(format!("{SAMPLES}/{name}")).unwrap()
}

/// Decrypts a sample with the two keys that lie beside it.
fn decrypted(message: &[u8]) -> Result<Decrypted, DecryptError> {
    let keys = ["p256.key", "p384.key"]
        .map(|name| PrivateKey::from_pkcs8(SecretBytes::new(sample(name))).unwrap());
    let decrypters = keys.each_ref().map(|key| Decrypter {
        key,
        certificate: None,
    });
    decrypt(message, &decrypters)
}

#[test]
fn odd_but_right_messages_are_decrypted() {
    for (name, cipher, opened_by) in [
        ("hkdf_sha256_ukm", "AES-128-CBC", 0),
        ("hkdf_sha384", "AES-256-GCM", 1),
        ("hkdf_sha512", "AES-192-GCM", 0),
        ("ukm_null_curve", "AES-256-GCM", 0),
        ("cofactor_sha1", "AES-256-GCM", 1),
        ("tag_12", "AES-128-GCM", 0),
        ("tag_13", "AES-128-GCM", 0),
        ("tag_14", "AES-128-GCM", 0),
        ("tag_15", "AES-128-GCM", 0),
        ("tag_16_not_said", "AES-128-GCM", 0),
        ("attributes", "AES-128-GCM", 0),
        ("attributes_without_type", "AES-128-GCM", 0),
        ("signed_inside", "AES-128-GCM", 0),
        ("pieces", "AES-128-CBC", 0),
    ] {
        let opened = decrypted(&sample(&format!("{name}.cms")));
        let opened = opened.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(opened.content.expose(), b"The secret.", "{name}");
        assert_eq!(
            (opened.cipher, opened.opened_by),
            (cipher, opened_by),
            "{name}"
        );
        let signed = name == "signed_inside";
        let expected = if signed { ID_SIGNED_DATA } else { ID_DATA };
        assert_eq!(opened.content_type, expected, "{name}");
    }
}

#[test]
fn messages_that_prove_too_little_are_refused() {
    for (name, error) in [
        ("bad_type_differs", DecryptError::Failed),
        ("bad_type_unsaid", DecryptError::Failed),
        ("bad_tag_8", DecryptError::Malformed),
        ("bad_tag_shorter_than_said", DecryptError::Malformed),
        ("bad_gcm_without_tag", DecryptError::Malformed),
        ("bad_cbc_with_tag", DecryptError::Malformed),
    ] {
        let refused = decrypted(&sample(&format!("{name}.cms"))).err();
        assert_eq!(refused, Some(error), "{name}");
    }
}

#[test]
fn what_is_not_supported_is_named() {
    for (name, what) in [
        ("rc2", "the cipher RC2, which anybody can break today"),
        ("ccm", "the cipher AES-CCM"),
        ("unknown_cipher", "the cipher 1.2.3.4"),
        ("mqv", "a key agreement 1.3.133.16.840.63.0.16"),
    ] {
        let refused = decrypted(&sample(&format!("{name}.cms"))).err();
        let expected = DecryptError::Unsupported(what.to_owned());
        assert_eq!(refused, Some(expected), "{name}");
    }
}

#[test]
fn a_short_tag_and_attributes_are_checked_to_the_last_octet() {
    for name in ["tag_12", "tag_13", "tag_14", "tag_15", "attributes"] {
        let message = sample(&format!("{name}.cms"));
        for place in 0..message.len() {
            let mut changed = message.clone();
            changed[place] ^= 1;
            if let Ok(opened) = decrypted(&changed) {
                assert_eq!(opened.content.expose(), b"The secret.", "{name} {place}");
                assert_eq!(opened.content_type, ID_DATA, "{name} {place}");
            }
        }
        let tag = Enveloped::from_content_info(&message).unwrap();
        let tag = tag.authentication.unwrap();
        let mut changed = message.clone();
        let place = changed
            .windows(tag.mac.len())
            .rposition(|window| window == tag.mac)
            .unwrap();
        changed[place + tag.mac.len() - 1] ^= 0x80;
        assert_eq!(
            decrypted(&changed).err(),
            Some(DecryptError::Failed),
            "{name}"
        );
    }
}
