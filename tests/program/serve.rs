//! `kmadmin serve`: what it answers over HTTP, to whom it does not, and how it stops. On the loopback
//! address, at a port that the system chooses.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command};

use super::world::{ANN, World};

const DORA: &str = "dora@example.com";
const CMP: &str = "application/pkixcmp";

/// A running service.
struct Service {
    child: Child,
    out: BufReader<ChildStdout>,
    address: String,
}

/// What came back.
struct Reply {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Service {
    fn start(world: &World, more: &[&str]) -> Self {
        let serve = ["serve", "--listen", "127.0.0.1:0"];
        let mut child = world.start(&[&serve[..], more].concat());
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        assert!(line.contains("http://"), "{line}");
        let rest = line.split_once("http://").unwrap().1;
        let address = rest.split_once('/').unwrap().0.to_owned();
        Self {
            child,
            out,
            address,
        }
    }

    /// Sends octets, ends its side, and reads everything that comes.
    fn send(&self, octets: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(octets).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Reply {
            status,
            head: head.to_ascii_lowercase(),
            body: answer[end + 4..].to_vec(),
        }
    }

    fn get(&self, path: &str) -> Reply {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: km\r\n\r\n").as_bytes())
    }

    fn post(&self, path: &str, media_type: &str, body: &[u8]) -> Reply {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: km\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n"
        );
        self.send(&[head.as_bytes(), body].concat())
    }

    /// Tells it to stop, and gives its exit status.
    fn stop(mut self) -> Option<i32> {
        let number = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &number]).status();
        assert!(told.unwrap().success());
        let mut last = String::new();
        self.out.read_to_string(&mut last).unwrap();
        assert_eq!(last, "Stopped.\n");
        self.child.wait().unwrap().code()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().unwrap_or(()); // after a failed test; else it has ended
    }
}

fn with_dora() -> World {
    let world = World::with_one_seat();
    let new = ["mailbox", "new", "--name", "Dora Lang", "--alias", "dora"];
    world.done(&[&new[..], &["--address", DORA]].concat());
    let (ann, file) = (world.file("ann", ANN), world.path("dora.p12"));
    let enable = ["mailbox", "enable", DORA, "--server", "KM1"];
    world.done(&[&enable[..], &["--answers", &ann, "--save-p12", &file]].concat());
    world
}

fn published(world: &World, file: &str) -> String {
    world.path(&format!("km-publish/{file}"))
}

#[test]
fn certificates_and_lists_are_served_and_nothing_else_of_the_machine() {
    let world = with_dora();
    let service = Service::start(&world, &[]);
    for (path, file, media_type) in [
        ("/ca.crl", "ca.crl", "application/pkix-crl"),
        ("/crls/search.cgi?iHash=x", "ca.crl", "application/pkix-crl"),
        ("/ca.cer", "ca.cer", "application/pkix-cert"),
        (
            "/certificates/search.cgi?email=DORA%40example.com",
            "certificates/dora@example.com.cer",
            "application/pkix-cert",
        ),
        (
            "/trust-list.der",
            "trust-list.der",
            "application/octet-stream",
        ),
    ] {
        let reply = service.get(path);
        assert_eq!(reply.status, 200, "{path}");
        assert!(
            reply.head.contains(&format!("content-type: {media_type}")),
            "{}",
            reply.head
        );
        assert_eq!(
            reply.body,
            fs::read(published(&world, file)).unwrap(),
            "{path}"
        );
    }
    let nobody = service.get("/certificates/search.cgi?email=nobody@example.com");
    assert_eq!(nobody.status, 404);
    assert_eq!(
        service.get("/certificates/search.cgi?name=Dora").status,
        400
    );
    for path in [
        "/",
        "/../km/km.db",
        "/certificates/..%2fca.cer",
        "/.well-known/",
    ] {
        assert_eq!(service.get(path).status, 404, "{path}");
    }
    assert_eq!(service.post("/ca.crl", "text/plain", b"").status, 405);
    assert_eq!(service.stop(), Some(0));
}

#[test]
fn only_messages_of_the_right_type_and_size_reach_the_engine() {
    let world = with_dora();
    let service = Service::start(&world, &[]);
    for path in ["/.well-known/cmp", "/.well-known/cmp/p/users", "/pkix/"] {
        assert_eq!(service.get(path).status, 405, "{path}");
        assert_eq!(service.post(path, "text/plain", b"0").status, 415, "{path}");
        let reply = service.post(path, CMP, b"no message");
        assert!(matches!(reply.status, 200 | 400), "{path}: {}", reply.head);
    }
    let head = format!("POST /pkix/ HTTP/1.1\r\nHost: km\r\nContent-Type: {CMP}\r\n");
    let length = format!("{head}Content-Length: 1048577\r\n\r\n");
    assert_eq!(service.send(length.as_bytes()).status, 413);
    let long = format!("GET /{} HTTP/1.1\r\nHost: km\r\n\r\n", "x".repeat(20_000));
    assert!(matches!(service.send(long.as_bytes()).status, 414 | 431));
    assert_eq!(service.stop(), Some(0));
}

