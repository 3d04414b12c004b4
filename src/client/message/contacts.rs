//! Other people's certificates in the home folder: kept from signed messages by the person, or
//! published by the KM server and kept for use without it.

use crate::client::Client;
use crate::client::error::Error;
use crate::client::home::{CAPABILITIES, CONTACTS, FETCHED};
use crate::client::message::recipients::{self, Use};
use crate::client::message::view::{Contact, Opened};
use crate::client::record::Record;
use crate::client::view::CertificateView;
use crate::crypto::certificate::Certificate;
use crate::crypto::smime::capabilities::Capabilities;
use crate::domain::address::MailAddress;
use crate::domain::time::UnixTime;
use crate::mail::maildir;

/// A certificate in the home folder.
pub(super) struct Kept {
    pub(super) address: MailAddress,
    pub(super) certificate: Certificate,
    /// When it was kept or fetched.
    pub(super) at: UnixTime,
}

/// What was learnt from a signed message.
pub(super) struct Learnt<'a> {
    pub(super) address: &'a MailAddress,
    pub(super) capabilities: &'a Capabilities,
}

/// Where a certificate came from.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Source {
    /// The KM server published it.
    Fetched,
    /// It came with a signed message.
    Message,
}

impl Source {
    const fn folder(self) -> &'static str {
        match self {
            Self::Fetched => FETCHED,
            Self::Message => CONTACTS,
        }
    }

    fn words(self, at: UnixTime) -> String {
        let day = at.day();
        match self {
            Self::Fetched => format!("Key Management server, {day}"),
            Self::Message => format!("signed message, {day}"),
        }
    }
}

impl Client {
    /// Everybody whose certificate is here, by name and address; who was kept from a message comes
    /// once, as that.
    pub(super) fn all_contacts(&mut self) -> Result<Vec<Contact>, Error> {
        let trust = self.trust(&[])?;
        let now = self.now();
        let mut contacts: Vec<Contact> = Vec::new();
        for source in [Source::Message, Source::Fetched] {
            for kept in self.all_kept(source)? {
                let is_there = |contact: &Contact| contact.address.key() == kept.address.key();
                if contacts.iter().any(is_there) {
                    continue;
                }
                let fit = recipients::fitness(&kept.certificate, &kept.address, &trust, now);
                contacts.push(Contact {
                    name: kept.certificate.common_name().unwrap_or_default(),
                    certificate: CertificateView::of(&kept.certificate),
                    source: source.words(kept.at),
                    problem: match fit {
                        Use::Fit => None,
                        Use::Doubtful(words) | Use::Unfit(words) => Some(words),
                    },
                    address: kept.address,
                });
            }
        }
        contacts.sort_by_cached_key(|contact| {
            (contact.name.to_lowercase(), contact.address.to_string())
        });
        Ok(contacts)
    }

    /// Keeps the encryption certificate that came with a message.
    pub(super) fn keep_contact(&mut self, opened: &Opened) -> Result<Contact, Error> {
        let unfit = |words: &str| Error::Unfit(words.to_owned());
        let none = "Nothing came with this message that can be kept: only the certificate of a \
            sender who has signed, and whom you can trust, is kept.";
        let offered = opened.encryption.as_ref().ok_or_else(|| unfit(none))?;
        let certificate = Certificate::from_der(&offered.der)
            .map_err(|malformed| Error::Unfit(format!("{malformed}.")))?;
        let [author] = opened.from.as_slice() else {
            return Err(unfit(none));
        };
        let address = MailAddress::parse(&author.address)?;
        let trust = self.trust(&[])?;
        match recipients::fitness(&certificate, &address, &trust, self.now()) {
            Use::Fit | Use::Doubtful(_) => (),
            Use::Unfit(words) => return Err(Error::Unfit(words)),
        }
        self.keep(Source::Message, &address, &certificate)?;
        let contacts = self.all_contacts()?.into_iter();
        let mut contacts = contacts.filter(|contact| contact.address.key() == address.key());
        contacts.next().ok_or_else(|| unfit(none))
    }

    /// Forgets everything about an address.
    pub(super) fn forget_contact(&mut self, address: &MailAddress) -> Result<(), Error> {
        for folder in [CONTACTS, FETCHED, CAPABILITIES] {
            self.home.wipe(&file(folder, address))?;
        }
        Ok(())
    }

    /// Forgets what the KM server published for an address before.
    pub(super) fn forget_fetched(&self, address: &MailAddress) -> Result<(), Error> {
        self.home.wipe(&file(FETCHED, address))
    }

    /// Keeps a certificate in the place of one that was there before.
    pub(super) fn keep(
        &self,
        source: Source,
        address: &MailAddress,
        certificate: &Certificate,
    ) -> Result<(), Error> {
        let mut record = Record::new();
        record.text("address", &address.to_string());
        record.text("at", &self.now().secs().to_string());
        record.octets("certificate", certificate.der());
        let file = file(source.folder(), address);
        self.home.write(&file, record.as_octets())
    }

    /// The certificate of an address.
    pub(super) fn kept(
        &self,
        source: Source,
        address: &MailAddress,
    ) -> Result<Option<Kept>, Error> {
        let record = self.home.read_record(&file(source.folder(), address))?;
        Ok(record.and_then(|record| Kept::read(&record)))
    }

    /// Certificates of correspondents (DER): a signature may come without one.
    pub(super) fn known_certificates(&self) -> Result<Vec<Vec<u8>>, Error> {
        let kept = self.all_kept(Source::Message)?.into_iter();
        Ok(kept.map(|kept| kept.certificate.der().to_vec()).collect())
    }

    /// Notes what a correspondent's program can read, unless that is known.
    pub(super) fn learn(&self, learnt: &Learnt<'_>) -> Result<(), Error> {
        let Learnt {
            address,
            capabilities,
        } = learnt;
        if capabilities.is_empty() || self.capabilities(address)? == **capabilities {
            return Ok(());
        }
        let file = file(CAPABILITIES, address);
        self.home.write(&file, &capabilities.to_der())
    }

    /// What a correspondent's program can read, as far as that is known.
    pub(super) fn capabilities(&self, address: &MailAddress) -> Result<Capabilities, Error> {
        let der = self.home.read(&file(CAPABILITIES, address))?;
        let known = der.and_then(|der| Capabilities::from_der(&der));
        Ok(known.unwrap_or_default())
    }

    /// All certificates of one source. A file that can not be understood is passed over: the
    /// certificate in it can be had again.
    fn all_kept(&self, source: Source) -> Result<Vec<Kept>, Error> {
        let mut all = Vec::new();
        for name in self.home.names(source.folder(), ENDING)? {
            let path = format!("{}/{name}{ENDING}", source.folder());
            let record = self.home.read_record(&path)?;
            all.extend(record.and_then(|record| Kept::read(&record)));
        }
        Ok(all)
    }
}

impl Kept {
    fn read(record: &Record) -> Option<Self> {
        let der = record.octets_of("certificate")?;
        Some(Self {
            address: MailAddress::parse(record.value("address")?).ok()?,
            certificate: Certificate::from_der(&der).ok()?,
            at: UnixTime::from_secs(record.value("at")?.parse().ok()?),
        })
    }
}

/// The file about an address.
fn file(folder: &str, address: &MailAddress) -> String {
    let name = maildir::folder_of(address.key().as_str());
    format!("{folder}/{name}{ENDING}")
}

/// The ending of these files.
const ENDING: &str = ".kept";
