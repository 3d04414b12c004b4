//! Files of people: CSV as other directories export it, and as we do.

mod columns;
mod decode;
mod rows;
mod write;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use csv::StringRecord;

use crate::domain::address::{AddressError, AddressKey, MailAddress};
use crate::domain::mailbox::General;
use crate::domain::names::{Alias, DisplayName, Field, NameError};

use columns::{Columns, Meaning};
pub use decode::Encoding;
use rows::{Row, Rows};
pub use write::PeopleWriter;

/// What a file of people says: who can be taken, and which rows cannot.
#[derive(Debug)]
pub struct PeopleFile {
    /// Those who can be taken, in the order of the file.
    pub people: Vec<Person>,
    /// Every row that cannot, in the order of the file.
    pub refused: Vec<RefusedRow>,
    /// How the letters were written.
    pub encoding: Encoding,
    /// Columns that mean nothing to us, as the file names them.
    pub ignored_columns: Vec<String>,
}

/// One person of a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Person {
    /// The row, counted as a spreadsheet does: the header line is 1.
    pub row: u64,
    /// The fields.
    pub general: General,
}

/// A row that cannot be taken.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RefusedRow {
    /// The row, counted as a spreadsheet does: the header line is 1.
    pub row: u64,
    /// Whom it seems to mean: the address or name as written, cut and without control characters.
    pub who: String,
    /// Why it cannot be taken.
    pub reason: RowError,
}

/// Why a row cannot be taken.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RowError {
    /// The address is none.
    #[error("{0}")]
    Address(#[from] AddressError),
    /// A row above has the same address.
    #[error("row {first} has the same address")]
    Double {
        /// The row above.
        first: u64,
    },
    /// A value goes over several lines, as if its closing quote were missing.
    #[error("a value goes over {lines} lines; is a quotation mark missing?")]
    LineBreak {
        /// How many lines it covers.
        lines: usize,
    },
    /// A name or another text is not allowed.
    #[error("{0}")]
    Name(#[from] NameError),
    /// Neither an address nor anything that could be one.
    #[error("the address is missing")]
    NoAddress,
    /// Values beyond the last column of the header.
    #[error("the row has {found} columns, the header has {expected}")]
    TooManyColumns {
        /// How many the row has.
        found: usize,
        /// How many the header has.
        expected: usize,
    },
}

/// Why nothing of a file can be taken.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FileError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// No column of mail addresses.
    #[error("no column is headed \"E-mail\" or the like; the first row must name the columns")]
    NoAddressColumn,
    /// No column of names.
    #[error(
        "no column is headed \"Display Name\" or the like; the first row must name the columns"
    )]
    NoNameColumn,
    /// Not text at all.
    #[error("the file is not text; if it is a workbook, save it as CSV first")]
    NotText,
    /// More than we read.
    #[error("the file is larger than {} MiB", SIZE_LIMIT >> 20)]
    TooLarge,
    /// Its byte order mark names an encoding that the rest does not follow.
    #[error("the file begins as {0}, but is not valid {0}")]
    Undecodable(Encoding),
}

/// Octets of a file: ten times what a million people take.
pub const SIZE_LIMIT: usize = 256 << 20;

impl PeopleFile {
    /// Reads a CSV file: comma, semicolon or tab between values, the first row naming the columns.
    pub fn read(octets: &[u8]) -> Result<Self, FileError> {
        if SIZE_LIMIT < octets.len() {
            return Err(FileError::TooLarge);
        }
        let (text, encoding) = decode::decode(octets)?;
        let mut rows = Rows::new(&text);
        let header = rows.next_row().ok_or(FileError::Empty)?;
        let (columns, ignored_columns) = Columns::from_header(&header.record)?;
        let mut file = Self {
            people: Vec::new(),
            refused: Vec::new(),
            encoding,
            ignored_columns,
        };
        let mut rows_by_address = HashMap::new();
        while let Some(row) = rows.next_row() {
            if row.record.iter().any(|value| !value.trim().is_empty()) {
                file.take(&row, &columns, &mut rows_by_address);
            }
        }
        Ok(file)
    }

    fn take(
        &mut self,
        row: &Row,
        columns: &Columns,
        rows_by_address: &mut HashMap<AddressKey, u64>,
    ) {
        let judged = general(columns, row).and_then(|general| {
            match rows_by_address.entry(general.address.key()) {
                Entry::Occupied(first) => Err(RowError::Double {
                    first: *first.get(),
                }),
                Entry::Vacant(place) => {
                    place.insert(row.number);
                    Ok(general)
                }
            }
        });
        let row_number = row.number;
        match judged {
            Ok(general) => self.people.push(Person {
                row: row_number,
                general,
            }),
            Err(reason) => self.refused.push(RefusedRow {
                row: row_number,
                who: who(columns, &row.record),
                reason,
            }),
        }
    }
}

