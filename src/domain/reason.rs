//! Why somebody's keys are given back or revoked: asked before the act and kept in the audit.

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

/// Why certificates are revoked (RFC 5280 section 5.3.1). Without `certificateHold` and
/// `removeFromCRL`: here a revocation is for ever.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RevocationReason {
    /// None is given.
    Unspecified,
    /// Somebody else has, or may have, the private key.
    KeyCompromise,
    /// Somebody else has the certification authority's private key.
    CaCompromise,
    /// The name or another fact in the certificate has changed.
    AffiliationChanged,
    /// Another certificate takes its place.
    Superseded,
    /// It is no longer needed.
    CessationOfOperation,
    /// The person may no longer use it.
    PrivilegeWithdrawn,
    /// Somebody else has the private key of an attribute authority.
    AaCompromise,
}

impl RevocationReason {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::CaCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::PrivilegeWithdrawn,
        Self::AaCompromise,
    ];

    /// The reasons of the list on screen: those that can be a person's.
    pub const LISTED: [Self; 6] = [
        Self::KeyCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::PrivilegeWithdrawn,
        Self::Unspecified,
    ];

    /// The code in lists and requests.
    pub const fn code(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::CaCompromise => 2,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
            Self::PrivilegeWithdrawn => 9,
            Self::AaCompromise => 10,
        }
    }

    /// The reason with this code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// The name in the RFC.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "keyCompromise",
            Self::CaCompromise => "cACompromise",
            Self::AffiliationChanged => "affiliationChanged",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessationOfOperation",
            Self::PrivilegeWithdrawn => "privilegeWithdrawn",
            Self::AaCompromise => "aACompromise",
        }
    }

    /// The words on screen.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unspecified => "No reason given",
            Self::KeyCompromise => "The key is lost or stolen",
            Self::CaCompromise => "The certification authority's key is stolen",
            Self::AffiliationChanged => "The person's name or position has changed",
            Self::Superseded => "Another certificate takes its place",
            Self::CessationOfOperation => "It is no longer needed",
            Self::PrivilegeWithdrawn => "The person may no longer use it",
            Self::AaCompromise => "An attribute authority's key is stolen",
        }
    }

    /// Reads [`Self::name`] in any case, with or without hyphens, underscores and spaces.
    pub fn parse(text: &str) -> Option<Self> {
        let fold = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
        let typed = fold(text);
        Self::ALL
            .into_iter()
            .find(|reason| fold(reason.name()) == typed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_of_the_rfc_read_back_and_what_could_be_undone_is_not_there() {
        for reason in RevocationReason::ALL {
            assert_eq!(RevocationReason::parse(reason.name()), Some(reason));
            assert_eq!(RevocationReason::from_code(reason.code()), Some(reason));
        }
        assert_eq!(
            RevocationReason::parse("key-compromise"),
            Some(RevocationReason::KeyCompromise)
        );
        for (name, code) in [("certificateHold", 6), ("removeFromCRL", 8), ("", 7)] {
            assert_eq!(RevocationReason::parse(name), None);
            assert_eq!(RevocationReason::from_code(code), None);
        }
    }

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
