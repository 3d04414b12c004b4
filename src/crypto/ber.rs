//! BER to DER for what other programs stream: open lengths closed, OCTET STRINGs in pieces joined.
//!
//! The members of a SET OF keep their order, for a signature may have been made over them.

use thiserror::Error;

use crate::crypto::element;

/// Nesting beyond this is refused: `PKCS#7` and `PKCS#12` nest about 15 levels, and each level
/// costs stack.
const MAX_DEPTH: usize = 32;

/// Length octets after the first; four reach 4 GiB, more than any file we read.
const MAX_LENGTH_OCTETS: usize = 4;

/// An OCTET STRING in one piece.
const OCTET_STRING: u8 = 0x04;

/// A constructed OCTET STRING.
const OCTET_STRING_IN_PIECES: u8 = 0x24;

/// Why octets are not BER that can be converted.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum BerError {
    /// The octets end within an element.
    #[error("cut short or damaged: a length reaches beyond the end")]
    CutShort,
    /// An identifier or a length that none of our formats uses.
    #[error("not BER: an identifier or a length has an unknown form")]
    Form,
    /// A string other than an OCTET STRING comes in pieces, or the pieces are of another type.
    #[error("a string is given in pieces of the wrong type")]
    Pieces,
    /// More levels than any honest file has.
    #[error("nested too deeply")]
    TooDeep,
    /// Something follows the element.
    #[error("something follows the end")]
    Trailing,
}

/// One element of BER, borrowed from the octets read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Element<'a> {
    /// The identifier octet, class and constructed bit included.
    pub tag: u8,
    /// The contents octets, without the two zero octets that end an open length.
    pub content: &'a [u8],
    /// The whole element as it came.
    pub octets: &'a [u8],
}

/// The first element of `input`, and what follows it.
pub fn split_first(input: &[u8]) -> Result<(Element<'_>, &[u8]), BerError> {
    split_element(input, MAX_DEPTH)
}

/// The DER of the one BER element in `input`, made in one pass however lengths are left open; memory
/// stays within a small multiple of its size.
pub fn to_der(input: &[u8]) -> Result<Vec<u8>, BerError> {
    let mut der = Vec::with_capacity(input.len());
    let rest = convert(input, MAX_DEPTH, &mut der)?;
    if !rest.is_empty() {
        return Err(BerError::Trailing);
    }
    Ok(der)
}

/// The contents of a string that may come in pieces, whatever its own tag: `[0] IMPLICIT OCTET
/// STRING` does not show [`to_der`] that it is one.
pub fn joined(string: &Element<'_>) -> Result<Vec<u8>, BerError> {
    if string.tag & 0x20 == 0 {
        return Ok(string.content.to_vec());
    }
    let mut body = Vec::with_capacity(string.content.len());
    let mut rest = string.content;
    while !rest.is_empty() {
        rest = join(rest, MAX_DEPTH, &mut body)?;
    }
    Ok(body)
}

/// The first element of `input`, below which `depth` more levels may lie, and what follows it.
fn split_element(input: &[u8], depth: usize) -> Result<(Element<'_>, &[u8]), BerError> {
    let (tag, content) = split_header(input)?;
    let (content, rest) = match content {
        Content::Whole { content, rest } => (content, rest),
        Content::Open(content) => split_open(content, depth)?,
    };
    let size = input.len().saturating_sub(rest.len());
    let octets = input.get(..size).unwrap_or_default();
    let element = Element {
        tag,
        content,
        octets,
    };
    Ok((element, rest))
}

/// What follows an identifier and a length.
#[derive(Clone, Copy)]
enum Content<'a> {
    /// Contents of open length, and what follows their end.
    Open(&'a [u8]),
    /// Contents of this length, and what follows them.
    Whole { content: &'a [u8], rest: &'a [u8] },
}

/// The identifier octet of the first element of `input`, and its contents.
fn split_header(input: &[u8]) -> Result<(u8, Content<'_>), BerError> {
    let (&tag, after_tag) = input.split_first().ok_or(BerError::CutShort)?;
    if tag == 0 || tag & 0x1f == 0x1f {
        return Err(BerError::Form);
    }
    let (length, after_length) = split_length(after_tag)?;
    let content = match length {
        Some(length) => {
            let (content, rest) = after_length
                .split_at_checked(length)
                .ok_or(BerError::CutShort)?;
            Content::Whole { content, rest }
        }
        None if tag & 0x20 != 0 => Content::Open(after_length),
        None => return Err(BerError::Form),
    };
    Ok((tag, content))
}

/// Contents of open length up to their two zero octets, and what follows these.
fn split_open(input: &[u8], depth: usize) -> Result<(&[u8], &[u8]), BerError> {
    let depth = depth.checked_sub(1).ok_or(BerError::TooDeep)?;
    let mut rest = input;
    loop {
        if let [0, 0, after @ ..] = rest {
            let size = input.len().saturating_sub(rest.len());
            return Ok((input.get(..size).unwrap_or_default(), after));
        }
        (_, rest) = split_element(rest, depth)?;
    }
}

/// Writes the DER of the first element of `input` to `der`, and gives what follows the element.
fn convert<'a>(input: &'a [u8], depth: usize, der: &mut Vec<u8>) -> Result<&'a [u8], BerError> {
    let (tag, content) = split_header(input)?;
    if tag & 0x20 == 0 {
        // contents of open length have members, and so are constructed
        let Content::Whole { content, rest } = content else {
            return Err(BerError::Form);
        };
        push(der, tag, content);
        return Ok(rest);
    }
    let mut body = Vec::new();
    let rest = each_member(content, depth, |member, depth| match tag {
        OCTET_STRING_IN_PIECES => join(member, depth, &mut body),
        // of the universal types only SEQUENCE and SET have members
        0x21..=0x2f | 0x32..=0x3e => Err(BerError::Pieces),
        _ => convert(member, depth, &mut body),
    })?;
    match tag {
        OCTET_STRING_IN_PIECES => push(der, OCTET_STRING, &body),
        tag => push(der, tag, &body),
    }
    Ok(rest)
}

