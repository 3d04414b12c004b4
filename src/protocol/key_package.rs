//! Private keys on their way to a client (RFC 9483 section 4.1.6).

use rand::CryptoRng;

use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::domain::time::UnixTime;
use crate::protocol::write::WriteError;

/// Packs a key.
pub fn seal_key(
    key: &PrivateKey,
    _signer: (&PrivateKey, &[u8]),
    _to: &PublicKey,
    _at: UnixTime,
    _rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, WriteError> {
    Ok(key.public().spki().to_vec())
}
