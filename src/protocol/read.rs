//! Reads messages: every bound is checked before work is done, every protection over the octets
//! received.

use der::asn1::Any;
use der::{Choice as _, Decode as _, Encode as _, Tagged as _};

use crate::crypto::keypair::{PublicKey, sha256};
use crate::crypto::signature::{self, SignatureError};
use crate::protocol::asn1::body::{PkiBody, PkiMessage, ProtectedPart};
use crate::protocol::asn1::crmf;
use crate::protocol::asn1::header::PkiHeader;
use crate::protocol::asn1::mac::{self, MacAlgorithm};
use crate::protocol::asn1::raw::{self, AlgorithmIdentifier, RawSequence};
use crate::protocol::bounds;
use crate::protocol::message::{Failure, Header, Message};
use crate::protocol::protect::{DerivedMac, MacForm, ProtectionError, ProtectionKind};

/// A message that was read, with what is needed to check its protection.
#[derive(Clone, Debug)]
pub struct Received {
    /// What it says. Nothing of it is true before the protection was checked.
    pub message: Message,
    /// What is protected, as received.
    protected: Vec<u8>,
    protection: Protection,
}

/// The protection of a message.
#[derive(Clone, Debug)]
enum Protection {
    Mac {
        derived: DerivedMac,
        mac: Vec<u8>,
    },
    None,
    Signature {
        algorithm: Vec<u8>,
        signature: Vec<u8>,
    },
    Unsupported(String),
}

/// Why octets are not a message we can read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReadError {
    /// Not the encoding of a message.
    #[error("this is not a CMP message: {0}")]
    Malformed(String),
    /// The transaction's identifier or a nonce is missing, or has not 8 to 64 octets.
    #[error("the message's transactionID or nonce is missing or of a wrong length")]
    Nonce,
    /// More than is ever read.
    #[error("the message is too large: {0}")]
    TooMuch(&'static str),
    /// A kind of message, or a part of one, that this program does not know.
    #[error("the message has something that is not supported: {0}")]
    Unsupported(&'static str),
    /// A version of the protocol that is not spoken here.
    #[error("version {0} of the protocol is not supported")]
    Version(u8),
}

impl ReadError {
    /// The reason for programs.
    pub const fn failure(&self) -> Failure {
        match self {
            Self::Malformed(_) | Self::TooMuch(_) => Failure::BAD_DATA_FORMAT,
            Self::Nonce => Failure::BAD_SENDER_NONCE,
            Self::Unsupported(_) => Failure::BAD_REQUEST,
            Self::Version(_) => Failure::UNSUPPORTED_VERSION,
        }
    }
}

impl From<der::Error> for ReadError {
    fn from(reason: der::Error) -> Self {
        Self::Malformed(reason.to_string())
    }
}

/// Reads a message, DER.
pub fn read(octets: &[u8]) -> Result<Received, ReadError> {
    bounds::check(octets)?;
    let PkiMessage {
        header: raw_header,
        body: raw_body,
        protection,
        extra_certs,
    } = PkiMessage::from_der(octets)?;
    let mut header = PkiHeader::from_der(&raw_header.to_der()?)?;
    let algorithm = header.protection_alg.take();
    let protection = match (algorithm, protection) {
        (Some(algorithm), Some(bits)) => Protection::read(&algorithm, crmf::whole_octets(&bits)?)?,
        (None, None) => Protection::None,
        (Some(_), None) | (None, Some(_)) => {
            return Err(ReadError::Malformed("half a protection".to_owned()));
        }
    };
    let message = Message {
        header: header.into_value()?,
        body: body(&raw_body)?.into_value()?,
        extra_certs: raw::all_octets(extra_certs)?,
    };
    let protected = ProtectedPart {
        header: raw_header,
        body: raw_body,
    };
    Ok(Received {
        message,
        protected: protected.to_der()?,
        protection,
    })
}

/// Reads the header alone, so that a message whose rest can not be read can be answered.
pub fn read_header(octets: &[u8]) -> Result<Header, ReadError> {
    bounds::check(octets)?;
    let message = PkiMessage::from_der(octets)?;
    PkiHeader::from_der(&message.header.to_der()?)?.into_value()
}

fn body(octets: &Any) -> Result<PkiBody, ReadError> {
    if !PkiBody::can_decode(octets.tag()) {
        return Err(ReadError::Unsupported("this kind of message"));
    }
    Ok(PkiBody::from_der(&octets.to_der()?)?)
}

impl Received {
    /// How the message is protected.
    pub fn protection(&self) -> ProtectionKind {
        match &self.protection {
            Protection::Mac { .. } => ProtectionKind::Mac,
            Protection::None => ProtectionKind::None,
            Protection::Signature { .. } => ProtectionKind::Signature,
            Protection::Unsupported(name) => ProtectionKind::Unsupported(name.clone()),
        }
    }

    /// The form of its MAC, so that it can be answered alike.
    pub fn mac_form(&self) -> Option<MacForm> {
        match &self.protection {
            Protection::Mac { derived, .. } => Some(derived.form),
            Protection::None | Protection::Signature { .. } | Protection::Unsupported(_) => None,
        }
    }

    /// Checks the MAC under `secret`.
    pub fn verify_mac(&self, secret: &[u8]) -> Result<(), ProtectionError> {
        match &self.protection {
            Protection::Mac { derived, mac } => derived
                .is_right(secret, &self.protected, mac)
                .then_some(())
                .ok_or(ProtectionError::Wrong),
            Protection::Unsupported(name) => Err(ProtectionError::Unsupported(name.clone())),
            Protection::None | Protection::Signature { .. } => Err(ProtectionError::Kind),
        }
    }

    /// Checks the signature with `public`.
    pub fn verify_signature(&self, public: &PublicKey) -> Result<(), ProtectionError> {
        match &self.protection {
            Protection::Signature {
                algorithm,
                signature,
            } => {
                signature::verify(algorithm, public, &self.protected, signature).map_err(|error| {
                    match error {
                        SignatureError::Unsupported(name) => ProtectionError::Unsupported(name),
                        SignatureError::Wrong => ProtectionError::Wrong,
                    }
                })
            }
            Protection::Unsupported(name) => Err(ProtectionError::Unsupported(name.clone())),
            Protection::None | Protection::Mac { .. } => Err(ProtectionError::Kind),
        }
    }

    /// SHA-256 of header and body as received: the same for the same message only.
    pub fn content_hash(&self) -> [u8; 32] {
        sha256(&self.protected)
    }
}

impl Protection {
    /// What a protectionAlg and its octets are; bounds included, so that nothing is computed beyond
    /// them.
    fn read(algorithm: &RawSequence, protection: Vec<u8>) -> Result<Self, ReadError> {
        let octets = algorithm.octets()?;
        let Ok(algorithm) = AlgorithmIdentifier::from_der(&octets) else {
            return Ok(Self::Unsupported("an unknown algorithm".to_owned()));
        };
        Ok(match mac::read(&algorithm) {
            MacAlgorithm::Derived(derived) => match derived.check() {
                Ok(()) => Self::Mac {
                    derived,
                    mac: protection,
                },
                Err(why) => Self::Unsupported(why.to_owned()),
            },
            MacAlgorithm::Unusable(why) => Self::Unsupported(why.to_owned()),
            MacAlgorithm::Other => match signature::check_algorithm(&octets) {
                Ok(()) => Self::Signature {
                    algorithm: octets,
                    signature: protection,
                },
                Err(error) => Self::Unsupported(error.to_string()),
            },
        })
    }
}
