//! Reads PKCS#12 files of any program (RFC 7292): keys in order, each with its certificate.

use der::oid::ObjectIdentifier;

use crate::crypto::ber;
use crate::crypto::certificate::Certificate;
use crate::crypto::keypair::PrivateKey;
use crate::crypto::oid::ID_DATA;
use crate::crypto::pkcs12::ber_reader::BerReader;
use crate::crypto::pkcs12::derive::{Deriver, Mac};
use crate::crypto::pkcs12::{MAX_FILE, Pkcs12Contents, Pkcs12Key, Pkcs12ReadError};
use crate::domain::secret::{SecretBytes, SecretText};

/// Keys in one file. Each costs milliseconds to check; thirty years of half-yearly renewals have 60.
const MAX_KEYS: usize = 200;
/// Certificates in one file.
const MAX_CERTIFICATES: usize = 2_000;
/// Bags within bags; nobody uses more than one.
const MAX_NESTING: usize = 4;

/// Reads a file. The password may be empty, as other programs allow it.
///
/// Time tells a wrong password from a damaged file, and so does the answer: the file lies with the
/// one who types.
pub fn read(file: &[u8], password: &SecretText) -> Result<Pkcs12Contents, Pkcs12ReadError> {
    if MAX_FILE < file.len() {
        return Err(Pkcs12ReadError::TooLarge);
    }
    let (whole, rest) = ber::split_first(file)?;
    if whole.tag != 0x30 || !rest.is_empty() {
        return Err(Pkcs12ReadError::Malformed);
    }
    let mut pfx = BerReader::new(whole.content);
    if pfx.number()? != 3 {
        return Err(Pkcs12ReadError::Malformed);
    }
    let mut safe = pfx.sequence()?;
    if safe.oid()? != ID_DATA {
        let words = "a signature instead of a password".to_owned();
        return Err(Pkcs12ReadError::Unsupported(words));
    }
    let content = safe.inside(0xa0)?.octets()?;
    if pfx.is_empty() {
        return Err(Pkcs12ReadError::Unprotected);
    }
    let mac = Mac::read(pfx.sequence()?)?;
    let mut deriver = Deriver::new(password.expose());
    deriver.check_mac(&mac, &content)?;

    let mut bags = Bags::default();
    let mut safes = BerReader::new(&content).sequence()?;
    while !safes.is_empty() {
        bags.read_safe(safes.sequence()?, &mut deriver)?;
    }
    Ok(bags.matched())
}

/// What the bags hold.
#[derive(Default)]
struct Bags {
    keys: Vec<(Attributes, PrivateKey)>,
    certificates: Vec<(Attributes, Vec<u8>)>,
}

/// What a bag says of its contents.
#[derive(Default)]
struct Attributes {
    name: Option<String>,
    key_id: Option<Vec<u8>>,
}

impl Bags {
    /// Reads a `ContentInfo` of the `AuthenticatedSafe`.
    fn read_safe(
        &mut self,
        mut info: BerReader<'_>,
        deriver: &mut Deriver<'_>,
    ) -> Result<(), Pkcs12ReadError> {
        match info.oid()? {
            ID_DATA => {
                let content = info.inside(0xa0)?.octets()?;
                self.read_bags(BerReader::new(&content).sequence()?, deriver, MAX_NESTING)
            }
            ENCRYPTED_DATA => {
                let mut data = info.inside(0xa0)?.sequence()?;
                data.number()?; // the version
                let mut encrypted = data.sequence()?;
                encrypted.oid()?; // what it is once decrypted: data
                let algorithm = encrypted.sequence()?;
                let content = deriver.decrypt(algorithm, &encrypted.octets()?)?;
                self.read_bags(BerReader::new(&content).sequence()?, deriver, MAX_NESTING)
            }
            _ => {
                let words = "encryption to a public key".to_owned();
                Err(Pkcs12ReadError::Unsupported(words))
            }
        }
    }

