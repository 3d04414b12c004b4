//! PKCS#12 files (RFC 7292): how keys lie on a user's disk and reach other mail programs, and how
//! the keys of other programs come here.

use crate::crypto::keypair::{KeyError, PrivateKey};

pub use read::read;
pub use write::write;

mod ber_reader;
mod derive;
mod kdf;
mod rc2;
mod read;
mod write;

/// A private key with what belongs to it, to be written.
pub struct Pkcs12Entry<'a> {
    /// What key managers show. Two entries of the same name get a number, and characters beyond
    /// U+FFFF are replaced, because a friendlyName can not hold them.
    pub name: String,
    /// The key.
    pub key: &'a PrivateKey,
    /// The certificate of the key, DER.
    pub certificate: &'a [u8],
    /// The authorities above it, DER, the root last.
    pub chain: &'a [&'a [u8]],
}

/// Why no file was made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Pkcs12Error {
    /// The library could not encrypt it.
    #[error("the PKCS#12 file could not be written")]
    Encoding,
    /// A certificate that can not be read or is for another key.
    #[error("a certificate does not belong to its key")]
    Mismatch,
    /// The password is empty, or has characters that not every program writes the same way.
    #[error(
        "the password of a PKCS#12 file must not be empty, and must do without emoji and other characters beyond U+FFFF"
    )]
    Password,
}

/// What a file holds.
pub struct Pkcs12Contents {
    /// The private keys, in the order of the file.
    pub keys: Vec<Pkcs12Key>,
    /// The certificates that belong to no key of the file, DER, in the order of the file.
    pub chain: Vec<Vec<u8>>,
}

/// A private key of a file.
pub struct Pkcs12Key {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The key.
    pub key: PrivateKey,
    /// The certificate for it, DER, where the file has one.
    pub certificate: Option<Vec<u8>>,
}

/// Why a file was not read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Pkcs12ReadError {
    /// A key that is not of our kinds, or damaged.
    #[error("a private key in the file can not be used: {0}")]
    Key(KeyError),
    /// Not PKCS#12, or damaged.
    #[error("this is not a PKCS#12 file, or it is damaged")]
    Malformed,
    /// The password does not fit.
    #[error("the password is wrong")]
    Password,
    /// More than the program is willing to read.
    #[error("the PKCS#12 file is larger than {} MiB", MAX_FILE >> 20)]
    TooLarge,
    /// So many iterations that opening it would take minutes.
    #[error("the PKCS#12 file asks for more work than the program is willing to do")]
    TooMuchWork,
    /// Nothing protects it against changes.
    #[error(
        "the PKCS#12 file is not protected against changes, so nobody can tell whose keys it holds; export it again with a password"
    )]
    Unprotected,
    /// A form that is not used here, in words.
    #[error("the PKCS#12 file uses {0}, which is not known here")]
    Unsupported(String),
}

/// Octets of the largest file: a thousand keys of RSA-4096 with their certificates have 5 MB.
pub const MAX_FILE: usize = 16 << 20;

#[cfg(test)]
#[expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed unwrap is a failed test"
)]
mod tests;
