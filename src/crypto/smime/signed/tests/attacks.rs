//! Messages that somebody made to be misread.

use super::*;
use crate::crypto::oid::ID_CONTENT_TYPE;
use crate::crypto::smime::signed::oid::{MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2, SIGNING_TIME};

/// A message of Alice's with these attributes, in DER, really signed by her.
fn with_attributes(alice: &Person, attributes: &[Vec<u8>]) -> Vec<u8> {
    let mut apart = Apart::of(&sign(ENTITY, Form::Opaque, &alice.signing()).unwrap());
    let mut fields = apart.signer_fields();
    let mut sorted = attributes.to_vec();
    sorted.sort();
    let content = sorted.concat();
    fields[3] = tlv(0xa0, &[&content]);
    let signature = alice.key.sign(&tlv(SET, &[&content])).unwrap();
    fields[5] = tlv(0x04, &[&signature]);
    apart.signer_infos = vec![tlv(SEQUENCE, &[&fields.concat()])];
    apart.message()
}

/// The attributes of a message of Alice's.
fn attributes_of(alice: &Person) -> Vec<Vec<u8>> {
    let apart = Apart::of(&sign(ENTITY, Form::Opaque, &alice.signing()).unwrap());
    members(Walk::into(&apart.signer_fields()[3], 0xa0).unwrap())
}

fn is(attribute: &[u8], oid: ObjectIdentifier) -> bool {
    let mut fields = Walk::into(attribute, SEQUENCE).unwrap();
    fields.any().unwrap().content == oid.as_bytes()
}

fn verdict(message: &[u8]) -> SignatureVerdict {
    only(&verify(message, None).unwrap()).signature.clone()
}

#[test]
fn what_must_be_signed_beside_the_content_is_there_exactly_once() {
    let alice = World::new().signer(KeyKind::P256);
    let all = attributes_of(&alice);
    assert_eq!(
        verdict(&with_attributes(&alice, &all)),
        SignatureVerdict::Good
    );
    for oid in [ID_CONTENT_TYPE, MESSAGE_DIGEST] {
        let without: Vec<_> = all.iter().filter(|one| !is(one, oid)).cloned().collect();
        let message = with_attributes(&alice, &without);
        assert_eq!(verdict(&message), SignatureVerdict::Bad, "without {oid}");
    }
    for oid in [
        ID_CONTENT_TYPE,
        MESSAGE_DIGEST,
        SIGNING_TIME,
        SIGNING_CERTIFICATE_V2,
    ] {
        let twice = all.iter().filter(|one| is(one, oid)).chain(&all).cloned();
        let message = with_attributes(&alice, &twice.collect::<Vec<_>>());
        assert_eq!(verdict(&message), SignatureVerdict::Bad, "{oid} twice");
    }
    let other_type = tlv(
        SEQUENCE,
        &[
            &ID_CONTENT_TYPE.to_der().unwrap(),
            &tlv(SET, &[&ID_SIGNED_DATA.to_der().unwrap()]),
        ],
    );
    let changed = all.iter().filter(|one| !is(one, ID_CONTENT_TYPE)).cloned();
    let changed: Vec<_> = changed.chain([other_type]).collect();
    let message = with_attributes(&alice, &changed);
    assert_eq!(verdict(&message), SignatureVerdict::Bad);
}

#[test]
fn signed_attributes_do_not_pass_for_content() {
    let alice = World::new().signer(KeyKind::P256);
    let mut apart = Apart::of(&sign(ENTITY, Form::Opaque, &alice.signing()).unwrap());
    let mut fields = apart.signer_fields();
    let attributes = fields.remove(3);
    let content = [&[SET], &attributes[1..]].concat();
    apart.signer_infos = vec![tlv(SEQUENCE, &[&fields.concat()])];
    let within = tlv(0xa0, &[&tlv(0x04, &[&content])]);
    apart.encapsulated = tlv(SEQUENCE, &[&ID_DATA.to_der().unwrap(), &within]);
    // Alice's key made this signature over these octets, and yet she never wrote them.
    assert_eq!(verdict(&apart.message()), SignatureVerdict::Bad);
}

