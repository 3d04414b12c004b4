//! Our own rule check: what a certificate must be before it is handed out, each rule with its clause.
//!
//! It reads the finished octets with other code than wrote them and trusts nothing about how they
//! came to be.

use std::collections::BTreeSet;

use der::asn1::{Ia5String, OctetString, Utf8StringRef};
use der::{Any, Decode as _, Encode as _};
use x509_cert::certificate::{Certificate, Version};
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName, OtherName};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CrlDistributionPoints, ExtendedKeyUsage, KeyUsage,
    KeyUsages, SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::name::Name;
use x509_cert::spki::ObjectIdentifier;
use x509_cert::time::Time;

use crate::crypto::certificate::Certificate as Readable;
use crate::crypto::crl::{Crl, RevokedEntry};
use crate::crypto::keypair::PublicKey;
use crate::crypto::x509::{
    self, CmpProfile, CrlEntry, CrlProfile, MailName, RootProfile, Use, UserProfile, Validity,
    X509Error,
};
use crate::domain::time::UnixTime;

/// Holds a new root against the rules.
pub(super) fn check_root(
    certificate: &[u8],
    profile: &RootProfile,
    public: &PublicKey,
) -> Result<(), X509Error> {
    let certificate = Certificate::from_der(certificate)?;
    check_fields(&certificate, &profile.serial, profile.validity, public)?;
    check_signature(&certificate, &certificate, public)?;
    let tbs = certificate.tbs_certificate();
    let extension_ids = [
        ID_CE_KEY_USAGE,
        ID_CE_SUBJECT_KEY_IDENTIFIER,
        ID_CE_BASIC_CONSTRAINTS,
    ];
    demand(
        extensions(&certificate) == extension_ids,
        "RFC 5280 section 4.2.1: exactly the extensions of the profile",
    )?;
    let constraints = BasicConstraints {
        ca: true,
        path_len_constraint: Some(0),
    };
    demand(
        tbs.get_extension() == Ok(Some((true, constraints))),
        "RFC 5280 section 4.2.1.9: critical basicConstraints, cA, no authority below",
    )?;
    let usage = KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign);
    demand(
        tbs.get_extension() == Ok(Some((true, usage))),
        "RFC 5280 section 4.2.1.3: critical keyUsage, keyCertSign and cRLSign",
    )?;
    demand(
        name_lengths(tbs.subject())
            == [profile.organization.chars(), profile.common_name.chars()].map(Iterator::count),
        "RFC 5280 section 4.1.2.4: the names as given",
    )
}

/// The authority that has issued what is checked.
pub(super) struct IssuedBy<'a> {
    /// Its certificate.
    pub(super) certificate: &'a Certificate,
    /// Its key.
    pub(super) key: &'a PublicKey,
}

/// Holds a user's new certificate against the rules.
pub(super) fn check_user(
    certificate: &[u8],
    profile: &UserProfile,
    usage: Use,
    public: &PublicKey,
    issuer: &IssuedBy<'_>,
) -> Result<(), X509Error> {
    let certificate = Certificate::from_der(certificate)?;
    check_fields(&certificate, &profile.serial, profile.validity, public)?;
    check_end_entity(&certificate, profile.validity, issuer)?;
    let tbs = certificate.tbs_certificate();
    let allowed = match usage {
        Use::Encryption if public.kind().is_rsa() => KeyUsages::KeyEncipherment,
        Use::Encryption => KeyUsages::KeyAgreement,
        Use::Signing => KeyUsages::DigitalSignature,
    };
    demand(
        tbs.get_extension() == Ok(Some((true, KeyUsage(allowed.into())))),
        "RFC 5280 section 4.2.1.3: critical keyUsage, for one use only",
    )?;
    let purposes = ExtendedKeyUsage(vec![ID_KP_EMAIL_PROTECTION]);
    demand(
        tbs.get_extension() == Ok(Some((false, purposes))),
        "RFC 8550 section 4.4.4: extKeyUsage is emailProtection alone",
    )?;
    let names = SubjectAltName(vec![general_name(&profile.address)?]);
    demand(
        tbs.get_extension() == Ok(Some((tbs.subject().is_empty(), names))),
        "RFC 5280 section 4.2.1.6: subjectAltName is the address, critical if the subject is empty",
    )?;
    check_publication(&certificate, profile)
}

