//! Shows what is issued and what is not; OpenSSL judges it.

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;
use crate::crypto::judge::{Scratch, judge};
use crate::domain::key_kind::KeyKind;

const KINDS: [KeyKind; 3] = [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384];

fn now() -> UnixTime {
    UnixTime::parse("2026-08-31T10:00:00Z").unwrap()
}

fn key(kind: KeyKind, seed: u64) -> PrivateKey {
    PrivateKey::generate(kind, &mut StdRng::seed_from_u64(seed)).unwrap()
}

fn root_profile() -> RootProfile {
    RootProfile {
        organization: "F\u{fc}nf & S\u{f6}hne".to_owned(),
        common_name: "KMSERVER Certification Authority".to_owned(),
        serial: serial(&mut StdRng::seed_from_u64(1)),
        validity: Validity::of_root(now(), 20),
    }
}

fn profile(authority: &Authority<'_>) -> UserProfile {
    UserProfile {
        common_name: "J\u{f6}rg M\u{fc}ller".to_owned(),
        address: MailName::new("joerg", "example.com"),
        serial: serial(&mut StdRng::seed_from_u64(2)),
        validity: Validity::of_user(now(), authority.validity().unwrap()).unwrap(),
        crl_url: Some("http://pki.example.com/ca.crl".to_owned()),
        ca_issuers_url: Some("http://pki.example.com/ca.cer".to_owned()),
    }
}

/// Profiles that differ in what is optional and in the form of the address.
fn variants(authority: &Authority<'_>) -> Vec<UserProfile> {
    let full = profile(authority);
    let unpublished = UserProfile {
        crl_url: None,
        ca_issuers_url: None,
        ..full.clone()
    };
    let utf8 = UserProfile {
        address: MailName::new("\u{7530}\u{4e2d}", "xn--fsq.example"),
        ..full.clone()
    };
    let nameless = UserProfile {
        common_name: String::new(),
        ..full.clone()
    };
    let long = UserProfile {
        common_name: "\u{e9}".repeat(65),
        ..full.clone()
    };
    vec![full, unpublished, utf8, nameless, long]
}

#[test]
fn every_kind_of_authority_issues_for_every_kind_of_key_and_openssl_agrees() {
    let scratch = Scratch::new("x509");
    let subjects = KINDS.map(|kind| key(kind, 4));
    for kind in KINDS {
        let ca_key = key(kind, 3);
        let root = issue_root(&root_profile(), &ca_key).unwrap();
        let authority = Authority::new(&root, &ca_key).unwrap();
        let root = scratch.file("root.der", &root);
        let Some(pem) = judge("openssl", &["x509", "-inform", "DER", "-in", &root], b"") else {
            return;
        };
        let trusted = scratch.file("root.pem", &pem.output);
        for subject in subjects.iter().map(PrivateKey::public) {
            // OpenSSL's purpose for encryption knows of keyEncipherment only, so not of curves.
            let purpose = if subject.kind().is_rsa() {
                "smimeencrypt"
            } else {
                "any"
            };
            let verify = [
                "verify",
                "-x509_strict",
                "-attime",
                "1790000000",
                "-check_ss_sig",
            ];
            let verify = [&verify[..], &["-purpose", purpose, "-CAfile", &trusted]].concat();
            for profile in variants(&authority) {
                let issued = authority.issue_encryption(&profile, subject).unwrap();
                let issued = scratch.file("user.der", &issued);
                let judged = judge("openssl", &[&verify[..], &[&issued]].concat(), b"").unwrap();
                assert!(
                    judged.accepted,
                    "{kind}, {}: {}",
                    subject.kind(),
                    judged.said
                );
            }
        }
    }
}

