//! The stack of dialogs: the topmost gets the input, and each belongs to a sheet or to the window.

use crate::work::Watch;

use super::App;
use super::administrator_forms::{NewAdministrator, NewPassword};
use super::files::PathForm;
use super::hand_over::{EnableForm, OneTime, RecoverForm};
use super::message::Message;
use super::people::ImportReview;
use super::prompt::Authorize;
use super::revoke::RevokeForm;
use super::sheet::SheetId;
use super::sheet::trust::{CertificateBox, TrustReview};

/// A dialog on the stack.
pub struct Layer {
    /// The sheet it belongs to; `None` for the window's own.
    pub owner: Option<SheetId>,
    /// Its number, never used again.
    pub number: u64,
    /// The dialog.
    pub modal: Modal,
}

/// Where a dialog stands that is being answered, so that it can stay.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// The sheet it belongs to.
    pub(super) owner: Option<SheetId>,
    number: u64,
}

/// A dialog.
pub enum Modal {
    /// Asks for an administrator's password.
    Authorize(Authorize),
    /// Work that takes its time.
    Busy(Busy),
    /// Shows a certificate.
    Certificate(CertificateBox),
    /// Asks yes or no.
    Confirm(Confirm),
    /// How advanced security is to be enabled.
    Enable(EnableForm),
    /// What a person gets, shown once.
    HandedOver(OneTime),
    /// What a file of people would do.
    ImportReview(ImportReview),
    /// Tells something.
    Message(Message),
    /// A new administrator.
    NewAdministrator(NewAdministrator),
    /// An administrator's new password.
    NewPassword(NewPassword),
    /// A file's name, typed.
    Path(PathForm),
    /// Why and how keys are recovered.
    Recover(RecoverForm),
    /// Why advanced security is revoked.
    Revoke(RevokeForm),
    /// What is in a file of certificates.
    TrustReview(TrustReview),
}

/// Work that takes its time.
pub struct Busy {
    /// What is being done.
    pub title: String,
    /// How far it is, and how to stop it.
    pub watch: Watch,
}

/// Asks before something is done.
pub struct Confirm {
    /// The question.
    pub question: String,
    /// What the button says that does it.
    pub accept: &'static str,
    /// What is done then.
    pub then: Box<dyn FnOnce(&mut App) + Send>,
}

/// What the person did in the dialog in front.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer {
    /// The button that does it.
    Accept,
    /// Cancel, Close, Esc, or the caption's button.
    Cancel,
    /// *Copy* of the secret at this place.
    Copy(usize),
    /// *Save to File* for what is shown.
    Save,
    /// *Save* for a file of keys.
    SaveKeys,
    /// *Send by E-Mail*.
    Send,
    /// *Suggest*.
    Suggest,
    /// The text of a password field is another one.
    Typed,
}

impl App {
    /// Puts a dialog in front.
    pub fn push(&mut self, owner: Option<SheetId>, modal: Modal) -> u64 {
        self.layers = self.layers.wrapping_add(1);
        self.modals.push(Layer {
            owner,
            number: self.layers,
            modal,
        });
        self.layers
    }

    /// The dialog stays in front, the same as it was.
    pub(super) fn put_back(&mut self, spot: Spot, modal: Modal) {
        let Spot { owner, number } = spot;
        self.modals.push(Layer {
            owner,
            number,
            modal,
        });
    }

    /// Tells the person something; not again what is still on the screen, as where the same fails
    /// every minute.
    pub fn tell(&mut self, owner: Option<SheetId>, message: Message) {
        let says_it =
            |layer: &Layer| matches!(&layer.modal, Modal::Message(told) if *told == message);
        if self.modals.iter().any(says_it) {
            return;
        }
        self.push(owner, Modal::Message(message));
    }

    /// Asks before `then` is done.
    pub fn confirm(
        &mut self,
        owner: Option<SheetId>,
        question: impl Into<String>,
        accept: &'static str,
        then: impl FnOnce(&mut Self) + Send + 'static,
    ) {
        let confirm = Confirm {
            question: question.into(),
            accept,
            then: Box::new(then),
        };
        self.push(owner, Modal::Confirm(confirm));
    }

