//! Nobody who writes into the file can stop administrators from sharing anew.

use kmadmin::domain::progress::Unwatched;
use kmadmin::engine::administer::{RemoveAdministrator, ShareAnew};
use kmadmin::engine::audit::AuditVerdict;
use kmadmin::engine::hand_over::HandOver;

use crate::support::{NAMES, World, name, recovery};
use crate::thief::Thief;

/// What the last row of the audit says beside its outcome, which must be "done".
fn detail(world: &mut World) -> String {
    let verdict = world.engine.verify_audit(None, &Unwatched).unwrap();
    assert!(
        matches!(verdict, AuditVerdict::Intact { .. }),
        "{verdict:?}"
    );
    let last = world.engine.audit("", None, 1).unwrap().remove(0);
    assert_eq!(last.outcome, "done");
    last.detail
}

#[test]
fn a_spoilt_trust_list_does_not_keep_a_removed_administrator() {
    let mut world = World::copy_of(3);
    let thief = Thief::of(&world);
    thief.edit("UPDATE object SET signature = zeroblob(64) WHERE name = 'trust list'");
    assert!(world.engine.trust_list().is_err());
    let removal = RemoveAdministrator { name: name("Cleo") };
    world.run(removal, &NAMES).unwrap();
    assert!(detail(&mut world).contains("trust list was changed by another program"));
    assert_eq!(
        world.engine.trust_list().unwrap(),
        [],
        "it begins again, empty"
    );
    let left = world.engine.administrators().unwrap();
    assert_eq!(left.len(), 2);
}

#[test]
fn junk_in_the_archive_does_not_stop_a_rotation_and_costs_no_key() {
    let mut world = World::copy_of(3);
    let greta = world.mailbox("Greta", "greta@example.com");
    world.enabled(greta);
    let thief = Thief::of(&world);
    let before = thief.blobs("SELECT key_id FROM archive_key");
    thief.edit(
        "INSERT INTO archived_key (key_id, guid, archive_key, archived_at, sealed)
         VALUES (randomblob(32), zeroblob(16), zeroblob(32), 0, x'3000')",
    );
    // A genuine row whose column names another archive key is still opened with the right one.
    thief.edit("UPDATE archived_key SET archive_key = zeroblob(32)");
    world.run(ShareAnew, &NAMES).unwrap();
    assert!(detail(&mut world).contains("1 objects in the archive are not ours"));
    let after = thief.blobs("SELECT key_id FROM archive_key");
    assert_eq!(after.len(), 1);
    assert_ne!(before, after, "the old archive key is gone");
    let handed = world.run(recovery(greta, HandOver::File), &NAMES).unwrap();
    assert_eq!(handed.file.unwrap().keys, 1);
}
