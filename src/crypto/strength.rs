//! How guessable a password is, and passwords that are not.

use rand::CryptoRng;
use zxcvbn::feedback::Feedback;

use crate::domain::secret::{Password, SecretText};

/// What an attacker who has the file would need to find a password.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Strength {
    /// The binary logarithm of the guesses, by estimate; the estimate ends at 63.
    pub bits: u32,
    /// What makes it weak and what would help, in sentences; empty for a strong one.
    pub advice: String,
}

impl Strength {
    /// The least for an administrator: at a tenth of a second of one core for each guess (64 MiB
    /// of Argon2id), half of 2^50 guesses are about two million years of one core.
    pub const MIN_BITS: u32 = 50;

    /// Whether an administrator may use the password.
    pub fn is_enough(&self) -> bool {
        Self::MIN_BITS <= self.bits
    }

    /// The strength in one or two words, to stand beside the password field.
    pub fn words(&self) -> &'static str {
        match self.bits {
            0..30 => "very weak", // half of 2^30 guesses take one core two years
            30..Self::MIN_BITS => "weak",
            Self::MIN_BITS..60 => "good",
            60.. => "strong", // what the suggested passphrases have
        }
    }
}

/// Estimates how many guesses `password` withstands; `context` are words that an attacker tries
/// first: names of the person, the organization, the server.
pub fn estimate(password: &Password, context: &[&str]) -> Strength {
    let entropy = zxcvbn::zxcvbn(password.expose(), context);
    let bits = entropy.guesses().max(1).ilog2();
    let feedback = entropy.feedback();
    let warning = feedback.and_then(Feedback::warning);
    let warning = warning.iter().map(ToString::to_string);
    let suggestions = feedback.map_or(&[][..], |feedback| feedback.suggestions());
    let advice: Vec<_> = warning
        .chain(suggestions.iter().map(ToString::to_string))
        .collect();
    let advice = match advice.as_slice() {
        // The estimator is content earlier than we are.
        [] if bits < Strength::MIN_BITS => "Add another word or two.".to_owned(),
        sentences => sentences.join(" "),
    };
    Strength { bits, advice }
}

/// A passphrase of six words: 60 bits.
pub fn suggest(rng: &mut dyn CryptoRng) -> SecretText {
    let mut phrase = String::with_capacity(PHRASE_WORDS * LONGEST_WORD);
    for _ in 0..PHRASE_WORDS {
        let mut octets = [0; 2];
        rng.fill_bytes(&mut octets);
        // 1,024 words divide 65,536 evenly, so every word is equally likely.
        let place = usize::from(u16::from_le_bytes(octets) & 1023);
        if !phrase.is_empty() {
            phrase.push('-');
        }
        phrase.push_str(WORDS.lines().nth(place).unwrap_or_default());
    }
    SecretText::new(phrase)
}

/// A generated password of at least `bits`, in groups of four letters that are not mistaken for
/// each other (Crockford's base 32), to be read out or copied by hand.
pub fn generated(rng: &mut dyn CryptoRng, bits: usize) -> SecretText {
    let groups = bits.div_ceil(GROUP_LETTERS * 5);
    let mut text = String::with_capacity(groups * (GROUP_LETTERS + 1));
    for group in 0..groups {
        if 0 < group {
            text.push('-');
        }
        for _ in 0..GROUP_LETTERS {
            let mut octet = [0];
            rng.fill_bytes(&mut octet);
            // 32 letters divide 256 evenly, so every letter is equally likely.
            let letter = CROCKFORD.get(usize::from(octet[0] & 31)).copied();
            text.extend(letter.map(char::from));
        }
    }
    SecretText::new(text)
}

/// A startup password: 15 capital letters, each equally likely; 70 bits, though an estimate that
/// does not know how it was made gives it 49.
pub fn startup_password(rng: &mut dyn CryptoRng) -> SecretText {
    let mut text = String::with_capacity(STARTUP_LETTERS);
    while text.len() < STARTUP_LETTERS {
        let mut octet = [0];
        rng.fill_bytes(&mut octet);
        // The octets from 234 = 9 * 26 are thrown away: they would favour the first letters.
        if octet[0] < 234 {
            text.push(char::from(b'A' + octet[0] % 26));
        }
    }
    SecretText::new(text)
}

