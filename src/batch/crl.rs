//! `kmadmin crl publish`: a new revocation list.

use super::call::Call;
use crate::engine::crl::CrlFacts;
use crate::terminal::console::Console;
use crate::terminal::failure::Failure;

/// Makes a new list and publishes it.
pub(super) fn publish(call: Call<'_>) -> Result<(), Failure> {
    let mut opened = call.open()?;
    let facts = opened.engine.publish_crl()?;
    report(opened.console, facts)
}

/// Says what the new list is.
pub(super) fn report(console: &mut Console, facts: CrlFacts) -> Result<(), Failure> {
    let CrlFacts {
        number,
        revoked,
        next_update,
    } = facts;
    let until = next_update.rfc3339();
    console.say(&format!(
        "Revocation list {number} is published, with {revoked} certificate(s), good until {until}."
    ))?;
    console.field("number", number);
    console.field("revoked", revoked);
    console.field("next_update", until);
    Ok(())
}
