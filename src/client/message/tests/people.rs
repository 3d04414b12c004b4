//! Two people write to each other.

use super::*;

#[test]
fn a_signed_and_encrypted_message_arrives_and_everything_is_in_order() {
    let world = World::new();
    let (mut anna, mut ben) = (world.person("Anna", ANNA), world.person("Ben", BEN));
    let posted = anna
        .send(&draft(&[BEN], true, true), Unlock::Silent)
        .unwrap();
    assert_eq!(posted.cipher, Some("AES-256-CBC"));

    let row = ben.messages().unwrap().remove(0);
    assert_eq!(
        (row.from.as_str(), row.subject.as_str(), row.is_seen),
        ("Anna", "Figures", false)
    );
    let opened = open_newest(&mut ben);
    assert_eq!(opened.text, "The figures are good.\n");
    assert_eq!(opened.files[0].name, "figures.csv");
    assert_eq!(opened.verdict.mark, Mark::Good, "{:#?}", opened.verdict);
    assert!(opened.verdict.signed && opened.verdict.encrypted);
    assert!(ben.messages().unwrap()[0].is_seen);

    let sent = anna.inbox().unwrap().join(".Sent");
    let copy = read(&mut anna, &only_file(&sent));
    assert_eq!(copy.text, opened.text);
    assert!(anna.messages().unwrap().is_empty());
}

#[test]
fn who_said_that_gcm_can_be_read_gets_it() {
    let world = World::new();
    let (mut anna, mut ben) = (world.person("Anna", ANNA), world.person("Ben", BEN));
    ben.send(&draft(&[ANNA], true, false), Unlock::Silent)
        .unwrap();
    open_newest(&mut anna);
    let posted = anna
        .send(&draft(&[BEN], false, true), Unlock::Silent)
        .unwrap();
    assert_eq!(posted.cipher, Some("AES-256-GCM"));
    let opened = open_newest(&mut ben);
    assert_marks(
        &opened.verdict,
        &[("Encryption", Mark::Good), ("Signature", Mark::None)],
    );
    assert_eq!(opened.text, "The figures are good.\n");
}

#[test]
fn nothing_is_sent_when_somebody_can_not_be_encrypted_to() {
    let world = World::new();
    let (mut anna, mut ben) = (world.person("Anna", ANNA), world.person("Ben", BEN));
    let mut carl = world.stranger("Carl", "carl@fabrikam.com");
    let to = [BEN, "carl@fabrikam.com"];
    let refused = anna.send(&draft(&to, true, true), Unlock::Silent);
    assert!(
        matches!(refused, Err(Error::NoCertificate(missing)) if missing == ["carl@fabrikam.com"])
    );
    assert!(ben.messages().unwrap().is_empty() && carl.messages().unwrap().is_empty());
    let checks = anna.check_recipients(&to.map(address)).unwrap();
    assert!(checks[0].certificate.is_some() && checks[1].certificate.is_none());
    assert!(checks[1].problem.is_some());

    anna.send(&draft(&to, true, false), Unlock::Silent).unwrap();
    assert_eq!(open_newest(&mut carl).text, "The figures are good.\n");
}

#[test]
fn an_address_without_mailbox_is_named_and_nothing_is_sent() {
    let world = World::new();
    let (mut anna, mut ben) = (world.person("Anna", ANNA), world.person("Ben", BEN));
    let refused = anna.send(&draft(&[BEN, "nobody@x.org"], false, false), Unlock::Silent);
    assert!(matches!(refused, Err(Error::NoMailbox(missing)) if missing == ["nobody@x.org"]));
    assert!(ben.messages().unwrap().is_empty());
}

#[test]
fn a_password_is_asked_for_where_encryption_is_involved_and_a_wrong_one_leaves_it_unseen() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let password = Password::parse(PASSWORD).unwrap();
    let mut ben = world.person_with("Ben", BEN, Protection::High(&password));
    anna.send(&draft(&[BEN], true, false), Unlock::Silent)
        .unwrap();
    assert_eq!(open_newest(&mut ben).verdict.mark, Mark::Good);

    world.clock.0.fetch_add(10, Ordering::SeqCst);
    anna.send(&draft(&[BEN], false, true), Unlock::Silent)
        .unwrap();
    let id = newest(&mut ben);
    let wrong = Password::parse("not the password at all").unwrap();
    let silent = ben.open_message(&id, Unlock::Silent);
    assert!(matches!(silent, Err(Error::PasswordNeeded(_))));
    let refused = ben.open_message(&id, Unlock::Password(&wrong));
    assert!(matches!(refused, Err(Error::WrongPassword)));
    assert!(!ben.messages().unwrap()[0].is_seen);
    let opened = ben.open_message(&id, Unlock::Password(&password)).unwrap();
    assert_eq!(opened.text, "The figures are good.\n");
    assert!(ben.messages().unwrap()[0].is_seen);
}

#[test]
fn a_message_of_years_ago_is_opened_with_the_key_of_then() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let old = world.ca.issue("Ben", BEN, world.now(), Purpose::Encrypt);
    world.publish_certificate(BEN, &old.certificate);
    let mut ben = world.stranger("Ben", BEN);
    world.pin(&ben);
    anna.send(&draft(&[BEN], true, true), Unlock::Silent)
        .unwrap();
    world.pass_days(4 * 365);
    world.publish_crl(&[]);
    let now = world.now();
    let new = world.ca.issue("Ben", BEN, now, Purpose::Encrypt);
    let signing = world.ca.issue("Ben", BEN, now, Purpose::Sign);
    set_keys(
        &mut ben,
        vec![signing, new, old],
        &world.ca,
        Protection::Low,
    );

    let opened = open_newest(&mut ben);
    assert_eq!(opened.text, "The figures are good.\n");
    assert_marks(
        &opened.verdict,
        &[
            ("Signature", Mark::Good),
            ("Trusted by", Mark::Good),
            ("In date", Mark::Warning),
            ("Encryption", Mark::Good),
        ],
    );
    assert!(
        line(&opened.verdict, "In date")
            .words
            .contains("A Signature has expired error.")
    );
    assert!(
        line(&opened.verdict, "Encryption")
            .words
            .contains("older key")
    );
}

