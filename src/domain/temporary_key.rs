//! The temporary key: what the user types once to get a Digital ID or the lost keys.

use rand::{CryptoRng, RngExt as _};
use zeroize::Zeroizing;

use crate::domain::secret::SecretText;

/// Sixteen characters of Crockford's base 32 in groups of four, `K7QM-2D4X-PW9R-3HTC`; the last
/// one is a check character, so 75 bits are secret.
pub struct TemporaryKey(SecretText);

impl TemporaryKey {
    /// A new one from the source that was passed in.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut values = Zeroizing::new(Vec::with_capacity(16));
        for _ in 0..15 {
            values.push(rng.random_range(0..32));
        }
        let check = check_value(&values);
        values.push(check);
        Self(SecretText::new(grouped(&values)))
    }

    /// Reads what a person typed: any case, hyphens and spaces anywhere, O for 0, I and L for 1.
    pub fn parse(typed: &str) -> Result<Self, TemporaryKeyError> {
        let mut values = Zeroizing::new(Vec::with_capacity(16));
        for character in typed.chars().filter(|c| !matches!(c, '-' | ' ')) {
            values.push(value_of(character).ok_or(TemporaryKeyError::Character)?);
        }
        let Some((check, secret)) = values.split_last().filter(|(_, rest)| rest.len() == 15) else {
            return Err(TemporaryKeyError::Length);
        };
        if *check != check_value(secret) {
            return Err(TemporaryKeyError::Mistyped);
        }
        Ok(Self(SecretText::new(grouped(&values))))
    }

    /// The key as displayed: upper case, with hyphens.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The displayed text as a value that is shown once.
    pub fn into_text(self) -> SecretText {
        self.0
    }
}

/// Why typed text is not a temporary key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TemporaryKeyError {
    /// A character outside the alphabet.
    #[error("a temporary key has only letters and digits, without U")]
    Character,
    /// Not sixteen characters.
    #[error("a temporary key has 16 characters")]
    Length,
    /// The check character does not fit: one was mistyped, or two stand the wrong way round.
    #[error("one of the characters is mistyped")]
    Mistyped,
}

/// Crockford's alphabet: no I, L, O, U, which are misread or form words.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

fn value_of(character: char) -> Option<u8> {
    let folded = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET
        .iter()
        .position(|&letter| char::from(letter) == folded)?;
    u8::try_from(place).ok()
}

/// A weighted sum modulo 31, a prime: the weights 1 to 15 differ modulo 31, so every single wrong
/// character but one pair of values (0 and 31), and every exchange of neighbours, changes it.
fn check_value(secret: &[u8]) -> u8 {
    let sum: u32 = (1_u32..)
        .zip(secret)
        .map(|(weight, &value)| weight * u32::from(value))
        .sum();
    u8::try_from(sum % 31).unwrap_or(0)
}

fn grouped(values: &[u8]) -> String {
    let mut text = String::with_capacity(19);
    for (place, &value) in values.iter().enumerate() {
        if place != 0 && place % 4 == 0 {
            text.push('-');
        }
        let letter = ALPHABET.get(usize::from(value)).copied().unwrap_or(b'0');
        text.push(char::from(letter));
    }
    text
}

#[cfg(test)]
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap is a failed test"
)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;

    #[test]
    fn what_is_made_reads_back_however_it_is_typed() {
        let mut rng = StdRng::seed_from_u64(1);
        for _ in 0..100 {
            let key = TemporaryKey::random(&mut rng);
            assert_eq!(key.expose().len(), 19);
            let sloppy = key
                .expose()
                .to_lowercase()
                .replace('-', " ")
                .replace('0', "o");
            assert_eq!(
                TemporaryKey::parse(&sloppy).ok().unwrap().expose(),
                key.expose()
            );
        }
    }

    #[test]
    fn neighbours_exchanged_are_noticed() {
        let mut rng = StdRng::seed_from_u64(2);
        let key = TemporaryKey::random(&mut rng);
        let mut letters: Vec<char> = key.expose().replace('-', "").chars().collect();
        for place in 0..14 {
            if letters[place] != letters[place + 1] {
                letters.swap(place, place + 1);
                let typed: String = letters.iter().collect();
                assert_eq!(
                    TemporaryKey::parse(&typed).err(),
                    Some(TemporaryKeyError::Mistyped)
                );
                letters.swap(place, place + 1);
            }
        }
    }
}
