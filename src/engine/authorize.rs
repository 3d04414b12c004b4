//! The trusted file: how many administrators' passwords become the right to do one thing.
//!
//! [`Engine::begin`] gives a [`Quorum`] that knows what is asked. Each right password opens one
//! seat, which adds its share of the guard's secret and signs the request. Only when enough shares
//! have given the secret, and the secret has opened what it guards, is there a [`Grant`].

use std::mem;
use std::sync::Arc;

use crate::crypto::sharing::Share;
use crate::domain::credential::Credential;
use crate::domain::guard::Guard;
use crate::domain::names::AdministratorName;
use crate::domain::progress::{Progress, Step};
use crate::domain::time::UnixTime;
use crate::engine::Engine;
use crate::engine::act::{Act, Charter, ServerKeys};
use crate::engine::audit::{Approved, Outcome, Report, approval_of};
use crate::engine::error::Error;
use crate::engine::guards::OpenGuard;
use crate::engine::request::{Description, Request};
use crate::engine::seats::OpenSeat;
use crate::engine::session::{IDLE_SECS, Session};
use crate::engine::state_root::StateRoot;
use crate::store::Reader;
use sealed::Sealed;

/// One guarded act: which row of the *Passwords* page guards it, and what it does once granted.
///
/// Only the engine has such acts: nobody else can write one, and so none can borrow another's
/// guard.
pub trait Operation: Sealed + Sized + Send + 'static {
    /// What the act gives back.
    type Outcome: Send;
    /// The row that guards it.
    const GUARD: Guard;
    /// The act, as the audit names a refusal before it could be described.
    const ACT: &'static str;
    /// What it would do, in words; refuses at once what can not be done.
    fn describe(&self, view: &View<'_>) -> Result<Description, Error>;
    /// Does it, inside the transaction that also records it. There is no way in without a grant.
    fn run(
        grant: Grant<Self>,
        act: &mut Act<'_>,
        progress: &dyn Progress,
    ) -> Result<Self::Outcome, Error>;
}

/// What keeps [`Operation`] to the engine.
pub(super) mod sealed {
    /// Only the engine's own acts have it.
    pub trait Sealed {}
}

/// What an operation may look at before it is granted.
pub struct View<'a> {
    /// The store, at one moment.
    pub reader: &'a Reader<'a>,
    /// What the startup password gave.
    pub keys: &'a ServerKeys,
    /// The present moment.
    pub now: UnixTime,
    /// Who may do what.
    pub charter: &'a Charter,
    /// The state root.
    pub root: &'a StateRoot,
}

impl<'a> View<'a> {
    /// What an act can look at in its transaction.
    pub(super) fn of(act: &'a Act<'_>) -> Self {
        Self {
            reader: act.tx,
            keys: act.keys,
            now: act.now,
            charter: &act.charter,
            root: &act.root,
        }
    }
}

/// An operation still short of approvals. Each accepted password brings it one closer.
#[must_use = "a quorum that is given up must be abandoned, so that the audit knows"]
pub struct Quorum<Op> {
    operation: Op,
    description: Description,
    request: Request,
    required: u8,
    candidates: Vec<Candidate>,
    answers: Vec<Answer>,
    shares: Vec<Share>,
    /// Opened seats do not wait longer for the next answer.
    ends: UnixTime,
}

/// An administrator who could answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Candidate {
    /// The name.
    pub name: AdministratorName,
    /// Whether the seat was accepted; a pending one's answer does not count.
    pub accepted: bool,
}

struct Answer {
    seat: Arc<OpenSeat>,
    signature: Vec<u8>,
}

/// Proof that enough different administrators approved exactly the operation inside, together with
/// the key that their passwords opened.
///
/// Only this file makes one; it is neither `Clone` nor `Copy`, and running it consumes it:
///
/// ```compile_fail,E0451
/// # use kmadmin::engine::{authorize::Grant, administer::ShareAnew};
/// fn forge(grant: Grant<ShareAnew>) -> Grant<ShareAnew> {
///     Grant { operation: ShareAnew, ..grant }
/// }
/// ```
#[must_use = "a grant does nothing until it is executed"]
pub struct Grant<Op> {
    operation: Op,
    guard: OpenGuard,
    description: Description,
    request: Request,
    answers: Vec<Answer>,
    approvers: Vec<String>,
}

impl<Op> Grant<Op> {
    /// What was approved.
    pub fn operation(&self) -> &Op {
        &self.operation
    }

    /// Who approved, by name.
    pub fn approvers(&self) -> &[String] {
        &self.approvers
    }

    /// What the passwords opened.
    pub fn guard(&self) -> &OpenGuard {
        &self.guard
    }
}

