//! Hours by the clock of a page. [`LocalHour`] replaces the generated type of the same name.

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::usual_time;

/// The beginning of an hour by the page's own clock, as page statistics have it.
///
/// The value is not a point in time until it is combined with the zone of the page. A zone in the text is ignored, since
/// the figures show the hours of the page. An odd value does not fail the response: [`LocalHour::wall_clock`] is `None`.
///
/// ```
/// use pancake_client::LocalHour;
/// use pancake_client::chrono::FixedOffset;
///
/// let hour = LocalHour::parse("2026-03-31T06:00:00");
/// assert_eq!(hour.date().map(|day| day.to_string()).as_deref(), Some("2026-03-31"));
///
/// let vietnam = FixedOffset::east_opt(7 * 3600).unwrap();
/// assert_eq!(hour.instant(vietnam).unwrap().to_rfc3339(), "2026-03-30T23:00:00+00:00");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LocalHour(Repr);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Repr {
    Known(NaiveDateTime),
    Unknown(Box<str>),
}

impl LocalHour {
    /// Reads text such as `2026-03-31T06:00:00`.
    pub fn parse(text: &str) -> Self {
        LocalHour(match read(text.trim()) {
            Some(time) => Repr::Known(time),
            None => Repr::Unknown(text.into()),
        })
    }

    /// The time on the page's clock, or `None` if the response had something else in its place.
    pub fn wall_clock(&self) -> Option<NaiveDateTime> {
        match self.0 {
            Repr::Known(time) => Some(time),
            Repr::Unknown(_) => None,
        }
    }

    /// The day in the page's calendar.
    pub fn date(&self) -> Option<NaiveDate> {
        self.wall_clock().map(|time| time.date())
    }

    /// The point in time at which the clock of a page in this zone shows the hour.
    pub fn instant(&self, zone: impl Into<FixedOffset>) -> Option<DateTime<Utc>> {
        let time = self.wall_clock()?.checked_sub_offset(zone.into())?;
        Some(time.and_utc())
    }
}

fn read(text: &str) -> Option<NaiveDateTime> {
    usual_time::read(text)
        .or_else(|| usual_time::read(&text.replacen(' ', "T", 1)))
        .map(|time| time.naive_utc())
        .or_else(|| Some(DateTime::parse_from_rfc3339(text).ok()?.naive_local()))
}

impl From<NaiveDateTime> for LocalHour {
    fn from(time: NaiveDateTime) -> Self {
        LocalHour(Repr::Known(time))
    }
}

/// Such as `2026-03-31T06:00:00`, or the text of the response if that was not a time.
impl fmt::Display for LocalHour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Known(time) => write!(f, "{}", time.format("%Y-%m-%dT%H:%M:%S%.f")),
            Repr::Unknown(text) => f.write_str(text),
        }
    }
}

/// Text as of Display.
impl Serialize for LocalHour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LocalHour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::String(text) => LocalHour::parse(&text),
            // A number is a point in time, not an hour by the page's clock.
            other @ (Value::Number(_) | Value::Bool(_)) => {
                LocalHour(Repr::Unknown(other.to_string().into()))
            }
            // The content of a map or list is unknown and may be secret.
            _ => LocalHour(Repr::Unknown("".into())),
        })
    }
}

#[cfg(feature = "schemars")]
crate::json_schema::json_schema_of! {
    LocalHour => { "type": "string", "description": "The beginning of an hour by the page's own clock." },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> LocalHour {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn every_form_keeps_the_digits_of_the_clock() {
        for end in [
            "T06:00:00",
            "T06:00:00.000000",
            " 06:00:00",
            "T06:00:00Z",
            "T06:00:00+07:00",
        ] {
            let hour = read(&format!("\"2026-03-31{end}\""));
            assert_eq!(hour.to_string(), "2026-03-31T06:00:00", "{end}");
        }
    }

    #[test]
    fn odd_value_costs_only_itself() {
        for json in ["false", "null", "1774966418", "\"soon\"", "{}", "[1]"] {
            let hour = read(json);
            assert_eq!((hour.wall_clock(), hour.date()), (None, None), "{json}");
            assert_eq!(hour.instant(FixedOffset::east_opt(0).unwrap()), None);
        }
    }

    #[test]
    fn instant_goes_by_the_zone_given() {
        let hour = LocalHour::parse("2026-03-31T06:00:00");
        for (hours, utc) in [(7, "2026-03-30T23:00:00"), (-3, "2026-03-31T09:00:00")] {
            let zone = FixedOffset::east_opt(hours * 3600).unwrap();
            let instant = hour.instant(zone).unwrap().naive_utc();
            assert_eq!(LocalHour::from(instant), LocalHour::parse(utc));
        }
        let first = LocalHour::from(NaiveDateTime::MIN);
        assert_eq!(first.instant(FixedOffset::east_opt(3600).unwrap()), None);
    }
}
