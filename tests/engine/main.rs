//! Behaviour through the engine.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a failed unwrap is a failed test, and tests document themselves by their names"
)]

mod answer_attacks;
mod answer_lost;
mod answer_mail;
mod answer_openssl;
mod answer_program;
mod answer_recovery;
mod answer_set_up;
mod answer_states;
mod answer_strangers;
mod approvals;
mod burglar;
#[path = "../support/mod.rs"]
mod support;
mod thief;

mod cancel;
mod client_crash;
mod client_life;
mod client_secrets;
mod enrol;
mod interop;
mod krp_judged;
mod main_job;
mod old_copies;
mod outside;
mod quorum;
mod red_answer;
mod red_audit;
mod red_history;
mod red_records;
mod red_revocations;
mod red_startup;
mod red_team;
mod red_trust;
mod revoke;
mod rotation;
mod seats;
mod secrets;
mod several_programs;
mod too_few;