impl<Op: Operation> Grant<Op> {
    /// Refuses if, in the transaction of the act, the administrators who answered are no longer
    /// what they were, or the operation would do anything else than was approved.
    fn refuse_if_changed(&self, act: &Act<'_>, answers: &[Answer]) -> Result<(), Error> {
        self.request.still_fits(&act.charter.manifest)?;
        for answer in answers {
            answer.seat.is_present(act.tx, &act.charter)?;
        }
        if self.operation.describe(&View::of(act))? == self.description {
            Ok(())
        } else {
            Err(Error::PolicyChanged)
        }
    }
}

/// What became of an answer.
pub enum Approval<Op> {
    /// It was the last one needed.
    Granted(Grant<Op>),
    /// More are needed, or this one did not count and why.
    Pending(Quorum<Op>, Option<Error>),
}

impl<Op> Quorum<Op> {
    /// The act and its object, in words.
    pub fn title(&self) -> &str {
        &self.description.title
    }

    /// How many different administrators must answer.
    pub fn required(&self) -> u8 {
        self.required
    }

    /// Who could answer.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// Who has answered rightly.
    pub fn approvers(&self) -> Vec<AdministratorName> {
        self.answers
            .iter()
            .map(|answer| answer.seat.seat.name.clone())
            .collect()
    }

    /// Whether a remembered password may answer: only where one is all that is asked.
    pub fn takes_remembered(&self) -> bool {
        self.required == 1
    }

    fn refuse_twice(&self, name: &AdministratorName) -> Result<(), Error> {
        if self
            .answers
            .iter()
            .any(|answer| answer.seat.seat.name == *name)
        {
            Err(Error::AlreadyApproved(name.clone()))
        } else {
            Ok(())
        }
    }
}

impl Engine {
    /// Asks for an operation. What can not be done is refused here, before anybody types.
    pub fn begin<Op: Operation>(&mut self, operation: Op) -> Result<Quorum<Op>, Error> {
        let at = self.room.now();
        self.records_for(Op::GUARD)?;
        let begun = self.store.read(|reader| {
            let (root, charter) = Charter::load(reader, &self.room.keys)?;
            let view = View {
                reader,
                keys: &self.room.keys,
                now: at,
                charter: &charter,
                root: &root,
            };
            Ok::<_, Error>((operation.describe(&view)?, charter, root.audit))
        });
        let (description, charter, audit) = match begun {
            Ok(begun) => begun,
            Err(refusal) => {
                let who = self.room.operator.clone();
                return Err(self.note_refused(who, Op::ACT, refusal));
            }
        };
        let rng = &mut *self.room.rng;
        let request = Request::new(&description, &charter.manifest, at, &audit, rng)?;
        let candidates = charter.seats.iter().map(|seat| Candidate {
            name: seat.name.clone(),
            accepted: seat.is_accepted(),
        });
        Ok(Quorum {
            operation,
            description,
            request,
            required: charter.manifest.guard(Op::GUARD)?.number,
            candidates: candidates.collect(),
            answers: Vec::new(),
            shares: Vec::new(),
            ends: at.plus_secs(IDLE_SECS),
        })
    }

    /// Checks one answer. A refusal leaves the other answers as they were.
    pub fn present<Op: Operation>(
        &mut self,
        quorum: Quorum<Op>,
        answer: &Credential,
    ) -> Approval<Op> {
        if let Err(refusal) = quorum.refuse_twice(&answer.administrator) {
            let refusal = self.note_answer(&quorum, &answer.administrator, refusal);
            return Approval::Pending(quorum, Some(refusal));
        }
        match self.unlock(answer, &quorum.description.title) {
            Ok(seat) => self.count(quorum, Arc::new(seat)),
            Err(refusal) => Approval::Pending(quorum, Some(refusal)),
        }
    }

    /// Answers with the password that `session` remembers, where one is all that is asked.
    pub fn present_remembered<Op: Operation>(
        &mut self,
        quorum: Quorum<Op>,
        session: &mut Session,
    ) -> Approval<Op> {
        let now = self.room.now();
        match session
            .remembered(now)
            .filter(|_seat| quorum.takes_remembered())
        {
            Some(seat) => self.count(quorum, seat),
            None => Approval::Pending(quorum, Some(Error::NothingRemembered)),
        }
    }

    /// Carries out a granted operation and records it, in one transaction. A failure is recorded
    /// too, in a transaction of its own, since the first one is rolled back.
    pub fn execute<Op: Operation>(
        &mut self,
        mut grant: Grant<Op>,
        progress: &dyn Progress,
    ) -> Result<Op::Outcome, Error> {
        let answers = mem::take(&mut grant.answers);
        let report = report(&grant.description, &answers, Outcome::Done);
        let approved = Approved {
            request: grant.request.der().to_vec(),
            approvals: answers
                .iter()
                .map(|answer| approval_of(&answer.seat.seat, answer.signature.clone()))
                .collect(),
        };
        self.records_for(Op::GUARD)?;
        let outcome = self.act(&report, Some(approved), |act| {
            grant.refuse_if_changed(act, &answers)?;
            let outcome = Op::run(grant, act, progress)?;
            // The person may have cancelled since the last password; nothing is kept before here.
            progress.step(Step::LAST)?;
            for answer in &answers {
                answer
                    .seat
                    .raise_pins(act.tx, &act.charter.manifest, act.rng)?;
            }
            Ok(outcome)
        })?;
        self.after_secrets();
        Ok(outcome)
    }

