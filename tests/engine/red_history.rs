//! Who holds the startup password can sign rows of the audit anew. What the administrators have
//! approved names the audit as it was then, and one act: so the past can not be written again, and
//! no approval serves twice.

use kmadmin::crypto::keypair::sha256;
use kmadmin::domain::progress::Unwatched;
use kmadmin::engine::act::ServerKeys;
use kmadmin::engine::administer::ShareAnew;
use kmadmin::engine::audit::AuditVerdict;
use kmadmin::engine::hand_over::HandOver;
use kmadmin::engine::manifest::Manifest;
use kmadmin::engine::state_root::Head;
use kmadmin::store::audit::{Approval, Entry, after, append, approvals_of};
use rusqlite::types::Value;

use crate::red_team::{ana, own, two_of_three};
use crate::support::{World, credential, recovery};
use crate::thief::{Thief, broken};

/// The thief's own audit: rows as they shall have been.
struct History {
    thief: Thief,
    keys: ServerKeys,
    rows: Vec<(Entry, Vec<Approval>)>,
}

impl History {
    fn of(world: &World) -> Self {
        let thief = Thief::of(world);
        thief.drop_triggers();
        let keys = thief.server_keys(&world.startup);
        let mut store = thief.store();
        let rows = store.read(|reader| {
            let mut rows = Vec::new();
            for entry in after(reader, 0, 1_000)? {
                let approvals = approvals_of(reader, entry.seq)?;
                rows.push((entry, approvals));
            }
            Ok::<_, kmadmin::store::StoreError>(rows)
        });
        Self {
            rows: rows.unwrap(),
            thief,
            keys,
        }
    }

    fn row(&self, act: &str) -> usize {
        let found = self.rows.iter().rposition(|(entry, _)| entry.act == act);
        found.unwrap()
    }

    /// Numbers, chains and signs the rows anew, and seals the state root to fit.
    fn write(self) {
        let Self { thief, keys, rows } = self;
        thief.edit("DELETE FROM approval; DELETE FROM audit");
        let mut head = Head::default();
        let mut store = thief.store();
        for (mut entry, mut approvals) in rows {
            entry.seq = i64::try_from(head.count + 1).unwrap();
            for approval in &mut approvals {
                approval.seq = entry.seq;
            }
            let link = chained(&head.hash, &entry, &approvals);
            entry.link = link.to_vec();
            entry.signature = keys.audit.sign(&link).unwrap();
            store.write(|tx| append(tx, &entry, &approvals)).unwrap();
            head = Head {
                count: head.count + 1,
                hash: link,
            };
        }
        let mut root = thief.root(&keys);
        root.audit = head;
        thief.seal_root(&keys, &root);
    }
}

/// The link of a row, as its documentation has it.
fn chained(before: &[u8; 32], entry: &Entry, approvals: &[Approval]) -> [u8; 32] {
    let mut octets = before.to_vec();
    let mut field = |value: &[u8]| {
        octets.extend_from_slice(&value.len().to_be_bytes());
        octets.extend_from_slice(value);
    };
    field(&entry.seq.to_be_bytes());
    field(&entry.at.to_be_bytes());
    for text in [
        &entry.who,
        &entry.act,
        &entry.subject,
        &entry.outcome,
        &entry.detail,
    ] {
        field(text.as_bytes());
    }
    field(entry.request.as_deref().unwrap_or_default());
    for approval in approvals {
        field(&approval.seat.to_be_bytes());
        field(approval.name.as_bytes());
        field(&approval.key);
        field(&approval.signature);
    }
    sha256(&octets)
}

/// Two mailboxes, a recovery that was approved, and one that was cancelled after Ada's answer.
fn world() -> World {
    let mut world = two_of_three();
    let id = ana(&mut world);
    world.mailbox("Bob", "bob@example.com");
    world
        .run(recovery(id, HandOver::File), &["Ada", "Ben"])
        .unwrap();
    assert!(world.run(ShareAnew, &["Ada"]).is_err());
    world
}

fn verify(world: &mut World) -> (u64, &'static str) {
    broken(world.engine.verify_audit(None, &Unwatched))
}

#[test]
fn the_thief_can_chain_rows_as_the_program_does() {
    let mut world = world();
    let mut history = History::of(&world);
    let last = history.rows.len() - 1;
    history.rows[last].0.detail = "edited".to_owned(); // after the last approval
    history.write();
    let verdict = world.engine.verify_audit(None, &Unwatched).unwrap();
    assert!(
        matches!(verdict, AuditVerdict::Intact { .. }),
        "{verdict:?}"
    );
}

