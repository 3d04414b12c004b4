//! Messages of other programs.

use super::*;
use crate::crypto::judge::{Scratch, judge};

/// Files for other programs: Ben's keys, the root, an entity.
struct Files {
    scratch: Scratch,
    key: String,
    signer: String,
    root: String,
    anna: String,
}

impl Files {
    fn new(world: &World, anna: &mut Client, kind: KeyKind) -> Self {
        let scratch = Scratch::new(&format!("mail-{}", next()));
        let now = world.now();
        let ben = world.ca.issue_kind(kind, "Ben", BEN, now, Purpose::Sign);
        let name = KeysetName::parse("Keys").unwrap();
        let own = anna.keyset(&name).unwrap().encryption.unwrap();
        Self {
            key: scratch.file("key.der", ben.key.pkcs8().expose()),
            signer: scratch.file("ben.der", &ben.certificate),
            root: scratch.file("root.der", &world.ca.certificate),
            anna: scratch.file("anna.der", &own.der),
            scratch,
        }
    }

    /// What openssl makes of a file; nothing where there is no openssl.
    fn openssl(&self, arguments: &[&str]) -> Option<Vec<u8>> {
        let judged = judge("openssl", arguments, b"")?;
        assert!(judged.accepted, "{arguments:?}: {}", judged.said);
        Some(judged.output)
    }

    fn sign(&self, file: &str, options: &[&str]) -> Option<Vec<u8>> {
        let command = [
            "cms",
            "-sign",
            "-in",
            file,
            "-signer",
            &self.signer,
            "-inkey",
            &self.key,
            "-certfile",
            &self.root,
        ];
        self.openssl(&[&command[..], options].concat())
    }

    fn encrypt(&self, file: &str, options: &[&str]) -> Option<Vec<u8>> {
        let command = ["cms", "-encrypt", "-in", file];
        self.openssl(&[&command[..], options, &[&self.anna]].concat())
    }
}

const FROM: &[&str] = &["-from", BEN, "-to", ANNA, "-subject", "Hello"];

#[test]
fn every_form_of_openssls_signed_messages_is_read() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    for kind in [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384] {
        let files = Files::new(&world, &mut anna, kind);
        let mime = b"Content-Type: text/plain\r\n\r\nHello Anna\r\nline 2\r\n";
        let entity = files.scratch.file("entity", mime);
        let bare = files.scratch.file("bare", b"Hello Anna\nline 2\n");
        for (file, options) in [
            (&entity, &[][..]),
            (&bare, &["-text"]),
            (&bare, &[]),
            (&bare, &["-nodetach"]),
            (&bare, &["-nodetach", "-text"]),
            (&entity, &["-nodetach", "-stream"]),
            (&entity, &["-nodetach", "-indef"]),
            (&entity, &["-nodetach", "-keyid"]),
            (&entity, &["-nodetach", "-noattr"]),
            (&entity, &["-crlfeol"]),
            (&entity, &["-md", "sha512"]),
            (&entity, &["-binary"]),
            (&bare, &["-binary"]),
            (&bare, &["-binary", "-nodetach"]),
        ] {
            let Some(message) = files.sign(file, &[FROM, options].concat()) else {
                return;
            };
            let opened = read(&mut anna, &message);
            assert_marks(
                &opened.verdict,
                &[
                    ("Signature", Mark::Good),
                    ("Trusted by", Mark::Good),
                    ("Sender", Mark::Good),
                ],
            );
            assert_eq!(opened.text.trim_end(), "Hello Anna\nline 2", "{options:?}");

            let text = String::from_utf8_lossy(&message);
            if text.contains("Hello Anna") {
                let changed = text.replace("Hello", "Holla");
                let opened = read(&mut anna, changed.as_bytes());
                assert_marks(&opened.verdict, &[("Signature", Mark::Bad)]);
                assert_eq!(opened.text, "", "{options:?}");
            }
        }
    }
}

#[test]
fn every_form_of_openssls_encrypted_messages_is_opened() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let files = Files::new(&world, &mut anna, KeyKind::P256);
    let entity = files
        .scratch
        .file("entity", b"Content-Type: text/plain\r\n\r\nHello Anna\r\n");
    for (options, mark) in [
        (&["-aes256"][..], Mark::Warning),
        (&["-aes128", "-stream"], Mark::Warning),
        (&["-aes192", "-keyid"], Mark::Warning),
        (&["-aes-256-gcm"], Mark::Good),
        (&["-aes-128-gcm"], Mark::Good),
        (&["-des3"], Mark::Warning),
    ] {
        let Some(message) = files.encrypt(&entity, &[FROM, options].concat()) else {
            return;
        };
        let opened = read(&mut anna, &message);
        assert_eq!(opened.text, "Hello Anna\n", "{options:?}");
        assert_eq!(opened.verdict.mark, mark, "{options:?}");
    }
}

