//! Protection holds: nothing can be changed, nothing weak is computed, answers are never weaker.

use der::asn1::{Any, BitString};
use der::{Decode as _, Encode as _};

use super::{SECRET, SUBJECT, certificate, element, key, message, rng};
use crate::crypto::hash::Hash;
use crate::domain::key_kind::KeyKind;
use crate::protocol::asn1::body::PkiMessage;
use crate::protocol::asn1::header::PkiHeader;
use crate::protocol::asn1::mac;
use crate::protocol::message::{
    Body, CertRequest, CertStatus, Failure, InfoItem, InfoKind, Message, Name, Possession, Status,
};
use crate::protocol::possession::PossessionError;
use crate::protocol::protect::{DerivedMac, MacForm, ProtectionError, ProtectionKind, Protector};
use crate::protocol::read::{Received, read};
use crate::protocol::write::write;

const fn password_based(owf: Hash, mac: Hash, iterations: u32) -> MacForm {
    MacForm::PasswordBasedMac {
        owf,
        mac,
        iterations,
    }
}

const fn pbmac1(prf: Hash, mac: Hash, iterations: u32) -> MacForm {
    MacForm::Pbmac1 {
        prf,
        mac,
        iterations,
    }
}

/// An `ir` with this MAC.
fn with_mac(derived: &DerivedMac) -> Received {
    let octets = write(&question(), Protector::Unprotected, &mut rng()).unwrap();
    let mut whole = PkiMessage::from_der(&octets).unwrap();
    let header = PkiHeader::from_der(&whole.header.to_der().unwrap()).unwrap();
    let algorithm = mac::write(derived).unwrap();
    let header = PkiHeader::from_value(&header.into_value().unwrap(), 2, Some(algorithm)).unwrap();
    whole.header = Any::encode_from(&header).unwrap();
    whole.protection = Some(BitString::from_bytes(&[7; 32]).unwrap());
    read(&whole.to_der().unwrap()).unwrap()
}

fn question() -> Message {
    message(Body::Genm(vec![InfoItem::question(InfoKind::CA_CERTS)]))
}

/// Changes every octet in turn; what can still be read must not verify.
fn nothing_can_be_changed(
    octets: &[u8],
    verify: impl Fn(&Received) -> Result<(), ProtectionError>,
) {
    assert_eq!(verify(&read(octets).unwrap()), Ok(()));
    let mut readable = 0;
    for place in 0..octets.len() {
        for bit in [1, 0x20, 0x80] {
            let mut changed = octets.to_vec();
            changed[place] ^= bit;
            if let Ok(received) = read(&changed) {
                readable += 1;
                assert!(verify(&received).is_err(), "octet {place}");
            }
        }
    }
    assert!(octets.len() < readable, "{readable}");
}

#[test]
fn no_octet_under_a_mac_can_be_changed() {
    let hashes = Hash::Sha256;
    for form in [
        password_based(hashes, hashes, 100),
        pbmac1(hashes, hashes, 100),
    ] {
        let by = Protector::Mac {
            secret: SECRET,
            form,
        };
        let octets = write(&question(), by, &mut rng()).unwrap();
        nothing_can_be_changed(&octets, |received| received.verify_mac(SECRET));
    }
}

#[test]
fn no_octet_under_a_signature_can_be_changed() {
    let signer = key(KeyKind::P256, 1);
    let by = Protector::Signature {
        key: &signer,
        certificate: &certificate(&signer),
    };
    let octets = write(&question(), by, &mut rng()).unwrap();
    // extraCerts is not protected (RFC 9810 section 5.1.3): left out here
    let mut whole = PkiMessage::from_der(&octets).unwrap();
    whole.extra_certs = None;
    let octets = whole.to_der().unwrap();
    nothing_can_be_changed(&octets, |received| {
        received.verify_signature(signer.public())
    });
}

