//! Finds paths from a certificate to trusted ones, among certificates that anybody may have sent.

use crate::crypto::certificate::Certificate;
use crate::crypto::path::ChainFault;
use crate::crypto::verify::signature;
use crate::domain::time::UnixTime;

/// Certificates in a path, both ends included: twice what the deepest known hierarchies have.
const MAX_DEPTH: usize = 8;
/// Signatures checked for one verdict: cross-certificates of hostile authorities would otherwise
/// multiply with each level.
const MAX_SIGNATURES: usize = 100;
/// Complete paths that are judged; an honest certificate has one or two.
const MAX_PATHS: usize = 8;

/// What was found. The first certificate of each path is the judged one.
pub(super) struct Found<'a> {
    /// Paths that end in a trusted certificate.
    pub(super) complete: Vec<Vec<&'a Certificate>>,
    /// The longest path that does not.
    pub(super) partial: Vec<&'a Certificate>,
    /// Why it does not.
    pub(super) fault: ChainFault,
}

/// All paths within the limits.
pub(super) fn paths<'a>(
    certificate: &'a Certificate,
    intermediates: &'a [Certificate],
    anchors: &'a [Certificate],
    at: UnixTime,
) -> Found<'a> {
    let mut search = Search {
        intermediates,
        anchors,
        at,
        signatures: 0,
        longest: 0,
        found: Found {
            complete: Vec::new(),
            partial: vec![certificate],
            fault: ChainFault::TooComplex,
        },
    };
    search.climb(&mut vec![certificate]);
    search.found
}

struct Search<'a> {
    intermediates: &'a [Certificate],
    anchors: &'a [Certificate],
    at: UnixTime,
    signatures: usize,
    longest: usize,
    found: Found<'a>,
}

impl<'a> Search<'a> {
    /// Goes on from the last certificate of `path`.
    fn climb(&mut self, path: &mut Vec<&'a Certificate>) {
        let Some(&last) = path.last() else {
            return;
        };
        if self.anchors.contains(last) {
            self.found.complete.push(path.clone());
            return;
        }
        let mut wrong_signature = false;
        let mut ended = true;
        for issuer in self.candidates(last) {
            if MAX_PATHS <= self.found.complete.len() || MAX_SIGNATURES <= self.signatures {
                break;
            }
            // the same name with the same key again: a loop of cross-certificates
            let again = |seen: &&Certificate| {
                seen.folded_subject() == issuer.folded_subject() && seen.spki() == issuer.spki()
            };
            if path.iter().any(again) {
                continue;
            }
            self.signatures = self.signatures.saturating_add(1);
            if !is_signed_by(last, issuer) {
                wrong_signature = true;
                continue;
            }
            ended = false;
            if path.len() < MAX_DEPTH {
                path.push(issuer);
                self.climb(path);
                path.pop();
            }
        }
        if ended && self.longest < path.len() {
            self.longest = path.len();
            self.found.partial.clone_from(path);
            self.found.fault = self.ending(last, wrong_signature);
        }
    }

    /// Who may have issued a certificate, by name and key identifier: trusted ones first, then those
    /// that say so by the key identifier, then those in date.
    fn candidates(&self, certificate: &Certificate) -> Vec<&'a Certificate> {
        let trusted = self.anchors.iter().map(|issuer| (0_u8, issuer));
        let others = self.intermediates.iter().map(|issuer| (1_u8, issuer));
        let mut candidates: Vec<_> = trusted
            .chain(others)
            .filter(|(_rank, issuer)| certificate.folded_issuer() == issuer.folded_subject())
            .filter_map(|(rank, issuer)| {
                let named = certificate.authority_key_id();
                let by_key = match (named, issuer.subject_key_id()) {
                    (Some(named), Some(own)) if named == own => 0_u8,
                    (Some(_), Some(_)) => return None,
                    (Some(_) | None, Some(_) | None) => 1,
                };
                let in_date = issuer.not_before() <= self.at && self.at <= issuer.not_after();
                Some(((rank, by_key, !in_date), issuer))
            })
            .collect();
        candidates.sort_by_key(|(rank, _issuer)| *rank);
        candidates
            .into_iter()
            .map(|(_rank, issuer)| issuer)
            .collect()
    }

    /// Why a path ends at this certificate.
    fn ending(&self, last: &Certificate, wrong_signature: bool) -> ChainFault {
        let subject = || last.subject().to_owned();
        if MAX_SIGNATURES <= self.signatures {
            return ChainFault::TooComplex;
        }
        if last.is_self_issued() && is_signed_by(last, last) {
            return ChainFault::SelfSigned(subject());
        }
        let algorithm = last.signature_algorithm();
        if wrong_signature && !signature::is_known(algorithm) {
            return ChainFault::SignatureAlgorithm(subject(), algorithm.to_string());
        }
        if wrong_signature {
            return ChainFault::BadSignature(subject());
        }
        ChainFault::NoIssuer(last.issuer().to_owned())
    }
}

fn is_signed_by(certificate: &Certificate, issuer: &Certificate) -> bool {
    signature::verifies(
        issuer.public_key(),
        certificate.signature_algorithm(),
        certificate.tbs(),
        certificate.signature(),
    )
}
