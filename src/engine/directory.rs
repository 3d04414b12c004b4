//! The directory: mailboxes made, changed, deleted, imported and listed. None of it needs a
//! password; all of it is in the audit.

use std::io::Write;

use crate::domain::address::MailAddress;
use crate::domain::listing::{Cursor, Listing, Position};
use crate::domain::mailbox::{General, Mailbox, MailboxGuid, MailboxId, RecipientKind};
use crate::domain::place::ContainerId;
use crate::domain::progress::{Progress, Step};
use crate::engine::Engine;
use crate::engine::act::Act;
use crate::engine::audit::{Outcome, Report};
use crate::engine::enable::living;
use crate::engine::error::Error;
use crate::engine::hand_over;
use crate::engine::people_file::{
    Encoding, FileError, PeopleFile, PeopleWriter, Person, RefusedRow,
};
use crate::engine::publish;
use crate::engine::record::Record;
use crate::engine::welcome;
use crate::store::mailbox::{self as table, Inserted, Updated};
use crate::store::{Reader, StoreError, container, mailbox_list, record as record_table};

/// Rows of a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MailboxPage {
    /// The rows, at most as many as were asked for.
    pub rows: Vec<Mailbox>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
}

/// What an import would do, for the person to confirm.
#[derive(Debug)]
pub struct ImportPlan {
    /// The people it would take, in the order of the file; those of `present` are among them.
    pub people: Vec<Person>,
    /// How many mailboxes it would make.
    pub accepted: u64,
    /// The rows whose address a mailbox has already; nothing of it would be changed.
    pub present: Vec<u64>,
    /// The rows that can not be taken.
    pub refused: Vec<RefusedRow>,
    /// How the letters were written.
    pub encoding: Encoding,
    /// Columns that mean nothing to us.
    pub ignored_columns: Vec<String>,
}

impl Engine {
    /// Rows of a list from a position on.
    pub fn mailboxes(
        &mut self,
        listing: &Listing,
        position: &Position,
        limit: u32,
    ) -> Result<MailboxPage, Error> {
        let page = self
            .store
            .read(|reader| mailbox_list::page(reader, listing, position, limit))?;
        Ok(MailboxPage {
            rows: page.rows,
            next: page.next,
        })
    }

    /// How many rows a list has.
    pub fn count_mailboxes(&mut self, listing: &Listing) -> Result<u64, Error> {
        Ok(self
            .store
            .read(|reader| mailbox_list::count(reader, listing))?)
    }

    /// One mailbox, living or deleted.
    pub fn mailbox(&mut self, id: MailboxId) -> Result<Mailbox, Error> {
        let found = self.store.read(|reader| table::by_id(reader, id))?;
        found.ok_or_else(|| gone("there is no such mailbox".to_owned()))
    }

    /// The living mailbox with this address.
    pub fn find_mailbox(&mut self, address: &MailAddress) -> Result<Mailbox, Error> {
        let found = self
            .store
            .read(|reader| table::by_address(reader, address))?;
        found.ok_or_else(|| gone(format!("there is no mailbox with the address {address}")))
    }

    /// *New Mailbox*.
    pub fn new_mailbox(&mut self, general: &General) -> Result<MailboxId, Error> {
        let report = self.directory_report("Make a mailbox", named(general));
        self.act(&report, None, |act| {
            match add(act, recipients(act.tx)?, general)? {
                Inserted::New(id) => Ok(id),
                Inserted::Present(_) => Err(taken(&general.address)),
            }
        })
    }

    /// Changes the General page. Another address is an act of its own: it is what later
    /// certificates will carry.
    pub fn change_mailbox(&mut self, id: MailboxId, general: &General) -> Result<(), Error> {
        let before = self.mailbox(id)?;
        let moves = before.general.address != general.address;
        let report = if moves {
            let subject = format!("{} to {}", named(&before.general), general.address);
            self.directory_report("Change a certified address", subject)
        } else {
            self.directory_report("Change a mailbox", named(general))
        };
        self.act(&report, None, |act| {
            let mailbox = living(act.tx, id)?;
            if mailbox.general.address != before.general.address {
                return Err(gone("the mailbox was changed meanwhile".to_owned()));
            }
            match table::update_general(act.tx, id, general)? {
                Updated::AddressTaken(_) => return Err(taken(&general.address)),
                Updated::Gone => return Err(gone("the mailbox was deleted meanwhile".to_owned())),
                Updated::Done => (),
            }
            let mut record = Record::of(act.tx, act.keys, &mailbox)?;
            if record.name != general.display_name || moves {
                publish::address_changed(act, &record.address)?;
                publish::address_changed(act, &general.address)?;
                if moves {
                    welcome::expunge(act, &mut record)?; // from the mailbox that it was sent to
                    record.reissue();
                }
                record.name = general.display_name.clone();
                record.address = general.address.clone();
                record.store(act)?;
            }
            Ok(())
        })
    }

