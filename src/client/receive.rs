//! What arrives is verified, and what needs no person is done at once: going on to key recovery,
//! the server's last word, trust list and CRL.

use std::collections::BTreeSet;

use crate::client::Client;
use crate::client::ask::{Asker, First, Proof};
use crate::client::authority::Authority;
use crate::client::check;
use crate::client::error::Error;
use crate::client::home::failed;
use crate::client::request::Request;
use crate::client::settings::Server;
use crate::client::view::{Arrival, Purpose, RequestId, Sent, Stage};
use crate::mail::maildir;
use crate::protocol::message::{Body, Failure, InfoItem, InfoKind, RevocationReply};
use crate::protocol::protect::ProtectionKind;
use crate::protocol::read::{self, Received};

/// What became of a message.
enum Taken {
    /// It is for the person, and stays in the inbox.
    Kept(Arrival),
    /// It is done with, and leaves the inbox; perhaps something is to be said of it.
    Spent(Option<Arrival>),
}

impl Client {
    /// Fetches what the server answered, verifies it and does what needs no person. Over HTTP,
    /// requests without an answer are sent again first.
    pub fn receive(&mut self) -> Result<Vec<Arrival>, Error> {
        let mut arrivals = Vec::new();
        let mut posted = BTreeSet::new();
        loop {
            let taken = self.take_all(&mut arrivals)?;
            if !taken && !self.post_again(&mut posted, &mut arrivals)? {
                return Ok(arrivals);
            }
        }
    }

    /// Sends everything again that has no answer yet, with the same keys.
    pub fn send_again(&mut self) -> Result<Vec<Sent>, Error> {
        let mut sent = Vec::new();
        for mut request in Request::all(&self.home)? {
            if request.stage != Stage::Replied {
                self.renew_refused(&mut request)?;
                sent.push(self.send_request(&request)?);
            }
        }
        Ok(sent)
    }

    /// A refused first message is made anew, with the same keys: to the old one the server would
    /// only repeat itself.
    pub(super) fn renew_refused(&mut self, request: &mut Request) -> Result<(), Error> {
        if request.refusal.is_none() || request.stage != Stage::Asked {
            return Ok(());
        }
        if request.purpose == Purpose::SetUp {
            self.ask_with_temporary_key(request, First::Enrol)?;
        }
        request.refusal = None;
        request.store(&self.home)
    }

    /// Puts `ir` or `krr` with the request's keys in the place of what waited for its answer.
    pub(super) fn ask_with_temporary_key(
        &mut self,
        request: &mut Request,
        first: First,
    ) -> Result<(), Error> {
        let secret = request.temporary_key.as_ref().ok_or(Error::NoSuchRequest)?;
        let keys = request.keys.as_ref().ok_or(Error::NoSuchRequest)?;
        let mut asker = Asker {
            address: &request.address,
            by: Proof::TemporaryKey(secret.expose()),
            now: self.around.clock.now(),
            rng: &mut *self.around.rng,
        };
        request.sent = asker.set_up(first, keys)?;
        Ok(())
    }

    /// Takes every message that answers something; whether there was one.
    fn take_all(&mut self, arrivals: &mut Vec<Arrival>) -> Result<bool, Error> {
        let mut any = false;
        if Request::all(&self.home)?.is_empty() {
            return Ok(any);
        }
        for delivered in self.delivered()? {
            let Ok(received) = read::read(&delivered.message) else {
                continue;
            };
            let Some(request) = self.request_answered_by(&received)? else {
                continue;
            };
            match self.take(request, &received, &delivered.message)? {
                None => continue,
                Some(Taken::Kept(arrival)) => arrivals.push(arrival),
                Some(Taken::Spent(arrival)) => {
                    arrivals.extend(arrival);
                    let removed = maildir::remove(&delivered.entry);
                    removed.map_err(|error| failed(&delivered.entry.path, error))?;
                }
            }
            any = true;
        }
        Ok(any)
    }

