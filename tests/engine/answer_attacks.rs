//! What somebody tries who is not the user, or not any more.

use kmadmin::crypto::certificate::Certificate;
use kmadmin::crypto::keypair::PrivateKey;
use kmadmin::crypto::x509::{self, Authority, MailName, RootProfile, UserProfile, Validity};
use kmadmin::domain::key_kind::KeyKind;
use kmadmin::domain::mailbox::MailboxId;
use kmadmin::domain::state::Situation;
use kmadmin::domain::time::Clock as _;
use kmadmin::protocol::message::{
    Body, CertId, CertRequest, CertStatus, Failure, Header, Message, RevocationRequest,
};

use crate::answer_program::{
    ADDRESS, EMPTY, Program, With, certificates, enabled, recover, refusal, rsa, send, signing_key,
    unprotected, verified, write,
};
use crate::support::World;

/// A month of 31 days, in seconds.
const MONTH: i64 = 31 * 86_400;

/// A user whose security is set up.
fn user(world: &mut World) -> (MailboxId, Program) {
    let (id, key) = enabled(world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    program.set_up(world, &key);
    (id, program)
}

/// The signed refusal that a verified signer gets.
fn refused_signed(world: &mut World, octets: &[u8]) -> (Failure, String) {
    let reply = send(&mut world.engine, octets);
    let signer = Certificate::from_der(&reply.message.extra_certs[0]).unwrap();
    let public = kmadmin::crypto::keypair::PublicKey::from_spki(signer.spki()).unwrap();
    assert!(reply.verify_signature(&public).is_ok());
    refusal(&reply)
}

#[test]
fn a_token_that_was_glimpsed_belongs_to_the_program_that_used_it_first() {
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut thief = Program::new(ADDRESS);
    let request = thief.message(&world, Body::Ir(thief.both()));
    let request = thief.write(&request, With::Key(&key));
    verified(&mut world.engine, &request, &key);
    let mut program = Program::new(ADDRESS);
    for _ in 0..3 {
        let request = program.message(&world, Body::Ir(program.both()));
        let request = program.write(&request, With::Key(&key));
        let (failure, words) = refusal(&verified(&mut world.engine, &request, &key));
        assert_eq!(failure, Failure::NOT_AUTHORIZED);
        assert!(words.contains("already used by another program"), "{words}");
    }
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.other_tries, 3);
    assert!(security.used_since.is_some());
    assert!(security.signing.is_none(), "and nothing is published");
    let rows = world.engine.audit("another program", None, 10).unwrap();
    assert_eq!(rows.len(), 2, "the first and the second refusal");
}

