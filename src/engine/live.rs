//! Which of a mailbox's certificates others still believe.

use crate::crypto::certificate::Certificate;
use crate::crypto::certificate::key_usage::KeyUsage;
use crate::crypto::keypair::sha256;
use crate::crypto::verify;
use crate::domain::address::MailAddress;
use crate::domain::mailbox::MailboxGuid;
use crate::engine::authorize::View;
use crate::engine::error::Error;
use crate::engine::record::Record;
use crate::engine::settings::Settings;
use crate::engine::{issue, revocations};
use crate::store::{Reader, archived_key as certificates};

/// A mailbox's certificates that have neither run out nor been revoked.
pub(super) struct Live {
    /// Those that are the mailbox's, oldest first.
    pub(super) own: Vec<Certificate>,
    /// How many are kept under its name that are not.
    pub(super) strange: usize,
}

impl Live {
    /// Those that sign, oldest first.
    pub(super) fn signing(self) -> impl Iterator<Item = Certificate> {
        let signs = |certificate: &Certificate| {
            let usage = certificate.key_usage();
            usage.is_some_and(KeyUsage::digital_signature)
        };
        self.own.into_iter().filter(signs)
    }
}

/// The live certificates of a mailbox. What the record knows must be there, and what it does not
/// know must be for its address: else whoever writes into the file could spare somebody, or have a
/// quorum revoke somebody else.
pub(super) fn live(view: &View<'_>, record: &Record) -> Result<Live, Error> {
    let settings = Settings::load(view.reader, view.charter, view.root)?;
    issue::certificates_of(view.reader, &settings, &record.guid, &record.keys)?;
    let chain = revocations::load(view.reader, view.charter, view.root)?;
    let is_revoked = |serial: &[u8]| chain.iter().any(|entry| entry.serial == serial);
    let held = held(view.reader, &settings, &record.guid)?;
    let mut known = record.signing.iter().chain(&record.encryption);
    if !known.all(|serial| held.iter().any(|held| held.serial() == serial)) {
        return Err(Error::Tampered("a certificate of this mailbox is missing"));
    }
    let (own, strange): (Vec<_>, Vec<_>) = held
        .into_iter()
        .filter(|held| view.now <= held.not_after() && !is_revoked(held.serial()))
        .partition(|held| is_of(record, held));
    Ok(Live {
        own,
        strange: strange.len(),
    })
}

/// Whether a certificate is this mailbox's, by what the record knows or by its address.
fn is_of(record: &Record, certificate: &Certificate) -> bool {
    let serials = [&record.signing, &record.encryption];
    let is_known = serials
        .into_iter()
        .flatten()
        .any(|serial| serial == certificate.serial());
    let is_archived = record.keys.contains(&sha256(certificate.spki()));
    let key = record.address.key();
    let mut addresses = certificate.addresses().into_iter();
    is_known
        || is_archived
        || addresses.any(|address| MailAddress::parse(&address).is_ok_and(|it| it.key() == key))
}

/// Every certificate of a mailbox, oldest first, each held against our authority.
fn held(
    reader: &Reader<'_>,
    settings: &Settings,
    guid: &MailboxGuid,
) -> Result<Vec<Certificate>, Error> {
    let unreadable = |_malformed| Error::Tampered("a certificate can not be read");
    let authority = issue::authority(settings)?;
    let issued = certificates::issued_to(reader, guid.as_bytes())?;
    let checked = issued.into_iter().map(|row| {
        let certificate = Certificate::from_der(&row.der).map_err(unreadable)?;
        if certificate.serial() == row.serial && verify::is_issued_by(&certificate, &authority) {
            return Ok(certificate);
        }
        Err(Error::Tampered(
            "a certificate of this mailbox was replaced",
        ))
    });
    checked.collect()
}