#[test]
fn idle_connections_of_one_peer_are_bounded_and_do_not_keep_the_program_from_stopping() {
    let world = World::with_one_seat();
    let service = Service::start(&world, &[]);
    let idle: Vec<TcpStream> = (0..32)
        .map(|_| TcpStream::connect(&service.address).unwrap())
        .collect();
    let mut refused = TcpStream::connect(&service.address).unwrap();
    let mut nothing = Vec::new();
    // Closed without a word; the system may say that it was reset.
    refused.read_to_end(&mut nothing).unwrap_or(0);
    assert!(nothing.is_empty());
    assert_eq!(service.stop(), Some(0));
    drop(idle);
}

#[test]
fn an_address_that_is_taken_is_said_and_two_programs_share_one_post_office() {
    let world = World::with_one_seat();
    let service = Service::start(&world, &["--post-office"]);
    let taken = ["serve", "--listen", &service.address];
    world.refused(1, &taken, "can not be listened on");
    let other = Service::start(&world, &["--post-office"]);
    assert_eq!(other.get("/ca.crl").status, 200);
    assert_eq!(service.stop(), Some(0));
    assert_eq!(other.stop(), Some(0));
}

/// What `openssl cmp` says and how it ended; nothing where it is not installed.
fn openssl_cmp(world: &World, service: &Service, arguments: &[&str]) -> Option<(bool, String)> {
    let mut command = Command::new("openssl");
    command.current_dir(world.path(".")).arg("cmp").args([
        "-server",
        &service.address,
        "-path",
        ".well-known/cmp",
        "-trusted",
        "ca.pem",
    ]);
    let output = command.args(arguments).output().ok()?;
    let said = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8(said).unwrap()))
}

#[test]
fn openssl_gets_a_certificate_and_reports_it_lost_and_the_list_has_it_at_once() {
    let world = with_dora();
    let new = ["mailbox", "new", "--name", "Erin", "--alias", "erin"];
    world.done(&[&new[..], &["--address", "erin@example.com"]].concat());
    let ann = world.path("ann");
    let enable = ["mailbox", "enable", "erin@example.com", "--server", "KM1"];
    let enabled = world.json(&[&enable[..], &["--answers", &ann]].concat());
    let key = format!("pass:{}", enabled["temporary_key"].as_str().unwrap());
    let service = Service::start(&world, &[]);
    let run = |arguments: &[&str]| {
        let ran = Command::new("openssl")
            .current_dir(world.path("."))
            .args(arguments)
            .output();
        ran.ok()
    };
    let ca = published(&world, "ca.cer");
    if run(&["x509", "-inform", "DER", "-in", &ca, "-out", "ca.pem"]).is_none() {
        return;
    }
    run(&[
        "ecparam",
        "-name",
        "prime256v1",
        "-genkey",
        "-noout",
        "-out",
        "erin.key",
    ])
    .unwrap();
    let ir = |secret: &str| {
        let who = ["-cmd", "ir", "-ref", "erin@example.com", "-secret", secret];
        let what = [
            "-newkey", "erin.key", "-subject", "/CN=Erin", "-certout", "erin.pem",
        ];
        openssl_cmp(&world, &service, &[&who[..], &what].concat()).unwrap()
    };
    let (enrolled, said) = ir("pass:WRNG-WRNG-WRNG-WRNG");
    assert!(!enrolled, "{said}");
    let (enrolled, said) = ir(&key);
    assert!(enrolled, "{said}");
    let lost = ["-cmd", "rr", "-oldcert", "erin.pem", "-revreason", "1"];
    let signed = ["-cert", "erin.pem", "-key", "erin.key"];
    let (reported, said) = openssl_cmp(&world, &service, &[&lost[..], &signed].concat()).unwrap();
    assert!(reported, "{said}");
    fs::write(world.path("list.der"), service.get("/ca.crl").body).unwrap();
    run(&[
        "crl", "-inform", "DER", "-in", "list.der", "-out", "list.pem",
    ])
    .unwrap();
    let files = ["-CAfile", "ca.pem", "-CRLfile", "list.pem", "erin.pem"];
    let judged = run(&[&["verify", "-crl_check"][..], &files].concat()).unwrap();
    let said = String::from_utf8(judged.stderr).unwrap();
    assert!(said.contains("certificate revoked"), "{said}");
    assert_eq!(service.stop(), Some(0));
    assert_eq!(
        world.json(&["mailbox", "show", "erin@example.com"])["state"],
        "revoked"
    );
}
