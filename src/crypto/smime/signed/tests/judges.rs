//! Other programs verify what this one signs: OpenSSL, `GnuPG` and NSS.

use super::*;

/// OpenSSL 3.0, `GnuPG` 2.2 and NSS 3.87 know no Ed25519 in CMS.
const KNOWN_EVERYWHERE: [KeyKind; 3] = [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384];

/// A message with everything that a message of ours can have.
fn message(world: &World, alice: &Person, form: Form) -> Vec<u8> {
    let reader = world.reader();
    let with = Signing {
        chain: &[&world.root],
        capabilities: true,
        encryption_certificate: Some(&reader.certificate),
        ..alice.signing()
    };
    sign(ENTITY, form, &with).unwrap()
}

#[test]
fn openssl_verifies_both_forms_for_every_kind_of_key() {
    let world = World::new();
    let scratch = Scratch::new("signed-openssl");
    let root = scratch.file("root.pem", &pem("CERTIFICATE", &world.root));
    let entity = scratch.file("entity", ENTITY);
    let other = scratch.file("other", b"Meet me at one.\r\n");
    let at = now().secs().to_string();
    for kind in KNOWN_EVERYWHERE {
        let alice = world.signer(kind);
        for form in [Form::Opaque, Form::Detached] {
            let message = scratch.file("message.der", &message(&world, &alice, form));
            let verify = |content: &[&str]| {
                let command = [
                    "cms", "-verify", "-binary", "-inform", "DER", "-in", &message,
                ];
                let trust = ["-CAfile", &root, "-purpose", "smimesign", "-attime", &at];
                judge("openssl", &[&command[..], &trust, content].concat(), b"")
            };
            let content = ["-content", &entity];
            let content = if form == Form::Detached {
                &content[..]
            } else {
                &[]
            };
            let Some(judged) = verify(content) else {
                return;
            };
            assert!(judged.accepted, "{kind}, {form:?}: {}", judged.said);
            assert_eq!(judged.output, ENTITY);
            if form == Form::Detached {
                assert!(!verify(&["-content", &other]).unwrap().accepted);
            }
        }
    }
}

#[test]
fn gnupg_verifies_both_forms_for_every_kind_of_key() {
    let world = World::new();
    let scratch = Scratch::new("signed-gnupg");
    let home = scratch.path("");
    let entity = scratch.file("entity", ENTITY);
    let other = scratch.file("other", b"Meet me at one.\r\n");
    for kind in KNOWN_EVERYWHERE {
        let alice = world.signer(kind);
        let verify = |form: Form, content: &[&str]| {
            let message = scratch.file("message.der", &message(&world, &alice, form));
            let quiet = [
                "--no-autostart",
                "--disable-dirmngr",
                "--disable-crl-checks",
            ];
            let command = [
                "--batch",
                "--homedir",
                &home,
                "--status-fd",
                "1",
                "--verify",
            ];
            judge(
                "gpgsm",
                &[&quiet[..], &command, &[&message], content].concat(),
                b"",
            )
        };
        let Some(judged) = verify(Form::Opaque, &[]) else {
            return;
        };
        // Its exit code is about trust, its status lines are about the signature.
        assert!(judged.text().contains("GOODSIG"), "{kind}: {}", judged.said);
        let judged = verify(Form::Detached, &[&entity]).unwrap();
        assert!(judged.text().contains("GOODSIG"), "{kind}: {}", judged.said);
        let judged = verify(Form::Detached, &[&other]).unwrap();
        assert!(judged.text().contains("BADSIG"), "{kind}: {}", judged.said);
    }
}

#[test]
fn nss_verifies_both_forms_for_every_kind_of_key() {
    let world = World::new();
    let scratch = Scratch::new("signed-nss");
    let Some(database) = nss(&scratch, &world.root) else {
        return;
    };
    let entity = scratch.file("entity", ENTITY);
    let other = scratch.file("other", b"Meet me at one.\r\n");
    for kind in KNOWN_EVERYWHERE {
        let alice = world.signer(kind);
        let verify = |form: Form, content: &[&str]| {
            let message = scratch.file("message.der", &message(&world, &alice, form));
            let command = ["-D", "-d", &database, "-i", &message];
            judge("cmsutil", &[&command[..], content].concat(), b"").unwrap()
        };
        for (form, content) in [(Form::Opaque, &[][..]), (Form::Detached, &["-c", &entity])] {
            let judged = verify(form, content);
            assert!(judged.accepted, "{kind}, {form:?}: {}", judged.said);
            assert_eq!(judged.output, ENTITY, "{kind}, {form:?}");
        }
        assert!(!verify(Form::Detached, &["-c", &other]).accepted);
    }
}
