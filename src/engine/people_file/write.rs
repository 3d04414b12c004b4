//! The directory as CSV (RFC 4180) that reads back equal.

use std::io;

use csv::{Terminator, WriterBuilder};

use crate::domain::mailbox::General;

/// Writes people row by row. UTF-8 with a byte order mark, without which Excel takes the letters
/// for those of Windows.
pub struct PeopleWriter<W: io::Write>(csv::Writer<W>);

impl<W: io::Write> PeopleWriter<W> {
    /// Begins a file with its header.
    pub fn new(mut out: W) -> io::Result<Self> {
        out.write_all("\u{FEFF}".as_bytes())?;
        let mut writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .from_writer(out);
        writer.write_record(HEADER)?;
        Ok(Self(writer))
    }

    /// Adds a row.
    pub fn write(&mut self, general: &General) -> io::Result<()> {
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
        Ok(self.0.write_record([
            display_name.as_str(),
            alias.as_str(),
            &address.to_string(),
            title.as_str(),
            company.as_str(),
            department.as_str(),
            office.as_str(),
            assistant.as_str(),
            phone.as_str(),
        ])?)
    }

    /// Ends the file and gives back what it was written to.
    pub fn finish(self) -> io::Result<W> {
        self.0.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

const HEADER: [&str; 9] = [
    "Display Name",
    "Alias",
    "E-mail",
    "Title",
    "Company",
    "Department",
    "Office",
    "Assistant",
    "Phone",
];
