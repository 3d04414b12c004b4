//! Was a certificate of the path revoked?

use crate::crypto::certificate::Certificate;
use crate::crypto::crl::Crl;
use crate::crypto::path::{Revocation, RevocationDoubt};
use crate::domain::time::UnixTime;

/// What the lists say of a path: the worst of its certificates, the judged one first. The trusted
/// certificate at its end is trusted whatever lists say.
pub(super) fn of(path: &[&Certificate], crls: &[Crl], at: UnixTime) -> Revocation {
    let mut known = path
        .windows(2)
        .map(|pair| match pair {
            [certificate, issuer] => of_one(certificate, issuer, crls, at),
            _ => Revocation::Good,
        })
        .collect::<Vec<_>>();
    let is_revoked = |one: &Revocation| matches!(one, Revocation::Revoked { .. });
    let worst = known
        .iter()
        .position(is_revoked)
        .or_else(|| known.iter().position(|one| *one != Revocation::Good));
    worst.map_or(Revocation::Good, |place| known.swap_remove(place))
}

/// What the lists of `issuer` say of one certificate. The newest that it signed counts; one that ran
/// out can still say that a certificate was revoked.
fn of_one(
    certificate: &Certificate,
    issuer: &Certificate,
    crls: &[Crl],
    at: UnixTime,
) -> Revocation {
    let name = || certificate.issuer().to_owned();
    let of_issuer: Vec<&Crl> = crls
        .iter()
        .filter(|crl| crl.folded_issuer() == certificate.folded_issuer())
        .filter(|crl| crl.covers(certificate))
        .collect();
    if of_issuer.is_empty() {
        return Revocation::Unknown(RevocationDoubt::NoList(name()));
    }
    let newest = of_issuer
        .into_iter()
        .filter(|crl| crl.verify(issuer).is_ok())
        .max_by_key(|crl| crl.this_update());
    let Some(newest) = newest else {
        return Revocation::Unknown(RevocationDoubt::NotVerified(name()));
    };
    match newest.entry(certificate.serial()) {
        Some(entry) => Revocation::Revoked {
            subject: certificate.subject().to_owned(),
            at: entry.at,
            reason: entry.reason,
            invalidity: entry.invalidity,
        },
        None if newest.next_update() < at => {
            Revocation::Unknown(RevocationDoubt::RanOut(name(), newest.next_update()))
        }
        None => Revocation::Good,
    }
}
