//! Checks what the server answered: its protection, and that what it granted is ours.

use crate::client::ask::{ENCRYPTION, SIGNING};
use crate::client::authority::Authority;
use crate::client::error::Error;
use crate::client::keyset::{self, Held};
use crate::client::request::{NewKeys, Request, copy_of};
use crate::crypto::certificate::Certificate;
use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::crypto::verify;
use crate::domain::address::MailAddress;
use crate::domain::time::UnixTime;
use crate::protocol::key_package;
use crate::protocol::message::{Body, CertReply, Certified, InfoKind, KeyRecovery, Status};
use crate::protocol::protect::{MacForm, ProtectionKind};
use crate::protocol::read::Received;

/// Certificates and keys that were checked.
pub(super) struct Granted {
    /// The signing key with its new certificate.
    pub(super) signing: Held,
    /// The encryption keys, the current one first.
    pub(super) encryption: Vec<Held>,
    /// Who issued them.
    pub(super) authority: Authority,
    /// The certificates of authorities that came with them, DER.
    pub(super) chain: Vec<Vec<u8>>,
}

impl Granted {
    /// The certificates to confirm, by the numbers of their requests.
    pub(super) fn to_confirm(&self, body: &Body) -> Vec<(i64, &Certificate)> {
        let signing = (SIGNING, &self.signing.certificate);
        let encryption = self.encryption.first();
        let encryption = encryption.map(|held| (ENCRYPTION, &held.certificate));
        // Recovered encryption certificates were confirmed when they were new.
        let encryption = encryption.filter(|_| !matches!(body, Body::Krp(_)));
        std::iter::once(signing).chain(encryption).collect()
    }
}

/// Checks that the answer comes from whom the request was sent to: under the temporary key, or
/// signed by the server's own key.
pub(super) fn protection(
    received: &Received,
    request: &Request,
    pinned: Option<&Authority>,
) -> Result<(), Error> {
    let wrong = |error: &dyn std::fmt::Display| Error::Reply(error.to_string());
    if received.protection() == ProtectionKind::None {
        return Err(Error::Reply("it is not protected".to_owned()));
    }
    if let Some(secret) = &request.temporary_key {
        let verified = received.verify_mac(secret.expose().as_bytes());
        verified.map_err(|error| wrong(&error))?;
        let form = received.mac_form();
        if !form.is_some_and(|form| form.is_at_least(MacForm::OURS)) {
            let words = "it is protected more weakly than the request was";
            return Err(Error::Reply(words.to_owned()));
        }
        return Ok(());
    }
    let pinned = pinned.ok_or_else(|| Error::Reply("no authority is known".to_owned()))?;
    let signer = received.message.extra_certs.first();
    let key = signer.and_then(|signer| pinned.server_key(signer));
    let key = key.ok_or_else(|| {
        Error::Reply("it is not signed by the Key Management server you enrolled with".to_owned())
    })?;
    received
        .verify_signature(&key)
        .map_err(|error| wrong(&error))
}

/// What a reply grants: certificates for our keys and our address, issued by the authority we know
/// or get to know now, and private keys that belong to their certificates.
pub(super) fn granted(
    received: &Received,
    request: &Request,
    pinned: Option<&Authority>,
    now: UnixTime,
) -> Result<Granted, Error> {
    let keys = request.keys.as_ref().ok_or(Error::NoSuchRequest)?;
    let body = &received.message.body;
    let Parts {
        signing,
        encryption,
        authorities,
    } = if let Body::Ip(reply) | Body::Kup(reply) = body {
        from_reply(reply)?
    } else if let Body::Krp(recovery) = body {
        from_recovery(recovery)?
    } else {
        return Err(Error::Reply(format!("an unexpected {}", body.name())));
    };
    let signing = parse(signing)?;
    let authority = authority(received, &signing, authorities, pinned, now)?;
    let ours = Ours {
        address: &request.address,
        authority: &authority,
        now,
    };
    ours.check(&signing)?;
    if !keyset::can_sign(&signing) {
        return Err(unfit("the signing certificate is not for signing"));
    }
    let signing = Held::new(copy_of(&keys.signing)?, signing)
        .ok_or_else(|| unfit("the signing certificate is for another key"))?;
    let mut held = Vec::new();
    for certified in encryption {
        held.push(decrypted(certified, keys, received, &authority)?);
    }
    held.sort_by_key(|held| std::cmp::Reverse(held.certificate.not_before()));
    // Older ones may have an earlier address of ours, and have expired: that they fit their keys,
    // and came under this protection, is what can be asked of them.
    let current = held.first();
    let current = current.ok_or_else(|| unfit("there is no encryption key in it"))?;
    ours.check(&current.certificate)?;
    Ok(Granted {
        signing,
        encryption: held,
        authority,
        chain: authorities
            .iter()
            .filter(|der| Certificate::from_der(der).is_ok())
            .cloned()
            .collect(),
    })
}

/// What both kinds of reply come down to.
struct Parts<'a> {
    /// The signing certificate, DER.
    signing: &'a [u8],
    /// The encryption keys with their certificates, the current one first.
    encryption: Vec<&'a Certified>,
    /// Certificates of authorities, DER.
    authorities: &'a [Vec<u8>],
}

