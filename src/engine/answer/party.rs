//! Who asks: the mailbox that a message names, and whether the message is protected by what only
//! its user has.

use crate::crypto::certificate::Certificate;
use crate::crypto::certificate::key_usage::KeyUsage;
use crate::crypto::keypair::PublicKey;
use crate::domain::address::MailAddress;
use crate::domain::mailbox::{Mailbox, MailboxGuid, MailboxId};
use crate::domain::secret::SecretText;
use crate::domain::time::UnixTime;
use crate::engine::answer::Talk;
use crate::engine::answer::cmp_key::CmpKey;
use crate::engine::answer::names::Own;
use crate::engine::answer::reply::{Refusal, Stop};
use crate::engine::answer::stranger::Stranger;
use crate::engine::audit::acts;
use crate::engine::error::Error;
use crate::engine::issue;
use crate::engine::record::{Origin, Record};
use crate::protocol::message::{Body, Failure};
use crate::protocol::protect::{MacForm, ProtectionKind, Protector};
use crate::store::{archived_key, mailbox};

/// What a message names, not verified yet.
pub(super) enum Found {
    /// The address that belongs to a temporary key, if it is one of ours.
    Address(Option<Box<(MailboxId, Record)>>),
    /// Nobody, and why.
    Nobody(Refusal),
    /// The holder of a certificate of ours.
    Signer(Box<(MailboxId, Record)>, Box<Certificate>),
}

/// A mailbox whose user's program has spoken.
pub(super) struct Party {
    /// The mailbox's number in the directory.
    pub(super) id: MailboxId,
    /// Its record.
    pub(super) record: Record,
    /// How that is known.
    pub(super) proof: Proof,
}

/// How it is known who asks.
pub(super) enum Proof {
    /// By a signature with the key of this certificate.
    Signature(Box<Certificate>),
    /// By a MAC under this secret.
    TemporaryKey(SecretText, MacForm),
}

impl Found {
    /// Looks up what the message names.
    pub(super) fn by(talk: &mut Talk<'_, '_>) -> Result<Self, Error> {
        let nobody = |failure, text: &str| Ok(Self::Nobody(Refusal::new(failure, text)));
        match talk.received.protection() {
            ProtectionKind::Mac => Self::by_address(talk),
            ProtectionKind::Signature => Self::by_certificate(talk),
            ProtectionKind::None => {
                nobody(Failure::BAD_MESSAGE_CHECK, "The message is not protected.")
            }
            ProtectionKind::Unsupported(what) => {
                let text = format!("The message is protected with {what}, which is not supported.");
                nobody(Failure::BAD_ALG, &text)
            }
        }
    }

    fn by_address(talk: &mut Talk<'_, '_>) -> Result<Self, Error> {
        let named = talk.received.message.header.sender_kid.as_deref();
        let named = named.and_then(|octets| str::from_utf8(octets).ok());
        let address = named.and_then(|text| MailAddress::parse(text).ok());
        let found = match address {
            Some(address) => mailbox::by_address(talk.act.tx, &address)?,
            None => None,
        };
        let Some(found) = found else {
            talk.work_as_on_a_record()?;
            return Ok(Self::Address(None));
        };
        Ok(Self::Address(Some(Box::new(with_record(talk, &found)?))))
    }

