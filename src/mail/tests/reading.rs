//! What stands in headers and bodies is read as it was meant.

use super::{crlf, read, text};
use crate::domain::time::UnixTime;
use crate::mail::entity::Entity;
use crate::mail::message::{self, AuthorError, Correspondent, MAX_MESSAGE, MailError};

fn body(header: &str, body: &[u8]) -> Entity {
    let octets = [format!("{header}\r\n\r\n").as_bytes(), body].concat();
    message::read_entity(&octets).unwrap()
}

#[test]
fn a_header_is_read() {
    let message = read(&crlf(
        "From: =?ISO-2022-JP?B?GyRCSj9FRBsoQg==?= <hirata@example.jp>\n\
         Sender: secretary@example.jp\nTo: \"Doe, Jo\" <jo@example.com>,\n  Ada\n <ada@example.com> (her comment)\n\
         Cc: team: a@example.com, b@example.com;\nSubject: =?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=\n =?UTF-8?B?IPCfkYs=?=\n\
         Date: Sat, 21 Nov 2026 15:22:00 +0100 (CET)\nMessage-ID: <1.2@example.jp>\n\nHi\n",
    ));
    assert_eq!(
        message.author().unwrap(),
        &Correspondent {
            name: "平田".to_owned(),
            address: "hirata@example.jp".to_owned()
        }
    );
    assert_eq!(message.sender.unwrap().address, "secretary@example.jp");
    let addresses = |list: &[Correspondent]| {
        let addresses: Vec<_> = list.iter().map(|person| person.address.clone()).collect();
        addresses.join(" ")
    };
    assert_eq!(addresses(&message.to), "jo@example.com ada@example.com");
    assert_eq!(message.to[0].name, "Doe, Jo");
    assert_eq!(addresses(&message.cc), "a@example.com b@example.com");
    assert_eq!(message.subject, "Привет 👋");
    assert_eq!(message.date, UnixTime::parse("2026-11-21T14:22:00Z"));
    assert_eq!(message.message_id.as_deref(), Some("1.2@example.jp"));
    assert_eq!(message.entity, text("Hi\n"));
}

#[test]
fn a_message_with_two_from_fields_is_nobodys() {
    let message = read(b"From: ada@example.com\nfrom : eve@example.com\n\n");
    assert_eq!(message.author(), Err(AuthorError::SeveralFields));
    assert_eq!(message.from.len(), 2);
    let message = read(b"From: ada@example.com\nFROM:\n\n");
    assert_eq!(message.author(), Err(AuthorError::SeveralFields));
    let message = read(b"From: ada@example.com, eve@example.com\n\n");
    assert_eq!(message.author(), Err(AuthorError::SeveralAuthors));
    let message = read(b"To: ada@example.com\n\n");
    assert_eq!(message.author(), Err(AuthorError::Absent));
    assert_eq!((message.date, message.message_id), (None, None));
}

#[test]
fn a_name_that_looks_like_an_address_is_none() {
    for from in [
        "\"ada@example.com\" <eve@example.com>",
        "ada@example.com <eve@example.com>",
        "\"ada@example.com\\\" <x>\" <eve@example.com>",
        "=?utf-8?q?ada=40example.com_=3Cada=40example.com=3E=2C?= <eve@example.com>",
        "(ada@example.com) eve@example.com",
    ] {
        let message = read(format!("From: {from}\n\n").as_bytes());
        assert_eq!(
            message.author().unwrap().address,
            "eve@example.com",
            "{from}"
        );
    }
}

#[test]
fn an_address_with_an_international_local_part_is_read() {
    let message = read("From: Ädam <ädam@bücher.example>\n\n".as_bytes());
    let author = message.author().unwrap();
    assert_eq!(
        (author.name.as_str(), author.address.as_str()),
        ("Ädam", "ädam@bücher.example")
    );
}

#[test]
fn what_would_disguise_a_line_is_left_out() {
    let message =
        read("Subject: a\u{202e}b\u{7}c\u{2066}\nFrom: =?utf-8?q?A=0D=0AB?= <a@x>\n\n".as_bytes());
    assert_eq!(message.subject, "ab c");
    assert_eq!(message.from[0].name, "A  B");
}

#[test]
fn texts_in_the_charsets_of_the_world_are_read() {
    let cases: &[(&str, &[u8], &str)] = &[
        ("us-ascii", b"plain", "plain"),
        ("us-ascii", "ä".as_bytes(), "ä"),
        ("utf-8", "ä€".as_bytes(), "ä€"),
        ("UTF-8", b"a\xff", "a\u{fffd}"),
        ("iso-8859-1", b"\xe4", "ä"),
        ("iso-8859-15", b"\xa4", "€"),
        ("windows-1252", b"\x80", "€"),
        ("windows-1250", b"\x9a", "š"),
        ("windows-1251", b"\xcf\xf0", "Пр"),
        ("koi8-r", b"\xf0\xd2", "Пр"),
        ("iso-2022-jp", b"\x1b$BJ?ED\x1b(B", "平田"),
        ("shift_jis", b"\x95\xbd\x93c", "平田"),
        ("euc-jp", b"\xca\xbf\xc5\xc4", "平田"),
        ("gb18030", b"\xd6\xd0\x81\x30\x81\x30", "中\u{80}"),
        ("gb2312", b"\xd6\xd0", "中"),
        ("big5", b"\xa4\xa4", "中"),
        ("euc-kr", b"\xb0\xa1", "가"),
        ("x-unknown", "ä".as_bytes(), "ä"),
    ];
    for (charset, octets, expected) in cases {
        let header = format!("Content-Type: text/plain; charset=\"{charset}\"");
        assert_eq!(body(&header, octets), text(expected), "{charset}");
    }
    assert_eq!(body("Content-Type: text/plain", b"\xe4"), text("ä"));
}

