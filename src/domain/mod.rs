//! The vocabulary: values that cannot block and know of no database, window or network.

pub mod address;
pub mod listing;
pub mod mailbox;
pub mod names;
pub mod place;
pub mod progress;
pub mod secret;
pub mod time;
