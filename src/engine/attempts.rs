//! Wrong passwords: counted, and answered with a pause that grows. A pause is an answer, never a
//! sleep, and it stands in the store, so that starting the program again does not end it.

use crate::domain::time::UnixTime;
use crate::engine::error::Error;
use crate::store::attempt::{self as table, Attempts};
use crate::store::{Reader, Tx};

/// The longest pause, in seconds: a nuisance to a person, and with Argon2id in between, the end of
/// guessing at the prompt.
pub const LONGEST_PAUSE_SECS: i64 = 30;

/// Refuses while a pause lasts.
pub fn may_try(reader: &Reader<'_>, place: &str, now: UnixTime) -> Result<(), Error> {
    let until = UnixTime::from_secs(table::at(reader, place)?.until);
    // A clock that was set back must not lock anybody out for longer.
    let until = until.min(now.plus_secs(LONGEST_PAUSE_SECS));
    if now < until {
        return Err(Error::Paused { until });
    }
    Ok(())
}

/// How many wrong passwords there were since the last right one.
pub fn count(reader: &Reader<'_>, place: &str) -> Result<u32, Error> {
    Ok(table::at(reader, place)?.wrong)
}

/// Counts a wrong password, and sets the pause that follows.
pub fn was_wrong(tx: &Tx<'_>, place: &str, now: UnixTime) -> Result<(), Error> {
    let wrong = table::at(tx, place)?.wrong.saturating_add(1);
    let until = now.plus_secs(pause_secs(wrong)).secs();
    table::remember(tx, place, Attempts { wrong, until })?;
    Ok(())
}

/// Forgets the wrong passwords before a right one.
pub fn was_right(tx: &Tx<'_>, place: &str) -> Result<(), Error> {
    table::remember(tx, place, Attempts::default())?;
    Ok(())
}

/// Counts one more at a place where nothing is paused; gives how many there are.
pub fn count_one(tx: &Tx<'_>, place: &str) -> Result<u32, Error> {
    let Attempts { wrong, until } = table::at(tx, place)?;
    let wrong = wrong.saturating_add(1);
    table::remember(tx, place, Attempts { wrong, until })?;
    Ok(wrong)
}

/// Counts a message of somebody unknown; gives the seconds after which he may have his answer. One
/// count for all of them: a stranger can claim any address, and it must not show which are known.
pub fn pause_strangers(tx: &Tx<'_>, now: UnixTime) -> Result<i64, Error> {
    let last = table::at(tx, STRANGERS)?;
    // The pause grows only while they come one upon the other.
    let is_over = UnixTime::from_secs(last.until).plus_secs(LONGEST_PAUSE_SECS) < now;
    let wrong = if is_over { 0 } else { last.wrong }.saturating_add(1);
    let pause = pause_secs(wrong);
    let until = now.plus_secs(pause).secs();
    table::remember(tx, STRANGERS, Attempts { wrong, until })?;
    Ok(pause)
}

/// Everybody mistypes once; from then on the pause doubles.
fn pause_secs(wrong: u32) -> i64 {
    match wrong {
        0 | 1 => 0,
        more => 1_i64
            .checked_shl(more - 1)
            .map_or(LONGEST_PAUSE_SECS, |pause| {
                pause.clamp(1, LONGEST_PAUSE_SECS)
            }),
    }
}

/// Where the wrong passwords of a seat are counted.
pub fn seat_place(seat: i64) -> String {
    format!("seat {seat}")
}

/// Where messages of users' programs that could not be verified are counted.
const STRANGERS: &str = "messages of strangers";

/// Where wrong startup passwords are counted.
pub const STARTUP: &str = "startup";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_half_a_minute() {
        let pauses: Vec<i64> = (0..9).map(pause_secs).collect();
        assert_eq!(pauses, [0, 0, 2, 4, 8, 16, 30, 30, 30]);
        assert_eq!(pause_secs(u32::MAX), 30);
    }
}
