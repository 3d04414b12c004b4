//! Whom this client trusts in mail, its own authority and the published trust list, and what the
//! revocation lists say. Certificates that come with a message are never trusted for that.

use crate::client::Client;
use crate::client::error::Error;
use crate::client::message::published::{self, CRL_FILE};
use crate::crypto::certificate::Certificate;
use crate::crypto::crl::Crl;
use crate::crypto::path::{self, Chain, PathVerdict, Purpose};
use crate::domain::time::UnixTime;
use crate::protocol::trust_list;

/// Whom to trust.
pub(super) struct Trust {
    own: Option<Certificate>,
    listed: Vec<Certificate>,
    named: Vec<Certificate>,
    crls: Vec<Crl>,
    /// Why the trust list is not used, as a sentence.
    pub(super) doubt: Option<String>,
    /// Whether the list of the own authority is older than a day and no newer one is to be had.
    pub(super) is_crl_old: bool,
}

impl Trust {
    /// Judges a certificate. `others` may be anything that came with a message.
    pub(super) fn judge(
        &self,
        certificate: &Certificate,
        others: &[Certificate],
        at: UnixTime,
        purpose: Purpose,
    ) -> PathVerdict {
        let anchors: Vec<Certificate> = self.anchors().cloned().collect();
        path::judge(certificate, others, &anchors, &self.crls, at, purpose)
    }

    /// Whose word it is that the authority at the end of a path is trusted.
    pub(super) fn source(&self, verdict: &PathVerdict) -> &'static str {
        let anchor = match (&verdict.chain, verdict.path.last()) {
            (Chain::Trusted { .. }, Some(anchor)) => anchor,
            (Chain::Trusted { .. }, None) | (Chain::Untrusted(_), _) => return "nobody",
        };
        if self.own.as_ref() == Some(anchor) {
            "the authority of your organization"
        } else if self.listed.contains(anchor) {
            "on the trust list of your organization"
        } else {
            "named by you for this message"
        }
    }

    /// Whether the path ends in the own authority.
    pub(super) fn is_own(&self, verdict: &PathVerdict) -> bool {
        self.own.is_some() && self.own.as_ref() == verdict.path.last()
    }

    fn anchors(&self) -> impl Iterator<Item = &Certificate> {
        self.own.iter().chain(&self.listed).chain(&self.named)
    }
}

impl Client {
    /// Whom to trust now; `named` are trusted beside, by the person's word.
    pub(super) fn trust(&mut self, named: &[Certificate]) -> Result<Trust, Error> {
        let is_crl_old = self.renew_crl()?;
        let (listed, doubt) = match self.listed()? {
            Ok(listed) => (listed, None),
            Err(doubt) => (Vec::new(), Some(doubt)),
        };
        let own = self.authority()?.map(|authority| authority.certificate);
        let crl = self.crl()?.and_then(|der| Crl::read(&der).ok());
        Ok(Trust {
            own,
            listed,
            named: named.to_vec(),
            crls: crl.into_iter().collect(),
            doubt,
            is_crl_old,
        })
    }

    /// Fetches the newest revocation list now, however old the one at hand is, and the trust list.
    pub fn fetch_crl(&mut self) -> Result<(), Error> {
        let fetched = self.published(CRL_FILE, published::MAX_LIST);
        if let Ok(Some(list)) = self.published(trust_list::FILE, published::MAX_LIST) {
            match self.keep_trust_list(&list) {
                // One that does not fit is refused, and the one at hand stays.
                Ok(()) | Err(Error::Reply(_)) => (),
                Err(error) => return Err(error),
            }
        }
        let crl = fetched.map_err(Error::Unreachable)?;
        let missing = || Error::Unreachable("No revocation list is published.".to_owned());
        self.keep_crl(&crl.ok_or_else(missing)?)
    }

    /// Fetches the revocation list if the one at hand is a day old; whether it is old nevertheless.
    fn renew_crl(&mut self) -> Result<bool, Error> {
        if self.authority()?.is_none() {
            return Ok(false);
        }
        let now = self.now();
        let is_fresh = |client: &Self| -> Result<bool, Error> {
            let at = client.crl_fetched()?;
            Ok(at.is_some_and(|at| at <= now && now.secs_since(at) < DAY))
        };
        if is_fresh(self)?
            || self
                .mail
                .tried_crl_at
                .is_some_and(|at| now.secs_since(at) < PAUSE)
        {
            return Ok(!is_fresh(self)?);
        }
        self.mail.tried_crl_at = Some(now);
        match self.fetch_crl() {
            // What can not be had now is missing in the verdict, which says so.
            Ok(()) | Err(Error::Unreachable(_) | Error::Reply(_)) => Ok(!is_fresh(self)?),
            Err(error) => Err(error),
        }
    }

    /// The authorities of the published trust list, held against the pinned key each time, or why it
    /// is not used.
    fn listed(&self) -> Result<Result<Vec<Certificate>, String>, Error> {
        let pinned = self.authority()?.and_then(|found| found.trust_list_key);
        let (Some(pinned), Some(octets)) = (pinned, self.trust_list()?) else {
            return Ok(Ok(Vec::new()));
        };
        let list = match trust_list::read(&octets, &pinned) {
            Ok(list) => list,
            Err(error) => return Ok(Err(format!("The trust list is not used: {error}."))),
        };
        let read = list.entries.iter();
        let read = read.filter_map(|entry| Certificate::from_der(&entry.certificate).ok());
        Ok(Ok(read.collect()))
    }
}

/// How old a revocation list may be, in seconds (Q181450: revocation shows within a day).
const DAY: i64 = 24 * 60 * 60;

/// How long not to ask again where nothing was to be had, in seconds: a person opens many messages.
const PAUSE: i64 = 10 * 60;
