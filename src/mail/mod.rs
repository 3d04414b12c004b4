//! Mail: messages in and out, and the post office with a Maildir for each user.

pub mod compose;
pub mod entity;
pub mod maildir;
pub mod message;
pub mod notice;
pub mod post_office;
