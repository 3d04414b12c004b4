//! Secrets that have come to their end: destroyed, in the database and in its log.

use crate::domain::mailbox::MailboxGuid;
use crate::engine::Engine;
use crate::engine::audit::{Outcome, Report};
use crate::engine::error::Error;
use crate::engine::record::Record;
use crate::store::record as table;

impl Engine {
    /// Destroys temporary keys and waiting keys whose time is over, delivers what waits, and cleans
    /// the log. To be called now and then: once a minute in a window, once in a command.
    pub fn tick(&mut self) -> Result<(), Error> {
        self.expire()?;
        self.after_secrets();
        Ok(())
    }

    fn expire(&mut self) -> Result<(), Error> {
        let now = self.room.now();
        let due = self.store.read(|reader| table::due(reader, now.secs()))?;
        for guid in due {
            let guid = MailboxGuid::from_bytes(guid);
            let report = Report {
                who: "nobody".to_owned(),
                act: "Let a temporary key expire".to_owned(),
                subject: guid.to_string(),
                outcome: Outcome::Done,
                detail: String::new(),
            };
            self.act(&report, None, |act| {
                let mut record = Record::load(act.tx, act.keys, guid)?;
                record.temporary_key = None;
                record.pick_up_until = None;
                table::destroy(act.tx, guid.as_bytes())?;
                record.store(act)
            })?;
            self.unwiped = true;
        }
        Ok(())
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
