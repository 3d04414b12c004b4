//! This program verifies what others sign: OpenSSL with its variants, `GnuPG` and NSS.

use super::*;
use crate::crypto::certificate::algorithm::Digest;
use crate::crypto::judge::hex;

/// What `openssl cms -sign` makes of the entity for Alice; nothing without OpenSSL.
fn openssl(world: &World, alice: &Person, options: &[&str]) -> Option<Vec<u8>> {
    let kind = alice.key.public().kind();
    let scratch = Scratch::new(&format!(
        "signed-{kind}-{}",
        options.concat().replace('/', "")
    ));
    let key = scratch.file("key.der", alice.key.pkcs8().expose());
    let certificate = scratch.file("alice.der", &alice.certificate);
    let root = scratch.file("root.der", &world.root);
    let entity = scratch.file("entity", ENTITY);
    let command = ["cms", "-sign", "-binary", "-outform", "DER", "-in", &entity];
    let signer = ["-signer", &certificate, "-inkey", &key, "-certfile", &root];
    let judged = judge("openssl", &[&command[..], &signer, options].concat(), b"")?;
    assert!(judged.accepted, "{options:?}: {}", judged.said);
    Some(judged.output)
}

#[test]
fn every_form_that_openssl_signs_in_is_good() {
    let world = World::new();
    for kind in [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384] {
        let alice = world.signer(kind);
        for options in [
            &["-nodetach"][..],
            &["-nodetach", "-stream"],
            &["-nodetach", "-indef"],
            &["-nodetach", "-keyid"],
            &["-nodetach", "-noattr"],
            &["-nodetach", "-nosmimecap"],
            &["-nodetach", "-cades"],
            &["-nodetach", "-md", "sha384"],
            &["-nodetach", "-md", "sha512"],
            &["-nodetach", "-noattr", "-md", "sha512"],
            &["-nodetach", "-md", "sha224"],
            &["-stream"],
            &[],
        ] {
            let Some(message) = openssl(&world, &alice, options) else {
                return;
            };
            let detached = !options.contains(&"-nodetach");
            let read = verify(&message, detached.then_some(ENTITY)).unwrap();
            let signer = only(&read);
            assert_eq!(
                signer.signature,
                SignatureVerdict::Good,
                "{kind} {options:?}"
            );
            assert_eq!(signer.certificate.as_ref(), Some(&alice.certificate));
            assert_eq!(signer.signed_at.is_some(), !options.contains(&"-noattr"));
            assert_eq!(read.certificates.len(), 2);
            if !detached {
                assert_eq!(read.content.as_deref(), Some(ENTITY));
            }
        }
    }
}

#[test]
fn rsa_pss_is_good_with_every_digest_and_salt() {
    let world = World::new();
    let alice = world.signer(KeyKind::Rsa2048);
    for digest in ["sha256", "sha384", "sha512"] {
        for salt in ["digest", "max", "0", "20", "48"] {
            let salt = format!("rsa_pss_saltlen:{salt}");
            let padding = [
                "-nodetach",
                "-keyopt",
                "rsa_padding_mode:pss",
                "-md",
                digest,
            ];
            let options = [&padding[..], &["-keyopt", &salt]].concat();
            let Some(message) = openssl(&world, &alice, &options) else {
                return;
            };
            let read = verify(&message, None).unwrap();
            let verdict = &only(&read).signature;
            assert_eq!(*verdict, SignatureVerdict::Good, "{options:?}");
        }
    }
}

#[test]
fn what_is_weak_or_not_known_is_called_so_and_never_good() {
    let world = World::new();
    let weak = |words: &str| SignatureVerdict::Weak(words.to_owned());
    let unsupported = |words: &str| SignatureVerdict::Unsupported(words.to_owned());
    let pss = ["-keyopt", "rsa_padding_mode:pss"];
    let (mgf, sha1) = (["-keyopt", "rsa_mgf1_md:sha1"], ["-md", "sha1"]);
    let (rsa, curve) = (world.signer(KeyKind::Rsa2048), world.signer(KeyKind::P256));
    for (alice, options, expected) in [
        (&rsa, &sha1[..], weak("SHA-1")),
        (&curve, &sha1, weak("SHA-1")),
        (&rsa, &["-md", "md5"], unsupported("MD5")),
        (
            &rsa,
            &[&pss[..], &sha1].concat(),
            unsupported("RSA-PSS with SHA-1"),
        ),
        (
            &rsa,
            &[&pss[..], &mgf].concat(),
            unsupported("RSA-PSS with SHA-256 and a mask of SHA-1"),
        ),
        (
            &rsa,
            &["-md", "sha3-256"],
            unsupported("the digest algorithm 2.16.840.1.101.3.4.2.8"),
        ),
    ] {
        let options = [options, &["-nodetach"]].concat();
        let Some(message) = openssl(&world, alice, &options) else {
            return;
        };
        let read = verify(&message, None).unwrap();
        assert_eq!(only(&read).signature, expected, "{options:?}");
    }
}

