//! What there is to say of a message that was opened, one line a question.

/// How one thing stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mark {
    /// As it should be.
    Good,
    /// Not asked, because the message has no signature or is not encrypted.
    None,
    /// Not certain, or to be minded.
    Warning,
    /// Not as it should be.
    Bad,
}

impl Mark {
    /// The word for screen readers and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::None => "none",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

/// One question and its answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Line {
    /// The question, such as *Signature*, *Signed by*, *Trusted by*, *In date*, *Revoked*, *Sender*,
    /// *Encryption*.
    pub question: &'static str,
    /// How it stands.
    pub mark: Mark,
    /// The answer, as a sentence or a name.
    pub words: String,
}

/// Everything there is to say of a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Verdict {
    /// The whole in one sentence, for the bar over the text.
    pub summary: String,
    /// The worst of the lines' marks; [`Mark::None`] for a message without signature and encryption.
    pub mark: Mark,
    /// Whether the message was encrypted.
    pub encrypted: bool,
    /// Whether the message is signed, well or badly.
    pub signed: bool,
    /// The lines, in the order in which a person asks.
    pub lines: Vec<Line>,
}
