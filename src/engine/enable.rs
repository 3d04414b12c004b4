//! *Enable Advanced Security*: a mailbox gets a temporary key, or its keys at once as a file.

use crate::domain::mailbox::{Mailbox, MailboxId};
use crate::domain::progress::{Progress, Step};
use crate::domain::state::{SecurityAct, SecurityState, permits};
use crate::engine::Engine;
use crate::engine::act::{Act, Charter};
use crate::engine::error::Error;
use crate::engine::hand_over::{self, HandOver, HandedOver, TEMPORARY_KEY_DAYS};
use crate::engine::issue;
use crate::engine::notices;
use crate::engine::pick_up;
use crate::engine::record::Record;
use crate::engine::request::{Description, Output};
use crate::engine::session::Session;
use crate::engine::settings::Settings;
use crate::store::Reader;
use crate::store::{mailbox as table, record as record_table};

impl Engine {
    /// Enables a mailbox. `server` is the KM server's name as it was typed.
    pub fn enable(
        &mut self,
        session: &mut Session,
        id: MailboxId,
        server: &str,
        how: HandOver,
        progress: &dyn Progress,
    ) -> Result<HandedOver, Error> {
        self.records()?;
        let found = self.store.read(|reader| {
            let (root, charter) = Charter::load(reader, &self.room.keys)?;
            let settings = Settings::load(reader, &charter, &root)?;
            settings.refuse_other_server(server)?;
            let mailbox = living(reader, id)?;
            let person = Record::of(reader, &self.room.keys, &mailbox)?.person();
            Ok((mailbox, person))
        });
        let (mailbox, person) = match found {
            Ok(found) => found,
            Err(refusal) => {
                let who = session.administrator().as_str().to_owned();
                return Err(self.note_refused(who, "Enable advanced security", refusal));
            }
        };
        let description = Description {
            act: "Enable advanced security",
            subject: person.clone(),
            title: format!("Enable advanced security for {person}"),
            arguments: mailbox.guid.as_bytes().to_vec(),
            output: Output::Keys(how),
        };
        let handed = self.act_in_session(session, &description, |act| {
            let mailbox = living(act.tx, id)?;
            let handed = run(act, &mailbox, how)?;
            progress.step(Step::LAST)?; // nothing is kept before here
            Ok(handed)
        })?;
        self.after_secrets();
        Ok(handed)
    }
}

fn run(act: &mut Act<'_>, mailbox: &Mailbox, how: HandOver) -> Result<HandedOver, Error> {
    let mut record = Record::of(act.tx, act.keys, mailbox)?;
    permits(
        record.situation(act.now),
        SecurityAct::Enable,
        record.archive(),
    )?;
    let settings = Settings::load(act.tx, &act.charter, &act.root)?;
    let mut handed = HandedOver::default();
    hand_over::end_temporary_key(act, &mut record)?;
    record_table::destroy(act.tx, record.guid.as_bytes())?;
    record.pick_up_until = None;
    record.suspend();
    record.encryption = None;
    let mut made = None;
    if how.has_file() {
        let made = made.insert(issue::encryption(act, &settings, &mut record)?);
        let keys = [(&made.key, made.certificate.as_slice())];
        handed.file = Some(hand_over::key_file(act, &settings, &record.name, &keys)?);
        record.state = SecurityState::Active;
    }
    if how.has_temporary_key() {
        let expires = act.now.plus_days(TEMPORARY_KEY_DAYS);
        handed.temporary_key = Some(hand_over::temporary_key(&mut record, expires, act.rng));
        handed.expires = Some(expires);
        record.state = SecurityState::New;
        if let Some(made) = made {
            // The program that uses the temporary key gets the key of the file, not another one.
            pick_up::lay_ready(act, &record.guid, &made.key)?;
            record.pick_up_until = Some(expires);
        }
    }
    record.store(act)?;
    table::set_state(act.tx, mailbox.id, record.state, record.valid_until)?;
    notices::enabled(act, &record)?;
    Ok(handed)
}

/// The mailbox, if it is in the directory.
pub(super) fn living(reader: &Reader<'_>, id: MailboxId) -> Result<Mailbox, Error> {
    let found = table::by_id(reader, id)?.filter(|mailbox| mailbox.deleted_at.is_none());
    found.ok_or_else(|| Error::Refused {
        what: "the mailbox is no longer in the directory".to_owned(),
        remedy: "Look for it under Deleted mailboxes.",
    })
}

/// A mailbox, be it deleted.
pub(super) fn living_or_deleted(reader: &Reader<'_>, id: MailboxId) -> Result<Mailbox, Error> {
    table::by_id(reader, id)?.ok_or_else(|| Error::Refused {
        what: "there is no such mailbox".to_owned(),
        remedy: "Look for it in the list again.",
    })
}
