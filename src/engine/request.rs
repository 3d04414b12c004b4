//! The request: what administrators approve, in the form that their seats sign.

use der::asn1::OctetString;
use der::{Decode as _, Encode as _, Sequence};
use rand::CryptoRng;

use crate::crypto::keypair::sha256;
use crate::domain::time::UnixTime;
use crate::engine::error::Error;
use crate::engine::manifest::InstallationId;
use crate::engine::state_root::Head;

/// What an act would do, in words and octets.
pub struct Description {
    /// The act, as the audit names it: `Import certificates`.
    pub act: &'static str,
    /// What it is done to; never a secret.
    pub subject: String,
    /// The act and its object, as the prompt asks for them.
    pub title: String,
    /// Everything that decides what is done, in a fixed order; it is hashed into the request.
    pub arguments: Vec<u8>,
    /// What leaves the KM server: `temporary key`, `file`, `nothing`.
    pub output: &'static str,
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
///     nonce        OCTET STRING (SIZE (16)),
///     at           INTEGER,           -- Unix seconds, UTC
///     auditCount   INTEGER,           -- rows of the audit before this act was begun
///     auditHead    OCTET STRING }     -- and the link of the last of them
/// ```
pub struct Request {
    der: Vec<u8>,
    generation: u64,
}

impl Request {
    /// The request for `description`, never equal to another.
    pub fn new(
        description: &Description,
        (installation, generation): (InstallationId, u64),
        at: UnixTime,
        audit: &Head,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, Error> {
        let mut nonce = [0; 16];
        rng.fill_bytes(&mut nonce);
        let der = RequestDer {
            version: 1,
            installation: OctetString::new(installation)?,
            act: description.act.to_owned(),
            subject: description.subject.clone(),
            arguments: OctetString::new(sha256(&description.arguments))?,
            output: description.output.to_owned(),
            generation,
            nonce: OctetString::new(nonce)?,
            at: at.secs(),
            audit_count: audit.count,
            audit_head: OctetString::new(audit.hash)?,
        };
        Ok(Self {
            der: der.to_der()?,
            generation,
        })
    }

    /// What the seats sign.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The manifest's generation when the act was begun.
    pub fn generation(&self) -> u64 {
        self.generation
    }
}

/// Whether a stored request is for this act on this subject, begun no later than audit row `seq`.
pub fn fits(der: &[u8], act: &str, subject: &str, seq: u64) -> bool {
    RequestDer::from_der(der).is_ok_and(|request| {
        request.act == act && request.subject == subject && request.audit_count < seq
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
    nonce: OctetString,
    at: i64,
    audit_count: u64,
    audit_head: OctetString,
}
