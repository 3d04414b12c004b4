//! A KM server made by hand: it answers as the protocol asks, or spoils its answer in one way.

use std::sync::{Arc, Mutex};

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::client::Exchange;
use crate::crypto::certificate::Certificate;
use crate::crypto::hash::Hash;
use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::crypto::x509::{
    self, Authority, CmpProfile, CrlProfile, MailName, RootProfile, UserProfile, Validity,
};
use crate::domain::key_kind::KeyKind;
use crate::domain::time::UnixTime;
use crate::protocol::key_package;
use crate::protocol::message::{
    Body, CertReply, CertRequest, CertResponse, CertStatus, Certified, ErrorContent, Failure,
    InfoItem, InfoKind, KeyRecovery, Message, RevocationReply, Status,
};
use crate::protocol::protect::{MacForm, Protector};
use crate::protocol::read::{self, Received};
use crate::protocol::write;

/// In what way an answer is not what it should be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Spoil {
    /// The certificates are for another address.
    Address,
    /// The certificates are another authority's.
    Authority,
    /// The encryption key is not its certificate's.
    EncryptionKey,
    /// A refusal that nothing protects.
    BareError,
    /// No protection.
    Bare,
    /// Another user of the same authority speaks for the server.
    Impostor,
    /// A MAC under another secret.
    Mac,
    /// The nonce is not the one that was sent.
    Nonce,
    /// A refusal under the right protection.
    Refusal,
    /// A weaker MAC under the right secret.
    WeakMac,
    /// The signing certificate is for another key.
    SigningKey,
}

/// The server.
pub(super) struct KmServer {
    pub(super) now: UnixTime,
    pub(super) secret: String,
    pub(super) spoil: Option<Spoil>,
    /// Keys to be given back by `krr`; with any, `ir` is sent there.
    pub(super) archived: Vec<(PrivateKey, Vec<u8>)>,
    /// How many answers are lost before the next one arrives.
    pub(super) lost: usize,
    /// Every request as it came.
    pub(super) seen: Vec<(&'static str, Vec<u8>)>,
    pub(super) confirmed: Vec<Vec<CertStatus>>,
    issued: Vec<Vec<u8>>,
    ca: (PrivateKey, Vec<u8>),
    cmp: (PrivateKey, Vec<u8>),
    other: PrivateKey,
    rng: StdRng,
}

/// Fewer iterations than the client's.
const WEAK: MacForm = MacForm::PasswordBasedMac {
    owf: Hash::Sha256,
    mac: Hash::Sha256,
    iterations: 1_000,
};

/// The address that the server knows.
pub(super) const ADDRESS: &str = "anna.berg@fabrikam.com";

impl KmServer {
    pub(super) fn new(now: UnixTime, secret: &str, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let key = |rng: &mut StdRng| PrivateKey::generate(KeyKind::P256, rng).unwrap();
        let (ca_key, cmp_key, other) = (key(&mut rng), key(&mut rng), key(&mut rng));
        let root = RootProfile {
            organization: "Fabrikam".to_owned(),
            common_name: "Fabrikam CA".to_owned(),
            serial: x509::serial(&mut rng),
            validity: Validity::of_root(now, 20),
        };
        let root = x509::issue_root(&root, &ca_key).unwrap();
        let authority = Authority::new(&root, &ca_key).unwrap();
        let cmp = CmpProfile {
            common_name: "KM1".to_owned(),
            serial: x509::serial(&mut rng),
            validity: Validity::until_end_of(authority.validity().unwrap(), now).unwrap(),
        };
        let cmp = authority.issue_cmp(&cmp, cmp_key.public()).unwrap();
        Self {
            now,
            secret: secret.to_owned(),
            spoil: None,
            archived: Vec::new(),
            lost: 0,
            seen: Vec::new(),
            confirmed: Vec::new(),
            issued: Vec::new(),
            ca: (ca_key, root),
            cmp: (cmp_key, cmp),
            other,
            rng,
        }
    }

    /// A key with its certificate, archived now.
    pub(super) fn archive(&mut self) {
        let key = PrivateKey::generate(KeyKind::P256, &mut self.rng).unwrap();
        let certificate = self.issue(key.public(), false);
        self.archived.push((key, certificate));
    }

