//! Revoking: why, and since when the keys are not to be trusted.

use crate::domain::mailbox::MailboxId;
use crate::domain::reason::RevocationReason;
use crate::domain::time::UnixTime;
use crate::engine::revoke::{RevokeUser, Revoked};

use super::App;
use super::message::Message;
use super::modal::{Answer, Modal, Spot};
use super::words;

/// Why a mailbox's advanced security is revoked.
pub struct RevokeForm {
    /// Whose mailbox, as the caption says it.
    pub name: String,
    /// The place in [`RevokeForm::reasons`].
    pub reason: usize,
    /// Since when the keys are not to be trusted, as typed; empty where nobody knows.
    pub since: String,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
    pub(super) mailbox: MailboxId,
    pub(super) server: String,
}

impl RevokeForm {
    /// The reasons to choose from.
    pub fn reasons() -> [&'static str; RevocationReason::LISTED.len()] {
        RevocationReason::LISTED.map(RevocationReason::words)
    }

    pub(super) fn answer(mut self, app: &mut App, spot: Spot, answer: Answer) {
        let owner = spot.owner;
        match answer {
            Answer::Accept => match self.operation() {
                Ok(operation) => app.ask(owner, operation, move |app, revoked| {
                    app.tell(owner, Message::information(done(revoked)));
                    app.look_at_publishing();
                }),
                Err(problem) => {
                    self.problem = Some(problem);
                    app.put_back(spot, Modal::Revoke(self));
                }
            },
            Answer::Cancel => (), // nothing was begun
            Answer::Copy(_)
            | Answer::Save
            | Answer::SaveKeys
            | Answer::Send
            | Answer::Suggest
            | Answer::Typed => {
                self.problem = None;
                app.put_back(spot, Modal::Revoke(self));
            }
        }
    }

    fn operation(&self) -> Result<RevokeUser, String> {
        let reason = RevocationReason::LISTED.get(self.reason).copied();
        let since = self.since.trim();
        let invalidity = match (since.is_empty(), UnixTime::parse(since)) {
            (true, _) => None,
            (false, Some(since)) => Some(since),
            (false, None) => {
                return Err("Type a day such as 2026-08-31, or leave it empty.".to_owned());
            }
        };
        Ok(RevokeUser {
            mailbox: self.mailbox,
            server: self.server.clone(),
            reason: reason.ok_or("Choose a reason.")?,
            invalidity,
        })
    }
}

fn done(revoked: Revoked) -> String {
    let count = u64::try_from(revoked.certificates).unwrap_or(u64::MAX);
    let certificates = words::count(count, "certificate is", "certificates are");
    format!("{certificates} revoked. The archived keys are kept.")
}
