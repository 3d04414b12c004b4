//! `kmclient` as a script meets it: what it says, what it leaves behind, and its exit status.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::world::{ANN, Ran, World};

const ADDRESS: &str = "anna.berg@fabrikam.com";

/// Calls the user's program on the home folder `home` of this world.
fn call(world: &World, arguments: &[&str]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kmclient"))
        .args(["--home", &world.path("home")])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"").unwrap();
    let output = child.wait_with_output().unwrap();
    Ran {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn done(world: &World, arguments: &[&str]) -> String {
    let ran = call(world, arguments);
    assert_eq!(ran.status, 0, "{arguments:?}: {}{}", ran.out, ran.err);
    ran.out
}

fn json(world: &World, arguments: &[&str]) -> Value {
    let out = done(world, &[arguments, &["--json"]].concat());
    serde_json::from_str(&out).unwrap()
}

fn refused(world: &World, status: i32, arguments: &[&str], said: &str) {
    let ran = call(world, arguments);
    assert_eq!(ran.status, status, "{arguments:?}: {}{}", ran.out, ran.err);
    assert!(ran.err.contains(said), "{arguments:?}: {}", ran.err);
}

#[test]
fn an_enrolment_by_mail_is_kept_and_can_be_seen() {
    let world = World::empty();
    fs::create_dir(world.path("office")).unwrap();
    let office = world.path("office");
    let key = world.file("key", "0000 0000 0000 0000\r\n");
    let enrol = |more: &[&str]| {
        let mut all = vec!["enrol", "--server", &office, "--address", ADDRESS];
        all.extend(["--temporary-key-from", &key]);
        all.extend(more);
        call(&world, &all)
    };
    let mistyped = world.file("mistyped", "0000-0000-0000-0001");
    let at = ["--server", &office, "--address", ADDRESS, "--level", "low"];
    let wrong = [&["enrol", "--temporary-key-from", &mistyped][..], &at].concat();
    refused(&world, 1, &wrong, "mistyped");
    let weak = world.file("weak", "secret");
    let ran = enrol(&["--level", "high", "--password-from", &weak]);
    assert_eq!(ran.status, 1, "{}", ran.err);
    assert!(ran.err.contains("too easy to guess"), "{}", ran.err);
    assert_eq!(json(&world, &["status"])["requests"], serde_json::json!([]));

    let ran = enrol(&["--level", "low"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(
        ran.out
            .contains("A reply from the Security Authority will arrive")
    );
    let sent = format!("{office}/security-authority@kmadmin.invalid/new");
    assert_eq!(fs::read_dir(&sent).unwrap().count(), 1);
    let status = json(&world, &["status"]);
    assert_eq!(status["address"], ADDRESS);
    assert_eq!(status["items"], serde_json::json!([]));
    let request = &status["requests"][0];
    assert_eq!(
        (&request["purpose"], &request["stage"]),
        (&"set_up".into(), &"asked".into())
    );
    assert_eq!(request["keyset"], ADDRESS);
    assert!(done(&world, &["receive"]).contains("not arrived yet"));
    refused(&world, 1, &["receive", "--wait", "1"], "not arrived yet");
}

#[test]
fn a_server_that_is_not_there_leaves_a_request_that_is_sent_again() {
    let world = World::empty();
    let key = world.file("key", "0000-0000-0000-0000");
    // Port 9 is discard (RFC 863), which nobody serves.
    let server = ["--server", "http://127.0.0.1:9", "--address", ADDRESS];
    let enrol = ["enrol", "--temporary-key-from", &key, "--level", "medium"];
    refused(
        &world,
        1,
        &[&enrol[..], &server].concat(),
        "can not be reached",
    );
    let status = json(&world, &["status"]);
    assert_eq!(status["requests"][0]["stage"], "asked");
    assert_eq!(status["server"], "http://127.0.0.1:9/.well-known/cmp");
    refused(&world, 1, &["receive"], "can not be reached");
}

/// A serving KM server; stopped when dropped.
pub(crate) struct Serving {
    child: Child,
    pub(crate) address: String,
}

impl Serving {
    pub(crate) fn start(world: &World) -> Self {
        let mut child = world.start(&["serve", "--listen", "127.0.0.1:0", "--post-office"]);
        let mut line = String::new();
        let out = child.stdout.as_mut().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let address = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"));
        let address = address.unwrap().to_owned();
        Self { child, address }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A mailbox, and its temporary key in a file.
fn enabled(world: &World) -> String {
    enabled_as(world, "Anna Berg", "anna", ADDRESS)
}

/// A mailbox of this name, alias and address, and its temporary key in a file.
pub(crate) fn enabled_as(world: &World, name: &str, alias: &str, address: &str) -> String {
    let mailbox = ["mailbox", "new", "--name", name, "--alias", alias];
    world.done(&[&mailbox[..], &["--address", address]].concat());
    let ann = world.file("ann", ANN);
    let enable = ["mailbox", "enable", address, "--server", "KM1"];
    let key = world.json(&[&enable[..], &["--answers", &ann]].concat());
    let file = format!("key-{alias}");
    world.file(&file, key["temporary_key"].as_str().unwrap())
}

/// `mailbox recover`; the temporary key in a file.
fn recovered(world: &World) -> String {
    let ann = world.file("ann", ANN);
    let recover = [
        "mailbox",
        "recover",
        ADDRESS,
        "--server",
        "KM1",
        "--answers",
        &ann,
    ];
    let why = ["--reason", "forgotten-password", "--ticket", "4711"];
    let key = world.json(&[&recover[..], &why].concat());
    world.file("key-anna", key["temporary_key"].as_str().unwrap())
}

#[test]
fn over_http_one_call_sets_up_and_another_keyset_name_is_the_way_out() {
    let world = World::new();
    let key = enabled(&world);
    let serving = Serving::start(&world);
    let own = world.file("own", "granite otter pollen zephyr 93");
    let to = ["enrol", "--server", &serving.address, "--address", ADDRESS];
    let enrol = [&to[..], &["--temporary-key-from", &key, "--level", "high"]].concat();
    let said = done(&world, &[&enrol[..], &["--password-from", &own]].concat());
    assert!(said.contains("Advanced security is set up."), "{said}");
    let status = json(&world, &["status"]);
    assert_eq!(status["requests"], serde_json::json!([]));
    let keyset = &status["items"][0];
    assert_eq!(
        (&keyset["level"], &keyset["renewal"]),
        (&"high".into(), &"not_due".into())
    );
    refused(&world, 1, &["renew", "--yes"], "can not be renewed now");

    // Q199760
    recovered(&world);
    let wrong = world.file("wrong", "violet anchor siphon maple 7");
    let without = [&enrol[..], &["--password-from", &wrong]].concat();
    refused(&world, 1, &without, "You were not re-enrolled");
    refused(&world, 2, &enrol, "--password-from FILE");
    let new = ["--keyset", "anna 2", "--password-from", &wrong];
    done(&world, &[&enrol[..], &new].concat());
    let shown = world.json(&["mailbox", "show", ADDRESS]);
    assert!(shown["renewal_from"].is_string(), "{shown}");
    let of = |one: &Value| format!("{} {}", one["use"], one["standing"]).replace('"', "");
    let certificates = shown["certificates"].as_array().unwrap();
    let certificates: Vec<String> = certificates.iter().map(of).collect();
    for certificate in ["signing current", "encryption current", "signing older"] {
        assert!(certificates.contains(&certificate.to_owned()), "{shown}");
    }
    let items = json(&world, &["status"])["items"].clone();
    assert_eq!(items[0]["encryption"], items[1]["encryption"]);
    assert_eq!(
        (&items[0]["keyset"], &items[0]["chosen"]),
        (&"anna 2".into(), &true.into())
    );
    let lost = ["report-lost", "--password-from", &wrong];
    assert!(done(&world, &lost).contains("are revoked"));
    let (text, out) = (world.file("text", "Hello"), world.path("out.eml"));
    let sign = [
        "sign",
        "--to",
        ADDRESS,
        &text,
        &out,
        "--password-from",
        &wrong,
    ];
    refused(&world, 1, &sign, "were revoked on");
}

#[test]
fn who_has_no_keyset_any_more_reports_it_under_the_temporary_key() {
    let world = World::with_one_seat();
    let key = enabled(&world);
    let serving = Serving::start(&world);
    let to = ["--server", &serving.address, "--address", ADDRESS];
    let enrol = ["enrol", "--level", "low", "--temporary-key-from"];
    done(&world, &[&enrol[..], &[&key], &to].concat());
    world.done(&["publish"]);
    let lost = world.path(&format!("km-publish/certificates/{ADDRESS}.cer"));
    fs::remove_dir_all(world.path("home")).unwrap();
    let report = ["report-lost", "--certificate", &lost];
    refused(&world, 2, &report, "--temporary-key-from");
    let report = |key| [&report[..], &["--temporary-key-from", key], &to].concat();
    let wrong = world.file("wrong", "0000-0000-0000-0000");
    assert_eq!(call(&world, &report(&wrong)).status, 1);
    let key = recovered(&world);
    assert!(done(&world, &report(&key)).contains("are revoked"));
    let shown = world.json(&["mailbox", "show", ADDRESS]);
    let certificates = shown["certificates"].as_array().unwrap();
    let mut reported = certificates.iter().filter(|one| one["use"] == "encryption");
    assert!(reported.all(|one| one["standing"] == "revoked"), "{shown}");
    assert_eq!(shown["state"], "recover");
    let said = done(&world, &[&enrol[..], &[&key], &to].concat());
    assert!(said.contains("Advanced security is set up."), "{said}");
}

#[test]
fn by_mail_the_reply_is_waited_for_and_finished_as_it_was_asked() {
    let world = World::with_one_seat();
    let key = enabled(&world);
    let serving = Serving::start(&world);
    let own = world.file("own", "granite otter pollen zephyr 93");
    let office = world.path("km-post-office/security-authority@kmadmin.invalid");
    let to = ["enrol", "--server", &office, "--address", ADDRESS];
    let enrol = [&to[..], &["--temporary-key-from", &key, "--level", "high"]].concat();
    done(&world, &[&enrol[..], &["--password-from", &own]].concat());
    let said = done(&world, &["receive", "--wait", "60"]);
    assert!(said.contains("Advanced security is set up."), "{said}");
    let status = json(&world, &["status"]);
    assert_eq!(status["items"][0]["level"], "high");
    drop(serving);
}

#[test]
fn keys_of_a_file_become_a_keyset_and_a_file_again() {
    let world = World::new();
    let mailbox = ["mailbox", "new", "--name", "Anna Berg", "--alias", "anna"];
    world.done(&[&mailbox[..], &["--address", ADDRESS]].concat());
    let ann = world.file("ann", ANN);
    let file = world.path("anna.p12");
    let enable = ["mailbox", "enable", ADDRESS, "--save-p12", &file];
    let enabled = world.json(&[&enable[..], &["--server", "KM1", "--answers", &ann]].concat());
    let password = world.file("password", enabled["file_password"].as_str().unwrap());
    let wrong = world.file("wrong", "not the password");
    refused(
        &world,
        1,
        &["import", &file, "--password-from", &wrong],
        "password is wrong",
    );
    done(&world, &["import", &file, "--password-from", &password]);
    let status = json(&world, &["status"]);
    let keyset = &status["items"][0];
    assert_eq!(
        (&keyset["keyset"], &keyset["level"]),
        (&"anna".into(), &"low".into())
    );
    assert_eq!(
        keyset["encryption"]["addresses"],
        serde_json::json!([ADDRESS])
    );
    assert_eq!(keyset["chosen"], true);
    let own = world.file("own", "granite otter pollen zephyr 93");
    let exported = world.path("again.p12");
    done(&world, &["export", &exported, "--file-password-from", &own]);
    refused(
        &world,
        1,
        &["export", &exported, "--file-password-from", &own],
        "again.p12",
    );
    high_keyset(&world, &exported, &own);
}

/// A keyset with High security from a file, its password replaced, and exported again.
fn high_keyset(world: &World, file: &str, own: &str) {
    let import = ["import", file, "--password-from", own, "--level", "high"];
    let named = ["--keyset", "High", "--new-password-from", own];
    done(world, &[&import[..], &named].concat());
    let wrong = world.file("wrong", "not the password");
    let change = ["change-password", "--keyset", "High", "--password-from"];
    let new = world.file("new", "violet anchor siphon maple 7");
    let to_new = ["--new-password-from", &new];
    refused(
        world,
        1,
        &[&change[..], &[&wrong], &to_new].concat(),
        "password is wrong",
    );
    done(world, &[&change[..], &[own], &to_new].concat());
    done(world, &["choose", "High"]);
    let again = world.path("third.p12");
    done(world, &["export", &again, "--password-from", &new]);
    refused(
        world,
        2,
        &["export", &world.path("none.p12")],
        "--password-from FILE",
    );
}

#[test]
fn wrong_usage_and_files_that_others_read_are_refused() {
    let world = World::empty();
    refused(&world, 2, &["enrol"], "--server");
    refused(&world, 1, &["renew", "--yes"], "No Digital ID is set up");
    let open = world.path("open");
    fs::write(&open, "x").unwrap();
    let arguments = ["change-password", "--keyset", "x", "--password-from", &open];
    refused(&world, 1, &arguments, "can be read by others");
    refused(
        &world,
        1,
        &["choose", "nobody"],
        "There is no keyset named nobody",
    );
}