#[test]
fn a_signed_message_names_its_signer() {
    for kind in [KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384] {
        let signer = key(kind, 1);
        let certificate = certificate(&signer);
        let by = Protector::Signature {
            key: &signer,
            certificate: &certificate,
        };
        let received = read(&write(&question(), by, &mut rng()).unwrap()).unwrap();
        let header = &received.message.header;
        assert!(matches!(&header.sender, Name::Directory(_)));
        assert_eq!(
            header.sender_kid.as_deref(),
            Some(&signer.public().key_identifier()[..])
        );
        assert_eq!(received.message.extra_certs, [certificate]);
        assert_eq!(received.protection(), ProtectionKind::Signature);
        assert_eq!(received.verify_signature(signer.public()), Ok(()));
        let other = key(kind, 2);
        let wrong = Err(ProtectionError::Wrong);
        assert_eq!(received.verify_signature(other.public()), wrong);
        let of_another_kind = key(KeyKind::Ed25519, 1);
        assert_eq!(received.verify_signature(of_another_kind.public()), wrong);
        assert_eq!(received.verify_mac(SECRET), Err(ProtectionError::Kind));
    }
}

#[test]
fn parameters_beyond_the_bounds_are_never_computed() {
    let sha256 = Hash::Sha256;
    let derived = |form, salt: usize, key_length| DerivedMac {
        form,
        salt: vec![1; salt],
        key_length,
    };
    for wrong in [
        derived(password_based(sha256, sha256, 99), 16, 0),
        derived(password_based(sha256, sha256, 100_001), 16, 0),
        derived(password_based(sha256, sha256, u32::MAX), 16, 0),
        derived(password_based(Hash::Sha1, sha256, 500), 16, 0),
        derived(password_based(sha256, sha256, 500), 7, 0),
        derived(password_based(sha256, sha256, 500), 129, 0),
        derived(pbmac1(sha256, sha256, 100_001), 16, 32),
        // a sender who may choose a key of one octet guesses the MAC
        derived(pbmac1(sha256, sha256, 500), 16, 1),
        derived(pbmac1(sha256, sha256, 500), 16, 19),
        derived(pbmac1(sha256, sha256, 500), 16, 65),
    ] {
        let received = with_mac(&wrong);
        let kind = received.protection();
        assert!(matches!(kind, ProtectionKind::Unsupported(_)), "{wrong:?}");
        let refused = received.verify_mac(SECRET);
        assert!(matches!(refused, Err(ProtectionError::Unsupported(_))));
        assert_eq!(received.mac_form(), None);
    }
    // what OpenSSL 3.0 sends, and PBMAC1 with its DEFAULT pseudo-random function
    for right in [
        derived(password_based(sha256, Hash::Sha1, 500), 16, 0),
        derived(pbmac1(Hash::Sha1, sha256, 500), 8, 20),
    ] {
        let received = with_mac(&right);
        assert_eq!(received.protection(), ProtectionKind::Mac);
        assert_eq!(received.verify_mac(SECRET), Err(ProtectionError::Wrong));
    }
}

#[test]
fn an_answer_is_of_the_same_form_and_never_weaker() {
    let asked = password_based(Hash::Sha256, Hash::Sha1, 500);
    let answer = asked.answer();
    assert_eq!(answer, password_based(Hash::Sha256, Hash::Sha256, 10_000));
    assert!(answer.is_at_least(asked));
    assert!(!asked.is_at_least(answer));
    let asked = pbmac1(Hash::Sha512, Hash::Sha512, 100_000);
    assert_eq!(asked.answer(), asked);
    assert!(asked.is_at_least(asked));
    assert!(!pbmac1(Hash::Sha256, Hash::Sha512, 100_000).is_at_least(asked));
    assert!(!pbmac1(Hash::Sha512, Hash::Sha256, 100_000).is_at_least(asked));
    assert!(!pbmac1(Hash::Sha512, Hash::Sha512, 99_999).is_at_least(asked));
    let other_kind = password_based(Hash::Sha512, Hash::Sha512, 100_000);
    assert!(!other_kind.is_at_least(asked));
}

