//! The form of the small files in the home folder: a line each, `key value`; octets in hexadecimal.

use zeroize::Zeroizing;

use crate::domain::secret::{SecretBytes, SecretText};

/// The lines of a file in their order. They may hold secrets, so all of it is wiped when dropped.
pub(super) struct Record {
    lines: Zeroizing<String>,
}

impl Record {
    /// No lines yet.
    pub(super) fn new() -> Self {
        Self {
            lines: Zeroizing::new(String::with_capacity(ROOM)),
        }
    }

    /// The record in the octets of a file, if they are text.
    pub(super) fn read(octets: Vec<u8>) -> Option<Self> {
        let lines = String::from_utf8(octets).ok()?;
        Some(Self {
            lines: Zeroizing::new(lines),
        })
    }

    /// Adds a line. A value is one line: what was parsed as a name or an address has no line end.
    pub(super) fn text(&mut self, key: &str, value: &str) {
        self.reserve(key.len().saturating_add(value.len()));
        self.lines.push_str(key);
        self.lines.push(' ');
        let visible = value.chars().map(|c| if c.is_control() { ' ' } else { c });
        self.lines.extend(visible);
        self.lines.push('\n');
    }

    /// Adds a line with octets.
    pub(super) fn octets(&mut self, key: &str, octets: &[u8]) {
        self.reserve(key.len().saturating_add(octets.len().saturating_mul(2)));
        self.lines.push_str(key);
        self.lines.push(' ');
        push_hex(&mut self.lines, octets);
        self.lines.push('\n');
    }

    /// The value of the first line with this key.
    pub(super) fn value<'a>(&'a self, key: &'a str) -> Option<&'a str> {
        self.values(key).next()
    }

    /// The values of all lines with this key.
    pub(super) fn values<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let pairs = self.lines.lines().filter_map(|line| line.split_once(' '));
        pairs
            .filter(move |(found, _)| *found == key)
            .map(|(_, value)| value)
    }

    /// The octets of the first line with this key.
    pub(super) fn octets_of(&self, key: &str) -> Option<Vec<u8>> {
        from_hex(self.value(key)?)
    }

    /// The octets of all lines with this key; `None` for one that can not be understood.
    pub(super) fn octets_of_all<'a>(
        &'a self,
        key: &'a str,
    ) -> impl Iterator<Item = Option<Vec<u8>>> {
        self.values(key).map(from_hex)
    }

    /// The secret octets of the first line with this key.
    pub(super) fn secret_octets(&self, key: &str) -> Option<SecretBytes> {
        self.octets_of(key).map(SecretBytes::new)
    }

    /// The secret text of the first line with this key.
    pub(super) fn secret_text(&self, key: &str) -> Option<SecretText> {
        let value = self.value(key)?;
        Some(SecretText::new(value.to_owned()))
    }

    /// The octets of the file.
    pub(super) fn as_octets(&self) -> &[u8] {
        self.lines.as_bytes()
    }

    /// Makes room; what is outgrown is wiped, because it may hold secrets.
    fn reserve(&mut self, more: usize) {
        let needed = self.lines.len().saturating_add(more).saturating_add(2);
        if needed <= self.lines.capacity() {
            return;
        }
        let room = needed.saturating_mul(2);
        let mut larger = Zeroizing::new(String::with_capacity(room));
        larger.push_str(&self.lines);
        self.lines = larger; // the old one is dropped here, and wiped
    }
}

/// Octets as hexadecimal digits.
pub(super) fn hex(octets: &[u8]) -> String {
    let mut digits = String::with_capacity(octets.len().saturating_mul(2));
    push_hex(&mut digits, octets);
    digits
}

fn push_hex(digits: &mut String, octets: &[u8]) {
    let halves = octets.iter().flat_map(|octet| [octet >> 4, octet & 15]);
    digits.extend(halves.filter_map(|half| char::from_digit(u32::from(half), 16)));
}

fn from_hex(digits: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let value = |digit: u8| char::from(digit).to_digit(16);
    // Room for all of it: they may be a key, and what grows leaves copies behind.
    let mut octets = Zeroizing::new(Vec::with_capacity(pairs.len()));
    for [high, low] in pairs {
        octets.push(u8::try_from(value(*high)? << 4 | value(*low)?).ok()?);
    }
    rest.is_empty().then(|| std::mem::take(&mut *octets))
}

/// Room for settings without growing.
const ROOM: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let mut record = Record::new();
        record.text("name", "J\u{f6}rg M\u{fc}ller");
        record.octets("reply", &[0, 0x7f, 0xff]);
        record.octets("large", &[0x5a; 3000]);
        record.text("older", "1");
        record.text("older", "2");
        let read = Record::read(record.as_octets().to_vec());
        assert!(read.is_some_and(|read| {
            read.value("name") == Some("J\u{f6}rg M\u{fc}ller")
                && read.octets_of("reply") == Some(vec![0, 0x7f, 0xff])
                && read.octets_of("large") == Some(vec![0x5a; 3000])
                && read.values("older").eq(["1", "2"])
                && read.value("absent").is_none()
        }));
    }

    #[test]
    fn a_value_can_not_begin_another_line() {
        let mut record = Record::new();
        record.text("words", "no\nlevel low");
        assert_eq!(record.value("level"), None);
        assert_eq!(from_hex("0g"), None);
        assert_eq!(from_hex("012"), None);
    }
}
