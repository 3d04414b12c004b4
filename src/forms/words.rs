//! Small matters of wording.

use std::fmt::Display;

use crate::domain::time::UnixTime;

/// The message of a lower layer as a sentence: capital letter, full stop.
pub fn sentence(message: &impl Display) -> String {
    let text = message.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    let mut sentence: String = first.into_iter().flatten().chain(letters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

/// A moment in the person's own zone, to the minute.
pub fn local(at: UnixTime) -> String {
    let local = at.utc().with_timezone(&chrono::Local);
    local.format("%Y-%m-%d %H:%M").to_string()
}

/// A day in the person's own zone.
pub fn local_day(at: UnixTime) -> String {
    let local = at.utc().with_timezone(&chrono::Local);
    local.format("%Y-%m-%d").to_string()
}

/// A number of things.
pub fn count(number: u64, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}

/// Minutes and seconds left, `4:05`.
pub fn minutes(seconds: i64) -> String {
    let seconds = seconds.max(0);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_become_sentences() {
        assert_eq!(sentence(&"no password was typed"), "No password was typed.");
        assert_eq!(sentence(&"Is it?"), "Is it?");
        assert_eq!(sentence(&""), ".");
    }

    #[test]
    fn one_thing_is_not_many() {
        assert_eq!(count(1, "person", "people"), "1 person");
        assert_eq!(count(0, "person", "people"), "0 people");
        assert_eq!(minutes(245), "4:05");
    }
}
