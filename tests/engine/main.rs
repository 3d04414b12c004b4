//! Behaviour through the engine.
#![expect(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a failed unwrap is a failed test, and tests document themselves by their names"
)]

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "the other test programs use the rest")]
mod support;

mod enrol;
