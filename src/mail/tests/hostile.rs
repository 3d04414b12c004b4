//! Messages made to harm: whatever the octets, reading ends soon and without a panic.

use std::fmt::Write as _;

use super::{crlf, read, text};
use crate::mail::compose::{self, Attachment, Micalg};
use crate::mail::entity::Entity;
use crate::mail::message;

const MEBIBYTE: usize = 1 << 20;

/// How many entities a tree has, and how deep it is.
fn measure(entity: &Entity) -> (usize, usize) {
    let below: Vec<(usize, usize)> = match entity {
        Entity::Multipart { parts, .. } => parts.iter().map(measure).collect(),
        Entity::Signed { entity, .. } => vec![measure(entity)],
        Entity::Message(message) => vec![measure(&message.entity)],
        Entity::Attachment { .. }
        | Entity::Cmp(_)
        | Entity::Html { .. }
        | Entity::Malformed(_)
        | Entity::Pkcs7 { .. }
        | Entity::Text { .. } => Vec::new(),
    };
    let entities: usize = below.iter().map(|(entities, _)| entities).sum();
    let depth = below.iter().map(|(_, depth)| *depth).max();
    (1 + entities, 1 + depth.unwrap_or(0))
}

#[test]
fn ten_thousand_multiparts_within_each_other_are_cut_off() {
    let mut nested = String::new();
    for level in 0..10_000 {
        write!(
            nested,
            "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"
        )
        .unwrap();
    }
    let (entities, depth) = measure(&read(&crlf(&nested)).entity);
    assert!(entities <= 40 && depth <= 40, "{entities} {depth}");
}

#[test]
fn messages_within_messages_are_cut_off() {
    let nested = "Content-Type: message/rfc822\n\n".repeat(10_000);
    let (_, depth) = measure(&read(nested.as_bytes()).entity);
    assert!(depth <= 40);
}

#[test]
fn signatures_around_signatures_do_not_multiply_the_memory() {
    let mut nested = format!("\n{}", "x".repeat(MEBIBYTE));
    for level in 0..30 {
        nested = format!(
            "Content-Type: multipart/signed; boundary=b{level}\n\n--b{level}\n{nested}\n--b{level}\n\
             Content-Type: application/pkcs7-signature\n\n\n--b{level}--\n"
        );
    }
    let mut entity = &read(nested.as_bytes()).entity;
    let mut copied = 0;
    while let Entity::Signed {
        content,
        entity: inner,
        ..
    } = entity
    {
        copied += content.len();
        entity = inner;
    }
    assert!(matches!(entity, Entity::Malformed(_)));
    assert!(copied <= 5 * MEBIBYTE, "{copied}");
}

#[test]
fn a_hundred_thousand_parts_are_cut_off() {
    let parts = format!(
        "Content-Type: multipart/mixed; boundary=b\n\n{}",
        "--b\n\nx\n".repeat(100_000)
    );
    let (entities, _) = measure(&read(parts.as_bytes()).entity);
    assert!(entities <= 1_010, "{entities}");
}

#[test]
fn a_mebibyte_of_anything_in_a_field_is_read_at_once() {
    let values = [
        "(",
        ")",
        "\\",
        "\"",
        "<",
        ">",
        ",",
        ";",
        ":",
        "=",
        "=?",
        "=?utf-8?q?",
        "=?utf-8?q?=",
        "=?utf-8?b?AA",
        "=?=?",
        "a@b,",
        "a:b@c;",
        "(a)",
        "\\(",
        "a=b;",
        "a*0=b;",
        "a*1*=%41;",
        "a\n ",
        "\n\t",
        "9",
        "1 ",
        "<a>",
        "/",
        ";a=\"",
        "\u{202e}",
        "*'",
        "''",
    ];
    for value in values {
        let value = value.repeat(MEBIBYTE / value.len());
        for field in [
            "From: ",
            "Subject: ",
            "Date: ",
            "Message-ID: ",
            "Content-Type: multipart/mixed; boundary=b; ",
        ] {
            read(format!("{field}{value}\n\n--b\n\nx\n--b--\n").as_bytes());
        }
    }
}

#[test]
fn a_million_fields_and_lines_are_read_at_once() {
    read("a: b\n".repeat(200_000).as_bytes());
    read("From: a@b\n".repeat(100_000).as_bytes());
    read(" \n".repeat(500_000).as_bytes());
    read(format!("a:{}", " \n".repeat(500_000)).as_bytes());
    read("\n".repeat(MEBIBYTE).as_bytes());
    read(
        format!(
            "Content-Type: multipart/mixed; boundary=\"{}\"\n\n{}",
            "-".repeat(70),
            "-\n-".repeat(300_000)
        )
        .as_bytes(),
    );
}

