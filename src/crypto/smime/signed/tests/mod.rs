//! What is shown: who signs what in these tests.

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PKCS_RSA_SHA256,
    SanType, SerialNumber,
};
use time::OffsetDateTime;

use der::Encode as _;
use der::asn1::ObjectIdentifier;
use der::pem::LineEnding;

use super::*;
use crate::crypto::judge::{Scratch, judge};
use crate::crypto::keypair::PrivateKey;
use crate::crypto::oid::{ID_DATA, ID_SIGNED_DATA};
use crate::crypto::smime::SmimeError;
use crate::crypto::smime::walk::{SEQUENCE, SET, Walk};
use crate::domain::key_kind::KeyKind;

mod attacks;
mod changes;
mod judges;
mod others;
mod ours;

/// A MIME entity, as it is signed.
const ENTITY: &[u8] = b"Content-Type: text/plain\r\n\r\nMeet me at noon.\r\n";

/// Somebody with a key and a certificate.
struct Person {
    key: PrivateKey,
    certificate: Vec<u8>,
}

fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    let text = der::pem::encode_string(label, LineEnding::LF, der);
    text.unwrap().into_bytes()
}

/// A database of NSS in the folder, which trusts this root; nothing without NSS.
fn nss(scratch: &Scratch, root: &[u8]) -> Option<String> {
    let database = format!("sql:{}", scratch.path(""));
    let root = scratch.file("root.der", root);
    judge(
        "certutil",
        &["-N", "-d", &database, "--empty-password"],
        b"",
    )?;
    let add = [
        "-A", "-n", "Root", "-t", "C,C,C", "-i", &root, "-d", &database,
    ];
    let judged = judge("certutil", &add, b"")?;
    assert!(judged.accepted, "{}", judged.said);
    Some(database)
}

/// An authority and those it certifies.
struct World {
    root: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

impl World {
    fn new() -> Self {
        let key = private(KeyKind::P256, 1);
        let mut params = params(1);
        params.distinguished_name.push(DnType::CommonName, "Root");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let root = params.self_signed(&pair(&key)).unwrap().der().to_vec();
        let issuer = Issuer::new(params, pair(&key));
        Self { root, issuer }
    }

    /// Alice, who signs.
    fn signer(&self, kind: KeyKind) -> Person {
        self.person(
            kind,
            serial(kind),
            "Alice",
            KeyUsagePurpose::DigitalSignature,
        )
    }

    /// Alice's other certificate, to which one encrypts.
    fn reader(&self) -> Person {
        self.person(KeyKind::P256, 3, "Alice", KeyUsagePurpose::KeyAgreement)
    }

    fn person(&self, kind: KeyKind, number: u8, name: &str, usage: KeyUsagePurpose) -> Person {
        let key = private(kind, number);
        let certificate = self.certify(&key, number, name, usage);
        Person { key, certificate }
    }

    fn certify(&self, key: &PrivateKey, number: u8, name: &str, usage: KeyUsagePurpose) -> Vec<u8> {
        let mut params = params(number);
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![usage];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
        let address = "alice@example.com".try_into().unwrap();
        params.subject_alt_names = vec![SanType::Rfc822Name(address)];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&pair(key), &self.issuer).unwrap();
        certificate.der().to_vec()
    }
}

impl Person {
    /// How this person signs, without anything that may be left out.
    fn signing(&self) -> Signing<'_> {
        Signing {
            key: &self.key,
            certificate: &self.certificate,
            chain: &[],
            at: now(),
            capabilities: false,
            encryption_certificate: None,
        }
    }
}

fn now() -> UnixTime {
    UnixTime::parse("2026-11-21T12:00:00Z").unwrap()
}

/// Alice's serial number: two certificates with the same one are a conflict to key stores.
fn serial(kind: KeyKind) -> u8 {
    let place = KeyKind::ALL.iter().position(|known| *known == kind);
    10 + u8::try_from(place.unwrap()).unwrap()
}

fn private(kind: KeyKind, number: u8) -> PrivateKey {
    PrivateKey::generate(kind, &mut StdRng::seed_from_u64(number.into())).unwrap()
}

fn params(serial: u8) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.serial_number = Some(SerialNumber::from_slice(&[0x40, serial]));
    // Some judges look at the system's clock: these certificates outlive this program.
    let date = |text: &str| {
        let moment = UnixTime::parse(text).unwrap();
        OffsetDateTime::from_unix_timestamp(moment.secs()).unwrap()
    };
    (params.not_before, params.not_after) = (date("2020-01-01"), date("2060-01-01"));
    params
}

fn pair(key: &PrivateKey) -> KeyPair {
    let algorithm = match key.public().kind() {
        KeyKind::Rsa2048 | KeyKind::Rsa3072 | KeyKind::Rsa4096 => &PKCS_RSA_SHA256,
        KeyKind::P256 => &PKCS_ECDSA_P256_SHA256,
        KeyKind::P384 => &PKCS_ECDSA_P384_SHA384,
        KeyKind::Ed25519 => &PKCS_ED25519,
    };
    KeyPair::from_pkcs8_der_and_sign_algo(&key.pkcs8().expose().into(), algorithm).unwrap()
}

/// The one signer of a message.
fn only(signed: &Signed) -> &Signer {
    assert_eq!(signed.signers.len(), 1);
    &signed.signers[0]
}

/// An element of DER.
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let size = u32::try_from(content.len()).unwrap().to_be_bytes();
    let length = match size {
        [0, 0, 0, short @ ..0x80] => vec![short],
        [0, 0, 0, low] => vec![0x81, low],
        [0, 0, middle, low] => vec![0x82, middle, low],
        [a, b, c, d] => vec![0x84, a, b, c, d],
    };
    [&[tag], &length[..], &content].concat()
}

/// `SignedData` as the octets of its fields, to be put together in other ways.
#[derive(Clone)]
struct Apart {
    head: Vec<u8>,
    encapsulated: Vec<u8>,
    certificates: Vec<Vec<u8>>,
    signer_infos: Vec<Vec<u8>>,
}

impl Apart {
    fn of(message: &[u8]) -> Self {
        let mut outer = Walk::into(message, SEQUENCE).unwrap();
        outer.any().unwrap();
        let mut explicit = outer.enter(0xa0).unwrap();
        let mut fields = explicit.enter(SEQUENCE).unwrap();
        let (version, digests) = (fields.any().unwrap(), fields.any().unwrap());
        let encapsulated = fields.any().unwrap().octets.to_vec();
        let certificates = members(fields.enter(0xa0).unwrap());
        Self {
            head: [version.octets, digests.octets].concat(),
            encapsulated,
            certificates,
            signer_infos: members(fields.enter(SET).unwrap()),
        }
    }

    fn message(&self) -> Vec<u8> {
        let signed_data = tlv(
            SEQUENCE,
            &[
                &self.head,
                &self.encapsulated,
                &tlv(0xa0, &[&self.certificates.concat()]),
                &tlv(SET, &[&self.signer_infos.concat()]),
            ],
        );
        let id = ID_SIGNED_DATA.to_der().unwrap();
        tlv(SEQUENCE, &[&id, &tlv(0xa0, &[&signed_data])])
    }

    /// The fields of the first signer.
    fn signer_fields(&self) -> Vec<Vec<u8>> {
        members(Walk::into(&self.signer_infos[0], SEQUENCE).unwrap())
    }
}

fn members(mut walk: Walk<'_>) -> Vec<Vec<u8>> {
    let mut members = Vec::new();
    while !walk.is_empty() {
        members.push(walk.any().unwrap().octets.to_vec());
    }
    members
}
