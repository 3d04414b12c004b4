//! *Options*: the mail account, what is done with new messages, and the Digital IDs (Outlook 98's
//! Security page).

use crate::client::error::Error;
use crate::client::settings::{NewMessages, Settings};
use crate::client::view::{KeysetView, Level, LostReason};
use crate::client::{Client, Unlock};
use crate::domain::names::KeysetName;
use crate::forms::draft::Draft;
use crate::forms::message::Message;
use crate::forms::words;
use crate::work::Watch;

use super::account::Account;
use super::keys::NOTHING_CHANGED;
use super::modal::{Answer, Modal};
use super::people::CertificateBox;
use super::{App, Body, WindowNumber};

/// The sheet.
pub struct Options {
    /// The page that is on.
    pub page: Page,
    /// What the person edits.
    pub edited: Draft<Edited>,
    /// The keysets, by name.
    pub keysets: Vec<KeysetView>,
    /// The selected keyset.
    pub selected: Option<KeysetName>,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
}

/// What the pages edit.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Edited {
    /// The mail account.
    pub account: Account,
    /// What is done to new messages.
    pub new_messages: NewMessages,
}

/// A page of the sheet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Page {
    /// Who the user is and where the server is.
    Account,
    /// Digital IDs, and what is done with new messages.
    Security,
}

impl Page {
    /// Every page with its title.
    pub const ALL: [(Self, &'static str); 2] = [
        (Self::Security, "Security"),
        (Self::Account, "Mail Account"),
    ];
}

/// What the person does in the sheet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OptionsAct {
    /// *Apply*.
    Apply,
    /// *Change Password*.
    ChangePassword,
    /// *Use This Keyset*.
    Choose,
    /// *Cancel*.
    Close,
    /// *Get a Digital ID*.
    GetDigitalId,
    /// *OK*.
    Ok,
    /// *Report Lost Key*.
    ReportLost,
    /// Another row of the list.
    Select(u64),
    /// *Import/Export Digital ID*.
    Transfer,
    /// Another page.
    Turn(Page),
    /// *View Certificates*.
    View,
}

/// Why a key is reported.
pub struct LostForm {
    /// The keyset.
    pub keyset: KeysetName,
    /// Why.
    pub reason: LostReason,
}

impl Edited {
    fn of(settings: &Settings) -> Self {
        Self {
            account: Account::of(settings),
            new_messages: settings.new_messages,
        }
    }
}

impl Options {
    /// The keyset that is selected.
    pub fn keyset(&self) -> Option<&KeysetView> {
        let selected = self.selected.as_ref()?;
        self.keysets.iter().find(|keyset| keyset.name == *selected)
    }

    /// Why a button can not be pressed now.
    pub fn refusal(&self, act: OptionsAct) -> Option<&'static str> {
        let keyset = self.keyset();
        match act {
            OptionsAct::ChangePassword => match keyset.map(|keyset| keyset.level) {
                Some(Level::High) => None,
                Some(Level::Low | Level::Medium) => {
                    Some("Only a keyset of the level High has a password.")
                }
                None => Some(NONE_SELECTED),
            },
            OptionsAct::Choose => match keyset.map(|keyset| keyset.is_chosen) {
                Some(true) => Some("This keyset is used already."),
                Some(false) => None,
                None => Some(NONE_SELECTED),
            },
            OptionsAct::ReportLost | OptionsAct::View if keyset.is_none() => Some(NONE_SELECTED),
            OptionsAct::Apply
            | OptionsAct::Close
            | OptionsAct::GetDigitalId
            | OptionsAct::Ok
            | OptionsAct::ReportLost
            | OptionsAct::Select(_)
            | OptionsAct::Transfer
            | OptionsAct::Turn(_)
            | OptionsAct::View => None,
        }
    }
}

const NONE_SELECTED: &str = "Select a keyset in the list first.";

/// The cells of a keyset's row: name, level, until when its certificates are good.
pub fn cells(keyset: &KeysetView) -> Vec<String> {
    let name = if keyset.is_chosen {
        format!("{} (in use)", keyset.name)
    } else {
        keyset.name.to_string()
    };
    let until = keyset
        .signing
        .iter()
        .chain(&keyset.encryption)
        .map(|certificate| certificate.not_after)
        .min();
    vec![
        name,
        keyset.level.title().to_owned(),
        until.map_or_else(|| "no certificate".to_owned(), words::local_day),
    ]
}

