//! What there is to say of a message that was opened, one line a question.

use crate::client::message::layers::NO_KEY;

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

    /// The worse of two.
    #[must_use]
    pub(super) const fn worst(self, other: Self) -> Self {
        if self.badness() < other.badness() {
            other
        } else {
            self
        }
    }

    const fn badness(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Good => 1,
            Self::Warning => 2,
            Self::Bad => 3,
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
    /// The worst of the lines' marks; [`Mark::None`] at best for a message without signature, which
    /// anybody can have written.
    pub mark: Mark,
    /// Whether the message was encrypted.
    pub encrypted: bool,
    /// Whether the message is signed, well or badly.
    pub signed: bool,
    /// The lines, in the order in which a person asks.
    pub lines: Vec<Line>,
}

impl Verdict {
    /// The whole of these lines.
    pub(super) fn of(lines: Vec<Line>, encrypted: bool, signed: bool) -> Self {
        let marks = lines.iter().map(|line| line.mark);
        let mut mark = marks.fold(Mark::None, Mark::worst);
        if !signed && mark == Mark::Good {
            mark = Mark::None;
        }
        let first = || lines.iter().find(|line| line.mark == mark);
        let summary = match mark {
            Mark::Bad | Mark::Warning => first().map(|line| line.words.clone()),
            Mark::Good | Mark::None => None,
        };
        let good = match (signed, encrypted) {
            (true, true) => "The message is signed and encrypted, and everything is in order.",
            (true, false) => "The message is signed, and everything is in order.",
            (false, true) => "The message is encrypted, and not signed.",
            (false, false) => "The message is neither signed nor encrypted.",
        };
        Self {
            summary: summary.unwrap_or_else(|| good.to_owned()),
            mark,
            encrypted,
            signed,
            lines,
        }
    }

    /// Whether none of the own keys opens the message.
    pub fn lacks_key(&self) -> bool {
        self.lines.iter().any(|line| line.words == NO_KEY)
    }
}

impl Line {
    /// An answer.
    pub(super) fn new(question: &'static str, mark: Mark, words: impl Into<String>) -> Self {
        Self {
            question,
            mark,
            words: words.into(),
        }
    }
}
