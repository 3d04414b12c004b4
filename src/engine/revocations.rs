//! The chain of revocations: append-only, each entry naming the hash of the one before and its
//! authority: the revocation key, which only a quorum opens, the approval of a recovery, the user's
//! own signed request, or the user's temporary key.
//! Count and head stand in the state root, so an entry can be neither hidden nor added by whoever
//! writes into the file.

pub(super) mod by_recovery;
mod by_temporary_key;
mod by_user;

use std::collections::BTreeMap;

use der::asn1::OctetString;
use der::{Decode as _, Encode as _, Sequence};

use crate::crypto::keypair::{PrivateKey, sha256};
use crate::domain::guard::Guard;
use crate::domain::reason::RevocationReason;
use crate::domain::time::UnixTime;
use crate::engine::act::Charter;
use crate::engine::error::Error;
use crate::engine::manifest::{InstallationId, Manifest};
use crate::engine::settings::Settings;
use crate::engine::state_root::{Head, StateRoot};
use crate::store::revocation::{self as table, Stored};
use crate::store::{Reader, Tx};

pub use by_recovery::append_by_recovery;
pub use by_temporary_key::{append_by_temporary_key, report};
pub use by_user::append_by_user;

/// A revoked certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Revocation {
    /// Its serial number.
    pub serial: Vec<u8>,
    /// When it was revoked.
    pub at: UnixTime,
    /// Why.
    pub reason: RevocationReason,
    /// Since when its key is not to be trusted (RFC 5280 section 5.3.2), if that is known.
    pub invalidity: Option<UnixTime>,
    /// Who revoked it.
    pub authority: Authority,
}

/// Under whose authority a certificate was revoked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Authority {
    /// A quorum's: the entry is signed by the key that its passwords opened.
    Quorum,
    /// That of a recovery because a device was lost.
    Recovery {
        /// The row of the audit that holds the approvals.
        row: u64,
    },
    /// The user's own, who had a temporary key and no certificate to sign with.
    TemporaryKey {
        /// The row of the audit in which the KM server says so.
        row: u64,
    },
    /// The user's own.
    User {
        /// The serial number of the certificate whose key signed the request.
        signer: Vec<u8>,
        /// The request, a CMP message, as it came.
        request: Vec<u8>,
    },
}

