//! What a window or a command shows: read in one short transaction each, and checked.

mod security;

pub use crate::crypto::certificate::Certificate;
pub use security::{IssuedCertificate, Security, Standing, Use};

use crate::crypto::verify::{self, Verdict};
use crate::domain::guard::Numbers;
use crate::domain::names::AdministratorName;
use crate::domain::progress::Progress;
use crate::domain::time::UnixTime;
use crate::engine::act::Charter;
use crate::engine::audit::{AuditVerdict, Verification};
use crate::engine::error::Error;
use crate::engine::manifest::{Manifest, Seat};
use crate::engine::settings::Settings;
use crate::engine::trust::{self, Trusted};
use crate::engine::{Engine, attempts};
use crate::store::{attempt, audit as audit_table};

/// An administrator, as the Administrators page lists him.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Administrator {
    /// The name.
    pub name: AdministratorName,
    /// Whether the seat was accepted; before, it counts towards nothing.
    pub accepted: bool,
    /// Wrong passwords since the last right one.
    pub wrong_passwords: u32,
    /// A pause after wrong passwords, while it lasts.
    pub paused_until: Option<UnixTime>,
}

/// A certificate of a file, judged before anybody types a password.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct JudgedCertificate {
    /// Its place in the file, from 1.
    pub number: usize,
    /// The certificate, unless it could not be read.
    pub certificate: Option<Certificate>,
    /// May it enter the list?
    pub fate: Fate,
}

/// What would become of a certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fate {
    /// It would be imported.
    Accepted,
    /// It is on the list already.
    Present,
    /// It may not, for these reasons.
    Refused(Vec<String>),
}

/// A row of the audit, as lists show it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuditRow {
    /// 1, 2, 3 …
    pub seq: u64,
    /// When.
    pub at: UnixTime,
    /// Administrators, or the system's user.
    pub who: String,
    /// The act.
    pub act: String,
    /// What it was done to.
    pub subject: String,
    /// done, failed, refused or cancelled.
    pub outcome: String,
    /// Anything more.
    pub detail: String,
    /// Who signed.
    pub approvals: Vec<String>,
}

/// Judges every certificate of a file at the moment `at`; needs no KM server.
pub fn judge_file(file: &[u8], at: UnixTime) -> Result<Vec<JudgedCertificate>, Error> {
    let judged = verify::judge_file(file, at).map_err(|error| Error::Refused {
        what: error.to_string(),
        remedy: "Choose a file with CA certificates: PEM, DER or PKCS#7.",
    })?;
    let judged = judged.into_iter().map(|judged| JudgedCertificate {
        number: judged.number,
        certificate: judged.certificate,
        fate: match judged.verdict {
            Verdict::Accepted => Fate::Accepted,
            Verdict::Refused(why) => Fate::Refused(why.iter().map(ToString::to_string).collect()),
        },
    });
    Ok(judged.collect())
}

impl Engine {
    /// What the installation is called, and where its folders are.
    pub fn settings(&mut self) -> Result<Settings, Error> {
        self.store.read(|reader| {
            let (root, charter) = Charter::load(reader, &self.room.keys)?;
            Settings::load(reader, &charter, &root)
        })
    }

    /// The certificate of the certification authority.
    pub fn ca_certificate(&mut self) -> Result<Certificate, Error> {
        let der = self.settings()?.ca_certificate;
        Certificate::from_der(&der)
            .map_err(|_malformed| Error::Tampered("the CA certificate can not be read"))
    }

    /// The administrators, in the order they came.
    pub fn administrators(&mut self) -> Result<Vec<Administrator>, Error> {
        let now = self.room.now();
        self.store.read(|reader| {
            let (_root, charter) = Charter::load(reader, &self.room.keys)?;
            let of = |seat: &Seat| {
                let attempts = attempt::at(reader, &attempts::seat_place(seat.id))?;
                let until = UnixTime::from_secs(attempts.until);
                Ok(Administrator {
                    name: seat.name.clone(),
                    accepted: seat.is_accepted(),
                    wrong_passwords: attempts.wrong,
                    paused_until: (now < until).then_some(until),
                })
            };
            charter.seats.iter().map(of).collect()
        })
    }

