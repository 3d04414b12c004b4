//! Every kind of message, whatever is in it, reads back as it was written.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{SECRET, SUBJECT, key, message, rng};
use crate::crypto::hash::Hash;
use crate::domain::key_kind::KeyKind;
use crate::domain::time::UnixTime;
use crate::protocol::message::{
    Body, CertId, CertReply, CertRequest, CertResponse, CertStatus, Certified, ErrorContent,
    Failure, Header, InfoItem, InfoKind, KeyRecovery, Message, Name, PkiStatus, RevocationReply,
    RevocationRequest, Status,
};
use crate::protocol::protect::{MacForm, Protector};
use crate::protocol::read::{read, read_header};
use crate::protocol::write::write;

/// A SEQUENCE that holds an OCTET STRING, as certificates, keys and names do not look into each other.
fn sequence() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..100).prop_map(|content| {
        let inner = [&[0x04, u8::try_from(content.len()).unwrap()], &content[..]].concat();
        [&[0x30, u8::try_from(inner.len()).unwrap()], &inner[..]].concat()
    })
}

/// The contents octets of a positive INTEGER.
fn serial() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..19).prop_map(|tail| [&[0x41], &tail[..]].concat())
}

fn text() -> impl Strategy<Value = Vec<String>> {
    vec("[a-zäß鍵]{0,12}", 0..4)
}

fn moment() -> impl Strategy<Value = UnixTime> {
    // 1970 to 2106, on both sides of the change from UTCTime to GeneralizedTime
    (0_u32..).prop_map(|seconds| UnixTime::from_secs(i64::from(seconds)))
}

fn status() -> impl Strategy<Value = Status> {
    let status = prop::sample::select(PkiStatus::ALL.to_vec());
    let failure = any::<u32>().prop_map(Failure::from_bits);
    (status, text(), failure).prop_map(|(status, text, failure)| Status {
        status,
        text,
        failure,
    })
}

fn cert_id() -> impl Strategy<Value = CertId> {
    (sequence(), serial()).prop_map(|(issuer, serial)| CertId { issuer, serial })
}

fn certified() -> impl Strategy<Value = Certified> {
    (sequence(), option::of(sequence())).prop_map(|(certificate, private_key)| Certified {
        certificate,
        private_key,
    })
}

fn requests() -> impl Strategy<Value = Vec<CertRequest>> {
    let (signing, transport) = (key(KeyKind::P256, 1), key(KeyKind::P384, 2));
    let one = (any::<i64>(), option::of(cert_id()), any::<bool>());
    let one = one.prop_map(move |(id, old, server_made)| {
        if server_made {
            CertRequest::new_server_made(id, SUBJECT, old, transport.public()).unwrap()
        } else {
            CertRequest::new_signing(id, SUBJECT, old, &signing).unwrap()
        }
    });
    vec(one, 1..4)
}

fn reply() -> impl Strategy<Value = CertReply> {
    let one = (any::<i64>(), status(), option::of(certified()));
    let one = one.prop_map(|(id, status, certified)| CertResponse {
        id,
        status,
        certified,
    });
    (vec(sequence(), 0..3), vec(one, 0..4))
        .prop_map(|(ca_pubs, responses)| CertReply { ca_pubs, responses })
}

fn recovery() -> impl Strategy<Value = KeyRecovery> {
    let parts = (
        status(),
        option::of(sequence()),
        vec(sequence(), 0..3),
        vec(certified(), 0..5),
    );
    parts.prop_map(
        |(status, signing_certificate, ca_certs, history)| KeyRecovery {
            status,
            signing_certificate,
            ca_certs,
            history,
        },
    )
}

fn revocation() -> impl Strategy<Value = RevocationRequest> {
    let parts = (
        sequence(),
        serial(),
        option::of(any::<u8>()),
        option::of(moment()),
    );
    parts.prop_map(|(issuer, serial, reason, invalidity)| RevocationRequest {
        issuer,
        serial,
        reason,
        invalidity,
    })
}

fn revoked() -> impl Strategy<Value = RevocationReply> {
    (
        vec(status(), 0..3),
        vec(cert_id(), 0..3),
        vec(sequence(), 0..3),
    )
        .prop_map(|(statuses, ids, crls)| RevocationReply {
            statuses,
            ids,
            crls,
        })
}

fn confirmation() -> impl Strategy<Value = CertStatus> {
    let hash = prop::sample::select(vec![Hash::Sha256, Hash::Sha384, Hash::Sha512]);
    let parts = (
        vec(any::<u8>(), 0..65),
        any::<i64>(),
        option::of(status()),
        option::of(hash),
    );
    parts.prop_map(|(hash, request_id, status, hash_alg)| CertStatus {
        hash,
        request_id,
        status,
        hash_alg,
    })
}

fn items() -> impl Strategy<Value = Vec<InfoItem>> {
    let kind = prop::sample::select(vec![
        InfoKind::CA_CERTS,
        InfoKind::CRLS,
        InfoKind::TRUST_LIST,
        InfoKind::GO_TO_KEY_RECOVERY,
    ]);
    let item = (kind, option::of(sequence())).prop_map(|(kind, value)| InfoItem { kind, value });
    vec(item, 0..4)
}

fn refusal() -> impl Strategy<Value = ErrorContent> {
    (status(), option::of(any::<i64>()), text()).prop_map(|(status, code, details)| ErrorContent {
        status,
        code,
        details,
    })
}