#[test]
fn keys_of_which_we_make_none_are_good_or_called_not_supported() {
    let unsupported = |words: &str| SignatureVerdict::Unsupported(words.to_owned());
    let scratch = Scratch::new("signed-foreign-keys");
    let key = scratch.file("key.pem", b"");
    let entity = scratch.file("entity", ENTITY);
    for (kind, parameter, expected) in [
        ("ec", "ec_paramgen_curve:P-521", SignatureVerdict::Good),
        ("rsa-pss", "rsa_keygen_bits:2048", SignatureVerdict::Good),
        ("rsa", "rsa_keygen_bits:1024", unsupported("RSA 1024")),
        (
            "ec",
            "ec_paramgen_curve:secp256k1",
            unsupported("EC secp256k1"),
        ),
    ] {
        let made = [
            "req",
            "-x509",
            "-nodes",
            "-subj",
            "/CN=Alice",
            "-keyout",
            &key,
        ];
        let made = [&made[..], &["-newkey", kind, "-pkeyopt", parameter]].concat();
        let Some(judged) = judge("openssl", &made, b"") else {
            return;
        };
        let certificate = scratch.file("alice.pem", &judged.output);
        for digest in ["sha256", "sha384", "sha512"] {
            let command = [
                "cms",
                "-sign",
                "-nodetach",
                "-outform",
                "DER",
                "-md",
                digest,
            ];
            let files = ["-in", &entity, "-signer", &certificate, "-inkey", &key];
            // without the option OpenSSL 3.0 names the wrong algorithm, which it refuses itself
            let padding = ["-keyopt", "rsa_padding_mode:pss"];
            let padding = if kind == "rsa-pss" { &padding[..] } else { &[] };
            let command = [&command[..], &files, padding].concat();
            let judged = judge("openssl", &command, b"").unwrap();
            let read = verify(&judged.output, None).unwrap();
            assert_eq!(only(&read).signature, expected, "{parameter} {digest}");
        }
    }
}

#[test]
fn each_of_several_signers_is_judged_alone() {
    let world = World::new();
    let bob = world.person(KeyKind::P384, 4, "Bob", KeyUsagePurpose::DigitalSignature);
    let scratch = Scratch::new("signed-several");
    let key = scratch.file("bob.key", bob.key.pkcs8().expose());
    let certificate = scratch.file("bob.der", &bob.certificate);
    let alice = world.signer(KeyKind::Rsa2048);
    let options = ["-nodetach", "-signer", &certificate, "-inkey", &key];
    let Some(message) = openssl(&world, &alice, &options) else {
        return;
    };
    let read = verify(&message, None).unwrap();
    let good: Vec<_> = read
        .signers
        .iter()
        .map(|one| one.certificate.clone())
        .collect();
    assert_eq!(good.len(), 2);
    assert!(good.contains(&Some(alice.certificate)));
    assert!(good.contains(&Some(bob.certificate)));
    // the end is the second signature, or what it has unsigned
    let mut changed = message;
    *changed.last_mut().unwrap() ^= 1;
    let read = verify(&changed, None).unwrap();
    let verdicts = [SignatureVerdict::Good, SignatureVerdict::Bad];
    let found: Vec<_> = read.signers.into_iter().map(|one| one.signature).collect();
    assert_eq!(found, verdicts);
}

#[test]
fn certificates_alone_are_read_and_missing_ones_missed() {
    let world = World::new();
    let alice = world.signer(KeyKind::P256);
    let Some(message) = openssl(&world, &alice, &["-nodetach", "-nocerts"]) else {
        return;
    };
    let read = verify(&message, None).unwrap();
    assert_eq!(only(&read).signature, SignatureVerdict::NoCertificate);
    let read = verify_knowing(&message, None, &[&alice.certificate]).unwrap();
    assert_eq!(only(&read).signature, SignatureVerdict::Good);

    let scratch = Scratch::new("signed-certificates");
    let alice = scratch.file("alice.pem", &pem("CERTIFICATE", &alice.certificate));
    let root = scratch.file("root.pem", &pem("CERTIFICATE", &world.root));
    let command = ["crl2pkcs7", "-nocrl", "-outform", "DER", "-certfile"];
    let files = [alice.as_str(), "-certfile", &root];
    let judged = judge("openssl", &[&command[..], &files].concat(), b"").unwrap();
    let read = verify(&judged.output, None).unwrap();
    assert_eq!((read.signers.len(), read.certificates.len()), (0, 2));
    assert_eq!(read.content, None);
}

