//! The zone of a page, and the days of its calendar.

use std::fmt;

use pancake_client::DateRange;
use pancake_client::chrono::{
    DateTime, Days, FixedOffset, Months, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta,
    Utc,
};

use crate::error::{Error, ErrorKind};
use crate::time::period::Period;
use crate::time::time_range::TimeRange;

/// The last second of a day.
const LAST_SECOND: NaiveTime = match NaiveTime::from_hms_opt(23, 59, 59) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// A zone as pages have them: a fixed distance to UTC, the same all year.
///
/// [`Page::zone`](crate::Page::zone) asks for the one of a page. It is what the wall clock of `date_range` goes by, and
/// what says when a day begins.
///
/// ```
/// use pancake_ext::{DateRange, TimeRange, Zone};
/// use pancake_ext::client::chrono::NaiveDate;
///
/// let day = NaiveDate::from_ymd_opt(2026, 3, 31).unwrap_or_default();
/// let period = Zone::VIETNAM.day(day);
/// assert_eq!(TimeRange::from(period), TimeRange::unix(1_774_890_000, 1_774_976_399)?);
/// assert_eq!(DateRange::from(period).to_string(), "31/03/2026 00:00:00 - 31/03/2026 23:59:59");
/// # Ok::<(), pancake_ext::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone {
    /// Seconds ahead of UTC, less than a day.
    seconds: i32,
}

impl Zone {
    /// UTC.
    pub const UTC: Zone = Zone { seconds: 0 };

    /// Việt Nam, seven hours ahead of UTC.
    pub const VIETNAM: Zone = Zone { seconds: 7 * 3600 };

    /// A zone by its hours ahead of UTC, as `timezone` of a page has them: 7, 5.5, -3.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if no zone is like that: no number, less than -12 or more than 14 hours, or no whole
    /// quarters of an hour.
    pub fn from_hours(hours: f64) -> Result<Self, Error> {
        let quarters = hours * 4.0;
        if !(-12.0..=14.0).contains(&hours) || quarters.fract() != 0.0 {
            return Err(Error::new(
                ErrorKind::InvalidRequest,
                format!(
                    "no zone is {hours} hours ahead of UTC: give hours between -12 and 14, such as 7 or 5.5"
                ),
            ));
        }
        // Between -48 and 56, and whole.
        Ok(Zone {
            seconds: quarters as i32 * 900,
        })
    }

    /// Hours ahead of UTC.
    pub fn hours(self) -> f64 {
        f64::from(self.seconds) / 3600.0
    }

    /// The zone as chrono has it.
    pub fn offset(self) -> FixedOffset {
        FixedOffset::east_opt(self.seconds).unwrap_or_else(|| Utc.fix())
    }

    /// What the clock on the wall shows at this moment.
    pub fn wall_clock(self, moment: DateTime<Utc>) -> NaiveDateTime {
        let shown = moment.naive_utc().checked_add_signed(self.ahead());
        shown.unwrap_or(moment.naive_utc())
    }

    /// The day of the calendar at this moment.
    pub fn date(self, moment: DateTime<Utc>) -> NaiveDate {
        self.wall_clock(moment).date()
    }

    /// The whole of a day.
    pub fn day(self, day: NaiveDate) -> Period {
        Period::new(self, whole(day, day))
    }

    /// Whole days, both of these included.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if `last` comes before `first`.
    pub fn days(self, first: NaiveDate, last: NaiveDate) -> Result<Period, Error> {
        if last < first {
            return Err(Error::new(
                ErrorKind::InvalidRequest,
                format!("the last day ({last}) comes before the first ({first}): swap them"),
            ));
        }
        Ok(Period::new(self, whole(first, last)))
    }

    /// From one time on the wall clock to another, both seconds included; fractions are dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if `until` comes before `since`.
    pub fn between(self, since: NaiveDateTime, until: NaiveDateTime) -> Result<Period, Error> {
        if until < since {
            return Err(Error::new(
                ErrorKind::InvalidRequest,
                format!("the period ends ({until}) before it begins ({since}): swap its ends"),
            ));
        }
        Ok(Period::new(self, DateRange::between(since, until)))
    }

    /// The whole of the day at `now`, to its end: statistics take ends that lie ahead.
    pub fn today(self, now: DateTime<Utc>) -> Period {
        self.day(self.date(now))
    }

    /// The whole of the day before the one at `now`.
    pub fn yesterday(self, now: DateTime<Utc>) -> Period {
        self.day(before(self.date(now), 1))
    }

    /// So many whole days, the last of them yesterday. **Today is not among them**: it is not over, and would make every
    /// sum and average too small. With today: `zone.days(…, zone.date(now))`. None are taken for one.
    ///
    /// ```
    /// use pancake_ext::Zone;
    /// use pancake_ext::client::chrono::DateTime;
    ///
    /// let now = DateTime::from_timestamp(1_775_012_400, 0).unwrap_or_default(); // 2026-04-01, 10:00 in Việt Nam
    /// let week = Zone::VIETNAM.last_days(7, now);
    /// assert_eq!(week.to_string(), "2026-03-25 00:00:00 - 2026-03-31 23:59:59 (UTC+07:00)");
    /// ```
    pub fn last_days(self, days: u32, now: DateTime<Utc>) -> Period {
        let today = self.date(now);
        let days = u64::from(days.max(1));
        Period::new(self, whole(before(today, days), before(today, 1)))
    }

