//! The other programs, each asked in its own way: what does it say of a message?

use std::process::Output;

use serde_json::Value;

use super::people::{Mail, PASSWORD, People, Reader, TEXT, pem};
use crate::support::{judge, judged};

/// What a program made of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Said {
    /// It says that the signature is right, or shows the text.
    Right,
    /// It says that the message was changed.
    Changed,
    /// It can not do it, and says so.
    CanNot,
    /// Anything else, such as another text.
    Nonsense,
}

/// A program that can be asked.
pub trait Program {
    fn name(&self) -> &'static str;
    /// Is the signature right?
    fn verify(&self, people: &People, mail: &Mail) -> Said;
    /// What does the reader see? The second is the content, for programs that give it.
    fn decrypt(&self, people: &People, mail: &Mail, reader: &Reader) -> (Said, Vec<u8>);
}

fn text_of(output: &Output) -> String {
    let all = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8_lossy(&all).into_owned()
}

/// Content, if a program gave any, against the text.
fn shown(output: &Output) -> Said {
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && said.contains(TEXT) {
        Said::Right
    } else if output.stdout.is_empty() {
        Said::CanNot
    } else {
        Said::Nonsense
    }
}

fn decrypted(output: Output) -> (Said, Vec<u8>) {
    (shown(&output), output.stdout)
}

/// `openssl cms` reads the whole mail.
pub struct Openssl;

impl Program for Openssl {
    fn name(&self) -> &'static str {
        "openssl cms"
    }

    fn verify(&self, people: &People, mail: &Mail) -> Said {
        let eml = people.file("mail.eml", &mail.eml);
        let root = people.file("root.pem", &pem("x509", &people.roots[0]).unwrap());
        let verify = ["cms", "-verify", "-in", &eml, "-CAfile", &root];
        let output = judge(
            "openssl",
            &[&verify[..], &["-purpose", "smimesign"]].concat(),
            b"",
        );
        let output = output.unwrap();
        if text_of(&output).contains("Verification failure") {
            return Said::Changed;
        }
        shown(&output)
    }

    fn decrypt(&self, people: &People, mail: &Mail, reader: &Reader) -> (Said, Vec<u8>) {
        let eml = people.file("mail.eml", &mail.eml);
        let key = people.file("key.der", reader.key.pkcs8().expose());
        let certificate = people.file("reader.pem", &pem("x509", &reader.certificate).unwrap());
        let decrypt = ["cms", "-decrypt", "-in", &eml, "-inkey", &key];
        let decrypt = [&decrypt[..], &["-keyform", "DER", "-recip", &certificate]].concat();
        decrypted(judge("openssl", &decrypt, b"").unwrap())
    }
}

/// NSS reads CMS objects.
pub struct Nss {
    database: String,
}

impl Nss {
    pub fn new(people: &People) -> Option<Self> {
        let database = format!("sql:{}", people.folder("nss"));
        judged(
            "certutil",
            &["-N", "-d", &database, "--empty-password"],
            b"",
        )?;
        for (number, root) in people.roots.iter().enumerate() {
            let (name, file) = (format!("root {number}"), people.file("root.der", root));
            let add = ["-A", "-d", &database, "-n", &name, "-t", ",C,", "-i", &file];
            judged("certutil", &add, b"")?;
        }
        for reader in [&people.rsa, &people.curve] {
            let file = people.file("reader.p12", &People::key_file(reader));
            let import = ["-i", &file, "-d", &database, "-W", PASSWORD, "-K", ""];
            judged("pk12util", &import, b"")?;
        }
        judge("cmsutil", &[], b"")?;
        Some(Self { database })
    }

    fn run(&self, people: &People, mail: &Mail) -> Output {
        let cms = people.file("mail.cms", &mail.cms);
        let mut decode = vec!["-D", "-d", &self.database, "-i", &cms];
        let beside = mail.beside.as_deref();
        let beside = beside.map(|content| people.file("beside", content));
        if let Some(beside) = &beside {
            decode.extend(["-c", beside]);
        }
        judge("cmsutil", &decode, b"").unwrap()
    }
}

