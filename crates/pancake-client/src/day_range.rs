//! Ranges of whole days, as the statistics of new customers take them. [`DayRange`] replaces the generated type of the same name.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::date_range::DateRange;

const FORMAT: &str = "%d/%m/%Y";

/// A range of whole days, both ends included. One of the statistics takes it; others take a [`DateRange`], with times.
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

/// A range of days that is none: not in the form `DD/MM/YYYY - DD/MM/YYYY`, or its end comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidDayRange;

impl std::fmt::Display for InvalidDayRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a range of days is `DD/MM/YYYY - DD/MM/YYYY`, and its end does not come before its beginning")
    }
}

impl std::error::Error for InvalidDayRange {}

impl DayRange {
    /// The days from `first` to `last`.
    ///
    /// # Errors
    ///
    /// [`InvalidDayRange`] if `last` comes before `first`.
    pub fn new(first: NaiveDate, last: NaiveDate) -> Result<Self, InvalidDayRange> {
        if last < first {
            Err(InvalidDayRange)
        } else {
            Ok(DayRange { first, last })
        }
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

/// The days that the range touches, whole.
impl From<DateRange> for DayRange {
    fn from(range: DateRange) -> Self {
        DayRange {
            first: range.since().date(),
            last: range.until().date(),
        }
    }
}

impl FromStr for DayRange {
    type Err = InvalidDayRange;

    fn from_str(text: &str) -> Result<Self, InvalidDayRange> {
        let (first, last) = text.split_once(" - ").ok_or(InvalidDayRange)?;
        let day = |text: &str| {
            NaiveDate::parse_from_str(text.trim(), FORMAT).map_err(|_| InvalidDayRange)
        };
        DayRange::new(day(first)?, day(last)?)
    }
}

impl TryFrom<&str> for DayRange {
    type Error = InvalidDayRange;

    fn try_from(text: &str) -> Result<Self, InvalidDayRange> {
        text.parse()
    }
}

impl TryFrom<String> for DayRange {
    type Error = InvalidDayRange;

    fn try_from(text: String) -> Result<Self, InvalidDayRange> {
        text.parse()
    }
}

impl fmt::Display for DayRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} - {}",
            self.first.format(FORMAT),
            self.last.format(FORMAT)
        )
    }
}

impl Serialize for DayRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DayRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schemars")]
crate::json_schema::json_schema_of! {
    DayRange => { "type": "string", "description": "DD/MM/YYYY - DD/MM/YYYY" },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_in_another_form_or_backwards_is_refused() {
        for text in [
            "",
            "2021-07-27 - 2021-08-26",
            "27/07/2021",
            "31/02/2021 - 01/03/2021",
            "02/01/2021 - 01/01/2021",
            "27/07/2021 00:00:00 - 26/08/2021 23:59:59",
        ] {
            assert_eq!(text.parse::<DayRange>(), Err(InvalidDayRange), "{text}");
        }
    }

    #[test]
    fn days_are_written_without_times_and_a_range_with_times_is_widened_to_its_days() {
        let noon: DateRange = "27/07/2021 12:00:00 - 28/07/2021 11:59:59".parse().unwrap();
        let days = DayRange::from(noon);
        assert_eq!(days.to_string(), "27/07/2021 - 28/07/2021");
        assert_eq!(
            serde_json::to_string(&days).unwrap(),
            "\"27/07/2021 - 28/07/2021\""
        );
        let day = DayRange::from(days.last());
        assert_eq!((day.first(), day.last()), (days.last(), days.last()));
        assert_eq!("28/07/2021 - 28/07/2021".parse(), Ok(day));
    }
}
