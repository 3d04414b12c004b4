//! `--answers`: several files, wrong answers among right ones, what each refusal is called.

use super::world::{ANN, BOB, CLEO, World};

const AUTHORITY: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/assets/tour/first-authority.pem"
);

#[test]
fn each_administrator_keeps_a_file_of_his_own() {
    let world = World::with_two_passwords();
    let ann = world.file("ann", &format!("\u{feff}{ANN}\r\n"));
    let bob = world.file("bob", BOB);
    let import = [
        "trust",
        "import",
        AUTHORITY,
        "--answers",
        &ann,
        "--answers",
        &bob,
    ];
    world.done(&import);
    assert_eq!(
        world.json(&["trust", "list"])["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn answers_come_from_standard_input_once() {
    let world = World::with_two_passwords();
    let import = ["trust", "import", AUTHORITY, "--answers", "-"];
    let ran = world.call_with_input(&import, &format!("{ANN}\n{BOB}\n"));
    assert_eq!(ran.status, 0, "{}", ran.err);
    let twice = [&import[..], &["--answers", "-"]].concat();
    let ran = world.call_with_input(&twice, &format!("{ANN}\n{BOB}\n"));
    assert_eq!(ran.status, 2, "{}", ran.err);
}

#[test]
fn wrong_answers_are_told_apart_and_right_ones_stay() {
    let world = World::with_two_passwords();
    let both = world.file("both", &format!("{ANN}\n{BOB}\n"));
    world.done(&["passwords", "set", "administer", "1", "--answers", &both]);
    world.done(&["administrator", "remove", "cleo", "--answers", &both]);
    let lines = [
        ANN,
        ANN,
        "bob\tnot the password",
        "nobody\tx y z",
        CLEO,
        BOB,
    ]
    .join("\n");
    let answers = world.file("answers", &lines);
    let ran = world.call(&["trust", "import", AUTHORITY, "--answers", &answers]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    for said in [
        "Ann has approved already".to_lowercase().as_str(),
        "incorrect",
        "cleo is no longer an administrator",
    ] {
        assert!(ran.err.to_lowercase().contains(said), "{said}: {}", ran.err);
    }
}

#[test]
fn a_pending_administrator_does_not_count() {
    let world = World::new();
    let ann = world.file("ann", ANN);
    let first = world.file("first", "jasmine quarry lantern bison 58");
    let add = [
        "administrator",
        "add",
        "dan",
        "--new-password-from",
        &first,
        "--answers",
        &ann,
    ];
    world.done(&add);
    let dan = world.file("dan", "dan\tjasmine quarry lantern bison 58");
    let ran = world.call(&["trust", "import", AUTHORITY, "--answers", &dan]);
    assert_eq!(ran.status, 3, "{}", ran.err);
    assert!(ran.err.contains("has not accepted"), "{}", ran.err);
}

#[test]
fn a_line_that_is_no_answer_is_refused_before_anything_begins() {
    let world = World::new();
    let before = world.audit_rows();
    let answers = world.file("answers", "ann plum ferry oxide tundra 41\n");
    world.refused(
        1,
        &["trust", "import", AUTHORITY, "--answers", &answers],
        "Line 1",
    );
    assert_eq!(world.audit_rows(), before);
}

#[test]
fn cancelled_at_each_position_nothing_is_changed_but_one_row() {
    let world = World::with_two_passwords();
    for lines in ["cancel", "", &format!("{ANN}\ncancel\n{BOB}"), ANN] {
        let before = world.audit_rows();
        let answers = world.file("answers", lines);
        let ran = world.call(&["trust", "import", AUTHORITY, "--answers", &answers]);
        assert_eq!(ran.status, 3, "{}", ran.err);
        assert!(!ran.out.contains("trusted from now on"), "{}", ran.out);
        assert_eq!(world.audit_rows(), before + 1, "{lines:?}");
        assert_eq!(
            world.json(&["trust", "list"])["items"]
                .as_array()
                .unwrap()
                .len(),
            0
        );
    }
}
