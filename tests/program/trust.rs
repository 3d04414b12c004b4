//! The trust list from a script: judged first, one transaction, what is present is no error.

use super::world::{ANN, World};

const FIRST: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/assets/tour/first-authority.pem"
);
const SECOND: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/assets/tour/second-authority.pem"
);

#[test]
fn certificates_are_imported_listed_and_untrusted() {
    let world = World::new();
    let ann = world.file("ann", ANN);
    let imported = world.json(&["trust", "import", FIRST, SECOND, "--answers", &ann]);
    assert_eq!(imported["added"], 2);
    assert_eq!(imported["items"][0]["verdict"], "accepted");
    let list = world.json(&["trust", "list"]);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    let fingerprint = list["items"][0]["fingerprint"].as_str().unwrap();
    world.done(&["trust", "untrust", fingerprint, "--answers", &ann]);
    let ran = world.call(&["trust", "untrust", fingerprint, "--answers", &ann]);
    assert_eq!(ran.status, 1, "{}", ran.out);
    assert_eq!(
        world.json(&["trust", "list"])["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    world.refused(
        1,
        &["trust", "untrust", "12ab", "--answers", &ann],
        "64 hexadecimal",
    );
}

#[test]
fn what_is_present_is_said_and_asks_for_no_password() {
    let world = World::new();
    let ann = world.file("ann", ANN);
    let nobody = world.file("nobody", "");
    world.done(&["trust", "import", FIRST, "--answers", &ann]);
    let again = world.json(&["trust", "import", FIRST, "--answers", &nobody]);
    assert_eq!(again["items"][0]["verdict"], "present");
    assert_eq!(again["added"], 0);
}

#[test]
fn a_file_without_a_fit_certificate_is_refused_before_anybody_answers() {
    let world = World::new();
    let nobody = world.file("nobody", "");
    let page = world.file("page.html", "<!DOCTYPE html><p>Not found");
    let ran = world.call(&["trust", "import", &page, "--answers", &nobody, "--json"]);
    assert_eq!(ran.status, 1, "{}", ran.err);
    assert_eq!(ran.json()["outcome"], "refused");
}

#[test]
fn a_file_of_another_kind_among_others_is_named_and_the_rest_is_imported() {
    let world = World::new();
    let ann = world.file("ann", ANN);
    let page = world.file("page.html", "<!DOCTYPE html><p>Not found");
    let ran = world.call(&["trust", "import", &page, FIRST, "--answers", &ann, "--json"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.err.contains("page.html"), "{}", ran.err);
    let (items, added) = (&ran.json()["items"], &ran.json()["added"]);
    assert_eq!(items[0]["verdict"], "refused");
    assert_eq!(items[1]["verdict"], "accepted");
    assert_eq!(*added, 1);
}
