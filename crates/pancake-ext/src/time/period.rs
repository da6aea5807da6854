//! A stretch of a page's calendar, which every statistic can be asked for.

use std::fmt;

use pancake_client::chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};
use pancake_client::{DateRange, DayRange};

use crate::time::time_range::TimeRange;
use crate::time::zone::Zone;

/// A stretch of the calendar in a [`Zone`]: from one second of the wall clock to another, **both included**.
///
/// Made by the methods of [`Zone`], and by [`Page::today`](crate::Page::today) and its like, which ask for the zone
/// themselves. It turns into every form in which the API takes ranges, so that one value serves all statistics:
///
/// - `DateRange::from(period)`: the wall clock itself.
/// - `DayRange::from(period)`: the days it touches, whole.
/// - `TimeRange::from(period)`: unix seconds, the last one included. A day ends at 23:59:59, so that figures by the hour
///   don't show an hour of the next day.
///
/// Periods side by side share no second and leave none out.
///
/// It is not known whether the *lists* of the API take their last second in, fractions and all. For them
/// [`covering`](Period::covering) ends a second later: a row that comes twice is better than one that never does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    zone: Zone,
    range: DateRange,
}

impl Period {
    pub(crate) fn new(zone: Zone, range: DateRange) -> Self {
        let whole = |time: NaiveDateTime| time.with_nanosecond(0).unwrap_or(time);
        Period {
            zone,
            range: DateRange::between(whole(range.since()), whole(range.until())),
        }
    }

    /// The zone.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The first second, on the wall clock.
    pub fn since(&self) -> NaiveDateTime {
        self.range.since()
    }

    /// The last second, on the wall clock. It is part of the period.
    pub fn until(&self) -> NaiveDateTime {
        self.range.until()
    }

    /// The day it begins on.
    pub fn first_day(&self) -> NaiveDate {
        self.since().date()
    }

    /// The day it ends on. It is part of the period, as far as [`until`](Self::until).
    pub fn last_day(&self) -> NaiveDate {
        self.until().date()
    }

    /// The wall clock, as two of the statistics take it.
    pub fn date_range(&self) -> DateRange {
        self.range
    }

    /// Unix seconds, as the other statistics take them; the last second is part of the period.
    pub fn time_range(&self) -> TimeRange {
        self.zone.time_range(self.range)
    }

    /// Unix seconds that end with the first second after the period: for lists, which may leave their last second, or what
    /// happens within it, out.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// let week = page.last_days(7).await?;
    /// let customers = page.customers(week.covering()).collect().await?;
    /// # Ok(()) }
    /// ```
    pub fn covering(&self) -> TimeRange {
        let range = self.time_range();
        TimeRange::between(range.since(), range.until().saturating_add(1))
    }

    /// The days of the period, oldest first. The first and the last are cut where the period begins and ends.
    pub fn split_days(self) -> impl Iterator<Item = Period> {
        self.windows(1)
    }

    /// The period in windows of so many days, oldest first, for ranges that are too long for one call. They begin at
    /// midnight, except the first; the last can be shorter. None are taken for one.
    ///
    /// ```
    /// use pancake_ext::Zone;
    ///
    /// let march = Zone::VIETNAM.month(2026, 3)?;
    /// let first_days: Vec<_> = march.windows(14).map(|window| window.first_day().to_string()).collect();
    /// assert_eq!(first_days, ["2026-03-01", "2026-03-15", "2026-03-29"]);
    /// # Ok::<(), pancake_ext::Error>(())
    /// ```
    pub fn windows(self, days: u32) -> impl Iterator<Item = Period> {
        let days = Days::new(u64::from(days.max(1)));
        let mut next = Some(self.since());
        std::iter::from_fn(move || {
            let since = next?;
            let midnight = since
                .date()
                .checked_add_days(days)
                .map(|day| day.and_time(NaiveTime::MIN));
            next = midnight.filter(|midnight| *midnight <= self.until());
            let until = next
                .and_then(|midnight| midnight.checked_sub_signed(TimeDelta::seconds(1)))
                .unwrap_or(self.until());
            Some(Period {
                zone: self.zone,
                range: DateRange::between(since, until),
            })
        })
    }
}

