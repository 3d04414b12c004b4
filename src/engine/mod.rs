//! What the KM server can do.

pub mod people_file;
pub mod people_import;
