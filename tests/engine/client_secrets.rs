//! The KM server never sees a signing private key, and an encryption key never travels in clear:
//! every octet of a user's whole life, over HTTP and by mail, is searched for them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use kmadmin::client::settings::Server;
use kmadmin::client::view::{LostReason, ReplyView};
use kmadmin::client::{Finish, Protection, Unlock};
use kmadmin::crypto::keypair::PrivateKey;
use kmadmin::domain::state::Situation;
use kmadmin::mail::entity::Entity;
use kmadmin::mail::message;

use crate::answer_program::{recover, rsa, signing_key};
use crate::client_life::{Pair, Said, name, reply_in};
use crate::support::World;

const KEYSET: &str = "Jörg";

/// A user, and all that was on its way between the client and the server.
struct Watched {
    pair: Pair,
    mail: Vec<Said>,
    /// The secret numbers of every signing key.
    signing: Vec<Vec<u8>>,
    /// The same of every encryption key.
    encryption: Vec<Vec<u8>>,
}

impl Watched {
    /// Messages go to and fro until there is no more; gives the reply that asks for an answer.
    fn exchange(&mut self) -> Option<ReplyView> {
        let mut reply = None;
        for _ in 0..3 {
            self.look_at_mail();
            {
                let mut world = self.pair.world();
                world.engine.take_mail().unwrap();
                world.engine.deliver().unwrap();
            }
            self.look_at_mail();
            let arrivals = self.pair.client().receive().unwrap();
            reply = reply.or_else(|| reply_in(&arrivals));
        }
        self.look_at_mail();
        reply
    }

    /// Notes every mail that lies in the post office.
    fn look_at_mail(&mut self) {
        let office = self.office();
        for octets in files(&office.join("security-authority@kmadmin.invalid")) {
            self.note(Said::Question(octets));
        }
        for octets in files(&office) {
            if !self.mail.contains(&Said::Question(octets.clone())) {
                self.note(Said::Answer(octets));
            }
        }
    }

    fn note(&mut self, said: Said) {
        if !self.mail.contains(&said) {
            self.mail.push(said);
        }
    }

    fn office(&self) -> std::path::PathBuf {
        self.pair.world().engine.settings().unwrap().post_office
    }

    /// Gets a Digital ID with a temporary key.
    fn set_up(&mut self, key: &str) {
        self.pair.client().set_up(key, &name(KEYSET)).unwrap();
        let reply = self.exchange().unwrap();
        let level = Finish::New(Protection::Low);
        self.pair.client().finish(&reply.id, level).unwrap();
        self.exchange();
        self.note_keys();
    }

    fn renew(&mut self) {
        let silent = Unlock::Silent;
        self.pair.client().renew(&name(KEYSET), silent).unwrap();
        let reply = self.exchange().unwrap();
        let existing = Finish::Existing(silent);
        self.pair.client().finish(&reply.id, existing).unwrap();
        self.exchange();
        self.note_keys();
    }

    fn note_keys(&mut self) {
        assert_eq!(self.pair.situation(), Situation::Active);
        let keys = self
            .pair
            .client()
            .open_keyset(&name(KEYSET), Unlock::Silent);
        let keys = keys.unwrap();
        self.signing.extend(secrets(&keys.signing().unwrap().key));
        for held in keys.decryption() {
            self.encryption.extend(secrets(&held.key));
        }
    }
}

/// Every file below `folder`.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new(); // nothing was sent yet
    };
    let of = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path)
        } else {
            vec![fs::read(path).unwrap()]
        }
    };
    entries.flat_map(of).collect()
}

/// The secret numbers of a key: the scalar of a curve; primes, exponents and coefficient of RSA.
fn secrets(key: &PrivateKey) -> Vec<Vec<u8>> {
    let mut numbers = Vec::new();
    walk(key.pkcs8().expose(), &mut numbers);
    let public = key.public().spki();
    numbers.retain(|number| 24 <= number.len() && !holds(public, number));
    assert!(!numbers.is_empty());
    numbers
}

/// Collects the INTEGERs and OCTET STRINGs of DER, also of DER inside OCTET STRINGs.
fn walk(mut der: &[u8], found: &mut Vec<Vec<u8>>) {
    while let [tag, length, rest @ ..] = der {
        let (length, rest) = match length {
            0x81 => (usize::from(rest[0]), &rest[1..]),
            0x82 => (usize::from(rest[0]) << 8 | usize::from(rest[1]), &rest[2..]),
            short => (usize::from(*short), rest),
        };
        let (content, after) = rest.split_at(length);
        let is_der = *tag == 0x04 && content.first() == Some(&0x30) && length != 32;
        if tag & 0x20 != 0 || is_der {
            walk(content, found);
        } else if matches!(tag, 0x02 | 0x04) {
            let zeros = content.iter().take_while(|octet| **octet == 0).count();
            found.push(content[zeros..].to_vec());
        }
        der = after;
    }
}

fn holds(octets: &[u8], part: &[u8]) -> bool {
    octets.windows(part.len()).any(|window| window == part)
}

