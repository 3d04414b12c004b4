//! PEM (RFC 7468), read as text around it allows: any line length, LF or CRLF, words between the blocks.

/// One block.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::crypto) struct Block {
    /// What stands after BEGIN.
    pub(in crate::crypto) label: String,
    /// The octets, or what is wrong with the text.
    pub(in crate::crypto) body: Result<Vec<u8>, &'static str>,
}

/// The blocks of a file, in order; reading ends soon after `at_most` of them.
pub(in crate::crypto) fn blocks(file: &[u8], at_most: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, Vec<u8>)> = None;
    // a lone CR ended lines on old Macintoshes, and the empty lines of CRLF do no harm
    for line in file.split(|octet| matches!(octet, b'\n' | b'\r')) {
        if at_most < blocks.len() {
            return blocks;
        }
        let line = line.trim_ascii();
        if let Some(label) = boundary(line, b"-----BEGIN ") {
            if let Some((label, _text)) = open.replace((label, Vec::new())) {
                blocks.push(unfinished(label));
            }
        } else if let Some(end) = boundary(line, b"-----END ") {
            if let Some((label, text)) = open.take() {
                let body = if end == label {
                    decode(&text)
                } else {
                    Err("the END line does not match the BEGIN line")
                };
                blocks.push(Block { label, body });
            }
        } else if let Some((_label, text)) = open.as_mut() {
            text.extend_from_slice(line);
        }
    }
    if let Some((label, _text)) = open {
        blocks.push(unfinished(label));
    }
    blocks
}

/// A block without END.
const fn unfinished(label: String) -> Block {
    Block {
        label,
        body: Err("the END line is missing, the file may be cut short"),
    }
}

/// The label of a BEGIN or END line.
fn boundary(line: &[u8], start: &[u8]) -> Option<String> {
    let label = line.strip_prefix(start)?.strip_suffix(b"-----")?;
    Some(String::from_utf8_lossy(label).into_owned())
}

/// Base64 (RFC 4648 section 4) in its one right form: padded, unused bits zero; spaces are skipped.
fn decode(text: &[u8]) -> Result<Vec<u8>, &'static str> {
    const WRONG: &str = "a character is not base64";
    let mut digits: Vec<u8> = text
        .iter()
        .copied()
        .filter(|octet| !matches!(octet, b' ' | b'\t'))
        .collect();
    if !digits.len().is_multiple_of(4) {
        return Err("characters are missing");
    }
    let padding = digits
        .iter()
        .rev()
        .take(3)
        .take_while(|digit| **digit == b'=')
        .count();
    digits.truncate(digits.len().saturating_sub(padding));
    let mut octets = Vec::with_capacity(digits.len());
    for group in digits.chunks(4) {
        let mut bits = 0_u32;
        for digit in group {
            bits = (bits << 6) | value(*digit).ok_or(WRONG)?;
        }
        let [_none, first, second, third] = (bits << (6 * (4 - group.len()))).to_be_bytes();
        match (group.len(), second, third) {
            (4, _, _) => octets.extend([first, second, third]),
            (3, _, 0) => octets.extend([first, second]),
            (2, 0, 0) => octets.push(first),
            _ => return Err(WRONG),
        }
    }
    Ok(octets)
}

/// The value of a base64 digit.
fn value(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}
