//! The main job on real input: Debian's certification authorities are imported under two passwords,
//! two thousand people come from a file, and a lost key reads what was encrypted to it before.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use kmadmin::crypto::verify::judge_file;
use kmadmin::domain::address::MailAddress;
use kmadmin::domain::listing::{Listing, Scope};
use kmadmin::domain::progress::Unwatched;
use kmadmin::domain::time::Clock as _;
use kmadmin::engine::audit::AuditVerdict;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::trust::{ImportCertificates, Imported};
use kmadmin::engine::views::Fate;

use crate::outside::{LETTER, encrypted, key_of, read};
use crate::support::{NAMES, World, not_judged, recovery};

const BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";
const SINGLE: &str = "/usr/share/ca-certificates/mozilla";

fn import(world: &mut World, name: &str, file: &[u8]) -> Imported {
    let judged = judge_file(file, world.clock.now()).unwrap();
    let import = ImportCertificates::from_file(name, judged).unwrap();
    world.run(import, &NAMES[..2]).unwrap()
}

#[test]
fn debians_authorities_enter_the_list_under_two_passwords() {
    let Ok(bundle) = fs::read(BUNDLE) else {
        not_judged("the package ca-certificates is not installed");
        return;
    };
    let mut world = World::with_numbers(3, World::all_of(3, 2));
    let mut singles: Vec<_> = fs::read_dir(SINGLE)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    singles.sort();
    for path in &singles[..3] {
        let imported = import(&mut world, "single.crt", &fs::read(path).unwrap());
        assert_eq!(
            (imported.added, imported.present),
            (1, 0),
            "{}",
            path.display()
        );
    }
    let judged = world.engine.judge_certificates(&bundle).unwrap();
    let count =
        |wanted: fn(&Fate) -> bool| judged.iter().filter(|judged| wanted(&judged.fate)).count();
    let accepted = count(|fate| *fate == Fate::Accepted);
    assert_eq!(count(|fate| *fate == Fate::Present), 3);
    for refused in judged
        .iter()
        .filter(|judged| matches!(judged.fate, Fate::Refused(_)))
    {
        let Fate::Refused(reasons) = &refused.fate else {
            continue;
        };
        assert!(
            reasons.iter().all(|reason| reason.contains("expired")),
            "{reasons:?}"
        );
    }
    let imported = import(&mut world, "ca-certificates.crt", &bundle);
    assert_eq!((imported.added, imported.present), (accepted, 3));
    let list = world.open_again().unwrap().trust_list().unwrap();
    assert_eq!(list.len(), accepted + 3);
    assert!(list.iter().all(|trusted| trusted.imported_by == "Ada, Ben"));
    assert!(100 < list.len(), "the whole package");
    let again = judge_file(&bundle, world.clock.now()).unwrap();
    let again = ImportCertificates::from_file("ca-certificates.crt", again).unwrap();
    assert!(
        world.engine.begin(again).is_err(),
        "all are on the list already"
    );
}

/// Given and family names in many scripts; every pair is a person.
const GIVEN: [&str; 10] = [
    "Zoë",
    "Łukasz",
    "Ἀλέξανδρος",
    "Дмитрий",
    "נועה",
    "ليلى",
    "अनन्या",
    "さくら",
    "美玲",
    "지우",
];
const FAMILY: [&str; 10] = [
    "Ångström",
    "O’Brien",
    "Παπαδοπούλου",
    "Шевченко",
    "כהן",
    "حداد",
    "शर्मा",
    "佐藤",
    "歐陽",
    "김",
];

/// Two thousand people, as Exchange's export writes them.
fn people() -> String {
    let mut csv = "Display Name;Alias Name;E-mail Address;Department;Office\n".to_owned();
    for number in 0..2_000 {
        let (given, family) = (GIVEN[number % 10], FAMILY[number / 10 % 10]);
        let domain = if number % 7 == 0 {
            "bücher.example"
        } else {
            "example.com"
        };
        writeln!(
            csv,
            "\"{given} {family} {number}\";p{number};p{number}@{domain};Dept {};B-{number}",
            number % 13
        )
        .unwrap();
    }
    csv
}

#[test]
fn one_of_two_thousand_imported_people_reads_old_mail_with_the_recovered_key() {
    let mut world = World::with_numbers(3, World::all_of(3, 2));
    let plan = world.engine.plan_import(people().as_bytes()).unwrap();
    assert_eq!(
        (plan.accepted, plan.refused.len()),
        (2_000, 0),
        "{:?}",
        plan.refused.first()
    );
    assert_eq!(world.engine.import(&plan, &Unwatched).unwrap(), 2_000);
    let everybody = Listing::by_name(Scope::All);
    assert_eq!(world.engine.count_mailboxes(&everybody).unwrap(), 2_000);
    let again = world.engine.plan_import(people().as_bytes()).unwrap();
    assert_eq!((again.accepted, again.present.len()), (0, 2_000));
    let address = MailAddress::parse("p1414@bücher.example").unwrap();
    let id = world.engine.find_mailbox(&address).unwrap().id;
    world.enabled(id);
    let Some(mail) = encrypted(&mut world, id) else {
        return;
    };
    let handed = world
        .run(recovery(id, HandOver::File), &["Ada", "Ben"])
        .unwrap();
    let key = key_of(&world, &handed.file.unwrap()).unwrap();
    assert_eq!(read(&mail, &key).unwrap(), LETTER);
    let verdict = world
        .open_again()
        .unwrap()
        .verify_audit(None, &Unwatched)
        .unwrap();
    assert!(
        matches!(verdict, AuditVerdict::Intact { .. }),
        "{verdict:?}"
    );
    assert!(Path::new(&mail).is_file());
}
