//! OpenSSL's CMP client and its mock server, neither of which opens a socket here, read us and are read.

use der::{Decode as _, Encode as _};

use super::{SECRET, SUBJECT, key, message, now, rng};
use crate::crypto::certificate::Certificate;
use crate::crypto::judge::{Judgement, Scratch, judge};
use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::domain::key_kind::KeyKind;
use crate::protocol::asn1::body::{PkiBody, PkiMessage};
use crate::protocol::asn1::header::PkiHeader;
use crate::protocol::message::{
    Body, CertId, CertReply, CertRequest, CertResponse, Certified, ErrorContent, Failure, InfoItem,
    InfoKind, Message, Name, RevocationReply, RevocationRequest, Status,
};
use crate::protocol::pkcs10;
use crate::protocol::protect::{MacForm, ProtectionKind, Protector};
use crate::protocol::read::{Received, read};
use crate::protocol::write::write;

/// A folder with a client's and a server's key and certificate.
struct Desk {
    scratch: Scratch,
    client: PrivateKey,
    client_certificate: Vec<u8>,
    server: PrivateKey,
    server_certificate: Vec<u8>,
}

impl Desk {
    /// `None` where OpenSSL is not installed.
    fn new(test: &str, client: KeyKind, server: KeyKind) -> Option<Self> {
        let scratch = Scratch::new(test);
        let (client, server) = (key(client, 1), key(server, 2));
        let certificate = |name: &str, key: &PrivateKey| {
            let file = scratch.file(&format!("{name}.key"), key.pkcs8().expose());
            let subject = format!("/CN={name}");
            let place = scratch.file(&format!("{name}.crt"), b"");
            let request = [
                "req", "-x509", "-subj", &subject, "-days", "9", "-key", &file,
            ];
            let made = judge("openssl", &[&request[..], &["-out", &place]].concat(), b"")?;
            assert!(made.accepted, "{}", made.said);
            let read = ["x509", "-outform", "DER", "-in", &place];
            Some(judge("openssl", &read, b"")?.output)
        };
        let client_certificate = certificate("client", &client)?;
        let server_certificate = certificate("server", &server)?;
        Some(Self {
            scratch,
            client,
            client_certificate,
            server,
            server_certificate,
        })
    }

    fn path(&self, name: &str) -> String {
        self.scratch.path(name)
    }

    /// Runs the client with its mock server.
    fn cmp(&self, arguments: &str) -> Option<Judgement> {
        let folder = self.scratch.path("");
        let arguments = arguments.replace('@', &folder);
        let all: Vec<&str> = ["cmp", "-config", "", "-verbosity", "7"]
            .into_iter()
            .chain(arguments.split_whitespace())
            .collect();
        judge("openssl", &all, b"")
    }

    /// The messages the last run left behind.
    fn left(&self, names: &[&str]) -> Vec<Vec<u8>> {
        let read = |name: &&str| std::fs::read(self.path(name)).unwrap();
        names.iter().map(read).collect()
    }

    /// The key that must have signed a message that was sent by the one or the other.
    fn signer(&self, received: &Received) -> &PublicKey {
        let subject = Certificate::from_der(&self.client_certificate).unwrap();
        let client = Name::Directory(subject.subject_der().to_vec());
        if received.message.header.sender == client {
            self.client.public()
        } else {
            self.server.public()
        }
    }
}

/// Reads what OpenSSL wrote, checks its protection, and writes its header and body again.
fn check(octets: &[u8], desk: &Desk) -> Received {
    let received = read(octets).unwrap();
    match received.protection() {
        ProtectionKind::Mac => {
            assert_eq!(received.verify_mac(SECRET), Ok(()));
            assert!(received.verify_mac(b"another secret").is_err());
        }
        ProtectionKind::Signature => {
            let signer = desk.signer(&received);
            assert_eq!(received.verify_signature(signer), Ok(()));
        }
        ProtectionKind::None | ProtectionKind::Unsupported(_) => {
            assert!(
                matches!(received.message.body, Body::Error(_)),
                "{received:?}"
            );
        }
    }
    let whole = PkiMessage::from_der(octets).unwrap();
    assert_eq!(whole.to_der().unwrap(), octets);
    let header = PkiHeader::from_der(&whole.header.to_der().unwrap()).unwrap();
    let (pvno, algorithm) = (header.pvno, header.protection_alg.clone());
    let again = PkiHeader::from_value(&header.into_value().unwrap(), pvno, algorithm).unwrap();
    assert_eq!(again.to_der().unwrap(), whole.header.to_der().unwrap());
    let again = PkiBody::from_value(&received.message.body).unwrap();
    assert_eq!(again.to_der().unwrap(), whole.body.to_der().unwrap());
    received
}

