//! What every act of the command line has at hand, and how it opens a keyset.

use crate::client::cli::args::Opening;
use crate::client::error::Error;
use crate::client::view::Need;
use crate::client::{Client, Unlock};
use crate::domain::names::KeysetName;
use crate::domain::secret::Password;
use crate::terminal::console::Console;
use crate::terminal::failure::Failure;
use crate::terminal::source::{self, Inputs, Source};

/// One call of the program.
pub(super) struct Call<'a> {
    pub(super) console: &'a mut Console,
    pub(super) inputs: Inputs,
    pub(super) client: Client,
}

/// What opens a keyset.
pub(super) enum Opener {
    Password(Password),
    Consent,
    Silent,
}

impl Opener {
    /// As the client takes it.
    pub(super) fn unlock(&self) -> Unlock<'_> {
        match self {
            Self::Password(password) => Unlock::Password(password),
            Self::Consent => Unlock::Consent,
            Self::Silent => Unlock::Silent,
        }
    }

    /// The password, if there is one.
    pub(super) fn password(&self) -> Option<&Password> {
        match self {
            Self::Password(password) => Some(password),
            Self::Consent | Self::Silent => None,
        }
    }
}

impl Call<'_> {
    /// The keyset that was named, or the chosen one.
    pub(super) fn keyset(&self, named: Option<&str>) -> Result<KeysetName, Failure> {
        if let Some(name) = named {
            return Ok(KeysetName::parse(name)?);
        }
        let chosen = self.client.settings().keyset.clone();
        Ok(chosen.ok_or(Error::NoDigitalId)?)
    }

    /// The keyset of an act and what opens it.
    pub(super) fn opening(&mut self, opening: &Opening) -> Result<(KeysetName, Opener), Failure> {
        let keyset = self.keyset(opening.keyset.as_deref())?;
        let opener = self.opener(&keyset, opening.password_from.as_ref(), opening.consent)?;
        Ok((keyset, opener))
    }

    /// What opens a keyset that exists.
    pub(super) fn opener(
        &mut self,
        keyset: &KeysetName,
        password_from: Option<&Source>,
        consent: bool,
    ) -> Result<Opener, Failure> {
        Ok(match self.client.need(keyset)? {
            Need::Nothing => Opener::Silent,
            Need::Password => {
                let prompt = format!("Password for {keyset}");
                let option = "--password-from";
                Opener::Password(self.inputs.password(password_from, option, &prompt)?)
            }
            Need::Consent if consent => Opener::Consent,
            Need::Consent => ask_for_consent(keyset)?,
        })
    }
}

fn ask_for_consent(keyset: &KeysetName) -> Result<Opener, Failure> {
    if !source::can_ask() {
        return Err(Failure::Usage(format!(
            "The keyset {keyset} is used only with your permission: add --consent."
        )));
    }
    match source::ask_yes(&format!("May the keyset {keyset} be used?"))? {
        Some(true) => Ok(Opener::Consent),
        Some(false) | None => Err(Failure::Cancelled),
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let notice = error.notice();
        let words = format!("{} {}", notice.what, notice.remedy);
        Self::Refused(words.trim_end().to_owned())
    }
}
