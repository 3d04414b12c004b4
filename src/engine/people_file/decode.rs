//! From octets to text: which encoding, which character between values.

use std::borrow::Cow;
use std::fmt;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::FileError;

/// How the letters of a file are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Encoding {
    /// UTF-16, most significant octet first.
    Utf16Be,
    /// UTF-16, least significant octet first.
    Utf16Le,
    /// UTF-8.
    Utf8,
    /// Western European Windows: a guess, made where nothing else fits; the person is told.
    Windows1252,
}

impl fmt::Display for Encoding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Utf16Be => "UTF-16 (big endian)",
            Self::Utf16Le => "UTF-16 (little endian)",
            Self::Utf8 => "UTF-8",
            Self::Windows1252 => "Windows-1252",
        })
    }
}

/// Reads the octets as text, without byte order mark.
pub(super) fn decode(octets: &[u8]) -> Result<(Cow<'_, str>, Encoding), FileError> {
    let (encoding, octets) = encoding(octets);
    let known = match encoding {
        Encoding::Utf16Be => UTF_16BE,
        Encoding::Utf16Le => UTF_16LE,
        Encoding::Utf8 => UTF_8,
        Encoding::Windows1252 => WINDOWS_1252,
    };
    let (text, had_errors) = known.decode_without_bom_handling(octets);
    if had_errors {
        return Err(FileError::Undecodable(encoding));
    }
    // Workbooks, archives and pictures have octets 0 to 8 within their first few.
    let mut beginning = text.chars().take(4096);
    if beginning.any(|character| character < '\t') {
        return Err(FileError::NotText);
    }
    Ok((text, encoding))
}

/// By the byte order mark; else by the zero octets that ASCII letters have in UTF-16; else UTF-8,
/// if it is that.
fn encoding(octets: &[u8]) -> (Encoding, &[u8]) {
    for (mark, encoding) in [
        (&b"\xEF\xBB\xBF"[..], Encoding::Utf8),
        (b"\xFE\xFF", Encoding::Utf16Be),
        (b"\xFF\xFE", Encoding::Utf16Le),
    ] {
        if let Some(rest) = octets.strip_prefix(mark) {
            return (encoding, rest);
        }
    }
    match octets {
        [0, second, ..] if *second != 0 => (Encoding::Utf16Be, octets),
        [first, 0, ..] if *first != 0 => (Encoding::Utf16Le, octets),
        _ if str::from_utf8(octets).is_ok() => (Encoding::Utf8, octets),
        _ => (Encoding::Windows1252, octets),
    }
}
