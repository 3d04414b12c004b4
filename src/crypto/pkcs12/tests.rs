//! Shows what is written and read; OpenSSL, `GnuTLS`, NSS and Java judge the one and write the other.

use p12_keystore::Pkcs12Archive;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;
use crate::crypto::judge::{Scratch, judge};
use crate::crypto::x509::{self, Authority, MailName, RootProfile, UserProfile, Validity};
use crate::domain::key_kind::KeyKind;
use crate::domain::secret::SecretText;
use crate::domain::time::UnixTime;

const PASSWORD: &str = "7QKD-A2MX-93VN-PW4T";
/// Enough to be a real derivation, few enough for a quick test.
const ITERATIONS: u32 = 1_000;

struct World {
    keys: Vec<PrivateKey>,
    certificates: Vec<Vec<u8>>,
    root: Vec<u8>,
}

impl World {
    fn new() -> Self {
        let mut rng = StdRng::seed_from_u64(1);
        let now = UnixTime::parse("2026-08-31").unwrap();
        let ca_key = PrivateKey::generate(KeyKind::P256, &mut rng).unwrap();
        let root = RootProfile {
            organization: "Example".to_owned(),
            common_name: "Example CA".to_owned(),
            serial: x509::serial(&mut rng),
            validity: Validity::of_root(now, 20),
        };
        let root = x509::issue_root(&root, &ca_key).unwrap();
        let authority = Authority::new(&root, &ca_key).unwrap();
        let kinds = [KeyKind::Rsa2048, KeyKind::Rsa2048, KeyKind::P256];
        let keys = kinds.map(|kind| PrivateKey::generate(kind, &mut rng).unwrap());
        let issue = |key: &PrivateKey| {
            let profile = UserProfile {
                common_name: "J\u{f6}rg".to_owned(),
                address: MailName::new("joerg", "example.com"),
                serial: x509::serial(&mut rng),
                validity: Validity::of_user(now, authority.validity().unwrap()).unwrap(),
                crl_url: None,
                ca_issuers_url: None,
            };
            authority.issue_encryption(&profile, key.public()).unwrap()
        };
        let certificates = keys.iter().map(issue).collect();
        Self {
            keys: keys.into(),
            certificates,
            root,
        }
    }

    fn write(&self, name: &str) -> Vec<u8> {
        let chain = [self.root.as_slice()];
        let pairs = self.keys.iter().zip(&self.certificates);
        let entries: Vec<_> = pairs
            .map(|(key, certificate)| Pkcs12Entry {
                name: name.to_owned(),
                key,
                certificate,
                chain: &chain,
            })
            .collect();
        write(
            &entries,
            &SecretText::new(PASSWORD.to_owned()),
            ITERATIONS,
            &mut StdRng::seed_from_u64(2),
        )
        .unwrap()
    }
}

#[test]
fn every_key_of_the_same_name_is_in_the_file_with_its_certificate() {
    let world = World::new();
    let file = world.write("J\u{f6}rg \u{1f511}");
    let archive = Pkcs12Archive::from_pkcs12(&file, PASSWORD).unwrap();
    for ((key, certificate), name) in world.keys.iter().zip(&world.certificates).zip([
        "J\u{f6}rg \u{fffd}",
        "J\u{f6}rg \u{fffd} (2)",
        "J\u{f6}rg \u{fffd} (3)",
    ]) {
        let octets = key.pkcs8().expose();
        let bag = archive.keys.iter().find(|bag| bag.key.as_der() == octets);
        let bag = bag.unwrap();
        assert_eq!(bag.friendly_name.as_deref(), Some(name));
        let id = bag.local_key_id.as_ref().map(|id| id.0.clone());
        let own = archive
            .certs
            .iter()
            .find(|bag| bag.local_key_id == id)
            .unwrap();
        assert_eq!(own.cert.as_der(), certificate);
    }
    assert!(
        archive
            .certs
            .iter()
            .any(|bag| bag.cert.as_der() == world.root)
    );
    assert!(Pkcs12Archive::from_pkcs12(&file, "wrong").is_err());
}

#[test]
fn a_foreign_certificate_and_a_password_that_others_refuse_are_refused() {
    let world = World::new();
    let entry = |certificate| Pkcs12Entry {
        name: String::new(),
        key: &world.keys[0],
        certificate,
        chain: &[],
    };
    let password = |text: &str| SecretText::new(text.to_owned());
    for certificate in [&world.certificates[1][..], b"", b"\x30\x00"] {
        let refused = write(
            &[entry(certificate)],
            &password(PASSWORD),
            ITERATIONS,
            &mut StdRng::seed_from_u64(2),
        );
        assert_eq!(refused, Err(Pkcs12Error::Mismatch));
    }
    for refused in ["", "\u{1f511}"] {
        let entries = [entry(&world.certificates[0])];
        let refused = write(
            &entries,
            &password(refused),
            ITERATIONS,
            &mut StdRng::seed_from_u64(2),
        );
        assert_eq!(refused, Err(Pkcs12Error::Password));
    }
}

