//! The CA object's property sheet: opening it, its General page, and the acts of all pages.

use crate::desk::file::write_public;
use crate::desk::{FileKind, FileQuestion, Purpose};
use crate::domain::guard::Numbers;
use crate::engine::error::Error;
use crate::engine::trust::Trusted;
use crate::engine::views::{Administrator, Certificate};
use crate::work::Watch;

use crate::app::App;
use crate::app::files::name_of;
use crate::app::km_server::{KmServer, SessionView};
use crate::app::message::Message;
use crate::app::modal::Modal;
use crate::app::words;
use crate::forms::draft::Draft;

use super::trust::CertificateBox;
use super::{Body, Page, Sheet, SheetId};

/// The CA object's property sheet.
pub struct CaSheet {
    /// The session it was opened under.
    pub session: SessionView,
    /// The CA's own certificate.
    pub certificate: Option<Certificate>,
    /// The administrators.
    pub administrators: Vec<Administrator>,
    /// The selected administrator.
    pub selected_administrator: Option<usize>,
    /// The numbers of the Passwords page.
    pub numbers: Option<Draft<Numbers>>,
    /// The Certificate Trust List.
    pub trusted: Vec<Trusted>,
    /// Why the list is not used.
    pub trust_fault: Option<Message>,
    /// The selected certificate of the list.
    pub selected_trusted: Option<usize>,
}

/// What the person does in the CA object.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CaAct {
    /// *Add*.
    AddAdministrator,
    /// *Change My KM Server Password*.
    ChangePassword,
    /// *Export* of the CA's certificate.
    ExportCertificate,
    /// *Import*.
    ImportCertificates,
    /// *Raise*: *administer* asks for as many as the highest other row.
    RaiseAdminister,
    /// *Remove*.
    RemoveAdministrator,
    /// Selects an administrator.
    SelectAdministrator(usize),
    /// Selects a certificate of the list.
    SelectTrusted(usize),
    /// *Share Anew*.
    ShareAnew,
    /// *Untrust*.
    Untrust,
    /// *View Certificate*.
    ViewCertificate,
    /// *View* of the selected certificate.
    ViewTrusted,
}

const CERTIFICATE: FileKind = FileKind {
    name: "Certificate (DER)",
    endings: &["cer", "crt", "der"],
};

impl CaSheet {
    /// The properties of the General page: a label and its value each.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let Some(certificate) = &self.certificate else {
            return Vec::new();
        };
        vec![
            ("Subject:", certificate.subject().to_owned()),
            ("Key:", certificate.key_kind()),
            ("Valid from:", words::local(certificate.not_before())),
            ("Valid until:", words::local(certificate.not_after())),
            ("SHA-256 fingerprint:", certificate.fingerprint_hex()),
        ]
    }
}

impl App {
    pub(in crate::app) fn open_ca(&mut self) {
        if self
            .find_sheet(|body| matches!(body, Body::Ca(_)))
            .is_some()
        {
            return;
        }
        let id = self.new_sheet_id();
        self.ask_session(id, None, "Open CA", move |app, session| {
            let body = CaSheet {
                session,
                certificate: None,
                administrators: Vec::new(),
                selected_administrator: None,
                numbers: None,
                trusted: Vec::new(),
                trust_fault: None,
                selected_trusted: None,
            };
            app.show_sheet(Sheet {
                id,
                title: "CA Properties".to_owned(),
                page: Page::CaGeneral,
                body: Body::Ca(Box::new(body)),
            });
        });
    }

    pub(super) fn load_ca(&mut self, id: SheetId) {
        let read = |server: &mut KmServer, _: &Watch| {
            let engine = server.engine.as_mut()?;
            let mut rest = || {
                Ok((
                    engine.ca_certificate()?,
                    engine.administrators()?,
                    engine.numbers()?,
                ))
            };
            let (rest, trusted): (Result<_, Error>, _) = (rest(), engine.trust_list());
            Some((rest, trusted))
        };
        self.post(read, move |app, read| {
            let Some((rest, trusted)) = read else {
                return;
            };
            match rest {
                Ok((certificate, administrators, numbers)) => {
                    app.loaded_ca(id, certificate, administrators, numbers);
                }
                Err(error) => app.tell(Some(id), Message::of(&error)),
            }
            app.loaded_trust(id, trusted);
        });
    }

    fn loaded_ca(
        &mut self,
        id: SheetId,
        certificate: Certificate,
        administrators: Vec<Administrator>,
        numbers: Numbers,
    ) {
        let Some(sheet) = self.ca_mut(id) else {
            return;
        };
        sheet.certificate = Some(certificate);
        let is_there = |place: &usize| *place < administrators.len();
        sheet.selected_administrator = sheet.selected_administrator.filter(is_there);
        sheet.administrators = administrators;
        match &mut sheet.numbers {
            Some(draft) => draft.refresh(numbers),
            empty @ None => *empty = Some(Draft::new(numbers)),
        }
    }

    pub(super) fn ca_act(&mut self, id: SheetId, act: CaAct) {
        match act {
            CaAct::AddAdministrator => self.ask_new_administrator(id),
            CaAct::ChangePassword => self.ask_new_password(id),
            CaAct::ExportCertificate => self.export_certificate(id),
            CaAct::ImportCertificates => self.ask_import_certificates(id),
            CaAct::RaiseAdminister => self.raise_administer(id),
            CaAct::RemoveAdministrator => self.ask_remove_administrator(id),
            CaAct::SelectAdministrator(place) => {
                if let Some(sheet) = self.ca_mut(id) {
                    sheet.selected_administrator = Some(place);
                }
            }
            CaAct::SelectTrusted(place) => {
                if let Some(sheet) = self.ca_mut(id) {
                    sheet.selected_trusted = Some(place);
                }
            }
            CaAct::ShareAnew => self.ask_share_anew(id),
            CaAct::Untrust => self.ask_untrust(id),
            CaAct::ViewCertificate => self.view_own_certificate(id),
            CaAct::ViewTrusted => self.view_trusted(id),
        }
    }

    fn view_own_certificate(&mut self, id: SheetId) {
        let shown = self
            .ca_mut(id)
            .and_then(|sheet| sheet.certificate.as_ref())
            .map(CertificateBox::of);
        if let Some(shown) = shown {
            self.push(Some(id), Modal::Certificate(shown));
        }
    }

    fn export_certificate(&mut self, id: SheetId) {
        let certificate = self.ca_mut(id).and_then(|sheet| sheet.certificate.as_ref());
        let Some(der) = certificate.map(|certificate| certificate.der().to_vec()) else {
            return;
        };
        let question = FileQuestion {
            title: "Export CA Certificate",
            purpose: Purpose::Save("ca.cer".to_owned()),
            kind: CERTIFICATE,
        };
        self.ask_file(Some(id), question, move |app, chosen| {
            let Some(path) = chosen else {
                return;
            };
            let name = name_of(&path);
            let message = match write_public(&path, &der) {
                Ok(()) => {
                    Message::information(format!("The CA's certificate was saved to {name}."))
                }
                Err(error) => Message::of_file(&error, &name),
            };
            app.tell(Some(id), message);
        });
    }
}
