//! Lost keys come back, certificates are renewed, and a stop between any two steps loses nothing.

use kmadmin::crypto::certificate::Certificate;
use kmadmin::crypto::keypair::{PrivateKey, PublicKey};
use kmadmin::domain::mailbox::MailboxId;
use kmadmin::domain::state::Situation;
use kmadmin::protocol::key_package;
use kmadmin::protocol::message::{Body, Certified, Failure, InfoKind, KeyRecovery};
use kmadmin::protocol::read::Received;

use crate::answer_program::{
    ADDRESS, Program, With, certificates, enabled, recover, refusal, rsa, send, signing_key,
    verified, write,
};
use crate::support::World;

const MONTH: i64 = 31 * 86_400;

fn user(world: &mut World) -> (MailboxId, Program) {
    let (id, key) = enabled(world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    program.set_up(world, &key);
    (id, program)
}

/// Asks for the recovered keys under `key`.
fn krr(world: &mut World, program: &mut Program, key: &str) -> Received {
    let message = program.message(world, Body::Krr(program.both()));
    let octets = program.write(&message, With::Key(key));
    verified(&mut world.engine, &octets, key)
}

fn recovered(reply: &Received) -> &KeyRecovery {
    let Body::Krp(recovery) = &reply.message.body else {
        unreachable!("no keys: {:?}", reply.message.body);
    };
    recovery
}

/// Opens a key that came along, which must belong to its certificate.
fn opened(program: &Program, reply: &Received, certified: &Certified) -> PrivateKey {
    let signer = Certificate::from_der(&reply.message.extra_certs[0]).unwrap();
    let signer = PublicKey::from_spki(signer.spki()).unwrap();
    let packed = certified.private_key.as_ref().unwrap();
    let key = key_package::open_key(packed, &program.transport, &signer).unwrap();
    let certificate = Certificate::from_der(&certified.certificate).unwrap();
    assert_eq!(key.public().spki(), certificate.spki());
    key
}

#[test]
fn the_key_that_comes_with_the_certificate_opens_with_the_programs_own() {
    let mut world = World::copy_of(1);
    let (_id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let octets = program.write(&request, With::Key(&key));
    let reply = verified(&mut world.engine, &octets, &key);
    let Body::Ip(ip) = &reply.message.body else {
        unreachable!("no ip");
    };
    assert!(
        ip.responses[0]
            .certified
            .as_ref()
            .unwrap()
            .private_key
            .is_none()
    );
    opened(
        &program,
        &reply,
        ip.responses[1].certified.as_ref().unwrap(),
    );
}

#[test]
fn a_first_request_of_a_recovering_user_is_sent_on_and_uses_nothing_up() {
    let mut world = World::copy_of(1);
    let (id, _old) = user(&mut world);
    let key = recover(&mut world, id);
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let octets = program.write(&request, With::Key(&key));
    let reply = verified(&mut world.engine, &octets, &key);
    let (_failure, words) = refusal(&reply);
    assert!(words.contains("key recovery"), "{words}");
    let info = &reply.message.header.general_info;
    assert!(
        info.iter()
            .any(|item| item.kind == InfoKind::GO_TO_KEY_RECOVERY)
    );
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.used_since, None);
    assert_eq!(security.situation, Situation::Recover);
    let reply = krr(&mut world, &mut program, &key);
    assert_eq!(recovered(&reply).history.len(), 1);
}

#[test]
fn every_key_ever_comes_back_with_its_certificate_and_is_gone_from_here_when_confirmed() {
    let mut world = World::copy_of(1);
    let (id, mut program) = user(&mut world);
    let first = Certificate::from_der(&program.certificates[1]).unwrap();
    world.clock.advance(13 * MONTH);
    renew(&mut world, &mut program);
    let key = recover(&mut world, id);
    let mut new = Program::new(ADDRESS);
    new.transport = rsa(1);
    let reply = krr(&mut world, &mut new, &key);
    let history = &recovered(&reply).history;
    assert_eq!(history.len(), 2);
    for certified in history {
        opened(&new, &reply, certified);
    }
    assert_eq!(history[0].certificate, first.der());
    assert_eq!(
        history[1].certificate, program.certificates[1],
        "the current one is last"
    );
    let again = krr(&mut world, &mut new, &key);
    let certificate = |reply| recovered(reply).signing_certificate.clone().unwrap();
    assert_eq!(certificate(&reply), certificate(&again));
    let confirmation = new.confirm(&world, &again, &[(0, &certificate(&again))]);
    let octets = new.write(&confirmation, With::Key(&key));
    let done = verified(&mut world.engine, &octets, &key);
    assert_eq!(done.message.body, Body::PkiConf);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Active);
    assert_eq!((security.waiting_keys, security.pick_up_until), (0, None));
    assert_eq!(security.temporary_key_expires, None);
    let current = security.encryption.unwrap();
    assert_eq!(
        current.der(),
        program.certificates[1],
        "which stays the current one"
    );
}

