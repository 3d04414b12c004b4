//! Pages of a list of 100,000 mailboxes, and what is found in it letter by letter. A frame has
//! 16 ms, and no page is read while painting.

use divan::{Bencher, black_box};
use kmadmin::domain::listing::{Column, Listing, Position, Scope};

use crate::stage::{MANY, with_crowd};

/// More rows than a window shows.
const ROWS: u32 = 100;

fn page(bencher: Bencher<'_, '_>, listing: &Listing, position: &Position) {
    with_crowd(|_made| ());
    bencher.bench_local(|| {
        with_crowd(|world| {
            let page = world
                .engine
                .mailboxes(black_box(listing), position, ROWS)
                .unwrap();
            assert_ne!(page.rows.len(), 0);
            page
        })
    });
}

fn offset(position: usize) -> Position {
    Position::Offset(u64::try_from(position).unwrap())
}

/// Where a page ends that begins at `position`.
fn after(listing: &Listing, position: usize) -> Position {
    let page = with_crowd(|world| world.engine.mailboxes(listing, &offset(position), ROWS));
    Position::After(page.unwrap().next.unwrap())
}

const PLACES: [usize; 3] = [0, MANY / 2, MANY - 200];

/// Turned page by page: the way of scrolling.
#[divan::bench(args = PLACES, sample_size = 1)]
fn next_page(bencher: Bencher<'_, '_>, place: usize) {
    let listing = Listing::by_name(Scope::All);
    page(bencher, &listing, &after(&listing, place));
}

/// The same in the order of another column.
#[divan::bench(args = PLACES, sample_size = 1)]
fn next_page_by_department(bencher: Bencher<'_, '_>, place: usize) {
    let listing = Listing {
        column: Column::Department,
        ..Listing::by_name(Scope::All)
    };
    page(bencher, &listing, &after(&listing, place));
}

/// Jumped to, with the thumb of the scroll bar.
#[divan::bench(args = PLACES, sample_size = 1)]
fn jump(bencher: Bencher<'_, '_>, place: usize) {
    page(bencher, &Listing::by_name(Scope::All), &offset(place));
}

/// The first page of what is found, after each letter.
#[divan::bench(args = ["m", "mü", "mül", "müller, j", "p0999", "花", "müller grażyna"], sample_size = 1)]
fn find(bencher: Bencher<'_, '_>, typed: &str) {
    let listing = Listing {
        find: typed.to_owned(),
        ..Listing::by_name(Scope::All)
    };
    page(bencher, &listing, &Position::Start);
}

/// How many that are, for the status bar.
#[divan::bench(args = ["", "m", "mül", "müller, j", "p0999"], sample_size = 1)]
fn count(bencher: Bencher<'_, '_>, typed: &str) {
    let listing = Listing {
        find: typed.to_owned(),
        ..Listing::by_name(Scope::All)
    };
    with_crowd(|_made| ());
    bencher.bench_local(|| {
        with_crowd(|world| world.engine.count_mailboxes(black_box(&listing)).unwrap())
    });
}
