//! Messages by mail, and the mail that carries a temporary key.

use std::fs;
use std::path::PathBuf;

use kmadmin::domain::address::MailAddress;
use kmadmin::domain::state::Situation;
use kmadmin::domain::time::Clock as _;
use kmadmin::engine::answer::Taken;
use kmadmin::engine::session::Remember;
use kmadmin::mail::compose::{self, Envelope};
use kmadmin::mail::entity::Entity;
use kmadmin::mail::post_office::{PostOffice, SERVER as DROP_BOX};
use kmadmin::mail::{maildir, message};
use kmadmin::protocol::message::Body;
use kmadmin::protocol::read;

use crate::answer_program::{ADDRESS, Program, With, enabled};
use crate::support::{NAMES, World, credential};

fn office(world: &mut World) -> PostOffice {
    PostOffice::open(&world.engine.settings().unwrap().post_office)
}

/// Delivers a message to the KM server.
fn post(world: &mut World, name: &str, octets: &[u8]) {
    let office = office(world);
    let to = [("Security Authority".to_owned(), DROP_BOX.to_owned())];
    let mail = compose::cmp(
        &Envelope {
            from: ("Jörg Müller", ADDRESS),
            to: &to,
            cc: &[],
            subject: "Request",
            at: world.clock.now(),
            unique: name,
            in_reply_to: None,
        },
        octets,
    );
    maildir::deliver(office.folder(), DROP_BOX, name, &mail).unwrap();
}

/// The CMP messages in the user's Maildir.
fn replies(world: &mut World) -> Vec<Vec<u8>> {
    let found = mails(world).into_iter().filter_map(|mail| {
        let Entity::Cmp(octets) = message::read(&mail).unwrap().entity else {
            return None;
        };
        Some(octets)
    });
    found.collect()
}

fn user_folder(world: &mut World) -> PathBuf {
    office(world).user(&MailAddress::parse(ADDRESS).unwrap())
}

fn mails(world: &mut World) -> Vec<Vec<u8>> {
    let entries = maildir::list(&user_folder(world)).unwrap();
    entries
        .iter()
        .map(|entry| maildir::read(entry).unwrap())
        .collect()
}

