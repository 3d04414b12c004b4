//! Issuing: users' certificates, and encryption key pairs with their place in the archive.

use rand::CryptoRng;

use crate::crypto::certificate::Certificate;
use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::crypto::labelled;
use crate::crypto::strict_der::Malformed;
use crate::crypto::verify;
use crate::crypto::x509::{self, Authority, MailName, UserProfile, Validity};
use crate::domain::key_kind::KeyKind;
use crate::domain::mailbox::MailboxGuid;
use crate::engine::act::Act;
use crate::engine::error::Error;
use crate::engine::record::{Record, Serial};
use crate::engine::settings::{CA_FILE, CRL_FILE, Settings};
use crate::engine::{archive, publish};
use crate::store::archived_key::{self as table, Issued};
use crate::store::{Reader, object};

/// What users' encryption keys are: RSA, because every mail program can encrypt to it, with 2048
/// bits, good until 2030 (NIST SP 800-57 part 1, table 2) and so for longer than the 18 months of a
/// certificate.
const USER_KEY: KeyKind = KeyKind::Rsa2048;

/// A key pair with its certificate.
pub struct Certified {
    /// The private key.
    pub key: PrivateKey,
    /// The certificate, in DER.
    pub certificate: Vec<u8>,
}

/// What a user's key is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// Others encrypt to it.
    Encryption,
    /// The user signs with it.
    Signing,
}

/// A certificate that was just issued.
pub struct Fresh {
    /// Its serial number.
    pub serial: Serial,
    /// From when to when it is good.
    pub validity: Validity,
    /// The certificate, in DER.
    pub der: Vec<u8>,
}

/// Makes an encryption key pair for a user, without certificate: what takes long about it.
pub fn user_key(rng: &mut dyn CryptoRng) -> Result<PrivateKey, Error> {
    Ok(PrivateKey::generate(USER_KEY, rng)?)
}

/// Makes an encryption key pair for a mailbox, certifies and archives it: its current one from now
/// on. The caller stores the record.
pub fn encryption(
    act: &mut Act<'_>,
    settings: &Settings,
    record: &mut Record,
) -> Result<Certified, Error> {
    let key = user_key(act.rng)?;
    let fresh = certify(act, settings, record, (Purpose::Encryption, key.public()))?;
    keep(act, record, &key)?;
    record.encryption = Some(fresh.serial);
    record.valid_until = Some(fresh.validity.not_after);
    publish::address_changed(act, &record.address)?;
    Ok(Certified {
        key,
        certificate: fresh.der,
    })
}

/// Archives an encryption key of a mailbox and notes that it has it. The caller stores the record.
pub fn keep(act: &mut Act<'_>, record: &mut Record, key: &PrivateKey) -> Result<(), Error> {
    archive::put(act, &record.guid, key)?;
    record.keys.push(key.public().key_id());
    Ok(())
}

/// Issues a certificate in the name that the record has.
pub fn certify(
    act: &mut Act<'_>,
    settings: &Settings,
    record: &Record,
    (purpose, public): (Purpose, &PublicKey),
) -> Result<Fresh, Error> {
    let ca_key = ca_key(act, settings)?;
    let authority = Authority::new(&settings.ca_certificate, &ca_key)?;
    let validity = Validity::of_user(act.now, authority.validity()?)?;
    let serial = x509::serial(act.rng);
    let url = |file| settings.publish_url.as_ref().map(|url| url.of(file));
    let profile = UserProfile {
        common_name: record.name.as_str().to_owned(),
        address: MailName::new(record.address.local(), record.address.domain_ascii()),
        serial,
        validity,
        crl_url: url(CRL_FILE),
        ca_issuers_url: url(CA_FILE),
    };
    let der = match purpose {
        Purpose::Encryption => authority.issue_encryption(&profile, public)?,
        Purpose::Signing => authority.issue_signing(&profile, public)?,
    };
    table::record_issued(
        act.tx,
        &Issued {
            serial: serial.to_vec(),
            guid: *record.guid.as_bytes(),
            key_id: public.key_id(),
            issued_at: act.now.secs(),
            der: der.clone(),
        },
    )?;
    Ok(Fresh {
        serial: serial.to_vec(),
        validity,
        der,
    })
}

/// The certificate of a mailbox with this serial number, if our authority signed it for it.
pub fn certificate(
    reader: &Reader<'_>,
    settings: &Settings,
    guid: &MailboxGuid,
    serial: &[u8],
) -> Result<Certificate, Error> {
    let authority = authority(settings)?;
    let missing = Error::Tampered("a certificate of this mailbox is missing");
    let issued = table::by_serial(reader, serial)?.ok_or(missing)?;
    let certificate = Certificate::from_der(&issued.der).map_err(unreadable)?;
    let genuine = issued.guid == *guid.as_bytes()
        && certificate.serial() == serial
        && verify::is_issued_by(&certificate, &authority);
    if genuine {
        Ok(certificate)
    } else {
        Err(REPLACED)
    }
}

/// The certificate of our certification authority.
pub fn authority(settings: &Settings) -> Result<Certificate, Error> {
    Certificate::from_der(&settings.ca_certificate).map_err(unreadable)
}

fn unreadable(_malformed: Malformed) -> Error {
    Error::Tampered("a certificate can not be read")
}

const REPLACED: Error = Error::Tampered("a certificate of this mailbox was replaced");

/// The certification authority's private key.
pub(super) fn ca_key(act: &Act<'_>, settings: &Settings) -> Result<PrivateKey, Error> {
    let sealed = object::by_name(act.tx, "ca key")?;
    let sealed = sealed.ok_or(Error::Tampered(
        "the certification authority's key is missing",
    ))?;
    let public = PublicKey::from_spki(authority(settings)?.spki())?;
    let label = act.keys.label("ca key");
    let key = labelled::open_key(&sealed.body, act.keys.opener(), &label, &public);
    key.map_err(|_sealed| Error::Tampered("the certification authority's key was replaced"))
}

/// The certificate of each of a mailbox's encryption keys, in the order of `keys`, with the public
/// key it certifies; one that our authority has not signed is refused.
pub fn certificates_of(
    reader: &Reader<'_>,
    settings: &Settings,
    guid: &MailboxGuid,
    keys: &[[u8; 32]],
) -> Result<Vec<(PublicKey, Vec<u8>)>, Error> {
    let authority = authority(settings)?;
    let issued = table::issued_to(reader, guid.as_bytes())?;
    let of = |key_id: &[u8; 32]| {
        // The newest one for the key: a renewal may certify it again.
        let found = issued.iter().rev().find(|issued| issued.key_id == *key_id);
        let missing = Error::Tampered("a certificate of this mailbox is missing");
        let der = found.ok_or(missing)?.der.clone();
        let certificate = Certificate::from_der(&der).map_err(unreadable)?;
        let public = PublicKey::from_spki(certificate.spki())?;
        if public.key_id() != *key_id || !verify::is_issued_by(&certificate, &authority) {
            return Err(REPLACED);
        }
        Ok((public, der))
    };
    keys.iter().map(of).collect()
}
