//! Shows which certificates may enter the trust list, on samples, damaged samples and Debian's roots.

use super::*;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples/ca");

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{SAMPLES}/{name}")).unwrap()
}

fn sample_der(name: &str) -> Vec<u8> {
    match file::find(&sample(name)).unwrap().remove(0) {
        Found::Certificate(certificate) => certificate.der().to_vec(),
        other @ (Found::Damaged(_) | Found::Malformed(_) | Found::Other(_)) => {
            unreachable!("{other:?}")
        }
    }
}

/// A moment at which all samples are valid.
fn now() -> UnixTime {
    UnixTime::parse("2027-01-01").unwrap()
}

/// What speaks against the only certificate of a file.
fn reasons(file: &[u8]) -> Vec<Refusal> {
    let mut judged = judge_file(file, now()).unwrap();
    assert_eq!(judged.len(), 1);
    match judged.remove(0).verdict {
        Verdict::Accepted => Vec::new(),
        Verdict::Refused(refusals) => refusals,
    }
}

fn is_accepted(file: &[u8]) -> bool {
    judge_file(file, now()).is_ok_and(|judged| {
        judged
            .iter()
            .any(|judged| judged.verdict == Verdict::Accepted)
    })
}

/// The octets with the only place of `from` replaced.
fn replaced(octets: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let places: Vec<usize> = (0..octets.len())
        .filter(|place| octets[*place..].starts_with(from))
        .collect();
    let [place] = *places else {
        unreachable!("{from:02x?} stands {} times", places.len());
    };
    let (before, rest) = octets.split_at(place);
    [before, to, &rest[from.len()..]].concat()
}

#[test]
fn roots_and_subordinates_that_keep_the_rules_are_accepted() {
    for name in [
        "root.pem",
        "root_plain.pem",
        "root_sha1.pem",
        "root_md5.pem",
        "root_pss.pem",
        "root_ed25519.pem",
        "root_p384_sha224.pem",
        "sub.pem",
        "sub_bare.pem",
        "sub_mail.pem",
        "sub_tls.pem", // what it may issue is a matter of each path, not of the list
    ] {
        assert_eq!(reasons(&sample(name)), [], "{name}");
    }
}

#[test]
fn each_broken_rule_has_its_own_reason() {
    for (name, reason) in [
        ("leaf.pem", Refusal::NotCa),
        ("no_constraints.pem", Refusal::NotCa),
        ("no_cert_sign.pem", Refusal::KeyUsage),
        ("rsa_1024.pem", Refusal::KeySize(1024)),
        ("secp256k1.pem", Refusal::KeyKind("EC secp256k1".to_owned())),
        ("sub_md5.pem", Refusal::BrokenDigest(Digest::Md5)),
        ("sub_sha1.pem", Refusal::BrokenDigest(Digest::Sha1)),
        ("sub_no_usage.pem", Refusal::MissingKeyUsage),
        (
            "unknown_critical.pem",
            Refusal::UnknownCritical("1.2.3.4".to_owned()),
        ),
        ("v1.pem", Refusal::Version(Version::V1)),
    ] {
        assert_eq!(reasons(&sample(name)), [reason], "{name}");
    }
    let explicit = reasons(&sample("explicit_curve.pem"));
    assert!(matches!(*explicit, [Refusal::Malformed(_)]), "{explicit:?}");
}

#[test]
fn validity_is_judged_at_the_moment_asked_for_and_its_ends_count() {
    let certificate = Certificate::from_der(&sample_der("root.pem")).unwrap();
    let (first, last) = (certificate.not_before(), certificate.not_after());
    for (at, reason) in [
        (first.plus_secs(-1), vec![Refusal::NotYetValid(first)]),
        (first, vec![]),
        (last, vec![]),
        (last.plus_secs(1), vec![Refusal::Expired(last)]),
    ] {
        assert_eq!(refusals(&certificate, at), reason);
    }
}

