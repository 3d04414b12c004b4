//! Messages that somebody changed on their way, or put together from pieces.

use super::*;
use crate::crypto::smime::signed::{self, Form, Signing};
use crate::mail::compose::{self, Micalg};

/// A message from Ben to Anna as it lies in her mailbox.
fn sent(world: &World, anna: &mut Client, sign: bool, encrypt: bool) -> Vec<u8> {
    let mut ben = world.person("Ben", BEN);
    ben.send(&draft(&[ANNA], sign, encrypt), Unlock::Silent)
        .unwrap();
    only_file(&anna.inbox().unwrap())
}

/// The header of a message without what it says of its content, and the entity after it.
fn split(message: &[u8]) -> (String, String) {
    let text = String::from_utf8(message.to_vec()).unwrap();
    let place = text.find("Content-Type:").unwrap();
    let (header, entity) = text.split_at(place);
    (header.to_owned(), entity.to_owned())
}

fn wrapped(message: &[u8], before: &str, after: &str) -> Vec<u8> {
    let (header, entity) = split(message);
    format!(
        "{header}Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n\
         Content-Type: text/html\r\n\r\n{before}\r\n--b\r\n{entity}\r\n--b\r\n\
         Content-Type: text/html\r\n\r\n{after}\r\n--b--\r\n"
    )
    .into_bytes()
}

#[test]
fn a_changed_letter_is_found_and_nothing_is_shown() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let message = sent(&world, &mut anna, true, false);
    let text = String::from_utf8(message).unwrap();
    let opened = read(&mut anna, text.replace("good", "evil").as_bytes());
    assert_marks(&opened.verdict, &[("Signature", Mark::Bad)]);
    assert_eq!((opened.text.as_str(), opened.files.len()), ("", 0));
}

#[test]
fn nothing_decrypted_becomes_part_of_what_somebody_put_around_it() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let message = sent(&world, &mut anna, true, true);
    let around = wrapped(&message, "<img src=\"http://evil/", "\"> added");
    let opened = read(&mut anna, &around);
    assert_eq!(opened.text, "The figures are good.\n");
    assert!(!opened.text_beside.contains("figures") && opened.text_beside.contains("added"));
    assert_marks(&opened.verdict, &[("Other parts", Mark::Bad)]);
    assert!(
        opened
            .whole_text()
            .contains("outside the protected message")
    );
}

#[test]
fn what_a_mailing_list_adds_is_shown_apart() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let message = sent(&world, &mut anna, true, false);
    let around = wrapped(&message, "", "Unsubscribe at");
    let opened = read(&mut anna, &around);
    assert_eq!(opened.text, "The figures are good.\n");
    assert_eq!(opened.text_beside.trim(), "Unsubscribe at");
    assert_marks(
        &opened.verdict,
        &[("Signature", Mark::Good), ("Other parts", Mark::Bad)],
    );
    let empty = wrapped(&message, "", " ");
    assert_eq!(read(&mut anna, &empty).verdict.mark, Mark::Good);
}

/// Every message that differs from this one in the first letter of one line of its body.
fn changed_by_a_letter(message: &[u8]) -> Vec<Vec<u8>> {
    let (header, entity) = split(message);
    let (fields, body) = entity.split_once("\r\n\r\n").unwrap();
    let lines: Vec<&str> = body.lines().filter(|line| !line.is_empty()).collect();
    let changed = (0..lines.len()).map(|place| {
        let letter = if lines[place].starts_with('A') {
            'B'
        } else {
            'A'
        };
        let line = format!("{letter}{}", &lines[place][1..]);
        let mut lines = lines.clone();
        lines[place] = &line;
        format!("{header}{fields}\r\n\r\n{}\r\n", lines.join("\r\n")).into_bytes()
    });
    changed.collect()
}

#[test]
fn an_authenticated_message_that_was_changed_shows_nothing_of_itself() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let posted = anna
        .send(&draft(&[ANNA], false, true), Unlock::Silent)
        .unwrap();
    assert_eq!(posted.cipher, Some("AES-256-GCM"));
    let message = only_file(&anna.inbox().unwrap());
    assert_eq!(read(&mut anna, &message).text, "The figures are good.\n");
    for changed in changed_by_a_letter(&message) {
        let opened = read(&mut anna, &changed);
        assert_eq!(opened.verdict.mark, Mark::Bad);
        assert_eq!((opened.whole_text().as_str(), opened.files.len()), ("", 0));
    }
}

#[test]
fn a_message_that_nothing_authenticates_is_never_good_once_it_was_changed() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let message = sent(&world, &mut anna, true, true);
    let whole = read(&mut anna, &message);
    let mut unchanged = 0; // another recipient's key is not Anna's concern
    for changed in changed_by_a_letter(&message) {
        let opened = read(&mut anna, &changed);
        if opened.text == whole.text {
            unchanged += 1;
        } else {
            assert!(matches!(opened.verdict.mark, Mark::Bad | Mark::Warning));
            assert!(!opened.verdict.signed || opened.text.is_empty());
        }
    }
    assert!(unchanged < 10);
}