fn general(columns: &Columns, row: &Row) -> Result<General, RowError> {
    let Row { record, .. } = row;
    let expected = columns.count;
    if record.iter().skip(expected).any(|value| !value.is_empty()) {
        let found = record.len();
        return Err(RowError::TooManyColumns { found, expected });
    }
    // A note may have many lines, a value of ours has one.
    if row.is_unclosed || columns.values(record).any(|value| value.contains('\n')) {
        return Err(RowError::LineBreak { lines: row.lines });
    }
    let value = |meaning| columns.value(record, meaning);
    let address = primary_address(value(Meaning::Address));
    if address.is_empty() {
        return Err(RowError::NoAddress);
    }
    let address = MailAddress::parse(address)?;
    let alias = match value(Meaning::Alias) {
        "" => Alias::parse(address.local())?,
        alias => Alias::parse(alias)?,
    };
    Ok(General {
        display_name: DisplayName::parse(&name(columns, record))?,
        alias,
        address,
        title: Field::parse("title", value(Meaning::Title))?,
        company: Field::parse("company", value(Meaning::Company))?,
        department: Field::parse("department", value(Meaning::Department))?,
        office: Field::parse("office", value(Meaning::Office))?,
        assistant: Field::parse("assistant", value(Meaning::Assistant))?,
        phone: Field::parse("phone", value(Meaning::Phone))?,
    })
}

/// The display name, or given and family name where there is none.
fn name(columns: &Columns, record: &StringRecord) -> String {
    let value = |meaning| columns.value(record, meaning);
    match value(Meaning::DisplayName) {
        "" => format!("{} {}", value(Meaning::Given), value(Meaning::Family)),
        name => name.to_owned(),
    }
}

/// Exchange exports all addresses of a mailbox in one value, `SMTP:anna@…%smtp:a@…%X400:…`; the
/// one in capitals is the primary. A value without such a prefix is the address itself.
fn primary_address(value: &str) -> &str {
    fn strip<'a>(part: &'a str, prefix: &str) -> Option<&'a str> {
        part.trim().strip_prefix(prefix)
    }
    let mut parts = value.split(['%', ';']).map(str::trim);
    let primary = parts.clone().find_map(|part| strip(part, "SMTP:"));
    primary
        .or_else(|| parts.find_map(|part| strip(part, "smtp:")))
        .unwrap_or(value)
}

/// Enough to recognize a person by.
const WHO_LIMIT: usize = 80;

