//! What we write is what others read.

use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use super::judges::{Openssl, python};
use super::{read, text};
use crate::domain::time::UnixTime;
use crate::mail::compose::{self, Attachment, Envelope, Micalg, SmimeType};
use crate::mail::entity::Entity;
use crate::mail::message::{self, Correspondent};

const NOBODY: &[(String, String)] = &[];

fn envelope<'a>(to: &'a [(String, String)], subject: &'a str) -> Envelope<'a> {
    Envelope {
        from: ("Ada Løvelace", "ada@example.com"),
        to,
        cc: NOBODY,
        subject,
        at: UnixTime::parse("2026-11-21T14:22:00Z").unwrap(),
        unique: "00ff",
        in_reply_to: None,
    }
}

fn person(name: &str, address: &str) -> (String, String) {
    (name.to_owned(), address.to_owned())
}

#[test]
fn python_reads_names_texts_and_files_as_they_were_given() {
    let to = [
        person("Doe, \"Jo\"", "jo@example.com"),
        person("", "bare@example.com"),
        person("平田 花子", "花子@example.com"),
    ];
    let cc = [person("Bob", "bob@example.com")];
    let envelope = Envelope {
        cc: &cc,
        in_reply_to: Some("1@example.com"),
        ..envelope(
            &to,
            "Grüße =?utf-8?q?no?= and a long, long subject that has to be folded somewhere, I hope",
        )
    };
    let files = [Attachment {
        name: "../Übersicht \"2026\".ods",
        media_type: "image/png",
        content: &[0, 1, 255],
    }];
    let entity = compose::text_entity("Grüße\nFrom here\n.\n", &files);
    let message = compose::plain(&envelope, &entity);
    let Some(found) = python(&message) else {
        return;
    };
    let expected = [
        "From: Ada Løvelace <ada@example.com>",
        "To: \"Doe, \\\"Jo\\\"\" <jo@example.com>, bare@example.com, 平田 花子 <花子@example.com>",
        "Cc: Bob <bob@example.com>",
        "Subject: Grüße =?utf-8?q?no?= and a long, long subject that has to be folded somewhere, I hope",
        "Message-ID: <00ff@kmadmin.invalid>",
        "In-Reply-To: <1@example.com>",
        "Date: 2026-11-21T14:22:00+00:00",
        "multipart/mixed",
        "text/plain 'Grüße\\r\\nFrom here\\r\\n.\\r\\n'",
        "image/png 'Übersicht _2026_.ods' 0001ff",
    ];
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn python_reads_the_parameters_of_smime_messages() {
    let to = [person("Bob", "bob@example.com")];
    let envelope = envelope(&to, "Hi");
    let entity = compose::text_entity("Hi", &[]);
    let cases = [
        (
            compose::multipart_signed(&envelope, &entity, &[7], Micalg::Sha384),
            "multipart/signed protocol=application/pkcs7-signature micalg=sha-384\n\
             text/plain 'Hi\\r\\n'\napplication/pkcs7-signature 'smime.p7s' 07",
        ),
        (
            compose::pkcs7_mime(&envelope, SmimeType::AuthEnvelopedData, &[7]),
            "application/pkcs7-mime smime-type=authEnveloped-data 'smime.p7m' 07",
        ),
        (
            compose::pkcs7_mime(&envelope, SmimeType::EnvelopedData, &[7]),
            "application/pkcs7-mime smime-type=enveloped-data 'smime.p7m' 07",
        ),
        (
            compose::pkcs7_mime(&envelope, SmimeType::SignedData, &[7]),
            "application/pkcs7-mime smime-type=signed-data 'smime.p7m' 07",
        ),
        (
            compose::pkcs7_mime(&envelope, SmimeType::CertsOnly, &[7]),
            "application/pkcs7-mime smime-type=certs-only 'smime.p7c' 07",
        ),
        (
            compose::cmp(&envelope, &[7; 100]),
            &format!("application/pkixcmp {}", "07".repeat(100)),
        ),
    ];
    for (message, expected) in cases {
        if let Some(found) = python(&message) {
            assert!(found.ends_with(&format!("+00:00\n{expected}")), "{found}");
        }
    }
}

#[test]
fn openssl_verifies_a_detached_signature_in_our_message() {
    let Some(openssl) = Openssl::new("verify") else {
        return;
    };
    let files = [Attachment {
        name: "a.bin",
        media_type: "application/octet-stream",
        content: &[0; 1_000],
    }];
    for entity in [
        compose::text_entity("Hello\n", &[]),
        compose::text_entity("", &[]),
        compose::text_entity("Grüße  \nFrom here\n.\n\n\n", &files),
    ] {
        let signature = openssl.sign(&entity, &["-binary", "-outform", "DER"]);
        let to = [person("Bob", "bob@example.com")];
        let envelope = envelope(&to, "Signed");
        let message = compose::multipart_signed(&envelope, &entity, &signature, Micalg::Sha256);
        assert_eq!(openssl.verify(&message, &[]), entity);
        // The signature around one more signature.
        let inner = compose::signed_entity(&entity, &signature, Micalg::Sha256);
        let outer = openssl.sign(&inner, &["-binary", "-outform", "DER"]);
        let message = compose::multipart_signed(&envelope, &inner, &outer, Micalg::Sha256);
        assert_eq!(openssl.verify(&message, &[]), inner);
    }
}

#[test]
fn what_we_sign_is_read_back_octet_for_octet() {
    let entity = compose::text_entity("Hello\n", &[]);
    let inner = compose::signed_entity(&entity, &[1], Micalg::Sha256);
    let message = compose::multipart_signed(&envelope(NOBODY, "x"), &inner, &[2], Micalg::Sha384);
    let Entity::Signed {
        content,
        entity: read_inner,
        signature,
        micalg,
    } = read(&message).entity
    else {
        panic!("not signed");
    };
    assert_eq!(
        (content.as_slice(), signature.as_slice(), micalg.as_str()),
        (inner.as_slice(), [2].as_slice(), "sha-384")
    );
    let expected = Entity::Signed {
        content: entity,
        entity: Box::new(text("Hello\n")),
        signature: vec![1],
        micalg: "sha-256".to_owned(),
    };
    assert_eq!(*read_inner, expected);
}

#[test]
fn nobody_puts_a_field_into_our_header() {
    let evil = "x\r\nBcc: all@example.com\r\n\r\nbody";
    let to = [person(evil, evil), person("", "a@b>, <c@d")];
    let envelope = Envelope {
        from: (evil, evil),
        to: &to,
        cc: &to,
        subject: evil,
        unique: evil,
        in_reply_to: Some(evil),
        ..envelope(&to, "")
    };
    let files = [Attachment {
        name: evil,
        media_type: "text/plain\r\nBcc: all@example.com",
        content: b"x",
    }];
    let message = compose::plain(&envelope, &compose::text_entity("Hi", &files));
    let lines = String::from_utf8(message.clone()).unwrap();
    for line in lines.split("\r\n") {
        assert!(
            !line.contains(['\r', '\n']) && !line.starts_with("Bcc"),
            "{line:?}"
        );
    }
    let message = read(&message);
    assert_eq!((message.from.len(), message.to.len()), (1, 2));
    let Entity::Multipart { parts, .. } = message.entity else {
        panic!("no parts");
    };
    assert_eq!(parts[0], text("Hi\n"));
    assert!(
        matches!(&parts[1], Entity::Attachment { media_type, .. } if media_type == "application/octet-stream")
    );
}

#[test]
fn no_text_ends_a_part_early() {
    let hostile = "--=_kmadmin-00000000\n--=_kmadmin-00000001--\n";
    let files = [Attachment {
        name: "=_kmadmin-00000002",
        media_type: "application/x",
        content: b"x",
    }];
    let entity = compose::text_entity(hostile, &files);
    let Entity::Multipart { parts, .. } = message::read_entity(&entity).unwrap() else {
        panic!("no parts");
    };
    assert_eq!(parts.len(), 2);
    assert_eq!(parts[0], text(hostile));
}

#[test]
fn no_line_is_one_that_a_server_changes() {
    let long = format!("{}ä", ".F".repeat(500));
    for hostile in [
        "From me\n",
        "From me\nä",
        ".\n..\nä\n",
        "blank \t\nä\n",
        "=\n\0\u{7f}",
        long.as_str(),
    ] {
        let entity = compose::text_entity(hostile, &[]);
        let lines = String::from_utf8(entity.clone()).unwrap();
        for line in lines.split("\r\n") {
            let is_kept = line.len() <= 76
                && line.is_ascii()
                && !line.starts_with("From ")
                && !line.starts_with('.')
                && !line.ends_with([' ', '\t']);
            assert!(is_kept, "{line:?}");
        }
        let hostile = format!("{}\n", hostile.trim_end_matches('\n'));
        assert_eq!(message::read_entity(&entity).unwrap(), text(&hostile));
    }
}

/// A text as a mail keeps it.
fn kept(text: &str) -> String {
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_text_in_any_script_is_read_back(written in any::<String>(), mostly in "[ -~\n]{0,300}", file in any::<Vec<u8>>()) {
        for written in [written.clone(), mostly.clone(), format!("{mostly}{written}")] {
            let entity = compose::text_entity(&written, &[]);
            prop_assert_eq!(message::read_entity(&entity).unwrap(), text(&kept(&written)));
            let files = [Attachment { name: "a", media_type: "image/png", content: &file }];
            let entity = compose::text_entity(&written, &files);
            let parts = vec![text(&kept(&written)), Entity::Attachment {
                name: "a".to_owned(),
                media_type: "image/png".to_owned(),
                content: file.clone(),
            }];
            prop_assert_eq!(message::read_entity(&entity).unwrap(), Entity::Multipart {
                subtype: "mixed".to_owned(),
                parts,
            });
        }
    }

    #[test]
    fn names_and_subjects_in_any_script_are_read_back(name in r"[^\p{C}\p{Z}]([^\p{C}\p{Z}]| [^\p{C}\p{Z}]){0,40}", subject in r"([^\p{C}\p{Z}]( [^\p{C}\p{Z}])?){0,80}") {
        let to = [person(&name, "bob@example.com"), person("", "carol@example.com")];
        let message = read(&compose::plain(&envelope(&to, &subject), &compose::text_entity("", &[])));
        prop_assert_eq!(&message.subject, &subject);
        prop_assert_eq!(&message.to[0], &Correspondent { name, address: "bob@example.com".to_owned() });
        prop_assert_eq!(&message.to[1].address, "carol@example.com");
        prop_assert!(message.author().is_ok());
    }
}
