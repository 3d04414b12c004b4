//! Names that a request brings along. Certificates get the record's name and address whatever is
//! asked for; but a request for somebody else's is refused and not silently corrected, because its
//! sender would believe to have got it.

use crate::crypto::certificate::Certificate;
use crate::crypto::strict_der::{self, Element, Malformed, Reader};
use crate::domain::address::MailAddress;
use crate::engine::answer::reply::Refusal;
use crate::engine::record::Record;
use crate::protocol::message::{Failure, Template};

/// commonName (2.5.4.3).
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
/// emailAddress (1.2.840.113549.1.9.1).
const EMAIL_ADDRESS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];
/// subjectAltName (2.5.29.17).
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 17];
/// id-on-SmtpUTF8Mailbox (1.3.6.1.5.5.7.8.9).
const SMTP_UTF8_MAILBOX: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 8, 9];

/// Under which names a user may ask.
#[derive(Clone, Copy)]
pub(super) struct Own<'a> {
    /// His name and address as they are.
    pub(super) record: &'a Record,
    /// The certificate that he renews, whose names may be older: programs copy them.
    pub(super) renewed: Option<&'a Certificate>,
}

/// Refuses a template that names anybody else than the mailbox's user.
pub(super) fn refuse_others(template: &Template, own: Own<'_>) -> Result<(), Refusal> {
    refuse_other_subject(template.subject.as_deref(), own)?;
    let extensions = template.extensions.as_deref().unwrap_or_default();
    if extensions.is_empty() || alternative_names_are(extensions, own).unwrap_or(false) {
        Ok(())
    } else {
        Err(other())
    }
}

/// Refuses a subject that is not the user: his name, his address, or nothing.
pub(super) fn refuse_other_subject(subject: Option<&[u8]>, own: Own<'_>) -> Result<(), Refusal> {
    let subject = subject.unwrap_or_default();
    let renewed = own.renewed.map(Certificate::subject_der);
    let is_own = subject.is_empty() || renewed == Some(subject);
    if is_own || subject_is(subject, own).unwrap_or(false) {
        Ok(())
    } else {
        Err(other())
    }
}

fn other() -> Refusal {
    Refusal::new(
        Failure::BAD_CERT_TEMPLATE,
        "The request names somebody or something else than the mailbox it is for. Leave the \
         subject and the alternative names out: the KM server knows them.",
    )
}

fn subject_is(subject: &[u8], own: Own<'_>) -> Result<bool, Malformed> {
    let mut parts = Reader::new(subject).sequence("a name is not a SEQUENCE")?;
    while !parts.is_empty() {
        let set = parts.expect(strict_der::SET, "a part of a name is not a SET")?;
        let mut values = set.reader();
        while !values.is_empty() {
            let mut pair = values.sequence("an attribute of a name is not a SEQUENCE")?;
            let kind = pair.expect(strict_der::OID, "an attribute of a name has no type")?;
            let value = pair.any()?;
            let is_his = match kind.content {
                COMMON_NAME => {
                    text(&value).is_some_and(|text| is_name(text, own) || is_address(text, own))
                }
                EMAIL_ADDRESS => text(&value).is_some_and(|text| is_address(text, own)),
                _other => false,
            };
            if !is_his {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Certificates have the first 64 characters of a name (RFC 5280 appendix A.1, ub-common-name).
fn is_name(text: &str, own: Own<'_>) -> bool {
    let name = own.record.name.as_str();
    text == name || text.chars().eq(name.chars().take(64))
}

fn is_address(text: &str, own: Own<'_>) -> bool {
    let renewed = own.renewed.map(Certificate::addresses).unwrap_or_default();
    let is_renewed = renewed.iter().any(|address| address == text);
    let is_present = |address: MailAddress| address.key() == own.record.address.key();
    is_renewed || MailAddress::parse(text).is_ok_and(is_present)
}

/// Text in an encoding that agrees with UTF-8.
fn text<'a>(value: &Element<'a>) -> Option<&'a str> {
    let known = [
        strict_der::UTF8_STRING,
        strict_der::PRINTABLE_STRING,
        strict_der::IA5_STRING,
    ];
    let text = str::from_utf8(value.content).ok()?;
    known.contains(&value.tag).then_some(text)
}

fn alternative_names_are(extensions: &[u8], own: Own<'_>) -> Result<bool, Malformed> {
    let mut extensions = Reader::new(extensions).sequence("extensions are not a SEQUENCE")?;
    while !extensions.is_empty() {
        let mut extension = extensions.sequence("an extension is not a SEQUENCE")?;
        let kind = extension.expect(strict_der::OID, "an extension has no type")?;
        if kind.content != SUBJECT_ALT_NAME {
            continue; // what a key may be used for is not the request's to say
        }
        let mut value = extension.any()?;
        if value.tag == strict_der::BOOLEAN {
            value = extension.any()?; // critical
        }
        let mut names = Reader::new(value.content).sequence("names are not a SEQUENCE")?;
        while !names.is_empty() {
            if !is_his_address(&names.any()?, own)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Whether a `GeneralName` is the certified address.
fn is_his_address(name: &Element<'_>, own: Own<'_>) -> Result<bool, Malformed> {
    let address = match name.tag {
        0x81 => name.content, // rfc822Name
        0xa0 => {
            let mut other = name.reader();
            let kind = other.expect(strict_der::OID, "another name has no type")?;
            let value = other.expect(0xa0, "another name has no value")?;
            let value = value.reader().any()?;
            if kind.content != SMTP_UTF8_MAILBOX {
                return Ok(false);
            }
            value.content
        }
        _other => return Ok(false),
    };
    Ok(str::from_utf8(address).is_ok_and(|text| is_address(text, own)))
}