/// Bits of the password of a PKCS#12 file, which travels and can be guessed at for ever: beyond
/// reach even though PBKDF2 needs no memory (112 bits, NIST SP 800-57 part 1).
pub const FILE_BITS: usize = 112;
/// Bits of the password in a sealed envelope, which nobody ever types but in an emergency.
pub const ENVELOPE_BITS: usize = 128;

/// 1,024 short English words, 10 bits each.
const WORDS: &str = include_str!("../../assets/words.txt");
/// Six times 10 bits: above what is asked of an administrator, and still to be remembered.
const PHRASE_WORDS: usize = 6;
/// With its hyphen; room for the phrase, so that no copy stays behind in a smaller allocation.
const LONGEST_WORD: usize = 8;
/// As many as people read at a glance.
const GROUP_LETTERS: usize = 4;
/// The original product's startup password had as many.
const STARTUP_LETTERS: usize = 15;
/// Without I, L, O and U.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    fn strength(typed: &str, context: &[&str]) -> Strength {
        estimate(&Password::parse(typed).unwrap(), context)
    }

    #[test]
    fn what_people_type_is_weak_and_the_reason_is_said() {
        for typed in [
            "a",
            "password",
            "Password1!",
            "qwertyuiop",
            "correcthorse",
            "31.12.1999",
        ] {
            let strength = strength(typed, &[]);
            assert!(!strength.is_enough(), "{typed}: {} bits", strength.bits);
            assert!(strength.advice.ends_with('.'), "{typed}: no advice");
        }
    }

    #[test]
    fn words_of_the_place_count_for_little() {
        let phrase = "Grzegorz Brzeczyszczykiewicz";
        let unknown = strength(phrase, &[]);
        let known = strength(phrase, &["Grzegorz", "Brzeczyszczykiewicz"]);
        assert!(unknown.is_enough() && !known.is_enough());
    }

    #[test]
    fn what_the_program_makes_for_administrators_is_always_enough() {
        let mut rng = StdRng::seed_from_u64(1);
        for _ in 0..200 {
            for made in [
                suggest(&mut rng),
                generated(&mut rng, FILE_BITS),
                generated(&mut rng, ENVELOPE_BITS),
            ] {
                let strength = strength(made.expose(), &[]);
                assert!(strength.is_enough(), "{}: {}", made.expose(), strength.bits);
            }
        }
    }

    #[test]
    fn the_word_list_has_1024_different_short_words() {
        let words: BTreeSet<_> = WORDS.lines().collect();
        assert_eq!((words.len(), WORDS.lines().count()), (1024, 1024));
        for word in words {
            assert!((2..LONGEST_WORD).contains(&word.len()), "{word}");
            assert!(word.bytes().all(|letter| letter.is_ascii_lowercase()));
        }
        let phrase = suggest(&mut StdRng::seed_from_u64(2));
        assert_eq!(phrase.expose().split('-').count(), PHRASE_WORDS);
    }

    #[test]
    fn generated_passwords_reach_their_bits_in_whole_groups() {
        let mut rng = StdRng::seed_from_u64(3);
        for (bits, groups) in [(1, 1), (20, 1), (21, 2), (FILE_BITS, 6), (ENVELOPE_BITS, 7)] {
            let made = generated(&mut rng, bits);
            assert_eq!(made.expose().split('-').count(), groups);
            assert!(made.expose().split('-').all(|group| group.len() == 4));
        }
    }

    #[test]
    fn every_letter_of_a_startup_password_is_equally_likely() {
        let mut rng = StdRng::seed_from_u64(4);
        let mut counts = BTreeMap::new();
        for _ in 0..4_000 {
            let made = startup_password(&mut rng);
            assert_eq!(made.expose().len(), STARTUP_LETTERS);
            for letter in made.expose().chars() {
                *counts.entry(letter).or_insert(0.0_f64) += 1.0;
            }
        }
        assert!(counts.keys().copied().eq('A'..='Z'));
        let expected = 4_000.0 * 15.0 / 26.0;
        let chi_square: f64 = counts
            .values()
            .map(|count| (count - expected).powi(2) / expected)
            .sum();
        // 25 degrees of freedom: mean 25, standard deviation 7.1; taking octets modulo 26
        // without throwing any away gives about 100.
        assert!(chi_square < 68.0, "{chi_square}");
    }
}