impl LostForm {
    pub(super) fn answer(self, app: &mut App, number: u64, answer: Answer) {
        match answer {
            Answer::Accept => {
                let (keyset, reason) = (self.keyset, self.reason);
                let name = keyset.clone();
                let report = move |client: &mut Client, unlock: Unlock<'_>| {
                    client.report_lost(&name, unlock, reason)
                };
                app.with_keys(Some(keyset), "to report a lost key", report, |app, sent| {
                    app.tell_sent(&sent, REPORTED);
                });
            }
            Answer::Cancel => app.tell(Message::information(NOTHING_CHANGED)),
            Answer::Other | Answer::Typed => app.put_back(number, Modal::Lost(self)),
        }
    }
}

const REPORTED: &str = "The report has been sent to the Key Management Server. When it has revoked the \
    certificates you are told so here.";

impl App {
    /// *Options*, on the Security page; an open sheet comes to the front.
    pub(super) fn open_options(&mut self) {
        self.windows
            .retain(|open| !matches!(open.body, Body::Options(_)));
        let read =
            |client: &mut Client, _: &Watch| Ok((client.keysets()?, client.settings().clone()));
        self.post(read, |app, read: Result<_, Error>| match read {
            Ok((keysets, settings)) => {
                let selected = settings.keyset.clone();
                app.open_window(Body::Options(Box::new(Options {
                    page: Page::Security,
                    edited: Draft::new(Edited::of(&settings)),
                    keysets,
                    selected,
                    problem: None,
                })));
            }
            Err(error) => app.tell(Message::of_client(&error)),
        });
    }

    pub(super) fn refresh_options(&mut self, keysets: Vec<KeysetView>, settings: &Settings) {
        let mut sheets = self
            .windows
            .iter_mut()
            .filter_map(|open| match &mut open.body {
                Body::Options(options) => Some(options),
                Body::Compose(_) | Body::People(_) | Body::Reading(_) => None,
            });
        if let Some(options) = sheets.next() {
            options.edited.refresh(Edited::of(settings));
            options.keysets = keysets;
            if options.selected.is_none() {
                options.selected.clone_from(&settings.keyset);
            }
        }
    }

    pub(super) fn options_act(&mut self, window: WindowNumber, act: OptionsAct) {
        let Some(Body::Options(options)) = self.body_mut(window) else {
            return;
        };
        let keyset = options.keyset().cloned();
        match act {
            OptionsAct::Apply => self.store_options(window, false),
            OptionsAct::ChangePassword => self.ask_change(keyset),
            OptionsAct::Choose => self.choose(keyset),
            OptionsAct::Close => self.drop_window(window),
            OptionsAct::GetDigitalId => self.get_digital_id(),
            OptionsAct::Ok => self.store_options(window, true),
            OptionsAct::ReportLost => {
                if let Some(keyset) = keyset {
                    self.push(Modal::Lost(LostForm {
                        keyset: keyset.name,
                        reason: LostReason::KeyCompromise,
                    }));
                }
            }
            OptionsAct::Select(row) => {
                let row = usize::try_from(row)
                    .ok()
                    .and_then(|row| options.keysets.get(row));
                options.selected = row.map(|keyset| keyset.name.clone());
            }
            OptionsAct::Transfer => self.ask_transfer(keyset),
            OptionsAct::Turn(page) => options.page = page,
            OptionsAct::View => {
                if let Some(keyset) = keyset {
                    self.push(Modal::Certificate(CertificateBox::of_keyset(&keyset)));
                }
            }
        }
    }

    fn choose(&mut self, keyset: Option<KeysetView>) {
        let Some(keyset) = keyset else {
            return;
        };
        let choose = move |client: &mut Client, _: &Watch| client.choose(&keyset.name);
        self.post(choose, |app, chosen| {
            app.tell_if_failed(chosen);
            app.refresh();
        });
    }

    fn store_options(&mut self, window: WindowNumber, closes: bool) {
        let Some(Body::Options(options)) = self.body_mut(window) else {
            return;
        };
        if !options.edited.is_dirty() {
            if closes {
                self.drop_window(window);
            }
            return;
        }
        let edited = options.edited.edited.clone();
        let store = move |client: &mut Client, _: &Watch| {
            let mut settings = client.settings().clone();
            if edited.account != Account::of(&settings) {
                edited.account.put_into(&mut settings)?;
            }
            settings.new_messages = edited.new_messages;
            let stored = client.set_settings(settings);
            stored.map_err(|error| Message::of_client(&error).text())
        };
        self.post(store, move |app, stored: Result<(), String>| {
            let Some(Body::Options(options)) = app.body_mut(window) else {
                return;
            };
            match stored {
                Ok(()) => {
                    options.edited.accept();
                    options.problem = None;
                    if closes {
                        app.drop_window(window);
                    }
                    app.refresh();
                }
                Err(problem) => {
                    options.page = Page::Account;
                    options.problem = Some(problem);
                }
            }
        });
    }
}
