//! What strangers may send: cut short, garbled, too large, too deep, too many.

use rand::{Rng as _, RngExt as _};

use super::{SECRET, SUBJECT, element, key, message, rng};
use crate::domain::key_kind::KeyKind;
use crate::protocol::message::{
    Body, CertId, CertReply, CertRequest, CertResponse, Certified, ErrorContent, Failure, InfoItem,
    InfoKind, MAX_MESSAGE, RevocationRequest, Status,
};
use crate::protocol::protect::{MacForm, Protector};
use crate::protocol::read::{ReadError, read, read_header};
use crate::protocol::write::{WriteError, write};

/// Messages with everything in them that a reader looks into.
fn samples() -> Vec<Vec<u8>> {
    let id = || CertId {
        issuer: SUBJECT.to_vec(),
        serial: vec![0x41, 2],
    };
    let own = key(KeyKind::P256, 1);
    let signing = CertRequest::new_signing(0, SUBJECT, Some(id()), &own).unwrap();
    let server_made = CertRequest::new_server_made(1, SUBJECT, None, own.public()).unwrap();
    let reply = CertReply {
        ca_pubs: vec![SUBJECT.to_vec()],
        responses: vec![CertResponse {
            id: 0,
            status: Status::rejected(Failure::BAD_POP, "no"),
            certified: Some(Certified {
                certificate: SUBJECT.to_vec(),
                private_key: Some(SUBJECT.to_vec()),
            }),
        }],
    };
    let revocation = RevocationRequest {
        issuer: SUBJECT.to_vec(),
        serial: vec![1],
        reason: Some(1),
        invalidity: Some(super::now()),
    };
    let items = vec![
        InfoItem::implicit_confirm(),
        InfoItem::question(InfoKind::TRUST_LIST),
    ];
    let by = Protector::Mac {
        secret: SECRET,
        form: MacForm::OURS.answer(),
    };
    [
        Body::Ir(vec![signing, server_made]),
        Body::Ip(reply),
        Body::Rr(vec![revocation]),
        Body::Genm(items),
        Body::Error(ErrorContent::new(Failure::BAD_TIME, "no")),
    ]
    .into_iter()
    .map(|body| write(&message(body), by, &mut rng()).unwrap())
    .collect()
}

#[test]
fn what_is_cut_short_is_no_message() {
    for sample in samples() {
        for length in 0..sample.len() {
            let refused = read(&sample[..length]);
            assert!(matches!(refused, Err(ReadError::Malformed(_))), "{length}");
        }
        let more = [&sample[..], &[0]].concat();
        assert!(matches!(read(&more), Err(ReadError::Malformed(_))));
    }
}

#[test]
fn garbled_messages_never_stop_the_program() {
    let samples = samples();
    let mut rng = rng();
    let mut read_well = 0;
    for _ in 0..20_000 {
        let mut octets = samples[rng.random_range(0..samples.len())].clone();
        for _ in 0..rng.random_range(1..6) {
            let place = rng.random_range(0..octets.len());
            match rng.random_range(0..4) {
                0 => octets[place] = rng.random(),
                1 => octets[place] ^= 1 << rng.random_range(0..8),
                2 => {
                    octets.remove(place);
                }
                _ => octets.insert(place, rng.random()),
            }
        }
        read_well += usize::from(read(&octets).is_ok());
        let _header = read_header(&octets);
    }
    assert!(
        0 < read_well,
        "the changes must not all be caught by the lengths"
    );
    for length in 0..2_000 {
        let mut noise = vec![0; length];
        rng.fill_bytes(&mut noise);
        assert!(read(&noise).is_err());
    }
}

#[test]
fn lengths_that_lie_are_refused_wherever_they_stand() {
    for sample in samples() {
        for place in 1..sample.len() {
            // four GiB, where there may have been a length
            let huge = [0x84, 0xff, 0xff, 0xff, 0xff];
            let lying = [&sample[..place], &huge, &sample[place..]].concat();
            assert!(read(&lying).is_err());
        }
    }
}

