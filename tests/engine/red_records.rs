//! What the owner of the file can not do to mailboxes: exchange two people's keys, put an older
//! record back, or have a key recovered under another's name.

use kmadmin::crypto::certificate::Certificate;
use kmadmin::crypto::keypair::PublicKey;
use kmadmin::crypto::labelled::{self, Label};
use kmadmin::domain::mailbox::MailboxId;
use kmadmin::domain::progress::Unwatched;
use kmadmin::engine::authorize::Approval;
use kmadmin::engine::error::Error;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::session::Remember;

use crate::support::{SERVER, World, credential, recovery};
use crate::thief::{Thief, tampered};

/// Two mailboxes with a key each: the thief's friend, and whom they want to read.
fn friend_and_victim() -> (World, MailboxId, MailboxId) {
    let mut world = World::with_numbers(3, World::all_of(3, 2));
    let friend = world.mailbox("Fred", "fred@example.com");
    let victim = world.mailbox("Vera", "vera@example.com");
    world.enabled(friend);
    world.enabled(victim);
    (world, friend, victim)
}

/// Exchanges a column between the two rows of a table.
fn exchange(thief: &Thief, table: &str, column: &str) {
    let rows = thief.blobs(&format!("SELECT {column} FROM {table} ORDER BY rowid"));
    let [one, other] = rows.as_slice() else {
        unreachable!("{table} has two rows");
    };
    let aside = vec![0_u8; one.len()];
    for (to, from) in [(&aside, one), (one, other), (other, &aside)] {
        let sql = format!("UPDATE {table} SET {column} = ? WHERE {column} = ?");
        let values = [to.clone().into(), from.clone().into()];
        thief.change(&sql, &values);
    }
}

#[test]
fn archived_keys_exchanged_between_mailboxes_are_refused() {
    for (table, column) in [
        ("archived_key", "guid"),
        ("archived_key", "sealed"),
        ("certificate", "der"),
        ("certificate", "guid"),
    ] {
        let (mut world, friend, _) = friend_and_victim();
        exchange(&Thief::of(&world), table, column);
        let words = tampered(
            world
                .run(recovery(friend, HandOver::File), &["Ada", "Ben"])
                .map(drop),
        );
        assert!(
            words.contains("mailbox") || words.contains("archived key"),
            "{words}"
        );
    }
}

#[test]
fn a_pick_up_copy_opens_for_its_own_mailbox_only() {
    let (mut world, friend, victim) = friend_and_victim();
    recover(&mut world, friend);
    recover(&mut world, victim);
    let thief = Thief::of(&world);
    let keys = thief.server_keys(&world.startup);
    let guids = thief.blobs("SELECT guid FROM pick_up ORDER BY guid");
    let sealed = thief.blobs("SELECT sealed FROM pick_up ORDER BY guid");
    let ids = thief.blobs("SELECT key_id FROM pick_up ORDER BY guid");
    for (copy, id) in sealed.iter().zip(&ids) {
        let public = public_of(&thief.blobs("SELECT der FROM certificate"), id);
        for guid in &guids {
            let label = Label {
                purpose: "pick-up copy",
                installation: keys.installation,
                subject: guid,
                number: i64::from(u32::from_be_bytes(id[..4].try_into().unwrap())),
            };
            let opened = labelled::open_key(copy, keys.opener(), &label, &public);
            let own = guids.iter().position(|of| of == guid) == ids.iter().position(|of| of == id);
            assert_eq!(opened.is_ok(), own, "{:?}", opened.err());
        }
    }
}

/// The public key with this identifier, from the certificate that has it.
fn public_of(certificates: &[Vec<u8>], id: &[u8]) -> PublicKey {
    let public = |der: &Vec<u8>| {
        let certificate = Certificate::from_der(der).unwrap();
        PublicKey::from_spki(certificate.spki()).unwrap()
    };
    let found = certificates.iter().map(public);
    let mut found = found.filter(|public| public.key_id() == id);
    found.next().unwrap()
}

#[test]
fn a_certificate_that_our_authority_did_not_sign_is_not_handed_out() {
    let (mut world, friend, _) = friend_and_victim();
    let thief = Thief::of(&world);
    for der in thief.blobs("SELECT der FROM certificate") {
        let mut forged = der.clone();
        let Some(name) = der.windows(4).position(|octets| octets == b"Fred") else {
            continue;
        };
        forged[name..name + 4].copy_from_slice(b"Boss"); // the key in it stays the same
        let values = [forged.into(), der.into()];
        thief.change("UPDATE certificate SET der = ? WHERE der = ?", &values);
    }
    let words = tampered(
        world
            .run(recovery(friend, HandOver::File), &["Ada", "Ben"])
            .map(drop),
    );
    assert!(
        words.contains("a certificate of this mailbox was replaced"),
        "{words}"
    );
}

