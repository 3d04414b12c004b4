//! The vocabulary: values that cannot block and know of no database, window or network.

pub mod address;
pub mod credential;
pub mod guard;
pub mod key_kind;
pub mod listing;
pub mod mailbox;
pub mod names;
pub mod place;
pub mod progress;
pub mod reason;
pub mod secret;
pub mod state;
pub mod temporary_key;
pub mod time;
