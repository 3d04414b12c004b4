//! The transaction of an act: what it works with, checked when it begins and written back, with
//! its audit row, when it ends.

use rand::CryptoRng;

use crate::crypto::costs::Costs;
use crate::crypto::envelope::{Opener, Recipient};
use crate::crypto::keypair::PrivateKey;
use crate::crypto::labelled::{self, Label};
use crate::domain::guard::Numbers;
use crate::domain::secret::{Key, SecretBytes};
use crate::domain::time::UnixTime;
use crate::engine::audit::{self, Approved, Report};
use crate::engine::error::Error;
use crate::engine::manifest::{InstallationId, Manifest, Seat};
use crate::engine::seats;
use crate::engine::state_root::{Head, StateRoot};
use crate::store::object::{self, Object};
use crate::store::{Reader, Tx, audit as audit_table};

/// What the startup password gives, for as long as the KM server is open.
pub struct ServerKeys {
    /// Which installation it is.
    pub installation: InstallationId,
    /// Seals what is no administrator's business: records, the CA key, the state root.
    pub server: Key,
    /// Signs the audit.
    pub audit: PrivateKey,
}

impl ServerKeys {
    /// Seals `content` under the server key.
    pub fn seal(
        &self,
        content: &[u8],
        label: &Label<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, Error> {
        Ok(labelled::seal_content(
            content,
            label,
            self.recipient(),
            rng,
        )?)
    }

    /// Opens what [`Self::seal`] sealed.
    pub fn open(&self, sealed: &[u8], label: &Label<'_>) -> Result<SecretBytes, Error> {
        Ok(labelled::open_content(sealed, self.opener(), label)?)
    }

    /// The server key as the recipient of an envelope.
    pub fn recipient(&self) -> Recipient<'_> {
        Recipient::Key {
            id: SERVER_KEY_ID,
            key: &self.server,
        }
    }

    /// The server key as what opens an envelope.
    pub fn opener(&self) -> Opener<'_> {
        Opener::Key {
            id: SERVER_KEY_ID,
            key: &self.server,
        }
    }

    /// The label of an object of which the installation has one.
    pub fn label(&self, purpose: &'static str) -> Label<'static> {
        Label {
            purpose,
            installation: self.installation,
            subject: &[],
            number: 0,
        }
    }
}

/// The name of the server key in the envelopes.
pub const SERVER_KEY_ID: &[u8] = b"server key";

/// Who may do what, read and checked within one transaction.
pub struct Charter {
    /// The newest manifest.
    pub manifest: Manifest,
    /// The seats with their present keys.
    pub seats: Vec<Seat>,
}

impl Charter {
    /// The state root alone.
    pub fn root(reader: &Reader<'_>, keys: &ServerKeys) -> Result<StateRoot, Error> {
        load_root(reader, keys)
    }

    /// Reads the state root, and holds the manifest, the seats and the audit against it.
    pub fn load(reader: &Reader<'_>, keys: &ServerKeys) -> Result<(StateRoot, Self), Error> {
        let root = load_root(reader, keys)?;
        let manifest = Manifest::newest(reader)?;
        if manifest.installation != keys.installation || manifest.hash()? != root.manifest {
            return Err(Error::Tampered(
                "an older list of administrators was put back",
            ));
        }
        let (seats, statements) = seats::roster(reader, &manifest)?;
        if statements != root.statements {
            return Err(Error::Tampered(
                "an administrator's older keys were put back",
            ));
        }
        if audit_head(reader)? != root.audit {
            return Err(Error::Tampered(
                "rows of the audit were removed or put back",
            ));
        }
        Ok((root, Self { manifest, seats }))
    }

    /// How many administrators have accepted their seats.
    pub fn accepted(&self) -> u8 {
        let accepted = self.seats.iter().filter(|seat| seat.is_accepted()).count();
        u8::try_from(accepted).unwrap_or(u8::MAX)
    }

    /// How many passwords each act asks for.
    pub fn numbers(&self) -> Numbers {
        self.manifest.numbers()
    }
}

/// An act in its transaction.
pub struct Act<'a> {
    /// The transaction.
    pub tx: &'a Tx<'a>,
    /// When the act happens.
    pub now: UnixTime,
    /// Where random octets come from.
    pub rng: &'a mut (dyn CryptoRng + Send),
    /// What keys cost.
    pub costs: Costs,
    /// What the startup password gave.
    pub keys: &'a ServerKeys,
    /// The state root, which the act keeps up to date.
    pub root: StateRoot,
    /// Who may do what.
    pub charter: Charter,
    /// What turned out only while the act was done, for the audit's detail.
    pub notes: Vec<String>,
}

impl Act<'_> {
    /// Adds an audit row.
    pub fn record(&mut self, report: &Report, approved: Option<Approved>) -> Result<(), Error> {
        let details = [&report.detail]
            .into_iter()
            .filter(|detail| !detail.is_empty());
        let details: Vec<&str> = details.chain(&self.notes).map(String::as_str).collect();
        let report = &Report {
            detail: details.join("; "),
            ..report.clone()
        };
        let signer = (&self.keys.audit, self.now);
        audit::append(self.tx, &mut self.root.audit, signer, report, approved)
    }

    /// Ends the transaction with the new state root.
    pub fn close(mut self) -> Result<(), Error> {
        self.root.version += 1;
        store_root(self.tx, self.keys, &self.root, self.rng)
    }

    /// Reads the seats again after one of them has said something of its keys.
    pub fn seats_have_spoken(&mut self) -> Result<(), Error> {
        let (seats, statements) = seats::roster(self.tx, &self.charter.manifest)?;
        self.charter.seats = seats;
        self.root.statements = statements;
        Ok(())
    }
}

fn load_root(reader: &Reader<'_>, keys: &ServerKeys) -> Result<StateRoot, Error> {
    let object = object::by_name(reader, STATE_ROOT)?;
    let object = object.ok_or(Error::Tampered("the state root is missing"))?;
    let content = keys.open(&object.body, &keys.label(STATE_ROOT))?;
    StateRoot::from_der(content.expose())
}

/// Seals the state root in the place of the one before.
pub fn store_root(
    tx: &Tx<'_>,
    keys: &ServerKeys,
    root: &StateRoot,
    rng: &mut dyn CryptoRng,
) -> Result<(), Error> {
    let body = keys.seal(root.to_der()?.expose(), &keys.label(STATE_ROOT), rng)?;
    let object = Object {
        body,
        signature: None,
    };
    object::replace(tx, STATE_ROOT, &object)?;
    Ok(())
}

const STATE_ROOT: &str = "state root";

fn audit_head(reader: &Reader<'_>) -> Result<Head, Error> {
    let Some((seq, link)) = audit_table::head(reader)? else {
        return Ok(Head::default());
    };
    let bad = Error::Tampered("the audit can not be read");
    match (u64::try_from(seq), link.try_into()) {
        (Ok(count), Ok(hash)) => Ok(Head { count, hash }),
        (_, _) => Err(bad),
    }
}
