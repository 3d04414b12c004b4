//! The key with which the KM server signs its messages and the keys it hands over.

use crate::crypto::certificate::Certificate;
use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::crypto::labelled;
use crate::crypto::verify;
use crate::crypto::x509::{self, Authority, CmpProfile, Validity};
use crate::domain::key_kind::KeyKind;
use crate::engine::act::Act;
use crate::engine::error::Error;
use crate::engine::issue;
use crate::engine::settings::Settings;
use crate::store::object::{self, Object};

/// The KM server's own key for messages.
pub(super) struct CmpKey {
    /// The key.
    pub(super) key: PrivateKey,
    /// Its certificate by our authority, DER.
    pub(super) certificate: Vec<u8>,
}

/// A curve, because every message is signed; all programs that speak CMP know this one.
const KIND: KeyKind = KeyKind::P256;
const KEY: &str = "cmp key";
const CERTIFICATE: &str = "cmp certificate";

impl CmpKey {
    /// Opens the key; makes it where it was never needed before.
    pub(super) fn load_or_make(act: &mut Act<'_>, settings: &Settings) -> Result<Self, Error> {
        let sealed = object::by_name(act.tx, KEY)?;
        let certificate = object::by_name(act.tx, CERTIFICATE)?;
        match (sealed, certificate) {
            (Some(sealed), Some(certificate)) => Self::open(act, settings, &sealed, certificate),
            (None, None) => Self::make(act, settings),
            (Some(_), None) | (None, Some(_)) => Err(REPLACED),
        }
    }

    fn open(
        act: &Act<'_>,
        settings: &Settings,
        sealed: &Object,
        certificate: Object,
    ) -> Result<Self, Error> {
        let read = |der: &[u8]| Certificate::from_der(der).map_err(|_malformed| REPLACED);
        let own = read(&certificate.body)?;
        if !verify::is_issued_by(&own, &read(&settings.ca_certificate)?) {
            return Err(REPLACED);
        }
        let public = PublicKey::from_spki(own.spki())?;
        let label = act.keys.label(KEY);
        let key = labelled::open_key(&sealed.body, act.keys.opener(), &label, &public);
        Ok(Self {
            key: key.map_err(|_sealed| REPLACED)?,
            certificate: certificate.body,
        })
    }

    fn make(act: &mut Act<'_>, settings: &Settings) -> Result<Self, Error> {
        let key = PrivateKey::generate(KIND, act.rng)?;
        let ca_key = issue::ca_key(act, settings)?;
        let authority = Authority::new(&settings.ca_certificate, &ca_key)?;
        let profile = CmpProfile {
            common_name: settings.server.as_str().to_owned(),
            serial: x509::serial(act.rng),
            validity: Validity::until_end_of(authority.validity()?, act.now)?,
        };
        let certificate = authority.issue_cmp(&profile, key.public())?;
        let (label, to) = (act.keys.label(KEY), act.keys.recipient());
        let sealed = labelled::seal_key(&key, &label, to, act.rng)?;
        for (name, body) in [(KEY, sealed), (CERTIFICATE, certificate.clone())] {
            let object = Object {
                body,
                signature: None,
            };
            object::replace(act.tx, name, &object)?;
        }
        Ok(Self { key, certificate })
    }
}

const REPLACED: Error = Error::Tampered("the key for messages was replaced");
