//! Setting up security with a temporary key, and getting keys back with one.

use super::*;
use crate::client::Unlock;
use crate::client::error::Error;
use crate::client::view::{Asks, Level, Need, Purpose, Sent, Stage};
use crate::mail::maildir;
use crate::mail::post_office::PostOffice;

#[test]
fn a_temporary_key_becomes_a_keyset_and_leaves_no_trace() {
    let mut world = World::new();
    let sloppy = world.secret.to_lowercase().replace('-', " ");
    let sent = world.client().set_up(&sloppy, &name("Anna")).unwrap();
    assert_eq!(sent, Sent::Answered);
    let reply = world.arrived();
    assert_eq!((reply.purpose, reply.asks), (Purpose::SetUp, Asks::Level));
    assert_eq!(reply.signing.addresses, [ADDRESS]);
    assert!(
        world.client().keysets().unwrap().is_empty(),
        "nothing is written yet"
    );
    let secret = password(PASSWORD);
    let finish = Finish::New(Protection::High(&secret));
    world.client().finish(&reply.id, finish).unwrap();
    world.ready();
    assert_eq!(world.seen(), ["ir", "certConf", "genm"]);
    let confirmed = &world.server().confirmed.clone()[0];
    assert!(confirmed[0].fits(&reply.signing.der) && confirmed[1].fits(&reply.encryption.der));
    let keysets = world.client().keysets().unwrap();
    assert_eq!(keysets[0].level, Level::High);
    assert_eq!(keysets[0].signing.as_ref().unwrap().der, reply.signing.der);
    let authority = world.client().authority().unwrap().unwrap();
    assert!(authority.trust_list_key.is_some());
    let called = world.client().settings().name.clone().unwrap();
    assert_eq!(called.as_str(), "Anna Berg", "as the certificate says");
    assert!(world.client().crl().unwrap().is_some());
    let typed = world.secret.clone();
    assert!(!is_in_files(&world.home(), typed.as_bytes()));
}

#[test]
fn an_open_keyset_signs_and_decrypts_with_its_own_keys() {
    let mut world = World::new();
    world.enrolled("Anna");
    let secret = password(PASSWORD);
    let keyset = world.client().keys(Unlock::Password(&secret)).unwrap();
    let (signing, decryption) = (
        keyset.signing().unwrap(),
        keyset.decryption().next().unwrap(),
    );
    assert!(signing.key.public().spki() == signing.certificate.spki());
    assert!(decryption.key.public().spki() == decryption.certificate.spki());
    assert!(signing.can_sign() && !signing.can_decrypt());
    assert!(decryption.can_decrypt() && !decryption.can_sign());
    assert_eq!(keyset.chain().len(), 1);
}

#[test]
fn a_lost_answer_is_asked_for_again_with_the_same_message() {
    let mut world = World::new();
    world.server().lost = 2;
    let secret = world.secret.clone();
    let sent = world.client().set_up(&secret, &name("Anna")).unwrap();
    assert!(matches!(sent, Sent::Unreachable(_)));
    world.reopen();
    let arrivals = world.client().receive().unwrap();
    assert!(matches!(arrivals.as_slice(), [Arrival::Unreachable { .. }]));
    world.arrived();
    let seen = world.server().seen.clone();
    assert!(seen.len() == 3 && seen[0] == seen[1] && seen[1] == seen[2]);
}

#[test]
fn the_keyset_is_on_the_disk_before_the_server_is_told() {
    let mut world = World::new();
    let reply = world.reply("Anna");
    world.server().lost = 1;
    let sent = world
        .client()
        .finish(&reply.id, Finish::New(Protection::Low));
    assert!(matches!(sent, Ok(Sent::Unreachable(_))));
    assert_eq!(world.client().keysets().unwrap().len(), 1);
    let requests = world.client().requests().unwrap();
    assert_eq!(requests[0].stage, Stage::Confirming);
    world.reopen();
    world.ready();
    assert_eq!(world.seen(), ["ir", "certConf", "certConf", "genm"]);
}

#[test]
fn the_program_may_end_after_every_step() {
    let mut world = World::new();
    let secret = world.secret.clone();
    world.client().set_up(&secret, &name("Anna")).unwrap();
    world.reopen();
    let reply = world.arrived();
    world.reopen();
    assert_eq!(world.client().receive().unwrap(), []);
    let again = world.client().reply(&reply.id).unwrap();
    assert_eq!(again, reply);
    world
        .client()
        .finish(&reply.id, Finish::New(Protection::Low))
        .unwrap();
    world.reopen();
    world.ready();
    world.reopen();
    assert!(world.client().keys(Unlock::Silent).is_ok());
    assert_eq!(world.seen(), ["ir", "certConf", "genm"]);
}

