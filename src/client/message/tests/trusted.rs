//! Who is trusted, since when and how long.

use super::*;
use crate::crypto::smime::signed::{self, Form, Signing};
use crate::mail::compose::{self, Envelope, Micalg};

/// A signed message, made with any key.
fn signed_by(pair: &Pair, ca: &Issuer, from: &str, at: UnixTime) -> Vec<u8> {
    let entity = compose::text_entity("Signed text.\n", &[]);
    let with = Signing {
        key: &pair.key,
        certificate: &pair.certificate,
        chain: &[&ca.certificate],
        at,
        capabilities: true,
        encryption_certificate: None,
    };
    let signature = signed::sign(&entity, Form::Detached, &with).unwrap();
    let envelope = Envelope {
        from: ("", from),
        to: &[(String::new(), ANNA.to_owned())],
        cc: &[],
        subject: "Signed",
        at,
        unique: "1",
        in_reply_to: None,
    };
    compose::multipart_signed(&envelope, &entity, &signature, Micalg::Sha256)
}

#[test]
fn a_signer_of_another_authority_is_not_trusted_though_it_came_along() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let now = world.now();
    let foreign = Issuer::new("Contoso", now, 7);
    let carl = foreign.issue("Carl", "carl@contoso.com", now, Purpose::Sign);
    let message = signed_by(&carl, &foreign, "carl@contoso.com", now);
    let opened = read(&mut anna, &message);
    assert_marks(
        &opened.verdict,
        &[
            ("Signature", Mark::Good),
            ("Trusted by", Mark::Bad),
            ("Sender", Mark::Good),
        ],
    );
    assert_eq!(opened.text, "Signed text.\n");
    assert!(opened.encryption.is_none());

    let named = [Certificate::from_der(&foreign.certificate).unwrap()];
    let opened = anna.read_message(&message, Unlock::Silent, &named).unwrap();
    assert_marks(
        &opened.verdict,
        &[("Trusted by", Mark::Good), ("Revoked", Mark::Warning)],
    );
    assert!(line(&opened.verdict, "Revoked").words.starts_with(
        "Unable to obtain a valid certificate revocation list. Digital signatures cannot be \
         trusted at this time."
    ));
}

#[test]
fn a_signer_with_another_address_is_not_the_sender() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let ben = world.ca.issue("Ben", BEN, world.now(), Purpose::Sign);
    let message = signed_by(&ben, &world.ca, "carl@fabrikam.com", world.now());
    let opened = read(&mut anna, &message);
    assert_marks(
        &opened.verdict,
        &[("Signature", Mark::Good), ("Sender", Mark::Bad)],
    );
    assert_eq!(opened.verdict.mark, Mark::Bad);

    let right = signed_by(&ben, &world.ca, BEN, world.now());
    assert_eq!(read(&mut anna, &right).verdict.mark, Mark::Good);
    let twice = [b"From: carl@fabrikam.com\r\n", right.as_slice()].concat();
    assert_marks(&read(&mut anna, &twice).verdict, &[("Sender", Mark::Bad)]);
    let on_behalf = [
        format!("Sender: {BEN}\r\n").as_bytes(),
        &signed_by(&ben, &world.ca, ANNA, world.now()),
    ]
    .concat();
    assert_marks(
        &read(&mut anna, &on_behalf).verdict,
        &[("Sender", Mark::Warning)],
    );
}

#[test]
fn an_expired_signer_is_told_from_one_who_signed_too_late() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let then = world.now();
    let ben = world.ca.issue("Ben", BEN, then, Purpose::Sign);
    world.pass_days(3 * 365);
    world.publish_crl(&[]);
    let before = read(&mut anna, &signed_by(&ben, &world.ca, BEN, then));
    assert_marks(
        &before.verdict,
        &[("In date", Mark::Warning), ("Trusted by", Mark::Good)],
    );
    let late = signed_by(&ben, &world.ca, BEN, world.now());
    assert_marks(&read(&mut anna, &late).verdict, &[("In date", Mark::Bad)]);
    let early = signed_by(&ben, &world.ca, BEN, then.plus_days(-300));
    assert_marks(&read(&mut anna, &early).verdict, &[("In date", Mark::Bad)]);
}

#[test]
fn a_revoked_signer_is_told_from_one_who_signed_before() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let signed_at = world.now();
    let ben = world.ca.issue("Ben", BEN, signed_at, Purpose::Sign);
    let certificate = Certificate::from_der(&ben.certificate).unwrap();
    let before = signed_by(&ben, &world.ca, BEN, signed_at);
    assert_eq!(read(&mut anna, &before).verdict.mark, Mark::Good);

    world.pass_days(2);
    let now = world.now();
    world.publish_crl(&[(&certificate, now, CrlReason::Superseded)]);
    assert_marks(
        &read(&mut anna, &before).verdict,
        &[("Revoked", Mark::Warning)],
    );
    let after = signed_by(&ben, &world.ca, BEN, now.plus_secs(60));
    assert_marks(&read(&mut anna, &after).verdict, &[("Revoked", Mark::Bad)]);

    world.pass_days(2);
    world.publish_crl(&[(&certificate, now, CrlReason::KeyCompromise)]);
    assert_marks(&read(&mut anna, &before).verdict, &[("Revoked", Mark::Bad)]);
}

