//! Every message in every situation, through the engine.

use kmadmin::crypto::certificate::Certificate;
use kmadmin::domain::reason::RevocationReason;
use kmadmin::domain::state::Situation;
use kmadmin::engine::revoke::RevokeUser;
use kmadmin::protocol::message::{Body, CertRequest, RevocationRequest};
use kmadmin::protocol::protect::ProtectionKind;
use kmadmin::protocol::read::Received;

use crate::answer_program::{
    ADDRESS, EMPTY, Program, With, enable, enabled, recover, send, signing_key, verified,
};
use crate::support::{NAMES, SERVER, World};

const MONTH: i64 = 31 * 86_400;

/// What a program can send, by the names of the standard; `complete` is an `ir` for the encryption
/// half alone.
const MESSAGES: [&str; 8] = [
    "ir", "p10cr", "krr", "kur", "certConf", "rr", "genm", "complete",
];

/// One column a situation: Undefined, New, Active (month 13), Expired, Recover, Revoked, Deleted.
/// `y` answered, `-` refused; in both under the temporary key where one waits, else signed.
const TABLE: [(&str, &str); 8] = [
    ("ir", "-y-----"),
    ("p10cr", "-y-----"),
    ("krr", "----y--"),
    ("kur", "--y----"),
    ("certConf", "-------"), // nothing waits to be confirmed
    ("rr", "--y-y--"),       // who is new has nothing to report
    ("genm", "-yy-y--"),
    ("complete", "--y----"), // in month 13: it is time to renew
];

/// A mailbox in a situation, with the temporary key if one waits.
fn in_situation(world: &mut World, situation: Situation) -> (Program, Option<String>) {
    let mut program = Program::new(ADDRESS);
    if situation == Situation::Undefined {
        world.mailbox("Jörg Müller", ADDRESS);
        return (program, None);
    }
    let (id, key) = enabled(world, "Jörg Müller", ADDRESS);
    if situation == Situation::New {
        return (program, Some(key));
    }
    program.set_up(world, &key);
    world.clock.advance(13 * MONTH);
    let mut key = None;
    match situation {
        Situation::Undefined | Situation::New | Situation::Active => {}
        Situation::Expired => world.clock.advance(6 * MONTH),
        Situation::Recover => key = Some(recover(world, id)),
        Situation::Deleted => world.engine.delete_mailbox(id).unwrap(),
        Situation::Revoked => {
            let revoke = RevokeUser {
                mailbox: id,
                server: SERVER.to_owned(),
                reason: RevocationReason::KeyCompromise,
                invalidity: None,
            };
            world.run(revoke, &NAMES).unwrap();
        }
    }
    if situation != Situation::Deleted {
        assert_eq!(world.engine.security(id).unwrap().situation, situation);
    }
    (program, key)
}

fn body(program: &Program, name: &str) -> Body {
    let new = signing_key();
    let signing = CertRequest::new_signing(0, EMPTY, None, &new).unwrap();
    let made = CertRequest::new_server_made(1, EMPTY, None, program.transport.public()).unwrap();
    let certificate = program.certificates.last();
    let certificate = certificate.map(|der| Certificate::from_der(der).unwrap());
    match name {
        "ir" => Body::Ir(vec![signing, made]),
        "p10cr" => Body::P10cr(crate::answer_openssl::pkcs10("Jörg Müller")),
        "krr" => Body::Krr(vec![signing, made]),
        "kur" => Body::Kur(vec![signing, made]),
        "certConf" => Body::CertConf(Vec::new()),
        "rr" => Body::Rr(vec![RevocationRequest {
            issuer: certificate
                .as_ref()
                .map_or_else(|| EMPTY.to_vec(), |own| own.issuer_der().to_vec()),
            serial: certificate.map_or_else(|| vec![1], |own| own.serial().to_vec()),
            reason: Some(1),
            invalidity: None,
        }]),
        "genm" => Body::Genm(Vec::new()),
        "complete" => Body::Ir(vec![made]),
        other => unreachable!("{other}"),
    }
}

const SITUATIONS: [Situation; 7] = Situation::ALL;

#[test]
fn every_message_in_every_situation_is_answered_as_the_table_says() {
    assert_eq!(TABLE.map(|(name, _row)| name), MESSAGES);
    for (column, situation) in SITUATIONS.into_iter().enumerate() {
        let mut world = World::copy_of(1);
        let (mut program, mut key) = in_situation(&mut world, situation);
        for (name, row) in TABLE {
            let reply = said(&mut world, &mut program, key.as_deref(), name);
            let answered = !matches!(reply.message.body, Body::Error(_));
            let is_allowed = row.chars().nth(column) == Some('y');
            let body = &reply.message.body;
            assert_eq!(answered, is_allowed, "{name} in {situation:?}: {body:?}");
            if answered {
                assert_ne!(reply.protection(), ProtectionKind::None);
                // What was done must not decide about the next message.
                world = World::copy_of(1);
                (program, key) = in_situation(&mut world, situation);
            }
        }
    }
}

/// The answer to a message, under the temporary key if one waits, else signed.
fn said(world: &mut World, program: &mut Program, key: Option<&str>, name: &str) -> Received {
    let message = program.message(world, body(program, name));
    if let Some(key) = key {
        let octets = program.write(&message, With::Key(key));
        return verified(&mut world.engine, &octets, key);
    }
    let octets = if program.certificates.is_empty() {
        program.write(&message, With::Key("0000-1111-2222-3333"))
    } else {
        program.sign(&message)
    };
    send(&mut world.engine, &octets)
}

#[test]
fn after_expiry_the_user_is_enrolled_again() {
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    Program::new(ADDRESS).set_up(&mut world, &key);
    world.clock.advance(19 * MONTH);
    let key = enable(&mut world, id);
    let mut program = Program::new(ADDRESS);
    program.set_up(&mut world, &key);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Active);
    assert_eq!(security.archived_keys, 2, "the old one can be recovered");
}
