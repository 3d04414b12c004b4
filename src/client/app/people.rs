//! *Contacts*: people whose certificates were kept; and the certificate viewer.

use crate::client::Client;
use crate::client::message::view::Contact;
use crate::client::view::{CertificateView, KeysetView};
use crate::forms::message::Message;
use crate::forms::words;
use crate::work::Watch;

use super::modal::Modal;
use super::{App, Body, WindowNumber};

/// The list of people.
#[derive(Default)]
pub struct People {
    /// Everybody, by name.
    pub contacts: Vec<Contact>,
    /// The selected row.
    pub selected: Option<u64>,
}

/// What the person does in the list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PeopleAct {
    /// *Close*.
    Close,
    /// *Remove*.
    Remove,
    /// Another row.
    Select(u64),
    /// *View Certificate*.
    View,
}

/// Shows certificates.
pub struct CertificateBox {
    /// The caption.
    pub title: String,
    /// Each with what it is.
    pub certificates: Vec<(String, CertificateView)>,
}

impl CertificateBox {
    /// One certificate.
    pub(super) fn new(title: &str, certificate: CertificateView) -> Self {
        Self {
            title: title.to_owned(),
            certificates: vec![("Certificate".to_owned(), certificate)],
        }
    }

    /// Those of a keyset.
    pub(super) fn of_keyset(keyset: &KeysetView) -> Self {
        let mut certificates = Vec::new();
        if let Some(signing) = &keyset.signing {
            certificates.push(("Signing".to_owned(), signing.clone()));
        }
        if let Some(encryption) = &keyset.encryption {
            certificates.push(("Encryption".to_owned(), encryption.clone()));
        }
        let older = keyset.older.iter();
        certificates.extend(older.map(|older| ("Older encryption".to_owned(), older.clone())));
        Self {
            title: format!("Certificates of the keyset {}", keyset.name),
            certificates,
        }
    }

    /// All of them as one text, to be read and copied.
    pub fn text(&self) -> String {
        let blocks = self.certificates.iter().map(|(what, certificate)| {
            let CertificateView {
                subject,
                issuer,
                serial,
                addresses,
                not_before,
                not_after,
                key_kind,
                fingerprint,
                der: _,
            } = certificate;
            format!(
                "{what}\n  Issued to: {subject}\n  Address: {}\n  Issued by: {issuer}\n  \
                 Valid from {} to {}\n  Key: {key_kind}\n  Serial number: {serial}\n  \
                 SHA-256 fingerprint:\n{}\n",
                addresses.join(", "),
                words::local(*not_before),
                words::local(*not_after),
                in_lines(fingerprint),
            )
        });
        blocks.collect::<Vec<String>>().join("\n")
    }
}

/// A fingerprint in lines that fit into the box.
fn in_lines(fingerprint: &str) -> String {
    let octets: Vec<&str> = fingerprint.split(':').collect();
    let lines = octets.chunks(OCTETS_IN_A_LINE);
    let lines = lines.map(|line| format!("    {}", line.join(":")));
    lines.collect::<Vec<String>>().join("\n")
}

/// Half of a SHA-256 fingerprint.
const OCTETS_IN_A_LINE: usize = 16;

impl People {
    /// Who is selected.
    pub fn contact(&self) -> Option<&Contact> {
        self.contacts.get(usize::try_from(self.selected?).ok()?)
    }
}

/// The cells of a contact's row: name, address, state.
pub fn cells(contact: &Contact) -> Vec<String> {
    let state = match &contact.problem {
        None => format!(
            "good until {}",
            words::local_day(contact.certificate.not_after)
        ),
        Some(problem) => problem.clone(),
    };
    vec![
        contact.name.clone(),
        contact.address.to_string(),
        contact.source.clone(),
        state,
    ]
}

impl App {
    /// *Contacts*; an open list comes to the front.
    pub(super) fn open_people(&mut self) {
        self.windows
            .retain(|open| !matches!(open.body, Body::People(_)));
        let window = self.open_window(Body::People(Box::default()));
        self.read_people(window);
    }

    fn read_people(&mut self, window: WindowNumber) {
        self.post(
            |client, _| client.contacts(),
            move |app, contacts| match (contacts, app.body_mut(window)) {
                (Ok(contacts), Some(Body::People(people))) => people.contacts = contacts,
                (Err(error), _) => app.tell(Message::of_client(&error)),
                (Ok(_), _) => (), // closed meanwhile
            },
        );
    }

    pub(super) fn people_act(&mut self, window: WindowNumber, act: PeopleAct) {
        let Some(Body::People(people)) = self.body_mut(window) else {
            return;
        };
        let contact = people.contact().cloned();
        match (act, contact) {
            (PeopleAct::Close, _) => self.drop_window(window),
            (PeopleAct::Remove, Some(contact)) => {
                let address = contact.address;
                self.confirm(
                    format!("Remove the certificate of {address}? It is fetched or kept again when it is needed."),
                    "Remove",
                    move |app| {
                        let remove = move |client: &mut Client, _: &Watch| client.remove_contact(&address);
                        app.post(remove, move |app, removed| {
                            app.tell_if_failed(removed);
                            app.read_people(window);
                        });
                    },
                );
            }
            (PeopleAct::Select(row), _) => people.selected = Some(row),
            (PeopleAct::View, Some(contact)) => {
                let title = format!("Certificate of {}", contact.address);
                let shown = CertificateBox::new(&title, contact.certificate);
                self.push(Modal::Certificate(shown));
            }
            (PeopleAct::Remove | PeopleAct::View, None) => (),
        }
    }
}