#[test]
fn layers_of_openssl_in_either_order_and_three_deep_are_gone_through() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let files = Files::new(&world, &mut anna, KeyKind::Rsa2048);
    let scratch = &files.scratch;
    let entity = scratch.file("entity", b"Content-Type: text/plain\r\n\r\nHello Anna\r\n");
    let Some(signed) = files.sign(&entity, &[]) else {
        return;
    };
    let signed = scratch.file("signed", &signed);
    let opaque = files.sign(&entity, &["-nodetach"]).unwrap();
    let opaque = scratch.file("opaque", &opaque);
    let sealed = files.encrypt(&signed, &["-aes256"]).unwrap();
    let sealed = scratch.file("sealed", &sealed);
    let good = [
        ("Signature", Mark::Good),
        ("Encryption", Mark::Good),
        ("Sender", Mark::Good),
    ];
    for (file, outer) in [
        (&signed, "-encrypt"),
        (&opaque, "-encrypt"),
        (&sealed, "-sign"),
    ] {
        let message = if outer == "-encrypt" {
            files.encrypt(file, &[FROM, &["-aes256"]].concat())
        } else {
            files.sign(file, FROM)
        };
        let opened = read(&mut anna, &message.unwrap());
        assert_marks(&opened.verdict, &good);
        assert_eq!(opened.text, "Hello Anna\n");
        assert_eq!(opened.verdict.mark, Mark::Good, "{:#?}", opened.verdict);
    }
    // encrypted without signature inside, then signed
    let sealed = files.encrypt(&entity, &["-aes256"]).unwrap();
    let sealed = scratch.file("bare", &sealed);
    let opened = read(&mut anna, &files.sign(&sealed, FROM).unwrap());
    assert_eq!(opened.text, "Hello Anna\n");
    assert_marks(
        &opened.verdict,
        &[("Signature", Mark::Good), ("Encryption", Mark::Warning)],
    );
}

#[test]
fn a_message_without_from_is_judged_by_its_signature() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let files = Files::new(&world, &mut anna, KeyKind::P256);
    let entity = files.scratch.file("entity", b"Hello\r\n");
    let Some(message) = files.sign(&entity, &[]) else {
        return;
    };
    let opened = read(&mut anna, &message);
    assert_marks(
        &opened.verdict,
        &[("Signature", Mark::Good), ("Sender", Mark::Warning)],
    );
    assert!(opened.encryption.is_none());
}

#[test]
fn a_digest_that_can_be_forged_proves_nothing() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let files = Files::new(&world, &mut anna, KeyKind::Rsa2048);
    let entity = files.scratch.file("entity", b"Hello\r\n");
    for digest in ["sha1", "md5"] {
        let Some(message) = files.sign(&entity, &[FROM, &["-md", digest]].concat()) else {
            return;
        };
        let opened = read(&mut anna, &message);
        assert_marks(&opened.verdict, &[("Signature", Mark::Bad)]);
        let words = &line(&opened.verdict, "Signature").words;
        assert!(
            words.contains("weak") || words.contains("not supported"),
            "{words}"
        );
    }
}

#[test]
fn openssl_reads_what_this_program_sends() {
    let world = World::new();
    let (mut anna, mut ben) = (world.person("Anna", ANNA), world.person("Ben", BEN));
    ben.send(&draft(&[ANNA], true, false), Unlock::Silent)
        .unwrap();
    let scratch = Scratch::new(&format!("mail-{}", next()));
    let signed = scratch.file("signed.eml", &only_file(&anna.inbox().unwrap()));
    let root = scratch.file("root.der", &world.ca.certificate);
    let root_pem = scratch.path("root.pem");
    let Some(_pem) = judge("openssl", &["x509", "-in", &root, "-out", &root_pem], b"") else {
        return;
    };
    let at = world.now().secs().to_string();
    let arguments = [
        "cms", "-verify", "-in", &signed, "-CAfile", &root_pem, "-attime", &at,
    ];
    let judged = judge("openssl", &arguments, b"").unwrap();
    assert!(
        judged.accepted && judged.text().contains("figures"),
        "{}",
        judged.said
    );

    let id = newest(&mut anna);
    anna.open_message(&id, Unlock::Silent).unwrap();
    anna.delete_message(&id).unwrap();
    ben.send(&draft(&[ANNA], true, true), Unlock::Silent)
        .unwrap();
    let sealed = scratch.file("sealed.eml", &only_file(&anna.inbox().unwrap()));
    let keys = anna.keys(Unlock::Silent).unwrap();
    let held = keys.decryption().next().unwrap();
    let key = scratch.file("anna.key", held.key.pkcs8().expose());
    let certificate = scratch.file("anna.der", held.certificate.der());
    let opener = ["-inkey", &key, "-recip", &certificate];
    let judged = judge(
        "openssl",
        &[&["cms", "-decrypt", "-in", &sealed][..], &opener].concat(),
        b"",
    );
    let judged = judged.unwrap();
    assert!(
        judged.accepted && judged.text().contains("multipart/signed"),
        "{}",
        judged.said
    );
}
