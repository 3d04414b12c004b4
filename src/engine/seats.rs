//! Seats: what an administrator's password opens, and what a seat says of its own keys.

use std::num::NonZeroU8;
use std::sync::Arc;

use der::asn1::{OctetString, OctetStringRef};
use der::{Decode as _, Encode as _, Sequence};
use rand::CryptoRng;
use zeroize::Zeroizing;

use crate::crypto::costs::Costs;
use crate::crypto::envelope::{Opener, Recipient};
use crate::crypto::kdf::{self, Salt};
use crate::crypto::keypair::{PrivateKey, PublicKey, sha256};
use crate::crypto::labelled::{self, Label, LabelledError};
use crate::crypto::sharing::Share;
use crate::domain::guard::Guard;
use crate::domain::key_kind::KeyKind;
use crate::domain::names::AdministratorName;
use crate::domain::secret::{Key, Password, SecretBytes};
use crate::engine::act::Charter;
use crate::engine::error::Error;
use crate::engine::manifest::{
    Hash, InstallationId, Manifest, Pins, Seat, SeatKeys, SeatKeysDer, ShareEntry,
};
use crate::store::{Reader, Tx, seat as table, share as share_table};

/// A seat that its password has opened: the private keys, for as long as this value lives.
pub struct OpenSeat {
    /// The seat as the manifest and its own statements have it.
    pub seat: Seat,
    /// Opens the shares.
    pub sharing: PrivateKey,
    /// Signs approvals.
    pub signing: Arc<PrivateKey>,
    /// What the private halves are sealed under, so that the pins can be raised.
    key: Key,
    pins: Pins,
}

/// The present keys of every seat: those of the manifest, followed through each seat's own
/// statements.
pub fn roster(reader: &Reader<'_>, manifest: &Manifest) -> Result<(Vec<Seat>, Hash), Error> {
    let refused = Error::Tampered("an administrator's key was replaced");
    let mut seats = manifest.seats.clone();
    let mut said = Vec::new();
    for statement in table::statements(reader)? {
        said.extend_from_slice(&sha256(&statement.body));
        let (id, keys) = StatementDer::read(&statement, manifest.installation)?;
        let Some(seat) = seats.iter_mut().find(|seat| seat.id == id) else {
            continue; // of an administrator who was removed; kept for the audit
        };
        if keys.version <= seat.keys.version {
            continue; // the manifest has taken it over
        }
        let follows = keys.version == seat.keys.version + 1;
        let signed = seat
            .keys
            .signing
            .verify(&statement.body, &statement.signature);
        if !follows || signed.is_err() {
            return Err(refused);
        }
        seat.keys = keys;
    }
    Ok((seats, sha256(&said)))
}

/// The private halves of a seat that is being made, not yet sealed.
pub struct NewSeat {
    /// The public half.
    pub keys: SeatKeys,
    sharing: PrivateKey,
    signing: PrivateKey,
    key: Key,
}

impl NewSeat {
    /// Makes the key pairs of a seat and derives what its password seals them under. Slow.
    pub fn make(
        password: &Password,
        version: u32,
        costs: &Costs,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, Error> {
        let salt = Salt::random(rng);
        let key = kdf::derive(password, &salt, costs.argon2)?;
        let sharing = PrivateKey::generate(costs.seat, rng)?;
        let signing = PrivateKey::generate(KeyKind::Ed25519, rng)?;
        let keys = SeatKeys {
            version,
            sharing: sharing.public().clone(),
            signing: signing.public().clone(),
            salt,
            argon2: costs.argon2,
        };
        Ok(Self {
            keys,
            sharing,
            signing,
            key,
        })
    }

    /// Seals the private halves into the seat `id`, which remembers `pins`.
    pub fn store(
        &self,
        tx: &Tx<'_>,
        installation: InstallationId,
        id: i64,
        pins: &Pins,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), Error> {
        let under = |key| Recipient::Key { id: KEY_ID, key };
        let to = under(&self.key);
        let sealed = table::Sealed {
            sharing_key: labelled::seal_key(
                &self.sharing,
                &label("seat sharing key", installation, &id.to_be_bytes()),
                to,
                rng,
            )?,
            signing_key: labelled::seal_key(
                &self.signing,
                &label("seat signing key", installation, &id.to_be_bytes()),
                to,
                rng,
            )?,
            pins: seal_pins(pins, installation, id, to, rng)?,
        };
        table::replace(tx, id, &sealed)?;
        Ok(())
    }
}

impl OpenSeat {
    /// Opens `seat` with the key that its password gave. A wrong password gives
    /// [`Error::WrongPassword`]; a manifest that does not follow from the one the seat remembers is
    /// refused before any share is touched.
    pub fn open(
        reader: &Reader<'_>,
        manifest: &Manifest,
        seat: &Seat,
        key: Key,
    ) -> Result<Self, Error> {
        let sealed = table::sealed(reader, seat.id)?.ok_or(Error::Tampered(
            "what an administrator's password opens is missing",
        ))?;
        let id = seat.id.to_be_bytes();
        let with = Opener::Key {
            id: KEY_ID,
            key: &key,
        };
        let installation = manifest.installation;
        let pins = labelled::open_content(&sealed.pins, with, &label("pins", installation, &id));
        let pins = match pins {
            Err(LabelledError::Envelope(_)) => return Err(Error::WrongPassword),
            opened => PinsDer::read(opened?.expose())?,
        };
        manifest.follows(reader, &pins)?;
        let sharing = labelled::open_key(
            &sealed.sharing_key,
            with,
            &label("seat sharing key", installation, &id),
            &seat.keys.sharing,
        );
        let signing = labelled::open_key(
            &sealed.signing_key,
            with,
            &label("seat signing key", installation, &id),
            &seat.keys.signing,
        );
        let old = |_sealed: LabelledError| Error::OldSeat(seat.name.clone());
        Ok(Self {
            seat: seat.clone(),
            sharing: sharing.map_err(old)?,
            signing: Arc::new(signing.map_err(old)?),
            key,
            pins,
        })
    }

