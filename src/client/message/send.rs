//! Signs, encrypts and delivers messages.

use crate::client::error::Error;
use crate::client::home::failed;
use crate::client::keyset::Keyset;
use crate::client::message::recipients::Found;
use crate::client::message::view::{Draft, Posted};
use crate::client::record::hex;
use crate::client::{Client, Unlock};
use crate::crypto::certificate::Certificate;
use crate::crypto::crl::Crl;
use crate::crypto::smime::enveloped::{self, Cipher, Recipient};
use crate::crypto::smime::signed::{self, Form, Signing};
use crate::domain::address::MailAddress;
use crate::domain::key_kind::KeyKind;
use crate::domain::time::UnixTime;
use crate::mail::compose::{self, Attachment, Envelope, Micalg, SmimeType};
use crate::mail::maildir;
use crate::mail::post_office::PostOffice;

/// What is done to an entity.
#[derive(Clone, Copy)]
pub(super) struct Protect {
    pub(super) sign: bool,
    pub(super) encrypt: bool,
}

/// A protected entity.
pub(super) struct Protected {
    pub(super) entity: Vec<u8>,
    pub(super) cipher: Option<&'static str>,
}

impl Client {
    /// Everything is made before anything is delivered, and the own copy is kept first.
    pub(super) fn send_draft(
        &mut self,
        draft: &Draft,
        unlock: Unlock<'_>,
    ) -> Result<Posted, Error> {
        let own = self.settings.own_address()?.clone();
        let everybody = everybody(draft);
        if everybody.is_empty() {
            return Err(Error::NotSet("A recipient"));
        }
        let office = self.settings.own_office(&self.home);
        refuse_without_mailbox(&office, &own, &everybody)?;
        let files: Vec<Attachment<'_>> = draft
            .files
            .iter()
            .map(|(name, content)| Attachment {
                name,
                media_type: "application/octet-stream",
                content,
            })
            .collect();
        let entity = compose::text_entity(&draft.text, &files);
        let protect = Protect {
            sign: draft.sign,
            encrypt: draft.encrypt,
        };
        let protected = self.protect(&entity, &everybody, protect, unlock)?;
        let unique = self.unique_name();
        let named = |addresses: &[MailAddress]| -> Vec<(String, String)> {
            let named = addresses.iter();
            named
                .map(|address| (String::new(), address.to_string()))
                .collect()
        };
        let name = self.settings.name.as_ref().map(ToString::to_string);
        let envelope = Envelope {
            from: (&name.unwrap_or_default(), &own.to_string()),
            to: &named(&draft.to),
            cc: &named(&draft.cc),
            subject: &draft.subject,
            at: self.now(),
            unique: &unique,
            in_reply_to: draft.in_reply_to.as_deref(),
        };
        let message = compose::plain(&envelope, &protected.entity);
        let maildir = office.user(&own);
        maildir::keep_sent(&maildir, &unique, &message).map_err(|error| failed(&maildir, error))?;
        deliver(&office, &everybody, &unique, &message)?;
        Ok(Posted {
            cipher: protected.cipher,
        })
    }

    /// Signs an entity, then encrypts it to these people and to oneself.
    pub(super) fn protect(
        &mut self,
        entity: &[u8],
        to: &[MailAddress],
        protect: Protect,
        unlock: Unlock<'_>,
    ) -> Result<Protected, Error> {
        let found = if protect.encrypt {
            self.certificates_of_all(to)?
        } else {
            Vec::new()
        };
        // Q149333: the password is asked for when a message is signed or sealed.
        let keyset = if protect.sign || protect.encrypt {
            Some(self.keys(unlock)?)
        } else {
            None
        };
        let signed = match &keyset {
            Some(keyset) if protect.sign => {
                self.refuse_revoked(keyset)?;
                sign(entity, keyset, self.now())?
            }
            Some(_) | None => entity.to_vec(),
        };
        match &keyset {
            Some(keyset) if protect.encrypt => self.encrypt(&signed, &found, keyset),
            Some(_) | None => Ok(Protected {
                entity: signed,
                cipher: None,
            }),
        }
    }

    /// Refuses to sign with a certificate that is known to be revoked: nobody would believe it.
    fn refuse_revoked(&self, keyset: &Keyset) -> Result<(), Error> {
        let list = self.crl()?.and_then(|list| Crl::read(&list).ok());
        let (Some(list), Some(held)) = (list, keyset.signing()) else {
            return Ok(());
        };
        let is_ours = list.issuer_der() == held.certificate.issuer_der();
        match list.entry(held.certificate.serial()).filter(|_| is_ours) {
            Some(entry) => Err(Error::Revoked(keyset.name().clone(), entry.at.day())),
            None => Ok(()),
        }
    }

    /// A certificate for each, or nothing is done.
    fn certificates_of_all(&mut self, to: &[MailAddress]) -> Result<Vec<Found>, Error> {
        let found = self.find_certificates(to)?;
        let missing = found.iter().filter(|found| found.certificate.is_none());
        let missing: Vec<String> = missing.map(|found| found.address.to_string()).collect();
        if missing.is_empty() {
            return Ok(found);
        }
        Err(Error::NoCertificate(missing))
    }

