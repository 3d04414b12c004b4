//! `openssl cmp`, a program nobody here wrote, gets a Digital ID, renews it and reports it lost.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::thread;

use kmadmin::domain::state::Situation;
use kmadmin::domain::time::Clock as _;
use kmadmin::engine::Engine;

use crate::answer_program::{ADDRESS, enabled};
use crate::support::{World, judged, not_judged};

/// Answers one request of HTTP/1.1 on `stream`.
fn serve_one(engine: &mut Engine, stream: TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap() == 0 || line == "\r\n" {
            break;
        }
        let lower = line.to_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut request = vec![0; length];
    reader.read_exact(&mut request).unwrap();
    let reply = engine.answer(&request).reply.unwrap_or_default();
    let head = format!(
        "HTTP/1.0 200 OK\r\nContent-Type: application/pkixcmp\r\nContent-Length: {}\r\n\r\n",
        reply.len()
    );
    let stream = reader.get_mut();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&reply).unwrap();
}

/// Runs `openssl cmp` against the engine; whether it succeeded, and what it said.
fn openssl(world: &mut World, arguments: &[&str]) -> (bool, String) {
    let now = world.clock.now().rfc3339();
    let now = format!("@{}", now.replace('T', " ").replace('Z', ""));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = format!("127.0.0.1:{}/pkix/", address.port());
    let arguments: Vec<String> = [
        "cmp",
        "-config",
        "",
        "-server",
        &server,
        "-total_timeout",
        "60",
    ]
    .iter()
    .chain(arguments)
    .map(|&argument| argument.to_owned())
    .collect();
    let (done, is_done) = mpsc::channel();
    let program = thread::spawn(move || {
        let output = Command::new("faketime")
            .env("TZ", "UTC")
            .args(["-f", &now, "openssl"])
            .args(arguments)
            .output()
            .unwrap();
        done.send(()).unwrap();
        drop(TcpStream::connect(address)); // wakes the listener, which then stops
        output
    });
    for stream in listener.incoming() {
        if is_done.try_recv().is_ok() {
            break;
        }
        serve_one(&mut world.engine, stream.unwrap());
    }
    let output = program.join().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (output.status.success(), said)
}

struct Desk {
    folder: PathBuf,
}

impl Desk {
    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    fn new_key(&self, name: &str) -> String {
        let path = self.path(name);
        let made = judged(
            "openssl",
            &[
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-out",
                &path,
            ],
            b"",
        );
        assert!(made.is_some());
        path
    }
}

fn has_openssl() -> bool {
    let arguments = ["-f", "+0", "openssl", "version"];
    let found = Command::new("faketime").args(arguments).output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        not_judged("the programs faketime and openssl are not installed");
    }
    found
}

fn desk(world: &mut World) -> Desk {
    let folder = world.folder.path().join("desk");
    fs::create_dir_all(&folder).unwrap();
    let ca = world.engine.ca_certificate().unwrap();
    fs::write(folder.join("ca.der"), ca.der()).unwrap();
    Desk { folder }
}

fn exists(path: &str) -> bool {
    Path::new(path).exists()
}

#[test]
fn openssl_sets_up_renews_and_reports_a_lost_key() {
    if !has_openssl() {
        return;
    }
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let desk = desk(&mut world);
    let (first, ca) = (desk.new_key("first.pem"), desk.path("ca.der"));
    let (certificate, cas) = (desk.path("first.crt"), desk.path("cas.pem"));
    let secret = format!("pass:{key}");
    let (done, said) = openssl(
        &mut world,
        &[
            "-cmd",
            "ir",
            "-ref",
            ADDRESS,
            "-secret",
            &secret,
            "-newkey",
            &first,
            "-subject",
            "/CN=J\u{f6}rg M\u{fc}ller",
            "-certout",
            &certificate,
            "-cacertsout",
            &cas,
        ],
    );
    assert!(done && exists(&certificate), "{said}");
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Active, "{said}");

    let (done, said) = openssl(
        &mut world,
        &[
            "-cmd",
            "genm",
            "-cert",
            &certificate,
            "-key",
            &first,
            "-trusted",
            &ca,
        ],
    );
    assert!(done, "{said}");
    let second = desk.new_key("second.pem");
    let renewed = desk.path("second.crt");
    let kur = [
        "-cmd",
        "kur",
        "-cert",
        &certificate,
        "-key",
        &first,
        "-newkey",
        &second,
        "-trusted",
        &ca,
        "-certout",
        &renewed,
    ];
    let (done, said) = openssl(&mut world, &kur);
    assert!(!done && said.contains("can be renewed from"), "{said}");
    world.clock.advance(400 * 86_400);
    let (done, said) = openssl(&mut world, &kur);
    assert!(done && exists(&renewed), "{said}");
    let (done, said) = openssl(
        &mut world,
        &[
            "-cmd",
            "rr",
            "-cert",
            &renewed,
            "-key",
            &second,
            "-oldcert",
            &renewed,
            "-revreason",
            "1",
            "-trusted",
            &ca,
        ],
    );
    assert!(done, "{said}");
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Revoked);
}
