//! A trust list that another program edited is not used, and the program says so.

use std::fs;
use std::path::Path;

use kmadmin::crypto::verify::judge_file;
use kmadmin::domain::time::Clock as _;
use kmadmin::engine::error::Error;
use kmadmin::engine::trust::{ImportCertificates, Untrust};
use rusqlite::types::Value;

use crate::support::{NAMES, World};
use crate::thief::Thief;

fn import(world: &mut World, sample: &str) -> [u8; 32] {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/samples/ca")
        .join(sample);
    let judged = judge_file(&fs::read(path).unwrap(), world.clock.now()).unwrap();
    let import = ImportCertificates::from_file(sample, judged).unwrap();
    let fingerprint = import.certificates[0].fingerprint();
    world.run(import, &NAMES).unwrap();
    fingerprint
}

fn is_refused(world: &mut World) {
    let refused = world.engine.trust_list().err().unwrap();
    assert!(matches!(refused, Error::TrustListTampered), "{refused}");
    let words = "the trust list was changed by another program and is not used";
    assert_eq!(refused.to_string(), words);
    let untrust = Untrust {
        fingerprint: [0; 32],
    };
    assert!(matches!(
        world.engine.begin(untrust),
        Err(Error::TrustListTampered)
    ));
    let mut again = world.open_again().unwrap();
    assert!(matches!(again.trust_list(), Err(Error::TrustListTampered)));
}

#[test]
fn a_list_with_any_octet_changed_is_not_used() {
    let mut world = World::with_numbers(3, World::all_of(3, 2));
    import(&mut world, "root.pem");
    let thief = Thief::of(&world);
    let body = thief.object("trust list");
    let step = body.len() / 23;
    for place in (0..body.len()).step_by(step) {
        let mut changed = body.clone();
        changed[place] ^= 1;
        let sql = "UPDATE object SET body = ? WHERE name = 'trust list'";
        thief.change(sql, &[Value::Blob(changed)]);
        assert!(
            matches!(world.engine.trust_list(), Err(Error::TrustListTampered)),
            "{place}"
        );
    }
    is_refused(&mut world);
}

#[test]
fn a_list_that_was_shortened_removed_or_unsigned_is_not_used() {
    for sql in [
        "UPDATE object SET body = substr(body, 1, length(body) - 1) WHERE name = 'trust list'",
        "UPDATE object SET body = x'' WHERE name = 'trust list'",
        "DELETE FROM object WHERE name = 'trust list'",
        "UPDATE object SET signature = NULL WHERE name = 'trust list'",
        "UPDATE object SET signature = zeroblob(64) WHERE name = 'trust list'",
        "UPDATE object SET (body, signature) = (SELECT body, signature FROM object o
         WHERE o.name = 'settings') WHERE name = 'trust list'",
    ] {
        let mut world = World::with_numbers(3, World::all_of(3, 2));
        import(&mut world, "root.pem");
        assert!(0 < Thief::of(&world).edit(sql), "{sql}");
        is_refused(&mut world);
    }
}

#[test]
fn an_older_version_of_the_list_put_back_is_not_used() {
    let mut world = World::with_numbers(3, World::all_of(3, 2));
    let thief = Thief::of(&world);
    let empty = thief.keep("object");
    let fingerprint = import(&mut world, "root.pem");
    let with_root = thief.keep("object");
    thief.put_back_object(&empty, "trust list");
    is_refused(&mut world);
    thief.put_back_object(&with_root, "trust list");
    assert_eq!(world.engine.trust_list().unwrap().len(), 1);
    world.run(Untrust { fingerprint }, &NAMES).unwrap();
    thief.put_back_object(&with_root, "trust list");
    is_refused(&mut world);
}
