//! A password while it is typed: wiped when it is no longer needed.

use zeroize::Zeroizing;

use crate::domain::secret::{Password, PasswordError};

/// The text of a password field.
pub struct Typed(Zeroizing<String>);

impl Default for Typed {
    fn default() -> Self {
        // Room for any password from the start, so that growing leaves no copies behind.
        Self(Zeroizing::new(String::with_capacity(
            4 * Password::MAX_OCTETS,
        )))
    }
}

impl Typed {
    /// The text, for the field that changes it.
    pub fn text(&mut self) -> &mut String {
        &mut self.0
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether both fields hold the same.
    pub fn is_same(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    /// Whether exactly `text` is typed.
    pub fn reads(&self, text: &str) -> bool {
        *self.0 == text
    }

    /// Types `text` in place of what there is.
    pub fn set(&mut self, text: &str) {
        self.0.clear();
        self.0.push_str(text);
    }

    /// The password, if the text can be one.
    pub fn parse(&self) -> Result<Password, PasswordError> {
        Password::parse(&self.0)
    }

    /// The password, and the field is empty again.
    pub fn take(&mut self) -> Result<Password, PasswordError> {
        let password = self.parse();
        *self = Self::default();
        password
    }
}