/// Both sides protect with a MAC.
const BY_SECRET: &str = "-use_mock_srv -srv_ref server -srv_secret pass:K7QM-2D4X-PW9R-3HTC \
     -secret pass:K7QM-2D4X-PW9R-3HTC -ref a@example.org -recipient /CN=server \
     -trusted @server.crt -rsp_cert @client.crt -rsp_capubs @server.crt -certout @got";

/// Both sides sign.
const BY_KEY: &str = "-use_mock_srv -srv_cert @server.crt -srv_key @server.key \
     -srv_trusted @client.crt -cert @client.crt -key @client.key -oldcert @client.crt \
     -recipient /CN=server -trusted @server.crt -rsp_cert @client.crt -certout @got";

#[test]
fn enrolment_by_openssl_is_read_verified_and_written_again_octet_by_octet() {
    for (kind, more) in [
        (KeyKind::Rsa2048, "-days 10"),
        (KeyKind::P256, "-mac hmacWithSHA256 -sans a@example.org"),
        (
            KeyKind::Ed25519,
            "-digest sha512 -geninfo 1.2.3.4:int:56789",
        ),
        (KeyKind::P384, "-digest sha384"),
    ] {
        let Some(desk) = Desk::new(&format!("cmp-enrol-{kind:?}"), kind, KeyKind::P256) else {
            return;
        };
        let run = format!(
            "-cmd ir -newkey @client.key -subject /CN=client {BY_SECRET} {more} \
             -reqout @ir,@certconf -rspout @ip,@pkiconf"
        );
        let run = desk.cmp(&run).unwrap();
        assert!(run.accepted, "{}", run.said);
        let left = desk.left(&["ir", "ip", "certconf", "pkiconf"]);
        let all: Vec<Received> = left.iter().map(|octets| check(octets, &desk)).collect();
        let [ir, ip, certconf, pkiconf] = &all[..] else {
            unreachable!("four were read");
        };
        let (Body::Ir(requests), Body::Ip(reply)) = (&ir.message.body, &ip.message.body) else {
            unreachable!("{ir:?} {ip:?}");
        };
        assert_eq!(requests[0].prove().unwrap(), *desk.client.public());
        assert!(ip.message.header.answers(&ir.message.header));
        let Body::CertConf(confirmed) = &certconf.message.body else {
            unreachable!("{certconf:?}");
        };
        let certified = reply.responses[0].certified.as_ref().unwrap();
        if kind != KeyKind::Ed25519 {
            // OpenSSL 3.0 hashes such a certificate with SHA-256, before RFC 9481 said SHA-512
            assert!(confirmed[0].fits(&certified.certificate));
        }
        assert!(confirmed[0].is_wanted());
        assert!(!confirmed[0].fits(&desk.server_certificate));
        assert_eq!(pkiconf.message.body, Body::PkiConf);
    }
}

#[test]
fn proofs_that_are_none_are_read_and_refused() {
    let Some(desk) = Desk::new("cmp-popo", KeyKind::Rsa2048, KeyKind::P256) else {
        return;
    };
    for popo in ["-1", "0", "2"] {
        let run = format!(
            "-cmd ir -popo {popo} -accept_raverified -newkey @client.key -subject /CN=client {BY_SECRET} \
             -implicit_confirm -grant_implicitconf -reqout @ir -rspout @ip"
        );
        assert!(desk.cmp(&run).is_some());
        let ir = check(&desk.left(&["ir"])[0], &desk);
        assert!(ir.message.header.implicit_confirm());
        let Body::Ir(requests) = ir.message.body else {
            unreachable!("an ir was asked for");
        };
        assert!(requests[0].prove().is_err(), "{popo}");
    }
}

