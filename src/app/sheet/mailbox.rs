//! A mailbox's property sheet: the General page and what the sheet holds.

use crate::domain::mailbox::{General, Mailbox, MailboxId};
use crate::engine::error::Error;
use crate::engine::views::Security;
use crate::work::Watch;

use crate::app::App;
use crate::app::km_server::KmServer;
use crate::app::message::Message;
use crate::forms::draft::Draft;

use super::general::{GeneralText, Problem};
use super::security::SecurityPage;
use super::{Body, Page, Sheet, SheetId, Then};

/// A mailbox's property sheet.
pub struct MailboxSheet {
    /// The mailbox; `None` while it is to be made.
    pub id: Option<MailboxId>,
    /// Whether it was deleted: then nothing of it can be changed.
    pub is_deleted: bool,
    /// The General page.
    pub general: Draft<GeneralText>,
    /// What is wrong with its fields.
    pub problems: Vec<Problem>,
    /// The Security page.
    pub security: SecurityPage,
}

impl App {
    pub(in crate::app) fn new_mailbox(&mut self) {
        let id = self.new_sheet_id();
        let body = MailboxSheet {
            id: None,
            is_deleted: false,
            general: Draft::new(GeneralText::default()),
            problems: Vec::new(),
            security: SecurityPage::default(),
        };
        self.show_sheet(Sheet {
            id,
            title: "New Mailbox".to_owned(),
            page: Page::MailboxGeneral,
            body: Body::Mailbox(Box::new(body)),
        });
    }

    pub(in crate::app) fn open_mailbox(&mut self, mailbox: MailboxId) {
        let is_it = |body: &Body| matches!(body, Body::Mailbox(sheet) if sheet.id == Some(mailbox));
        if self.find_sheet(is_it).is_some() {
            return;
        }
        let read =
            move |server: &mut KmServer, _: &Watch| Some(server.engine.as_mut()?.mailbox(mailbox));
        // Shown as work, so that a second click does not open a second sheet.
        self.busy(None, "Opening…", read, |app, found| match found {
            None => (),
            Some(Err(error)) => {
                app.tell(None, Message::of(&error));
                app.refresh();
            }
            Some(Ok(found)) => app.show_mailbox(&found),
        });
    }

    fn show_mailbox(&mut self, mailbox: &Mailbox) {
        let general = &mailbox.general;
        let known_server = self
            .console()
            .map_or_else(String::new, |console| console.names.server.to_string());
        let id = self.new_sheet_id();
        let body = MailboxSheet {
            id: Some(mailbox.id),
            is_deleted: mailbox.deleted_at.is_some(),
            general: Draft::new(GeneralText::from(general)),
            problems: Vec::new(),
            security: SecurityPage::of(known_server),
        };
        self.show_sheet(Sheet {
            id,
            title: format!("{} Properties", general.display_name),
            page: Page::MailboxGeneral,
            body: Body::Mailbox(Box::new(body)),
        });
    }

    pub(super) fn load_mailbox(&mut self, id: SheetId) {
        let Some(sheet) = self.mailbox_mut(id) else {
            return;
        };
        let Some(mailbox) = sheet.id else {
            return;
        };
        let is_opened = sheet.security.session.is_some();
        let read = move |server: &mut KmServer, _: &Watch| {
            let engine = server.engine.as_mut()?;
            let security = if is_opened {
                Some(engine.security(mailbox))
            } else {
                None
            };
            Some((engine.mailbox(mailbox), security.transpose()))
        };
        self.post(read, move |app, read| {
            if let Some((mailbox, security)) = read {
                app.loaded_mailbox(id, mailbox, security);
            }
        });
    }

    fn loaded_mailbox(
        &mut self,
        id: SheetId,
        mailbox: Result<Mailbox, Error>,
        security: Result<Option<Security>, Error>,
    ) {
        let Some(sheet) = self.mailbox_mut(id) else {
            return;
        };
        let mut problem = None;
        match mailbox {
            Ok(mailbox) => {
                sheet.is_deleted = mailbox.deleted_at.is_some(); // perhaps by another program
                sheet.general.refresh(GeneralText::from(&mailbox.general));
            }
            Err(error) => problem = Some(error),
        }
        match security {
            Ok(security) => sheet.security.facts = security,
            Err(error) => problem = Some(error),
        }
        if let Some(error) = problem {
            self.close_sheet(id); // what it shows is not there any more
            self.tell(None, Message::of(&error));
        }
    }

    pub(super) fn apply_general(&mut self, id: SheetId, then: Then) {
        let Some(sheet) = self.mailbox_mut(id) else {
            return;
        };
        let general = match General::try_from(&sheet.general.edited) {
            Ok(general) => general,
            Err(problems) => {
                sheet.problems = problems;
                if let Some(sheet) = self.sheet_mut(id) {
                    sheet.page = Page::MailboxGeneral;
                }
                return;
            }
        };
        sheet.problems.clear();
        let mailbox = sheet.id;
        let store = move |server: &mut KmServer, _: &Watch| {
            let engine = server.engine.as_mut()?;
            Some(match mailbox {
                Some(mailbox) => engine.change_mailbox(mailbox, &general).map(|()| mailbox),
                None => engine.new_mailbox(&general),
            })
        };
        // Shown as work: nothing is typed meanwhile, and a second OK does not store twice.
        self.busy(
            Some(id),
            "Saving…",
            store,
            move |app, stored| match stored {
                None => (),
                Some(Err(error)) => app.tell(Some(id), Message::of(&error)),
                Some(Ok(mailbox)) => app.stored_general(id, mailbox, then),
            },
        );
    }

    fn stored_general(&mut self, id: SheetId, mailbox: MailboxId, then: Then) {
        let known_server = self
            .console()
            .map_or_else(String::new, |console| console.names.server.to_string());
        if let Some(sheet) = self.sheet_mut(id)
            && let Body::Mailbox(body) = &mut sheet.body
        {
            body.general.accept();
            if body.id.is_none() {
                body.security = SecurityPage::of(known_server);
            }
            body.id = Some(mailbox);
            sheet.title = format!("{} Properties", body.general.edited.display_name.trim());
        }
        self.applied(id, then);
        self.refresh();
    }
}