#[test]
fn bounds_are_checked_before_work() {
    let large = element(0x30, &vec![0; MAX_MESSAGE]);
    assert_eq!(
        read(&large).unwrap_err(),
        ReadError::TooMuch("more than 1 MiB")
    );

    let deep = (0..1_000).fold(vec![0x05, 0], |inner, _level| element(0x30, &inner));
    assert_eq!(
        read(&deep).unwrap_err(),
        ReadError::TooMuch("nested too deeply")
    );

    // a million octets of the shortest elements there are
    let wide = element(0x30, &[0x05, 0].repeat(MAX_MESSAGE / 2 - 8));
    let refused = ReadError::TooMuch("a list has more than 256 members");
    assert_eq!(read(&wide).unwrap_err(), refused);
    let items = vec![InfoItem::question(InfoKind::CRLS); 257];
    let octets = write(
        &message(Body::Genm(items)),
        Protector::Unprotected,
        &mut rng(),
    )
    .unwrap();
    assert_eq!(read(&octets).unwrap_err(), refused);

    let own = key(KeyKind::P256, 1);
    let request = CertRequest::new_server_made(0, SUBJECT, None, own.public()).unwrap();
    let many = Body::Ir(vec![request; 9]);
    let octets = write(&message(many), Protector::Unprotected, &mut rng()).unwrap();
    assert_eq!(
        read(&octets).unwrap_err(),
        ReadError::TooMuch("more than 8 requests")
    );
}

#[test]
fn transactions_and_nonces_have_their_lengths() {
    for length in [0, 7, 65] {
        let mut short = message(Body::PkiConf);
        short.header.transaction_id = vec![1; length];
        let octets = write(&short, Protector::Unprotected, &mut rng()).unwrap();
        assert_eq!(read(&octets).unwrap_err(), ReadError::Nonce);
        let mut short = message(Body::PkiConf);
        short.header.sender_nonce = vec![1; length];
        let octets = write(&short, Protector::Unprotected, &mut rng()).unwrap();
        assert_eq!(read_header(&octets).unwrap_err(), ReadError::Nonce);
    }
    let mut long = message(Body::PkiConf);
    long.header.sender_kid = Some(vec![1; 257]);
    let octets = write(&long, Protector::Unprotected, &mut rng()).unwrap();
    assert!(matches!(read(&octets), Err(ReadError::TooMuch(_))));
}

#[test]
fn what_is_not_spoken_here_is_told_from_nonsense() {
    let octets = write(&message(Body::PkiConf), Protector::Unprotected, &mut rng()).unwrap();
    let mut old = octets.clone();
    let version = old.windows(3).position(|three| three == [2, 1, 2]).unwrap();
    old[version + 2] = 1;
    assert_eq!(read(&old).unwrap_err(), ReadError::Version(1));
    assert_eq!(
        ReadError::Version(1).failure(),
        Failure::UNSUPPORTED_VERSION
    );
    // pkiConf [19] becomes pollReq [25]
    let mut polling = octets;
    let body = polling
        .windows(4)
        .position(|four| four == [0xb3, 2, 5, 0])
        .unwrap();
    polling[body] = 0xb9;
    let refused = read(&polling).unwrap_err();
    assert_eq!(refused, ReadError::Unsupported("this kind of message"));
    assert!(read_header(&polling).is_ok(), "so that it can be answered");
}

#[test]
fn what_nobody_would_read_is_not_written() {
    let items = vec![InfoItem::new(
        InfoKind::TRUST_LIST,
        element(0x04, &vec![0; MAX_MESSAGE]),
    )];
    let refused = write(
        &message(Body::Genp(items)),
        Protector::Unprotected,
        &mut rng(),
    );
    assert_eq!(refused, Err(WriteError::TooLarge));
    let no_der = vec![InfoItem::new(InfoKind::TRUST_LIST, b"no DER".to_vec())];
    let refused = write(
        &message(Body::Genp(no_der)),
        Protector::Unprotected,
        &mut rng(),
    );
    assert_eq!(refused, Err(WriteError::Encoding));
}
