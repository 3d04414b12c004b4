//! The post office: one Maildir for each user.

pub mod maildir;
pub mod notice;