    /// This seat's share of the secret of `guard`, held against the manifest.
    pub fn share(
        &self,
        reader: &Reader<'_>,
        manifest: &Manifest,
        guard: Guard,
    ) -> Result<Share, Error> {
        self.knows(reader, manifest)?;
        let entry = manifest.guard(guard)?;
        let place = entry.shares.iter().find(|share| share.seat == self.seat.id);
        let old = || Error::OldSeat(self.seat.name.clone());
        let place = place.ok_or_else(old)?;
        let sealed = share_table::of(reader, guard.number(), self.seat.id)?.ok_or_else(old)?;
        let label = share_label(manifest.installation, guard, entry.epoch);
        let content = labelled::open_content(&sealed, Opener::Private(&self.sharing), &label);
        let content = content.map_err(|_sealed| old())?;
        if commitment(manifest.installation, guard, entry.epoch, content.expose())
            != place.commitment
        {
            return Err(Error::Tampered("an administrator's share was replaced"));
        }
        read_share(content.expose())
    }

    /// Refuses a manifest that does not follow from the one the seat remembers. Whoever trusts a
    /// manifest on behalf of an opened seat asks first, because it is read anew each time.
    pub fn knows(&self, reader: &Reader<'_>, manifest: &Manifest) -> Result<(), Error> {
        manifest.follows(reader, &self.pins)
    }

    /// Refuses if the administrator was removed, or has other keys, since the seat was opened.
    pub fn is_present(&self, reader: &Reader<'_>, charter: &Charter) -> Result<(), Error> {
        self.knows(reader, &charter.manifest)?;
        match by_name(&charter.seats, &self.seat.name) {
            Some(seat) if seat.keys.signing == self.seat.keys.signing => Ok(()),
            Some(_) | None => Err(Error::OldSeat(self.seat.name.clone())),
        }
    }

    /// Remembers the newest manifest, if the seat last saw an older one.
    pub fn raise_pins(
        &self,
        tx: &Tx<'_>,
        manifest: &Manifest,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), Error> {
        self.knows(tx, manifest)?;
        let newest = manifest.pins()?;
        if self.pins == newest {
            return Ok(());
        }
        let Some(mut sealed) = table::sealed(tx, self.seat.id)? else {
            return Ok(()); // this very act has removed the seat
        };
        let to = Recipient::Key {
            id: KEY_ID,
            key: &self.key,
        };
        sealed.pins = seal_pins(&newest, manifest.installation, self.seat.id, to, rng)?;
        table::replace(tx, self.seat.id, &sealed)?;
        Ok(())
    }

    /// Says, signed by the present key, that `keys` come after it.
    pub fn hand_over(
        &self,
        tx: &Tx<'_>,
        installation: InstallationId,
        keys: &SeatKeys,
    ) -> Result<(), Error> {
        let body = StatementDer::write(installation, self.seat.id, keys)?;
        let signature = self.signing.sign(&body)?;
        table::say(
            tx,
            &table::Statement {
                seat: self.seat.id,
                version: i64::from(keys.version),
                body,
                signature,
            },
        )?;
        Ok(())
    }

    /// The present keys as those of an administrator who has accepted.
    pub fn accepted_keys(&self) -> SeatKeys {
        SeatKeys {
            version: self.seat.keys.version + 1,
            ..self.seat.keys.clone()
        }
    }
}

/// Seals `share` of a guard's secret to a seat, and gives its place in the manifest.
pub fn deal(
    tx: &Tx<'_>,
    installation: InstallationId,
    (guard, epoch): (Guard, u32),
    seat: &Seat,
    share: &Share,
    rng: &mut dyn CryptoRng,
) -> Result<ShareEntry, Error> {
    let content = write_share(share)?;
    let label = share_label(installation, guard, epoch);
    let to = Recipient::Public(&seat.keys.sharing);
    let sealed = labelled::seal_content(content.expose(), &label, to, rng)?;
    share_table::replace(tx, guard.number(), seat.id, &sealed)?;
    Ok(ShareEntry {
        seat: seat.id,
        x: share.x.get(),
        commitment: commitment(installation, guard, epoch, content.expose()),
    })
}

const BAD: Error = Error::Tampered("what a seat remembers can not be read");

/// The name of the key that a password gives, as it stands in the envelopes.
const KEY_ID: &[u8] = b"administrator password";

fn label<'a>(purpose: &'static str, installation: InstallationId, subject: &'a [u8]) -> Label<'a> {
    Label {
        purpose,
        installation,
        subject,
        number: 0,
    }
}

fn share_label(installation: InstallationId, guard: Guard, epoch: u32) -> Label<'static> {
    Label {
        purpose: "share",
        installation,
        subject: guard.word().as_bytes(),
        number: i64::from(epoch),
    }
}

