//! Guard secrets: made, shared among the seats, combined again, and what each of them opens.

use rand::CryptoRng;

use crate::crypto::costs::Costs;
use crate::crypto::envelope::{Opener, Recipient};
use crate::crypto::keypair::{PrivateKey, PublicKey, sha256};
use crate::crypto::labelled::{self, Label};
use crate::crypto::sharing::{self, Share};
use crate::domain::guard::Guard;
use crate::domain::key_kind::KeyKind;
use crate::domain::secret::{Key, SecretBytes};
use crate::engine::error::Error;
use crate::engine::manifest::{ArchiveEntry, GuardEntry, InstallationId, Manifest, Seat};
use crate::engine::seats;
use crate::store::{Reader, Tx, share as table};

/// A guard's secret, put together from enough shares and proven by what it opened.
pub struct OpenGuard {
    guard: Guard,
    epoch: u32,
    secret: Key,
    key: Option<PrivateKey>,
}

impl OpenGuard {
    /// Combines `shares`, and opens with them what the guard's secret protects.
    pub fn combine(
        reader: &Reader<'_>,
        manifest: &Manifest,
        guard: Guard,
        shares: &[Share],
    ) -> Result<Self, Error> {
        let number = manifest.guard(guard)?.number;
        let secret = sharing::combine(shares, number)?;
        Self::prove(reader, manifest, guard, secret)
    }

    /// The secret of another guard, from its copy under the secret of *administer*.
    pub fn beside(
        &self,
        reader: &Reader<'_>,
        manifest: &Manifest,
        guard: Guard,
    ) -> Result<Self, Error> {
        let sealed = kept(reader, guard)?.secret;
        let sealed = sealed.ok_or(Error::Tampered("a guard's secret is missing"))?;
        if sha256(&sealed) != manifest.guard(guard)?.sealed_secret {
            return Err(Error::Tampered("a guard's secret was replaced"));
        }
        let epoch = manifest.guard(guard)?.epoch;
        let label = secret_label(manifest.installation, guard, epoch);
        let secret = labelled::open_content(&sealed, self.opener(), &label)?;
        Self::prove(reader, manifest, guard, Key::try_from(secret)?)
    }

    /// The guard's signing key; *recover* has archive keys instead.
    pub fn signing_key(&self) -> Result<&PrivateKey, Error> {
        self.key.as_ref().ok_or(Error::Unexpected)
    }

    /// The private half of an archive key. Only the guard *recover* opens it.
    pub fn archive_key(
        &self,
        reader: &Reader<'_>,
        manifest: &Manifest,
        entry: &ArchiveEntry,
    ) -> Result<PrivateKey, Error> {
        let sealed = table::archive_key(reader, &entry.public.key_id())?
            .ok_or(Error::Tampered("an archive key is missing"))?;
        if sha256(&sealed) != entry.sealed {
            return Err(Error::Tampered("an archive key was replaced"));
        }
        let id = entry.public.key_id();
        let label = archive_label(manifest.installation, &id);
        Ok(labelled::open_key(
            &sealed,
            self.opener(),
            &label,
            &entry.public,
        )?)
    }

    fn prove(
        reader: &Reader<'_>,
        manifest: &Manifest,
        guard: Guard,
        secret: Key,
    ) -> Result<Self, Error> {
        let entry = manifest.guard(guard)?;
        let mut open = Self {
            guard,
            epoch: entry.epoch,
            secret,
            key: None,
        };
        match &entry.public {
            None => drop(open.archive_key(reader, manifest, manifest.archive_key()?)?),
            Some(public) => {
                let sealed = kept(reader, guard)?.key;
                let sealed = sealed.ok_or(Error::Tampered("a guard's key is missing"))?;
                if sha256(&sealed) != entry.sealed_key {
                    return Err(Error::Tampered("a guard's key was replaced"));
                }
                let label = key_label(manifest.installation, guard, entry.epoch);
                let key = labelled::open_key(&sealed, open.opener(), &label, public)?;
                open.key = Some(key);
            }
        }
        Ok(open)
    }

