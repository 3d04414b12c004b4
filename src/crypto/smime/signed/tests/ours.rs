//! What this program signs reads back, with everything that was said beside.

use std::slice;

use super::*;

/// The kinds a signing key may be of; RSA-2048 stands for the three sizes.
const KINDS: [KeyKind; 4] = [
    KeyKind::Rsa2048,
    KeyKind::P256,
    KeyKind::P384,
    KeyKind::Ed25519,
];

#[test]
fn what_is_signed_is_good_in_both_forms_and_for_every_kind_of_key() {
    let world = World::new();
    for kind in KINDS {
        let alice = world.signer(kind);
        for (form, beside) in [(Form::Opaque, None), (Form::Detached, Some(ENTITY))] {
            let message = sign(ENTITY, form, &alice.signing()).unwrap();
            let read = verify(&message, beside).unwrap();
            let within = (form == Form::Opaque).then(|| ENTITY.to_vec());
            assert_eq!(read.content, within);
            assert_eq!(read.certificates, slice::from_ref(&alice.certificate));
            let signer = only(&read);
            assert_eq!(signer.signature, SignatureVerdict::Good, "{kind}");
            assert_eq!(signer.certificate.as_ref(), Some(&alice.certificate));
            assert_eq!(signer.signed_at, Some(now()));
        }
    }
}

#[test]
fn a_signature_brings_capabilities_the_chain_and_the_certificate_to_answer_to() {
    let world = World::new();
    let (alice, reader) = (world.signer(KeyKind::P384), world.reader());
    let with = Signing {
        chain: &[&world.root, &alice.certificate],
        capabilities: true,
        encryption_certificate: Some(&reader.certificate),
        ..alice.signing()
    };
    let read = verify(&sign(ENTITY, Form::Opaque, &with).unwrap(), None).unwrap();
    assert_eq!(read.certificates.len(), 3);
    for certificate in [&alice.certificate, &world.root, &reader.certificate] {
        assert!(read.certificates.contains(certificate));
    }
    let signer = only(&read);
    assert_eq!(signer.algorithm, "ECDSA with SHA-384");
    assert_eq!(signer.capabilities, Capabilities::ours());
    assert_eq!(signer.encryption_certificate, Some(reader.certificate));
}

#[test]
fn without_a_preference_answers_go_to_another_certificate_of_the_same_person() {
    let world = World::new();
    let (alice, reader) = (world.signer(KeyKind::P256), world.reader());
    let with = Signing {
        chain: &[&world.root, &reader.certificate],
        ..alice.signing()
    };
    let read = verify(&sign(ENTITY, Form::Opaque, &with).unwrap(), None).unwrap();
    let signer = only(&read);
    assert_eq!(signer.encryption_certificate, Some(reader.certificate));
    assert!(signer.capabilities.is_empty());
    let with = alice.signing();
    let read = verify(&sign(ENTITY, Form::Opaque, &with).unwrap(), None).unwrap();
    assert_eq!(only(&read).encryption_certificate, None);
}

#[test]
fn from_2050_on_the_time_has_four_digits_for_the_year() {
    let alice = World::new().signer(KeyKind::P256);
    for time in ["2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z"] {
        let at = UnixTime::parse(time).unwrap();
        let with = Signing {
            at,
            ..alice.signing()
        };
        let read = verify(&sign(ENTITY, Form::Opaque, &with).unwrap(), None).unwrap();
        assert_eq!(only(&read).signed_at, Some(at), "{time}");
    }
}

#[test]
fn a_detached_signature_is_about_its_content_and_about_no_other() {
    let alice = World::new().signer(KeyKind::P256);
    let detached = sign(ENTITY, Form::Detached, &alice.signing()).unwrap();
    let missing = verify(&detached, None);
    assert_eq!(missing, Err(SmimeError::ContentMissing));
    let other = verify(&detached, Some(b"Meet me at one.")).unwrap();
    assert_eq!(only(&other).signature, SignatureVerdict::Bad);
    // content within does not count for what stands beside
    let opaque = sign(ENTITY, Form::Opaque, &alice.signing()).unwrap();
    let other = verify(&opaque, Some(b"Meet me at one.")).unwrap();
    assert_eq!(only(&other).signature, SignatureVerdict::Bad);
    assert_eq!(other.content, None);
}

#[test]
fn a_certificate_of_another_key_signs_nothing() {
    let world = World::new();
    let (alice, reader) = (world.signer(KeyKind::P256), world.reader());
    for certificate in [&reader.certificate[..], b"", b"\x30\x00"] {
        let with = Signing {
            certificate,
            ..alice.signing()
        };
        let refused = sign(ENTITY, Form::Opaque, &with);
        assert_eq!(refused, Err(SmimeError::Certificate));
    }
}

#[test]
fn a_signed_key_package_is_no_mail_and_mail_no_key_package() {
    // id-ct-KP-aKeyPackage (RFC 5958 section 2)
    let package = ObjectIdentifier::new_unwrap("2.16.840.1.101.2.1.2.78.5");
    let alice = World::new().signer(KeyKind::P256);
    let signed = sign_as(package, b"the key", &alice.signing()).unwrap();
    let read = verify_as(package, &signed).unwrap();
    assert_eq!(only(&read).signature, SignatureVerdict::Good);
    assert_eq!(read.content.as_deref(), Some(&b"the key"[..]));
    let other = verify_as(ID_DATA, &signed);
    assert_eq!(other, Err(SmimeError::ContentType));
    let id = ID_SIGNED_DATA.to_der().unwrap();
    let message = tlv(SEQUENCE, &[&id, &tlv(0xa0, &[&signed])]);
    assert_eq!(verify(&message, None), Err(SmimeError::ContentType));
}

#[test]
fn a_signer_without_certificate_is_found_among_those_known() {
    let alice = World::new().signer(KeyKind::P256);
    let message = sign(ENTITY, Form::Opaque, &alice.signing()).unwrap();
    let mut apart = Apart::of(&message);
    apart.certificates.clear();
    let bare = apart.message();
    let read = verify(&bare, None).unwrap();
    assert_eq!(only(&read).signature, SignatureVerdict::NoCertificate);
    let known: [&[u8]; 2] = [b"no certificate", &alice.certificate];
    let read = verify_knowing(&bare, None, &known).unwrap();
    assert_eq!(only(&read).signature, SignatureVerdict::Good);
    assert_eq!(only(&read).certificate, Some(alice.certificate));
    assert_eq!(read.certificates, Vec::<Vec<u8>>::new());
}
