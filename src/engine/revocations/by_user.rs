//! Revocations by the user: the entry holds the signed request, and whoever loads the chain checks
//! it again.

use crate::crypto::certificate::Certificate;
use crate::crypto::keypair::PublicKey;
use crate::crypto::verify;
use crate::domain::reason::RevocationReason;
use crate::engine::act::Act;
use crate::engine::error::Error;
use crate::engine::settings::Settings;
use crate::engine::{crl, publish};
use crate::protocol::message::{Body, RevocationRequest};
use crate::protocol::read::read;
use crate::store::Reader;
use crate::store::archived_key::{self as certificates, Issued};

use super::{Authority, BAD, Revocation, append, by_serial};

/// Revokes what a user's own signed `request` (a CMP message with the body `rr`) names; `signer` is
/// the serial number of the certificate whose key signed it. All of it or nothing: refused are a
/// certificate of another mailbox, one that is revoked already, and a reason that could be taken
/// back. The list is published after the act.
pub fn append_by_user(
    act: &mut Act<'_>,
    signer: &[u8],
    request: &[u8],
) -> Result<Vec<Revocation>, Error> {
    let settings = Settings::load(act.tx, &act.charter, &act.root)?;
    let known = by_serial(act.tx, act.keys.installation, &act.root.revocations)?;
    let mut earlier: Vec<Revocation> = known.into_values().collect();
    let before = earlier.len();
    for asked in asked_for(request)? {
        let revocation = Revocation {
            serial: asked.serial,
            at: act.now,
            reason: reason(asked.reason)?,
            invalidity: asked.invalidity.filter(|since| *since <= act.now),
            authority: Authority::User {
                signer: signer.to_vec(),
                request: request.to_vec(),
            },
        };
        if earlier.iter().any(|past| past.serial == revocation.serial) {
            return Err(refused("the certificate is revoked already"));
        }
        let by = (signer, request);
        check(act.tx, &settings.ca_certificate, by, &revocation, &earlier)?;
        let manifest = (&act.charter.manifest, None);
        append(act.tx, manifest, &mut act.root.revocations, &revocation)?;
        publish::certificate_changed(act, &revocation.serial)?;
        earlier.push(revocation);
    }
    crl::is_due(act)?;
    Ok(earlier.split_off(before))
}

/// Refuses an entry that the request does not ask for, or whose signer may not.
pub(super) fn check(
    reader: &Reader<'_>,
    authority: &[u8],
    (signer, request): (&[u8], &[u8]),
    revocation: &Revocation,
    earlier: &[Revocation],
) -> Result<(), Error> {
    let received = read(request).map_err(|_request| BAD)?;
    let (signer_row, certificate) = issued(reader, authority, signer)?;
    let key = PublicKey::from_spki(certificate.spki())?;
    received.verify_signature(&key).map_err(|_signature| BAD)?;
    let (revoked_row, revoked) = issued(reader, authority, &revocation.serial)?;
    let asks = asked_for(request)?.iter().any(|asked| {
        asked.serial == revocation.serial
            && asked.issuer == revoked.issuer_der()
            && reason(asked.reason).ok() == Some(revocation.reason)
    });
    let is_in_date =
        certificate.not_before() <= revocation.at && revocation.at <= certificate.not_after();
    // One request may name its own signer among others.
    let was_revoked = earlier.iter().any(|past| {
        past.serial == signer
            && !matches!(&past.authority, Authority::User { request: same, .. } if same == request)
    });
    if !asks || signer_row.guid != revoked_row.guid {
        return Err(refused(
            "the request asks for a certificate of another mailbox",
        ));
    }
    if !is_in_date || was_revoked {
        return Err(refused(
            "the certificate that signed the request has run out or is revoked",
        ));
    }
    Ok(())
}

fn asked_for(request: &[u8]) -> Result<Vec<RevocationRequest>, Error> {
    let Body::Rr(asked) = read(request).map_err(|_request| BAD)?.message.body else {
        return Err(refused("the message asks for no revocation"));
    };
    Ok(asked)
}

/// The reason of a request; none is *unspecified*.
pub(super) fn reason(code: Option<u8>) -> Result<RevocationReason, Error> {
    RevocationReason::from_code(code.unwrap_or(0))
        .ok_or_else(|| refused("this reason for a revocation is not accepted from users"))
}

/// A certificate of ours, with its row.
fn issued(
    reader: &Reader<'_>,
    authority: &[u8],
    serial: &[u8],
) -> Result<(Issued, Certificate), Error> {
    let unknown = || refused("the certificate was not issued here");
    let row = certificates::by_serial(reader, serial)?.ok_or_else(unknown)?;
    let unreadable = |_malformed| Error::Tampered("a certificate can not be read");
    let certificate = Certificate::from_der(&row.der).map_err(unreadable)?;
    let authority = Certificate::from_der(authority).map_err(unreadable)?;
    if certificate.serial() != serial || !verify::is_issued_by(&certificate, &authority) {
        return Err(Error::Tampered(
            "a certificate of this mailbox was replaced",
        ));
    }
    Ok((row, certificate))
}

fn refused(what: &str) -> Error {
    Error::Refused {
        what: what.to_owned(),
        remedy: "Ask an administrator to revoke it.",
    }
}