    /// What is shown once in the dialog at this spot, if it is still open.
    pub(super) fn one_time_mut(&mut self, spot: Spot) -> Option<&mut OneTime> {
        let mut layers = self.modals.iter_mut();
        match layers.find(|layer| layer.number == spot.number) {
            Some(Layer {
                modal: Modal::HandedOver(once),
                ..
            }) => Some(once),
            Some(_) | None => None,
        }
    }

    /// Whether the program may end: what is shown once and would be lost is said first.
    pub(super) fn may_leave(&mut self) -> bool {
        let mut may_leave = true;
        for layer in &mut self.modals {
            if let Modal::HandedOver(once) = &mut layer.modal {
                may_leave &= !once.warn();
            }
        }
        may_leave
    }

    /// Takes the dialog with this number away.
    pub(super) fn take_layer(&mut self, number: u64) {
        self.modals.retain(|layer| layer.number != number);
    }

    /// The dialog in front was answered.
    pub(super) fn answer(&mut self, answer: Answer) {
        let Some(layer) = self.modals.pop() else {
            return;
        };
        let spot = Spot {
            owner: layer.owner,
            number: layer.number,
        };
        match layer.modal {
            Modal::Authorize(authorize) => authorize.answer(self, spot, answer),
            Modal::Busy(busy) => {
                if answer == Answer::Cancel {
                    busy.watch.cancel();
                }
                self.put_back(spot, Modal::Busy(busy)); // until it has stopped
            }
            Modal::Certificate(shown) => shown.answer(self, spot, answer),
            Modal::Confirm(confirm) => {
                if answer == Answer::Accept {
                    (confirm.then)(self);
                }
            }
            Modal::Enable(form) => form.answer(self, spot, answer),
            Modal::HandedOver(once) => once.answer(self, spot, answer),
            Modal::ImportReview(review) => review.answer(self, spot, answer),
            Modal::Message(_told) => (),
            Modal::NewAdministrator(form) => form.answer(self, spot, answer),
            Modal::NewPassword(form) => form.answer(self, spot, answer),
            Modal::Path(form) => form.answer(self, spot, answer),
            Modal::Recover(form) => form.answer(self, spot, answer),
            Modal::Revoke(form) => form.answer(self, spot, answer),
            Modal::TrustReview(review) => review.answer(self, spot, answer),
        }
    }

    /// Ends every dialog that `is_over` names, as Cancel would. Work under way is asked to stop,
    /// and its dialog stays until it has.
    pub(super) fn cancel_dialogs(&mut self, is_over: impl Fn(&Layer) -> bool) {
        let (over, stay) = std::mem::take(&mut self.modals)
            .into_iter()
            .partition(is_over);
        self.modals = stay;
        let over: Vec<Layer> = over;
        for layer in over.into_iter().rev() {
            match layer.modal {
                Modal::Authorize(authorize) => authorize.prompt.cancel(self, None),
                Modal::Busy(busy) => {
                    busy.watch.cancel();
                    self.modals.push(Layer {
                        modal: Modal::Busy(busy),
                        ..layer
                    });
                }
                // It cost a quorum and is nowhere else: it outlives the sheet.
                Modal::HandedOver(once) if !self.is_leaving => self.modals.push(Layer {
                    owner: None,
                    number: layer.number,
                    modal: Modal::HandedOver(once),
                }),
                Modal::Path(form) => form.give_up(self),
                Modal::Certificate(_)
                | Modal::Confirm(_)
                | Modal::Enable(_)
                | Modal::HandedOver(_)
                | Modal::ImportReview(_)
                | Modal::Message(_)
                | Modal::NewAdministrator(_)
                | Modal::NewPassword(_)
                | Modal::Recover(_)
                | Modal::Revoke(_)
                | Modal::TrustReview(_) => (),
            }
        }
    }
}
