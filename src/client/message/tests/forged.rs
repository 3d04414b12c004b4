//! Messages made to be taken for somebody else's, or for more than they are.

use super::*;
use crate::crypto::smime::enveloped::{self, Cipher, Recipient};
use crate::crypto::smime::signed::{self, Form, Signing};
use crate::mail::compose::{self, Envelope, Micalg, SmimeType};

const EVE: &str = "eve@contoso.com";

/// An entity signed by `pair`, over `octets` as they are.
fn signed_entity(pair: &Pair, ca: &Issuer, octets: &[u8], at: UnixTime) -> Vec<u8> {
    let with = Signing {
        key: &pair.key,
        certificate: &pair.certificate,
        chain: &[&ca.certificate],
        at,
        capabilities: true,
        encryption_certificate: None,
    };
    let signature = signed::sign(octets, Form::Detached, &with).unwrap();
    compose::signed_entity(octets, &signature, Micalg::Sha256)
}

fn message(from: (&str, &str), entity: &[u8], at: UnixTime) -> Vec<u8> {
    let envelope = Envelope {
        from,
        to: &[(String::new(), ANNA.to_owned())],
        cc: &[],
        subject: "Hello",
        at,
        unique: "1",
        in_reply_to: None,
    };
    compose::plain(&envelope, entity)
}

#[test]
fn line_ends_alone_may_differ_from_what_was_signed() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let (now, ca) = (world.now(), &world.ca);
    let ben = ca.issue("Ben", BEN, now, Purpose::Sign);
    let text = b"Content-Type: text/plain\n\nPay 100 Euro.\nBen\n";
    let entity = signed_entity(&ben, ca, text, now);
    let bare = message(("", BEN), &entity, now);
    assert_eq!(read(&mut anna, &bare).verdict.mark, Mark::Good);
    let bare = String::from_utf8(bare).unwrap();
    for (was, is) in [("100", "1\r00"), ("text/plain", "text/pl\rain")] {
        let changed = bare.replace(was, is);
        assert_ne!(changed, bare);
        let opened = read(&mut anna, changed.as_bytes());
        assert_marks(&opened.verdict, &[("Signature", Mark::Bad)]);
        assert_eq!(opened.text, "");
    }
}

#[test]
fn a_name_that_is_another_address_is_minded() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let (now, ca) = (world.now(), &world.ca);
    let ben = ca.issue("Ben", BEN, now, Purpose::Sign);
    let entity = compose::text_entity("Pay.\n", &[]);
    let entity = signed_entity(&ben, ca, &entity, now);
    for name in [
        "carl@fabrikam.com",
        "Carl <Carl@fabrikam.com>",
        "carl\u{ff20}fabrikam.com",
    ] {
        let opened = read(&mut anna, &message((name, BEN), &entity, now));
        assert_marks(&opened.verdict, &[("Sender", Mark::Warning)]);
    }
    for name in ["Ben", "Ben <Ben.Hill@Fabrikam.com>", "Ben @ work"] {
        let opened = read(&mut anna, &message((name, BEN), &entity, now));
        assert_marks(&opened.verdict, &[("Sender", Mark::Good)]);
    }
}

#[test]
fn an_encrypted_message_that_nobody_signed_is_not_good() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let own = anna.keyset(&KeysetName::parse("Keys").unwrap()).unwrap();
    let own = own.encryption.unwrap().der;
    let entity = compose::text_entity("Pay.\n", &[]);
    let to = [Recipient::Certificate(&own)];
    let mut rng = StdRng::seed_from_u64(next());
    let sealed = enveloped::encrypt(&entity, &to, Cipher::Aes256Gcm, &mut rng).unwrap();
    let entity = compose::pkcs7_entity(SmimeType::AuthEnvelopedData, &sealed);
    let opened = read(&mut anna, &message(("Ben", BEN), &entity, world.now()));
    assert_eq!(opened.text, "Pay.\n");
    assert_marks(&opened.verdict, &[("Encryption", Mark::Good)]);
    assert_eq!(
        opened.verdict.mark,
        Mark::None,
        "anybody can have written it"
    );
}

#[test]
fn what_another_signer_puts_around_a_message_is_not_its_authors() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let (now, ca) = (world.now(), &world.ca);
    let ben = ca.issue("Ben", BEN, now, Purpose::Sign);
    let eve = ca.issue("Eve", EVE, now, Purpose::Sign);
    let text = compose::text_entity("Good day.\n", &[]);
    let inner = String::from_utf8(signed_entity(&ben, ca, &text, now)).unwrap();
    let around = format!(
        "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n{inner}\r\n--b\r\n\
         Content-Type: text/plain\r\n\r\nPay.\r\n--b--\r\n"
    );
    for (signer, mark) in [(&eve, Mark::Bad), (&ben, Mark::Warning)] {
        let entity = signed_entity(signer, ca, around.as_bytes(), now);
        let opened = read(&mut anna, &message(("", BEN), &entity, now));
        assert_eq!(opened.text_beside.trim(), "Pay.");
        assert_marks(&opened.verdict, &[("Other parts", mark)]);
    }
}

#[test]
fn no_name_is_so_long_that_the_address_is_out_of_sight() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let name = format!("Carl {} {}", " ".repeat(300), "\u{c4}".repeat(300));
    let entity = compose::text_entity("Pay.\n", &[]);
    let opened = read(&mut anna, &message((&name, EVE), &entity, world.now()));
    let words = opened.from[0].words();
    assert!(words.starts_with("Carl \u{c4}") && words.ends_with(&format!("\u{2026} <{EVE}>")));
    assert!(words.chars().count() < 100, "{words}");
}