#[test]
fn recovered_keys_come_with_a_new_current_one_if_the_old_one_has_run_out() {
    let mut world = World::copy_of(1);
    let (id, program) = user(&mut world);
    world.clock.advance(19 * MONTH);
    let key = recover(&mut world, id);
    let mut new = Program::new(ADDRESS);
    let reply = krr(&mut world, &mut new, &key);
    let history = &recovered(&reply).history;
    assert_eq!(history.len(), 2);
    assert_eq!(history[0].certificate, program.certificates[1]);
    let fresh = history[1].certificate.clone();
    let signing = recovered(&reply).signing_certificate.clone().unwrap();
    let confirmation = new.confirm(&world, &reply, &[(0, &signing)]);
    let octets = new.write(&confirmation, With::Key(&key));
    verified(&mut world.engine, &octets, &key);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Active);
    assert_eq!(security.encryption.unwrap().der(), fresh);
    assert_eq!(security.archived_keys, 2);
}

/// Renews with new keys and confirms under the old one.
fn renew(world: &mut World, program: &mut Program) {
    let old = (
        std::mem::replace(&mut program.signing, signing_key()),
        program.certificates[0].clone(),
    );
    let request = program.message(world, Body::Kur(program.both()));
    let with = With::Signature(&old.0, &old.1);
    let octets = write(&request, with, &mut program.rng);
    let reply = send(&mut world.engine, &octets);
    let confirmation = program.confirm_all(world, &reply);
    let octets = write(&confirmation, with, &mut program.rng);
    assert_eq!(send(&mut world.engine, &octets).message.body, Body::PkiConf);
    program.keep(&reply);
}

#[test]
fn until_the_renewal_is_confirmed_the_old_key_counts_as_well_as_the_new_one() {
    let mut world = World::copy_of(1);
    let (id, mut program) = user(&mut world);
    world.clock.advance(13 * MONTH);
    let old_key = std::mem::replace(&mut program.signing, signing_key());
    let old = program.certificates.clone();
    let request = program.message(&world, Body::Kur(program.both()));
    let octets = write(
        &request,
        With::Signature(&old_key, &old[0]),
        &mut program.rng,
    );
    let reply = send(&mut world.engine, &octets);
    program.keep(&reply);
    let may_ask = |world: &mut World, program: &mut Program, key: &PrivateKey, der: &[u8]| {
        let genm = program.message(world, Body::Genm(Vec::new()));
        let octets = write(&genm, With::Signature(key, der), &mut program.rng);
        matches!(send(&mut world.engine, &octets).message.body, Body::Genp(_))
    };
    assert!(may_ask(&mut world, &mut program, &old_key, &old[0]));
    let new = (
        program.signing.pkcs8().expose().to_vec(),
        program.certificates[0].clone(),
    );
    let new_key = PrivateKey::from_pkcs8(kmadmin::domain::secret::SecretBytes::new(new.0)).unwrap();
    assert!(may_ask(&mut world, &mut program, &new_key, &new.1));
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.signing.unwrap().der(), old[0]);
    let confirmation = program.confirm_all(&world, &reply);
    let octets = program.sign(&confirmation); // by the new one
    assert_eq!(send(&mut world.engine, &octets).message.body, Body::PkiConf);
    assert!(!may_ask(&mut world, &mut program, &old_key, &old[0]));
    assert!(may_ask(&mut world, &mut program, &new_key, &new.1));
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.signing.unwrap().der(), program.certificates[0]);
    assert_eq!(security.encryption.unwrap().der(), program.certificates[1]);
    assert_eq!((security.archived_keys, security.waiting_keys), (2, 0));
}

#[test]
fn a_renewal_begun_again_with_other_keys_leaves_one_new_pair() {
    let mut world = World::copy_of(1);
    let (id, mut program) = user(&mut world);
    world.clock.advance(13 * MONTH);
    let old_key = std::mem::replace(&mut program.signing, signing_key());
    let old = program.certificates[0].clone();
    for transport in [0, 1, 2] {
        program.signing = signing_key();
        program.transport = rsa(transport);
        let request = program.message(&world, Body::Kur(program.both()));
        let octets = write(&request, With::Signature(&old_key, &old), &mut program.rng);
        let reply = send(&mut world.engine, &octets);
        let Body::Kup(kup) = &reply.message.body else {
            unreachable!("{reply:?}");
        };
        opened(
            &program,
            &reply,
            kup.responses[1].certified.as_ref().unwrap(),
        );
        program.keep(&reply);
        if transport == 2 {
            let confirmation = program.confirm_all(&world, &reply);
            let octets = program.sign(&confirmation);
            assert_eq!(send(&mut world.engine, &octets).message.body, Body::PkiConf);
        }
    }
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.archived_keys, 2);
    assert_eq!(security.signing.unwrap().der(), program.certificates[0]);
}

/// What is to be the same at the end, whatever went wrong on the way.
fn end_state(world: &mut World, id: MailboxId) -> (Situation, usize, usize, usize, bool, bool) {
    let security = world.engine.security(id).unwrap();
    (
        security.situation,
        security.certificates.len(),
        security.archived_keys,
        security.waiting_keys,
        security.signing.is_some() && security.encryption.is_some(),
        security.is_unconfirmed,
    )
}

