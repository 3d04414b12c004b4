//! People with certificates, messages between them, and the files that other programs read.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::SystemTime;

use kmadmin::crypto::keypair::PrivateKey;
use kmadmin::crypto::pkcs12::{self, Pkcs12Entry};
use kmadmin::crypto::smime::enveloped::{Cipher, Recipient, encrypt};
use kmadmin::crypto::smime::signed::{Form, Signing, sign};
use kmadmin::crypto::x509::{Authority, MailName, RootProfile, UserProfile, Validity, issue_root};
use kmadmin::domain::key_kind::KeyKind;
use kmadmin::domain::progress::Unwatched;
use kmadmin::domain::secret::SecretText;
use kmadmin::domain::time::{Clock as _, UnixTime};
use kmadmin::engine::setup::prepare;
use kmadmin::mail::compose::{self, Envelope, Micalg, SmimeType};
use kmadmin::mail::entity::Entity;
use kmadmin::mail::message;

use crate::answer_program::{Program, enabled};
use crate::support::{Folder, StillClock, World, judged, plan, surroundings};

/// The text of every message.
pub const TEXT: &str = "Meet me at noon.";
/// The password of every file with keys.
pub const PASSWORD: &str = "pw";

/// Somebody who can be written to.
pub struct Reader {
    pub address: &'static str,
    pub key: PrivateKey,
    pub certificate: Vec<u8>,
}

/// The people, with what they need to write to each other.
pub struct People {
    pub world: World,
    /// Has set up security, with a P-256 signing key.
    pub writer: Program,
    /// Has an RSA key of the KM server, handed over in a file.
    pub rsa: Reader,
    /// Has a P-256 encryption key, of another organization.
    pub curve: Reader,
    /// The two authorities.
    pub roots: [Vec<u8>; 2],
}

/// A message, with the CMS object in it.
#[derive(Clone)]
pub struct Mail {
    pub name: &'static str,
    pub eml: Vec<u8>,
    pub cms: Vec<u8>,
    /// What a signature that stands beside it is over.
    pub beside: Option<Vec<u8>>,
}

/// A KM server whose clock shows the machine's time: the other programs look at that.
fn world_of_today() -> World {
    let folder = Folder::new();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = i64::try_from(now.unwrap().as_secs()).unwrap();
    let clock = StillClock(Arc::new(AtomicI64::new(now)));
    let around = surroundings(&clock, 77);
    let prepared = prepare(&folder.data(), around, &plan(&folder), &Unwatched).unwrap();
    World {
        startup: prepared.startup_password().expose().to_owned(),
        engine: prepared.commit().unwrap(),
        clock,
        folder,
    }
}

impl People {
    pub fn new() -> Self {
        let mut world = world_of_today();
        let (_id, key) = enabled(&mut world, "Jörg Müller", WRITER);
        let mut writer = Program::new(WRITER);
        writer.set_up(&mut world, &key);
        let rsa = handed_over(&mut world, "ben@example.com");
        let (curve, other_root) = elsewhere(world.clock.now());
        let own_root = world.engine.ca_certificate().unwrap().der().to_vec();
        Self {
            world,
            writer,
            rsa,
            curve,
            roots: [own_root, other_root],
        }
    }

