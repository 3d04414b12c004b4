//! `kmadmin mailbox recover`: a user's keys back, under as many passwords as the policy asks.

use super::answers::Answers;
use super::approve::{approve, session};
use super::args::Recover;
use super::call::Call;
use super::hand_over::{deliver, reserve, send};
use super::mailbox::find;
use crate::domain::reason::RecoverReason;
use crate::engine::recover::{RecoverKey, Ticket};
use crate::terminal::failure::Failure;

/// Recovers the keys of the mailbox.
pub(super) fn run(mut call: Call<'_>, options: &Recover) -> Result<(), Failure> {
    let reason = RecoverReason::parse(&options.reason).ok_or_else(|| {
        Failure::refused(
            "A reason is needed: forgotten-password, lost-device, departed-employee, legal-request, or at most 200 characters of your own.",
        )
    })?;
    let ticket = Ticket::parse(&options.ticket).ok_or_else(|| {
        Failure::refused("The number of the help desk's ticket is needed, at most 64 characters.")
    })?;
    let mut answers = Answers::read(&mut call.inputs, &options.answers.answers)?;
    let mut opened = call.open()?;
    let mailbox = find(&mut opened, &options.address)?;
    let reserved = reserve(&options.hand_over)?;
    let operation = RecoverKey {
        mailbox,
        server: options.server.clone(),
        reason,
        ticket,
        hand_over: reserved.hand_over,
    };
    let sends = options.hand_over.send_by_email;
    let sender = sends.then(|| session(&mut opened, &mut answers));
    let sender = sender.transpose()?; // before the others: a wrong answer here costs no quorum
    let handed_over = approve(&mut opened, &mut answers, operation)?;
    opened
        .console
        .say(&format!("The keys of {} are recovered.", options.address))?;
    opened.console.field("address", options.address.as_str());
    deliver(opened.console, &options.hand_over, reserved, handed_over)?;
    if let Some(mut sender) = sender {
        send(&mut opened, &mut sender, mailbox)?;
    }
    Ok(())
}
