//! The user's program, the wire or the disk fails at any step: whoever goes on gets where an
//! undisturbed run gets, with one set of certificates.

use std::fs;

use kmadmin::client::view::{Asks, Renewal, Stage};
use kmadmin::client::{Finish, Protection, Unlock};
use kmadmin::domain::names::KeysetName;
use kmadmin::domain::state::Situation;

use crate::answer_program::recover;
use crate::client_life::{Fault, Lost, Pair};

/// One run of the program: it goes on with whatever it finds, and may fail anywhere.
fn run(pair: &mut Pair, key: &str) {
    pair.start();
    let keyset = KeysetName::parse(KEYSET).unwrap();
    let client = pair.client();
    if client.requests().unwrap().is_empty() && client.set_up(key, &keyset).is_err() {
        return;
    }
    go_on(pair);
}

/// Receives, answers replies, receives again.
fn go_on(pair: &mut Pair) {
    let client = pair.client();
    if client.receive().is_err() {
        return;
    }
    for request in client.requests().unwrap() {
        if request.stage == Stage::Replied {
            let answer = match client.reply(&request.id).unwrap().asks {
                Asks::Level => Finish::New(Protection::Low),
                Asks::Keyset(_) => Finish::Existing(Unlock::Silent),
            };
            if client.finish(&request.id, answer).is_err() {
                return;
            }
        }
    }
    client.receive().unwrap_or_default();
}

/// What an undisturbed run leaves: as many certificates and archived keys as `expected`.
fn check_end(pair: &mut Pair, what: &str, expected: (usize, usize)) {
    assert_eq!(pair.situation(), Situation::Active, "{what}");
    assert_eq!(pair.client().requests().unwrap(), [], "{what}");
    let keysets = pair.client().keysets().unwrap();
    assert_eq!(keysets.len(), 1, "{what}");
    let keys = pair.client().keys(Unlock::Silent).unwrap();
    let signing = keys.signing().unwrap().certificate.serial_hex();
    let encryption = keys.decryption().next().unwrap().certificate.serial_hex();
    let id = pair.id;
    let security = pair.world().engine.security(id).unwrap();
    assert_eq!(security.signing.unwrap().serial_hex(), signing, "{what}");
    assert_eq!(
        security.encryption.unwrap().serial_hex(),
        encryption,
        "{what}"
    );
    assert!(!security.is_unconfirmed, "{what}");
    assert_eq!(security.waiting_keys, 0, "{what}");
    let issued = (security.certificates.len(), security.archived_keys);
    assert_eq!(issued, expected, "{what}");
}

/// Every message of an undisturbed run, lost on each way.
fn faults() -> impl Iterator<Item = Fault> {
    (0..4).flat_map(|after| [Lost::Question, Lost::Answer].map(|lost| Fault { after, lost }))
}

#[test]
fn setting_up_survives_the_loss_of_any_message() {
    for fault in faults() {
        let (mut pair, key) = Pair::new();
        pair.lose(fault);
        for _ in 0..3 {
            run(&mut pair, &key);
            if is_done(&mut pair) {
                break;
            }
        }
        check_end(&mut pair, &format!("{fault:?}"), (2, 1));
    }
}

#[test]
fn recovery_and_renewal_survive_the_loss_of_any_message() {
    for fault in faults() {
        let (mut pair, key) = Pair::new();
        run(&mut pair, &key);
        let id = pair.id;
        let key = recover(&mut pair.world(), id);
        pair.lose(fault);
        for _ in 0..3 {
            run(&mut pair, &key);
            if is_done(&mut pair) {
                break;
            }
        }
        check_end(&mut pair, &format!("recovery, {fault:?}"), (3, 1));
        pair.pass(13);
        pair.lose(fault);
        for _ in 0..3 {
            pair.start();
            let keyset = KeysetName::parse(KEYSET).unwrap();
            if pair.client().renewal(&keyset).unwrap() == Renewal::Due {
                pair.client().renew(&keyset, Unlock::Silent).unwrap();
            }
            go_on(&mut pair);
        }
        check_end(&mut pair, &format!("renewal, {fault:?}"), (5, 2));
    }
}

#[test]
fn setting_up_survives_a_disk_that_takes_no_more_at_any_file() {
    for file in [
        "authority",
        "settings",
        "keysets/J\u{f6}rg.keyset",
        "keysets/J\u{f6}rg.p12",
        "requests",
    ] {
        let (mut pair, key) = Pair::new();
        let keyset = KeysetName::parse(KEYSET).unwrap();
        pair.client().set_up(&key, &keyset).unwrap();
        // A folder where the program would write the file before it puts it in its place.
        let file = match file {
            "requests" => format!(
                "requests/{}.request",
                pair.client().requests().unwrap()[0].id.as_str()
            ),
            file => file.to_owned(),
        };
        let obstacle = pair.home.join(format!("{file}.part"));
        fs::create_dir(&obstacle).unwrap();
        go_on(&mut pair);
        assert!(!is_done(&mut pair), "{file}");
        fs::remove_dir(&obstacle).unwrap();
        run(&mut pair, &key);
        check_end(&mut pair, &file, (2, 1));
    }
}

/// Whether nothing is left to do.
fn is_done(pair: &mut Pair) -> bool {
    let client = pair.client();
    client.requests().unwrap().is_empty() && !client.keysets().unwrap().is_empty()
}

const KEYSET: &str = "J\u{f6}rg";
