//! What the KM server can do. Policy lives here.
//!
//! An [`Engine`] owns the open store and what the startup password gave. Every act is one
//! transaction, which reads and checks who may do what, does it, and adds its audit row.

pub mod act;
pub mod administer;
pub mod answer;
pub mod archive;
pub mod attempts;
pub mod audit;
pub mod authorize;
pub mod crl;
pub mod directory;
pub mod enable;
pub mod error;
pub mod expiry;
pub mod guards;
pub mod hand_over;
pub mod issue;
pub mod lease;
mod live;
pub mod manifest;
pub mod notices;
pub mod people_file;
pub mod pick_up;
pub mod publish;
pub mod record;
pub mod recover;
pub mod request;
pub mod revocations;
pub mod revoke;
pub mod seats;
pub mod session;
pub mod settings;
pub mod setup;
pub mod signed;
pub mod startup;
pub mod state_root;
pub mod strength;
pub mod trust;
pub mod views;
pub mod welcome;

use std::sync::Arc;

use rand::CryptoRng;

use crate::crypto::costs::Costs;
use crate::crypto::keypair::PrivateKey;
use crate::domain::time::{Clock, UnixTime};
use crate::engine::act::{Act, Charter, ServerKeys};
use crate::engine::audit::{Approved, Outcome, Report};
use crate::engine::error::Error;
use crate::engine::record::Looked;
use crate::store::Store;
use crate::store::lock::FolderLock;

/// What the engine is handed: nothing below reads the system clock, makes randomness or decides
/// what keys cost.
pub struct Surroundings {
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where random octets come from.
    pub rng: Box<dyn CryptoRng + Send>,
    /// What keys and password hashes cost.
    pub costs: Costs,
    /// The system's user, for audit rows of acts that need no administrator.
    pub operator: String,
}

/// An open KM server.
pub struct Engine {
    store: Store,
    room: Room,
    records: Looked,
    /// Whether destroyed secrets may still stand in the database's log.
    unwiped: bool,
    /// Why what others may read is not up to date.
    unpublished: Option<Error>,
    /// What this program is called where only one of several may do something.
    holder: Option<String>,
    /// An encryption key for the next user who asks for one.
    spare: Option<PrivateKey>,
    _lock: FolderLock,
}

/// What every act needs besides the store.
pub struct Room {
    clock: Arc<dyn Clock>,
    rng: Box<dyn CryptoRng + Send>,
    costs: Costs,
    operator: String,
    keys: ServerKeys,
}

impl Room {
    /// The present moment.
    fn now(&self) -> UnixTime {
        self.clock.now()
    }
}

impl Engine {
    /// Does `work` and records it, in one transaction. A failure is recorded in a transaction of
    /// its own, since the first one is rolled back.
    fn act<T>(
        &mut self,
        report: &Report,
        approved: Option<Approved>,
        work: impl FnOnce(&mut Act<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let result = self.transact(report, approved, work);
        if let Err(error) = &result {
            self.note(&Report {
                outcome: outcome_of(error),
                detail: error.to_string(),
                ..report.clone()
            })?;
        }
        result
    }

    /// Adds one audit row and changes nothing else.
    fn note(&mut self, report: &Report) -> Result<(), Error> {
        self.transact(report, None, |_act| Ok(()))
    }

    /// Records that an act was refused before it began; gives the refusal back, or a graver error.
    fn note_refused(&mut self, who: String, act: &str, refusal: Error) -> Error {
        let report = Report {
            who,
            act: act.to_owned(),
            subject: "asked for".to_owned(),
            outcome: outcome_of(&refusal),
            detail: refusal.to_string(),
        };
        match self.note(&report) {
            Ok(()) => refusal,
            Err(graver) => graver,
        }
    }

    /// `work` and its audit row, both or neither.
    fn transact<T>(
        &mut self,
        report: &Report,
        approved: Option<Approved>,
        work: impl FnOnce(&mut Act<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.within(|act| {
            let value = work(act)?;
            act.record(report, approved)?;
            Ok(value)
        })
    }

    /// A transaction on the state as it should be, which leaves it so. `work` adds the audit rows.
    fn within<T>(
        &mut self,
        work: impl FnOnce(&mut Act<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Self { store, room, .. } = self;
        store.write(|tx| {
            let (state, charter) = Charter::load(tx, &room.keys)?;
            let mut act = Act {
                tx,
                now: room.clock.now(),
                rng: &mut *room.rng,
                costs: room.costs,
                keys: &room.keys,
                root: state,
                charter,
                notes: Vec::new(),
            };
            let value = work(&mut act)?;
            act.close()?;
            Ok(value)
        })
    }
}

/// How an act that ended with `error` stands in the audit.
fn outcome_of(error: &Error) -> Outcome {
    match error {
        Error::Cancelled(_) => Outcome::Cancelled,
        Error::Crypto(_) | Error::File { .. } | Error::Store(_) | Error::Unexpected => {
            Outcome::Failed
        }
        Error::AdministratorExists(_)
        | Error::AlreadyApproved(_)
        | Error::Locked(_)
        | Error::NoLongerAdministrator(_)
        | Error::NoSuchAdministrator(_)
        | Error::NoSuchServer(_)
        | Error::NothingRemembered
        | Error::NumberOutside { .. }
        | Error::OldSeat(_)
        | Error::Paused { .. }
        | Error::PendingSeat(_)
        | Error::PolicyChanged
        | Error::QuorumEnded
        | Error::Refused { .. }
        | Error::SeatNeeded { .. }
        | Error::SessionEnded
        | Error::Tampered(_)
        | Error::TooManySeats
        | Error::TrustListTampered
        | Error::WeakPassword { .. }
        | Error::WrongPassword
        | Error::WrongStartupPassword
        | Error::WrongState(_) => Outcome::Refused,
    }
}
