//! What certificates say: the values that differ from one to the next.

use crate::crypto::crl::CrlReason;
use crate::crypto::x509::X509Error;
use crate::domain::time::UnixTime;

/// From when to when a certificate is valid, both ends included (RFC 5280 section 4.1.2.5).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Validity {
    /// The first second.
    pub not_before: UnixTime,
    /// The last second.
    pub not_after: UnixTime,
}

impl Validity {
    /// For a root made `now` and good for so many calendar years.
    pub fn of_root(now: UnixTime, years: u32) -> Self {
        Self::of_months(now, years.saturating_mul(12))
    }

    /// For a user's certificate made `now`: 18 calendar months, but never longer than the
    /// authority's own, because nothing can be verified after that.
    pub fn of_user(now: UnixTime, authority: Self) -> Result<Self, X509Error> {
        if authority.not_after <= now {
            return Err(X509Error::AuthorityExpired);
        }
        let Self {
            not_before,
            not_after,
        } = Self::of_months(now, USER_MONTHS);
        Ok(Self {
            not_before: not_before.max(authority.not_before),
            not_after: not_after.min(authority.not_after),
        })
    }

    /// For a certificate made `now` that is good as long as the authority's own.
    pub fn until_end_of(authority: Self, now: UnixTime) -> Result<Self, X509Error> {
        if authority.not_after <= now {
            return Err(X509Error::AuthorityExpired);
        }
        let Self { not_before, .. } = Self::of_months(now, USER_MONTHS);
        Ok(Self {
            not_before: not_before.max(authority.not_before),
            not_after: authority.not_after,
        })
    }

    /// From when on a user's certificate is renewed: twelve calendar months after it was made.
    pub fn renewal_from(self) -> UnixTime {
        let made = self.not_before.plus_secs(BACKDATED_SECS);
        made.plus_months(RENEWAL_MONTHS)
    }

    fn of_months(now: UnixTime, months: u32) -> Self {
        Self {
            not_before: now.plus_secs(-BACKDATED_SECS),
            // Both ends are included, so a whole period ends one second earlier.
            not_after: now.plus_months(months).plus_secs(-1),
        }
    }
}

/// What a self-signed root says of itself.
#[derive(Clone, Debug)]
pub struct RootProfile {
    /// O of the subject, 1 to 64 characters.
    pub organization: String,
    /// CN of the subject, 1 to 64 characters.
    pub common_name: String,
    /// From [`super::serial`].
    pub serial: [u8; 16],
    /// From [`Validity::of_root`].
    pub validity: Validity,
}

/// A mail address as a subject alternative name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum MailName {
    /// rfc822Name (RFC 5280 section 4.2.1.6), for local parts in ASCII.
    Rfc822(String),
    /// `SmtpUTF8Mailbox` (RFC 9598 section 3), for all others.
    SmtpUtf8(String),
}

impl MailName {
    /// The form that RFC 9598 section 3 asks for; the domain in A-labels in both.
    pub fn new(local_part: &str, domain_ascii: &str) -> Self {
        let address = format!("{local_part}@{domain_ascii}");
        if address.is_ascii() {
            return Self::Rfc822(address);
        }
        Self::SmtpUtf8(address)
    }
}

/// What a user's certificate says, for a signing key and for an encryption key alike.
#[derive(Clone, Debug)]
pub struct UserProfile {
    /// CN of the subject, cut to 64 characters; nothing for an empty subject.
    pub common_name: String,
    /// The certified address.
    pub address: MailName,
    /// From [`super::serial`].
    pub serial: [u8; 16],
    /// From [`Validity::of_user`].
    pub validity: Validity,
    /// Where the CRL is served, http.
    pub crl_url: Option<String>,
    /// Where the authority's certificate is served, http.
    pub ca_issuers_url: Option<String>,
}

