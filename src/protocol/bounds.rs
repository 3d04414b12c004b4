//! What is checked before anything of a message is decoded: size, lengths, nesting, long lists.

use crate::crypto::strict_der::{Element, Malformed, Reader};
use crate::protocol::message::MAX_MESSAGE;
use crate::protocol::read::ReadError;

/// Nesting: a key in `EnvelopedData` nests about 15 levels; each one costs stack.
const MAX_DEPTH: usize = 32;

/// Lists of requests, certificates, keys and items begin no deeper; CRLs have their entries below.
const LIST_DEPTH: usize = 5;

/// Members of such a list: a lifetime of key pairs is well below it.
const MAX_MEMBERS: usize = 256;

/// Whether the octets are one element whose nested lengths are all true, and within the bounds.
pub(super) fn check(octets: &[u8]) -> Result<(), ReadError> {
    if MAX_MESSAGE < octets.len() {
        return Err(ReadError::TooMuch("more than 1 MiB"));
    }
    let mut reader = Reader::new(octets);
    let message = reader.any()?;
    reader.finish()?;
    check_element(&message, 0)
}

fn check_element(element: &Element<'_>, depth: usize) -> Result<(), ReadError> {
    if element.tag & 0x20 == 0 {
        return Ok(());
    }
    if MAX_DEPTH < depth {
        return Err(ReadError::TooMuch("nested too deeply"));
    }
    let mut reader = element.reader();
    let mut members = 0_usize;
    while !reader.is_empty() {
        members = members.saturating_add(1);
        if depth <= LIST_DEPTH && MAX_MEMBERS < members {
            return Err(ReadError::TooMuch("a list has more than 256 members"));
        }
        check_element(&reader.any()?, depth.saturating_add(1))?;
    }
    Ok(())
}

impl From<Malformed> for ReadError {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed.to_string())
    }
}
