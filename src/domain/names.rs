//! Names and short texts that people type: one type each, checked once.

use std::borrow::Cow;
use std::fmt;

use precis_profiles::OpaqueString;
use precis_profiles::precis_core::profile::Rules as _;

/// Why a name or text was refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NameError {
    /// A character that has a meaning in addresses and lists.
    #[error("{what}: the character {character:?} is not allowed")]
    Character {
        /// What was named.
        what: &'static str,
        /// The first such character.
        character: char,
    },
    /// Nothing but blanks.
    #[error("{what}: nothing is given")]
    Empty {
        /// What was named.
        what: &'static str,
    },
    /// A character that cannot be seen, or that turns the others around.
    #[error("{what}: contains an invisible character (U+{:04X})", u32::from(*.character))]
    Invisible {
        /// What was named.
        what: &'static str,
        /// The first such character.
        character: char,
    },
    /// More characters than allowed.
    #[error("{what}: {found} characters, allowed are {limit}")]
    TooLong {
        /// What was named.
        what: &'static str,
        /// How many characters it has.
        found: usize,
        /// How many it may have.
        limit: usize,
    },
}

/// Characters a name may have. RFC 5280 appendix A: ub-common-name, ub-organization-name and
/// ub-organizational-unit-name are 64, and each of our names can become one of these.
pub const NAME_LIMIT: usize = 64;

/// Characters of a free directory field; no certificate carries one.
pub const FIELD_LIMIT: usize = 256;

/// Characters that an alias may not have: blanks, and RFC 5322 section 3.2.3 specials but the dot
/// (a comma in an alias broke the original).
const ALIAS_SPECIALS: &str = " \"(),:;<>@[\\]";

/// Declares a name: trimmed, in Unicode form NFC, 1 to `NAME_LIMIT` visible characters.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $forbidden:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(String);

        impl $name {
            /// Takes what a person typed, or says what is wrong with it.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                let text = tidy($what, text, NAME_LIMIT)?;
                if text.is_empty() {
                    return Err(NameError::Empty { what: $what });
                }
                match text.chars().find(|character| $forbidden.contains(*character)) {
                    Some(character) => Err(NameError::Character { what: $what, character }),
                    None => Ok(Self(text)),
                }
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

name!(
    /// An administrator of the KM server, as prompts and the audit name him.
    AdministratorName, "administrator", ""
);
name!(
    /// A mailbox's short name, without blanks.
    Alias, "alias", ALIAS_SPECIALS
);
name!(
    /// A container below a site; `/` separates the parts of its path.
    ContainerName, "container", "/"
);
name!(
    /// A recipient's name as lists show it and as certificates carry it (commonName).
    DisplayName, "display name", ""
);
name!(
    /// A keyset of a mail user; it names a file.
    KeysetName, "keyset name", "/"
);
name!(
    /// The organization (organizationName).
    OrganizationName, "organization", ""
);
name!(
    /// The KM server.
    ServerName, "server", ""
);
name!(
    /// A site of the organization (organizationalUnitName).
    SiteName, "site", ""
);

/// A free directory field: trimmed, in Unicode form NFC, at most [`FIELD_LIMIT`] visible
/// characters, possibly none.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Field(String);

impl Field {
    /// Takes what a person typed for the field named `what`, or says what is wrong with it.
    pub fn parse(what: &'static str, text: &str) -> Result<Self, NameError> {
        tidy(what, text, FIELD_LIMIT).map(Self)
    }

    /// The text, empty where nothing was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Trims, composes (NFC, so that equal names have equal octets) and checks.
fn tidy(what: &'static str, text: &str, limit: usize) -> Result<String, NameError> {
    let text = composed(text.trim());
    let found = text.chars().count();
    if limit < found {
        return Err(NameError::TooLong { what, found, limit });
    }
    match text.chars().find(|character| is_invisible(*character)) {
        Some(character) => Err(NameError::Invisible { what, character }),
        None => Ok(text),
    }
}

/// Unicode normalization form C, by the rule of the PRECIS profile that asks for just that.
fn composed(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    OpaqueString::new()
        .normalization_rule(text)
        .map_or_else(|_no_rule| text.to_owned(), Cow::into_owned)
}

/// Control characters, line and paragraph separators, direction overrides and isolates (Unicode
/// Technical Report 36, section 2.6: a name must not change how the text around it reads), and
/// the byte order mark. Joiners stay: Persian, Hindi and emoji are written with them.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0001}'
        )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_composed() {
        let name = DisplayName::parse("  A\u{308}rger \u{3000}").unwrap();
        assert_eq!(name.as_str(), "\u{C4}rger");
        for text in [
            "田中 花子",
            "علی\u{200C}رضا",
            "O'Brien, Séan",
            "葛\u{E0100}城",
        ] {
            assert_eq!(DisplayName::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn each_refusal_names_its_reason() {
        let refusal = |text: &str| DisplayName::parse(text).unwrap_err().to_string();
        assert_eq!(refusal(" \t "), "display name: nothing is given");
        assert_eq!(
            refusal("Anna\u{202E}gpj"),
            "display name: contains an invisible character (U+202E)"
        );
        assert_eq!(
            refusal("Anna\nBerg"),
            "display name: contains an invisible character (U+000A)"
        );
        assert_eq!(
            refusal(&"ä".repeat(65)),
            "display name: 65 characters, allowed are 64"
        );
        assert!(DisplayName::parse(&"ä".repeat(64)).is_ok());
        assert_eq!(
            Alias::parse("berg,anna").unwrap_err().to_string(),
            "alias: the character ',' is not allowed"
        );
        assert!(Field::parse("title", "").is_ok());
        assert!(Field::parse("title", &"x".repeat(257)).is_err());
    }
}