#[test]
fn content_signed_without_attributes_is_good_for_mail_only() {
    let alice = World::new().signer(KeyKind::P256);
    let mut apart = Apart::of(&sign(ENTITY, Form::Opaque, &alice.signing()).unwrap());
    let mut fields = apart.signer_fields();
    fields.remove(3);
    fields[4] = tlv(0x04, &[&alice.key.sign(ENTITY).unwrap()]);
    apart.signer_infos = vec![tlv(SEQUENCE, &[&fields.concat()])];
    assert_eq!(verdict(&apart.message()), SignatureVerdict::Good);
    let package = ObjectIdentifier::new_unwrap("2.16.840.1.101.2.1.2.78.5");
    let within = tlv(0xa0, &[&tlv(0x04, &[ENTITY])]);
    apart.encapsulated = tlv(SEQUENCE, &[&package.to_der().unwrap(), &within]);
    let message = apart.message();
    let mut outer = Walk::into(&message, SEQUENCE).unwrap();
    outer.any().unwrap();
    let read = verify_as(package, outer.any().unwrap().content).unwrap();
    assert_eq!(only(&read).signature, SignatureVerdict::Bad);
}

#[test]
fn another_certificate_for_the_same_key_can_not_be_put_in_place() {
    let world = World::new();
    let alice = world.signer(KeyKind::P256);
    // the same issuer and serial number, and another name in it
    let usage = KeyUsagePurpose::DigitalSignature;
    let mallory = world.certify(&alice.key, serial(KeyKind::P256), "Mallory", usage);
    let mut apart = Apart::of(&sign(ENTITY, Form::Opaque, &alice.signing()).unwrap());
    apart.certificates = vec![mallory];
    assert_eq!(verdict(&apart.message()), SignatureVerdict::Bad);
    apart.certificates.push(alice.certificate.clone());
    let read = verify(&apart.message(), None).unwrap();
    assert_eq!(only(&read).signature, SignatureVerdict::Good);
    assert_eq!(only(&read).certificate, Some(alice.certificate));
}

#[test]
fn what_is_not_signed_does_no_harm() {
    let alice = World::new().signer(KeyKind::P256);
    let mut apart = Apart::of(&sign(ENTITY, Form::Opaque, &alice.signing()).unwrap());
    // certificates that are none, an attribute certificate, one that is not even BER within
    apart.certificates.insert(0, vec![0x30, 0x02, 0xff, 0xff]);
    apart.certificates.insert(0, vec![0x05, 0x00]);
    apart.certificates.push(vec![0xa2, 0x02, 0x05, 0x00]);
    // an unsigned attribute: a countersignature of nobody
    let mut fields = apart.signer_fields();
    let countersignature = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.6");
    let attribute = tlv(
        SEQUENCE,
        &[
            &countersignature.to_der().unwrap(),
            &tlv(SET, &[&[0x05, 0x00]]),
        ],
    );
    fields.push(tlv(0xa1, &[&attribute]));
    apart.signer_infos = vec![tlv(SEQUENCE, &[&fields.concat()])];
    // a second signer that can not be read
    apart.signer_infos.push(vec![0x30, 0x02, 0x05, 0x00]);
    let read = verify(&apart.message(), None).unwrap();
    let verdicts: Vec<_> = read.signers.iter().map(|one| &one.signature).collect();
    assert_eq!(verdicts, [&SignatureVerdict::Good, &SignatureVerdict::Bad]);
    assert_eq!(read.certificates, [alice.certificate]);
}