#[test]
fn another_key_for_the_transport_is_another_program() {
    let mut world = World::copy_of(1);
    let (_id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let request = program.write(&request, With::Key(&key));
    verified(&mut world.engine, &request, &key);
    program.transport = rsa(1);
    let request = program.message(&world, Body::Ir(program.both()));
    let request = program.write(&request, With::Key(&key));
    let reply = verified(&mut world.engine, &request, &key);
    assert_eq!(refusal(&reply).0, Failure::NOT_AUTHORIZED);
}

#[test]
fn a_stolen_laptops_signing_key_is_worth_nothing_after_recover() {
    let mut world = World::copy_of(1);
    let (id, mut laptop) = user(&mut world);
    world.clock.advance(13 * MONTH);
    recover(&mut world, id);
    let new = signing_key();
    let kur = CertRequest::new_signing(0, EMPTY, None, &new).unwrap();
    let kur = laptop.message(&world, Body::Kur(vec![kur]));
    let kur = laptop.sign(&kur);
    let (failure, words) = refused_signed(&mut world, &kur);
    assert_eq!(failure, Failure::SIGNER_NOT_TRUSTED);
    assert!(words.contains("may not be used here any more"), "{words}");
    let genm = laptop.message(&world, Body::Genm(Vec::new()));
    let genm = laptop.sign(&genm);
    assert_eq!(
        refused_signed(&mut world, &genm).0,
        Failure::SIGNER_NOT_TRUSTED
    );
}

#[test]
fn a_certificate_of_a_foreign_authority_with_the_same_address_is_nobodys() {
    let mut world = World::copy_of(1);
    let (_id, user) = user(&mut world);
    let now = world.clock.now();
    let own = Certificate::from_der(&user.certificates[0]).unwrap();
    let foreign_key = PrivateKey::generate(KeyKind::P256, &mut rand::rng()).unwrap();
    let root = x509::issue_root(
        &RootProfile {
            organization: "Example".to_owned(), // the same names as ours
            common_name: "Certificate Authority".to_owned(),
            serial: x509::serial(&mut rand::rng()),
            validity: Validity::of_root(now, 20),
        },
        &foreign_key,
    );
    let root = root.unwrap();
    let authority = Authority::new(&root, &foreign_key).unwrap();
    let key = signing_key();
    let forged = authority.issue_signing(
        &UserProfile {
            common_name: "Jörg Müller".to_owned(),
            address: MailName::new("joerg", "example.com"),
            serial: own.serial().try_into().unwrap(), // and the same serial number
            validity: Validity::of_user(now, authority.validity().unwrap()).unwrap(),
            crl_url: None,
            ca_issuers_url: None,
        },
        key.public(),
    );
    let mut thief = Program::new(ADDRESS);
    thief.signing = key;
    thief.certificates = vec![forged.unwrap(), root];
    let genm = thief.message(&world, Body::Genm(Vec::new()));
    let genm = thief.sign(&genm);
    let reply = send(&mut world.engine, &genm);
    assert_eq!(unprotected(&reply).0, Failure::SIGNER_NOT_TRUSTED);
}

/// A Name with one attribute.
fn name(kind: &[u8], text: &str) -> Vec<u8> {
    let wrap = |tag: u8, content: &[u8]| {
        let mut der = vec![tag, u8::try_from(content.len()).unwrap()];
        der.extend_from_slice(content);
        der
    };
    let pair = [wrap(0x06, kind), wrap(0x0c, text.as_bytes())].concat();
    wrap(0x30, &wrap(0x31, &wrap(0x30, &pair)))
}

#[test]
fn another_persons_subject_in_the_request_is_refused_and_the_users_own_is_not() {
    let mut world = World::copy_of(1);
    let (_id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    world.mailbox("Ada Boss", "boss@example.com");
    let mut program = Program::new(ADDRESS);
    let common_name: &[u8] = &[0x55, 4, 3];
    let email: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];
    let organization: &[u8] = &[0x55, 4, 10];
    for (kind, text, is_own) in [
        (common_name, "Ada Boss", false),
        (email, "boss@example.com", false),
        (organization, "Jörg Müller", false),
        (common_name, "Jörg Müller", true),
        (common_name, "JOERG@example.com", true),
        (email, "joerg@example.com", true),
    ] {
        let subject = name(kind, text);
        let request = CertRequest::new_signing(0, &subject, None, &program.signing).unwrap();
        let request = program.message(&world, Body::Ir(vec![request]));
        let request = program.write(&request, With::Key(&key));
        let reply = verified(&mut world.engine, &request, &key);
        if is_own {
            let issued = &certificates(&reply.message.body)[0].1;
            let issued = Certificate::from_der(issued).unwrap();
            assert_eq!(issued.subject(), "CN=Jörg Müller");
            assert_eq!(issued.addresses(), ["joerg@example.com"]);
        } else {
            assert_eq!(refusal(&reply).0, Failure::BAD_CERT_TEMPLATE, "{text}");
        }
    }
}

#[test]
fn an_archived_encryption_key_signs_no_request() {
    let mut world = World::copy_of(1);
    let id = world.mailbox("Jörg Müller", ADDRESS);
    let file = world.enabled(id);
    let read = kmadmin::crypto::pkcs12::read(&file.pkcs12, &file.password).unwrap();
    let entry = read.keys.into_iter().next().unwrap();
    let mut thief = Program::new(ADDRESS);
    thief.signing = entry.key;
    thief.certificates = vec![entry.certificate.unwrap()];
    let genm = thief.message(&world, Body::Genm(Vec::new()));
    let genm = thief.sign(&genm);
    let (failure, words) = refused_signed(&mut world, &genm);
    assert_eq!(failure, Failure::SIGNER_NOT_TRUSTED);
    assert!(words.contains("encryption certificate"), "{words}");
}

#[test]
fn an_archived_encryption_key_is_not_certified_for_signing() {
    let mut world = World::copy_of(1);
    let id = world.mailbox("Ada Boss", "boss@example.com");
    let file = world.enabled(id);
    let read = kmadmin::crypto::pkcs12::read(&file.pkcs12, &file.password).unwrap();
    let mut program = Program::new("boss@example.com");
    program.signing = read.keys.into_iter().next().unwrap().key;
    let key = recover(&mut world, id);
    let krr = program.message(&world, Body::Krr(program.both()));
    let krr = program.write(&krr, With::Key(&key));
    let reply = verified(&mut world.engine, &krr, &key);
    assert_eq!(refusal(&reply).0, Failure::BAD_CERT_TEMPLATE);
}

fn rr(world: &World, program: &mut Program, certificate: &[u8], reason: Option<u8>) -> Vec<u8> {
    let certificate = Certificate::from_der(certificate).unwrap();
    let request = RevocationRequest {
        issuer: certificate.issuer_der().to_vec(),
        serial: certificate.serial().to_vec(),
        reason,
        invalidity: None,
    };
    let message = program.message(world, Body::Rr(vec![request]));
    program.sign(&message)
}

#[test]
fn nobody_revokes_for_somebody_else() {
    let mut world = World::copy_of(1);
    let (id, mut program) = user(&mut world);
    let (_other, key) = enabled(&mut world, "Ada Boss", "boss@example.com");
    let mut boss = Program::new("boss@example.com");
    boss.set_up(&mut world, &key);
    let request = rr(&world, &mut boss, &program.certificates[0].clone(), Some(1));
    assert_eq!(refused_signed(&mut world, &request).0, Failure::BAD_CERT_ID);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Active);
    let own = program.certificates[0].clone();
    let request = rr(&world, &mut program, &own, Some(1));
    let reply = send(&mut world.engine, &request);
    assert!(matches!(reply.message.body, Body::Rp(_)), "{reply:?}");
    let security = world.engine.security(id).unwrap();
    assert!(security.signing.is_none() && security.encryption.is_some());
    let genm = program.message(&world, Body::Genm(Vec::new()));
    let genm = program.sign(&genm);
    assert_eq!(
        refused_signed(&mut world, &genm).0,
        Failure::SIGNER_NOT_TRUSTED
    );
}