#[test]
fn a_mebibyte_of_broken_html_is_read_at_once() {
    for piece in [
        "<",
        ">",
        "&",
        "&#",
        "<!--",
        "<script>",
        "</script",
        "<a href=\"",
        "<style></",
        "<br>",
        "<div>",
        "<p \"",
        "&amp;",
        "<template></temp",
    ] {
        let html = piece.repeat(MEBIBYTE / piece.len());
        read(format!("Content-Type: text/html\n\n{html}").as_bytes());
    }
}

#[test]
fn every_charset_takes_any_octets() {
    let charsets = [
        "utf-7",
        "utf-16",
        "utf-16le",
        "utf-16be",
        "iso-2022-jp",
        "iso-2022-kr",
        "shift_jis",
        "euc-jp",
        "euc-kr",
        "gb18030",
        "gbk",
        "big5",
        "koi8-u",
        "windows-1258",
        "ibm850",
        "macintosh",
        "tis-620",
        "hz-gb-2312",
    ];
    let mut random = Random(7);
    for charset in charsets {
        for length in (0..40).cycle().take(4_000) {
            let octets: Vec<u8> = (0..length).map(|_| random.octet()).collect();
            let header = format!("Content-Type: text/plain; charset={charset}\n\n");
            read(&[header.as_bytes(), &octets].concat());
            let word: String = octets.iter().fold(String::new(), |mut word, octet| {
                write!(word, "={octet:02X}").unwrap();
                word
            });
            read(format!("Subject: =?{charset}?Q?{word}?=\n\n").as_bytes());
        }
    }
}

#[test]
fn no_mutation_of_a_message_makes_the_reader_panic() {
    let seeds = seeds();
    let mut random = Random(1);
    for round in 0..20_000 {
        let mut octets = seeds[round % seeds.len()].clone();
        for _ in 0..=random.below(8) {
            random.mutate(&mut octets);
        }
        if let Ok(message) = message::read(&octets) {
            let (entities, depth) = measure(&message.entity);
            assert!(entities <= 1_100 && depth <= 70);
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let files = [Attachment {
        name: "Übersicht.ods",
        media_type: "image/png",
        content: &[0; 60],
    }];
    let entity = compose::text_entity("Grüße\nFrom\n", &files);
    let signed = compose::signed_entity(&entity, &[1, 2, 3], Micalg::Sha256);
    let header = "From: =?utf-8?Q?=C3=84?= \"q\\\"\" <a@x> (c (d)), g: b@y;\nTo: <c@z>\n\
                  Date: Sat, 21 Nov 2026 15:22:00 +0100\nMessage-ID: <a@b>\nSubject: =?iso-2022-jp?B?GyRCSj8bKEI=?=\n";
    let html = "Content-Type: text/html; charset=shift_jis\n\n<p a=\"b\">&amp;&#65;<script>x</script>\u{e4}";
    let digest = "Content-Type: multipart/digest; boundary*0=\"a\"; boundary*1*=utf-8''b\n\n--ab\n\nSubject: x\n\ny\n--ab--\n";
    vec![
        [header.as_bytes(), &signed].concat(),
        [header.as_bytes(), html.as_bytes()].concat(),
        [header.as_bytes(), digest.as_bytes()].concat(),
        compose::pkcs7_entity(compose::SmimeType::EnvelopedData, &[9; 50]),
    ]
}

/// Always the same octets: xorshift, so that a failure can be seen again.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 16).unwrap() % limit.max(1)
    }

    fn octet(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }

    fn mutate(&mut self, octets: &mut Vec<u8>) {
        let place = self.below(octets.len());
        let octet = match self.below(3) {
            0 => self.octet(),
            _ => b"\n\r =?;:\"\\()<>,*'%&-/."[self.below(21)],
        };
        match self.below(5) {
            0 => octets.truncate(place),
            1 => octets.insert(place, octet),
            2 if !octets.is_empty() => {
                octets.remove(place);
            }
            3 => {
                let end = (place + self.below(40)).min(octets.len());
                let piece = octets[place..end].to_vec();
                let target = self.below(octets.len());
                octets.splice(target..target, piece);
            }
            _ if !octets.is_empty() => octets[place] = octet,
            _ => (),
        }
    }
}

#[test]
fn nothing_after_a_malformed_part_is_lost() {
    let message = crlf(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed\n\n--b\n\nHi\n--b--\n",
    );
    let Entity::Multipart { parts, .. } = read(&message).entity else {
        panic!("no parts");
    };
    assert!(matches!(parts[0], Entity::Malformed(_)));
    assert_eq!(parts[1], text("Hi"));
}
