//! Paints [`crate::app`] and reports what the person does; it decides nothing and touches no file.

mod contents_pane;
mod dialogs;
mod menu;
mod panes;
mod sheets;
mod start;
mod status;
mod tree_pane;
mod window;
mod wizard;

pub use window::{Window, run};