#[test]
fn a_list_older_than_a_day_is_said_to_be_old_where_no_newer_one_comes() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let ben = world.ca.issue("Ben", BEN, world.now(), Purpose::Sign);
    let message = signed_by(&ben, &world.ca, BEN, world.now());
    assert_marks(
        &read(&mut anna, &message).verdict,
        &[("Revoked", Mark::Good)],
    );

    world.pass_days(2);
    world.set_down(true);
    let stale = read(&mut anna, &message);
    assert_marks(&stale.verdict, &[("Revoked", Mark::Warning)]);
    assert!(
        stale
            .verdict
            .summary
            .starts_with("Unable to obtain a valid certificate revocation")
    );

    world.set_down(false);
    world.publish_crl(&[]);
    anna.fetch_crl().unwrap();
    assert_marks(
        &read(&mut anna, &message).verdict,
        &[("Revoked", Mark::Good)],
    );

    let older = world.ca.crl(world.now().plus_days(-1), &[]);
    world.publish("ca.crl", older);
    assert!(anna.fetch_crl().is_err());
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82], &length[..], content].concat()
}

/// DER with lengths in two octets, where short forms have to be.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    match u8::try_from(content.len()) {
        Ok(length) if length < 0x80 => [&[tag, length], content].concat(),
        Ok(length) => [&[tag, 0x81, length], content].concat(),
        Err(_long) => tlv(tag, content),
    }
}

/// A published trust list of one authority (see `protocol::trust_list`).
fn trust_list(signer: &PrivateKey, version: u8, trusted: &Issuer) -> Vec<u8> {
    let (octets, text, number, sequence) = (0x04, 0x0c, 0x02, 0x30);
    let entry = [
        der(octets, &trusted.certificate),
        der(number, &[1]),
        der(text, b"Ada"),
        der(text, b"file"),
        der(number, &[1]),
    ];
    let object = [
        der(octets, &[7; 16]),
        der(text, b"trust list"),
        der(number, &[version]),
        der(octets, &[0; 32]),
        der(octets, &der(sequence, &der(sequence, &entry.concat()))),
    ];
    let body = der(sequence, &object.concat());
    let list = [
        der(number, &[1]),
        der(octets, &[7; 16]),
        der(sequence, &der(octets, signer.public().spki())),
        der(sequence, &[]),
        der(octets, &body),
        der(octets, &signer.sign(&body).unwrap()),
    ];
    der(sequence, &list.concat())
}

#[test]
fn an_authority_of_the_published_list_is_trusted_as_long_as_it_is_on_it() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let now = world.now();
    let key = PrivateKey::generate(KeyKind::Ed25519, &mut StdRng::seed_from_u64(3)).unwrap();
    let pinned = Pinned {
        certificate: Certificate::from_der(&world.ca.certificate).unwrap(),
        trust_list_key: Some(key.public().spki().to_vec()),
    };
    pinned.store(&anna.home).unwrap();
    let (contoso, other) = (Issuer::new("Contoso", now, 7), Issuer::new("Other", now, 8));
    let carl = contoso.issue("Carl", "carl@contoso.com", now, Purpose::Sign);
    let message = signed_by(&carl, &contoso, "carl@contoso.com", now);

    world.publish("trust-list.der", trust_list(&key, 2, &contoso));
    anna.fetch_crl().unwrap();
    let opened = read(&mut anna, &message);
    assert_marks(
        &opened.verdict,
        &[("Trusted by", Mark::Good), ("Revoked", Mark::Warning)],
    );
    assert!(
        line(&opened.verdict, "Trusted by")
            .words
            .contains("on the trust list")
    );

    let strange = PrivateKey::generate(KeyKind::Ed25519, &mut StdRng::seed_from_u64(4)).unwrap();
    for refused in [trust_list(&key, 1, &other), trust_list(&strange, 9, &other)] {
        world.publish("trust-list.der", refused);
        anna.fetch_crl().unwrap();
        assert_marks(
            &read(&mut anna, &message).verdict,
            &[("Trusted by", Mark::Good)],
        );
    }
    world.publish("trust-list.der", trust_list(&key, 3, &other));
    anna.fetch_crl().unwrap();
    assert_marks(
        &read(&mut anna, &message).verdict,
        &[("Trusted by", Mark::Bad)],
    );

    fs::write(
        anna.home.path("trust-list"),
        trust_list(&strange, 9, &contoso),
    )
    .unwrap();
    let opened = read(&mut anna, &message);
    assert_marks(&opened.verdict, &[("Trusted by", Mark::Bad)]);
    assert!(
        line(&opened.verdict, "Trusted by")
            .words
            .contains("The trust list is not used")
    );
}

#[test]
fn a_message_sent_again_under_a_new_date_is_minded() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let ben = world.ca.issue("Ben", BEN, world.now(), Purpose::Sign);
    let message = signed_by(&ben, &world.ca, BEN, world.now());
    let text = String::from_utf8(message).unwrap();
    let again = text.replace("1 Jun 2026", "2 Jun 2026");
    assert_ne!(text, again);
    assert_marks(
        &read(&mut anna, again.as_bytes()).verdict,
        &[("In date", Mark::Warning)],
    );
}

#[test]
fn an_encryption_certificate_signs_nothing() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let ben = world.ca.issue("Ben", BEN, world.now(), Purpose::Encrypt);
    let message = signed_by(&ben, &world.ca, BEN, world.now());
    let opened = read(&mut anna, &message);
    assert_marks(&opened.verdict, &[("Permitted", Mark::Bad)]);
}
