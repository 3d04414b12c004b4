//! `kmclient sign`, `encrypt`, `sign-encrypt` and `read` as a script meets them.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::client::{Serving, enabled_as};
use crate::world::{Ran, World};

/// Calls the user's program on one of several home folders.
fn call(world: &World, home: &str, arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_kmclient"))
        .args(["--home", &world.path(home)])
        .args(arguments)
        .output()
        .unwrap();
    Ran {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn done(world: &World, home: &str, arguments: &[&str]) -> String {
    let ran = call(world, home, arguments);
    assert_eq!(ran.status, 0, "{arguments:?}: {}{}", ran.out, ran.err);
    ran.out
}

fn read(world: &World, home: &str, status: i32, file: &str) -> Value {
    let ran = call(world, home, &["--json", "read", file]);
    assert_eq!(ran.status, status, "{}{}", ran.out, ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

const ANNA: &str = "anna.berg@fabrikam.com";
const BEN: &str = "ben.hill@fabrikam.com";

#[test]
fn what_one_user_signs_and_encrypts_another_reads_and_a_third_does_not() {
    let world = World::with_one_seat();
    let keys = [
        (ANNA, enabled_as(&world, "Anna Berg", "anna", ANNA)),
        (BEN, enabled_as(&world, "Ben Hill", "ben", BEN)),
    ];
    let serving = Serving::start(&world);
    for (address, key) in &keys {
        let server = ["enrol", "--server", &serving.address, "--address", address];
        let how = ["--temporary-key-from", key, "--level", "low"];
        done(&world, address, &[&server[..], &how].concat());
    }
    let text = world.file("text", "The figures are good.\n");
    let (signed, sealed) = (world.path("signed.eml"), world.path("sealed.eml"));
    done(&world, ANNA, &["sign", "--to", BEN, &text, &signed]);
    done(&world, ANNA, &["sign-encrypt", &text, &sealed, "--to", BEN]);

    let verdict = read(&world, BEN, 0, &signed);
    assert_eq!(verdict["verdict"], "good", "{verdict}");
    assert_eq!(verdict["signer"]["addresses"][0], ANNA);
    let verdict = read(&world, BEN, 0, &sealed);
    assert_eq!(verdict["text"], "The figures are good.\n", "{verdict}");
    assert_eq!(
        (&verdict["signed"], &verdict["encrypted"]),
        (&true.into(), &true.into())
    );
    let said = done(&world, BEN, &["read", &sealed]);
    assert!(said.ends_with("\nThe figures are good.\n"), "{said}");

    let verdict = read(&world, "stranger", 1, &sealed);
    assert_eq!(verdict["text"], "");
    assert!(verdict["reason"].as_str().unwrap().contains("security key"));
    let nobody = ["encrypt", "--to", "nobody@fabrikam.com", &text, &sealed];
    let ran = call(&world, ANNA, &nobody);
    assert_eq!(ran.status, 1);
    assert!(
        ran.err
            .contains("There is no certificate of nobody@fabrikam.com")
    );
}

#[test]
fn a_signature_is_judged_without_enrolment_and_by_named_authorities_alone() {
    let world = World::empty();
    let (key, certificate) = (world.path("key.pem"), world.path("ben.pem"));
    let made = Command::new("openssl")
        .args([
            "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "30",
        ])
        .args(["-subj", "/CN=Ben", "-addext"])
        .arg(format!("subjectAltName=email:{BEN}"))
        .args(["-keyout", &key, "-out", &certificate])
        .output();
    if made.is_err() {
        println!("not judged: the program openssl is not installed");
        return;
    }
    let text = world.file("text", "Hello\n");
    let signed = world.path("signed.eml");
    let output = Command::new("openssl")
        .args(["cms", "-sign", "-in", &text, "-out", &signed, "-from", BEN])
        .args(["-signer", &certificate, "-inkey", &key])
        .output()
        .unwrap();
    assert!(output.status.success());
    let verdict = read(&world, "home", 1, &signed);
    assert_eq!(verdict["verdict"], "bad");
    assert_eq!(verdict["text"], "Hello\n");
    let trusted = done(&world, "home", &["read", "--trust", &certificate, &signed]);
    assert!(trusted.contains("named by you"), "{trusted}");
    let changed = fs::read_to_string(&signed)
        .unwrap()
        .replace("Hello", "Holla");
    let changed = world.file("changed.eml", &changed);
    let trust = ["read", &changed, "--trust", &certificate];
    let ran = call(&world, "home", &trust);
    assert_eq!(ran.status, 1);
    assert!(!ran.out.contains("Holla") && ran.err.contains("was changed"));
}
