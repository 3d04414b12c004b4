//! Shows which paths are trusted, beside OpenSSL's verdict on the same certificates and lists.

use super::*;
use crate::crypto::judge::{Judgement, judge as ask};
use crate::domain::address::MailAddress;
use authorities::{Authorities, rows};
use tables::{CASES, CERTIFICATES, LISTS};

mod authorities;
mod tables;

#[test]
fn every_verdict_is_openssls_but_where_it_knows_less() {
    let Some(made) = Authorities::new("path", CERTIFICATES, LISTS) else {
        return;
    };
    for row in rows::<7>(CASES) {
        let case = row.join(" | ");
        let [leaf, given, anchors, lists, year, words, differs] = row;
        let [given, anchors, lists] = [given, anchors, lists].map(names);
        let all = |names: &[&str]| -> Vec<Certificate> {
            names.iter().map(|name| made.certificate(name)).collect()
        };
        let crls: Vec<Crl> = lists.iter().map(|name| made.crl(name)).collect();
        let (year, purpose) = year.split_once(' ').unwrap();
        let at = UnixTime::parse(&format!("{year}-06-01")).unwrap();
        let purpose = if purpose == "sign" {
            Purpose::Sign
        } else {
            Purpose::Encrypt
        };
        let leaf_certificate = made.certificate(leaf);
        let verdict = judge(
            &leaf_certificate,
            &all(&given),
            &all(&anchors),
            &crls,
            at,
            purpose,
        );
        let good = if lists.is_empty() {
            verdict.stands()
        } else {
            verdict.is_good()
        };
        let PathVerdict {
            chain,
            dates,
            revocation,
            usage,
            path: _,
        } = &verdict;
        let said = format!("{chain:?} {dates:?} {revocation:?} {usage:?}");
        assert_eq!(good, words.is_empty(), "{case}: {said}");
        assert!(said.contains(words), "{case}: {said}");

        let other = openssl_says(&made, [&[leaf], &given, &anchors, &lists], purpose, at);
        assert_eq!(
            other.accepted == good,
            differs.is_empty(),
            "{case}: {}",
            other.said
        );
    }
}

fn names(cell: &'static str) -> Vec<&'static str> {
    cell.split_whitespace().collect()
}

/// What `openssl verify` says: at 112 bits of security, for the same purpose and moment, and a trusted
/// certificate need be no root.
fn openssl_says(
    made: &Authorities,
    [leaf, given, anchors, lists]: [&[&str]; 4],
    purpose: Purpose,
    at: UnixTime,
) -> Judgement {
    let at = at.secs().to_string();
    let purpose = match purpose {
        Purpose::Encrypt => "smimeencrypt",
        Purpose::Sign => "smimesign",
    };
    let trusted = made.bundle("trusted.pem", anchors);
    let leaf = made.bundle("leaf.pem", leaf);
    let untrusted = made.bundle("untrusted.pem", given);
    let crls = made.bundle("lists.pem", lists);
    let options = "verify -auth_level 2 -partial_chain -no-CApath -no-CAstore";
    let mut arguments: Vec<&str> = options.split(' ').collect();
    arguments.extend(["-attime", &at, "-purpose", purpose, "-CAfile", &trusted]);
    if !given.is_empty() {
        arguments.extend(["-untrusted", &untrusted]);
    }
    if !lists.is_empty() {
        arguments.extend(["-crl_check_all", "-CRLfile", &crls]);
    }
    arguments.push(&leaf);
    ask("openssl", &arguments, b"").unwrap()
}

/// A root, an authority below it, somebody below that, and another authority of the same name.
fn few(test: &str) -> Option<Authorities> {
    let end = CERTIFICATES.find("direct").unwrap();
    Authorities::new(test, CERTIFICATES.split_at(end).0, "")
}

#[test]
fn a_changed_octet_anywhere_below_the_trusted_certificate_is_no_trust() {
    let Some(made) = few("path-changed") else {
        return;
    };
    let at = UnixTime::parse("2027-01-01").unwrap();
    let [root, ca, anna] = ["root", "ca", "anna"].map(|name| made.certificate(name));
    let stands = |anna: &Certificate, ca: &Certificate| {
        let (given, trusted) = ([ca.clone()], [root.clone()]);
        judge(anna, &given, &trusted, &[], at, Purpose::Sign).stands()
    };
    assert!(stands(&anna, &ca));
    for place in 0..anna.der().len() {
        let mut changed = anna.der().to_vec();
        changed[place] ^= 1;
        if let Ok(changed) = Certificate::from_der(&changed) {
            assert!(!stands(&changed, &ca), "octet {place}");
        }
    }
    for place in 0..ca.der().len() {
        let mut changed = ca.der().to_vec();
        changed[place] ^= 0x80;
        if let Ok(changed) = Certificate::from_der(&changed) {
            assert!(!stands(&anna, &changed), "octet {place} of the authority");
        }
    }
}

#[test]
fn a_hundred_namesakes_do_not_hide_the_trusted_one_nor_cost_more_than_the_limit() {
    let Some(made) = few("path-many") else {
        return;
    };
    let at = UnixTime::parse("2027-01-01").unwrap();
    let [ca, anna, namesake] = ["ca", "anna", "namesake"].map(|name| made.certificate(name));
    let given = vec![namesake; 1_000];
    assert!(judge(&anna, &given, &[ca], &[], at, Purpose::Sign).stands());
}

#[test]
fn an_address_with_blanks_around_it_certifies_nobody() {
    // else no constraint of its authority would hold for it: "example.com " is another domain
    let certificates = "
root | /CN=Root | ec | root | ca | | 2026 2040 | sha256
blank | /CN=Anna | ec | root | sign | subjectAltName=DER:30138111616e6e61406578616d706c652e636f6d20 | 2026 2028 | sha256
";
    let Some(made) = Authorities::new("blank", certificates, "") else {
        return;
    };
    let certificate = made.certificate("blank");
    assert!(certificate.addresses().is_empty());
    assert!(!certificate.certifies(&MailAddress::parse("anna@example.com").unwrap()));
}