impl Program for Nss {
    fn name(&self) -> &'static str {
        "NSS cmsutil"
    }

    fn verify(&self, people: &People, mail: &Mail) -> Said {
        let output = self.run(people, mail);
        if !output.status.success() && text_of(&output).contains("igest") {
            return Said::Changed;
        }
        shown(&output)
    }

    fn decrypt(&self, people: &People, mail: &Mail, _reader: &Reader) -> (Said, Vec<u8>) {
        decrypted(self.run(people, mail))
    }
}

/// `certtool` of `GnuTLS` verifies CMS objects and decrypts none.
pub struct Gnutls;

impl Program for Gnutls {
    fn name(&self) -> &'static str {
        "GnuTLS certtool"
    }

    fn verify(&self, people: &People, mail: &Mail) -> Said {
        let cms = people.file("mail.cms", &mail.cms);
        let root = people.file("root.pem", &pem("x509", &people.roots[0]).unwrap());
        let mut verify = vec!["--p7-verify", "--inder", "--infile", &cms];
        verify.extend(["--load-ca-certificate", &root]);
        let beside = mail.beside.as_deref();
        let beside = beside.map(|content| people.file("beside", content));
        if let Some(beside) = &beside {
            verify.extend(["--load-data", beside]);
        }
        let output = judge("certtool", &verify, b"").unwrap();
        let said = text_of(&output);
        match (
            output.status.success(),
            said.contains("verification failed"),
        ) {
            (true, false) => Said::Right,
            (false, true) => Said::Changed,
            _other => Said::Nonsense,
        }
    }

    fn decrypt(&self, people: &People, mail: &Mail, _reader: &Reader) -> (Said, Vec<u8>) {
        let cms = people.file("mail.cms", &mail.cms);
        let info = ["--p7-info", "--p7-show-data", "--inder", "--infile", &cms];
        decrypted(judge("certtool", &info, b"").unwrap())
    }
}

/// gpgsm reads CMS objects.
pub struct Gpgsm {
    home: String,
}

impl Gpgsm {
    pub fn new(people: &People) -> Option<Self> {
        let home = people.folder("gpgsm");
        people.file("gpgsm/gpg-agent.conf", b"allow-loopback-pinentry\n");
        let mut trusted = String::new();
        for root in &people.roots {
            let digest = judged("openssl", &["dgst", "-sha1", "-r"], root)?;
            let digest = String::from_utf8(digest).unwrap().to_uppercase();
            let (digest, _name) = digest.split_once(' ').unwrap();
            trusted.extend([digest, " S relax\n"]);
        }
        people.file("gpgsm/trustlist.txt", trusted.as_bytes());
        let gpgsm = Self { home };
        for root in &people.roots {
            let imported = gpgsm.run(&["--import", &people.file("root.der", root)])?;
            assert!(imported.status.success(), "{}", text_of(&imported));
        }
        for reader in [&people.rsa, &people.curve] {
            // The form of years ago: this version reads no newer one, and no key on a curve.
            let key = judged(
                "openssl",
                &["pkey", "-inform", "DER"],
                reader.key.pkcs8().expose(),
            )?;
            let both = [key, pem("x509", &reader.certificate)?].concat();
            let both = people.file("both.pem", &both);
            let export = ["pkcs12", "-export", "-in", &both, "-passout", "pass:pw"];
            let old = ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES"];
            let export = [&export[..], &old, &["-macalg", "sha1"]].concat();
            let file = people.file("old.p12", &judged("openssl", &export, b"")?);
            gpgsm.run(&["--import", &file])?;
        }
        Some(gpgsm)
    }

    fn run(&self, arguments: &[&str]) -> Option<Output> {
        let fixed = ["--homedir", &self.home, "--batch", "--disable-dirmngr"];
        let quiet = ["--disable-crl-checks", "--pinentry-mode", "loopback"];
        let secret = ["--passphrase-fd", "0", "--status-fd", "2"];
        let all = [&fixed[..], &quiet, &secret, arguments].concat();
        judge("gpgsm", &all, b"pw\n")
    }
}

