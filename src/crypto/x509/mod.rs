//! What the authority of the installation issues: its own root, users' certificates, that of the KM
//! server's key, and revocation lists.
//!
//! rcgen writes them, [`PrivateKey`] signs them, and before one is handed out it is parsed by other
//! code and held against the rules in `rules`.

use der::Encode as _;
use der::asn1::Ia5String;
use rand::CryptoRng;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CrlDistributionPoint,
    CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod,
    KeyUsagePurpose, OtherNameValue, RevocationReason, RevokedCertParams, SanType, SerialNumber,
};
use time::OffsetDateTime;
use x509_cert::Certificate;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AccessDescription, AuthorityInfoAccessSyntax};
use x509_cert::spki::ObjectIdentifier;

use crate::crypto::crl::CrlReason;
use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::crypto::x509::signer::{Signer, Subject};
use crate::domain::time::UnixTime;

pub use profile::{CmpProfile, CrlEntry, CrlProfile, MailName, RootProfile, UserProfile, Validity};

mod profile;
mod rules;
mod signer;

/// Why no certificate was issued.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum X509Error {
    /// The authority's own certificate has ended.
    #[error("the certification authority's own certificate has expired")]
    AuthorityExpired,
    /// The library could not write it, or other code could not read it.
    #[error("the certificate could not be written")]
    Encoding,
    /// A key of a kind that this certificate can not have.
    #[error("a certificate can not be made for this kind of key")]
    Kind,
    /// The certificate of the authority is for another key.
    #[error("the certification authority's key does not belong to its certificate")]
    Mismatch,
    /// What would have been issued breaks this rule.
    #[error("the certificate would break a rule: {0}")]
    Rule(&'static str),
}

/// A random serial number: positive, always 16 octets, 126 bits of randomness (RFC 5280 section
/// 4.1.2.2).
pub fn serial(rng: &mut dyn CryptoRng) -> [u8; 16] {
    let mut serial = [0; 16];
    rng.fill_bytes(&mut serial);
    serial[0] = serial[0] & 0x7f | 0x40;
    serial
}

/// Issues the self-signed root of `key`: RSA, P-256 or P-384. The result is DER.
pub fn issue_root(profile: &RootProfile, key: &PrivateKey) -> Result<Vec<u8>, X509Error> {
    let RootProfile {
        organization,
        common_name,
        serial,
        validity,
    } = profile;
    let signer = Signer::new(key)?;
    let mut params = params(serial, *validity, key.public())?;
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, organization.as_str());
    name.push(DnType::CommonName, common_name.as_str());
    params.distinguished_name = name;
    // The users' certificates follow directly: no other authority below this one.
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificate = params.self_signed(&signer)?.der().to_vec();
    rules::check_root(&certificate, profile, key.public())?;
    Ok(certificate)
}

/// A certification authority that is ready to issue.
pub struct Authority<'a> {
    certificate: Certificate,
    key: &'a PrivateKey,
    issuer: Issuer<'static, Signer<'a>>,
}

impl<'a> Authority<'a> {
    /// The authority of this certificate (DER), whose private half is `key`.
    pub fn new(certificate: &[u8], key: &'a PrivateKey) -> Result<Self, X509Error> {
        let parsed = <Certificate as der::Decode>::from_der(certificate)?;
        let spki = parsed
            .tbs_certificate()
            .subject_public_key_info()
            .to_der()?;
        if spki != key.public().spki() {
            return Err(X509Error::Mismatch);
        }
        let issuer = Issuer::from_ca_cert_der(&certificate.into(), Signer::new(key)?)?;
        Ok(Self {
            certificate: parsed,
            key,
            issuer,
        })
    }

    /// Its own validity, to which those it issues are clamped.
    pub fn validity(&self) -> Result<Validity, X509Error> {
        rules::validity(&self.certificate)
    }

    /// Issues the certificate of a signing key: RSA, P-256 or P-384. The result is DER.
    pub fn issue_signing(
        &self,
        profile: &UserProfile,
        public: &PublicKey,
    ) -> Result<Vec<u8>, X509Error> {
        self.issue_user(profile, Use::Signing, public)
    }

