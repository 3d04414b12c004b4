//! A recipient's identity and the fields of its General page.

use std::fmt;

use rand::CryptoRng;

use super::address::MailAddress;
use super::names::{Alias, DisplayName, Field};
use super::place::ContainerId;
use super::state::{SecurityState, Situation};
use super::time::UnixTime;

/// A recipient's number in the store, never used again.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MailboxId(pub i64);

/// A mailbox's name for ever: a random UUID (RFC 9562 version 4), which archive, approvals and
/// exports carry.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MailboxGuid([u8; 16]);

impl MailboxGuid {
    /// A new one from the source that was passed in.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut octets = [0; 16];
        rng.fill_bytes(&mut octets);
        // RFC 9562 section 5.4: the upper half octet 6 is the version, two bits of octet 8 the variant.
        let mut number = u128::from_be_bytes(octets);
        number = number & !(0xF << 76) | 0x4 << 76;
        number = number & !(0x3 << 62) | 0x2 << 62;
        Self(number.to_be_bytes())
    }

    /// Takes over the octets of one that was made before.
    pub const fn from_bytes(octets: [u8; 16]) -> Self {
        Self(octets)
    }

    /// Its octets.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads the text form, 8-4-4-4-12 hexadecimal digits in either case.
    pub fn parse(text: &str) -> Option<Self> {
        let groups = text.split('-').map(str::len);
        let digits = text.replace('-', "");
        let well_formed =
            groups.eq([8, 4, 4, 4, 12]) && digits.bytes().all(|octet| octet.is_ascii_hexdigit());
        let number = u128::from_str_radix(&digits, 16).ok()?;
        well_formed.then_some(Self(number.to_be_bytes()))
    }
}

impl fmt::Display for MailboxGuid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = u128::from_be_bytes(self.0);
        let group = |shift: u32, digits: u32| {
            let mask = (1_u128 << digits.saturating_mul(4)).wrapping_sub(1);
            number.wrapping_shr(shift) & mask
        };
        write!(
            formatter,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            group(96, 8),
            group(80, 4),
            group(64, 4),
            group(48, 4),
            group(0, 12)
        )
    }
}

/// What a recipient is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RecipientKind {
    /// An address elsewhere.
    CustomRecipient,
    /// A list of recipients.
    DistributionList,
    /// A person's mailbox.
    Mailbox,
}

/// A recipient as the directory has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mailbox {
    /// Its number.
    pub id: MailboxId,
    /// Its name for ever.
    pub guid: MailboxGuid,
    /// What it is.
    pub kind: RecipientKind,
    /// Where it stands, or stood.
    pub container: ContainerId,
    /// The fields of the General page.
    pub general: General,
    /// The state lists show.
    pub state: SecurityState,
    /// The end of its certificates, where it has some; for lists only, as `state` is.
    pub valid_until: Option<UnixTime>,
    /// When it was deleted; `None` while it lives.
    pub deleted_at: Option<UnixTime>,
}

impl Mailbox {
    /// Where it stands now, as lists show it.
    pub fn situation(&self, now: UnixTime) -> Situation {
        if self.deleted_at.is_some() {
            return Situation::Deleted;
        }
        self.state.at(now, self.valid_until)
    }
}

/// The fields of the General page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct General {
    /// The name in lists.
    pub display_name: DisplayName,
    /// The short name.
    pub alias: Alias,
    /// The SMTP address.
    pub address: MailAddress,
    /// Job title.
    pub title: Field,
    /// Company.
    pub company: Field,
    /// Department.
    pub department: Field,
    /// Where the person sits.
    pub office: Field,
    /// The assistant's name.
    pub assistant: Field,
    /// Telephone number, as typed.
    pub phone: Field,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn a_guid_reads_back_from_its_text() {
        let text = "f81d4fae-7dec-41d0-a765-00a0c91e6bf6";
        let guid = MailboxGuid::parse(text).unwrap();
        assert_eq!(guid.to_string(), text);
        assert_eq!(MailboxGuid::parse(&text.to_uppercase()), Some(guid));
        for wrong in [
            "",
            "f81d4fae7dec41d0a76500a0c91e6bf6",
            "+81d4fae-7dec-41d0-a765-00a0c91e6bf6",
        ] {
            assert_eq!(MailboxGuid::parse(wrong), None);
        }
    }

    #[test]
    fn a_new_guid_says_that_it_is_random() {
        let text = MailboxGuid::random(&mut rand::rng()).to_string();
        assert_eq!(text.as_bytes().get(14), Some(&b'4'));
        assert!(matches!(
            text.as_bytes().get(19),
            Some(b'8' | b'9' | b'a' | b'b')
        ));
    }
}
