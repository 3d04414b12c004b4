//! The request: what administrators approve, in the form that their seats sign.

use der::asn1::OctetString;
use der::{Decode as _, Encode as _, Sequence};
use rand::CryptoRng;

use crate::crypto::keypair::sha256;
use crate::domain::time::UnixTime;
use crate::engine::error::Error;
use crate::engine::hand_over::HandOver;
use crate::engine::manifest::{Hash, InstallationId, Manifest};
use crate::engine::state_root::Head;

/// What an act would do, in words and octets.
#[derive(Eq, PartialEq)]
pub struct Description {
    /// The act, as the audit names it: `Import certificates`.
    pub act: &'static str,
    /// What it is done to; never a secret.
    pub subject: String,
    /// The act and its object, as the prompt asks for them.
    pub title: String,
    /// Everything that decides what is done, in a fixed order; it is hashed into the request.
    pub arguments: Vec<u8>,
    /// What leaves the KM server.
    pub output: Output,
}

/// What an act gives out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Output {
    /// Keys for a user.
    Keys(HandOver),
    /// Nothing.
    Nothing,
}

impl Output {
    /// The word in the request.
    fn word(self) -> &'static str {
        match self {
            Self::Keys(how) => how.words(),
            Self::Nothing => "nothing",
        }
    }

    /// What the audit says of it.
    pub fn detail(self) -> String {
        match self {
            Self::Keys(how) => format!("gives out: {}", how.words()),
            Self::Nothing => String::new(),
        }
    }
}

/// A request as it is signed: this DER form is the message of the Ed25519 signatures, and what
/// `openssl pkeyutl -verify -rawin` takes.
///
/// ```text
/// Request ::= SEQUENCE {
///     version      INTEGER (1),
///     installation OCTET STRING (SIZE (16)),
///     act          UTF8String,
///     subject      UTF8String,
///     arguments    OCTET STRING,      -- SHA-256
///     output       UTF8String,
///     generation   INTEGER,           -- of the manifest
///     manifest     OCTET STRING (SIZE (32)),  -- SHA-256 of it
///     nonce        OCTET STRING (SIZE (16)),
///     at           INTEGER,           -- Unix seconds, UTC
///     auditCount   INTEGER,           -- rows of the audit before this act was begun
///     auditHead    OCTET STRING }     -- and the link of the last of them
/// ```
pub struct Request {
    der: Vec<u8>,
    manifest: Hash,
}

impl Request {
    /// The request for `description`, never equal to another.
    pub fn new(
        description: &Description,
        manifest: &Manifest,
        at: UnixTime,
        audit: &Head,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, Error> {
        let hash = manifest.hash()?;
        let mut nonce = [0; 16];
        rng.fill_bytes(&mut nonce);
        let der = RequestDer {
            version: 1,
            installation: OctetString::new(manifest.installation)?,
            act: description.act.to_owned(),
            subject: description.subject.clone(),
            arguments: OctetString::new(sha256(&description.arguments))?,
            output: description.output.word().to_owned(),
            generation: manifest.generation,
            manifest: OctetString::new(hash)?,
            nonce: OctetString::new(nonce)?,
            at: at.secs(),
            audit_count: audit.count,
            audit_head: OctetString::new(audit.hash)?,
        };
        Ok(Self {
            der: der.to_der()?,
            manifest: hash,
        })
    }

    /// What the seats sign.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Refuses if the administrators or their numbers are others than when the act was begun.
    pub fn still_fits(&self, manifest: &Manifest) -> Result<(), Error> {
        if self.manifest == manifest.hash()? {
            Ok(())
        } else {
            Err(Error::PolicyChanged)
        }
    }
}

/// What a stored request says of where it belongs.
pub struct Claim {
    /// Of which manifest.
    pub generation: u64,
    /// SHA-256 of everything that decides what is done.
    pub arguments: Hash,
    /// The rows of the audit before it.
    pub audit: Head,
}

/// Reads a stored request, if it is for this act on this subject.
pub fn claim(
    der: &[u8],
    installation: InstallationId,
    (act, subject): (&str, &str),
) -> Option<Claim> {
    let request = RequestDer::from_der(der).ok()?;
    let about = request.act == act
        && request.subject == subject
        && request.installation.as_bytes() == installation;
    let hash = request.audit_head.as_bytes().try_into().ok()?;
    about.then_some(Claim {
        generation: request.generation,
        arguments: request.arguments.as_bytes().try_into().ok()?,
        audit: Head {
            count: request.audit_count,
            hash,
        },
    })
}

#[derive(Sequence)]
struct RequestDer {
    version: u8,
    installation: OctetString,
    act: String,
    subject: String,
    arguments: OctetString,
    output: String,
    generation: u64,
    manifest: OctetString,
    nonce: OctetString,
    at: i64,
    audit_count: u64,
    audit_head: OctetString,
}
