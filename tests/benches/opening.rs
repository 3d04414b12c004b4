//! Opening the KM server, without the hash of the startup password.

use divan::Bencher;

use crate::stage::{MANY, crowded, with_crowd};

/// All records are held against the state root.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn mailboxes_2000(bencher: Bencher<'_, '_>) {
    let world = crowded(2_000);
    bencher.bench_local(|| world.open_again().unwrap());
}

/// The records are looked at afterwards.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn mailboxes_100000(bencher: Bencher<'_, '_>) {
    with_crowd(|_made| ());
    bencher.bench_local(|| with_crowd(|world| world.open_again().unwrap()));
}

/// That look, which goes on while people work.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn records_100000(bencher: Bencher<'_, '_>) {
    assert_eq!(MANY, 100_000);
    with_crowd(|_made| ());
    bencher.bench_local(|| {
        with_crowd(|world| {
            world.engine.look_at_records().unwrap();
            world.engine.records().unwrap();
        });
    });
}
