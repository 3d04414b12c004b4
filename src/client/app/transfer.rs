//! *Change Password*, and *Import/Export Digital ID* (Q182356).

use std::path::PathBuf;

use crate::client::error::Error;
use crate::client::view::{KeysetView, Level};
use crate::client::{Client, Unlock};
use crate::desk::{FileKind, FileQuestion, Purpose};
use crate::domain::names::KeysetName;
use crate::domain::secret::Password;
use crate::forms::chosen::ChosenPassword;
use crate::forms::message::Message;
use crate::forms::typed::Typed;
use crate::forms::words;
use crate::work::Watch;

use super::App;
use super::digital_id::Kept;
use super::files::name_of;
use super::keys::NOTHING_CHANGED;
use super::modal::{Answer, Modal};

/// A keyset's new password.
pub struct ChangeForm {
    /// The keyset.
    pub keyset: KeysetName,
    /// The password that holds now.
    pub current: Typed,
    /// The new one.
    pub chosen: ChosenPassword,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
}

/// *Import/Export Digital ID*: which of them.
pub struct TransferForm {
    /// The keyset that would be exported.
    pub keyset: Option<KeysetName>,
    /// Whether it is exported; else one is imported.
    pub exports: bool,
}

/// Writes a Digital ID into a file.
pub struct ExportForm {
    /// The keyset.
    pub keyset: KeysetName,
    /// The file.
    pub path: PathBuf,
    /// The file's password.
    pub chosen: ChosenPassword,
    /// *Delete Digital ID from system*.
    pub deletes: bool,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
}

/// Reads a Digital ID from a file.
pub struct ImportForm {
    /// The file.
    pub path: PathBuf,
    /// The file's password.
    pub password: Typed,
    /// The name of the new keyset.
    pub keyset: String,
    /// Its level.
    pub level: Level,
    /// Its password, for High.
    pub chosen: ChosenPassword,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
}

impl ChangeForm {
    pub(super) fn answer(mut self: Box<Self>, app: &mut App, number: u64, answer: Answer) {
        match answer {
            Answer::Accept => self.change(app),
            Answer::Cancel => app.tell(Message::information(NOTHING_CHANGED)),
            Answer::Other => app.suggest(number, Modal::Change(self)),
            Answer::Typed => {
                self.problem = None;
                self.chosen.judge(&[self.keyset.as_str()]);
                app.put_back(number, Modal::Change(self));
            }
        }
    }

    fn change(mut self: Box<Self>, app: &mut App) {
        let current = self
            .current
            .parse()
            .map_err(|error| words::sentence(&error));
        let (current, new) = match (current, self.chosen.parse()) {
            (Ok(current), Ok(new)) => (current, new),
            (Err(problem), _) | (_, Err(problem)) => {
                self.problem = Some(problem);
                app.push(Modal::Change(self));
                return;
            }
        };
        let change = move |client: &mut Client, _: &Watch| {
            let changed = client.change_password(&self.keyset, &current, &new);
            (self, changed)
        };
        app.busy(
            "Changing the password…",
            change,
            |app, (mut form, changed)| match changed {
                Ok(()) => app.tell(Message::information(
                    "The password of the keyset was changed.",
                )),
                Err(error) => {
                    form.problem = Some(Message::of_client(&error).text());
                    form.current = Typed::default();
                    app.push(Modal::Change(form));
                }
            },
        );
    }
}

impl TransferForm {
    pub(super) fn answer(self, app: &mut App, number: u64, answer: Answer) {
        match (answer, &self.keyset) {
            (Answer::Accept, Some(keyset)) if self.exports => app.ask_export(keyset.clone()),
            (Answer::Accept, _) => app.ask_import(),
            (Answer::Cancel, _) => (),
            (Answer::Other | Answer::Typed, _) => app.put_back(number, Modal::Transfer(self)),
        }
    }
}

impl ExportForm {
    pub(super) fn answer(mut self: Box<Self>, app: &mut App, number: u64, answer: Answer) {
        match answer {
            Answer::Accept => self.export(app),
            Answer::Cancel => app.tell(Message::information(NOTHING_CHANGED)),
            Answer::Other => app.suggest(number, Modal::Export(self)),
            Answer::Typed => {
                self.problem = None;
                self.chosen.judge(&[]);
                app.put_back(number, Modal::Export(self));
            }
        }
    }

    fn export(mut self: Box<Self>, app: &mut App) {
        let password = match self.chosen.parse() {
            Ok(password) => password,
            Err(problem) => {
                self.problem = Some(problem);
                app.push(Modal::Export(self));
                return;
            }
        };
        let name = name_of(&self.path);
        let Self {
            keyset,
            path,
            deletes,
            ..
        } = *self;
        let exported = keyset.clone();
        let export = move |client: &mut Client, unlock: Unlock<'_>| {
            client.export(&exported, unlock, &path, &password)?;
            if deletes {
                client.delete_keyset(&exported, unlock)?;
            }
            Ok(())
        };
        app.with_keys(Some(keyset), "to export the Digital ID", export, move |app, ()| {
            let deleted = if deletes {
                " It was deleted from this computer."
            } else {
                ""
            };
            app.tell(Message::information(format!(
                "The Digital ID was written into the file {name}. Whoever has the file and its password \
                 can read your mail and sign in your name.{deleted}"
            )));
            app.refresh();
        });
    }
}