/// Adds an entry at the end of the chain. Where a quorum revokes, `key` is the revocation key of
/// `manifest`.
pub fn append(
    tx: &Tx<'_>,
    (manifest, key): (&Manifest, Option<&PrivateKey>),
    head: &mut Head,
    revocation: &Revocation,
) -> Result<(), Error> {
    let (recovery, user, temporary_key) = match &revocation.authority {
        Authority::Quorum => (None, None, None),
        Authority::Recovery { row } => (Some(*row), None, None),
        Authority::TemporaryKey { row } => (None, None, Some(*row)),
        Authority::User { signer, request } => {
            let user = UserDer {
                signer: OctetString::new(signer.clone())?,
                request: OctetString::new(request.clone())?,
            };
            (None, Some(user), None)
        }
    };
    let entry = EntryDer {
        installation: OctetString::new(manifest.installation)?,
        seq: head.count + 1,
        previous: OctetString::new(head.hash)?,
        generation: manifest.generation,
        serial: OctetString::new(revocation.serial.clone())?,
        at: revocation.at.secs(),
        reason: revocation.reason.code(),
        invalidity: revocation.invalidity.map(UnixTime::secs),
        recovery,
        user,
        temporary_key,
    };
    let body = entry.to_der()?;
    let signature = match (&revocation.authority, key) {
        (Authority::Quorum, Some(key)) => key.sign(&body)?,
        (Authority::Quorum, None) => return Err(Error::Unexpected),
        (
            Authority::Recovery { .. } | Authority::TemporaryKey { .. } | Authority::User { .. },
            _,
        ) => Vec::new(),
    };
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

/// Every revocation, if the chain is whole, each entry has its authority, and it ends where the
/// state root says.
pub fn load(
    reader: &Reader<'_>,
    charter: &Charter,
    root: &StateRoot,
) -> Result<Vec<Revocation>, Error> {
    let settings = Settings::load(reader, charter, root)?;
    let authority = &settings.ca_certificate;
    verified(reader, (&charter.manifest, authority), &root.revocations)
}

/// The revocations by serial number, if the chain is whole and ends where `head` says. Quicker than
/// [`load`]: the state root vouches for the entries, their own authorities are not looked at.
pub fn by_serial(
    reader: &Reader<'_>,
    installation: InstallationId,
    head: &Head,
) -> Result<BTreeMap<Vec<u8>, Revocation>, Error> {
    let links = walk(reader, installation, head)?;
    let keyed = |link: Link| {
        let revocation = link.entry.revocation()?;
        Ok((revocation.serial.clone(), revocation))
    };
    links.into_iter().map(keyed).collect()
}

fn verified(
    reader: &Reader<'_>,
    (manifest, authority): (&Manifest, &[u8]),
    head: &Head,
) -> Result<Vec<Revocation>, Error> {
    let generations = manifest.history(reader)?;
    let mut revocations: Vec<Revocation> = Vec::new();
    for link in walk(reader, manifest.installation, head)? {
        let generation = link.entry.generation;
        let revocation = link.entry.revocation()?;
        match &revocation.authority {
            Authority::Quorum => {
                let past = generations
                    .iter()
                    .find(|past| past.generation == generation);
                let public = past.ok_or(BAD)?.guard(Guard::Revoke)?.public.as_ref();
                let signed = public
                    .ok_or(BAD)?
                    .verify(&link.stored.body, &link.stored.signature);
                signed.map_err(|_signature| BAD)?;
            }
            // All of one row together, below.
            Authority::Recovery { .. } | Authority::TemporaryKey { .. } => (),
            Authority::User { signer, request } => {
                let by = (signer.as_slice(), request.as_slice());
                by_user::check(reader, authority, by, &revocation, &revocations)
                    .map_err(|_refused| BAD)?;
            }
        }
        revocations.push(revocation);
    }
    let mut recoveries: BTreeMap<u64, Vec<&Revocation>> = BTreeMap::new();
    let mut reports: BTreeMap<u64, Vec<&Revocation>> = BTreeMap::new();
    for revocation in &revocations {
        match revocation.authority {
            Authority::Recovery { row } => recoveries.entry(row).or_default().push(revocation),
            Authority::TemporaryKey { row } => reports.entry(row).or_default().push(revocation),
            Authority::Quorum | Authority::User { .. } => (),
        }
    }
    for (row, entries) in recoveries {
        by_recovery::check(reader, &generations, row, &entries)?;
    }
    for (row, entries) in reports {
        by_temporary_key::check(reader, row, &entries)?;
    }
    Ok(revocations)
}

/// An entry with its stored form.
struct Link {
    stored: Stored,
    entry: EntryDer,
}

/// Every entry, if each follows the one before and the last is the one that `head` names.
fn walk(
    reader: &Reader<'_>,
    installation: InstallationId,
    head: &Head,
) -> Result<Vec<Link>, Error> {
    let mut at = Head::default();
    let mut links = Vec::new();
    for stored in table::all(reader)? {
        let entry = EntryDer::from_der(&stored.body).map_err(|_der| BAD)?;
        let follows = entry.seq == at.count + 1
            && entry.previous.as_bytes() == at.hash
            && entry.installation.as_bytes() == installation;
        if !follows {
            return Err(BAD);
        }
        at = Head {
            count: entry.seq,
            hash: sha256(&stored.body),
        };
        links.push(Link { stored, entry });
    }
    if at == *head { Ok(links) } else { Err(BAD) }
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
    invalidity: Option<i64>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    recovery: Option<u64>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    user: Option<UserDer>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    temporary_key: Option<u64>,
}

#[derive(Sequence)]
struct UserDer {
    signer: OctetString,
    request: OctetString,
}

impl EntryDer {
    fn revocation(self) -> Result<Revocation, Error> {
        Ok(Revocation {
            serial: self.serial.into_bytes().into(),
            at: UnixTime::from_secs(self.at),
            reason: RevocationReason::from_code(self.reason).ok_or(BAD)?,
            invalidity: self.invalidity.map(UnixTime::from_secs),
            authority: match (self.recovery, self.user, self.temporary_key) {
                (None, None, None) => Authority::Quorum,
                (Some(row), None, None) => Authority::Recovery { row },
                (None, None, Some(row)) => Authority::TemporaryKey { row },
                (None, Some(user), None) => Authority::User {
                    signer: user.signer.into_bytes().into(),
                    request: user.request.into_bytes().into(),
                },
                (_, _, _) => return Err(BAD),
            },
        })
    }
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
            reason: RevocationReason::KeyCompromise,
            invalidity: Some(UnixTime::from_secs(900)),
            authority: Authority::Quorum,
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
            append(tx, (&manifest, Some(&key)), &mut head, &revocation(1))?;
            let shorter = head;
            append(tx, (&manifest, Some(&key)), &mut head, &revocation(2))?;
            Ok::<_, Error>(shorter)
        })
        .unwrap();
        let read = |store: &mut Store, head: &Head| {
            store.read(|reader| verified(reader, (&manifest, &[]), head))
        };
        assert_eq!(
            read(&mut store, &head).unwrap(),
            [revocation(1), revocation(2)]
        );
        assert!(read(&mut store, &shorter).is_err(), "an entry too many");
        let mut longer = head;
        store
            .write(|tx| append(tx, (&manifest, Some(&forger)), &mut longer, &revocation(3)))
            .unwrap();
        assert!(read(&mut store, &longer).is_err(), "signed by another key");
    }
}
