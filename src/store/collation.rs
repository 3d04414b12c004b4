//! Sort keys in the order of CLDR's root collation, and texts folded for finding.

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use precis_profiles::Nickname;
use precis_profiles::precis_core::profile::Rules as _;

use super::StoreError;

/// The order of names, in any script, and what counts as the same letter.
pub(super) struct Collation {
    order: CollatorBorrowed<'static>,
    base_letters: CollatorBorrowed<'static>,
    /// The keys of a to z.
    letters: Vec<(Vec<u8>, char)>,
}

impl Collation {
    /// The root collation that is built into the program.
    pub(super) fn new() -> Result<Self, StoreError> {
        let mut primary = CollatorOptions::default();
        primary.strength = Some(Strength::Primary);
        let collator = |options| {
            Collator::try_new(CollatorPreferences::default(), options)
                .map_err(|error| StoreError::Corrupt(format!("built-in collation: {error}")))
        };
        let order = collator(CollatorOptions::default())?;
        let base_letters = collator(primary)?;
        let letters = ('a'..='z')
            .map(|letter| (key(&base_letters, letter.encode_utf8(&mut [0; 4])), letter))
            .collect();
        Ok(Self {
            order,
            base_letters,
            letters,
        })
    }

    /// Octets that compare as the texts are sorted.
    pub(super) fn sort_key(&self, text: &str) -> Vec<u8> {
        key(&self.order, text)
    }

    /// The text without case, accents on Latin letters, and width: `Ä`, `a` and `Ａ` are one.
    pub(super) fn fold(&self, text: &str) -> String {
        if text.is_ascii() {
            return text.to_ascii_lowercase();
        }
        let normalized = Nickname::new().normalization_rule(text); // NFKC
        let text = normalized.map_or_else(
            |_no_rule| text.to_lowercase(),
            |normalized| normalized.to_lowercase(),
        );
        text.chars()
            .filter(|character| !matches!(character, '\u{300}'..='\u{36F}')) // combining accents
            .map(|character| self.base_letter(character))
            .collect()
    }

    /// A value that differs when keys or folded texts would.
    pub(super) fn fingerprint(&self) -> Vec<u8> {
        // Letters of the scripts in use, punctuation, and some that Unicode changed its mind about.
        let probe = "aÄæøßłđŋ Ωω Жж אب ܐ अঅਅઅଅஅఅಅഅ กກཀကა ሀᏣ 한글 カなー 田中葛𠮷 ー,-'’1１";
        let mut fingerprint = self.sort_key(probe);
        fingerprint.extend(self.fold(probe).into_bytes());
        fingerprint
    }

    fn base_letter(&self, character: char) -> char {
        // Latin-1 Supplement to Latin Extended-B, and Latin Extended Additional.
        if !matches!(character, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}') {
            return character;
        }
        let key = key(&self.base_letters, character.encode_utf8(&mut [0; 4]));
        let found = self.letters.iter().find(|(letter, _)| *letter == key);
        found.map_or(character, |(_, letter)| *letter)
    }
}

fn key(collator: &CollatorBorrowed<'static>, text: &str) -> Vec<u8> {
    let mut key = Vec::new();
    match collator.write_sort_key_to(text, &mut key) {
        Ok(()) => key,
        Err(never) => match never {},
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_in_a_printed_directory() {
        let collation = Collation::new().unwrap();
        let sorted = [
            "apfel", "Ärger", "Arzt", "Strasse", "Straße", "Zoe", "Ωmega", "Яна", "田中",
        ];
        assert!(sorted.is_sorted_by_key(|name| collation.sort_key(name)));
        assert_eq!(
            collation.sort_key("Ärger"),
            collation.sort_key("A\u{308}rger")
        );
    }

    #[test]
    fn folding_forgets_case_accents_and_width() {
        let collation = Collation::new().unwrap();
        for (text, folded) in [
            ("MÜLLER", "muller"),
            ("Mu\u{308}ller", "muller"),
            ("Łukasz Ñandú", "lukasz nandu"),
            ("ＡＮＮＡ", "anna"),
            ("ΩΜΈΓΑ", "ωμέγα"),
            ("が田中", "が田中"),
        ] {
            assert_eq!(collation.fold(text), folded);
        }
    }
}
