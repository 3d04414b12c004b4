//! Mail addresses as certificates carry them: checked, prepared, comparable.

use std::borrow::Cow;
use std::fmt;
use std::net::Ipv4Addr;

use precis_profiles::precis_core::profile::Profile as _;
use precis_profiles::{UsernameCaseMapped, UsernameCasePreserved};

/// A mail address (RFC 5321 section 4.1.2, RFC 6531): a local part in the letters the owner chose,
/// and a domain of A-labels in small letters.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct MailAddress {
    local: String,
    domain: String,
}

impl MailAddress {
    /// Takes an address as typed, blanks around it ignored, or says what is wrong with it.
    ///
    /// A local part with letters beyond ASCII is prepared by PRECIS `UsernameCasePreserved`
    /// (RFC 8265 section 3.4), the domain by UTS 46. A quoted local part is taken only where the
    /// quotes change nothing.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if TEXT_LIMIT < text.len() {
            return Err(AddressError::TooLong); // before any work, which grows by the square
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::NoAtSign)?;
        let local = parse_local(local)?;
        let domain = parse_domain(domain)?;
        let octets = local.len().saturating_add(domain.len()).saturating_add(1);
        if ADDRESS_LIMIT < octets {
            return Err(AddressError::TooLong);
        }
        Ok(Self { local, domain })
    }

    /// What stands before the `@`.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The domain in A-labels.
    pub fn domain_ascii(&self) -> &str {
        &self.domain
    }

    /// Whether the local part is ASCII: then a certificate carries rfc822Name, otherwise
    /// `SmtpUTF8Mailbox` (RFC 9598 section 3).
    pub fn is_ascii_local(&self) -> bool {
        self.local.is_ascii()
    }

    /// The address as people read it, the domain in its own letters.
    pub fn unicode(&self) -> String {
        let (domain, _decodes_because_it_was_checked) = idna::domain_to_unicode(&self.domain);
        format!("{}@{domain}", self.local)
    }

    /// What no two mailboxes may share. RFC 5321 section 2.4 leaves the case of a local part to
    /// its own server, but no mail system in use gives `Anna@` and `anna@` to two people, so the
    /// key is without case (PRECIS `UsernameCaseMapped`).
    pub fn key(&self) -> AddressKey {
        let local = if self.local.is_ascii() {
            self.local.to_ascii_lowercase()
        } else {
            UsernameCaseMapped::new()
                .enforce(self.local.as_str())
                .map_or_else(|_no_rule| self.local.to_lowercase(), Cow::into_owned)
        };
        AddressKey(format!("{local}@{}", self.domain))
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}@{}", self.local, self.domain)
    }
}

/// An address reduced to what makes it unique.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AddressKey(String);

impl AddressKey {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is not a mail address we can certify.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AddressError {
    /// A character that no unquoted local part has.
    #[error("the character {0:?} is not allowed before the @")]
    Character(char),
    /// A dot at an end, or two in a row.
    #[error("the part before the @ has a dot at its beginning or end, or two dots in a row")]
    Dots,
    /// The domain is no domain name.
    #[error("the part after the @ is not a domain name")]
    Domain,
    /// Nothing at all.
    #[error("no address is given")]
    Empty,
    /// The local part is empty.
    #[error("nothing stands before the @")]
    EmptyLocal,
    /// An IP address instead of a domain.
    #[error("the part after the @ is an IP address, not a domain name")]
    IpAddress,
    /// More than 64 octets before the `@`.
    #[error("more than 64 octets stand before the @")]
    LocalTooLong,
    /// No `@`.
    #[error("the address has no @")]
    NoAtSign,
    /// Not a fully qualified domain.
    #[error("the domain has no dot")]
    NotQualified,
    /// Letters the PRECIS profile refuses.
    #[error(
        "the part before the @ has characters that are not allowed in internationalized addresses"
    )]
    Unprepared,
    /// More than 254 octets.
    #[error("the address is longer than 254 octets")]
    TooLong,
}

/// RFC 5321 section 4.5.3.1.1.
const LOCAL_LIMIT: usize = 64;
/// RFC 5321 section 4.5.3.1.3 allows a path 256 octets, of which `<` and `>` take two.
const ADDRESS_LIMIT: usize = 254;
/// Octets of a text that can still come to an address: prepared, full-width letters of three octets
/// and letters of four become one of ASCII or more.
const TEXT_LIMIT: usize = 4 * ADDRESS_LIMIT;

fn parse_local(text: &str) -> Result<String, AddressError> {
    // RFC 5321 section 4.1.2: "anna.berg"@… and anna.berg@… are one address.
    let text = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text);
    if text.is_empty() {
        return Err(AddressError::EmptyLocal);
    }
    if let Some(character) = text.chars().find(|character| !is_atom_text(*character)) {
        return Err(AddressError::Character(character));
    }
    if text.split('.').any(str::is_empty) {
        return Err(AddressError::Dots);
    }
    let local = if text.is_ascii() {
        text.to_owned()
    } else {
        UsernameCasePreserved::new()
            .enforce(text)
            .map_err(|_rule| AddressError::Unprepared)?
            .into_owned()
    };
    // Full-width forms become ASCII only now.
    if let Some(character) = local.chars().find(|character| !is_atom_text(*character)) {
        return Err(AddressError::Character(character));
    }
    if local.split('.').any(str::is_empty) {
        return Err(AddressError::Dots);
    }
    if LOCAL_LIMIT < local.len() {
        return Err(AddressError::LocalTooLong);
    }
    Ok(local)
}

