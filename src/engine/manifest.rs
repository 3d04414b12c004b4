//! The manifest: who the administrators are, how many each act asks for, and every public key and
//! share that belongs to it. It is the root of trust, and its own root lies in the passwords.
//!
//! Each generation is signed by the policy key of the one before; the first signs itself. Every
//! seat remembers, under its password, the last generation it saw and its hash (its [`Pins`]), so
//! whoever writes into the file can not put another manifest in front of it.

use der::asn1::OctetString;
use der::{Decode as _, Encode as _, Sequence};

use crate::crypto::kdf::{Argon2Params, Salt};
use crate::crypto::keypair::{PrivateKey, PublicKey, sha256};
use crate::domain::guard::{Guard, Numbers};
use crate::domain::names::AdministratorName;
use crate::engine::error::Error;
use crate::store::{Reader, Tx, manifest as table};

/// The octets of an installation's identifier, made at set-up.
pub type InstallationId = [u8; 16];

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// One generation of the manifest.
#[derive(Clone)]
pub struct Manifest {
    /// Which installation it is of.
    pub installation: InstallationId,
    /// 1, 2, 3 …
    pub generation: u64,
    /// SHA-256 of the generation before; zeros in the first.
    pub previous: Hash,
    /// The administrators' seats, by number.
    pub seats: Vec<Seat>,
    /// The guards, in the order of [`Guard::ALL`].
    pub guards: Vec<GuardEntry>,
    /// The archive keys, oldest first; writes go to the last.
    pub archive: Vec<ArchiveEntry>,
}

/// An administrator's seat.
#[derive(Clone)]
pub struct Seat {
    /// Its number, never used again.
    pub id: i64,
    /// Whose it is.
    pub name: AdministratorName,
    /// Its public keys and how its password becomes a key.
    pub keys: SeatKeys,
}

impl Seat {
    /// Whether its administrator has opened it once; before, it counts towards nothing.
    pub fn is_accepted(&self) -> bool {
        0 < self.keys.version
    }
}

/// The public half of a seat.
#[derive(Clone)]
pub struct SeatKeys {
    /// 0 until the administrator has accepted; one more at each change of password.
    pub version: u32,
    /// RSA: shares are sealed to it.
    pub sharing: PublicKey,
    /// Ed25519: approvals verify under it.
    pub signing: PublicKey,
    /// With the password, gives the key the private halves are sealed under.
    pub salt: Salt,
    /// What that derivation costs.
    pub argon2: Argon2Params,
}

/// What belongs to a guard.
#[derive(Clone)]
pub struct GuardEntry {
    /// How many passwords the act asks for.
    pub number: u8,
    /// One more whenever the secret is made anew.
    pub epoch: u32,
    /// The public half of the guard's signing key; *recover* has archive keys instead.
    pub public: Option<PublicKey>,
    /// SHA-256 of the sealed signing key; zeros where there is none.
    pub sealed_key: Hash,
    /// SHA-256 of the secret sealed under that of *administer*; zeros for *administer* itself.
    pub sealed_secret: Hash,
    /// Which seat has which share.
    pub shares: Vec<ShareEntry>,
}

/// A share's place and the hash that shows it unchanged.
#[derive(Clone)]
pub struct ShareEntry {
    /// The seat.
    pub seat: i64,
    /// The share's number.
    pub x: u8,
    /// SHA-256 of the share's content; it tells nothing, because a share is 256 random bits.
    pub commitment: Hash,
}

/// An archive key.
#[derive(Clone)]
pub struct ArchiveEntry {
    /// Archived keys are sealed to it.
    pub public: PublicKey,
    /// SHA-256 of its sealed private half.
    pub sealed: Hash,
}

/// What a seat last knew of the manifest.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Pins {
    /// The generation.
    pub generation: u64,
    /// SHA-256 of that generation, and so of the policy key that signs the next.
    pub hash: Hash,
}

impl Manifest {
    /// The newest generation as it stands in the file; the caller compares [`Self::hash`] with the
    /// state root, and seats compare their pins.
    pub fn newest(reader: &Reader<'_>) -> Result<Self, Error> {
        let stored = table::newest(reader)?.ok_or(Error::Tampered("the manifest is missing"))?;
        Self::from_der(&stored.body)
    }

    /// Every generation up to this one, oldest first, each held against the one after it.
    pub fn history(&self, reader: &Reader<'_>) -> Result<Vec<Self>, Error> {
        let refused = Error::Tampered("an earlier list of administrators was changed");
        let stored = table::since(reader, 1)?;
        let past = stored.iter().map(|stored| Self::from_der(&stored.body));
        let past: Vec<Self> = past.collect::<Result<_, _>>()?;
        for (before, after) in past.iter().zip(past.iter().skip(1)) {
            if after.previous != before.hash()? || after.generation != before.generation + 1 {
                return Err(refused);
            }
        }
        match past.last() {
            Some(last) if last.hash()? == self.hash()? => Ok(past),
            Some(_) | None => Err(refused),
        }
    }

