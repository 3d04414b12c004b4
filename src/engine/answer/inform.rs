//! What a program may want to know (`genm`, `genp`): our authority's certificate, its revocation
//! list, the trust list and the key that signs it, and the algorithms in use. All of it is published
//! anyway; asked for here it comes under the protection of the question.

use crate::crypto::element::element;
use crate::crypto::strict_der;
use crate::domain::guard::Guard;
use crate::domain::state::{ClientAct, permits_client};
use crate::engine::answer::Talk;
use crate::engine::answer::party::Party;
use crate::engine::answer::reply::{Refusal, Reply, Stop};
use crate::engine::error::Error;
use crate::engine::{crl, trust};
use crate::protocol::message::{Body, InfoItem, InfoKind, MAX_MESSAGE};

/// What is answered to a question for nothing in particular.
const ALL: [InfoKind; 8] = [
    InfoKind::CA_CERTS,
    InfoKind::CURRENT_CRL,
    InfoKind::TRUST_LIST_KEY,
    InfoKind::TRUST_LIST,
    InfoKind::SIGN_KEY_PAIR_TYPES,
    InfoKind::ENC_KEY_PAIR_TYPES,
    InfoKind::PREFERRED_SYMM_ALG,
    InfoKind::CRLS,
];

/// rsaEncryption (RFC 8017 appendix A.1), with NULL.
const RSA: &[u8] = &[
    0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0,
];
/// id-ecPublicKey with secp256r1 (RFC 5480 section 2.1.1).
const P256: &[u8] = &[
    0x30, 19, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7,
];
/// id-ecPublicKey with secp384r1.
const P384: &[u8] = &[
    0x30, 16, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 5, 0x2b, 0x81, 4, 0, 34,
];
/// id-aes256-GCM (RFC 5084 section 3.2).
const AES_256_GCM: &[u8] = &[0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 46];

/// What values may have together, in octets: the rest of the message is header, protection and
/// certificates, some KiB each.
const ROOM: usize = MAX_MESSAGE - (64 << 10);

/// `genm`. What is not known here is left out, and what is asked for twice is answered once: each
/// question for the revocation list would buy another copy of it. A list that is too long for a
/// message is left out as well; it is to be had from the publish folder.
pub(super) fn inform(
    talk: &Talk<'_, '_>,
    party: &Party,
    questions: &[InfoItem],
) -> Result<Reply, Stop> {
    let situation = party.record.situation(talk.act.now);
    permits_client(situation, ClientAct::Ask).map_err(Refusal::from)?;
    let all = ALL;
    let asked: Vec<&InfoKind> = if questions.is_empty() {
        all.iter().collect()
    } else {
        questions.iter().map(|question| &question.kind).collect()
    };
    let mut items: Vec<InfoItem> = Vec::new();
    let mut room = ROOM;
    for kind in asked {
        if items.iter().any(|item| item.kind == *kind) {
            continue;
        }
        if let Some(value) = value(talk, kind)?
            && let Some(rest) = room.checked_sub(value.len())
        {
            room = rest;
            items.push(InfoItem::new(kind.clone(), value));
        }
    }
    Ok(Reply::of(Body::Genp(items)))
}

/// The public key that signs trust lists, for a program that is to pin it.
pub(super) fn trust_list_key(talk: &Talk<'_, '_>) -> Result<InfoItem, Error> {
    let public = talk.act.charter.manifest.guard(Guard::Import)?;
    let public = public.public.as_ref().ok_or(Error::Unexpected)?;
    Ok(InfoItem::new(
        InfoKind::TRUST_LIST_KEY,
        public.spki().to_vec(),
    ))
}

fn value(talk: &Talk<'_, '_>, kind: &InfoKind) -> Result<Option<Vec<u8>>, Error> {
    let act = &talk.act;
    let authority = &talk.settings.ca_certificate;
    let known = |kind_of: &InfoKind| kind == kind_of;
    Ok(if known(&InfoKind::CA_CERTS) {
        Some(sequence(&[authority]))
    } else if known(&InfoKind::ROOT_CA_CERT) {
        Some(authority.clone())
    } else if known(&InfoKind::CURRENT_CRL) {
        crl::newest(act.tx)?
    } else if known(&InfoKind::CRLS) {
        crl::newest(act.tx)?.map(|list| sequence(&[&list]))
    } else if known(&InfoKind::TRUST_LIST_KEY) {
        trust_list_key(talk)?.value
    } else if known(&InfoKind::TRUST_LIST) {
        Some(trust::published(act.tx, &act.charter, &act.root)?)
    } else if known(&InfoKind::SIGN_KEY_PAIR_TYPES) {
        Some(sequence(&[RSA, P256, P384]))
    } else if known(&InfoKind::ENC_KEY_PAIR_TYPES) {
        Some(sequence(&[RSA]))
    } else if known(&InfoKind::PREFERRED_SYMM_ALG) {
        Some(AES_256_GCM.to_vec())
    } else {
        None
    })
}

/// A SEQUENCE of what is DER already.
fn sequence(members: &[&[u8]]) -> Vec<u8> {
    element(strict_der::SEQUENCE, members)
}
