//! Shows which lists are read, what they say, and who vouches for them; OpenSSL makes and judges lists.

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;
use crate::crypto::judge::{Scratch, judge};
use crate::crypto::keypair::PrivateKey;
use crate::crypto::x509::{self, Authority, CrlEntry, CrlProfile, RootProfile, Validity};
use crate::domain::key_kind::KeyKind;

fn moment(text: &str) -> UnixTime {
    UnixTime::parse(text).unwrap()
}

fn now() -> UnixTime {
    moment("2026-08-31T10:00:00Z")
}

struct World {
    key: PrivateKey,
    root: Vec<u8>,
}

impl World {
    fn new(kind: KeyKind, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let key = PrivateKey::generate(kind, &mut rng).unwrap();
        let profile = RootProfile {
            organization: "Example".to_owned(),
            common_name: "Example CA".to_owned(),
            serial: x509::serial(&mut rng),
            validity: Validity::of_root(now(), 30),
        };
        let root = x509::issue_root(&profile, &key).unwrap();
        Self { key, root }
    }

    fn certificate(&self) -> Certificate {
        Certificate::from_der(&self.root).unwrap()
    }

    fn issue(&self, number: u64, entries: &[CrlEntry<'_>]) -> Vec<u8> {
        let profile = CrlProfile {
            number,
            this_update: now(),
            next_update: now().plus_days(7),
            entries,
        };
        let authority = Authority::new(&self.root, &self.key).unwrap();
        authority.issue_crl(&profile).unwrap()
    }
}

const REASONS: [CrlReason; 9] = [
    CrlReason::Unspecified,
    CrlReason::KeyCompromise,
    CrlReason::CaCompromise,
    CrlReason::AffiliationChanged,
    CrlReason::Superseded,
    CrlReason::CessationOfOperation,
    CrlReason::CertificateHold,
    CrlReason::PrivilegeWithdrawn,
    CrlReason::AaCompromise,
];

/// One entry for each reason, every second with an invalidity date.
fn entries(serials: &[[u8; 16]]) -> Vec<CrlEntry<'_>> {
    let pairs = serials.iter().zip(REASONS).enumerate();
    pairs
        .map(|(place, (serial, reason))| {
            let days = i64::try_from(place).unwrap();
            CrlEntry {
                serial,
                at: now().plus_days(-days),
                reason,
                invalidity: (place % 2 == 0).then(|| now().plus_days(-days).plus_secs(-1)),
            }
        })
        .collect()
}

fn serials(count: usize) -> Vec<[u8; 16]> {
    let mut rng = StdRng::seed_from_u64(9);
    (0..count).map(|_| x509::serial(&mut rng)).collect()
}

#[test]
fn lists_of_every_kind_of_authority_are_accepted_by_openssl_and_read_back() {
    let scratch = Scratch::new("crl");
    let serials = serials(REASONS.len());
    let entries = entries(&serials);
    for kind in [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384] {
        let world = World::new(kind, 1);
        for entries in [&entries[..], &[]] {
            let der = world.issue(0x80, entries);
            let crl = Crl::read(&der).unwrap();
            assert_eq!(crl.verify(&world.certificate()), Ok(()));
            assert_eq!(crl.number(), Some(&[0x80][..]));
            for entry in entries {
                let found = crl.entry(entry.serial).unwrap();
                assert_eq!((found.at, found.reason), (entry.at, entry.reason));
                assert_eq!(found.invalidity, entry.invalidity);
            }
            assert_eq!(crl.entry(&[0x41; 16]), None);
            assert_eq!(crl.entry(&[]), None);

            let file = scratch.file("list.crl", &der);
            let root = scratch.file("root.cer", &world.root);
            let Some(pem) = judge("openssl", &["x509", "-inform", "DER", "-in", &root], b"") else {
                return;
            };
            let root = scratch.file("root.pem", &pem.output);
            let verify = ["crl", "-inform", "DER", "-in", &file, "-CAfile", &root];
            let verify = [&verify[..], &["-verify", "-noout", "-text"]].concat();
            let judged = judge("openssl", &verify, b"").unwrap();
            assert!(judged.said.contains("verify OK"), "{}", judged.said);
            let count = |text: &str| judged.said.matches(text).count();
            assert_eq!(count("Serial Number:"), entries.len());
            // the reason "unspecified" is not written
            assert_eq!(count("CRL Reason Code"), entries.len().saturating_sub(1));
            assert_eq!(count("Unspecified"), 0);
            assert_eq!(count("Invalidity Date"), entries.len().div_ceil(2));
        }
    }
}

