//! Ranges of dates as statistics take them. [`DateRange`] replaces the generated type of the same name.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDateTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const FORMAT: &str = "%d/%m/%Y %H:%M:%S";

/// A range of dates in the zone of the page, both ends included.
///
/// Two of the statistics take it, and one takes a [`DayRange`](crate::DayRange), without times. `timezone` of a page is its distance to UTC in hours.
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

/// A range of dates that is none: not in the form `DD/MM/YYYY HH:MM:SS - DD/MM/YYYY HH:MM:SS`, or its end comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidDateRange;

impl std::fmt::Display for InvalidDateRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a range of dates is `DD/MM/YYYY HH:MM:SS - DD/MM/YYYY HH:MM:SS`, and its end does not come before its beginning")
    }
}

impl std::error::Error for InvalidDateRange {}

impl DateRange {
    /// A range of wall-clock times in the zone of the page.
    ///
    /// # Errors
    ///
    /// [`InvalidDateRange`] if `until` comes before `since`.
    pub fn new(since: NaiveDateTime, until: NaiveDateTime) -> Result<Self, InvalidDateRange> {
        if until < since {
            Err(InvalidDateRange)
        } else {
            Ok(DateRange { since, until })
        }
    }

    /// The range between two wall-clock times in the zone of the page, whichever of them comes first.
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

impl FromStr for DateRange {
    type Err = InvalidDateRange;

    fn from_str(text: &str) -> Result<Self, InvalidDateRange> {
        let (since, until) = text.split_once(" - ").ok_or(InvalidDateRange)?;
        let time = |text: &str| {
            NaiveDateTime::parse_from_str(text.trim(), FORMAT).map_err(|_| InvalidDateRange)
        };
        DateRange::new(time(since)?, time(until)?)
    }
}

impl TryFrom<&str> for DateRange {
    type Error = InvalidDateRange;

    fn try_from(text: &str) -> Result<Self, InvalidDateRange> {
        text.parse()
    }
}

impl TryFrom<String> for DateRange {
    type Error = InvalidDateRange;

    fn try_from(text: String) -> Result<Self, InvalidDateRange> {
        text.parse()
    }
}

impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} - {}",
            self.since.format(FORMAT),
            self.until.format(FORMAT)
        )
    }
}

impl Serialize for DateRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DateRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schemars")]
crate::json_schema::json_schema_of! {
    DateRange => { "type": "string", "description": "DD/MM/YYYY HH:MM:SS - DD/MM/YYYY HH:MM:SS" },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_in_another_form_or_backwards_is_refused() {
        for text in [
            "",
            "2021-07-27 - 2021-08-26",
            "27/07/2021 00:00:00",
            "31/02/2021 00:00:00 - 01/03/2021 00:00:00",
            "02/01/2021 00:00:00 - 01/01/2021 00:00:00",
        ] {
            assert_eq!(text.parse::<DateRange>(), Err(InvalidDateRange), "{text}");
        }
    }
}
