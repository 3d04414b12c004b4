//! Messages of other programs.

use super::*;
use crate::crypto::judge::{Scratch, judge};
use crate::mail::compose::{self, SmimeType};

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
    fn openssl(arguments: &[&str]) -> Option<Vec<u8>> {
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
        Self::openssl(&[&command[..], options].concat())
    }

    fn encrypt(&self, file: &str, options: &[&str]) -> Option<Vec<u8>> {
        let command = ["cms", "-encrypt", "-in", file];
        Self::openssl(&[&command[..], options, &[&self.anna]].concat())
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
        (&["-aes-256-gcm"], Mark::None), // nobody signed it
        (&["-aes-128-gcm"], Mark::None),
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
    }
    // encrypted without signature inside, then signed
    let sealed = files.encrypt(&entity, &["-aes256"]).unwrap();
    let sealed = scratch.file("bare", &sealed);
    let opened = read(&mut anna, &files.sign(&sealed, FROM).unwrap());
    assert_eq!(opened.text, "Hello Anna\n");
    assert_marks(
        &opened.verdict,
        &[
            ("Signature", Mark::Good),
            ("Encryption", Mark::Warning),
            ("Order", Mark::Warning),
        ],
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

/// A PKCS#12 file of Ben's key under the password "password", by openssl.
fn pkcs12(files: &Files, options: &[&str]) -> Option<String> {
    let scratch = &files.scratch;
    let (key, certificate) = (scratch.path("key.pem"), scratch.path("ben.pem"));
    let to_pem = ["pkey", "-inform", "DER", "-in", &files.key, "-out", &key];
    Files::openssl(&to_pem)?;
    let to_pem = ["x509", "-in", &files.signer, "-out", &certificate];
    Files::openssl(&to_pem)?;
    let file = scratch.path("ben.p12");
    let export = [
        "pkcs12",
        "-export",
        "-passout",
        "pass:password",
        "-name",
        "Ben",
    ];
    let of = ["-inkey", &key, "-in", &certificate, "-out", &file];
    Files::openssl(&[&export[..], &of, options].concat())?;
    Some(file)
}

/// A message around a CMS object that another program made, as that program's mails look.
fn mail(head: &str, cms: &[u8]) -> Vec<u8> {
    let entity = compose::pkcs7_entity(SmimeType::EnvelopedData, cms);
    let entity = String::from_utf8(entity).unwrap();
    let (_fields, body) = entity.split_once("\r\n\r\n").unwrap();
    format!("From: {BEN}\r\nTo: {ANNA}\r\n{head}\r\n\r\n{body}").into_bytes()
}

/// The same in the two forms of the header that are met.
const ENVELOPED: [&str; 3] = [
    "Content-Type: application/x-pkcs7-mime; name=\"smime.p7m\"\r\nContent-Transfer-Encoding: base64",
    "Content-Type: application/octet-stream;\r\n\tname=\"smime.p7m\"\r\n\
     Content-Transfer-Encoding: BASE64\r\nContent-Disposition: attachment; filename=\"smime.p7m\"",
    "content-type: Application/PKCS7-MIME; smime-type=enveloped-data\r\n\
     content-transfer-encoding: base64",
];

#[test]
fn what_nss_signs_and_encrypts_is_opened() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let files = Files::new(&world, &mut anna, KeyKind::Rsa2048);
    let Some(file) = pkcs12(&files, &[]) else {
        return;
    };
    let own = files
        .scratch
        .file("rsa.der", &with_rsa_key(&world, &mut anna));
    let database = files.scratch.path("nss");
    fs::create_dir(&database).unwrap();
    let nss = |program: &str, arguments: &[&str]| {
        judge(program, &[&["-d", &database][..], arguments].concat(), b"")
    };
    if nss("certutil", &["-N", "--empty-password"]).is_none() {
        return;
    }
    for (name, trust, certificate) in [("root", "CT,CT,CT", &files.root), ("anna", ",,", &own)] {
        let add = ["-A", "-n", name, "-t", trust, "-i", certificate];
        assert!(nss("certutil", &add).unwrap().accepted);
    }
    assert!(
        nss("pk12util", &["-i", &file, "-W", "password"])
            .unwrap()
            .accepted
    );
    let entity = b"Content-Type: text/plain\r\n\r\nHello Anna\r\n";
    let entity = files.scratch.file("entity", entity);
    let signed = nss(
        "cmsutil",
        &["-S", "-N", "Ben", "-G", "-Y", "NONE", "-i", &entity],
    )
    .unwrap();
    assert!(signed.accepted, "{}", signed.said);
    let head = "Content-Type: application/x-pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n\
                Content-Transfer-Encoding: base64";
    let opened = read(&mut anna, &mail(head, &signed.output));
    assert_eq!(opened.text, "Hello Anna\n");
    assert_marks(
        &opened.verdict,
        &[("Signature", Mark::Good), ("Trusted by", Mark::Good)],
    );

    let inner = compose::pkcs7_entity(SmimeType::SignedData, &signed.output);
    let inner = files.scratch.file("inner", &inner);
    let sealed = nss("cmsutil", &["-E", "-r", ANNA, "-i", &inner]).unwrap();
    assert!(sealed.accepted, "{}", sealed.said);
    for head in ENVELOPED {
        let opened = read(&mut anna, &mail(head, &sealed.output));
        assert_eq!(opened.text, "Hello Anna\n", "{head}");
        assert_marks(
            &opened.verdict,
            &[("Signature", Mark::Good), ("Encryption", Mark::Good)],
        );
    }
}