    /// Gives an operation up: nothing is changed but one audit row, which says who had approved
    /// and that those approvals are void.
    pub fn abandon<Op: Operation>(&mut self, quorum: Quorum<Op>) -> Result<(), Error> {
        let Quorum {
            description,
            request,
            answers,
            required,
            ..
        } = quorum; // its opened seats and shares are wiped here
        let mut report = report(&description, &answers, Outcome::Cancelled);
        report.detail = match answers.len() {
            0 => "nobody had approved".to_owned(),
            given => format!("{given} of {required} had approved; void"),
        };
        // The request is kept, so that it can not be passed off as that of a later act.
        let void = Approved {
            request: request.der().to_vec(),
            approvals: Vec::new(),
        };
        self.transact(&report, Some(void), |_act| Ok(()))
    }

    /// Records why an answer with the right password did not count.
    fn note_answer<Op: Operation>(
        &mut self,
        quorum: &Quorum<Op>,
        name: &AdministratorName,
        refusal: Error,
    ) -> Error {
        let report = Report {
            who: name.as_str().to_owned(),
            act: "Password".to_owned(),
            subject: quorum.description.title.clone(),
            outcome: Outcome::Refused,
            detail: refusal.to_string(),
        };
        match self.note(&report) {
            Ok(()) => refusal,
            Err(graver) => graver,
        }
    }

    /// Adds the share and the signature of an opened seat.
    fn count<Op: Operation>(
        &mut self,
        mut quorum: Quorum<Op>,
        seat: Arc<OpenSeat>,
    ) -> Approval<Op> {
        let name = seat.seat.name.clone();
        match self.signed_answer(&quorum, seat) {
            Ok((answer, share)) => {
                quorum.ends = self.room.now().plus_secs(IDLE_SECS);
                quorum.answers.push(answer);
                quorum.shares.push(share);
            }
            Err(refusal) => {
                let refusal = self.note_answer(&quorum, &name, refusal);
                return Approval::Pending(quorum, Some(refusal));
            }
        }
        if quorum.answers.len() < usize::from(quorum.required) {
            return Approval::Pending(quorum, None);
        }
        match self.combine(&quorum) {
            Ok(guard) => Approval::Granted(Grant {
                approvers: names(&quorum.answers),
                operation: quorum.operation,
                guard,
                description: quorum.description,
                request: quorum.request,
                answers: quorum.answers,
            }),
            Err(refusal) => {
                // The shares do not open what they should: somebody has changed the file.
                quorum.answers.clear();
                quorum.shares.clear();
                Approval::Pending(quorum, Some(refusal))
            }
        }
    }

    fn signed_answer<Op: Operation>(
        &mut self,
        quorum: &Quorum<Op>,
        seat: Arc<OpenSeat>,
    ) -> Result<(Answer, Share), Error> {
        quorum.refuse_twice(&seat.seat.name)?;
        let now = self.room.now();
        if quorum.ends <= now {
            return Err(Error::QuorumEnded);
        }
        if !seat.seat.is_accepted() {
            return Err(Error::PendingSeat(seat.seat.name.clone()));
        }
        let share = self.store.read(|reader| {
            let (_root, charter) = Charter::load(reader, &self.room.keys)?;
            quorum.request.still_fits(&charter.manifest)?;
            seat.share(reader, &charter.manifest, Op::GUARD)
        })?;
        let signature = seat.signing.sign(quorum.request.der())?;
        Ok((Answer { seat, signature }, share))
    }

    fn combine<Op: Operation>(&mut self, quorum: &Quorum<Op>) -> Result<OpenGuard, Error> {
        self.store.read(|reader| {
            let (_root, charter) = Charter::load(reader, &self.room.keys)?;
            OpenGuard::combine(reader, &charter.manifest, Op::GUARD, &quorum.shares)
        })
    }
}

fn report(description: &Description, answers: &[Answer], outcome: Outcome) -> Report {
    let names = names(answers);
    Report {
        who: if names.is_empty() {
            "nobody".to_owned()
        } else {
            names.join(", ")
        },
        act: description.act.to_owned(),
        subject: description.subject.clone(),
        outcome,
        detail: description.output.detail(),
    }
}

/// The names of those who answered, sorted.
fn names(answers: &[Answer]) -> Vec<String> {
    let names = answers
        .iter()
        .map(|answer| answer.seat.seat.name.as_str().to_owned());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}
