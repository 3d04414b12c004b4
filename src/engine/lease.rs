//! Leases: of several programs on one KM server, one at a time answers the post office.

use crate::domain::time::UnixTime;
use crate::engine::Engine;
use crate::engine::audit::hex;
use crate::engine::error::Error;
use crate::store::lease::{self as table, Lease};

/// A program that was killed is replaced after half a minute; one that works renews its lease every
/// few seconds.
const LEASE_SECS: i64 = 30;

const POST_OFFICE: &str = "post office";

/// Who answers the post office.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Turn {
    /// This program, for the next half minute.
    Ours,
    /// Another one; its lease runs out then.
    Others {
        /// When to ask again at the earliest.
        until: UnixTime,
    },
}

impl Engine {
    /// Takes or renews the lease on the post office, unless another program has it.
    pub fn take_turn(&mut self) -> Result<Turn, Error> {
        let now = self.room.now();
        let ours = self.holder();
        self.store.write(|tx| {
            if let Some(Lease { holder, until }) = table::of(tx, POST_OFFICE)? {
                let until = UnixTime::from_secs(until);
                // A lease that ends later than any we give was given by a clock that was wrong.
                let is_good = now < until && until <= now.plus_secs(LEASE_SECS);
                if holder != ours && is_good {
                    return Ok(Turn::Others { until });
                }
            }
            let lease = Lease {
                holder: ours,
                until: now.plus_secs(LEASE_SECS).secs(),
            };
            table::give(tx, POST_OFFICE, &lease)?;
            Ok(Turn::Ours)
        })
    }

    /// Answers what lies in the post office, if it is this program's turn; says how many messages
    /// were answered.
    pub fn answer_post_office(&mut self) -> Result<usize, Error> {
        match self.take_turn()? {
            Turn::Ours => Ok(self.take_mail()?.answered),
            Turn::Others { until: _ } => Ok(0),
        }
    }

    /// Gives the lease back, so that another program need not wait for its end.
    pub fn end_turn(&mut self) -> Result<(), Error> {
        let ours = self.holder();
        Ok(self
            .store
            .write(|tx| table::give_back(tx, POST_OFFICE, &ours))?)
    }

    /// This program's name among those that may hold a lease, made when it first asks for one.
    fn holder(&mut self) -> String {
        let Self { holder, room, .. } = self;
        let made = || {
            let mut octets = [0; 16];
            room.rng.fill_bytes(&mut octets);
            hex(&octets)
        };
        holder.get_or_insert_with(made).clone()
    }
}
