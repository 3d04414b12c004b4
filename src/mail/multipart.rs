//! The lines of a message: where its header ends, and where the parts of a multipart lie, as exact
//! octets, because signatures are over them.

use std::ops::Range;

/// Parts an entity into its header and its body. What does not begin with a header field is all
/// body; a line that is no field ends the header.
pub(super) fn split_header(octets: &[u8]) -> (&[u8], &[u8]) {
    let mut end = 0;
    for line in lines(octets) {
        let text = text_of(line);
        if text.is_empty() {
            return cut(octets, end, end + line.len());
        }
        let belongs = match end {
            0 => is_field(text) || text.starts_with(MAILBOX_LINE),
            _ => is_field(text) || text.first().is_some_and(|octet| is_blank(*octet)),
        };
        if !belongs {
            return cut(octets, end, end);
        }
        end += line.len();
    }
    cut(octets, end, end)
}

/// What programs that keep many messages in one file write before each.
pub(super) const MAILBOX_LINE: &[u8] = b"From ";

/// The parts of a multipart body, without the line end before each boundary, which belongs to the
/// boundary (RFC 2046 section 5.1.1). A last boundary that is missing is forgiven, since everything
/// up to the end is there.
pub(super) fn parts<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut place = 0;
    let mut start: Option<usize> = None;
    for line in lines(body) {
        let delimiter = Delimiter::read(line, boundary);
        if let Some(delimiter) = delimiter {
            if let Some(start) = start {
                parts.push(part(body, start..place));
            }
            start = Some(place + line.len());
            if delimiter == Delimiter::Last {
                return parts;
            }
        }
        place += line.len();
    }
    if let Some(start) = start {
        parts.push(part(body, start..place));
    }
    parts
}

/// The fields of a header that are about the content (RFC 2045 section 3), in canonical form.
pub(super) fn content_fields(header: &[u8]) -> Vec<u8> {
    let mut fields = Vec::new();
    let mut is_wanted = false;
    for line in lines(header) {
        let is_folded = line.first().is_some_and(|octet| is_blank(*octet));
        if !is_folded {
            let name = line.get(..CONTENT.len()).unwrap_or_default();
            is_wanted = name.eq_ignore_ascii_case(CONTENT);
        }
        if is_wanted && !text_of(line).is_empty() {
            fields.extend_from_slice(text_of(line));
            fields.extend_from_slice(b"\r\n");
        }
    }
    fields
}

/// How the names of fields about the content begin.
const CONTENT: &[u8] = b"content-";

/// Octets with CRLF at the end of every line (RFC 8551 section 3.1.1).
pub(super) fn canonical(octets: &[u8]) -> Vec<u8> {
    let mut canonical = Vec::with_capacity(octets.len());
    for line in lines(octets) {
        match line.strip_suffix(b"\n") {
            Some(text) => {
                canonical.extend_from_slice(text.strip_suffix(b"\r").unwrap_or(text));
                canonical.extend_from_slice(b"\r\n");
            }
            None => canonical.extend_from_slice(line),
        }
    }
    canonical
}

/// The lines, each with its line end.
pub(super) fn lines(octets: &[u8]) -> impl Iterator<Item = &[u8]> {
    octets.split_inclusive(|octet| *octet == b'\n')
}

/// A line without its line end.
pub(super) fn text_of(line: &[u8]) -> &[u8] {
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    text.strip_suffix(b"\r").unwrap_or(text)
}

/// Whether an octet is a space or a tab.
pub(super) const fn is_blank(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t')
}

/// A line between two parts or after the last.
#[derive(Eq, PartialEq)]
enum Delimiter {
    Between,
    Last,
}

impl Delimiter {
    /// Reads a line; blanks after the boundary are padding (RFC 2046 section 5.1.1). A longer
    /// boundary that begins alike is that of another multipart.
    fn read(line: &[u8], boundary: &[u8]) -> Option<Self> {
        let rest = text_of(line.strip_prefix(b"--")?.strip_prefix(boundary)?);
        let (rest, delimiter) = match rest.strip_prefix(b"--") {
            Some(rest) => (rest, Self::Last),
            None => (rest, Self::Between),
        };
        rest.iter()
            .all(|octet| is_blank(*octet))
            .then_some(delimiter)
    }
}

/// A part's octets without the line end that belongs to the boundary after it.
fn part(body: &[u8], range: Range<usize>) -> &[u8] {
    text_of(body.get(range).unwrap_or_default())
}

fn cut(octets: &[u8], header_end: usize, body_start: usize) -> (&[u8], &[u8]) {
    (
        octets.get(..header_end).unwrap_or_default(),
        octets.get(body_start..).unwrap_or_default(),
    )
}

/// Whether a line begins a header field: a name of visible ASCII, and a colon (RFC 5322 section
/// 2.2; blanks before the colon are obsolete, section 4.5).
fn is_field(text: &[u8]) -> bool {
    let mut sides = text.splitn(2, |octet| *octet == b':');
    let name = sides.next().unwrap_or_default().trim_ascii_end();
    sides.next().is_some() && !name.is_empty() && name.iter().all(u8::is_ascii_graphic)
}
