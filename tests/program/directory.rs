//! People from a file: each refused row is named, the rest enters at once, a trial changes nothing.

use super::world::World;

const PEOPLE: &str = "Alias;Display Name;SMTP Address;Department\r\n\
    anna;Änne Müller;anna@example.com;Sales\r\n\
    nobody;Nobody;no address;\r\n\
    tanaka;田中 太郎;tanaka@example.jp;\r\n";

#[test]
fn a_trial_changes_nothing_and_the_import_says_what_it_did() {
    let world = World::new();
    let file = world.file("people.csv", PEOPLE);
    let trial = world.call(&["directory", "import", &file, "--dry-run", "--json"]);
    assert_eq!(trial.status, 0, "{}", trial.err);
    assert_eq!(trial.json()["accepted"], 2);
    assert_eq!(trial.json()["items"][0]["verdict"], "refused");
    assert_eq!(trial.json()["items"][0]["row"], 3);
    assert!(trial.err.contains('3'), "{}", trial.err);
    let document = trial.json();
    let verdict = |item: &serde_json::Value| item["verdict"].as_str().unwrap().to_owned();
    let verdicts: Vec<_> = document["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(verdict)
        .collect();
    assert_eq!(verdicts, ["refused", "accepted", "accepted"]);
    assert_eq!(world.json(&["mailbox", "list"])["total"], 0);
    assert_eq!(world.json(&["directory", "import", &file])["added"], 2);
    assert_eq!(world.json(&["mailbox", "list"])["total"], 2);
    let again = world.json(&["directory", "import", &file]);
    assert_eq!((&again["added"], &again["present"]), (&0.into(), &2.into()));
}

#[test]
fn a_file_without_a_fit_row_is_refused() {
    let world = World::new();
    let file = world.file("people.csv", "alias,display name,address\n,,\n");
    assert_eq!(world.call(&["directory", "import", &file]).status, 1);
    let other = world.file("people.ods", "");
    world.refused(1, &["directory", "import", &other], "CSV");
}

#[test]
fn what_is_exported_can_be_imported_elsewhere() {
    let (world, elsewhere) = (World::new(), World::new());
    let file = world.file("people.csv", PEOPLE);
    world.done(&["directory", "import", &file]);
    let exported = world.path("exported.csv");
    assert_eq!(
        world.json(&["directory", "export", &exported])["written"],
        2
    );
    assert_eq!(
        elsewhere.json(&["directory", "import", &exported])["added"],
        2
    );
}