#[test]
fn no_root_with_a_single_changed_bit_is_accepted() {
    for name in ["root.pem", "root_plain.pem", "root_ed25519.pem"] {
        let der = sample_der(name);
        for place in 0..der.len() {
            for bit in 0..8 {
                let mut changed = der.clone();
                changed[place] ^= 1 << bit;
                assert!(!is_accepted(&changed), "{name}, octet {place}, bit {bit}");
            }
        }
    }
}

#[test]
fn a_root_with_a_changed_name_does_not_pass_for_a_subordinate() {
    let root = sample_der("root_plain.pem");
    let name = b"root_plain";
    let issuer = root
        .windows(name.len())
        .position(|window| window == name)
        .unwrap();
    let mut renamed = root;
    renamed[issuer] = b'R';
    assert_eq!(reasons(&renamed)[0], Refusal::SelfSignature);
}

#[test]
fn what_is_not_strict_der_is_refused_even_where_no_signature_can_tell() {
    let sub = sample_der("sub.pem"); // issued by another: its own signature is not checked
    for (from, to, what) in DAMAGE {
        let refusals = reasons(&replaced(&sub, &octets(from), &octets(to)));
        let [Refusal::Malformed(malformed)] = *refusals else {
            unreachable!("{what}: {refusals:?}");
        };
        assert_eq!(malformed.what, *what);
    }
}

/// The octets of hexadecimal digits, with spaces between them.
fn octets(hex: &str) -> Vec<u8> {
    let pairs = hex.split_whitespace();
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).unwrap())
        .collect()
}

/// What stands in the sample, what is put there, and what is wrong with it.
#[rustfmt::skip]
const DAMAGE: &[(&str, &str, &str)] = &[
    // basicConstraints, critical, cA
    ("1d 13 01 01 ff 04 05 30 03 01 01 ff", "1d 13 01 01 ff 04 05 30 03 01 01 01", "a BOOLEAN is neither 00 nor FF"),
    ("1d 13 01 01 ff 04 05 30 03 01 01 ff", "1d 13 01 01 01 04 05 30 03 01 01 ff", "a BOOLEAN is neither 00 nor FF"),
    ("1d 13 01 01 ff 04 05 30 03 01 01 ff", "1d 13 01 01 ff 04 05 30 03 01 01 00", "a BOOLEAN is written out although it is FALSE by default"),
    ("1d 13 01 01 ff 04 05 30 03 01 01 ff", "1d 23 01 01 ff 04 05 30 03 01 01 ff", "an extension is critical that must not be"),
    ("55 1d 23", "55 1d 0e", "an extension comes twice"),
    // keyUsage: keyCertSign and cRLSign
    ("04 04 03 02 01 06", "04 04 03 02 00 06", "the keyUsage is not in its shortest form"),
    ("04 04 03 02 01 06", "04 04 03 02 01 07", "a BIT STRING has wrong or filled unused bits"),
    ("04 04 03 02 01 06", "04 04 03 02 08 00", "a BIT STRING has wrong or filled unused bits"),
    ("04 04 03 02 01 06", "04 04 03 02 00 00", "the keyUsage names no usage, or one that does not exist"),
    // the serial number
    ("02 02 4a 11", "02 02 ca 11", "a number that must not be negative is negative"),
    ("02 02 4a 11", "02 02 00 11", "an INTEGER is not in its shortest form"),
    ("02 02 4a 11", "02 81 01 11", "the length is not in its shortest form"),
    ("02 02 4a 11", "04 02 4a 11", "the serial number is not a number"),
    // the version
    ("a0 03 02 01 02", "a0 03 02 01 01", "only version 3 certificates can have extensions"),
    ("a0 03 02 01 02", "a0 03 02 01 03", "there is no such version of certificates"),
    ("a0 03 02 01 02", "a0 03 02 01 00", "version 1 is written out although it is the default"),
    // names: C=XX, O=Sample, CN=sub
    ("55 04 06 13 02 58 58", "55 04 06 13 02 58 40", "a character string holds characters its type does not have"),
    ("55 04 06 13 02 58 58", "55 04 06 05 02 58 58", "a NULL has contents"),
    ("0c 03 73 75 62", "0c 03 73 ff 62", "a character string holds characters its type does not have"),
    ("0c 03 73 75 62", "02 03 73 75 62", "an attribute of a name is not text"),
    ("0c 03 73 75 62", "2c 03 04 01 62", "a value is given in pieces, which DER does not allow"),
    // the beginning of the subject's key: id-ecPublicKey, P-256, uncompressed
    ("03 01 07 03 42 00 04", "03 01 07 03 42 08 04", "a BIT STRING has wrong or filled unused bits"),
    ("03 01 07 03 42 00 04", "03 01 07 03 42 00 05", "the EC key is not a point on its curve"),
];