/// Lets Anna use an RSA key, since these programs encrypt to no other; its certificate.
fn with_rsa_key(world: &World, anna: &mut Client) -> Vec<u8> {
    let now = world.now();
    let own = world
        .ca
        .issue_kind(KeyKind::Rsa2048, "Anna", ANNA, now, Purpose::Encrypt);
    let name = KeysetName::parse("RSA").unwrap();
    let held = Held::new(own.key, Certificate::from_der(&own.certificate).unwrap()).unwrap();
    let keyset = Keyset::new(name.clone(), vec![held], Vec::new());
    anna.write_new_keyset(&keyset, Protection::Low).unwrap();
    anna.choose(&name).unwrap();
    own.certificate
}

#[test]
fn what_gnupg_encrypts_is_opened() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let own = with_rsa_key(&world, &mut anna);
    let scratch = Scratch::new(&format!("mail-{}", next()));
    let (home, root) = (
        scratch.path(""),
        scratch.file("root.der", &world.ca.certificate),
    );
    let certificate = scratch.file("anna.der", &own);
    let entity = scratch.file("entity", b"Content-Type: text/plain\r\n\r\nHello Anna\r\n");
    let gpgsm = |arguments: &[&str]| {
        let quiet = [
            "--disable-dirmngr",
            "--disable-crl-checks",
            "--batch",
            "--homedir",
            &home,
        ];
        // its clock is behind the certificates of this test
        let time = ["--faked-system-time", "20260601T130000"];
        judge("gpgsm", &[&quiet[..], &time, arguments].concat(), b"")
    };
    for file in [&root, &certificate] {
        if gpgsm(&["--import", file]).is_none() {
            return;
        }
    }
    let shown = judge(
        "openssl",
        &["x509", "-in", &root, "-noout", "-fingerprint", "-sha1"],
        b"",
    );
    let Some(shown) = shown else {
        return;
    };
    let fingerprint = shown.text();
    let (_caption, fingerprint) = fingerprint.split_once('=').unwrap();
    scratch.file(
        "trustlist.txt",
        format!("{fingerprint} S relax\n").as_bytes(),
    );
    let sealed = gpgsm(&["--encrypt", "-r", ANNA, &entity]).unwrap();
    judge("gpgconf", &["--homedir", &home, "--kill", "gpg-agent"], b"").unwrap();
    assert!(sealed.accepted, "{}", sealed.said);
    let opened = read(&mut anna, &mail(ENVELOPED[0], &sealed.output));
    assert_eq!(opened.text, "Hello Anna\n", "{:?}", opened.verdict);
}

#[test]
fn a_preamble_and_folded_parameters_do_not_hide_a_signature() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let mut ben = world.person("Ben", BEN);
    ben.send(&draft(&[ANNA], true, false), Unlock::Silent)
        .unwrap();
    let message = String::from_utf8(only_file(&anna.inbox().unwrap())).unwrap();
    let boundary = message.rsplit("--").nth(1).unwrap();
    let preamble = format!("This is a multi-part message in MIME format.\r\n\r\n--{boundary}\r\n");
    let with_preamble = message.replacen(&format!("--{boundary}\r\n"), &preamble, 1);
    assert_ne!(with_preamble, message);
    for form in [with_preamble, message.replace("\r\n", "\n")] {
        let opened = read(&mut anna, form.as_bytes());
        assert_eq!(opened.verdict.mark, Mark::Good, "{form}");
        assert_eq!(opened.text, "The figures are good.\n");
    }
}