#[test]
fn more_than_any_honest_message_has_is_refused_before_any_work() {
    let alice = World::new().signer(KeyKind::P256);
    let apart = Apart::of(&sign(ENTITY, Form::Opaque, &alice.signing()).unwrap());
    let mut crowd = apart.clone();
    crowd.signer_infos = vec![apart.signer_infos[0].clone(); 16];
    assert_eq!(verify(&crowd.message(), None).unwrap().signers.len(), 16);
    crowd.signer_infos = vec![apart.signer_infos[0].clone(); 17];
    assert_eq!(verify(&crowd.message(), None), Err(SmimeError::TooMany));
    let mut crowd = apart;
    crowd.certificates = vec![vec![0x05, 0x00]; 257];
    assert_eq!(verify(&crowd.message(), None), Err(SmimeError::TooMany));
    let deep = [[0x30, 0x80].repeat(250_000), vec![0; 500_000]].concat();
    assert_eq!(verify(&deep, None), Err(SmimeError::Malformed));
}

#[test]
fn a_message_made_to_cost_time_is_judged_all_the_same() {
    let world = World::new();
    let alice = world.signer(KeyKind::Rsa2048);
    let apart = Apart::of(&sign(ENTITY, Form::Opaque, &alice.signing()).unwrap());
    let explicit = |octet_string: &[u8]| {
        let within = tlv(0xa0, &[octet_string]);
        tlv(SEQUENCE, &[&ID_DATA.to_der().unwrap(), &within])
    };
    let verdicts = |apart: &Apart| {
        let read = verify(&apart.message(), None).unwrap();
        read.signers
            .into_iter()
            .map(|one| one.signature)
            .collect::<Vec<_>>()
    };

    // sixteen signers without attributes, each digesting all, for each of many certificates
    let mut crowd = apart.clone();
    crowd.encapsulated = explicit(&tlv(0x04, &[&b"x".repeat(900_000)]));
    let mut fields = apart.signer_fields();
    fields.remove(3);
    crowd.signer_infos = vec![tlv(SEQUENCE, &[&fields.concat()]); 16];
    crowd.certificates = (0..100)
        .map(|number| {
            let name = format!("Alice {number}");
            let usage = KeyUsagePurpose::DigitalSignature;
            world.certify(&alice.key, serial(KeyKind::Rsa2048), &name, usage)
        })
        .collect();
    assert_eq!(verdicts(&crowd), vec![SignatureVerdict::Bad; 16]);

    // content that looks like attributes for long
    let attribute = tlv(SEQUENCE, &[&SIGNING_TIME.to_der().unwrap(), &tlv(SET, &[])]);
    crowd.encapsulated = explicit(&tlv(0x04, &[&tlv(SET, &[&attribute.repeat(50_000)])]));
    assert_eq!(verdicts(&crowd), vec![SignatureVerdict::Bad; 16]);

    // content in pieces of one octet
    let mut pieces = apart.clone();
    pieces.encapsulated = explicit(&tlv(0x24, &[&[0x04, 1, b'x'].repeat(300_000)]));
    assert_eq!(verdicts(&pieces), [SignatureVerdict::Bad]);

    // unsigned attributes, open and nested
    let mut nested = apart.clone();
    let (open, close) = ([0x30, 0x80].repeat(25), [0, 0].repeat(25));
    let unsigned = [&open[..], &[0x05, 0].repeat(450_000), &close].concat();
    let mut fields = apart.signer_fields();
    fields.push(tlv(0xa1, &[&unsigned]));
    nested.signer_infos = vec![tlv(SEQUENCE, &[&fields.concat()])];
    assert_eq!(verdicts(&nested), [SignatureVerdict::Good]);

    // one attribute of a million values
    let mut values = apart.clone();
    let many = tlv(SET, &[&[0x05, 0].repeat(450_000)]);
    let attribute = tlv(SEQUENCE, &[&SIGNING_TIME.to_der().unwrap(), &many]);
    let mut fields = apart.signer_fields();
    fields[3] = tlv(0xa0, &[&attribute]);
    values.signer_infos = vec![tlv(SEQUENCE, &[&fields.concat()])];
    assert_eq!(verdicts(&values), [SignatureVerdict::Bad]);
}
