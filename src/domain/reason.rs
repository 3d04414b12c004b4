//! Why somebody's keys are given back: asked before every recovery and kept in the audit.

/// The reason for a recovery.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RecoverReason {
    /// The keyset is there but its password is forgotten.
    ForgottenPassword,
    /// The device with the keys is lost or stolen.
    LostDevice,
    /// The person left; a delegate reads the mail.
    DepartedEmployee,
    /// A court or an authority asks.
    LegalRequest,
    /// Anything else, in the administrator's own words.
    Other(String),
}

impl RecoverReason {
    /// The longest own words, in characters: a line of the audit list.
    pub const MAX_OTHER: usize = 200;

    /// The reasons of the list on screen, without the free text.
    pub const LISTED: [Self; 4] = [
        Self::ForgottenPassword,
        Self::LostDevice,
        Self::DepartedEmployee,
        Self::LegalRequest,
    ];

    /// The words on screen and in the audit.
    pub fn words(&self) -> &str {
        match self {
            Self::ForgottenPassword => "forgotten password",
            Self::LostDevice => "lost device",
            Self::DepartedEmployee => "departed employee",
            Self::LegalRequest => "legal request",
            Self::Other(words) => words,
        }
    }

    /// Reads one of the listed reasons, with spaces, hyphens or underscores; other text is
    /// [`Self::Other`]. `None` if it is empty or too long.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let folded = text.to_lowercase().replace(['-', '_'], " ");
        let listed = Self::LISTED
            .into_iter()
            .find(|reason| reason.words() == folded);
        listed.or_else(|| {
            let length = text.chars().count();
            let fits = (1..=Self::MAX_OTHER).contains(&length);
            let shown = !text.chars().any(char::is_control);
            (fits && shown).then(|| Self::Other(text.to_owned()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_reasons_read_back_in_any_spelling() {
        assert_eq!(
            RecoverReason::parse("Lost-Device"),
            Some(RecoverReason::LostDevice)
        );
        assert_eq!(
            RecoverReason::parse("legal_request"),
            Some(RecoverReason::LegalRequest)
        );
        assert_eq!(
            RecoverReason::parse("moved to Kyōto"),
            Some(RecoverReason::Other("moved to Kyōto".to_owned()))
        );
        assert_eq!(RecoverReason::parse("  "), None);
        assert_eq!(RecoverReason::parse(&"x".repeat(201)), None);
    }
}
