//! Property sheets: the open ones, their pages, and OK, Cancel and Apply.

pub mod administrators;
pub mod audit;
pub mod ca;
pub mod general;
pub mod mailbox;
pub mod security;
pub mod trust;

use std::ops::Range;

use crate::domain::guard::Guard;
use crate::domain::time::UnixTime;
use crate::engine::session::IDLE_SECS;
use crate::work::Watch;

use super::App;
use super::console::Console;
use super::km_server::{KmServer, SessionView};
use super::message::Message;
use super::modal::Modal;

use audit::AuditSheet;
use ca::CaSheet;
use mailbox::MailboxSheet;

/// A sheet's number, never used again.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct SheetId(pub u64);

/// An open property sheet.
pub struct Sheet {
    /// Its number.
    pub id: SheetId,
    /// Its caption.
    pub title: String,
    /// The page in front.
    pub page: Page,
    /// What it is about.
    pub body: Body,
}

/// What a sheet is about.
pub enum Body {
    /// The audit log.
    Audit(AuditSheet),
    /// The certification authority.
    Ca(Box<CaSheet>),
    /// A mailbox, or one that is to be made.
    Mailbox(Box<MailboxSheet>),
}

/// A page of a sheet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Page {
    /// *General* of a mailbox.
    MailboxGeneral,
    /// *Security* of a mailbox.
    Security,
    /// *General* of CA.
    CaGeneral,
    /// *Administrators*.
    Administrators,
    /// *Passwords*.
    Passwords,
    /// *Certificate Trust List*.
    Trust,
    /// The audit log.
    Audit,
}

impl Page {
    /// The title on its tab.
    pub const fn title(self) -> &'static str {
        match self {
            Self::MailboxGeneral | Self::CaGeneral | Self::Audit => "General",
            Self::Security => "Security",
            Self::Administrators => "Administrators",
            Self::Passwords => "Passwords",
            Self::Trust => "Certificate Trust List",
        }
    }
}

/// What the person does in a sheet.
#[derive(Debug)]
pub enum SheetAct {
    /// *Apply*.
    Apply,
    /// Cancel, Esc, or the caption's button.
    Close,
    /// Brings it to the front.
    Front,
    /// *OK*.
    Ok,
    /// Turns to a page.
    Turn(Page),
    /// On a mailbox's Security page.
    Security(security::SecurityButton),
    /// In the CA object.
    Ca(ca::CaAct),
    /// A number on the Passwords page.
    Number(Guard, u8),
    /// On the audit page.
    Audit(audit::AuditAct),
    /// The rows of the audit list that are on screen.
    AuditRows(Range<u64>),
}

impl Sheet {
    /// The pages it has.
    pub fn pages(&self) -> &'static [Page] {
        match &self.body {
            Body::Audit(_) => &[Page::Audit],
            Body::Ca(_) => &[
                Page::CaGeneral,
                Page::Administrators,
                Page::Passwords,
                Page::Trust,
            ],
            Body::Mailbox(mailbox) if mailbox.id.is_none() => &[Page::MailboxGeneral],
            Body::Mailbox(_) => &[Page::MailboxGeneral, Page::Security],
        }
    }

    /// Whether there is anything to apply.
    pub fn is_dirty(&self) -> bool {
        match &self.body {
            Body::Audit(_) => false,
            Body::Ca(ca) => ca
                .numbers
                .as_ref()
                .is_some_and(crate::forms::draft::Draft::is_dirty),
            Body::Mailbox(mailbox) => mailbox.id.is_none() || mailbox.general.is_dirty(),
        }
    }

    /// Whether anything in it can be changed, so that it has OK and Apply beside Close.
    pub fn is_editable(&self) -> bool {
        match &self.body {
            Body::Audit(_) => false,
            Body::Ca(_) => true,
            Body::Mailbox(mailbox) => !mailbox.is_deleted,
        }
    }

    fn session(&self) -> Option<&SessionView> {
        match &self.body {
            Body::Audit(_) => None,
            Body::Ca(ca) => Some(&ca.session),
            Body::Mailbox(mailbox) => mailbox.security.session.as_ref(),
        }
    }
}

impl Console {
    /// The Security pages whose session `is_over` ask for a password again.
    pub(super) fn lock_pages(&mut self, is_over: impl Fn(&SessionView) -> bool) {
        for sheet in &mut self.sheets {
            if let Body::Mailbox(mailbox) = &mut sheet.body
                && mailbox.security.session.as_ref().is_some_and(&is_over)
            {
                mailbox.security.lock();
            }
        }
    }
}

/// What becomes of a sheet after its changes are applied.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Then {
    Close,
    Stay,
}

impl App {
    pub(super) fn sheet_act(&mut self, id: SheetId, act: SheetAct) {
        match act {
            SheetAct::Apply => self.apply(id, Then::Stay),
            SheetAct::Close => self.close_sheet(id),
            SheetAct::Front => self.bring_to_front(id),
            SheetAct::Ok => self.apply(id, Then::Close),
            SheetAct::Turn(page) => self.turn(id, page),
            SheetAct::Security(button) => self.security_button(id, button),
            SheetAct::Ca(act) => self.ca_act(id, act),
            SheetAct::Number(guard, number) => self.set_number(id, guard, number),
            SheetAct::Audit(act) => self.audit_act(id, act),
            SheetAct::AuditRows(rows) => self.show_audit(id, &rows),
        }
    }

