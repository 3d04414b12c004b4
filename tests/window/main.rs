//! Behaviour through the window: the real engine and the real painting, without a display.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    unreachable_pub,
    reason = "a failed unwrap is a failed test, and tests document themselves by their names"
)]

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "the other test programs use the rest")]
mod support;

mod busy;
mod client;
mod desktop;
mod hand_over;
mod import_cancelled;
mod lists;
mod numbers;
mod people;
mod recover;
mod revoke;
mod screen;
mod secrets;
mod sessions;
mod sheets;
mod start;
mod twice;
mod wizard;
