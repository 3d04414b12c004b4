//! Reading `SignedData`: which signatures are right, and which certificate's key made them.

use std::borrow::Cow;

use der::asn1::ObjectIdentifier;

use crate::crypto::ber;
use crate::crypto::certificate::Certificate;
use crate::crypto::certificate::algorithm::{Digest, SignatureAlgorithm};
use crate::crypto::certificate::key_usage::KeyUsage;
use crate::crypto::certificate::public_key::{self, PublicKey};
use crate::crypto::oid::ID_DATA;
use crate::crypto::smime::SmimeError;
use crate::crypto::smime::capabilities::Capabilities;
use crate::crypto::smime::signed::algorithm::{self, Unsupported};
use crate::crypto::smime::signed::attributes::{self, Attributes};
use crate::crypto::smime::signed::parts::{CertificateId, SignedData, SignerInfo};
use crate::crypto::smime::signed::{SignatureVerdict, Signed, Signer};
use crate::crypto::smime::walk::{SET, Walk};
use crate::crypto::verify::{MAX_RSA_BITS, MIN_RSA_BITS, signature};

/// Certificates tried for one signature. More than one of the same name or key identifier is rare,
/// and each costs a public-key operation.
const MAX_CANDIDATES: usize = 4;

/// Reads a signed MIME entity, or a message that only brings certificates. A detached signature is
/// checked against `detached`; should content stand within as well, nobody looks at it.
pub fn verify(message: &[u8], detached: Option<&[u8]>) -> Result<Signed, SmimeError> {
    verify_knowing(message, detached, &[])
}

/// The same for signers that may have left out their certificate: `known` are those of
/// correspondents.
pub fn verify_knowing(
    message: &[u8],
    detached: Option<&[u8]>,
    known: &[&[u8]],
) -> Result<Signed, SmimeError> {
    judge(SignedData::in_message(message)?, ID_DATA, detached, known)
}

/// Reads what [`super::sign_as`] wrote, from whatever program: a bare `SignedData`.
pub fn verify_as(content_type: ObjectIdentifier, signed_data: &[u8]) -> Result<Signed, SmimeError> {
    judge(SignedData::read(signed_data)?, content_type, None, &[])
}

fn judge(
    read: SignedData<'_>,
    content_type: ObjectIdentifier,
    detached: Option<&[u8]>,
    known: &[&[u8]],
) -> Result<Signed, SmimeError> {
    if read.content_type != content_type.as_bytes() {
        return Err(SmimeError::ContentType);
    }
    let within = if detached.is_none() {
        read.content
    } else {
        None
    };
    let octets = detached.or(within.as_deref());
    if octets.is_none() && !read.signer_infos.is_empty() {
        return Err(SmimeError::ContentMissing);
    }
    // One that can not be read is nobody's: the others may still be good.
    let certificates = readable(&read.certificates);
    let known = readable(known);
    let mut case = Case {
        octets: octets.unwrap_or_default(),
        content_type,
        digests: Vec::new(),
        certificates: &certificates,
        known: &known,
    };
    let signers = read.signer_infos.iter().map(|info| case.signer(info));
    Ok(Signed {
        signers: signers.collect(),
        certificates: certificates.iter().map(octets_of).collect(),
        content: within,
    })
}

/// Those that are certificates, once each.
fn readable(candidates: &[&[u8]]) -> Vec<Certificate> {
    let mut certificates: Vec<Certificate> = Vec::new();
    for der in candidates {
        let is_new = certificates.iter().all(|earlier| earlier.der() != *der);
        if is_new && let Ok(certificate) = Certificate::from_der(der) {
            certificates.push(certificate);
        }
    }
    certificates
}

fn octets_of(certificate: &Certificate) -> Vec<u8> {
    certificate.der().to_vec()
}

