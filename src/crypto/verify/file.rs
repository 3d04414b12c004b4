//! Finds the certificates in a file, whatever form it has, and says what a file without any is.

use thiserror::Error;

use crate::crypto::ber::{self, BerError};
use crate::crypto::certificate::Certificate;
use crate::crypto::strict_der::{self, Malformed, Reader};
use crate::crypto::verify::pem;

/// Octets of the largest file: Debian's bundle has 220 KB, the twenty thousand certificates below 30 MB.
pub const MAX_FILE: usize = 32 << 20;

/// Certificates in one file: Mozilla's list has 150, the whole Common CA Database some 10,000.
const MAX_CERTIFICATES: usize = 20_000;

/// U+FEFF in UTF-8, which some editors write first.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why a file holds nothing that can be judged.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum FileError {
    /// A file of no octets, or of spaces.
    #[error("the file is empty")]
    Empty,
    /// `PKCS#7` without a certificate in it.
    #[error("the file is a PKCS#7 file without certificates")]
    NoCertificates,
    /// Something else that was recognised.
    #[error("the file is {0}, not a certificate")]
    Other(&'static str),
    /// `PKCS#7` that cannot be read.
    #[error("the file looks like PKCS#7 but is damaged: {0}")]
    Pkcs7(BerError),
    /// More than the program is willing to read.
    #[error("the file is larger than {} MiB", MAX_FILE >> 20)]
    TooLarge,
    /// More certificates than the program is willing to judge.
    #[error("the file holds more than {MAX_CERTIFICATES} certificates")]
    TooMany,
    /// Nothing known.
    #[error("the file holds no certificate: it is neither PEM nor DER nor PKCS#7")]
    Unknown,
}

/// Something in a file that takes the place of a certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Found {
    /// A certificate, not judged yet.
    Certificate(Box<Certificate>),
    /// A PEM block that cannot be decoded, and why.
    Damaged(&'static str),
    /// What is no certificate, or none of the strict form.
    Malformed(Malformed),
    /// Another thing, in words.
    Other(&'static str),
}

/// Everything in `file` that takes the place of a certificate, in order.
pub fn find(file: &[u8]) -> Result<Vec<Found>, FileError> {
    if MAX_FILE < file.len() {
        return Err(FileError::TooLarge);
    }
    let text = file.strip_prefix(BYTE_ORDER_MARK).unwrap_or(file);
    if text.trim_ascii().is_empty() {
        return Err(FileError::Empty);
    }
    // a whole DER element comes first: text within it may look like PEM
    let is_der = Reader::new(file)
        .any()
        .is_ok_and(|element| element.octets.len() == file.len());
    let blocks = if is_der {
        Vec::new()
    } else {
        pem::blocks(text, MAX_CERTIFICATES)
    };
    let found = if blocks.is_empty() {
        in_octets(file)?
    } else {
        in_blocks(blocks)?
    };
    if MAX_CERTIFICATES < found.len() {
        return Err(FileError::TooMany);
    }
    Ok(found)
}

/// What the blocks of a PEM file hold; a file with no certificate among them is named by its first block.
fn in_blocks(blocks: Vec<pem::Block>) -> Result<Vec<Found>, FileError> {
    let mut found = Vec::new();
    let mut only_other = true;
    for block in blocks {
        let kind = kind_of_label(&block.label);
        only_other &= matches!(kind, Label::Other(_));
        match (kind, block.body) {
            (Label::Other(what), _) => found.push(Found::Other(what)),
            (Label::Certificate | Label::Pkcs7, Err(what)) => found.push(Found::Damaged(what)),
            (Label::Certificate, Ok(der)) => found.push(certificate_or_other(&der)),
            (Label::Pkcs7, Ok(ber)) => match in_pkcs7(&ber) {
                Ok(certificates) => found.extend(certificates),
                Err(FileError::Other(what)) => found.push(Found::Other(what)),
                Err(_damaged) => found.push(Found::Damaged("what it holds is not PKCS#7")),
            },
        }
    }
    match found.first() {
        Some(Found::Other(what)) if only_other => Err(FileError::Other(what)),
        Some(_) => Ok(found),
        None => Err(FileError::NoCertificates),
    }
}

/// What a file that is not PEM holds.
fn in_octets(file: &[u8]) -> Result<Vec<Found>, FileError> {
    let text = file.strip_prefix(BYTE_ORDER_MARK).unwrap_or(file);
    if text.trim_ascii_start().first() == Some(&b'<') {
        return Err(FileError::Other("a web page (HTML or XML)"));
    }
    if file.first() != Some(&strict_der::SEQUENCE) {
        return Err(FileError::Unknown);
    }
    if is_pkcs7(file) {
        let found = in_pkcs7(file)?;
        if found.is_empty() {
            return Err(FileError::NoCertificates);
        }
        return Ok(found);
    }
    match certificate_or_other(file) {
        Found::Other(what) => Err(FileError::Other(what)),
        found @ (Found::Certificate(_) | Found::Damaged(_) | Found::Malformed(_)) => {
            Ok(vec![found])
        }
    }
}

/// What a PEM label announces.
enum Label {
    Certificate,
    Other(&'static str),
    Pkcs7,
}

/// Reads a label (RFC 7468 section 4, and the older names of section 5.1).
fn kind_of_label(label: &str) -> Label {
    match label {
        "CERTIFICATE" | "X509 CERTIFICATE" | "X.509 CERTIFICATE" => Label::Certificate,
        "PKCS7" | "PKCS #7 SIGNED DATA" | "CMS" => Label::Pkcs7,
        "TRUSTED CERTIFICATE" => Label::Other(
            "an OpenSSL trusted certificate with settings of its own (openssl x509 makes a plain one of it)",
        ),
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Label::Other(REQUEST),
        "X509 CRL" => Label::Other(CRL),
        "PUBLIC KEY" | "RSA PUBLIC KEY" => Label::Other("a public key"),
        "ATTRIBUTE CERTIFICATE" => Label::Other("an attribute certificate"),
        key if key.ends_with("PRIVATE KEY") => Label::Other(PRIVATE_KEY),
        _ => Label::Other("something else (its BEGIN line does not say CERTIFICATE)"),
    }
}

/// The certificate, or what else it is that can be named, or why it is no certificate.
fn certificate_or_other(der: &[u8]) -> Found {
    match Certificate::from_der(der) {
        Ok(certificate) => Found::Certificate(Box::new(certificate)),
        Err(malformed) => other_kind(der).map_or(Found::Malformed(malformed), Found::Other),
    }
}

/// The words for private keys, which people mistake for certificates most often.
const PRIVATE_KEY: &str = "a private key (keep it secret)";
const REQUEST: &str = "a request for a certificate (CSR)";
const CRL: &str = "a revocation list (CRL)";

/// What DER that is no certificate is, by its first members.
fn other_kind(der: &[u8]) -> Option<&'static str> {
    let outer = members(der)?;
    match *outer {
        // PrivateKeyInfo, RSAPrivateKey, ECPrivateKey; EncryptedPrivateKeyInfo
        [(0x02, [0 | 1]), (0x30 | 0x02 | 0x04, _), ..] | [(0x30, _), (0x04, _)] => {
            return Some(PRIVATE_KEY);
        }
        [(0x02, [3]), (0x30, _), ..] => return Some("a PKCS#12 file with private keys"),
        [(0x30, _), (0x03, _)] => return Some("a public key"),
        [(0x30, _), ..] => {}
        _ => return None,
    }
    // the part of it that is signed
    let signed = Reader::new(der).any().ok()?.reader().any().ok()?;
    let inner = members(signed.octets)?;
    match *inner {
        // CertificationRequestInfo: version, name, key, attributes
        [(0x02, [0]), (0x30, _), (0x30, _), (0xa0, _)] => Some(REQUEST),
        // TBSCertList: version, algorithm, issuer, times
        [(0x30, _), (0x30, _), (0x17 | 0x18, _), ..]
        | [(0x02, _), (0x30, _), (0x30, _), (0x17 | 0x18, _), ..] => Some(CRL),
        _ => None,
    }
}

/// Identifier and contents of the first four members of an element.
fn members(der: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut reader = Reader::new(der).any().ok()?.reader();
    let mut members = Vec::new();
    while !reader.is_empty() && members.len() < 4 {
        let member = reader.any().ok()?;
        members.push((member.tag, member.content));
    }
    Some(members)
}

/// Does it begin like a `ContentInfo` (RFC 5652 section 3), with definite or open length?
fn is_pkcs7(file: &[u8]) -> bool {
    let ([_, 0..=0x80, content @ ..]
    | [_, 0x81, _, content @ ..]
    | [_, 0x82, _, _, content @ ..]
    | [_, 0x83, _, _, _, content @ ..]
    | [_, 0x84, _, _, _, _, content @ ..]) = file
    else {
        return false;
    };
    content.starts_with(PKCS7)
}

/// The beginning of every object identifier of `PKCS#7`: 1.2.840.113549.1.7.
const PKCS7: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07];
/// The last number of id-signedData.
const SIGNED_DATA: u8 = 2;

