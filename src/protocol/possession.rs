//! Requests for certificates and the proof that the client has the private key (RFC 4211 section 4).

use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::crypto::signature::{self, SignatureError};
use crate::crypto::strict_der::{self, Element};
use crate::protocol::asn1::crmf;
use crate::protocol::message::{CertId, CertRequest, Possession, Template};
use crate::protocol::write::WriteError;

/// Why a request does not prove that its sender has the private key.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PossessionError {
    /// The public key is not one we take.
    #[error("the request's public key is of a kind that is not accepted")]
    Key,
    /// The request can not be read.
    #[error("the request can not be read: {0}")]
    Malformed(String),
    /// There is no proof, or no public key.
    #[error("the request does not prove that the sender has the private key")]
    Missing,
    /// A kind of proof that is not accepted.
    #[error("the proof of possession is of a kind that is not accepted: {0}")]
    Unsupported(String),
    /// The signature is wrong.
    #[error("the proof of possession is wrong")]
    Wrong,
}

impl From<SignatureError> for PossessionError {
    fn from(reason: SignatureError) -> Self {
        match reason {
            SignatureError::Unsupported(algorithm) => Self::Unsupported(algorithm),
            SignatureError::Wrong => Self::Wrong,
        }
    }
}

impl CertRequest {
    /// A request for the certificate of `key`, with a signature that proves its possession. RFC 4211
    /// section 4.1 wants a `subject` (a distinguished name, DER) in it, which the server may ignore.
    pub fn new_signing(
        id: i64,
        subject: &[u8],
        old_cert: Option<CertId>,
        key: &PrivateKey,
    ) -> Result<Self, WriteError> {
        let template = Template {
            subject: Some(subject.to_vec()),
            public_key: Some(key.public().spki().to_vec()),
            ..Template::default()
        };
        let mut request = Self::new(id, template, None, old_cert)?;
        let signed = key.sign(&request.octets);
        request.possession = Possession::Signature {
            algorithm: signature::algorithm_of(key).to_vec(),
            signature: signed.map_err(|_operation| WriteError::Key)?,
        };
        Ok(request)
    }

    /// A request for the certificate of a key that the server makes, and encrypts to `transport` (RFC
    /// 9483 section 4.1.6).
    pub fn new_server_made(
        id: i64,
        subject: &[u8],
        old_cert: Option<CertId>,
        transport: &PublicKey,
    ) -> Result<Self, WriteError> {
        let template = Template {
            subject: Some(subject.to_vec()),
            ..Template::default()
        };
        Self::new(id, template, Some(transport.spki().to_vec()), old_cert)
    }

    /// A request without proof.
    fn new(
        id: i64,
        template: Template,
        transport_key: Option<Vec<u8>>,
        old_cert: Option<CertId>,
    ) -> Result<Self, WriteError> {
        let octets =
            crmf::request_octets(id, &template, transport_key.as_deref(), old_cert.as_ref())?;
        Ok(Self {
            id,
            template,
            transport_key,
            old_cert,
            possession: Possession::Absent,
            octets,
        })
    }

    /// Whether the server is to make the key: no public key, or one with an empty BIT STRING that
    /// names the algorithm only (RFC 9483 section 4.1.6).
    pub fn wants_server_made(&self) -> bool {
        self.template.public_key.as_deref().is_none_or(is_empty_key)
    }

    /// The public key whose possession the request proves, checked over the octets as received.
    pub fn prove(&self) -> Result<PublicKey, PossessionError> {
        let key = self.template.public_key.as_deref();
        let key = key.ok_or(PossessionError::Missing)?;
        match &self.possession {
            Possession::Absent => Err(PossessionError::Missing),
            Possession::Other(_) => Err(unsupported("only a signature over the request is")),
            Possession::RaVerified => Err(unsupported("nobody else has checked it")),
            Possession::Signature {
                algorithm,
                signature,
            } => {
                let key = PublicKey::from_spki(key).map_err(|_kind| PossessionError::Key)?;
                signature::verify(algorithm, &key, &self.octets, signature)?;
                Ok(key)
            }
        }
    }
}

fn unsupported(why: &str) -> PossessionError {
    PossessionError::Unsupported(why.to_owned())
}

/// Whether a `SubjectPublicKeyInfo` has no bits.
fn is_empty_key(spki: &[u8]) -> bool {
    let bits = strict_der::check(spki).and_then(|whole| {
        let mut reader = whole.reader();
        reader.any()?;
        reader.any()
    });
    bits.as_ref().map(Element::whole_octets) == Ok(Ok(&[]))
}
