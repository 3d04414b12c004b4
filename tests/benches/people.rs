//! A CSV file of 2,000 people becomes mailboxes. The bar: less than 0.5 s in all.

use std::cell::RefCell;

use divan::Bencher;
use kmadmin::domain::progress::Unwatched;

use crate::stage::csv;
use crate::support::World;

const PEOPLE: usize = 2_000;

/// Read, planned and imported.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn plan_and_import(bencher: Bencher<'_, '_>) {
    let file = csv(PEOPLE);
    bencher
        .with_inputs(|| World::new(1))
        .bench_local_values(|mut world| {
            let plan = world.engine.plan_import(&file).unwrap();
            let made = world.engine.import(&plan, &Unwatched).unwrap();
            assert_eq!(made, 2_000);
            world
        });
}

/// What the person waits for before confirming.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn plan(bencher: Bencher<'_, '_>) {
    let file = csv(PEOPLE);
    let world = RefCell::new(World::new(1));
    bencher.bench_local(|| world.borrow_mut().engine.plan_import(&file).unwrap());
}