    /// The answer to a request.
    pub(super) fn answer(&mut self, request: &[u8]) -> Vec<u8> {
        let received = read::read(request).unwrap();
        let message = &received.message;
        self.seen.push((message.body.name(), request.to_vec()));
        let by_mac = self.check(&received);
        let mut general_info = Vec::new();
        let body = match &message.body {
            _ if self.spoil == Some(Spoil::BareError) || self.spoil == Some(Spoil::Refusal) => {
                Body::Error(ErrorContent::new(Failure::BAD_REQUEST, "Not today."))
            }
            Body::Ir(_) if !self.archived.is_empty() => {
                general_info.push(InfoItem::question(InfoKind::GO_TO_KEY_RECOVERY));
                Body::Error(ErrorContent::new(Failure::BAD_REQUEST, "Use krr."))
            }
            Body::Ir(requests) => {
                let key = self.other.public().spki().to_vec();
                general_info.push(InfoItem::new(InfoKind::TRUST_LIST_KEY, key));
                Body::Ip(self.reply(requests))
            }
            Body::Kur(requests) => Body::Kup(self.reply(requests)),
            Body::Krr(requests) => Body::Krp(self.recovery(requests)),
            Body::CertConf(statuses) => {
                self.confirmed.push(statuses.clone());
                Body::PkiConf
            }
            Body::Rr(requests) => Body::Rp(RevocationReply {
                statuses: requests.iter().map(|_| Status::accepted()).collect(),
                ids: Vec::new(),
                crls: vec![self.crl()],
            }),
            Body::Genm(_) => Body::Genp(vec![InfoItem::new(InfoKind::CURRENT_CRL, self.crl())]),
            Body::Ip(_)
            | Body::Cr(_)
            | Body::Cp(_)
            | Body::P10cr(_)
            | Body::Kup(_)
            | Body::Krp(_)
            | Body::Rp(_)
            | Body::PkiConf
            | Body::Genp(_)
            | Body::Error(_) => panic!("an unexpected {}", message.body.name()),
        };
        let mut header = message.header.answer([7; 16], self.now);
        header.general_info = general_info;
        if self.spoil == Some(Spoil::Nonce) {
            header.recip_nonce = Some(vec![9; 16]);
        }
        let answer = Message {
            header,
            body,
            extra_certs: vec![self.cmp.1.clone()],
        };
        self.write(&answer, &received, by_mac)
    }

    fn write(&mut self, answer: &Message, received: &Received, by_mac: bool) -> Vec<u8> {
        let secret = match self.spoil {
            Some(Spoil::Mac) => "another secret".to_owned(),
            _right => self.secret.clone(),
        };
        let other = self.other.public().clone();
        let impostor = self.issue(&other, true);
        let bare = matches!(self.spoil, Some(Spoil::Bare | Spoil::BareError));
        let by = match received.mac_form() {
            _ if bare => Protector::Unprotected,
            Some(form) if by_mac => Protector::Mac {
                secret: secret.as_bytes(),
                form: if self.spoil == Some(Spoil::WeakMac) {
                    WEAK
                } else {
                    form
                },
            },
            _signature if self.spoil == Some(Spoil::Impostor) => Protector::Signature {
                key: &self.other,
                certificate: &impostor,
            },
            _signature => Protector::Signature {
                key: &self.cmp.0,
                certificate: &self.cmp.1,
            },
        };
        write::write(answer, by, &mut self.rng).unwrap()
    }

    /// Whether the request came under the temporary key; else its signature is right.
    fn check(&self, received: &Received) -> bool {
        if received.verify_mac(self.secret.as_bytes()).is_ok() {
            return true;
        }
        let signer = &received.message.extra_certs[0];
        assert!(self.issued.contains(signer), "signed by a stranger");
        let signer = Certificate::from_der(signer).unwrap();
        let key = PublicKey::from_spki(signer.spki()).unwrap();
        received.verify_signature(&key).unwrap();
        false
    }