fn who(columns: &Columns, record: &StringRecord) -> String {
    let text = match columns.value(record, Meaning::Address) {
        "" => name(columns, record),
        address => address.to_owned(),
    };
    let visible = text.trim().chars().filter(|letter| !letter.is_control());
    visible.take(WHO_LIMIT).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use encoding_rs::WINDOWS_1252;

    use super::*;

    fn read(text: &str) -> PeopleFile {
        PeopleFile::read(text.as_bytes()).unwrap()
    }

    fn shown(file: &PeopleFile) -> Vec<String> {
        let people = file.people.iter();
        people
            .map(|Person { row, general }| {
                let General {
                    display_name,
                    alias,
                    address,
                    ..
                } = general;
                format!("{row} {display_name} {alias} {address}")
            })
            .collect()
    }

    fn refused(file: &PeopleFile) -> Vec<String> {
        let refused = file.refused.iter();
        refused
            .map(|RefusedRow { row, who, reason }| format!("{row} {who}: {reason}"))
            .collect()
    }

    const TEXT: &str = "Name;E-Mail\r\nJürgen Müller;jm@example.org\r\n";

    #[test]
    fn letters_are_read_in_every_encoding_that_directories_export() {
        let utf16 = |text: &str, to: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(to).collect()
        };
        let marked = format!("\u{FEFF}{TEXT}");
        for (octets, encoding) in [
            (TEXT.as_bytes().to_vec(), Encoding::Utf8),
            (marked.as_bytes().to_vec(), Encoding::Utf8),
            (utf16(&marked, u16::to_le_bytes), Encoding::Utf16Le),
            (utf16(&marked, u16::to_be_bytes), Encoding::Utf16Be),
            (utf16(TEXT, u16::to_le_bytes), Encoding::Utf16Le),
            (utf16(TEXT, u16::to_be_bytes), Encoding::Utf16Be),
            (WINDOWS_1252.encode(TEXT).0.to_vec(), Encoding::Windows1252),
        ] {
            let file = PeopleFile::read(&octets).unwrap();
            assert_eq!(file.encoding, encoding);
            assert_eq!(shown(&file), ["2 Jürgen Müller jm jm@example.org"]);
        }
    }

    #[test]
    fn columns_are_known_by_many_names_in_any_order_and_case() {
        for (text, expected) in [
            ("MAIL,cn\na@example.org,Anna", "2 Anna a a@example.org"),
            (
                "\"E-mail\"\t\"Display Name\"\na@example.org\tAnna",
                "2 Anna a a@example.org",
            ),
            (
                "sep=;\nname;mail\nAnna, B;a@example.org",
                "3 Anna, B a a@example.org",
            ),
            (
                "Obj-Class,Directory Name,Alias Name,Display Name,E-mail addresses\n\
                 Mailbox,ANNAB,annab,\"Berg, Anna\",X400:c=US;p=x%smtp:old@example.org%SMTP:a@example.org",
                "2 Berg, Anna annab a@example.org",
            ),
            (
                "First Name,Last Name,E-mail Address\nAnna,Berg,a@example.org",
                "2 Anna Berg a a@example.org",
            ),
            (
                "Name,Phone,Mail,Office\nAnna,,a@example.org",
                "2 Anna a a@example.org",
            ),
            (
                "\n\nname,mail\r\n\r\nAnna,a@example.org",
                "5 Anna a a@example.org",
            ),
        ] {
            assert_eq!(shown(&read(text)), [expected], "{text}");
        }
        let file = read("cn,Display Name,mail,Obj-Class,Home-Server\nx,Anna,a@b.org,Mailbox,S");
        assert_eq!(file.ignored_columns, ["cn", "Obj-Class", "Home-Server"]);
        assert_eq!(shown(&file), ["2 Anna a a@b.org"]);
    }

    #[test]
    fn every_refused_row_is_named_with_its_number_and_reason() {
        let file = read(
            "name,mail,title,note\n\
             Anna,a@example.org,,\n\
             \n\
             Bert,b,,\n\
             ,c@example.org,,\n\
             Dora,,,\n\
             Emil,A@EXAMPLE.org,,\n\
             Fritz,f@example.org,,,extra\n\
             Gerd,g@example.org,,\"two\nlines\"\n\
             Hans,h@example.org,\"two\nlines\",\n\
             ,,,\n\
             Ida,i@example.org,,\"not closed\n\
             Karl,k@example.org,,\n",
        );
        assert_eq!(
            shown(&file),
            ["2 Anna a a@example.org", "9 Gerd g g@example.org"]
        );
        assert_eq!(
            refused(&file),
            [
                "4 b: the address has no @",
                "5 c@example.org: display name: nothing is given",
                "6 Dora: the address is missing",
                "7 A@EXAMPLE.org: row 2 has the same address",
                "8 f@example.org: the row has 5 columns, the header has 4",
                "10 h@example.org: a value goes over 2 lines; is a quotation mark missing?",
                "12 i@example.org: a value goes over 2 lines; is a quotation mark missing?",
            ]
        );
    }

    #[test]
    fn what_is_no_table_of_people_is_refused_as_a_whole() {
        for (octets, expected) in [
            (&b""[..], FileError::Empty),
            (b"\r\n\r\n", FileError::Empty),
            (b"PK\x03\x04\x14\x00\x08\x08", FileError::NotText),
            (b"<html>\n<p>", FileError::NoAddressColumn),
            (b"mail,phone\n", FileError::NoNameColumn),
            (
                b"\xEF\xBB\xBFname,mail\nJ\xFCrgen",
                FileError::Undecodable(Encoding::Utf8),
            ),
            (b"\xFF\xFEn\0a", FileError::Undecodable(Encoding::Utf16Le)),
        ] {
            assert_eq!(PeopleFile::read(octets).unwrap_err(), expected);
        }
        let large = vec![0; SIZE_LIMIT + 1];
        assert_eq!(PeopleFile::read(&large).unwrap_err(), FileError::TooLarge);
    }

    #[test]
    fn what_is_written_reads_back_equal() {
        let text = "name,alias,mail,title,company,department,office,assistant,phone\n\
             \"Ärger, \"\"Anna\"\"\",anna,anna@bücher.example,a;b,c,d,e,f,+49 30 1\n\
             田中 花子,hanako,hanako@例え.jp,,,,,,\n";
        let people = read(text).people;
        assert_eq!(people.len(), 2);
        let mut writer = PeopleWriter::new(Vec::new()).unwrap();
        for person in &people {
            writer.write(&person.general).unwrap();
        }
        let written = writer.finish().unwrap();
        let file = PeopleFile::read(&written).unwrap();
        assert_eq!(file.people, people);
        assert_eq!(file.ignored_columns, [""; 0]);
    }

    proptest::proptest! {
        #[test]
        fn no_octets_make_the_reader_stop_the_program(
            header in "(name,mail|mail;cn|Display Name\tE-mail|\\PC{0,20})",
            rest in proptest::collection::vec(proptest::num::u8::ANY, 0..200),
        ) {
            let octets = [header.as_bytes(), b"\n", &rest].concat();
            let rows = match PeopleFile::read(&octets) {
                Ok(file) => file.people.len() + file.refused.len(),
                Err(_) => 0,
            };
            proptest::prop_assert!(rows <= octets.len());
        }
    }
}
