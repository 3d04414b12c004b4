//! Right inputs for each reader: what the engine and the client's side write, and the samples.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use kmadmin::crypto::certificate::Certificate;
use kmadmin::crypto::keypair::PrivateKey;
use kmadmin::crypto::pkcs12::{self, Pkcs12Entry};
use kmadmin::crypto::smime::enveloped::{Cipher, Recipient, encrypt};
use kmadmin::crypto::smime::signed::{Form, Signing, sign};
use kmadmin::crypto::strict_der;
use kmadmin::crypto::verify::judge_file;
use kmadmin::crypto::x509::{RootProfile, Validity, issue_root};
use kmadmin::domain::secret::SecretText;
use kmadmin::domain::time::UnixTime;
use kmadmin::mail::compose::{self, Attachment, Envelope, Micalg, SmimeType};
use kmadmin::protocol::message::{Body, InfoItem, InfoKind, RevocationRequest};
use kmadmin::protocol::read::{self, Received};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::answer_program::{ADDRESS, Program, With, enabled, recover};
use crate::support::{Folder, START, World};
use crate::targets::{PASSWORD, Target, curve, rsa};

/// What is signed and encrypted.
pub const ENTITY: &[u8] = b"Content-Type: text/plain\r\n\r\nMeet me at noon.\r\n";

/// Right inputs for this reader, never none.
pub fn of(target: Target) -> Vec<Vec<u8>> {
    match target {
        Target::Certificate => certificates(),
        Target::CertificateFile => certificate_files(),
        Target::CmsEnveloped => encrypted(),
        Target::CmsSigned => signed(),
        Target::Cmp => life().said.clone(),
        Target::Crl => vec![published("ca.crl")],
        Target::Mime => mails(),
        Target::Pkcs10 => vec![REQUEST.to_vec()],
        Target::Pkcs12 => key_files(),
        Target::TrustList => vec![published("trust-list.der")],
    }
}

/// The first key of the published trust list.
pub fn pinned() -> &'static [u8] {
    static PINNED: OnceLock<Vec<u8>> = OnceLock::new();
    PINNED.get_or_init(|| {
        let list = published("trust-list.der");
        let mut members = strict_der::check(&list).unwrap().members().unwrap();
        members.any().unwrap();
        members.any().unwrap();
        let mut keys = members.any().unwrap().reader();
        keys.any().unwrap().content.to_vec()
    })
}

/// What a life with a Digital ID leaves: everything that was said, and what was published.
struct Life {
    said: Vec<Vec<u8>>,
    certificates: Vec<Vec<u8>>,
    folder: Folder,
}

fn life() -> &'static Life {
    static LIFE: OnceLock<Life> = OnceLock::new();
    LIFE.get_or_init(|| {
        let mut user = User {
            world: World::new(1),
            program: Program::new(ADDRESS),
            said: Vec::new(),
        };
        user.live();
        Life {
            said: user.said,
            certificates: user.program.certificates,
            folder: user.world.folder,
        }
    })
}

fn published(file: &str) -> Vec<u8> {
    fs::read(life().folder.path().join("publish").join(file)).unwrap()
}

/// Somebody with a KM server.
struct User {
    world: World,
    program: Program,
    said: Vec<Vec<u8>>,
}

impl User {
    /// Sets up, gets the keys back, asks for this and that, and reports the key lost.
    fn live(&mut self) {
        let (id, key) = enabled(&mut self.world, "Jörg Müller", ADDRESS);
        self.set_up(&key);
        let key = recover(&mut self.world, id);
        self.recover(&key);
        let questions = [
            InfoKind::TRUST_LIST,
            InfoKind::CURRENT_CRL,
            InfoKind::CA_CERTS,
        ];
        self.ask(Body::Genm(questions.map(InfoItem::question).to_vec()));
        self.ask(Body::P10cr(REQUEST.to_vec()));
        let renewal = Body::Kur(self.program.both());
        self.ask(renewal);
        let certificate = Certificate::from_der(&self.program.certificates[0]).unwrap();
        self.ask(Body::Rr(vec![RevocationRequest {
            issuer: certificate.issuer_der().to_vec(),
            serial: certificate.serial().to_vec(),
            reason: Some(1),
            invalidity: None,
        }]));
        self.world.engine.publish().unwrap();
    }

    fn set_up(&mut self, key: &str) {
        let request = Body::Ir(self.program.both());
        let reply = self.ask_under(key, request);
        self.program.keep(&reply);
        let confirmation = self.program.confirm_all(&self.world, &reply);
        let octets = self.program.write(&confirmation, With::Key(key));
        self.say(octets);
    }

    fn recover(&mut self, key: &str) {
        let request = Body::Krr(self.program.both());
        let reply = self.ask_under(key, request);
        let Body::Krp(recovery) = &reply.message.body else {
            unreachable!("no keys: {:?}", reply.message.body);
        };
        let signing = recovery.signing_certificate.clone().unwrap();
        let confirmation = self.program.confirm(&self.world, &reply, &[(0, &signing)]);
        let octets = self.program.write(&confirmation, With::Key(key));
        self.say(octets);
        self.program.certificates[0] = signing;
    }

    fn ask_under(&mut self, key: &str, body: Body) -> Received {
        let request = self.program.message(&self.world, body);
        let octets = self.program.write(&request, With::Key(key));
        self.say(octets)
    }

    fn ask(&mut self, body: Body) {
        let request = self.program.message(&self.world, body);
        let octets = self.program.sign(&request);
        self.say(octets);
    }

    fn say(&mut self, octets: Vec<u8>) -> Received {
        let answer = self.world.engine.answer(&octets).reply.unwrap();
        let received = read::read(&answer).unwrap();
        self.said.extend([octets, answer]);
        received
    }
}

