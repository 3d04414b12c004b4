//! Objects that are signed as a whole by the key a quorum opens: the trust list, the settings.
//!
//! Each names its version and the hash of the version before; version and hash stand in the state
//! root. So an object that was changed, shortened or put back shows, whoever did it.

use der::asn1::OctetString;
use der::{Decode as _, Encode as _};

use crate::crypto::keypair::{PrivateKey, PublicKey, sha256};
use crate::engine::error::Error;
use crate::engine::manifest::InstallationId;
use crate::engine::state_root::Head;
use crate::protocol::trust_list::{self, SignedObject};
use crate::store::object::{self, Object};
use crate::store::{Reader, Tx};

/// What kind of object it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Signed {
    /// What certificates are like, and where things are published.
    Settings,
    /// The certification authorities that are trusted besides our own.
    TrustList,
}

impl Signed {
    const fn name(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::TrustList => trust_list::NAME,
        }
    }

    fn tampered(self) -> Error {
        match self {
            Self::Settings => Error::Tampered("the settings were changed by another program"),
            Self::TrustList => Error::TrustListTampered,
        }
    }

    /// The content, if it is the version that `head` names, signed under `public`.
    pub fn read(
        self,
        reader: &Reader<'_>,
        (installation, public): (InstallationId, &PublicKey),
        head: &Head,
    ) -> Result<Vec<u8>, Error> {
        let Some(Object {
            body,
            signature: Some(signature),
        }) = object::by_name(reader, self.name())?
        else {
            return Err(self.tampered());
        };
        let signed = public.verify(&body, &signature);
        let object = SignedObject::from_der(&body).map_err(|_der| self.tampered())?;
        let belongs = object.installation.as_bytes() == installation
            && object.name == self.name()
            && object.version == head.count
            && sha256(&body) == head.hash;
        if signed.is_err() || !belongs {
            return Err(self.tampered());
        }
        Ok(object.content.into_bytes().into())
    }

    /// Puts `content` in the place of the version before, and moves `head` on.
    pub fn write(
        self,
        tx: &Tx<'_>,
        (installation, key): (InstallationId, &PrivateKey),
        head: &mut Head,
        content: &[u8],
    ) -> Result<(), Error> {
        let object = SignedObject {
            installation: OctetString::new(installation)?,
            name: self.name().to_owned(),
            version: head.count + 1,
            previous: OctetString::new(head.hash)?,
            content: OctetString::new(content)?,
        };
        let body = object.to_der()?;
        let signature = Some(key.sign(&body)?);
        *head = Head {
            count: object.version,
            hash: sha256(&body),
        };
        object::replace(tx, self.name(), &Object { body, signature })?;
        Ok(())
    }
}