#[test]
fn other_programs_read_every_key_and_every_derivation_is_strong() {
    let scratch = Scratch::new("pkcs12");
    let file = scratch.file("keys.p12", &World::new().write("J\u{f6}rg M\u{fc}ller"));
    let pass = format!("pass:{PASSWORD}");
    let info = ["pkcs12", "-info", "-nodes", "-in", &file, "-passin", &pass];
    if let Some(judged) = judge("openssl", &info, b"") {
        assert!(judged.accepted, "{}", judged.said);
        let count = |text: &str| judged.said.matches(text).count();
        assert_eq!(count("BEGIN PRIVATE KEY"), 3);
        assert_eq!(count("BEGIN CERTIFICATE"), 4); // the authority once
        let derivations = "PBES2, PBKDF2, AES-256-CBC, Iteration 1000, PRF hmacWithSHA256";
        assert_eq!(count(derivations), 4, "{}", judged.said);
        assert_eq!(count("MAC: sha256, Iteration 1000"), 1);
    }
    let info = [
        "--p12-info",
        "--inder",
        "--infile",
        &file,
        "--password",
        PASSWORD,
    ];
    if let Some(judged) = judge("certtool", &info, b"") {
        assert!(judged.accepted, "{}", judged.said);
        assert_eq!(judged.said.matches("Type: PKCS #8").count(), 3);
    }
    if let Some(judged) = judge("pk12util", &["-l", &file, "-W", PASSWORD], b"") {
        assert!(judged.accepted, "{}", judged.said);
        assert_eq!(judged.said.matches("Key(shrouded)").count(), 3);
    }
    let list = [
        "-list",
        "-keystore",
        &file,
        "-storetype",
        "PKCS12",
        "-storepass",
        PASSWORD,
    ];
    if let Some(judged) = judge("keytool", &list, b"") {
        assert!(judged.accepted, "{}", judged.said);
        assert_eq!(
            judged.said.matches("PrivateKeyEntry").count(),
            3,
            "{}",
            judged.said
        );
    }
}

fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

/// The reason why a file is not read.
fn refused(file: &[u8], password: &str) -> Pkcs12ReadError {
    match read(file, &secret(password)) {
        Ok(contents) => unreachable!("{} keys were read", contents.keys.len()),
        Err(reason) => reason,
    }
}

impl World {
    /// Are exactly these keys, by their places, in the file, each with its certificate?
    fn check(&self, file: &[u8], password: &str, places: &[usize], what: &str) {
        let contents = match read(file, &secret(password)) {
            Ok(contents) => contents,
            Err(reason) => unreachable!("{what}: {reason}"),
        };
        assert_eq!(contents.keys.len(), places.len(), "{what}");
        for (read, place) in contents.keys.iter().zip(places) {
            assert!(read.key.matches(self.keys[*place].public()), "{what}");
            let certificate = read.certificate.as_ref();
            assert_eq!(certificate, Some(&self.certificates[*place]), "{what}");
        }
        assert_eq!(refused(file, "wrong"), Pkcs12ReadError::Password, "{what}");
    }

    /// The files from which other programs make a PKCS#12 file: key and certificates in PEM.
    fn pems(&self, scratch: &Scratch, place: usize) -> Option<[String; 3]> {
        let key = scratch.file("key.der", self.keys[place].pkcs8().expose());
        let key = judge("openssl", &["pkey", "-inform", "DER", "-in", &key], b"")?;
        let pem = |der: &[u8]| {
            let file = scratch.file("one.der", der);
            let made = judge("openssl", &["x509", "-inform", "DER", "-in", &file], b"");
            made.unwrap().output
        };
        Some([
            scratch.file("key.pem", &key.output),
            scratch.file("cert.pem", &pem(&self.certificates[place])),
            scratch.file("root.pem", &pem(&self.root)),
        ])
    }
}

