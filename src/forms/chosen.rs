//! A password that a person chooses.

use crate::crypto::strength::{self, Strength};
use crate::domain::secret::{Password, SecretText};
use crate::forms::typed::Typed;
use crate::forms::words;

/// A password that is chosen: typed twice, with an estimate of its strength.
#[derive(Default)]
pub struct ChosenPassword {
    /// The password.
    pub password: Typed,
    /// The same, typed again.
    pub again: Typed,
    /// How hard it is to guess; `None` while nothing is typed.
    pub strength: Option<Strength>,
    /// A suggestion that was made, to be written down; shown until the box closes or something else is typed.
    pub suggestion: Option<SecretText>,
}

impl ChosenPassword {
    /// The text is another one: judges it anew. `context` are words a guesser tries first.
    pub fn judge(&mut self, context: &[&str]) {
        let typed_over = |suggestion: &SecretText| !self.password.reads(suggestion.expose());
        if self.suggestion.as_ref().is_some_and(typed_over) {
            self.suggestion = None;
        }
        self.strength = self
            .password
            .parse()
            .ok()
            .map(|password| strength::estimate(&password, context));
    }

    /// How hard the password is to guess, in words.
    pub fn strength_words(&self) -> String {
        match &self.strength {
            None => "Makes a passphrase nobody guesses.".to_owned(),
            Some(strength) => format!("Strength: {}", strength.words()),
        }
    }

    /// Takes `suggestion` as the password; it is shown, because it was not thought up by the person.
    pub fn suggest(&mut self, suggestion: SecretText, context: &[&str]) {
        self.password.set(suggestion.expose());
        self.again.set(suggestion.expose());
        self.suggestion = Some(suggestion);
        self.judge(context);
    }

    /// The password, or what is wrong with it.
    pub fn parse(&self) -> Result<Password, String> {
        let password = self
            .password
            .parse()
            .map_err(|error| words::sentence(&error))?;
        if !self.password.is_same(&self.again) {
            return Err(
                "The two passwords are not the same. Type the same password into both boxes."
                    .to_owned(),
            );
        }
        if !self.strength.as_ref().is_some_and(Strength::is_enough) {
            return Err(
                "The password is too easy to guess. Use a longer one, or choose Suggest."
                    .to_owned(),
            );
        }
        Ok(password)
    }
}