#[test]
fn what_is_longer_or_shorter_than_one_certificate_is_refused() {
    let der = sample_der("sub.pem");
    let [0x30, 0x82, high, low, rest @ ..] = der.as_slice() else {
        unreachable!("the sample is longer than 255 octets");
    };
    let padded = [&[0x30, 0x83, 0, *high, *low], rest].concat();
    let open = [&[0x30, 0x80], rest, &[0, 0]].concat();
    let trailing = [der.as_slice(), b"\n"].concat();
    for malformed in [padded, open, trailing] {
        assert!(matches!(*reasons(&malformed), [Refusal::Malformed(_)]));
    }
    for length in 1..der.len() {
        assert!(!is_accepted(&der[..length]), "first {length} octets");
    }
}

#[test]
fn every_usual_form_of_file_is_read() {
    let pem = String::from_utf8(sample("root.pem")).unwrap();
    let der = sample_der("root.pem");
    let (begin, rest) = pem.split_once('\n').unwrap();
    let (base64, _end) = rest.split_once("-----END").unwrap();
    let one_line = base64.replace('\n', "");
    for file in [
        der.clone(),
        pem.replace('\n', "\r\n").into_bytes(),
        pem.replace('\n', "\r").into_bytes(),
        format!("\u{feff}{pem}").into_bytes(),
        pem.replace("CERTIFICATE", "X509 CERTIFICATE").into_bytes(),
        format!("{begin}\n{one_line}\n-----END CERTIFICATE-----").into_bytes(),
        [
            b"0 words in Latin-1: \xe4\n".as_slice(),
            pem.as_bytes(),
            b"\nmore words\n",
        ]
        .concat(),
    ] {
        let judged = judge_file(&file, now()).unwrap();
        assert_eq!(judged.len(), 1);
        assert_eq!(judged[0].verdict, Verdict::Accepted);
        assert_eq!(judged[0].certificate.as_ref().unwrap().der(), der);
    }
}

#[test]
fn certificates_of_pkcs7_are_judged_one_by_one() {
    let verdicts = |file: &[u8]| {
        let judged = judge_file(file, now()).unwrap();
        judged
            .iter()
            .map(|judged| (judged.number, judged.verdict == Verdict::Accepted))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        verdicts(&sample("three.p7b")),
        [(1, true), (2, true), (3, false)]
    );
    assert_eq!(verdicts(&sample("streamed.p7m")), [(1, true), (2, true)]); // open lengths
    // a certificate inside whose own length is open is not DER, whatever surrounds it
    let three = sample("three.p7b");
    let root = sample_der("root.pem");
    let open = [&[0x30, 0x80], &root[4..], &[0, 0]].concat();
    let judged = judge_file(&replaced(&three, &root, &open), now()).unwrap();
    assert!(judged[0].certificate.is_none());
    assert!(judged[1].verdict == Verdict::Accepted);
}

#[test]
fn one_bad_block_does_not_hide_the_good_ones() {
    let root = String::from_utf8(sample("root.pem")).unwrap();
    let damaged = root.replacen("MII", "M!I", 1);
    let key = root.replace("CERTIFICATE", "PRIVATE KEY");
    let cut = root.split("-----END").next().unwrap();
    let file = format!("{damaged}{root}{key}{cut}");
    let judged = judge_file(file.as_bytes(), now()).unwrap();
    let verdicts: Vec<_> = judged.into_iter().map(|judged| judged.verdict).collect();
    let refused = |refusal| Verdict::Refused(vec![refusal]);
    assert_eq!(
        verdicts,
        [
            refused(Refusal::Pem("a character is not base64")),
            Verdict::Accepted,
            refused(Refusal::NotCertificate("a private key (keep it secret)")),
            refused(Refusal::Pem(
                "the END line is missing, the file may be cut short"
            )),
        ]
    );
}