/// Holds the new certificate of the KM server's own key against the rules.
pub(super) fn check_cmp(
    certificate: &[u8],
    profile: &CmpProfile,
    public: &PublicKey,
    issuer: &IssuedBy<'_>,
) -> Result<(), X509Error> {
    let certificate = Certificate::from_der(certificate)?;
    check_fields(&certificate, &profile.serial, profile.validity, public)?;
    check_end_entity(&certificate, profile.validity, issuer)?;
    let tbs = certificate.tbs_certificate();
    let usage = KeyUsage(KeyUsages::DigitalSignature.into());
    demand(
        tbs.get_extension() == Ok(Some((true, usage))),
        "RFC 5280 section 4.2.1.3: critical keyUsage, digitalSignature alone",
    )?;
    let purposes = ExtendedKeyUsage(vec![ID_KP_CMC_CA, ID_KP_CM_KGA]);
    demand(
        tbs.get_extension() == Ok(Some((false, purposes))),
        "RFC 9810 section 4.5: extKeyUsage is cmcCA and cmKGA",
    )?;
    demand(
        name_lengths(tbs.subject()) == [profile.common_name.chars().count()],
        "RFC 5280 section 4.1.2.4: the name as given",
    )
}

/// Holds a new revocation list against the rules.
pub(super) fn check_crl(
    crl: &[u8],
    profile: &CrlProfile<'_>,
    issuer: &IssuedBy<'_>,
) -> Result<(), X509Error> {
    let CrlProfile {
        number,
        this_update,
        next_update,
        entries,
    } = *profile;
    let crl = Crl::read(crl).map_err(|_list| X509Error::Encoding)?;
    let authority = issuer.certificate.to_der()?;
    let authority = Readable::from_der(&authority).map_err(|_strict| X509Error::Encoding)?;
    demand(
        crl.verify(&authority).is_ok(),
        "RFC 5280 section 5.1.1.3: signed by the authority, which may sign lists",
    )?;
    demand(
        crl.this_update() == this_update && crl.next_update() == next_update,
        "RFC 5280 section 5.1.2.5: from when on and until when it is good, as asked",
    )?;
    let digits = number.to_be_bytes();
    let digits = digits.iter().copied().skip_while(|octet| *octet == 0);
    demand(
        crl.number() == Some(&digits.collect::<Vec<u8>>()),
        "RFC 5280 section 5.2.3: the number as counted",
    )?;
    demand(
        crl.authority_key_id() == Some(&issuer.key.key_identifier()),
        "RFC 5280 section 5.2.1: authorityKeyIdentifier, by key alone",
    )?;
    let listed = |entry: &CrlEntry<'_>| {
        let expected = RevokedEntry {
            at: entry.at,
            reason: entry.reason,
            invalidity: entry.invalidity,
        };
        entry.at <= this_update && crl.entry(entry.serial) == Some(expected)
    };
    let serials: BTreeSet<&[u8]> = entries.iter().map(|entry| entry.serial).collect();
    let once = serials.len() == entries.len() && crl.len() == entries.len();
    demand(
        once && entries.iter().all(listed),
        "RFC 5280 section 5.1.2.6: every revoked certificate once, and no revocation to come",
    )
}

/// The validity a certificate states.
pub(super) fn validity(certificate: &Certificate) -> Result<Validity, X509Error> {
    let moment = |time: &Time| {
        let seconds = i64::try_from(time.to_unix_duration().as_secs());
        seconds
            .map(UnixTime::from_secs)
            .map_err(|_year| X509Error::Encoding)
    };
    let stated = certificate.tbs_certificate().validity();
    Ok(Validity {
        not_before: moment(&stated.not_before)?,
        not_after: moment(&stated.not_after)?,
    })
}