    /// Writes a file for the other programs, and gives its path.
    pub fn file(&self, name: &str, octets: &[u8]) -> String {
        let path = self.world.folder.path().join(name);
        fs::write(&path, octets).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A folder for a program's own files.
    pub fn folder(&self, name: &str) -> String {
        let path = self.world.folder.path().join(name);
        fs::create_dir_all(&path).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A reader's key as a file of ours.
    pub fn key_file(reader: &Reader) -> Vec<u8> {
        let entry = Pkcs12Entry {
            name: reader.address.to_owned(),
            key: &reader.key,
            certificate: &reader.certificate,
            chain: &[],
        };
        let password = SecretText::new(PASSWORD.to_owned());
        pkcs12::write(&[entry], &password, 2_000, &mut rand::rng()).unwrap()
    }

    fn signed(&self, content: &[u8], form: Form) -> Vec<u8> {
        let with = Signing {
            key: &self.writer.signing,
            certificate: &self.writer.certificates[0],
            chain: &[&self.roots[0]],
            at: self.world.clock.now(),
            capabilities: true,
            encryption_certificate: Some(&self.writer.certificates[1]),
        };
        sign(content, form, &with).unwrap()
    }

    fn envelope(&self) -> Envelope<'_> {
        Envelope {
            from: ("Jörg Müller", WRITER),
            to: &[],
            cc: &[],
            subject: "Noon",
            at: self.world.clock.now(),
            unique: "1",
            in_reply_to: None,
        }
    }

    /// A message with its signature beside it.
    pub fn detached(&self) -> Mail {
        let entity = entity();
        let cms = self.signed(&entity, Form::Detached);
        Mail {
            name: "detached",
            eml: compose::multipart_signed(&self.envelope(), &entity, &cms, Micalg::Sha256),
            cms,
            beside: Some(entity),
        }
    }

    /// A message within its signature.
    pub fn opaque(&self) -> Mail {
        let cms = self.signed(&entity(), Form::Opaque);
        self.pkcs7("opaque", SmimeType::SignedData, cms)
    }

    /// The same messages with another hour in them.
    pub fn tampered(&self) -> [Mail; 2] {
        let change = |octets: &[u8]| {
            let at = octets.windows(4).position(|four| four == b"noon").unwrap();
            [&octets[..at], b"nine", &octets[at + 4..]].concat()
        };
        let detached = self.detached();
        let opaque = change(&self.opaque().cms);
        [
            Mail {
                name: "detached-tampered",
                eml: change(&detached.eml),
                beside: detached.beside.as_deref().map(change),
                cms: detached.cms,
            },
            Mail {
                name: "opaque-tampered",
                ..self.pkcs7("opaque", SmimeType::SignedData, opaque)
            },
        ]
    }

    /// A message to one reader.
    pub fn encrypted(&self, name: &'static str, to: &Reader, cipher: Cipher) -> Mail {
        self.closed(name, &entity(), to, cipher)
    }

    /// A message signed, then encrypted.
    pub fn signed_and_encrypted(&self, to: &Reader) -> Mail {
        let signature = self.signed(&entity(), Form::Detached);
        let signed = compose::signed_entity(&entity(), &signature, Micalg::Sha256);
        self.closed("signed-encrypted", &signed, to, Cipher::Aes256Cbc)
    }

    fn closed(&self, name: &'static str, content: &[u8], to: &Reader, cipher: Cipher) -> Mail {
        let recipients = [Recipient::Certificate(&to.certificate)];
        let cms = encrypt(content, &recipients, cipher, &mut rand::rng()).unwrap();
        let kind = match cipher {
            Cipher::Aes256Cbc => SmimeType::EnvelopedData,
            Cipher::Aes256Gcm => SmimeType::AuthEnvelopedData,
        };
        self.pkcs7(name, kind, cms)
    }

    fn pkcs7(&self, name: &'static str, kind: SmimeType, cms: Vec<u8>) -> Mail {
        Mail {
            name,
            eml: compose::pkcs7_mime(&self.envelope(), kind, &cms),
            cms,
            beside: None,
        }
    }
}

impl Mail {
    /// The signed message that was found within an encrypted one.
    pub fn inside(octets: &[u8]) -> Self {
        let Ok(Entity::Signed {
            content, signature, ..
        }) = message::read_entity(octets)
        else {
            unreachable!("not signed: {}", String::from_utf8_lossy(octets));
        };
        Self {
            name: "inside",
            eml: octets.to_vec(),
            cms: signature,
            beside: Some(content),
        }
    }
}

const WRITER: &str = "joerg@example.com";

/// What is signed and encrypted.
pub fn entity() -> Vec<u8> {
    compose::text_entity(TEXT, &[])
}

/// Somebody whose keys came out of the KM server as a file.
fn handed_over(world: &mut World, address: &'static str) -> Reader {
    let id = world.mailbox("Ben", address);
    let file = world.enabled(id);
    let contents = pkcs12::read(&file.pkcs12, &file.password).unwrap();
    let one = contents.keys.into_iter().next().unwrap();
    Reader {
        address,
        key: one.key,
        certificate: one.certificate.unwrap(),
    }
}

/// Somebody of another organization, with its authority.
fn elsewhere(now: UnixTime) -> (Reader, Vec<u8>) {
    let key = |kind| PrivateKey::generate(kind, &mut rand::rng()).unwrap();
    let (root_key, own) = (key(KeyKind::P256), key(KeyKind::P256));
    let validity = Validity {
        not_before: now.plus_days(-1),
        not_after: now.plus_days(365),
    };
    let profile = RootProfile {
        organization: "Elsewhere".to_owned(),
        common_name: "Elsewhere CA".to_owned(),
        serial: [0x41; 16],
        validity,
    };
    let root = issue_root(&profile, &root_key).unwrap();
    let profile = UserProfile {
        common_name: "Cleo".to_owned(),
        address: MailName::new("cleo", "elsewhere.example"),
        serial: [0x42; 16],
        validity,
        crl_url: None,
        ca_issuers_url: None,
    };
    let authority = Authority::new(&root, &root_key).unwrap();
    let certificate = authority.issue_encryption(&profile, own.public()).unwrap();
    let reader = Reader {
        address: "cleo@elsewhere.example",
        key: own,
        certificate,
    };
    (reader, root)
}

/// A certificate or key as PEM, by openssl; `None` without it.
pub fn pem(kind: &str, der: &[u8]) -> Option<Vec<u8>> {
    judged("openssl", &[kind, "-inform", "DER"], der)
}