    /// Adds this generation to the file, signed by `signer`, the policy key of the one before.
    pub fn append(&self, tx: &Tx<'_>, signer: &PrivateKey) -> Result<(), Error> {
        let body = self.to_der()?;
        let signature = signer.sign(&body)?;
        let generation = i64::try_from(self.generation).map_err(|_beyond| Error::Unexpected)?;
        table::append(
            tx,
            &table::Stored {
                generation,
                body,
                signature,
            },
        )?;
        Ok(())
    }

    /// SHA-256 of the DER form.
    pub fn hash(&self) -> Result<Hash, Error> {
        Ok(sha256(&self.to_der()?))
    }

    /// What belongs to `guard`.
    pub fn guard(&self, guard: Guard) -> Result<&GuardEntry, Error> {
        let place = usize::from(guard.number());
        self.guards.get(place).ok_or(BAD)
    }

    /// The key that signs the next generation.
    pub fn policy_key(&self) -> Result<&PublicKey, Error> {
        self.guard(Guard::Administer)?.public.as_ref().ok_or(BAD)
    }

    /// How many passwords each act asks for.
    pub fn numbers(&self) -> Numbers {
        Guard::ALL
            .into_iter()
            .zip(&self.guards)
            .fold(
                Numbers::ONES,
                |numbers, (guard, entry)| match std::num::NonZeroU8::new(entry.number) {
                    Some(number) => numbers.with(guard, number),
                    None => numbers,
                },
            )
    }

    /// The archive key that is written to.
    pub fn archive_key(&self) -> Result<&ArchiveEntry, Error> {
        self.archive.last().ok_or(BAD)
    }

    /// What a seat that sees this generation is to remember.
    pub fn pins(&self) -> Result<Pins, Error> {
        Ok(Pins {
            generation: self.generation,
            hash: self.hash()?,
        })
    }

    /// Whether this generation is the one that a seat remembers, or follows from it, signature by
    /// signature.
    pub fn follows(&self, reader: &Reader<'_>, pins: &Pins) -> Result<(), Error> {
        let refused = Error::Tampered("the list of administrators was replaced");
        let first = i64::try_from(pins.generation).map_err(|_beyond| Error::Unexpected)?;
        let mut generations = table::since(reader, first)?.into_iter();
        let pinned = generations
            .next()
            .filter(|pinned| sha256(&pinned.body) == pins.hash);
        let Some(pinned) = pinned else {
            return Err(refused);
        };
        let mut last = Self::from_der(&pinned.body)?;
        for stored in generations {
            let next = Self::from_der(&stored.body)?;
            let continues =
                next.generation == last.generation + 1 && next.previous == last.hash()?;
            let signed = last.policy_key()?.verify(&stored.body, &stored.signature);
            if !continues || signed.is_err() {
                return Err(refused);
            }
            last = next;
        }
        if last.hash()? != self.hash()? {
            return Err(refused);
        }
        Ok(())
    }

    fn to_der(&self) -> Result<Vec<u8>, Error> {
        Ok(ManifestDer::try_from(self)?.to_der()?)
    }

    fn from_der(octets: &[u8]) -> Result<Self, Error> {
        let manifest = ManifestDer::from_der(octets).map_err(|_der| BAD)?;
        if manifest.version != 1 {
            return Err(BAD);
        }
        let seats: Vec<Seat> = parsed(manifest.seats)?;
        let guards: Vec<GuardEntry> = parsed(manifest.guards)?;
        if guards.len() != Guard::ALL.len() || seats.is_empty() || manifest.archive.is_empty() {
            return Err(BAD);
        }
        Ok(Self {
            installation: array(&manifest.installation)?,
            generation: manifest.generation,
            previous: array(&manifest.previous)?,
            seats,
            guards,
            archive: parsed(manifest.archive)?,
        })
    }
}

const BAD: Error = Error::Tampered("the manifest can not be read");

/// The DER form of a [`Manifest`].
#[derive(Sequence)]
struct ManifestDer {
    version: u8, // 1
    installation: OctetString,
    generation: u64,
    previous: OctetString,
    seats: Vec<SeatDer>,
    guards: Vec<GuardDer>,
    archive: Vec<ArchiveDer>,
}

#[derive(Sequence)]
struct SeatDer {
    id: i64,
    name: String,
    keys: SeatKeysDer,
}

/// The DER form of [`SeatKeys`].
#[derive(Sequence)]
pub(super) struct SeatKeysDer {
    version: u32,
    sharing: OctetString,
    signing: OctetString,
    salt: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

#[derive(Sequence)]
struct GuardDer {
    number: u8,
    epoch: u32,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    public: Option<OctetString>,
    sealed_key: OctetString,
    sealed_secret: OctetString,
    shares: Vec<ShareDer>,
}

#[derive(Sequence)]
struct ShareDer {
    seat: i64,
    x: u8,
    commitment: OctetString,
}

#[derive(Sequence)]
struct ArchiveDer {
    public: OctetString,
    sealed: OctetString,
}

impl TryFrom<&Manifest> for ManifestDer {
    type Error = Error;