    fn reply(&mut self, requests: &[CertRequest]) -> CertReply {
        let signing = self.signing(&requests[0]);
        let transport = requests[1].transport_key.as_deref().unwrap();
        let key = PrivateKey::generate(KeyKind::P256, &mut self.rng).unwrap();
        let certificate = self.issue(key.public(), false);
        let sent = if self.spoil == Some(Spoil::EncryptionKey) {
            PrivateKey::generate(KeyKind::P256, &mut self.rng).unwrap()
        } else {
            key
        };
        let sealed = self.seal(&sent, transport);
        let response = |id, certificate, private_key| CertResponse {
            id,
            status: Status::accepted(),
            certified: Some(Certified {
                certificate,
                private_key,
            }),
        };
        CertReply {
            ca_pubs: vec![self.ca.1.clone()],
            responses: vec![
                response(0, signing, None),
                response(1, certificate, Some(sealed)),
            ],
        }
    }

    fn recovery(&mut self, requests: &[CertRequest]) -> KeyRecovery {
        let transport = requests[1].transport_key.as_deref().unwrap();
        let archived = std::mem::take(&mut self.archived);
        let history = archived.iter().map(|(key, certificate)| Certified {
            certificate: certificate.clone(),
            private_key: Some(self.seal(key, transport)),
        });
        let history = history.collect();
        self.archived = archived;
        KeyRecovery {
            status: Status::accepted(),
            signing_certificate: Some(self.signing(&requests[0])),
            ca_certs: vec![self.ca.1.clone()],
            history,
        }
    }

    fn signing(&mut self, request: &CertRequest) -> Vec<u8> {
        let proved = request.prove().unwrap();
        let other = self.other.public().clone();
        let public = match self.spoil {
            Some(Spoil::SigningKey) => &other,
            _right => &proved,
        };
        self.issue(public, true)
    }

    fn issue(&mut self, public: &PublicKey, signs: bool) -> Vec<u8> {
        let foreign = Self::foreign(self.now, self.spoil);
        let (ca_key, root) = foreign.as_ref().unwrap_or(&self.ca);
        let authority = Authority::new(root, ca_key).unwrap();
        let local = match self.spoil {
            Some(Spoil::Address) => "somebody.else",
            _right => "anna.berg",
        };
        let profile = UserProfile {
            common_name: "Anna Berg".to_owned(),
            address: MailName::new(local, "fabrikam.com"),
            serial: x509::serial(&mut self.rng),
            validity: Validity::of_user(self.now, authority.validity().unwrap()).unwrap(),
            crl_url: None,
            ca_issuers_url: None,
        };
        let issued = if signs {
            authority.issue_signing(&profile, public)
        } else {
            authority.issue_encryption(&profile, public)
        };
        self.issued.push(issued.unwrap());
        self.issued.last().unwrap().clone()
    }

    /// Another authority, with the same name.
    fn foreign(now: UnixTime, spoil: Option<Spoil>) -> Option<(PrivateKey, Vec<u8>)> {
        (spoil == Some(Spoil::Authority)).then(|| Self::new(now, "", 99).ca)
    }

    fn seal(&mut self, key: &PrivateKey, transport: &[u8]) -> Vec<u8> {
        let transport = PublicKey::from_spki(transport).unwrap();
        let signer = (&self.cmp.0, self.cmp.1.as_slice());
        key_package::seal_key(key, signer, &transport, self.now, &mut self.rng).unwrap()
    }

    fn crl(&self) -> Vec<u8> {
        let authority = Authority::new(&self.ca.1, &self.ca.0).unwrap();
        let profile = CrlProfile {
            number: 1,
            this_update: self.now,
            next_update: self.now.plus_days(1),
            entries: &[],
        };
        authority.issue_crl(&profile).unwrap()
    }
}

/// HTTP to the server, without a network.
pub(super) struct Wire(pub(super) Arc<Mutex<KmServer>>);

impl Exchange for Wire {
    fn post(&mut self, _url: &str, request: &[u8]) -> Result<Vec<u8>, String> {
        let mut server = self.0.lock().unwrap();
        let answer = server.answer(request);
        if 0 < server.lost {
            server.lost -= 1;
            return Err("The answer was lost.".to_owned());
        }
        Ok(answer)
    }
}
