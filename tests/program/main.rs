//! The program as a script meets it: the real binary, the real costs, exit status, files and JSON.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a failed unwrap is a failed test"
)]

mod administrators;
mod answers;
mod audit;
mod break_glass;
mod certificates;
mod client;
mod directory;
mod exit_status;
mod killed;
mod mail;
mod mailboxes;
mod openssl_cmp;
mod passwords;
mod revocation;
mod secret_files;
mod send_key;
mod serve;
mod several_programs;
mod startup;
mod tour;
mod trust;
mod window;
mod world;
