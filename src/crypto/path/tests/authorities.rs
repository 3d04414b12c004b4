//! Authorities, users and lists, made by OpenSSL from a table.

use std::collections::BTreeMap;

use crate::crypto::certificate::Certificate;
use crate::crypto::crl::Crl;
use crate::crypto::judge::{Judgement, Scratch, judge};
use crate::crypto::verify::pem;

/// What was made, by name.
pub(super) struct Authorities {
    scratch: Scratch,
    pems: BTreeMap<&'static str, Vec<u8>>,
    lists: BTreeMap<&'static str, Vec<u8>>,
}

impl Authorities {
    /// `None` without OpenSSL.
    pub(super) fn new(test: &str, certificates: &'static str, lists: &'static str) -> Option<Self> {
        judge("openssl", &["version"], b"")?;
        let mut made = Self {
            scratch: Scratch::new(test),
            pems: BTreeMap::new(),
            lists: BTreeMap::new(),
        };
        for row in rows(certificates) {
            made.certify(row);
        }
        for row in rows(lists) {
            made.list(row);
        }
        Some(made)
    }

    pub(super) fn certificate(&self, name: &str) -> Certificate {
        Certificate::from_der(&der(&self.pems[name])).unwrap()
    }

    pub(super) fn crl(&self, name: &str) -> Crl {
        Crl::read(&self.lists[name]).unwrap()
    }

    /// A file with these certificates or lists.
    pub(super) fn bundle(&self, file: &str, names: &[&str]) -> String {
        let of = |name: &&str| {
            let found = self.pems.get(name).or_else(|| self.lists.get(name));
            found.unwrap().clone()
        };
        let all: Vec<Vec<u8>> = names.iter().map(of).collect();
        self.scratch.file(file, &all.concat())
    }

    fn certify(&mut self, row: [&'static str; 8]) {
        let [name, subject, kind, issuer, profile, more, years, digest] = row;
        let profile = match profile {
            "bare" => "subjectKeyIdentifier=hash".to_owned(),
            "ca" => format!(
                "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n{KEYS}"
            ),
            "sign" => user("digitalSignature", "emailProtection"),
            profile => {
                let (usage, purpose) = profile.split_once(' ').unwrap();
                user(usage, purpose)
            }
        };
        let extensions = format!("{profile}\n{more}");
        let key = self.key(name, kind);
        let config = self.config(&extensions, "");
        let request = run(&[
            "req", "-new", "-utf8", "-key", &key, "-subj", subject, "-config", &config,
        ]);
        let request = self.scratch.file("request.pem", &request.output);
        let dates = dates(years);
        let signer = format!("{issuer}.key");
        let signer = self.scratch.path(&signer);
        let mut arguments = vec![
            "ca",
            "-batch",
            "-notext",
            "-utf8",
            "-config",
            &config,
            "-extensions",
            "e",
            "-in",
            &request,
            "-keyfile",
            &signer,
            "-startdate",
            &dates[0],
            "-enddate",
            &dates[1],
            "-md",
            digest,
        ];
        let file;
        if issuer == name {
            arguments.push("-selfsign");
        } else {
            file = self.bundle("issuer.pem", &[issuer]);
            arguments.extend(["-cert", &file]);
        }
        let made = run(&arguments);
        self.pems.insert(name, made.output);
    }

    fn list(&mut self, row: [&'static str; 5]) {
        let [name, issuer, revoked, extensions, years] = row;
        let revoked = revoked.split_whitespace();
        let serial = |name: &str| self.certificate(name).serial_hex().replace(':', "");
        let lines: Vec<String> = revoked
            .map(|name| {
                format!(
                    "R\t300101000000Z\t260201000000Z,keyCompromise\t{}\tunknown\t/CN=x\n",
                    serial(name)
                )
            })
            .collect();
        let config = self.config(extensions, &lines.concat());
        let dates = dates(years);
        let key = self.scratch.path(&format!("{issuer}.key"));
        let file = self.bundle("issuer.pem", &[issuer]);
        let made = run(&[
            "ca",
            "-gencrl",
            "-config",
            &config,
            "-keyfile",
            &key,
            "-cert",
            &file,
            "-crlexts",
            "e",
            "-crl_lastupdate",
            &dates[0],
            "-crl_nextupdate",
            &dates[1],
        ]);
        self.lists.insert(name, made.output);
    }

    fn key(&self, name: &str, kind: &str) -> String {
        let path = self.scratch.path(&format!("{name}.key"));
        if let Some(other) = kind.strip_prefix("key of ") {
            let other = self.scratch.path(&format!("{other}.key"));
            std::fs::copy(other, &path).unwrap();
            return path;
        }
        let bits = format!("rsa_keygen_bits:{}", kind.trim_start_matches("rsa"));
        let kind = match kind {
            "ec" => ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"].as_slice(),
            "ed25519" => &["ED25519"],
            _ => &["RSA", "-pkeyopt", &bits],
        };
        run(&[["genpkey", "-out", &path, "-algorithm"].as_slice(), kind].concat());
        path
    }

    fn config(&self, extensions: &str, index: &str) -> String {
        let index = self.scratch.file("index.txt", index.as_bytes());
        self.scratch
            .file("index.txt.attr", b"unique_subject = no\n");
        let number = self.scratch.file("number", b"1000\n");
        let text = format!(
            "[req]\ndistinguished_name=n\n[n]\n[ca]\ndefault_ca=d\n[d]\ndatabase={index}\n\
             new_certs_dir={}\nrand_serial=yes\ncrlnumber={number}\ndefault_md=sha256\npolicy=names\ncopy_extensions=none\n\
             [names]\norganizationName=optional\ncommonName=optional\nemailAddress=optional\n\
             [e]\n{}\n",
            self.scratch.path(""),
            extensions.replace(";;", "\n")
        );
        self.scratch.file("ca.cnf", text.as_bytes())
    }
}

/// The rows of a table.
pub(super) fn rows<const COLUMNS: usize>(
    table: &'static str,
) -> impl Iterator<Item = [&'static str; COLUMNS]> {
    let lines = table.trim().lines();
    lines.map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        cells.try_into().unwrap()
    })
}

const KEYS: &str = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid";

/// Extensions of a user's certificate.
fn user(usage: &str, purpose: &str) -> String {
    format!(
        "basicConstraints=CA:FALSE\nkeyUsage=critical,{usage}\nextendedKeyUsage={purpose}\n{KEYS}"
    )
}

/// New Year of two years, as OpenSSL asks for moments.
fn dates(years: &str) -> Vec<String> {
    let years = years.split_whitespace();
    years.map(|year| format!("{year}0101000000Z")).collect()
}

/// The DER of a PEM text.
fn der(text: &[u8]) -> Vec<u8> {
    pem::blocks(text, 1).remove(0).body.unwrap()
}

fn run(arguments: &[&str]) -> Judgement {
    let judged = judge("openssl", arguments, b"").unwrap();
    assert!(judged.accepted, "{arguments:?}: {}", judged.said);
    judged
}
