//! Q192181, and reporting a lost key.

use super::server::Spoil;
use super::*;
use crate::client::error::Error;
use crate::client::view::{Asks, LostReason, Need, Purpose, RENEWAL_QUESTION, Renewal};
use crate::client::{Remember, Unlock};

#[test]
fn q192181_from_month_twelve_every_log_on_asks_and_yes_renews() {
    let mut world = World::new();
    world.enrolled("Anna");
    let right = password(PASSWORD);
    let log_on = |world: &mut World, remember| {
        let unlock = Unlock::Password(&right);
        world
            .client()
            .log_on(&name("Anna"), unlock, remember)
            .unwrap()
    };
    assert_eq!(log_on(&mut world, Remember::No), Renewal::NotDue);
    let early = world
        .client()
        .renew(&name("Anna"), Unlock::Password(&right));
    assert!(matches!(early, Err(Error::RenewalNotDue(_))));
    world.pass(12);
    assert_eq!(log_on(&mut world, Remember::No), Renewal::Due);
    assert_eq!(
        RENEWAL_QUESTION,
        "Your security certificates are approaching expiration.\n\
         Do you want to send a certificate update request to the\n\
         Key Management Server?"
    );
    // No: asked again at the next log-on.
    world.client().log_off();
    assert_eq!(log_on(&mut world, Remember::UntilLogOff), Renewal::Due);
    let before = world.client().keysets().unwrap().remove(0);
    world.client().renew(&name("Anna"), Unlock::Silent).unwrap();
    let reply = world.arrived();
    assert_eq!(
        (reply.purpose, reply.asks),
        (Purpose::Renew, Asks::Keyset(Need::Nothing))
    );
    let finish = Finish::Existing(Unlock::Silent);
    world.client().finish(&reply.id, finish).unwrap();
    world.ready();
    assert_eq!(world.seen()[3..], ["kur", "certConf", "genm"]);
    let after = world.client().keysets().unwrap().remove(0);
    let eighteen = world.clock.now().plus_months(18).plus_secs(-1);
    assert_eq!(after.signing.unwrap().not_after, eighteen);
    assert_eq!(after.encryption.unwrap().not_after, eighteen);
    assert_eq!(after.older, [before.encryption.unwrap()]);
    assert_eq!(log_on(&mut world, Remember::No), Renewal::NotDue);
    world.reopen();
    let keyset = world.client().keys(Unlock::Password(&right)).unwrap();
    assert_eq!(keyset.decryption().count(), 2, "old mail still opens");
}

#[test]
fn an_expired_keyset_opens_old_mail_and_can_not_be_renewed() {
    let mut world = World::new();
    world.enrolled("Anna");
    world.pass(19);
    let right = password(PASSWORD);
    let unlock = Unlock::Password(&right);
    let renewal = world.client().log_on(&name("Anna"), unlock, Remember::No);
    assert_eq!(renewal.unwrap(), Renewal::Expired);
    let refused = world.client().renew(&name("Anna"), unlock);
    assert!(matches!(refused, Err(Error::RenewalNotDue(_))));
    let keyset = world.client().keys(unlock).unwrap();
    assert!(keyset.signing_at(world.clock.now()).is_err());
    assert_eq!(keyset.decryption().count(), 1);
}

#[test]
fn a_renewal_interrupted_after_the_keyset_was_written_is_confirmed_by_the_old_key() {
    let mut world = World::new();
    world.enrolled("Anna");
    world.pass(13);
    let right = password(PASSWORD);
    let unlock = Unlock::Password(&right);
    world.client().renew(&name("Anna"), unlock).unwrap();
    let reply = world.arrived();
    world.server().lost = 1;
    world
        .client()
        .finish(&reply.id, Finish::Existing(unlock))
        .unwrap();
    world.reopen();
    world.ready();
    let seen = world.server().seen.clone();
    assert_eq!(seen[4], seen[5], "the same certConf again");
}

#[test]
fn another_user_of_the_same_authority_does_not_speak_for_the_server() {
    let mut world = World::new();
    world.enrolled("Anna");
    world.pass(13);
    let before = world.client().keysets().unwrap();
    world.server().spoil = Some(Spoil::Impostor);
    let right = password(PASSWORD);
    let unlock = Unlock::Password(&right);
    world.client().renew(&name("Anna"), unlock).unwrap();
    let arrivals = world.client().receive().unwrap();
    let is_unfit = |arrival: &Arrival| matches!(arrival, Arrival::Unfit { .. });
    assert!(!arrivals.is_empty() && arrivals.iter().all(is_unfit));
    assert_eq!(world.client().keysets().unwrap(), before);
    world.server().spoil = None;
    assert_eq!(world.arrived().purpose, Purpose::Renew);
}

#[test]
fn reporting_a_lost_key_revokes_both_certificates() {
    let mut world = World::new();
    world.enrolled("Anna");
    let right = password(PASSWORD);
    let unlock = Unlock::Password(&right);
    let reason = LostReason::KeyCompromise;
    world
        .client()
        .report_lost(&name("Anna"), unlock, reason)
        .unwrap();
    let keyset = name("Anna");
    assert_eq!(
        world.client().receive().unwrap(),
        [Arrival::Revoked { keyset }]
    );
    assert_eq!(world.client().requests().unwrap(), []);
}