    /// Sends over HTTP what has no answer, each request once; whether an answer came.
    fn post_again(
        &mut self,
        posted: &mut BTreeSet<RequestId>,
        arrivals: &mut Vec<Arrival>,
    ) -> Result<bool, Error> {
        let mut any = false;
        for mut request in Request::all(&self.home)? {
            let is_http = matches!(request.server, Server::Http(_));
            if !is_http || request.stage == Stage::Replied || !posted.insert(request.id.clone()) {
                continue;
            }
            self.renew_refused(&mut request)?;
            match self.send_request(&request)? {
                Sent::Answered => any = true,
                // Nobody waits for the trust list; it is asked for again at the next receiving.
                Sent::Unreachable(_) if request.purpose == Purpose::Fetch => (),
                Sent::Unreachable(words) => arrivals.push(Arrival::Unreachable { words }),
                Sent::Waiting => (),
            }
        }
        Ok(any)
    }

    /// The request whose outstanding message `received` answers.
    pub(super) fn request_answered_by(
        &self,
        received: &Received,
    ) -> Result<Option<Request>, Error> {
        let mut all = Request::all(&self.home)?.into_iter();
        Ok(all.find(|request| request.is_answered_by(received)))
    }

    /// Does what a message asks for; `None` if it was taken before.
    fn take(
        &mut self,
        mut request: Request,
        received: &Received,
        octets: &[u8],
    ) -> Result<Option<Taken>, Error> {
        if request.stage == Stage::Replied {
            return Ok(None);
        }
        let body = &received.message.body;
        let pinned = Authority::load(&self.home)?;
        let is_bare = received.protection() == ProtectionKind::None;
        if let (Body::Error(content), true) = (body, is_bare) {
            // Anybody can have said so: it ends nothing.
            return self.refused(request, &check::words(&content.status), false);
        }
        if let Err(error) = check::protection(received, &request, pinned.as_ref()) {
            return Ok(Some(unfit(&error)));
        }
        let goes_to_recovery = has(
            &received.message.header.general_info,
            &InfoKind::GO_TO_KEY_RECOVERY,
        );
        if goes_to_recovery && request.purpose == Purpose::SetUp && request.stage == Stage::Asked {
            self.ask_with_temporary_key(&mut request, First::Recover)?;
            request.refusal = None;
            request.store(&self.home)?;
            self.send_request(&request)?;
            return Ok(Some(Taken::Spent(None)));
        }
        match (request.stage, request.purpose, body) {
            (Stage::Asked, Purpose::SetUp, Body::Ip(_) | Body::Krp(_))
            | (Stage::Asked, Purpose::Renew, Body::Kup(_)) => {
                self.keep_reply(request, received, octets)
            }
            (Stage::Confirming, _, Body::PkiConf) => self.confirmed(&request),
            (Stage::Confirming, _, Body::Error(content))
                if content.status.failure.contains(Failure::CERT_CONFIRMED) =>
            {
                self.confirmed(&request)
            }
            (_, _, Body::Error(content)) => {
                self.refused(request, &check::words(&content.status), true)
            }
            (Stage::Asked, Purpose::ReportLost, Body::Rp(reply)) => self.revoked(request, reply),
            (Stage::Asked, Purpose::Fetch, Body::Genp(items)) => self.fetched(&request, items),
            (_, _, other) => {
                let words = format!("an unexpected {}", other.name());
                Ok(Some(unfit(&Error::Reply(words))))
            }
        }
    }

    fn keep_reply(
        &mut self,
        mut request: Request,
        received: &Received,
        octets: &[u8],
    ) -> Result<Option<Taken>, Error> {
        let pinned = Authority::load(&self.home)?;
        match check::granted(received, &request, pinned.as_ref(), self.now()) {
            Ok(granted) => {
                request.stage = Stage::Replied;
                request.reply = Some(octets.to_vec());
                request.refusal = None;
                request.store(&self.home)?;
                let view = self.reply_view(&request, &granted)?;
                Ok(Some(Taken::Kept(Arrival::Reply(Box::new(view)))))
            }
            Err(Error::Refused(words)) => self.refused(request, &words, true),
            Err(error @ (Error::Reply(_) | Error::OtherAuthority)) => Ok(Some(unfit(&error))),
            Err(error) => Err(error),
        }
    }

