//! Messages in the shapes that well-known programs send.

use super::judges::Openssl;
use super::{crlf, read, text};
use crate::mail::entity::Entity;
use crate::mail::message;

/// What is signed in an entity, its reading, and the signature.
fn signed(entity: &Entity) -> (&[u8], &Entity, &[u8]) {
    let Entity::Signed {
        content,
        entity,
        signature,
        micalg: _,
    } = entity
    else {
        panic!("not signed: {entity:?}");
    };
    (content, entity, signature)
}

#[test]
fn openssl_verifies_what_we_found_to_be_signed() {
    let Some(openssl) = Openssl::new("find") else {
        return;
    };
    let multipart = "Content-Type: multipart/mixed; boundary=in\n\n--in\n\none\n\n--in\nContent-Type: text/html\n\n<b>two\n--in--\nepilogue\n";
    let cases: [(&str, &[&str]); 4] = [
        ("Hello\n\nworld", &["-text"]),
        ("Hello\n", &["-text", "-crlfeol"]),
        ("Content-Type: text/plain\n\nHello \n\n\n", &[]),
        (multipart, &[]),
    ];
    for (content, how) in cases {
        let message = openssl.sign(content.as_bytes(), how);
        let lf = String::from_utf8(message.clone())
            .unwrap()
            .replace("\r\n", "\n");
        for octets in [message, crlf(&lf), lf.into_bytes()] {
            let message = read(&octets);
            let (found, entity, signature) = signed(&message.entity);
            let content = openssl.file("content", found);
            let verified = openssl.verify(
                signature,
                &["-binary", "-inform", "DER", "-content", &content],
            );
            assert_eq!(verified, found);
            assert!(!matches!(entity, Entity::Malformed(_)));
        }
    }
}

#[test]
fn the_opaque_message_that_openssl_streams_is_a_cms_object() {
    let Some(openssl) = Openssl::new("opaque") else {
        return;
    };
    let message = openssl.sign(b"Hello", &["-text", "-nodetach", "-stream"]);
    let Entity::Pkcs7 {
        smime_type,
        content,
    } = read(&message).entity
    else {
        panic!("not opaque");
    };
    assert_eq!(smime_type.as_deref(), Some("signed-data"));
    let inside = openssl.verify(&content, &["-binary", "-inform", "DER"]);
    assert_eq!(message::read_entity(&inside).unwrap(), text("Hello"));
}

#[test]
fn thunderbird_signs_a_multipart() {
    let message = crlf(
        "From: Ada <ada@example.com>\nMIME-Version: 1.0\n\
         Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256; boundary=\"------------ms0304\"\n\n\
         This is a cryptographically signed message in MIME format.\n\n\
         --------------ms0304\n\
         Content-Type: multipart/mixed; boundary=\"------------0uter\"\n\n\
         --------------0uter\nContent-Type: text/plain; charset=UTF-8; format=flowed\nContent-Transfer-Encoding: 8bit\n\nGrüße\n\n\
         --------------0uter\nContent-Type: message/rfc822; name=\"Re.eml\"\nContent-Disposition: attachment; filename=\"Re.eml\"\n\nSubject: inner\n\nold\n\
         --------------0uter--\n\n\
         --------------ms0304\n\
         Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\nContent-Transfer-Encoding: base64\n\
         Content-Disposition: attachment; filename=\"smime.p7s\"\nContent-Description: S/MIME Cryptographic Signature\n\n\
         AQID\n--------------ms0304--\n",
    );
    let message = read(&message);
    let (content, entity, signature) = signed(&message.entity);
    assert!(content.starts_with(b"Content-Type: multipart/mixed;"));
    assert!(
        content.ends_with(b"0uter--\r\n"),
        "the empty line before the boundary has one line end"
    );
    assert_eq!(signature, [1, 2, 3]);
    let Entity::Multipart { subtype, parts } = entity else {
        panic!("no parts");
    };
    assert_eq!((subtype.as_str(), &parts[0]), ("mixed", &text("Grüße\n")));
    assert!(
        matches!(&parts[1], Entity::Message(inner) if inner.subject == "inner" && inner.entity == text("old"))
    );
}

