//! Sealing octets to one key: CMS `AuthEnvelopedData` (RFC 5083) with AES-256-GCM (RFC 5084).
//!
//! The content-encryption key is wrapped by a key-encryption key (RFC 5652 section 6.2.3) or
//! encrypted to an RSA key (section 6.2.1). `openssl cms -decrypt` opens both. What is read here was
//! written here, so reading demands exactly that form.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap as _};
use cms::authenveloped_data::AuthEnvelopedData;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::enveloped_data::{
    EncryptedContentInfo, KekIdentifier, KekRecipientInfo, KeyTransRecipientInfo,
    RecipientIdentifier, RecipientInfo, RecipientInfos,
};
use der::asn1::{OctetString, SetOfVec};
use der::{Any, Decode as _, Encode as _, Sequence};
use rand::CryptoRng;
use x509_cert::ext::pkix::SubjectKeyIdentifier;
use x509_cert::spki::AlgorithmIdentifierOwned;
use zeroize::Zeroizing;

use crate::crypto::keypair::{KeyError, PrivateKey, PublicKey};
use crate::crypto::oid::{
    ID_AES256_GCM, ID_AES256_WRAP, ID_CT_AUTH_ENVELOPED_DATA, ID_DATA, ID_RSAES_OAEP,
};
use crate::domain::secret::{Key, SecretBytes};

/// Who can open what is sealed.
#[derive(Clone, Copy)]
pub enum Recipient<'a> {
    /// Whoever has this key-encryption key.
    Key {
        /// Its name, which stands in the envelope: `openssl cms -secretkeyid`.
        id: &'a [u8],
        /// The key: `openssl cms -secretkey`.
        key: &'a Key,
    },
    /// Whoever has the private half of this RSA key.
    Public(&'a PublicKey),
}

/// What an envelope is opened with.
#[derive(Clone, Copy)]
pub enum Opener<'a> {
    /// A key-encryption key.
    Key {
        /// The name that must stand in the envelope.
        id: &'a [u8],
        /// The key.
        key: &'a Key,
    },
    /// An RSA private key.
    Private(&'a PrivateKey),
}

/// Why nothing was sealed or opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not an envelope of the form written here.
    #[error("the sealed object can not be read")]
    Malformed,
    /// The system or the library refused; does not happen with keys of the right kind.
    #[error("nothing could be sealed")]
    Sealing,
    /// Sealed to another key, or changed since.
    #[error("the sealed object does not open with this key")]
    WrongKey,
}