#[test]
fn a_keyset_reads_back_in_its_order_with_names_certificates_and_authorities() {
    let world = World::new();
    let chain = [world.root.as_slice()];
    let names = ["signing", "encryption", "encryption"];
    let pairs = world.keys.iter().zip(&world.certificates).zip(names);
    let entries: Vec<_> = pairs
        .map(|((key, certificate), name)| Pkcs12Entry {
            name: name.to_owned(),
            key,
            certificate,
            chain: &chain,
        })
        .collect();
    for password in ["a", "p\u{e4}ssw\u{f6}rd \u{9375}"] {
        let mut rng = StdRng::seed_from_u64(3);
        let file = write(&entries, &secret(password), ITERATIONS, &mut rng).unwrap();
        world.check(&file, password, &[0, 1, 2], "ours");
        let contents = read(&file, &secret(password)).unwrap();
        let read: Vec<_> = contents
            .keys
            .into_iter()
            .map(|key| key.name.unwrap())
            .collect();
        assert_eq!(read, ["signing", "encryption", "encryption (2)"]);
        assert_eq!(contents.chain, std::slice::from_ref(&world.root));
    }
}

#[test]
fn files_of_openssl_are_read_whatever_protects_them() {
    let scratch = Scratch::new("pkcs12-openssl");
    let world = World::new();
    for place in [0, 2] {
        let Some([key, certificate, root]) = world.pems(&scratch, place) else {
            return;
        };
        for password in ["secret", "", "p\u{e4}ssw\u{f6}rd \u{9375}"] {
            for options in [
                "",
                "-legacy",
                "-keypbe AES-128-CBC -certpbe AES-192-CBC -macalg sha512 -iter 3000",
                "-legacy -keypbe PBE-SHA1-2DES -certpbe PBE-SHA1-RC2-128",
                "-keypbe DES-EDE3-CBC -certpbe NONE -macalg sha1",
                "-keypbe NONE -certpbe NONE -macalg sha224",
                "-macalg sha384 -nomaciter",
            ] {
                let pass = format!("pass:{password}");
                let mut arguments = vec!["pkcs12", "-export", "-inkey", &key, "-in", &certificate];
                arguments.extend(["-certfile", &root, "-name", "Anna", "-passout", &pass]);
                arguments.extend(options.split_whitespace());
                let made = judge("openssl", &arguments, b"").unwrap();
                assert!(made.accepted, "{options}: {}", made.said);
                world.check(&made.output, password, &[place], options);
                let contents = read(&made.output, &secret(password)).unwrap();
                assert_eq!(contents.keys[0].name.as_deref(), Some("Anna"));
                assert_eq!(contents.chain, std::slice::from_ref(&world.root));
            }
        }
        let mut arguments = vec!["pkcs12", "-export", "-inkey", &key, "-in", &certificate];
        arguments.extend(["-passout", "pass:secret"]);
        let bare = [&arguments[..], &["-nocerts"]].concat();
        let bare = judge("openssl", &bare, b"").unwrap();
        let contents = read(&bare.output, &secret("secret")).unwrap();
        assert_eq!((contents.keys.len(), contents.chain.len()), (1, 0));
        assert!(contents.keys[0].certificate.is_none());
        let open = [&arguments[..], &["-nomac"]].concat();
        let open = judge("openssl", &open, b"").unwrap();
        assert_eq!(
            refused(&open.output, "secret"),
            Pkcs12ReadError::Unprotected
        );
    }
}

#[test]
fn files_of_gnutls_are_read() {
    let scratch = Scratch::new("pkcs12-gnutls");
    let world = World::new();
    let Some([key, certificate, root]) = world.pems(&scratch, 2) else {
        return;
    };
    for cipher in ["aes-256", "3des-pkcs12", "rc2-40"] {
        let options = format!(
            "--to-p12 --outder --load-privkey {key} --load-certificate {certificate} \
             --load-ca-certificate {root} --p12-name Anna --password secret --pkcs-cipher {cipher}"
        );
        let arguments: Vec<&str> = options.split_whitespace().collect();
        let Some(made) = judge("certtool", &arguments, b"") else {
            return;
        };
        assert!(made.accepted, "{cipher}: {}", made.said);
        world.check(&made.output, "secret", &[2], cipher);
    }
}

