//! How long things take, at the costs and amounts of real use.
//!
//! `cargo bench` measures; `cargo bench -- --test` runs everything once, to see that it runs;
//! `cargo bench -- list` measures what has *list* in its name. A few figures have a bar, which
//! stands beside them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a failed unwrap is a failed bench, and benches document themselves by their names"
)]

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "the other test programs use the rest")]
mod support;

#[path = "../engine/answer_program.rs"]
#[expect(dead_code, reason = "the tests through the engine use the rest")]
mod answer_program;
mod audit;
mod frame;
mod list;
mod messages;
mod opening;
mod password;
mod people;
mod record;
mod stage;
mod trust;

fn main() {
    divan::main();
}
