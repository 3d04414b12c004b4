//! The fields of a mailbox's General page, as they are typed.

use crate::domain::address::MailAddress;
use crate::domain::mailbox::General;
use crate::domain::names::{Alias, DisplayName, Field};

use crate::app::words;

/// The text of the fields, in the order of [`FIELDS`].
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct GeneralText {
    /// The name in lists.
    pub display_name: String,
    /// The short name.
    pub alias: String,
    /// The SMTP address.
    pub address: String,
    /// Job title.
    pub title: String,
    /// Company.
    pub company: String,
    /// Department.
    pub department: String,
    /// Where the person sits.
    pub office: String,
    /// The assistant's name.
    pub assistant: String,
    /// Telephone number.
    pub phone: String,
}

/// Where the text of a field is.
pub type FieldText = fn(&mut GeneralText) -> &mut String;

/// The label of each field, and where its text is.
pub const FIELDS: [(&str, FieldText); 9] = [
    ("Display name:", |text| &mut text.display_name),
    ("Alias:", |text| &mut text.alias),
    ("SMTP address:", |text| &mut text.address),
    ("Title:", |text| &mut text.title),
    ("Company:", |text| &mut text.company),
    ("Department:", |text| &mut text.department),
    ("Office:", |text| &mut text.office),
    ("Assistant:", |text| &mut text.assistant),
    ("Phone:", |text| &mut text.phone),
];

/// What is wrong with a field: its place in [`FIELDS`], and the words.
pub type Problem = (usize, String);

impl From<&General> for GeneralText {
    fn from(general: &General) -> Self {
        let General {
            display_name,
            alias,
            address,
            title,
            company,
            department,
            office,
            assistant,
            phone,
        } = general;
        Self {
            display_name: display_name.to_string(),
            alias: alias.to_string(),
            address: address.unicode(),
            title: title.as_str().to_owned(),
            company: company.as_str().to_owned(),
            department: department.as_str().to_owned(),
            office: office.as_str().to_owned(),
            assistant: assistant.as_str().to_owned(),
            phone: phone.as_str().to_owned(),
        }
    }
}

impl TryFrom<&GeneralText> for General {
    type Error = Vec<Problem>;

    fn try_from(text: &GeneralText) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let display_name = keep(&mut problems, 0, DisplayName::parse(&text.display_name));
        let alias = keep(&mut problems, 1, Alias::parse(&text.alias));
        let address = keep(&mut problems, 2, MailAddress::parse(&text.address));
        let title = keep(&mut problems, 3, Field::parse("title", &text.title));
        let company = keep(&mut problems, 4, Field::parse("company", &text.company));
        let department = keep(
            &mut problems,
            5,
            Field::parse("department", &text.department),
        );
        let office = keep(&mut problems, 6, Field::parse("office", &text.office));
        let assistant = keep(&mut problems, 7, Field::parse("assistant", &text.assistant));
        let phone = keep(&mut problems, 8, Field::parse("phone", &text.phone));
        let general = || {
            Some(Self {
                display_name: display_name?,
                alias: alias?,
                address: address?,
                title: title?,
                company: company?,
                department: department?,
                office: office?,
                assistant: assistant?,
                phone: phone?,
            })
        };
        general().ok_or(problems)
    }
}

fn keep<T, E: std::fmt::Display>(
    problems: &mut Vec<Problem>,
    field: usize,
    parsed: Result<T, E>,
) -> Option<T> {
    parsed
        .map_err(|error| problems.push((field, words::sentence(&error))))
        .ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let text = GeneralText {
            display_name: String::new(),
            alias: "berg anna".to_owned(),
            address: "anna@example.com".to_owned(),
            ..GeneralText::default()
        };
        let problems = General::try_from(&text).unwrap_err();
        let fields: Vec<usize> = problems.iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, [0, 1]);
    }

    #[test]
    fn what_is_stored_is_what_is_shown() {
        let text = GeneralText {
            display_name: "Anna Berg".to_owned(),
            alias: "berg".to_owned(),
            address: "anna@example.com".to_owned(),
            phone: "+47 22".to_owned(),
            ..GeneralText::default()
        };
        let general = General::try_from(&text).unwrap();
        assert_eq!(GeneralText::from(&general), text);
    }
}
