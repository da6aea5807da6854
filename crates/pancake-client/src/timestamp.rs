//! Points in time, in every form the API writes them. [`Timestamp`] replaces the generated type of the same name.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::usual_time;

/// Numbers from here on are milliseconds: as seconds they would lie beyond the year 5138.
const FIRST_MILLISECOND: i64 = 100_000_000_000;

/// A point in time.
///
/// Times without a zone are UTC, with or without microseconds; `Z` and offsets are understood; numbers are unix seconds
/// or, when they are large enough, milliseconds. Anything else (JSON `false` in `last_commented_at`, odd text) does not
/// fail the response: [`Timestamp::datetime`] is `None` then.
///
/// ```
/// use pancake_client::Timestamp;
///
/// let time = Timestamp::parse("2026-03-31T14:13:38.097000");
/// assert_eq!(time.unix_seconds(), Some(1_774_966_418));
/// assert_eq!(time.to_string(), "2026-03-31T14:13:38.097Z");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Timestamp(Repr);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Repr {
    Known(DateTime<Utc>),
    Unknown(Box<str>),
}

impl Timestamp {
    /// Reads text in any of the API's forms.
    pub fn parse(text: &str) -> Self {
        match parse_text(text) {
            Some(instant) => Timestamp(Repr::Known(instant)),
            None => Timestamp::unknown(text),
        }
    }

    /// Reads unix seconds, or milliseconds if the number is that large.
    pub fn from_unix(number: i64) -> Self {
        let instant = if number.unsigned_abs() >= FIRST_MILLISECOND.unsigned_abs() {
            DateTime::from_timestamp_millis(number)
        } else {
            DateTime::from_timestamp(number, 0)
        };
        match instant {
            Some(instant) => Timestamp(Repr::Known(instant)),
            None => Timestamp::unknown(&number.to_string()),
        }
    }

    /// The point in time, or `None` if the response had something else in its place.
    pub fn datetime(&self) -> Option<DateTime<Utc>> {
        match self.0 {
            Repr::Known(instant) => Some(instant),
            Repr::Unknown(_) => None,
        }
    }

    /// Whole seconds since 1970, the unit of `since` and `until`.
    pub fn unix_seconds(&self) -> Option<i64> {
        self.datetime().map(|instant| instant.timestamp())
    }

    /// Whole milliseconds since 1970, the unit of the times of notes.
    pub fn unix_millis(&self) -> Option<i64> {
        self.datetime().map(|instant| instant.timestamp_millis())
    }

    fn unknown(text: &str) -> Self {
        Timestamp(Repr::Unknown(text.into()))
    }
}

fn parse_text(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    usual_time::read(text).or_else(|| any_form(text))
}

pub(crate) fn any_form(text: &str) -> Option<DateTime<Utc>> {
    text.parse::<NaiveDateTime>()
        .map(|time| time.and_utc())
        .or_else(|_| text.parse::<DateTime<Utc>>())
        .or_else(|_| {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").map(|time| time.and_utc())
        })
        .ok()
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(instant: DateTime<Utc>) -> Self {
        Timestamp(Repr::Known(instant))
    }
}

/// RFC 3339 in UTC, or the text of the response if that was not a time.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Known(instant) => {
                f.write_str(&instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))
            }
            Repr::Unknown(text) => f.write_str(text),
        }
    }
}

/// Text as of Display.
impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyForm)
    }
}

/// A visitor of its own, since every row has several times.
struct AnyForm;

impl<'de> Visitor<'de> for AnyForm {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a point in time")
    }

    fn visit_str<E>(self, text: &str) -> Result<Timestamp, E> {
        Ok(Timestamp::parse(text))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Timestamp, E> {
        Ok(Timestamp::from_unix(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Timestamp, E> {
        Ok(i64::try_from(number).map_or_else(
            |_| Timestamp::unknown(&number.to_string()),
            Timestamp::from_unix,
        ))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Timestamp, E> {
        // A cast saturates, and saturated numbers are out of range below.
        Ok(Timestamp::from_unix(number as i64))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Timestamp, E> {
        Ok(Timestamp::unknown(if flag { "true" } else { "false" }))
    }

    fn visit_unit<E>(self) -> Result<Timestamp, E> {
        Ok(Timestamp::unknown("null"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Timestamp, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Timestamp::unknown("[]"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Timestamp, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Timestamp::unknown("{}"))
    }
}

#[cfg(feature = "schemars")]
crate::json_schema::json_schema_of! {
    Timestamp => { "type": ["string", "integer", "boolean"], "description": "A point in time." },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Timestamp {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn every_form_of_a_moment_is_equal() {
        for json in [
            "\"2026-03-31T14:13:38\"",
            "\"2026-03-31T14:13:38.000000\"",
            "\"2026-03-31T14:13:38Z\"",
            "\"2026-03-31T21:13:38+07:00\"",
            "\"2026-03-31 14:13:38\"",
            "1774966418",
            "1774966418000",
        ] {
            assert_eq!(read(json).unix_millis(), Some(1_774_966_418_000), "{json}");
        }
    }

    #[test]
    fn odd_value_has_no_datetime() {
        for json in [
            "false",
            "\"\"",
            "\"string\"",
            "{\"a\":1}",
            "[1]",
            "18446744073709551615",
            "1e300",
        ] {
            assert_eq!(read(json).datetime(), None, "{json}");
        }
    }

    #[test]
    fn time_survives_being_written_and_read() {
        for json in [
            "\"2026-03-31T14:13:38.097001\"",
            "1774966418097",
            "\"string\"",
        ] {
            let time = read(json);
            assert_eq!(read(&serde_json::to_string(&time).unwrap()), time);
        }
    }
}