/// The certificates of a `SignedData` (RFC 5652 section 5.1), in their original octets: around them BER
/// is allowed, they themselves must be DER.
fn in_pkcs7(file: &[u8]) -> Result<Vec<Found>, FileError> {
    let (info, after) = ber::split_first(file).map_err(FileError::Pkcs7)?;
    if !after.is_empty() {
        return Err(FileError::Pkcs7(BerError::Trailing));
    }
    let [kind, tagged] = *members_of(info.content)? else {
        return Err(FileError::Pkcs7(BerError::Form));
    };
    if kind.content.last() != Some(&SIGNED_DATA) {
        return Err(FileError::Other("an encrypted or other PKCS#7 file"));
    }
    let [signed_data] = *members_of(tagged.content)? else {
        return Err(FileError::Pkcs7(BerError::Form));
    };
    let fields = members_of(signed_data.content)?;
    // version, digest algorithms, content, certificates [0], CRLs [1], signers
    let tags: Vec<u8> = fields.iter().map(|field| field.tag).collect();
    let set = match (tags.as_slice(), fields.as_slice()) {
        (
            [0x02, 0x31, 0x30, 0xa0, 0x31] | [0x02, 0x31, 0x30, 0xa0, 0xa1, 0x31],
            [_, _, _, set, ..],
        ) => set,
        ([0x02, 0x31, 0x30, 0x31] | [0x02, 0x31, 0x30, 0xa1, 0x31], _) => return Ok(Vec::new()),
        _ => return Err(FileError::Pkcs7(BerError::Form)),
    };
    let found = members_of(set.content)?
        .into_iter()
        .map(|member| match member.tag {
            strict_der::SEQUENCE => certificate_or_other(member.octets),
            _ => Found::Other("a certificate of another kind"),
        });
    Ok(found.collect())
}

/// The elements that stand one after the other in `content`.
fn members_of(content: &[u8]) -> Result<Vec<ber::Element<'_>>, FileError> {
    let mut rest = content;
    let mut members = Vec::new();
    while !rest.is_empty() {
        if members.len() == MAX_CERTIFICATES {
            return Err(FileError::TooMany);
        }
        let member;
        (member, rest) = ber::split_first(rest).map_err(FileError::Pkcs7)?;
        members.push(member);
    }
    Ok(members)
}
