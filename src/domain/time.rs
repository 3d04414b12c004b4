//! Moments: whole seconds since 1970, UTC, as they stand in the store.

use chrono::{DateTime, Datelike as _, Months, SecondsFormat, TimeDelta, Utc};

/// A moment, in Unix seconds, UTC.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct UnixTime(i64);

impl UnixTime {
    /// The moment `seconds` after 1970-01-01T00:00:00Z.
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Reads RFC 3339, with any offset, or a date alone (midnight UTC).
    pub fn parse(text: &str) -> Option<Self> {
        let moment = DateTime::parse_from_rfc3339(text)
            .map(|moment| moment.timestamp())
            .ok();
        moment
            .or_else(|| {
                let date = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
                Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp())
            })
            .map(Self)
    }

    /// Unix seconds, UTC.
    pub const fn secs(self) -> i64 {
        self.0
    }

    /// This many seconds later (earlier if negative).
    #[must_use]
    pub const fn plus_secs(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// This many days of 24 hours later.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_secs(days.saturating_mul(86_400))
    }

    /// This many calendar months later in UTC; 31 August and 18 months is the last of February.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        let later = self.utc().checked_add_months(Months::new(months));
        later.map_or(self, |moment| Self(moment.timestamp()))
    }

    /// RFC 3339 in UTC, as the command line and the JSON documents show it.
    pub fn rfc3339(self) -> String {
        self.utc().to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// The day in UTC: `2026-01-31`.
    pub fn day(self) -> String {
        self.utc().date_naive().to_string()
    }

    /// The calendar year in UTC.
    pub fn year(self) -> i32 {
        self.utc().year()
    }

    /// The same moment as chrono has it; 1970 for a moment beyond chrono's years.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// Whole seconds from `earlier` to this moment, negative if it lies before.
    pub fn secs_since(self, earlier: Self) -> i64 {
        TimeDelta::seconds(self.0)
            .checked_sub(&TimeDelta::seconds(earlier.0))
            .map_or(0, |span| span.num_seconds())
    }
}

/// Where the time comes from. Only the programs' `main` reads the system clock; all else is
/// handed one of these.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> UnixTime;
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn eighteen_months_after_the_last_of_august_is_the_last_of_february() {
        let august = UnixTime::parse("2026-08-31T10:00:00Z").unwrap();
        assert_eq!(august.plus_months(18).rfc3339(), "2028-02-29T10:00:00Z");
    }

    #[test]
    fn what_is_printed_reads_back() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2026-11-21T14:22:00Z",
            "2051-02-28T23:59:59Z",
        ] {
            assert_eq!(UnixTime::parse(text).unwrap().rfc3339(), text);
        }
        assert_eq!(
            UnixTime::parse("2026-01-02").unwrap().rfc3339(),
            "2026-01-02T00:00:00Z"
        );
        assert_eq!(UnixTime::parse("yesterday"), None);
    }
}
