//! The chain of revocations: append-only, each entry naming the hash of the one before and signed
//! by the revocation key, which only a quorum opens. Count and head stand in the state root, so an
//! entry can be neither hidden nor added by whoever writes into the file.

use der::asn1::OctetString;
use der::{Decode as _, Encode as _, Sequence};

use crate::crypto::keypair::{PrivateKey, sha256};
use crate::domain::guard::Guard;
use crate::domain::time::UnixTime;
use crate::engine::error::Error;
use crate::engine::manifest::Manifest;
use crate::engine::state_root::Head;
use crate::store::revocation::{self as table, Stored};
use crate::store::{Reader, Tx};

/// A revoked certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Revocation {
    /// Its serial number.
    pub serial: Vec<u8>,
    /// When it was revoked.
    pub at: UnixTime,
    /// The reason code of RFC 5280 section 5.3.1.
    pub reason: u8,
    /// The user's own signed request; nothing where a quorum revoked.
    pub request: Option<Vec<u8>>,
}

/// Adds an entry at the end of the chain, signed by `key`, the revocation key of `manifest`.
pub fn append(
    tx: &Tx<'_>,
    (manifest, key): (&Manifest, &PrivateKey),
    head: &mut Head,
    revocation: &Revocation,
) -> Result<(), Error> {
    let entry = EntryDer {
        installation: OctetString::new(manifest.installation)?,
        seq: head.count + 1,
        previous: OctetString::new(head.hash)?,
        generation: manifest.generation,
        serial: OctetString::new(revocation.serial.clone())?,
        at: revocation.at.secs(),
        reason: revocation.reason,
        request: revocation
            .request
            .as_ref()
            .map(|der| OctetString::new(der.clone()))
            .transpose()?,
    };
    let body = entry.to_der()?;
    let signature = key.sign(&body)?;
    *head = Head {
        count: entry.seq,
        hash: sha256(&body),
    };
    let seq = i64::try_from(entry.seq).map_err(|_beyond| Error::Unexpected)?;
    table::append(
        tx,
        &Stored {
            seq,
            body,
            signature,
        },
    )?;
    Ok(())
}

/// Every revocation, if the chain is whole, signed, and ends where `head` says.
pub fn load(
    reader: &Reader<'_>,
    manifest: &Manifest,
    head: &Head,
) -> Result<Vec<Revocation>, Error> {
    let generations = manifest.history(reader)?;
    let mut at = Head::default();
    let mut revocations = Vec::new();
    for stored in table::all(reader)? {
        let entry = EntryDer::from_der(&stored.body).map_err(|_der| BAD)?;
        let signer = generations
            .iter()
            .find(|past| past.generation == entry.generation);
        let public = signer
            .ok_or(BAD)?
            .guard(Guard::Revoke)?
            .public
            .as_ref()
            .ok_or(BAD)?;
        let follows = entry.seq == at.count + 1
            && entry.previous.as_bytes() == at.hash
            && entry.installation.as_bytes() == manifest.installation;
        if !follows || public.verify(&stored.body, &stored.signature).is_err() {
            return Err(BAD);
        }
        at = Head {
            count: entry.seq,
            hash: sha256(&stored.body),
        };
        revocations.push(Revocation {
            serial: entry.serial.as_bytes().to_vec(),
            at: UnixTime::from_secs(entry.at),
            reason: entry.reason,
            request: entry.request.map(|der| der.as_bytes().to_vec()),
        });
    }
    if at == *head {
        Ok(revocations)
    } else {
        Err(BAD)
    }
}

const BAD: Error = Error::Tampered("the revocations were changed, hidden, or older ones put back");

/// One entry, as it is signed.
#[derive(Sequence)]
struct EntryDer {
    installation: OctetString,
    seq: u64,
    previous: OctetString,
    generation: u64,
    serial: OctetString,
    at: i64,
    reason: u8,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    request: Option<OctetString>,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;
    use crate::crypto::kdf::{Argon2Params, Salt};
    use crate::domain::key_kind::KeyKind;
    use crate::domain::names::AdministratorName;
    use crate::engine::manifest::{ArchiveEntry, GuardEntry, Seat, SeatKeys, ShareEntry};
    use crate::store::Store;
    use crate::store::test_folder::Folder;

    /// A first manifest that signs itself, all of whose guards have `key`.
    fn manifest(key: &PrivateKey, rng: &mut StdRng) -> Manifest {
        let rsa = PrivateKey::generate(KeyKind::Rsa2048, rng).unwrap();
        let guard = GuardEntry {
            number: 1,
            epoch: 1,
            public: Some(key.public().clone()),
            sealed_key: [0; 32],
            sealed_secret: [0; 32],
            shares: vec![ShareEntry {
                seat: 1,
                x: 1,
                commitment: [0; 32],
            }],
        };
        Manifest {
            installation: [7; 16],
            generation: 1,
            previous: [0; 32],
            seats: vec![Seat {
                id: 1,
                name: AdministratorName::parse("Ada").unwrap(),
                keys: SeatKeys {
                    version: 1,
                    sharing: rsa.public().clone(),
                    signing: key.public().clone(),
                    salt: Salt::random(rng),
                    argon2: Argon2Params::STANDARD,
                },
            }],
            guards: vec![guard; Guard::ALL.len()],
            archive: vec![ArchiveEntry {
                public: rsa.public().clone(),
                sealed: [0; 32],
            }],
        }
    }

    fn revocation(serial: u8) -> Revocation {
        Revocation {
            serial: vec![serial],
            at: UnixTime::from_secs(1_000),
            reason: 1, // keyCompromise
            request: None,
        }
    }

    #[test]
    fn a_chain_reads_back_and_neither_shortens_nor_grows_unnoticed() {
        let mut rng = StdRng::seed_from_u64(1);
        let folder = Folder::new();
        let key = PrivateKey::generate(KeyKind::Ed25519, &mut rng).unwrap();
        let forger = PrivateKey::generate(KeyKind::Ed25519, &mut rng).unwrap();
        let manifest = manifest(&key, &mut rng);
        let mut head = Head::default();
        let (mut store, shorter) = Store::create(&folder.path().join("km.db"), |tx| {
            manifest.append(tx, &key)?;
            append(tx, (&manifest, &key), &mut head, &revocation(1))?;
            let shorter = head;
            append(tx, (&manifest, &key), &mut head, &revocation(2))?;
            Ok::<_, Error>(shorter)
        })
        .unwrap();
        let read =
            |store: &mut Store, head: &Head| store.read(|reader| load(reader, &manifest, head));
        assert_eq!(
            read(&mut store, &head).unwrap(),
            [revocation(1), revocation(2)]
        );
        assert!(read(&mut store, &shorter).is_err(), "an entry too many");
        let mut longer = head;
        store
            .write(|tx| append(tx, (&manifest, &forger), &mut longer, &revocation(3)))
            .unwrap();
        assert!(read(&mut store, &longer).is_err(), "signed by another key");
    }
}