    fn try_from(manifest: &Manifest) -> Result<Self, Error> {
        Ok(Self {
            version: 1,
            installation: octets(&manifest.installation)?,
            generation: manifest.generation,
            previous: octets(&manifest.previous)?,
            seats: manifest
                .seats
                .iter()
                .map(SeatDer::try_from)
                .collect::<Result<_, _>>()?,
            guards: manifest
                .guards
                .iter()
                .map(GuardDer::try_from)
                .collect::<Result<_, _>>()?,
            archive: manifest
                .archive
                .iter()
                .map(ArchiveDer::try_from)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl TryFrom<&Seat> for SeatDer {
    type Error = Error;

    fn try_from(seat: &Seat) -> Result<Self, Error> {
        Ok(Self {
            id: seat.id,
            name: seat.name.as_str().to_owned(),
            keys: SeatKeysDer::try_from(&seat.keys)?,
        })
    }
}

impl TryFrom<SeatDer> for Seat {
    type Error = Error;

    fn try_from(seat: SeatDer) -> Result<Self, Error> {
        Ok(Self {
            id: seat.id,
            name: AdministratorName::parse(&seat.name).map_err(|_name| BAD)?,
            keys: seat.keys.try_into()?,
        })
    }
}

impl TryFrom<&SeatKeys> for SeatKeysDer {
    type Error = Error;

    fn try_from(keys: &SeatKeys) -> Result<Self, Error> {
        Ok(Self {
            version: keys.version,
            sharing: octets(keys.sharing.spki())?,
            signing: octets(keys.signing.spki())?,
            salt: keys.salt.as_str().to_owned(),
            memory_kib: keys.argon2.memory_kib(),
            passes: keys.argon2.passes(),
            lanes: keys.argon2.lanes(),
        })
    }
}

impl TryFrom<SeatKeysDer> for SeatKeys {
    type Error = Error;

    fn try_from(keys: SeatKeysDer) -> Result<Self, Error> {
        let argon2 = Argon2Params::new(keys.memory_kib, keys.passes, keys.lanes);
        Ok(Self {
            version: keys.version,
            sharing: public(&keys.sharing)?,
            signing: public(&keys.signing)?,
            salt: Salt::parse(&keys.salt).map_err(|_salt| BAD)?,
            argon2: argon2.map_err(|_bounds| BAD)?,
        })
    }
}

impl TryFrom<&GuardEntry> for GuardDer {
    type Error = Error;

    fn try_from(entry: &GuardEntry) -> Result<Self, Error> {
        let share = |share: &ShareEntry| {
            Ok::<_, Error>(ShareDer {
                seat: share.seat,
                x: share.x,
                commitment: octets(&share.commitment)?,
            })
        };
        Ok(Self {
            number: entry.number,
            epoch: entry.epoch,
            public: entry
                .public
                .as_ref()
                .map(|key| octets(key.spki()))
                .transpose()?,
            sealed_key: octets(&entry.sealed_key)?,
            sealed_secret: octets(&entry.sealed_secret)?,
            shares: entry.shares.iter().map(share).collect::<Result<_, _>>()?,
        })
    }
}

impl TryFrom<GuardDer> for GuardEntry {
    type Error = Error;

    fn try_from(entry: GuardDer) -> Result<Self, Error> {
        let share = |share: ShareDer| {
            Ok::<_, Error>(ShareEntry {
                seat: share.seat,
                x: share.x,
                commitment: array(&share.commitment)?,
            })
        };
        if entry.number == 0 || entry.shares.len() < usize::from(entry.number) {
            return Err(BAD);
        }
        Ok(Self {
            number: entry.number,
            epoch: entry.epoch,
            public: entry.public.as_ref().map(public).transpose()?,
            sealed_key: array(&entry.sealed_key)?,
            sealed_secret: array(&entry.sealed_secret)?,
            shares: entry
                .shares
                .into_iter()
                .map(share)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl TryFrom<&ArchiveEntry> for ArchiveDer {
    type Error = Error;

    fn try_from(entry: &ArchiveEntry) -> Result<Self, Error> {
        Ok(Self {
            public: octets(entry.public.spki())?,
            sealed: octets(&entry.sealed)?,
        })
    }
}

impl TryFrom<ArchiveDer> for ArchiveEntry {
    type Error = Error;

    fn try_from(entry: ArchiveDer) -> Result<Self, Error> {
        Ok(Self {
            public: public(&entry.public)?,
            sealed: array(&entry.sealed)?,
        })
    }
}

fn parsed<D, T: TryFrom<D, Error = Error>>(entries: Vec<D>) -> Result<Vec<T>, Error> {
    entries.into_iter().map(T::try_from).collect()
}

fn octets(value: &[u8]) -> Result<OctetString, Error> {
    Ok(OctetString::new(value)?)
}

fn array<const N: usize>(value: &OctetString) -> Result<[u8; N], Error> {
    value.as_bytes().try_into().map_err(|_length| BAD)
}

fn public(spki: &OctetString) -> Result<PublicKey, Error> {
    PublicKey::from_spki(spki.as_bytes()).map_err(|_key| BAD)
}