/// Seals `plaintext`; the result is DER.
pub fn seal(
    plaintext: &[u8],
    to: Recipient<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, EnvelopeError> {
    let content_key = Key::random(rng);
    let mut nonce = [0; NONCE_LEN];
    rng.fill_bytes(&mut nonce);
    let mut content = plaintext.to_vec();
    let mac = gcm(&content_key)?.seal_in_place_separate_tag(
        Nonce::assume_unique_for_key(nonce), // the key is used this once
        Aad::empty(),
        &mut content,
    )?;
    let parameters = GcmParameters {
        nonce: OctetString::new(nonce)?,
        icv_len: ICV_LEN,
    };
    let enveloped = AuthEnvelopedData {
        version: CmsVersion::V0,
        originator_info: None,
        recip_infos: RecipientInfos(SetOfVec::try_from([recipient_info(to, &content_key)?])?),
        auth_encrypted_content_info: EncryptedContentInfo {
            content_type: ID_DATA,
            content_enc_alg: AlgorithmIdentifierOwned {
                oid: ID_AES256_GCM,
                parameters: Some(Any::encode_from(&parameters)?),
            },
            encrypted_content: Some(OctetString::new(content)?),
        },
        auth_attrs: None,
        mac: OctetString::new(mac.as_ref())?,
        unauth_attrs: None,
    };
    let outer = ContentInfo {
        content_type: ID_CT_AUTH_ENVELOPED_DATA,
        content: Any::encode_from(&enveloped)?,
    };
    Ok(outer.to_der()?)
}

/// Opens what [`seal`] sealed.
pub fn open(envelope: &[u8], with: Opener<'_>) -> Result<SecretBytes, EnvelopeError> {
    let malformed = |_der: der::Error| EnvelopeError::Malformed;
    let outer = ContentInfo::from_der(envelope).map_err(malformed)?;
    if outer.content_type != ID_CT_AUTH_ENVELOPED_DATA {
        return Err(EnvelopeError::Malformed);
    }
    let enveloped: AuthEnvelopedData = outer.content.decode_as().map_err(malformed)?;
    let AuthEnvelopedData {
        version: CmsVersion::V0,
        originator_info: None,
        recip_infos: RecipientInfos(recipients),
        auth_encrypted_content_info:
            EncryptedContentInfo {
                content_type: ID_DATA,
                content_enc_alg:
                    AlgorithmIdentifierOwned {
                        oid: ID_AES256_GCM,
                        parameters: Some(parameters),
                    },
                encrypted_content: Some(content),
            },
        auth_attrs: None,
        mac,
        unauth_attrs: None,
    } = enveloped
    else {
        return Err(EnvelopeError::Malformed);
    };
    let parameters: GcmParameters = parameters.decode_as().map_err(malformed)?;
    let nonce = Nonce::try_assume_unique_for_key(parameters.nonce.as_bytes())
        .map_err(|_length| EnvelopeError::Malformed)?;
    let [recipient] = recipients.as_slice() else {
        return Err(EnvelopeError::Malformed);
    };
    if parameters.icv_len != ICV_LEN || mac.as_bytes().len() != usize::from(ICV_LEN) {
        return Err(EnvelopeError::Malformed);
    }
    let content_key = content_key(recipient, with)?;
    let mut room = Zeroizing::new(vec![0; content.as_bytes().len()]);
    gcm(&content_key)?
        .open_separate_gather(
            nonce,
            Aad::empty(),
            content.as_bytes(),
            mac.as_bytes(),
            &mut room,
        )
        .map_err(|_tag| EnvelopeError::WrongKey)?;
    Ok(SecretBytes::new(std::mem::take(&mut *room)))
}

fn recipient_info(to: Recipient<'_>, content_key: &Key) -> Result<RecipientInfo, EnvelopeError> {
    match to {
        Recipient::Key { id, key } => {
            let mut wrapped = [0; WRAPPED_LEN];
            AesKek::new(&AES_256, key.expose())?.wrap(content_key.expose(), &mut wrapped)?;
            Ok(RecipientInfo::Kekri(KekRecipientInfo {
                version: CmsVersion::V4,
                kek_id: KekIdentifier {
                    kek_identifier: OctetString::new(id)?,
                    date: None,
                    other: None,
                },
                key_enc_alg: AlgorithmIdentifierOwned {
                    oid: ID_AES256_WRAP,
                    parameters: None, // RFC 3565 section 2.3.2: MUST be absent
                },
                encrypted_key: OctetString::new(wrapped)?,
            }))
        }
        Recipient::Public(public) => {
            let identifier = OctetString::new(public.key_identifier())?;
            Ok(RecipientInfo::Ktri(KeyTransRecipientInfo {
                version: CmsVersion::V2, // RFC 5652 section 6.2.1: 2 with a subjectKeyIdentifier
                rid: RecipientIdentifier::SubjectKeyIdentifier(SubjectKeyIdentifier(identifier)),
                key_enc_alg: AlgorithmIdentifierOwned {
                    oid: ID_RSAES_OAEP,
                    parameters: Some(Any::from_der(&OAEP_PARAMETERS)?),
                },
                enc_key: OctetString::new(public.encrypt(content_key)?)?,
            }))
        }
    }
}

fn content_key(recipient: &RecipientInfo, with: Opener<'_>) -> Result<Key, EnvelopeError> {
    match (recipient, with) {
        (RecipientInfo::Kekri(info), Opener::Key { id, key }) => {
            let algorithm = (info.key_enc_alg.oid, &info.key_enc_alg.parameters);
            let plain = info.kek_id.date.is_none() && info.kek_id.other.is_none();
            if info.version != CmsVersion::V4 || algorithm != (ID_AES256_WRAP, &None) || !plain {
                return Err(EnvelopeError::Malformed);
            }
            if info.kek_id.kek_identifier.as_bytes() != id {
                return Err(EnvelopeError::WrongKey);
            }
            let mut octets = Zeroizing::new([0; 32]);
            let unwrapped = AesKek::new(&AES_256, key.expose())?
                .unwrap(info.encrypted_key.as_bytes(), octets.as_mut())
                .map_err(|_check| EnvelopeError::WrongKey)?;
            if unwrapped.len() != 32 {
                return Err(EnvelopeError::Malformed);
            }
            Ok(Key::from_bytes(*octets))
        }
        (RecipientInfo::Ktri(info), Opener::Private(key)) => {
            let parameters = info.key_enc_alg.parameters.as_ref().map(Any::to_der);
            let ours = parameters == Some(Ok(OAEP_PARAMETERS.to_vec()));
            if info.version != CmsVersion::V2 || info.key_enc_alg.oid != ID_RSAES_OAEP || !ours {
                return Err(EnvelopeError::Malformed);
            }
            let RecipientIdentifier::SubjectKeyIdentifier(identifier) = &info.rid else {
                return Err(EnvelopeError::Malformed);
            };
            if identifier.0.as_bytes() != key.public().key_identifier() {
                return Err(EnvelopeError::WrongKey);
            }
            key.decrypt(info.enc_key.as_bytes())
                .map_err(|_padding| EnvelopeError::WrongKey)
        }
        (RecipientInfo::Kekri(_), Opener::Private(_))
        | (RecipientInfo::Ktri(_), Opener::Key { .. }) => Err(EnvelopeError::WrongKey),
        (RecipientInfo::Kari(_) | RecipientInfo::Pwri(_) | RecipientInfo::Ori(_), _) => {
            Err(EnvelopeError::Malformed)
        }
    }
}

fn gcm(key: &Key) -> Result<LessSafeKey, Unspecified> {
    Ok(LessSafeKey::new(UnboundKey::new(
        &AES_256_GCM,
        key.expose(),
    )?))
}

/// RFC 5084 section 3.2; a tag of 12 octets is the default, so that of 16 is always written.
#[derive(Sequence)]
pub(super) struct GcmParameters {
    /// 12 octets, used once with a key.
    pub(super) nonce: OctetString,
    /// How many octets the tag has.
    pub(super) icv_len: u8,
}

impl From<Unspecified> for EnvelopeError {
    fn from(_reason: Unspecified) -> Self {
        Self::Sealing
    }
}

impl From<der::Error> for EnvelopeError {
    fn from(_reason: der::Error) -> Self {
        Self::Sealing
    }
}

impl From<KeyError> for EnvelopeError {
    fn from(_reason: KeyError) -> Self {
        Self::Sealing
    }
}

/// The full tag of GCM, in octets (NIST SP 800-38D section 5.2.1.2).
pub(super) const ICV_LEN: u8 = 16;
/// A key of 32 octets wrapped: 8 more (RFC 3394 section 2.2.1).
pub(super) const WRAPPED_LEN: usize = 40;

/// RSAES-OAEP-params of RFC 4055 section 4.1, always the same: `[0]` id-sha256, `[1]` id-mgf1 with
/// id-sha256, no label.
#[rustfmt::skip]
pub(super) const OAEP_PARAMETERS: [u8; 49] = [
    0x30, 0x2f,
    0xa0, 0x0f, 0x30, 0x0d,
    0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0xa1, 0x1c, 0x30, 0x1a,
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08, 0x30, 0x0d,
    0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
];

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;
    use crate::crypto::judge::{Scratch, hex, judge};
    use crate::domain::key_kind::KeyKind;

    const ID: &[u8] = b"server key 1";

    fn rng() -> StdRng {
        StdRng::seed_from_u64(1)
    }

    fn rsa(seed: u64) -> PrivateKey {
        PrivateKey::generate(KeyKind::Rsa2048, &mut StdRng::seed_from_u64(seed)).unwrap()
    }

    #[test]
    fn what_is_sealed_to_a_key_opens_with_it_and_with_nothing_else() {
        let (key, other) = (Key::random(&mut rng()), Key::from_bytes([7; 32]));
        let right = Opener::Key { id: ID, key: &key };
        for plaintext in [&b""[..], b"a", &vec![0x5a; 100_000]] {
            let sealed = seal(plaintext, Recipient::Key { id: ID, key: &key }, &mut rng()).unwrap();
            assert_eq!(open(&sealed, right).unwrap().expose(), plaintext);
            let wrong = [
                Opener::Key {
                    id: ID,
                    key: &other,
                },
                Opener::Key {
                    id: b"server key 2",
                    key: &key,
                },
                Opener::Private(&rsa(2)),
            ];
            for opener in wrong {
                let refused = open(&sealed, opener).err();
                assert_eq!(refused, Some(EnvelopeError::WrongKey));
            }
        }
    }

    #[test]
    fn what_is_sealed_to_an_rsa_key_opens_with_its_private_half_only() {
        let (reader, other) = (rsa(3), rsa(4));
        let sealed = seal(
            b"to be kept",
            Recipient::Public(reader.public()),
            &mut rng(),
        )
        .unwrap();
        let opened = open(&sealed, Opener::Private(&reader)).unwrap();
        assert_eq!(opened.expose(), b"to be kept");
        let key = Key::random(&mut rng());
        for opener in [Opener::Private(&other), Opener::Key { id: ID, key: &key }] {
            assert_eq!(open(&sealed, opener).err(), Some(EnvelopeError::WrongKey));
        }
        let curve = PrivateKey::generate(KeyKind::P256, &mut rng()).unwrap();
        let refused = seal(b"", Recipient::Public(curve.public()), &mut rng());
        assert_eq!(refused, Err(EnvelopeError::Sealing));
    }

    #[test]
    fn no_changed_or_shortened_envelope_opens() {
        let key = Key::random(&mut rng());
        let reader = rsa(5);
        let to_key = seal(b"content", Recipient::Key { id: ID, key: &key }, &mut rng()).unwrap();
        let to_public = seal(b"content", Recipient::Public(reader.public()), &mut rng()).unwrap();
        for (sealed, opener) in [
            (to_key, Opener::Key { id: ID, key: &key }),
            (to_public, Opener::Private(&reader)),
        ] {
            for place in 0..sealed.len() {
                let mut changed = sealed.clone();
                for bit in [1, 0x20, 0x80] {
                    changed[place] ^= bit;
                    assert!(
                        open(&changed, opener).is_err(),
                        "octet {place}, bit {bit:#x}"
                    );
                }
                let shortened = &sealed[..place];
                assert!(open(shortened, opener).is_err(), "cut to {place}");
            }
            let longer = [&sealed[..], &[0]].concat();
            assert!(open(&longer, opener).is_err());
        }
    }

    #[test]
    fn two_seals_of_the_same_octets_differ() {
        let key = Key::random(&mut rng());
        let to = Recipient::Key { id: ID, key: &key };
        let mut rng = rng();
        let first = seal(b"content", to, &mut rng).unwrap();
        assert_ne!(first, seal(b"content", to, &mut rng).unwrap());
    }

    #[test]
    fn openssl_opens_both_forms() {
        let scratch = Scratch::new("envelope");
        let key = Key::random(&mut rng());
        let reader = rsa(6);
        let sealed = seal(
            b"in twenty years",
            Recipient::Key { id: ID, key: &key },
            &mut rng(),
        );
        let sealed = scratch.file("key.cms", &sealed.unwrap());
        let (key, id) = (hex(key.expose()), hex(ID));
        let decrypt = ["cms", "-decrypt", "-inform", "DER", "-in"];
        let with_key = [
            &decrypt[..],
            &[&sealed, "-secretkey", &key, "-secretkeyid", &id],
        ]
        .concat();
        let Some(judged) = judge("openssl", &with_key, b"") else {
            return;
        };
        assert_eq!(judged.output, b"in twenty years", "{}", judged.said);

        let sealed = seal(
            b"in twenty years",
            Recipient::Public(reader.public()),
            &mut rng(),
        );
        let sealed = scratch.file("public.cms", &sealed.unwrap());
        let private = scratch.file("private.der", reader.pkcs8().expose());
        let with_private = ["-keyform", "DER", "-inkey", &private];
        let with_private = [&decrypt[..], &[sealed.as_str()], &with_private].concat();
        let judged = judge("openssl", &with_private, b"").unwrap();
        assert_eq!(judged.output, b"in twenty years", "{}", judged.said);
    }
}