fn body() -> impl Strategy<Value = Body> {
    prop_oneof![
        requests().prop_map(Body::Ir),
        reply().prop_map(Body::Ip),
        requests().prop_map(Body::Cr),
        reply().prop_map(Body::Cp),
        sequence().prop_map(Body::P10cr),
        requests().prop_map(Body::Kur),
        reply().prop_map(Body::Kup),
        requests().prop_map(Body::Krr),
        recovery().prop_map(Body::Krp),
        vec(revocation(), 1..4).prop_map(Body::Rr),
        revoked().prop_map(Body::Rp),
        vec(confirmation(), 0..4).prop_map(Body::CertConf),
        Just(Body::PkiConf),
        items().prop_map(Body::Genm),
        items().prop_map(Body::Genp),
        refusal().prop_map(Body::Error),
    ]
}

fn name() -> impl Strategy<Value = Name> {
    prop_oneof![
        Just(Name::Empty),
        sequence().prop_map(Name::Directory),
        "[a-z]{1,20}@example[.]org".prop_map(Name::Mail),
        // a registeredID and a URI
        Just(Name::Other(vec![0x88, 1, 0x2a])),
        Just(Name::Other(vec![0x86, 2, b'a', b':'])),
    ]
}

fn header() -> impl Strategy<Value = Header> {
    let random = || vec(any::<u8>(), 8..65);
    let kid = || option::of(vec(any::<u8>(), 0..257));
    let who = (name(), name(), option::of(moment()), kid(), kid());
    let which = (random(), random(), option::of(random()), text(), items());
    (who, which).prop_map(|(who, which)| Header {
        sender: who.0,
        recipient: who.1,
        time: who.2,
        sender_kid: who.3,
        recip_kid: who.4,
        transaction_id: which.0,
        sender_nonce: which.1,
        recip_nonce: which.2,
        free_text: which.3,
        general_info: which.4,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn every_message_reads_back(header in header(), body in body(), extra_certs in vec(sequence(), 0..3)) {
        let written = Message { header, body, extra_certs };
        let form = MacForm::Pbmac1 { prf: Hash::Sha256, mac: Hash::Sha384, iterations: 100 };
        let by = Protector::Mac { secret: SECRET, form };
        let octets = write(&written, by, &mut rng()).unwrap();
        prop_assert_eq!(&read_header(&octets).unwrap(), &written.header);
        let received = read(&octets).unwrap();
        prop_assert_eq!(&received.message, &written);
        prop_assert_eq!(received.verify_mac(SECRET), Ok(()));
        let unprotected = write(&written, Protector::Unprotected, &mut rng()).unwrap();
        prop_assert_eq!(read(&unprotected).unwrap().message, written);
    }
}

#[test]
fn version_three_is_claimed_only_where_it_is_used() {
    let version = |body| {
        let octets = write(&message(body), Protector::Unprotected, &mut rng()).unwrap();
        // SEQUENCE, SEQUENCE, INTEGER: the lengths take one to three octets each
        let at = octets.windows(3).position(|three| three[..2] == [2, 1]);
        octets[at.unwrap() + 2]
    };
    let certified = |private_key| Certified {
        certificate: vec![0x30, 0],
        private_key,
    };
    let krp = |key| KeyRecovery {
        status: Status::accepted(),
        signing_certificate: None,
        ca_certs: vec![],
        history: vec![certified(key)],
    };
    let confirmation = |hash_alg| CertStatus {
        hash: vec![1],
        request_id: 0,
        status: None,
        hash_alg,
    };
    assert_eq!(version(Body::PkiConf), 2);
    assert_eq!(version(Body::Krp(krp(None))), 2);
    assert_eq!(version(Body::Krp(krp(Some(vec![0x30, 0])))), 3);
    assert_eq!(version(Body::CertConf(vec![confirmation(None)])), 2);
    let with_hash = confirmation(Some(Hash::Sha512));
    assert_eq!(version(Body::CertConf(vec![with_hash])), 3);
}

#[test]
fn an_answer_returns_what_the_question_brought() {
    let asked = message(Body::PkiConf).header;
    let answer = asked.answer([9; 16], UnixTime::from_secs(5));
    assert_eq!(answer.sender, asked.recipient);
    assert_eq!(answer.recipient, asked.sender);
    assert_eq!(answer.sender_kid, asked.sender_kid);
    assert!(answer.answers(&asked));
    assert!(!asked.answers(&answer));
}

#[test]
fn failure_bits_are_those_of_the_standard() {
    let octets = |failure| {
        let error = Body::Error(ErrorContent::new(failure, "no"));
        write(&message(error), Protector::Unprotected, &mut rng()).unwrap()
    };
    // badPOP is bit 9, and trailing zero bits are cut (X.690 section 11.2.2)
    let bad_pop = octets(Failure::BAD_POP);
    assert!(
        bad_pop.ends_with(&[0x03, 0x03, 0x06, 0x00, 0x40]),
        "{bad_pop:02x?}"
    );
    let first = octets(Failure::BAD_ALG);
    assert!(first.ends_with(&[0x03, 0x02, 0x07, 0x80]), "{first:02x?}");
    let none = octets(Failure::NONE);
    assert!(none.ends_with(b"no"), "{none:02x?}");
    let both = Failure::BAD_POP | Failure::DUPLICATE_CERT_REQ;
    assert_eq!(both.names(), ["badPOP", "duplicateCertReq"]);
    assert!(both.contains(Failure::BAD_POP) && !Failure::BAD_POP.contains(both));
}