#[test]
fn what_nss_signs_is_good() {
    let world = World::new();
    let scratch = Scratch::new("signed-by-nss");
    let Some(database) = nss(&scratch, &world.root) else {
        return;
    };
    let entity = scratch.file("entity", ENTITY);
    for kind in [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384] {
        let alice = world.person(
            kind,
            serial(kind),
            kind.name(),
            KeyUsagePurpose::DigitalSignature,
        );
        let Some(file) = pkcs12_of(&alice, kind.name(), &[]) else {
            return;
        };
        let file = scratch.file("alice.p12", &file);
        let import = ["-i", &file, "-W", "password", "-d", &database];
        let judged = judge("pk12util", &import, b"").unwrap();
        assert!(judged.accepted, "{}", judged.said);
        for options in [
            &["-G", "-P"][..],
            &["-T"],
            &["-T", "-G", "-H", "SHA512"],
            &[],
        ] {
            if kind != KeyKind::Rsa2048 && !options.contains(&"-G") {
                // NSS 3.87 writes ECDSA without attributes as two bare numbers, which it refuses itself.
                continue;
            }
            let command = ["-S", "-d", &database, "-N", kind.name(), "-i", &entity];
            let command = [&command[..], &["-Y", "NONE"], options].concat();
            let judged = judge("cmsutil", &command, b"").unwrap();
            assert!(judged.accepted, "{kind} {options:?}: {}", judged.said);
            let detached = options.contains(&"-T").then_some(ENTITY);
            let read = verify(&judged.output, detached).unwrap();
            let signer = only(&read);
            assert_eq!(
                signer.signature,
                SignatureVerdict::Good,
                "{kind} {options:?}"
            );
            assert_eq!(signer.certificate.as_ref(), Some(&alice.certificate));
            assert_eq!(signer.capabilities.is_empty(), !options.contains(&"-P"));
        }
    }
}

#[test]
fn what_gnupg_signs_is_good() {
    let world = World::new();
    let scratch = Scratch::new("signed-by-gnupg");
    let home = scratch.path("");
    let gpgsm = |options: &[&str], input: &[u8]| {
        let quiet = [
            "--disable-dirmngr",
            "--disable-crl-checks",
            "--batch",
            "--yes",
        ];
        let secret = ["--homedir", &home, "--pinentry-mode", "loopback"];
        let password = ["--passphrase-fd", "0"];
        judge(
            "gpgsm",
            &[&quiet[..], &secret, &password, options].concat(),
            input,
        )
    };
    let sha1 = algorithm::hash(Digest::Sha1, &world.root).unwrap();
    scratch.file(
        "trustlist.txt",
        format!("{} S relax\n", hex(&sha1)).as_bytes(),
    );
    // its agent would measure for seconds how often to hash a password
    scratch.file("gpg-agent.conf", b"s2k-count 65536\n");
    let root = scratch.file("root.pem", &pem("CERTIFICATE", &world.root));
    if gpgsm(&["--import", &root], b"").is_none() {
        return;
    }
    let alice = world.signer(KeyKind::Rsa2048);
    // its PKCS#12 reader knows the old ciphers only
    let Some(file) = pkcs12_of(&alice, "Alice", &["-legacy"]) else {
        return;
    };
    let file = scratch.file("alice.p12", &file);
    let imported = gpgsm(&["--import", &file], b"password\n").unwrap();
    assert!(imported.accepted, "{}", imported.said);
    let entity = scratch.file("entity", ENTITY);
    let made: Vec<_> = [
        &["--sign"][..],
        &["--sign", "--detach-sign"],
        &["--sign", "--digest-algo", "SHA512"],
    ]
    .into_iter()
    .map(|options| {
        let user = ["-u", "alice@example.com", &entity];
        (
            options,
            gpgsm(&[options, &user].concat(), b"password\n").unwrap(),
        )
    })
    .collect();
    judge("gpgconf", &["--homedir", &home, "--kill", "gpg-agent"], b"").unwrap();
    for (options, judged) in made {
        assert!(judged.accepted, "{options:?}");
        let detached = options.contains(&"--detach-sign").then_some(ENTITY);
        let read = verify(&judged.output, detached).unwrap();
        let signer = only(&read);
        assert_eq!(signer.signature, SignatureVerdict::Good, "{options:?}");
        assert_eq!(signer.certificate.as_ref(), Some(&alice.certificate));
    }
}

/// The person's key as a PKCS#12 file to import, under the password "password"; `options` choose its
/// ciphers. Nothing without OpenSSL.
fn pkcs12_of(person: &Person, name: &str, options: &[&str]) -> Option<Vec<u8>> {
    let scratch = Scratch::new(&format!("signed-pkcs12-{name}"));
    let key = scratch.file("key.pem", &pem("PRIVATE KEY", person.key.pkcs8().expose()));
    let certificate = scratch.file("certificate.pem", &pem("CERTIFICATE", &person.certificate));
    let command = [
        "pkcs12",
        "-export",
        "-passout",
        "pass:password",
        "-name",
        name,
    ];
    let files = ["-inkey", &key, "-in", &certificate];
    let judged = judge("openssl", &[&command[..], &files, options].concat(), b"")?;
    assert!(judged.accepted, "{}", judged.said);
    Some(judged.output)
}