/// What every certificate owes.
fn check_fields(
    certificate: &Certificate,
    serial: &[u8; 16],
    asked: Validity,
    public: &PublicKey,
) -> Result<(), X509Error> {
    let tbs = certificate.tbs_certificate();
    demand(
        tbs.version() == Version::V3,
        "RFC 5280 section 4.1.2.1: version 3",
    )?;
    let positive = matches!(serial.first(), Some(1..=0x7f));
    demand(
        positive && tbs.serial_number().as_bytes() == serial,
        "RFC 5280 section 4.1.2.2: the serial number as drawn, positive, at most 20 octets",
    )?;
    demand(
        validity(certificate)? == asked && asked.not_before < asked.not_after,
        "RFC 5280 section 4.1.2.5: the validity as asked, not empty",
    )?;
    let dates = tbs.validity();
    let encoded =
        |time: &Time, moment: UnixTime| matches!(time, Time::UtcTime(_)) == (moment.year() < 2050);
    demand(
        encoded(&dates.not_before, asked.not_before) && encoded(&dates.not_after, asked.not_after),
        "RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050",
    )?;
    demand(
        name_lengths(tbs.subject())
            .iter()
            .all(|length| (1..=64).contains(length)),
        "RFC 5280 appendix A.1: names of 1 to 64 characters",
    )?;
    demand(
        tbs.subject_public_key_info().to_der()? == public.spki(),
        "RFC 5280 section 4.1.2.7: the subject's own key",
    )?;
    demand(
        tbs.issuer_unique_id().is_none() && tbs.subject_unique_id().is_none(),
        "RFC 5280 section 4.1.2.8: no unique identifiers",
    )?;
    let identifier = SubjectKeyIdentifier(OctetString::new(public.key_identifier())?);
    demand(
        tbs.get_extension() == Ok(Some((false, identifier))),
        "RFC 5280 section 4.2.1.2: subjectKeyIdentifier, not critical",
    )
}

fn check_signature(
    certificate: &Certificate,
    issuer: &Certificate,
    issuer_key: &PublicKey,
) -> Result<(), X509Error> {
    let tbs = certificate.tbs_certificate();
    let issuer_name = issuer.tbs_certificate().subject();
    demand(
        !issuer_name.is_empty() && tbs.issuer().to_der()? == issuer_name.to_der()?,
        "RFC 5280 section 4.1.2.4: the issuer is the authority's subject, octet by octet",
    )?;
    demand(
        tbs.signature() == certificate.signature_algorithm(),
        "RFC 5280 section 4.1.1.2: both signature algorithms are the same",
    )?;
    let signature = certificate.signature().as_bytes().unwrap_or_default();
    demand(
        issuer_key.verify(&tbs.to_der()?, signature).is_ok(),
        "RFC 5280 section 4.1.1.3: the signature is good",
    )
}

/// What every certificate below the authority owes.
fn check_end_entity(
    certificate: &Certificate,
    asked: Validity,
    issuer: &IssuedBy<'_>,
) -> Result<(), X509Error> {
    check_signature(certificate, issuer.certificate, issuer.key)?;
    let tbs = certificate.tbs_certificate();
    let own = validity(issuer.certificate)?;
    demand(
        own.not_before <= asked.not_before && asked.not_after <= own.not_after,
        "RFC 5280 section 6.1.3: valid within the authority's validity",
    )?;
    let constraints = BasicConstraints {
        ca: false,
        path_len_constraint: None,
    };
    let stated = tbs.get_extension::<BasicConstraints>()?;
    demand(
        stated.is_none_or(|(_critical, stated)| stated == constraints),
        "RFC 5280 section 4.2.1.9: it is no authority",
    )?;
    let authority = AuthorityKeyIdentifier {
        key_identifier: Some(OctetString::new(issuer.key.key_identifier())?),
        authority_cert_issuer: None,
        authority_cert_serial_number: None,
    };
    demand(
        tbs.get_extension() == Ok(Some((false, authority))),
        "RFC 5280 section 4.2.1.1: authorityKeyIdentifier, by key alone",
    )
}

