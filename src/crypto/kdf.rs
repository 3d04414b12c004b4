//! Passwords to keys: Argon2id (RFC 9106), as Debian's `argon2` program computes it.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use rand::CryptoRng;
use zeroize::Zeroize as _;

use crate::domain::secret::{Key, Password};

/// What one password hash costs, within the limits that a foreign file can ask for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Argon2Params {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Argon2Params {
    /// 64 MiB and three passes, the second recommended option of RFC 9106 section 4 (the first
    /// takes 2 GiB); with one lane instead of four, because the lanes would run one after another.
    pub const STANDARD: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 1,
    };

    /// 19 MiB and two passes: the least that OWASP's password storage guide names for Argon2id.
    pub const LEAST: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
        lanes: 1,
    };

    /// Whether this costs no less than `floor`, in memory and in work.
    pub fn is_at_least(self, floor: Self) -> bool {
        let work = |params: Self| u64::from(params.memory_kib) * u64::from(params.passes);
        floor.memory_kib <= self.memory_kib && work(floor) <= work(self)
    }

    /// The most memory that is spent: 1 GiB, so that a changed file can not exhaust the machine.
    pub const MAX_MEMORY_KIB: u32 = 1024 * 1024;
    /// The most passes; at 1 GiB these already take half a minute.
    pub const MAX_PASSES: u32 = 16;
    /// The most lanes, more than the cores of the machines this runs on.
    pub const MAX_LANES: u32 = 16;

    /// The parameters, if they are within RFC 9106 section 3.1 and the limits above.
    pub const fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, KdfError> {
        if lanes == 0 || passes == 0 || memory_kib < 8 * lanes {
            return Err(KdfError::Parameters);
        }
        if Self::MAX_MEMORY_KIB < memory_kib || Self::MAX_PASSES < passes || Self::MAX_LANES < lanes
        {
            return Err(KdfError::Parameters);
        }
        Ok(Self {
            memory_kib,
            passes,
            lanes,
        })
    }

    /// Memory in KiB: `argon2 -k`.
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory: `argon2 -t`.
    pub const fn passes(self) -> u32 {
        self.passes
    }

    /// Degree of parallelism: `argon2 -p`.
    pub const fn lanes(self) -> u32 {
        self.lanes
    }
}

/// A salt that is printable text, so that the `argon2` program takes it on its command line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Salt(String);

impl Salt {
    /// A new salt of 132 bits.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut octets = [0; RANDOM_LETTERS];
        rng.fill_bytes(&mut octets);
        // 64 letters divide 256 evenly, so every letter is equally likely.
        let letter = |octet: u8| ALPHABET.get(usize::from(octet & 63)).copied();
        let letters = octets.into_iter().filter_map(letter);
        Self(letters.map(char::from).collect())
    }

    /// Reads a stored salt.
    pub fn parse(text: &str) -> Result<Self, KdfError> {
        let fits = (MIN_LETTERS..=MAX_LETTERS).contains(&text.len());
        if !fits || !text.bytes().all(|letter| ALPHABET.contains(&letter)) {
            return Err(KdfError::Salt);
        }
        Ok(Self(text.to_owned()))
    }

    /// The letters, whose octets are the salt of RFC 9106.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why no key came out of a password.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KdfError {
    /// The system gave no memory.
    #[error("there is not enough memory to check a password")]
    Memory,
    /// Parameters below RFC 9106 or above our ceiling.
    #[error("the password hash asks for a cost that is not allowed")]
    Parameters,
    /// Not a salt that [`Salt::random`] makes.
    #[error("the salt is not printable text of 16 to 64 letters")]
    Salt,
}

/// The key that belongs to `password`: 32 octets of Argon2id, version 1.3.
pub fn derive(password: &Password, salt: &Salt, params: Argon2Params) -> Result<Key, KdfError> {
    let Argon2Params {
        memory_kib,
        passes,
        lanes,
    } = params;
    let params = Params::new(memory_kib, passes, lanes, Some(32))
        .map_err(|_outside| KdfError::Parameters)?;
    let mut memory = Memory::new(params.block_count())?;
    let mut octets = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(
            password.expose().as_bytes(),
            salt.as_str().as_bytes(),
            &mut octets,
            &mut memory,
        )
        .map_err(|_lengths| KdfError::Parameters)?;
    let key = Key::from_bytes(octets);
    octets.zeroize();
    Ok(key)
}

/// The working memory. Its last column gives the key away, so it is wiped.
struct Memory(Vec<Block>);