/// What all signers signed, and whose certificates there are.
struct Case<'a> {
    octets: &'a [u8],
    content_type: ObjectIdentifier,
    /// Made once each, however many signers there are.
    digests: Vec<(Digest, Vec<u8>)>,
    /// Those of the message.
    certificates: &'a [Certificate],
    /// Those of correspondents.
    known: &'a [Certificate],
}

impl<'a> Case<'a> {
    fn signer(&mut self, info: &[u8]) -> Signer {
        let mut signer = Signer {
            certificate: None,
            signature: SignatureVerdict::Bad,
            signed_at: None,
            algorithm: String::new(),
            capabilities: Capabilities::default(),
            encryption_certificate: None,
        };
        if let Ok(der) = ber::to_der(info)
            && let Ok(info) = SignerInfo::read(&der)
        {
            signer.signature = match self.examine(&info, &mut signer) {
                Ok(()) => SignatureVerdict::Good,
                Err(verdict) => verdict,
            };
        }
        signer
    }

    /// Checks one signature and fills in what its signer says; the error is the verdict that is not
    /// good.
    fn examine(
        &mut self,
        info: &SignerInfo<'_>,
        signer: &mut Signer,
    ) -> Result<(), SignatureVerdict> {
        let candidates = self.candidates(&info.signer);
        signer.certificate = candidates.first().map(|named| octets_of(named));
        let digest = algorithm::digest(info.digest)?;
        let algorithm = algorithm::signature(info.algorithm, digest)?;
        signer.algorithm = algorithm.to_string();
        let octets = self.signed_octets(info, digest)?;
        let made_by = octets.made_by(info.signature, &algorithm, &candidates)?;
        signer.certificate = Some(octets_of(made_by));
        let weak = [Some(digest), algorithm.digest()]
            .into_iter()
            .flatten()
            .find(|digest| digest.is_broken());
        if let Some(digest) = weak {
            return Err(SignatureVerdict::Weak(digest.to_string()));
        }
        let preference = match &octets.attributes {
            Some(attributes) => {
                signer.signed_at = attributes.signing_time()?;
                signer.capabilities = attributes.capabilities()?;
                attributes.key_preference()?
            }
            None => None,
        };
        let encryption = self.encryption_certificate(preference, made_by);
        signer.encryption_certificate = encryption.map(octets_of);
        Ok(())
    }

    /// The certificates that may be meant.
    fn candidates(&self, id: &CertificateId<'_>) -> Vec<&'a Certificate> {
        let named = self.certificates.iter().chain(self.known);
        named
            .filter(|certificate| id.names(certificate))
            .take(MAX_CANDIDATES)
            .collect()
    }

    /// The octets that were signed, which must be about this content.
    fn signed_octets<'i>(
        &mut self,
        info: &SignerInfo<'i>,
        digest: Digest,
    ) -> Result<SignedOctets<'i>, SignatureVerdict>
    where
        'a: 'i,
    {
        let Some(element) = &info.attributes else {
            // RFC 5652 section 5.3: attributes MUST be there for content of another type
            if self.content_type != ID_DATA || Attributes::are(self.octets) {
                return Err(SignatureVerdict::Bad);
            }
            return Ok(SignedOctets {
                attributes: None,
                forms: vec![Cow::Borrowed(self.octets)],
            });
        };
        let attributes = Attributes::read(Walk::new(element.content))?;
        let content_type = self.content_type;
        if !attributes.fit(content_type, self.digest(digest)?) {
            return Err(SignatureVerdict::Bad);
        }
        // RFC 5652 section 5.4: signed under the tag of a SET, not under that of the field
        let untagged = element.octets.get(1..).unwrap_or_default();
        let set = [&[SET], untagged].concat();
        let sorted = attributes::in_order(&set);
        Ok(SignedOctets {
            attributes: Some(attributes),
            forms: [Some(set), sorted]
                .into_iter()
                .flatten()
                .map(Cow::Owned)
                .collect(),
        })
    }

