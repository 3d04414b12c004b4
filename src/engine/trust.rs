//! The Certificate Trust List: other certification authorities, imported and untrusted under their
//! own guard, and signed as a whole.

use der::asn1::OctetString;
use der::{Decode as _, Encode as _};

use crate::crypto::certificate::Certificate;
use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::crypto::verify::{self, Verdict};
use crate::domain::guard::Guard;
use crate::domain::progress::Progress;
use crate::domain::time::UnixTime;
use crate::engine::Engine;
use crate::engine::act::{Act, Charter};
use crate::engine::audit::acts;
use crate::engine::authorize::sealed::Sealed;
use crate::engine::authorize::{Grant, Operation, View};
use crate::engine::error::Error;
use crate::engine::manifest::Manifest;
use crate::engine::publish::{self, What};
use crate::engine::request::{Description, Output};
use crate::engine::signed::Signed;
use crate::engine::state_root::StateRoot;
use crate::protocol::trust_list::{self, EntryDer as TrustedDer, Keys, Published};
use crate::store::object::{self, Object};
use crate::store::{Reader, Tx};

/// An authority on the list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Trusted {
    /// Its certificate.
    pub certificate: Certificate,
    /// When it was imported.
    pub imported_at: UnixTime,
    /// Who approved the import.
    pub imported_by: String,
    /// The file it came in.
    pub file: String,
    /// The row of the audit that holds the approvals.
    pub audit_row: u64,
}

/// Reads the list, if it is the one a quorum signed last.
pub fn load(
    reader: &Reader<'_>,
    charter: &Charter,
    root: &StateRoot,
) -> Result<Vec<Trusted>, Error> {
    let manifest = &charter.manifest;
    let place = (manifest.installation, key(manifest)?);
    let content = Signed::TrustList.read(reader, place, &root.trust_list)?;
    let entries = Vec::<TrustedDer>::from_der(&content)?;
    entries.into_iter().map(Trusted::try_from).collect()
}

impl Engine {
    /// The public key (DER) that signs the trust list: what users' programs pin.
    pub fn trust_list_key(&mut self) -> Result<Vec<u8>, Error> {
        self.store.read(|reader| {
            let (_root, charter) = Charter::load(reader, &self.room.keys)?;
            Ok(key(&charter.manifest)?.spki().to_vec())
        })
    }
}

/// The public key that signs the list.
pub(super) fn key(manifest: &Manifest) -> Result<&PublicKey, Error> {
    let public = manifest.guard(Guard::Import)?.public.as_ref();
    public.ok_or(Error::Unexpected)
}

/// The content of a list with nobody on it.
pub(super) fn empty_list() -> Result<Vec<u8>, Error> {
    Ok(Vec::<TrustedDer>::new().to_der()?)
}

/// *Import*: certificates of other authorities, all of them or none.
pub struct ImportCertificates {
    /// The file's name, for the list.
    pub file: String,
    /// What the file holds.
    pub certificates: Vec<Certificate>,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Imported {
    /// Certificates that are new on the list.
    pub added: usize,
    /// Certificates that were on it already.
    pub present: usize,
}

/// *Untrust*: an authority is removed from the list.
pub struct Untrust {
    /// SHA-256 of its certificate.
    pub fingerprint: [u8; 32],
}

impl Sealed for ImportCertificates {}

impl Operation for ImportCertificates {
    type Outcome = Imported;
    const GUARD: Guard = Guard::Import;
    const ACT: &'static str = acts::IMPORT;

    fn describe(&self, view: &View<'_>) -> Result<Description, Error> {
        let list = load(view.reader, view.charter, view.root)?;
        self.refuse_unfit(view.now)?;
        if self.new_on(&list).next().is_none() {
            return Err(Error::Refused {
                what: format!(
                    "every certificate of {} is on the trust list already",
                    self.file
                ),
                remedy: "There is nothing to import.",
            });
        }
        let what = match self.certificates.as_slice() {
            [one] => format!("the certificate of {}", one.subject()),
            many => format!("{} certificates", many.len()),
        };
        Ok(Description {
            act: Self::ACT,
            subject: format!("{what}, from {}", self.file),
            title: format!("Import {what} into the Certificate Trust List"),
            arguments: self.fingerprints(),
            output: Output::Nothing,
        })
    }

