//! Who the user is, where his mail lies, and where the KM server is.

use std::path::PathBuf;

use crate::client::Client;
use crate::client::settings::{Server, Settings};
use crate::desk::file::is_there;
use crate::domain::address::MailAddress;
use crate::domain::names::DisplayName;
use crate::forms::message::Message;
use crate::forms::words;
use crate::work::Watch;

use super::App;
use super::modal::{Answer, Modal};

/// The mail account, as it is typed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Account {
    /// The own name.
    pub name: String,
    /// The own address.
    pub address: String,
    /// The KM server: `http://…`, or the post office's folder.
    pub server: String,
    /// The post office's folder, where the server is reached over HTTP.
    pub post_office: String,
}

/// Asks for the mail account at the first start.
pub struct AccountForm {
    /// What is typed.
    pub account: Account,
    /// What is wrong with it.
    pub problem: Option<String>,
}

impl Account {
    /// As it is set.
    pub fn of(settings: &Settings) -> Self {
        let path = |path: &PathBuf| path.to_string_lossy().into_owned();
        let text = |text: Option<String>| text.unwrap_or_default();
        Self {
            name: text(settings.name.as_ref().map(ToString::to_string)),
            address: text(settings.address.as_ref().map(ToString::to_string)),
            server: text(settings.server.as_ref().map(|server| match server {
                Server::Http(url) => url.clone(),
                Server::PostOffice(folder) => path(folder),
            })),
            post_office: text(settings.post_office.as_ref().map(path)),
        }
    }

    /// Puts what is typed into the settings, or says what is wrong.
    pub fn put_into(&self, settings: &mut Settings) -> Result<(), String> {
        if self.name.trim().is_empty() {
            return Err("Type your name.".to_owned());
        }
        let name = DisplayName::parse(&self.name);
        settings.name = Some(name.map_err(|error| words::sentence(&error))?);
        if self.address.trim().is_empty() {
            return Err("Type your e-mail address.".to_owned());
        }
        let address = MailAddress::parse(&self.address);
        settings.address = Some(address.map_err(|error| format!("E-mail address: {error}."))?);
        let server = Server::parse(&self.server).ok_or(NO_SERVER)?;
        if let Server::PostOffice(folder) = &server
            && !is_there(folder)
        {
            return Err(format!(
                "There is no folder {}. {NO_SERVER}",
                folder.display()
            ));
        }
        let office = self.post_office.trim();
        settings.post_office = match &server {
            Server::PostOffice(folder) => Some(folder.clone()),
            Server::Http(_) if office.is_empty() => None,
            Server::Http(_) => Some(office.into()),
        };
        settings.server = Some(server);
        Ok(())
    }
}

const NO_SERVER: &str = "Type the address of the Key Management server, such as http://km.example.com:8080, \
    or the folder of the post office. Your administrator knows it.";

impl AccountForm {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            account: Account::of(settings),
            problem: None,
        }
    }

    pub(super) fn answer(mut self: Box<Self>, app: &mut App, number: u64, answer: Answer) {
        match answer {
            Answer::Accept => {
                let account = self.account.clone();
                app.store_account(account, move |app, stored| {
                    if let Err(problem) = stored {
                        self.problem = Some(problem);
                        app.push(Modal::Account(self));
                    }
                });
            }
            Answer::Cancel => (),
            Answer::Other | Answer::Typed => {
                self.problem = None;
                app.put_back(number, Modal::Account(self));
            }
        }
    }
}

impl App {
    /// Stores the mail account; `done` gets what is wrong with it, as a sentence.
    pub(super) fn store_account(
        &mut self,
        account: Account,
        done: impl FnOnce(&mut Self, Result<(), String>) + Send + 'static,
    ) {
        let store = move |client: &mut Client, _: &Watch| {
            let mut settings = client.settings().clone();
            account.put_into(&mut settings)?;
            client
                .set_settings(settings)
                .map_err(|error| Message::of_client(&error).text())
        };
        self.post(store, |app, stored| {
            done(app, stored);
            app.refresh();
        });
    }
}

/// The own name and address, as the caption shows them.
pub(super) fn owner(settings: &Settings) -> String {
    match (&settings.name, &settings.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (_, Some(address)) => address.to_string(),
        (_, None) => String::new(),
    }
}

/// Whether there is all that is needed to get a Digital ID and to send mail.
pub(super) fn is_complete(settings: &Settings) -> bool {
    settings.address.is_some() && settings.server.is_some()
}
