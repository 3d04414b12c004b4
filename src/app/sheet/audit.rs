//! The audit log: a list fetched as it is scrolled, a filter, export and verification.

use std::io::Write as _;
use std::ops::Range;
use std::path::Path;

use crate::desk::replacement::Replacement;
use crate::desk::{FileKind, FileQuestion, Purpose};
use crate::domain::progress::{Progress as _, Step};
use crate::engine::Engine;
use crate::engine::audit::AuditVerdict;
use crate::engine::views::AuditRow;
use crate::work::Watch;

use crate::app::App;
use crate::app::files::{Failure, name_of};
use crate::app::km_server::KmServer;
use crate::app::message::Message;
use crate::app::words;

use super::{Body, Page, Sheet, SheetId};

/// Rows fetched at once: several screens.
const PAGE_ROWS: u32 = 200;

/// The audit log's sheet.
#[derive(Default)]
pub struct AuditSheet {
    /// The text of the filter box.
    pub filter: String,
    /// The rows fetched so far, newest first.
    pub rows: Vec<AuditRow>,
    /// The selected row.
    pub selected: Option<usize>,
    /// What the verification found.
    pub verdict: Option<Message>,
    has_more: bool,
    fetching: Fetching,
    number: u64,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Fetching {
    /// From the newest on; what there is stays until the answer.
    #[default]
    Anew,
    /// Below the last row there is.
    More,
    /// Nothing is wanted.
    Nothing,
    /// The answer is under way.
    Sent,
}

/// What the person does on the page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AuditAct {
    /// *Export*.
    Export,
    /// The text of the filter box is another one.
    Filter,
    /// Selects a row.
    Select(usize),
    /// *Verify*.
    Verify,
}

/// The columns of the list.
pub const AUDIT_COLUMNS: [(&str, f32); 5] = [
    ("Time", 130.0),
    ("Administrator", 150.0),
    ("Act", 190.0),
    ("Object", 180.0),
    ("Outcome", 90.0),
];

/// The cells of a row of the list.
pub fn audit_cells(row: &AuditRow) -> [String; 5] {
    [
        words::local(row.at),
        row.who.clone(),
        row.act.clone(),
        row.subject.clone(),
        row.outcome.clone(),
    ]
}

/// Everything about a row, for the box below the list.
pub fn audit_details(row: &AuditRow) -> String {
    let mut text = format!("Row {} of {}", row.seq, row.at.rfc3339());
    if !row.detail.is_empty() {
        text = format!("{text}\n{}", row.detail);
    }
    if !row.approvals.is_empty() {
        text = format!("{text}\nApproved by: {}", row.approvals.join(", "));
    }
    text
}

impl AuditSheet {
    /// The selected row.
    pub fn selected_row(&self) -> Option<&AuditRow> {
        self.rows.get(self.selected?)
    }

    pub(super) fn refresh(&mut self) {
        self.fetching = Fetching::Anew;
    }

    fn next_request(&mut self) -> Option<(u64, Option<u64>)> {
        let before = match self.fetching {
            Fetching::Anew => None,
            Fetching::More => self.rows.last().map(|row| row.seq),
            Fetching::Nothing | Fetching::Sent => return None,
        };
        self.fetching = Fetching::Sent;
        self.number = self.number.wrapping_add(1);
        Some((self.number, before))
    }

    fn answer(&mut self, number: u64, before: Option<u64>, rows: Vec<AuditRow>) {
        if number != self.number {
            return; // something newer was asked
        }
        self.has_more = u32::try_from(rows.len()).is_ok_and(|found| found == PAGE_ROWS);
        if before.is_none() {
            self.rows.clear();
            self.selected = None;
        }
        self.rows.extend(rows);
        if self.fetching == Fetching::Sent {
            self.fetching = Fetching::Nothing;
        }
    }
}

const CSV: FileKind = FileKind {
    name: "Table (CSV)",
    endings: &["csv"],
};

impl App {
    pub(in crate::app) fn open_audit(&mut self) {
        if self
            .find_sheet(|body| matches!(body, Body::Audit(_)))
            .is_some()
        {
            return;
        }
        let id = self.new_sheet_id();
        self.show_sheet(Sheet {
            id,
            title: "Audit Log Properties".to_owned(),
            page: Page::Audit,
            body: Body::Audit(AuditSheet::default()),
        });
    }

    /// Fetches the rows that the audit list wants.
    pub(in crate::app) fn fetch_audit(&mut self) {
        let Some(console) = self.console_mut() else {
            return;
        };
        let wanted = console
            .sheets
            .iter_mut()
            .find_map(|sheet| match &mut sheet.body {
                Body::Audit(audit) => Some((
                    sheet.id,
                    audit.next_request()?,
                    audit.filter.trim().to_owned(),
                )),
                Body::Ca(_) | Body::Mailbox(_) => None,
            });
        let Some((id, (number, before), filter)) = wanted else {
            return;
        };
        let fetch = move |server: &mut KmServer, _: &Watch| {
            Some(server.engine.as_mut()?.audit(&filter, before, PAGE_ROWS))
        };
        self.post(fetch, move |app, rows| match rows {
            None => (),
            Some(Ok(rows)) => {
                if let Some(audit) = app.audit_mut(id) {
                    audit.answer(number, before, rows);
                }
            }
            Some(Err(error)) => app.tell(Some(id), Message::of(&error)),
        });
    }