#[test]
fn signing_certificates_and_the_servers_own_are_accepted_by_openssl_for_their_purpose_alone() {
    let scratch = Scratch::new("x509-signing");
    for kind in KINDS {
        let ca_key = key(kind, 3);
        let root = issue_root(&root_profile(), &ca_key).unwrap();
        let authority = Authority::new(&root, &ca_key).unwrap();
        let root = scratch.file("root.der", &root);
        let Some(pem) = judge("openssl", &["x509", "-inform", "DER", "-in", &root], b"") else {
            return;
        };
        let trusted = scratch.file("root.pem", &pem.output);
        let is_fit = |certificate: &[u8], purpose: &str| {
            let file = scratch.file("user.der", certificate);
            let verify = ["verify", "-x509_strict", "-attime", "1790000000"];
            let verify = [&verify[..], &["-purpose", purpose, "-CAfile", &trusted]].concat();
            let judged = judge("openssl", &[&verify[..], &[&file]].concat(), b"").unwrap();
            judged.accepted
        };
        let public = key(kind, 4);
        for profile in variants(&authority) {
            let issued = authority.issue_signing(&profile, public.public()).unwrap();
            assert!(is_fit(&issued, "smimesign"), "{kind}");
            assert!(!is_fit(&issued, "smimeencrypt"), "{kind}");
        }
        let server = CmpProfile {
            common_name: "KMSERVER".to_owned(),
            serial: serial(&mut StdRng::seed_from_u64(5)),
            validity: Validity::until_end_of(authority.validity().unwrap(), now()).unwrap(),
        };
        let issued = authority.issue_cmp(&server, public.public()).unwrap();
        assert!(is_fit(&issued, "any"), "{kind}");
        assert!(!is_fit(&issued, "smimesign"), "{kind}");
        let nameless = CmpProfile {
            common_name: String::new(),
            ..server
        };
        let refused = authority.issue_cmp(&nameless, public.public());
        assert!(matches!(refused, Err(X509Error::Rule(_))), "{refused:?}");
    }
}

#[test]
fn years_from_2050_are_written_as_generalized_time() {
    let mut profile = root_profile();
    profile.validity = Validity::of_root(now(), 30);
    assert!(issue_root(&profile, &key(KeyKind::P256, 5)).is_ok());
}

#[test]
fn a_certificate_that_would_break_a_rule_is_not_issued() {
    let ca_key = key(KeyKind::P256, 6);
    let root = issue_root(&root_profile(), &ca_key).unwrap();
    let authority = Authority::new(&root, &ca_key).unwrap();
    let public = key(KeyKind::P256, 7);
    let good = profile(&authority);
    let own = authority.validity().unwrap();
    let outlives = Validity {
        not_after: own.not_after.plus_secs(1),
        ..good.validity
    };
    let empty = Validity {
        not_after: good.validity.not_before,
        ..good.validity
    };
    let mut negative = good.serial;
    negative[0] |= 0x80;
    let changed = |change: &dyn Fn(&mut UserProfile)| {
        let mut profile = good.clone();
        change(&mut profile);
        profile
    };
    for (changed, clause) in [
        (changed(&|user| user.validity = outlives), "section 6.1.3"),
        (changed(&|user| user.validity = empty), "section 4.1.2.5"),
        (changed(&|user| user.serial = negative), "section 4.1.2.2"),
        (changed(&|user| user.serial = [0; 16]), "section 4.1.2.2"),
        (
            changed(&|user| user.crl_url = Some("ldap://example.com".to_owned())),
            "section 4.2.1.13",
        ),
        (
            changed(&|user| user.ca_issuers_url = Some("http://a b".to_owned())),
            "section 4.2.1.13",
        ),
    ] {
        match authority.issue_encryption(&changed, public.public()) {
            Err(X509Error::Rule(rule)) => {
                assert!(rule.contains(clause), "{rule}, not {clause}");
            }
            other => assert_eq!(other, Err(X509Error::Rule(clause))),
        }
    }
    for organization in [String::new(), "x".repeat(65)] {
        let profile = RootProfile {
            organization,
            ..root_profile()
        };
        let refused = issue_root(&profile, &ca_key).unwrap_err();
        assert!(refused.to_string().contains("appendix A.1"), "{refused}");
    }
}

#[test]
fn keys_that_do_not_fit_are_refused() {
    let ca_key = key(KeyKind::P256, 8);
    let root = issue_root(&root_profile(), &ca_key).unwrap();
    let other = key(KeyKind::P256, 9);
    assert_eq!(
        Authority::new(&root, &other).err(),
        Some(X509Error::Mismatch)
    );
    let authority = Authority::new(&root, &ca_key).unwrap();
    let signing = key(KeyKind::Ed25519, 10);
    let refused = authority.issue_encryption(&profile(&authority), signing.public());
    assert_eq!(refused, Err(X509Error::Kind));
    assert_eq!(issue_root(&root_profile(), &signing), Err(X509Error::Kind));
}

#[test]
fn serial_numbers_are_positive_and_of_one_length() {
    let mut rng = StdRng::seed_from_u64(11);
    for _ in 0..1_000 {
        assert!((0x40..0x80).contains(&serial(&mut rng)[0]));
    }
}