/// Where the disturbance comes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Stopped {
    Nowhere,
    /// The answer is lost and the server starts again; the program sends the same octets.
    AfterAnswer,
    /// The same, and the program begins a new transaction with the same keys.
    AfterAnswerNewTransaction,
    /// The answer to the confirmation is lost; the program sends it again.
    AfterConfirmation,
    /// Everything at once.
    Everywhere,
}

#[test]
fn a_stop_between_any_two_steps_leaves_the_same_end() {
    use Stopped::{AfterAnswer, AfterAnswerNewTransaction, AfterConfirmation, Everywhere, Nowhere};
    let mut ends = Vec::new();
    for stopped in [
        Nowhere,
        AfterAnswer,
        AfterAnswerNewTransaction,
        AfterConfirmation,
        Everywhere,
    ] {
        let mut world = World::copy_of(1);
        let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
        let mut program = Program::new(ADDRESS);
        let request = program.message(&world, Body::Ir(program.both()));
        let octets = program.write(&request, With::Key(&key));
        let mut reply = verified(&mut world.engine, &octets, &key);
        if matches!(stopped, AfterAnswer | Everywhere) {
            world.engine = world.open_again().unwrap();
            let again = verified(&mut world.engine, &octets, &key);
            assert_eq!(again.message, reply.message);
        }
        if matches!(stopped, AfterAnswerNewTransaction | Everywhere) {
            world.engine = world.open_again().unwrap();
            let request = program.message(&world, Body::Ir(program.both()));
            let octets = program.write(&request, With::Key(&key));
            let again = verified(&mut world.engine, &octets, &key);
            let set = |reply: &Received| certificates(&reply.message.body);
            assert_eq!(set(&again), set(&reply));
            reply = again;
        }
        let confirmation = program.confirm_all(&world, &reply);
        let octets = program.write(&confirmation, With::Key(&key));
        let done = verified(&mut world.engine, &octets, &key);
        if matches!(stopped, AfterConfirmation | Everywhere) {
            world.engine = world.open_again().unwrap();
            let again = verified(&mut world.engine, &octets, &key);
            assert_eq!(again.message, done.message);
        }
        ends.push(end_state(&mut world, id));
    }
    assert_eq!(ends[0], (Situation::Active, 2, 1, 0, true, false));
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
}

#[test]
fn a_renewal_whose_confirmation_took_weeks_is_still_taken() {
    let mut world = World::copy_of(1);
    let (id, mut program) = user(&mut world);
    world.clock.advance(13 * MONTH);
    let old_key = std::mem::replace(&mut program.signing, signing_key());
    let old = program.certificates[0].clone();
    let request = program.message(&world, Body::Kur(program.both()));
    let octets = write(&request, With::Signature(&old_key, &old), &mut program.rng);
    let reply = send(&mut world.engine, &octets);
    program.keep(&reply);
    world.clock.advance(20 * 86_400);
    world.engine.tick().unwrap();
    assert_eq!(
        world.engine.security(id).unwrap().waiting_keys,
        0,
        "the copy is gone"
    );
    let confirmation = program.confirm_all(&world, &reply);
    let octets = program.sign(&confirmation);
    assert_eq!(send(&mut world.engine, &octets).message.body, Body::PkiConf);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.signing.unwrap().der(), program.certificates[0]);
}

#[test]
fn a_renewal_that_was_begun_dies_with_a_recovery() {
    let mut world = World::copy_of(1);
    let (id, mut program) = user(&mut world);
    world.clock.advance(13 * MONTH);
    let old_key = std::mem::replace(&mut program.signing, signing_key());
    let old = program.certificates[0].clone();
    let request = program.message(&world, Body::Kur(program.both()));
    let with = With::Signature(&old_key, &old);
    let octets = write(&request, with, &mut program.rng);
    let reply = send(&mut world.engine, &octets);
    program.keep(&reply);
    recover(&mut world, id);
    let confirmation = program.confirm_all(&world, &reply);
    let by_old = write(&confirmation, with, &mut program.rng);
    let by_new = program.sign(&confirmation);
    for octets in [by_old, by_new] {
        let reply = send(&mut world.engine, &octets);
        assert_eq!(refusal(&reply).0, Failure::SIGNER_NOT_TRUSTED);
    }
    let security = world.engine.security(id).unwrap();
    assert!(security.signing.is_none() && !security.is_unconfirmed);
}

#[test]
fn a_temporary_key_that_died_takes_the_unconfirmed_certificates_along() {
    let mut world = World::copy_of(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let octets = program.write(&request, With::Key(&key));
    let reply = verified(&mut world.engine, &octets, &key);
    world.clock.advance(15 * 86_400);
    world.engine.tick().unwrap();
    let security = world.engine.security(id).unwrap();
    assert_eq!((security.waiting_keys, security.is_unconfirmed), (0, false));
    let confirmation = program.confirm_all(&world, &reply);
    let octets = program.write(&confirmation, With::Key(&key));
    let refused = send(&mut world.engine, &octets);
    assert_eq!(refusal(&refused).0, Failure::BAD_MESSAGE_CHECK);
}