const REQUEST: &[u8] = include_bytes!("../samples/ca/request.der");

/// The files in a folder of the samples whose name ends so.
fn samples(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/samples")
        .join(folder);
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn certificates() -> Vec<Vec<u8>> {
    let found = samples("ca", "pem")
        .iter()
        .filter_map(|file| judge_file(file, UnixTime::from_secs(START)).ok())
        .flatten()
        .filter_map(|judged| Some(judged.certificate.as_ref()?.der().to_vec()))
        .collect();
    [found, life().certificates.clone()].concat()
}

fn certificate_files() -> Vec<Vec<u8>> {
    let files = ["pem", "p7b", "p7m"].map(|ending| samples("ca", ending));
    [files.concat(), certificates()].concat()
}

/// What the owner of a key signs.
fn signature(key: &PrivateKey, form: Form) -> Vec<u8> {
    let certificate = &*self_signed(key);
    let with = Signing {
        key,
        certificate,
        chain: &[certificate],
        at: UnixTime::from_secs(START),
        capabilities: true,
        encryption_certificate: Some(certificate),
    };
    sign(ENTITY, form, &with).unwrap()
}

fn self_signed(key: &PrivateKey) -> Vec<u8> {
    let now = UnixTime::from_secs(START);
    let profile = RootProfile {
        organization: "Example".to_owned(),
        common_name: "Ada".to_owned(),
        serial: [0x41; 16],
        validity: Validity {
            not_before: now,
            not_after: now.plus_days(9),
        },
    };
    issue_root(&profile, key).unwrap()
}

fn signed() -> Vec<Vec<u8>> {
    let mut all = [samples("ca", "p7b"), samples("ca", "p7m")].concat();
    for key in [curve(), rsa()] {
        all.extend([Form::Detached, Form::Opaque].map(|form| signature(key, form)));
    }
    all
}

fn encrypted() -> Vec<Vec<u8>> {
    let mut all = samples("cms", "cms");
    let rsa = || Recipient::Key(rsa().public());
    let curve = || Recipient::Key(curve().public());
    let mut rng = StdRng::seed_from_u64(1);
    for cipher in [Cipher::Aes256Cbc, Cipher::Aes256Gcm] {
        for to in [vec![rsa()], vec![curve()], vec![rsa(), curve()]] {
            all.push(encrypt(ENTITY, &to, cipher, &mut rng).unwrap());
        }
    }
    for octets in &life().said {
        if let Body::Ip(reply) = read::read(octets).unwrap().message.body {
            let certified = reply.responses.into_iter().filter_map(|one| one.certified);
            all.extend(certified.filter_map(|one| one.private_key));
        }
    }
    all
}

fn mails() -> Vec<Vec<u8>> {
    let envelope = Envelope {
        from: ("Jörg Müller", ADDRESS),
        to: &[("Ada, the first".to_owned(), "ada@example.com".to_owned())],
        cc: &[(String::new(), "ben@example.com".to_owned())],
        subject: "Grüße 田中",
        at: UnixTime::from_secs(START),
        unique: "1",
        in_reply_to: Some("0@example.com"),
    };
    let file = Attachment {
        name: "picture.png",
        media_type: "image/png",
        content: &[0x89; 100],
    };
    let text = compose::text_entity("From here on:\näöü\n", &[file]);
    let signature = signature(curve(), Form::Detached);
    let mut all = vec![
        compose::plain(&envelope, &text),
        compose::multipart_signed(&envelope, &text, &signature, Micalg::Sha256),
        compose::pkcs7_mime(&envelope, SmimeType::EnvelopedData, &encrypted()[0]),
        compose::cmp(&envelope, &life().said[0]),
    ];
    all.extend(MAILS.map(|mail| mail.replace('\n', "\r\n").into_bytes()));
    all
}

/// Mails in forms that we do not write.
const MAILS: [&str; 3] = [
    "From: \"A (b)\" <a@b.c> (comment)\nSubject: =?iso-2022-jp?B?GyRCRURDZhsoQg==?=\n \
     =?utf-8?q?=E4=BD=A0?=\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\
     Content-Type: text/plain; charset=shift_jis; format=flowed\n\
     Content-Transfer-Encoding: quoted-printable\n\n=93c=92=86 \n--b\n\
     Content-Type: text/html; charset=utf-8\n\n<style>p{}</style><p title=\"a\">a &amp; \
     &#x4e00;<br><!-- c --><img src=http://x.y/z><script>1</script></p>\n--b--\n",
    "From: a@b.c\nFrom: d@e.f\nContent-Type: message/rfc822\n\nSubject: inner\n\
     Content-Type: multipart/digest; boundary=\"c d\"\n\n--c d\n\nSubject: one\n\ntext\n\
     --c d\n\nSubject: two\n\n.\n--c d--\n",
    "From: Undisclosed:;\nContent-Type: application/octet-stream; name*0*=utf-8''..%2f;\n \
     name*1=etc%2fpasswd\nContent-Disposition: attachment; filename=\"=?utf-8?q?a=2Fb?=\"\n\
     Content-Transfer-Encoding: base64\n\nAAAA\nAA==\nAAAA\n",
];

fn key_files() -> Vec<Vec<u8>> {
    let password = SecretText::new(PASSWORD.to_owned());
    let mut rng = StdRng::seed_from_u64(2);
    let certificates = [curve(), rsa()].map(|key| (key, self_signed(key)));
    let entries = certificates
        .each_ref()
        .map(|(key, certificate)| Pkcs12Entry {
            name: "Ada".to_owned(),
            key,
            certificate,
            chain: &[],
        });
    vec![
        pkcs12::write(&entries[..1], &password, 100, &mut rng).unwrap(),
        pkcs12::write(&entries, &password, 100, &mut rng).unwrap(),
    ]
}
