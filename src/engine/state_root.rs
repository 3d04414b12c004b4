//! The state root: version, count and head of everything that is kept in many rows, sealed under
//! the server key and replaced in every transaction, so that a row which was removed, put back or
//! moved by another program shows.

use der::asn1::OctetString;
use der::{Decode as _, Encode as _, Sequence};
use rand::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::crypto::keypair::sha256;
use crate::crypto::mac::hmac_sha256;
use crate::domain::secret::SecretBytes;
use crate::engine::error::Error;
use crate::engine::manifest::Hash;

/// What the whole of the store was at the end of the last act.
pub struct StateRoot {
    /// One more at every act.
    pub version: u64,
    /// SHA-256 of the newest manifest.
    pub manifest: Hash,
    /// SHA-256 of what the seats have said of their keys since.
    pub statements: Hash,
    /// The trust list.
    pub trust_list: Head,
    /// The settings.
    pub settings: Head,
    /// The chain of revocations.
    pub revocations: Head,
    /// The audit.
    pub audit: Head,
    /// The mailbox records.
    pub records: RecordSet,
}

/// How far a list or chain has come.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Head {
    /// Its version, or the number of its entries.
    pub count: u64,
    /// SHA-256 of the object, or of the last entry with the link before it.
    pub hash: Hash,
}

/// A keyed hash of a set, which costs the same to bring up to date however large the set is: the
/// sum, modulo 2^256, of HMAC-SHA-256 over each element (Clarke and others 2003, `MSet-Add-Hash`).
///
/// The key and the sum stand only inside the sealed state root, so whoever writes into the file can
/// neither compute a term nor see the sum change.
#[derive(Eq, PartialEq, Zeroize, ZeroizeOnDrop)]
pub struct RecordSet {
    key: Hash,
    /// How many elements.
    pub count: u64,
    sum: Hash,
}

impl RecordSet {
    /// The empty set, under a new key.
    pub fn empty(rng: &mut dyn CryptoRng) -> Self {
        let mut key = [0; 32];
        rng.fill_bytes(&mut key);
        Self {
            key,
            count: 0,
            sum: [0; 32],
        }
    }

    /// The empty set under the same key, to be filled again and compared.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self {
            key: self.key,
            count: 0,
            sum: [0; 32],
        }
    }

    /// Adds the record of a mailbox.
    pub fn add(&mut self, guid: &[u8; 16], sealed: &[u8]) {
        self.count = self.count.wrapping_add(1);
        self.sum = added(&self.sum, &self.term(guid, sealed));
    }

    /// Takes the record of a mailbox out.
    pub fn remove(&mut self, guid: &[u8; 16], sealed: &[u8]) {
        self.count = self.count.wrapping_sub(1);
        self.sum = added(&self.sum, &negated(&self.term(guid, sealed)));
    }

    fn term(&self, guid: &[u8; 16], sealed: &[u8]) -> Hash {
        hmac_sha256(&self.key, &[guid, &sha256(sealed)])
    }
}

/// The sum modulo 2^256, little end first.
fn added(left: &Hash, right: &Hash) -> Hash {
    let mut sum = [0; 32];
    let mut carry = 0_u16;
    for ((place, &left), &right) in sum.iter_mut().zip(left).zip(right) {
        let total = u16::from(left) + u16::from(right) + carry;
        let [low, high] = total.to_le_bytes();
        *place = low;
        carry = u16::from(high);
    }
    sum
}

/// What gives 0 when it is added: the complement of two.
fn negated(value: &Hash) -> Hash {
    let mut one = [0; 32];
    if let Some(first) = one.first_mut() {
        *first = 1;
    }
    added(&value.map(|octet| !octet), &one)
}

impl StateRoot {
    /// The DER form, which is sealed.
    pub fn to_der(&self) -> Result<SecretBytes, Error> {
        let der = StateRootDer {
            version: self.version,
            manifest: OctetString::new(self.manifest)?,
            statements: OctetString::new(self.statements)?,
            trust_list: head(&self.trust_list)?,
            settings: head(&self.settings)?,
            revocations: head(&self.revocations)?,
            audit: head(&self.audit)?,
            records_key: OctetString::new(self.records.key)?,
            records_count: self.records.count,
            records_sum: OctetString::new(self.records.sum)?,
        };
        Ok(SecretBytes::new(der.to_der()?))
    }

    /// Reads the DER form.
    pub fn from_der(octets: &[u8]) -> Result<Self, Error> {
        let root = StateRootDer::from_der(octets).map_err(|_der| BAD)?;
        Ok(Self {
            version: root.version,
            manifest: hash(&root.manifest)?,
            statements: hash(&root.statements)?,
            trust_list: read_head(&root.trust_list)?,
            settings: read_head(&root.settings)?,
            revocations: read_head(&root.revocations)?,
            audit: read_head(&root.audit)?,
            records: RecordSet {
                key: hash(&root.records_key)?,
                count: root.records_count,
                sum: hash(&root.records_sum)?,
            },
        })
    }
}

const BAD: Error = Error::Tampered("the state root can not be read");

#[derive(Sequence)]
struct StateRootDer {
    version: u64,
    manifest: OctetString,
    statements: OctetString,
    trust_list: HeadDer,
    settings: HeadDer,
    revocations: HeadDer,
    audit: HeadDer,
    records_key: OctetString,
    records_count: u64,
    records_sum: OctetString,
}

#[derive(Sequence)]
struct HeadDer {
    count: u64,
    hash: OctetString,
}

fn head(head: &Head) -> Result<HeadDer, Error> {
    Ok(HeadDer {
        count: head.count,
        hash: OctetString::new(head.hash)?,
    })
}

fn read_head(der: &HeadDer) -> Result<Head, Error> {
    Ok(Head {
        count: der.count,
        hash: hash(&der.hash)?,
    })
}

fn hash(octets: &OctetString) -> Result<Hash, Error> {
    octets.as_bytes().try_into().map_err(|_length| BAD)
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;

    #[test]
    fn the_set_hash_does_not_care_for_order_and_forgets_what_is_removed() {
        let mut one = RecordSet::empty(&mut StdRng::seed_from_u64(1));
        let mut other = one.emptied();
        one.add(&[1; 16], b"a");
        one.add(&[2; 16], b"b");
        one.add(&[3; 16], b"c");
        one.remove(&[2; 16], b"b");
        other.add(&[3; 16], b"c");
        other.add(&[1; 16], b"a");
        assert!(one == other);
    }

    #[test]
    fn exchanged_records_give_another_hash() {
        let mut one = RecordSet::empty(&mut StdRng::seed_from_u64(1));
        let mut other = one.emptied();
        one.add(&[1; 16], b"a");
        one.add(&[2; 16], b"b");
        other.add(&[1; 16], b"b");
        other.add(&[2; 16], b"a");
        assert!(one != other);
    }
}