#[test]
fn everything_signed_by_openssl_is_read_verified_and_written_again() {
    for (client, server) in [
        (KeyKind::Rsa2048, KeyKind::P256),
        (KeyKind::P256, KeyKind::Rsa2048),
        (KeyKind::P384, KeyKind::P384),
    ] {
        // OpenSSL 3.0 does not sign messages with Ed25519
        let Some(desk) = Desk::new(&format!("cmp-signed-{client:?}"), client, server) else {
            return;
        };
        let request = desk.scratch.file("request", b"");
        let client_key = desk.path("client.key");
        let made = ["req", "-new", "-subj", "/CN=client", "-key", &client_key];
        judge("openssl", &[&made[..], &["-out", &request]].concat(), b"").unwrap();
        for (command, count) in [
            ("kur -newkey @client.key", 2),
            ("cr -newkey @client.key -subject /CN=client", 2),
            ("p10cr -csr @request", 2),
            ("rr -revreason 1", 1),
            ("genm -infotype signKeyPairTypes", 1),
            ("genm -digest sha384", 1),
        ] {
            let names = ["q1", "q2", "p1", "p2"];
            let run = format!("-cmd {command} {BY_KEY} -reqout @q1,@q2 -rspout @p1,@p2");
            let run = desk.cmp(&run).unwrap();
            assert!(run.accepted, "{command}: {}", run.said);
            let names = if count == 2 {
                &names[..]
            } else {
                &["q1", "p1"]
            };
            for octets in desk.left(names) {
                let received = check(&octets, &desk);
                if let Body::P10cr(request) = &received.message.body {
                    let read = pkcs10::read(request).unwrap();
                    assert_eq!(read.public, *desk.client.public());
                }
                if let Body::Rr(requests) = &received.message.body {
                    let own = Certificate::from_der(&desk.client_certificate).unwrap();
                    assert_eq!(requests[0].serial, own.serial());
                    assert_eq!(requests[0].issuer, own.issuer_der());
                    assert_eq!(requests[0].reason, Some(1));
                }
            }
        }
    }
}

#[test]
fn refusals_of_openssl_say_why() {
    let Some(desk) = Desk::new("cmp-refusal", KeyKind::P256, KeyKind::P256) else {
        return;
    };
    let run = format!("-cmd genm {BY_SECRET} -send_error -rspout @error");
    assert!(!desk.cmp(&run).unwrap().accepted);
    let error = check(&desk.left(&["error"])[0], &desk).message.body;
    assert!(matches!(error, Body::Error(_)), "{error:?}");
    let run = format!(
        "-cmd ir -newkey @client.key -subject /CN=client {BY_SECRET} \
         -pkistatus 2 -failure 23 -statusstring Closed -rspout @ip"
    );
    assert!(!desk.cmp(&run).unwrap().accepted);
    let Body::Ip(reply) = check(&desk.left(&["ip"])[0], &desk).message.body else {
        unreachable!("an ip was asked for");
    };
    let status = &reply.responses[0].status;
    assert_eq!(status.failure.names(), ["notAuthorized"]);
    assert_eq!(status.text, ["Closed"]);
    assert!(!status.is_granted());
}