    /// Issues the certificate of an encryption key: RSA, P-256 or P-384. The result is DER.
    pub fn issue_encryption(
        &self,
        profile: &UserProfile,
        public: &PublicKey,
    ) -> Result<Vec<u8>, X509Error> {
        self.issue_user(profile, Use::Encryption, public)
    }

    /// Issues the certificate of the key with which the KM server signs its messages.
    pub fn issue_cmp(
        &self,
        profile: &CmpProfile,
        public: &PublicKey,
    ) -> Result<Vec<u8>, X509Error> {
        let CmpProfile {
            common_name,
            serial,
            validity,
        } = profile;
        let subject = Subject::new(public)?;
        let mut params = params(serial, *validity, public)?;
        params.distinguished_name = DistinguishedName::new();
        let name = common_name.as_str();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::Other(ID_KP_CMC_CA.to_vec()),
            ExtendedKeyUsagePurpose::Other(ID_KP_CM_KGA.to_vec()),
        ];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&subject, &self.issuer)?.der().to_vec();
        rules::check_cmp(&certificate, profile, public, &self.in_rules())?;
        Ok(certificate)
    }

    /// Issues a full revocation list. The result is DER.
    pub fn issue_crl(&self, profile: &CrlProfile<'_>) -> Result<Vec<u8>, X509Error> {
        let CrlProfile {
            number,
            this_update,
            next_update,
            entries,
        } = *profile;
        let revoked = entries.iter().map(|entry| {
            Ok(RevokedCertParams {
                serial_number: SerialNumber::from_slice(entry.serial),
                revocation_time: date(entry.at)?,
                reason_code: reason_code(entry.reason),
                invalidity_date: entry.invalidity.map(date).transpose()?,
            })
        });
        let params = CertificateRevocationListParams {
            this_update: date(this_update)?,
            next_update: date(next_update)?,
            crl_number: SerialNumber::from(number),
            issuing_distribution_point: None,
            revoked_certs: revoked.collect::<Result<_, X509Error>>()?,
            key_identifier_method: KeyIdMethod::PreSpecified(
                self.key.public().key_identifier().to_vec(),
            ),
        };
        let crl = params.signed_by(&self.issuer)?.der().to_vec();
        rules::check_crl(&crl, profile, &self.in_rules())?;
        Ok(crl)
    }

    fn issue_user(
        &self,
        profile: &UserProfile,
        usage: Use,
        public: &PublicKey,
    ) -> Result<Vec<u8>, X509Error> {
        let subject = Subject::new(public)?;
        let mut params = params(&profile.serial, profile.validity, public)?;
        params.distinguished_name = DistinguishedName::new();
        if !profile.common_name.is_empty() {
            let cut: String = profile.common_name.chars().take(UB_COMMON_NAME).collect();
            params.distinguished_name.push(DnType::CommonName, cut);
        }
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![match usage {
            Use::Encryption if public.kind().is_rsa() => KeyUsagePurpose::KeyEncipherment,
            Use::Encryption => KeyUsagePurpose::KeyAgreement,
            // Not nonRepudiation: it would promise a commitment that a key at security level Low
            // can not keep, and the same key signs requests to the KM server.
            Use::Signing => KeyUsagePurpose::DigitalSignature,
        }];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
        params.use_authority_key_identifier_extension = true;
        params.subject_alt_names = vec![match &profile.address {
            MailName::Rfc822(address) => SanType::Rfc822Name(address.as_str().try_into()?),
            MailName::SmtpUtf8(address) => SanType::OtherName((
                ID_ON_SMTP_UTF8_MAILBOX.to_vec(),
                OtherNameValue::Utf8String(address.clone()),
            )),
        }];
        if let Some(url) = &profile.crl_url {
            let uris = vec![url.clone()];
            params.crl_distribution_points = vec![CrlDistributionPoint { uris }];
        }
        if let Some(url) = &profile.ca_issuers_url {
            let access = ca_issuers(url)?.to_der()?;
            let extension = CustomExtension::from_oid_content(&ID_PE_AUTHORITY_INFO_ACCESS, access);
            params.custom_extensions.push(extension);
        }

        let certificate = params.signed_by(&subject, &self.issuer)?.der().to_vec();
        rules::check_user(&certificate, profile, usage, public, &self.in_rules())?;
        Ok(certificate)
    }

    /// The authority as the rules ask for it.
    fn in_rules(&self) -> rules::IssuedBy<'_> {
        rules::IssuedBy {
            certificate: &self.certificate,
            key: self.key.public(),
        }
    }
}