    /// A month of the calendar, 1 to 12.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if there is no such month.
    pub fn month(self, year: i32, month: u32) -> Result<Period, Error> {
        let first = NaiveDate::from_ymd_opt(year, month, 1);
        let last = first
            .and_then(|first| first.checked_add_months(Months::new(1)))
            .and_then(|next| next.pred_opt());
        match (first, last) {
            (Some(first), Some(last)) => Ok(Period::new(self, whole(first, last))),
            _ => Err(Error::new(
                ErrorKind::InvalidRequest,
                format!("there is no month {month} of the year {year}: give 1 to 12"),
            )),
        }
    }

    /// What the wall clock shows at the ends of a range. Ends stay as they are: inclusive where they were meant so.
    pub fn date_range(self, range: TimeRange) -> DateRange {
        let shown = |seconds: i64, otherwise| {
            DateTime::from_timestamp(seconds, 0).map_or(otherwise, |at| self.wall_clock(at))
        };
        DateRange::between(
            shown(range.since(), NaiveDateTime::MIN),
            shown(range.until(), NaiveDateTime::MAX),
        )
    }

    /// The moments at which the wall clock shows the ends of a range. The way back of [`date_range`](Self::date_range).
    pub fn time_range(self, range: DateRange) -> TimeRange {
        TimeRange::between(self.unix(range.since()), self.unix(range.until()))
    }

    /// Unix seconds when the wall clock shows this.
    pub(crate) fn unix(self, shown: NaiveDateTime) -> i64 {
        shown.and_utc().timestamp() - i64::from(self.seconds)
    }

    fn ahead(self) -> TimeDelta {
        TimeDelta::seconds(self.seconds.into())
    }
}

/// From the first second of one day to the last of another.
fn whole(first: NaiveDate, last: NaiveDate) -> DateRange {
    DateRange::between(first.and_time(NaiveTime::MIN), last.and_time(LAST_SECOND))
}

/// So many days earlier, or the first day there is.
fn before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days))
        .unwrap_or(NaiveDate::MIN)
}

impl From<FixedOffset> for Zone {
    fn from(offset: FixedOffset) -> Self {
        Zone {
            seconds: offset.local_minus_utc(),
        }
    }
}

impl From<Zone> for FixedOffset {
    fn from(zone: Zone) -> Self {
        zone.offset()
    }
}

/// Such as `UTC+07:00`.
impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.seconds < 0 { '-' } else { '+' };
        let minutes = self.seconds.abs() / 60;
        write!(f, "UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_make_a_zone_and_nonsense_is_refused() {
        for (hours, shown) in [
            (7.0, "UTC+07:00"),
            (5.5, "UTC+05:30"),
            (5.75, "UTC+05:45"),
            (-3.0, "UTC-03:00"),
            (-3.5, "UTC-03:30"),
            (0.0, "UTC+00:00"),
            (14.0, "UTC+14:00"),
            (-12.0, "UTC-12:00"),
        ] {
            let zone = Zone::from_hours(hours).unwrap();
            assert_eq!(zone.to_string(), shown);
            assert_eq!(zone.hours(), hours);
            assert_eq!(Zone::from(zone.offset()), zone);
        }
        assert_eq!(Zone::from_hours(7.0).unwrap(), Zone::VIETNAM);
        assert_eq!(Zone::from_hours(-0.0).unwrap(), Zone::UTC);
        for nonsense in [f64::NAN, f64::INFINITY, -12.25, 14.25, 7.1, 420.0, 25_200.0] {
            let error = Zone::from_hours(nonsense).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{nonsense}");
        }
    }

    #[test]
    fn a_range_keeps_its_ends_on_the_way_to_the_wall_clock_and_back() {
        let zone = Zone::from_hours(-3.5).unwrap();
        let range = TimeRange::unix(1_772_323_200, 1_775_001_600).unwrap();
        assert_eq!(zone.time_range(zone.date_range(range)), range);
        let wall: DateRange = "27/07/2021 00:00:00 - 26/08/2021 23:59:59".parse().unwrap();
        assert_eq!(zone.date_range(zone.time_range(wall)), wall);
        assert_eq!(
            Zone::VIETNAM.time_range(wall).since(),
            "2021-07-26T17:00:00Z"
                .parse::<DateTime<Utc>>()
                .unwrap()
                .timestamp()
        );
    }

    #[test]
    fn a_month_has_all_its_days_and_one_that_does_not_exist_is_refused() {
        let leap = Zone::UTC.month(2024, 2).unwrap();
        assert_eq!(leap.split_days().count(), 29);
        assert!(Zone::UTC.month(2026, 12).is_ok());
        assert!(Zone::UTC.month(2026, 13).is_err());
        assert!(
            Zone::UTC
                .days(
                    NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
                    NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()
                )
                .is_err()
        );
    }
}