    /// A refusal is shown. It ends what can be asked for anew; what hangs on a temporary key stays,
    /// because that key is bound to the keys made here.
    fn refused(
        &mut self,
        mut request: Request,
        words: &str,
        is_protected: bool,
    ) -> Result<Option<Taken>, Error> {
        let ends =
            is_protected && request.stage == Stage::Asked && request.purpose != Purpose::SetUp;
        if ends {
            request.wipe(&self.home)?;
        } else {
            request.refusal = Some(words.to_owned());
            request.store(&self.home)?;
        }
        Ok(Some(Taken::Spent(Some(Arrival::Refused {
            purpose: request.purpose,
            words: words.to_owned(),
            is_protected,
        }))))
    }

    /// The server's last word: what follows is sent, and the request is wiped, with all requests
    /// that this temporary key has replaced.
    fn confirmed(&mut self, request: &Request) -> Result<Option<Taken>, Error> {
        let fetch = request.after.as_ref().map(|after| Request {
            id: RequestId(format!("{}-fetch", request.id.0)),
            purpose: Purpose::Fetch,
            stage: Stage::Asked,
            keyset: request.keyset.clone(),
            address: request.address.clone(),
            server: request.server.clone(),
            since: self.now(),
            sent: after.fetch.clone(),
            temporary_key: None,
            keys: None,
            reply: None,
            after: None,
            refusal: None,
            answer: None,
        });
        if let Some(fetch) = &fetch {
            fetch.store(&self.home)?;
        }
        for older in Request::all(&self.home)? {
            let is_replaced = older.purpose == Purpose::SetUp
                && request.purpose == Purpose::SetUp
                && older.address == request.address
                && older.since <= request.since;
            if is_replaced && older.id != request.id {
                older.wipe(&self.home)?;
            }
        }
        request.wipe(&self.home)?;
        if let Some(fetch) = &fetch {
            self.send_request(fetch)?;
        }
        Ok(Some(Taken::Spent(Some(Arrival::Ready {
            purpose: request.purpose,
            keyset: request.keyset.clone(),
        }))))
    }

    fn revoked(
        &mut self,
        request: Request,
        reply: &RevocationReply,
    ) -> Result<Option<Taken>, Error> {
        let refusal = reply.statuses.iter().find(|status| {
            let is_revoked = status.failure.contains(Failure::CERT_REVOKED);
            !status.is_granted() && !is_revoked
        });
        if let Some(status) = refusal {
            return self.refused(request, &check::words(status), true);
        }
        for crl in &reply.crls {
            self.keep_crl(crl)?;
        }
        if let Err(error) = self.fetch_crl() {
            tracing::info!("the revocation list will be fetched later: {error}");
        }
        request.wipe(&self.home)?;
        Ok(Some(Taken::Spent(Some(Arrival::Revoked {
            keyset: request.keyset,
        }))))
    }

    fn fetched(&mut self, request: &Request, items: &[InfoItem]) -> Result<Option<Taken>, Error> {
        let value = |kind: &InfoKind| {
            let item = items.iter().find(|item| item.kind == *kind);
            item.and_then(|item| item.value.as_deref())
        };
        if let Some(mut authority) = Authority::load(&self.home)?
            && authority.trust_list_key.is_none()
            && let Some(key) = value(&InfoKind::TRUST_LIST_KEY)
        {
            authority.trust_list_key = Some(key.to_vec());
            authority.store(&self.home)?;
        }
        let list = value(&InfoKind::TRUST_LIST).map(|list| self.keep_trust_list(list));
        let crl = value(&InfoKind::CURRENT_CRL).map(|crl| self.keep_crl(crl));
        request.wipe(&self.home)?;
        Ok(Some(match (list, crl) {
            (Some(Err(error)), _) | (_, Some(Err(error))) => unfit(&error),
            (_, _) => Taken::Spent(Some(Arrival::Fetched)),
        }))
    }
}

fn unfit(error: &Error) -> Taken {
    Taken::Spent(Some(Arrival::Unfit {
        words: error.notice().what,
    }))
}

fn has(items: &[InfoItem], kind: &InfoKind) -> bool {
    items.iter().any(|item| item.kind == *kind)
}
