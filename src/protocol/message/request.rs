//! What a client asks for: certificates, revocation, and the confirmation of what it got.

use crate::crypto::hash::Hash;
use crate::domain::time::UnixTime;

/// A request for one certificate (`CertReqMsg`, RFC 4211 section 3).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CertRequest {
    /// The number by which the answer names this request; -1 where there is none.
    pub id: i64,
    /// What the certificate should say.
    pub template: Template,
    /// Control protocolEncrKey (RFC 4211 section 6.6): the `SubjectPublicKeyInfo` to which a private
    /// key made by the server is to be encrypted.
    pub transport_key: Option<Vec<u8>>,
    /// Control oldCertID (RFC 4211 section 6.5): the certificate that is renewed.
    pub old_cert: Option<CertId>,
    /// The proof that the client has the private key.
    pub possession: Possession,
    /// The DER of `CertRequest`, over which the proof is made.
    pub(in crate::protocol) octets: Vec<u8>,
}

/// What a certificate should say (`CertTemplate`, RFC 4211 section 5).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Template {
    /// The serial number: the contents octets of its INTEGER.
    pub serial: Option<Vec<u8>>,
    /// The issuer's distinguished name, DER.
    pub issuer: Option<Vec<u8>>,
    /// The first moment of validity.
    pub not_before: Option<UnixTime>,
    /// The last moment of validity.
    pub not_after: Option<UnixTime>,
    /// The subject's distinguished name, DER.
    pub subject: Option<Vec<u8>>,
    /// The public key (`SubjectPublicKeyInfo`, DER); absent, or with an empty BIT STRING, where the
    /// server is to make the key.
    pub public_key: Option<Vec<u8>>,
    /// Extensions (`Extensions`, DER).
    pub extensions: Option<Vec<u8>>,
}

/// A proof of possession (`ProofOfPossession`, RFC 4211 section 4).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Possession {
    /// None, as for a key the server is to make.
    Absent,
    /// The claim that somebody else checked it.
    RaVerified,
    /// A signature over the DER of `CertRequest`.
    Signature {
        /// The `AlgorithmIdentifier`, DER.
        algorithm: Vec<u8>,
        /// The signature.
        signature: Vec<u8>,
    },
    /// Another form, which is never accepted: its DER.
    Other(Vec<u8>),
}

/// A certificate by issuer and serial number (`CertId`, RFC 4211 section 6.5).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CertId {
    /// The issuer's distinguished name, DER.
    pub issuer: Vec<u8>,
    /// The serial number: the contents octets of its INTEGER.
    pub serial: Vec<u8>,
}

/// A request to revoke one certificate (`RevDetails`, RFC 9810 section 5.3.9).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RevocationRequest {
    /// The issuer's distinguished name, DER.
    pub issuer: Vec<u8>,
    /// The serial number: the contents octets of its INTEGER.
    pub serial: Vec<u8>,
    /// The `CRLReason` (RFC 5280 section 5.3.1), whatever its number.
    pub reason: Option<u8>,
    /// Since when the key is not to be trusted (RFC 5280 section 5.3.2).
    pub invalidity: Option<UnixTime>,
}

/// Whether a certificate that came is wanted (`CertStatus`, RFC 9810 section 5.3.18).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CertStatus {
    /// The hash of the certificate.
    pub hash: Vec<u8>,
    /// The request's number.
    pub request_id: i64,
    /// Absent: the certificate is wanted.
    pub status: Option<super::Status>,
    /// The hash's algorithm, where the certificate's signature does not tell it.
    pub hash_alg: Option<Hash>,
}
