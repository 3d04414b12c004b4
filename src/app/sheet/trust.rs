//! The CA object's page Certificate Trust List: import (Q235464), untrust, view.

use std::path::Path;

use crate::desk::file::read_bounded;
use crate::desk::{FileKind, FileQuestion, Purpose};
use crate::engine::Engine;
use crate::engine::error::Error;
use crate::engine::trust::{ImportCertificates, Trusted, Untrust};
use crate::engine::views::{Certificate, Fate, JudgedCertificate};
use crate::work::Watch;

use crate::app::App;
use crate::app::files::{Failure, name_of};
use crate::app::km_server::KmServer;
use crate::app::message::Message;
use crate::app::modal::{Answer, Modal, Spot};
use crate::app::words;

use super::SheetId;

/// The largest file of certificates: several times all roots that any system trusts.
const MAX_CERTIFICATES_OCTETS: u64 = 16_000_000;

const CERTIFICATES: FileKind = FileKind {
    name: "Certificates (PEM, DER, PKCS #7)",
    endings: &["pem", "crt", "cer", "der", "p7b", "p7c"],
};

/// What is in a file of certificates.
pub struct TrustReview {
    /// The file's name.
    pub file: String,
    /// Each certificate with its verdict.
    pub judged: Vec<JudgedCertificate>,
}

/// A certificate to look at.
pub struct CertificateBox {
    /// Its properties: a label and its value each.
    pub lines: Vec<(&'static str, String)>,
}

impl CertificateBox {
    pub(super) fn of(certificate: &Certificate) -> Self {
        Self {
            lines: vec![
                ("Subject:", certificate.subject().to_owned()),
                ("Issuer:", certificate.issuer().to_owned()),
                ("Serial number:", certificate.serial_hex()),
                ("Valid from:", words::local(certificate.not_before())),
                ("Valid until:", words::local(certificate.not_after())),
                ("Key:", certificate.key_kind()),
                ("SHA-256 fingerprint:", certificate.fingerprint_hex()),
            ],
        }
    }

    pub(in crate::app) fn answer(self, app: &mut App, spot: Spot, answer: Answer) {
        match answer {
            Answer::Accept | Answer::Cancel => (), // it closes
            Answer::Copy(_)
            | Answer::Save
            | Answer::SaveKeys
            | Answer::Send
            | Answer::Suggest
            | Answer::Typed => {
                app.put_back(spot, Modal::Certificate(self));
            }
        }
    }
}

impl TrustReview {
    /// The rows of the list: subject, verdict; those that are refused come first.
    pub fn rows(&self) -> Vec<[String; 2]> {
        let row = |one: &JudgedCertificate| {
            let verdict = match &one.fate {
                Fate::Accepted => "Will be imported".to_owned(),
                Fate::Present => "Is in the list already".to_owned(),
                Fate::Refused(reasons) => format!("Refused: {}", reasons.join("; ")),
            };
            let unread = || format!("Certificate {} of the file", one.number);
            let subject = one
                .certificate
                .as_ref()
                .map(|read| read.subject().to_owned());
            [subject.unwrap_or_else(unread), verdict]
        };
        let is_refused = |one: &&JudgedCertificate| matches!(one.fate, Fate::Refused(_));
        let (refused, rest): (Vec<_>, Vec<_>) = self.judged.iter().partition(is_refused);
        refused.into_iter().chain(rest).map(row).collect()
    }

    /// How many there are of each kind, in words.
    pub fn counts(&self) -> String {
        let of = |is: fn(&Fate) -> bool| {
            u64::try_from(self.judged.iter().filter(|one| is(&one.fate)).count())
                .unwrap_or(u64::MAX)
        };
        let accepted = of(|fate| matches!(fate, Fate::Accepted));
        let present = of(|fate| matches!(fate, Fate::Present));
        let refused = of(|fate| matches!(fate, Fate::Refused(_)));
        let mut words = format!(
            "{} will be imported",
            words::count(accepted, "certificate", "certificates")
        );
        if 0 < present {
            let are = words::count(present, "is", "are");
            words = format!("{words}, {are} in the list already");
        }
        if 0 < refused {
            let are = words::count(refused, "is", "are");
            words = format!("{words}, {are} refused");
        }
        words.push('.');
        words
    }

    /// Why there is nothing to import.
    pub fn refusal(&self) -> Option<&'static str> {
        let is_accepted = |one: &JudgedCertificate| one.fate == Fate::Accepted;
        let none = !self.judged.iter().any(is_accepted);
        none.then_some("No certificate of the file can be imported.")
    }

