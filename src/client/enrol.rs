//! Setting up security with a temporary key: the request, the reply opened by the person, the
//! keyset.

use crate::client::ask::{Asker, First, Proof};
use crate::client::authority::Authority;
use crate::client::check::{self, Granted};
use crate::client::error::Error;
use crate::client::keyset::{Held, Keyset};
use crate::client::keysets;
use crate::client::record::hex;
use crate::client::request::{After, NewKeys, Request, StoredAnswer};
use crate::client::settings::{Server, Settings};
use crate::client::view::{Asks, CertificateView, Level, Purpose, ReplyView, RequestId};
use crate::client::view::{RequestView, Sent, Stage};
use crate::client::{Client, Finish, Protection, Unlock};
use crate::crypto::keypair::{KeyError, PrivateKey};
use crate::domain::key_kind::KeyKind;
use crate::domain::names::{DisplayName, KeysetName};
use crate::domain::secret::{Password, SecretText};
use crate::domain::temporary_key::TemporaryKey;
use crate::protocol::read::{self, Received};

impl Client {
    /// The keyset name offered in *Set up Security*: the chosen keyset's, else the user's own.
    pub fn default_keyset_name(&self) -> String {
        let settings = &self.settings;
        let chosen = settings.keyset.as_ref().map(ToString::to_string);
        let name = || settings.name.as_ref().map(ToString::to_string);
        let address = || settings.address.as_ref().map(ToString::to_string);
        let offered = chosen.or_else(name).or_else(address).unwrap_or_default();
        offered.replace('/', "-")
    }

    /// *Set up Security for me on the Exchange Server*: stores the request, then sends it. With the
    /// temporary key of a request under way the same request goes on, for this keyset name: a
    /// temporary key is bound to the keys it was first used with.
    pub fn set_up(&mut self, typed: &str, keyset: &KeysetName) -> Result<Sent, Error> {
        let temporary_key = TemporaryKey::parse(typed)?;
        let address = self.settings.own_address()?.clone();
        let server = self.settings.server.clone();
        let server = server.ok_or(Error::NotSet("The Key Management server"))?;
        if let Some(mut request) = self.request_of(&temporary_key)? {
            if request.stage != Stage::Confirming {
                request.keyset = keyset.clone();
                request.server = server;
                request.answer = None;
                request.store(&self.home)?;
            }
            return self.go_on(request);
        }
        let mut request = Request {
            id: self.new_id(),
            purpose: Purpose::SetUp,
            stage: Stage::Asked,
            keyset: keyset.clone(),
            address,
            server,
            since: self.now(),
            sent: Vec::new(),
            temporary_key: Some(temporary_key.into_text()),
            keys: Some(self.new_keys()?),
            reply: None,
            after: None,
            refusal: None,
            answer: None,
        };
        self.ask_with_temporary_key(&mut request, First::Enrol)?;
        request.store(&self.home)?;
        self.send_request(&request)
    }

    /// What is under way goes to the server that is set now: its address was mistyped, or is another
    /// one since.
    pub(super) fn redirect_requests(&self, server: &Server) -> Result<(), Error> {
        for mut request in Request::all(&self.home)? {
            if request.server != *server {
                request.server = server.clone();
                request.store(&self.home)?;
            }
        }
        Ok(())
    }

    /// Everything under way.
    pub fn requests(&self) -> Result<Vec<RequestView>, Error> {
        let all = Request::all(&self.home)?;
        Ok(all.iter().map(Request::view).collect())
    }

    /// The reply that a CMP message of the inbox is, opened by double-click: verified, with what
    /// the person is asked for.
    pub fn open_reply(&mut self, message: &[u8]) -> Result<ReplyView, Error> {
        let received = read::read(message).map_err(|error| Error::Reply(error.to_string()))?;
        let request = self.request_answered_by(&received)?;
        let id = request.ok_or(Error::NoSuchRequest)?.id;
        self.receive()?;
        self.reply(&id)
    }

    /// The verified reply to a request, if it is here.
    pub fn reply(&self, id: &RequestId) -> Result<ReplyView, Error> {
        let request = Request::load(&self.home, id)?;
        let (_, granted) = self.granted(&request)?;
        self.reply_view(&request, &granted)
    }

