//! The password prompt: one administrator after the other, until a quorum or a session stands.

use crate::domain::credential::Credential;
use crate::domain::names::AdministratorName;
use crate::engine::Engine;
use crate::engine::authorize::{Approval, Candidate, Operation, Quorum};
use crate::engine::error::Error;
use crate::engine::session::Remember;
use crate::forms::typed::Typed;
use crate::work::Watch;

use super::App;
use super::km_server::KmServer;
use super::message::Message;
use super::modal::{Answer, Modal, Spot};
use super::sheet::SheetId;

/// A password prompt, whatever waits behind it.
pub trait Prompt: Send {
    /// The act and its object, in words.
    fn title(&self) -> String;

    /// Which password this is, and of how many.
    fn position(&self) -> (usize, usize);

    /// The administrators, with those who can not answer.
    fn seats(&self) -> Vec<Seat>;

    /// Why the last answer did not count.
    fn refusal(&self) -> Option<&Message>;

    /// Whether the password can be remembered: only where one alone is asked for.
    fn offers_to_remember(&self) -> bool;

    /// Somebody answered.
    fn submit(
        self: Box<Self>,
        app: &mut App,
        owner: Option<SheetId>,
        answer: Credential,
        remember: Remember,
    );

    /// Nobody answers any more.
    fn cancel(self: Box<Self>, app: &mut App, owner: Option<SheetId>);
}

/// An administrator in the prompt's list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Seat {
    /// The name.
    pub name: AdministratorName,
    /// The name with what is to be known about it.
    pub label: String,
    /// Why this administrator can not answer.
    pub refused: Option<&'static str>,
}

/// The prompt on screen.
pub struct Authorize {
    /// What waits for the password.
    pub prompt: Box<dyn Prompt>,
    /// Who answers.
    pub administrator: Option<AdministratorName>,
    /// The password.
    pub password: Typed,
    /// Whether to remember it for five minutes.
    pub remember: bool,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
}

impl Authorize {
    pub(super) fn answer(mut self, app: &mut App, spot: Spot, answer: Answer) {
        match answer {
            Answer::Accept => self.submit(app, spot),
            Answer::Cancel => self.prompt.cancel(app, spot.owner),
            Answer::Copy(_)
            | Answer::Save
            | Answer::SaveKeys
            | Answer::Send
            | Answer::Suggest
            | Answer::Typed => {
                self.problem = None;
                app.put_back(spot, Modal::Authorize(self));
            }
        }
    }

    fn submit(mut self, app: &mut App, spot: Spot) {
        let Some(administrator) = self.administrator.clone() else {
            self.problem = Some("Choose an administrator.".to_owned());
            app.put_back(spot, Modal::Authorize(self));
            return;
        };
        match self.password.take() {
            Ok(password) => {
                app.last_administrator = Some(administrator.clone());
                let remember = if self.remember && self.prompt.offers_to_remember() {
                    Remember::FiveMinutes
                } else {
                    Remember::No
                };
                let answer = Credential {
                    administrator,
                    password,
                };
                self.prompt.submit(app, spot.owner, answer, remember);
            }
            Err(error) => {
                self.problem = Some(crate::forms::words::sentence(&error));
                app.put_back(spot, Modal::Authorize(self));
            }
        }
    }
}

type Done<Op> = Box<dyn FnOnce(&mut App, <Op as Operation>::Outcome) + Send>;

/// An operation that waits for passwords.
struct Asking<Op: Operation> {
    quorum: Box<Quorum<Op>>,
    refusal: Option<Message>,
    done: Done<Op>,
}

/// Where an operation stands after a step.
enum Stand<Op: Operation> {
    Abandoned(Result<(), Error>),
    Asking(Box<Quorum<Op>>, Option<Error>),
    Done(Result<Op::Outcome, Error>),
}

impl App {
    /// Begins a guarded act: it is refused at once, or asks for passwords until it is done.
    pub(super) fn ask<Op: Operation>(
        &mut self,
        owner: Option<SheetId>,
        operation: Op,
        done: impl FnOnce(&mut Self, Op::Outcome) + Send + 'static,
    ) where
        Op::Outcome: 'static,
    {
        let now = self.now();
        let done: Done<Op> = Box::new(done);
        let begin = move |server: &mut KmServer, watch: &Watch| {
            server.remembered(now); // drops one that is over
            let KmServer {
                engine, remembered, ..
            } = server;
            let engine = engine.as_mut()?;
            Some(match engine.begin(operation) {
                Err(error) => Stand::Done(Err(error)),
                Ok(quorum) => match remembered
                    .as_mut()
                    .filter(|_session| quorum.takes_remembered())
                {
                    Some(session) => {
                        let approval = engine.present_remembered(quorum, session);
                        go_on(engine, watch, approval)
                    }
                    None => go_on(engine, watch, Approval::Pending(quorum, None)),
                },
            })
        };
        self.busy(owner, "Preparing…", begin, move |app, stand| {
            app.settle(owner, stand, done);
        });
    }