#[test]
fn transfer_encodings_are_undone() {
    let quoted =
        "Content-Transfer-Encoding: Quoted-Printable\r\nContent-Type: text/plain; charset=utf-8";
    assert_eq!(
        body(quoted, b"a=C3=A4=\r\nb  \r\n=3d=zz="),
        text("aäb\n==zz")
    );
    let base64 = "Content-Transfer-Encoding: BASE64\r\nContent-Type: application/x";
    let cases: &[(&[u8], &[u8])] = &[
        (b"AQID\r\nBA==\r\n", &[1, 2, 3, 4]),
        (b"AQ ID-BA", &[1, 2, 3, 4]),
        (b"AQIDB", &[1, 2, 3]),
        (b"", &[]),
        (b"====", &[]),
    ];
    for (encoded, octets) in cases {
        let Entity::Attachment { content, .. } = body(base64, encoded) else {
            panic!("not a file");
        };
        assert_eq!(content, *octets);
    }
}

#[test]
fn file_names_are_read_and_made_safe() {
    let cases = [
        ("filename=\"a b.txt\"", "a b.txt"),
        ("filename*=UTF-8''%C3%9Cbersicht.ods", "Übersicht.ods"),
        ("filename*0=\"one-\"; filename*1=\"two.txt\"", "one-two.txt"),
        (
            "filename*0*=UTF-8''%C3%84; filename*1*=%C3%96.txt",
            "ÄÖ.txt",
        ),
        ("filename=\"=?utf-8?B?w5xi?=.txt\"", "Üb.txt"),
        ("filename=\"../../.ssh/authorized_keys\"", "authorized_keys"),
        ("filename*=UTF-8''..%2F..%2Fevil%00.sh", "evil .sh"),
        ("x=y", "attachment"),
    ];
    for (parameter, expected) in cases {
        let header =
            format!("Content-Type: application/x\r\nContent-Disposition: attachment; {parameter}");
        let Entity::Attachment { name, .. } = body(&header, b"") else {
            panic!("not a file");
        };
        assert_eq!(name, expected, "{parameter}");
    }
}

#[test]
fn a_text_that_is_a_file_is_not_what_the_writer_says() {
    let header = "Content-Type: text/html; name=a.html\r\nContent-Disposition: attachment";
    assert!(
        matches!(body(header, b"<p>"), Entity::Attachment { content, .. } if content == b"<p>")
    );
    let unnamed = body("Content-Disposition: attachment", b"x");
    assert!(matches!(unnamed, Entity::Attachment { name, .. } if name == "attachment"));
    let shown = body("Content-Type: text/html", b"<p>Hi<img src=http://x>");
    assert_eq!(
        shown,
        Entity::Html {
            text: "Hi".to_owned()
        }
    );
}

#[test]
fn an_entity_that_says_twice_what_it_is_is_not_read() {
    let twice = "Content-Type: text/plain\r\nContent-Type: text/html";
    assert!(matches!(body(twice, b"x"), Entity::Malformed(_)));
}

#[test]
fn octets_without_a_header_are_a_text() {
    assert_eq!(
        message::read_entity(b"just text").unwrap(),
        text("just text")
    );
    assert_eq!(
        message::read_entity(b"\r\njust: text").unwrap(),
        text("just: text")
    );
    assert_eq!(message::read(b""), Err(MailError::Empty));
    assert_eq!(
        message::read(&vec![b'a'; MAX_MESSAGE + 1]),
        Err(MailError::TooLarge)
    );
    let kept_in_one_file = read(b"From ada Sat Nov 21\nSubject: x\n\nbody");
    assert_eq!(
        (kept_in_one_file.subject.as_str(), kept_in_one_file.entity),
        ("x", text("body"))
    );
}

#[test]
fn the_entity_of_a_message_is_what_is_about_content_and_the_body() {
    let message =
        b"From: a@x\nSubject: s\nContent-Type: text/plain;\n charset=utf-8\nDate: d\n\nA\nB";
    let entity = message::entity_octets(message).unwrap();
    assert_eq!(
        entity,
        b"Content-Type: text/plain;\r\n charset=utf-8\r\n\r\nA\r\nB"
    );
    assert_eq!(
        message::entity_octets(b"Dear Anna: this is a text.\n"),
        None
    );
    let bare = message::entity_octets(b"Subject: s\r\n\r\nA\r\n").unwrap();
    assert_eq!(bare, b"\r\nA\r\n");
}