#[test]
fn files_of_nss_are_read_with_all_keys() {
    let scratch = Scratch::new("pkcs12-nss");
    let world = World::new();
    let base = scratch.path("nss");
    std::fs::create_dir(&base).unwrap();
    let base = format!("sql:{base}");
    if judge("certutil", &["-N", "-d", &base, "--empty-password"], b"").is_none() {
        return;
    }
    let ours = scratch.file("ours.p12", &world.write("Anna"));
    let import = ["-i", &ours, "-d", &base, "-W", PASSWORD];
    let imported = judge("pk12util", &import, b"").unwrap();
    assert!(imported.accepted, "{}", imported.said);
    for cipher in [
        "",
        "-c AES-256-CBC -C AES-128-CBC",
        "-c DES-EDE3-CBC -C RC2-CBC",
    ] {
        let out = scratch.path("theirs.p12");
        // NSS shows one certificate's name for all certificates of a person
        let mut export = vec![
            "-o",
            &out,
            "-n",
            "Anna",
            "-d",
            &base,
            "-W",
            "p\u{e4}ss \u{9375}",
        ];
        export.extend(cipher.split_whitespace());
        let exported = judge("pk12util", &export, b"").unwrap();
        assert!(exported.accepted, "{cipher}: {}", exported.said);
        let file = std::fs::read(&out).unwrap();
        let contents = read(&file, &secret("p\u{e4}ss \u{9375}")).unwrap();
        assert!(!contents.keys.is_empty(), "{cipher}");
        for key in &contents.keys {
            let known = world
                .keys
                .iter()
                .position(|ours| ours.matches(key.key.public()));
            assert_eq!(
                key.certificate.as_ref(),
                Some(&world.certificates[known.unwrap()])
            );
        }
        assert_eq!(refused(&file, "wrong"), Pkcs12ReadError::Password);
    }
}

#[test]
fn files_of_java_are_read_with_all_keys() {
    let scratch = Scratch::new("pkcs12-java");
    let world = World::new();
    let ours = scratch.file("ours.p12", &world.write("anna"));
    for options in ["", "-J-Dkeystore.pkcs12.legacy"] {
        let out = scratch.path("theirs.p12");
        let text = format!(
            "{options} -importkeystore -srckeystore {ours} -srcstoretype PKCS12 -srcstorepass {PASSWORD} \
             -destkeystore {out} -deststoretype PKCS12 -deststorepass secret1 -noprompt"
        );
        let arguments: Vec<&str> = text.split_whitespace().collect();
        let Some(made) = judge("keytool", &arguments, b"") else {
            return;
        };
        assert!(made.accepted, "{}", made.said);
        let file = std::fs::read(&out).unwrap();
        world.check(&file, "secret1", &[0, 1, 2], options);
        std::fs::remove_file(&out).unwrap();
    }
}

#[test]
fn what_is_no_such_file_or_wants_too_much_work_is_told_from_a_wrong_password() {
    let world = World::new();
    let file = world.write("Anna");
    assert_eq!(refused(&file, "wrong"), Pkcs12ReadError::Password);
    assert_eq!(refused(&file, ""), Pkcs12ReadError::Password);
    for other in [
        b"".as_slice(),
        b"hello",
        &world.root,
        &file[..file.len() - 1],
    ] {
        assert_eq!(refused(other, PASSWORD), Pkcs12ReadError::Malformed);
    }
    assert_eq!(
        refused(&vec![0x30; MAX_FILE + 1], PASSWORD),
        Pkcs12ReadError::TooLarge
    );
    // the iterations of the MAC are the last two octets: 1,000
    let (rest, [2, 2, 3, 0xe8]) = file.split_at(file.len() - 4) else {
        unreachable!("the file ends otherwise");
    };
    for (iterations, reason) in [
        ([2, 2, 3, 0xe7], Pkcs12ReadError::Password),
        ([2, 2, 0xff, 0xff], Pkcs12ReadError::Malformed),
        ([2, 2, 0, 0], Pkcs12ReadError::Malformed),
    ] {
        assert_eq!(refused(&[rest, &iterations].concat(), PASSWORD), reason);
    }
}

#[test]
fn hostile_iterations_are_refused_before_they_are_counted() {
    let world = World::new();
    let key = &world.keys[2];
    let entries = [Pkcs12Entry {
        name: "Anna".to_owned(),
        key,
        certificate: &world.certificates[2],
        chain: &[],
    }];
    // three octets, so that a greater number takes their place
    let file = write(
        &entries,
        &secret("a"),
        0x01_0203,
        &mut StdRng::seed_from_u64(4),
    )
    .unwrap();
    let place = file
        .windows(5)
        .rposition(|octets| octets == [2, 3, 1, 2, 3])
        .unwrap();
    let mut hostile = file;
    hostile[place + 2] = 0x7f;
    assert_eq!(refused(&hostile, "a"), Pkcs12ReadError::TooMuchWork);
}

#[test]
fn damaged_files_are_read_or_refused_without_a_crash() {
    let world = World::new();
    let whole = world.write("Anna");
    let mut random = 0x9e37_79b9_7f4a_7c15_u64; // Marsaglia's xorshift: the same damage in every run
    let mut below = |bound: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random >> 16).unwrap() % bound
    };
    for _round in 0..300 {
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
        if let Ok(contents) = read(&damaged, &secret(PASSWORD)) {
            // only what the MAC does not cover was changed
            assert_eq!(contents.keys.len(), 3);
        }
    }
}