    fn run(
        grant: Grant<Self>,
        act: &mut Act<'_>,
        _progress: &dyn Progress,
    ) -> Result<Imported, Error> {
        let import = grant.operation();
        import.refuse_unfit(act.now)?; // time has passed since the file was judged
        let mut list = load(act.tx, &act.charter, &act.root)?;
        let new: Vec<Trusted> = import
            .new_on(&list)
            .map(|certificate| Trusted {
                certificate: certificate.clone(),
                imported_at: act.now,
                imported_by: grant.approvers().join(", "),
                file: import.file.clone(),
                audit_row: act.root.audit.count + 1, // the row of this very act
            })
            .collect();
        let added = new.len();
        list.extend(new);
        sign(&grant, act, &list)?;
        Ok(Imported {
            added,
            present: import.certificates.len() - added,
        })
    }
}

impl ImportCertificates {
    /// The fit certificates of a file; `None` if there are none.
    pub fn from_file(name: &str, judged: Vec<verify::Judged>) -> Option<Self> {
        let fit = judged
            .into_iter()
            .filter(|judged| judged.verdict == Verdict::Accepted);
        let mut certificates: Vec<Certificate> = Vec::new();
        for certificate in fit.filter_map(|judged| judged.certificate) {
            if !certificates.contains(&certificate) {
                certificates.push(certificate);
            }
        }
        (!certificates.is_empty()).then(|| Self {
            file: name.to_owned(),
            certificates,
        })
    }

    fn new_on<'a>(&'a self, list: &'a [Trusted]) -> impl Iterator<Item = &'a Certificate> {
        let known: std::collections::BTreeSet<[u8; 32]> = list
            .iter()
            .map(|trusted| trusted.certificate.fingerprint())
            .collect();
        self.certificates
            .iter()
            .filter(move |certificate| !known.contains(&certificate.fingerprint()))
    }

    fn fingerprints(&self) -> Vec<u8> {
        self.certificates
            .iter()
            .flat_map(Certificate::fingerprint)
            .collect()
    }

    fn refuse_unfit(&self, at: UnixTime) -> Result<(), Error> {
        for certificate in &self.certificates {
            if let Some(refusal) = verify::refusals(certificate, at).first() {
                return Err(Error::Refused {
                    what: format!("{} is refused: {refusal}", certificate.subject()),
                    remedy: "Import only certificates of authorities that are fit for the list.",
                });
            }
        }
        Ok(())
    }
}

impl Sealed for Untrust {}

impl Operation for Untrust {
    type Outcome = ();
    const GUARD: Guard = Guard::Import;
    const ACT: &'static str = acts::UNTRUST;

    fn describe(&self, view: &View<'_>) -> Result<Description, Error> {
        let list = load(view.reader, view.charter, view.root)?;
        let trusted = self.find(&list)?;
        let subject = trusted.certificate.subject();
        Ok(Description {
            act: Self::ACT,
            subject: format!("{subject} ({})", trusted.certificate.fingerprint_hex()),
            title: format!("Untrust {subject}"),
            arguments: self.fingerprint.to_vec(),
            output: Output::Nothing,
        })
    }