#[test]
fn a_keyset_written_just_before_the_program_ended_is_confirmed_later() {
    let mut world = World::new();
    let reply = world.reply("Anna");
    let file = world
        .home()
        .join(format!("requests/{}.request", reply.id.as_str()));
    let before = fs::read(&file).unwrap();
    world.server().lost = 1;
    world
        .client()
        .finish(&reply.id, Finish::New(Protection::Low))
        .unwrap();
    fs::write(&file, before).unwrap(); // as if it had ended before it noted what it had done
    world.reopen();
    let reply = world.client().reply(&reply.id).unwrap();
    assert_eq!(reply.asks, Asks::Keyset(Need::Nothing));
    let finish = Finish::Existing(Unlock::Silent);
    world.client().finish(&reply.id, finish).unwrap();
    world.ready();
    let keyset = world.client().keys(Unlock::Silent).unwrap();
    assert_eq!(keyset.certificates().count(), 2, "each key once");
}

#[test]
fn a_post_office_that_is_not_there_is_not_made() {
    let mut world = World::new();
    let mut settings = world.client().settings().clone();
    settings.server = Some(Server::PostOffice(world.folder.join("mistyped")));
    world.client().set_settings(settings).unwrap();
    let secret = world.secret.clone();
    let sent = world.client().set_up(&secret, &name("Anna")).unwrap();
    assert!(matches!(sent, Sent::Unreachable(_)));
    assert!(!world.folder.join("mistyped").exists());
}

#[test]
fn a_double_click_opens_the_reply_and_says_what_is_no_reply() {
    let mut world = World::new();
    let secret = world.secret.clone();
    world.client().set_up(&secret, &name("Anna")).unwrap();
    let delivered = world.client().delivered().unwrap();
    let reply = world.client().open_reply(&delivered[0].message).unwrap();
    assert_eq!(reply.asks, Asks::Level);
    let again = world.client().open_reply(&delivered[0].message).unwrap();
    assert_eq!(again, reply);
    world
        .client()
        .finish(&reply.id, Finish::New(Protection::Low))
        .unwrap();
    world.ready();
    let late = world.client().open_reply(&delivered[0].message);
    assert!(matches!(late, Err(Error::NoSuchRequest)));
}

#[test]
fn recovered_keys_come_in_the_same_way_without_a_word() {
    let mut world = World::new();
    for _ in 0..2 {
        world.server().archive();
        world.pass(6);
    }
    let reply = world.reply("Anna");
    assert_eq!((reply.asks, reply.older), (Asks::Level, 1));
    world
        .client()
        .finish(&reply.id, Finish::New(Protection::Low))
        .unwrap();
    world.ready();
    assert_eq!(world.seen(), ["ir", "krr", "certConf", "genm"]);
    let keyset = world.client().keys(Unlock::Silent).unwrap();
    let archived: Vec<Vec<u8>> = {
        let server = world.server();
        server.archived.iter().map(|(_, der)| der.clone()).collect()
    };
    let held: Vec<_> = keyset
        .decryption()
        .map(|held| held.certificate.der())
        .collect();
    assert_eq!(held, [&archived[1], &archived[0]], "the newest first");
}

/// Q199760: the old keyset asks for its password; without it nobody is re-enrolled, and nothing is
/// lost; another keyset name is the way out.
#[test]
fn q199760_re_enrolling_asks_for_the_old_password_and_a_new_name_is_the_way_out() {
    let mut world = World::new();
    world.enrolled("Anna");
    let old = world.client().keysets().unwrap();
    world.server().archive();
    world.secret = TemporaryKey::random(&mut StdRng::seed_from_u64(77))
        .expose()
        .to_owned();
    world.server().secret = world.secret.clone();

    let reply = world.reply("Anna");
    assert_eq!(reply.asks, Asks::Keyset(Need::Password));
    let wrong = password("not the password");
    for unlock in [Unlock::Silent, Unlock::Consent] {
        let refused = world.client().finish(&reply.id, Finish::Existing(unlock));
        assert!(matches!(refused, Err(Error::PasswordNeeded(_))));
    }
    let refused = world
        .client()
        .finish(&reply.id, Finish::Existing(Unlock::Password(&wrong)));
    assert!(matches!(refused, Err(Error::WrongPassword)));
    let fresh = password(OTHER_PASSWORD);
    let refused = world
        .client()
        .finish(&reply.id, Finish::New(Protection::High(&fresh)));
    assert!(matches!(refused, Err(Error::KeysetExists(_))));
    assert_eq!(world.client().keysets().unwrap(), old);
    let right = password(PASSWORD);
    assert!(
        world.client().keys(Unlock::Password(&right)).is_ok(),
        "it opens as before"
    );
    assert!(
        world.server().confirmed.len() == 1,
        "the temporary key is still good"
    );

    let secret = world.secret.clone();
    world.reopen();
    world.client().set_up(&secret, &name("Anna 2")).unwrap();
    let reply = world.client().reply(&reply.id).unwrap();
    assert_eq!((reply.keyset.as_str(), reply.asks), ("Anna 2", Asks::Level));
    let finish = Finish::New(Protection::High(&fresh));
    world.client().finish(&reply.id, finish).unwrap();
    world.ready();
    let keyset = world.client().keys(Unlock::Password(&fresh)).unwrap();
    assert_eq!(
        keyset.decryption().count(),
        1,
        "all keys that the server has"
    );
    assert_eq!(world.client().keysets().unwrap().len(), 2);
}

