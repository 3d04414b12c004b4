//! What people type and are told, the same in every window of both programs.

pub mod chosen;
pub mod commands;
pub mod draft;
pub mod message;
pub mod typed;
pub mod words;