#[test]
fn a_proof_is_good_for_its_request_and_key_only() {
    for kind in [
        KeyKind::Rsa2048,
        KeyKind::P256,
        KeyKind::P384,
        KeyKind::Ed25519,
    ] {
        let own = key(kind, 1);
        let request = CertRequest::new_signing(0, SUBJECT, None, &own).unwrap();
        assert_eq!(request.prove().as_ref(), Ok(own.public()));
        assert!(!request.wants_server_made());
        let other = CertRequest::new_signing(1, SUBJECT, None, &own).unwrap();
        let stolen = CertRequest {
            possession: other.possession,
            ..request.clone()
        };
        assert_eq!(stolen.prove(), Err(PossessionError::Wrong));
        let absent = CertRequest {
            possession: Possession::Absent,
            ..request.clone()
        };
        assert_eq!(absent.prove(), Err(PossessionError::Missing));
        let claimed = CertRequest {
            possession: Possession::RaVerified,
            ..request
        };
        let refused = claimed.prove();
        assert!(matches!(refused, Err(PossessionError::Unsupported(_))));
    }
}

/// RFC 4211 section 4.1: poposkInput proves something about other octets than the request's.
#[test]
fn a_proof_over_other_octets_than_the_request_is_refused() {
    let own = key(KeyKind::P256, 1);
    let mut request = CertRequest::new_signing(0, SUBJECT, None, &own).unwrap();
    let Possession::Signature {
        algorithm,
        signature,
    } = &request.possession
    else {
        unreachable!("it is signed");
    };
    let bits = element(0x03, &[&[0], &signature[..]].concat());
    let input = element(0xa0, SUBJECT);
    let proof = element(0xa1, &[&input[..], algorithm, &bits].concat());
    request.possession = Possession::Other(proof.clone());
    let octets = write(
        &message(Body::Ir(vec![request])),
        Protector::Unprotected,
        &mut rng(),
    );
    let Body::Ir(requests) = read(&octets.unwrap()).unwrap().message.body else {
        unreachable!("an ir was written");
    };
    assert_eq!(requests[0].possession, Possession::Other(proof));
    let refused = requests[0].prove();
    assert!(matches!(refused, Err(PossessionError::Unsupported(_))));
}

#[test]
fn a_request_whose_key_the_server_makes_proves_nothing() {
    let transport = key(KeyKind::Rsa2048, 1);
    let mut request = CertRequest::new_server_made(1, SUBJECT, None, transport.public()).unwrap();
    assert_eq!(
        request.transport_key.as_deref(),
        Some(transport.public().spki())
    );
    assert!(request.wants_server_made());
    assert_eq!(request.prove(), Err(PossessionError::Missing));
    // rsaEncryption with an empty BIT STRING: the algorithm alone is asked for
    let named = [
        0x30, 0x12, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0, 3,
        1, 0,
    ];
    request.template.public_key = Some(named.to_vec());
    assert!(request.wants_server_made());
}

#[test]
fn a_confirmation_fits_its_certificate_only() {
    for (kind, length) in [
        (KeyKind::P256, 32),
        (KeyKind::P384, 48),
        (KeyKind::Rsa2048, 32),
    ] {
        let own = certificate(&key(kind, 1));
        let status = CertStatus::for_certificate(&own, 5).unwrap();
        assert_eq!((status.hash.len(), status.request_id), (length, 5));
        assert!(status.fits(&own) && status.is_wanted());
        assert!(!status.fits(&certificate(&key(kind, 2))));
        assert!(!status.fits(b"no certificate"));
        let with_another_hash = CertStatus {
            hash: Hash::Sha512.digest(&own),
            hash_alg: Some(Hash::Sha512),
            ..status.clone()
        };
        assert!(with_another_hash.fits(&own));
        let refused = CertStatus {
            status: Some(Status::rejected(
                Failure::INCORRECT_DATA,
                "not what was asked for",
            )),
            ..status
        };
        assert!(!refused.is_wanted());
    }
    assert_eq!(CertStatus::for_certificate(b"no certificate", 0), None);
}

#[test]
fn the_same_content_has_the_same_hash_and_no_other() {
    let hash = |message| {
        let octets = write(&message, Protector::Unprotected, &mut rng()).unwrap();
        read(&octets).unwrap().content_hash()
    };
    assert_eq!(hash(question()), hash(question()));
    let mut other = question();
    other.header.sender_nonce[0] ^= 1;
    assert_ne!(hash(question()), hash(other));
}
