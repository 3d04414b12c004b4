//! Directory import and export: people from a file, and into one.

use std::path::{Path, PathBuf};

use crate::desk::file::read_bounded;
use crate::desk::replacement::Replacement;
use crate::desk::{FileKind, FileQuestion, Purpose};
use crate::engine::Engine;
use crate::engine::directory::ImportPlan;
use crate::engine::error::Error;
use crate::forms::words;
use crate::work::Watch;

use super::App;
use super::files::{Failure, name_of};
use super::km_server::KmServer;
use super::message::Message;
use super::modal::{Answer, Modal, Spot};
use super::sheet::SheetId;

/// What a file of people would do.
pub struct ImportReview {
    /// The file's name.
    pub file: String,
    /// What the engine found in it.
    pub plan: ImportPlan,
}

/// The largest file of people: a million of them with long fields.
const MAX_PEOPLE_OCTETS: u64 = 256_000_000;

const PEOPLE: FileKind = FileKind {
    name: "People (CSV)",
    endings: &["csv", "txt", "tsv"],
};

impl ImportReview {
    /// What happens on *Import*, in words.
    pub fn counts(&self) -> Vec<String> {
        let plan = &self.plan;
        let refused = u64::try_from(plan.refused.len()).unwrap_or(u64::MAX);
        let mut lines = vec![format!(
            "{} will be added.",
            words::count(plan.accepted, "mailbox", "mailboxes")
        )];
        let present = u64::try_from(plan.present.len()).unwrap_or(u64::MAX);
        if 0 < present {
            lines.push(format!(
                "{} there already and will not be changed.",
                words::count(present, "is", "are")
            ));
        }
        if 0 < refused {
            lines.push(format!(
                "{} refused, for the reasons below.",
                words::count(refused, "row is", "rows are")
            ));
        }
        lines.push(format!("The file was read as {}.", plan.encoding));
        if !plan.ignored_columns.is_empty() {
            lines.push(format!(
                "Columns not used: {}.",
                plan.ignored_columns.join(", ")
            ));
        }
        lines
    }

    /// Why there is nothing to import.
    pub fn refusal(&self) -> Option<&'static str> {
        (self.plan.accepted == 0).then_some("There is nobody in the file to add.")
    }

    pub(super) fn answer(self, app: &mut App, spot: Spot, answer: Answer) {
        let owner = spot.owner;
        match answer {
            Answer::Accept if self.refusal().is_none() => {
                let plan = self.plan;
                let import = move |server: &mut KmServer, watch: &Watch| {
                    Some(server.engine.as_mut()?.import(&plan, watch))
                };
                app.busy(owner, "Importing people…", import, move |app, report| {
                    app.imported(owner, report);
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
                app.put_back(spot, Modal::ImportReview(self));
            }
        }
    }
}

impl App {
    pub(super) fn ask_import_people(&mut self) {
        let question = FileQuestion {
            title: "Directory Import",
            purpose: Purpose::Open,
            kind: PEOPLE,
        };
        self.ask_file(None, question, |app, chosen| {
            if let Some(path) = chosen {
                app.plan_import(path);
            }
        });
    }

    fn plan_import(&mut self, path: PathBuf) {
        let file = name_of(&path);
        let plan =
            move |server: &mut KmServer, _: &Watch| Some(plan_of(server.engine.as_mut()?, &path));
        self.busy(None, "Reading the file…", plan, |app, plan| match plan {
            None => (),
            Some(Ok(plan)) => {
                app.push(None, Modal::ImportReview(ImportReview { file, plan }));
            }
            Some(Err(failure)) => app.tell(None, failure.message(&file)),
        });
    }

    fn imported(&mut self, owner: Option<SheetId>, added: Option<Result<u64, Error>>) {
        let message = match added {
            None => return,
            Some(Err(error)) => Message::of(&error),
            Some(Ok(added)) => Message::information(format!(
                "{} added.",
                words::count(added, "mailbox was", "mailboxes were")
            )),
        };
        self.tell(owner, message);
        self.refresh();
    }

    pub(super) fn ask_export_people(&mut self) {
        let question = FileQuestion {
            title: "Directory Export",
            purpose: Purpose::Save("people.csv".to_owned()),
            kind: PEOPLE,
        };
        self.ask_file(None, question, |app, chosen| {
            let Some(path) = chosen else {
                return;
            };
            let name = name_of(&path);
            let export = move |server: &mut KmServer, watch: &Watch| {
                Some(export_to(server.engine.as_mut()?, &path, watch))
            };
            app.busy(None, "Exporting people…", export, move |app, exported| {
                let message = match exported {
                    None => return,
                    Some(Err(failure)) => failure.message(&name),
                    Some(Ok(people)) => Message::information(format!(
                        "{} saved to {name}.",
                        words::count(people, "person was", "people were")
                    )),
                };
                app.tell(None, message);
            });
        });
    }
}

fn plan_of(engine: &mut Engine, path: &Path) -> Result<ImportPlan, Failure> {
    Ok(engine.plan_import(&read_bounded(path, MAX_PEOPLE_OCTETS)?)?)
}

fn export_to(engine: &mut Engine, path: &Path, watch: &Watch) -> Result<u64, Failure> {
    let mut out = Replacement::begin(path)?;
    let people = engine.export_people(&mut out, watch)?;
    out.keep()?;
    Ok(people)
}