impl Drop for Gpgsm {
    fn drop(&mut self) {
        judge(
            "gpgconf",
            &["--homedir", &self.home, "--kill", "gpg-agent"],
            b"",
        );
    }
}

impl Program for Gpgsm {
    fn name(&self) -> &'static str {
        "gpgsm"
    }

    fn verify(&self, people: &People, mail: &Mail) -> Said {
        let cms = people.file("mail.cms", &mail.cms);
        let mut verify = vec!["--verify", &cms];
        let beside = mail.beside.as_deref();
        let beside = beside.map(|content| people.file("beside", content));
        verify.extend(beside.as_deref());
        let said = text_of(&self.run(&verify).unwrap());
        match (
            said.contains("[GNUPG:] GOODSIG"),
            said.contains("[GNUPG:] BADSIG"),
        ) {
            (true, false) => Said::Right,
            (false, true) => Said::Changed,
            _other => Said::Nonsense,
        }
    }

    fn decrypt(&self, people: &People, mail: &Mail, _reader: &Reader) -> (Said, Vec<u8>) {
        let cms = people.file("mail.cms", &mail.cms);
        decrypted(self.run(&["--output", "-", "--decrypt", &cms]).unwrap())
    }
}

/// Thunderbird was asked of all messages at once, because it takes long to start.
pub struct Thunderbird {
    answers: Vec<(String, Value)>,
}

impl Thunderbird {
    pub fn new(people: &People, mails: &[&Mail]) -> Option<Self> {
        let roots = people.roots.each_ref();
        let roots = [("root0.pem", roots[0]), ("root1.pem", roots[1])];
        let roots = roots.map(|(name, der)| pem("x509", der).map(|pem| people.file(name, &pem)));
        let roots = roots.into_iter().collect::<Option<Vec<_>>>()?.join(",");
        let keys = [("rsa.p12", &people.rsa), ("curve.p12", &people.curve)];
        let keys = keys.map(|(name, reader)| people.file(name, &People::key_file(reader)));
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/judges/thunderbird.py");
        let mut arguments = vec![
            script.to_owned(),
            roots,
            keys.join(","),
            PASSWORD.to_owned(),
        ];
        let files = mails
            .iter()
            .map(|mail| people.file(&format!("{}.eml", mail.name), &mail.eml));
        arguments.extend(files);
        judge("thunderbird", &["--version"], b"")?;
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let said = judged("/usr/bin/python3", &arguments, b"")?;
        let said = String::from_utf8(said).unwrap();
        let answers = said.lines().map(|line| {
            let answer: Value = serde_json::from_str(line).unwrap();
            (answer["file"].as_str().unwrap().to_owned(), answer)
        });
        Some(Self {
            answers: answers.collect(),
        })
    }

    fn of(&self, mail: &Mail) -> &Value {
        let name = format!("/{}.eml", mail.name);
        let mut answers = self.answers.iter();
        &answers
            .find(|(file, _answer)| file.ends_with(&name))
            .unwrap()
            .1
    }
}

impl Program for Thunderbird {
    fn name(&self) -> &'static str {
        "Thunderbird"
    }

    fn verify(&self, _people: &People, mail: &Mail) -> Said {
        match self.of(mail)["signature"].as_str().unwrap() {
            "Message Is Signed" => Said::Right,
            "Digital Signature Is Not Valid" => Said::Changed,
            _other => Said::Nonsense,
        }
    }

    fn decrypt(&self, _people: &People, mail: &Mail, _reader: &Reader) -> (Said, Vec<u8>) {
        let answer = self.of(mail);
        let (body, words) = (&answer["body"], &answer["encryption"]);
        let has_text = body.as_str().unwrap().ends_with(TEXT);
        let said = match (words.as_str().unwrap(), has_text) {
            ("Message Is Encrypted", true) => Said::Right,
            ("" | "Message Cannot Be Decrypted", false) => Said::CanNot,
            _other => Said::Nonsense,
        };
        (said, Vec::new())
    }
}