#[test]
fn files_of_other_kinds_are_named() {
    let trusted = String::from_utf8(sample("root.pem"))
        .unwrap()
        .replace("CERT", "TRUSTED CERT");
    for (file, words) in [
        (b"".to_vec(), "empty"),
        (b"\xef\xbb\xbf \r\n".to_vec(), "empty"),
        (b"<!DOCTYPE html><title>404</title>".to_vec(), "web page"),
        (b"\xef\xbb\xbf<html>".to_vec(), "web page"),
        (b"hello".to_vec(), "neither PEM nor DER"),
        (vec![0; 1 << 20], "neither PEM nor DER"),
        (sample("request.der"), "a request for a certificate"),
        (
            b"-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----".to_vec(),
            "a private key",
        ),
        (trusted.into_bytes(), "OpenSSL trusted certificate"),
    ] {
        let error = judge_file(&file, now()).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn hostile_lengths_and_depths_are_refused_at_once() {
    let nested = (0..2000).fold(Vec::new(), |inside: Vec<u8>, _level| {
        let length = u16::try_from(inside.len()).unwrap().to_be_bytes();
        let header = match length {
            [0, short @ ..0x80] => vec![0x30, short],
            [0, long] => vec![0x30, 0x81, long],
            [high, low] => vec![0x30, 0x82, high, low],
        };
        [header, inside].concat()
    });
    assert!(matches!(
        *reasons(&nested),
        [Refusal::Malformed(Malformed {
            what: "nested too deeply",
            ..
        })]
    ));
    for length in [
        [0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
        [0x30, 0x85, 1, 0, 0, 0],
        [0x30, 0x80, 0x30, 0x80, 0x30, 0x80],
    ] {
        assert!(matches!(*reasons(&length), [Refusal::Malformed(_)]));
    }
    assert_eq!(
        judge_file(&vec![b' '; MAX_FILE + 1], now()),
        Err(FileError::TooLarge)
    );
}

#[test]
#[expect(clippy::print_stderr, reason = "a judge that is missing must be named")]
fn all_roots_of_debian_are_accepted_but_the_expired_ones() {
    let Ok(bundle) = std::fs::read("/etc/ssl/certs/ca-certificates.crt") else {
        eprintln!("not judged: Debian's ca-certificates are not installed");
        return;
    };
    let judged = judge_file(&bundle, now()).unwrap();
    assert!(100 < judged.len(), "{} roots", judged.len());
    for judged in judged {
        let certificate = judged.certificate.unwrap();
        let expected = if certificate.not_after() < now() {
            Verdict::Refused(vec![Refusal::Expired(certificate.not_after())])
        } else {
            Verdict::Accepted
        };
        assert_eq!(judged.verdict, expected, "{}", certificate.subject());
    }
}

#[test]
fn damaged_files_of_every_form_are_judged_without_a_crash() {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64; // Marsaglia's xorshift: the same damage in every run
    let mut below = |bound: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random >> 16).unwrap() % bound
    };
    for name in [
        "three.p7b",
        "streamed.p7m",
        "request.der",
        "root.pem",
        "root_pss.pem",
    ] {
        let whole = sample(name);
        for _round in 0..600 {
            let mut damaged = whole.clone();
            for _change in 0..=below(4) {
                let place = below(damaged.len());
                match below(4) {
                    0 => damaged[place] = [0, 0x30, 0x80, 0x84, 0xff][below(5)],
                    1 => damaged[place] ^= 1 << below(8),
                    2 => {
                        damaged.remove(place);
                    }
                    _ => damaged.truncate(place.max(1)),
                }
            }
            let judged = judge_file(&damaged, now()).unwrap_or_default();
            assert!(judged.len() <= damaged.len());
        }
    }
}
