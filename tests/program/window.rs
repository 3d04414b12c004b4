//! Where no window can be opened, the program says so and names what works without one.

use super::world::program;

#[test]
fn without_a_display_one_sentence_names_the_commands() {
    let output = program(&[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("display"), "{said}");
    for word in ["setup", "mailbox", "trust", "tour", "--help"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert_eq!(said.trim().lines().count(), 1, "{said}");
}

#[test]
fn a_display_that_is_not_there_is_said_too() {
    let output = program(&[]).env("DISPLAY", ":987").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("tour"), "{said}");
}
