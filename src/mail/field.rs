//! The header fields of an entity. Where a field begins is ours to say; what is in it is
//! mail-parser's.

use mail_parser::parsers::MessageStream;
use mail_parser::{Address, Attribute, ContentType, HeaderValue};

use crate::domain::time::UnixTime;
use crate::mail::message::Correspondent;
use crate::mail::multipart::{MAILBOX_LINE, is_blank, lines};

/// The fields of a header, in their order.
pub(super) struct Fields<'a>(Vec<Field<'a>>);

struct Field<'a> {
    name: &'a [u8],
    /// From behind the colon to the line end, folded as it was.
    value: &'a [u8],
}

/// Fields of one header that are looked at; the most that was seen in the wild is some 200.
const MAX_FIELDS: usize = 2_000;
/// Octets of one field: a thousand recipients with long names.
const MAX_FIELD: usize = 128 << 10;
/// Octets of a field with parameters: reading many of them takes time by the square.
const MAX_PARAMETERS: usize = 8 << 10;

impl<'a> Fields<'a> {
    /// Finds the fields in a header.
    pub(super) fn read(header: &'a [u8]) -> Self {
        let mut fields = Vec::new();
        let mut place = 0;
        let mut start = 0;
        for line in lines(header) {
            let folded = line.first().is_some_and(|octet| is_blank(*octet));
            if !folded {
                fields.extend(Field::read(header.get(start..place).unwrap_or_default()));
                start = place;
            }
            place += line.len();
            if MAX_FIELDS <= fields.len() {
                return Self(fields);
            }
        }
        fields.extend(Field::read(header.get(start..).unwrap_or_default()));
        Self(fields)
    }

    /// The values of all fields of this name, which is in small letters.
    fn all(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.0
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name.as_bytes()))
            .map(|field| field.value)
    }

    /// How many fields have this name.
    pub(super) fn count(&self, name: &str) -> usize {
        self.all(name).count()
    }

    /// The addresses in all fields of this name.
    pub(super) fn addresses(&self, name: &str) -> Vec<Correspondent> {
        let mut found = Vec::new();
        for value in self.all(name) {
            let line = bounded(value, MAX_FIELD);
            let read = MessageStream::new(&line).parse_address();
            if let HeaderValue::Address(Address::List(list)) = read {
                found.extend(list.into_iter().map(correspondent));
            } else if let HeaderValue::Address(Address::Group(groups)) = read {
                let members = groups.into_iter().flat_map(|group| group.addresses);
                found.extend(members.map(correspondent));
            }
        }
        found
    }

    /// The text of the first field of this name, in one line.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let line = bounded(self.all(name).next()?, MAX_FIELD);
        let read = MessageStream::new(&line).parse_unstructured();
        read.as_text().map(one_line)
    }

    /// The first identifier in the first field of this name, without angle brackets.
    pub(super) fn identifier(&self, name: &str) -> Option<String> {
        let line = bounded(self.all(name).next()?, MAX_FIELD);
        let read = MessageStream::new(&line).parse_id();
        let list = read.as_text_list()?;
        list.first().map(|id| one_line(id))
    }

    /// The moment in the first field of this name, if it is a possible one.
    pub(super) fn date(&self, name: &str) -> Option<UnixTime> {
        let line = bounded(self.all(name).next()?, MAX_PARAMETERS);
        let read = MessageStream::new(&line).parse_date();
        let date = read.as_datetime().filter(|date| date.is_valid())?;
        Some(UnixTime::from_secs(date.to_timestamp()))
    }

    /// The first field of this name as a type with parameters.
    pub(super) fn parameters(&self, name: &str) -> Option<Parameters> {
        let line = bounded(self.all(name).next()?, MAX_PARAMETERS);
        let read = MessageStream::new(&line).parse_content_type();
        read.into_content_type().map(Parameters::from)
    }
}

impl<'a> Field<'a> {
    fn read(field: &'a [u8]) -> Option<Self> {
        if field.starts_with(MAILBOX_LINE) {
            return None;
        }
        let colon = field.iter().position(|octet| *octet == b':')?;
        Some(Self {
            name: field.get(..colon)?.trim_ascii(),
            value: field.get(colon + 1..)?,
        })
    }
}

/// A value such as `text/plain; charset=utf-8`.
pub(super) struct Parameters {
    /// The value without the parameters, in small letters.
    pub(super) value: String,
    parameters: Vec<(String, String)>,
}

impl Parameters {
    /// The parameter of this name, which is in small letters.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl From<ContentType<'_>> for Parameters {
    fn from(read: ContentType<'_>) -> Self {
        let ContentType {
            c_type,
            c_subtype,
            attributes,
        } = read;
        let value = match c_subtype {
            Some(subtype) => format!("{c_type}/{subtype}"),
            None => c_type.into_owned(),
        };
        let parameters = attributes.unwrap_or_default().into_iter();
        Self {
            value: value.to_ascii_lowercase(),
            parameters: parameters
                .map(|Attribute { name, value }| (name.into_owned(), value.into_owned()))
                .collect(),
        }
    }
}

/// A value as mail-parser wants it: ended by a line end, and no longer than `limit` octets.
fn bounded(value: &[u8], limit: usize) -> Vec<u8> {
    let mut line = value.get(..limit).unwrap_or(value).trim_ascii().to_vec();
    line.push(b'\n');
    line
}

fn correspondent(address: mail_parser::Addr<'_>) -> Correspondent {
    let mail_parser::Addr { name, address } = address;
    Correspondent {
        name: one_line(&name.unwrap_or_default()),
        address: one_line(&address.unwrap_or_default()),
    }
}

/// A text of a stranger in one line: control characters and those that turn the direction of
/// writing around would make it look like another text.
pub(super) fn one_line(text: &str) -> String {
    let shown = text.chars().filter(|character| !is_turning(*character));
    let line: String = shown
        .map(|character| match character {
            control if control.is_control() => ' ',
            other => other,
        })
        .collect();
    line.trim().to_owned()
}

/// Unicode's explicit formatting characters of bidirectional text (UAX 9 section 2).
const fn is_turning(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
