//! The algorithms of MACs: `PBMParameter` (RFC 4211 section 4.4) and `PBMAC1-params` (RFC 8018
//! appendix A.5).

use der::asn1::{Any, ObjectIdentifier, OctetString};
use der::{Encode as _, Sequence};

use crate::crypto::hash::Hash;
use crate::crypto::oid::{
    ID_HMAC_WITH_SHA1, ID_HMAC_WITH_SHA256, ID_HMAC_WITH_SHA384, ID_HMAC_WITH_SHA512, ID_PBKDF2,
    ID_SHA1, ID_SHA256, ID_SHA384, ID_SHA512,
};
use crate::protocol::asn1::raw::{self, AlgorithmIdentifier, RawSequence};
use crate::protocol::protect::{DerivedMac, MacForm};

/// RFC 4211 section 4.4.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
struct PbmParameter {
    salt: OctetString,
    owf: AlgorithmIdentifier,
    iteration_count: u32,
    mac: AlgorithmIdentifier,
}

/// RFC 8018 appendix A.5.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
struct Pbmac1Params {
    key_derivation_func: AlgorithmIdentifier,
    message_auth_scheme: AlgorithmIdentifier,
}

/// RFC 8018 appendix A.2. The salt is always the one specified; no other source was ever defined.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
struct Pbkdf2Params {
    salt: OctetString,
    iteration_count: u32,
    #[asn1(optional = "true")]
    key_length: Option<u16>,
    #[asn1(optional = "true")]
    prf: Option<AlgorithmIdentifier>,
}