/// RFC 5322 section 3.2.3 atext and the dot, widened by RFC 6531 section 3.3 beyond ASCII.
fn is_atom_text(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || !character.is_ascii() && !character.is_control()
        || "!#$%&'*+-/=?^_`{|}~.".contains(character)
}

fn parse_domain(text: &str) -> Result<String, AddressError> {
    if text.starts_with('[') || text.parse::<Ipv4Addr>().is_ok() {
        return Err(AddressError::IpAddress);
    }
    let domain = idna::domain_to_ascii_strict(text).map_err(|_errors| AddressError::Domain)?;
    // RFC 5321 section 2.3.5: only fully qualified names; "anna@fabrikam" is a slip of the finger.
    let (_, top) = domain.rsplit_once('.').ok_or(AddressError::NotQualified)?;
    // RFC 3696 section 2: a top level is never all digits.
    if top.bytes().all(|octet| octet.is_ascii_digit()) {
        return Err(AddressError::Domain);
    }
    Ok(domain)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        MailAddress::parse(text).unwrap().to_string()
    }

    #[test]
    fn a_text_that_is_far_too_long_costs_nothing() {
        // each of these dots has the whole text looked at: minutes, if it were prepared
        let dots = "\u{30a2}\u{30fb}".repeat(1 << 17);
        for text in [format!("{dots}@x.org"), format!("a@{dots}.org")] {
            assert_eq!(MailAddress::parse(&text), Err(AddressError::TooLong));
        }
    }

    #[test]
    fn what_is_displayed_parses_back_to_the_same_address() {
        for (text, expected) in [
            (" Anna.Berg@Fabrikam.COM ", "Anna.Berg@fabrikam.com"),
            ("\"anna.berg\"@fabrikam.com", "anna.berg@fabrikam.com"),
            ("o'brien+km@fabrikam.com", "o'brien+km@fabrikam.com"),
            ("jürgen@bücher.example", "jürgen@xn--bcher-kva.example"),
            ("田中@例え.jp", "田中@xn--r8jz45g.jp"),
            ("u\u{308}ber@example.org", "über@example.org"),
            ("ａｎｎａ@example.org", "anna@example.org"),
        ] {
            assert_eq!(shown(text), expected);
            assert_eq!(shown(expected), expected);
        }
        let address = MailAddress::parse("jürgen@bücher.example").unwrap();
        assert_eq!(address.unicode(), "jürgen@bücher.example");
        assert!(!address.is_ascii_local());
    }

    #[test]
    fn each_refusal_names_its_reason() {
        let long_local = format!("{}@example.org", "a".repeat(65));
        let label = "b".repeat(63);
        let long = format!("{}@{label}.{label}.{label}.org", "a".repeat(60));
        for (text, expected) in [
            ("anna", AddressError::NoAtSign),
            ("", AddressError::Empty),
            ("@example.org", AddressError::EmptyLocal),
            ("anna berg@example.org", AddressError::Character(' ')),
            ("\"anna berg\"@example.org", AddressError::Character(' ')),
            ("a@b@example.org", AddressError::Character('@')),
            ("anna\r\nBcc:x@example.org", AddressError::Character('\r')),
            ("anna\u{85}@example.org", AddressError::Character('\u{85}')),
            (".anna@example.org", AddressError::Dots),
            ("anna..berg@example.org", AddressError::Dots),
            ("anna．．b@example.org", AddressError::Dots),
            ("ann\u{202E}a@example.org", AddressError::Unprepared),
            (long_local.as_str(), AddressError::LocalTooLong),
            (long.as_str(), AddressError::TooLong),
            ("anna@", AddressError::Domain),
            ("anna@-x.org", AddressError::Domain),
            ("anna@ex_ample.org", AddressError::Domain),
            ("anna@exa mple.org", AddressError::Domain),
            ("anna@example.org.", AddressError::Domain),
            ("anna@xn--a.org", AddressError::Domain),
            ("anna@1.2.3", AddressError::Domain),
            ("anna@fabrikam", AddressError::NotQualified),
            ("anna@10.0.0.1", AddressError::IpAddress),
            ("anna@[10.0.0.1]", AddressError::IpAddress),
        ] {
            assert_eq!(MailAddress::parse(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn the_key_ignores_case_and_nothing_else() {
        let key = |text: &str| MailAddress::parse(text).unwrap().key();
        assert_eq!(key("Anna@Example.org"), key("anna@example.ORG"));
        assert_eq!(
            key("JÜRGEN@bücher.example"),
            key("jürgen@xn--bcher-kva.example")
        );
        assert_ne!(key("anna@example.org"), key("anna@example.com"));
        assert_ne!(key("jurgen@example.org"), key("jürgen@example.org"));
    }
}
