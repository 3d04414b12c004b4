//! The extensions that speak of certificate policies: read strictly, because a certificate with a
//! malformed one is malformed; nothing here depends on what they say.

use std::collections::BTreeSet;

use der::oid::ObjectIdentifier;

use crate::crypto::certificate::extensions::count;
use crate::crypto::strict_der::{self, Element, Malformed};

/// RFC 5280 section 4.2.1.4.
pub(super) fn list(element: &Element<'_>) -> Result<(), Malformed> {
    let mut reader = element.members()?;
    let mut seen = BTreeSet::new();
    while !reader.is_empty() {
        let mut policy = reader.sequence("a certificate policy is not a SEQUENCE")?;
        let oid = policy.expect(strict_der::OID, "a certificate policy has no identifier")?;
        if !seen.insert(oid.content) {
            return Err(oid.malformed("a certificate policy comes twice"));
        }
        if !policy.is_empty() {
            let mut qualifiers = policy.any()?.members()?;
            while !qualifiers.is_empty() {
                let mut qualifier = qualifiers.sequence("a policy qualifier is not a SEQUENCE")?;
                qualifier.expect(strict_der::OID, "a policy qualifier has no identifier")?;
                qualifier.any()?;
                qualifier.finish()?;
            }
        }
        policy.finish()?;
    }
    Ok(())
}

/// RFC 5280 section 4.2.1.11.
pub(super) fn constraints(element: &Element<'_>) -> Result<(), Malformed> {
    let mut reader = element.members()?;
    for tag in [0x80, 0x81] {
        if let Some(skip) = reader.optional(tag)? {
            count(&skip)?;
            if !strict_der::is_shortest_integer(skip.content) {
                return Err(skip.malformed("a policy constraint is not in its shortest form"));
            }
        }
    }
    reader.finish()
}

/// RFC 5280 section 4.2.1.5.
pub(super) fn mappings(element: &Element<'_>) -> Result<(), Malformed> {
    let mut reader = element.members()?;
    while !reader.is_empty() {
        let mut mapping = reader.sequence("a policy mapping is not a SEQUENCE")?;
        for _side in ["issuer", "subject"] {
            let oid = mapping.expect(strict_der::OID, "a policy mapping lacks a policy")?;
            if oid.content == ANY_POLICY.as_bytes() {
                return Err(oid.malformed("anyPolicy is mapped, which must not be"));
            }
        }
        mapping.finish()?;
    }
    Ok(())
}

/// anyPolicy (RFC 5280 section 4.2.1.4).
const ANY_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32.0");