    fn settle<Op: Operation>(
        &mut self,
        owner: Option<SheetId>,
        stand: Option<Stand<Op>>,
        done: Done<Op>,
    ) where
        Op::Outcome: 'static,
    {
        match stand {
            None => (), // the KM server is closed: the program is ending
            Some(Stand::Done(Ok(outcome))) => {
                if let Some(sheet) = owner {
                    self.note_act(sheet);
                }
                done(self, outcome);
                self.refresh();
            }
            Some(Stand::Done(Err(error)) | Stand::Abandoned(Err(error))) => {
                self.tell(owner, Message::of(&error));
                self.refresh();
            }
            Some(Stand::Abandoned(Ok(()))) => {
                self.tell(owner, Message::cancelled());
                self.refresh();
            }
            Some(Stand::Asking(quorum, refusal)) => {
                let refusal = refusal.as_ref().map(Message::of);
                let asking = Asking {
                    quorum,
                    refusal,
                    done,
                };
                self.prompt(owner, Box::new(asking));
            }
        }
    }

    /// Puts a prompt in front; if its sheet is gone or the program ends, it is cancelled.
    pub(super) fn prompt(&mut self, owner: Option<SheetId>, prompt: Box<dyn Prompt>) {
        if self.is_leaving || owner.is_some_and(|sheet| !self.has_sheet(sheet)) {
            prompt.cancel(self, None);
            return;
        }
        let authorize = Authorize {
            administrator: self.first_choice(&prompt.seats(), prompt.refusal().is_some()),
            prompt,
            password: Typed::default(),
            remember: false,
            problem: None,
        };
        self.push(owner, Modal::Authorize(authorize));
    }

    /// Who most likely answers: after a refusal the same person again, else the one who sat here
    /// last, else the first of the list.
    fn first_choice(&self, seats: &[Seat], was_refused: bool) -> Option<AdministratorName> {
        let is_last = |seat: &&Seat| Some(&seat.name) == self.last_administrator.as_ref();
        let can_answer = |seat: &&Seat| was_refused || seat.refused.is_none();
        let last = seats.iter().find(is_last).filter(can_answer);
        let first = || seats.iter().find(|seat| seat.refused.is_none());
        last.or_else(first).map(|seat| seat.name.clone())
    }
}

/// What follows from an answer. A person who cancelled while it was checked has cancelled.
fn go_on<Op: Operation>(engine: &mut Engine, watch: &Watch, approval: Approval<Op>) -> Stand<Op> {
    match approval {
        Approval::Granted(grant) => Stand::Done(engine.execute(grant, watch)),
        Approval::Pending(quorum, _refusal) if watch.is_cancelled() => {
            Stand::Abandoned(engine.abandon(quorum))
        }
        Approval::Pending(quorum, refusal) => Stand::Asking(Box::new(quorum), refusal),
    }
}

impl<Op: Operation> Prompt for Asking<Op>
where
    Op::Outcome: 'static,
{
    fn title(&self) -> String {
        self.quorum.title().to_owned()
    }

    fn position(&self) -> (usize, usize) {
        let required = usize::from(self.quorum.required());
        (
            self.quorum
                .approvers()
                .len()
                .saturating_add(1)
                .min(required),
            required,
        )
    }

    fn seats(&self) -> Vec<Seat> {
        let approvers = self.quorum.approvers();
        let seat = |candidate: &Candidate| {
            let (mark, refused) = if !candidate.accepted {
                (
                    " (not accepted)",
                    Some("This administrator has not accepted the seat yet."),
                )
            } else if approvers.contains(&candidate.name) {
                (
                    " (answered)",
                    Some("This administrator has answered already."),
                )
            } else {
                ("", None)
            };
            Seat {
                name: candidate.name.clone(),
                label: format!("{}{mark}", candidate.name),
                refused,
            }
        };
        self.quorum.candidates().iter().map(seat).collect()
    }

    fn refusal(&self) -> Option<&Message> {
        self.refusal.as_ref()
    }

    fn offers_to_remember(&self) -> bool {
        self.quorum.takes_remembered()
    }

    fn submit(
        self: Box<Self>,
        app: &mut App,
        owner: Option<SheetId>,
        answer: Credential,
        remember: Remember,
    ) {
        let Self {
            quorum,
            done,
            refusal: _,
        } = *self;
        let check = move |server: &mut KmServer, watch: &Watch| {
            let engine = server.engine.as_mut()?;
            if remember == Remember::No {
                let approval = engine.present(*quorum, &answer);
                return Some(go_on(engine, watch, approval));
            }
            let approval = match engine.open_session(&answer, remember) {
                Err(error) => Approval::Pending(*quorum, Some(error)),
                Ok(mut session) => {
                    let approval = engine.present_remembered(*quorum, &mut session);
                    server.remembered = Some(session);
                    approval
                }
            };
            Some(go_on(server.engine.as_mut()?, watch, approval))
        };
        app.busy(
            owner,
            "Checking the password…",
            check,
            move |app, stand| {
                app.look_at_remembered();
                app.settle(owner, stand, done);
            },
        );
    }

    fn cancel(self: Box<Self>, app: &mut App, owner: Option<SheetId>) {
        let quorum = self.quorum;
        let abandon =
            move |server: &mut KmServer, _: &Watch| Some(server.engine.as_mut()?.abandon(*quorum));
        app.post(abandon, move |app, abandoned| {
            if let Some(Err(error)) = abandoned {
                app.tell(owner, Message::of(&error));
            } else {
                app.tell(owner, Message::cancelled());
                app.refresh();
            }
        });
    }
}