/// Appends the contents of the piece of an OCTET STRING that `input` begins with, which may come in
/// pieces itself; gives what follows the piece.
fn join<'a>(input: &'a [u8], depth: usize, body: &mut Vec<u8>) -> Result<&'a [u8], BerError> {
    match split_header(input)? {
        (OCTET_STRING, Content::Whole { content, rest }) => {
            body.extend_from_slice(content);
            Ok(rest)
        }
        (OCTET_STRING_IN_PIECES, content) => {
            each_member(content, depth, |piece, depth| join(piece, depth, body))
        }
        _ => Err(BerError::Pieces),
    }
}

/// Hands `take` what begins with the next member and how many levels may lie below it, until no
/// member is left; `take` gives back what follows the member. Gives what follows the contents.
fn each_member<'a>(
    content: Content<'a>,
    depth: usize,
    mut take: impl FnMut(&'a [u8], usize) -> Result<&'a [u8], BerError>,
) -> Result<&'a [u8], BerError> {
    let depth = depth.checked_sub(1).ok_or(BerError::TooDeep)?;
    match content {
        Content::Whole { mut content, rest } => {
            while !content.is_empty() {
                content = take(content, depth)?;
            }
            Ok(rest)
        }
        Content::Open(mut content) => loop {
            if let [0, 0, rest @ ..] = content {
                return Ok(rest);
            }
            content = take(content, depth)?;
        },
    }
}

/// The length (`None`: open, ended by two zero octets) and what follows it.
fn split_length(octets: &[u8]) -> Result<(Option<usize>, &[u8]), BerError> {
    let (&first, rest) = octets.split_first().ok_or(BerError::CutShort)?;
    if first < 0x80 {
        return Ok((Some(usize::from(first)), rest));
    }
    if first == 0x80 {
        return Ok((None, rest));
    }
    let count = usize::from(first & 0x7f);
    if MAX_LENGTH_OCTETS < count {
        return Err(BerError::Form);
    }
    let (digits, rest) = rest.split_at_checked(count).ok_or(BerError::CutShort)?;
    let length = digits
        .iter()
        .fold(0_usize, |sum, &digit| (sum << 8) | usize::from(digit));
    Ok((Some(length), rest))
}

/// Appends an element.
fn push(der: &mut Vec<u8>, tag: u8, content: &[u8]) {
    element::push_header(der, tag, content.len());
    der.extend_from_slice(content);
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn open_lengths_are_closed_and_pieces_joined() {
        // SEQUENCE (open) { OCTET STRING (open) { "ab", "c" }, NULL }
        let ber = [
            0x30, 0x80, 0x24, 0x80, 0x04, 0x02, b'a', b'b', 0x04, 0x81, 0x01, b'c', 0, 0, 0x05, 0,
            0, 0,
        ];
        let der = [0x30, 0x07, 0x04, 0x03, b'a', b'b', b'c', 0x05, 0];
        assert_eq!(to_der(&ber), Ok(der.to_vec()));
    }

    #[test]
    fn a_tagged_string_is_joined_like_an_untagged_one() {
        // [0] (open) { "a", OCTET STRING { "b", "c" } }
        let pieces = [
            0xa0, 0x80, 0x04, 1, b'a', 0x24, 6, 0x04, 1, b'b', 0x04, 1, b'c', 0, 0,
        ];
        for ber in [&pieces[..], &[0x80, 3, b'a', b'b', b'c']] {
            let (string, _) = split_first(ber).unwrap();
            assert_eq!(joined(&string), Ok(b"abc".to_vec()));
        }
        let (other, _) = split_first(&[0xa0, 2, 0x05, 0]).unwrap();
        assert_eq!(joined(&other), Err(BerError::Pieces));
    }

    #[test]
    fn der_stays_as_it_is() {
        let long = [[0x04, 0x82, 0x01, 0x00].as_slice(), &[7; 256]].concat();
        for der in [vec![0x05, 0], vec![0x31, 0x03, 0x02, 0x01, 0x05], long] {
            assert_eq!(to_der(&der).unwrap(), der);
        }
    }

    #[test]
    fn what_is_not_one_whole_element_is_refused_with_its_reason() {
        let deep = [[0x30, 0x80].repeat(2000), vec![0; 4000]].concat();
        for (ber, reason) in [
            ([].as_slice(), BerError::CutShort),
            (&[0x30], BerError::CutShort),
            (&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0], BerError::CutShort),
            (&[0x30, 0x80, 0x05, 0], BerError::CutShort),
            (&[0x30, 0x85, 0, 0, 0, 0, 0], BerError::Form),
            (&[0x04, 0x80, 0, 0], BerError::Form),
            (&[0x1f, 0x22, 0], BerError::Form),
            (&[0x30, 0x02, 0, 0], BerError::Form),
            (&[0x30, 0x80, 0x05, 0, 0, 1], BerError::Form),
            (&[0x24, 0x02, 0x05, 0], BerError::Pieces),
            (&[0x23, 0x02, 0x03, 0], BerError::Pieces),
            (&[0x05, 0, 0], BerError::Trailing),
            (&deep, BerError::TooDeep),
        ] {
            assert_eq!(to_der(ber), Err(reason), "{ber:02x?}");
        }
    }
}
