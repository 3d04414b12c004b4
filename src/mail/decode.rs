//! Bodies as they were before they were made fit for transport: transfer encodings (RFC 2045
//! section 6) and charsets. What is wrong in them is passed over, as those RFCs advise.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use mail_parser::decoders::charsets::map::charset_decoder;

use crate::mail::multipart::{is_blank, lines, text_of};

/// The octets of a body in this encoding; one that is not known is none.
pub(super) fn transfer(encoding: &str, body: &[u8]) -> Vec<u8> {
    match encoding.trim().to_ascii_lowercase().as_str() {
        "base64" => base64(body),
        "quoted-printable" => quoted_printable(body),
        _ => body.to_vec(),
    }
}

/// The text of octets in a charset, with `\n` at the ends of lines.
pub(super) fn text(charset: Option<&str>, octets: &[u8]) -> String {
    let charset = charset.unwrap_or("us-ascii").trim();
    let text = if charset.eq_ignore_ascii_case("us-ascii") || charset.is_empty() {
        // Many call UTF-8 so.
        str::from_utf8(octets)
            .map_or_else(|_error| in_charset("windows-1252", octets), str::to_owned)
    } else {
        in_charset(charset, octets)
    };
    if text.contains('\r') {
        return text.replace("\r\n", "\n").replace('\r', "\n");
    }
    text
}

fn in_charset(charset: &str, octets: &[u8]) -> String {
    match charset_decoder(charset.as_bytes()) {
        Some(decode) => decode(octets),
        None => String::from_utf8_lossy(octets).into_owned(),
    }
}

/// RFC 2045 section 6.8: octets outside the alphabet are ignored; `=` is the end.
fn base64(body: &[u8]) -> Vec<u8> {
    let end = body.iter().position(|octet| *octet == b'=');
    let body = end.and_then(|end| body.get(..end)).unwrap_or(body);
    let mut digits: Vec<u8> = body
        .iter()
        .copied()
        .filter(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/'))
        .collect();
    if digits.len() % 4 == 1 {
        digits.pop(); // six bits are no octet
    }
    LENIENT.decode(&digits).unwrap_or_default() // nothing is left that it refuses
}

/// Standard base64 that was cut off or has bits left over.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// RFC 2045 section 6.7: blanks at the end of a line were added on the way; `=` and no digits stay.
fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut octets = Vec::with_capacity(body.len());
    for line in lines(body) {
        let text = text_of(line);
        let line_end = line.get(text.len()..).unwrap_or_default();
        let blanks = text
            .iter()
            .rev()
            .take_while(|octet| is_blank(**octet))
            .count();
        let text = text.get(..text.len() - blanks).unwrap_or_default();
        let (text, line_end) = match text.strip_suffix(b"=") {
            Some(joined) => (joined, [].as_slice()),
            None => (text, line_end),
        };
        unquote(text, &mut octets);
        octets.extend_from_slice(line_end);
    }
    octets
}

fn unquote(mut text: &[u8], octets: &mut Vec<u8>) {
    while let [octet, rest @ ..] = text {
        text = rest;
        if *octet == b'='
            && let [high, low, rest @ ..] = rest
            && let (Some(high), Some(low)) = (digit(*high), digit(*low))
        {
            octets.push(high << 4 | low);
            text = rest;
        } else {
            octets.push(*octet);
        }
    }
}

fn digit(octet: u8) -> Option<u8> {
    let value = char::from(octet).to_digit(16)?;
    u8::try_from(value).ok()
}
