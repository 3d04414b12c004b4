//! `kmadmin audit list, verify, export`: the record of all acts.

use std::path::Path;

use serde_json::{Value, json};

use super::call::{Call, Opened};
use super::hand_over::new_file;
use crate::domain::progress::Unwatched;
use crate::engine::Engine;
use crate::engine::audit::AuditVerdict;
use crate::engine::views::AuditRow;
use crate::terminal::failure::Failure;

/// Lists the rows, newest first.
pub(super) fn list(call: Call<'_>, find: Option<&str>) -> Result<(), Failure> {
    let Opened {
        console,
        mut engine,
    } = call.open()?;
    console.list()?;
    each_row(&mut engine, find.unwrap_or_default(), |row| {
        Ok(console.item(&text_row(row), &json_row(row))?)
    })
}

/// Checks the whole record.
pub(super) fn verify(call: Call<'_>, head: Option<&str>) -> Result<(), Failure> {
    let mut opened = call.open()?;
    match opened.engine.verify_audit(head, &Unwatched)? {
        AuditVerdict::Intact {
            rows,
            head: present,
        } => {
            opened.console.field("rows", rows);
            opened.console.field("head", present.as_str());
            opened
                .console
                .say(&format!("All {rows} rows are intact. Head: {present}"))?;
            if head.is_none() {
                opened.console.say(
                    "Keep the head elsewhere: audit verify --head finds a whole old copy put back, which nothing else can.",
                )?;
            }
            Ok(())
        }
        AuditVerdict::Broken { seq, why } => {
            opened.console.field("row", seq);
            Err(Failure::Refused(format!(
                "The audit is not intact at row {seq}: {why}."
            )))
        }
    }
}

/// Writes all rows to a new CSV file (RFC 4180), newest first.
pub(super) fn export(call: Call<'_>, file: &Path) -> Result<(), Failure> {
    let mut opened = call.open()?;
    let mut out = new_file(file)?;
    let mut writer = csv::Writer::from_writer(&mut out);
    let failed = |error| Failure::Refused(format!("The file can not be written: {error}."));
    writer.write_record(COLUMNS).map_err(failed)?;
    let mut rows = 0_u64;
    each_row(&mut opened.engine, "", |row| {
        rows += 1;
        writer.write_record(csv_row(row)).map_err(failed)
    })?;
    writer.flush()?;
    drop(writer);
    out.keep();
    opened.console.field("rows", rows);
    opened.console.field("file", file.display().to_string());
    opened
        .console
        .say(&format!("{rows} rows were written to {}.", file.display()))?;
    Ok(())
}

/// Reads the rows that contain `find`, newest first, a page at a time.
fn each_row(
    engine: &mut Engine,
    find: &str,
    mut take: impl FnMut(&AuditRow) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut before = None;
    loop {
        let rows = engine.audit(find, before, PAGE)?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        before = Some(last.seq);
        for row in &rows {
            take(row)?;
        }
    }
}

fn csv_row(row: &AuditRow) -> [String; 8] {
    [
        row.seq.to_string(),
        row.at.rfc3339(),
        row.who.clone(),
        row.act.clone(),
        row.subject.clone(),
        row.outcome.clone(),
        row.detail.clone(),
        row.approvals.join(", "),
    ]
}

fn text_row(row: &AuditRow) -> String {
    let mut line = format!(
        "{:>6}  {}  {}  {}  {}  {}",
        row.seq,
        row.at.rfc3339(),
        row.who,
        row.act,
        row.subject,
        row.outcome
    );
    if !row.detail.is_empty() {
        line.push_str("  ");
        line.push_str(&row.detail);
    }
    line
}

fn json_row(row: &AuditRow) -> Value {
    json!({
        "seq": row.seq,
        "at": row.at.rfc3339(),
        "who": row.who,
        "act": row.act,
        "subject": row.subject,
        "outcome": row.outcome,
        "detail": row.detail,
        "approvals": row.approvals,
    })
}

/// The columns of the exported file.
const COLUMNS: [&str; 8] = [
    "row",
    "time",
    "administrator",
    "act",
    "object",
    "outcome",
    "detail",
    "approvals",
];

/// Rows read at once.
const PAGE: u32 = 500;