/// What a user's key is for.
#[derive(Clone, Copy)]
enum Use {
    Encryption,
    Signing,
}

/// What all profiles share: explicit serial, dates, and the key identifier of [`PublicKey`].
fn params(
    serial: &[u8; 16],
    validity: Validity,
    public: &PublicKey,
) -> Result<CertificateParams, X509Error> {
    let mut params = CertificateParams::default();
    params.serial_number = Some(SerialNumber::from_slice(serial));
    params.not_before = date(validity.not_before)?;
    params.not_after = date(validity.not_after)?;
    params.key_identifier_method = KeyIdMethod::PreSpecified(public.key_identifier().to_vec());
    Ok(params)
}

/// A moment as rcgen asks for it.
fn date(moment: UnixTime) -> Result<OffsetDateTime, X509Error> {
    OffsetDateTime::from_unix_timestamp(moment.secs()).map_err(|_year| X509Error::Encoding)
}

/// A reason as rcgen asks for it; RFC 5280 section 5.3.1 wants unspecified left out.
const fn reason_code(reason: CrlReason) -> Option<RevocationReason> {
    match reason {
        CrlReason::Unspecified => None,
        CrlReason::KeyCompromise => Some(RevocationReason::KeyCompromise),
        CrlReason::CaCompromise => Some(RevocationReason::CaCompromise),
        CrlReason::AffiliationChanged => Some(RevocationReason::AffiliationChanged),
        CrlReason::Superseded => Some(RevocationReason::Superseded),
        CrlReason::CessationOfOperation => Some(RevocationReason::CessationOfOperation),
        CrlReason::CertificateHold => Some(RevocationReason::CertificateHold),
        CrlReason::PrivilegeWithdrawn => Some(RevocationReason::PrivilegeWithdrawn),
        CrlReason::AaCompromise => Some(RevocationReason::AaCompromise),
    }
}

/// Where the authority's certificate lies (RFC 5280 section 4.2.2.1).
pub(super) fn ca_issuers(url: &str) -> Result<AuthorityInfoAccessSyntax, X509Error> {
    Ok(AuthorityInfoAccessSyntax(vec![AccessDescription {
        access_method: ID_AD_CA_ISSUERS,
        access_location: GeneralName::UniformResourceIdentifier(Ia5String::new(url)?),
    }]))
}

impl From<der::Error> for X509Error {
    fn from(_reason: der::Error) -> Self {
        Self::Encoding
    }
}

impl From<rcgen::Error> for X509Error {
    fn from(_reason: rcgen::Error) -> Self {
        Self::Encoding
    }
}

/// ub-common-name (RFC 5280 appendix A.1), in characters.
const UB_COMMON_NAME: usize = 64;
/// id-on-SmtpUTF8Mailbox (RFC 9598 section 3).
const ID_ON_SMTP_UTF8_MAILBOX: [u64; 9] = [1, 3, 6, 1, 5, 5, 7, 8, 9];
/// id-pe-authorityInfoAccess (RFC 5280 section 4.2.2.1).
const ID_PE_AUTHORITY_INFO_ACCESS: [u64; 9] = [1, 3, 6, 1, 5, 5, 7, 1, 1];
/// id-ad-caIssuers (RFC 5280 section 4.2.2.1).
const ID_AD_CA_ISSUERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.2");

/// id-kp-cmcCA (RFC 6402 section 2.10, RFC 9810 section 4.5): may answer in the place of the
/// authority.
const ID_KP_CMC_CA: [u64; 9] = [1, 3, 6, 1, 5, 5, 7, 3, 27];
/// id-kp-cmKGA (RFC 9810 section 4.5): may make keys for others.
const ID_KP_CM_KGA: [u64; 9] = [1, 3, 6, 1, 5, 5, 7, 3, 32];

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests;