/// Whether a message has the number in it: as it is, in hexadecimal, or in base64 at any place of
/// its lines.
fn tells(message: &[u8], number: &[u8]) -> bool {
    let mut bare = message.to_vec();
    bare.retain(|octet| !octet.is_ascii_whitespace());
    let mut hex = String::new();
    for octet in number {
        write!(hex, "{octet:02x}").unwrap();
    }
    let mut base64 = (0..3).map(|skipped| {
        let whole = &number[skipped..];
        BASE64_STANDARD_NO_PAD.encode(&whole[..whole.len() / 3 * 3])
    });
    holds(message, number)
        || holds(&bare.to_ascii_lowercase(), hex.as_bytes())
        || base64.any(|text| holds(&bare, text.as_bytes()))
}

/// The CMP messages in what was sent.
fn decoded(octets: &[u8]) -> Vec<Vec<u8>> {
    if octets.first() == Some(&0x30) {
        return vec![octets.to_vec()];
    }
    within(&message::read(octets).unwrap().entity)
}

fn within(entity: &Entity) -> Vec<Vec<u8>> {
    match entity {
        Entity::Cmp(octets) => vec![octets.clone()],
        Entity::Multipart { parts, .. } => parts.iter().flat_map(within).collect(),
        Entity::Attachment { .. }
        | Entity::Html { .. }
        | Entity::Malformed(_)
        | Entity::Message(_)
        | Entity::Pkcs7 { .. }
        | Entity::Signed { .. }
        | Entity::Text { .. } => Vec::new(),
    }
}

/// How the object identifiers of all that could hide a key begin or read: AES in every mode, older
/// ciphers of RSA Security, PBES2 (RFC 8018).
const HIDING: [&[u8]; 3] = [
    b"\x60\x86\x48\x01\x65\x03\x04\x01",
    b"\x2a\x86\x48\x86\xf7\x0d\x03",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d",
];

/// A whole life: set up, lost and recovered, renewed, reported.
fn life(by_mail: bool) -> (Watched, Vec<Said>) {
    // A copy of another world would have that one's post office.
    let (pair, key) = Pair::of(World::new(1));
    let mut user = Watched {
        pair,
        mail: Vec::new(),
        signing: Vec::new(),
        encryption: Vec::new(),
    };
    if by_mail {
        let office = user.office();
        fs::create_dir_all(&office).unwrap();
        let mut settings = user.pair.client().settings().clone();
        settings.server = Server::parse(office.to_str().unwrap());
        user.pair.client().set_settings(settings).unwrap();
    }
    user.set_up(&key);
    let settings = user.pair.client().settings().clone();
    fs::remove_dir_all(&user.pair.home).unwrap();
    user.pair.start();
    user.pair.client().set_settings(settings).unwrap();
    let id = user.pair.id;
    let key = recover(&mut user.pair.world(), id);
    user.set_up(&key);
    user.pair.pass(12);
    user.renew();
    let lost = LostReason::KeyCompromise;
    let client = user.pair.client();
    let reported = client.report_lost(&name(KEYSET), Unlock::Silent, lost);
    reported.unwrap();
    user.exchange();
    assert_eq!(user.pair.situation(), Situation::Revoked);
    let mut said = user.pair.said();
    said.append(&mut user.mail);
    (user, said)
}

#[test]
fn the_server_never_sees_a_signing_key_and_no_encryption_key_travels_in_clear() {
    for by_mail in [false, true] {
        let (user, said) = life(by_mail);
        assert_eq!(user.signing.len(), 3, "set up, recovered, renewed");
        let (mut questions, mut envelopes) = (0, 0);
        for said in &said {
            let (Said::Answer(octets) | Said::Question(octets)) = said;
            let messages = decoded(octets);
            let hides = |message: &&Vec<u8>| HIDING.iter().any(|oid| holds(message, oid));
            let hiding = messages.iter().filter(hides).count();
            if matches!(said, Said::Question(_)) {
                questions += messages.len();
                assert_eq!(hiding, 0, "nothing that is encrypted goes to the server");
            }
            envelopes += hiding;
            for octets in messages.iter().chain([octets]) {
                let is_told = |number: &&Vec<u8>| tells(octets, number);
                assert!(!user.signing.iter().any(|number| is_told(&number)));
                assert!(!user.encryption.iter().any(|number| is_told(&number)));
            }
        }
        assert_eq!(envelopes, 3, "the keys that the server made");
        assert!(8 <= questions, "{questions} messages were looked at");
    }
}

/// What the search above would find.
#[test]
fn a_key_is_found_however_it_is_written() {
    let key = rsa(0);
    let pkcs8 = key.pkcs8().expose();
    assert_eq!(secrets(&signing_key()).len(), 1, "the scalar");
    assert_eq!(secrets(&key).len(), 6, "d, p, q, dP, dQ and qInv");
    for number in secrets(&key) {
        let mut hex = String::new();
        for octet in &number {
            write!(hex, "{octet:02X}").unwrap();
        }
        assert!(tells(pkcs8, &number) && tells(hex.as_bytes(), &number));
        for before in 0..3 {
            let text = BASE64_STANDARD_NO_PAD.encode([&vec![1; before][..], pkcs8].concat());
            let lines: Vec<&[u8]> = text.as_bytes().chunks(64).collect();
            assert!(tells(&lines.join(&b"\r\n"[..]), &number));
        }
        assert!(!tells(key.public().spki(), &number));
    }
}
