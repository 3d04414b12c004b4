//! `kmadmin mailbox revoke`: a user's certificates enter the revocation list, under as many passwords
//! as the policy asks.

use super::answers::Answers;
use super::approve::approve;
use super::args::Revoke;
use super::call::{Call, Opened};
use super::mailbox::find;
use crate::domain::reason::RevocationReason;
use crate::domain::time::UnixTime;
use crate::engine::revoke::RevokeUser;
use crate::terminal::failure::Failure;

/// Revokes the certificates of the mailbox.
pub(super) fn run(mut call: Call<'_>, options: &Revoke) -> Result<(), Failure> {
    let reason = RevocationReason::parse(&options.reason).ok_or_else(|| {
        let names = RevocationReason::ALL.map(RevocationReason::name);
        Failure::Refused(format!(
            "A revocation is for ever, and its reason is one of these: {}.",
            names.join(", ")
        ))
    })?;
    let invalidity = options.date.as_deref().map(|date| {
        UnixTime::parse(date).ok_or_else(|| {
            Failure::refused(
                "The date is one such as 2026-08-31, or a time such as 2026-08-31T10:00:00Z.",
            )
        })
    });
    let invalidity = invalidity.transpose()?;
    let mut answers = Answers::read(&mut call.inputs, &options.answers.answers)?;
    let mut opened = call.open()?;
    let operation = RevokeUser {
        mailbox: find(&mut opened, &options.address)?,
        server: options.server.clone(),
        reason,
        invalidity,
    };
    let revoked = approve(&mut opened, &mut answers, operation)?;
    opened.console.say(&format!(
        "{} certificate(s) of {} are revoked.",
        revoked.certificates, options.address
    ))?;
    opened.console.field("address", options.address.as_str());
    opened.console.field("certificates", revoked.certificates);
    warn_unpublished(&mut opened)
}

/// Says on standard error if what others read is not up to date. The act is done all the same.
pub(super) fn warn_unpublished(opened: &mut Opened<'_>) -> Result<(), Failure> {
    if let Some(error) = opened.engine.unpublished() {
        let why = error.notice().what;
        opened.console.note(&format!(
            "It is not published yet, and will be tried again: {why}"
        ))?;
    }
    Ok(())
}
