//! *Options*.

use egui::{Context, Ui, Vec2};

use crate::client::app::WindowNumber;
use crate::client::app::account::Account;
use crate::client::app::command::Command;
use crate::client::app::options::{Options, OptionsAct, Page, cells};
use crate::face::{self, Button, Column, Footer, Icon, List, ListState, Row, Sheet};

/// The size of the sheet, in points.
const SIZE: Vec2 = Vec2::new(600.0, 500.0);

/// Paints the sheet.
pub(super) fn options_ui(
    ctx: &Context,
    window: WindowNumber,
    options: &mut Options,
    list: &mut ListState,
    commands: &mut Vec<Command>,
) {
    let titles = Page::ALL.map(|(_page, title)| title);
    let place = Page::ALL.iter().position(|(page, _)| *page == options.page);
    let mut selected = place.unwrap_or_default();
    let before = selected;
    let dirty = options.edited.is_dirty();
    let (mut acts, footer) = Sheet::new(window, "Options", Icon::Options)
        .size(SIZE)
        .dirty(dirty)
        .show(ctx, &titles, &mut selected, |ui, place| {
            match Page::ALL.get(place).map(|(page, _)| *page) {
                Some(Page::Account) => account_page(ui, options),
                Some(Page::Security) | None => security_page(ui, options, list),
            }
        });
    if selected != before {
        let page = Page::ALL.get(selected).map(|(page, _)| *page);
        acts.extend(page.map(OptionsAct::Turn));
    }
    match footer {
        Footer::Apply => acts.push(OptionsAct::Apply),
        Footer::Cancel => acts.push(OptionsAct::Close),
        Footer::Idle => (),
        Footer::Ok => acts.push(OptionsAct::Ok),
    }
    let acts = acts.into_iter();
    commands.extend(acts.map(|act| Command::OptionsAct(window, act)));
}

fn account_page(ui: &mut Ui, options: &mut Options) -> Vec<OptionsAct> {
    account_fields(ui, &mut options.edited.edited.account);
    if let Some(problem) = &options.problem {
        face::error(ui, problem);
    }
    Vec::new()
}

/// The fields of the mail account.
pub(super) fn account_fields(ui: &mut Ui, account: &mut Account) {
    face::form(ui, &["Key Management server:"], |form| {
        form.text("Your name:", &mut account.name);
        form.text("E-mail address:", &mut account.address);
        form.text("Key Management server:", &mut account.server);
        form.note("Its address (http://…), or the folder of the post office.");
        form.text("Post office:", &mut account.post_office);
        form.note(
            "Only where the server has an http address: the folder of everybody's mail, or nothing.",
        );
    });
}

fn security_page(ui: &mut Ui, options: &mut Options, list: &mut ListState) -> Vec<OptionsAct> {
    let mut acts = Vec::new();
    face::group(ui, "Secure e-mail", |ui| {
        let new = &mut options.edited.edited.new_messages;
        face::check_box(
            ui,
            "Encrypt contents and attachments for outgoing messages",
            &mut new.encrypt,
            None,
        );
        face::check_box(
            ui,
            "Add digital signature to outgoing messages",
            &mut new.sign,
            None,
        );
    });
    face::gap(ui);
    face::group(ui, "Digital IDs (certificates)", |ui| {
        ui.horizontal_wrapped(|ui| {
            let mut button = |title: &str, icon: Option<Icon>, act: OptionsAct| {
                let button = Button::new(title).refused(options.refusal(act));
                let button = match icon {
                    Some(icon) => button.icon(icon),
                    None => button,
                };
                if button.show(ui).yes() {
                    acts.push(act);
                }
            };
            button(
                "Get a Digital ID…",
                Some(Icon::DigitalId),
                OptionsAct::GetDigitalId,
            );
            button(
                "Import/Export Digital ID…",
                Some(Icon::Export),
                OptionsAct::Transfer,
            );
            button(
                "View Certificates…",
                Some(Icon::Certificate),
                OptionsAct::View,
            );
            button(
                "Change Password…",
                Some(Icon::Lock),
                OptionsAct::ChangePassword,
            );
            button("Use This Keyset", Some(Icon::Approved), OptionsAct::Choose);
            button(
                "Report Lost Key…",
                Some(Icon::Warning),
                OptionsAct::ReportLost,
            );
        });
        face::gap(ui);
        keysets(ui, options, list, &mut acts);
    });
    if let Some(problem) = &options.problem {
        face::error(ui, problem);
    }
    acts
}

fn keysets(ui: &mut Ui, options: &Options, list: &mut ListState, acts: &mut Vec<OptionsAct>) {
    let columns = [
        Column::new("Keyset", 250.0),
        Column::new("Security level", 120.0),
        Column::new("Good until", 130.0),
    ];
    let total = u64::try_from(options.keysets.len()).unwrap_or(u64::MAX);
    let selected = options.selected.as_ref();
    let place = options
        .keysets
        .iter()
        .position(|keyset| Some(&keyset.name) == selected);
    list.selected = place.and_then(|place| u64::try_from(place).ok());
    let events = List::new("Keysets", total, &columns)
        .empty("You have no Digital ID yet. Choose Get a Digital ID.")
        .show(ui, list, |row| {
            let keyset = options.keysets.get(usize::try_from(row).ok()?)?;
            Some(Row {
                icon: Some(Icon::DigitalId),
                cells: cells(keyset),
                ..Row::default()
            })
        });
    acts.extend(events.selected.map(OptionsAct::Select));
    acts.extend(events.opened.map(|_row| OptionsAct::View));
}
