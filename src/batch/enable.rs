//! `kmadmin mailbox enable`: advanced security for a mailbox, with one KM Server password.

use super::answers::Answers;
use super::approve::session;
use super::args::Enable;
use super::call::Call;
use super::hand_over::{deliver, reserve, send};
use super::mailbox::find;
use crate::domain::progress::Unwatched;
use crate::terminal::failure::Failure;

/// Enables the mailbox and hands over its temporary key or its keys.
pub(super) fn run(mut call: Call<'_>, options: &Enable) -> Result<(), Failure> {
    let mut answers = Answers::read(&mut call.inputs, &options.answers.answers)?;
    let mut opened = call.open()?;
    let id = find(&mut opened, &options.address)?;
    let reserved = reserve(&options.hand_over)?;
    let mut session = session(&mut opened, &mut answers)?;
    let hand_over = reserved.hand_over;
    let handed_over =
        opened
            .engine
            .enable(&mut session, id, &options.server, hand_over, &Unwatched)?;
    opened.console.say(&format!(
        "Advanced security is enabled for {}.",
        options.address
    ))?;
    opened.console.field("address", options.address.as_str());
    deliver(opened.console, &options.hand_over, reserved, handed_over)?;
    if options.hand_over.send_by_email {
        send(&mut opened, &mut session, id)?;
    }
    Ok(())
}