    fn opener(&self) -> Opener<'_> {
        Opener::Key {
            id: self.guard.word().as_bytes(),
            key: &self.secret,
        }
    }

    fn recipient(&self) -> Recipient<'_> {
        Recipient::Key {
            id: self.guard.word().as_bytes(),
            key: &self.secret,
        }
    }

    /// Seals octets so that only this guard's secret opens them.
    pub fn seal(
        &self,
        content: &[u8],
        label: &Label<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, Error> {
        Ok(labelled::seal_content(
            content,
            label,
            self.recipient(),
            rng,
        )?)
    }
}

/// Whether sharing anew also makes new keys for the secrets to open.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Rotation {
    /// The keys stay: somebody was added, or a number went down.
    Secrets,
    /// New keys as well: whoever kept an old copy of the file is to be left behind.
    SecretsAndKeys,
}

/// The keys that guard secrets are to open.
pub struct GuardKeys {
    /// By the number of the guard; `None` for *recover*.
    signing: Vec<Option<PrivateKey>>,
    /// Oldest first.
    archive: Vec<PrivateKey>,
}

impl GuardKeys {
    /// New keys for everything. Slow: an archive key is among them.
    pub fn make(costs: &Costs, rng: &mut dyn CryptoRng) -> Result<Self, Error> {
        let signing = Guard::ALL.into_iter().map(|guard| match guard {
            Guard::Recover => Ok(None),
            Guard::Administer | Guard::Revoke | Guard::Settings | Guard::Import => {
                PrivateKey::generate(KeyKind::Ed25519, rng).map(Some)
            }
        });
        Ok(Self {
            signing: signing.collect::<Result<_, _>>()?,
            archive: vec![PrivateKey::generate(costs.archive, rng)?],
        })
    }

    /// The keys there are, as the secret of *administer* gives them.
    pub fn present(
        reader: &Reader<'_>,
        manifest: &Manifest,
        administer: &OpenGuard,
    ) -> Result<Self, Error> {
        let mut signing = Vec::new();
        let mut archive = Vec::new();
        for guard in Guard::ALL {
            if guard == Guard::Administer {
                signing.push(administer.key_again()?);
                continue;
            }
            let open = administer.beside(reader, manifest, guard)?;
            if guard == Guard::Recover {
                for entry in &manifest.archive {
                    archive.push(open.archive_key(reader, manifest, entry)?);
                }
            }
            signing.push(open.key);
        }
        Ok(Self { signing, archive })
    }

    /// The archive ring with the newest key of `newer` behind it; signing keys from `newer`.
    #[must_use]
    pub fn followed_by(mut self, newer: Self) -> Self {
        self.archive.extend(newer.archive);
        Self {
            signing: newer.signing,
            archive: self.archive,
        }
    }

    /// The signing key of `guard`.
    pub fn signing_key(&self, guard: Guard) -> Result<&PrivateKey, Error> {
        let key = self.signing.get(usize::from(guard.number()));
        key.and_then(Option::as_ref).ok_or(Error::Unexpected)
    }

    /// The archive keys, oldest first.
    pub fn archive(&self) -> &[PrivateKey] {
        &self.archive
    }

    /// Keeps of the archive ring only the newest key: nothing is sealed to the others any more.
    pub fn forget_old_archive(&mut self) {
        let old = self.archive.len().saturating_sub(1);
        self.archive.drain(..old);
    }
}

impl OpenGuard {
    /// The signing key as a value of its own.
    fn key_again(&self) -> Result<Option<PrivateKey>, Error> {
        let again = |key: &PrivateKey| {
            let octets = key.pkcs8().expose().to_vec();
            PrivateKey::from_pkcs8(SecretBytes::new(octets))
        };
        Ok(self.key.as_ref().map(again).transpose()?)
    }
}

