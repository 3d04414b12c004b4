//! The stack of dialogs: the topmost gets the input.

use crate::forms::message::Message;

use super::account::AccountForm;
use super::compose::MissingForm;
use super::digital_id::{LevelForm, SetUpForm, SourceForm};
use super::options::LostForm;
use super::people::CertificateBox;
use super::reading::VerdictBox;
use super::transfer::{ChangeForm, ExportForm, ImportForm, TransferForm};
use super::{App, ConsentForm, PasswordForm, PathForm};

/// A dialog on the stack.
pub struct Layer {
    /// Its number, never used again.
    pub number: u64,
    /// The dialog.
    pub modal: Modal,
}

/// A dialog.
pub enum Modal {
    /// Who the user is and where the server is.
    Account(Box<AccountForm>),
    /// Work that takes its time.
    Busy(Busy),
    /// Shows a certificate.
    Certificate(CertificateBox),
    /// A keyset's new password.
    Change(Box<ChangeForm>),
    /// Asks yes or no.
    Confirm(Confirm),
    /// Asks for permission to use a keyset.
    Consent(ConsentForm),
    /// Writes a Digital ID into a file.
    Export(Box<ExportForm>),
    /// Reads a Digital ID from a file.
    Import(Box<ImportForm>),
    /// The security level of a new keyset.
    Level(Box<LevelForm>),
    /// Why a key is reported.
    Lost(LostForm),
    /// Tells something.
    Message(Message),
    /// Recipients that a message can not be encrypted to.
    Missing(MissingForm),
    /// Asks for a keyset's password.
    Password(PasswordForm),
    /// A file's name, typed.
    Path(PathForm),
    /// Temporary key and keyset name.
    SetUp(SetUpForm),
    /// Where a Digital ID comes from.
    Source(SourceForm),
    /// *Import/Export Digital ID*.
    Transfer(TransferForm),
    /// What there is to say of a message.
    Verdict(Box<VerdictBox>),
}

/// Work that takes its time and can not be stopped half way.
pub struct Busy {
    /// What is being done.
    pub title: String,
}

/// Asks before something is done.
pub struct Confirm {
    /// The question.
    pub question: String,
    /// What the button says that does it.
    pub accept: &'static str,
    /// What the other button says.
    pub decline: &'static str,
    /// Whether something is lost then.
    pub is_loss: bool,
    /// What is done then.
    pub then: Box<dyn FnOnce(&mut App) + Send>,
}

/// What the person did in the dialog in front.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer {
    /// The button that does it.
    Accept,
    /// Cancel, Close, No, Esc, or the caption's button.
    Cancel,
    /// A third button: what it does stands on it.
    Other,
    /// The text or choice is another one.
    Typed,
}

impl App {
    /// Puts a dialog in front.
    pub(super) fn push(&mut self, modal: Modal) -> u64 {
        self.numbers = self.numbers.wrapping_add(1);
        let number = self.numbers;
        self.modals.push(Layer { number, modal });
        number
    }

    /// The dialog stays in front, the same as it was.
    pub(super) fn put_back(&mut self, number: u64, modal: Modal) {
        self.modals.push(Layer { number, modal });
    }

    /// Takes the dialog with this number away.
    pub(super) fn take_layer(&mut self, number: u64) {
        self.modals.retain(|layer| layer.number != number);
    }

    /// Tells the person something; not again what is still on the screen, as where the same fails
    /// every few seconds.
    pub(super) fn tell(&mut self, message: Message) {
        let says_it =
            |layer: &Layer| matches!(&layer.modal, Modal::Message(told) if *told == message);
        if !self.modals.iter().any(says_it) {
            self.push(Modal::Message(message));
        }
    }

    /// Tells why something was not done.
    pub(super) fn tell_if_failed(&mut self, result: Result<(), crate::client::error::Error>) {
        if let Err(error) = result {
            self.tell(Message::of_client(&error));
        }
    }

    /// Asks before `then` loses something.
    pub(super) fn confirm(
        &mut self,
        question: impl Into<String>,
        accept: &'static str,
        then: impl FnOnce(&mut Self) + Send + 'static,
    ) {
        self.push(Modal::Confirm(Confirm {
            question: question.into(),
            accept,
            decline: "Cancel",
            is_loss: true,
            then: Box::new(then),
        }));
    }

    /// Asks yes or no.
    pub(super) fn ask(
        &mut self,
        question: impl Into<String>,
        then: impl FnOnce(&mut Self) + Send + 'static,
    ) {
        self.push(Modal::Confirm(Confirm {
            question: question.into(),
            accept: "Yes",
            decline: "No",
            is_loss: false,
            then: Box::new(then),
        }));
    }

    /// The dialog in front was answered.
    pub(super) fn answer(&mut self, answer: Answer) {
        let Some(Layer { number, modal }) = self.modals.pop() else {
            return;
        };
        match modal {
            Modal::Account(form) => form.answer(self, number, answer),
            busy @ Modal::Busy(_) => self.put_back(number, busy), // until it is done
            Modal::Certificate(_) | Modal::Message(_) => (),
            Modal::Change(form) => form.answer(self, number, answer),
            Modal::Confirm(confirm) => {
                if answer == Answer::Accept {
                    (confirm.then)(self);
                }
            }
            Modal::Consent(form) => form.answer(self, answer),
            Modal::Export(form) => form.answer(self, number, answer),
            Modal::Import(form) => form.answer(self, number, answer),
            Modal::Level(form) => form.answer(self, number, answer),
            Modal::Lost(form) => form.answer(self, number, answer),
            Modal::Missing(form) => form.answer(self, answer),
            Modal::Password(form) => form.answer(self, number, answer),
            Modal::Path(form) => form.answer(self, number, answer),
            Modal::SetUp(form) => form.answer(self, number, answer),
            Modal::Source(form) => form.answer(self, number, answer),
            Modal::Transfer(form) => form.answer(self, number, answer),
            Modal::Verdict(shown) => shown.answer(self, number, answer),
        }
    }
}
