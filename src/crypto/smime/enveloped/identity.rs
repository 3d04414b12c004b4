//! The names under which a message may mean one of our keys.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use der::Decode as _;
use x509_cert::spki::SubjectPublicKeyInfoRef;

use crate::crypto::certificate::Certificate;
use crate::crypto::smime::enveloped::{Decrypter, RecipientId};

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
        let read = decrypter.certificate.map(Certificate::from_der);
        if let Some(Ok(certificate)) = read {
            names.push(RecipientId::IssuerAndSerial {
                issuer: certificate.issuer_der().to_vec(),
                serial: certificate.serial().to_vec(),
            });
            let identifier = certificate.subject_key_id();
            names.extend(identifier.map(|octets| RecipientId::KeyIdentifier(octets.to_vec())));
        }
        Self(names)
    }

    /// Whether `id` means this key.
    pub(super) fn is(&self, id: &RecipientId) -> bool {
        self.0.contains(id)
    }
}