/// New secrets for every guard, shared among `seats`, with `keys` sealed under them; everything
/// that was shared or sealed before is destroyed. Gives the guards and the archive of the manifest
/// that is to be signed next, and the new secret of *administer*.
pub fn share_anew(
    tx: &Tx<'_>,
    (installation, seats): (InstallationId, &[Seat]),
    wanted: &[(Guard, u8, u32)],
    keys: &GuardKeys,
    rng: &mut dyn CryptoRng,
) -> Result<(Vec<GuardEntry>, Vec<ArchiveEntry>, OpenGuard), Error> {
    table::remove_all(tx)?;
    let mut guards = Vec::new();
    let mut archive = Vec::new();
    let mut administer: Option<OpenGuard> = None;
    for &(guard, number, epoch) in wanted {
        let mut open = OpenGuard {
            guard,
            epoch,
            secret: Key::random(rng),
            key: None,
        };
        let count = u8::try_from(seats.len()).map_err(|_many| Error::TooManySeats)?;
        let shares = sharing::split(&open.secret, number, count, rng)?;
        let dealt = seats.iter().zip(&shares).map(|(seat, share)| {
            seats::deal(tx, installation, (guard, epoch), seat, share, &mut *rng)
        });
        let shares = dealt.collect::<Result<_, _>>()?;
        let kept = seal_kept(installation, &open, administer.as_ref(), keys, rng)?;
        if guard == Guard::Recover {
            archive = seal_archive(tx, installation, &open, keys, rng)?;
        }
        guards.push(GuardEntry {
            number,
            epoch,
            public: signing_public(keys, guard),
            sealed_key: kept.key.as_deref().map(sha256).unwrap_or_default(),
            sealed_secret: kept.secret.as_deref().map(sha256).unwrap_or_default(),
            shares,
        });
        table::replace_guard_key(tx, guard.number(), &kept)?;
        if guard == Guard::Administer {
            open.key = None;
            administer = Some(open);
        }
    }
    let administer = administer.ok_or(Error::Unexpected)?;
    Ok((guards, archive, administer))
}

fn signing_public(keys: &GuardKeys, guard: Guard) -> Option<PublicKey> {
    let key = keys.signing.get(usize::from(guard.number()))?.as_ref()?;
    Some(key.public().clone())
}

/// Seals a guard's signing key under its secret, and the secret under that of *administer*.
fn seal_kept(
    installation: InstallationId,
    open: &OpenGuard,
    administer: Option<&OpenGuard>,
    keys: &GuardKeys,
    rng: &mut dyn CryptoRng,
) -> Result<table::GuardKey, Error> {
    let guard = open.guard;
    let signing = keys
        .signing
        .get(usize::from(guard.number()))
        .and_then(Option::as_ref);
    let key = signing.map(|key| {
        let label = key_label(installation, guard, open.epoch);
        labelled::seal_key(key, &label, open.recipient(), &mut *rng)
    });
    let key = key.transpose()?;
    let secret = administer.map(|administer| {
        let label = secret_label(installation, guard, open.epoch);
        administer.seal(open.secret.expose(), &label, &mut *rng)
    });
    Ok(table::GuardKey {
        key,
        secret: secret.transpose()?,
    })
}

fn seal_archive(
    tx: &Tx<'_>,
    installation: InstallationId,
    open: &OpenGuard,
    keys: &GuardKeys,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<ArchiveEntry>, Error> {
    let mut entries = Vec::new();
    for key in &keys.archive {
        let id = key.public().key_id();
        let label = archive_label(installation, &id);
        let sealed = labelled::seal_key(key, &label, open.recipient(), rng)?;
        table::replace_archive_key(tx, &id, &sealed)?;
        entries.push(ArchiveEntry {
            public: key.public().clone(),
            sealed: sha256(&sealed),
        });
    }
    Ok(entries)
}

fn kept(reader: &Reader<'_>, guard: Guard) -> Result<table::GuardKey, Error> {
    let kept = table::guard_key(reader, guard.number())?;
    kept.ok_or(Error::Tampered("a guard's keys are missing"))
}

fn key_label(installation: InstallationId, guard: Guard, epoch: u32) -> Label<'static> {
    Label {
        purpose: "guard key",
        installation,
        subject: guard.word().as_bytes(),
        number: i64::from(epoch),
    }
}

fn secret_label(installation: InstallationId, guard: Guard, epoch: u32) -> Label<'static> {
    Label {
        purpose: "guard secret",
        ..key_label(installation, guard, epoch)
    }
}

fn archive_label(installation: InstallationId, key_id: &[u8; 32]) -> Label<'_> {
    Label {
        purpose: "archive key",
        installation,
        subject: key_id,
        number: 0,
    }
}
