//! Writes DER elements around octets that are DER already.

/// An element of `parts`, with its length in the shortest form (X.690 section 10.1).
pub fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum();
    let mut element = Vec::with_capacity(MAX_HEADER.saturating_add(length));
    push_header(&mut element, tag, length);
    for part in parts {
        element.extend_from_slice(part);
    }
    element
}

/// Appends the identifier of an element and the length of its contents.
pub(super) fn push_header(der: &mut Vec<u8>, tag: u8, length: usize) {
    der.push(tag);
    let octets = length.to_be_bytes();
    if let Ok(short @ 0..0x80) = u8::try_from(length) {
        der.push(short);
        return;
    }
    let zeros = octets.iter().take_while(|&&octet| octet == 0).count();
    let count = octets.len().saturating_sub(zeros);
    der.push(0x80 | u8::try_from(count).unwrap_or(0x7f)); // eight at most
    der.extend(octets.iter().skip(zeros));
}

/// Octets of the longest header: an identifier, and a length of eight octets with their number.
const MAX_HEADER: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_has_the_shortest_form() {
        for (length, header) in [
            (0, &[0x04, 0][..]),
            (0x7f, &[0x04, 0x7f]),
            (0x80, &[0x04, 0x81, 0x80]),
            (0xff, &[0x04, 0x81, 0xff]),
            (0x100, &[0x04, 0x82, 1, 0]),
        ] {
            let contents = vec![7; length];
            assert_eq!(element(0x04, &[&contents]), [header, &contents].concat());
        }
    }
}
