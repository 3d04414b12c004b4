//! Content keys wrapped by an agreed key: ECDH, one side ephemeral (RFC 5753, RFC 8418).

use aws_lc_rs::agreement::{
    self, Algorithm as AgreementAlgorithm, ECDH_P256, ECDH_P384, ECDH_P521, UnparsedPublicKey,
};
use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA224, SHA256, SHA384, SHA512};
use aws_lc_rs::hkdf::{self, HKDF_SHA256, HKDF_SHA384, HKDF_SHA512};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap as _};
use cms::content_info::CmsVersion;
use cms::enveloped_data::{
    KeyAgreeRecipientIdentifier, KeyAgreeRecipientInfo, OriginatorIdentifierOrKey,
    OriginatorPublicKey, RecipientEncryptedKey, RecipientInfo,
};
use der::asn1::{AnyRef, BitString, ObjectIdentifier, OctetString, OctetStringRef};
use der::{Any, Decode as _, Encode as _, Sequence};
use x509_cert::spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

use crate::crypto::ber::{self, Element};
use crate::crypto::envelope::WRAPPED_LEN;
use crate::crypto::keypair::PrivateKey;
use crate::crypto::oid::{ID_AES256_WRAP, ID_EC_PUBLIC_KEY, SECP256R1, SECP384R1};
use crate::crypto::smime::enveloped::algorithm::Algorithm;
use crate::crypto::smime::enveloped::wrap::Wrap;
use crate::crypto::smime::enveloped::{DecryptError, EncryptError, KeyOctets};
use crate::crypto::smime::walk::{BIT_STRING, CONTEXT_1, Walk, octet_string};
use crate::domain::key_kind::KeyKind;
use crate::domain::secret::Key;

/// What a sender offers for the agreement (RFC 5753 section 3.1.1).
pub(super) struct Offer<'a> {
    /// `[0]` `OriginatorIdentifierOrKey`.
    pub(super) originator: Element<'a>,
    /// `[1]` ukm: octets that go into the key derivation.
    pub(super) keying_material: Option<Element<'a>>,
    /// The scheme, with the key wrap as its parameter.
    pub(super) algorithm: Algorithm<'a>,
}

impl Offer<'_> {
    /// Agrees on the key-encryption key and unwraps the content key of `length` octets.
    pub(super) fn content_key(
        &self,
        key: &PrivateKey,
        encrypted_key: &[u8],
        length: usize,
    ) -> Result<KeyOctets, DecryptError> {
        let derivation = Derivation::of(&self.algorithm)?;
        let wrap_algorithm = self.algorithm.inner()?;
        let wrap = Wrap::of(&wrap_algorithm)?;
        let info = self.shared_info(&wrap_algorithm, wrap)?;
        let curve = Curve::of_kind(key.public().kind()).ok_or(DecryptError::Failed)?;
        let private =
            agreement::PrivateKey::from_private_key_der(curve.agreement(), key.pkcs8().expose())?;
        let kek = agreement::agree(
            &private,
            UnparsedPublicKey::new(curve.agreement(), self.public_point()?),
            DecryptError::Failed,
            |secret| Ok(derivation.derive(secret, &info, wrap.key_len())?),
        )?;
        let content_key = wrap.unwrap(&kek, encrypted_key)?;
        if content_key.len() != length {
            return Err(DecryptError::Failed);
        }
        Ok(content_key)
    }

    /// The sender's ephemeral key. Which curve it is on is not asked: it is on the recipient's, or
    /// the agreement fails.
    fn public_point(&self) -> Result<&[u8], DecryptError> {
        let mut choice = Walk::new(self.originator.content);
        let Some(originator_key) = choice.optional(CONTEXT_1)? else {
            let what = "a key agreement with a certificate of the sender".to_owned();
            return Err(DecryptError::Unsupported(what));
        };
        let mut fields = Walk::new(originator_key.content);
        Algorithm::take(&mut fields)?;
        let bits = fields.expect(BIT_STRING)?.content;
        fields.finish()?;
        bits.strip_prefix(&[0]).ok_or(DecryptError::Malformed) // no unused bits
    }

    fn shared_info(
        &self,
        wrap_algorithm: &Algorithm<'_>,
        wrap: Wrap,
    ) -> Result<Vec<u8>, DecryptError> {
        let material = match self.keying_material {
            Some(explicit) => Some(octet_string(&Walk::new(explicit.content).any()?)?),
            None => None,
        };
        // as it came, but in DER: some senders write NULL where RFC 3565 wants nothing
        let key_info = ber::to_der(wrap_algorithm.octets)?;
        Ok(shared_info(&key_info, material.as_deref(), wrap.key_len())?)
    }
}

