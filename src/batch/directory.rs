//! `kmadmin directory import, export`: people from a CSV file and to one.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use super::call::{Call, read_file};
use super::hand_over::new_file;
use crate::domain::progress::Unwatched;
use crate::engine::directory::ImportPlan;
use crate::terminal::console::Console;
use crate::terminal::failure::Failure;

/// Judges every row, then makes the mailboxes of the accepted ones in one transaction.
pub(super) fn import(call: Call<'_>, file: &Path, dry_run: bool) -> Result<(), Failure> {
    refuse_other_formats(file)?;
    let octets = read_file(file, PEOPLE_LIMIT)?;
    let mut opened = call.open()?;
    let plan = opened.engine.plan_import(&octets)?;
    report(opened.console, &plan)?;
    if plan.accepted == 0 && plan.present.is_empty() {
        return Err(Failure::refused("No row is accepted. Nothing was changed."));
    }
    if dry_run {
        opened.console.field("dry_run", true);
        opened
            .console
            .say("This was a trial. Nothing was changed.")?;
        return Ok(());
    }
    let added = opened.engine.import(&plan, &Unwatched)?;
    opened.console.field("added", added);
    opened.console.say(&format!("Mailboxes made: {added}."))?;
    Ok(())
}

/// Writes everybody to a new file.
pub(super) fn export(call: Call<'_>, file: &Path) -> Result<(), Failure> {
    refuse_other_formats(file)?;
    let mut opened = call.open()?;
    let mut out = new_file(file)?;
    let written = opened.engine.export_people(&mut out, &Unwatched)?;
    out.keep();
    opened.console.field("written", written);
    opened.console.field("file", file.display().to_string());
    opened.console.say(&format!(
        "Mailboxes written to {}: {written}.",
        file.display()
    ))?;
    Ok(())
}

fn report(console: &mut Console, plan: &ImportPlan) -> Result<(), Failure> {
    console.list()?;
    for row in &plan.refused {
        let reason = row.reason.to_string();
        console.note(&format!("Row {}: {}: {reason}", row.row, row.who))?;
        console.item(
            &format!("refused: row {}", row.row),
            &json!({ "row": row.row, "who": row.who, "verdict": "refused", "reason": reason }),
        )?;
    }
    let present_rows: BTreeSet<u64> = plan.present.iter().copied().collect();
    for person in &plan.people {
        let (row, who) = (person.row, person.general.address.unicode());
        let item = |verdict| json!({ "row": row, "who": who, "verdict": verdict, "reason": null });
        if present_rows.contains(&row) {
            console.item(&format!("present: row {row}"), &item("present"))?;
        } else {
            console.json_item(&item("accepted"))?; // people are told how many
        }
    }
    for column in &plan.ignored_columns {
        console.note(&format!(
            "The column {column} is not known and was ignored."
        ))?;
    }
    let (present, refused) = (plan.present.len(), plan.refused.len());
    let encoding = plan.encoding.to_string();
    console.say(&format!(
        "{} accepted, {present} present already, {refused} refused (read as {encoding}).",
        plan.accepted
    ))?;
    console.field("accepted", plan.accepted);
    console.field("present", present);
    console.field("refused", refused);
    console.field("encoding", encoding);
    console.field("ignored_columns", plan.ignored_columns.clone());
    Ok(())
}

fn refuse_other_formats(file: &Path) -> Result<(), Failure> {
    let is_csv = file.extension().is_none_or(|ending| {
        ["csv", "tsv", "txt"]
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    });
    if is_csv {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "{} is not a CSV file by its name.",
        file.display()
    )))
}

/// The largest file of people that the engine reads, and one octet, so that it can say so.
const PEOPLE_LIMIT: u64 = (256 << 20) + 1;