#[test]
fn a_user_can_neither_hold_nor_take_back_a_revocation() {
    let mut world = World::copy_of(1);
    let (id, mut program) = user(&mut world);
    let own = program.certificates[1].clone();
    for code in [6, 7, 8, 11, 255] {
        let request = rr(&world, &mut program, &own, Some(code));
        assert_eq!(refused_signed(&mut world, &request).0, Failure::BAD_REQUEST);
    }
    assert!(world.engine.security(id).unwrap().encryption.is_some());
}

#[test]
fn a_renewal_is_refused_before_month_twelve_and_after_the_end() {
    let mut world = World::copy_of(1);
    let (id, mut program) = user(&mut world);
    let from = world.engine.security(id).unwrap().renewal_from.unwrap();
    let new = signing_key();
    let kur = |world: &World, program: &mut Program| {
        let request = CertRequest::new_signing(0, EMPTY, None, &new).unwrap();
        let message = program.message(world, Body::Kur(vec![request]));
        program.sign(&message)
    };
    let early = from.secs_since(world.clock.now()) - 1;
    world.clock.advance(early);
    let request = kur(&world, &mut program);
    let (failure, words) = refused_signed(&mut world, &request);
    assert_eq!(failure, Failure::BAD_REQUEST);
    assert!(words.contains(&from.rfc3339()), "{words}");
    world.clock.advance(1);
    let request = kur(&world, &mut program);
    let reply = send(&mut world.engine, &request);
    assert!(matches!(reply.message.body, Body::Kup(_)), "{reply:?}");
    world.clock.advance(7 * MONTH);
    let request = kur(&world, &mut program);
    assert_eq!(
        refused_signed(&mut world, &request).0,
        Failure::SIGNER_NOT_TRUSTED
    );
    assert_eq!(
        world.engine.security(id).unwrap().situation,
        Situation::Expired
    );
}