    /// Reads `SafeContents`.
    fn read_bags(
        &mut self,
        mut bags: BerReader<'_>,
        deriver: &mut Deriver<'_>,
        depth: usize,
    ) -> Result<(), Pkcs12ReadError> {
        let depth = depth.checked_sub(1).ok_or(Pkcs12ReadError::Malformed)?;
        while !bags.is_empty() {
            let mut bag = bags.sequence()?;
            let kind = bag.oid()?;
            let mut value = bag.inside(0xa0)?;
            let attributes = Attributes::read(bag)?;
            match kind {
                KEY_BAG => self.add_key(attributes, value.any()?.octets)?,
                SHROUDED_KEY_BAG => {
                    let mut encrypted = value.sequence()?;
                    let algorithm = encrypted.sequence()?;
                    let key = deriver.decrypt(algorithm, &encrypted.octets()?)?;
                    self.add_key(attributes, &key)?;
                }
                CERTIFICATE_BAG => {
                    let mut certificate = value.sequence()?;
                    if certificate.oid()? == X509_CERTIFICATE {
                        let der = certificate.inside(0xa0)?.octets()?;
                        self.certificates.push((attributes, der.into_owned()));
                    }
                }
                NESTED_BAG => self.read_bags(value.sequence()?, deriver, depth)?,
                _ => {} // lists and other secrets are no concern of a mail user
            }
            if MAX_CERTIFICATES < self.certificates.len() {
                return Err(Pkcs12ReadError::TooMuchWork);
            }
        }
        Ok(())
    }

    fn add_key(&mut self, attributes: Attributes, pkcs8: &[u8]) -> Result<(), Pkcs12ReadError> {
        if MAX_KEYS <= self.keys.len() {
            return Err(Pkcs12ReadError::TooMuchWork);
        }
        let key = PrivateKey::from_pkcs8(SecretBytes::new(pkcs8.to_vec()));
        self.keys
            .push((attributes, key.map_err(Pkcs12ReadError::Key)?));
        Ok(())
    }

    /// Gives each key the certificate for it: the public key decides, and of several that fit the
    /// localKeyID.
    fn matched(self) -> Pkcs12Contents {
        let Self { keys, certificates } = self;
        let mut read: Vec<_> = certificates
            .into_iter()
            .map(|(attributes, der)| (attributes, Certificate::from_der(&der).ok(), der, false))
            .collect();
        let mut contents = Pkcs12Contents {
            keys: Vec::new(),
            chain: Vec::new(),
        };
        for (attributes, key) in keys {
            let fits = read.iter_mut().filter(|(_, certificate, _, _)| {
                let spki = certificate.as_ref().map(Certificate::spki);
                spki == Some(key.public().spki())
            });
            let best = fits.max_by_key(|(other, _, _, taken)| {
                (
                    other.key_id.is_some() && other.key_id == attributes.key_id,
                    !*taken,
                )
            });
            let mut name = attributes.name;
            let certificate = best.map(|(other, _, der, taken)| {
                *taken = true;
                // certtool names the certificate only
                name = name.take().or_else(|| other.name.clone());
                der.clone()
            });
            contents.keys.push(Pkcs12Key {
                name,
                key,
                certificate,
            });
        }
        let others = read.into_iter().filter(|(_, _, _, taken)| !taken);
        contents.chain = others.map(|(_, _, der, _)| der).collect();
        contents
    }
}

impl Attributes {
    /// Reads the attributes that a bag may end with (RFC 7292 section 4.2).
    fn read(mut bag: BerReader<'_>) -> Result<Self, Pkcs12ReadError> {
        let mut attributes = Self::default();
        if bag.is_empty() {
            return Ok(attributes);
        }
        let mut set = bag.inside(0x31)?;
        while !set.is_empty() {
            let mut attribute = set.sequence()?;
            let kind = attribute.oid()?;
            let mut values = attribute.inside(0x31)?;
            if kind == FRIENDLY_NAME && values.peek() == Some(0x1e) {
                let units = values.any()?.content;
                let units = units
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .map(|unit| u16::from_be_bytes(*unit));
                let name = char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{fffd}'));
                attributes.name = Some(name.collect());
            } else if kind == LOCAL_KEY_ID {
                attributes.key_id = Some(values.octets()?.into_owned());
            }
        }
        Ok(attributes)
    }
}

/// id-encryptedData (RFC 5652 section 8).
pub(super) const ENCRYPTED_DATA: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6");
/// keyBag (RFC 7292 section 4.2), and the bags after it.
const KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.1");
pub(super) const SHROUDED_KEY_BAG: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");
pub(super) const CERTIFICATE_BAG: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.3");
const NESTED_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.6");
/// x509Certificate (RFC 7292 section 4.2.3).
pub(super) const X509_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.22.1");
/// friendlyName (RFC 2985 section 5.5.1).
pub(super) const FRIENDLY_NAME: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.20");
/// localKeyId (RFC 2985 section 5.5.2).
pub(super) const LOCAL_KEY_ID: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.21");
