//! Mail and keys through other programs: what was encrypted to a certificate is read with the key
//! that came back, by recovery or with the glass broken.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kmadmin::domain::mailbox::MailboxId;
use kmadmin::domain::secret::Password;
use kmadmin::engine::hand_over::{HandOver, KeyFile};

use crate::support::{NAMES, World, judge, judged, name, password, password_text, recovery};

/// What is written to the mailbox before its key is lost.
pub const LETTER: &[u8] = b"The kettle is under the third stair.\n";

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Encrypts [`LETTER`] to the newest certificate of a mailbox; `None` without openssl.
pub fn encrypted(world: &mut World, id: MailboxId) -> Option<PathBuf> {
    let folder = world.folder.path();
    let (certificate, mail) = (folder.join("user.cer"), folder.join("letter.eml"));
    let security = world.engine.security(id).unwrap();
    let der = security.certificates.last().unwrap();
    let der = der.certificate.der().to_vec();
    let pem = judged("openssl", &["x509", "-inform", "DER"], &der)?;
    fs::write(&certificate, pem).unwrap();
    let encrypt = [
        "cms",
        "-encrypt",
        "-aes256",
        "-binary",
        "-out",
        text(&mail),
        text(&certificate),
    ];
    judged("openssl", &encrypt, LETTER)?;
    Some(mail)
}

/// Reads the letter with a private key in PEM.
pub fn read(mail: &Path, key: &Path) -> Option<Vec<u8>> {
    let decrypt = ["cms", "-decrypt", "-in", text(mail), "-inkey", text(key)];
    judged("openssl", &decrypt, b"")
}

/// The private key of a file, as PEM without anything around it.
pub fn key_of(world: &World, file: &KeyFile) -> Option<PathBuf> {
    let folder = world.folder.path();
    let (pkcs12, password) = (folder.join("keys.p12"), folder.join("password"));
    fs::write(&pkcs12, &file.pkcs12).unwrap();
    fs::write(&password, file.password.expose()).unwrap();
    let from = format!("file:{}", text(&password));
    let open = [
        "pkcs12",
        "-in",
        text(&pkcs12),
        "-passin",
        &from,
        "-nocerts",
        "-nodes",
    ];
    let opened = judged("openssl", &open, b"")?;
    let key = judged("openssl", &["pkey"], &opened)?;
    let path = folder.join("key.pem");
    fs::write(&path, key).unwrap();
    Some(path)
}

#[test]
fn with_the_glass_broken_two_passwords_open_what_recovery_gives() {
    for program in [
        ("openssl", "version"),
        ("argon2", "-h"),
        ("python3", "--version"),
    ] {
        if judge(program.0, &[program.1], b"").is_none() {
            return;
        }
    }
    let mut world = World::with_numbers(3, World::all_of(3, 2));
    let id = world.mailbox("Greta", "greta@example.com");
    world.enabled(id);
    let mail = encrypted(&mut world, id).unwrap();
    let new = Password::parse("Cleo hums 31 quiet marches").ok().unwrap();
    let (cleo, old) = (name("Cleo"), password("Cleo"));
    world.engine.change_password(cleo, old, &new).unwrap();
    world.engine.tick().unwrap();
    for takes_part in [&["Ada", "Ben"][..], &["Ben", "Cleo"]] {
        let keys = break_glass(&world, takes_part).unwrap();
        assert_eq!(read(&mail, &keys[0]).unwrap(), LETTER);
        let handed = world
            .run(recovery(id, HandOver::File), &NAMES[..2])
            .unwrap();
        let recovered = key_of(&world, &handed.file.unwrap()).unwrap();
        assert_eq!(fs::read(&keys[0]).unwrap(), fs::read(recovered).unwrap());
    }
    assert!(break_glass(&world, &["Ada"]).is_none(), "one is too few");
}

/// Runs the script with these administrators' passwords; gives the files of keys, or nothing.
fn break_glass(world: &World, administrators: &[&str]) -> Option<Vec<PathBuf>> {
    let folder = world.folder.path();
    let (out, answers) = (folder.join("out"), folder.join("answers"));
    drop(fs::remove_dir_all(&out));
    let line = |administrator: &&str| match *administrator {
        "Cleo" => "Cleo\tCleo hums 31 quiet marches\n".to_owned(),
        other => format!("{other}\t{}\n", password_text(other)),
    };
    fs::write(
        &answers,
        administrators.iter().map(line).collect::<String>(),
    )
    .unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/break_glass/open.sh");
    let file = folder.join("alone.db"); // the file alone, without log and locks
    fs::copy(world.file(), &file).unwrap();
    let done = Command::new("sh")
        .args([
            script,
            text(&file),
            "greta@example.com",
            text(&answers),
            text(&out),
        ])
        .output()
        .unwrap();
    if !done.status.success() {
        return None;
    }
    let keys = fs::read_dir(out)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    Some(keys.collect())
}
