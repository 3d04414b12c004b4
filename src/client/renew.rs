//! Renewing from month 12 on (Q192181), and reporting keys that are lost.

use crate::client::ask::{Asker, Proof};
use crate::client::error::Error;
use crate::client::keyset::Keyset;
use crate::client::request::{NewKeys, Request};
use crate::client::view::{LostReason, Purpose, Renewal, Sent, Stage};
use crate::client::{Client, Unlock};
use crate::crypto::certificate::Certificate;
use crate::crypto::x509::Validity;
use crate::domain::names::KeysetName;
use crate::domain::secret::SecretText;
use crate::domain::temporary_key::TemporaryKey;

impl Client {
    /// Whether the keyset's certificates are to be renewed now.
    pub fn renewal(&self, name: &KeysetName) -> Result<Renewal, Error> {
        let keyset = self.keyset(name)?;
        let Some(signing) = keyset.signing else {
            return Ok(Renewal::NotDue);
        };
        let now = self.now();
        if signing.not_after < now {
            return Ok(Renewal::Expired);
        }
        let under_way = self.under_way(name, Purpose::Renew)?;
        if under_way.is_some_and(|request| request.refusal.is_none()) {
            return Ok(Renewal::UnderWay);
        }
        let validity = Validity {
            not_before: signing.not_before,
            not_after: signing.not_after,
        };
        Ok(if validity.renewal_from() <= now {
            Renewal::Due
        } else {
            Renewal::NotDue
        })
    }

    /// Yes to the question: sends the certificate update request. One that is under way is sent
    /// again, with the same keys.
    pub fn renew(&mut self, name: &KeysetName, unlock: Unlock<'_>) -> Result<Sent, Error> {
        if let Some(request) = self.under_way(name, Purpose::Renew)? {
            return self.go_on(request);
        }
        if self.renewal(name)? != Renewal::Due {
            return Err(Error::RenewalNotDue(name.clone()));
        }
        let keyset = self.open_keyset(name, unlock)?;
        let keys = self.new_keys()?;
        let current = keyset.decryption().next();
        let current = current.ok_or_else(|| Error::NoSigningKey(name.clone()))?;
        let sent = {
            let signing = keyset.signing_at(self.now())?;
            let address = self.settings.own_address()?;
            let mut asker = Asker {
                address,
                by: Proof::Signature(signing),
                now: self.around.clock.now(),
                rng: &mut *self.around.rng,
            };
            asker.renew(&keys, &signing.certificate, &current.certificate)?
        };
        self.begin(Purpose::Renew, name, sent, (None, Some(keys)))
    }

    /// Reports the keys of a keyset lost or known to others: asks the server to revoke both
    /// certificates. A request that is under way is sent again.
    pub fn report_lost(
        &mut self,
        name: &KeysetName,
        unlock: Unlock<'_>,
        reason: LostReason,
    ) -> Result<Sent, Error> {
        if let Some(request) = self.under_way(name, Purpose::ReportLost)? {
            return self.go_on(request);
        }
        let keyset = self.open_keyset(name, unlock)?;
        let sent = {
            let signing = keyset.signing_at(self.now())?;
            let address = self.settings.own_address()?;
            let mut asker = Asker {
                address,
                by: Proof::Signature(signing),
                now: self.around.clock.now(),
                rng: &mut *self.around.rng,
            };
            asker.revoke(&current_pair(&keyset), reason.code())?
        };
        self.begin(Purpose::ReportLost, name, sent, (None, None))
    }

    /// The same for a user whose keyset is gone: reports these certificates under the temporary key.
    pub fn report_lost_under(
        &mut self,
        typed: &str,
        certificates: &[Certificate],
        reason: LostReason,
    ) -> Result<Sent, Error> {
        let key = TemporaryKey::parse(typed)?.into_text();
        let name = KeysetName::parse(&self.default_keyset_name())?;
        if let Some(request) = self.under_way(&name, Purpose::ReportLost)? {
            request.wipe(&self.home)?; // made anew: with another key, or for other certificates
        }
        let mut asker = Asker {
            address: self.settings.own_address()?,
            by: Proof::TemporaryKey(key.expose()),
            now: self.around.clock.now(),
            rng: &mut *self.around.rng,
        };
        let certificates: Vec<&Certificate> = certificates.iter().collect();
        let sent = asker.revoke(&certificates, reason.code())?;
        self.begin(Purpose::ReportLost, &name, sent, (Some(key), None))
    }

    fn under_way(&self, name: &KeysetName, purpose: Purpose) -> Result<Option<Request>, Error> {
        let mut all = Request::all(&self.home)?.into_iter();
        Ok(all.find(|request| request.purpose == purpose && request.keyset == *name))
    }

    /// Stores a request with the secrets that its answer needs, then sends it.
    fn begin(
        &mut self,
        purpose: Purpose,
        name: &KeysetName,
        sent: Vec<u8>,
        (temporary_key, keys): (Option<SecretText>, Option<NewKeys>),
    ) -> Result<Sent, Error> {
        let server = self.settings.server.clone();
        let request = Request {
            id: self.new_id(),
            purpose,
            stage: Stage::Asked,
            keyset: name.clone(),
            address: self.settings.own_address()?.clone(),
            server: server.ok_or(Error::NotSet("The Key Management server"))?,
            since: self.now(),
            sent,
            temporary_key,
            keys,
            reply: None,
            after: None,
            refusal: None,
            answer: None,
        };
        request.store(&self.home)?;
        self.send_request(&request)
    }
}

/// The certificates in use: the signing one first, so that an answer tells of it first.
fn current_pair(keyset: &Keyset) -> Vec<&Certificate> {
    let signing = keyset.signing().map(|held| &held.certificate);
    let encryption = keyset.decryption().next().map(|held| &held.certificate);
    let is_other = |found: &&Certificate| Some(*found) != signing;
    signing
        .into_iter()
        .chain(encryption.filter(is_other))
        .collect()
}