    fn run(grant: Grant<Self>, act: &mut Act<'_>, _progress: &dyn Progress) -> Result<(), Error> {
        let mut list = load(act.tx, &act.charter, &act.root)?;
        let fingerprint = grant.operation().fingerprint;
        grant.operation().find(&list)?;
        list.retain(|trusted| trusted.certificate.fingerprint() != fingerprint);
        sign(&grant, act, &list)
    }
}

impl Untrust {
    fn find<'a>(&self, list: &'a [Trusted]) -> Result<&'a Trusted, Error> {
        let found = list
            .iter()
            .find(|trusted| trusted.certificate.fingerprint() == self.fingerprint);
        found.ok_or_else(|| Error::Refused {
            what: "no certificate with this fingerprint is on the trust list".to_owned(),
            remedy: "Look at the list for the fingerprints.",
        })
    }
}

/// Signs `list` as the next version.
fn sign<Op>(grant: &Grant<Op>, act: &mut Act<'_>, list: &[Trusted]) -> Result<(), Error> {
    let entries: Vec<TrustedDer> = list
        .iter()
        .map(TrustedDer::try_from)
        .collect::<Result<_, _>>()?;
    let key = grant.guard().signing_key()?;
    let place = (act.keys.installation, key);
    Signed::TrustList.write(act.tx, place, &mut act.root.trust_list, &entries.to_der()?)?;
    publish::lay_ready(act.tx, &What::TrustList, act.now)
}

/// The list as others read it.
pub(super) fn published(
    reader: &Reader<'_>,
    charter: &Charter,
    root: &StateRoot,
) -> Result<Vec<u8>, Error> {
    load(reader, charter, root)?; // what is not the quorum's is not published
    let object = object::by_name(reader, trust_list::NAME)?.ok_or(Error::TrustListTampered)?;
    let published = Published {
        installation: &charter.manifest.installation,
        keys: &keys(reader, &charter.manifest)?,
        body: &object.body,
        signature: &object.signature.ok_or(Error::TrustListTampered)?,
    };
    Ok(published.to_der()?)
}

/// The keys that have signed trust lists, oldest first. A client that was told one of them follows
/// to the present one.
fn keys(reader: &Reader<'_>, manifest: &Manifest) -> Result<Keys, Error> {
    let present = key(manifest)?;
    let kept = object::by_name(reader, KEYS)?;
    match kept.map(|kept| Keys::from_der(&kept.body)).transpose() {
        Ok(Some(keys)) if keys.last() == Some(present.spki()) => Ok(keys),
        Ok(_) | Err(_) => Ok(Keys::first(present)?), // none was handed on yet
    }
}

/// Hands the signing of trust lists on from the present `key` to the `next` one.
pub(super) fn hand_on(
    tx: &Tx<'_>,
    manifest: &Manifest,
    key: &PrivateKey,
    next: &PublicKey,
) -> Result<(), Error> {
    let mut keys = keys(tx, manifest)?;
    let handed = keys.hand_on(&manifest.installation, key, next);
    handed.map_err(|_key| Error::Unexpected)?;
    let object = Object {
        body: keys.to_der()?,
        signature: None, // each key has signed the next
    };
    object::replace(tx, KEYS, &object)?;
    Ok(())
}

const KEYS: &str = "trust list keys";

impl TryFrom<&Trusted> for TrustedDer {
    type Error = Error;

    fn try_from(trusted: &Trusted) -> Result<Self, Error> {
        Ok(Self {
            certificate: OctetString::new(trusted.certificate.der())?,
            imported_at: trusted.imported_at.secs(),
            imported_by: trusted.imported_by.clone(),
            file: trusted.file.clone(),
            audit_row: trusted.audit_row,
        })
    }
}

impl TryFrom<TrustedDer> for Trusted {
    type Error = Error;

    fn try_from(trusted: TrustedDer) -> Result<Self, Error> {
        let certificate = Certificate::from_der(trusted.certificate.as_bytes());
        Ok(Self {
            certificate: certificate.map_err(|_malformed| Error::TrustListTampered)?,
            imported_at: UnixTime::from_secs(trusted.imported_at),
            imported_by: trusted.imported_by,
            file: trusted.file,
            audit_row: trusted.audit_row,
        })
    }
}