#[test]
fn a_text_with_noise_in_it_is_not_shown() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    anna.send(
        &Draft {
            text: "Noise: \u{1}\u{2}\n".to_owned(),
            ..draft(&[ANNA], false, true)
        },
        Unlock::Silent,
    )
    .unwrap();
    // GCM shows every change, so the sender himself wrote the noise
    assert!(open_newest(&mut anna).text.starts_with("Noise"));
    let mut ben = world.person("Ben", BEN);
    ben.send(
        &Draft {
            text: "Noise: \u{1}\u{2}\n".to_owned(),
            ..draft(&[ANNA], false, true)
        },
        Unlock::Silent,
    )
    .unwrap();
    let rows = anna.messages().unwrap();
    let row = rows.iter().find(|row| row.from == "Ben").unwrap();
    let opened = anna.open_message(&row.id, Unlock::Silent).unwrap();
    assert_eq!((opened.verdict.mark, opened.text.as_str()), (Mark::Bad, ""));
}

#[test]
fn two_protected_parts_are_not_taken_for_one() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let message = sent(&world, &mut anna, true, false);
    let (header, entity) = split(&message);
    let message = format!(
        "{header}Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n{entity}\r\n--b\r\n\
         {entity}\r\n--b--\r\n"
    );
    let opened = read(&mut anna, message.as_bytes());
    assert_eq!(opened.text, "The figures are good.\n");
    assert_marks(&opened.verdict, &[("Other parts", Mark::Bad)]);
}

#[test]
fn an_enclosed_message_is_not_verified_as_if_it_were_this_one() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let message = sent(&world, &mut anna, true, true);
    let mut forwarded = b"From: eve@x.org\r\nContent-Type: message/rfc822\r\n\r\n".to_vec();
    forwarded.extend_from_slice(&message);
    let opened = read(&mut anna, &forwarded);
    assert!(!opened.verdict.signed && !opened.verdict.encrypted);
    assert!(!opened.text.contains("The figures are good"));
}

#[test]
fn damaged_octets_never_show_a_signature_as_good() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let message = sent(&world, &mut anna, true, false);
    let signature = String::from_utf8(message).unwrap();
    let cut = signature.len() - 700;
    let truncated = format!("{}\r\n", &signature[..cut]);
    let opened = read(&mut anna, truncated.as_bytes());
    assert_ne!(opened.verdict.mark, Mark::Good);
}

#[test]
fn what_a_stranger_signs_around_a_message_is_not_taken_for_the_authors() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let message = sent(&world, &mut anna, true, false);
    let (header, entity) = split(&message);
    let around = wrapped(&message, "<p>Pay Eve.</p>", "");
    let (_header, mixed) = split(&around);
    let eve = world
        .ca
        .issue("Eve", "eve@fabrikam.com", world.now(), Purpose::Sign);
    let with = Signing {
        key: &eve.key,
        certificate: &eve.certificate,
        chain: &[],
        at: world.now(),
        capabilities: false,
        encryption_certificate: None,
    };
    for (inside, mark) in [(&mixed, Mark::Bad), (&entity, Mark::Good)] {
        let signature = signed::sign(inside.as_bytes(), Form::Detached, &with).unwrap();
        let outer = compose::signed_entity(inside.as_bytes(), &signature, Micalg::Sha256);
        let opened = read(&mut anna, &[header.as_bytes(), &outer].concat());
        assert_eq!(opened.text, "The figures are good.\n");
        assert_marks(&opened.verdict, &[("Sender", Mark::Good)]);
        assert_eq!(opened.verdict.mark, mark, "{:#?}", opened.verdict);
    }
}

#[test]
fn a_signature_moved_to_other_layers_is_bad() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let message = sent(&world, &mut anna, true, false);
    let (header, entity) = split(&message);
    let begin = entity
        .find("Content-Type: application/pkcs7-signature")
        .unwrap();
    let end = entity.rfind("\r\n--").unwrap();
    let with = |signature: &str| {
        let message = format!(
            "{header}Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; \
             boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nPay Eve.\r\n--b\r\n\
             {signature}\r\n--b--\r\n"
        );
        message.into_bytes()
    };
    let opened = read(&mut anna, &with(&entity[begin..end]));
    assert_eq!((opened.verdict.mark, opened.text.as_str()), (Mark::Bad, ""));
    let opened = read(
        &mut anna,
        &with("Content-Type: text/plain\r\n\r\n(signature removed)"),
    );
    assert!(!opened.verdict.signed);
    assert_marks(&opened.verdict, &[("Signature", Mark::Warning)]);
}
