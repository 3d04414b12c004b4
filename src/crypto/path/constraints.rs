//! Which names an authority may certify (RFC 5280 sections 4.2.1.10 and 6.1.4, RFC 9598 section 6).

use crate::crypto::certificate::Certificate;
use crate::crypto::certificate::extensions::NameConstraints;
use crate::crypto::certificate::general_name::GeneralName;
use crate::crypto::path::ChainFault;

/// Comparisons for one authority and one certificate below it. An organisation's limits times a
/// person's names are a few dozen; a hostile megabyte of both would take hours.
const MAX_COMPARISONS: usize = 1 << 16;

/// The first name of the path that an authority above it may not certify.
pub(super) fn fault(path: &[&Certificate]) -> Option<ChainFault> {
    for (place, authority) in path.iter().enumerate().skip(1) {
        let Some(constraints) = authority.name_constraints() else {
            continue;
        };
        for (below, certificate) in path.iter().enumerate().take(place) {
            // RFC 5280 section 6.1.3 (b): self-issued ones are exempt, unless they are the last
            if certificate.is_self_issued() && below != 0 {
                continue;
            }
            let names = names(certificate);
            let limits = constraints.permitted.len().max(constraints.excluded.len());
            if MAX_COMPARISONS < names.len().saturating_mul(limits) {
                return Some(ChainFault::TooComplex);
            }
            let refused = names.into_iter().find(|name| !allows(constraints, name));
            if let Some(name) = refused {
                return Some(ChainFault::NameConstraint {
                    authority: authority.subject().to_owned(),
                    name: words(&name, certificate),
                });
            }
        }
    }
    None
}

/// All names of a certificate. Addresses in the subject count as well: mail programs read them.
fn names(certificate: &Certificate) -> Vec<GeneralName> {
    let subject = certificate.folded_subject();
    let directory = (!subject.is_empty()).then(|| GeneralName::Directory(subject.clone()));
    let addresses = certificate.subject_addresses().iter().cloned();
    let others = certificate.alternative_names().iter().cloned();
    directory
        .into_iter()
        .chain(addresses.map(GeneralName::Rfc822))
        .chain(others)
        .collect()
}

fn allows(constraints: &NameConstraints, name: &GeneralName) -> bool {
    // what can not be compared is not allowed, whichever list it stands in
    let mut excluded = constraints.excluded.iter();
    if excluded.any(|top| !matches!(within(name, top, Side::Excluded), None | Some(Some(false)))) {
        return false;
    }
    let permitted = constraints.permitted.iter();
    let permitted = permitted.filter_map(|top| within(name, top, Side::Permitted));
    let permitted: Vec<Option<bool>> = permitted.collect();
    permitted.is_empty() || permitted.contains(&Some(true))
}

/// In which list a subtree stands; where standards leave room, each list errs on its safe side.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Side {
    Excluded,
    Permitted,
}

/// Does the name lie within the subtree `top`? `None`: the subtree is of another form and says
/// nothing about it. `Some(None)`: nobody can tell.
#[expect(clippy::option_option, reason = "silence and doubt are two answers")]
fn within(name: &GeneralName, top: &GeneralName, side: Side) -> Option<Option<bool>> {
    match (name, top) {
        (
            GeneralName::Rfc822(address) | GeneralName::SmtpUtf8(address),
            GeneralName::Rfc822(top) | GeneralName::SmtpUtf8(top),
        ) => Some(mail_within(address, top, side)),
        (GeneralName::Directory(name), GeneralName::Directory(top)) => {
            Some(Some(name.is_within(top)))
        }
        (GeneralName::Dns(host), GeneralName::Dns(top)) => Some(Some(dns_within(host, top))),
        (GeneralName::Ip(address), GeneralName::Ip(top)) => ip_within(address, top).map(Some),
        (GeneralName::Uri(_), GeneralName::Uri(_))
        | (GeneralName::Other(_), GeneralName::Other(_)) => {
            Some(None) // no mail program needs them
        }
        (
            GeneralName::Directory(_)
            | GeneralName::Dns(_)
            | GeneralName::Ip(_)
            | GeneralName::Other(_)
            | GeneralName::Rfc822(_)
            | GeneralName::SmtpUtf8(_)
            | GeneralName::Uri(_),
            _,
        ) => None,
    }
}

/// A mailbox, all mailboxes of a host, or with a dot before it of all hosts below a domain.
fn mail_within(address: &str, top: &str, side: Side) -> Option<bool> {
    let (local, host) = address.rsplit_once('@')?;
    // RFC 9598 section 3: the domain of every form is in A-labels
    if !host.is_ascii() {
        return None;
    }
    if let Some((top_local, top_host)) = top.rsplit_once('@') {
        let same_local = match side {
            Side::Excluded => local.to_lowercase() == top_local.to_lowercase(),
            Side::Permitted => local == top_local,
        };
        return Some(same_local && host.eq_ignore_ascii_case(top_host));
    }
    if top.is_empty() {
        return Some(side == Side::Excluded);
    }
    if top.starts_with('.') {
        return Some(ends_with(host, top));
    }
    Some(host.eq_ignore_ascii_case(top))
}

/// The host itself and all below it; with a dot before it those below it alone.
fn dns_within(host: &str, top: &str) -> bool {
    top.is_empty()
        || host.eq_ignore_ascii_case(top)
        || match top.strip_prefix('.') {
            Some(_) => ends_with(host, top),
            None => ends_with(host, &format!(".{top}")),
        }
}

/// Does `host` end with `end`, with something before it?
fn ends_with(host: &str, end: &str) -> bool {
    let (host, end) = (host.to_ascii_lowercase(), end.to_ascii_lowercase());
    host.len() > end.len() && host.ends_with(&end)
}

/// An address within an address and its mask; `None` for the other version of IP.
fn ip_within(address: &[u8], top: &[u8]) -> Option<bool> {
    let (network, mask) = top.split_at_checked(top.len() / 2)?;
    if network.len() != address.len() {
        return None;
    }
    let mut bits = address.iter().zip(network).zip(mask);
    Some(bits.all(|((address, network), mask)| (address ^ network) & mask == 0))
}

/// The name for people.
fn words(name: &GeneralName, certificate: &Certificate) -> String {
    match name {
        GeneralName::Directory(_) => certificate.subject().to_owned(),
        GeneralName::Dns(text)
        | GeneralName::Rfc822(text)
        | GeneralName::SmtpUtf8(text)
        | GeneralName::Uri(text) => text.clone(),
        GeneralName::Ip(_) | GeneralName::Other(_) => {
            "a name of a form that is not mail".to_owned()
        }
    }
}