#[test]
fn pem_is_read_like_der() {
    let scratch = Scratch::new("crl-pem");
    let world = World::new(KeyKind::P256, 2);
    let der = world.issue(1, &[]);
    let file = scratch.file("list.crl", &der);
    if let Some(judged) = judge("openssl", &["crl", "-inform", "DER", "-in", &file], b"") {
        let said = [b"the list of today\n".as_slice(), &judged.output].concat();
        for pem in [judged.output.as_slice(), &said] {
            assert_eq!(Crl::read(pem).unwrap().der(), der);
        }
        let twice = judged.output.repeat(2);
        assert!(matches!(Crl::read(&twice), Err(CrlError::Pem(_))));
    }
    let certificate = b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
    for other in [certificate.as_slice(), b"hello", b"", &world.root] {
        assert!(Crl::read(other).is_err());
    }
}

#[test]
fn a_list_that_breaks_a_rule_is_not_issued() {
    let world = World::new(KeyKind::P256, 3);
    let authority = Authority::new(&world.root, &world.key).unwrap();
    let serials = serials(1);
    let entry = entries(&serials)[0];
    let later = CrlEntry {
        at: now().plus_secs(1),
        ..entry
    };
    let good = CrlProfile {
        number: 1,
        this_update: now(),
        next_update: now().plus_days(7),
        entries: &[entry],
    };
    assert!(authority.issue_crl(&good).is_ok());
    for wrong in [
        CrlProfile {
            next_update: now(),
            ..good
        },
        CrlProfile {
            entries: &[entry, entry],
            ..good
        },
        CrlProfile {
            entries: &[later],
            ..good
        },
        CrlProfile {
            entries: &[
                entry,
                CrlEntry {
                    at: now(),
                    reason: CrlReason::KeyCompromise,
                    ..entry
                },
            ],
            ..good
        },
    ] {
        assert!(authority.issue_crl(&wrong).is_err());
    }
}

#[test]
fn a_list_of_another_authority_or_with_a_changed_octet_is_not_believed() {
    let world = World::new(KeyKind::P256, 4);
    let namesake = World::new(KeyKind::P256, 5);
    let der = world.issue(7, &[]);
    let crl = Crl::read(&der).unwrap();
    // the same name, another key
    assert_eq!(
        crl.verify(&namesake.certificate()),
        Err(CrlSignatureError::Issuer)
    );
    let mut changed = der.clone();
    let place = der.windows(4).position(|octets| octets == b"2608").unwrap();
    changed[place + 5] = b'0';
    let changed = Crl::read(&changed).unwrap();
    assert_eq!(
        changed.verify(&world.certificate()),
        Err(CrlSignatureError::Signature)
    );
}

/// A list that OpenSSL makes, with these lines as extensions of the list.
fn by_openssl(scratch: &Scratch, world: &World, extensions: &str, index: &str) -> Option<Vec<u8>> {
    let root = scratch.file("root.cer", &world.root);
    let pem = judge("openssl", &["x509", "-inform", "DER", "-in", &root], b"")?;
    let root = scratch.file("root.pem", &pem.output);
    let key = scratch.file("root.key", world.key.pkcs8().expose());
    let index = scratch.file("index.txt", index.as_bytes());
    let number = scratch.file("number", b"1000\n");
    let config = format!(
        "[ca]\ndefault_ca=d\n[d]\ndatabase={index}\ncrlnumber={number}\ncertificate={root}\n\
         private_key={key}\ndefault_md=sha256\ndefault_crl_days=7\ncrl_extensions=e\n\
         [e]\nauthorityKeyIdentifier=keyid\n{extensions}\n"
    );
    let config = scratch.file("ca.cnf", config.as_bytes());
    let arguments = ["ca", "-gencrl", "-keyform", "DER", "-config", &config];
    let made = judge("openssl", &arguments, b"")?;
    assert!(made.accepted, "{}", made.said);
    Some(made.output)
}

