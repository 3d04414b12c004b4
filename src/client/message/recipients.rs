//! Finds the certificate to encrypt to somebody with, and says why there is none.

use crate::client::Client;
use crate::client::error::Error;
use crate::client::keyset;
use crate::client::message::contacts::Source;
use crate::client::message::signer::NO_LIST;
use crate::client::message::trust::Trust;
use crate::client::message::view::RecipientCheck;
use crate::client::view::CertificateView;
use crate::crypto::certificate::Certificate;
use crate::crypto::path::{Chain, Dates, Purpose, Revocation, Usage};
use crate::domain::address::MailAddress;
use crate::domain::time::UnixTime;

/// Whether something may be encrypted with a certificate.
pub(super) enum Use {
    /// It may.
    Fit,
    /// It may, though something is not certain, as a sentence.
    Doubtful(String),
    /// It may not; why, as a sentence.
    Unfit(String),
}

/// A recipient and what was found for him.
pub(super) struct Found {
    pub(super) address: MailAddress,
    pub(super) certificate: Option<Certificate>,
    pub(super) problem: Option<String>,
}

impl From<Found> for RecipientCheck {
    fn from(found: Found) -> Self {
        Self {
            address: found.address,
            certificate: found.certificate.as_ref().map(CertificateView::of),
            problem: found.problem,
        }
    }
}

impl Client {
    /// The best certificate for each.
    pub(super) fn find_certificates(&mut self, to: &[MailAddress]) -> Result<Vec<Found>, Error> {
        let trust = self.trust(&[])?;
        let mut found = Vec::new();
        for address in to {
            found.push(self.find_certificate(address, &trust)?);
        }
        Ok(found)
    }

    /// Of what is at hand the newest that may be used. The KM server is asked first, unless that was
    /// done today; where it can not be reached, what it said before still counts.
    fn find_certificate(&mut self, address: &MailAddress, trust: &Trust) -> Result<Found, Error> {
        let silence = self.fetch_certificate(address, trust)?;
        let mut candidates = self.own_certificates(address)?;
        for source in [Source::Message, Source::Fetched] {
            let kept = self.kept(source, address)?;
            candidates.extend(kept.map(|kept| kept.certificate));
        }
        candidates.sort_by_key(|certificate| std::cmp::Reverse(certificate.not_before()));
        let now = self.now();
        let mut problem = None;
        for certificate in candidates {
            match fitness(&certificate, address, trust, now) {
                Use::Unfit(words) => problem = problem.or(Some(words)),
                Use::Fit => return Ok(Found::with(address, certificate, None)),
                Use::Doubtful(words) => return Ok(Found::with(address, certificate, Some(words))),
            }
        }
        let nobody = || match silence {
            Some(words) => format!("No certificate of {address} is at hand. {words}"),
            None => format!("There is no certificate of {address}."),
        };
        Ok(Found {
            address: address.clone(),
            certificate: None,
            problem: problem.or_else(|| Some(nobody())),
        })
    }

    /// Fetches what the KM server publishes for an address, once a day; why nobody knows, if so.
    fn fetch_certificate(
        &mut self,
        address: &MailAddress,
        trust: &Trust,
    ) -> Result<Option<String>, Error> {
        let now = self.now();
        let before = self.kept(Source::Fetched, address)?;
        let is_fresh = |at: UnixTime| at <= now && now.secs_since(at) < DAY;
        if before.as_ref().is_some_and(|kept| is_fresh(kept.at)) {
            return Ok(None);
        }
        match self.published_certificate(address) {
            Err(words) => Ok(Some(words)),
            Ok(None) => {
                self.forget_fetched(address)?;
                Ok(None)
            }
            Ok(Some(der)) => {
                let certificate = match Certificate::from_der(&der) {
                    Ok(certificate) => certificate,
                    Err(malformed) => {
                        let words = "What the KM server published can not be read";
                        return Ok(Some(format!("{words}: {malformed}.")));
                    }
                };
                let is_unfit = matches!(fitness(&certificate, address, trust, now), Use::Unfit(_));
                // Whoever is between us and the server takes no good certificate away.
                if before.is_none() || !is_unfit {
                    self.keep(Source::Fetched, address, &certificate)?;
                }
                Ok(None)
            }
        }
    }

    /// The own encryption certificates, for a message to oneself.
    pub(super) fn own_certificates(
        &self,
        address: &MailAddress,
    ) -> Result<Vec<Certificate>, Error> {
        let is_own = |own: &MailAddress| own.key() == address.key();
        let own = self.settings.address.as_ref().is_some_and(is_own);
        let (true, Some(name)) = (own, &self.settings.keyset) else {
            return Ok(Vec::new());
        };
        let view = self.keyset(name)?;
        let certificates = view.encryption.into_iter().chain(view.older);
        let read = certificates.filter_map(|view| Certificate::from_der(&view.der).ok());
        Ok(read.filter(keyset::can_decrypt).collect())
    }
}

impl Found {
    fn with(address: &MailAddress, certificate: Certificate, problem: Option<String>) -> Self {
        Self {
            address: address.clone(),
            certificate: Some(certificate),
            problem,
        }
    }
}

/// Whether something may be encrypted to the owner of `address` with a certificate.
pub(super) fn fitness(
    certificate: &Certificate,
    address: &MailAddress,
    trust: &Trust,
    now: UnixTime,
) -> Use {
    let unfit = |words: String| Use::Unfit(words);
    if !certificate.certifies(address) {
        return unfit(format!(
            "The certificate is for another address than {address}."
        ));
    }
    let verdict = trust.judge(certificate, &[], now, Purpose::Encrypt);
    if let Chain::Untrusted(fault) = &verdict.chain {
        return unfit(format!(
            "The certificate of {address} is not trusted: {fault}."
        ));
    }
    if let Usage::Unfit(fault) = &verdict.usage {
        return unfit(format!(
            "Nothing can be encrypted with the certificate of {address}: {fault}."
        ));
    }
    match &verdict.dates {
        Dates::InDate => (),
        Dates::Expired(..) => return unfit(format!("The certificate of {address} has expired.")),
        Dates::NotYetValid(..) => {
            return unfit(format!("The certificate of {address} is not valid yet."));
        }
    }
    match &verdict.revocation {
        Revocation::Good => Use::Fit,
        Revocation::Revoked { .. } => unfit(format!("The certificate of {address} was revoked.")),
        Revocation::Unknown(_) => Use::Doubtful(NO_LIST.to_owned()),
    }
}

/// How long a fetched certificate is not asked for again, in seconds.
const DAY: i64 = 24 * 60 * 60;
