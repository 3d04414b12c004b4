//! Opens a message: decrypts it, verifies its signatures and says how everything stands.

use crate::client::error::Error;
use crate::client::home::failed;
use crate::client::message::contacts::Learnt;
use crate::client::message::judge::{self, Senders};
use crate::client::message::layers;
use crate::client::message::view::{MessageId, Opened, Person};
use crate::client::view::CertificateView;
use crate::client::{Client, Unlock};
use crate::crypto::certificate::Certificate;
use crate::mail::maildir;
use crate::mail::message::{self, Correspondent, Entity};

impl Client {
    /// Opens a message of the own Maildir; only one that was opened is seen.
    pub(super) fn open_entry(
        &mut self,
        id: &MessageId,
        unlock: Unlock<'_>,
    ) -> Result<Opened, Error> {
        let entry = self.entry(id)?;
        let octets = maildir::read(&entry).map_err(|error| failed(&entry.path, error))?;
        let opened = self.open_octets(id.clone(), &octets, unlock, &[])?;
        maildir::mark_seen(&entry).map_err(|error| failed(&entry.path, error))?;
        Ok(opened)
    }

    /// Opens a message, wherever it comes from; `named` are trusted beside.
    pub(super) fn open_octets(
        &mut self,
        id: MessageId,
        octets: &[u8],
        unlock: Unlock<'_>,
        named: &[Certificate],
    ) -> Result<Opened, Error> {
        let mut message =
            message::read(octets).map_err(|error| Error::Unfit(format!("{error}.")))?;
        let nothing = Entity::Text {
            text: String::new(),
        };
        let entity = std::mem::replace(&mut message.entity, nothing);
        let known = self.known_certificates()?;
        let mut keys = || match self.keys(unlock) {
            Ok(keyset) => Ok(Some(keyset)),
            Err(Error::NoDigitalId) => Ok(None),
            Err(error) => Err(error),
        };
        let unwrapped = layers::unwrap(entity, &mut keys, &known)?;
        let trust = self.trust(named)?;
        let senders = Senders {
            author: message.author().map(|author| author.address.as_str()),
            name: message.author().map_or("", |author| author.name.as_str()),
            all: addresses(&message.from),
            sender: message
                .sender
                .as_ref()
                .map(|sender| sender.address.as_str()),
            date: message.date,
        };
        let judged = judge::judge(&unwrapped, &senders, &trust, self.now());
        let author = judged.author.as_ref();
        let known_as = author.and_then(|author| author.known_as.as_ref());
        let encryption = author.and_then(|author| author.encryption.as_ref());
        if let (Some(address), Some(author)) = (known_as, author) {
            let learnt = Learnt {
                address,
                capabilities: &author.capabilities,
            };
            self.learn(&learnt)?;
        }
        let (inside, outside) = (unwrapped.inside, unwrapped.outside);
        Ok(Opened {
            id,
            from: people(&message.from),
            to: people(&message.to),
            cc: people(&message.cc),
            subject: message.subject,
            date: message.date,
            message_id: message.message_id,
            text: inside.text,
            files: inside.files,
            text_beside: outside.text,
            files_beside: outside.files,
            verdict: judged.verdict,
            signer: author.map(|author| CertificateView::of(&author.certificate)),
            encryption: encryption
                .filter(|_certificate| known_as.is_some())
                .map(CertificateView::of),
            reply: inside.reply,
        })
    }
}

fn addresses(people: &[Correspondent]) -> Vec<&str> {
    let addresses = people.iter().map(|person| person.address.as_str());
    addresses.collect()
}

fn people(people: &[Correspondent]) -> Vec<Person> {
    let person = |person: &Correspondent| Person {
        name: person.name.clone(),
        address: person.address.clone(),
    };
    people.iter().map(person).collect()
}