fn from_reply(reply: &CertReply) -> Result<Parts<'_>, Error> {
    let certified = |number: i64| {
        let response = reply.responses.iter().find(|found| found.id == number);
        let response = response.ok_or_else(|| unfit("a certificate is missing"))?;
        refuse_unless_granted(&response.status)?;
        let certified = response.certified.as_ref();
        certified.ok_or_else(|| unfit("a certificate is missing"))
    };
    let signing = certified(SIGNING)?;
    Ok(Parts {
        signing: &signing.certificate,
        encryption: vec![certified(ENCRYPTION)?],
        authorities: &reply.ca_pubs,
    })
}

fn from_recovery(recovery: &KeyRecovery) -> Result<Parts<'_>, Error> {
    refuse_unless_granted(&recovery.status)?;
    let signing = recovery.signing_certificate.as_deref();
    let signing = signing.ok_or_else(|| unfit("the signing certificate is missing"))?;
    Ok(Parts {
        signing,
        // The current one comes last; first among equals it stays the current one here.
        encryption: recovery.history.iter().rev().collect(),
        authorities: &recovery.ca_certs,
    })
}

fn refuse_unless_granted(status: &Status) -> Result<(), Error> {
    if status.is_granted() {
        return Ok(());
    }
    Err(Error::Refused(words(status)))
}

/// The server's words of a refusal, in one line.
pub(super) fn words(status: &Status) -> String {
    let text = status.text.join(" ");
    let visible: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST_WORDS)
        .collect();
    match visible.trim() {
        "" => format!("It gives no reason but: {}.", status.failure),
        words => words.to_owned(),
    }
}

/// The authority: the pinned one, or at the first enrolment the one in the reply that issued the
/// signing certificate.
fn authority(
    received: &Received,
    signing: &Certificate,
    authorities: &[Vec<u8>],
    pinned: Option<&Authority>,
    now: UnixTime,
) -> Result<Authority, Error> {
    let info = &received.message.header.general_info;
    let told = info
        .iter()
        .find(|item| item.kind == InfoKind::TRUST_LIST_KEY);
    let told = told.and_then(|item| item.value.clone());
    if let Some(pinned) = pinned {
        if !verify::is_issued_by(signing, &pinned.certificate) {
            return Err(Error::OtherAuthority);
        }
        let mut authority = pinned.clone();
        authority.trust_list_key = authority.trust_list_key.or(told);
        return Ok(authority);
    }
    let mut known = authorities
        .iter()
        .filter_map(|der| Certificate::from_der(der).ok());
    let issuer = known.find(|issuer| verify::is_issued_by(signing, issuer));
    let certificate = issuer.ok_or_else(|| unfit("the certificate of its issuer is missing"))?;
    match verify::refusals(&certificate, now).first() {
        None => Ok(Authority {
            certificate,
            trust_list_key: told,
        }),
        Some(refusal) => Err(unfit(&format!("its issuer is no authority: {refusal}"))),
    }
}

/// What makes a certificate ours.
struct Ours<'a> {
    address: &'a MailAddress,
    authority: &'a Authority,
    now: UnixTime,
}

impl Ours<'_> {
    fn check(&self, certificate: &Certificate) -> Result<(), Error> {
        let key = self.address.key();
        let is_for_us = certificate
            .addresses()
            .iter()
            .any(|address| MailAddress::parse(address).is_ok_and(|address| address.key() == key));
        if !is_for_us {
            return Err(unfit("a certificate is for another address"));
        }
        if !verify::is_issued_by(certificate, &self.authority.certificate) {
            return Err(Error::OtherAuthority);
        }
        if certificate.not_after() < self.now {
            return Err(unfit("a certificate has expired already"));
        }
        Ok(())
    }
}

/// A private key that the server made, opened and matched to its certificate.
fn decrypted(
    certified: &Certified,
    keys: &NewKeys,
    received: &Received,
    authority: &Authority,
) -> Result<Held, Error> {
    let certificate = parse(&certified.certificate)?;
    if !keyset::can_decrypt(&certificate) {
        return Err(unfit("an encryption certificate is not for encryption"));
    }
    let package = certified.private_key.as_deref();
    let package = package.ok_or_else(|| unfit("a private key is missing"))?;
    let signers = received.message.extra_certs.iter();
    let signers: Vec<PublicKey> = signers
        .filter_map(|signer| authority.server_key(signer))
        .collect();
    let open = |signer: &PublicKey| -> Option<PrivateKey> {
        key_package::open_key(package, &keys.transport, signer).ok()
    };
    let key = signers.iter().find_map(open);
    let key = key.ok_or_else(|| unfit("a private key can not be opened"))?;
    if !key.matches(key.public()) {
        return Err(unfit("a private key is damaged"));
    }
    Held::new(key, certificate).ok_or_else(|| unfit("a private key is not its certificate's"))
}

fn parse(der: &[u8]) -> Result<Certificate, Error> {
    Certificate::from_der(der).map_err(|error| unfit(&format!("a certificate is {error}")))
}

fn unfit(why: &str) -> Error {
    Error::Reply(why.to_owned())
}

/// Characters of a server's words that are shown: a box on screen.
const LONGEST_WORDS: usize = 500;