/// What the certificate of the KM server's own key says, with which it signs its messages.
#[derive(Clone, Debug)]
pub struct CmpProfile {
    /// CN of the subject, 1 to 64 characters.
    pub common_name: String,
    /// From [`super::serial`].
    pub serial: [u8; 16],
    /// From [`Validity::until_end_of`].
    pub validity: Validity,
}

/// What a revocation list says.
#[derive(Clone, Copy, Debug)]
pub struct CrlProfile<'a> {
    /// Greater than that of the list before (RFC 5280 section 5.2.3).
    pub number: u64,
    /// When it is issued.
    pub this_update: UnixTime,
    /// When the next one comes at the latest.
    pub next_update: UnixTime,
    /// The revoked certificates.
    pub entries: &'a [CrlEntry<'a>],
}

/// A revoked certificate.
#[derive(Clone, Copy, Debug)]
pub struct CrlEntry<'a> {
    /// Its serial number, big-endian.
    pub serial: &'a [u8],
    /// When it was revoked.
    pub at: UnixTime,
    /// Why; [`CrlReason::Unspecified`] is not written out.
    pub reason: CrlReason,
    /// Since when it should not be relied upon, where that is known.
    pub invalidity: Option<UnixTime>,
}

/// A user's certificate lasts as long as it did in the original product.
const USER_MONTHS: u32 = 18;
/// Six months are left then, as in the original product.
const RENEWAL_MONTHS: u32 = 12;
/// Readers' clocks lag: a certificate must be good when the first mail with it arrives.
const BACKDATED_SECS: i64 = 15 * 60;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    fn now() -> UnixTime {
        UnixTime::parse("2026-08-31T10:00:00Z").unwrap()
    }

    #[test]
    fn eighteen_months_are_calendar_months_and_end_with_the_authority() {
        let authority = Validity::of_root(now(), 20);
        let user = Validity::of_user(now(), authority).unwrap();
        assert_eq!(user.not_before.rfc3339(), "2026-08-31T09:45:00Z");
        assert_eq!(user.not_after.rfc3339(), "2028-02-29T09:59:59Z");
        let late = UnixTime::parse("2046-01-01").unwrap();
        let user = Validity::of_user(late, authority).unwrap();
        assert_eq!(user.not_after, authority.not_after);
        let ended = Validity::of_user(authority.not_after, authority);
        assert_eq!(ended, Err(X509Error::AuthorityExpired));
    }

    #[test]
    fn renewal_begins_twelve_calendar_months_after_the_certificate_was_made() {
        let authority = Validity::of_root(now(), 20);
        for (made, from) in [
            ("2026-08-31T10:00:00Z", "2027-08-31T10:00:00Z"),
            // the backdated first second lies in another month, and in a shorter February
            ("2027-03-01T00:05:00Z", "2028-03-01T00:05:00Z"),
            ("2028-02-29T12:00:00Z", "2029-02-28T12:00:00Z"),
        ] {
            let user = Validity::of_user(UnixTime::parse(made).unwrap(), authority).unwrap();
            assert_eq!(user.renewal_from().rfc3339(), from);
        }
    }

    #[test]
    fn the_servers_own_certificate_lasts_as_long_as_the_authority() {
        let authority = Validity::of_root(now(), 20);
        let server = Validity::until_end_of(authority, now().plus_days(1)).unwrap();
        assert_eq!(server.not_after, authority.not_after);
        assert_eq!(server.not_before.rfc3339(), "2026-09-01T09:45:00Z");
        let ended = Validity::until_end_of(authority, authority.not_after);
        assert_eq!(ended, Err(X509Error::AuthorityExpired));
    }

    #[test]
    fn an_address_takes_the_form_its_local_part_asks_for() {
        let ascii = MailName::Rfc822("joerg@example.com".to_owned());
        assert_eq!(MailName::new("joerg", "example.com"), ascii);
        let other = MailName::SmtpUtf8("j\u{f6}rg@example.com".to_owned());
        assert_eq!(MailName::new("j\u{f6}rg", "example.com"), other);
    }
}