/// Wraps a content key for the owner of a key on `curve`, given its `SubjectPublicKeyInfo`.
pub(super) fn recipient_info(
    curve: Curve,
    spki: &[u8],
    rid: KeyAgreeRecipientIdentifier,
    content_key: &Key,
) -> Result<RecipientInfo, EncryptError> {
    let wrap_algorithm = AlgorithmIdentifierOwned {
        oid: ID_AES256_WRAP,
        parameters: None, // RFC 3565 section 2.3.2: MUST be absent
    };
    let info = shared_info(&wrap_algorithm.to_der()?, None, AES_256_LEN)?;
    let ephemeral = agreement::PrivateKey::generate(curve.agreement())?;
    let point = ephemeral.compute_public_key()?;
    let (scheme, derivation) = curve.scheme();
    let kek = agreement::agree(
        &ephemeral,
        UnparsedPublicKey::new(curve.agreement(), spki),
        EncryptError::Sealing,
        |secret| Ok(derivation.derive(secret, &info, AES_256_LEN)?),
    )?;
    let mut wrapped = [0; WRAPPED_LEN];
    AesKek::new(&AES_256, &kek)?.wrap(content_key.expose(), &mut wrapped)?;
    Ok(RecipientInfo::Kari(KeyAgreeRecipientInfo {
        version: CmsVersion::V3, // RFC 5652 section 6.2.2: always 3
        originator: OriginatorIdentifierOrKey::OriginatorKey(OriginatorPublicKey {
            algorithm: AlgorithmIdentifierOwned {
                oid: ID_EC_PUBLIC_KEY,
                parameters: None, // RFC 5753 section 3.1.1: SHOULD be absent or the curve
            },
            public_key: BitString::from_bytes(point.as_ref())?,
        }),
        ukm: None,
        key_enc_alg: AlgorithmIdentifierOwned {
            oid: scheme,
            parameters: Some(Any::encode_from(&wrap_algorithm)?),
        },
        recipient_enc_keys: vec![RecipientEncryptedKey {
            rid,
            enc_key: OctetString::new(wrapped)?,
        }],
    }))
}

/// A curve on which a key can be agreed.
#[derive(Clone, Copy)]
pub(super) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    /// The curve of a kind of key of ours.
    pub(super) fn of_kind(kind: KeyKind) -> Option<Self> {
        match kind {
            KeyKind::P256 => Some(Self::P256),
            KeyKind::P384 => Some(Self::P384),
            KeyKind::Rsa2048 | KeyKind::Rsa3072 | KeyKind::Rsa4096 | KeyKind::Ed25519 => None,
        }
    }

    /// The curve of this number in a `SubjectPublicKeyInfo` (RFC 5480 section 2.1.1.1).
    pub(super) fn of_oid(oid: ObjectIdentifier) -> Option<Self> {
        match oid {
            SECP256R1 => Some(Self::P256),
            SECP384R1 => Some(Self::P384),
            SECP521R1 => Some(Self::P521),
            _other => None,
        }
    }

    fn agreement(self) -> &'static AgreementAlgorithm {
        match self {
            Self::P256 => &ECDH_P256,
            Self::P384 => &ECDH_P384,
            Self::P521 => &ECDH_P521,
        }
    }

    /// The scheme to write: the hash of the curve's strength (RFC 5753 section 8).
    fn scheme(self) -> (ObjectIdentifier, Derivation) {
        match self {
            Self::P256 => (STD_DH_SHA256_KDF, Derivation::X963(&SHA256)),
            Self::P384 => (STD_DH_SHA384_KDF, Derivation::X963(&SHA384)),
            Self::P521 => (STD_DH_SHA512_KDF, Derivation::X963(&SHA512)),
        }
    }
}