fn check_publication(certificate: &Certificate, profile: &UserProfile) -> Result<(), X509Error> {
    let tbs = certificate.tbs_certificate();
    let urls = profile.crl_url.iter().chain(&profile.ca_issuers_url);
    demand(
        urls.into_iter().all(|url| {
            url.starts_with("http://") && url.bytes().all(|octet| octet.is_ascii_graphic())
        }),
        "RFC 5280 section 4.2.1.13: addresses are http, in ASCII without spaces",
    )?;
    let points = profile
        .crl_url
        .as_deref()
        .map(crl_distribution_points)
        .transpose()?;
    demand(
        tbs.get_extension()? == points.map(|points| (false, points)),
        "RFC 5280 section 4.2.1.13: the CRL's address as set",
    )?;
    let access = profile
        .ca_issuers_url
        .as_deref()
        .map(x509::ca_issuers)
        .transpose()?;
    demand(
        tbs.get_extension()? == access.map(|access| (false, access)),
        "RFC 5280 section 4.2.2.1: the authority's address as set",
    )
}

fn crl_distribution_points(url: &str) -> Result<CrlDistributionPoints, X509Error> {
    let name = GeneralName::UniformResourceIdentifier(Ia5String::new(url)?);
    Ok(CrlDistributionPoints(vec![DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![name])),
        reasons: None,
        crl_issuer: None,
    }]))
}

fn general_name(address: &MailName) -> Result<GeneralName, X509Error> {
    match address {
        MailName::Rfc822(address) => Ok(GeneralName::Rfc822Name(Ia5String::new(address)?)),
        MailName::SmtpUtf8(address) => Ok(GeneralName::OtherName(OtherName {
            type_id: ID_ON_SMTP_UTF8_MAILBOX,
            value: Any::encode_from(&Utf8StringRef::new(address)?)?,
        })),
    }
}

fn extensions(certificate: &Certificate) -> Vec<ObjectIdentifier> {
    let all = certificate
        .tbs_certificate()
        .extensions()
        .into_iter()
        .flatten();
    all.map(|extension| extension.extn_id).collect()
}

/// The characters of each attribute of a name, in order.
fn name_lengths(name: &Name) -> Vec<usize> {
    let attributes = name.iter();
    attributes
        .map(|attribute| {
            let text = attribute.value.decode_as::<Utf8StringRef<'_>>();
            text.map_or(0, |text| text.as_str().chars().count())
        })
        .collect()
}

fn demand(holds: bool, rule: &'static str) -> Result<(), X509Error> {
    if holds {
        Ok(())
    } else {
        Err(X509Error::Rule(rule))
    }
}

/// id-ce-subjectKeyIdentifier (RFC 5280 section 4.2.1.2).
const ID_CE_SUBJECT_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
/// id-ce-keyUsage (RFC 5280 section 4.2.1.3).
const ID_CE_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
/// id-ce-basicConstraints (RFC 5280 section 4.2.1.9).
const ID_CE_BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
/// id-kp-emailProtection (RFC 5280 section 4.2.1.12).
const ID_KP_EMAIL_PROTECTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.4");
/// id-kp-cmcCA (RFC 6402 section 2.10).
const ID_KP_CMC_CA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.27");
/// id-kp-cmKGA (RFC 9810 section 4.5).
const ID_KP_CM_KGA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.32");
/// id-on-SmtpUTF8Mailbox (RFC 9598 section 3).
const ID_ON_SMTP_UTF8_MAILBOX: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.8.9");
