//! An archived key comes out of the file with openssl, argon2 and Python alone, given m passwords.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::world::{ANN, BOB, CLEO, World};

const OPEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/break_glass/open.sh");
const DORA: &str = "dora@example.com";

#[test]
fn with_enough_passwords_a_key_comes_out_without_the_program() {
    if let Some(judge) = ["openssl", "argon2", "python3"]
        .into_iter()
        .find(|judge| is_absent(judge))
    {
        println!("not judged: the program {judge} is not installed");
        return;
    }
    let world = World::with_two_passwords();
    let p12 = world.path("dora.p12");
    let new = [
        "mailbox",
        "new",
        "--name",
        "Dora",
        "--alias",
        "dora",
        "--address",
        DORA,
    ];
    world.done(&new);
    let ann = world.file("ann", ANN);
    let enable = [
        "mailbox",
        "enable",
        DORA,
        "--server",
        "KM1",
        "--answers",
        &ann,
    ];
    let given = world.json(&[&enable[..], &["--save-p12", &p12]].concat());
    let password = given["file_password"].as_str().unwrap();
    let certificate = run(
        "openssl",
        &[
            "pkcs12",
            "-in",
            &p12,
            "-nokeys",
            "-clcerts",
            "-passin",
            &format!("pass:{password}"),
        ],
    );
    let pem = world.file("certificate.pem", &text(&certificate));
    let certified = run("openssl", &["x509", "-in", &pem, "-noout", "-pubkey"]);

    let enough = world.file("enough", &format!("{BOB}\n{CLEO}\n"));
    let opened = open(&world, &enough, "opened");
    assert!(
        opened.status.success(),
        "{}",
        String::from_utf8_lossy(&opened.stderr)
    );
    let keys: Vec<_> = fs::read_dir(world.path("opened")).unwrap().collect();
    assert_eq!(keys.len(), 1);
    let key = keys[0].as_ref().unwrap().path();
    let public = run(
        "openssl",
        &["pkey", "-in", key.to_str().unwrap(), "-pubout"],
    );
    assert_eq!(text(&public), text(&certified));

    let too_few = world.file("too-few", &format!("{BOB}\n"));
    assert!(!open(&world, &too_few, "nothing").status.success());
    assert_eq!(fs::read_dir(world.path("nothing")).unwrap().count(), 0);
}

fn open(world: &World, answers: &str, folder: &str) -> Output {
    let database = Path::new(&world.path("km")).join("km.db");
    run(
        OPEN,
        &[
            database.to_str().unwrap(),
            DORA,
            answers,
            &world.path(folder),
        ],
    )
}

fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn is_absent(program: &str) -> bool {
    Command::new(program).arg("--help").output().is_err()
}
