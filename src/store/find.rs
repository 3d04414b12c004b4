//! How a recipient is found while its name is being typed.
//!
//! Each row has a find text: the folded words of name, alias and address, each after two blanks.
//! A full-text index holds its trigrams. So a word of one character is sought as blank, blank,
//! character, a word of two as blank, character, character, and longer ones anywhere: one index
//! serves them all. Whatever the index finds is compared with the find text itself.

use std::collections::BTreeSet;

use super::collation::Collation;

/// The words of what a person typed, as they stand in a find text.
pub(super) struct Needles(Vec<String>);

impl Needles {
    /// Splits and folds what was typed; `None` if that is nothing.
    pub(super) fn parse(collation: &Collation, typed: &str) -> Option<Self> {
        let folded = collation.fold(typed);
        let words = folded.split(is_blank).filter(|word| !word.is_empty());
        let needles: Vec<String> = words.take(WORD_LIMIT).map(needle).collect();
        (!needles.is_empty()).then_some(Self(needles))
    }

    /// The words; every one must be part of the find text.
    pub(super) fn words(&self) -> &[String] {
        &self.0
    }

    /// The full-text query: every trigram of every word.
    pub(super) fn trigrams(&self) -> String {
        let trigrams: BTreeSet<String> = self.0.iter().flat_map(|word| trigrams(word)).collect();
        let quoted = trigrams.iter().take(TRIGRAM_LIMIT).map(|trigram| {
            let escaped = trigram.replace('"', "\"\"");
            format!("\"{escaped}\"")
        });
        quoted.collect::<Vec<_>>().join(" AND ")
    }

    /// Whether the full-text query alone says all: each word is one trigram.
    pub(super) fn are_trigrams(&self) -> bool {
        self.0.iter().all(|word| word.chars().count() == 3)
    }
}

/// More words than a name has.
const WORD_LIMIT: usize = 8;

/// Enough to leave few rows to compare.
const TRIGRAM_LIMIT: usize = 24;

/// The find text of a row with these fields.
pub(super) fn find_text(collation: &Collation, fields: &[&str]) -> String {
    let mut text = String::new();
    let mut seen = BTreeSet::new();
    for field in fields {
        let folded = collation.fold(field);
        for word in folded.split(is_blank).filter(|word| !word.is_empty()) {
            for part in parts(word) {
                if seen.insert(part.clone()) {
                    text.push_str("  ");
                    text.push_str(&part);
                }
            }
        }
    }
    text
}

/// A word, and, since East Asian names are written without blanks, each pair of such letters in
/// it: 太郎 is found in 田中太郎.
fn parts(word: &str) -> Vec<String> {
    let mut parts = vec![word.to_owned()];
    let mut letters = word.chars().skip(1).peekable();
    while let Some(letter) = letters.next() {
        // From CJK radicals on: Han, kana, Hangul, and their supplements.
        if '\u{2E80}' <= letter {
            parts.push([letter].iter().chain(letters.peek()).collect());
        }
    }
    parts
}

fn needle(word: &str) -> String {
    let blanks = match word.chars().count() {
        1 => "  ",
        2 => " ",
        _longer => "",
    };
    format!("{blanks}{word}")
}

fn trigrams(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    letters
        .windows(3)
        .map(|three| three.iter().collect())
        .collect()
}

/// Blanks of any kind, and what no find text has.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || character.is_control()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use crate::domain::listing::Scope;
    use crate::store::mailbox::update_general;
    use crate::store::test_folder::{self, Folder, add, found, person};

    #[test]
    fn people_are_found_as_their_names_are_typed() {
        let folder = Folder::new();
        let mut store = folder.store();
        let container = test_folder::container(&mut store);
        for (number, (name, address)) in (0..).zip([
            ("Müller, Jürgen", "jmueller@bücher.example"),
            ("田中太郎", "tanaka@example.org"),
            ("山田 花子", "hanako.y@example.org"),
            ("Ärger, Anna", "anna@example.org"),
            ("\"Quote\" O'Brien", "o'b@example.org"),
            ("A % _ B", "percent@example.org"),
        ]) {
            add(&mut store, container, number, &person(name, address));
        }
        for (typed, expected) in [
            ("田中", &["田中太郎"][..]),
            ("太郎", &["田中太郎"]),
            ("花", &["山田 花子"]),
            ("中", &["田中太郎"]),
            ("mü", &["Müller, Jürgen"]),
            ("MULL", &["Müller, Jürgen"]),
            ("ürg", &["Müller, Jürgen"]),
            ("ju mu", &["Müller, Jürgen"]),
            ("bücher", &["Müller, Jürgen"]),
            ("anna@ex", &["Ärger, Anna"]),
            ("ar", &["Ärger, Anna"]),
            ("nn", &[]),
            ("\"quote", &["\"Quote\" O'Brien"]),
            ("o'b", &["\"Quote\" O'Brien"]),
            ("% _", &["A % _ B"]),
            ("%%%", &[]),
            ("xyzzy", &[]),
            (
                "org",
                &[
                    "\"Quote\" O'Brien",
                    "A % _ B",
                    "Ärger, Anna",
                    "山田 花子",
                    "田中太郎",
                ],
            ),
        ] {
            let mut names = found(&mut store, Scope::All, typed);
            let in_container = found(&mut store, Scope::Container(container), typed);
            assert_eq!(names, in_container);
            if typed == "org" {
                assert_eq!(names.len(), 5);
            } else {
                names.sort();
                assert_eq!(names, expected, "{typed}");
            }
        }
    }

    #[test]
    fn a_change_of_name_changes_what_is_found() {
        let folder = Folder::new();
        let mut store = folder.store();
        let container = test_folder::container(&mut store);
        let id = add(
            &mut store,
            container,
            1,
            &person("Anna Berg", "a@example.org"),
        );
        let married = person("Anna Thal", "a@example.org");
        store.write(|tx| update_general(tx, id, &married)).unwrap();
        assert_eq!(found(&mut store, Scope::All, "berg"), [""; 0]);
        assert_eq!(found(&mut store, Scope::All, "thal"), ["Anna Thal"]);
    }
}