    /// A number for a sheet that is about to open.
    pub(super) fn new_sheet_id(&mut self) -> SheetId {
        self.last_sheet = self.last_sheet.wrapping_add(1);
        SheetId(self.last_sheet)
    }

    /// Shows a sheet in front of the others.
    pub(super) fn show_sheet(&mut self, sheet: Sheet) {
        let id = sheet.id;
        self.with_console(|console| console.sheets.push(sheet));
        self.load(id);
    }

    /// The open sheet that `is_it` knows, brought to the front.
    pub(super) fn find_sheet(&mut self, is_it: impl Fn(&Body) -> bool) -> Option<SheetId> {
        let found = self
            .console()?
            .sheets
            .iter()
            .find(|sheet| is_it(&sheet.body))?
            .id;
        self.bring_to_front(found);
        Some(found)
    }

    pub(super) fn sheet_mut(&mut self, id: SheetId) -> Option<&mut Sheet> {
        self.console_mut()?.sheet_mut(id)
    }

    pub(super) fn mailbox_mut(&mut self, id: SheetId) -> Option<&mut MailboxSheet> {
        match &mut self.sheet_mut(id)?.body {
            Body::Mailbox(mailbox) => Some(mailbox),
            Body::Audit(_) | Body::Ca(_) => None,
        }
    }

    pub(super) fn ca_mut(&mut self, id: SheetId) -> Option<&mut CaSheet> {
        match &mut self.sheet_mut(id)?.body {
            Body::Ca(ca) => Some(ca),
            Body::Audit(_) | Body::Mailbox(_) => None,
        }
    }

    fn bring_to_front(&mut self, id: SheetId) {
        let Some(console) = self.console_mut() else {
            return;
        };
        if let Some(place) = console.sheets.iter().position(|sheet| sheet.id == id) {
            let sheet = console.sheets.remove(place);
            console.sheets.push(sheet);
        }
    }

    /// Closes a sheet. What waits for a password in it is cancelled, and its session ends.
    pub fn close_sheet(&mut self, id: SheetId) {
        self.with_console(|console| console.sheets.retain(|sheet| sheet.id != id));
        self.cancel_dialogs(|layer| layer.owner == Some(id));
        self.post(
            move |server: &mut KmServer, _: &Watch| drop(server.sessions.remove(&id)),
            |_app, ()| (),
        );
    }

    /// Reads again what a sheet shows.
    pub(super) fn load(&mut self, id: SheetId) {
        let Some(sheet) = self.sheet_mut(id) else {
            return;
        };
        match &mut sheet.body {
            Body::Audit(audit) => audit.refresh(),
            Body::Ca(_) => self.load_ca(id),
            Body::Mailbox(_) => self.load_mailbox(id),
        }
    }

    fn apply(&mut self, id: SheetId, then: Then) {
        let Some(sheet) = self.sheet_mut(id) else {
            return;
        };
        if !sheet.is_dirty() {
            if then == Then::Close {
                self.close_sheet(id);
            }
            return;
        }
        match &sheet.body {
            Body::Audit(_) => (),
            Body::Ca(_) => self.apply_numbers(id, then),
            Body::Mailbox(_) => self.apply_general(id, then),
        }
    }

    /// What was edited is stored now.
    fn applied(&mut self, id: SheetId, then: Then) {
        if then == Then::Close {
            self.close_sheet(id);
        }
    }

    fn turn(&mut self, id: SheetId, page: Page) {
        if let Some(sheet) = self.sheet_mut(id) {
            sheet.page = page;
        }
        if page == Page::Security {
            self.turn_to_security(id);
        }
    }

    /// An act was done in a sheet. In the CA object every act asks for its own passwords, so that
    /// the session, which only opened it, goes on by any of them.
    pub(super) fn note_act(&mut self, id: SheetId) {
        let now = self.now();
        if let Some(sheet) = self.ca_mut(id) {
            sheet.session.ends = now.plus_secs(IDLE_SECS);
        }
    }

    /// A session goes on.
    pub(super) fn note_session(&mut self, id: SheetId, session: SessionView) {
        match self.sheet_mut(id).map(|sheet| &mut sheet.body) {
            Some(Body::Ca(ca)) => ca.session = session,
            Some(Body::Mailbox(mailbox)) => mailbox.security.session = Some(session),
            Some(Body::Audit(_)) | None => (),
        }
    }

    /// Closes what was opened under sessions that are over now.
    pub(super) fn end_sessions(&mut self, now: UnixTime) {
        let Some(console) = self.console_mut() else {
            return;
        };
        let is_over =
            |session: &SessionView| session.remembered_until.unwrap_or(session.ends) <= now;
        if console.remembered.as_ref().is_some_and(is_over) {
            console.remembered = None;
        }
        let is_remembered_over =
            |session: &SessionView| session.remembered_until.is_some_and(|until| until <= now);
        console.lock_pages(is_remembered_over);
        let is_working = |id: SheetId| {
            let mut layers = self.modals.iter();
            layers.any(|layer| layer.owner == Some(id) && matches!(layer.modal, Modal::Busy(_)))
        };
        let has_ended = |sheet: &&Sheet| {
            sheet.session().is_some_and(|session| session.ends <= now) && !is_working(sheet.id)
        };
        let over = self
            .console()
            .into_iter()
            .flat_map(|console| &console.sheets);
        let over: Vec<SheetId> = over.filter(has_ended).map(|sheet| sheet.id).collect();
        for id in over {
            self.close_sheet(id);
            let what = "The sheet was closed, because nothing was done in it for 15 minutes.";
            self.tell(None, Message::information(what));
        }
    }
}
