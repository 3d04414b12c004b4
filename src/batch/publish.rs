//! `kmadmin publish`: everything that others may read, anew.

use super::call::Call;
use super::crl::report;
use crate::terminal::failure::Failure;

/// Makes a new revocation list and writes every file of the publish folder.
pub(super) fn run(call: Call<'_>) -> Result<(), Failure> {
    let mut opened = call.open()?;
    let folder = opened.engine.settings()?.publish_folder;
    let facts = opened.engine.publish()?;
    let folder = folder.display();
    opened.console.say(&format!(
        "The CA certificate, the trust list and the users' certificates are written to {folder}."
    ))?;
    opened.console.field("folder", folder.to_string());
    report(opened.console, facts)
}
