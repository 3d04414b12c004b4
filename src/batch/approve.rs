//! Passwords for an act: the loop between the answers and the engine.

use super::answers::{Answer, Answers};
use super::call::Opened;
use crate::domain::credential::Credential;
use crate::domain::names::AdministratorName;
use crate::domain::progress::Unwatched;
use crate::domain::secret::Password;
use crate::engine::authorize::{Approval, Operation};
use crate::engine::error::Error;
use crate::engine::session::{Remember, Session};
use crate::terminal::failure::Failure;

/// Asks for as many passwords as the policy demands, then does the act. Cancelling, and whatever
/// ends the answers, changes nothing but the audit.
pub(super) fn approve<Op: Operation>(
    opened: &mut Opened<'_>,
    answers: &mut Answers,
    operation: Op,
) -> Result<Op::Outcome, Failure> {
    let mut quorum = opened.engine.begin(operation)?;
    loop {
        let number = quorum.approvers().len() + 1;
        let title = format!(
            "{}\nPassword {number} of {}",
            quorum.title(),
            quorum.required()
        );
        let credential = match next_credential(opened, answers, &title) {
            Ok(credential) => credential,
            Err(ended) => {
                opened.engine.abandon(quorum)?;
                return Err(ended);
            }
        };
        match opened.engine.present(quorum, &credential) {
            Approval::Granted(grant) => return Ok(opened.engine.execute(grant, &Unwatched)?),
            Approval::Pending(rest, None) => quorum = rest,
            Approval::Pending(rest, Some(error)) if is_about_the_answer(&error) => {
                quorum = rest;
                opened.console.note(Failure::from(error).reason())?;
            }
            Approval::Pending(rest, Some(error)) => {
                opened.engine.abandon(rest)?;
                return Err(error.into());
            }
        }
    }
}

/// Asks for one KM Server password: what the unguarded acts take.
pub(super) fn session(opened: &mut Opened<'_>, answers: &mut Answers) -> Result<Session, Failure> {
    loop {
        let credential = next_credential(opened, answers, "KM Server password")?;
        match opened.engine.open_session(&credential, Remember::No) {
            Ok(session) => return Ok(session),
            Err(error) if is_about_the_answer(&error) => {
                opened.console.note(Failure::from(error).reason())?;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Whether another answer can still make it good; anything else ends the prompt.
fn is_about_the_answer(error: &Error) -> bool {
    matches!(
        error,
        Error::AlreadyApproved(_)
            | Error::NoLongerAdministrator(_)
            | Error::NoSuchAdministrator(_)
            | Error::OldSeat(_)
            | Error::Paused { .. }
            | Error::PendingSeat(_)
            | Error::WrongPassword
    )
}

/// The next answer that can be one: a name or password that nobody can have is said and skipped.
fn next_credential(
    opened: &mut Opened<'_>,
    answers: &mut Answers,
    title: &str,
) -> Result<Credential, Failure> {
    loop {
        let Answer::Given {
            administrator,
            password,
        } = answers.next(title)?
        else {
            return Err(Failure::Cancelled);
        };
        let administrator = match AdministratorName::parse(&administrator) {
            Ok(name) => name,
            Err(error) => {
                opened
                    .console
                    .note(&format!("An answer was skipped: {error}."))?;
                continue;
            }
        };
        match Password::parse(password.expose()) {
            Ok(password) => {
                return Ok(Credential {
                    administrator,
                    password,
                });
            }
            Err(error) => {
                opened.console.note(&format!("{administrator}: {error}."))?;
            }
        }
    }
}
