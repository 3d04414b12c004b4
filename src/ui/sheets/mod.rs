//! The open property sheets.

mod audit;
mod ca;
mod mailbox;
mod passwords;
mod trust;

use egui::{Context, Ui, Vec2};

use crate::app::App;
use crate::app::command::Command;
use crate::app::sheet::{Body, Page, Sheet, SheetAct, SheetId};
use crate::face::{self, Footer, Icon, ListState};

use super::panes::Panes;

/// Size of sheets with forms.
const FORM: Vec2 = Vec2::new(720.0, 560.0);

/// Size of sheets with wide lists.
const LIST: Vec2 = Vec2::new(800.0, 540.0);

/// Paints the open sheets, the one in front last.
pub(super) fn sheets_ui(
    ctx: &Context,
    app: &mut App,
    panes: &mut Panes,
    commands: &mut Vec<Command>,
) {
    let can_forget = app
        .console()
        .is_some_and(|console| console.remembered.is_some());
    let Some(console) = app.console_mut() else {
        return;
    };
    let open: Vec<SheetId> = console.sheets.iter().map(|sheet| sheet.id).collect();
    for closed in panes.keep_sheets(&open) {
        face::sheet_is_gone(ctx, closed.0);
    }
    for sheet in &mut console.sheets {
        let id = sheet.id;
        let acts = sheet_ui(ctx, sheet, panes, can_forget);
        commands.extend(acts.into_iter().map(|act| Command::Sheet(id, act)));
    }
}

fn sheet_ui(
    ctx: &Context,
    sheet: &mut Sheet,
    lists: &mut Panes,
    can_forget: bool,
) -> Vec<SheetAct> {
    let (icon, size) = match &sheet.body {
        Body::Audit(_) => (Icon::Audit, LIST),
        Body::Ca(_) => (Icon::Authority, LIST),
        Body::Mailbox(mailbox) if mailbox.is_deleted => (Icon::DeletedMailbox, FORM),
        Body::Mailbox(_) => (Icon::Mailbox, FORM),
    };
    let pages = sheet.pages();
    let titles: Vec<&str> = pages.iter().map(|page| page.title()).collect();
    let mut selected = pages
        .iter()
        .position(|page| *page == sheet.page)
        .unwrap_or(0);
    let before = selected;
    let (id, dirty, title) = (sheet.id, sheet.is_dirty(), sheet.title.clone());
    let (mut acts, footer) = face::Sheet::new(id.0, &title, icon)
        .size(size)
        .dirty(dirty)
        .show(ctx, &titles, &mut selected, |ui, index| {
            let page = pages.get(index).copied().unwrap_or(sheet.page);
            page_ui(
                ui,
                sheet,
                page,
                lists.of_sheet(id, page.title()),
                can_forget,
            )
        });
    if selected != before {
        acts.extend(pages.get(selected).copied().map(SheetAct::Turn));
    }
    match footer {
        Footer::Apply => acts.push(SheetAct::Apply),
        Footer::Cancel => acts.push(SheetAct::Close),
        Footer::Idle => (),
        Footer::Ok => acts.push(SheetAct::Ok),
    }
    acts
}

fn page_ui(
    ui: &mut Ui,
    sheet: &mut Sheet,
    page: Page,
    list: &mut ListState,
    can_forget: bool,
) -> Vec<SheetAct> {
    let mut acts = Vec::new();
    match (&mut sheet.body, page) {
        (Body::Mailbox(mailbox), Page::Security) => {
            mailbox::security_page(ui, mailbox, list, can_forget, &mut acts);
        }
        (Body::Mailbox(mailbox), _) => mailbox::general_page(ui, mailbox),
        (Body::Ca(ca), Page::Administrators) => ca::administrators_page(ui, ca, list, &mut acts),
        (Body::Ca(ca), Page::Passwords) => passwords::passwords_page(ui, ca, &mut acts),
        (Body::Ca(ca), Page::Trust) => trust::trust_page(ui, ca, list, &mut acts),
        (Body::Ca(ca), _) => ca::general_page(ui, ca, &mut acts),
        (Body::Audit(audit), _) => audit::audit_page(ui, audit, list, &mut acts),
    }
    acts
}