    /// The certificate that protects the message is the first one in extraCerts (RFC 9483 section
    /// 3.3), and it must be one that we issued, octet for octet: one of another authority with the
    /// same address, name and serial number is nobody's.
    fn by_certificate(talk: &Talk<'_, '_>) -> Result<Self, Error> {
        let stranger = Refusal::new(
            Failure::SIGNER_NOT_TRUSTED,
            "The message is not signed with a certificate of this KM server.",
        );
        let first = talk.received.message.extra_certs.first();
        let Some(certificate) = first.and_then(|der| Certificate::from_der(der).ok()) else {
            return Ok(Self::Nobody(stranger));
        };
        let issued = archived_key::by_serial(talk.act.tx, certificate.serial())?;
        let Some(issued) = issued.filter(|issued| issued.der == certificate.der()) else {
            return Ok(Self::Nobody(stranger));
        };
        let guid = MailboxGuid::from_bytes(issued.guid);
        let serial = certificate.serial();
        let certificate = issue::certificate(talk.act.tx, &talk.settings, &guid, serial)?;
        let Some(found) = mailbox::by_guid(talk.act.tx, guid)? else {
            return Ok(Self::Nobody(stranger));
        };
        let found = Box::new(with_record(talk, &found)?);
        Ok(Self::Signer(found, Box::new(certificate)))
    }

    /// The mailbox's record, if one was named.
    pub(super) fn record(&self) -> Option<&Record> {
        match self {
            Self::Address(found) => found.as_deref().map(|(_id, record)| record),
            Self::Nobody(_) => None,
            Self::Signer(found, _) => Some(&found.1),
        }
    }

    /// Verifies the protection.
    pub(super) fn verify(self, talk: &Talk<'_, '_>) -> Result<Result<Party, Stranger>, Error> {
        match self {
            Self::Nobody(refusal) => Ok(Err(Stranger::nobody(refusal))),
            Self::Address(found) => Ok(under_temporary_key(talk, found)),
            Self::Signer(found, certificate) => {
                let (id, record) = *found;
                let public = PublicKey::from_spki(certificate.spki())?;
                Ok(match talk.received.verify_signature(&public) {
                    Ok(()) => Ok(Party {
                        id,
                        record,
                        proof: Proof::Signature(certificate),
                    }),
                    Err(_wrong) => Err(Stranger::wrong_signature()),
                })
            }
        }
    }
}

fn with_record(talk: &Talk<'_, '_>, found: &Mailbox) -> Result<(MailboxId, Record), Error> {
    let record = Record::of(talk.act.tx, talk.act.keys, found)?;
    Ok((found.id, record))
}

impl Talk<'_, '_> {
    /// Opening a record and sealing it again is what an unknown address would spare us, and a clock
    /// would tell.
    fn work_as_on_a_record(&mut self) -> Result<(), Error> {
        let label = self.act.keys.label("no record");
        let sealed = self.act.keys.seal(&NO_RECORD, &label, self.act.rng)?;
        self.act.keys.open(&sealed, &label).map(drop)
    }
}

/// As long as a usual mailbox record.
const NO_RECORD: [u8; 256] = [0; 256];

/// What stands in for a temporary key where there is none, so that it takes as long to say no.
const NO_KEY: &str = "0000-0000-0000-0000";

/// The secret is the key as displayed, or without its hyphens, as some programs' users type it.
/// Both are always tried, also where there is no key at all.
fn under_temporary_key(
    talk: &Talk<'_, '_>,
    found: Option<Box<(MailboxId, Record)>>,
) -> Result<Party, Stranger> {
    let now = talk.act.now;
    let live = found.as_ref().and_then(|found| {
        let temporary = found.1.temporary_key.as_ref();
        temporary.filter(|temporary| now < temporary.expires)
    });
    let displayed = live.map_or(NO_KEY, |temporary| temporary.key.expose());
    let displayed = SecretText::new(displayed.to_owned());
    let plain = SecretText::new(displayed.expose().replace('-', ""));
    let fits = |secret: &SecretText| {
        let verified = talk.received.verify_mac(secret.expose().as_bytes());
        verified.is_ok()
    };
    let (as_displayed, without_hyphens) = (fits(&displayed), fits(&plain));
    let right = if as_displayed { displayed } else { plain };
    let is_right = live.is_some() && (as_displayed || without_hyphens);
    match (found, talk.received.mac_form()) {
        (Some(found), Some(form)) if is_right => {
            let (id, record) = *found;
            Ok(Party {
                id,
                record,
                proof: Proof::TemporaryKey(right, form),
            })
        }
        (found, _) => Err(Stranger::wrong_key(found.map(|found| Box::new(found.1)))),
    }
}

