//! Approvals are checked by those who have no kmadmin: a request in DER, and Ed25519 signatures.

use std::fs;

use kmadmin::domain::progress::Unwatched;
use kmadmin::engine::administer::ShareAnew;
use kmadmin::engine::audit::AuditVerdict;

use crate::support::{World, judge, judged};
use crate::thief::Thief;

#[test]
fn openssl_verifies_each_administrators_approval() {
    let mut world = World::with_numbers(3, World::all_of(3, 2));
    world.run(ShareAnew, &["Ada", "Cleo"]).unwrap();
    let verdict = world.engine.verify_audit(None, &Unwatched).unwrap();
    assert!(matches!(verdict, AuditVerdict::Intact { .. }));
    let thief = Thief::of(&world);
    let last = "FROM audit WHERE act = 'Share anew' ORDER BY seq DESC LIMIT 1";
    let of = format!("WHERE seq = (SELECT seq {last}) ORDER BY seat");
    let request = thief.blob(&format!("SELECT request {last}"));
    let keys = thief.blobs(&format!("SELECT key FROM approval {of}"));
    let signatures = thief.blobs(&format!("SELECT signature FROM approval {of}"));
    assert_eq!((keys.len(), signatures.len()), (2, 2));
    let path = |name: &str| world.folder.path().join(name).to_str().unwrap().to_owned();
    let (asked, other) = (path("request.der"), path("other.der"));
    fs::write(&asked, &request).unwrap();
    fs::write(&other, &request[1..]).unwrap();
    for (key, signature) in keys.iter().zip(&signatures) {
        let (public, signed) = (path("key.der"), path("signature"));
        fs::write(&public, key).unwrap();
        fs::write(&signed, signature).unwrap();
        let verify = |what: &str| {
            [
                "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", &public,
            ]
            .into_iter()
            .chain(["-sigfile", &signed, "-in", what])
            .map(str::to_owned)
            .collect::<Vec<String>>()
        };
        let genuine = verify(&asked);
        let genuine: Vec<&str> = genuine.iter().map(String::as_str).collect();
        if judged("openssl", &genuine, b"").is_none() {
            return;
        }
        let forged = verify(&other);
        let forged: Vec<&str> = forged.iter().map(String::as_str).collect();
        assert!(!judge("openssl", &forged, b"").unwrap().status.success());
    }
}
