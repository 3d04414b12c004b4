//! A user's program for tests: it writes the messages itself and reads the answers.

use std::sync::OnceLock;

use kmadmin::crypto::keypair::PrivateKey;
use kmadmin::domain::key_kind::KeyKind;
use kmadmin::domain::mailbox::MailboxId;
use kmadmin::domain::progress::Unwatched;
use kmadmin::domain::secret::SecretBytes;
use kmadmin::domain::time::{Clock as _, UnixTime};
use kmadmin::engine::Engine;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::session::Remember;
use kmadmin::protocol::message::{
    Body, CertReply, CertRequest, CertStatus, Failure, Header, Message, Name,
};
use kmadmin::protocol::protect::{MacForm, ProtectionKind, Protector};
use kmadmin::protocol::read::{self, Received};
use kmadmin::protocol::write;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use crate::support::{NAMES, SERVER, World, credential, recovery};

/// The address of the person in most tests.
pub const ADDRESS: &str = "joerg@example.com";

/// An RSA key that is made once for all tests: finding primes takes long.
pub fn rsa(number: usize) -> PrivateKey {
    static KEYS: [OnceLock<Vec<u8>>; 3] = [OnceLock::new(), OnceLock::new(), OnceLock::new()];
    let pkcs8 = KEYS[number].get_or_init(|| {
        let mut rng = StdRng::seed_from_u64(u64::try_from(number).unwrap());
        let key = PrivateKey::generate(KeyKind::Rsa2048, &mut rng).unwrap();
        key.pkcs8().expose().to_vec()
    });
    PrivateKey::from_pkcs8(SecretBytes::new(pkcs8.clone())).unwrap()
}

/// A mailbox in the state New, with its temporary key as displayed.
pub fn enabled(world: &mut World, name: &str, address: &str) -> (MailboxId, String) {
    let id = world.mailbox(name, address);
    let key = enable(world, id);
    (id, key)
}

/// Enables a mailbox that is there.
pub fn enable(world: &mut World, id: MailboxId) -> String {
    let ada = credential(NAMES[0]);
    let mut session = world.engine.open_session(&ada, Remember::No).unwrap();
    let how = HandOver::TemporaryKey;
    let handed = world
        .engine
        .enable(&mut session, id, SERVER, how, &Unwatched);
    let key = handed.unwrap().temporary_key.unwrap();
    key.expose().to_owned()
}

/// Recovers a mailbox's keys; gives the temporary key.
pub fn recover(world: &mut World, id: MailboxId) -> String {
    let handed = world.run(recovery(id, HandOver::TemporaryKey), &NAMES);
    let key = handed.unwrap().temporary_key.unwrap();
    key.expose().to_owned()
}

/// What protects a message.
#[derive(Clone, Copy)]
pub enum With<'a> {
    Key(&'a str),
    Signature(&'a PrivateKey, &'a [u8]),
    Nothing,
}

/// A program with its keys, and what it has got.
pub struct Program {
    pub address: String,
    pub signing: PrivateKey,
    pub transport: PrivateKey,
    /// The signing and the encryption certificate, DER.
    pub certificates: Vec<Vec<u8>>,
    pub rng: StdRng,
}