impl From<Period> for TimeRange {
    fn from(period: Period) -> Self {
        period.time_range()
    }
}

impl From<Period> for DateRange {
    fn from(period: Period) -> Self {
        period.date_range()
    }
}

/// The days that the period touches, whole.
impl From<Period> for DayRange {
    fn from(period: Period) -> Self {
        period.date_range().into()
    }
}

/// The wall clock and the zone, such as `2026-03-31 00:00:00 - 2026-03-31 23:59:59 (UTC+07:00)`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} - {} ({})", self.since(), self.until(), self.zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pancake_client::chrono::{DateTime, Utc};

    fn date(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_begins_and_ends_by_the_wall_clock_of_its_zone() {
        let day = Zone::VIETNAM.day(date(31));
        let range = TimeRange::from(day);
        assert_eq!(range.since(), at("2026-03-30T17:00:00Z").timestamp());
        assert_eq!(range.until(), at("2026-03-31T16:59:59Z").timestamp());
        assert_eq!(
            DateRange::from(day).to_string(),
            "31/03/2026 00:00:00 - 31/03/2026 23:59:59"
        );
        assert_eq!(DayRange::from(day).to_string(), "31/03/2026 - 31/03/2026");
        assert_eq!(day.covering().until(), range.until() + 1);
    }

    #[test]
    fn neighbouring_days_share_no_second_and_leave_none_out() {
        let days = Zone::VIETNAM.days(date(1), date(31)).unwrap();
        let split: Vec<_> = days.split_days().collect();
        assert_eq!(split.len(), 31);
        for pair in split.windows(2) {
            assert_eq!(
                pair[0].time_range().until() + 1,
                pair[1].time_range().since()
            );
        }
        assert_eq!(split.first().unwrap().since(), days.since());
        assert_eq!(split.last().unwrap().until(), days.until());
        let seconds: i64 = split
            .iter()
            .map(|day| day.time_range().until() - day.time_range().since() + 1)
            .sum();
        assert_eq!(seconds, 31 * 86_400);
    }

    #[test]
    fn windows_begin_at_midnight_and_end_where_the_period_does() {
        let noon = date(1).and_hms_opt(12, 0, 0).unwrap();
        let early = date(4).and_hms_opt(0, 0, 0).unwrap();
        let period = Zone::UTC.between(noon, early).unwrap();
        let shown: Vec<_> = period.windows(2).map(|window| window.to_string()).collect();
        assert_eq!(
            shown,
            [
                "2026-03-01 12:00:00 - 2026-03-02 23:59:59 (UTC+00:00)",
                "2026-03-03 00:00:00 - 2026-03-04 00:00:00 (UTC+00:00)",
            ]
        );
        assert_eq!(period.windows(0).count(), 4);
        assert_eq!(Zone::UTC.day(NaiveDate::MAX).split_days().count(), 1);
    }

    #[test]
    fn last_days_end_with_yesterday_and_today_is_the_day_in_the_zone_of_the_page() {
        // The last second of March in UTC is the first of April in Việt Nam.
        let now = at("2026-03-31T23:59:59Z");
        let zone = Zone::VIETNAM;
        assert_eq!(zone.today(now).first_day().to_string(), "2026-04-01");
        assert_eq!(zone.yesterday(now).first_day(), date(31));
        let week = zone.last_days(7, now);
        assert_eq!((week.first_day(), week.last_day()), (date(25), date(31)));
        assert_eq!(week.split_days().count(), 7);
        assert_eq!(zone.last_days(1, now), zone.yesterday(now));
        assert_eq!(zone.last_days(0, now), zone.yesterday(now));
        assert_eq!(Zone::UTC.today(now).first_day(), date(31));
    }

    #[test]
    fn fractions_of_a_second_are_dropped() {
        let since = date(1).and_hms_milli_opt(1, 2, 3, 400).unwrap();
        let period = Zone::UTC.between(since, since).unwrap();
        assert_eq!(period.since(), date(1).and_hms_opt(1, 2, 3).unwrap());
    }
}
