//! The certificates of Debian's package: judged, asked for, and imported. The bar: less than 0.3 s
//! for the import after the last password.

use std::cell::RefCell;
use std::fs;

use divan::{Bencher, black_box};
use kmadmin::crypto::verify::{self, judge_file};
use kmadmin::domain::guard::Guard;
use kmadmin::domain::progress::Unwatched;
use kmadmin::domain::time::UnixTime;
use kmadmin::engine::authorize::{Approval, Grant};
use kmadmin::engine::trust::ImportCertificates;

use crate::stage::ask_two;
use crate::support::{NAMES, START, World, credential};

const BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";

#[expect(clippy::print_stderr, reason = "what is left out is said")]
fn bundle() -> Option<Vec<u8>> {
    let file = fs::read(BUNDLE).ok();
    if file.is_none() {
        eprintln!("not measured: Debian's ca-certificates are not installed");
    }
    file
}

fn judged(file: &[u8]) -> Vec<verify::Judged> {
    judge_file(file, UnixTime::from_secs(START)).unwrap()
}

fn import(file: &[u8]) -> ImportCertificates {
    let import = ImportCertificates::from_file(BUNDLE, judged(file)).unwrap();
    assert!(100 < import.certificates.len());
    import
}

/// `check-ca`, and what a person sees before anybody types a password.
#[divan::bench]
fn judge(bencher: Bencher<'_, '_>) {
    let Some(file) = bundle() else { return };
    bencher.bench_local(|| judged(black_box(&file)));
}

/// From *Import* to the prompt.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn ask(bencher: Bencher<'_, '_>) {
    let Some(file) = bundle() else { return };
    let mut world = World::new(2);
    bencher
        .with_inputs(|| import(&file))
        .bench_local_values(|import| world.engine.begin(import).unwrap());
}

/// Two administrators have answered.
fn granted(world: &mut World, import: ImportCertificates) -> Grant<ImportCertificates> {
    ask_two(world, Guard::Import);
    let mut quorum = world.engine.begin(import).unwrap();
    for administrator in NAMES {
        match world.engine.present(quorum, &credential(administrator)) {
            Approval::Granted(grant) => return grant,
            Approval::Pending(still, refusal) => {
                assert!(refusal.is_none());
                quorum = still;
            }
        }
    }
    unreachable!("two administrators are enough");
}

/// Into a list that is empty.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn import_after_last_password(bencher: Bencher<'_, '_>) {
    let Some(file) = bundle() else { return };
    bencher
        .with_inputs(|| {
            let mut world = World::new(2);
            let grant = granted(&mut world, import(&file));
            (world, grant)
        })
        .bench_local_values(|(mut world, grant)| {
            let imported = world.engine.execute(grant, &Unwatched).unwrap();
            assert_eq!(imported.present, 0);
            world
        });
}

/// The *Certificate Trust List* page, with the package's certificates on the list.
#[divan::bench]
fn read_list(bencher: Bencher<'_, '_>) {
    let Some(file) = bundle() else { return };
    let mut world = World::new(2);
    let grant = granted(&mut world, import(&file));
    world.engine.execute(grant, &Unwatched).unwrap();
    let world = RefCell::new(world);
    bencher.bench_local(|| world.borrow_mut().engine.trust_list().unwrap());
}