    /// How many passwords each act asks for.
    pub fn numbers(&mut self) -> Result<Numbers, Error> {
        self.store.read(|reader| {
            let (_root, charter) = Charter::load(reader, &self.room.keys)?;
            Ok(charter.numbers())
        })
    }

    /// The Certificate Trust List, if it is the one a quorum signed.
    pub fn trust_list(&mut self) -> Result<Vec<Trusted>, Error> {
        self.store.read(|reader| {
            let (root, charter) = Charter::load(reader, &self.room.keys)?;
            trust::load(reader, &charter, &root)
        })
    }

    /// Judges every certificate of a file, and says which are on the list already.
    pub fn judge_certificates(&mut self, file: &[u8]) -> Result<Vec<JudgedCertificate>, Error> {
        let mut judged = judge_file(file, self.room.now())?;
        let list = self.trust_list()?;
        for one in judged.iter_mut().filter(|one| one.fate == Fate::Accepted) {
            let known = one.certificate.as_ref();
            if known.is_some_and(|known| list.iter().any(|on| on.certificate == *known)) {
                one.fate = Fate::Present;
            }
        }
        Ok(judged)
    }

    /// At most `limit` rows of the audit before `before`, newest first, in which `filter` occurs.
    pub fn audit(
        &mut self,
        filter: &str,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<AuditRow>, Error> {
        let before = before
            .and_then(|seq| i64::try_from(seq).ok())
            .unwrap_or(i64::MAX);
        self.store.read(|reader| {
            let entries = audit_table::page(reader, filter, before, limit)?;
            let row = |entry: audit_table::Entry| {
                let approvals = audit_table::approvals_of(reader, entry.seq)?;
                Ok(AuditRow {
                    seq: u64::try_from(entry.seq).unwrap_or(0),
                    at: UnixTime::from_secs(entry.at),
                    who: entry.who,
                    act: entry.act,
                    subject: entry.subject,
                    outcome: entry.outcome,
                    detail: entry.detail,
                    approvals: approvals
                        .into_iter()
                        .map(|approval| approval.name)
                        .collect(),
                })
            };
            entries.into_iter().map(row).collect()
        })
    }

    /// How many rows the audit has.
    pub fn audit_count(&mut self) -> Result<u64, Error> {
        self.store.read(|reader| {
            let (root, _charter) = Charter::load(reader, &self.room.keys)?;
            Ok(root.audit.count)
        })
    }

    /// Looks through the whole audit. `head` is one that was noted outside and must be met.
    pub fn verify_audit(
        &mut self,
        head: Option<&str>,
        progress: &dyn Progress,
    ) -> Result<AuditVerdict, Error> {
        let keys = &self.room.keys;
        let key = keys.audit.public();
        let store = &mut self.store;
        let mut pass = store.read(|reader| {
            // Not the whole charter: what is wrong with the audit is the verdict, not a refusal.
            let manifest = Manifest::newest(reader)?;
            if manifest.hash()? != Charter::root(reader, keys)?.manifest {
                return Err(Error::Tampered(
                    "an older list of administrators was put back",
                ));
            }
            let history = manifest.history(reader)?;
            Verification::begin(reader, (key, history), head)
        })?;
        loop {
            let verdict = store.read(|reader| {
                let root = Charter::root(reader, keys)?;
                pass.go_on(reader, &root.audit, progress)
            })?;
            if let Some(verdict) = verdict {
                return Ok(verdict);
            }
        }
    }

    /// The present moment, as the engine sees it.
    pub fn now(&self) -> UnixTime {
        self.room.now()
    }

    /// A number that differs from the one before when another program has written in between.
    pub fn data_version(&mut self) -> Result<i64, Error> {
        Ok(self.store.data_version()?)
    }
}