#[test]
fn sealed_records_exchanged_between_mailboxes_are_refused() {
    let (mut world, friend, _) = friend_and_victim();
    let thief = Thief::of(&world);
    let [one, other] = thief
        .blobs("SELECT sealed FROM mailbox_record ORDER BY guid")
        .try_into()
        .unwrap();
    let guids: [Vec<u8>; 2] = thief
        .blobs("SELECT guid FROM mailbox_record ORDER BY guid")
        .try_into()
        .unwrap();
    for (sealed, guid) in [other, one].into_iter().zip(guids) {
        let sql = "UPDATE mailbox_record SET sealed = ? WHERE guid = ?";
        thief.change(sql, &[sealed.into(), guid.into()]);
    }
    tampered(world.engine.security(friend));
    tampered(
        world
            .engine
            .begin(recovery(friend, HandOver::File))
            .map(drop),
    );
    tampered(world.open_again().unwrap().records());
}

#[test]
fn a_key_is_not_recovered_under_the_name_of_another_mailbox() {
    let (mut world, friend, _) = friend_and_victim();
    exchange(&Thief::of(&world), "mailbox", "guid");
    // The quorum would be asked for Fred's keys, and Vera's would come.
    tampered(
        world
            .engine
            .begin(recovery(friend, HandOver::File))
            .map(drop),
    );
    tampered(world.engine.security(friend));
    let mut session = world
        .engine
        .open_session(&credential("Ada"), Remember::No)
        .unwrap();
    tampered(
        world
            .engine
            .enable(&mut session, friend, SERVER, HandOver::File, &Unwatched)
            .map(drop),
    );
    tampered(world.engine.delete_mailbox(friend));
}

#[test]
fn a_mailbox_exchanged_after_the_approval_is_not_recovered() {
    let (mut world, friend, victim) = friend_and_victim();
    let quorum = world
        .engine
        .begin(recovery(friend, HandOver::File))
        .unwrap();
    let Approval::Pending(quorum, None) = world.engine.present(quorum, &credential("Ada")) else {
        unreachable!("two are asked for");
    };
    let Approval::Granted(grant) = world.engine.present(quorum, &credential("Ben")) else {
        unreachable!("two have answered");
    };
    // The whole rows change places, so that each agrees with its record.
    let (friend, victim) = (friend.0, victim.0);
    Thief::of(&world).edit(&format!(
        "UPDATE mailbox SET id = 1000 WHERE id = {friend};
         UPDATE mailbox SET id = {friend} WHERE id = {victim};
         UPDATE mailbox SET id = {victim} WHERE id = 1000"
    ));
    let refused = world.engine.execute(grant, &Unwatched).err().unwrap();
    assert!(
        matches!(refused, Error::PolicyChanged | Error::Tampered(_)),
        "{refused}"
    );
}

/// An older record of a mailbox put back, in which an act of since is undone.
fn older_record(act: fn(&mut World, MailboxId)) -> (World, MailboxId) {
    let (mut world, friend, _) = friend_and_victim();
    let thief = Thief::of(&world);
    let old = thief.keep("mailbox_record");
    act(&mut world, friend);
    thief.put_back(&old);
    (world, friend)
}

fn recover(world: &mut World, friend: MailboxId) {
    world
        .run(recovery(friend, HandOver::TemporaryKey), &["Ada", "Ben"])
        .unwrap();
}

#[test]
fn an_older_record_put_back_is_seen_when_the_file_is_opened() {
    let (world, friend) = older_record(recover);
    let mut engine = world.open_again().unwrap();
    tampered(engine.records());
    tampered(engine.begin(recovery(friend, HandOver::File)).map(drop));
    let mut session = engine
        .open_session(&credential("Ada"), Remember::No)
        .unwrap();
    tampered(
        engine
            .enable(&mut session, friend, SERVER, HandOver::File, &Unwatched)
            .map(drop),
    );
}

#[test]
fn an_older_record_put_back_under_a_running_program_gives_nothing_out() {
    let (mut world, friend) = older_record(recover);
    tampered(
        world
            .engine
            .begin(recovery(friend, HandOver::File))
            .map(drop),
    );
    let mut session = world
        .engine
        .open_session(&credential("Ada"), Remember::No)
        .unwrap();
    tampered(
        world
            .engine
            .enable(&mut session, friend, SERVER, HandOver::File, &Unwatched)
            .map(drop),
    );
}

#[test]
fn a_removed_record_is_seen() {
    let (mut world, friend, _) = friend_and_victim();
    Thief::of(&world).edit("DELETE FROM mailbox_record");
    tampered(world.engine.security(friend));
    tampered(world.open_again().unwrap().records());
}

#[test]
fn a_temporary_key_does_not_die_because_a_column_says_so() {
    let (mut world, friend, _) = friend_and_victim();
    recover(&mut world, friend);
    Thief::of(&world).edit("UPDATE mailbox_record SET due = 1");
    world.engine.tick().unwrap();
    let security = world.engine.security(friend).unwrap();
    assert!(security.temporary_key_expires.is_some());
    assert_eq!(security.waiting_keys, 1);
}