#[test]
fn lists_of_openssl_are_read_and_kinds_that_would_mislead_are_refused() {
    let scratch = Scratch::new("crl-openssl");
    let world = World::new(KeyKind::P256, 6);
    let index = "R\t280101000000Z\t260101000000Z,keyCompromise\t0A0B\tunknown\t/CN=a\n\
                 R\t280101000000Z\t260102000000Z,keyTime,20251231000000Z\t7F\tunknown\t/CN=b\n\
                 R\t280101000000Z\t260103000000Z\t80\tunknown\t/CN=c\n";
    let idp = |lines: &str| format!("issuingDistributionPoint=critical,@p\n[p]\n{lines}\n");
    for (extensions, refused) in [
        (String::new(), None),
        ("1.2.3.4=ASN1:NULL".to_owned(), None),
        (idp("onlyuser=TRUE"), None),
        (idp("onlyCA=TRUE"), None),
        (idp("fullname=URI:http://example.com/a.crl"), None),
        (idp("onlyAA=TRUE"), Some("attribute certificates")),
        (idp("indirectCRL=TRUE"), Some("indirect list")),
        (idp("onlysomereasons=keyCompromise"), Some("some reasons")),
        (
            "2.5.29.27=critical,ASN1:INTEGER:1".to_owned(),
            Some("delta list"),
        ),
        ("1.2.3.4=critical,ASN1:NULL".to_owned(), Some("1.2.3.4")),
    ] {
        let Some(made) = by_openssl(&scratch, &world, &extensions, index) else {
            return;
        };
        match (Crl::read(&made), refused) {
            (Ok(crl), None) => {
                assert_eq!(crl.verify(&world.certificate()), Ok(()));
                assert_eq!(crl.len(), 3);
                let found = crl.entry(&[0x0a, 0x0b]).unwrap();
                assert_eq!(found.reason, CrlReason::KeyCompromise);
                assert_eq!(found.at, moment("2026-01-01"));
                let found = crl.entry(&[0x7f]).unwrap();
                assert_eq!(found.invalidity, Some(moment("2025-12-31")));
                assert_eq!(found.reason, CrlReason::KeyCompromise);
                assert!(crl.entry(&[0, 0x80]).is_some());
                assert!(crl.entry(&[0x80]).is_none());
            }
            (Err(CrlError::Unsupported(words)), Some(expected)) => {
                assert!(words.contains(expected), "{words}");
            }
            (other, _) => unreachable!("{extensions}: {:?}", other.map(|crl| crl.len())),
        }
    }
}

#[test]
fn a_list_of_one_point_or_kind_covers_no_other_certificates() {
    let scratch = Scratch::new("crl-covers");
    let world = World::new(KeyKind::P256, 7);
    let root = world.certificate();
    for (lines, covered) in [
        ("onlyuser=TRUE", false),
        ("onlyCA=TRUE", true),
        ("fullname=URI:http://example.com/a.crl", false),
    ] {
        let lines = format!("issuingDistributionPoint=critical,@p\n[p]\n{lines}\n");
        let Some(made) = by_openssl(&scratch, &world, &lines, "") else {
            return;
        };
        assert_eq!(Crl::read(&made).unwrap().covers(&root), covered, "{lines}");
    }
}

#[test]
fn each_of_many_entries_is_found() {
    let world = World::new(KeyKind::P256, 8);
    let serials = serials(20_000);
    let entries: Vec<CrlEntry<'_>> = serials
        .iter()
        .map(|serial| CrlEntry {
            serial,
            at: now(),
            reason: CrlReason::Superseded,
            invalidity: None,
        })
        .collect();
    // issuing looks each of them up
    let crl = Crl::read(&world.issue(1, &entries)).unwrap();
    assert_eq!(crl.len(), serials.len());
    assert_eq!(crl.entry(&[0x7f; 16]), None);
}

#[test]
fn damaged_lists_are_read_or_refused_without_a_crash() {
    let world = World::new(KeyKind::P256, 10);
    let serials = serials(REASONS.len());
    let whole = world.issue(1, &entries(&serials));
    let mut random = 0x9e37_79b9_7f4a_7c15_u64; // Marsaglia's xorshift: the same damage in every run
    let mut below = |bound: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random >> 16).unwrap() % bound
    };
    let mut read = 0;
    for _round in 0..5_000 {
        let mut damaged = whole.clone();
        for _change in 0..=below(3) {
            let place = below(damaged.len());
            match below(4) {
                0 => damaged[place] = [0, 0x30, 0x80, 0x84, 0xff][below(5)],
                1 => damaged[place] ^= 1 << below(8),
                2 => damaged[place] = damaged[place].wrapping_add(1),
                _ => damaged.truncate(place.max(1)),
            }
        }
        if let Ok(crl) = Crl::read(&damaged) {
            read += 1;
            assert!(crl.entry(&serials[0]).is_none() || crl.len() == REASONS.len());
            let good = crl.verify(&world.certificate()).is_ok();
            assert!(!good || damaged == whole);
        }
    }
    assert!(0 < read);
}
