//! The vocabulary: values that cannot block and know of no database, window or network.

pub mod key_kind;
pub mod progress;
pub mod secret;
pub mod time;
