//! The messages this client sends, with their protection.

use rand::CryptoRng;

use crate::client::error::Error;
use crate::client::keyset::Held;
use crate::client::request::NewKeys;
use crate::crypto::certificate::Certificate;
use crate::domain::address::MailAddress;
use crate::domain::time::UnixTime;
use crate::protocol::message::{Body, CertId, CertRequest, CertStatus, Header, InfoItem, InfoKind};
use crate::protocol::message::{Message, Name, RevocationRequest};
use crate::protocol::protect::{MacForm, Protector};
use crate::protocol::write::{self, WriteError};

/// Who asks: whose address, and what protects the messages.
pub(super) struct Asker<'a> {
    pub(super) address: &'a MailAddress,
    pub(super) by: Proof<'a>,
    pub(super) now: UnixTime,
    pub(super) rng: &'a mut dyn CryptoRng,
}

/// What protects the messages.
#[derive(Clone, Copy)]
pub(super) enum Proof<'a> {
    /// The temporary key as displayed.
    TemporaryKey(&'a str),
    /// The current signing key.
    Signature(&'a Held),
}

/// Which of the two first messages with a temporary key it is.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum First {
    /// `ir`: somebody new, for all this client knows.
    Enrol,
    /// `krr`: keys wait to be given back.
    Recover,
}

impl Asker<'_> {
    /// `ir` or `krr`: a signing certificate for our key, and an encryption key made by the server.
    pub(super) fn set_up(&mut self, first: First, keys: &NewKeys) -> Result<Vec<u8>, Error> {
        let requests = requests(keys, None, None)?;
        self.begin(match first {
            First::Enrol => Body::Ir(requests),
            First::Recover => Body::Krr(requests),
        })
    }

    /// `kur`: both certificates anew.
    pub(super) fn renew(
        &mut self,
        keys: &NewKeys,
        signing: &Certificate,
        encryption: &Certificate,
    ) -> Result<Vec<u8>, Error> {
        let requests = requests(keys, Some(signing), Some(encryption))?;
        self.begin(Body::Kur(requests))
    }

    /// `rr`: revoke these certificates.
    pub(super) fn revoke(
        &mut self,
        certificates: &[&Certificate],
        reason: u8,
    ) -> Result<Vec<u8>, Error> {
        let revoke = |certificate: &&Certificate| RevocationRequest {
            issuer: certificate.issuer_der().to_vec(),
            serial: certificate.serial().to_vec(),
            reason: Some(reason),
            invalidity: None,
        };
        self.begin(Body::Rr(certificates.iter().map(revoke).collect()))
    }

    /// `genm`: the trust list, its key, and the CRL.
    pub(super) fn fetch(&mut self) -> Result<Vec<u8>, Error> {
        let kinds = [
            InfoKind::TRUST_LIST_KEY,
            InfoKind::TRUST_LIST,
            InfoKind::CURRENT_CRL,
        ];
        self.begin(Body::Genm(kinds.map(InfoItem::question).into()))
    }

    /// `certConf` to a reply: these certificates, by the numbers of their requests, are wanted.
    pub(super) fn confirm(
        &mut self,
        reply: &Header,
        certificates: &[(i64, &Certificate)],
    ) -> Result<Vec<u8>, Error> {
        let wanted = certificates.iter().map(|(number, certificate)| {
            let status = CertStatus::for_certificate(certificate.der(), *number);
            status.ok_or_else(|| Error::Reply("a certificate has an unknown signature".to_owned()))
        });
        let body = Body::CertConf(wanted.collect::<Result<_, _>>()?);
        let header = reply.answer(self.nonce(), self.now);
        self.write(header, body)
    }

    fn begin(&mut self, body: Body) -> Result<Vec<u8>, Error> {
        let (transaction, nonce) = (self.nonce(), self.nonce());
        let header = Header::first(self.sender(), Name::Empty, transaction, nonce, self.now);
        self.write(header, body)
    }

    fn write(&mut self, mut header: Header, body: Body) -> Result<Vec<u8>, Error> {
        header.sender = self.sender();
        let protector = match self.by {
            Proof::TemporaryKey(secret) => {
                header.sender_kid = Some(self.address.to_string().into_bytes());
                Protector::Mac {
                    secret: secret.as_bytes(),
                    form: MacForm::OURS,
                }
            }
            Proof::Signature(held) => {
                header.sender_kid = held.certificate.subject_key_id().map(<[u8]>::to_vec);
                Protector::Signature {
                    key: &held.key,
                    certificate: held.certificate.der(),
                }
            }
        };
        let message = Message {
            header,
            body,
            extra_certs: Vec::new(),
        };
        write::write(&message, protector, self.rng).map_err(failed)
    }

    /// An address beyond ASCII has no place in a name of a message; the key identifier has it.
    fn sender(&self) -> Name {
        match self.by {
            Proof::TemporaryKey(_) if self.address.is_ascii_local() => {
                Name::Mail(self.address.to_string())
            }
            Proof::TemporaryKey(_) => Name::Empty,
            Proof::Signature(held) => Name::Directory(held.certificate.subject_der().to_vec()),
        }
    }

    fn nonce(&mut self) -> [u8; 16] {
        let mut nonce = [0; 16];
        self.rng.fill_bytes(&mut nonce);
        nonce
    }
}

/// The two requests of every enrolment and renewal, with the certificates that they replace.
fn requests(
    NewKeys { signing, transport }: &NewKeys,
    old_signing: Option<&Certificate>,
    old_encryption: Option<&Certificate>,
) -> Result<Vec<CertRequest>, Error> {
    let id = |certificate: &Certificate| CertId {
        issuer: certificate.issuer_der().to_vec(),
        serial: certificate.serial().to_vec(),
    };
    let subject = |old: Option<&Certificate>| {
        old.map_or_else(|| NO_NAME.to_vec(), |old| old.subject_der().to_vec())
    };
    let signing_request =
        CertRequest::new_signing(SIGNING, &subject(old_signing), old_signing.map(id), signing);
    let encryption_request = CertRequest::new_server_made(
        ENCRYPTION,
        &subject(old_encryption),
        old_encryption.map(id),
        transport.public(),
    );
    Ok(vec![
        signing_request.map_err(failed)?,
        encryption_request.map_err(failed)?,
    ])
}

fn failed(error: WriteError) -> Error {
    Error::Crypto(error.to_string())
}

/// The number of the request for a signing certificate.
pub(super) const SIGNING: i64 = 0;

/// The number of the request for an encryption certificate.
pub(super) const ENCRYPTION: i64 = 1;

/// A distinguished name without parts, DER: the server takes names from its own records only.
const NO_NAME: &[u8] = &[0x30, 0x00];
