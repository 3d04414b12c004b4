//! Secrets that have come to their end: destroyed, in the database and in its log.

use crate::domain::mailbox::MailboxGuid;
use crate::domain::time::UnixTime;
use crate::engine::Engine;
use crate::engine::act::Charter;
use crate::engine::audit::{Outcome, Report};
use crate::engine::error::Error;
use crate::engine::record::Record;
use crate::store::record as table;

impl Engine {
    /// Destroys temporary keys and waiting keys whose time is over, delivers what waits, and cleans
    /// the log. To be called now and then: once a minute in a window, once in a command.
    pub fn tick(&mut self) -> Result<(), Error> {
        let expired = self.expire();
        self.after_secrets();
        expired
    }

    fn expire(&mut self) -> Result<(), Error> {
        let now = self.room.now();
        let due = self.store.read(|reader| table::due(reader, now.secs()))?;
        let mut first_failure = Ok(());
        for guid in due {
            let expired = self.expire_one(MailboxGuid::from_bytes(guid), now);
            first_failure = first_failure.and(expired);
        }
        first_failure
    }

    /// The column that led here is in clear and proves nothing: the record decides.
    fn expire_one(&mut self, guid: MailboxGuid, now: UnixTime) -> Result<(), Error> {
        let record = self.store.read(|reader| {
            Charter::load(reader, &self.room.keys)?;
            Record::load(reader, &self.room.keys, guid)
        })?;
        if record.due().is_none_or(|due| now < due) {
            return Ok(()); // another program was faster, or the column was changed
        }
        let report = Report {
            who: "nobody".to_owned(),
            act: "Let a temporary key expire".to_owned(),
            subject: record.person(),
            outcome: Outcome::Done,
            detail: String::new(),
        };
        self.act(&report, None, |act| {
            let mut record = Record::load(act.tx, act.keys, guid)?;
            record.temporary_key = None;
            record.pick_up_until = None;
            record.forget_unconfirmed();
            table::destroy(act.tx, guid.as_bytes())?;
            record.store(act)
        })
    }

    /// What follows an act that destroyed or gave out a secret: its notice is delivered, and the
    /// octets of the secret leave the database's log. Neither undoes the act if it fails; both are
    /// tried again at the next [`Self::tick`].
    pub(super) fn after_secrets(&mut self) {
        if let Err(error) = self.deliver() {
            tracing::warn!("{error}");
        }
        self.unwiped = match self.store.checkpoint_truncate() {
            Ok(done) => !done,
            Err(error) => {
                tracing::warn!("{error}");
                true
            }
        };
    }

    /// Whether destroyed secrets may still stand in the database's log, because another program is
    /// reading.
    pub fn is_wiping_pending(&self) -> bool {
        self.unwiped
    }
}