/// A share's content: its number, and the octets.
#[derive(Sequence)]
struct ShareDer<'a> {
    x: u8,
    y: &'a OctetStringRef,
}

fn write_share(share: &Share) -> Result<SecretBytes, Error> {
    let content = ShareDer {
        x: share.x.get(),
        y: OctetStringRef::new(share.y.expose())?,
    };
    Ok(SecretBytes::new(content.to_der()?))
}

fn read_share(content: &[u8]) -> Result<Share, Error> {
    let bad = Error::Tampered("an administrator's share can not be read");
    let content = ShareDer::from_der(content)?;
    match (NonZeroU8::new(content.x), content.y.as_bytes().try_into()) {
        (Some(x), Ok(y)) => Ok(Share {
            x,
            y: Key::from_bytes(y),
        }),
        (_, _) => Err(bad),
    }
}

fn commitment(installation: InstallationId, guard: Guard, epoch: u32, content: &[u8]) -> Hash {
    let mut octets = Zeroizing::new(Vec::with_capacity(64));
    octets.extend_from_slice(&installation);
    octets.push(guard.number());
    octets.extend_from_slice(&epoch.to_be_bytes());
    octets.extend_from_slice(content);
    sha256(&octets)
}

#[derive(Sequence)]
struct PinsDer {
    generation: u64,
    hash: OctetString,
}

impl PinsDer {
    fn read(content: &[u8]) -> Result<Pins, Error> {
        let pins = Self::from_der(content)?;
        Ok(Pins {
            generation: pins.generation,
            hash: pins.hash.as_bytes().try_into().map_err(|_length| BAD)?,
        })
    }
}

fn seal_pins(
    pins: &Pins,
    installation: InstallationId,
    id: i64,
    to: Recipient<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Error> {
    let content = PinsDer {
        generation: pins.generation,
        hash: OctetString::new(pins.hash)?,
    };
    let id = id.to_be_bytes();
    let label = label("pins", installation, &id);
    Ok(labelled::seal_content(&content.to_der()?, &label, to, rng)?)
}

/// A seat's word on its own keys, which its present signing key signs.
#[derive(Sequence)]
struct StatementDer {
    installation: OctetString,
    seat: i64,
    keys: SeatKeysDer,
}

impl StatementDer {
    fn write(installation: InstallationId, seat: i64, keys: &SeatKeys) -> Result<Vec<u8>, Error> {
        let statement = Self {
            installation: OctetString::new(installation)?,
            seat,
            keys: SeatKeysDer::try_from(keys)?,
        };
        Ok(statement.to_der()?)
    }

    /// The seat and its keys, from what was signed; the columns beside it must say the same.
    fn read(
        stored: &table::Statement,
        installation: InstallationId,
    ) -> Result<(i64, SeatKeys), Error> {
        let statement = Self::from_der(&stored.body)?;
        let keys = SeatKeys::try_from(statement.keys)?;
        let belongs = statement.installation.as_bytes() == installation
            && statement.seat == stored.seat
            && i64::from(keys.version) == stored.version;
        if belongs {
            Ok((statement.seat, keys))
        } else {
            Err(Error::Tampered("a seat's keys belong to another seat"))
        }
    }
}

/// The administrator of this name among `seats`.
pub fn by_name<'a>(seats: &'a [Seat], name: &AdministratorName) -> Option<&'a Seat> {
    seats.iter().find(|seat| seat.name == *name)
}

/// A seat, and a signing key that it had.
pub type SeatKey = (i64, PublicKey);

/// Every signing key that any seat ever had: those of all manifests, and those that seats have said
/// came after them.
pub fn every_key(reader: &Reader<'_>, history: &[Manifest]) -> Result<Vec<SeatKey>, Error> {
    let of_manifest = |manifest: &Manifest| {
        let seats = manifest.seats.iter();
        let keys: Vec<SeatKey> = seats
            .map(|seat| (seat.id, seat.keys.signing.clone()))
            .collect();
        keys
    };
    let mut keys: Vec<SeatKey> = history.iter().flat_map(of_manifest).collect();
    let Some(installation) = history.first().map(|manifest| manifest.installation) else {
        return Ok(keys);
    };
    for statement in table::statements(reader)? {
        let (seat, said) = StatementDer::read(&statement, installation)?;
        let own = keys.iter().filter(|(of, _key)| *of == seat);
        let signed = |key: &PublicKey| key.verify(&statement.body, &statement.signature).is_ok();
        if own.into_iter().any(|(_seat, key)| signed(key)) {
            keys.push((seat, said.signing));
        }
    }
    Ok(keys)
}
