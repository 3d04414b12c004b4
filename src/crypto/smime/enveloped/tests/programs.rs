//! The mail programs' own libraries: NSS, by its `cmsutil`, and gpgsm.
//!
//! The versions in Debian 12 read RSA and CBC only: NSS takes no message in which one recipient has
//! a curve, and no RSAES-OAEP; neither reads `AuthEnvelopedData`.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::judged::{CONTENT, pem};
use super::*;
use crate::crypto::judge::{Judgement, Scratch, hex, judge};

/// The reader's PKCS#12 file with the authority in it, in the old form that all programs import.
fn pkcs12(scratch: &Scratch, reader: &User, root: &[u8]) -> Option<String> {
    let both = [
        pem("PRIVATE KEY", reader.key.pkcs8().expose()),
        pem("CERTIFICATE", &reader.certificate),
        pem("CERTIFICATE", root),
    ];
    let both = scratch.file("both.pem", both.concat().as_bytes());
    let export = ["pkcs12", "-export", "-in", &both, "-passout", "pass:pw"];
    let old = ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES"];
    let arguments = [&export[..], &old, &["-macalg", "sha1"]].concat();
    let file = accepted(judge("openssl", &arguments, b"")?);
    Some(scratch.file("reader.p12", &file.output))
}

fn accepted(judged: Judgement) -> Judgement {
    assert!(judged.accepted, "{}", judged.said);
    judged
}

/// A message to the reader in CBC mode, which has to be opened by `open`, and then what `encrypt`
/// makes of a file.
fn check(
    scratch: &Scratch,
    reader: &User,
    open: impl Fn(&str) -> Judgement,
    encrypt_file: impl Fn(&str) -> Judgement,
) {
    let to = [reader.recipient()];
    let message = encrypt(CONTENT, &to, Cipher::Aes256Cbc, &mut rng()).unwrap();
    let opened = open(&scratch.file("ours.cms", &message));
    assert!(opened.accepted, "{}", opened.said);
    assert_eq!(opened.output, CONTENT);

    let theirs = accepted(encrypt_file(&scratch.file("content", CONTENT)));
    let opened = decrypt(&theirs.output, &[reader.decrypter()]).unwrap();
    assert_eq!(opened.content.expose(), CONTENT);

    let message = encrypt(CONTENT, &to, Cipher::Aes256Gcm, &mut rng()).unwrap();
    let refused = open(&scratch.file("gcm.cms", &message));
    let newer = refused.accepted && refused.output == CONTENT;
    assert!(newer || refused.output.is_empty(), "all of it or nothing");
}

#[test]
fn nss_and_we_read_each_other() {
    let (mut users, root) = users_and_root(31);
    let (reader, scratch) = (users.swap_remove(0), Scratch::new("enveloped-nss"));
    let Some(file) = pkcs12(&scratch, &reader, &root) else {
        return;
    };
    let root = scratch.file("root.der", &root);
    let folder = format!("sql:{}", root.trim_end_matches("/root.der"));
    let empty = ["-N", "-d", &folder, "--empty-password"];
    let Some(database) = judge("certutil", &empty, b"") else {
        return;
    };
    accepted(database);
    let trust = ["-A", "-d", &folder, "-n", "root", "-t", ",C,", "-i", &root];
    accepted(judge("certutil", &trust, b"").unwrap());
    let import = ["-i", &file, "-d", &folder, "-W", "pw", "-K", ""];
    accepted(judge("pk12util", &import, b"").unwrap());
    let run = |arguments: &[&str]| {
        let arguments = [arguments, &["-d", &folder]].concat();
        judge("cmsutil", &arguments, b"").unwrap()
    };
    check(
        &scratch,
        &reader,
        |message| run(&["-D", "-i", message]),
        |content| run(&["-E", "-r", "rsa2048@example.com", "-i", content]),
    );
}

#[test]
fn gpgsm_and_we_read_each_other() {
    let (mut users, root) = users_and_root(32);
    let (reader, scratch) = (users.swap_remove(0), Scratch::new("enveloped-gpgsm"));
    let Some(file) = pkcs12(&scratch, &reader, &root) else {
        return;
    };
    let trusted = digest(&SHA1_FOR_LEGACY_USE_ONLY, &root);
    let list = format!("{} S relax\n", hex(trusted.as_ref()).to_uppercase());
    let list = scratch.file("trustlist.txt", list.as_bytes());
    let folder = list.trim_end_matches("/trustlist.txt");
    scratch.file("gpg-agent.conf", b"allow-loopback-pinentry\n");
    let run = |arguments: &[&str]| {
        let batch = ["--homedir", folder, "--batch", "--disable-dirmngr"];
        let secret = ["--pinentry-mode", "loopback", "--passphrase-fd", "0"];
        let arguments = [&batch[..], &["--disable-crl-checks"], &secret, arguments].concat();
        judge("gpgsm", &arguments, b"pw\n")
    };
    let Some(imported) = run(&["--import", &file]) else {
        return;
    };
    accepted(imported);
    check(
        &scratch,
        &reader,
        |message| run(&["--decrypt", message]).unwrap(),
        |content| {
            let to = ["-r", "rsa2048@example.com"];
            run(&[&to[..], &["--output", "-", "--encrypt", content]].concat()).unwrap()
        },
    );
    let end = ["--homedir", folder, "--kill", "gpg-agent"];
    accepted(judge("gpgconf", &end, b"").unwrap());
}