    /// Keeps the person's answer to a reply that has not come yet, so that it is not asked for again.
    pub fn store_answer(
        &mut self,
        id: &RequestId,
        level: Level,
        password: Option<&Password>,
    ) -> Result<(), Error> {
        let mut request = Request::load(&self.home, id)?;
        request.answer = Some(StoredAnswer {
            level,
            password: password.map(keysets::secret),
        });
        request.store(&self.home)
    }

    /// The answer that was stored for a request.
    pub(super) fn stored_answer(&self, id: &RequestId) -> Result<Option<StoredAnswer>, Error> {
        Ok(Request::load(&self.home, id)?.answer)
    }

    /// Writes the keyset and confirms. Refused (wrong password, no password), nothing is changed
    /// and the reply can be opened again (Q199760).
    pub fn finish(&mut self, id: &RequestId, answer: Finish<'_>) -> Result<Sent, Error> {
        let mut request = Request::load(&self.home, id)?;
        if request.stage == Stage::Confirming {
            return self.send_request(&request);
        }
        let (received, granted) = self.granted(&request)?;
        let target = self.target(&request.keyset, answer)?;
        if request.after.is_none() {
            request.after = Some(self.after(&request, &received, &granted, &target)?);
            request.store(&self.home)?;
        }
        granted.authority.store(&self.home)?;
        let certified = granted.signing.certificate.common_name();
        let certified = certified.and_then(|name| DisplayName::parse(&name).ok());
        self.write_granted(&request.keyset, granted, target)?;
        self.choose(&request.keyset)?;
        self.take_name(certified)?;
        request.keys = None;
        request.reply = None;
        request.answer = None;
        request.stage = Stage::Confirming;
        if let Some(after) = &request.after {
            request.sent.clone_from(&after.confirm);
        }
        request.store(&self.home)?;
        self.send_request(&request)
    }

    /// The certified name is the user's, unless he has set another one.
    fn take_name(&mut self, certified: Option<DisplayName>) -> Result<(), Error> {
        if self.settings.name.is_some() || certified.is_none() {
            return Ok(());
        }
        self.set_settings(Settings {
            name: certified,
            ..self.settings.clone()
        })
    }

    /// Gives up a request; its keys are wiped. A request whose keyset is written can not be given
    /// up: the server waits for the confirmation.
    pub fn give_up(&mut self, id: &RequestId) -> Result<(), Error> {
        let request = Request::load(&self.home, id)?;
        if request.stage == Stage::Confirming {
            return Err(Error::NoSuchRequest);
        }
        request.wipe(&self.home)
    }

    /// Sends a request again that waits for its answer.
    pub(super) fn go_on(&mut self, mut request: Request) -> Result<Sent, Error> {
        if request.stage == Stage::Replied {
            return Ok(Sent::Answered);
        }
        self.renew_refused(&mut request)?;
        self.send_request(&request)
    }

    pub(super) fn reply_view(
        &self,
        request: &Request,
        granted: &Granted,
    ) -> Result<ReplyView, Error> {
        let mut encryption = granted.encryption.iter();
        let current = encryption.next().ok_or(Error::NoSuchRequest)?;
        Ok(ReplyView {
            id: request.id.clone(),
            purpose: request.purpose,
            keyset: request.keyset.clone(),
            asks: if self.has_keyset(&request.keyset) {
                Asks::Keyset(self.need(&request.keyset)?)
            } else {
                Asks::Level
            },
            signing: CertificateView::of(&granted.signing.certificate),
            encryption: CertificateView::of(&current.certificate),
            older: encryption.count(),
        })
    }

    /// New keys: the signing key, and the one to which the server encrypts.
    pub(super) fn new_keys(&mut self) -> Result<NewKeys, Error> {
        let rng = &mut *self.around.rng;
        let failed = |error: KeyError| Error::Crypto(error.to_string());
        Ok(NewKeys {
            signing: PrivateKey::generate(SIGNING_KIND, rng).map_err(failed)?,
            // It carries encryption keys once, like the keys of seats carry shares.
            transport: PrivateKey::generate(self.around.costs.seat, rng).map_err(failed)?,
        })
    }

