//! The audit: a row by itself, rows in bulk, and the look through all of them.

use std::cell::RefCell;

use divan::Bencher;
use kmadmin::crypto::keypair::PrivateKey;
use kmadmin::domain::key_kind::KeyKind;
use kmadmin::domain::progress::Unwatched;
use kmadmin::domain::time::UnixTime;
use kmadmin::engine::administer::ShareAnew;
use kmadmin::engine::audit::{AuditVerdict, Outcome, Report, Verification, append};
use kmadmin::engine::error::Error;
use kmadmin::engine::state_root::Head;
use kmadmin::store::Store;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::support::{Folder, START, World};

const ROWS: u64 = 10_000;

fn key() -> PrivateKey {
    PrivateKey::generate(KeyKind::Ed25519, &mut StdRng::seed_from_u64(1)).unwrap()
}

/// A database with `rows` rows in the audit, and their head.
fn audit(folder: &Folder, key: &PrivateKey, rows: u64) -> (Store, Head) {
    let made = Store::create(&folder.path().join("km.db"), |tx| {
        let mut head = Head::default();
        for row in 0..rows {
            let report = Report {
                who: "Ada".to_owned(),
                act: "Make a mailbox".to_owned(),
                subject: format!("Jürgen Müller <p{row}@example.com>"),
                outcome: Outcome::Done,
                detail: String::new(),
            };
            let signer = (key, UnixTime::from_secs(START));
            append(tx, &mut head, signer, &report, None)?;
        }
        Ok::<_, Error>(head)
    });
    made.unwrap()
}

/// An act that does nothing but its row: two syncs of the disk are most of it.
#[divan::bench(sample_size = 1)]
fn one_row(bencher: Bencher<'_, '_>) {
    let world = RefCell::new(World::new(1));
    bencher
        .with_inputs(|| world.borrow_mut().engine.begin(ShareAnew).unwrap())
        .bench_local_values(|quorum| world.borrow_mut().engine.abandon(quorum).unwrap());
}

/// In one transaction.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn append_10000(bencher: Bencher<'_, '_>) {
    let key = key();
    bencher
        .with_inputs(Folder::new)
        .bench_local_values(|folder| {
            let made = audit(&folder, &key, ROWS);
            (made, folder)
        });
}

/// `audit verify`.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn verify_10000(bencher: Bencher<'_, '_>) {
    let key = key();
    let folder = Folder::new();
    let (mut store, head) = audit(&folder, &key, ROWS);
    bencher.bench_local(|| {
        let mut pass = store
            .read(|reader| Verification::begin(reader, (key.public(), Vec::new()), None))
            .unwrap();
        let verdict = loop {
            let step = store.read(|reader| pass.go_on(reader, &head, &Unwatched));
            if let Some(verdict) = step.unwrap() {
                break verdict;
            }
        };
        assert!(matches!(verdict, AuditVerdict::Intact { rows: ROWS, .. }));
    });
}
