//! Birthdays, whose parts may be unknown. [`Birthday`] replaces the generated type of the same name.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::object::Object;

/// A birthday. Each part may be unknown: the API writes `1998-00-00`, which is no date.
///
/// ```
/// use pancake_client::Birthday;
///
/// let birthday: Birthday = serde_json::from_str("\"1998-00-00\"").unwrap();
/// assert_eq!((birthday.year, birthday.month, birthday.day), (Some(1998), None, None));
/// assert_eq!("1998-00-00".parse(), Ok(birthday));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Birthday {
    /// Year, such as 1998.
    pub year: Option<u16>,
    /// Month, 1 to 12.
    pub month: Option<u8>,
    /// Day of the month, 1 to 31.
    pub day: Option<u8>,
}

impl Birthday {
    fn from_parts(year: Option<u64>, month: Option<u64>, day: Option<u64>) -> Self {
        Birthday {
            year: year
                .filter(|year| *year > 0)
                .and_then(|year| year.try_into().ok()),
            month: month
                .filter(|month| (1..=12).contains(month))
                .and_then(|month| month.try_into().ok()),
            day: day
                .filter(|day| (1..=31).contains(day))
                .and_then(|day| day.try_into().ok()),
        }
    }
}

/// All three parts; a year that the form `YYYY-MM-DD` has no room for counts as unknown.
impl From<NaiveDate> for Birthday {
    fn from(date: NaiveDate) -> Self {
        let year = u64::try_from(date.year()).ok().filter(|year| *year <= 9999);
        Birthday::from_parts(year, Some(date.month().into()), Some(date.day().into()))
    }
}

/// Text that is no birthday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidBirthday;

impl std::fmt::Display for InvalidBirthday {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            "a birthday is `YYYY-MM-DD`, with zeros for what is unknown, of a day that there is",
        )
    }
}

impl std::error::Error for InvalidBirthday {}

/// `YYYY-MM-DD`, with zeros for unknown parts. Unlike reading an answer, it refuses everything else.
impl FromStr for Birthday {
    type Err = InvalidBirthday;

    fn from_str(text: &str) -> Result<Self, InvalidBirthday> {
        let mut parts = text.split('-');
        let mut part = |digits| {
            let part = parts.next().filter(|part| part.len() == digits)?;
            let plain = part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<u16>().ok().filter(|_| plain)
        };
        let (Some(year), Some(month), Some(day)) = (part(4), part(2), part(2)) else {
            return Err(InvalidBirthday);
        };
        // In a leap year, if the year is unknown: February 29 may be.
        let known = |part: u16, instead: u16| if part == 0 { instead } else { part };
        let date = NaiveDate::from_ymd_opt(
            known(year, 2000).into(),
            known(month, 1).into(),
            known(day, 1).into(),
        );
        if parts.next().is_some() || date.is_none() || (year, month, day) == (0, 0, 0) {
            return Err(InvalidBirthday);
        }
        let parts = [year, month, day].map(|part| Some(part.into()));
        Ok(Birthday::from_parts(parts[0], parts[1], parts[2]))
    }
}

impl TryFrom<&str> for Birthday {
    type Error = InvalidBirthday;

    fn try_from(text: &str) -> Result<Self, InvalidBirthday> {
        text.parse()
    }
}

/// `YYYY-MM-DD` with zeros for unknown parts, as the API writes it.
impl fmt::Display for Birthday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.year, self.month, self.day);
        write!(
            f,
            "{:04}-{:02}-{:02}",
            year.unwrap_or(0),
            month.unwrap_or(0),
            day.unwrap_or(0)
        )
    }
}

impl Serialize for Birthday {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Takes `YYYY-MM-DD` and `{date, month, year}`; anything else counts as all unknown.
impl<'de> Deserialize<'de> for Birthday {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyForm)
    }
}

/// The form of conversations.
struct Parts {
    year: Option<i64>,
    month: Option<i64>,
    date: Option<i64>,
}

crate::object::fields! {
    Parts {
        "year" => year: integer,
        "month" => month: integer,
        "date" => date: integer,
    }
}

struct AnyForm;

impl<'de> Visitor<'de> for AnyForm {
    type Value = Birthday;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a birthday")
    }

    fn visit_str<E>(self, text: &str) -> Result<Birthday, E> {
        let mut parts = text
            .splitn(3, ['-', 'T'])
            .map(|part| part.trim().parse().ok());
        let mut next = || parts.next().flatten();
        Ok(Birthday::from_parts(next(), next(), next()))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Birthday, A::Error> {
        let parts = Parts::read(entries)?;
        let part = |number: Option<i64>| number?.try_into().ok();
        Ok(Birthday::from_parts(
            part(parts.year),
            part(parts.month),
            part(parts.date),
        ))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Birthday, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Birthday::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Birthday, E> {
        Ok(Birthday::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Birthday, E> {
        Ok(Birthday::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Birthday, E> {
        Ok(Birthday::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Birthday, E> {
        Ok(Birthday::default())
    }

    fn visit_unit<E>(self) -> Result<Birthday, E> {
        Ok(Birthday::default())
    }
}

#[cfg(feature = "schemars")]
crate::json_schema::json_schema_of! {
    Birthday => { "type": ["string", "object"], "description": "A birthday; unknown parts are 0." },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_unknown_parts_stay_unknown() {
        for (json, expected) in [
            (r#""1998-01-31""#, (Some(1998), Some(1), Some(31))),
            (r#""1998-00-00""#, (Some(1998), None, None)),
            (
                r#"{"date":1,"month":2,"year":1990}"#,
                (Some(1990), Some(2), Some(1)),
            ),
            (
                r#"{"date":1,"month":2,"year":null}"#,
                (None, Some(2), Some(1)),
            ),
            (r#""string""#, (None, None, None)),
            ("false", (None, None, None)),
        ] {
            let birthday: Birthday = serde_json::from_str(json).unwrap();
            assert_eq!(
                (birthday.year, birthday.month, birthday.day),
                expected,
                "{json}"
            );
        }
    }

    #[test]
    fn a_date_becomes_a_birthday_with_all_its_parts() {
        let date = NaiveDate::from_ymd_opt(1998, 1, 31).unwrap();
        assert_eq!(Birthday::from(date).to_string(), "1998-01-31");
        assert_eq!(Birthday::from(NaiveDate::MAX).year, None);
    }

    #[test]
    fn text_that_is_no_birthday_is_refused_and_zeros_are_unknown_parts() {
        let birthday = |year, month, day| Ok(Birthday { year, month, day });
        for (text, expected) in [
            ("1998-01-31", birthday(Some(1998), Some(1), Some(31))),
            ("1998-00-00", birthday(Some(1998), None, None)),
            ("0000-02-29", birthday(None, Some(2), Some(29))),
        ] {
            assert_eq!(Birthday::try_from(text), expected, "{text}");
        }
        for text in [
            "",
            "1998",
            "31/01/1998",
            "1998-1-31",
            "1998-01-31T00:00:00",
            "1998-02-29",
            "1998-13-01",
            "0000-00-00",
            "+998-01-31",
            "1998-01-31-1",
        ] {
            assert_eq!(text.parse::<Birthday>(), Err(InvalidBirthday), "{text}");
        }
    }

    #[test]
    fn a_birthday_is_written_as_the_api_writes_it() {
        let birthday = Birthday {
            year: Some(1998),
            month: None,
            day: None,
        };
        assert_eq!(serde_json::to_string(&birthday).unwrap(), "\"1998-00-00\"");
    }
}
