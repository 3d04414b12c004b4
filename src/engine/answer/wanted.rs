//! What a request for certificates asks for, proven: the certificate of a signing key, that of an
//! encryption key which the KM server makes, or both.

use crate::crypto::keypair::PublicKey;
use crate::domain::key_kind::KeyKind;
use crate::engine::answer::names::{self, Own};
use crate::engine::answer::reply::Refusal;
use crate::engine::record::{Client, Record};
use crate::protocol::message::{CertRequest, Failure};

/// A proven request.
pub(super) struct Wanted {
    /// The signing key, by the request's number.
    pub(super) signing: Option<(i64, PublicKey)>,
    /// The number of the request for an encryption key.
    pub(super) encryption: Option<i64>,
    /// To which private keys are encrypted.
    pub(super) transport: Option<PublicKey>,
}

impl Wanted {
    /// Reads one request of each kind at most; refuses what names somebody else, lacks its proof of
    /// possession, or asks for more.
    pub(super) fn read(requests: &[CertRequest], own: Own<'_>) -> Result<Self, Refusal> {
        let mut wanted = Self {
            signing: None,
            encryption: None,
            transport: None,
        };
        for request in requests {
            names::refuse_others(&request.template, own)?;
            wanted.add_transport(request.transport_key.as_deref())?;
            let twice = if request.wants_server_made() {
                wanted.encryption.replace(request.id).is_some()
            } else {
                let signing = (request.id, signing_key(request, own.record)?);
                wanted.signing.replace(signing).is_some()
            };
            if twice {
                return Err(bad(
                    "At most one signing and one encryption certificate can be asked for.",
                ));
            }
        }
        if wanted.signing.is_none() && wanted.encryption.is_none() {
            return Err(bad("No certificate is asked for."));
        }
        if wanted.encryption.is_some() && wanted.transport.is_none() {
            return Err(bad(
                "An encryption key is asked for, but not to which key it is to be encrypted \
                 (control protocolEncrKey).",
            ));
        }
        Ok(wanted)
    }

    /// A request for the certificate of a signing key alone.
    pub(super) fn signing(id: i64, public: PublicKey, record: &Record) -> Result<Self, Refusal> {
        refuse_unfit(&public, record)?;
        Ok(Self {
            signing: Some((id, public)),
            encryption: None,
            transport: None,
        })
    }

    /// The program that asks, by its keys; `signing` where it does not ask for a signing
    /// certificate.
    pub(super) fn client(&self, signing: Option<&PublicKey>) -> Option<Client> {
        let own = self.signing.as_ref().map(|(_id, public)| public);
        Some(Client {
            signing: own.or(signing)?.key_id(),
            transport: self.transport.as_ref().map(PublicKey::key_id),
        })
    }

    fn add_transport(&mut self, spki: Option<&[u8]>) -> Result<(), Refusal> {
        let Some(spki) = spki else { return Ok(()) };
        let public = PublicKey::from_spki(spki).ok();
        let public = public
            .filter(|public| public.kind().is_rsa())
            .ok_or_else(|| {
                Refusal::new(
                    Failure::BAD_ALG,
                    "The key for the transport of private keys (protocolEncrKey) must be RSA with \
                 2048, 3072 or 4096 bits.",
                )
            })?;
        match self.transport.replace(public) {
            Some(before) if Some(&before) != self.transport.as_ref() => Err(bad(
                "Two different keys for the transport of private keys are given.",
            )),
            Some(_) | None => Ok(()),
        }
    }
}

fn bad(text: &str) -> Refusal {
    Refusal::new(Failure::BAD_REQUEST, text)
}

fn signing_key(request: &CertRequest, record: &Record) -> Result<PublicKey, Refusal> {
    let public = request.prove()?;
    refuse_unfit(&public, record)?;
    Ok(public)
}

/// A key that lies in the archive signs nothing: others could have it as well.
fn refuse_unfit(public: &PublicKey, record: &Record) -> Result<(), Refusal> {
    match public.kind() {
        KeyKind::Rsa2048 | KeyKind::Rsa3072 | KeyKind::Rsa4096 | KeyKind::P256 | KeyKind::P384 => {}
        KeyKind::Ed25519 => {
            return Err(Refusal::new(
                Failure::BAD_ALG,
                "Certificates are issued for RSA, P-256 and P-384 keys.",
            ));
        }
    }
    if record.keys.contains(&public.key_id()) {
        return Err(Refusal::new(
            Failure::BAD_CERT_TEMPLATE,
            "This is an encryption key, which is archived. A signing key must be the user's alone.",
        ));
    }
    Ok(())
}