    pub(super) fn new_id(&mut self) -> RequestId {
        let mut octets = [0; 16];
        self.around.rng.fill_bytes(&mut octets);
        RequestId(hex(&octets))
    }

    /// The request under way that this temporary key began.
    fn request_of(&self, key: &TemporaryKey) -> Result<Option<Request>, Error> {
        let mut all = Request::all(&self.home)?.into_iter();
        Ok(all.find(|request| {
            let its = request.temporary_key.as_ref();
            let is_set_up = request.purpose == Purpose::SetUp;
            is_set_up && its.is_some_and(|its| its.expose() == key.expose())
        }))
    }

    /// What the stored reply grants.
    fn granted(&self, request: &Request) -> Result<(Received, Granted), Error> {
        let reply = request.reply.as_ref().ok_or(Error::NoSuchRequest)?;
        let received = read::read(reply).map_err(|error| Error::Reply(error.to_string()))?;
        let pinned = Authority::load(&self.home)?;
        let granted = check::granted(&received, request, pinned.as_ref(), self.now())?;
        Ok((received, granted))
    }

    /// `certConf`, protected as the request was, and the question for trust list and CRL, signed by
    /// the new key.
    fn after(
        &mut self,
        request: &Request,
        received: &Received,
        granted: &Granted,
        target: &Target<'_>,
    ) -> Result<After, Error> {
        let now = self.now();
        let old = match target {
            Target::New(_) => None,
            Target::Existing { keyset, .. } => keyset.signing(),
        };
        let by = match (&request.temporary_key, old) {
            (Some(secret), _) => Proof::TemporaryKey(secret.expose()),
            (None, Some(old)) => Proof::Signature(old),
            (None, None) => return Err(Error::NoSigningKey(request.keyset.clone())),
        };
        let rng = &mut *self.around.rng;
        let mut asker = Asker {
            address: &request.address,
            by,
            now,
            rng,
        };
        let message = &received.message;
        let confirm = asker.confirm(&message.header, &granted.to_confirm(&message.body))?;
        asker.by = Proof::Signature(&granted.signing);
        let fetch = asker.fetch()?;
        Ok(After { confirm, fetch })
    }

    /// Where the keys go, opened if it exists. Nothing is written before this has succeeded.
    fn target<'a>(&self, name: &KeysetName, answer: Finish<'a>) -> Result<Target<'a>, Error> {
        match (self.has_keyset(name), answer) {
            (true, Finish::Existing(unlock)) => self.existing(name, unlock),
            (false, Finish::New(protection)) => {
                if let Protection::High(password) = protection {
                    self.refuse_weak(name, password)?;
                }
                Ok(Target::New(protection))
            }
            (true, Finish::New(_)) => Err(Error::KeysetExists(name.clone())),
            (false, Finish::Existing(_)) => Err(Error::NoSuchKeyset(name.clone())),
        }
    }

    fn existing<'a>(&self, name: &KeysetName, unlock: Unlock<'_>) -> Result<Target<'a>, Error> {
        let password = self.password(name, unlock)?;
        let keyset = self.read_keyset(name, &password)?;
        Ok(Target::Existing { keyset, password })
    }

    fn write_granted(
        &mut self,
        name: &KeysetName,
        granted: Granted,
        target: Target<'_>,
    ) -> Result<(), Error> {
        let mut newer: Vec<Held> = granted.encryption;
        newer.push(granted.signing);
        let mut chain = granted.chain;
        let authority = granted.authority.certificate.der().to_vec();
        if !chain.contains(&authority) {
            chain.push(authority);
        }
        match target {
            Target::New(protection) => {
                let keyset = Keyset::new(name.clone(), newer, chain);
                self.write_new_keyset(&keyset, protection)
            }
            Target::Existing { keyset, password } => {
                self.rewrite_keyset(keyset.merged(newer, chain), password)
            }
        }
    }
}

/// Where granted keys go.
enum Target<'a> {
    /// A new keyset.
    New(Protection<'a>),
    /// A keyset that is there, opened.
    Existing {
        keyset: Keyset,
        password: SecretText,
    },
}

/// The kind of new signing keys: small signatures, which every mail program of today verifies.
const SIGNING_KIND: KeyKind = KeyKind::P256;
