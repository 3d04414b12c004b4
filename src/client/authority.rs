//! The KM server's authority as this client got to know it: its CA certificate and the key of its
//! trust lists, pinned at the first enrolment, and what was fetched since.

use crate::client::Client;
use crate::client::error::Error;
use crate::client::home::Home;
use crate::client::record::Record;
use crate::crypto::certificate::Certificate;
use crate::crypto::crl::Crl;
use crate::crypto::keypair::PublicKey;
use crate::crypto::verify;
use crate::domain::time::UnixTime;
use crate::protocol::trust_list::{self, TrustListError};

/// Whom this client trusts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Authority {
    /// The certificate of the authority that issued our certificates.
    pub certificate: Certificate,
    /// The key that signs trust lists (`SubjectPublicKeyInfo`, DER), once the server told it.
    pub trust_list_key: Option<Vec<u8>>,
}

impl Client {
    /// The pinned authority; nothing before the first enrolment.
    pub fn authority(&self) -> Result<Option<Authority>, Error> {
        Authority::load(&self.home)
    }

    /// The signed trust list as the server sent it last (`protocol::trust_list`).
    pub fn trust_list(&self) -> Result<Option<Vec<u8>>, Error> {
        self.home.read(TRUST_LIST)
    }

    /// The newest CRL of our authority that was fetched, DER.
    pub fn crl(&self) -> Result<Option<Vec<u8>>, Error> {
        self.home.read(CRL)
    }

    /// Keeps a trust list, if it is signed under the pinned key or one that this was handed on to,
    /// and no older than the one that is here.
    pub fn keep_trust_list(&self, octets: &[u8]) -> Result<(), Error> {
        let Some(mut authority) = self.authority()? else {
            return Ok(());
        };
        let Some(pinned) = authority.trust_list_key.take() else {
            return Ok(());
        };
        let unfit = |error: TrustListError| Error::Reply(error.to_string());
        let list = trust_list::read(octets, &pinned).map_err(unfit)?;
        // What is here was read once under the same key or an earlier one.
        let here = self.trust_list()?;
        let here = here.and_then(|here| trust_list::read(&here, &pinned).ok());
        if here.is_some_and(|here| list.version < here.version) {
            let words = "the trust list is older than one that was seen before";
            return Err(Error::Reply(words.to_owned()));
        }
        self.home.write(TRUST_LIST, octets)?;
        authority.trust_list_key = Some(list.key);
        authority.store(&self.home)
    }

    /// Keeps a CRL, if our authority signed it and it is no older than the one that is here.
    pub fn keep_crl(&self, der: &[u8]) -> Result<(), Error> {
        let Some(authority) = self.authority()? else {
            return Ok(());
        };
        let crl = Crl::read(der).map_err(|error| Error::Reply(error.to_string()))?;
        crl.verify(&authority.certificate)
            .map_err(|error| Error::Reply(error.to_string()))?;
        let before = self.crl()?.and_then(|before| Crl::read(&before).ok());
        if before.is_some_and(|before| crl.this_update() < before.this_update()) {
            let words = "the revocation list is older than the one at hand";
            return Err(Error::Reply(words.to_owned()));
        }
        self.home.write(CRL, crl.der())?;
        let mut record = Record::new();
        record.text("at", &self.now().secs().to_string());
        self.home.write(CRL_FETCHED, record.as_octets())
    }

    /// When the CRL was fetched.
    pub(super) fn crl_fetched(&self) -> Result<Option<UnixTime>, Error> {
        let record = self.home.read_record(CRL_FETCHED)?;
        let at = record.and_then(|record| record.value("at")?.parse().ok());
        Ok(at.map(UnixTime::from_secs))
    }
}

impl Authority {
    /// The pinned one.
    pub(super) fn load(home: &Home) -> Result<Option<Self>, Error> {
        let Some(record) = home.read_record(FILE)? else {
            return Ok(None);
        };
        let der = record.octets_of("certificate");
        let certificate = der.and_then(|der| Certificate::from_der(&der).ok());
        Ok(Some(Self {
            certificate: certificate.ok_or_else(|| home.damaged(FILE))?,
            trust_list_key: record.octets_of("trust-list-key"),
        }))
    }

    /// Pins it.
    pub(super) fn store(&self, home: &Home) -> Result<(), Error> {
        let mut record = Record::new();
        record.octets("certificate", self.certificate.der());
        if let Some(key) = &self.trust_list_key {
            record.octets("trust-list-key", key);
        }
        home.write(FILE, record.as_octets())
    }

    /// The key in `certificate`, if it is the KM server's own: issued by this authority for the
    /// making of keys. Without that purpose any of its users could speak for the server.
    pub(super) fn server_key(&self, certificate: &[u8]) -> Option<PublicKey> {
        let certificate = Certificate::from_der(certificate).ok()?;
        let is_servers = certificate
            .purposes()
            .is_some_and(|purposes| purposes.iter().any(|purpose| purpose == CM_KGA));
        let is_issued = verify::is_issued_by(&certificate, &self.certificate);
        (is_servers && is_issued).then(|| PublicKey::from_spki(certificate.spki()).ok())?
    }
}

/// id-kp-cmKGA, the purpose of a key generation authority (RFC 9480 section 2.2).
const CM_KGA: &str = "1.3.6.1.5.5.7.3.32";

/// The files in the home folder.
const FILE: &str = "authority";
const TRUST_LIST: &str = "trust-list";
const CRL: &str = "crl";
const CRL_FETCHED: &str = "crl-fetched";