    fn encrypt(
        &mut self,
        entity: &[u8],
        to: &[Found],
        keyset: &Keyset,
    ) -> Result<Protected, Error> {
        let own = keyset.decryption().next().map(|held| &held.certificate);
        let own = own.ok_or(Error::NoDigitalId)?;
        let mut certificates = vec![own.der()];
        let mut everybody_reads_gcm = true;
        for found in to {
            let certificate = found.certificate.as_ref();
            certificates.extend(certificate.map(Certificate::der));
            everybody_reads_gcm &=
                certificate == Some(own) || self.capabilities(&found.address)?.gcm();
        }
        certificates.sort_unstable();
        certificates.dedup();
        let (cipher, name, smime_type) = if everybody_reads_gcm {
            (
                Cipher::Aes256Gcm,
                "AES-256-GCM",
                SmimeType::AuthEnvelopedData,
            )
        } else {
            (Cipher::Aes256Cbc, "AES-256-CBC", SmimeType::EnvelopedData)
        };
        let recipients: Vec<Recipient<'_>> = certificates
            .into_iter()
            .map(Recipient::Certificate)
            .collect();
        let sealed = enveloped::encrypt(entity, &recipients, cipher, &mut *self.around.rng)
            .map_err(|error| Error::Crypto(error.to_string()))?;
        Ok(Protected {
            entity: compose::pkcs7_entity(smime_type, &sealed),
            cipher: Some(name),
        })
    }

    /// The address that messages are from: the set one, or that of the signing certificate.
    pub(super) fn sender(&self) -> Result<String, Error> {
        if let Some(address) = &self.settings.address {
            return Ok(address.to_string());
        }
        let keyset = self.settings.keyset.as_ref();
        let keyset = keyset.map(|name| self.keyset(name)).transpose()?;
        let signing = keyset.and_then(|keyset| keyset.signing);
        let address = signing.and_then(|signing| signing.addresses.into_iter().next());
        address.ok_or(Error::NotSet("Your address"))
    }

    /// A name that no other message has.
    pub(super) fn unique_name(&mut self) -> String {
        let mut random = [0; 16];
        self.around.rng.fill_bytes(&mut random);
        format!("{}.{}.kmclient", self.now().secs(), hex(&random))
    }
}

/// The `multipart/signed` entity of an entity.
fn sign(entity: &[u8], keyset: &Keyset, now: UnixTime) -> Result<Vec<u8>, Error> {
    let held = keyset.signing_at(now)?;
    let chain: Vec<&[u8]> = keyset.chain().iter().map(Vec::as_slice).collect();
    let encryption = keyset.decryption().next();
    let with = Signing {
        key: &held.key,
        certificate: held.certificate.der(),
        chain: &chain,
        at: now,
        capabilities: true,
        encryption_certificate: encryption.map(|held| held.certificate.der()),
    };
    let signature = signed::sign(entity, Form::Detached, &with);
    let signature = signature.map_err(|error| Error::Crypto(error.to_string()))?;
    let micalg = match held.key.public().kind() {
        KeyKind::P256 | KeyKind::Rsa2048 | KeyKind::Rsa3072 | KeyKind::Rsa4096 => Micalg::Sha256,
        KeyKind::P384 => Micalg::Sha384,
        KeyKind::Ed25519 => Micalg::Sha512,
    };
    Ok(compose::signed_entity(entity, &signature, micalg))
}

/// Every recipient once.
fn everybody(draft: &Draft) -> Vec<MailAddress> {
    let mut everybody: Vec<MailAddress> = Vec::new();
    for address in draft.to.iter().chain(&draft.cc) {
        if everybody.iter().all(|known| known.key() != address.key()) {
            everybody.push(address.clone());
        }
    }
    everybody
}

/// Refuses a message that the post office can not deliver to everybody.
fn refuse_without_mailbox(
    office: &PostOffice,
    own: &MailAddress,
    to: &[MailAddress],
) -> Result<(), Error> {
    let is_missing =
        |address: &&MailAddress| address.key() != own.key() && !office.user(address).is_dir();
    let missing: Vec<String> = to
        .iter()
        .filter(is_missing)
        .map(ToString::to_string)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::NoMailbox(missing))
}

/// Delivers a message to everybody who can be reached, and names the others.
fn deliver(
    office: &PostOffice,
    to: &[MailAddress],
    unique: &str,
    message: &[u8],
) -> Result<(), Error> {
    let mut missed = Vec::new();
    let mut first = None;
    for address in to {
        let folder = maildir::folder_of(address.key().as_str());
        if let Err(error) = maildir::deliver(office.folder(), &folder, unique, message) {
            missed.push(address.to_string());
            first = first.or(Some(error));
        }
    }
    match first {
        None => Ok(()),
        Some(source) => Err(Error::Undelivered { to: missed, source }),
    }
}