/// What a protectionAlg is, as far as MACs go.
pub(crate) enum MacAlgorithm {
    /// One of the two, well-formed; the bounds are not checked.
    Derived(DerivedMac),
    /// One of the two, but not so that we could compute it: why.
    Unusable(&'static str),
    /// Something else, perhaps a signature.
    Other,
}

/// Reads a protectionAlg.
pub(crate) fn read(algorithm: &AlgorithmIdentifier) -> MacAlgorithm {
    let parameters = algorithm.parameters.as_ref();
    let derived = match algorithm.oid {
        PASSWORD_BASED_MAC => parameters.map(password_based_mac),
        PBMAC1 => parameters.map(pbmac1),
        _other => return MacAlgorithm::Other,
    };
    match derived {
        Some(Ok(Some(derived))) => MacAlgorithm::Derived(derived),
        Some(Ok(None)) => MacAlgorithm::Unusable("a MAC with an unknown function"),
        Some(Err(_)) | None => MacAlgorithm::Unusable("a MAC with parameters that can not be read"),
    }
}

fn password_based_mac(parameters: &Any) -> Result<Option<DerivedMac>, der::Error> {
    let read: PbmParameter = parameters.decode_as()?;
    let (Some(owf), Some(mac)) = (digest(&read.owf), hmac(&read.mac)) else {
        return Ok(None);
    };
    let iterations = read.iteration_count;
    Ok(Some(DerivedMac {
        form: MacForm::PasswordBasedMac {
            owf,
            mac,
            iterations,
        },
        salt: read.salt.as_bytes().to_vec(),
        key_length: 0,
    }))
}

fn pbmac1(parameters: &Any) -> Result<Option<DerivedMac>, der::Error> {
    let read: Pbmac1Params = parameters.decode_as()?;
    let kdf = read.key_derivation_func;
    let (ID_PBKDF2, Some(inner)) = (kdf.oid, kdf.parameters) else {
        return Ok(None);
    };
    let inner: Pbkdf2Params = inner.decode_as()?;
    let prf = inner.prf.as_ref().map_or(Some(Hash::Sha1), hmac); // the DEFAULT
    let (Some(prf), Some(mac)) = (prf, hmac(&read.message_auth_scheme)) else {
        return Ok(None);
    };
    let iterations = inner.iteration_count;
    Ok(Some(DerivedMac {
        form: MacForm::Pbmac1 {
            prf,
            mac,
            iterations,
        },
        salt: inner.salt.as_bytes().to_vec(),
        key_length: usize::from(inner.key_length.unwrap_or_default()),
    }))
}

/// The protectionAlg of a MAC.
pub(crate) fn write(derived: &DerivedMac) -> Result<RawSequence, der::Error> {
    let salt = OctetString::new(derived.salt.as_slice())?;
    let (oid, parameters) = match derived.form {
        MacForm::PasswordBasedMac {
            owf,
            mac,
            iterations,
        } => {
            let parameters = PbmParameter {
                salt,
                owf: digest_algorithm(owf),
                iteration_count: iterations,
                mac: hmac_algorithm(mac),
            };
            (PASSWORD_BASED_MAC, Any::encode_from(&parameters)?)
        }
        MacForm::Pbmac1 {
            prf,
            mac,
            iterations,
        } => {
            let kdf = Pbkdf2Params {
                salt,
                iteration_count: iterations,
                key_length: u16::try_from(derived.key_length).ok(),
                prf: Some(hmac_algorithm(prf)),
            };
            let parameters = Pbmac1Params {
                key_derivation_func: AlgorithmIdentifier {
                    oid: ID_PBKDF2,
                    parameters: Some(Any::encode_from(&kdf)?),
                },
                message_auth_scheme: hmac_algorithm(mac),
            };
            (PBMAC1, Any::encode_from(&parameters)?)
        }
    };
    let algorithm = AlgorithmIdentifier {
        oid,
        parameters: Some(parameters),
    };
    raw::sequence(&algorithm.to_der()?)
}

/// The hash function of an identifier, with NULL or no parameters (RFC 5754 section 2).
pub(crate) fn digest(algorithm: &AlgorithmIdentifier) -> Option<Hash> {
    find(DIGESTS, algorithm)
}

/// The identifier of a hash function; RFC 5754 section 2: without parameters.
pub(crate) fn digest_algorithm(hash: Hash) -> AlgorithmIdentifier {
    AlgorithmIdentifier {
        oid: match hash {
            Hash::Sha1 => ID_SHA1,
            Hash::Sha256 => ID_SHA256,
            Hash::Sha384 => ID_SHA384,
            Hash::Sha512 => ID_SHA512,
        },
        parameters: None,
    }
}

fn hmac(algorithm: &AlgorithmIdentifier) -> Option<Hash> {
    find(HMACS, algorithm)
}

/// RFC 8018 appendix B.1.2: the parameters are NULL.
fn hmac_algorithm(hash: Hash) -> AlgorithmIdentifier {
    AlgorithmIdentifier {
        oid: match hash {
            Hash::Sha1 => ID_HMAC_WITH_SHA1,
            Hash::Sha256 => ID_HMAC_WITH_SHA256,
            Hash::Sha384 => ID_HMAC_WITH_SHA384,
            Hash::Sha512 => ID_HMAC_WITH_SHA512,
        },
        parameters: Some(Any::null()),
    }
}

fn find(table: &[(ObjectIdentifier, Hash)], algorithm: &AlgorithmIdentifier) -> Option<Hash> {
    if algorithm
        .parameters
        .as_ref()
        .is_some_and(|parameters| !parameters.is_null())
    {
        return None;
    }
    let found = table.iter().find(|(oid, _hash)| *oid == algorithm.oid);
    found.map(|(_oid, hash)| *hash)
}

/// id-PasswordBasedMac (RFC 4211 section 4.4).
const PASSWORD_BASED_MAC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113533.7.66.13");
/// id-PBMAC1 (RFC 8018 appendix A.5).
const PBMAC1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.14");
/// hmac-SHA1 of RFC 4210, which OpenSSL sends.
const HMAC_SHA1_OF_4210: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.8.1.2");

/// Hash functions by their identifiers.
const DIGESTS: &[(ObjectIdentifier, Hash)] = &[
    (ID_SHA1, Hash::Sha1),
    (ID_SHA256, Hash::Sha256),
    (ID_SHA384, Hash::Sha384),
    (ID_SHA512, Hash::Sha512),
];

/// HMACs by the identifiers of their hash functions.
const HMACS: &[(ObjectIdentifier, Hash)] = &[
    (HMAC_SHA1_OF_4210, Hash::Sha1),
    (ID_HMAC_WITH_SHA1, Hash::Sha1),
    (ID_HMAC_WITH_SHA256, Hash::Sha256),
    (ID_HMAC_WITH_SHA384, Hash::Sha384),
    (ID_HMAC_WITH_SHA512, Hash::Sha512),
];
