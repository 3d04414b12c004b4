//! Private keys on their way: only to the right key, only from the right signer, and OpenSSL opens them too.

use super::{certificate, element, key, now, rng};
use crate::crypto::judge::{Scratch, judge};
use crate::crypto::keypair::PrivateKey;
use crate::crypto::smime::enveloped::{self, Recipient};
use crate::crypto::smime::signed::{self, Signing};
use crate::domain::key_kind::KeyKind;
use crate::protocol::key_package::{KeyPackageError, open_key, seal_key};
use der::asn1::ObjectIdentifier;

fn sealed(archived: &PrivateKey, server: &PrivateKey, transport: &PrivateKey) -> Vec<u8> {
    let certificate = certificate(server);
    let to = transport.public();
    seal_key(archived, (server, &certificate), to, now(), &mut rng()).unwrap()
}

#[test]
fn a_key_arrives_at_its_owner_and_nobody_else() {
    let server = key(KeyKind::P256, 1);
    for kind in [
        KeyKind::Rsa2048,
        KeyKind::P256,
        KeyKind::P384,
        KeyKind::Ed25519,
    ] {
        let archived = key(kind, 2);
        for transport in [KeyKind::Rsa2048, KeyKind::P256] {
            let transport = key(transport, 3);
            let sealed = sealed(&archived, &server, &transport);
            let opened = open_key(&sealed, &transport, server.public()).unwrap();
            assert_eq!(opened.public(), archived.public());
            assert!(opened.matches(archived.public()));
            let another = key(KeyKind::Rsa2048, 4);
            let refused = open_key(&sealed, &another, server.public()).err();
            assert!(matches!(refused, Some(KeyPackageError::Decryption(_))));
            let refused = open_key(&sealed, &transport, another.public()).err();
            assert_eq!(refused, Some(KeyPackageError::Signer));
        }
    }
}

#[test]
fn a_changed_package_is_never_a_key() {
    let (server, transport) = (key(KeyKind::P256, 1), key(KeyKind::P256, 3));
    let archived = key(KeyKind::P256, 2);
    let sealed = sealed(&archived, &server, &transport);
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        // what names recipient or algorithms in two ways may open still, but only to the same key
        if let Ok(opened) = open_key(&changed, &transport, server.public()) {
            assert!(opened.matches(archived.public()), "{place}");
        }
    }
    for length in (0..sealed.len()).step_by(16) {
        assert!(open_key(&sealed[..length], &transport, server.public()).is_err());
    }
}

/// Two keys in one package, and one whose public half is another's.
#[test]
fn a_package_must_hold_one_key_with_its_own_public_half() {
    let (server, transport) = (key(KeyKind::P256, 1), key(KeyKind::P256, 3));
    let certificate = certificate(&server);
    let with = Signing {
        key: &server,
        certificate: &certificate,
        chain: &[],
        at: now(),
        capabilities: false,
        encryption_certificate: None,
    };
    let ours = key(KeyKind::P256, 2).pkcs8().expose().to_vec();
    let (two, none) = ([ours.clone(), ours.clone()].concat(), Vec::new());
    for content in [ours, two, none] {
        let package = ObjectIdentifier::new_unwrap("2.16.840.1.101.2.1.2.78.5");
        let signed = signed::sign_as(package, &element(0x30, &content), &with).unwrap();
        let id_signed_data = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
        let to = [Recipient::Key(transport.public())];
        let sealed = enveloped::enveloped_data(id_signed_data, &signed, &to, &mut rng()).unwrap();
        let refused = open_key(&sealed, &transport, server.public()).err();
        assert_eq!(refused, Some(KeyPackageError::Malformed));
    }
}

#[test]
fn openssl_opens_a_sealed_key() {
    let scratch = Scratch::new("key-package");
    let (archived, server) = (key(KeyKind::Rsa2048, 2), key(KeyKind::P256, 1));
    for kind in [KeyKind::Rsa2048, KeyKind::P256] {
        let transport = key(kind, 3);
        let enveloped = sealed(&archived, &server, &transport);
        let explicit = element(0xa0, &enveloped);
        let oid = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7];
        let message = element(0x30, &[&oid[..], &[3], &explicit].concat());
        let key_file = scratch.file("transport.key", transport.pkcs8().expose());
        let open = [
            "cms", "-decrypt", "-inform", "DER", "-inkey", &key_file, "-binary",
        ];
        let Some(opened) = judge("openssl", &open, &message) else {
            return;
        };
        assert!(opened.accepted, "{kind:?} {}", opened.said);
        let explicit = element(0xa0, &opened.output);
        let message = element(0x30, &[&oid[..], &[2], &explicit].concat());
        let verify = ["cms", "-verify", "-noverify", "-inform", "DER", "-binary"];
        let verified = judge("openssl", &verify, &message).unwrap();
        assert!(verified.accepted, "{}", verified.said);
        // OpenSSL 3.0 knows no key with its public half beside it, but the RSAPrivateKey within:
        // behind three headers of four octets, a version of three, an algorithm of fifteen
        let package = scratch.file("package", &verified.output);
        let show = [
            "asn1parse",
            "-inform",
            "DER",
            "-in",
            &package,
            "-strparse",
            "26",
        ];
        let place = scratch.path("key");
        let key_alone = [&show[..], &["-noout", "-out", &place]].concat();
        assert!(judge("openssl", &key_alone, b"").unwrap().accepted);
        let public = [
            "pkey",
            "-pubout",
            "-outform",
            "DER",
            "-in",
            &scratch.path("key"),
        ];
        let public = judge("openssl", &public, b"").unwrap();
        assert_eq!(public.output, archived.public().spki(), "{}", public.said);
    }
}
