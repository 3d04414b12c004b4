//! What the columns of a file mean, by the names other programs give them.

use csv::StringRecord;

use super::FileError;

/// What a column says of a person.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Meaning {
    Address,
    Alias,
    Assistant,
    Company,
    Department,
    DisplayName,
    Family,
    Given,
    Office,
    Phone,
    Title,
}

/// Names as `plain` makes them, the surest first: Exchange's own export, Active Directory's and
/// LDAP's attribute names, Outlook's and other address books' headers.
const NAMES: &[(Meaning, &[&str])] = &[
    (
        Meaning::Address,
        &[
            "primarysmtpaddress",
            "smtpaddress",
            "email",
            "emailaddress",
            "mail",
            "emailaddresses",
            "proxyaddresses",
            "smtp",
            "rfc822mailbox",
            "email1",
            "email1value",
        ],
    ),
    (
        Meaning::Alias,
        &["alias", "aliasname", "mailnickname", "nickname"],
    ),
    (
        Meaning::Assistant,
        &["assistant", "assistantname", "assistantsname", "secretary"],
    ),
    (
        Meaning::Company,
        &["company", "companyname", "organization", "organizationname"],
    ),
    (
        Meaning::Department,
        &["department", "departmentname", "dept"],
    ),
    (
        Meaning::DisplayName,
        &["displayname", "fullname", "name", "commonname", "cn"],
    ),
    (
        Meaning::Family,
        &["lastname", "surname", "familyname", "sn"],
    ),
    (Meaning::Given, &["firstname", "givenname", "gn"]),
    (
        Meaning::Office,
        &[
            "office",
            "officelocation",
            "physicaldeliveryofficename",
            "room",
        ],
    ),
    (
        Meaning::Phone,
        &[
            "phone",
            "telephone",
            "telephonenumber",
            "phonenumber",
            "businessphone",
            "officephone",
            "workphone",
        ],
    ),
    (Meaning::Title, &["title", "jobtitle"]),
];

/// Where each meaning stands in a row.
pub(super) struct Columns {
    /// How many columns the header names.
    pub(super) count: usize,
    places: Vec<(Meaning, usize)>,
}

impl Columns {
    /// Reads the header; what means nothing, or less surely what another column means, is named
    /// as ignored.
    pub(super) fn from_header(header: &StringRecord) -> Result<(Self, Vec<String>), FileError> {
        let names: Vec<String> = header.iter().map(plain).collect();
        let place = |known: &[&str]| {
            let mut places = known
                .iter()
                .map(|known| names.iter().position(|name| name == known));
            places.find_map(|place| place)
        };
        let places: Vec<(Meaning, usize)> = NAMES
            .iter()
            .filter_map(|(meaning, known)| Some((*meaning, place(known)?)))
            .collect();
        let columns = Self {
            count: header.len(),
            places,
        };
        if columns.place(Meaning::Address).is_none() {
            return Err(FileError::NoAddressColumn);
        }
        let names = [Meaning::DisplayName, Meaning::Given, Meaning::Family];
        if names.iter().all(|name| columns.place(*name).is_none()) {
            return Err(FileError::NoNameColumn);
        }
        let is_used = |column| columns.places.iter().any(|(_, place)| *place == column);
        let ignored = header
            .iter()
            .enumerate()
            .filter(|(column, name)| !is_used(*column) && !name.trim().is_empty())
            .map(|(_, name)| name.trim().to_owned())
            .collect();
        Ok((columns, ignored))
    }

    /// The value of this meaning in a row, trimmed; empty where row or header lack it. Excel cuts
    /// empty values off the end of rows.
    pub(super) fn value<'a>(&self, record: &'a StringRecord, meaning: Meaning) -> &'a str {
        let value = self.place(meaning).and_then(|place| record.get(place));
        value.unwrap_or_default().trim()
    }

    /// Every value of a row that means something, trimmed.
    pub(super) fn values<'a>(&self, record: &'a StringRecord) -> impl Iterator<Item = &'a str> {
        let places = self.places.iter();
        places.filter_map(|(_, place)| record.get(*place).map(str::trim))
    }

    fn place(&self, meaning: Meaning) -> Option<usize> {
        let mut places = self.places.iter();
        places
            .find(|(candidate, _)| *candidate == meaning)
            .map(|(_, place)| *place)
    }
}

/// A header without case, blanks and punctuation: `E-Mail-Addresses` and `e-mail addresses` are one.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
