//! The names under which a message may mean one of our keys.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use der::Decode as _;
use x509_cert::spki::SubjectPublicKeyInfoRef;

use crate::crypto::certificate::Certificate;
use crate::crypto::smime::enveloped::algorithm::Algorithm;
use crate::crypto::smime::enveloped::{DecryptError, Decrypter, RecipientId};
use crate::crypto::smime::walk::{CONTEXT_0, INTEGER, SEQUENCE, Walk};

/// All the names of one key.
pub(super) struct Identity(Vec<RecipientId>);

impl Identity {
    /// Issuer and serial number of its certificate, the identifier that stands there, and those
    /// that follow from the key: some senders compute one where the certificate has another.
    pub(super) fn of(decrypter: &Decrypter<'_>) -> Self {
        let public = decrypter.key.public();
        let mut names = vec![RecipientId::KeyIdentifier(public.key_identifier().to_vec())];
        if let Ok(info) = SubjectPublicKeyInfoRef::from_der(public.spki()) {
            // RFC 5280 section 4.2.1.2, method 1: SHA-1 as a name, not as a protection
            let bits = info.subject_public_key.raw_bytes();
            let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, bits);
            names.push(RecipientId::KeyIdentifier(hash.as_ref().to_vec()));
        }
        if let Some(certificate) = decrypter.certificate {
            names.extend(issuer_and_serial(certificate));
            names.extend(subject_key_id(certificate));
        }
        Self(names)
    }

    /// Whether `id` means this key.
    pub(super) fn is(&self, id: &RecipientId) -> bool {
        self.0.contains(id)
    }
}

/// What messages name first. A certificate that is not strict in all its parts has it, too.
fn issuer_and_serial(certificate: &[u8]) -> Result<RecipientId, DecryptError> {
    let signed = Walk::into(certificate, SEQUENCE)?.expect(SEQUENCE)?;
    let mut fields = Walk::new(signed.content);
    fields.optional(CONTEXT_0)?; // the version
    let serial = fields.expect(INTEGER)?.content.to_vec();
    Algorithm::take(&mut fields)?;
    let issuer = fields.expect(SEQUENCE)?.octets.to_vec();
    Ok(RecipientId::IssuerAndSerial { issuer, serial })
}

fn subject_key_id(certificate: &[u8]) -> Option<RecipientId> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let identifier = certificate.subject_key_id()?.to_vec();
    Some(RecipientId::KeyIdentifier(identifier))
}