#[test]
fn a_renewal_is_signed_not_under_a_temporary_key() {
    let mut world = World::copy_of(1);
    let (_id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let kur = program.message(&world, Body::Kur(vec![program.signing_request()]));
    let kur = program.write(&kur, With::Key(&key));
    let reply = verified(&mut world.engine, &kur, &key);
    assert_eq!(refusal(&reply).0, Failure::WRONG_INTEGRITY);
}

#[test]
fn a_message_that_comes_again_gets_the_same_answer_and_changes_nothing() {
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let octets = program.write(&request, With::Key(&key));
    let first = world.engine.answer(&octets).reply;
    let rows = world.engine.audit_count().unwrap();
    for _ in 0..3 {
        assert_eq!(world.engine.answer(&octets).reply, first);
    }
    assert_eq!(world.engine.audit_count().unwrap(), rows);
    assert_eq!(world.engine.security(id).unwrap().certificates.len(), 2);
    // The same transaction with other content.
    let other = Message {
        body: Body::Ir(vec![program.signing_request()]),
        ..request
    };
    let octets = program.write(&other, With::Key(&key));
    let reply = verified(&mut world.engine, &octets, &key);
    assert_eq!(refusal(&reply).0, Failure::TRANSACTION_ID_IN_USE);
}

#[test]
fn a_confirmation_must_return_the_nonce_of_the_answer() {
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let octets = program.write(&request, With::Key(&key));
    let reply = verified(&mut world.engine, &octets, &key);
    let good = program.confirm_all(&world, &reply);
    let swapped = Header {
        recip_nonce: Some(request.header.sender_nonce.clone()),
        ..good.header.clone()
    };
    let absent = Header {
        recip_nonce: None,
        ..good.header.clone()
    };
    for header in [swapped, absent] {
        let wrong = Message {
            header,
            ..good.clone()
        };
        let octets = program.write(&wrong, With::Key(&key));
        let reply = verified(&mut world.engine, &octets, &key);
        assert_eq!(refusal(&reply).0, Failure::BAD_RECIPIENT_NONCE);
    }
    assert_eq!(world.engine.security(id).unwrap().situation, Situation::New);
}

#[test]
fn a_confirmation_of_another_certificate_is_refused() {
    let mut world = World::copy_of(1);
    let (_id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let octets = program.write(&request, With::Key(&key));
    let reply = verified(&mut world.engine, &octets, &key);
    let set = certificates(&reply.message.body);
    let crossed = [(0, &set[1].1), (1, &set[0].1)];
    let statuses = crossed.map(|(id, der)| CertStatus::for_certificate(der, id).unwrap());
    let wrong = program.last_word(&world, &reply, Body::CertConf(statuses.to_vec()));
    let octets = program.write(&wrong, With::Key(&key));
    let reply = verified(&mut world.engine, &octets, &key);
    assert_eq!(refusal(&reply).0, Failure::BAD_CERT_ID);
}

#[test]
fn a_key_that_another_has_is_not_certified_without_proof() {
    let mut world = World::copy_of(1);
    let (_id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let other = Program::new(ADDRESS);
    let mut request = program.signing_request();
    request.possession = other.signing_request().possession;
    let request = program.message(&world, Body::Ir(vec![request]));
    let request = program.write(&request, With::Key(&key));
    let reply = verified(&mut world.engine, &request, &key);
    assert_eq!(refusal(&reply).0, Failure::BAD_POP);
}

#[test]
fn only_the_current_certificate_is_renewed() {
    let mut world = World::copy_of(1);
    let (_id, mut program) = user(&mut world);
    world.clock.advance(13 * MONTH);
    let own = Certificate::from_der(&program.certificates[0]).unwrap();
    let other = CertId {
        issuer: own.issuer_der().to_vec(),
        serial: vec![1, 2, 3],
    };
    let request = CertRequest::new_signing(0, EMPTY, Some(other), &signing_key()).unwrap();
    let kur = program.message(&world, Body::Kur(vec![request]));
    let kur = program.sign(&kur);
    assert_eq!(refused_signed(&mut world, &kur).0, Failure::BAD_CERT_ID);
}

#[test]
fn a_message_of_another_day_is_refused_with_the_reason() {
    let mut world = World::copy_of(1);
    let (_id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    for days in [-31, 2] {
        let mut request = program.message(&world, Body::Ir(program.both()));
        request.header.time = Some(world.clock.now().plus_days(days));
        let request = write(&request, With::Key(&key), &mut program.rng);
        let (failure, words) = refusal(&verified(&mut world.engine, &request, &key));
        assert_eq!(failure, Failure::BAD_TIME);
        assert!(words.contains("Set the clock"), "{words}");
    }
}
