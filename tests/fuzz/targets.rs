//! The readers of what strangers send. None of them may panic, whatever the octets.

use std::hint::black_box;
use std::sync::OnceLock;

use kmadmin::crypto::certificate::Certificate;
use kmadmin::crypto::crl::Crl;
use kmadmin::crypto::keypair::PrivateKey;
use kmadmin::crypto::pkcs12;
use kmadmin::crypto::smime::enveloped::{self, Decrypter};
use kmadmin::crypto::smime::signed;
use kmadmin::crypto::verify::judge_file;
use kmadmin::domain::secret::{SecretBytes, SecretText};
use kmadmin::domain::time::UnixTime;
use kmadmin::mail::message;
use kmadmin::protocol::message::{Body, Certified};
use kmadmin::protocol::{key_package, pkcs10, read, trust_list};

use crate::answer_program;
use crate::seeds;
use crate::support::START;

/// A reader.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Target {
    /// A file with certificates that somebody imports: DER, PEM, PKCS#7.
    CertificateFile,
    /// One certificate.
    Certificate,
    /// A CMP message.
    Cmp,
    /// An encrypted CMS message.
    CmsEnveloped,
    /// A signed CMS message.
    CmsSigned,
    /// A revocation list.
    Crl,
    /// A mail.
    Mime,
    /// A certification request.
    Pkcs10,
    /// A file with keys.
    Pkcs12,
    /// A published trust list.
    TrustList,
}

impl Target {
    pub const ALL: [Self; 10] = [
        Self::CertificateFile,
        Self::Certificate,
        Self::Cmp,
        Self::CmsEnveloped,
        Self::CmsSigned,
        Self::Crl,
        Self::Mime,
        Self::Pkcs10,
        Self::Pkcs12,
        Self::TrustList,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::CertificateFile => "certificate-file",
            Self::Certificate => "certificate",
            Self::Cmp => "cmp",
            Self::CmsEnveloped => "cms-enveloped",
            Self::CmsSigned => "cms-signed",
            Self::Crl => "crl",
            Self::Mime => "mime",
            Self::Pkcs10 => "pkcs10",
            Self::Pkcs12 => "pkcs12",
            Self::TrustList => "trust-list",
        }
    }

    /// Reads the octets as what this reader is for.
    pub fn read(self, octets: &[u8]) {
        let reader: fn(&[u8]) = match self {
            Self::CertificateFile => certificate_file,
            Self::Certificate => certificate,
            Self::Cmp => cmp,
            Self::CmsEnveloped => cms_enveloped,
            Self::CmsSigned => cms_signed,
            Self::Crl => crl,
            Self::Mime => mime,
            Self::Pkcs10 => certification_request,
            Self::Pkcs12 => key_file,
            Self::TrustList => list,
        };
        reader(octets);
    }
}

/// The password of every file with keys.
pub const PASSWORD: &str = "seven copper kettles";

/// The key on a curve that the samples are encrypted to.
pub fn curve() -> &'static PrivateKey {
    static KEY: OnceLock<PrivateKey> = OnceLock::new();
    KEY.get_or_init(|| {
        let octets = include_bytes!("../samples/cms/p256.key").to_vec();
        PrivateKey::from_pkcs8(SecretBytes::new(octets)).unwrap()
    })
}

/// The key that the programs of the tests have private keys sent to.
pub fn rsa() -> &'static PrivateKey {
    static KEY: OnceLock<PrivateKey> = OnceLock::new();
    KEY.get_or_init(|| answer_program::rsa(0))
}

fn certificate_file(octets: &[u8]) {
    if let Ok(judged) = judge_file(octets, UnixTime::from_secs(START)) {
        assert!(!judged.is_empty());
    }
}

fn certificate(octets: &[u8]) {
    let Ok(read) = Certificate::from_der(octets) else {
        return;
    };
    assert_eq!(read.der(), octets);
    let shown = [read.subject(), read.issuer(), &read.key_kind()].concat();
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
    drop((read.addresses(), read.crl_urls(), read.fingerprint_hex()));
}

fn cmp(octets: &[u8]) {
    drop(read::read_header(octets));
    let Ok(received) = read::read(octets) else {
        return;
    };
    drop(received.verify_mac(b"K7QM-2D4X-PW9R-3HTC"));
    drop(received.verify_signature(curve().public()));
    drop(received.verify_signature(rsa().public()));
    black_box(received.content_hash());
    match &received.message.body {
        Body::Ir(requests) | Body::Cr(requests) | Body::Kur(requests) | Body::Krr(requests) => {
            for request in requests {
                drop(request.prove());
            }
        }
        Body::Ip(reply) | Body::Cp(reply) | Body::Kup(reply) => {
            let responses = reply.responses.iter();
            open_keys(responses.filter_map(|response| response.certified.as_ref()));
        }
        Body::Krp(recovery) => open_keys(recovery.history.iter()),
        Body::P10cr(request) => certification_request(request),
        Body::CertConf(_)
        | Body::Error(_)
        | Body::Genm(_)
        | Body::Genp(_)
        | Body::PkiConf
        | Body::Rp(_)
        | Body::Rr(_) => (),
    }
}

fn open_keys<'a>(certified: impl Iterator<Item = &'a Certified>) {
    for packed in certified.filter_map(|certified| certified.private_key.as_ref()) {
        drop(key_package::open_key(packed, rsa(), curve().public()));
    }
}

fn cms_enveloped(octets: &[u8]) {
    drop(enveloped::recipients(octets));
    drop(key_package::open_key(octets, rsa(), curve().public()));
    let keys = [rsa(), curve()].map(|key| Decrypter {
        key,
        certificate: None,
    });
    drop(enveloped::decrypt(octets, &keys));
    drop(enveloped::decrypt_enveloped_data(octets, &keys));
}

fn cms_signed(octets: &[u8]) {
    drop(signed::verify(octets, None));
    drop(signed::verify(octets, Some(seeds::ENTITY)));
}

fn crl(octets: &[u8]) {
    if let Ok(read) = Crl::read(octets) {
        assert_eq!(read.der(), octets);
        black_box((read.entry(&[1]), read.number()));
    }
}

fn mime(octets: &[u8]) {
    drop(message::read(octets));
    drop(message::read_entity(octets));
}

fn certification_request(octets: &[u8]) {
    drop(pkcs10::read(octets));
}

fn key_file(octets: &[u8]) {
    drop(pkcs12::read(octets, &SecretText::new(PASSWORD.to_owned())));
}

fn list(octets: &[u8]) {
    drop(trust_list::read(octets, seeds::pinned()));
}
