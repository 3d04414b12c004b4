//! The key archive: encryption keys sealed to the archive key. Writing needs no password, reading
//! needs the quorum of *recover*.

use crate::crypto::envelope::{Opener, Recipient};
use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::crypto::labelled::{self, Label};
use crate::domain::mailbox::MailboxGuid;
use crate::domain::progress::{Progress, Step};
use crate::engine::act::Act;
use crate::engine::error::Error;
use crate::engine::guards::OpenGuard;
use crate::store::archived_key::{self as table, Archived};

/// Archives an encryption key of a mailbox.
pub fn put(act: &mut Act<'_>, guid: &MailboxGuid, key: &PrivateKey) -> Result<(), Error> {
    let archive_key = act.charter.manifest.archive_key()?.public.clone();
    let label = label(act.keys.installation, guid.as_bytes());
    let sealed = labelled::seal_key(key, &label, Recipient::Public(&archive_key), act.rng)?;
    table::archive(
        act.tx,
        &Archived {
            key_id: key.public().key_id(),
            guid: *guid.as_bytes(),
            archive_key: archive_key.key_id(),
            archived_at: act.now.secs(),
            sealed,
        },
    )?;
    Ok(())
}

/// Opens the archived keys of a mailbox whose public halves are `expected`, in that order. One that
/// is missing, or another mailbox's, is refused by name.
pub fn open(
    act: &Act<'_>,
    recover: &OpenGuard,
    guid: &MailboxGuid,
    expected: &[PublicKey],
) -> Result<Vec<PrivateKey>, Error> {
    let manifest = &act.charter.manifest;
    let mut ring = Vec::new();
    for entry in &manifest.archive {
        let private = recover.archive_key(act.tx, manifest, entry)?;
        ring.push((entry.public.key_id(), private));
    }
    let archived = table::archived_of(act.tx, guid.as_bytes())?;
    let label = label(act.keys.installation, guid.as_bytes());
    let open_one = |public: &PublicKey| {
        let id = public.key_id();
        let row = archived.iter().find(|row| row.key_id == id);
        let row = row.ok_or(Error::Tampered(
            "an archived key of this mailbox is missing",
        ))?;
        let with = ring.iter().find(|(ring_id, _)| *ring_id == row.archive_key);
        let (_, private) = with.ok_or(Error::Tampered("an archived key names no archive key"))?;
        let opened = labelled::open_key(&row.sealed, Opener::Private(private), &label, public);
        opened.map_err(|_sealed| Error::Tampered("an archived key was replaced"))
    };
    expected.iter().map(open_one).collect()
}

/// Seals everything in the archive over to the last key of `ring`, in batches that keep memory
/// flat; all in the act's transaction, so that no old archive key outlives it. What does not open is
/// left and counted in the audit: it was put there by another program, and may not stop a rotation.
pub fn seal_over(
    act: &mut Act<'_>,
    ring: &[PrivateKey],
    progress: &dyn Progress,
) -> Result<(), Error> {
    let Some((newest, older)) = ring.split_last() else {
        return Err(Error::Unexpected);
    };
    let newest = newest.public();
    let total = table::count_archived(act.tx)?;
    let (mut done, mut unreadable) = (0, 0_u64);
    let mut last = [0; 32];
    loop {
        let batch = table::sealed_to_others(act.tx, &newest.key_id(), &last, BATCH)?;
        let Some(end) = batch.last() else { break };
        last = end.key_id;
        for row in &batch {
            progress.step(Step {
                label: "Sealing the archive to the new key",
                done,
                total,
            })?;
            done += 1;
            match sealed_over(act, older, newest, row) {
                Some(archived) => table::archive(act.tx, &archived)?,
                None => unreadable += 1,
            }
        }
    }
    if 0 < unreadable {
        act.notes.push(format!(
            "{unreadable} objects in the archive are not ours and stay unread"
        ));
    }
    Ok(())
}

/// Rows held in memory at once.
const BATCH: u32 = 500;

/// The row sealed to the new key, if one of the older ones opens it.
fn sealed_over(
    act: &mut Act<'_>,
    older: &[PrivateKey],
    newest: &PublicKey,
    row: &Archived,
) -> Option<Archived> {
    let label = label(act.keys.installation, &row.guid);
    let place = (&label, &row.key_id);
    let to = Recipient::Public(newest);
    let sealed = older.iter().find_map(|old| {
        let with = Opener::Private(old);
        labelled::transfer_key(&row.sealed, with, to, place, &mut *act.rng).ok()
    })?;
    Some(Archived {
        archive_key: newest.key_id(),
        sealed,
        key_id: row.key_id,
        guid: row.guid,
        archived_at: row.archived_at,
    })
}

fn label(installation: [u8; 16], guid: &[u8; 16]) -> Label<'_> {
    Label {
        purpose: "archived key",
        installation,
        subject: guid,
        number: 0,
    }
}