/// Our requests are put to the mock server instead of OpenSSL's own.
#[test]
fn openssls_server_takes_our_requests() {
    for (client, server) in [
        (KeyKind::Rsa2048, KeyKind::P256),
        (KeyKind::P256, KeyKind::Rsa2048),
        (KeyKind::P384, KeyKind::P256),
    ] {
        let Some(desk) = Desk::new(&format!("cmp-ours-{client:?}"), client, server) else {
            return;
        };
        let own = Certificate::from_der(&desk.client_certificate).unwrap();
        let id = CertId {
            issuer: own.issuer_der().to_vec(),
            serial: own.serial().to_vec(),
        };
        let requests = |old| vec![CertRequest::new_signing(0, SUBJECT, old, &desk.client).unwrap()];
        let revocation = RevocationRequest {
            issuer: id.issuer.clone(),
            serial: id.serial.clone(),
            reason: Some(4),
            invalidity: None,
        };
        let by_key = Protector::Signature {
            key: &desk.client,
            certificate: &desk.client_certificate,
        };
        let by_secret = Protector::Mac {
            secret: SECRET,
            form: MacForm::OURS,
        };
        let nothing = vec![InfoItem::question(InfoKind::CA_CERTS)];
        for (command, ours, by, shape) in [
            ("ir", Body::Ir(requests(None)), by_secret, BY_SECRET),
            ("kur", Body::Kur(requests(Some(id))), by_key, BY_KEY),
            ("rr", Body::Rr(vec![revocation]), by_key, BY_KEY),
            ("genm", Body::Genm(nothing), by_secret, BY_SECRET),
        ] {
            let octets = write(&message(ours), by, &mut rng()).unwrap();
            desk.scratch.file("ours", &octets);
            let run = format!(
                "-cmd {command} -newkey @client.key -subject /CN=A {shape} -disable_confirm \
                 -grant_implicitconf -reqin @ours -rspout @answer"
            );
            let run = desk.cmp(&run).unwrap();
            assert!(run.accepted, "{command}: {}", run.said);
            let answer = check(&desk.left(&["answer"])[0], &desk);
            assert_eq!(answer.message.header.transaction_id, [1; 16], "{command}");
        }
    }
}

/// Our answers are put to OpenSSL's client instead of its server's.
#[test]
fn openssls_client_takes_our_answers() {
    for server in [
        KeyKind::P256,
        KeyKind::Rsa2048,
        KeyKind::P384,
        KeyKind::Ed25519,
    ] {
        let Some(desk) = Desk::new(&format!("cmp-answers-{server:?}"), KeyKind::P256, server)
        else {
            return;
        };
        let by_key = Protector::Signature {
            key: &desk.server,
            certificate: &desk.server_certificate,
        };
        for (command, body) in answers(&desk) {
            for (by, shape) in [(None, BY_SECRET), (Some(by_key), BY_KEY)] {
                let asked = format!(
                    "-cmd {command} -newkey @client.key -subject /CN=client -implicit_confirm {shape} \
                     -oldcert @client.crt -reqout @asked"
                );
                desk.cmp(&asked).unwrap();
                let asked = check(&desk.left(&["asked"])[0], &desk);
                let by = by.unwrap_or_else(|| Protector::Mac {
                    secret: SECRET,
                    form: asked.mac_form().unwrap().answer(),
                });
                let mut header = asked.message.header.answer([3; 16], now());
                if asked.message.header.implicit_confirm() {
                    header.general_info = vec![InfoItem::implicit_confirm()];
                }
                let answer = Message {
                    header,
                    body: body.clone(),
                    extra_certs: Vec::new(),
                };
                let octets = write(&answer, by, &mut rng()).unwrap();
                desk.scratch.file("answer", &octets);
                let shape = shape.replace("-use_mock_srv", "");
                let run = format!(
                    "-cmd {command} -newkey @client.key -subject /CN=client -implicit_confirm {shape} \
                     -oldcert @client.crt -rspin @answer"
                );
                let run = desk.cmp(&run).unwrap();
                let is_refusal = matches!(body, Body::Error(_));
                assert_eq!(
                    run.accepted, !is_refusal,
                    "{command} {server:?}: {}",
                    run.said
                );
                assert_eq!(run.said.contains("come back tomorrow"), is_refusal);
            }
        }
    }
}

/// One answer to each command of the client.
fn answers(desk: &Desk) -> Vec<(&'static str, Body)> {
    let reply = CertReply {
        ca_pubs: vec![],
        responses: vec![CertResponse {
            id: 0,
            status: Status::accepted(),
            certified: Some(Certified {
                certificate: desk.client_certificate.clone(),
                private_key: None,
            }),
        }],
    };
    let revoked = RevocationReply {
        statuses: vec![Status::accepted()],
        ids: vec![],
        crls: vec![],
    };
    let refused = ErrorContent::new(
        Failure::SYSTEM_UNAVAIL | Failure::NOT_AUTHORIZED,
        "come back tomorrow",
    );
    vec![
        ("ir", Body::Ip(reply.clone())),
        ("kur", Body::Kup(reply)),
        ("rr", Body::Rp(revoked)),
        ("genm", Body::Genp(vec![])),
        ("genm", Body::Error(refused)),
    ]
}
