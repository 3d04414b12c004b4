//! Messages that somebody changed on their way, or put together from pieces.

use super::*;

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
    assert!(opened.whole_text().contains("neither signed nor encrypted"));
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

#[test]
fn an_encrypted_message_that_was_changed_anywhere_shows_nothing_of_itself() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let message = sent(&world, &mut anna, true, true);
    let (header, entity) = split(&message);
    let (fields, body) = entity.split_once("\r\n\r\n").unwrap();
    let lines = body.lines().count();
    for changed in 0..lines {
        let flipped: Vec<String> = body
            .lines()
            .enumerate()
            .map(
                |(number, line)| match number == changed && !line.is_empty() {
                    true if line.starts_with('A') => format!("B{}", &line[1..]),
                    true => format!("A{}", &line[1..]),
                    false => line.to_owned(),
                },
            )
            .collect();
        let message = format!("{header}{fields}\r\n\r\n{}\r\n", flipped.join("\r\n"));
        let opened = read(&mut anna, message.as_bytes());
        if message.contains(body) {
            continue;
        }
        assert_eq!(opened.verdict.mark, Mark::Bad, "line {changed}");
        assert!(!opened.whole_text().contains("figures"), "line {changed}");
    }
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
