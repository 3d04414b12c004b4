//! `krp`, which `openssl cmp` does not know, read field by field by decoders that are not ours.

use std::fmt::Write as _;
use std::fs;

use kmadmin::protocol::message::Body;
use serde_json::{Value, json};

use crate::answer_program::{ADDRESS, Program, With, enabled, recover, verified};
use crate::support::{World, judge, judged, not_judged};

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut digits, octet| {
        write!(digits, "{octet:02x}").unwrap();
        digits
    })
}

/// The judge, where Python has its decoders.
fn read(arguments: &[&str]) -> Option<Value> {
    const PYTHON: &str = "/usr/bin/python3"; // Debian's, which has Debian's packages
    let has = judge(PYTHON, &["-c", "import asn1crypto, pyasn1_modules"], b"")?;
    if !has.status.success() {
        not_judged("python3-asn1crypto and python3-pyasn1-modules are not installed");
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/judges/krp.py");
    let said = judged(PYTHON, &[&[script], arguments].concat(), b"")?;
    Some(serde_json::from_slice(&said).unwrap())
}

#[test]
fn others_find_every_field_mac_signature_and_key_of_a_krp() {
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    program.set_up(&mut world, &key);
    let key = recover(&mut world, id);
    let mut new = Program::new(ADDRESS);
    let requests = Body::Krr(new.both());
    let request = new.message(&world, requests);
    let octets = new.write(&request, With::Key(&key));
    let answer = world.engine.answer(&octets).reply.unwrap();
    let reply = verified(&mut world.engine, &octets, &key);
    let Body::Krp(recovery) = &reply.message.body else {
        unreachable!("no keys: {:?}", reply.message.body);
    };
    let folder = world.folder.path();
    let [message, transport] = ["krp.der", "transport.der"].map(|name| folder.join(name));
    fs::write(&message, &answer).unwrap();
    fs::write(&transport, new.transport.pkcs8().expose()).unwrap();
    let arguments = [message.to_str().unwrap(), transport.to_str().unwrap(), &key];
    let Some(read) = read(&arguments) else {
        return;
    };
    let header = &request.header;
    assert_eq!(
        read,
        json!({
            "pvno": 3,
            "transaction": hex(&header.transaction_id),
            "nonces": [16, hex(&header.sender_nonce)],
            "mac": true,
            "status": 0,
            "signing": hex(recovery.signing_certificate.as_ref().unwrap()),
            "authorities": 1,
            "certificates": [hex(&program.certificates[1])],
            "keys": [true],
        })
    );
}