impl ImportForm {
    pub(super) fn answer(mut self: Box<Self>, app: &mut App, number: u64, answer: Answer) {
        match answer {
            Answer::Accept => self.import(app),
            Answer::Cancel => app.tell(Message::information(NOTHING_CHANGED)),
            Answer::Other => app.suggest(number, Modal::Import(self)),
            Answer::Typed => {
                self.problem = None;
                self.chosen.judge(&[&self.keyset]);
                app.put_back(number, Modal::Import(self));
            }
        }
    }

    fn import(mut self: Box<Self>, app: &mut App) {
        let (password, keyset, kept) = match self.parse() {
            Ok(parsed) => parsed,
            Err(problem) => {
                self.problem = Some(problem);
                app.push(Modal::Import(self));
                return;
            }
        };
        let import = move |client: &mut Client, _: &Watch| {
            let imported = client.import(&self.path, &password, &keyset, kept.protection());
            (self, imported)
        };
        app.busy(
            "Reading the Digital ID…",
            import,
            |app, (mut form, imported)| match imported {
                Ok(keyset) => {
                    app.tell(Message::information(format!(
                        "The Digital ID was read into the keyset {}.",
                        keyset.name
                    )));
                    app.refresh();
                }
                Err(error) => {
                    if matches!(error, Error::WrongPassword) {
                        form.password = Typed::default();
                    }
                    form.problem = Some(Message::of_client(&error).text());
                    app.push(Modal::Import(form));
                }
            },
        );
    }

    fn parse(&self) -> Result<(Password, KeysetName, Kept), String> {
        let password = self
            .password
            .parse()
            .map_err(|error| words::sentence(&error))?;
        let keyset = KeysetName::parse(&self.keyset).map_err(|error| words::sentence(&error))?;
        let kept = Kept::of(self.level, &self.chosen)?;
        Ok((password, keyset, kept))
    }
}

impl App {
    pub(super) fn ask_change(&mut self, keyset: Option<KeysetView>) {
        if let Some(keyset) = keyset {
            self.push(Modal::Change(Box::new(ChangeForm {
                keyset: keyset.name,
                current: Typed::default(),
                chosen: ChosenPassword::default(),
                problem: None,
            })));
        }
    }

    pub(super) fn ask_transfer(&mut self, keyset: Option<KeysetView>) {
        let keyset = keyset.map(|keyset| keyset.name);
        self.push(Modal::Transfer(TransferForm {
            exports: keyset.is_some(),
            keyset,
        }));
    }

    fn ask_export(&mut self, keyset: KeysetName) {
        let question = FileQuestion {
            title: "Export Digital ID",
            purpose: Purpose::Save(format!("{keyset}.p12")),
            kind: DIGITAL_ID_FILE,
        };
        self.ask_file(question, move |app, path| {
            app.push(Modal::Export(Box::new(ExportForm {
                keyset,
                path,
                chosen: ChosenPassword::default(),
                deletes: false,
                problem: None,
            })));
        });
    }

    /// *Import Digital ID*: which file.
    pub(super) fn ask_import(&mut self) {
        let question = FileQuestion {
            title: "Import Digital ID",
            purpose: Purpose::Open,
            kind: DIGITAL_ID_FILE,
        };
        self.ask_file(question, move |app, path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            app.push(Modal::Import(Box::new(ImportForm {
                keyset: name.into_owned(),
                path,
                password: Typed::default(),
                level: Level::High,
                chosen: ChosenPassword::default(),
                problem: None,
            })));
        });
    }

    /// Puts a passphrase into the password fields of a dialog, which stays.
    pub(super) fn suggest(&mut self, number: u64, modal: Modal) {
        self.put_back(number, modal);
        let suggest = |client: &mut Client, _: &Watch| client.suggest_password();
        self.post(suggest, |app, suggestion| {
            let chosen = match app.modals.last_mut().map(|layer| &mut layer.modal) {
                Some(Modal::Change(form)) => &mut form.chosen,
                Some(Modal::Export(form)) => &mut form.chosen,
                Some(Modal::Import(form)) => &mut form.chosen,
                Some(Modal::Level(form)) => &mut form.chosen,
                _ => return, // the dialog was closed meanwhile
            };
            chosen.suggest(suggestion, &[]);
        });
    }
}

/// PKCS#12, under the two endings that programs give it.
const DIGITAL_ID_FILE: FileKind = FileKind {
    name: "Digital ID",
    endings: &["p12", "pfx"],
};