#[test]
fn rows_removed_or_changed_before_an_approval_are_found_though_all_is_signed_anew() {
    let edits: [fn(&mut History); 3] = [
        |history| {
            let at = history.row("Make a mailbox");
            history.rows.remove(at);
        },
        |history| {
            let at = history.row("Make a mailbox");
            history.rows[at].0.subject = "Carl <carl@example.com>".to_owned();
        },
        |history| {
            let at = history.row("Make a mailbox");
            let again = history.rows[at].clone();
            history.rows.insert(at, again);
        },
    ];
    for edit in edits {
        let mut world = world();
        let mut history = History::of(&world);
        edit(&mut history);
        history.write();
        let (_, why) = verify(&mut world);
        assert!(why.contains("rows before it were changed"), "{why}");
    }
}

#[test]
fn approvals_do_not_serve_a_second_time() {
    let mut world = world();
    let mut history = History::of(&world);
    let again = history.rows[history.row("Save a user's keys")].clone();
    history.rows.push(again);
    history.write();
    assert!(verify(&mut world).1.contains("that of an earlier row"));
}

#[test]
fn approvals_of_a_cancelled_act_do_not_make_it_done() {
    let mut world = world();
    let mut history = History::of(&world);
    // Ada's signature on the act that was cancelled was caught in memory.
    let (mut entry, _) = history.rows[history.row("Share anew")].clone();
    assert_eq!(entry.outcome, "cancelled");
    let caught = approval_of(&world, "Ada", entry.request.as_deref().unwrap());
    entry.outcome = "done".to_owned();
    history.rows.push((entry, vec![caught.clone()]));
    history.write();
    assert!(verify(&mut world).1.contains("that of an earlier row"));
    let mut world = self::world();
    let mut history = History::of(&world);
    let at = history.row("Save a user's keys");
    history.rows[at].1.push(Approval { seat: 3, ..caught });
    history.write();
    assert!(verify(&mut world).1.contains("does not belong to the row"));
}

#[test]
fn one_administrator_does_not_sign_for_two() {
    let mut world = world();
    let mut history = History::of(&world);
    let at = history.row("Save a user's keys");
    let approvals = &mut history.rows[at].1;
    approvals[1].key = approvals[0].key.clone();
    approvals[1].signature = approvals[0].signature.clone();
    history.write();
    assert!(verify(&mut world).1.contains("does not belong to the row"));
}

#[test]
fn keys_smuggled_into_an_older_manifest_approve_nothing() {
    let mut world = world();
    let thief = Thief::of(&world);
    let mallory = own(kmadmin::domain::key_kind::KeyKind::Ed25519);
    let sql = "SELECT body FROM manifest ORDER BY generation LIMIT 1";
    let body = thief.blob(sql);
    let manifest: Manifest = thief.store().read(Manifest::newest).unwrap();
    let old = manifest.seats[0].keys.signing.spki().to_vec();
    let place = body.windows(old.len()).position(|octets| octets == old);
    let place = place.unwrap();
    let mut forged = body.clone();
    forged[place..place + old.len()].copy_from_slice(mallory.public().spki());
    let values = [Value::Blob(forged), Value::Blob(body)];
    thief.change("UPDATE manifest SET body = ? WHERE body = ?", &values);
    assert!(world.engine.verify_audit(None, &Unwatched).is_err());
}

/// An administrator's signature over a request, made with the opened seat.
fn approval_of(world: &World, administrator: &str, request: &[u8]) -> Approval {
    use kmadmin::crypto::kdf;
    use kmadmin::engine::seats::{OpenSeat, by_name, roster};
    let thief = Thief::of(world);
    let credential = credential(administrator);
    let opened = thief.store().read(|reader| {
        let manifest = Manifest::newest(reader)?;
        let (seats, _) = roster(reader, &manifest)?;
        let seat = by_name(&seats, &credential.administrator).unwrap();
        let key = kdf::derive(&credential.password, &seat.keys.salt, seat.keys.argon2).unwrap();
        OpenSeat::open(reader, &manifest, seat, key)
    });
    let opened = opened.unwrap();
    Approval {
        seq: 0,
        seat: opened.seat.id,
        name: administrator.to_owned(),
        key: opened.seat.keys.signing.spki().to_vec(),
        signature: opened.signing.sign(request).unwrap(),
    }
}