    fn digest(&mut self, digest: Digest) -> Result<&[u8], SignatureVerdict> {
        if !self.digests.iter().any(|(made, _hash)| *made == digest) {
            let hash = algorithm::hash(digest, self.octets)
                .ok_or_else(|| SignatureVerdict::Unsupported(digest.to_string()))?;
            self.digests.push((digest, hash));
        }
        let made = self.digests.iter().find(|(made, _hash)| *made == digest);
        Ok(made
            .map(|(_digest, hash)| hash.as_slice())
            .unwrap_or_default())
    }

    /// The certificate to encrypt answers with: the one preferred, else one of the same person that
    /// is fit for it (RFC 8551 section 2.5.3.1), the signer's own first.
    fn encryption_certificate(
        &self,
        preference: Option<CertificateId<'_>>,
        signer: &'a Certificate,
    ) -> Option<&'a Certificate> {
        let mut all = self.certificates.iter().chain(self.known);
        if let Some(preferred) = preference {
            return all.find(|certificate| preferred.names(certificate));
        }
        let of_signer = |other: &&Certificate| {
            other.subject_der() == signer.subject_der() && other.issuer_der() == signer.issuer_der()
        };
        std::iter::once(signer)
            .chain(all.filter(of_signer))
            .find(|certificate| may_encrypt(certificate))
    }
}

/// What a signature is over.
struct SignedOctets<'a> {
    /// The signed attributes, if there are any.
    attributes: Option<Attributes<'a>>,
    /// The octets, in each form that somebody may have signed.
    forms: Vec<Cow<'a, [u8]>>,
}

impl SignedOctets<'_> {
    /// The one among the candidates whose key made the signature.
    fn made_by<'c>(
        &self,
        signature: &[u8],
        algorithm: &SignatureAlgorithm,
        candidates: &[&'c Certificate],
    ) -> Result<&'c Certificate, SignatureVerdict> {
        if !signature::is_known(algorithm) {
            return Err(SignatureVerdict::Unsupported(algorithm.to_string()));
        }
        let mut verdict = SignatureVerdict::NoCertificate;
        for &candidate in candidates {
            let key = candidate.public_key();
            if !is_usable(key) {
                verdict = SignatureVerdict::Unsupported(key.to_string());
                continue;
            }
            verdict = SignatureVerdict::Bad;
            let allowed = match &self.attributes {
                Some(attributes) => attributes.allow(candidate)?,
                None => true,
            };
            let is_over =
                |form: &Cow<'_, [u8]>| signature::verifies(key, algorithm, form, signature);
            if allowed && self.forms.iter().any(is_over) {
                return Ok(candidate);
            }
        }
        Err(verdict)
    }
}

/// Is it a kind and size of key that can be checked?
fn is_usable(key: &PublicKey) -> bool {
    match key {
        PublicKey::Ec { .. } | PublicKey::Ed25519(_) => true,
        PublicKey::Other(_) => false,
        PublicKey::Rsa { modulus, .. } => {
            (MIN_RSA_BITS..=MAX_RSA_BITS).contains(&public_key::bits(modulus))
        }
    }
}

/// Is it a kind of key that can be encrypted to, and does keyUsage allow it (RFC 8550 section 4.4.2)?
fn may_encrypt(certificate: &Certificate) -> bool {
    let can = match certificate.public_key() {
        PublicKey::Ec { .. } | PublicKey::Rsa { .. } => true,
        PublicKey::Ed25519(_) | PublicKey::Other(_) => false,
    };
    let allows = |usage: KeyUsage| usage.key_encipherment() || usage.key_agreement();
    can && certificate.key_usage().is_none_or(allows)
}

impl From<SmimeError> for SignatureVerdict {
    fn from(_reason: SmimeError) -> Self {
        Self::Bad
    }
}

impl From<Unsupported> for SignatureVerdict {
    fn from(Unsupported(words): Unsupported) -> Self {
        Self::Unsupported(words)
    }
}
