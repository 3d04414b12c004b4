//! `check-ca`: verdicts without any data folder, as of a time, refused ones named.

use serde_json::Value;

use super::world::{World, program};

const FIRST: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/assets/tour/first-authority.pem"
);

fn check(arguments: &[&str]) -> (Option<i32>, Value, String) {
    let output = program(&[&["check-ca", "--json"], arguments].concat())
        .output()
        .unwrap();
    let document = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (
        output.status.code(),
        document,
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn an_authority_is_accepted_in_its_time_only() {
    let (status, document, _) = check(&[FIRST]);
    assert_eq!(status, Some(0));
    assert_eq!(document["items"][0]["verdict"], "accepted");
    let (status, document, said) = check(&[FIRST, "--at", "2200-01-01T00:00:00Z"]);
    assert_eq!(status, Some(1));
    assert_eq!(document["items"][0]["verdict"], "refused");
    assert_eq!(document["outcome"], "refused");
    assert!(said.contains("Elsewhere first"), "{said}");
}

#[test]
fn what_is_no_certificate_is_refused_without_a_crash() {
    let world = World::empty();
    for (name, text) in [
        ("empty", ""),
        ("page", "<html>"),
        ("length", "\u{30}\u{84}\u{ff}"),
    ] {
        let file = world.file(name, text);
        let (status, document, said) = check(&[&file]);
        assert_eq!(status, Some(1), "{name}: {said}");
        assert_eq!(document["outcome"], "refused", "{name}");
    }
    let (status, _, said) = check(&[&world.path("none")]);
    assert_eq!(status, Some(1));
    assert!(said.contains("none"), "{said}");
}