impl Program {
    pub fn new(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            signing: signing_key(),
            transport: rsa(0),
            certificates: Vec::new(),
            rng: StdRng::seed_from_u64(rand::rng().next_u64()),
        }
    }

    /// The header of a new transaction.
    pub fn header(&mut self, now: UnixTime) -> Header {
        let mut random = [[0; 16]; 2];
        for octets in &mut random {
            self.rng.fill_bytes(octets);
        }
        let mut header = Header::first(Name::Empty, Name::Empty, random[0], random[1], now);
        header.sender_kid = Some(self.address.clone().into_bytes());
        header
    }

    pub fn message(&mut self, world: &World, body: Body) -> Message {
        Message {
            header: self.header(world.clock.now()),
            body,
            extra_certs: Vec::new(),
        }
    }

    pub fn signing_request(&self) -> CertRequest {
        CertRequest::new_signing(0, EMPTY, None, &self.signing).unwrap()
    }

    pub fn both(&self) -> Vec<CertRequest> {
        let made = CertRequest::new_server_made(1, EMPTY, None, self.transport.public()).unwrap();
        vec![self.signing_request(), made]
    }

    pub fn write(&mut self, message: &Message, with: With<'_>) -> Vec<u8> {
        write(message, with, &mut self.rng)
    }

    /// Writes a message signed with the program's own key.
    pub fn sign(&mut self, message: &Message) -> Vec<u8> {
        let with = With::Signature(&self.signing, &self.certificates[0]);
        write(message, with, &mut self.rng)
    }

    /// Says that it has kept everything in `reply`.
    pub fn confirm(&mut self, world: &World, reply: &Received, ids: &[(i64, &[u8])]) -> Message {
        let statuses = ids
            .iter()
            .map(|(id, der)| CertStatus::for_certificate(der, *id).unwrap());
        self.last_word(world, reply, Body::CertConf(statuses.collect()))
    }

    /// The next message of the transaction of `reply`.
    pub fn last_word(&mut self, world: &World, reply: &Received, body: Body) -> Message {
        let mut nonce = [0; 16];
        self.rng.fill_bytes(&mut nonce);
        let mut header = reply.message.header.answer(nonce, world.clock.now());
        header.sender_kid = Some(self.address.clone().into_bytes());
        Message {
            header,
            body,
            extra_certs: Vec::new(),
        }
    }

    /// The whole set-up under a temporary key; the certificates are kept.
    pub fn set_up(&mut self, world: &mut World, key: &str) {
        let request = self.message(world, Body::Ir(self.both()));
        let octets = self.write(&request, With::Key(key));
        let reply = verified(&mut world.engine, &octets, key);
        self.keep(&reply);
        let confirmation = self.confirm_all(world, &reply);
        let octets = self.write(&confirmation, With::Key(key));
        let done = verified(&mut world.engine, &octets, key);
        assert_eq!(done.message.body, Body::PkiConf);
    }

    /// Keeps the certificates of a reply.
    pub fn keep(&mut self, reply: &Received) {
        self.certificates = certificates(&reply.message.body)
            .into_iter()
            .map(|(_id, der)| der)
            .collect();
    }

    /// Confirms every certificate of a reply.
    pub fn confirm_all(&mut self, world: &World, reply: &Received) -> Message {
        let certificates = certificates(&reply.message.body);
        let ids: Vec<(i64, &[u8])> = certificates
            .iter()
            .map(|(id, der)| (*id, der.as_slice()))
            .collect();
        self.confirm(world, reply, &ids)
    }
}

/// A Name without parts.
pub const EMPTY: &[u8] = &[0x30, 0];

pub fn signing_key() -> PrivateKey {
    PrivateKey::generate(KeyKind::P256, &mut rand::rng()).unwrap()
}

pub fn write(message: &Message, with: With<'_>, rng: &mut StdRng) -> Vec<u8> {
    let by = match with {
        With::Key(secret) => Protector::Mac {
            secret: secret.as_bytes(),
            form: MacForm::OURS,
        },
        With::Signature(key, certificate) => Protector::Signature { key, certificate },
        With::Nothing => Protector::Unprotected,
    };
    write::write(message, by, rng).unwrap()
}

/// Sends a message and reads the answer.
pub fn send(engine: &mut Engine, request: &[u8]) -> Received {
    read::read(&engine.answer(request).reply.unwrap()).unwrap()
}

/// The same, where the answer must be under the temporary key.
pub fn verified(engine: &mut Engine, request: &[u8], key: &str) -> Received {
    let reply = send(engine, request);
    assert!(
        reply.verify_mac(key.as_bytes()).is_ok(),
        "{:?}",
        reply.message.body
    );
    reply
}

/// The certificates in a reply, by the requests' numbers.
pub fn certificates(body: &Body) -> Vec<(i64, Vec<u8>)> {
    let (Body::Ip(CertReply { responses, .. })
    | Body::Cp(CertReply { responses, .. })
    | Body::Kup(CertReply { responses, .. })) = body
    else {
        unreachable!("no certificates: {body:?}");
    };
    responses
        .iter()
        .map(|one| (one.id, one.certified.as_ref().unwrap().certificate.clone()))
        .collect()
}

/// The reason of a refusal, and its words.
pub fn refusal(reply: &Received) -> (Failure, String) {
    let Body::Error(error) = &reply.message.body else {
        unreachable!("not refused: {:?}", reply.message.body);
    };
    (error.status.failure, error.status.text.join(" "))
}

/// A refusal that everybody could have written.
pub fn unprotected(reply: &Received) -> (Failure, String) {
    assert_eq!(reply.protection(), ProtectionKind::None);
    refusal(reply)
}
