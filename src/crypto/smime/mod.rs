//! S/MIME (RFC 8551): messages that other programs' users sign, encrypt and read.

pub mod enveloped;