#[test]
fn outlook_sends_octets_whose_name_says_what_they_are() {
    for (content_type, disposition) in [
        ("application/octet-stream; name=smime.p7m", "attachment"),
        (
            "application/octet-stream",
            "attachment; filename=\"SMIME.P7M\"",
        ),
        (
            "application/x-pkcs7-mime; smime-type=Enveloped-Data; name=\"smime.p7m\"",
            "inline",
        ),
        ("application/pkcs7-mime", "attachment"),
    ] {
        let message = format!(
            "Content-Type: {content_type}\nContent-Disposition: {disposition}\nContent-Transfer-Encoding: base64\n\nAQID\n"
        );
        let entity = read(&crlf(&message)).entity;
        assert!(
            matches!(&entity, Entity::Pkcs7 { content, .. } if content == &[1, 2, 3]),
            "{entity:?}"
        );
    }
    let plain = read(b"Content-Type: application/octet-stream; name=a.bin\n\nx").entity;
    assert!(matches!(plain, Entity::Attachment { .. }));
}

#[test]
fn apple_mail_signs_with_sha1_named_and_the_signature_after_alternatives() {
    let message = read(&crlf(
        "Content-Type: multipart/signed;\n\tboundary=\"Apple-Mail=_4F\";\n\tprotocol=\"application/pkcs7-signature\";\n\tmicalg=sha1\n\n\n\
         --Apple-Mail=_4F\nContent-Type: multipart/alternative;\n\tboundary=\"Apple-Mail=_4F-1\"\n\n\n\
         --Apple-Mail=_4F-1\nContent-Transfer-Encoding: 7bit\nContent-Type: text/plain;\n\tcharset=us-ascii\n\nHi\n\
         --Apple-Mail=_4F-1\nContent-Type: text/html;\n\tcharset=us-ascii\n\n<html><body>Hi<br></body></html>\n\
         --Apple-Mail=_4F-1--\n\n--Apple-Mail=_4F\n\
         Content-Disposition: attachment;\n\tfilename=smime.p7s\nContent-Type: application/pkcs7-signature;\n\tname=smime.p7s\nContent-Transfer-Encoding: base64\n\nAQID\n\
         --Apple-Mail=_4F--\n",
    ));
    let (_, entity, signature) = signed(&message.entity);
    assert_eq!(signature, [1, 2, 3]);
    // The inner boundary begins like the outer one.
    let html = Entity::Html {
        text: "Hi".to_owned(),
    };
    let expected = Entity::Multipart {
        subtype: "alternative".to_owned(),
        parts: vec![text("Hi"), html],
    };
    assert_eq!(entity, &expected);
}

#[test]
fn the_footer_of_a_mailing_list_is_not_signed() {
    let inner = "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256; boundary=s\n\n\
                 --s\n\nHi\n--s\nContent-Type: application/pkcs7-signature\nContent-Transfer-Encoding: base64\n\nAQID\n--s";
    let around = format!(
        "Content-Type: multipart/mixed; boundary=m\n\n--m\n{inner}--\n\n--m\nContent-Type: text/plain\n\nFooter\n--m--\n"
    );
    let within = format!("{inner}\nContent-Type: text/plain\n\nFooter\n--s--\n");
    for shape in [around, within] {
        let Entity::Multipart { subtype, parts } = read(&crlf(&shape)).entity else {
            panic!("no parts");
        };
        assert_eq!((subtype.as_str(), parts.len()), ("mixed", 2));
        assert_eq!(signed(&parts[0]).0, b"\r\nHi");
        assert_eq!(parts[1], text("Footer"));
    }
}

#[test]
fn what_another_system_signed_is_shown_as_parts() {
    let message = read(&crlf(
        "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=s\n\n\
         --s\n\nHi\n--s\nContent-Type: application/pgp-signature\n\nx\n--s--\n",
    ));
    assert!(matches!(message.entity, Entity::Multipart { parts, .. } if parts[0] == text("Hi")));
}

#[test]
fn a_reply_of_a_key_management_server_is_read() {
    let message =
        read(b"Content-Type: application/pkixcmp\nContent-Transfer-Encoding: base64\n\nAQID\n");
    assert_eq!(message.entity, Entity::Cmp(vec![1, 2, 3]));
}
