//! The rows of a CSV text, numbered as a spreadsheet numbers them.

use csv::{Position, Reader, ReaderBuilder, StringRecord};

/// The rows of a text, one after the other.
pub(super) struct Rows<'text> {
    text: &'text str,
    reader: Reader<&'text [u8]>,
    number: u64,
}

/// A row.
pub(super) struct Row {
    /// Its number in a spreadsheet; the first is 1.
    pub(super) number: u64,
    /// Its values.
    pub(super) record: StringRecord,
    /// Over how many lines it goes.
    pub(super) lines: usize,
    /// Whether it goes over several lines with an odd number of quotation marks.
    pub(super) is_unclosed: bool,
}

impl<'text> Rows<'text> {
    /// Finds out what stands between values.
    pub(super) fn new(text: &'text str) -> Self {
        let (delimiter, text, number) = delimiter(text);
        let reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        Self {
            text,
            reader,
            number,
        }
    }

    /// The next row that is not empty.
    pub(super) fn next_row(&mut self) -> Option<Row> {
        let mut record = StringRecord::new();
        // The reader fails only on octets that are not UTF-8 and on rows of unequal length; the
        // text is a `str`, and lengths may differ.
        if !self.reader.read_record(&mut record).unwrap_or(false) {
            return None;
        }
        let start = octet(record.position()?);
        let end = octet(self.reader.position());
        let (before, rest) = self.text.as_bytes().split_at_checked(start)?;
        let raw = rest.get(..end.checked_sub(start)?)?;
        // The reader passes over empty lines without a word. It ends a row at CR, and leaves the LF
        // that belongs to it.
        let blank = raw
            .iter()
            .position(|octet| !matches!(octet, b'\r' | b'\n'))?;
        let (blank, raw) = raw.split_at_checked(blank)?;
        let owed = before.ends_with(b"\r") && blank.starts_with(b"\n");
        let empty_lines = occurrences(blank, b'\n').saturating_sub(usize::from(owed));
        self.number = self
            .number
            .saturating_add(u64::try_from(empty_lines).ok()?)
            .saturating_add(1);
        let lines = occurrences(raw.trim_ascii_end(), b'\n').saturating_add(1);
        let marks = occurrences(raw, b'"');
        Some(Row {
            number: self.number,
            record,
            lines,
            is_unclosed: 1 < lines && marks % 2 == 1,
        })
    }
}

fn occurrences(octets: &[u8], wanted: u8) -> usize {
    let split = octets.split(|octet| *octet == wanted).count();
    split.saturating_sub(1)
}

fn octet(position: &Position) -> usize {
    usize::try_from(position.byte()).unwrap_or(usize::MAX)
}

/// What stands between values, judged by the first line, the text from the header on, and how
/// many rows come before it: Excel may say it itself in a line `sep=;`.
fn delimiter(text: &str) -> (u8, &str, u64) {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("");
    if let Some(&[delimiter @ (b',' | b';' | b'\t')]) =
        first.strip_prefix("sep=").map(str::as_bytes)
    {
        let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
        return (delimiter, rest, 1);
    }
    let outside_quotes = first.split('"').step_by(2).collect::<String>();
    let count = |delimiter: u8| {
        let octets = outside_quotes.bytes();
        octets.filter(|octet| *octet == delimiter).count()
    };
    let mut delimiter = b',';
    for candidate in [b';', b'\t'] {
        if count(delimiter) < count(candidate) {
            delimiter = candidate;
        }
    }
    (delimiter, text, 0)
}
