//! Secrets that have come to their end: destroyed, in the database and in its log.

use crate::domain::mailbox::MailboxGuid;
use crate::domain::time::UnixTime;
use crate::engine::Engine;
use crate::engine::act::Charter;
use crate::engine::audit::{Outcome, Report};
use crate::engine::error::Error;
use crate::engine::hand_over;
use crate::engine::record::Record;
use crate::store::record as table;

impl Engine {
    /// Destroys temporary keys and waiting keys whose time is over, delivers and publishes what
    /// waits, makes a new revocation list when it is time, and cleans the log. To be called now and
    /// then: once a minute in a window, once in a command.
    pub fn tick(&mut self) -> Result<(), Error> {
        let forgotten = self.forget_exchanges();
        let expired = self.expire().and(forgotten);
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
            act: match record.temporary_key {
                Some(_) => "Let a temporary key expire".to_owned(),
                None => "Let waiting keys expire".to_owned(), // of a renewal
            },
            subject: record.person(),
            outcome: Outcome::Done,
            detail: String::new(),
        };
        self.act(&report, None, |act| {
            let mut record = Record::load(act.tx, act.keys, guid)?;
            hand_over::end_temporary_key(act, &mut record)?;
            record.pick_up_until = None;
            record.forget_unconfirmed();
            table::destroy(act.tx, guid.as_bytes())?;
            record.store(act)
        })
    }

    /// What follows an act: its notices are delivered, what it changed is published, and the octets
    /// of secrets that it destroyed or gave out leave the database's log. None of these undoes the
    /// act if it fails; each is tried again at the next [`Self::tick`].
    pub(super) fn after_secrets(&mut self) {
        if let Err(error) = self.deliver() {
            tracing::warn!("{error}");
        }
        self.unpublished = self.publish_waiting().err();
        if let Some(error) = &self.unpublished {
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

    /// Why what others may read could not be brought up to date at the last try, if it could not.
    pub fn unpublished(&self) -> Option<&Error> {
        self.unpublished.as_ref()
    }

    /// Whether destroyed secrets may still stand in the database's log, because another program is
    /// reading.
    pub fn is_wiping_pending(&self) -> bool {
        self.unwiped
    }
}
