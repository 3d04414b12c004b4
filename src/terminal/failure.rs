//! Why an act ended without being done, and the exit status that says so.

use std::io;

use crate::domain::address::AddressError;
use crate::domain::names::NameError;
use crate::domain::secret::PasswordError;

/// An act that was not done.
#[derive(Debug)]
pub enum Failure {
    /// The person, or the end of the answers, cancelled it.
    Cancelled,
    /// It was refused or failed; the sentence says why and what to do.
    Refused(String),
    /// The command line can not be meant like that.
    Usage(String),
}

impl Failure {
    /// A refusal with these words.
    pub fn refused(words: impl Into<String>) -> Self {
        Self::Refused(words.into())
    }

    /// The word that stands for it in JSON.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Refused(_) | Self::Usage(_) => "refused",
        }
    }

    /// The reason, as a sentence.
    pub fn reason(&self) -> &str {
        match self {
            Self::Cancelled => "The operation was cancelled. Nothing was changed.",
            Self::Refused(words) | Self::Usage(words) => words,
        }
    }

    /// The exit status.
    pub fn status(&self) -> u8 {
        match self {
            Self::Refused(_) => 1,
            Self::Usage(_) => 2,
            Self::Cancelled => 3,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Refused(format!("The output can not be written: {error}."))
    }
}

/// What a person typed and the reason it is refused, as the domain words it.
macro_rules! from_typed {
    ($($error:ty),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::Refused(sentence(&error.to_string()))
            }
        }
    )*};
}

from_typed!(AddressError, NameError, PasswordError);

/// The message of a lower layer as a sentence: capital letter, full stop.
pub fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let capital = characters.next().into_iter().flat_map(char::to_uppercase);
    let mut sentence: String = capital.chain(characters).collect();
    sentence.push('.');
    sentence
}