impl Memory {
    fn new(blocks: usize) -> Result<Self, KdfError> {
        let mut memory = Vec::new();
        memory
            .try_reserve_exact(blocks)
            .map_err(|_allocator| KdfError::Memory)?;
        memory.resize(blocks, Block::new());
        Ok(Self(memory))
    }
}

impl AsMut<[Block]> for Memory {
    fn as_mut(&mut self) -> &mut [Block] {
        &mut self.0
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        for block in &mut self.0 {
            block.as_mut().zeroize();
        }
    }
}

/// No letter of it means anything to a shell, nor is it the `-` of an option.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

/// 22 letters of 6 bits: the first length that reaches the 128 bits of RFC 9106 section 3.1.
const RANDOM_LETTERS: usize = 22;

/// 16 letters of 6 bits are 96 bits, with room for salts that people type in a test by hand.
const MIN_LETTERS: usize = 16;

/// Longer salts add nothing, and a stored one is never longer.
const MAX_LETTERS: usize = 64;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use std::iter;

    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;
    use crate::crypto::judge::{hex, judge};

    /// Small enough to hash in a millisecond.
    const CHEAP: Argon2Params = Argon2Params {
        memory_kib: 64,
        passes: 2,
        lanes: 2,
    };

    #[test]
    fn every_part_of_the_input_changes_the_key() {
        let salt = Salt::random(&mut StdRng::seed_from_u64(1));
        let password = Password::parse("correct horse").unwrap();
        let key = derive(&password, &salt, CHEAP).unwrap();
        let other = Password::parse("correct house").unwrap();
        assert!(!key.is_same(&derive(&other, &salt, CHEAP).unwrap()));
        let salted = Salt::random(&mut StdRng::seed_from_u64(2));
        assert!(!key.is_same(&derive(&password, &salted, CHEAP).unwrap()));
        for (memory_kib, passes, lanes) in [(72, 2, 2), (64, 3, 2), (64, 2, 1)] {
            let params = Argon2Params::new(memory_kib, passes, lanes).unwrap();
            assert!(!key.is_same(&derive(&password, &salt, params).unwrap()));
        }
        assert!(key.is_same(&derive(&password, &salt, CHEAP).unwrap()));
    }

    #[test]
    fn a_cost_that_would_exhaust_the_machine_is_refused() {
        let refused = [
            (Argon2Params::MAX_MEMORY_KIB + 1, 1, 1),
            (u32::MAX, 1, 1),
            (1024, Argon2Params::MAX_PASSES + 1, 1),
            (1024, 1, Argon2Params::MAX_LANES + 1),
            (15, 1, 2),
            (1024, 0, 1),
            (1024, 1, 0),
        ];
        for (memory_kib, passes, lanes) in refused {
            let params = Argon2Params::new(memory_kib, passes, lanes);
            assert_eq!(params, Err(KdfError::Parameters));
        }
        assert_eq!(
            Argon2Params::new(65_536, 3, 1),
            Ok(Argon2Params::STANDARD),
            "the standard cost is within the limits"
        );
    }

    #[test]
    fn a_salt_is_text_without_a_meaning_to_the_shell() {
        let mut rng = StdRng::seed_from_u64(3);
        for _ in 0..100 {
            let salt = Salt::random(&mut rng);
            assert_eq!(salt.as_str().len(), RANDOM_LETTERS);
            assert_eq!(Salt::parse(salt.as_str()), Ok(salt));
        }
        for text in [
            "",
            "short",
            "0123456789abcde",
            "0123456789abcde$",
            "0123456789 abcdef",
        ] {
            assert_eq!(Salt::parse(text), Err(KdfError::Salt), "{text:?}");
        }
        assert_eq!(Salt::parse(&"a".repeat(65)), Err(KdfError::Salt));
    }

    #[test]
    fn the_argon2_program_gives_the_same_key() {
        let params = Argon2Params::new(1024, 3, 2).unwrap();
        for typed in ["ABCDEFGHIJKLMNO", "p\u{e4}ss w\u{f6}rd \u{9375}"] {
            let password = Password::parse(typed).unwrap();
            let salt = Salt::random(&mut StdRng::seed_from_u64(4));
            let arguments = "-id -v 13 -t 3 -k 1024 -p 2 -l 32 -r".split(' ');
            let arguments: Vec<_> = iter::once(salt.as_str()).chain(arguments).collect();
            let Some(judged) = judge("argon2", &arguments, password.expose().as_bytes()) else {
                return;
            };
            let key = derive(&password, &salt, params).unwrap();
            assert_eq!(judged.text(), hex(key.expose()));
        }
    }
}