/// How the key-encryption key follows from the agreed secret.
enum Derivation {
    /// HKDF without salt (RFC 8418 section 2.2).
    Hkdf(hkdf::Algorithm),
    /// The one of ANSI X9.63 (SEC 1 section 3.6.1).
    X963(&'static digest::Algorithm),
}

impl Derivation {
    /// What a scheme uses. Those with cofactor multiplication are the same as those without on the
    /// curves of FIPS 186-5, whose cofactor is 1.
    fn of(scheme: &Algorithm<'_>) -> Result<Self, DecryptError> {
        match scheme.oid {
            Some(STD_DH_SHA1_KDF | COFACTOR_DH_SHA1_KDF) => {
                Ok(Self::X963(&SHA1_FOR_LEGACY_USE_ONLY))
            }
            Some(STD_DH_SHA224_KDF | COFACTOR_DH_SHA224_KDF) => Ok(Self::X963(&SHA224)),
            Some(STD_DH_SHA256_KDF | COFACTOR_DH_SHA256_KDF) => Ok(Self::X963(&SHA256)),
            Some(STD_DH_SHA384_KDF | COFACTOR_DH_SHA384_KDF) => Ok(Self::X963(&SHA384)),
            Some(STD_DH_SHA512_KDF | COFACTOR_DH_SHA512_KDF) => Ok(Self::X963(&SHA512)),
            Some(STD_DH_HKDF_SHA256) => Ok(Self::Hkdf(HKDF_SHA256)),
            Some(STD_DH_HKDF_SHA384) => Ok(Self::Hkdf(HKDF_SHA384)),
            Some(STD_DH_HKDF_SHA512) => Ok(Self::Hkdf(HKDF_SHA512)),
            Some(_) | None => Err(scheme.unsupported("a key agreement")),
        }
    }

    fn derive(
        &self,
        secret: &[u8],
        info: &[u8],
        length: usize,
    ) -> Result<KeyOctets, aws_lc_rs::error::Unspecified> {
        let mut derived = Zeroizing::new(vec![0; length]);
        match self {
            Self::Hkdf(algorithm) => hkdf::Salt::none(*algorithm)
                .extract(secret)
                .expand(&[info], Length(length))?
                .fill(&mut derived)?,
            Self::X963(hash) => {
                for (piece, counter) in derived.chunks_mut(hash.output_len()).zip(1_u32..) {
                    let mut context = digest::Context::new(hash);
                    context.update(secret);
                    context.update(&counter.to_be_bytes());
                    context.update(info);
                    let digest = context.finish();
                    piece
                        .iter_mut()
                        .zip(digest.as_ref())
                        .for_each(|(to, from)| *to = *from);
                }
            }
        }
        Ok(derived)
    }
}

/// How many octets are wanted of HKDF.
struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// ECC-CMS-SharedInfo of RFC 5753 section 7.2: what binds the derived key to its use.
fn shared_info(
    key_info: &[u8],
    keying_material: Option<&[u8]>,
    key_len: usize,
) -> Result<Vec<u8>, der::Error> {
    let bits = u32::try_from(key_len).unwrap_or(0) * 8;
    SharedInfo {
        wrap: AnyRef::from_der(key_info)?,
        keying_material: keying_material.map(OctetStringRef::new).transpose()?,
        key_bits: OctetStringRef::new(&bits.to_be_bytes())?,
    }
    .to_der()
}

/// Its fields are `keyInfo`, `entityUInfo` and `suppPubInfo`.
#[derive(Sequence)]
struct SharedInfo<'a> {
    wrap: AnyRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    keying_material: Option<&'a OctetStringRef>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT")]
    key_bits: &'a OctetStringRef,
}

/// Octets of a key of AES-256.
const AES_256_LEN: usize = 32;

const SECP521R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

// The schemes of RFC 5753 section 7.1.4.
const STD_DH_SHA1_KDF: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.133.16.840.63.0.2");
const STD_DH_SHA224_KDF: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.1.11.0");
const STD_DH_SHA256_KDF: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.1.11.1");
const STD_DH_SHA384_KDF: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.1.11.2");
const STD_DH_SHA512_KDF: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.1.11.3");
const COFACTOR_DH_SHA1_KDF: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.133.16.840.63.0.3");
const COFACTOR_DH_SHA224_KDF: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.1.14.0");
const COFACTOR_DH_SHA256_KDF: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.1.14.1");
const COFACTOR_DH_SHA384_KDF: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.1.14.2");
const COFACTOR_DH_SHA512_KDF: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.1.14.3");
// The schemes of RFC 8418 section 2.2.
const STD_DH_HKDF_SHA256: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.3.19");
const STD_DH_HKDF_SHA384: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.3.20");
const STD_DH_HKDF_SHA512: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.3.21");