    fn audit_mut(&mut self, id: SheetId) -> Option<&mut AuditSheet> {
        match &mut self.sheet_mut(id)?.body {
            Body::Audit(audit) => Some(audit),
            Body::Ca(_) | Body::Mailbox(_) => None,
        }
    }

    pub(super) fn show_audit(&mut self, id: SheetId, visible: &Range<u64>) {
        let Some(audit) = self.audit_mut(id) else {
            return;
        };
        let held = u64::try_from(audit.rows.len()).unwrap_or(u64::MAX);
        if held <= visible.end && audit.has_more && audit.fetching == Fetching::Nothing {
            audit.fetching = Fetching::More;
        }
    }

    pub(super) fn audit_act(&mut self, id: SheetId, act: AuditAct) {
        match act {
            AuditAct::Export => self.ask_export_audit(id),
            AuditAct::Filter => {
                if let Some(audit) = self.audit_mut(id) {
                    audit.refresh();
                }
            }
            AuditAct::Select(place) => {
                if let Some(audit) = self.audit_mut(id) {
                    audit.selected = Some(place);
                }
            }
            AuditAct::Verify => self.verify_audit(id),
        }
    }

    fn verify_audit(&mut self, id: SheetId) {
        let verify = |server: &mut KmServer, watch: &Watch| {
            Some(server.engine.as_mut()?.verify_audit(None, watch))
        };
        self.busy(Some(id), "Verifying the audit log…", verify, move |app, verdict| {
            let message = match verdict {
                None => return,
                Some(Err(error)) => Message::of(&error),
                Some(Ok(AuditVerdict::Intact { rows, head })) => Message::information(format!(
                    "The log is intact: {}, none changed, removed or moved. Its head is {head}.",
                    words::count(rows, "row", "rows")
                )),
                Some(Ok(AuditVerdict::Broken { seq, why })) => Message::error(
                    format!("The log was changed: at row {seq}, {why}."),
                    "Keep this data folder as evidence, and compare it with a backup.",
                ),
            };
            app.tell(Some(id), message);
        });
    }

    fn ask_export_audit(&mut self, id: SheetId) {
        let question = FileQuestion {
            title: "Export Audit Log",
            purpose: Purpose::Save("audit.csv".to_owned()),
            kind: CSV,
        };
        let Some(filter) = self
            .audit_mut(id)
            .map(|audit| audit.filter.trim().to_owned())
        else {
            return;
        };
        self.ask_file(Some(id), question, move |app, chosen| {
            let Some(path) = chosen else {
                return;
            };
            let name = name_of(&path);
            let export = move |server: &mut KmServer, watch: &Watch| {
                Some(export_to(server.engine.as_mut()?, &filter, &path, watch))
            };
            app.busy(
                Some(id),
                "Exporting the audit log…",
                export,
                move |app, exported| {
                    let message = match exported {
                        None => return,
                        Some(Ok(rows)) => Message::information(format!(
                            "{} saved to {name}.",
                            words::count(rows, "row was", "rows were")
                        )),
                        Some(Err(failure)) => failure.message(&name),
                    };
                    app.tell(Some(id), message);
                },
            );
        });
    }
}

/// Writes the log page by page as CSV (RFC 4180), newest first.
fn export_to(
    engine: &mut Engine,
    filter: &str,
    path: &Path,
    watch: &Watch,
) -> Result<u64, Failure> {
    let mut out = Replacement::begin(path)?;
    out.write_all(b"row,time,administrator,act,object,outcome,detail,approvals\r\n")?;
    let total = engine.audit_count()?;
    let (mut done, mut before) = (0_u64, None);
    loop {
        let step = Step {
            label: "Writing rows",
            done,
            total,
        };
        watch.step(step)?;
        let rows = engine.audit(filter, before, PAGE_ROWS)?;
        for row in &rows {
            out.write_all(csv_line(row).as_bytes())?;
            done = done.saturating_add(1);
        }
        let Some(last) = rows.last() else {
            break;
        };
        before = Some(last.seq);
    }
    out.keep()?;
    Ok(done)
}

fn csv_line(row: &AuditRow) -> String {
    let AuditRow {
        seq,
        at,
        who,
        act,
        subject,
        outcome,
        detail,
        approvals,
    } = row;
    let approvals = approvals.join(", ");
    let texts = [who, act, subject, outcome, detail, &approvals];
    let cells = texts.map(|text| format!("\"{}\"", text.replace('"', "\"\"")));
    format!("{seq},{},{}\r\n", at.rfc3339(), cells.join(","))
}
