//! Ranges of time as statistics take them. [`DateRange`] and [`DayRange`] replace the generated types of the same names.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Deserializer};

use crate::strict::strict_text;

/// A range of wall-clock times in the zone of the page, both ends included.
///
/// Two of the statistics take it, and one takes a [`DayRange`]. `timezone` of a page is its distance to UTC in hours.
///
/// ```
/// use pancake_client::DateRange;
///
/// let range: DateRange = "27/07/2021 00:00:00 - 26/08/2021 23:59:59".parse()?;
/// assert_eq!(range.to_string(), "27/07/2021 00:00:00 - 26/08/2021 23:59:59");
/// # Ok::<(), pancake_client::InvalidDateRange>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateRange {
    since: NaiveDateTime,
    until: NaiveDateTime,
}

impl DateRange {
    /// The range from `since` to `until`.
    ///
    /// # Errors
    ///
    /// [`InvalidDateRange`] if `until` comes before `since`.
    pub fn new(since: NaiveDateTime, until: NaiveDateTime) -> Result<Self, InvalidDateRange> {
        let ordered = since <= until;
        ordered
            .then_some(DateRange { since, until })
            .ok_or(InvalidDateRange)
    }

    /// The range between two times, whichever of them comes first.
    pub fn between(one: NaiveDateTime, other: NaiveDateTime) -> Self {
        DateRange {
            since: one.min(other),
            until: one.max(other),
        }
    }

    /// Beginning, in the zone of the page.
    pub fn since(&self) -> NaiveDateTime {
        self.since
    }

    /// End, in the zone of the page.
    pub fn until(&self) -> NaiveDateTime {
        self.until
    }
}

/// A range of whole days, both ends included. One of the statistics takes it; others take a [`DateRange`].
///
/// ```
/// use pancake_client::DayRange;
///
/// let range: DayRange = "20/07/2020 - 20/08/2020".parse()?;
/// assert_eq!(range.first().to_string(), "2020-07-20");
/// # Ok::<(), pancake_client::InvalidDayRange>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DayRange {
    first: NaiveDate,
    last: NaiveDate,
}

impl DayRange {
    /// The days from `first` to `last`.
    ///
    /// # Errors
    ///
    /// [`InvalidDayRange`] if `last` comes before `first`.
    pub fn new(first: NaiveDate, last: NaiveDate) -> Result<Self, InvalidDayRange> {
        let ordered = first <= last;
        ordered
            .then_some(DayRange { first, last })
            .ok_or(InvalidDayRange)
    }

    /// The first day.
    pub fn first(&self) -> NaiveDate {
        self.first
    }

    /// The last day. It is part of the range.
    pub fn last(&self) -> NaiveDate {
        self.last
    }
}

/// One day.
impl From<NaiveDate> for DayRange {
    fn from(day: NaiveDate) -> Self {
        DayRange {
            first: day,
            last: day,
        }
    }
}

/// All days that the range touches.
impl From<DateRange> for DayRange {
    fn from(range: DateRange) -> Self {
        DayRange {
            first: range.since.date(),
            last: range.until.date(),
        }
    }
}

/// Implements the text of a range: two ends in this format with ` - ` between them.
macro_rules! range_text {
    ($name:ident { $start:ident, $end:ident }: $point:ident, $format:literal, $error:ident) => {
        impl FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                let (start, end) = text.split_once(" - ").ok_or($error)?;
                let read = |end: &str| $point::parse_from_str(end.trim(), $format);
                match (read(start), read(end)) {
                    (Ok(start), Ok(end)) => $name::new(start, end),
                    _ => Err($error),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let (start, end) = (self.$start.format($format), self.$end.format($format));
                write!(f, "{start} - {end}")
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

range_text!(DateRange { since, until }: NaiveDateTime, "%d/%m/%Y %H:%M:%S", InvalidDateRange);
range_text!(DayRange { first, last }: NaiveDate, "%d/%m/%Y", InvalidDayRange);

strict_text! {
    DateRange,
    /// A range of dates that is not valid: in another form than `DD/MM/YYYY HH:MM:SS - DD/MM/YYYY HH:MM:SS`, or its end comes
    /// first.
    InvalidDateRange: "a range of dates is `DD/MM/YYYY HH:MM:SS - DD/MM/YYYY HH:MM:SS`, and its end does not come before its beginning"
}

strict_text! {
    DayRange,
    /// A range of days that is not valid: in another form than `DD/MM/YYYY - DD/MM/YYYY`, or its end comes first.
    InvalidDayRange: "a range of days is `DD/MM/YYYY - DD/MM/YYYY`, and its end does not come before its beginning"
}

#[cfg(feature = "schemars")]
crate::json_schema::json_schema_of! {
    DateRange => { "type": "string", "description": "DD/MM/YYYY HH:MM:SS - DD/MM/YYYY HH:MM:SS" },
    DayRange => { "type": "string", "description": "DD/MM/YYYY - DD/MM/YYYY" },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn range_in_another_form_or_backwards_is_refused() {
        for text in [
            "",
            "2021-07-27 - 2021-08-26",
            "27/07/2021",
            "27/07/2021 00:00:00",
            "31/02/2021 - 01/03/2021",
            "31/02/2021 00:00:00 - 01/03/2021 00:00:00",
            "02/01/2021 - 01/01/2021",
            "02/01/2021 00:00:00 - 01/01/2021 00:00:00",
        ] {
            assert_eq!(text.parse::<DateRange>(), Err(InvalidDateRange), "{text}");
            assert_eq!(text.parse::<DayRange>(), Err(InvalidDayRange), "{text}");
        }
    }

    #[test]
    fn days_of_a_date_range_are_whole() {
        let noon: DateRange = "27/07/2021 12:00:00 - 28/07/2021 11:59:59".parse().unwrap();
        assert!(noon.to_string().parse::<DayRange>().is_err());
        let days = DayRange::from(noon);
        let json = serde_json::to_string(&days).unwrap();
        assert_eq!(json, "\"27/07/2021 - 28/07/2021\"");
        let day = DayRange::from(days.last());
        assert_eq!((day.first(), day.last()), (days.last(), days.last()));
        assert_eq!("28/07/2021 - 28/07/2021".parse(), Ok(day));
    }
}