    pub(in crate::app) fn answer(self, app: &mut App, spot: Spot, answer: Answer) {
        let owner = spot.owner;
        match answer {
            Answer::Accept if self.refusal().is_none() => {
                let Self { file, judged } = self;
                let accepted = judged.into_iter().filter(|one| one.fate == Fate::Accepted);
                let certificates = accepted.filter_map(|one| one.certificate).collect();
                let operation = ImportCertificates { file, certificates };
                app.ask(owner, operation, move |app, imported| {
                    let added = u64::try_from(imported.added).unwrap_or(u64::MAX);
                    let one = "certificate was imported.";
                    let words = words::count(added, one, "certificates were imported.");
                    app.tell(owner, Message::information(words));
                });
            }
            Answer::Cancel => app.tell(owner, Message::cancelled()),
            Answer::Accept
            | Answer::Copy(_)
            | Answer::Save
            | Answer::SaveKeys
            | Answer::Send
            | Answer::Suggest
            | Answer::Typed => {
                app.put_back(spot, Modal::TrustReview(self));
            }
        }
    }
}

/// The columns of the list.
pub const TRUST_COLUMNS: [(&str, f32); 6] = [
    ("Subject", 230.0),
    ("Valid until", 90.0),
    ("Imported", 130.0),
    ("Approved by", 130.0),
    ("File", 120.0),
    ("SHA-256 fingerprint", 260.0),
];

/// The cells of a row of the list.
pub fn trust_cells(trusted: &Trusted) -> [String; 6] {
    [
        trusted.certificate.subject().to_owned(),
        words::local_day(trusted.certificate.not_after()),
        words::local(trusted.imported_at),
        trusted.imported_by.clone(),
        trusted.file.clone(),
        trusted.certificate.fingerprint_hex(),
    ]
}

impl App {
    pub(super) fn loaded_trust(&mut self, id: SheetId, trusted: Result<Vec<Trusted>, Error>) {
        let Some(sheet) = self.ca_mut(id) else {
            return;
        };
        match trusted {
            Ok(trusted) => {
                let is_there = |place: &usize| *place < trusted.len();
                sheet.selected_trusted = sheet.selected_trusted.filter(is_there);
                sheet.trusted = trusted;
                sheet.trust_fault = None;
            }
            Err(error) => {
                sheet.selected_trusted = None;
                sheet.trusted.clear();
                sheet.trust_fault = Some(Message::of(&error));
            }
        }
    }

    pub(super) fn ask_import_certificates(&mut self, id: SheetId) {
        let question = FileQuestion {
            title: "Import Certificates",
            purpose: Purpose::Open,
            kind: CERTIFICATES,
        };
        self.ask_file(Some(id), question, move |app, chosen| {
            let Some(path) = chosen else {
                return;
            };
            let file = name_of(&path);
            let judge = move |server: &mut KmServer, _: &Watch| {
                Some(judge_file(server.engine.as_mut()?, &path))
            };
            let title = "Judging the certificates…";
            app.busy(Some(id), title, judge, move |app, judged| match judged {
                None => (),
                Some(Ok(judged)) => {
                    app.push(Some(id), Modal::TrustReview(TrustReview { file, judged }));
                }
                Some(Err(failure)) => app.tell(Some(id), failure.message(&file)),
            });
        });
    }

    pub(super) fn ask_untrust(&mut self, id: SheetId) {
        let Some(certificate) = self.selected_certificate(id) else {
            return;
        };
        let (subject, fingerprint) = (certificate.subject().to_owned(), certificate.fingerprint());
        let question =
            format!("Untrust {subject}? Users no longer trust messages signed under it.");
        self.confirm(Some(id), question, "Untrust", move |app| {
            app.ask(Some(id), Untrust { fingerprint }, move |app, ()| {
                app.tell(
                    Some(id),
                    Message::information(format!("{subject} is no longer trusted.")),
                );
            });
        });
    }

    pub(super) fn view_trusted(&mut self, id: SheetId) {
        if let Some(shown) = self.selected_certificate(id).map(CertificateBox::of) {
            self.push(Some(id), Modal::Certificate(shown));
        }
    }

    fn selected_certificate(&mut self, id: SheetId) -> Option<&Certificate> {
        let sheet = self.ca_mut(id)?;
        Some(&sheet.trusted.get(sheet.selected_trusted?)?.certificate)
    }
}

fn judge_file(engine: &mut Engine, path: &Path) -> Result<Vec<JudgedCertificate>, Failure> {
    Ok(engine.judge_certificates(&read_bounded(path, MAX_CERTIFICATES_OCTETS)?)?)
}
