//! Mail: messages in and out, and the post office with a Maildir for each user.

mod bounds;
pub mod compose;
mod decode;
mod encode;
pub mod entity;
mod field;
mod file_name;
mod html;
pub mod maildir;
pub mod message;
mod multipart;
pub mod post_office;

#[cfg(test)]
mod tests;