impl Party {
    /// A signer must be the mailbox's current signing certificate, in date; while a renewal waits
    /// for its confirmation, the new one is accepted as well. What was replaced, suspended by a
    /// recovery or revoked is no longer in the record.
    pub(super) fn may_speak(&self, now: UnixTime) -> Result<(), Stop> {
        let Proof::Signature(certificate) = &self.proof else {
            return Ok(());
        };
        let refused = |text| Err(Refusal::new(Failure::SIGNER_NOT_TRUSTED, text).into());
        let usage = certificate.key_usage();
        if !usage.is_some_and(KeyUsage::digital_signature) {
            return refused(
                "This is an encryption certificate. Sign with the signing certificate.",
            );
        }
        if now < certificate.not_before() || certificate.not_after() < now {
            return refused(
                "The certificate is not in date. Ask an administrator to enable you again.",
            );
        }
        let serial = Some(certificate.serial());
        let renewed = self.record.pending.as_ref();
        let renewed = renewed.filter(|pending| pending.from == Origin::Renewal);
        let renewed = renewed.and_then(|pending| pending.signing.as_deref());
        if self.record.signing.as_deref() != serial && renewed != serial {
            return refused(
                "This certificate may not be used here any more: it was replaced, suspended or \
                 revoked. Ask an administrator to recover your keys.",
            );
        }
        Ok(())
    }

    /// Under which names he may ask.
    pub(super) fn own(&self) -> Own<'_> {
        Own {
            record: &self.record,
            renewed: match &self.proof {
                Proof::Signature(certificate) => Some(certificate),
                Proof::TemporaryKey(..) => None,
            },
        }
    }

    /// Refuses what may only be asked under a temporary key.
    pub(super) fn needs_temporary_key(&self) -> Result<(), Refusal> {
        match &self.proof {
            Proof::TemporaryKey(..) => Ok(()),
            Proof::Signature(_) => Err(Refusal::new(
                Failure::WRONG_INTEGRITY,
                "This must be asked under a temporary key. Ask an administrator for one.",
            )),
        }
    }

    /// The certificate whose key signed the message; refuses what was asked under a temporary key.
    pub(super) fn signer(&self) -> Result<&Certificate, Refusal> {
        match &self.proof {
            Proof::Signature(certificate) => Ok(certificate),
            Proof::TemporaryKey(..) => Err(Refusal::new(
                Failure::WRONG_INTEGRITY,
                "This must be signed with the current signing certificate.",
            )),
        }
    }
}

impl Proof {
    /// What protects the answer.
    pub(super) fn protector<'a>(&'a self, cmp: &'a CmpKey) -> Protector<'a> {
        match self {
            Self::Signature(_) => Protector::Signature {
                key: &cmp.key,
                certificate: &cmp.certificate,
            },
            Self::TemporaryKey(secret, form) => Protector::Mac {
                secret: secret.expose().as_bytes(),
                form: form.answer(),
            },
        }
    }
}

/// What the audit calls a message.
pub(super) fn act_of(body: &Body) -> &'static str {
    match body {
        Body::Ir(_) | Body::Cr(_) | Body::P10cr(_) => "Set up security",
        Body::Krr(_) => "Fetch recovered keys",
        Body::Kur(_) => "Renew certificates",
        Body::CertConf(_) | Body::Error(_) => "Confirm certificates",
        Body::Rr(_) => acts::REPORT_LOST,
        Body::Genm(_) => "Ask for information",
        Body::Cp(_)
        | Body::Genp(_)
        | Body::Ip(_)
        | Body::Krp(_)
        | Body::Kup(_)
        | Body::PkiConf
        | Body::Rp(_) => "Send a message",
    }
}
