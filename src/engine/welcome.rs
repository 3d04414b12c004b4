//! *Send by e-mail*: the temporary key goes to its user in a welcome mail, if an administrator asks
//! for it. Whoever reads the mailbox before its user can use the key, so it is never done unasked;
//! when the key is spent or dies, the mail is taken back.

use crate::domain::mailbox::MailboxId;
use crate::engine::Engine;
use crate::engine::act::{Act, Charter};
use crate::engine::enable::living;
use crate::engine::error::Error;
use crate::engine::notices;
use crate::engine::record::Record;
use crate::engine::request::{Description, Output};
use crate::engine::session::Session;
use crate::mail::maildir;
use crate::store::outbox;

/// The text, in which `%TOKEN%` stands for the temporary key.
pub const TEXT: &str = "Your advanced security temporary key is %TOKEN%\n\n\
    To get your Digital ID, choose Options from the Tools menu, choose the Security page, and \
    choose Get a Digital ID. Choose \"Set up Security for me on the Exchange Server\", choose OK, \
    and type the temporary key.\n";

const TOKEN: &str = "%TOKEN%";

impl Engine {
    /// Sends the waiting temporary key to its user by mail.
    pub fn send_temporary_key(
        &mut self,
        session: &mut Session,
        id: MailboxId,
    ) -> Result<(), Error> {
        self.records()?;
        let person = self.store.read(|reader| {
            Charter::load(reader, &self.room.keys)?;
            let mailbox = living(reader, id)?;
            let record = Record::of(reader, &self.room.keys, &mailbox)?;
            Ok::<_, Error>((mailbox.guid, record.person()))
        });
        let (guid, person) = person?;
        let description = Description {
            act: "Send a temporary key by e-mail",
            subject: person.clone(),
            title: format!("Send the temporary key of {person} by e-mail"),
            arguments: guid.as_bytes().to_vec(),
            output: Output::Nothing,
        };
        self.act_in_session(session, &description, |act| {
            let mailbox = living(act.tx, id)?;
            let mut record = Record::of(act.tx, act.keys, &mailbox)?;
            send(act, &mut record)
        })?;
        self.after_secrets();
        Ok(())
    }
}

fn send(act: &mut Act<'_>, record: &mut Record) -> Result<(), Error> {
    expunge(act, record)?; // one that was sent before
    let temporary = record.temporary_key.as_ref();
    let temporary = temporary.filter(|temporary| act.now < temporary.expires);
    let Some(temporary) = temporary else {
        return Err(Error::Refused {
            what: "no temporary key waits for this mailbox".to_owned(),
            remedy: "Enable the mailbox, or recover its keys, to make one.",
        });
    };
    let text = TEXT.replace(TOKEN, temporary.key.expose());
    let name = notices::post(act, record, "Your advanced security temporary key", &text)?;
    if let Some(temporary) = &mut record.temporary_key {
        temporary.mail = name;
    }
    record.store(act)
}

/// Takes the welcome mail back, if there is one. The caller stores the record.
pub(super) fn expunge(act: &Act<'_>, record: &mut Record) -> Result<(), Error> {
    let temporary = record.temporary_key.as_mut();
    if let Some(name) = temporary.and_then(|temporary| temporary.mail.take()) {
        let folder = maildir::folder_of(record.address.key().as_str());
        outbox::take_back(act.tx, &name, &folder)?;
    }
    Ok(())
}
