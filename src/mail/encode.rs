//! Bodies made fit for transport: seven bits, short lines, and none that a server on the way would
//! change, because a signature does not survive that (RFC 8551 section 3.1.2).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// A body and the transfer encoding it is in.
pub(super) struct Body {
    /// As Content-Transfer-Encoding names it.
    pub(super) encoding: &'static str,
    /// The encoded octets, in lines with CRLF.
    pub(super) octets: Vec<u8>,
}

/// The longest line of an encoded body (RFC 2045 section 6.7 and 6.8).
const MAX_LINE: usize = 76;

/// A text whose lines end in `\n`, in the encoding that reads best without a decoder.
pub(super) fn text(text: &str) -> Body {
    let lines = || {
        text.split_inclusive('\n')
            .map(|line| line.trim_end_matches('\n'))
    };
    if lines().all(travels_as_it_is) {
        return Body {
            encoding: "7bit",
            octets: text.replace('\n', "\r\n").into_bytes(),
        };
    }
    let quoted = text.bytes().filter(|octet| !octet.is_ascii()).count();
    // Three octets for each that is quoted against four for three: beyond a sixth base64 is
    // shorter, and nobody reads the other with the eye alone any more.
    if text.len() / 6 < quoted {
        return base64(text.replace('\n', "\r\n").as_bytes());
    }
    let mut octets = Vec::with_capacity(text.len());
    for line in lines() {
        quote(line, &mut octets);
    }
    Body {
        encoding: "quoted-printable",
        octets,
    }
}

/// Any octets.
pub(super) fn base64(content: &[u8]) -> Body {
    let digits = BASE64_STANDARD.encode(content);
    let line_ends = digits.len().div_ceil(MAX_LINE) * 2;
    let mut octets = Vec::with_capacity(digits.len() + line_ends);
    for line in digits.as_bytes().chunks(MAX_LINE) {
        octets.extend_from_slice(line);
        octets.extend_from_slice(b"\r\n");
    }
    Body {
        encoding: "base64",
        octets,
    }
}

/// Whether no server or mailbox file on the way changes a line: programs that keep mail in one file
/// put `>` before `From `, and SMTP doubles a dot.
fn travels_as_it_is(line: &str) -> bool {
    line.len() <= MAX_LINE
        && line.bytes().all(is_printable)
        && !line.ends_with([' ', '\t'])
        && !line.starts_with("From ")
        && !line.starts_with('.')
}

const fn is_printable(octet: u8) -> bool {
    matches!(octet, b'\t' | b' '..=b'~')
}

/// One line in quoted-printable (RFC 2045 section 6.7), broken where it is too long.
fn quote(line: &str, octets: &mut Vec<u8>) {
    let last = line.len().saturating_sub(1);
    let hides_start = line.starts_with("From ") || line.starts_with('.');
    let mut column = 0;
    for (place, octet) in line.bytes().enumerate() {
        let is_blank_end = place == last && matches!(octet, b' ' | b'\t');
        let is_quoted =
            octet == b'=' || !is_printable(octet) || is_blank_end || place == 0 && hides_start;
        let width = if is_quoted { 3 } else { 1 };
        // The line that goes on after a break must not begin with what a server changes.
        let begins_line = MAX_LINE <= column + width && matches!(octet, b'.' | b'F');
        let width = if begins_line { 3 } else { width };
        if MAX_LINE <= column + width {
            octets.extend_from_slice(b"=\r\n");
            column = 0;
        }
        column += width;
        if width == 3 {
            let [high, low] = [octet >> 4, octet & 15];
            octets.push(b'=');
            octets.extend([high, low].map(hexadecimal));
        } else {
            octets.push(octet);
        }
    }
    octets.extend_from_slice(b"\r\n");
}

/// The digit in capitals, as RFC 2045 section 6.7 rule 1 wants them.
const fn hexadecimal(digit: u8) -> u8 {
    if digit < 10 {
        b'0' + digit
    } else {
        b'A' + (digit - 10)
    }
}
