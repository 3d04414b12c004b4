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

use crate::answer_program::{ADDRESS, Program, enabled, recover};
use crate::support::{World, judged, not_judged, person};

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

/// Runs `openssl cmp` against the engine, its arguments with one blank in between; whether it
/// succeeded, and what it said.
fn openssl(world: &mut World, arguments: &str) -> (bool, String) {
    let now = world.clock.now().rfc3339();
    let now = format!("@{}", now.replace('T', " ").replace('Z', ""));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = format!("127.0.0.1:{}/pkix/", address.port());
    let fixed = [
        "cmp",
        "-config",
        "",
        "-server",
        &server,
        "-total_timeout",
        "60",
    ];
    let arguments = fixed.into_iter().chain(arguments.split(' '));
    let arguments: Vec<String> = arguments.map(str::to_owned).collect();
    let (done, is_done) = mpsc::channel();
    let output = thread::scope(|scope| {
        let program = scope.spawn(move || {
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
        program.join().unwrap()
    });
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

/// A PKCS#10 request for a new key.
pub fn pkcs10(common_name: &str) -> Vec<u8> {
    let subject = format!("/CN={common_name}");
    let made = judged(
        "openssl",
        &[
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "/dev/null",
            "-utf8",
            "-subj",
            &subject,
            "-outform",
            "DER",
        ],
        b"",
    );
    made.unwrap_or_default()
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
    let ir = format!(
        "-cmd ir -ref {ADDRESS} -secret pass:{key} -newkey {first} -subject /CN={ADDRESS} \
         -certout {certificate} -cacertsout {cas}"
    );
    let (done, said) = openssl(&mut world, &ir);
    assert!(done && exists(&certificate), "{said}");
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Active, "{said}");

    let own = format!("-cert {certificate} -key {first} -trusted {ca}");
    let (done, said) = openssl(&mut world, &format!("-cmd genm {own}"));
    assert!(done, "{said}");
    let (second, renewed) = (desk.new_key("second.pem"), desk.path("second.crt"));
    let kur = format!("-cmd kur {own} -newkey {second} -certout {renewed}");
    let (done, said) = openssl(&mut world, &kur);
    assert!(!done && said.contains("can be renewed from"), "{said}");
    world.clock.advance(400 * 86_400);
    let (done, said) = openssl(&mut world, &kur);
    assert!(done && exists(&renewed), "{said}");
    let own = format!("-cert {renewed} -key {second} -trusted {ca}");
    let rr = format!("-cmd rr {own} -oldcert {renewed} -revreason 1");
    let (done, said) = openssl(&mut world, &rr);
    assert!(done, "{said}");
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Revoked);
}

#[test]
fn openssl_reports_a_lost_key_under_the_temporary_key() {
    if !has_openssl() {
        return;
    }
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    program.set_up(&mut world, &key);
    let key = recover(&mut world, id);
    let desk = desk(&mut world);
    let lost = desk.path("lost.der");
    fs::write(&lost, &program.certificates[1]).unwrap();
    let rr = |key: &str| {
        format!("-cmd rr -ref {ADDRESS} -secret pass:{key} -oldcert {lost} -revreason 1")
    };
    let (done, said) = openssl(&mut world, &rr("0000-1111-2222-3333"));
    assert!(!done, "{said}");
    assert!(world.engine.security(id).unwrap().encryption.is_some());
    let (done, said) = openssl(&mut world, &rr(&key));
    assert!(done, "{said}");
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.encryption, None);
    assert_eq!(security.situation, Situation::Recover);
}

#[test]
fn openssl_hands_a_pkcs10_request_in() {
    if !has_openssl() {
        return;
    }
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let desk = desk(&mut world);
    let (csr, certificate) = (desk.path("csr.der"), desk.path("got.crt"));
    fs::write(&csr, pkcs10("Jörg Müller")).unwrap();
    let plain = key.replace('-', "");
    let p10cr = format!(
        "-cmd p10cr -ref {ADDRESS} -secret pass:{plain} -csr {csr} -certout {certificate} \
         -implicit_confirm"
    );
    let (done, said) = openssl(&mut world, &p10cr);
    assert!(done && exists(&certificate), "{said}");
    let security = world.engine.security(id).unwrap();
    assert_eq!(
        security.situation,
        Situation::Active,
        "confirmed although it offered not to: {said}"
    );
}

#[test]
fn openssl_is_refused_with_a_wrong_secret_and_trusts_no_other_authority() {
    if !has_openssl() {
        return;
    }
    let mut world = World::copy_of(1);
    let (_id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let desk = desk(&mut world);
    let (first, certificate) = (desk.new_key("first.pem"), desk.path("first.crt"));
    let ir = |secret: &str| {
        format!(
            "-cmd ir -ref {ADDRESS} -secret pass:{secret} -newkey {first} -subject /CN={ADDRESS} \
             -certout {certificate} -unprotected_errors"
        )
    };
    let (done, said) = openssl(&mut world, &ir("0000-1111-2222-3333"));
    assert!(!done && said.contains("badMessageCheck"), "{said}");
    let (done, said) = openssl(&mut world, &ir(&key));
    assert!(done, "{said}");
    let other = World::new(1).engine.ca_certificate().unwrap();
    let stranger = desk.path("stranger.der");
    fs::write(&stranger, other.der()).unwrap();
    let genm = format!("-cmd genm -cert {certificate} -key {first} -trusted {stranger}");
    let (done, said) = openssl(&mut world, &genm);
    assert!(!done, "{said}");
}

#[test]
fn openssl_renews_after_the_address_was_changed_and_gets_the_new_one() {
    if !has_openssl() {
        return;
    }
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let desk = desk(&mut world);
    let (first, certificate) = (desk.new_key("first.pem"), desk.path("first.crt"));
    let ir = format!(
        "-cmd ir -ref {ADDRESS} -secret pass:{key} -newkey {first} -subject /CN={ADDRESS} \
         -certout {certificate}"
    );
    let (done, said) = openssl(&mut world, &ir);
    assert!(done, "{said}");
    let general = person("Jörg Maier", "maier@example.com");
    world.engine.change_mailbox(id, &general).unwrap();
    world.clock.advance(400 * 86_400);
    let (second, renewed) = (desk.new_key("second.pem"), desk.path("second.crt"));
    let ca = desk.path("ca.der");
    let kur = format!(
        "-cmd kur -cert {certificate} -key {first} -trusted {ca} -newkey {second} \
         -certout {renewed}"
    );
    let (done, said) = openssl(&mut world, &kur);
    assert!(done, "{said}");
    let current = world.engine.security(id).unwrap().signing.unwrap();
    assert_eq!(current.subject(), "CN=Jörg Maier");
    assert_eq!(current.addresses(), ["maier@example.com"]);
}
