//! The guarded acts, and how many administrators' passwords each asks for.

use std::num::NonZeroU8;

/// One row of the *Passwords* page: acts that share a guard secret.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Guard {
    /// Who the administrators are, and how many of them each act asks for.
    Administer,
    /// Reading the key archive.
    Recover,
    /// Putting certificates on the revocation list.
    Revoke,
    /// What certificates are like, and renewing everybody.
    Settings,
    /// Which other certification authorities are trusted.
    Import,
}

impl Guard {
    /// Every guard, in the order of the page. The position is its number in signed objects.
    pub const ALL: [Self; 5] = [
        Self::Administer,
        Self::Recover,
        Self::Revoke,
        Self::Settings,
        Self::Import,
    ];

    /// The row's caption. The first and the last are the original's own words (Q235464).
    pub const fn caption(self) -> &'static str {
        match self {
            Self::Administer => "Add/delete administrators, edit multiple password policies",
            Self::Recover => "Recover a user's keys",
            Self::Revoke => "Revoke a user's keys",
            Self::Settings => "Change certificate settings, renew all users",
            Self::Import => "Import or untrust another Certification Authority's certificate",
        }
    }

    /// The word that stands for it on the command line and in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Administer => "administer",
            Self::Recover => "recover",
            Self::Revoke => "revoke",
            Self::Settings => "settings",
            Self::Import => "import",
        }
    }

    /// Reads [`Self::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|guard| guard.word() == word)
    }

    /// Its number in signed objects.
    pub const fn number(self) -> u8 {
        match self {
            Self::Administer => 0,
            Self::Recover => 1,
            Self::Revoke => 2,
            Self::Settings => 3,
            Self::Import => 4,
        }
    }

    /// The guard with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|guard| guard.number() == number)
    }

    /// The most passwords this act can ask for with `seats` administrators who have accepted.
    ///
    /// *Administer* leaves one out once there are two, because it is the one that can share all
    /// others anew: at "all of them", one forgotten password would be the end.
    pub fn limit(self, seats: u8) -> u8 {
        match self {
            Self::Administer if 1 < seats => seats - 1,
            Self::Administer | Self::Recover | Self::Revoke | Self::Settings | Self::Import => {
                seats
            }
        }
    }
}

/// How many passwords each guard asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Numbers([NonZeroU8; 5]);

impl Numbers {
    /// One password each: what a new installation has.
    pub const ONES: Self = Self([NonZeroU8::MIN; 5]);

    /// How many `guard` asks for.
    pub fn of(&self, guard: Guard) -> NonZeroU8 {
        let [administer, recover, revoke, settings, import] = self.0;
        match guard {
            Guard::Administer => administer,
            Guard::Recover => recover,
            Guard::Revoke => revoke,
            Guard::Settings => settings,
            Guard::Import => import,
        }
    }

    /// The same, but for `guard`.
    #[must_use]
    pub fn with(&self, guard: Guard, number: NonZeroU8) -> Self {
        let mut numbers = *self;
        if let Some(place) = numbers.0.get_mut(usize::from(guard.number())) {
            *place = number;
        }
        numbers
    }

    /// The first guard that asks for more than `seats` administrators can give, with its limit.
    pub fn first_over_limit(&self, seats: u8) -> Option<(Guard, u8)> {
        Guard::ALL
            .into_iter()
            .map(|guard| (guard, guard.limit(seats)))
            .find(|&(guard, limit)| limit < self.of(guard).get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_lead_back_to_their_guard() {
        for guard in Guard::ALL {
            assert_eq!(Guard::from_number(guard.number()), Some(guard));
            assert_eq!(Guard::parse(guard.word()), Some(guard));
        }
    }

    #[test]
    fn administer_always_leaves_one_administrator_out() {
        assert_eq!(Guard::Administer.limit(1), 1);
        assert_eq!(Guard::Administer.limit(2), 1);
        assert_eq!(Guard::Administer.limit(5), 4);
        assert_eq!(Guard::Recover.limit(5), 5);
    }
}