#[test]
fn re_enrolling_into_a_keyset_keeps_its_old_keys() {
    let mut world = World::new();
    world.enrolled("Anna");
    let right = password(PASSWORD);
    let before = world.client().keysets().unwrap().remove(0);
    world.pass(1);
    world.secret = TemporaryKey::random(&mut StdRng::seed_from_u64(78))
        .expose()
        .to_owned();
    world.server().secret = world.secret.clone();
    let reply = world.reply("Anna");
    let finish = Finish::Existing(Unlock::Password(&right));
    world.client().finish(&reply.id, finish).unwrap();
    world.ready();
    let after = world.client().keysets().unwrap().remove(0);
    assert_eq!(after.signing.unwrap().der, reply.signing.der);
    assert_eq!(after.encryption.unwrap().der, reply.encryption.der);
    assert_eq!(after.older, [before.encryption.unwrap()]);
    let keyset = world.client().keys(Unlock::Password(&right)).unwrap();
    assert_eq!(keyset.decryption().count(), 2);
}

#[test]
fn by_mail_the_request_lies_in_the_servers_box_and_the_reply_in_ones_own() {
    let mut world = World::new();
    let office = world.folder.join("post-office");
    fs::create_dir(&office).unwrap();
    let mut settings = world.client().settings().clone();
    settings.server = Some(Server::PostOffice(office.clone()));
    world.client().set_settings(settings).unwrap();
    let secret = world.secret.clone();
    let sent = world.client().set_up(&secret, &name("Anna")).unwrap();
    assert_eq!(sent, Sent::Waiting);
    assert_eq!(world.client().receive().unwrap(), []);
    serve(&world, &office);
    let reply = world.arrived();
    world
        .client()
        .finish(&reply.id, Finish::New(Protection::Low))
        .unwrap();
    serve(&world, &office);
    let arrivals = world.client().receive().unwrap();
    assert!(
        matches!(arrivals.as_slice(), [Arrival::Ready { .. }]),
        "{arrivals:?}"
    );
    serve(&world, &office);
    let arrivals = world.client().receive().unwrap();
    assert_eq!(arrivals, [Arrival::Fetched]);
    assert_eq!(world.client().requests().unwrap(), []);
    let inbox = world.client().inbox().unwrap();
    assert_eq!(
        maildir::list(&inbox).unwrap().len(),
        1,
        "the reply alone stays to be seen"
    );
}

/// The server empties its box and answers into the user's.
fn serve(world: &World, office: &Path) {
    let office = PostOffice::open(office);
    let address = MailAddress::parse(ADDRESS).unwrap();
    for entry in maildir::list(&office.server()).unwrap() {
        let mail = maildir::read(&entry).unwrap();
        let request = crate::client::post::cmp_in(&mail).unwrap();
        let answer = world.server().answer(&request);
        let envelope = crate::mail::compose::Envelope {
            from: crate::mail::post_office::SENDER,
            to: &[],
            cc: &[],
            subject: "Reply",
            at: world.clock.now(),
            unique: "reply",
            in_reply_to: None,
        };
        let mail = crate::mail::compose::cmp(&envelope, &answer);
        let folder = maildir::folder_of(address.key().as_str());
        let name = format!("1.{}", world.server().seen.len());
        maildir::deliver(office.folder(), &folder, &name, &mail).unwrap();
        maildir::remove(&entry).unwrap();
    }
}

#[test]
fn what_an_interrupted_write_left_is_wiped() {
    let mut world = World::new();
    for folder in ["requests", "keysets"] {
        let part = world.home().join(folder).join("half.request.part");
        fs::write(&part, b"signing 308187").unwrap();
        world.reopen();
        assert!(!part.exists(), "{folder}");
    }
}

#[test]
fn what_is_under_way_follows_the_server_that_is_set() {
    let mut world = World::new();
    let settings = world.client().settings().clone();
    let (mistyped, right) = (world.home().join("mistyped"), world.home().join("right"));
    fs::create_dir(&right).unwrap();
    let with = |folder: &Path| Settings {
        server: Some(Server::PostOffice(folder.to_owned())),
        ..settings.clone()
    };
    world.client().set_settings(with(&mistyped)).unwrap();
    let secret = world.secret.clone();
    let sent = world.client().set_up(&secret, &name("Anna")).unwrap();
    assert!(matches!(sent, Sent::Unreachable(_)), "{sent:?}");
    world.client().set_settings(with(&right)).unwrap();
    world.client().send_again().unwrap();
    let server = PostOffice::open(&right).server();
    assert_eq!(maildir::list(&server).unwrap().len(), 1);
}
