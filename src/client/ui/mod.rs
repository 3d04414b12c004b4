//! Paints [`crate::client::app`] and reports what the person does; it decides nothing and touches no
//! file.

mod compose;
mod dialogs;
mod inbox;
mod menu;
mod options;
mod people;
mod reading;
mod window;

pub use window::{Window, run};
