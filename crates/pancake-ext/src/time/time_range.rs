//! Ranges of time as lists take them: both ends or none, in whole unix seconds.

use std::fmt;
use std::time::Duration;

use pancake_client::Timestamp;
use pancake_client::chrono::{DateTime, Utc};

use crate::error::{Error, ErrorKind};

/// Numbers from here on are milliseconds: as seconds they would lie beyond the year 5138.
const FIRST_MILLISECOND: u64 = 100_000_000_000;

/// A range of time. Lists take `since` and `until` together or not at all; half a range cannot be written here.
///
/// The API counts whole seconds. A beginning is rounded down and an end up, so that nothing falls out.
///
/// ```
/// use pancake_ext::{TimeRange, Timestamp};
///
/// let march = TimeRange::new(Timestamp::parse("2026-03-01T00:00:00Z"), Timestamp::parse("2026-04-01T00:00:00Z"))?;
/// assert_eq!(march, TimeRange::unix(1_772_323_200, 1_775_001_600)?);
/// # Ok::<(), pancake_ext::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimeRange {
    since: i64,
    until: i64,
}

impl TimeRange {
    /// A range from two points in time.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if one of them is no point in time, or the end comes first.
    pub fn new(since: impl Into<Timestamp>, until: impl Into<Timestamp>) -> Result<Self, Error> {
        let micros = |time: Timestamp| {
            time.datetime()
                .map(|instant| instant.timestamp_micros())
                .ok_or_else(|| {
                    Error::new(
                        ErrorKind::InvalidRequest,
                        format!("`{time}` is no point in time; a range needs two of them"),
                    )
                })
        };
        let since = micros(since.into())?.div_euclid(1_000_000);
        let until = micros(until.into())?
            .saturating_add(999_999)
            .div_euclid(1_000_000);
        TimeRange::ordered(since, until)
    }

    /// A range in unix seconds.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if the end comes first, or a number is so large that it must be milliseconds.
    pub fn unix(since: i64, until: i64) -> Result<Self, Error> {
        let numbers = [since, until];
        let millis = numbers
            .iter()
            .find(|number| number.unsigned_abs() >= FIRST_MILLISECOND);
        if let Some(millis) = millis {
            return Err(Error::new(
                ErrorKind::InvalidRequest,
                format!("{millis} is unix milliseconds, and a range takes seconds: divide by 1000"),
            ));
        }
        TimeRange::ordered(since, until)
    }

    /// The time from so long before `now` until `now`, whatever the calendar says. Whole days are periods of a
    /// [`Zone`](crate::Zone).
    ///
    /// ```
    /// use pancake_ext::TimeRange;
    /// use pancake_ext::client::chrono::DateTime;
    /// use std::time::Duration;
    ///
    /// let now = DateTime::from_timestamp(1_775_012_400, 0).unwrap_or_default();
    /// let hour = TimeRange::last(Duration::from_secs(3600), now);
    /// assert_eq!((hour.since(), hour.until()), (1_775_008_800, 1_775_012_400));
    /// ```
    pub fn last(length: Duration, now: DateTime<Utc>) -> Self {
        let now = now.timestamp();
        let length = i64::try_from(length.as_secs()).unwrap_or(i64::MAX);
        TimeRange {
            since: now.saturating_sub(length),
            until: now,
        }
    }

    /// A range that a calendar has put in order.
    pub(crate) fn between(one: i64, other: i64) -> Self {
        TimeRange {
            since: one.min(other),
            until: one.max(other),
        }
    }

    fn ordered(since: i64, until: i64) -> Result<Self, Error> {
        if until < since {
            return Err(Error::new(
                ErrorKind::InvalidRequest,
                format!("the range ends ({until}) before it begins ({since}); swap its ends"),
            ));
        }
        Ok(TimeRange { since, until })
    }

    /// Beginning, in unix seconds.
    pub fn since(&self) -> i64 {
        self.since
    }

    /// End, in unix seconds.
    pub fn until(&self) -> i64 {
        self.until
    }

    /// Splits the range into windows of this length, oldest first. The last one can be shorter. Neighbours share the
    /// second where they meet, since it is not known whether the API takes its ends in.
    ///
    /// ```
    /// use pancake_ext::TimeRange;
    /// use std::time::Duration;
    ///
    /// let windows = TimeRange::unix(0, 250)?.windows(Duration::from_secs(100));
    /// let ends: Vec<_> = windows.map(|window| (window.since(), window.until())).collect();
    /// assert_eq!(ends, [(0, 100), (100, 200), (200, 250)]);
    /// # Ok::<(), pancake_ext::Error>(())
    /// ```
    pub fn windows(self, length: Duration) -> impl Iterator<Item = TimeRange> {
        let length = i64::try_from(length.as_secs()).unwrap_or(i64::MAX).max(1);
        let mut next = Some(self.since);
        std::iter::from_fn(move || {
            let since = next?;
            let until = since.saturating_add(length).min(self.until);
            next = (until < self.until).then_some(until);
            Some(TimeRange { since, until })
        })
    }
}

/// Both ends in unix seconds.
impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.since, self.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_that_ends_before_it_begins_or_has_no_time_is_refused() {
        let time = Timestamp::from_unix(100);
        assert!(TimeRange::unix(2, 1).is_err());
        assert!(TimeRange::new(time.clone(), Timestamp::from_unix(99)).is_err());
        assert!(TimeRange::new(time, Timestamp::parse("soon")).is_err());
    }

    #[test]
    fn milliseconds_are_refused_and_the_error_says_so() {
        let error = TimeRange::unix(1_772_323_200_000, 1_775_001_600_000).unwrap_err();
        assert!(error.to_string().contains("milliseconds"), "{error}");
        assert!(TimeRange::unix(0, i64::MIN).is_err());
        assert!(TimeRange::unix(0, 99_999_999_999).is_ok());
        // A time that says itself what it is may lie that far away.
        assert!(
            TimeRange::new(
                Timestamp::from_unix(0),
                Timestamp::parse("9999-12-31T00:00:00")
            )
            .is_ok()
        );
    }

    #[test]
    fn fractions_of_a_second_never_make_a_range_narrower() {
        let range = TimeRange::new(
            Timestamp::parse("1970-01-01T00:00:10.9"),
            Timestamp::parse("1970-01-01T00:00:20.1"),
        );
        assert_eq!(range.unwrap(), TimeRange::unix(10, 21).unwrap());
    }

    #[test]
    fn windows_cover_the_range_without_a_gap_even_when_it_is_empty_or_they_have_no_length() {
        let range = TimeRange::unix(5, 5).unwrap();
        assert_eq!(range.windows(Duration::ZERO).collect::<Vec<_>>(), [range]);
        let range = TimeRange::unix(0, 3).unwrap();
        assert_eq!(range.windows(Duration::ZERO).count(), 3);
    }
}