#[test]
fn a_request_by_mail_is_answered_by_mail_once_however_often_it_is_read() {
    let mut world = World::new(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let mut program = Program::new(ADDRESS);
    let request = program.message(&world, Body::Ir(program.both()));
    let octets = program.write(&request, With::Key(&key));
    post(&mut world, "1.a.test", &octets);
    let taken = world.engine.take_mail().unwrap();
    let one = Taken {
        answered: 1,
        ..Taken::default()
    };
    assert_eq!(taken, one);
    assert_eq!(world.engine.take_mail().unwrap(), Taken::default());
    // As after a crash before the mail was removed: it is there again.
    post(&mut world, "2.a.test", &octets);
    assert_eq!(world.engine.take_mail().unwrap(), one);
    let found = replies(&mut world);
    assert_eq!(found.len(), 1);
    let reply = read::read(&found[0]).unwrap();
    assert!(reply.verify_mac(key.as_bytes()).is_ok());
    let confirmation = program.confirm_all(&world, &reply);
    let octets = program.write(&confirmation, With::Key(&key));
    post(&mut world, "3.a.test", &octets);
    world.engine.take_mail().unwrap();
    assert_eq!(replies(&mut world).len(), 2);
    let security = world.engine.security(id).unwrap();
    assert_eq!(security.situation, Situation::Active);
    let all = mails(&mut world);
    let told = |subject: &str| {
        let has = |mail: &&Vec<u8>| message::read(mail).unwrap().subject == subject;
        all.iter().filter(has).count()
    };
    assert_eq!(told("Your temporary key was used"), 1);
    assert_eq!(told("Advanced security is set up"), 1);
}

#[test]
fn what_is_no_message_is_taken_away_and_wrong_keys_fill_no_mailbox() {
    let mut world = World::new(1);
    let (_id, _key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let folder = office(&mut world).folder().to_owned();
    maildir::deliver(
        &folder,
        DROP_BOX,
        "1.x.test",
        b"Subject: hello\r\n\r\nhello\r\n",
    )
    .unwrap();
    maildir::deliver(&folder, DROP_BOX, "2.x.test", b"").unwrap();
    post(&mut world, "3.x.test", b"not DER");
    let large = office(&mut world).server().join("new/0.x.test");
    let large = fs::File::create(large).unwrap();
    large.set_len(1 << 27).unwrap(); // twice as long as the longest mail
    for number in 0..10 {
        let mut thief = Program::new(ADDRESS);
        let request = thief.message(&world, Body::Ir(thief.both()));
        let octets = thief.write(&request, With::Key("0000-1111-2222-3333"));
        post(&mut world, &format!("4.{number}.test"), &octets);
    }
    let taken = world.engine.take_mail().unwrap();
    assert_eq!((taken.answered, taken.others, taken.failed), (11, 3, 0));
    assert_eq!(replies(&mut world).len(), 4, "tries 1, 2, 4 and 8");
    let left = maildir::list(&office(&mut world).server()).unwrap();
    assert!(
        left.is_empty(),
        "what is too long is not read again and again"
    );
}

#[test]
fn mails_without_a_message_hold_up_the_other_work_no_longer_than_messages_do() {
    let mut world = World::new(1);
    let folder = office(&mut world).folder().to_owned();
    for number in 0..150 {
        let name = format!("{number}.x.test");
        maildir::deliver(&folder, DROP_BOX, &name, b"Subject: hello\r\n\r\nhello\r\n").unwrap();
    }
    for others in [100, 50, 0] {
        assert_eq!(world.engine.take_mail().unwrap().others, others);
    }
}

#[test]
fn mail_that_nobody_can_deliver_keeps_no_other_mail_back() {
    let mut world = World::new(1);
    let (_id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let own = user_folder(&mut world);
    fs::remove_dir_all(&own).unwrap();
    fs::write(&own, b"not a folder").unwrap();
    let mut program = Program::new(ADDRESS);
    for number in 0..101 {
        let question = program.message(&world, Body::Genm(Vec::new()));
        let octets = program.write(&question, With::Key(&key));
        post(&mut world, &format!("{number}.x.test"), &octets);
    }
    for _ in 0..2 {
        world.engine.take_mail().unwrap();
    }
    enabled(&mut world, "Ada Boss", "boss@example.com");
    let boss = MailAddress::parse("boss@example.com").unwrap();
    let told = maildir::list(&office(&mut world).user(&boss)).unwrap();
    assert_eq!(told.len(), 1);
}

#[test]
fn the_mail_with_the_temporary_key_goes_when_it_is_asked_for_and_is_gone_when_the_key_is_spent() {
    let mut world = World::new(1);
    let (id, key) = enabled(&mut world, "Jörg Müller", ADDRESS);
    let has_key = |world: &mut World| {
        let key = key.clone();
        let all = mails(world);
        all.iter()
            .any(|mail| String::from_utf8_lossy(mail).contains(&key))
    };
    assert!(!has_key(&mut world), "it is off by default");
    let ada = credential(NAMES[0]);
    let mut session = world.engine.open_session(&ada, Remember::No).unwrap();
    for _ in 0..2 {
        world.engine.send_temporary_key(&mut session, id).unwrap();
    }
    assert!(has_key(&mut world));
    // Looked at: moved from new to cur, as mail programs do.
    let folder = user_folder(&mut world);
    for entry in maildir::list(&folder).unwrap() {
        maildir::mark_seen(&entry).unwrap();
    }
    assert!(has_key(&mut world));
    Program::new(ADDRESS).set_up(&mut world, &key);
    assert!(!has_key(&mut world));
    let raw = fs::read(world.file()).unwrap();
    let text = String::from_utf8_lossy(&raw).into_owned();
    assert!(!text.contains(&key));
    assert!(world.engine.send_temporary_key(&mut session, id).is_err());
}