    /// *Delete*: the mailbox moves to *Deleted mailboxes*; its archived keys stay, what waits for
    /// its user dies.
    pub fn delete_mailbox(&mut self, id: MailboxId) -> Result<(), Error> {
        let before = self.mailbox(id)?;
        let report = self.directory_report("Delete a mailbox", named(&before.general));
        self.act(&report, None, |act| {
            let mailbox = living(act.tx, id)?;
            let mut record = Record::of(act.tx, act.keys, &mailbox)?;
            table::delete(act.tx, id, act.now)?;
            record.deleted = true;
            hand_over::end_temporary_key(act, &mut record)?;
            record.suspend();
            record.pick_up_until = None;
            record_table::destroy(act.tx, mailbox.guid.as_bytes())?;
            publish::address_changed(act, &record.address)?;
            record.store(act)
        })?;
        self.after_secrets();
        Ok(())
    }

    /// Reads a file of people and says what importing it would do. Changes nothing.
    pub fn plan_import(&mut self, file: &[u8]) -> Result<ImportPlan, Error> {
        let PeopleFile {
            people,
            refused,
            encoding,
            ignored_columns,
        } = PeopleFile::read(file)?;
        let mut present = Vec::new();
        self.store.read(|reader| {
            for person in &people {
                if table::by_address(reader, &person.general.address)?.is_some() {
                    present.push(person.row);
                }
            }
            Ok::<_, StoreError>(())
        })?;
        let accepted = people.len() - present.len();
        Ok(ImportPlan {
            people,
            accepted: u64::try_from(accepted).unwrap_or(u64::MAX),
            present,
            refused,
            encoding,
            ignored_columns,
        })
    }

    /// Makes a mailbox for everybody of the plan whose address is new, in one transaction; gives
    /// how many were made.
    pub fn import(&mut self, plan: &ImportPlan, progress: &dyn Progress) -> Result<u64, Error> {
        let subject = format!("{} people of a file", plan.people.len());
        let mut report = self.directory_report("Import mailboxes", subject);
        report.detail = format!("{} rows refused", plan.refused.len());
        let total = u64::try_from(plan.people.len()).unwrap_or(u64::MAX);
        self.act(&report, None, |act| {
            let container = recipients(act.tx)?;
            let mut added = 0;
            for (done, person) in (0..).zip(&plan.people) {
                progress.step(Step {
                    label: "Adding mailboxes",
                    done,
                    total,
                })?;
                match add(act, container, &person.general)? {
                    Inserted::New(_) => added += 1,
                    Inserted::Present(_) => (),
                }
            }
            act.notes.push(format!("{added} mailboxes made"));
            Ok(added)
        })
    }

    /// Writes every living mailbox as CSV; gives how many there were.
    pub fn export_people(
        &mut self,
        out: &mut dyn Write,
        progress: &dyn Progress,
    ) -> Result<u64, Error> {
        let failed = |source| Error::File {
            what: "the file could not be written",
            path: "export".into(),
            source,
        };
        let mut writer = PeopleWriter::new(out).map_err(failed)?;
        let mut last = MailboxId(0);
        let mut done = 0;
        loop {
            let batch = self.store.read(|reader| table::following(reader, last))?;
            let Some(end) = batch.last() else { break };
            last = end.id;
            for mailbox in batch.iter().filter(|mailbox| mailbox.deleted_at.is_none()) {
                writer.write(&mailbox.general).map_err(failed)?;
                done += 1;
            }
            progress.step(Step {
                label: "Writing mailboxes",
                done,
                total: 0,
            })?;
        }
        writer.finish().map_err(failed)?;
        let subject = format!("{done} people");
        self.note(&self.directory_report("Export the directory", subject))?;
        Ok(done)
    }

    fn directory_report(&self, act: &str, subject: String) -> Report {
        Report {
            who: format!("{} (no administrator)", self.room.operator),
            act: act.to_owned(),
            subject,
            outcome: Outcome::Done,
            detail: String::new(),
        }
    }
}

/// Adds a mailbox with its record.
fn add(act: &mut Act<'_>, container: ContainerId, general: &General) -> Result<Inserted, Error> {
    let guid = MailboxGuid::random(act.rng);
    let inserted = table::insert(act.tx, guid, RecipientKind::Mailbox, container, general)?;
    match inserted {
        Inserted::New(_) => Record::new(guid, general).store(act)?,
        Inserted::Present(_) => (),
    }
    Ok(inserted)
}

/// The one container there is until the directory grows: Recipients.
fn recipients(reader: &Reader<'_>) -> Result<ContainerId, Error> {
    let all = container::all(reader)?;
    let first = all
        .first()
        .ok_or(Error::Tampered("the Recipients container is missing"))?;
    Ok(first.id)
}

fn named(general: &General) -> String {
    format!("{} <{}>", general.display_name, general.address)
}

fn taken(address: &MailAddress) -> Error {
    Error::Refused {
        what: format!("another mailbox has the address {address}"),
        remedy: "Give this one another address, or change that one first.",
    }
}

fn gone(what: String) -> Error {
    Error::Refused {
        what,
        remedy: "Look for it in the list again.",
    }
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        Self::Refused {
            what: error.to_string(),
            remedy: "Choose a CSV file whose first row names the columns.",
        }
    }
}
