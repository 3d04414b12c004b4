//! `openssl cmp`, a client nobody here wrote, at the real service over HTTP: every request that it
//! knows, and refusals that leave the service as it was.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::world::{ANN, Ran, World};

const ADDRESS: &str = "anna.berg@fabrikam.com";

/// Thirteen average months, by when a certificate can be renewed.
const MONTHS_13: &str = "+396d";

/// The service of a world, at a time that is so far from the machine's.
struct Serving<'a> {
    world: &'a World,
    child: Child,
    server: String,
    offset: &'static str,
}

impl<'a> Serving<'a> {
    fn start(world: &'a World, offset: &'static str) -> Self {
        let (data, startup) = (world.path("km"), world.path("startup"));
        let mut child = faked(env!("CARGO_BIN_EXE_kmadmin"), offset)
            .args(["--data", &data, "--startup-from", &startup])
            .args(["serve", "--listen", "127.0.0.1:0"])
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = child.stdout.as_mut().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let (_before, rest) = line
            .split_once("http://")
            .unwrap_or_else(|| unreachable!("{line}"));
        Self {
            world,
            child,
            server: rest.split_once('/').unwrap().0.to_owned(),
            offset,
        }
    }

    /// Runs `openssl cmp` with these arguments, which have one blank in between.
    fn cmp(&self, arguments: &str) -> Ran {
        let fixed = ["cmp", "-config", "", "-total_timeout", "60"];
        let output = faked("openssl", self.offset)
            .args(fixed)
            .args(["-server", &self.server, "-path", "/.well-known/cmp"])
            .args(arguments.split(' '))
            .output()
            .unwrap();
        Ran {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// A call that must succeed, with every answer's protection verified.
    fn done(&self, arguments: &str) -> String {
        let ran = self.cmp(arguments);
        let said = format!("{}{}", ran.out, ran.err);
        assert_eq!(ran.status, 0, "{arguments}: {said}");
        assert!(!said.contains("unprotected"), "{said}");
        said
    }

    /// A call that must be refused with these words.
    fn refused(&self, arguments: &str, words: &str) {
        let ran = self.cmp(arguments);
        let said = format!("{}{}", ran.out, ran.err);
        assert_ne!(ran.status, 0, "{arguments}: {said}");
        assert!(said.contains(words), "{arguments}: {said}");
    }

    /// Sends octets by the hand of another program, and gives the status and the answer.
    fn post(&self, request: &str) -> (String, Vec<u8>) {
        let (url, answer) = (
            format!("http://{}/.well-known/cmp", self.server),
            self.world.path("answer"),
        );
        let data = format!("@{request}");
        let output = Command::new("curl")
            .args(["-s", "-o", &answer, "-w", "%{http_code}"])
            .args(["-H", "Content-Type: application/pkixcmp"])
            .args(["--data-binary", &data, &url])
            .output()
            .unwrap();
        let status = String::from_utf8(output.stdout).unwrap();
        (status, fs::read(answer).unwrap_or_default())
    }
}

impl Drop for Serving<'_> {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A program under a clock that is so far from the machine's. The program `faketime` would stand
/// between it and us, so that is only asked for its library.
fn faked(program: &str, offset: &str) -> Command {
    let asked = ["-f", "+0", "printenv", "LD_PRELOAD"];
    let library = Command::new("faketime").args(asked).output().unwrap();
    let library = String::from_utf8(library.stdout).unwrap();
    let mut command = Command::new(program);
    command
        .env("LD_PRELOAD", library.trim())
        .env("FAKETIME", offset)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .stdout(Stdio::piped());
    command
}

/// Whether the programs are there; where the check insists on them, they must be.
fn has_programs() -> bool {
    let found = [
        ("faketime", "--version"),
        ("openssl", "version"),
        ("curl", "--version"),
    ]
    .iter()
    .all(|(program, argument)| Command::new(program).arg(argument).output().is_ok());
    let required = std::env::var_os("KMADMIN_JUDGES").is_some_and(|set| set == "required");
    assert!(found || !required, "faketime, openssl or curl is missing");
    if !found {
        println!("not judged: faketime, openssl or curl is not installed");
    }
    found
}

/// A KM server with somebody who has a temporary key.
fn enabled() -> (World, String) {
    let world = World::with_one_seat();
    let mailbox = ["mailbox", "new", "--name", "Anna Berg", "--alias", "anna"];
    world.done(&[&mailbox[..], &["--address", ADDRESS]].concat());
    let ann = world.file("ann", ANN);
    let enable = ["mailbox", "enable", ADDRESS, "--server", "KM1"];
    let handed = world.json(&[&enable[..], &["--answers", &ann]].concat());
    let key = handed["temporary_key"].as_str().unwrap().to_owned();
    (world, key)
}

/// A new P-256 key in PEM.
fn new_key(world: &World, name: &str) -> String {
    let path = world.path(name);
    let curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
    let made = Command::new("openssl")
        .arg("genpkey")
        .args(curve)
        .args(["-out", &path])
        .output();
    assert!(made.unwrap().status.success());
    path
}

/// What `ir` needs under a temporary key.
fn ir(world: &World, secret: &str, key: &str) -> String {
    let certificate = world.path("first.crt");
    let cas = world.path("cas.pem");
    format!(
        "-cmd ir -ref {ADDRESS} -secret pass:{secret} -newkey {key} -subject /CN={ADDRESS} \
         -certout {certificate} -cacertsout {cas}"
    )
}

fn state(world: &World) -> String {
    let shown = world.json(&["mailbox", "show", ADDRESS]);
    shown["state"].as_str().unwrap().to_owned()
}

/// The certificates that the KM server has issued to the mailbox.
fn certificates(world: &World) -> Vec<Value> {
    let shown = world.json(&["mailbox", "show", ADDRESS]);
    shown["certificates"].as_array().unwrap().clone()
}

#[test]
fn openssl_gets_a_digital_id_asks_renews_and_reports_it_lost() {
    if !has_programs() {
        return;
    }
    let (world, secret) = enabled();
    let [first, second] = ["first.key", "second.key"].map(|name| new_key(&world, name));
    let [certificate, renewed] = ["first.crt", "second.crt"].map(|name| world.path(name));
    let ca = world.path("km-publish/ca.cer");
    let own = format!("-cert {certificate} -key {first} -trusted {ca}");
    let kur = format!("-cmd kur {own} -newkey {second} -certout {renewed}");
    let serving = Serving::start(&world, "+0");
    let said = serving.done(&ir(&world, &secret, &first));
    assert!(said.contains("sending CERTCONF"), "{said}");
    assert!(said.contains("received PKICONF"), "{said}");
    assert_eq!(state(&world), "active");
    serving.done(&format!("-cmd genm {own}"));
    serving.refused(&kur, "can be renewed from");
    drop(serving);
    let serving = Serving::start(&world, MONTHS_13);
    let said = serving.done(&kur);
    assert!(said.contains("received PKICONF"), "{said}");
    let own = format!("-cert {renewed} -key {second} -trusted {ca}");
    serving.done(&format!("-cmd rr {own} -oldcert {renewed} -revreason 1"));
    serving.refused(&format!("-cmd genm {own}"), "revoked");
    drop(serving);
    assert_eq!(state(&world), "revoked");
}

#[test]
fn openssl_hands_in_a_pkcs10_request_and_takes_no_confirmation_for_granted() {
    if !has_programs() {
        return;
    }
    let (world, secret) = enabled();
    let (key, csr) = (new_key(&world, "first.key"), world.path("csr.pem"));
    let subject = format!("/CN={ADDRESS}");
    let request = ["req", "-new", "-key", &key, "-subj", &subject, "-out", &csr];
    let made = Command::new("openssl").args(request).output().unwrap();
    assert!(made.status.success());
    let serving = Serving::start(&world, "+0");
    let certificate = world.path("first.crt");
    let said = serving.done(&format!(
        "-cmd p10cr -ref {ADDRESS} -secret pass:{secret} -csr {csr} -certout {certificate} \
         -implicit_confirm"
    ));
    assert!(said.contains("received PKICONF"), "{said}");
    drop(serving);
    assert_eq!(state(&world), "active");
}

#[test]
fn wrong_keys_wrong_authorities_old_and_broken_messages_are_refused_and_change_nothing() {
    if !has_programs() {
        return;
    }
    let (world, secret) = enabled();
    let key = new_key(&world, "first.key");
    let serving = Serving::start(&world, "+0");
    let wrong = ir(&world, "0000-1111-2222-3333", &key);
    serving.refused(&format!("{wrong} -unprotected_errors"), "badMessageCheck");
    assert_eq!(state(&world), "new");
    let sent = world.path("request");
    serving.done(&format!("{} -reqout {sent}", ir(&world, &secret, &key)));
    assert_eq!(state(&world), "active");
    let issued = certificates(&world);
    let stranger = World::with_one_seat();
    let (certificate, other) = (world.path("first.crt"), stranger.path("km-publish/ca.cer"));
    let own = format!("-cmd genm -cert {certificate} -key {key}");
    serving.refused(
        &format!("{own} -trusted {other}"),
        "error validating protection",
    );
    let request = fs::read(&sent).unwrap();
    let answers = [serving.post(&sent), serving.post(&sent)];
    assert_eq!(answers[0].0, "200");
    assert!(
        answers[0] == answers[1],
        "the stored answer, octet for octet"
    );
    assert_eq!(certificates(&world), issued, "nothing was issued for it");
    for length in [0, 1, request.len() / 2, request.len() - 1] {
        fs::write(&sent, &request[..length]).unwrap();
        let (status, answer) = serving.post(&sent);
        assert!(
            matches!(status.as_str(), "200" | "400"),
            "{length}: {status}"
        );
        assert!(answer.len() < 1_000, "{length}: {}", answer.len());
    }
    let ca = world.path("km-publish/ca.cer");
    serving.done(&format!("{own} -trusted {ca}"));
    assert_eq!(
        (state(&world), certificates(&world)),
        ("active".to_owned(), issued)
    );
}
