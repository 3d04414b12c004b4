//! Keys that wait for their user: copies sealed to the server key, so that the user's program can
//! fetch them when nobody is there to type a password. They have a hard end and die when the user
//! has them.

use crate::crypto::keypair::{PrivateKey, PublicKey};
use crate::crypto::labelled::{self, Label};
use crate::domain::mailbox::MailboxGuid;
use crate::engine::act::Act;
use crate::engine::error::Error;
use crate::engine::manifest::InstallationId;
use crate::store::record as table;

/// Lays a key ready.
pub fn lay_ready(act: &mut Act<'_>, guid: &MailboxGuid, key: &PrivateKey) -> Result<(), Error> {
    let key_id = key.public().key_id();
    let label = label(act.keys.installation, guid, &key_id);
    let sealed = labelled::seal_key(key, &label, act.keys.recipient(), act.rng)?;
    table::lay_ready(
        act.tx,
        &table::PickUp {
            guid: *guid.as_bytes(),
            key_id,
            sealed,
        },
    )?;
    Ok(())
}

/// Opens the waiting key whose public half this is; nothing if none waits.
pub fn open(
    act: &Act<'_>,
    guid: &MailboxGuid,
    public: &PublicKey,
) -> Result<Option<PrivateKey>, Error> {
    let key_id = public.key_id();
    let waiting = table::waiting(act.tx, guid.as_bytes())?;
    let Some(row) = waiting.iter().find(|row| row.key_id == key_id) else {
        return Ok(None);
    };
    let label = label(act.keys.installation, guid, &key_id);
    let opened = labelled::open_key(&row.sealed, act.keys.opener(), &label, public);
    let opened = opened.map_err(|_sealed| Error::Tampered("a waiting key was replaced"))?;
    Ok(Some(opened))
}

fn label<'a>(
    installation: InstallationId,
    guid: &'a MailboxGuid,
    [a, b, c, d, ..]: &[u8; 32],
) -> Label<'a> {
    // The key itself is held against its certificate; the number only tells copies apart.
    Label {
        purpose: "pick-up copy",
        installation,
        subject: guid.as_bytes(),
        number: i64::from(u32::from_be_bytes([*a, *b, *c, *d])),
    }
}