#[test]
fn without_the_key_the_words_of_always_are_said_and_nothing_is_shown() {
    let world = World::new();
    let (mut anna, _ben) = (world.person("Anna", ANNA), world.person("Ben", BEN));
    anna.send(&draft(&[BEN], true, true), Unlock::Silent)
        .unwrap();
    let mut other = world.stranger("Ben", BEN);
    let opened = open_newest(&mut other);
    assert_eq!(
        opened.verdict.summary,
        "This item has been encrypted. You do not have the security key necessary to unencrypt \
         this item."
    );
    assert_eq!((opened.verdict.mark, opened.text.as_str()), (Mark::Bad, ""));
}

#[test]
fn a_contact_is_kept_used_without_the_server_and_removed() {
    let world = World::new();
    let (mut anna, mut ben) = (world.person("Anna", ANNA), world.person("Ben", BEN));
    ben.send(&draft(&[ANNA], true, false), Unlock::Silent)
        .unwrap();
    let opened = open_newest(&mut anna);
    let contact = anna.add_contact(&opened).unwrap();
    assert_eq!((contact.name.as_str(), contact.problem), ("Ben", None));

    world.set_down(true);
    let checks = anna.check_recipients(&[address(BEN)]).unwrap();
    assert!(checks[0].certificate.is_some());
    anna.remove_contact(&address(BEN)).unwrap();
    assert!(anna.contacts().unwrap().is_empty());
    let checks = anna.check_recipients(&[address(BEN)]).unwrap();
    assert!(
        checks[0]
            .problem
            .as_ref()
            .unwrap()
            .contains("can not be reached")
    );
}

#[test]
fn by_mail_certificates_and_lists_come_from_the_folder_beside_the_post_office() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let ben = world.ca.issue("Ben", BEN, world.now(), Purpose::Encrypt);
    let mut settings = anna.settings().clone();
    settings.server = Some(Server::PostOffice(world.folder.join("km-post-office")));
    anna.set_settings(settings).unwrap();
    let unknown = anna.check_recipients(&[address(BEN)]).unwrap();
    assert!(
        unknown[0]
            .problem
            .as_ref()
            .unwrap()
            .contains("not known where")
    );

    let published = world.folder.join("km-publish");
    fs::create_dir_all(published.join("certificates")).unwrap();
    let file = format!("certificates/{}.cer", maildir::folder_of(BEN));
    fs::write(published.join(file), &ben.certificate).unwrap();
    fs::write(published.join("ca.crl"), world.ca.crl(world.now(), &[])).unwrap();
    world.clock.0.fetch_add(3600, Ordering::SeqCst);
    let check = anna.check_recipients(&[address(BEN)]).unwrap().remove(0);
    assert!(check.certificate.is_some());
    assert_eq!(check.problem, None);

    fs::remove_dir_all(&published).unwrap();
    let kept = anna.check_recipients(&[address(BEN)]).unwrap().remove(0);
    assert!(kept.certificate.is_some());
}

#[test]
fn a_message_to_nobody_is_not_sent() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let sent = anna.send(&draft(&[], false, false), Unlock::Silent);
    assert!(matches!(sent, Err(Error::NotSet("A recipient"))));
}

#[test]
fn a_copy_reaches_every_recipient_once() {
    let world = World::new();
    let (mut anna, mut ben) = (world.person("Anna", ANNA), world.person("Ben", BEN));
    let mut carl = world.person("Carl", "carl@fabrikam.com");
    let draft = Draft {
        cc: vec![address("carl@fabrikam.com"), address(BEN)],
        ..draft(&[BEN], true, true)
    };
    anna.send(&draft, Unlock::Silent).unwrap();
    for client in [&mut ben, &mut carl] {
        assert_eq!(client.messages().unwrap().len(), 1);
        assert_eq!(open_newest(client).text, "The figures are good.\n");
    }
}

#[test]
fn an_unsigned_message_brings_no_contact() {
    let world = World::new();
    let (mut anna, mut ben) = (world.person("Anna", ANNA), world.person("Ben", BEN));
    ben.send(&draft(&[ANNA], false, false), Unlock::Silent)
        .unwrap();
    let opened = open_newest(&mut anna);
    assert_eq!(opened.verdict.mark, Mark::None);
    assert!(matches!(anna.add_contact(&opened), Err(Error::Unfit(_))));
}

#[test]
fn ten_thousand_messages_are_listed_and_a_deleted_one_is_gone() {
    let world = World::new();
    let mut anna = world.person("Anna", ANNA);
    let inbox = anna.inbox().unwrap();
    for number in 0..10_000 {
        let message = format!("From: a@x.org\r\nSubject: {number}\r\n\r\ntext\r\n");
        fs::write(inbox.join(format!("new/{number}.a")), message).unwrap();
    }
    let rows = anna.messages().unwrap();
    assert_eq!((rows.len(), rows[0].subject.as_str()), (10_000, "9999"));
    anna.delete_message(&rows[0].id).unwrap();
    let again = anna.messages().unwrap();
    assert_eq!((again.len(), again[0].subject.as_str()), (9_999, "9998"));
    let gone = anna.open_message(&rows[0].id, Unlock::Silent);
    assert!(matches!(gone, Err(Error::NoSuchMessage)));
}
