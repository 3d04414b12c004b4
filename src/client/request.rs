//! A request under way, as it lies in the home folder: all that a retry needs, written before
//! anything is sent. It holds secrets (mode 0600), and is wiped when it is done.

use crate::client::error::Error;
use crate::client::home::{Home, REQUESTS};
use crate::client::record::Record;
use crate::client::settings::Server;
use crate::client::view::{Level, Purpose, RequestId, RequestView, Stage};
use crate::crypto::keypair::PrivateKey;
use crate::domain::address::MailAddress;
use crate::domain::names::KeysetName;
use crate::domain::secret::{SecretBytes, SecretText};
use crate::domain::time::UnixTime;
use crate::protocol::read::{self, Received};

/// A request under way.
pub(super) struct Request {
    pub(super) id: RequestId,
    pub(super) purpose: Purpose,
    pub(super) stage: Stage,
    pub(super) keyset: KeysetName,
    /// Whose certificates these are.
    pub(super) address: MailAddress,
    pub(super) server: Server,
    pub(super) since: UnixTime,
    /// The message that waits for its answer, as it was sent and will be sent again.
    pub(super) sent: Vec<u8>,
    /// Under its MAC the messages travel; needed again for verifying the answers.
    pub(super) temporary_key: Option<SecretText>,
    pub(super) keys: Option<NewKeys>,
    /// The verified answer, while it waits for the person.
    pub(super) reply: Option<Vec<u8>>,
    /// What follows once the keyset is written, made while its old and new keys were at hand.
    pub(super) after: Option<After>,
    /// What the server said against it last.
    pub(super) refusal: Option<String>,
    /// The person's answer to the reply, given before it came.
    pub(super) answer: Option<StoredAnswer>,
}

/// The keys made for a request.
pub(super) struct NewKeys {
    /// The new signing key.
    pub(super) signing: PrivateKey,
    /// The one-time RSA key to which the server encrypts encryption keys (protocolEncrKey).
    pub(super) transport: PrivateKey,
}

/// Messages that are sent when the keyset is on the disk.
pub(super) struct After {
    /// `certConf`.
    pub(super) confirm: Vec<u8>,
    /// `genm` for trust list and CRL, sent when the server has confirmed.
    pub(super) fetch: Vec<u8>,
}

/// What a person answered to a reply before it came. The same file holds the signing key and the
/// transport key in clear until the keyset is written, so the password opens nothing more.
pub(super) struct StoredAnswer {
    pub(super) level: Level,
    pub(super) password: Option<SecretText>,
}

impl Request {
    /// All requests under way, the oldest first.
    pub(super) fn all(home: &Home) -> Result<Vec<Self>, Error> {
        let names = home.names(REQUESTS, FILE)?;
        let read = |name: String| Self::load(home, &RequestId(name));
        let mut all = names.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        all.sort_by(|a, b| (a.since, &a.id).cmp(&(b.since, &b.id)));
        Ok(all)
    }

    /// The request of this name.
    pub(super) fn load(home: &Home, id: &RequestId) -> Result<Self, Error> {
        let file = file(id);
        let record = home.read_record(&file)?.ok_or(Error::NoSuchRequest)?;
        Self::from_record(id, &record).ok_or_else(|| home.damaged(&file))
    }

    /// Writes it down to the disk.
    pub(super) fn store(&self, home: &Home) -> Result<(), Error> {
        home.write(&file(&self.id), self.record().as_octets())
    }

    /// Wipes it: it is done, or given up.
    pub(super) fn wipe(&self, home: &Home) -> Result<(), Error> {
        home.wipe(&file(&self.id))
    }

    /// Whether a message is the answer to the one that waits.
    pub(super) fn is_answered_by(&self, received: &Received) -> bool {
        let asked = read::read_header(&self.sent);
        asked.is_ok_and(|asked| received.message.header.answers(&asked))
    }

    /// What a window shows of it.
    pub(super) fn view(&self) -> RequestView {
        RequestView {
            id: self.id.clone(),
            purpose: self.purpose,
            stage: self.stage,
            keyset: self.keyset.clone(),
            since: self.since,
            refusal: self.refusal.clone(),
        }
    }

    fn from_record(id: &RequestId, record: &Record) -> Option<Self> {
        let key = |name| match record.secret_octets(name) {
            Some(pkcs8) => PrivateKey::from_pkcs8(pkcs8).map(Some),
            None => Ok(None),
        };
        let keys = match (key("signing").ok()?, key("transport").ok()?) {
            (Some(signing), Some(transport)) => Some(NewKeys { signing, transport }),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return None,
        };
        let after = record
            .octets_of("confirm")
            .zip(record.octets_of("fetch"))
            .map(|(confirm, fetch)| After { confirm, fetch });
        let level = record.value("answer").map(Level::parse);
        let answer = match level {
            Some(level) => Some(StoredAnswer {
                level: level?,
                password: record.secret_text("password"),
            }),
            None => None,
        };
        Some(Self {
            id: id.clone(),
            purpose: Purpose::parse(record.value("purpose")?)?,
            stage: Stage::parse(record.value("stage")?)?,
            keyset: KeysetName::parse(record.value("keyset")?).ok()?,
            address: MailAddress::parse(record.value("address")?).ok()?,
            server: Server::from_line(record.value("server")?)?,
            since: UnixTime::parse(record.value("since")?)?,
            sent: record.octets_of("sent")?,
            temporary_key: record.secret_text("temporary-key"),
            keys,
            reply: record.octets_of("reply"),
            after,
            refusal: record.value("refusal").map(str::to_owned),
            answer,
        })
    }

    fn record(&self) -> Record {
        let Self {
            id: _,
            purpose,
            stage,
            keyset,
            address,
            server,
            since,
            sent,
            temporary_key,
            keys,
            reply,
            after,
            refusal,
            answer,
        } = self;
        let mut record = Record::new();
        record.text("purpose", purpose.name());
        record.text("stage", stage.name());
        record.text("keyset", keyset.as_str());
        record.text("address", &address.to_string());
        record.text("server", &server.to_line());
        record.text("since", &since.rfc3339());
        record.octets("sent", sent);
        if let Some(temporary_key) = temporary_key {
            record.text("temporary-key", temporary_key.expose());
        }
        if let Some(NewKeys { signing, transport }) = keys {
            record.octets("signing", signing.pkcs8().expose());
            record.octets("transport", transport.pkcs8().expose());
        }
        if let Some(reply) = reply {
            record.octets("reply", reply);
        }
        if let Some(After { confirm, fetch }) = after {
            record.octets("confirm", confirm);
            record.octets("fetch", fetch);
        }
        if let Some(refusal) = refusal {
            record.text("refusal", refusal);
        }
        if let Some(StoredAnswer { level, password }) = answer {
            record.text("answer", level.name());
            if let Some(password) = password {
                record.text("password", password.expose());
            }
        }
        record
    }
}

fn file(RequestId(name): &RequestId) -> String {
    format!("{REQUESTS}/{name}{FILE}")
}

/// The ending of a request's file.
const FILE: &str = ".request";

/// The key as a request keeps it, read back from its own octets.
pub(super) fn copy_of(key: &PrivateKey) -> Result<PrivateKey, Error> {
    let pkcs8 = SecretBytes::new(key.pkcs8().expose().to_vec());
    PrivateKey::from_pkcs8(pkcs8).map_err(|error| Error::Crypto(error.to_string()))
}
